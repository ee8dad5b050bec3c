//go:build unix

package symbl_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/symbl"
)

// Twenty calls, both ways: forty legs' sound in pieces of 100 ms, as fast as it goes.
// The share of a core is what they would use at their own pace, with the processor time
// of the server that reads it.
func BenchmarkRelay(b *testing.B) {
	const legs, piecesPerSecond = 40, 10
	var got atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasSuffix(q.URL.Path, "token:generate") {
			fmt.Fprint(w, `{"accessToken":"eyJ.T","expiresIn":86400}`)
			return
		}
		var upgrader websocket.Upgrader
		conn, err := upgrader.Upgrade(w, q, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		conn.WriteMessage(websocket.TextMessage,
			[]byte(`{"type":"message","message":{"type":"conversation_created","data":{"conversationId":"v1"}}}`))
		conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"message","message":{"type":"started_listening"}}`))
		for {
			kind, data, err := conn.ReadMessage()
			if err != nil {
				return
			}
			if kind == websocket.BinaryMessage {
				got.Add(int64(len(data)))
			}
		}
	}))
	defer server.Close()
	house := clock.New(time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC), 1)
	client := symbl.New(symbl.Config{
		URL: server.URL, SocketURL: strings.Replace(server.URL, "http", "ws", 1),
		AppID: "app-id", AppSecret: "app-secret", Clock: house, Engine: &ear{clock: house},
	})
	defer client.Close()
	var ids [legs]engine.LegID
	for i := range ids {
		ids[i] = engine.LegID(fmt.Sprintf("leg-%d", i))
		answer := client.Do(b.Context(), engine.Command{Name: "relay", Session: "s1", Action: engine.Relay{
			Leg: ids[i], Connection: engine.ConnectionID(fmt.Sprintf("connection-%d", i/2)), Speaker: fmt.Sprintf("customer-%d", i%2),
		}})
		if _, ok := answer.(engine.Listening); !ok {
			b.Fatalf("got %+v", answer)
		}
	}
	piece := make([]byte, 800)
	var sent int64
	before := processor(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, id := range ids {
			if err := client.Hear(id, piece); err != nil {
				b.Fatal(err)
			}
		}
		sent += legs * int64(len(piece))
		for got.Load() < sent { // each piece a frame, as at its own pace
			time.Sleep(50 * time.Microsecond)
		}
	}
	perRound := (processor(b) - before) / time.Duration(b.N)
	b.ReportMetric(float64(perRound*piecesPerSecond)/float64(time.Second)*100, "%core")
}

// processor returns how long the process has kept the processors busy.
func processor(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
