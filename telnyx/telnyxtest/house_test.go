package telnyxtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/recording"
	"switchboard/engine/world"
	"switchboard/telnyx"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const (
	ourNumber = "+12025550100"
	desk      = "+12025550111"
)

// A hook is one webhook as our side received it.
type hook struct {
	entry engine.Entry
	kind  string
	raw   []byte
	at    time.Time // house time
	try   int
}

// A house is a network, a Telnyx, and our side of it: a server that takes webhooks.
type house struct {
	t       *testing.T
	clock   *clock.Clock
	network *world.Network
	telnyx  *Server
	client  http.Client

	mu     sync.Mutex
	hooks  []hook
	answer func(h hook, times int) int // the status for a webhook that came so often
	seen   map[string]int
}

// open opens a house whose time runs speed times as fast as the wall's.
func open(t *testing.T, speed float64, cfg world.Config) *house {
	t.Helper()
	return openAs(t, speed, cfg, Config{Seed: 1})
}

// openWith opens a house whose Telnyx account has what the portal says.
func openWith(t *testing.T, speed float64, cfg world.Config, portal Portal) *house {
	t.Helper()
	return openAs(t, speed, cfg, Config{Seed: 1, Portal: portal})
}

// openAs opens a house with a Telnyx of its own kind.
func openAs(t *testing.T, speed float64, cfg world.Config, server Config) *house {
	t.Helper()
	cfg.Start = began
	h := &house{t: t, clock: clock.New(began, speed), seen: map[string]int{}}
	h.answer = func(hook, int) int { return http.StatusOK }
	h.network = world.NewNetwork(world.New(cfg), h.clock)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.network.Run(ctx) }()
	var err error
	server.Network, server.Clock = h.network, h.clock
	h.telnyx, err = Start(server)
	if err != nil {
		t.Fatal(err)
	}
	key, err := telnyx.ParseKey(h.telnyx.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ours := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.take(w, r, key) })}
	go func() { _ = ours.Serve(listener) }()
	h.telnyx.SetWebhookURL("http://" + listener.Addr().String() + "/webhook")
	h.client.Transport = &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(func() {
		if err := h.telnyx.Close(); err != nil {
			t.Error(err)
		}
		cancel()
		<-done
		_ = ours.Close()
		h.client.CloseIdleConnections()
	})
	return h
}

// take receives a webhook as our side does: signature first.
func (h *house) take(w http.ResponseWriter, r *http.Request, key telnyx.Key) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		h.t.Error(err)
	}
	if err := key.Verify(r.Header, raw, h.clock.Now()); err != nil {
		h.t.Errorf("signature: %v", err)
	}
	got := hook{raw: raw, at: h.clock.Now()}
	if got.entry, err = telnyx.Decode(raw); err != nil && !errors.Is(err, telnyx.ErrUnusable) {
		h.t.Errorf("%v: %s", err, raw)
	}
	var body struct {
		EventType string `json:"event_type"`
		Data      struct {
			EventType string `json:"event_type"`
		}
		Meta struct{ Attempt int }
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		h.t.Error(err)
	}
	got.kind, got.try = body.EventType+body.Data.EventType, body.Meta.Attempt
	h.mu.Lock()
	h.hooks = append(h.hooks, got)
	h.seen[got.entry.ID]++
	status := h.answer(got, h.seen[got.entry.ID])
	h.mu.Unlock()
	w.WriteHeader(status)
}

// received returns the webhooks of one type about one leg; empty is any.
func (h *house) received(kind string, leg world.LegID) []hook {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []hook
	for _, g := range h.hooks {
		if (kind == "" || g.kind == kind) && (leg == "" || bytes.Contains(g.raw, []byte(`"`+string(leg)+`"`))) {
			all = append(all, g)
		}
	}
	return all
}

// patience is how long to wait for what must come, with a busy machine.
const patience = 30 * time.Second

// until waits for something to become true.
func (h *house) until(what string, is func() bool) {
	h.t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatalf("%s: not within %s; %d webhooks came", what, patience, len(h.received("", "")))
		}
	}
}

// await waits for a webhook and returns it.
func (h *house) await(kind string, leg world.LegID) hook {
	h.t.Helper()
	h.until(kind, func() bool { return len(h.received(kind, leg)) > 0 })
	return h.received(kind, leg)[0]
}

// A result is an answer of the API.
type result struct {
	Status int
	Data   json.RawMessage
	Meta   json.RawMessage
	Errors []failure
}

func (r result) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Code
}

func (r result) field(t *testing.T, name string) string {
	t.Helper()
	var data map[string]any
	if err := json.Unmarshal(r.Data, &data); err != nil {
		t.Fatalf("%v: %s", err, r.Data)
	}
	return fmt.Sprint(data[name])
}

// ask sends a request.
func (h *house) ask(method, path, body string, header ...string) result {
	h.t.Helper()
	r, err := http.NewRequest(method, h.telnyx.URL()+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+h.telnyx.Key())
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	got, err := h.client.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer got.Body.Close()
	var out result
	if err := json.NewDecoder(got.Body).Decode(&out); err != nil {
		h.t.Fatal(err)
	}
	out.Status = got.StatusCode
	return out
}

// must sends a command that is carried out.
func (h *house) must(method, path, body string) result {
	h.t.Helper()
	got := h.ask(method, path, body)
	if got.Status != http.StatusOK {
		h.t.Fatalf("%s %s: %d %+v", method, path, got.Status, got.Errors)
	}
	return got
}

func (h *house) call(lines string) world.LegID {
	h.t.Helper()
	rec, err := recording.Read(strings.NewReader(`{"recording":1,"name":"test","from":"+12025550142","caller":"Mette"}` + "\n" + lines))
	if err != nil {
		h.t.Fatal(err)
	}
	leg, err := h.network.Call(rec, ourNumber)
	if err != nil {
		h.t.Fatal(err)
	}
	return leg
}

// realClient returns our client, and what has it carry out an action that must be done.
func (h *house) realClient() (*telnyx.Client, func(engine.Action) engine.Body) {
	client := telnyx.NewClient(telnyx.ClientConfig{
		URL: h.telnyx.URL(), Key: h.telnyx.Key(), ConnectionID: h.telnyx.ConnectionID(), Epoch: "test", Clock: h.clock,
	})
	h.t.Cleanup(client.Close)
	count := 0
	return client, func(a engine.Action) engine.Body {
		h.t.Helper()
		count++
		got := client.Do(h.t.Context(), engine.Command{
			Name: engine.CommandName(fmt.Sprintf("s1/%T/%d", a, count)), Session: "s1", Decided: h.clock.Now(), Action: a})
		switch got.(type) {
		case engine.Refused, engine.Unanswered, engine.Lapsed:
			h.t.Errorf("%T: %+v", a, got)
		}
		return got
	}
}

// refusedNothing is true of a test that keeps to the documentation.
func (h *house) refusedNothing() {
	h.t.Helper()
	if wrong := h.telnyx.Refused(); len(wrong) > 0 {
		h.t.Errorf("refused: %s", strings.Join(wrong, "\n"))
	}
}

func kindsOf(hooks []hook) []string {
	var all []string
	for _, g := range hooks {
		all = append(all, g.kind)
	}
	slices.Sort(all)
	return all
}
