package testdata_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine/recording"
)

const (
	minWords = 3 // shorter sentences are not judged

	ring    = 20 * time.Second // for one operator
	settles = 2 * time.Second  // from something that is said or done to what follows from it
)

// unhappy are the callers whom the mood rule is to hear.
var unhappy = []string{"slow-sour", "explodes", "operator-rejects", "charged-twice"}

// The mood rule that a run has by default, for which the recordings are written:
// count of the last of sentences at or below below, in thousandths.
const count, of, below = 3, 5, -300

// alone returns what the customer says before anybody joins him, as it is judged.
func alone(rec *recording.Recording) []recording.Line {
	var said []recording.Line
	for _, on := range []recording.Anchor{recording.OnAnswered, recording.OnMenu, recording.OnQuestion} {
		for _, l := range rec.Lines {
			if l.On == on && l.Who == recording.Customer && l.Scored && len(strings.Fields(l.Say)) >= minWords {
				said = append(said, l)
			}
		}
	}
	return said
}

// fires returns the sentence on which the mood rule fires.
func fires(said []recording.Line) (recording.Line, bool) {
	for i := range said {
		n := 0
		for _, l := range said[max(0, i+1-of) : i+1] {
			if l.Polarity <= below {
				n++
			}
		}
		if n >= count {
			return said[i], true
		}
	}
	return recording.Line{}, false
}

// arrives returns how long after the first one is called an operator answers, and
// false where none does.
func arrives(rec *recording.Recording) (time.Duration, bool) {
	wait := time.Duration(0)
	for _, o := range rec.Operators {
		switch o.Does {
		case recording.Answers:
			return wait + o.After + settles, true
		case recording.Silent:
			wait += ring + settles
		case recording.Busy, recording.Rejects, recording.Voicemail:
			wait += o.After + settles
		}
	}
	return 0, false
}

// The unhappy say enough when the menus are over: what they say between the menus may
// be lost, for the listener is only on its way.
func TestTheMoodBringsAnOperatorToThoseItShould(t *testing.T) {
	for _, rec := range recordings(t) {
		said := alone(rec)
		if _, got := fires(said); got != slices.Contains(unhappy, rec.Name) {
			t.Errorf("%s: the mood rule fires: %v, want %v", rec.Name, got, !got)
		}
		if slices.Contains(unhappy, rec.Name) {
			late := slices.DeleteFunc(said, func(l recording.Line) bool { return l.On != recording.OnQuestion })
			if _, ok := fires(late); !ok {
				t.Errorf("%s: the mood rule does not fire after the open question alone", rec.Name)
			}
		}
	}
}

// What is left to be said to a machine when a person has come is said to nobody.
func TestCallersHaveDoneTalkingWhenTheOperatorComes(t *testing.T) {
	for _, rec := range recordings(t) {
		wait, comes := arrives(rec)
		if !comes {
			continue
		}
		var asked recording.Line // what brings the operator
		if key := slices.IndexFunc(rec.Lines, func(l recording.Line) bool { return l.Key == "1" }); key >= 0 {
			asked = rec.Lines[key]
		} else if said, fired := fires(alone(rec)); fired {
			asked = said
		} else {
			continue
		}
		comesAt := asked.At + asked.Duration() + wait
		for _, l := range rec.Lines {
			if l.On == asked.On && l.Round == asked.Round && l.Who == recording.Customer && l.At > asked.At && l.At+l.Duration() > comesAt+settles {
				t.Errorf("%s: %q is said till %s, and the operator comes at %s", rec.Name, l.Say, l.At+l.Duration(), comesAt)
			}
		}
	}
}

func TestTheMoodRecoversWithAnOperator(t *testing.T) {
	for _, name := range unhappy {
		rec := find(t, name)
		var last recording.Line
		for _, l := range rec.Lines {
			if l.On == recording.OnOperator && l.Who == recording.Customer && len(strings.Fields(l.Say)) >= minWords {
				last = l
			}
		}
		if last.Polarity < 200 {
			t.Errorf("%s: the customer's last words are %q at %d, want them to be content", name, last.Say, last.Polarity)
		}
	}
}

// The kinds that issue 2 lists are there, each told by what it does and not only by
// its name.
func TestEveryKindOfCallIsThere(t *testing.T) {
	presses := func(name, key string) bool {
		return slices.ContainsFunc(find(t, name).Lines, func(l recording.Line) bool { return l.Key == key })
	}
	for _, name := range []string{"calm-hotel", "calm-bag", "calm-invoice", "bad-line", "one-at-once",
		"operator-busy", "operator-silent", "operator-voicemail", "nobody-there", "gives-up-ringing"} {
		if !presses(name, "1") {
			t.Errorf("%s: nobody presses 1", name)
		}
	}
	if !presses("spanish", "2") || find(t, "spanish").Language != "es" {
		t.Error("spanish: the caller does not press 2")
	}
	for _, l := range find(t, "one-at-once").Lines {
		if l.Key == "1" && l.At > 2*time.Second {
			t.Errorf("one-at-once: presses 1 only after %s", l.At)
		}
	}
	gives := find(t, "gives-up-ringing").Lines
	pressed := gives[slices.IndexFunc(gives, func(l recording.Line) bool { return l.Key == "1" })]
	for _, l := range gives {
		if l.On == pressed.On && l.Hangup && (l.At <= pressed.At || l.At >= pressed.At+ring) {
			t.Errorf("gives-up-ringing: hangs up %s after 1 was pressed, want it while the first operator is called", l.At-pressed.At)
		}
	}
	for _, l := range find(t, "says-nothing").Lines {
		if l.Who == recording.Customer && l.Say != "" {
			t.Errorf("says-nothing: says %q", l.Say)
		}
	}
	for _, l := range find(t, "spanish").Lines {
		if l.Scored {
			t.Errorf("spanish: %q has a score, though Symbl scores English only", l.Say)
		}
	}
	praise := 0
	for _, l := range alone(find(t, "sarcasm")) {
		if l.Polarity >= 300 {
			praise++
		}
	}
	if praise < 5 {
		t.Errorf("sarcasm: got %d sentences that score as praise, want at least 5", praise)
	}
}

// Every call says what is right for it, so that a policy can be measured by them: who
// presses the key for a person, or is made for the mood rule, is to be transferred.
func TestEveryCallSaysWhatIsRightForIt(t *testing.T) {
	alone := 0
	for _, rec := range recordings(t) {
		asks := slices.ContainsFunc(rec.Lines, func(l recording.Line) bool { return l.Key == "1" })
		switch rec.Expect {
		case recording.ExpectTransfer:
		case recording.ExpectNone:
			alone++
			if asks || slices.Contains(unhappy, rec.Name) {
				t.Errorf("%s: is to be left alone, though he asks for a person or is unhappy", rec.Name)
			}
		default:
			t.Errorf("%s: does not say what is right for it", rec.Name)
		}
	}
	if alone < 3 {
		t.Errorf("%d calls are to be left alone, want at least 3", alone)
	}
}

// The sample app's rule: one sentence at or below -0.7.
func TestSomeCalmCallersSaySomethingHarshThatIsHarmless(t *testing.T) {
	harsh := 0
	for _, rec := range recordings(t) {
		if rec.Expect != recording.ExpectNone {
			continue
		}
		for _, l := range alone(rec) {
			if l.Polarity <= -800 {
				t.Errorf("%s: %q is too harsh to be harmless", rec.Name, l.Say)
			}
			if l.Polarity <= -700 && l.On == recording.OnQuestion {
				harsh++
			}
		}
	}
	if harsh < 2 {
		t.Errorf("%d harsh sentences in calls that are to be left alone, want at least 2", harsh)
	}
}

func TestWhoAsksPolitelyPressesNothing(t *testing.T) {
	asks := false
	for _, l := range find(t, "asks-politely").Lines {
		if l.Key != "" {
			t.Errorf("presses %s", l.Key)
		}
		if l.On == recording.OnQuestion && l.Say == "Could I speak to a person, please?" {
			asks = l.Polarity >= 0
		}
	}
	if !asks {
		t.Error("nobody asks politely")
	}
}

func TestOperatorsDoWhatTheirRecordingsAreNamedFor(t *testing.T) {
	for name, want := range map[string][]recording.Does{
		"operator-busy":      {recording.Busy, recording.Answers},
		"operator-silent":    {recording.Silent, recording.Answers},
		"operator-rejects":   {recording.Rejects, recording.Answers},
		"operator-voicemail": {recording.Voicemail, recording.Answers},
		"nobody-there":       {recording.Busy, recording.Silent, recording.Rejects},
		"gives-up-ringing":   {recording.Silent},
	} {
		var got []recording.Does
		for _, o := range find(t, name).Operators {
			got = append(got, o.Does)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: operators do %q, want %q", name, got, want)
		}
	}
}

// The name comes from outside and is shown on a terminal: it must hold what harms one.
func TestTheHostileNameIsHostile(t *testing.T) {
	name := find(t, "hostile-name").Caller
	for what, text := range map[string]string{
		"an escape sequence": "\x1b[2J", "a title sequence": "\x1b]0;", "an 8-bit sequence": "\u009b", "a new line": "\n",
		"a bell": "\a", "a NUL": "\x00", "a right-to-left override": "\u202e", "an isolate": "\u2067", "a zero-width space": "\u200b",
		"stacked accents": "\u0301\u0302\u0303",
	} {
		if !strings.Contains(name, text) {
			t.Errorf("the name holds no %s", strings.TrimPrefix(what, "a "))
		}
	}
	if n := len([]rune(name)); n < 1000 {
		t.Errorf("the name has %d characters, want at least 1000", n)
	}
}
