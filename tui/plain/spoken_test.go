package plain

import (
	"context"
	"strings"
	"testing"

	"switchboard/engine"
)

// Who hears the console cannot guess what 1m35s or Symbl by stream listens is.
func TestNotesAreToldAsTheyAreSpoken(t *testing.T) {
	l := newListener(0, false)
	defer l.heard()
	s := mette(func(s *engine.Session) {
		s.Legs = append(s.Legs, engine.Leg{Name: "sup-1", Role: engine.RoleSupervisor, Status: engine.LegUp, Number: "+12025550111", Owner: "supervisor/test"})
	})
	l.fake.show(withGroups(frameOf(s)))
	for text, want := range map[string]string{
		"call over after 1m35s":                "call over after 1 min 35 s",
		"waited 45s in vain: back to the menu": "waited 45 s in vain: back to the menu",
		"sentences come 1.5s late":             "sentences come 1.5 s late",
		"Symbl did not answer within 300ms":    "Symbl did not answer within 300 ms",
		"call from +12025550142":               "call from +1 202 555 0142",
		"Symbl by stream listens":              "heard by Symbl's stream",
		"Symbl listens":                        "heard by Symbl",
		"Telnyx's transcription listens, in place of Symbl by telephone":                                  "heard by Telnyx's transcription, in place of Symbl's telephone",
		"operator +12025550171 is on hold":                                                                "operator Ida is on hold",
		"supervisor +12025550111 listens":                                                                 "your phone listens",
		"supervisor/test asks to listen: calling +12025550111":                                            "you ask to listen: calling +1 202 555 0111",
		"supervisor/test looks after the call in place of supervisor/anna":                                "you look after the call in place of supervisor anna",
		"transfer vetoed by supervisor/test":                                                              "transfer vetoed by you",
		"transfer vetoed by supervisor/testament":                                                         "transfer vetoed by supervisor testament",
		"the customer is alone, and pays: his keys do nothing until P ends it":                            "the customer is alone, and pays: his keys do nothing until paid 3 ends it",
		"it is not sure who hears supervisor +12025550111: his phone is hung up; press L to listen again": "it is not sure who hears your phone: his phone is hung up; listen 3 listens again",
		"Desk 4 took the call":                                                                            "Desk 4 took the call",
		"op-1s and 3 items":                                                                               "op-1s and 3 items",
	} {
		if got := l.spokenOf(s, text); got != want {
			t.Errorf("%q is told as %q, want %q", text, got, want)
		}
	}
}

// What becomes of a command is told, however little else is: also where lines are rationed.
func TestWhatComesOfACommandIsToldAtEveryLevel(t *testing.T) {
	l := newListener(2, true)
	l.pace.spare, l.pace.counted = 0, l.at
	l.command(context.Background(), "mute 3 customer")
	notes := []engine.Note{{At: noon, Kind: engine.NoteAct, Text: "mute customer asked by supervisor/test"}, {At: noon, Kind: engine.NoteFact, Text: "customer muted"}}
	l.fake.show(frameOf(mette(noted(notes...))))
	l.look()
	l.at = l.at.Add(answering)
	notes = append(notes, engine.Note{At: noon, Kind: engine.NoteFact, Text: "customer pressed 1"})
	l.fake.show(frameOf(mette(noted(notes...), func(s *engine.Session) { s.Changed = 99 })))
	l.look()
	got := strings.Join(l.heard(), "\n")
	if !strings.Contains(got, "mute customer asked by you") || !strings.Contains(got, "customer muted") || strings.Contains(got, "pressed 1") {
		t.Errorf("at say needed the command is answered by:\n%s", got)
	}
}

// At the edge of two words a mood would change its word with every sentence.
func TestMoodAtTheEdgeOfTwoWordsIsToldOnce(t *testing.T) {
	mood := func(p engine.Polarity) func(*engine.Session) {
		return func(s *engine.Session) {
			s.Changed += uint64(10000 + int(p))
			s.Samples = []engine.Sample{{Utterance: "u", At: noon, Polarity: p, Weight: 320000}}
		}
	}
	got := watch(t, new(fake), frameOf(), frameOf(mette(mood(0))), frameOf(mette(mood(-110))), frameOf(mette(mood(-90))), frameOf(mette(mood(-120))), frameOf(mette(mood(-30))))
	if len(got) != 2 || !strings.Contains(got[0], "a little negative") || !strings.Contains(got[1], "neutral") {
		t.Errorf("five moods at the edge are told as:\n%s", strings.Join(got, "\n"))
	}
}

// A decision that falls due is heard before what led to it, and a call's name once for what
// happened in it at one moment.
func TestWhatHappensAtOnceIsOneBreath(t *testing.T) {
	l := newListener(1, true)
	l.fake.show(frameOf(mette(proposedCall, noted(
		engine.Note{At: noon, Kind: engine.NoteFact, Text: "customer pressed 1"}, engine.Note{At: noon, Kind: engine.NoteFact, Text: "calling Desk 1"}))))
	l.look()
	got := l.heard()[1:]
	if len(got) != 2 || !strings.Contains(got[0], "transfer to support proposed") || got[1] != "12:00:00 call 3, Mette Sørensen: customer pressed 1; calling Desk 1" {
		t.Errorf("one moment is told as:\n%s", strings.Join(got, "\n"))
	}
}
