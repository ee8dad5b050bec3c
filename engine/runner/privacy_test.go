package runner_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/redact"
	"switchboard/engine/runner"
)

// The planted words: they are said and keyed in while the customer pays, and must be
// found nowhere. Some are no digits, so that only hiding the whole sentence hides them.
var planted = []string{"zebra", "4929", "1834", "7756", "0213", "cuatro", "quagga"}

// nowhere holds everything that is kept or shown against the planted words.
func nowhere(t *testing.T, r *rig, s engine.SessionID) {
	t.Helper()
	var all strings.Builder
	for _, e := range r.book.all() {
		kind, raw, err := engine.EncodeBody(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&all, kind, string(raw))
	}
	for _, shown := range []any{r.settle(), r.Talk(s), r.Health()} {
		raw, err := json.Marshal(shown)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&all, string(raw))
	}
	for line := range strings.Lines(all.String()) {
		for _, word := range planted {
			if strings.Contains(line, word) {
				t.Errorf("%q is found in %.300s", word, line)
			}
		}
	}
}

// sentence is one that began and ended so many seconds from now.
func sentence(r *rig, s engine.SessionID, message, text string, from, to float64) engine.Uttered {
	u := uttered(s, message, text, 1)
	u.Start, u.End = r.Now().Add(secs(from)), r.Now().Add(secs(to))
	u.Scored, u.Polarity, u.Flags = true, -900, engine.FlagSafety
	return u
}

func secs(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// "What the customer keys in while a payment state is set … transcription and transcript
// of that call": by each feed, as partials, as keys, late, and from before.
func TestWhatIsSaidInAPaymentIsFoundNowhere(t *testing.T) {
	for name, by := range map[string]runner.Redactor{"redacted": redact.New(redact.Patterns{}), "without a redactor": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := startWith(t, 1, by)
				s := r.call("a")
				r.Partial(engine.Partial{Session: s, Speaker: engine.SpeakerCustomer, Text: "my zebra", At: r.Now()})
				time.Sleep(20 * time.Second)
				r.tell("p1", engine.PayAsked{Session: s, On: true})
				for i, feed := range []engine.LegID{"", "a"} {
					say := func(message, text string, from, to float64) {
						u := sentence(r, s, message, text, from, to)
						u.Leg = feed
						r.tell(fmt.Sprint("u", i, message), u)
					}
					say("1", "the zebra is 4929 1834 7756 0213", -6, -1) // begun before it
					time.Sleep(3 * time.Second)
					say("2", "cuatro quagga", -2, -1)
					r.Partial(engine.Partial{Session: s, Leg: feed, Speaker: engine.SpeakerCustomer, Text: "zebra 4929", At: r.Now()})
				}
				r.tell("w1", engine.Transcribed{LegRef: ref("a"), Text: "zebra 4929 1834", Scored: true, Flags: engine.FlagLeave})
				for i, digit := range "4929183477560213" {
					r.tell(fmt.Sprint("k", i), engine.KeyPressed{LegRef: ref("a"), Digit: string(digit)})
				}
				r.tell("g1", engine.Gathered{LegRef: ref("a"), Digits: "4929183477560213", Status: "valid"})
				r.tell("g2", engine.Gathered{LegRef: ref("a"), Digits: "1", Status: "valid"})
				nowhere(t, r, s)
				time.Sleep(30 * time.Second)
				r.tell("p2", engine.PayAsked{Session: s})
				// What was said in it is told late.
				r.tell("u3", sentence(r, s, "3", "zebra and quagga", -9, -5))
				r.tell("u4", sentence(r, s, "4", "0213 is the end of it", -3, 4))
				r.tell("w2", engine.Transcribed{LegRef: ref("a"), Text: "zebra 7756 0213"})
				r.tell("k late", engine.KeyPressed{LegRef: ref("a"), Digit: "4"})
				r.tell("g late", engine.Gathered{LegRef: ref("a"), Digits: "4929", Status: "timeout"})
				r.Partial(engine.Partial{Session: s, Speaker: engine.SpeakerCustomer, Text: "zebra", At: r.Now()})
				nowhere(t, r, s)
				for _, e := range r.book.all() {
					switch b := e.Body.(type) {
					case engine.KeyPressed:
						if b.Digit != redact.Mark {
							t.Errorf("%s is written down as key %s", e.ID, b.Digit)
						}
					case engine.Gathered:
						if b.Digits != redact.Mark {
							t.Errorf("%s is written down as %s", e.ID, b.Digits)
						}
					case engine.Uttered:
						if b.Text != redact.Mark || b.Scored || b.Flags != 0 {
							t.Errorf("%s is written down as %+v", e.ID, b)
						}
					}
				}
				// And the call is heard again.
				time.Sleep(10 * time.Second)
				r.tell("u5", sentence(r, s, "5", "thank you very much", -2, -1))
				r.tell("k after", engine.KeyPressed{LegRef: ref("a"), Digit: "2"})
				r.Partial(engine.Partial{Session: s, Speaker: engine.SpeakerCustomer, Text: "goodbye then", At: r.Now()})
				talk := r.Talk(s)
				if n := len(talk.Lines); n != 1 || talk.Lines[0].Text != "thank you very much" {
					t.Errorf("the transcript is %+v", talk.Lines)
				}
				r.settle()
				if talk = r.Talk(s); len(talk.Lines) != 1 || len(talk.Partials) != 1 {
					t.Errorf("after the payment: %+v", talk)
				}
				if got := r.written("k after"); !strings.Contains(got, `"Digit":"2"`) {
					t.Errorf("a key after it is written down as %s", got)
				}
				if err := r.end(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// A desk keys in what it is told; one that is not joined yet takes the call by a key.
func TestTheKeysOfADeskAreHiddenInAPayment(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		room := engine.ConferenceID("")
		if f, ok := r.settle().Session(s); ok {
			room = f.Conference
		}
		desk := string(r.operator(s))
		r.tell("up desk", engine.LegAnswered{LegRef: ref(desk)})
		r.tell("p", engine.PayAsked{Session: s, On: true})
		r.tell("takes", engine.KeyPressed{LegRef: ref(desk), Digit: "1"})
		r.tell("joins", engine.ParticipantJoined{LegRef: ref(desk), Conference: room})
		r.tell("types", engine.KeyPressed{LegRef: ref(desk), Digit: "4"})
		for id, want := range map[string]string{"takes": `"Digit":"1"`, "types": redact.Mark} {
			if got := r.written(id); !strings.Contains(got, want) {
				t.Errorf("%s is written down as %s, want %s", id, got, want)
			}
		}
	})
}

// A key of a payment that is told when the call is over is hidden like any: its leg is in
// no index by then, and what we have Telnyx carry says whose it was.
func TestAKeyOfAPaymentThatIsToldAfterTheCallIsHidden(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		late := ref("a")
		late.State = engine.ClientState{Floor: "x", Session: s, Role: engine.RoleCustomer, Attempt: 1}
		gone := late
		gone.State.Session = "s99"
		code := ref("y")
		code.State = engine.ClientState{Floor: "x", Session: "s99", Role: engine.RoleUnplaced, Attempt: 1}
		r.tell("before", engine.KeyPressed{LegRef: late, Digit: "2"})
		time.Sleep(20 * time.Second)
		r.tell("p", engine.PayAsked{Session: s, On: true})
		r.tell("over", engine.LegHungUp{LegRef: ref("a"), Cause: "normal_clearing"})
		r.tell("late", engine.KeyPressed{LegRef: late, Digit: "4"})
		r.tell("later", engine.Gathered{LegRef: gone, Digits: "4929", Status: "valid"})
		r.tell("code", engine.KeyPressed{LegRef: code, Digit: "5"})
		for id, want := range map[string]string{"before": `"Digit":"2"`, "late": redact.Mark, "later": redact.Mark, "code": `"Digit":"5"`} {
			if got := r.written(id); !strings.Contains(got, want) {
				t.Errorf("%s is written down as %s, want %s", id, got, want)
			}
		}
	})
}

// What comes in one batch with the key P is hidden, though Step has not seen the key.
func TestWhatComesTogetherWithThePaymentIsHidden(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		time.Sleep(20 * time.Second)
		r.book.hold(true)
		var sources sync.WaitGroup
		send := func(id string, b engine.Body) {
			sources.Go(func() {
				if err := r.submit(id, b); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		send("busy", engine.KeyPressed{LegRef: ref("x"), Digit: "1"})
		send("p", engine.PayAsked{Session: s, On: true})
		send("u", sentence(r, s, "1", "zebra 4929", -1, 0))
		send("k", engine.KeyPressed{LegRef: ref("a"), Digit: "4"})
		r.book.hold(false)
		sources.Wait()
		synctest.Wait()
		nowhere(t, r, s)
		if got := r.written("k"); !strings.Contains(got, redact.Mark) {
			t.Errorf("the key is written down as %s", got)
		}
	})
}

// A payment that is refused, or that the journal could not write, closes no call.
func TestAPaymentThatIsRefusedHidesNothing(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		r.book.fail(errFull)
		if r.submit("p1", engine.PayAsked{Session: s, On: true}) == nil {
			t.Fatal("taken in by a journal that cannot write")
		}
		r.book.fail(nil)
		r.tell("p2", engine.PayAsked{Session: "s99", On: true})
		r.Partial(engine.Partial{Session: s, Speaker: engine.SpeakerCustomer, Text: "hello there", At: r.Now()})
		r.tell("k", engine.KeyPressed{LegRef: ref("a"), Digit: "1"})
		if p := r.Talk(s).Partials; len(p) != 1 {
			t.Errorf("what is being said is shown as %v", p)
		}
		if got := r.written("k"); !strings.Contains(got, `"Digit":"1"`) {
			t.Errorf("the key is written down as %s", got)
		}
	})
}

// "A crash between": the payment is known from the state, before anything is asked again.
func TestAPaymentGoesOnOverARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startWith(t, 1, redact.New(redact.Patterns{}))
		s := r.call("a")
		time.Sleep(20 * time.Second)
		r.tell("p", engine.PayAsked{Session: s, On: true})
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		state := engine.NewState("0123456789")
		for _, e := range r.book.all() {
			state, _ = engine.Step(state, e)
		}
		again := &rig{t: t, book: r.book, telnyx: newFarEnd(), symbl: newFarEnd(), ended: make(chan error, 1)}
		again.Runner = runner.New(runner.Config{
			Journal: r.book, State: state, Clock: clock.New(r.Now(), 1), Build: "test", Redact: redact.New(redact.Patterns{}),
			Adapters: map[engine.Adapter]runner.Doer{engine.AdapterTelnyx: again.telnyx, engine.AdapterSymbl: again.symbl},
		})
		again.Partial(engine.Partial{Session: s, Speaker: engine.SpeakerCustomer, Text: "zebra", At: again.Now()})
		again.run()
		again.tell("u", sentence(again, s, "1", "zebra 4929", -1, 0))
		again.tell("k", engine.KeyPressed{LegRef: ref("a"), Digit: "4"})
		again.Partial(engine.Partial{Session: s, Speaker: engine.SpeakerCustomer, Text: "quagga", At: again.Now()})
		nowhere(t, again, s)
		if got := again.written("k"); !strings.Contains(got, redact.Mark) {
			t.Errorf("the key is written down as %s", got)
		}
		if err := again.end(); err != nil {
			t.Fatal(err)
		}
	})
}

// Of a call that is gone nobody needs the words: they may have been said in a payment.
func TestWordsOfACallThatIsGoneAreHidden(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		time.Sleep(5 * time.Second)
		r.tell("p", engine.PayAsked{Session: s, On: true})
		r.tell("h", engine.LegHungUp{LegRef: ref("a"), Cause: "normal_clearing"})
		r.tell("u1", sentence(r, s, "1", "zebra", -2, -1))
		time.Sleep(5 * time.Minute)
		r.tell("u2", sentence(r, s, "2", "zebra", -2, -1))
		nowhere(t, r, s)
	})
}

// A key may be told when the call is over, or of a leg that nobody knows: it may have been
// pressed in a payment, and nobody waits for it.
func TestKeysOfACallThatIsGoneAreHidden(t *testing.T) {
	redacted(t, func(t *testing.T, r *rig) {
		s := r.call("a")
		time.Sleep(5 * time.Second)
		r.tell("p", engine.PayAsked{Session: s, On: true})
		r.tell("h", engine.LegHungUp{LegRef: ref("a"), Cause: "normal_clearing"})
		r.tell("k1", engine.KeyPressed{LegRef: ref("a"), Digit: "4"})
		time.Sleep(5 * time.Minute)
		r.tell("k2", engine.KeyPressed{LegRef: ref("a"), Digit: "4"})
		r.tell("g2", engine.Gathered{LegRef: ref("a"), Digits: "4929", Status: "call_hangup"})
		for _, id := range []string{"k1", "k2", "g2"} {
			if got := r.written(id); !strings.Contains(got, redact.Mark) {
				t.Errorf("%s is written down as %s", id, got)
			}
		}
	})
}
