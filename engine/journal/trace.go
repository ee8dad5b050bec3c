package journal

import (
	"context"
	"reflect"
	"slices"
	"time"

	"switchboard/engine"
)

// Limits of following calls through a journal.
const (
	traceLife  = 48 * time.Hour // after its last event nothing more is told of a call
	traceEvery = 4096           // events between two looks at which calls are over for so long
)

// A Traced is one call, as the journal tells it.
type Traced struct {
	Session    engine.SessionID
	Number     int       // as the console shows it; 0: a leg that was no customer's
	Numbers    []string  // of whom it was with, the caller's first; digests where they are forgotten
	Started    time.Time // taken in
	Over       time.Time // zero: as far as the journal knows it is up
	Events     int
	Words      int            // events that hold words: sentences, keys, notes
	Recordings []string       // Telnyx's ids of what was recorded
	Erased     engine.Erasure // so far; zero: nothing

	last    time.Time // event
	lastSeq uint64
	parts   []engine.SessionID // what it was before it was known to be this call's
	legs    []engine.LegID
	calls   []engine.CallLegID
	rooms   []engine.ConferenceID
}

// A tracer goes through a journal and tells which call each event belongs to, also where
// the state has forgotten the call by then, as for a sentence that comes an hour late.
//
// Where calls before it were forgotten, the state that it goes on by is not quite what was
// so in its day: who was free when is not known any more. So it takes a call as up only
// where the caller knows it to be, and ids from the events where they tell them.
type tracer struct {
	state    engine.State
	up       map[engine.SessionID]bool // calls that are up by now
	calls    map[engine.SessionID]*Traced
	order    []engine.SessionID // in which they began
	merged   map[engine.SessionID]engine.SessionID
	legs     map[engine.LegID]engine.SessionID
	callLegs map[engine.CallLegID]engine.SessionID
	rooms    map[engine.ConferenceID]engine.SessionID
	added    engine.Tally // by the event that was taken last
	seen     int

	// done is told of each call of which nothing more is to come, with the time up to which
	// the journal was read. It may be nil.
	done func(*Traced, time.Time) error
}

func newTracer(epoch string, up []engine.SessionID) *tracer {
	now := make(map[engine.SessionID]bool, len(up))
	for _, id := range up {
		now[id] = true
	}
	return &tracer{
		up: now, state: engine.NewState(epoch), calls: map[engine.SessionID]*Traced{}, merged: map[engine.SessionID]engine.SessionID{},
		legs: map[engine.LegID]engine.SessionID{}, callLegs: map[engine.CallLegID]engine.SessionID{}, rooms: map[engine.ConferenceID]engine.SessionID{},
	}
}

// take goes on by one event and returns the call that it belongs to, if any.
func (t *tracer) take(e engine.Event) (engine.SessionID, error) {
	body := e.Body
	f, forgotten := body.(engine.Forgotten)
	owner := f.Session
	if !forgotten {
		owner = t.state.About(body)
	}
	before := t.state.Tally()
	t.state, _ = engine.Step(t.state, e)
	t.added = t.state.Added(before)
	for _, s := range t.state.Changed() {
		t.register(s, e)
		if owner == "" && s.Opened == e.Seq {
			owner = s.ID
		}
	}
	if forgotten {
		if was, err := f.Was(); err == nil {
			body = was
		}
	} else if owner == "" {
		owner = t.late(body)
	}
	if to, ok := t.merged[owner]; ok {
		owner = to
	}
	if owner != "" {
		c := t.call(owner, e)
		t.learn(c, body)
		t.note(c, e, body, f)
	}
	if t.seen++; t.seen%traceEvery == 0 {
		return owner, t.sweep(e.At.Add(-traceLife))
	}
	return owner, nil
}

// call returns a call to be written.
func (t *tracer) call(id engine.SessionID, e engine.Event) *Traced {
	c := t.calls[id]
	if c == nil {
		c = &Traced{Session: id, Started: e.At}
		t.calls[id] = c
		t.order = append(t.order, id)
	}
	return c
}

// note keeps what an event tells of its call.
func (t *tracer) note(c *Traced, e engine.Event, body engine.Body, f engine.Forgotten) {
	c.Events++
	c.last, c.lastSeq = e.At, e.Seq
	if f.What != 0 {
		if f.What.Takes(c.Erased) {
			c.Erased = f.What
		}
		if f.Counts.Calls > 0 {
			c.Number = t.state.Tally().Counts.Calls
		}
	}
	if changes(body, engine.EraseWords) {
		c.Words++
	}
	if r, ok := body.(engine.RecordingSaved); ok && r.ID != "" {
		c.Recordings = append(c.Recordings, r.ID)
	}
	c.with(numbers(body)...)
}

// learn keeps the ids that an event itself gives a call.
func (t *tracer) learn(c *Traced, body engine.Body) {
	switch e := body.(type) {
	case engine.Dialled:
		t.leg(c, e.Leg, e.CallLeg)
	case engine.ConferenceOpened:
		t.room(c, e.Conference)
	default:
		if f := reflect.ValueOf(body).FieldByName("LegRef"); f.IsValid() {
			r := f.Interface().(engine.LegRef)
			if t.legs[r.Leg] == "" {
				t.leg(c, r.Leg, r.CallLeg)
			}
		}
	}
}

func (t *tracer) leg(c *Traced, id engine.LegID, callLeg engine.CallLegID) {
	if id != "" && t.legs[id] != c.Session {
		t.legs[id] = c.Session
		c.legs = append(c.legs, id)
	}
	if callLeg != "" && t.callLegs[callLeg] != c.Session {
		t.callLegs[callLeg] = c.Session
		c.calls = append(c.calls, callLeg)
	}
}

func (t *tracer) room(c *Traced, id engine.ConferenceID) {
	if id != "" && t.rooms[id] != c.Session {
		t.rooms[id] = c.Session
		c.rooms = append(c.rooms, id)
	}
}

// with adds numbers of whom a call was with.
func (c *Traced) with(numbers ...string) {
	for _, n := range numbers {
		if n != "" && !slices.Contains(c.Numbers, n) {
			c.Numbers = append(c.Numbers, n)
		}
	}
}

// numbers returns the far ends' numbers that a body names.
func numbers(body engine.Body) []string {
	switch e := body.(type) {
	case engine.LegInitiated:
		if e.Direction == engine.Outgoing {
			return []string{e.To}
		}
		return []string{e.From}
	case engine.TransferAsked:
		return []string{e.To}
	case engine.MonitorAsked:
		return []string{e.Phone}
	}
	return nil
}

// register keeps the ids by which a call may be named later.
func (t *tracer) register(s *engine.Session, e engine.Event) {
	id := s.ID
	if to, ok := t.merged[id]; ok {
		id = to
	}
	c := t.call(id, e)
	if s.ID == id {
		c.Number = s.Number
		c.Over = s.Over
	}
	for _, l := range s.Legs {
		if l.ID != "" && t.legs[l.ID] != id {
			t.merge(t.legs[l.ID], id)
		}
		t.leg(c, l.ID, l.CallLeg)
		c.with(l.Number)
	}
	t.room(c, s.Conference)
}

// merge makes one call of two: what came in as a leg of its own turned out to be Symbl's
// leg of another call.
func (t *tracer) merge(from, to engine.SessionID) {
	f := t.calls[from]
	if from == to || f == nil || f.Number != 0 {
		return
	}
	c := t.calls[to]
	t.merged[from] = to
	c.parts = append(c.parts, append(f.parts, from)...)
	c.Events, c.Words = c.Events+f.Events, c.Words+f.Words
	c.with(f.Numbers...)
	c.legs, c.calls = append(c.legs, f.legs...), append(c.calls, f.calls...)
	delete(t.calls, from)
}

// late returns the call that a body names by an id that the state no longer knows.
func (t *tracer) late(body engine.Body) engine.SessionID {
	v := reflect.ValueOf(body)
	if v.Kind() != reflect.Struct {
		return ""
	}
	if f := v.FieldByName("LegRef"); f.IsValid() {
		r := f.Interface().(engine.LegRef)
		if id, ok := t.legs[r.Leg]; ok {
			return id
		}
		if id, ok := t.callLegs[r.CallLeg]; ok && r.CallLeg != "" {
			return id
		}
		if r.State.Floor != "" && r.State.Floor == engine.FloorName(t.state.Settings.Floor, t.state.Epoch) {
			return r.State.Session
		}
	}
	if f := v.FieldByName("Conference"); f.IsValid() {
		if id, ok := f.Interface().(engine.ConferenceID); ok {
			return t.rooms[id]
		}
	}
	return ""
}

// sweep lets go of calls that were over before a time and of which nothing was told since.
func (t *tracer) sweep(before time.Time) error {
	var left []engine.SessionID
	for _, id := range t.order {
		c := t.calls[id]
		if c == nil {
			continue // merged into another
		}
		if t.up[id] || !c.last.Before(before) {
			left = append(left, id)
			continue
		}
		if err := t.end(c); err != nil {
			return err
		}
	}
	t.order = left
	return nil
}

// end lets go of a call.
func (t *tracer) end(c *Traced) error {
	switch {
	case t.up[c.Session]:
		c.Over = time.Time{}
	case c.Over.IsZero():
		c.Over = c.last
	}
	delete(t.calls, c.Session)
	for _, id := range c.legs {
		delete(t.legs, id)
	}
	for _, id := range c.calls {
		delete(t.callLegs, id)
	}
	for _, id := range c.rooms {
		delete(t.rooms, id)
	}
	if t.done == nil {
		return nil
	}
	return t.done(c, t.state.Now)
}

// finish lets go of all calls, also of those that are up.
func (t *tracer) finish() error {
	for _, id := range t.order {
		if c := t.calls[id]; c != nil {
			if err := t.end(c); err != nil {
				return err
			}
		}
	}
	t.order = nil
	return nil
}

// changes reports whether a body holds something that an erasure takes.
func changes(body engine.Body, what engine.Erasure) bool {
	gone := engine.Forget(body, what, func(text string) string { return text + "#" })
	return !reflect.DeepEqual(gone, body)
}

// A Stray is an event that belongs to no call and holds words, names or numbers, as a
// note for the next shift.
type Stray struct {
	Event uint64
	At    time.Time
	Body  engine.Body // its forgotten form, where it is forgotten
	What  engine.Erasure
	Words bool // it holds words, not names and numbers alone
}

// Survey goes through the whole journal and tells of each call, in no order, and of each
// event that belongs to none and holds something that can be forgotten. up are the calls
// that are not over by now. It reads beside whatever else is done with the journal, and
// ends with the first error of call, stray or ctx.
func (j *Journal) Survey(ctx context.Context, up []engine.SessionID, call func(Traced) error, stray func(Stray) error) error {
	t := newTracer(j.Epoch(), up)
	t.done = func(c *Traced, _ time.Time) error { return call(*c) }
	err := j.Read(1, func(e engine.Event) error {
		if t.seen%pageSize == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		owner, err := t.take(e)
		if err != nil || owner != "" {
			return err
		}
		s := Stray{Event: e.Seq, At: e.At, Body: e.Body}
		if f, ok := e.Body.(engine.Forgotten); ok {
			if s.What, s.Body = f.What, nil; f.What == engine.EraseAll {
				return nil
			}
			if s.Body, err = f.Was(); err != nil {
				return nil // nothing that this version could forget
			}
		}
		if !changes(s.Body, engine.EraseAll) {
			return nil
		}
		s.Words = changes(s.Body, engine.EraseWords)
		return stray(s)
	})
	if err != nil {
		return err
	}
	return t.finish()
}
