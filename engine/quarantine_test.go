package engine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// "a panic in a turn quarantines its session, also when it comes again in a replay": what
// is recovered from the journal is what was shown before, from the beginning as from a
// checkpoint before the event or after it, and it names the event.
func TestAPanicComesAgainInAReplayAndLeadsToTheSameState(t *testing.T) {
	s := enginetest.New()
	s.Lax()
	runs(t, s, "0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100\n+0.3 leg.answered Leg=c1\n"+
		"0 leg.initiated Leg=c2 Direction=incoming From=+12025550143 To=+12025550100\n+0.3 leg.answered Leg=c2")
	s.State.PanicNext()
	failed := s.State.Seq + 1
	runs(t, s, "+1 key.pressed Leg=c1 Digit=1\n+3 key.pressed Leg=c2 Digit=1\n+30 leg.hungup Leg=c2 Cause=normal_clearing")
	want := encode(t, s.State)

	for from := range uint64(len(s.Journal())) {
		state := engine.NewState(enginetest.Epoch)
		for _, e := range s.Journal() {
			if state.Seq == from {
				state = reread(t, state)
			}
			if e.Seq == failed {
				state.PanicNext() // as the same build does on the same event
			}
			state, _ = engine.Step(state, e)
		}
		if diff := cmp.Diff(want, encode(t, state)); diff != "" {
			t.Fatalf("recovered with a checkpoint after event %d (-before +after):\n%s", from, diff)
		}
		for _, call := range state.Frame().Sessions {
			if broken := strings.HasSuffix(call.Caller, "42"); broken != (call.Quarantined.Event == failed) {
				t.Errorf("the call of %s is in quarantine since event %d, and event %d failed", call.Caller, call.Quarantined.Event, failed)
			}
		}
	}
	notes := s.State.Frame().Sessions[0].Notes
	if last := notes[len(notes)-1].Text; !strings.Contains(last, "event") {
		t.Errorf("the call's history does not name the event: %s", last)
	}
}

// A turn that fails at its very end, when calls are closed and filed, puts its session into
// quarantine like any other: it neither ends the program nor comes again at each start.
func TestAPanicAtTheEndOfATurnIsQuarantinedToo(t *testing.T) {
	s := enginetest.New()
	s.Lax()
	runs(t, s, "0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100\n+0.3 leg.answered Leg=c1")
	s.State.PanicLate()
	failed := s.State.Seq + 1
	runs(t, s, "+1 key.pressed Leg=c1 Digit=1")
	call := s.State.Frame().Sessions[0]
	if call.Quarantined.Event != failed || !strings.Contains(call.Quarantined.Reason, "at its end") {
		t.Errorf("the call is in quarantine since event %d (%s), want %d", call.Quarantined.Event, call.Quarantined.Reason, failed)
	}
	runs(t, s, "+30 leg.hungup Leg=c1 Cause=normal_clearing")
	if len(s.Filed) == 0 || s.Filed[len(s.Filed)-1].Quarantined.Event != failed {
		t.Error("the call is not filed, or not as one that the engine failed on")
	}
}
