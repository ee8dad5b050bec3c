package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/history"
	"switchboard/engine/journal"
	"switchboard/engine/runner"
)

// eraseAtOnce is how many calls one event may order to be forgotten.
const eraseAtOnce = 500

// A historian keeps calls that are over, and can forget them. Forget may be asked for the
// same calls again.
type historian interface {
	Forget(ctx context.Context, calls []engine.SessionID, what engine.Erasure, digest func(string) string) error
}

// A recordings deletes what Telnyx has recorded.
type recordings interface {
	DeleteRecording(ctx context.Context, id string) error
}

// An eraser erases calls from all that switchboard keeps of them.
type eraser struct {
	journal    *journal.Journal
	history    historian  // nil: there is none
	recordings recordings // nil: Telnyx is not asked

	// write has an entry written down: the runner's Submit, or what stands for it while
	// nothing runs.
	write func(context.Context, engine.Entry) error
	now   func() time.Time
}

// An erasure is what is to be erased, as it was found.
type erasure struct {
	what   engine.Erasure
	why    string           // as it is written down: it names nobody
	calls  []journal.Traced // customers' and others'; also those that are up
	strays []journal.Stray  // events that belong to no call
	staff  bool             // they are an operator's: that he was busy is not kept
}

// forgotten is what an erasure has come to.
type forgotten struct {
	calls, events int
	waiting       int // calls that are up: they are erased when they are over
	kept          []string
	keptWhy       error // why those recordings are still at Telnyx
}

// customers returns how many of the calls were customers'.
func (e erasure) customers() (n int) {
	for _, c := range e.calls {
		if c.Number > 0 {
			n++
		}
	}
	return n
}

// empty reports whether there is nothing to be erased.
func (e erasure) empty() bool { return len(e.calls)+len(e.strays) == 0 }

// state returns the state that the journal leads to.
func (x *eraser) state() (engine.State, error) { return runner.Recover(x.journal) }

// survey goes through the journal.
func (x *eraser) survey(ctx context.Context, up []engine.SessionID, call func(journal.Traced), stray func(journal.Stray)) error {
	return x.journal.Survey(ctx, up,
		func(c journal.Traced) error { call(c); return nil },
		func(s journal.Stray) error { stray(s); return nil })
}

// of returns all that the journal holds of a number.
func (x *eraser) of(ctx context.Context, number string, what engine.Erasure) (erasure, error) {
	state, err := x.state()
	if err != nil {
		return erasure{}, err
	}
	promised := map[engine.SessionID]bool{}
	for _, c := range state.Frame().Callbacks {
		promised[c.Session] = promised[c.Session] || sameNumber(c.Number, number)
	}
	e := erasure{what: what, why: "asked for by number"}
	err = x.survey(ctx, state.Up(), func(c journal.Traced) {
		if !c.Erased.Takes(what) && (promised[c.Session] || slices.ContainsFunc(c.Numbers, func(n string) bool { return sameNumber(n, number) })) {
			e.calls = append(e.calls, c)
		}
	}, func(s journal.Stray) {
		if !s.What.Takes(what) && (what == engine.EraseAll || s.Words) && names(s.Body, number) {
			e.strays = append(e.strays, s)
		}
	})
	return e, err
}

// do erases what was found, for who asked for it.
func (x *eraser) do(ctx context.Context, by engine.By, all ...erasure) (forgotten, error) {
	var f forgotten
	for _, e := range all {
		kept, why := x.deleteRecordings(ctx, e)
		f.kept, f.keptWhy = append(f.kept, kept...), cmp.Or(f.keptWhy, why)
		if err := x.order(ctx, e.but(kept), by); err != nil {
			return f, err
		}
	}
	done, err := x.complete(ctx)
	f.calls, f.events, f.waiting = done.calls, done.events, done.waiting
	f.kept, f.keptWhy = append(f.kept, done.kept...), cmp.Or(f.keptWhy, done.keptWhy)
	if err != nil {
		err = fmt.Errorf("it is ordered, and not all of it is erased yet: the next run does the rest, or switchboard retention --now (%w)", err)
	}
	return f, err
}

// but returns an erasure without the calls of which a recording could not be deleted, where the
// recordings alone are to go: it is tried again another day.
func (e erasure) but(kept []string) erasure {
	if e.what == engine.EraseSound {
		e.calls = slices.DeleteFunc(slices.Clone(e.calls), func(c journal.Traced) bool {
			return slices.ContainsFunc(c.Recordings, func(id string) bool { return slices.Contains(kept, id) })
		})
	}
	return e
}

// deleteRecordings has Telnyx delete what it has recorded, and returns what is still there.
// After one that could not be deleted Telnyx is asked no more: it is told once.
func (x *eraser) deleteRecordings(ctx context.Context, e erasure) (kept []string, why error) {
	for _, c := range e.calls {
		for _, id := range c.Recordings {
			if x.recordings != nil && why == nil {
				if why = x.recordings.DeleteRecording(ctx, id); why == nil {
					continue
				}
			}
			kept = append(kept, id)
		}
	}
	return kept, why
}

// order writes down what is to be erased: sessions and events alone.
func (x *eraser) order(ctx context.Context, e erasure, by engine.By) error {
	var events []uint64
	for _, s := range e.strays {
		events = append(events, s.Event)
	}
	var ids []engine.SessionID
	for _, c := range e.calls {
		ids = append(ids, c.Session)
	}
	slices.Sort(events)
	slices.Sort(ids)
	for n := 0; len(ids)+len(events) > 0; n++ {
		some, more := ids[:min(len(ids), eraseAtOnce)], events[:min(len(events), eraseAtOnce)]
		ids, events = ids[len(some):], events[len(more):]
		entry := engine.Entry{
			ID: "forget/" + strconv.FormatInt(x.now().UnixNano(), 36) + "/" + strconv.Itoa(n), By: by,
			Body: engine.CallsForgotten{Sessions: some, Events: more, What: e.what, Why: e.why, Staff: e.staff},
		}
		if err := x.write(ctx, entry); err != nil {
			return fmt.Errorf("order what is to be forgotten: %w", err)
		}
	}
	return nil
}

// complete does all that is ordered and not done. What is told of a call after it was
// ordered, as of one that was up then, is ordered again.
func (x *eraser) complete(ctx context.Context) (forgotten, error) {
	var f forgotten
	for again := false; ; again = true {
		done, err := x.once(ctx)
		f.calls += done.Calls
		f.events += done.Events
		f.waiting = len(done.Waiting)
		if err != nil || len(done.Late) == 0 || again {
			return f, err
		}
		for _, what := range []engine.Erasure{engine.EraseSound, engine.EraseWords, engine.EraseAll} {
			e := erasure{what: what, why: "told after it was to be forgotten"}
			for _, o := range done.Late {
				if o.What == what {
					e.calls = append(e.calls, journal.Traced{Session: o.Session, Recordings: o.Recordings})
				}
			}
			// A recording is told of when its call is over: with its id it would be lost at Telnyx.
			kept, why := x.deleteRecordings(ctx, e)
			f.kept, f.keptWhy = append(f.kept, kept...), cmp.Or(f.keptWhy, why)
			if err := x.order(ctx, e.but(kept), engine.ByRunner); err != nil {
				return f, err
			}
		}
	}
}

// once has history forget and the journal rewritten, as the journal orders it.
func (x *eraser) once(ctx context.Context) (journal.Erased, error) {
	orders, err := x.journal.Unfinished()
	if err != nil {
		return journal.Erased{}, err
	}
	state, err := x.checkpoint()
	if err != nil {
		return journal.Erased{}, err
	}
	up := state.Up()
	if x.history != nil {
		for _, o := range orders {
			over := slices.DeleteFunc(slices.Clone(o.Sessions), func(id engine.SessionID) bool { return slices.Contains(up, id) })
			if err := x.history.Forget(ctx, over, o.What, journal.Digest()); err != nil {
				return journal.Erased{}, fmt.Errorf("forget calls in the history: %w", err)
			}
		}
	}
	return x.journal.Erase(ctx, up)
}

// checkpoint keeps the state as it is without what is to be erased: it is what a start
// goes on from, whatever happens next.
func (x *eraser) checkpoint() (engine.State, error) {
	state, err := x.state()
	if err != nil || state.Seq == 0 {
		return state, err
	}
	c := state.Checkpoint()
	data, err := json.Marshal(&c)
	if err != nil {
		return state, fmt.Errorf("encode checkpoint %d: %w", state.Seq, err)
	}
	return state, x.journal.Checkpoint(state.Seq, build(), data)
}

// offline returns the eraser of a journal that nothing else runs on. It does what the
// runner's loop would: it writes down what all calls have added up to.
func offline(j *journal.Journal, now func() time.Time) *eraser {
	x := &eraser{journal: j, now: now}
	x.write = func(_ context.Context, e engine.Entry) error {
		state, err := x.state()
		if err != nil {
			return err
		}
		if body, ok := e.Body.(engine.CallsForgotten); ok {
			stands := state.Tally()
			body.Stands = &stands
			e.Body = body
		}
		_, err = j.Append(now(), []engine.Entry{e})
		return err
	}
	return x
}

// withHistory has the history forget as well that lies beside a journal, where there is one,
// and returns what closes it.
func (x *eraser) withHistory(path string) (done func()) {
	place := history.Beside(path)
	if _, err := os.Stat(place); err != nil {
		return func() {}
	}
	h := history.New(place, x.journal.Epoch())
	x.history = h
	return func() { _ = h.Close() } // it has written what it was to
}

// names reports whether an event that belongs to no call is about a number: it came from
// there or went there, or a note has it in its text.
func names(body engine.Body, number string) bool {
	switch b := body.(type) {
	case engine.LegInitiated:
		return sameNumber(b.From, number) || sameNumber(b.To, number)
	case engine.TransferAsked:
		return sameNumber(b.To, number)
	case engine.MonitorAsked:
		return sameNumber(b.Phone, number)
	case engine.NoteAsked:
		return mentions(b.Text, number)
	}
	return false
}

// leastDigits is how many of a number's last digits tell it without its country code.
const leastDigits = 10

// mentions reports whether a text has a number in it, however it is written.
func mentions(text, number string) bool {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
	}
	want := digits(number)
	if len(want) > leastDigits {
		want = want[len(want)-leastDigits:]
	}
	return want != "" && strings.Contains(digits(text), want)
}
