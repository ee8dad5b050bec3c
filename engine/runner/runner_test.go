package runner_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/runner"
)

// "Nothing is stepped, sent or acknowledged before this."
func TestNothingHappensBeforeItIsOnTheDisk(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.book.hold(true)
		done := make(chan error, 1)
		go func() { done <- r.submit("in a", incoming("a")) }()
		if frame := r.settle(); len(frame.Sessions) > 0 || len(r.telnyx.names()) > 0 || len(done) > 0 {
			t.Errorf("while it is being written: %d sessions, sent %v, acknowledged: %v", len(frame.Sessions), r.telnyx.names(), len(done) > 0)
		}
		r.book.hold(false)
		frame := r.settle()
		if err := <-done; err != nil || len(frame.Sessions) != 1 {
			t.Errorf("once it is written: %v, %d sessions", err, len(frame.Sessions))
		}
		if want := []string{"s2/answer/customer/1"}; !cmp.Equal(r.telnyx.names(), want) {
			t.Errorf("sent %v, want %v", r.telnyx.names(), want)
		}
		want := []string{"settings.loaded start/0/0", "leg.initiated in a", "accepted s2/answer/customer/1/outcome"}
		if diff := cmp.Diff(want, r.book.log()); diff != "" {
			t.Errorf("the journal (-want +got):\n%s", diff)
		}
	})
}

func TestWhatWaitsIsTakenInTogetherInTheOrderItCame(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.book.hold(true)
		var sources sync.WaitGroup
		for i := range 300 {
			sources.Go(func() {
				if err := r.submit(fmt.Sprint("k", i), engine.KeyPressed{LegRef: ref("x"), Digit: "1"}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		r.book.hold(false)
		sources.Wait()
		if got, want := r.book.batches, []int{1, 1, 256, 43}; !cmp.Equal(got, want) {
			t.Errorf("batches: got %v, want %v", got, want)
		}
		for i, line := range r.book.log()[1:] {
			if want := fmt.Sprint("key.pressed k", i); line != want {
				t.Fatalf("event %d: got %s, want %s", i+2, line, want)
			}
		}
		if got := r.Health(); got.Webhooks != 300 || got.Webhook.IsZero() {
			t.Errorf("accepted webhooks: got %d, the last at %v", got.Webhooks, got.Webhook)
		}
	})
}

// What all calls have added up to is written down beside an erasure, as it stands at that
// very place, whatever is taken in with it.
func TestAnErasureSaysWhatAllCallsHaveAddedUpTo(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.book.hold(true)
		var sources sync.WaitGroup
		for i := range 20 {
			sources.Go(func() {
				var body engine.Body = incoming(fmt.Sprint("leg", i))
				if i == 5 || i == 12 {
					body = engine.CallsForgotten{Sessions: []engine.SessionID{"s1"}, What: engine.EraseWords}
				}
				if err := r.submit(fmt.Sprint("k", i), body); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		r.book.hold(false)
		sources.Wait()
		synctest.Wait()
		state, erasures := engine.NewState("test"), 0
		for _, e := range r.book.all() {
			if f, ok := e.Body.(engine.CallsForgotten); ok {
				erasures++
				if f.Stands == nil || !cmp.Equal(*f.Stands, state.Tally()) || f.Stands.Counts.Calls == 0 {
					t.Errorf("event %d says %+v, and all came to %+v", e.Seq, f.Stands, state.Tally())
				}
			}
			state, _ = engine.Step(state, e)
		}
		if erasures != 2 {
			t.Errorf("%d erasures", erasures)
		}
	})
}

func TestWhatIsKnownIsAcknowledgedAndDoneOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell("in a", incoming("a"))
		r.tell("in a", incoming("a"))
		if got := r.telnyx.names(); len(got) != 1 {
			t.Errorf("sent %v", got)
		}
		if got := len(r.settle().Sessions); got != 1 {
			t.Errorf("got %d sessions", got)
		}
	})
}

func TestARefusalOfTheEngineIsToldInTheFrame(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell("console/1", engine.TransferAsked{Session: "s77"})
		got := r.settle().Refusals
		if len(got) != 1 || got[0].Entry != "console/1" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestAnEntryWithoutIDIsRefusedAlone(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		if err := r.submit("", incoming("a")); err == nil {
			t.Error("it was taken in")
		}
		far := engine.Uttered{Session: "s1", Start: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}
		if err := r.submit("far", far); err == nil {
			t.Error("what cannot be written was taken in")
		}
		r.tell("in a", incoming("a"))
	})
}

// "A dead Symbl holds nobody's menu."
func TestAStuckSymblHoldsNobodysTelnyx(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.symbl.stick(true)
		var sessions []engine.SessionID
		for i := range 20 {
			sessions = append(sessions, r.call(fmt.Sprint("leg", i)))
		}
		time.Sleep(9 * time.Second) // a connect is held back while another session waits for its code
		synctest.Wait()
		if got := len(r.symbl.names()); got != 16 {
			t.Errorf("Symbl is asked %d at once, want 16", got)
		}
		for i, s := range sessions {
			r.tell(fmt.Sprint("console/", i), engine.TransferAsked{Session: s, To: fmt.Sprintf("+120255501%02d", i+1)})
			if want := fmt.Sprintf("%s/dial/op-1/1", s); !slices.Contains(r.telnyx.names(), want) {
				t.Fatalf("%s was not sent", want)
			}
		}
	})
}

func TestASessionsCommandsAreCarriedOutInOrderOneAtATime(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.telnyx.stick(true)
		s := r.call("a") // answered before our command to answer is
		if got, want := r.telnyx.names(), []string{string(s) + "/answer/customer/1"}; !cmp.Equal(got, want) {
			t.Errorf("while the first is under way: sent %v, want %v", got, want)
		}
		r.call("b")
		if got := len(r.telnyx.names()); got != 2 {
			t.Errorf("another session's: %d are under way, want 2", got)
		}
		r.telnyx.stick(false)
		synctest.Wait()
		if r.telnyx.twice {
			t.Error("two commands of a session were carried out at once")
		}
		var of []string
		for _, name := range r.telnyx.names() {
			if rest, ok := strings.CutPrefix(name, string(s)+"/"); ok {
				of = append(of, rest)
			}
		}
		if want := []string{"answer/customer/1", "open/conference/1", "end-on-exit/customer/1"}; !cmp.Equal(of, want) {
			t.Errorf("got %v, want %v", of, want)
		}
	})
}

// "Lapsed: not sent within 45 s of being decided: surely not done."
func TestACommandThatIsTooOldIsNotSent(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.telnyx.stick(true)
		s := r.call("a")
		time.Sleep(engine.CommandLife + time.Second)
		r.telnyx.stick(false)
		synctest.Wait()
		lapsed, ok := r.book.find(string(s) + "/open/conference/1/outcome")
		if _, is := lapsed.Body.(engine.Lapsed); !ok || !is {
			t.Errorf("got %+v, want Lapsed", lapsed.Body)
		}
		if slices.Contains(r.telnyx.names(), string(s)+"/open/conference/1") {
			t.Error("it was sent")
		}
		if got := r.trouble(engine.TroubleTelnyx); got.Count == 0 || !strings.Contains(got.Detail, "not sent in time") {
			t.Errorf("trouble: got %+v", got)
		}
	})
}

func TestAFullInboxIsToldAfterASecond(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.book.hold(true)
		var sources sync.WaitGroup
		for i := range 1 + 4096 {
			sources.Go(func() { r.submit(fmt.Sprint("k", i), engine.KeyPressed{LegRef: ref("x"), Digit: "1"}) })
			if i == 0 {
				synctest.Wait() // the journal is busy with one, the others wait
			}
		}
		synctest.Wait()
		before := time.Now()
		err := r.submit("one more", incoming("a"))
		if took := time.Since(before); !errors.Is(err, runner.ErrBusy) || took != time.Second {
			t.Errorf("got %v after %v, want ErrBusy after 1 s", err, took)
		}
		if got := r.trouble(engine.TroubleBusy).Count; got != 1 {
			t.Errorf("trouble: got %d", got)
		}
		go func() { time.Sleep(time.Second / 2); r.book.hold(false) }()
		if err := r.submit("one more", incoming("a")); err != nil {
			t.Errorf("with room after half a second: %v", err)
		}
		sources.Wait()
	})
}

func TestWhoGivesUpIsNotKept(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.book.hold(true)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		err := r.Submit(ctx, engine.Entry{ID: "a", By: engine.ByTelnyx, Body: incoming("a")})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestADeadlineIsToldWhenItComesAndOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.telnyx.stick(true) // so that no conference opens: 15 s, then another
		s := r.call("a")
		time.Sleep(14 * time.Second)
		tick := func() (ticks []engine.Event) {
			for _, e := range r.book.all() {
				if e.Body == (engine.Ticked{Session: s}) {
					ticks = append(ticks, e)
				}
			}
			return ticks
		}
		synctest.Wait()
		if got := tick(); got != nil {
			t.Fatalf("early: %+v", got)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		got := tick()
		if len(got) != 1 {
			t.Fatalf("got %d ticks, want 1", len(got))
		}
		if late := got[0].At.Sub(noon.Add(15 * time.Second)); late < 0 || late > 110*time.Millisecond {
			t.Errorf("it came %v late", late)
		}
	})
}

// "A deadline is run only by its tick, so a key taken in before the tick is in time."
func TestAKeyThatWasThereBeforeTheTickWins(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.telnyx.stick(true)
		r.call("a")
		time.Sleep(14 * time.Second)
		r.book.hold(true)
		var sources sync.WaitGroup
		for _, id := range []string{"first", "key"} { // the journal is busy with the first
			sources.Go(func() { r.submit(id, engine.KeyPressed{LegRef: ref("a"), Digit: "1"}) })
			synctest.Wait()
		}
		time.Sleep(5 * time.Second)
		r.book.hold(false)
		sources.Wait()
		synctest.Wait()
		log := r.book.log()
		key := slices.Index(log, "key.pressed key")
		tick := slices.IndexFunc(log, func(line string) bool { return strings.HasPrefix(line, "ticked ") })
		if key < 0 || tick < key {
			t.Errorf("the key is event %d, the tick %d:\n%s", key, tick, strings.Join(log, "\n"))
		}
	})
}

func TestADeadlineThatDoesNotMoveCannotSpin(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.book.forget = "tick/" // the journal calls every tick known: the engine never sees one
		r.telnyx.stick(true)
		r.call("a")
		time.Sleep(25 * time.Second)
		synctest.Wait()
		if got := r.book.offered; got < 50 || got > 101 {
			t.Errorf("told %d times in 10 s, want at most ten a second", got)
		}
	})
}

func TestFramesArePacedAndTheLastOneIsShown(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		frames := map[*engine.Frame]bool{}
		number := r.settle().Number
		for i := range 1000 {
			r.tell(fmt.Sprint("k", i), engine.KeyPressed{LegRef: ref("x"), Digit: "1"})
			f := r.Frame()
			if f.Number < number {
				t.Fatalf("frame %d came after %d", f.Number, number)
			}
			frames[f], number = true, f.Number
			time.Sleep(time.Millisecond)
		}
		if got := len(frames); got < 25 || got > 32 {
			t.Errorf("%d frames in a second, want 30", got)
		}
		last := r.settle()
		if last.Seq != uint64(len(r.book.all())) {
			t.Errorf("the last frame shows event %d of %d", last.Seq, len(r.book.all()))
		}
		time.Sleep(time.Minute)
		if r.Frame() != last {
			t.Error("a frame was published with nothing new in it")
		}
	})
}

// "House time is what a person or a rule would notice; socket time is always the wall's."
func TestAtTwentyTimesTheSpeedDeadlinesAreSoonerAndFramesAreNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, 20)
		defer r.end()
		r.telnyx.stick(true)
		s := r.call("a")
		frames := map[uint64]bool{}
		for range 1000 {
			r.tell(fmt.Sprint("k", len(r.book.all())), engine.KeyPressed{LegRef: ref("x"), Digit: "1"})
			frames[r.Frame().Number] = true
			time.Sleep(time.Millisecond)
		}
		if got := len(frames); got < 25 || got > 32 {
			t.Errorf("%d frames in a second of the wall's, want 30", got)
		}
		i := slices.IndexFunc(r.book.all(), func(e engine.Event) bool { return e.Body == engine.Ticked{Session: s} })
		if i < 0 {
			t.Fatal("a deadline of 15 s was not told in 20")
		}
		if late := r.book.all()[i].At.Sub(noon.Add(15 * time.Second)); late < 0 || late > 200*time.Millisecond {
			t.Errorf("it came %v late", late)
		}
	})
}

func TestAPanickingAdapterIsUnansweredAndTheRestGoesOn(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.telnyx.panics = true
		r.tell("in a", incoming("a"))
		got, _ := r.book.find("s2/answer/customer/1/outcome")
		if b, ok := got.Body.(engine.Unanswered); !ok || !strings.Contains(b.Detail, "out of cheese") {
			t.Errorf("got %+v", got.Body)
		}
		if got := r.trouble(engine.TroubleTelnyx); got.Count != 1 {
			t.Errorf("trouble: got %+v", got)
		}
		r.telnyx.panics = false
		r.call("b")
	})
}

// "A panic restores the terminal and names the event": it is an error like any other, so
// that whoever runs the loop ends in order.
func TestAPanicOfTheLoopIsAnErrorThatNamesTheEvent(t *testing.T) {
	for name, tt := range map[string]struct {
		at   string
		want string
	}{
		"while it steps":       {"", "at event 3, key.pressed k: runner: event 3 comes after 1"},
		"before it is stepped": {runner.AfterAppend, "at the entry key.pressed k: out of cheese"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var armed atomic.Bool
				r := startFrom(t, func(c *runner.Config) {
					c.Pass = func(point string) {
						if armed.Load() && point == tt.at {
							panic("out of cheese")
						}
					}
				})
				armed.Store(true)
				r.book.skip = tt.at == ""
				_ = r.submit("k", engine.KeyPressed{LegRef: ref("x"), Digit: "1"})
				err := <-r.ended
				if panicked := new(runner.PanicError); !errors.As(err, &panicked) || !strings.Contains(string(panicked.Stack), "runner.(*loop)") {
					t.Fatalf("got %v, want a PanicError with its stack", err)
				}
				if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "goroutine") {
					t.Errorf("got %q, want %q in it and no stack", err, tt.want)
				}
				if err := r.submit("later", incoming("b")); !errors.Is(err, runner.ErrStopped) {
					t.Errorf("afterwards: got %v, want ErrStopped", err)
				}
				r.stop()
			})
		})
	}
}

func TestAStopWaitsForWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, 1)
		r.telnyx.stick(true)
		r.tell("in a", incoming("a"))
		before := time.Now()
		r.stop()
		synctest.Wait()
		if err := r.submit("late", incoming("b")); !errors.Is(err, runner.ErrStopped) {
			t.Errorf("while it stops: got %v, want ErrStopped", err)
		}
		if took := time.Since(before); took != 0 {
			t.Errorf("while it stops: told after %v, want at once", took)
		}
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		if took := time.Since(before); took != 2*time.Second {
			t.Errorf("a stuck command was given %v, want 2 s", took)
		}
		if e, _ := r.book.find("s2/answer/customer/1/outcome"); e.Body == nil {
			t.Error("what became of the command is not in the journal")
		}
		if got, want := r.book.checkpoints(), []uint64{uint64(len(r.book.all()))}; !cmp.Equal(got, want) {
			t.Errorf("checkpoints: got %v, want %v", got, want)
		}
		if err := r.submit("later", incoming("b")); !errors.Is(err, runner.ErrStopped) {
			t.Errorf("afterwards: got %v, want ErrStopped", err)
		}
		if got := r.Frame().Seq; got != uint64(len(r.book.all())) {
			t.Errorf("the last frame shows event %d of %d", got, len(r.book.all()))
		}
	})
}

// "SIGTERM and q: no new commands but those for running transfers"
func TestAStopBeginsWhatRunningTransfersNeedAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, 1)
		a := r.call("a")
		r.tell("joined", engine.ParticipantJoined{LegRef: ref("a"), Conference: "room a"})
		r.telnyx.stick(true)
		r.tell("mute", engine.MuteAsked{Session: a, Leg: "customer", On: true}) // is under way
		r.tell("transfer", engine.TransferAsked{Session: a})                    // its dial waits for the mute
		b := r.call("b")                                                        // and a conference for an answer
		before := time.Now()
		r.stop()
		synctest.Wait()
		time.Sleep(500 * time.Millisecond)
		r.telnyx.stick(false)
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		if took := time.Since(before); took != 500*time.Millisecond {
			t.Errorf("it took %v, want no longer than what was under way", took)
		}
		dial := fmt.Sprintf("%s/dial/op-1/1", a)
		if !slices.Contains(r.telnyx.names(), dial) {
			t.Errorf("%s, of a running transfer, was not sent: %v", dial, r.telnyx.names())
		}
		if e, ok := r.book.find(dial + "/outcome"); !ok {
			t.Errorf("what became of it is not in the journal: %+v", e)
		}
		open := string(b) + "/open/conference/1"
		if _, ok := r.book.find(open + "/outcome"); ok || slices.Contains(r.telnyx.names(), open) {
			t.Errorf("%s, of another call, was not left for the next start", open)
		}
	})
}

// … and for who pays: what Telnyx hears meanwhile nobody would hide.
func TestAStopStillPausesWhatHearsAPayment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startFrom(t, func(c *runner.Config) {
			s := settings()
			s.Feeds = []engine.FeedKind{engine.FeedTelnyx}
			c.First = []engine.Entry{{Body: engine.SettingsLoaded{Settings: s}}}
		})
		a := r.call("a")
		r.tell("joined", engine.ParticipantJoined{LegRef: ref("a"), Conference: "room a"})
		r.telnyx.stick(true)
		r.tell("mute", engine.MuteAsked{Session: a, Leg: "customer", On: true}) // is under way
		r.tell("pay", engine.PayAsked{Session: a, On: true})
		r.stop()
		synctest.Wait()
		r.telnyx.stick(false)
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		if stop := fmt.Sprintf("%s/stop-transcribe/customer/1", a); !slices.Contains(r.telnyx.names(), stop) {
			t.Errorf("%s was not sent: %v", stop, r.telnyx.names())
		}
	})
}

// … and what their outcomes lead to, as long as the stop may last.
func TestAStopGoesOnWithWhatATransferLeadsTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, 1)
		a := r.call("a")
		r.telnyx.stick(true)
		r.tell("transfer", engine.TransferAsked{Session: a})
		r.telnyx.busy = true // and another operator is to be tried
		r.stop()
		synctest.Wait()
		r.telnyx.stick(false)
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		var dials []string
		for _, name := range r.telnyx.names() {
			if strings.HasPrefix(name, string(a)+"/dial/op-") {
				dials = append(dials, name)
			}
		}
		if want := []string{string(a) + "/dial/op-1/1", string(a) + "/dial/op-2/1"}; !cmp.Equal(dials, want) {
			t.Errorf("dialled %v, want %v", dials, want)
		}
	})
}

// Whatever is stuck, the end does not wait for it longer than two seconds.
func TestAStopBeginsNothingMoreAfterItsGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, 1)
		a := r.call("a")
		r.telnyx.stick(true)
		r.tell("transfer", engine.TransferAsked{Session: a})
		sent := len(r.telnyx.names())
		before := time.Now()
		r.stop()
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		if took := time.Since(before); took != 2*time.Second {
			t.Errorf("it took %v, want 2 s", took)
		}
		if got := r.telnyx.names()[sent:]; len(got) > 0 {
			t.Errorf("sent after the grace: %v", got)
		}
	})
}

// A full disk does not hold up the end: what became of commands is asked of Telnyx next time.
func TestAStopOnAFullDiskEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, 1)
		a := r.call("a")
		r.telnyx.stick(true)
		r.tell("transfer", engine.TransferAsked{Session: a})
		r.book.fail(errFull)
		before := time.Now()
		r.stop()
		synctest.Wait()
		r.telnyx.stick(false)
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		if took := time.Since(before); took > 2*time.Second {
			t.Errorf("it took %v, want at most 2 s", took)
		}
	})
}

func TestAJournalThatCannotWriteIsToldAndTriedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.telnyx.stick(true)
		r.tell("in a", incoming("a"))
		r.book.fail(errFull)
		if err := r.submit("in b", incoming("b")); !errors.Is(err, runner.ErrJournal) || !errors.Is(err, errFull) {
			t.Errorf("got %v, want ErrJournal and why", err)
		}
		synctest.Wait() // it is answered first, and counted then
		if got := r.Health().Journal; !strings.Contains(got, "disk is full") {
			t.Errorf("health: got %q", got)
		}
		if got := r.trouble(engine.TroubleJournal).Count; got != 1 {
			t.Errorf("trouble: got %d", got)
		}
		r.telnyx.stick(false) // the outcome has to wait for the disk
		time.Sleep(5 * time.Second)
		r.book.fail(nil)
		time.Sleep(1100 * time.Millisecond)
		synctest.Wait()
		if _, ok := r.book.find("s2/answer/customer/1/outcome"); !ok {
			t.Error("the outcome of a command was lost")
		}
		if got := r.Health().Journal; got != "" {
			t.Errorf("health, when there is room again: got %q", got)
		}
		r.tell("in b", incoming("b"))
	})
}

// "After a failed flush the process stops."
func TestABrokenJournalEndsTheRunner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, 1)
		r.symbl.stick(true) // under way, and to be abandoned
		r.call("a")
		r.book.fail(fmt.Errorf("append: %w", brokenDisk{}))
		if err := r.submit("in b", incoming("b")); !errors.Is(err, runner.ErrJournal) {
			t.Errorf("got %v, want ErrJournal", err)
		}
		if err := <-r.ended; !errors.Is(err, brokenDisk{}) {
			t.Errorf("Run: got %v", err)
		}
		if err := r.submit("in c", incoming("c")); !errors.Is(err, runner.ErrStopped) {
			t.Errorf("afterwards: got %v, want ErrStopped", err)
		}
		if r.Health().Journal == "" {
			t.Error("health does not tell")
		}
		r.stop()
	})
}

func TestAnAdapterThatIsNotThereRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, book: newBook(), telnyx: newFarEnd(), symbl: newFarEnd(), ended: make(chan error, 1)}
		r.Runner = runner.New(runner.Config{
			Journal: r.book, State: engine.NewState("0123456789"), Clock: houseClock(), Build: "test",
			Adapters: map[engine.Adapter]runner.Doer{engine.AdapterTelnyx: r.telnyx},
			First:    []engine.Entry{{Body: engine.SettingsLoaded{Settings: settings()}}},
		})
		r.run()
		s := r.call("a")
		e, _ := r.book.find(string(s) + "/listen/feed/1/outcome")
		if got, ok := e.Body.(engine.Refused); !ok || got.Reason != engine.ReasonNoFeed {
			t.Errorf("got %+v", e.Body)
		}
		if err := r.end(); err != nil {
			t.Error(err)
		}
	})
}
