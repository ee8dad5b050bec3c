//go:build unix

package telnyxtest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"switchboard/engine/clock"
	"switchboard/engine/recording"
	"switchboard/engine/world"
)

// BenchmarkStreams tells what 100 streams cost, of one core and on both ends of the
// sockets, at the demo's speeds: our side reads the frames and throws them away.
func BenchmarkStreams(b *testing.B) {
	for _, at := range []struct {
		speed  float64
		packet time.Duration
	}{{1, 20 * time.Millisecond}, {1, 100 * time.Millisecond}, {10, 20 * time.Millisecond}, {10, 200 * time.Millisecond}} {
		b.Run(fmt.Sprintf("speed=%v/packet=%v", at.speed, at.packet), func(b *testing.B) {
			house := clock.New(began, at.speed)
			network := world.NewNetwork(world.New(world.Config{Start: began}), house)
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error, 1)
			go func() { done <- network.Run(ctx) }()
			server, err := Start(Config{Network: network, Clock: house, Packet: at.packet})
			if err != nil {
				b.Fatal(err)
			}
			url := sink(b)
			talk := make([]recording.Line, 0, 60)
			for i := range cap(talk) {
				talk = append(talk, recording.Line{On: recording.OnAnswered, At: time.Duration(i) * 4 * time.Second,
					Who: recording.Customer, Say: "I was told it would be here by Tuesday."})
			}
			for range 100 {
				leg, err := network.Call(&recording.Recording{From: "+12025550142", Language: "en", Lines: talk}, ourNumber)
				if err != nil {
					b.Fatal(err)
				}
				network.Do(func(w *world.World) {
					_ = w.Answer(leg, world.Command{})
					s, _ := w.Stream(leg, url, world.Command{})
					server.streams.start(s, world.MuLaw)
				})
			}
			for server.Counts().Streams < 100 {
				time.Sleep(time.Millisecond)
			}
			before, frames, from := cpu(b), server.Counts().Frames, time.Now()
			for b.Loop() {
				time.Sleep(time.Second)
			}
			wall := time.Since(from)
			b.ReportMetric(100*float64(cpu(b)-before)/float64(wall), "%core")
			b.ReportMetric(float64(server.Counts().Frames-frames)/wall.Seconds(), "frames/s")
			_ = server.Close()
			cancel()
			<-done
		})
	}
}

// sink is a server that reads streams and does nothing with them.
func sink(b *testing.B) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		for {
			_, in, err := conn.NextReader()
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, in)
		}
	})}
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(func() { _ = server.Close() })
	return "ws://" + listener.Addr().String()
}

// cpu returns how long this process has kept a core busy.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
