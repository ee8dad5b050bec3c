package faults_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"switchboard/telnyx"
)

// A relay stands between Telnyx and the program and remembers which webhooks the program
// has answered 200, as of the moment of the answer.
type relay struct {
	url    string
	target string
	client http.Client

	mu  sync.Mutex
	ids map[string]bool
	lag []time.Duration // of answers 200, in the order they came
	bad int             // that were answered otherwise, or not at all
}

// startRelay starts one that hands on to a target.
func startRelay(t *testing.T, target string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{
		url: "http://" + l.Addr().String() + "/webhook", target: target, ids: map[string]bool{},
		client: http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}
	server := &http.Server{Handler: r}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		r.client.CloseIdleConnections()
	})
	return r
}

// ServeHTTP hands a webhook on. Where the program does not answer, it is to be sent again.
func (r *relay) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	on, err := http.NewRequestWithContext(q.Context(), q.Method, r.target, bytes.NewReader(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	on.Header = maps.Clone(q.Header)
	began := time.Now()
	answer, err := r.client.Do(on)
	if err != nil {
		r.fail()
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	if entry, err := telnyx.Decode(body); err == nil && answer.StatusCode == http.StatusOK {
		r.mu.Lock()
		r.ids[entry.ID] = true
		r.lag = append(r.lag, time.Since(began))
		r.mu.Unlock()
	}
	if answer.StatusCode != http.StatusOK {
		r.fail()
	}
	w.WriteHeader(answer.StatusCode)
}

func (r *relay) fail() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bad++
}

// count returns how many webhooks were answered 200 so far, and how many otherwise.
func (r *relay) count() (good, bad int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.lag), r.bad
}

// answers reports whether a program serves on a port.
func (r *relay) answers(port string) bool {
	answer, err := r.client.Get("http://127.0.0.1:" + port + "/healthz")
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// taken returns the ids of the webhooks that were answered 200, of those that are kept.
func (r *relay) taken() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Collect(maps.Keys(r.ids))
}

// p99 returns the 99th of 100 answers since the nth, and how many there were.
func (r *relay) p99(from int) (time.Duration, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	lags := slices.Clone(r.lag[from:])
	if len(lags) == 0 {
		return 0, 0
	}
	slices.Sort(lags)
	return lags[len(lags)*99/100], len(lags)
}
