package runner

import (
	"testing"
	"time"

	"switchboard/engine"
)

// Symbl's call may hear the question for consent before it has dialled its code: it is taken
// out without being filed, and nobody tells its end.
func TestNoCallStaysClosedForEver(t *testing.T) {
	asked := engine.Session{ID: "s1", Number: 1, Phase: engine.PhaseTalking, Consent: engine.Consent{Status: engine.ConsentAsked}}
	for name, over := range map[string]func(*engine.Session){
		"filed":   func(s *engine.Session) { s.Phase, s.Filed = engine.PhaseOver, true },
		"Symbl's": func(s *engine.Session) { s.Phase, s.Number = engine.PhaseOver, 0 },
	} {
		var c closed
		s := asked
		if c.take(&s); !c.has(s.ID, time.Time{}) {
			t.Fatal("a call whose customer was asked is not closed")
		}
		over(&s)
		if c.take(&s); len(c) != 0 {
			t.Errorf("%s: %d calls stay closed", name, len(c))
		}
	}
}
