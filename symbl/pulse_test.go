package symbl_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/symbl"
	"switchboard/symbl/symbltest"
)

// "On failure in mid-call the next takes over within 10 s": a Symbl that hangs with its
// sockets open is told of while there is time for that, as failing since it was last
// there; and what it hears when it goes on counts again.
func TestSymblThatHangsIsToldInTime(t *testing.T) {
	t.Parallel()
	r := newRigAt(t, 2)
	r.client = r.another(func(c *symbl.Config) { c.Silence = 3 * time.Second })
	r.relay(customer)
	m := r.speak(customer)
	r.until("sound", func() bool { return r.server.Counts().Sound > 8000 })
	frozen := r.clock.Now()
	r.server.Freeze()
	r.until("the failure", func() bool { return len(only[engine.FeedFailed](r.engine.heard())) == 1 })
	if took := r.clock.Now().Sub(frozen); took > 8*time.Second {
		t.Errorf("told after %s, want it within six seconds and a busy machine's moment", took)
	}
	failed := r.engine.heard()[0]
	if body := failed.Body.(engine.FeedFailed); body.Leg != customer || body.Why != "Symbl gives no sign of life on its socket" {
		t.Errorf("got %+v", body)
	}
	if since := failed.Occurred.Sub(frozen); since > time.Second || since < -3*time.Second {
		t.Errorf("it fails since %s after it hung, want since its last sign of life", since)
	}
	r.server.Thaw()
	r.until("the way back", func() bool { return len(only[engine.FeedBack](r.engine.heard())) == 1 })
	m.say("Hello again.", 0)
	r.until("the sentence", func() bool { return len(r.engine.uttered()) == 1 })
}

// A hang on the telephone's side is told as soon, also where a poll came early or the
// one before it failed.
func TestPollThatHangsIsToldInTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		before func(r *rig)
	}{
		{"nudged", func(r *rig) {
			r.line.say(0, "This nudges the poll.", 0)
			r.pass(500 * time.Millisecond)
		}},
		{"after an error", func(r *rig) {
			r.server.Misbehave(symbltest.Faults{PollStatus: 502})
			r.until("a poll that fails", func() bool { return len(r.engine.noted()) == 1 })
			r.server.Misbehave(symbltest.Faults{})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRigAt(t, 2, func(c *symbltest.Config) { c.MessageAfter = time.Millisecond })
			r.hear()
			r.until("the socket", func() bool { return r.server.Counts().Sockets == 1 })
			polls := r.server.Counts().Polls
			r.until("a poll", func() bool { return r.server.Counts().Polls > polls })
			tt.before(r)
			frozen := r.clock.Now()
			r.server.Freeze()
			r.until("the failure", func() bool { return len(only[engine.FeedFailed](r.engine.heard())) == 1 })
			if took := r.clock.Now().Sub(frozen); took > 8*time.Second {
				t.Errorf("told after %s, want it within six seconds and a busy machine's moment", took)
			}
			r.server.Thaw()
			r.until("the way back", func() bool { return len(only[engine.FeedBack](r.engine.heard())) == 1 })
		})
	}
}

// A stuck is an engine that holds its submitters up.
type stuck struct {
	*ear
	until   chan struct{}
	waiting atomic.Int32
}

func (s *stuck) Submit(ctx context.Context, entry engine.Entry) error {
	s.waiting.Add(1)
	select {
	case <-s.until:
		return s.ear.Submit(ctx, entry)
	case <-ctx.Done():
		return errors.New("given up")
	}
}

// While a sentence waits for the journal nothing is read, pongs neither: it is not
// Symbl that hangs.
func TestBusyEngineIsNotTakenForADeadSymbl(t *testing.T) {
	t.Parallel()
	const silence = 1200 * time.Millisecond
	r := newRigAt(t, 20)
	busy := &stuck{ear: r.engine, until: make(chan struct{})}
	r.client = r.another(func(c *symbl.Config) { c.Engine, c.Silence = busy, silence })
	r.relay(customer)
	r.speak(customer).say("The journal is slow today.", 0)
	r.until("the sentence waits", func() bool { return busy.waiting.Load() > 0 })
	r.pass(20 * silence * 3 / 2)
	close(busy.until)
	r.until("the sentence", func() bool { return len(r.engine.uttered()) == 1 })
	r.pass(20 * silence / 2)
	if got := only[engine.FeedFailed](r.engine.heard()); len(got) != 0 {
		t.Errorf("got %+v, want none", got)
	}
	if got := r.server.Counts(); got.Streams != 1 {
		t.Errorf("%d sockets, want the one that was there", got.Streams)
	}
}

// A probe that was given up leaves nothing behind: no socket that goes on sending
// silence to whoever is slow.
func TestProbeThatIsGivenUpEndsItsStream(t *testing.T) {
	r := newRigAt(t, 1)
	r.relay(operator) // it has a token
	r.server.Freeze()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := r.client.Probe(ctx, engine.FeedStream); err == nil {
		t.Fatal("it works with a Symbl that hangs")
	}
	r.server.Thaw()
	r.pass(time.Second)
	if got := r.server.Counts().Streams; got != 1 {
		t.Errorf("%d sockets take sound, want none but the operator's", got)
	}
}

// A killed emulator that was frozen can be closed.
func TestFrozenSymblCanBeKilled(t *testing.T) {
	r := newRig(t)
	r.relay(customer)
	r.server.Freeze()
	r.server.Stop()
	if err := r.server.Restart(); err != nil {
		t.Fatal(err)
	}
	r.server.Misbehave(symbltest.Faults{})
	r.relay(operator)
}
