package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// heard is the beginning of a call that Symbl listens to, up to its third menu.
const heard = `
0    leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100 Attested=B
+0.3 leg.answered Leg=c1
+0.2 participant.joined Leg=c1 Conference=room-s2
+3   speech.ended Leg=c1 Status=completed
+1   leg.initiated Leg=y1 Direction=incoming From=+12025550188 To=+12025550199
+0.2 leg.answered Leg=y1
+3   gathered Leg=y1 Digits=2308960513 Status=valid
+0.2 participant.joined Leg=y1 Conference=room-s2
`

// asked is the same call, in the silence after the open question, at 35 s.
const asked = heard + `
+1   gathered Leg=c1 Status=timeout
21   gathered Leg=c1 Status=timeout
31   gathered Leg=c1 Status=timeout
35   speech.ended Leg=c1 Status=completed
`

// caseOf runs a script and returns the case of its first call so many seconds after
// the beginning.
func caseOf(t *testing.T, script string, at float64) engine.Case {
	t.Helper()
	s := enginetest.New()
	if out, err := s.Run(script); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	sessions := s.State.Frame().Sessions
	if len(sessions) == 0 {
		t.Fatal("there is no call")
	}
	return sessions[0].Case(after(at), time.Minute)
}

func after(seconds float64) time.Time {
	return enginetest.Start.Add(time.Duration(seconds * float64(time.Second)))
}

// TestCaseState: what goes on in a call is told in one word, and since when.
func TestCaseState(t *testing.T) {
	dial := asked + "40   transfer.asked Session=s2 By=supervisor/ann\n"
	for name, c := range map[string]struct {
		script string
		state  engine.CallState
		since  float64
		talk   bool
	}{
		"not answered":   {"0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100\n", engine.CallRinging, 0, false},
		"answered":       {heard, engine.CallMachine, 0.3, true},
		"dialling":       {dial, engine.CallReaching, 40, true},
		"operator there": {dial + "45 leg.answered Leg=s2-operator-1 State=1|main.5eed0000|s2|operator|1\n46 participant.joined Leg=s2-operator-1 Conference=room-s2\n", engine.CallOperator, 46, true},
		"and gone again": {dial + "45 leg.answered Leg=s2-operator-1 State=1|main.5eed0000|s2|operator|1\n46 participant.joined Leg=s2-operator-1 Conference=room-s2\n50 leg.hungup Leg=s2-operator-1 Cause=normal_clearing\n", engine.CallMachine, 50, true},
		"hung up":        {heard + "20 leg.hungup Leg=c1 Cause=normal_clearing\n", engine.CallEnding, 20, false},
	} {
		got := caseOf(t, c.script, 60)
		if got.State != c.state || !got.Since.Equal(after(c.since)) || got.Talking != c.talk {
			t.Errorf("%s: %s since %s, talking %t; want %s since %s, %t",
				name, got.State, got.Since.Sub(enginetest.Start), got.Talking, c.state, time.Duration(c.since*float64(time.Second)), c.talk)
		}
	}
}

// TestCaseStateOfASession: states that come of what others decide are told as well.
func TestCaseStateOfASession(t *testing.T) {
	base := engine.Session{Number: 1, Phase: engine.PhaseTalking, Legs: []engine.Leg{
		{Name: "customer", Role: engine.RoleCustomer, Status: engine.LegUp, Joined: true},
	}}
	for want, change := range map[engine.CallState]func(*engine.Session){
		engine.CallMachine:  func(*engine.Session) {},
		engine.CallHold:     func(s *engine.Session) { s.Legs[0].Held = true },
		engine.CallProposed: func(s *engine.Session) { s.Transfer.Status = engine.TransferProposed },
		engine.CallQueued:   func(s *engine.Session) { s.Transfer.Status = engine.TransferQueued },
		engine.CallReaching: func(s *engine.Session) { s.Transfer.Status = engine.TransferBriefing },
		engine.CallFront: func(s *engine.Session) {
			s.Legs = append(s.Legs, engine.Leg{Name: "front-1", Role: engine.RoleFront, Status: engine.LegUp, Joined: true})
		},
		engine.CallOperator: func(s *engine.Session) { // a supervisor took over
			s.Legs = append(s.Legs, engine.Leg{Name: "sup-1", Role: engine.RoleSupervisor, Status: engine.LegUp, Joined: true, Monitor: engine.Barge})
		},
		engine.CallEnding: func(s *engine.Session) { s.Ending = "goodbye" },
	} {
		s := base
		s.Legs = slices.Clone(base.Legs)
		change(&s)
		if got := s.Case(after(9), 0); got.State != want || !got.Since.Equal(after(9)) {
			t.Errorf("%s since %s, want %s since now", got.State, got.Since, want)
		}
	}
}

// TestCaseFacts: a case knows the answer, the announcement, the attestation, the
// menus without a key, the keys and the customer's words.
func TestCaseFacts(t *testing.T) {
	c := caseOf(t, asked, 36)
	if !c.Answered.Equal(after(0.3)) || !c.Announced.Equal(after(3.5)) || c.Attested != engine.AttestationB ||
		c.NoInput != 3 || !c.English || c.Typical != time.Minute {
		t.Errorf("%+v", c)
	}
	c = caseOf(t, asked+"40 key.pressed Leg=c1 Digit=9\n", 41)
	if len(c.Keys) != 1 || c.Keys[0].Digit != "9" || c.NoInput != 0 {
		t.Errorf("keys %v, %d menus without a key", c.Keys, c.NoInput)
	}
	c = caseOf(t, asked+`
38 uttered Session=s2 Conversation=v Message=2 Revision=1 Text=it~never~came~at~all Start=36 End=37 Scored=true Polarity=-500
39 uttered Session=s2 Conversation=v Message=1 Revision=1 Text=hello~there Start=35.2 End=35.8 Scored=false
40 uttered Session=s2 Conversation=v Message=2 Revision=2 Text=it~never~came~at~all~you~know Start=36 End=37 Scored=true Polarity=-600 Confidence=550
`, 41)
	if c.Words != 9 || c.NoInput != 0 || len(c.Said) != 2 {
		t.Fatalf("%d words, %d menus without a key, said %+v", c.Words, c.NoInput, c.Said)
	}
	first, second := c.Said[0], c.Said[1]
	if first.Text != "hello there" || first.Scored || first.Told || first.Words != 2 {
		t.Errorf("the first that was said: %+v", first)
	}
	if !second.Scored || second.Polarity != -600 || second.Confidence != 550 || second.Words != 7 || second.Weight != 437 {
		t.Errorf("the second: %+v", second)
	}
}

// TestAnnouncementNotSpoken: what could not be spoken was not announced.
func TestAnnouncementNotSpoken(t *testing.T) {
	c := caseOf(t, `
refuse speak other no
0    leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100
+0.3 leg.answered Leg=c1
+0.2 participant.joined Leg=c1 Conference=room-s2
`, 9)
	if !c.Announced.IsZero() {
		t.Errorf("announced at %s", c.Announced)
	}
}

// TestCaseSilence: silence counts from the last that anybody said, while somebody
// should speak and we would hear it.
func TestCaseSilence(t *testing.T) {
	spoke := asked + "38 uttered Session=s2 Conversation=v Message=1 Revision=1 Text=hello~there Start=36 End=37 Scored=false\n"
	for name, c := range map[string]struct {
		script string
		want   float64 // 0: it does not count
	}{
		"not listened to yet":    {"0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100\n1 leg.answered Leg=c1\n", 0},
		"a menu waits for a key": {heard, 0},
		"a question plays":       {asked + "36 key.pressed Leg=c1 Digit=2\n", 0},
		"after the question":     {asked, 35},
		"after a sentence":       {spoke, 37},
		"dialling an operator":   {spoke + "40 transfer.asked Session=s2 By=supervisor/ann\n", 0},
		"with an operator": {spoke + "40 transfer.asked Session=s2 By=supervisor/ann\n45 leg.answered Leg=s2-operator-1 State=1|main.5eed0000|s2|operator|1\n" +
			"46 participant.joined Leg=s2-operator-1 Conference=room-s2\n47 speech.ended Leg=c1 Status=completed\n", 47},
		"blind":            {spoke + "40 feed.failed Session=s2 Connection=x-s2 Why=no~answer\nrun 40\n", 0},
		"heard once again": {spoke + "40 feed.failed Session=s2 Connection=x-s2 Why=no~answer\nrun 40\n90 feed.back Session=s2 Connection=x-s2\n", 90},
		"hung up":          {spoke + "40 leg.hungup Leg=c1 Cause=normal_clearing\n", 0},
	} {
		want := time.Time{}
		if c.want > 0 {
			want = after(c.want)
		}
		if got := caseOf(t, c.script, 95).Quiet; !got.Equal(want) {
			t.Errorf("%s: quiet since %s, want %s", name, got, want)
		}
	}
}

// TestCaseBlind: since when nobody hears the customer is kept from turn to turn.
func TestCaseBlind(t *testing.T) {
	failed := asked + "40 feed.failed Session=s2 Connection=x-s2 Why=no~answer\n"
	if c := caseOf(t, failed, 41); !c.Blind.IsZero() {
		t.Errorf("blind at once, since %s", c.Blind)
	}
	blind := failed + "run 40\n"
	if c := caseOf(t, blind+"90 key.pressed Leg=c1 Digit=9\n", 95); !c.Blind.Equal(after(40)) {
		t.Errorf("blind since %s, want 40 s", c.Blind)
	}
	if c := caseOf(t, blind+"90 feed.back Session=s2 Connection=x-s2\n", 95); !c.Blind.IsZero() {
		t.Errorf("blind since %s, though heard again", c.Blind)
	}
}

// TestCaseSpanish: what is said in Spanish is heard and not scored.
func TestCaseSpanish(t *testing.T) {
	c := caseOf(t, asked+`
36 key.pressed Leg=c1 Digit=2
50 uttered Session=s2 Conversation=v Message=1 Revision=1 Text=quiero~hablar~con~una~persona Start=48 End=49 Scored=true Polarity=-700
`, 51)
	if c.English || len(c.Said) != 1 || c.Said[0].Scored {
		t.Errorf("%+v", c)
	}
}

// TestCaseIsBounded: a case holds the last 48 sentences in the order they were said.
func TestCaseIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(asked)
	for i := range 100 {
		at := float64(36 + 2*i)
		if i%2 == 0 {
			at += 3 // told out of order
		}
		fmt.Fprintf(&b, "%d uttered Session=s2 Conversation=v Message=%d Revision=1 Text=sentence~number~%d Start=%g End=%g Scored=true Polarity=0\n",
			40+2*i, i, i, at, at+1)
	}
	c := caseOf(t, b.String(), 300)
	sorted := slices.IsSortedFunc(c.Said, func(a, b engine.Heard) int { return a.At.Compare(b.At) })
	if len(c.Said) != 48 || !sorted || c.Words != 300 {
		t.Errorf("%d sentences, in order %t, %d words in all", len(c.Said), sorted, c.Words)
	}
}

// TestScoreOfOthers: what the feed tells of others is kept aside; it comes back where
// a sentence turns out to be the customer's, and is gone from his mood where it does
// not.
func TestScoreOfOthers(t *testing.T) {
	operator := asked + `
40 transfer.asked Session=s2 By=supervisor/ann
45 leg.answered Leg=s2-operator-1 State=1|main.5eed0000|s2|operator|1
46 participant.joined Leg=s2-operator-1 Conference=room-s2
47 speech.ended Leg=c1 Status=completed
48 floor.changed Leg=s2-operator-1 Conference=room-s2
52 uttered Session=s2 Conversation=v Message=1 Revision=1 Text=this~is~a~very~bad~thing Start=50 End=51 Scored=true Polarity=-800 Confidence=900 Source=words
`
	c := caseOf(t, operator, 53)
	h := c.Said[0]
	if h.Speaker != engine.SpeakerOperator || h.Scored || !h.Told || h.Polarity != -800 || h.Source != "words" || c.Words != 0 {
		t.Errorf("an operator's: %+v, %d words of the customer", h, c.Words)
	}
	h = caseOf(t, operator+"54 floor.changed Leg=c1 Conference=room-s2 Ago=4.5s\n", 55).Said[0]
	if h.Speaker != engine.SpeakerCustomer || !h.Scored || h.Polarity != -800 {
		t.Errorf("the customer's after all: %+v", h)
	}
	back := operator + "54 floor.changed Leg=c1 Conference=room-s2 Ago=4.5s\n55 floor.changed Leg=s2-operator-1 Conference=room-s2 Ago=5.2s\n"
	c = caseOf(t, back, 56)
	if h := c.Said[0]; h.Speaker != engine.SpeakerOperator || h.Scored || h.Polarity != -800 || c.Words != 0 {
		t.Errorf("the operator's after all: %+v, %d words of the customer", h, c.Words)
	}
	s := enginetest.New()
	if _, err := s.Run(back); err != nil {
		t.Fatal(err)
	}
	if mood, judged := s.State.Frame().Sessions[0].Mood(after(56)); judged {
		t.Errorf("the mood is %s, of what an operator said", mood)
	}
}

// BenchmarkCase is what a look at a long call costs before it is judged.
func BenchmarkCase(b *testing.B) {
	s := load(1)
	for i := range 100 {
		s, _ = engine.Step(s, uttered(s, s.Open()[0], i))
	}
	session := s.Frame().Sessions[0]
	b.ReportAllocs()
	for b.Loop() {
		session.Case(s.Now, 0)
	}
}
