package plain

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
)

// A listener is a console that a person listens to, whose wall the test moves.
type listener struct {
	*console
	fake *fake
	out  *bytes.Buffer
	at   time.Time
}

func newListener(hidden grade, paced bool) *listener {
	l := &listener{fake: new(fake), out: new(bytes.Buffer), at: noon}
	l.console = &console{engine: l.fake, name: "test", zone: time.UTC, out: newOutput(l.out), calls: map[engine.SessionID]told{},
		now: func() time.Time { return l.at }, pace: pace{on: paced, hidden: hidden}}
	l.fake.show(frameOf(mette()))
	l.look()
	return l
}

// heard ends the console and returns what was told.
func (l *listener) heard() []string {
	l.console.out.close()
	return lines(l.out.String())
}

func sentence(id, text string) engine.Utterance {
	return engine.Utterance{ID: id, Start: noon, End: noon, Speaker: engine.SpeakerCustomer, Text: text, Scored: true, Judged: true, Polarity: -410}
}

func TestLinesAreToldDownToTheGradeThatWasAskedFor(t *testing.T) {
	for hidden, want := range map[grade][]string{
		0: {"words", "a fact", "trouble: a trouble"},
		1: {"a fact", "trouble: a trouble"},
		2: {"trouble: a trouble"},
	} {
		l := newListener(hidden, false)
		l.fake.show(frameOf(mette(said(sentence("u1", "words")), noted(
			engine.Note{At: noon, Kind: engine.NoteFact, Text: "a fact"}, engine.Note{At: noon, Kind: engine.NoteTrouble, Text: "a trouble"}))))
		l.look()
		got := strings.Join(l.heard(), "\n")
		for _, text := range []string{"words", "a fact", "trouble: a trouble"} {
			wanted := strings.Contains(strings.Join(want, "\n"), text)
			if strings.Contains(got, text) != wanted {
				t.Errorf("with %d grades hidden, is %q told: %t, want %t; all:\n%s", hidden, text, !wanted, wanted, got)
			}
		}
	}
}

func TestFollowedCallTellsItsWords(t *testing.T) {
	l := newListener(2, false)
	l.command(context.Background(), "follow 3")
	l.fake.show(frameOf(mette(said(sentence("u1", "It is the third time.")))))
	l.look()
	if got := strings.Join(l.heard(), "\n"); !strings.Contains(got, "It is the third time.") {
		t.Errorf("the words of a followed call are not told:\n%s", got)
	}
}

func TestQuietTellsOnlyWhatNeedsAHand(t *testing.T) {
	l := newListener(0, false)
	l.command(context.Background(), "quiet 5")
	l.fake.show(frameOf(mette(said(sentence("u1", "unheard")), noted(engine.Note{At: noon, Kind: engine.NoteTrouble, Text: "a trouble"}))))
	l.look()
	l.at = l.at.Add(5 * time.Minute)
	l.fake.show(frameOf(mette(said(sentence("u1", "unheard"), sentence("u2", "heard again")), noted(engine.Note{At: noon, Kind: engine.NoteTrouble, Text: "a trouble"}), func(s *engine.Session) { s.Changed = 99 })))
	l.look()
	got := strings.Join(l.heard(), "\n")
	if strings.Contains(got, "customer: unheard") || !strings.Contains(got, "a trouble") || !strings.Contains(got, "heard again") {
		t.Errorf("quiet for five minutes told:\n%s", got)
	}
}

// A hundred lines in a second cannot be listened to: what is left out is counted, and
// what needs a hand is told all the same.
func TestRoutineLinesAreRationed(t *testing.T) {
	l := newListener(0, true)
	var all []engine.Utterance
	for i := range 100 {
		all = append(all, sentence(fmt.Sprint("u", i), fmt.Sprint("sentence ", i)))
	}
	l.fake.show(frameOf(mette(said(all...), noted(engine.Note{At: noon, Kind: engine.NoteTrouble, Text: "a trouble"}))))
	l.look()
	l.at = l.at.Add(burst * perLine)
	l.look()
	got := l.heard()
	if n := strings.Count(strings.Join(got, "\n"), "sentence "); n != burst {
		t.Errorf("%d sentences are told at once, want %d", n, burst)
	}
	text := strings.Join(got, "\n")
	if want := fmt.Sprintf("%d lines left out of call 3", 100-burst); !strings.Contains(text, want) || !strings.Contains(text, "a trouble") {
		t.Errorf("want %q and the trouble in:\n%s", want, text)
	}
}

func TestEmptyLineHoldsTheLinesUntilTheNext(t *testing.T) {
	l := newListener(0, true)
	l.command(context.Background(), "")
	l.fake.show(frameOf(mette(said(sentence("u1", "waits")), noted(engine.Note{At: noon, Kind: engine.NoteTrouble, Text: "a trouble"}))))
	l.look()
	l.command(context.Background(), "groups")
	l.look()
	got := strings.Join(l.heard(), "\n")
	trouble, answer, waits := strings.Index(got, "a trouble"), strings.Index(got, "no groups"), strings.Index(got, "customer: waits")
	if trouble < 0 || answer < trouble || waits < answer {
		t.Errorf("want the trouble, then the answer, then what waited:\n%s", got)
	}
}

func TestHeldLinesAreToldAfterAWhileAnyhow(t *testing.T) {
	l := newListener(0, true)
	l.command(context.Background(), "")
	l.fake.show(frameOf(mette(said(sentence("u1", "waits")))))
	l.look()
	l.at = l.at.Add(heldFor)
	l.look()
	if got := strings.Join(l.heard(), "\n"); !strings.Contains(got, "customer: waits") {
		t.Errorf("what was held is lost:\n%s", got)
	}
}

// The prompt stands once, at the end; a line takes its place.
func TestPromptStandsAfterTheLines(t *testing.T) {
	var b bytes.Buffer
	o := newOutput(&b)
	o.prompt = "> "
	o.ask()
	o.ask()
	o.line("one")
	o.ask()
	o.asked()
	o.line("two")
	o.close()
	if got, want := b.String(), "> \rone\n> two\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestEveryCommandIsKnownAndHasHelp(t *testing.T) {
	for _, verb := range verbs {
		if verb == "quit" || verb == "help" {
			continue
		}
		f := new(fake)
		f.show(frameOf(mette()))
		if got := strings.Join(converse(t, f, verb+" 3 x y z"), "\n"); strings.Contains(got, "there is no command") {
			t.Errorf("%s is no command: %s", verb, got)
		}
		if got := strings.Join(converse(t, f, "help "+verb), "\n"); strings.Contains(got, "there is no command") {
			t.Errorf("no help tells of %s", verb)
		}
	}
	for verb := range acts {
		found := false
		for _, v := range verbs {
			found = found || v == verb
		}
		if !found {
			t.Errorf("%s can be typed, and is not among the verbs", verb)
		}
	}
}

func TestNeedsNamesTheMostPressingFirst(t *testing.T) {
	proposed := mette(func(s *engine.Session) {
		s.ID, s.Number, s.Name = "s1", 1, "Nina"
		s.Transfer = engine.Transfer{Status: engine.TransferProposed, Due: noon.Add(5 * time.Second), Group: "tier-2"}
	})
	alerted := mette(func(s *engine.Session) {
		s.Alerts = []engine.Alert{{Rule: "talk-over", Severity: engine.SeverityAmber, At: noon}}
	})
	f := new(fake)
	f.show(frameOf(alerted, proposed))
	got := converse(t, f, "needs")
	text := strings.Join(got, "\n")
	first, second := strings.Index(text, "call 1, Nina: transfer"), strings.Index(text, "call 3, Mette Sørensen: alert talk-over, amber; why 3, seen 3")
	if first < 0 || second < first {
		t.Errorf("needs tells:\n%s", text)
	}
}

// On a busy floor there is never time to say it: it is said after a while all the same.
func TestLinesThatWereLeftOutAreToldOnABusyFloorToo(t *testing.T) {
	l := newListener(0, true)
	var all []engine.Utterance
	for i := range 60 {
		all = append(all, sentence(fmt.Sprint("u", i), "more"), sentence(fmt.Sprint("v", i), "and more"))
		l.fake.show(frameOf(mette(said(all...), func(s *engine.Session) { s.Changed = uint64(100 + i) })))
		l.look()
		l.at = l.at.Add(time.Second)
	}
	if n := strings.Count(strings.Join(l.heard(), "\n"), "left out of call 3"); n < 1 || n > 3 {
		t.Errorf("in a minute of two sentences a second it is told %d times that lines were left out", n)
	}
}
