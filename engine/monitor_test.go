package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// supervised is a call that is answered and in its conference, from which supervisors'
// acts set out.
const supervised = `settings Deaf=no~feed Phone=+12025550150 Briefing.Monitored=a~supervisor~listens
0    leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100
+0.3 leg.answered Leg=c1
+0.2 participant.joined Leg=c1 Conference=room-s3
+3   speech.ended Leg=c1 Status=completed
`

// whispering follows on supervised: an operator is there, and a supervisor whispers to him.
const whispering = `+1 transfer.asked Session=s3 By=supervisor/ann
+1 leg.answered Leg=s3-operator-1
+1 participant.joined Leg=s3-operator-1 Conference=room-s3
+1 monitor.asked Session=s3 Role=whisper By=supervisor/ann
+1 leg.answered Leg=s3-supervisor-1
+1 participant.joined Leg=s3-supervisor-1 Conference=room-s3
`

// TestSupervisorsActsLeaveNothingWaiting: whatever supervisors ask, and whatever comes of
// it and in which order, a strict state never waits for ever; what is shown of a leg is
// granted; a whisper that was ordered last has somebody who hears it; and when the
// customer is gone no leg is left.
func TestSupervisorsActsLeaveNothingWaiting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := enginetest.New()
		var script string
		run := func(lines string) {
			script += lines
			if _, err := s.Run(lines); err != nil {
				t.Fatalf("%v after\n%s", err, script)
			}
		}
		defer func() {
			if r := recover(); r != nil {
				t.Fatalf("%v after\n%s", r, script)
			}
		}()
		run(supervised)
		if rapid.Bool().Draw(t, "whispering") { // chance alone seldom comes so far
			run(whispering)
		}
		for range rapid.IntRange(1, 60).Draw(t, "acts") {
			run(drawAct(t) + "\n")
			for _, fault := range faults(s.State.Frame()) {
				t.Fatalf("%s after\n%s", fault, script)
			}
		}
		run("answering role hold join dial hangup speak open\n+1 leg.hungup Leg=c1 Cause=normal_clearing\nrun 900\n")
		if open := s.State.Open(); len(open) > 0 {
			t.Fatalf("%v are left after\n%s", open, script)
		}
	})
}

// drawAct draws one line of a script: something that a supervisor asks, that Telnyx
// tells, or how the next command is answered.
func drawAct(t *rapid.T) string {
	leg := rapid.SampledFrom([]string{"s3-operator-1", "s3-operator-2", "s3-operator-3", "s3-supervisor-1", "s3-supervisor-2", "s3-supervisor-3"})
	name := rapid.SampledFrom([]string{"customer", "op-1", "op-2", "sup-1", "sup-2", "sup-3"})
	by := rapid.SampledFrom([]string{"By=supervisor/ann", "By=supervisor/ben Phone=+12025550151", "By=supervisor/cyd Phone=+12025550101"})
	role := rapid.SampledFrom([]string{"monitor", "whisper", "barge"})
	switch rapid.IntRange(0, 19).Draw(t, "act") {
	case 0, 1, 2:
		return fmt.Sprintf("+0.5 monitor.asked Session=s3 Role=%s %s", role.Draw(t, "role"), by.Draw(t, "by"))
	case 3:
		return "+0.5 takeover.asked Session=s3 By=supervisor/ann"
	case 4, 5:
		return "+0.5 transfer.asked Session=s3 By=supervisor/ann"
	case 6:
		return fmt.Sprintf("+0.5 hold.asked Session=s3 Leg=%s On=%t By=supervisor/ann", name.Draw(t, "leg"), rapid.Bool().Draw(t, "on"))
	case 7:
		return fmt.Sprintf("+0.5 hangup.asked Session=s3 Leg=%s By=supervisor/ann", rapid.SampledFrom([]string{"op-1", "op-2", "sup-1", "sup-2"}).Draw(t, "leg"))
	case 8, 9, 10:
		return "+0.2 leg.answered Leg=" + leg.Draw(t, "leg")
	case 11, 12, 13:
		return fmt.Sprintf("+0.2 participant.joined Leg=%s Conference=room-s3", leg.Draw(t, "leg"))
	case 14:
		return fmt.Sprintf("+0.2 participant.left Leg=%s Conference=room-s3", leg.Draw(t, "leg"))
	case 15:
		return fmt.Sprintf("+0.2 leg.hungup Leg=%s Cause=normal_clearing", leg.Draw(t, "leg"))
	case 16:
		return "+0.2 conference.ended Leg=c1 Conference=room-s3 Reason=time_exceeded"
	case 17:
		how := rapid.SampledFrom([]string{"refuse %s other", "refuse %s ended", "refuse %s no-conference", "unanswered %s", "silent %s", "answering %s"})
		return fmt.Sprintf(how.Draw(t, "how"), rapid.SampledFrom([]string{"role", "hold", "join", "dial"}).Draw(t, "verb"))
	case 18:
		return "restart"
	default:
		return fmt.Sprintf("run %d", rapid.IntRange(1, 40).Draw(t, "seconds"))
	}
}

// faults returns what a frame shows that cannot be.
func faults(f *engine.Frame) []string {
	var faults []string
	for _, s := range f.Sessions {
		away := func(name engine.LegName) bool {
			l, ok := s.Leg(name)
			return !ok || !l.Joined
		}
		for _, l := range s.Legs {
			switch {
			case !l.Joined && (l.Monitor != 0 || l.Held || len(l.Whisper) > 0):
				faults = append(faults, fmt.Sprintf("%s is shown as %s, held %t, and is not in the room", l.Name, l.Monitor, l.Held))
			case !l.Joined || l.HangupAsked || s.Ending != "":
			case l.RoleSent == engine.Whisper && (len(l.WhisperSent) == 0 || slices.ContainsFunc(l.WhisperSent, away)):
				faults = append(faults, fmt.Sprintf("%s whispers to %v, who are not there", l.Name, l.WhisperSent))
			}
		}
	}
	return faults
}

// TestAllowTellsWhichCallThePhoneIsOn: the console refuses at once, in the words of Step.
func TestAllowTellsWhichCallThePhoneIsOn(t *testing.T) {
	s := enginetest.New()
	if _, err := s.Run(supervised + `+1 leg.initiated Leg=c2 Direction=incoming From=+12025550143 To=+12025550100
+0.3 leg.answered Leg=c2
+1 monitor.asked Session=s3 Role=monitor By=supervisor/ann
+1 transfer.asked Session=s3 To=+12025550101 By=supervisor/ann
`); err != nil {
		t.Fatal(err)
	}
	f := s.State.Frame()
	second := f.Sessions[1].ID
	for _, c := range []struct {
		phone string
		want  error
		words string
	}{
		{"", engine.ErrPhoneBusy, "your phone is on call 1; press L there first"},
		{"+12025550101", engine.ErrPhoneOperator, "that number is an operator's, and he is on call 1; give another number with :phone"},
		{"+12025550151", nil, ""},
	} {
		err := f.Allow(engine.MonitorAsked{Session: second, Role: engine.Monitor, Phone: c.phone})
		if !errors.Is(err, c.want) || err != nil && err.Error() != c.words {
			t.Errorf("phone %q: %v, want %q", c.phone, err, c.words)
		}
	}
	if got := f.Phone; got != "+12025550150" {
		t.Errorf("the frame's phone is %q", got)
	}
}

// TestTakenOverIsSaid: the transfer ends and says who is with the customer now, which is
// whose phone it is and not who asked.
func TestTakenOverIsSaid(t *testing.T) {
	s := enginetest.New()
	if _, err := s.Run(supervised + whispering + "+1 takeover.asked Session=s3 By=supervisor/ben\n"); err != nil {
		t.Fatal(err)
	}
	got := s.State.Frame().Sessions[0].Transfer
	if got.Status != engine.TransferEnded || got.Why != "taken over by supervisor/ann" {
		t.Errorf("the transfer is %s, %q", got.Status, got.Why)
	}
}
