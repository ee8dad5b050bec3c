package engine_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// playedTogether is the journal of a floor with several recorded calls at once.
func playedTogether(t *testing.T) []engine.Event {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	p := enginetest.NewPlay(7, world.Faults{})
	if _, err := p.Run(20*time.Second, recs[:6]...); err != nil {
		t.Fatal(err)
	}
	return p.Journal()
}

// A fork is stepped as the state that it was made of would have been, and leaves that as
// it is: the same commands, and the same state at the end.
func TestAForkGoesOnAsItsOriginalWould(t *testing.T) {
	events := playedTogether(t)
	states := make([]engine.State, 0, len(events)) // after each event
	commands := make([][]engine.Command, 0, len(events))
	s := engine.NewState(enginetest.Epoch)
	for _, e := range events {
		var c []engine.Command
		s, c = engine.Step(s, e)
		states, commands = append(states, s.Checkpoint()), append(commands, c)
	}
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, len(events)-1).Draw(t, "from")
		to := rapid.IntRange(from, min(from+60, len(events)-1)).Draw(t, "to")
		fork := states[from].Fork()
		other := fork.Fork() // stays where it is
		for i := from + 1; i <= to; i++ {
			var c []engine.Command
			fork, c = engine.Step(fork, events[i])
			if diff := cmp.Diff(commands[i], c); diff != "" {
				t.Fatalf("event %d calls for other commands: %s", events[i].Seq, diff)
			}
		}
		same(t, &states[to], &fork)
		same(t, &states[from], &other)
		at, due := fork.Next()
		original := states[to].Fork()
		if wants, is := original.Next(); due != is || !at.Equal(wants) {
			t.Fatalf("the next deadline is %v, %v; want %v, %v", at, due, wants, is)
		}
	})
}

func same(t *rapid.T, want, got *engine.State) {
	t.Helper()
	a, err := json.Marshal(*want)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(*got)
	if err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Fatalf("the states differ after event %d: %s", want.Seq, cmp.Diff(string(a), string(b)))
	}
	rebuilt := want.Fork() // the original's own indexes are gone: it is a checkpoint
	if diff := cmp.Diff(rebuilt.Frame().Roster, got.Frame().Roster); diff != "" {
		t.Fatalf("who is busy differs: %s", diff)
	}
}
