package export

import (
	"cmp"
	"slices"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
)

// A stage is what the customer could tell from his end of the line: when which anchor of
// a recording was raised, and when somebody was with him. It goes by the rules in the doc
// of package recording, as the pretend network does when it plays one.
type stage struct {
	raised []raised
	human  engine.Span // of the first operator who was with him; zero: none was
	desk   engine.Span // of the front desk
}

// raised is an anchor, and when it was raised.
type raised struct {
	on    recording.Anchor
	round int // of a menu
	at    time.Time
}

const maxRound = 99 // that a recording can name

// orderTakes is how long it takes from the order of a prompt until the customer hears it,
// at least: Telnyx does not tell when a menu begins.
const orderTakes = 100 * time.Millisecond

// A happening is what the customer, or the network for him, takes notice of.
type happening struct {
	at    time.Time
	order int // among those of one moment
	do    func(*setting)
}

// The order of what the engine does in one moment: who is gone is gone before the
// customer is told of it, and he is told that somebody is called before he is.
const (
	orderGone = iota
	orderTold
	orderDialled
	orderJoined
)

// A setting is where a call is while its happenings are gone through.
type setting struct {
	stage
	called int  // operators who are alive
	failed bool // the latest call of one came to nothing
	menus  int
	vain   bool // the latest wait for a key ended without a right one
}

// stageOf goes through a call.
func stageOf(r engine.Record) stage {
	s := setting{}
	s.raise(recording.OnAnswered, r.Answered)
	for _, h := range happenings(r) {
		h.do(&s)
	}
	return s.stage
}

func happenings(r engine.Record) []happening {
	var all []happening
	for _, told := range r.Told {
		all = append(all, happening{told.At, orderTold, func(s *setting) { s.hears(told) }})
	}
	for _, l := range r.Legs {
		switch l.Role {
		case engine.RoleOperator:
			all = append(all, happening{l.Since, orderDialled, func(s *setting) { s.called++ }})
			if !l.Joined.IsZero() {
				all = append(all, happening{l.Joined, orderJoined, func(s *setting) { s.meets(l) }})
			}
			if !l.Gone.IsZero() {
				all = append(all, happening{l.Gone, orderGone, func(s *setting) { s.parts(l) }})
			}
		case engine.RoleFront:
			if !l.Joined.IsZero() {
				all = append(all, happening{l.Joined, orderJoined, func(s *setting) {
					s.desk = engine.Span{From: l.Joined, To: l.Gone}
					s.raise(recording.OnFront, l.Joined)
				}})
			}
		case engine.RoleCustomer, engine.RoleListener, engine.RoleUnplaced, engine.RoleSupervisor:
		default:
			panic("export: leg of role " + l.Role.String())
		}
	}
	slices.SortStableFunc(all, func(a, b happening) int {
		return cmp.Or(a.at.Compare(b.at), a.order-b.order)
	})
	return all
}

// hears is what the customer makes of what he is told.
func (s *setting) hears(told engine.Told) {
	heard := told.At.Add(orderTakes)
	switch {
	case s.called == 0 && s.failed && !s.was(recording.OnUnavailable):
		s.raise(recording.OnUnavailable, heard)
	case told.Waits:
		s.menus++
		s.raise(recording.OnMenu, heard)
	case s.called == 0 && !s.was(recording.OnLeft) && s.vain:
		s.raise(recording.OnQuestion, heard)
	}
	if told.Waits {
		s.vain = told.Vain
	}
}

func (s *setting) meets(l engine.RecordLeg) {
	s.failed = false
	if s.human == (engine.Span{}) {
		s.human = engine.Span{From: l.Joined, To: l.Gone}
		s.raise(recording.OnOperator, l.Joined)
	}
}

func (s *setting) parts(l engine.RecordLeg) {
	s.called--
	if l.Joined.IsZero() {
		s.failed = true
		return
	}
	s.raise(recording.OnLeft, l.Gone)
}

// raise raises an anchor. All but menus come once.
func (s *setting) raise(on recording.Anchor, at time.Time) {
	if on != recording.OnMenu && s.was(on) {
		return
	}
	one := raised{on: on, at: at}
	if on == recording.OnMenu {
		one.round = s.menus
	}
	if one.round <= maxRound {
		s.raised = append(s.raised, one)
	}
}

func (s *stage) was(on recording.Anchor) bool {
	return slices.ContainsFunc(s.raised, func(r raised) bool { return r.on == on })
}

// within reports whether a span that has begun holds a moment.
func within(s engine.Span, at time.Time) bool {
	return !s.From.IsZero() && !at.Before(s.From) && (s.To.IsZero() || at.Before(s.To))
}

// past reports whether what counts from an anchor would not be said at a moment any more.
func (s *stage) past(on recording.Anchor, at time.Time) bool {
	switch on {
	case recording.OnMenu, recording.OnQuestion, recording.OnUnavailable:
		return within(s.human, at) || within(s.desk, at)
	case recording.OnOperator:
		return !within(s.human, at)
	case recording.OnFront:
		return within(s.human, at) || !within(s.desk, at)
	case recording.OnAnswered, recording.OnLeft:
		return false
	default:
		panic("export: anchor " + string(on))
	}
}

// anchor returns the anchor that was raised last before a moment and still counts in it.
func (s *stage) anchor(at time.Time) raised {
	for _, r := range slices.Backward(s.raised) {
		if r.at.Before(at) && !s.past(r.on, at) {
			return r
		}
	}
	return s.raised[0] // his call was answered
}

// latest returns the anchor that was raised last before a moment, whoever was there.
func (s *stage) latest(at time.Time) raised {
	for _, r := range slices.Backward(s.raised) {
		if r.at.Before(at) {
			return r
		}
	}
	return s.raised[0]
}
