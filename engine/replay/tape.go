// Package replay shows again what has happened.
//
// A [Tape] is a stretch of a journal, folded once by the engine when it is loaded, with a
// checkpoint every few events: so any moment of a day can be shown at once, and what is
// shown is what the engine made of it, by the settings and the policy of that day. A
// [Player] is at one moment of a tape, and has the face of an engine: whatever shows a
// floor can show a replay. Nothing is ordered, and nothing can be asked.
package replay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"switchboard/engine"
)

// Limits of a tape.
const (
	pointEvery = 256       // events from a checkpoint to the next: the most that a seek folds
	maxEvents  = 1_000_000 // on a tape
	tellEvery  = 1000      // events between two words about the progress of loading

	blindLeast = 3 * time.Second // what is not heard for less is no hot moment
)

// What may be wrong with what is to be replayed. All are worded for a supervisor.
var (
	// ErrNoCall means that the call is not in what was read.
	ErrNoCall = errors.New("there is no such call")

	// ErrForgotten means that the call was erased, as it was asked for or for its age.
	ErrForgotten = errors.New("the call was forgotten: what is left are its times and counts, so it is not replayed")

	// ErrNothing means that no event is left to be shown.
	ErrNothing = errors.New("nothing happened in that time: choose another with --from, --to or --day")

	// ErrTooLong means that there is more than a tape holds.
	ErrTooLong = fmt.Errorf("that is more than %d events: choose a shorter time with --from and --to", maxEvents)
)

// A Reading is what a tape is loaded from.
type Reading struct {
	Name  string // what it is, as it is shown
	Epoch string // of the journal that the events come from

	// Settings are those that hold until the events bring others.
	Settings engine.Settings

	// Events yields the events in their order, gaps allowed, and ends with the error that
	// yield returns.
	Events func(yield func(engine.Event) error) error

	// From and To are the time that is shown; what is earlier is folded only, so that
	// calls and operators stand as they stood. Zero: from the first event, to the last.
	From, To time.Time

	// Call is the one that is followed: the tape is shown from its first event until it
	// is over, and goes by its events. Empty: all calls are.
	Call engine.SessionID

	// InForce is the policy that is in force today; nil: the last that the events brought.
	InForce *engine.Policy

	// Progress is told how many events were read, now and then. May be nil.
	Progress func(events int)
}

// A Fall is an event as it fell: with the call that it changed and what it called for.
type Fall struct {
	engine.Event
	Session engine.SessionID // the call that it changed first; empty: none
	Leg     string           // whose it is, in a word: customer, op-1; empty: no leg's
	Orders  []Order
}

// An Order is a command that an event called for.
type Order struct {
	engine.Command
	Leg string // whom it is about, in a word; empty: nobody
}

// A Caller is how a call is named.
type Caller struct {
	Number int // of the call, as this tape counts them
	From   string
	Name   string // from outside: clean it before it is shown
}

// A Tape is a stretch of what happened. It is never written again once it is loaded, so
// any goroutine may read it.
type Tape struct {
	name    string
	epoch   string
	base    engine.Settings
	call    engine.SessionID
	inForce engine.Policy

	falls   []Fall
	points  []engine.State // before every pointEvery-th event
	first   int            // the first event that is shown
	track   []int          // the events that are stepped through
	moments []Moment       // of what is shown
	alarms  []Alarm        // … the rules that fired
	callers map[engine.SessionID]Caller

	from, to time.Time
}

// BesideForgotten reports whether calls were forgotten that went on while what is shown
// happened: then the events tell less of who was free, and who was called may differ.
func (t *Tape) BesideForgotten() bool {
	return slices.ContainsFunc(t.falls[min(t.first, len(t.falls)):], func(f Fall) bool {
		left, ok := f.Event.Body.(engine.Forgotten)
		return ok && left.Session != "" && left.What.Takes(engine.EraseWords) && !f.Event.At.After(t.to)
	})
}

// Load reads a tape. It ends soon after ctx does. The error says what is wrong with what
// was read, as a supervisor may read it.
func Load(ctx context.Context, r Reading) (*Tape, error) {
	l := loader{
		Tape:  Tape{name: r.Name, epoch: r.Epoch, base: r.Settings, call: r.Call, callers: map[engine.SessionID]Caller{}},
		r:     r,
		state: engine.NewState(r.Epoch),
		seen:  map[engine.SessionID]*engine.Session{},
		blind: map[engine.SessionID]int{},
		first: -1,
	}
	l.state.Settings = r.Settings
	err := r.Events(func(e engine.Event) error {
		if n := len(l.falls); n%tellEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if r.Progress != nil {
				r.Progress(n)
			}
		}
		return l.take(e)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return l.done()
}

// errEnough ends the reading where all that is shown was read.
var errEnough = errors.New("enough")

// A loader folds events onto a tape.
type loader struct {
	Tape
	r     Reading
	state engine.State
	seen  map[engine.SessionID]*engine.Session // as they stood last
	blind map[engine.SessionID]int             // the moment since when nobody hears a call, in moments
	first int                                  // -1: not yet
}

// take folds one event.
func (l *loader) take(e engine.Event) error {
	switch {
	case e.Body == nil:
		return fmt.Errorf("event %d says nothing", e.Seq)
	case e.Seq <= l.state.Seq:
		return fmt.Errorf("event %d comes after event %d", e.Seq, l.state.Seq)
	case e.At.Before(l.state.Now):
		return fmt.Errorf("event %d goes back in time", e.Seq)
	case !l.r.To.IsZero() && e.At.After(l.r.To):
		return errEnough
	case len(l.falls) >= maxEvents:
		return ErrTooLong
	}
	if len(l.falls)%pointEvery == 0 {
		l.points = append(l.points, l.state.Checkpoint())
	}
	var commands []engine.Command
	l.state.Seq = e.Seq - 1 // gaps are events of other calls
	l.state, commands = engine.Step(l.state, e)
	i := len(l.falls)
	changed := l.state.Changed()
	l.falls = append(l.falls, fallOf(e, changed, commands))
	if s, ok := e.Body.(engine.SettingsLoaded); ok {
		l.inForce = s.Settings.Policy
	}
	ours, over := l.changed(i, e, changed)
	if l.first < 0 && (ours || l.r.Call == "" && !e.At.Before(l.r.From)) {
		l.first = i
	}
	if ours || l.r.Call == "" && l.first >= 0 {
		l.track = append(l.track, i)
	}
	if over {
		return errEnough
	}
	return nil
}

// changed keeps what is new about the calls that an event changed, and reports whether
// the call that is followed is among them, and whether it is over.
func (l *loader) changed(i int, e engine.Event, sessions []*engine.Session) (ours, over bool) {
	for _, s := range sessions {
		if s.ID == l.r.Call {
			ours, over = true, s.Phase == engine.PhaseOver
		}
		if s.Number > 0 {
			l.moments = append(l.moments, momentsOf(i, e.At, l.seen[s.ID], s)...)
			l.unheard(e.At, s)
			l.callers[s.ID] = Caller{s.Number, s.Caller, s.Name}
		}
		if s.Filed || s.Phase == engine.PhaseOver && s.Number == 0 { // it is not heard of again
			delete(l.seen, s.ID)
			continue
		}
		l.seen[s.ID] = s
	}
	return ours, over
}

// unheard takes back that nobody heard a call where that was over at once: when a call
// ends, what listens to it often goes before the customer does.
func (l *loader) unheard(at time.Time, s *engine.Session) {
	i, is := l.blind[s.ID]
	switch {
	case is && (s.Standing.BlindSince.IsZero() || !goesOn(s)):
		if m := &l.moments[i]; at.Sub(m.At) < blindLeast {
			m.Kind = 0
		}
		delete(l.blind, s.ID)
	case !is && len(l.moments) > 0:
		if last := len(l.moments) - 1; l.moments[last].Kind == Blind && l.moments[last].Session == s.ID {
			l.blind[s.ID] = last
		}
	}
}

// done returns the tape, or what is wrong with it.
func (l *loader) done() (*Tape, error) {
	_, customer := l.callers[l.r.Call] // Symbl's own leg is no call
	switch {
	case l.r.Call != "" && (l.first < 0 || !customer):
		return nil, fmt.Errorf("%s: %w", l.r.Call, ErrNoCall)
	case l.first < 0 || len(l.track) == 0:
		return nil, ErrNothing
	}
	t := l.Tape
	t.first = l.first
	t.from, t.to = t.falls[t.track[0]].At, t.falls[t.track[len(t.track)-1]].At
	t.moments = slices.DeleteFunc(t.moments, func(m Moment) bool {
		return m.Kind == 0 || m.Index < t.first || t.call != "" && m.Session != t.call
	})
	t.alarms = alarmsOf(t.moments)
	if l.r.InForce != nil {
		t.inForce = *l.r.InForce
	}
	return &t, nil
}

// fallOf returns an event with what it did.
func fallOf(e engine.Event, changed []*engine.Session, commands []engine.Command) Fall {
	f := Fall{Event: e}
	for _, s := range changed { // a customer's call before Symbl's leg of it
		if f.Session == "" || s.Number > 0 {
			f.Session = s.ID
		}
		if s.Number > 0 {
			break
		}
	}
	f.Leg = legIn(changed, refOf(e.Body))
	for _, c := range commands {
		f.Orders = append(f.Orders, Order{Command: c, Leg: legIn(changed, engine.LegRef{Leg: legOf(c.Action)})})
	}
	return f
}

// legIn names a leg as its call does.
func legIn(sessions []*engine.Session, ref engine.LegRef) string {
	if ref.Leg == "" && ref.CallLeg == "" {
		return ""
	}
	for _, s := range sessions {
		for _, l := range s.Legs {
			if ref.Leg != "" && l.ID == ref.Leg || ref.CallLeg != "" && l.CallLeg == ref.CallLeg {
				return string(l.Name)
			}
		}
	}
	return ""
}

// Name is what is replayed, as it is shown.
func (t *Tape) Name() string { return t.name }

// Epoch is that of the journal which the tape was made from.
func (t *Tape) Epoch() string { return t.epoch }

// Settings are those that hold until the tape's events bring others.
func (t *Tape) Settings() engine.Settings { return t.base }

// Call is the one that the tape follows; empty: all calls are.
func (t *Tape) Call() engine.SessionID { return t.call }

// InForce is the policy that is in force today.
func (t *Tape) InForce() engine.Policy { return t.inForce }

// From and To are the times of the first and of the last event that are shown.
func (t *Tape) From() time.Time { return t.from }

// To is the time of the last event that is shown.
func (t *Tape) To() time.Time { return t.to }

// Len is how many events are stepped through.
func (t *Tape) Len() int { return len(t.track) }

// Moments are what happened that is worth a look, in order. They are not to be written.
func (t *Tape) Moments() []Moment { return t.moments }

// Caller returns how a call is named, and whether the tape knows it.
func (t *Tape) Caller(id engine.SessionID) (Caller, bool) {
	c, ok := t.callers[id]
	return c, ok
}

// Each yields all events of the tape, those before what is shown included.
func (t *Tape) Each(yield func(engine.Event) error) error {
	for i := range t.falls {
		if err := yield(t.falls[i].Event); err != nil {
			return err
		}
	}
	return nil
}

// Falls returns n events of those that are stepped through, from the i-th on, the first
// being 0. They are not to be written.
func (t *Tape) Falls(i, n int) []Fall {
	i = min(max(i, 0), len(t.track))
	falls := make([]Fall, 0, max(n, 0))
	for _, at := range t.track[i:min(i+max(n, 0), len(t.track))] {
		falls = append(falls, t.falls[at])
	}
	return falls
}

// maxNear is how many events Near looks through in each direction.
const maxNear = 4096

// Near returns the n events of a call before the i-th and the n after it, in order: those
// that are stepped through, the first being 0, the i-th left out. Without a call, all are.
func (t *Tape) Near(i, n int, call engine.SessionID) (before, after []Fall) {
	wanted := func(at int) (Fall, bool) {
		f := t.falls[t.track[at]]
		return f, call == "" || t.call != "" || f.Session == call
	}
	for at := min(i, len(t.track)) - 1; at >= max(0, i-maxNear) && len(before) < n; at-- {
		if f, ok := wanted(at); ok {
			before = append(before, f)
		}
	}
	slices.Reverse(before)
	for at := max(i+1, 0); at < min(len(t.track), i+maxNear) && len(after) < n; at++ {
		if f, ok := wanted(at); ok {
			after = append(after, f)
		}
	}
	return before, after
}

// upTo returns how many events there are up to a time, it included.
func (t *Tape) upTo(at time.Time) int {
	n, _ := slices.BinarySearchFunc(t.falls, at, func(f Fall, at time.Time) int {
		if f.At.After(at) {
			return 1
		}
		return -1
	})
	return n
}

// tracked returns how many of the events that are stepped through are among the first n.
func (t *Tape) tracked(n int) int {
	i, _ := slices.BinarySearch(t.track, n)
	return i
}

// stateAt returns the state after n events. A state s that is a little before it, after
// at events, is stepped on and consumed; else the checkpoint before n is.
func (t *Tape) stateAt(n int, s engine.State, at int) engine.State {
	if at < 0 || at > n || n-at > pointEvery {
		point := min(n/pointEvery, len(t.points)-1)
		s, at = t.points[point].Fork(), point*pointEvery
	}
	for ; at < n; at++ {
		s.Seq = t.falls[at].Seq - 1
		s, _ = engine.Step(s, t.falls[at].Event)
	}
	return s
}
