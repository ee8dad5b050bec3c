package symbl_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/recording"
	"switchboard/engine/world"
	"switchboard/symbl/symbltest"
)

const recorded = `{"recording":1,"name":"sours","about":"A call that sours.","from":"+12025550142","caller":"Ida","language":"en"}
{"on":"answered","at":15,"who":"customer","say":"I was told Tuesday.","polarity":-0.34}
{"on":"answered","at":19,"who":"customer","say":"Hm."}
{"on":"answered","at":22,"who":"customer","say":"This is the third time I call.","polarity":-0.712}
`

// A recorded customer speaks in a conference of the pretend telephone network; Symbl is
// asked to listen, truly calls, dials its code, is let in, and what it heard comes back.
func TestSymblHearsTheConferenceItWasLetInto(t *testing.T) {
	rec, err := recording.Read(strings.NewReader(recorded))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	house := clock.New(start, 20)
	network := world.NewNetwork(world.New(world.Config{Seed: 1, Start: start, Lines: -1}), house)
	events := make(chan world.Event, 1024)
	network.Subscribe(func(happened []world.Event) {
		for _, e := range happened {
			events <- e // fewer than there is room for
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { network.Run(ctx) })
	defer running.Wait()
	defer cancel()

	r := newRigAt(t, speed, func(c *symbltest.Config) { c.Clock, c.Line = house, network })
	r.clock, r.engine.clock = house, house
	r.client = r.another(nil)
	if _, err := network.Call(rec, "+12025550100"); err != nil {
		t.Fatal(err)
	}
	got, ok := r.do(r.client, call).(engine.Listening)
	if !ok {
		t.Fatalf("got %+v, want Symbl listening", got)
	}
	r.accepted(engine.Hear{Connection: got.Connection, Conversation: got.Conversation})

	keys, customer := "", world.LegID("")
	r.until("all that the customer says", func() bool {
		for len(events) > 0 {
			e := <-events
			switch {
			case e.Kind == world.Initiated:
				network.Do(func(w *world.World) { err = w.Answer(e.Leg, world.Command{}) })
			case e.Kind == world.Answered && e.From == rec.From:
				customer = e.Leg
				network.Do(func(w *world.World) {
					_, err = w.CreateConference(world.NewConference{Name: "room", Owner: customer}, world.Command{})
				})
			case e.Kind == world.KeyPressed && e.From == r.server.Number():
				if keys += e.Digit; keys == call.Code+"#" {
					network.Do(func(w *world.World) {
						err = w.Join("room", world.Place{Leg: e.Leg, Muted: true}, world.Command{})
					})
				}
			}
			if err != nil {
				t.Fatalf("%s: %v", e.Kind, err)
			}
		}
		return len(r.engine.uttered()) == 3
	})
	type heard struct {
		Text     string
		Scored   bool
		Polarity engine.Polarity
	}
	var all []heard
	for _, u := range r.engine.uttered() {
		all = append(all, heard{u.Text, u.Scored, u.Polarity})
	}
	want := []heard{{"I was told Tuesday.", true, -340}, {"Hm.", false, 0}, {"This is the third time I call.", true, -712}}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if want := strings.Repeat(call.Code+"#", 2); keys != want {
		t.Errorf("keys dialled: got %q, want %q", keys, want)
	}
	if len(r.engine.said()) == 0 {
		t.Error("no words came while they were being said")
	}

	r.accepted(engine.Unlisten{Connection: got.Connection})
	for _, e := range network.Snapshot().Legs {
		if e.From == r.server.Number() && network.Alive(e.ID) {
			t.Error("Symbl's leg is still there")
		}
	}
}
