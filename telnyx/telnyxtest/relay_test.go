package telnyxtest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"

	"switchboard/engine"
	"switchboard/engine/world"
	"switchboard/telnyx"
)

// A recogniser makes sentences of the sound that our media server hands on.
type recogniser struct {
	mu   sync.Mutex
	legs map[engine.LegID]*world.Listener
	said map[engine.LegID][]string
}

func (r *recogniser) Hear(leg engine.LegID, mulaw []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.legs[leg]
	if l == nil {
		l = &world.Listener{}
		r.legs[leg] = l
	}
	_, _ = l.Write(mulaw)
	for _, s := range l.Said() {
		r.said[leg] = append(r.said[leg], s.Text)
	}
	return nil
}

func (r *recogniser) of(leg engine.LegID) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.said[leg])
}

func (r *recogniser) Submit(context.Context, engine.Entry) error { return nil }
func (r *recogniser) Note(engine.TroubleKind, string)            {}
func (r *recogniser) Partial(engine.Partial)                     {}

// relay opens our media server and a client that has legs streamed to it.
func (h *house) relay(r *recogniser) (*telnyx.Client, *telnyx.Media) {
	h.t.Helper()
	media := telnyx.NewMedia(telnyx.MediaConfig{Clock: h.clock, Engine: r, Sink: r})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /media/{token}", media)
	server := http.Server{Handler: mux}
	go func() { _ = server.Serve(listener) }()
	client := telnyx.NewClient(telnyx.ClientConfig{URL: h.telnyx.URL(), Key: h.telnyx.Key(), ConnectionID: h.telnyx.ConnectionID(),
		Epoch: "test", Clock: h.clock, MediaURL: "ws://" + listener.Addr().String(), Media: media})
	h.t.Cleanup(func() {
		client.Close()
		media.Close()
		_ = server.Close()
	})
	return client, media
}

// What a leg says is heard behind our own media server, word for word, in A-law and in
// mu-law, with frames that come twice and out of order.
func TestOurMediaServerHandsOnWhatLegsSay(t *testing.T) {
	t.Parallel()
	// Not faster than the wall: the media server waits 200 ms of house time for a frame
	// that was swapped, whatever else this machine does.
	h := open(t, 1, world.Config{Seed: 2, ALaw: 0.5})
	h.telnyx.Misbehave(Faults{RepeatFrames: 0.02, SwapFrames: 0.02})
	r := &recogniser{legs: map[engine.LegID]*world.Listener{}, said: map[engine.LegID][]string{}}
	client, media := h.relay(r)
	var legs []engine.LegID
	for i := range 4 {
		leg := engine.LegID(h.up(`{"on":"answered","at":1,"who":"customer","say":"I was told Tuesday."}
{"on":"answered","at":3,"who":"customer","say":"Is anybody there?"}`))
		legs = append(legs, leg)
		got := client.Do(t.Context(), engine.Command{Name: engine.CommandName(fmt.Sprintf("s1/stream/%d", i)), Session: "s1",
			Decided: h.clock.Now(), Action: engine.Stream{Leg: leg, Token: fmt.Sprintf("%d-0123456789abcdef0123456789abcdef", i)}})
		if _, accepted := got.(engine.Accepted); !accepted {
			t.Fatalf("got %+v", got)
		}
	}
	want := []string{"I was told Tuesday.", "Is anybody there?"}
	for _, leg := range legs {
		h.until("it is heard", func() bool { return len(r.of(leg)) >= len(want) })
		if got := r.of(leg); !slices.Equal(got, want) {
			t.Errorf("heard %q, want %q", got, want)
		}
	}
	if c := h.telnyx.Counts(); c.Repeated == 0 || c.Swapped == 0 {
		t.Errorf("Telnyx counts %+v", c)
	}
	if c := media.Counts(); c.Lost != 0 || c.Malformed != 0 || c.Late == 0 {
		t.Errorf("our media server counts %+v", c)
	}
	h.refusedNothing()
}

// What is lost on the way is not heard: nothing goes round the samples.
func TestOurMediaServerHandsOnNothingThatItDoesNotGet(t *testing.T) {
	t.Parallel()
	h := open(t, 5, world.Config{Seed: 2})
	h.telnyx.Misbehave(Faults{LoseFrames: 0.2})
	r := &recogniser{legs: map[engine.LegID]*world.Listener{}, said: map[engine.LegID][]string{}}
	client, media := h.relay(r)
	leg := engine.LegID(h.up(sayings + `
{"on":"answered","at":9,"who":"customer","say":"Hello hello hello?"}`))
	client.Do(t.Context(), engine.Command{Name: "s1/stream/1", Session: "s1", Decided: h.clock.Now(),
		Action: engine.Stream{Leg: leg, Token: "0123456789abcdef0123456789abcdef"}})
	h.until("some is heard", func() bool { return len(r.of(leg)) >= 2 })
	if got := r.of(leg); slices.Equal(got[:2], []string{"I was told it would be here on Tuesday.", "Is anybody there?"}) {
		t.Errorf("heard %q, of which a fifth was lost", got)
	}
	if media.Counts().Lost == 0 {
		t.Error("the media server has missed nothing")
	}
}
