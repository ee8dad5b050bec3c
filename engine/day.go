package engine

import (
	"slices"
	"time"
)

// SlotSpan is how long a [Slot] lasts. Every time zone's midnight begins one.
const SlotSpan = 5 * time.Minute

// maxSlots are kept beside the one that goes on: somewhat more than the longest day.
const maxSlots = int(26 * time.Hour / SlotSpan)

// A Day is what the last day came to, in slots of [SlotSpan]: enough for anybody's
// today, and for the last hour of each group. A slot in which nothing happened is left
// out; who was busy before it still was.
//
// Of a call that was forgotten the counts stay; to which group it went, and how long it
// was held and waited, is forgotten with it once the journal is read anew.
type Day struct {
	Past []Slot `json:",omitempty"` // the oldest first
	Now  Slot   // the newest: it goes on, unless its span is over
}

// A Slot is what happened within one span.
type Slot struct {
	From  time.Time
	Count Counts        // what was added; what has no place in a day is left zero
	Hold  time.Duration `json:",omitempty"` // the longest that a customer was on hold
	Wait  time.Duration `json:",omitempty"` // the longest that one waited for a free operator
	Group []GroupSlot   `json:",omitempty"`
}

// A GroupSlot is what happened in a group within one span.
type GroupSlot struct {
	Group  string
	Most   int // of its operators on calls at once
	Last   int // of its operators on calls at its end
	Joined int // operators of its that joined
}

// Sum returns the slots that began at a time or later as one, from then on. Its groups have
// what was joined; how many were busy at once is not a sum.
func (d Day) Sum(from time.Time) Slot {
	sum := Slot{From: from}
	for i := range d.Past {
		if !d.Past[i].From.Before(from) {
			sum.add(&d.Past[i])
		}
	}
	if !d.Now.From.Before(from) {
		sum.add(&d.Now)
	}
	return sum
}

func (s *Slot) add(more *Slot) {
	s.Count = s.Count.plus(more.Count)
	s.Hold, s.Wait = max(s.Hold, more.Hold), max(s.Wait, more.Wait)
	for _, g := range more.Group {
		s.of(g.Group).Joined += g.Joined
	}
}

// of returns a group's part of a slot, to be written.
func (s *Slot) of(group string) *GroupSlot {
	i := slices.IndexFunc(s.Group, func(g GroupSlot) bool { return g.Group == group })
	if i < 0 {
		i = len(s.Group)
		s.Group = append(s.Group, GroupSlot{Group: group})
	}
	return &s.Group[i]
}

// A gain is what a turn adds to its slot beside the counts.
type gain struct {
	hold, wait time.Duration
	joined     []string // groups
}

// reckon counts what a turn has made of a call. It runs once the call's record knows it.
func (t *turn) reckon(e edit) {
	s := e.after
	if s.Number == 0 {
		return
	}
	var before Session
	if e.before != nil {
		before = *e.before
	}
	if s.Phase == PhaseOver && before.Phase != PhaseOver {
		t.counts.Ended++
		came, _ := (&Record{Brought: s.Brought}).Disposition()
		if came == DispositionQueued || came == DispositionLeft {
			t.counts.Lost++
		}
	}
	t.reckonTransfer(s.Transfer, before.Transfer)
	t.reckonHold(s, &before)
}

func (t *turn) reckonTransfer(now, was Transfer) {
	if !now.Queued.IsZero() && !now.Queued.Equal(was.Queued) {
		t.counts.Queued++
	}
	if was.Status == TransferQueued && now.Status != TransferQueued && !was.Queued.IsZero() {
		t.gain.wait = max(t.gain.wait, t.now.Sub(was.Queued))
	}
	if now.Status == was.Status {
		return
	}
	switch now.Status {
	case TransferJoined:
		if now.Auto {
			t.counts.Auto++
		} else if now.Cause == CauseHand {
			t.counts.ByHand++
		}
		if now.Group != "" {
			t.gain.joined = append(t.gain.joined, now.Group)
		}
	case TransferVetoed:
		if now.Cause != CauseHand {
			t.counts.Vetoed++
		}
	case TransferCallback:
		t.counts.Promised++
	case TransferNone, TransferDialling, TransferBriefing, TransferJoining, TransferFailed, TransferEnded, TransferProposed, TransferQueued:
	}
}

// reckonHold takes how long a customer was on hold, once he no longer is.
func (t *turn) reckonHold(s, before *Session) {
	for i, h := range s.Holds {
		ended := !h.To.IsZero() && i < len(before.Holds) && before.Holds[i].To.IsZero()
		if leg, ok := s.Leg(h.Leg); ended && ok && leg.Role == RoleCustomer {
			t.gain.hold = max(t.gain.hold, h.To.Sub(h.From))
		}
	}
}

// commitDay puts what the turn has come to into the slot of its time. It runs when the
// indexes are those after the turn, and before the counts are.
func (t *turn) commitDay() {
	s := t.State
	added := t.counts.ofADay().less(s.counts.ofADay())
	if _, corrects := t.event.Body.(CallsForgotten); corrects {
		added = Counts{} // it puts right what was counted long ago
	}
	busy := t.busyChanged()
	if added == (Counts{}) && t.gain.hold == 0 && t.gain.wait == 0 && len(t.gain.joined) == 0 && !busy {
		return
	}
	slot := s.slotNow()
	slot.Count = slot.Count.plus(added)
	slot.Hold, slot.Wait = max(slot.Hold, t.gain.hold), max(slot.Wait, t.gain.wait)
	for _, group := range t.gain.joined {
		slot.of(group).Joined++
	}
	if busy {
		for _, g := range s.Settings.groups() {
			n := s.busyOf(g)
			if n == 0 && !slices.ContainsFunc(slot.Group, func(p GroupSlot) bool { return p.Group == g.Name }) {
				continue
			}
			part := slot.of(g.Name)
			part.Last, part.Most = n, max(part.Most, n)
		}
	}
	s.day.Now = slot
}

// slotNow returns the slot of this moment, to be written: what frames hold stays as it
// is. Who was busy at the end of the last one is so at the beginning of the next.
func (s *State) slotNow() Slot {
	now := s.day.Now
	now.Group = slices.Clone(now.Group)
	from := s.Now.Truncate(SlotSpan)
	if now.From.Equal(from) {
		return now
	}
	if !now.From.IsZero() {
		s.day.Past = keepLast(s.day.Past, maxSlots, s.day.Now)
	}
	next := Slot{From: from}
	for _, g := range now.Group {
		if g.Last > 0 {
			next.Group = append(next.Group, GroupSlot{Group: g.Group, Most: g.Last, Last: g.Last})
		}
	}
	return next
}

// busyChanged reports whether who is on a call may be another after the turn.
func (t *turn) busyChanged() bool {
	return t.occupied != nil || slices.ContainsFunc(t.edits, func(e edit) bool {
		return !slices.Equal(operatorsOn(e.before), operatorsOn(e.after))
	})
}

// operatorsOn returns the numbers of the operators that a call has a leg of.
func operatorsOn(s *Session) []string {
	if s == nil || s.Phase == PhaseOver {
		return nil
	}
	var on []string
	for _, l := range s.Legs {
		if l.Role == RoleOperator && l.Live() {
			on = append(on, l.Number)
		}
	}
	return on
}

// busyOf returns how many of a group's operators are on calls.
func (s *State) busyOf(g Group) int {
	n := 0
	for _, o := range g.Operators {
		if len(s.index.busy[o.Number]) > 0 {
			n++
		}
	}
	return n
}

// ofADay returns the counts that a slot has: what went wrong has its own place.
func (c Counts) ofADay() Counts {
	return Counts{
		Calls: c.Calls, Answered: c.Answered, Joined: c.Joined, Ended: c.Ended, Lost: c.Lost, Auto: c.Auto, ByHand: c.ByHand,
		Vetoed: c.Vetoed, Queued: c.Queued, Promised: c.Promised,
	}
}
