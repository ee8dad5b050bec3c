package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/engine/clock"
)

// BenchmarkAccept sends signed webhooks at a steady rate for two seconds, as Telnyx does:
// none waits for the one before it. It reports what the program takes to answer each
// (signature, decode, durable), beside a server that reads the same webhooks and answers
// at once. RELIABILITY.md's figure is a 99th percentile under 25 ms at 500 and 2,000 a
// second on two cores; the load generator runs on the same ones.
func BenchmarkAccept(b *testing.B) {
	for _, rate := range []int{500, 2000} {
		b.Run(fmt.Sprintf("%d a second", rate), func(b *testing.B) {
			var ours, bare []time.Duration
			for n := range b.N {
				key, url := acceptingProgram(b)
				ours = append(ours, sendAt(b, rate, url, key, n)...)
				bare = append(bare, sendAt(b, rate, bareServer(b), key, n)...)
			}
			slices.Sort(ours)
			slices.Sort(bare)
			report := func(sorted []time.Duration, percent int, unit string) float64 {
				at := sorted[min(len(sorted)*percent/100, len(sorted)-1)].Seconds() * 1000
				b.ReportMetric(at, unit)
				return at
			}
			report(ours, 50, "p50-ms")
			p99, floor := report(ours, 99, "p99-ms"), report(bare, 99, "bare-p99-ms")
			b.ReportMetric(p99/floor, "p99-ratio")
			b.ReportMetric(float64(len(ours))/float64(b.N), "webhooks/op")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// acceptingProgram runs the program with a journal on the disk and nobody to talk to.
func acceptingProgram(b *testing.B) (ed25519.PrivateKey, string) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		b.Fatal(err)
	}
	values := map[string]string{
		"TELNYX_PUBLIC_KEY": base64.StdEncoding.EncodeToString(public), "TELNYX_API_KEY": "KEY_bench", "CONNECTION_ID": "1",
		"CONFERENCE_NUMBER": "+12025550100", "TRANSFER_NUMBER": "+12025550111", "FEED": "none", "TELNYX_API_URL": "http://127.0.0.1:1",
	}
	config, err := readConfig(fromMap(values))
	if err != nil {
		b.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	url := "http://" + listener.Addr().String() + webhookPath
	p, err := newProgram(programConfig{Config: config, Clock: clock.New(clock.Wall(), 1), Journal: filepath.Join(b.TempDir(), "journal.db"),
		Webhooks: listener, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.run(ctx, func(ctx context.Context) error { <-ctx.Done(); return nil }) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	return private, url
}

// bareServer reads what it is sent and answers 200: the floor of what a server can do.
func bareServer(b *testing.B) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })}
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(func() { _ = server.Close() })
	return "http://" + listener.Addr().String()
}

// sendAt sends webhooks at a rate for two seconds and returns how long each took from when it
// was to be sent. All must be answered 200.
func sendAt(b *testing.B, rate int, url string, key ed25519.PrivateKey, run int) []time.Duration {
	requests := make([]*http.Request, 2*rate)
	padding := strings.Repeat("x", 900) // 1.4 kB, as Telnyx's are
	for i := range requests {
		now := clock.Wall()
		body := fmt.Sprintf(`{"data":{"record_type":"event","event_type":"call.dtmf.received","id":"%s-%d-%d","occurred_at":"%s","payload":`+
			`{"call_control_id":"v3:bench-%d","call_leg_id":"leg-%d","call_session_id":"s","connection_id":"1","client_state":"","digit":"1",`+
			`"from":"+12025550142","to":"+12025550100","padding":%q}},"meta":{"attempt":1,"delivered_to":"http://127.0.0.1"}}`,
			strings.ReplaceAll(b.Name(), "/", "-"), run, i, now.Format(time.RFC3339Nano), i%50, i%50, padding)
		r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, url, bytes.NewReader([]byte(body)))
		if err != nil {
			b.Fatal(err)
		}
		seconds := strconv.FormatInt(now.Unix(), 10)
		r.Header.Set("telnyx-timestamp", seconds)
		r.Header.Set("telnyx-signature-ed25519", base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte(seconds+"|"+body))))
		requests[i] = r
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 256}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	took := make([]time.Duration, len(requests))
	var sent sync.WaitGroup
	begun := clock.Wall()
	pace := clock.New(begun, 1)
	for i, r := range requests {
		due := begun.Add(time.Duration(i) * time.Second / time.Duration(rate))
		if wait := due.Sub(clock.Wall()); wait > 0 {
			_ = pace.Sleep(b.Context(), wait)
		}
		sent.Go(func() {
			answer, err := client.Do(r)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			if answer.Body.Close(); answer.StatusCode != http.StatusOK {
				b.Errorf("webhook %d is answered %s", i, answer.Status)
			}
			took[i] = clock.Wall().Sub(due)
		})
	}
	sent.Wait()
	return took
}
