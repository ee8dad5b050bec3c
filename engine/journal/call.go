package journal

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"switchboard/engine"
)

// ErrNoCall means that the journal has no such call.
var ErrNoCall = errors.New("the journal has no such call")

// A Call is where one call stands in a journal.
type Call struct {
	Session engine.SessionID
	Number  int    // as the console shows it
	first   uint64 // event
	last    uint64

	changed []uint64 // events that changed it, in order
	floor   []uint64 // events about no single call, up to its last, in order
	under   []uint64 // the newest settings before it, and what automation was set to
}

// has reports whether an event is the call's.
func (c Call) has(e engine.Event) bool {
	in := func(list []uint64) bool {
		_, found := slices.BinarySearch(list, e.Seq)
		return found
	}
	return in(c.changed) || e.Seq > c.first && in(c.floor) || slices.Contains(c.under, e.Seq)
}

// FindCall looks for a call by its session, as in "s41", or by the number that the console
// shows, as in "12". It goes through the whole journal, and returns ErrNoCall where there
// is none, and ErrForgotten where it was erased.
func (j *Journal) FindCall(name string) (Call, error) {
	number, _ := strconv.Atoi(strings.TrimPrefix(name, "#"))
	f := finder{name: engine.SessionID(name), number: number, touched: map[engine.SessionID][]uint64{}}
	state := engine.NewState(j.Epoch())
	err := j.Read(1, func(e engine.Event) error {
		state, _ = engine.Step(state, e)
		f.look(e, state.Changed())
		f.lookForgotten(e, state.Tally().Counts.Calls)
		return nil
	})
	if err != nil {
		return Call{}, err
	}
	if f.forgotten {
		return Call{}, fmt.Errorf("%q: %w", name, ErrForgotten)
	}
	if f.call.Session == "" {
		return Call{}, fmt.Errorf("%q: %w", name, ErrNoCall)
	}
	return f.found(), nil
}

// A finder looks for one call.
type finder struct {
	name   engine.SessionID
	number int
	call   Call

	touched  map[engine.SessionID][]uint64 // by which events: of the call, and of what may turn out to be Symbl's leg of it
	listener []engine.SessionID            // sessions that Symbl's legs came in as, before they dialled its code
	floor    []uint64
	settings uint64 // the newest so far
	auto     uint64

	forgotten bool // it was erased
}

// lookForgotten looks whether an event is what is left of the call. calls have come in so far.
func (f *finder) lookForgotten(e engine.Event, calls int) {
	left, ok := e.Body.(engine.Forgotten)
	if !ok || !left.What.Takes(engine.EraseWords) || left.Session == "" {
		return
	}
	if left.Session == f.name || left.Counts.Calls > 0 && calls == f.number && f.number > 0 {
		f.forgotten = true
	}
}

// look takes an event and the sessions that it changed.
func (f *finder) look(e engine.Event, changed []*engine.Session) {
	switch e.Body.(type) {
	case engine.SettingsLoaded:
		f.settings = e.Seq
		f.floor = append(f.floor, e.Seq)
	case engine.AutomationAsked:
		f.auto = e.Seq
		f.floor = append(f.floor, e.Seq)
	case engine.FeedProbed:
		f.floor = append(f.floor, e.Seq)
	}
	ours := false
	for _, s := range changed {
		if f.call.Session == "" && (s.ID == f.name || f.number > 0 && s.Number == f.number) {
			f.call.Session = s.ID
			f.began(e)
		}
		if s.ID == f.call.Session {
			f.call.Number, f.call.last = max(f.call.Number, s.Number), e.Seq
			ours = true
		}
	}
	for _, s := range changed {
		f.touched[s.ID] = append(f.touched[s.ID], e.Seq)
		if ours && s.ID != f.call.Session && s.Number == 0 && !slices.Contains(f.listener, s.ID) {
			f.listener = append(f.listener, s.ID)
		}
		if s.Phase == engine.PhaseOver && s.ID != f.call.Session && !slices.Contains(f.listener, s.ID) {
			delete(f.touched, s.ID)
		}
	}
}

// began keeps what the call begins under.
func (f *finder) began(e engine.Event) {
	f.call.first = e.Seq
	for _, seq := range []uint64{f.settings, f.auto} {
		if seq > 0 {
			f.call.under = append(f.call.under, seq)
		}
	}
}

// found returns the call with all of its events.
func (f *finder) found() Call {
	c := f.call
	c.changed = slices.Clone(f.touched[c.Session])
	for _, id := range f.listener {
		c.changed = append(c.changed, f.touched[id]...)
	}
	slices.Sort(c.changed)
	c.changed = slices.Compact(c.changed)
	for _, seq := range f.floor {
		if seq <= c.last {
			c.floor = append(c.floor, seq)
		}
	}
	c.first = min(c.first, c.changed[0])
	return c
}
