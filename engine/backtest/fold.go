package backtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"switchboard/engine"
)

// What counts as a typical length of a call, as the engine has it.
const (
	typicalOf    = 200 // calls that are looked back at
	typicalLeast = 20  // below, nothing is typical
)

// folded is what became of one source.
type folded struct {
	calls     []Call
	forgotten int // calls that were erased
	err       error
}

// A fold goes through the events of one source once, with the judges of all calls.
type fold struct {
	options Options
	source  Source
	gaps    bool
	expect  Label
	state   engine.State
	live    map[engine.SessionID]*tracked
	all     []*watch // in the order they began
	pool    *judging
	lengths []time.Duration
	typical time.Duration

	forgotten int // calls that were erased, of which nothing is left to be judged
}

// A tracked is a call that goes on, as the fold knows it; its watch belongs to whoever
// judges it.
type tracked struct {
	*watch
	session *engine.Session
	hurried bool // a supervisor has, and nobody has told the watch yet
}

// foldSource folds a source, with so many goroutines that judge its calls beside it.
func foldSource(ctx context.Context, o Options, s Source, judges int, p *progress) folded {
	left := s.weight()
	defer func() { p.add(left) }()
	r, err := s.Open()
	if err != nil {
		return folded{err: err}
	}
	f := fold{
		options: o, source: s, gaps: r.Gaps, expect: r.Expect, state: engine.NewState(r.Epoch),
		live: map[engine.SessionID]*tracked{}, pool: newJudging(judges),
	}
	f.state.Settings = r.Settings
	n := 0
	err = r.Events(func(e engine.Event) error {
		if n++; n%tellEvery == 0 && left > tellEvery {
			p.add(tellEvery)
			left -= tellEvery
		}
		if n%tellEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return f.take(e)
	})
	if r.Close != nil {
		err = errors.Join(err, r.Close())
	}
	f.pool.end()
	f.finish()
	return folded{calls: f.calls(), forgotten: f.forgotten, err: err}
}

// take steps one event and has the calls that it changed looked at.
func (f *fold) take(e engine.Event) error {
	switch {
	case e.Body == nil:
		return fmt.Errorf("event %d says nothing", e.Seq)
	case e.Seq <= f.state.Seq:
		return fmt.Errorf("event %d comes after event %d", e.Seq, f.state.Seq)
	case e.At.Before(f.state.Now):
		return fmt.Errorf("event %d goes back in time", e.Seq)
	case e.Seq != f.state.Seq+1 && !f.gaps:
		return fmt.Errorf("event %d is missing", f.state.Seq+1)
	}
	f.state.Seq = e.Seq - 1
	f.before(e)
	if left, ok := e.Body.(engine.Forgotten); ok && left.Counts.Calls > 0 && !e.At.Before(f.options.Since) {
		f.forgotten++ // it began a call
	}
	f.state, _ = engine.Step(f.state, e)
	for _, s := range f.state.Changed() {
		f.changed(s, e)
	}
	return nil
}

// before keeps what only the event tells: that a supervisor hurried what was proposed.
func (f *fold) before(e engine.Event) {
	h, ok := e.Body.(engine.HurryAsked)
	if !ok {
		return
	}
	if c := f.live[h.Session]; c != nil && c.session.Transfer.Status == engine.TransferProposed {
		c.hurried = true
	}
}

// changed has the judges look at a call as it stands after an event.
func (f *fold) changed(s *engine.Session, e engine.Event) {
	c := f.live[s.ID]
	switch {
	case s.Number == 0: // Symbl's own call
		if c != nil {
			c.dropped = true
			delete(f.live, s.ID)
		}
		return
	case c == nil && s.Phase == engine.PhaseOver:
		return
	case c == nil:
		c = &tracked{watch: newWatch(&f.options, f.source, f.expect, s)}
		f.live[s.ID] = c
		f.all = append(f.all, c.watch)
	}
	c.session = s
	f.pool.take(s.Number, moment{watch: c.watch, session: s, at: e.At, typical: f.typical, hurried: c.hurried})
	if s.Phase == engine.PhaseOver {
		if since := answered(s); !since.IsZero() {
			f.lasted(s.Over.Sub(since))
		}
		delete(f.live, s.ID)
	}
}

// lasted counts a call's length for what is typical.
func (f *fold) lasted(d time.Duration) {
	if d <= 0 {
		return
	}
	f.lengths = append(f.lengths[max(0, len(f.lengths)+1-typicalOf):], d)
	if len(f.lengths) < typicalLeast {
		return
	}
	sorted := slices.Sorted(slices.Values(f.lengths))
	f.typical = sorted[len(sorted)*95/100]
}

// finish lets the time go by up to the last event for the calls that are still open.
func (f *fold) finish() {
	for _, w := range f.all {
		if w.call.Ended.IsZero() && !w.dropped {
			w.passTime(f.state.Now, f.typical)
			w.call.Open, w.call.Ended = true, f.state.Now
		}
	}
}

// calls returns what is counted, in the order the calls began.
func (f *fold) calls() []Call {
	var calls []Call
	for _, w := range f.all {
		if !w.dropped && !w.call.Began.Before(f.options.Since) {
			calls = append(calls, w.done())
		}
	}
	return calls
}
