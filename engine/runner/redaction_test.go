package runner_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/redact"
	"switchboard/engine/runner"
)

// redacted runs a test with a runner that hides what nobody may keep.
func redacted(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := startWith(t, 1, redact.New(redact.Patterns{}))
		defer func() {
			if err := r.end(); err != nil {
				t.Errorf("Run: %v", err)
			}
		}()
		test(t, r)
	})
}

// uttered is a sentence that Symbl heard by telephone.
func uttered(session engine.SessionID, message, text string, revision int) engine.Uttered {
	return engine.Uttered{
		Session: session, Connection: "c", Conversation: "k", Message: message, Revision: revision,
		Text: text, Start: noon, End: noon,
	}
}

// written returns the event of that id, as the journal has it.
func (r *rig) written(id string) string {
	r.t.Helper()
	e, ok := r.book.find(id)
	if !ok {
		r.t.Fatalf("%s was not written down", id)
	}
	_, raw, err := engine.EncodeBody(e.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(raw)
}

func TestACardNumberIsHiddenBeforeItIsWrittenDown(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		r.tell("u1", uttered(s, "1", "It is 4929 1834", 1))
		r.tell("u2", uttered(s, "2", "7756 0213, thank you", 1))
		r.tell("u2/2", uttered(s, "2", "7756 0213, thank you", 2))
		r.tell("w1", engine.Transcribed{LegRef: ref("a"), Text: "four nine two nine one eight three four"})
		for id, want := range map[string]string{
			"u1": "It is 4929 18[redacted]", "u2": "[redacted], thank you", "u2/2": "[redacted], thank you",
			"w1": "four nine two nine one eight [redacted]",
		} {
			if got := r.written(id); !strings.Contains(got, `"`+want+`"`) {
				t.Errorf("%s is written down as %s, want %q", id, got, want)
			}
		}
	})
}

func TestAPartialIsHiddenBeforeItIsShown(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		r.tell("u1", uttered(s, "1", "It is 4929 1834", 1))
		r.Partial(engine.Partial{Session: s, Speaker: engine.SpeakerCustomer, Text: "7756 is the rest of it", At: r.Now()})
		if p := r.Talk(s).Partials; len(p) != 1 || p[0].Text != "[redacted] is the rest of it" {
			t.Errorf("what is being said is shown as %v", p)
		}
	})
}

func TestAFarEndsOwnWordsAreHidden(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		r.Note(engine.TroubleSymbl, "cannot read \"4929 1834 7756 0213\"")
		r.tell("f", engine.FeedFailed{Session: s, Connection: "c", Why: "cannot read 4929183477560213"})
		if got := r.trouble(engine.TroubleSymbl).Detail; strings.Contains(got, "7756") {
			t.Errorf("the trouble is told as %q", got)
		}
		for id, body := range map[string]engine.Body{
			"stream": engine.StreamFailed{LegRef: ref("a"), Why: "cannot send 4929183477560213"},
			"down":   engine.MediaDown{LegRef: ref("a"), Why: "cannot send 4929183477560213"},
			"gap":    engine.MediaGap{LegRef: ref("a"), Why: "cannot send 4929183477560213"},
			"probed": engine.FeedProbed{Kind: engine.FeedStream, Why: "cannot send 4929183477560213"},
		} {
			r.tell(id, body)
			if got := r.written(id); strings.Contains(got, "7756") {
				t.Errorf("%s is written down as %s", id, got)
			}
		}
		if got := r.written("f"); strings.Contains(got, "7756") {
			t.Errorf("the failure is written down as %s", got)
		}
	})
}

// What became of a command is shown before it is written down.
func TestTheWordsOfARefusalAreHiddenWhereTheyAreShown(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		r.telnyx.refuse("cannot say \"4929 1834 7756 0213\"")
		r.call("a")
		if got := r.trouble(engine.TroubleTelnyx).Detail; !strings.Contains(got, "cannot say") || strings.Contains(got, "7756") {
			t.Errorf("the trouble is told as %q", got)
		}
	})
}

// A supervisor may write down what a customer has told him.
func TestACardNumberInAHandoverNoteIsHidden(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		r.tell("n", engine.NoteAsked{Text: "his card is 4929 1834 7756 0213, call +1 (202) 555-0142 or +12025550143 back, or +4929183477560213 1"})
		want := `"his card is 4929 18[redacted], call +1 (202) 555-0142 or +12025550143 back, or +492918[redacted]`
		if got := r.written("n"); !strings.Contains(got, want) {
			t.Errorf("the note is written down as %s, want %s", got, want)
		}
	})
}

func TestCallerNamesAndNumbersStay(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		in := incoming("a")
		in.Name = "Taxi 1234567"
		r.tell("in", in)
		if got := r.written("in"); !strings.Contains(got, "Taxi 1234567") || !strings.Contains(got, "+12025550123") {
			t.Errorf("written down as %s", got)
		}
	})
}

func TestWithoutARedactorNothingIsHidden(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		r.tell("u1", uttered(s, "1", "It is 4929 1834", 1))
		r.Partial(engine.Partial{Session: s, Speaker: engine.SpeakerCustomer, Text: "7756 is the rest", At: r.Now()})
		if got := r.written("u1"); !strings.Contains(got, "4929 1834") {
			t.Errorf("written down as %s", got)
		}
		if p := r.Talk(s).Partials; len(p) != 1 || p[0].Text != "7756 is the rest" {
			t.Errorf("shown as %v", p)
		}
	})
}

// A journal that cannot write is offered the same entries again, and a webhook comes
// twice: neither makes a number longer.
func TestASentenceThatIsOfferedAgainIsHiddenAlike(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		r.book.fail(errFull)
		for range 3 {
			if r.submit("u1", uttered(s, "1", "It is 4929", 1)) == nil {
				t.Fatal("taken in by a journal that cannot write")
			}
		}
		r.book.fail(nil)
		r.tell("u1", uttered(s, "1", "It is 4929", 1))
		if got := r.written("u1"); !strings.Contains(got, `"It is 4929"`) {
			t.Errorf("written down as %s", got)
		}
	})
}

// What was said before a restart is known from the marks.
func TestANumberGoesOnOverARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startWith(t, 1, redact.New(redact.Patterns{}))
		s := r.call("a")
		r.tell("u1", uttered(s, "1", "It is 4929 1834", 1))
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		state := engine.NewState("0123456789")
		for _, e := range r.book.all() {
			state, _ = engine.Step(state, e)
		}
		if f, ok := state.Frame().Session(s); !ok || f.Transcript.Len() != 1 {
			t.Fatalf("the transcript has %d sentences before the restart", f.Transcript.Len())
		}
		again := &rig{t: t, book: r.book, telnyx: newFarEnd(), symbl: newFarEnd(), ended: make(chan error, 1)}
		again.Runner = runner.New(runner.Config{
			Journal: r.book, State: state, Clock: clock.New(r.Now(), 1), Build: "test", Redact: redact.New(redact.Patterns{}),
			Adapters: map[engine.Adapter]runner.Doer{engine.AdapterTelnyx: again.telnyx, engine.AdapterSymbl: again.symbl},
		})
		again.run()
		again.tell("u2", uttered(s, "2", "7756", 1))
		if got := again.written("u2"); !strings.Contains(got, redact.Mark) {
			t.Errorf("after the restart the rest is written down as %s", got)
		}
		raw, _ := json.Marshal(again.Frame().Sessions)
		if strings.Contains(string(raw), "7756") {
			t.Error("the frame shows the rest")
		}
		if err := again.end(); err != nil {
			t.Fatal(err)
		}
	})
}
