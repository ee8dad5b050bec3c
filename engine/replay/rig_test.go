package replay_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/policy"
	"switchboard/engine/recording"
	"switchboard/engine/replay"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// A hand is a wall clock that a test moves.
type hand struct{ now time.Time }

func (h *hand) Now() time.Time { return h.now }

func (h *hand) pass(d time.Duration) { h.now = h.now.Add(d) }

func recordings(t testing.TB, n int) []*recording.Recording {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	all := make([]*recording.Recording, n)
	for i := range all {
		all[i] = recs[i%len(recs)]
	}
	return all
}

// played is the journal of so many recorded calls, with the default rules at work.
func played(t testing.TB, calls int, gap time.Duration) []engine.Event {
	t.Helper()
	settings := enginetest.Defaults()
	settings.Policy = policy.Default()
	p := enginetest.NewPlayIn(world.Config{Seed: 3, Front: enginetest.FrontNumber}, settings)
	if _, err := p.Run(gap, recordings(t, calls)...); err != nil {
		t.Fatal(err)
	}
	return p.Journal()
}

// afternoon is a small floor: made once, for it is only read.
var afternoon = sync.OnceValue(func() []engine.Event { return played(&testing.T{}, 12, 20*time.Second) })

func reading(events []engine.Event) replay.Reading {
	return replay.Reading{Name: "an afternoon", Epoch: enginetest.Epoch, Events: func(yield func(engine.Event) error) error {
		for _, e := range events {
			if err := yield(e); err != nil {
				return err
			}
		}
		return nil
	}}
}

func load(t testing.TB, r replay.Reading) *replay.Tape {
	t.Helper()
	tape, err := replay.Load(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return tape
}

func player(t testing.TB, r replay.Reading) (*replay.Player, *hand) {
	t.Helper()
	wall := &hand{enginetest.Start}
	return replay.NewPlayer(load(t, r), wall), wall
}
