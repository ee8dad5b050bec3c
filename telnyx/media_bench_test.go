//go:build unix

package telnyx

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// A meter is an engine and a sink that count.
type meter struct {
	up    sync.WaitGroup
	mu    sync.Mutex
	bytes int
}

func (m *meter) Submit(_ context.Context, e engine.Entry) error {
	if _, ok := e.Body.(engine.MediaUp); ok {
		m.up.Done()
	}
	return nil
}
func (m *meter) Note(engine.TroubleKind, string) {}
func (m *meter) Partial(engine.Partial)          {}
func (m *meter) Hear(_ engine.LegID, mulaw []byte) error {
	m.mu.Lock()
	m.bytes += len(mulaw)
	m.mu.Unlock()
	return nil
}

func (m *meter) heard() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bytes
}

// processor returns how much of the processor the whole process has used.
func processor() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkMedia drives a minute of 20 calls of two legs, half of them in A-law, through
// real sockets to a sink, as fast as they are heard. What it uses of the processor is that of
// both ends of the sockets: %core is an upper bound of the server's share of one core.
func BenchmarkMedia(b *testing.B) {
	const legs, frames = 40, 3000
	m := &meter{}
	house := clock.New(time.Unix(vectorTime, 0), 1)
	server := NewMedia(MediaConfig{Clock: house, Engine: m, Sink: m})
	listener := httptest.NewServer(NewHandler(HandlerConfig{Clock: house, Engine: m, Media: server}))
	defer listener.Close()
	defer server.Close()
	m.up.Add(legs)
	conns := make([]*websocket.Conn, legs)
	for i := range conns {
		leg, token := engine.LegID(fmt.Sprintf("v3:%d", i)), fmt.Sprintf("k%d", i)
		server.Expect(leg, token)
		conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(listener.URL, "http")+"/media/"+token, nil)
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		conns[i] = conn
		say(b, conn, fmt.Sprintf(`{"event":"start","start":{"call_control_id":%q,"media_format":{"encoding":"PCM%c","sample_rate":8000,"channels":1}}}`, leg, "UA"[i%2]))
	}
	m.up.Wait()
	said := make([][]byte, frames)
	chunk := 0
	minutes := 0
	var used time.Duration
	for b.Loop() {
		b.StopTimer()
		for i := range said {
			chunk++
			said[i] = []byte(media(chunk, bytes.Repeat([]byte{byte(i)}, 160)))
		}
		before := processor()
		b.StartTimer()
		for i, frame := range said {
			for _, conn := range conns {
				if err := conn.WriteMessage(websocket.TextMessage, frame); err != nil {
					b.Fatal(err)
				}
			}
			if sent := minutes*frames + i + 1; sent%50 == 0 { // every second of it, wait until it is heard
				for m.heard() < legs*sent*160 {
					time.Sleep(100 * time.Microsecond)
				}
			}
		}
		minutes++
		used += processor() - before
	}
	b.ReportMetric(100*used.Seconds()/float64(60*minutes), "%core")
	b.ReportMetric(float64(used.Nanoseconds())/float64(minutes*legs*frames), "ns/frame")
	if lost := server.Counts().Unheard; lost > 0 {
		b.Errorf("%d tenths of a second were not heard", lost)
	}
}

func say(b *testing.B, conn *websocket.Conn, frame string) {
	if err := conn.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkFrame(b *testing.B) {
	raw := []byte(media(12345, make([]byte, 160)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeFrame(raw); err != nil {
			b.Fatal(err)
		}
	}
}
