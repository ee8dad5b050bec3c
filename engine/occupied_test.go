package engine_test

import (
	"testing"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// Who was dialled is what Telnyx tells, whoever the events would choose by now.
func TestWhoWasDialledIsWhatTelnyxTells(t *testing.T) {
	s := enginetest.New()
	_, err := s.Run(`settings Deaf=no~feed
0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100
+0.3 leg.answered Leg=c1
+3 speech.ended Leg=c1 Status=completed
+1 key.pressed Leg=c1 Digit=1
`)
	if err != nil {
		t.Fatal(err)
	}
	var dial engine.Dial
	for _, c := range s.Sent {
		if d, ok := c.Action.(engine.Dial); ok {
			dial = d
		}
	}
	if dial.To != "+12025550101" {
		t.Fatalf("dialled is %q", dial.To)
	}
	state := *s.State
	at := state.Now
	dialled := state.Frame().Sessions[0]
	asked, _ := dialled.Leg(dialled.Transfer.Leg)
	state, _ = engine.Step(state, engine.Event{Seq: state.Seq + 1, At: at, Entry: engine.Entry{ID: "other", By: engine.ByTelnyx, Body: engine.LegInitiated{
		LegRef: engine.LegRef{Leg: asked.ID, State: dial.State}, Direction: engine.Outgoing, From: "+12025550100", To: "+12025550102"}}})
	session := state.Frame().Sessions[0]
	l, _ := session.Leg(session.Transfer.Leg)
	if tr := session.Transfer; l.Number != "+12025550102" || tr.To != l.Number || len(tr.Tried) != 1 || tr.Tried[0] != l.Number {
		t.Errorf("the leg is to %s, the transfer to %s, tried are %v", l.Number, tr.To, tr.Tried)
	}
	if busy := state.Frame().Roster.Busy; len(busy) != 1 || busy[0].Number != "+12025550102" {
		t.Errorf("busy are %v", busy)
	}
}
