package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/world"
	"switchboard/telnyx/telnyxtest"
	"switchboard/testdata"
)

// swept returns what a stage's sweeps have told so far.
func swept(t *testing.T, s *stage) []engine.Event {
	t.Helper()
	var all []engine.Event
	readJournal(t, s, func(e engine.Event) {
		switch e.Body.(type) {
		case engine.LegMissed, engine.LegFound, engine.RoomDiffers, engine.MuteDiffers:
			all = append(all, e)
		}
	})
	return all
}

// "It compares with the frame and submits only differences": where no webhook is lost
// there are none, whatever comes and goes meanwhile, twice or late.
func TestSweepsOfABusyFloorTellNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("long; TestDisorderOnTheWire goes through the same code")
	}
	for name, o := range map[string]demoOptions{
		"as it is": {calls: 20, speed: 10},
		"with a front desk, Symbl by telephone, and disorder on the wire": {calls: 20, speed: 10, front: true, feed: feedSymblPhone, faults: faults(0.1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startStage(t, o)
			began := s.program.clock.Now()
			await(t, "two minutes of house time and five sweeps", 40*time.Second, func() bool {
				return s.program.clock.Now().Sub(began) > 2*time.Minute && s.emulators.telnyx.Counts().Looks > 5*10
			})
			for _, e := range swept(t, s) {
				t.Errorf("event %d: %s: %+v", e.Seq, e.ID, e.Body)
			}
			for _, trouble := range s.program.runner.Health().Troubles {
				if strings.Contains(trouble.Detail, "what is alive") {
					t.Errorf("%s: %s", trouble.Kind, trouble.Detail)
				}
			}
			if refused := s.emulators.telnyx.Refused(); len(refused) > 0 {
				t.Errorf("%d questions broke the schema, as %s", len(refused), refused[0])
			}
			t.Logf("%d questions, %d events, %d calls", s.emulators.telnyx.Counts().Looks, s.program.runner.Frame().Seq, s.program.runner.Frame().Counts.Calls)
		})
	}
}

// A customer who hangs up, and nothing of it is told: the sweep finds it.
func TestALostHangupIsFoundWithin70Seconds(t *testing.T) {
	t.Parallel()
	s := startStage(t, demoOptions{speed: 20, feed: feedNone})
	c := ring(t, s, "calm-hotel")
	c.when(t, "an operator talks with him: we order nothing that would be refused", is(engine.TransferJoined))
	s.emulators.telnyx.Misbehave(telnyxtest.Faults{LoseWebhooks: []string{"call.hangup", "conference.participant.left", "conference.ended"}})
	var ended time.Time
	s.emulators.network.Do(func(w *world.World) {
		ended = w.Now()
		if !w.PutDown(c.leg) {
			t.Error("he is not there any more")
		}
	})
	var told engine.Event
	await(t, "the sweep has told that he is gone", 20*time.Second, func() bool {
		all := swept(t, s)
		i := slices.IndexFunc(all, func(e engine.Event) bool {
			missed, ok := e.Body.(engine.LegMissed)
			return ok && missed.Leg == engine.LegID(c.leg)
		})
		if i >= 0 {
			told = all[i]
		}
		return i >= 0
	})
	if after := told.At.Sub(ended); after < 20*time.Second || after > 70*time.Second {
		t.Errorf("it was told %s after he hung up", after)
	}
	if got := told.Occurred; got.Sub(ended).Abs() > time.Second {
		t.Errorf("he hung up at %s, and it was told as of %s", ended, got)
	}
	t.Logf("told %s after he hung up", told.At.Sub(ended))
}

// Calls go on at Telnyx while the program is down, and whoever calls then is told of to
// nobody: after a start on an empty journal they are found and answered.
func TestACallWhoseWebhooksWereLostWhileTheProgramWasDownIsAdopted(t *testing.T) {
	o := demoOptions{speed: 10, feed: feedNone, seed: 1, journal: filepath.Join(t.TempDir(), "journal.db")}
	s, err := newStage(o, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.emulators.telnyx.Misbehave(telnyxtest.Faults{LoseWebhooks: []string{"call.initiated"}})
	recordings, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	leg, err := s.emulators.network.Call(recordings[0], worldNumber)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx, quiet) }()
	c := caller{s, leg}
	session := c.when(t, "the customer has been answered", func(s engine.Session) bool { return s.Conference != "" })
	end()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if customer, ok := session.Customer(); !ok || customer.ID != engine.LegID(leg) || session.Caller == "" {
		t.Errorf("adopted as %+v", session.Legs)
	}
}
