package engine

import (
	"cmp"
	"slices"
	"time"
)

// defaultGroup is the group of those who are configured without one.
const defaultGroup = "operators"

// groups returns who may be brought in: the groups or, where there are none, all
// operators as one that is tried in order.
func (s Settings) groups() []Group {
	if len(s.Groups) > 0 || len(s.Operators) == 0 {
		return s.Groups
	}
	g := Group{Name: defaultGroup, Order: OrderFixed, Ring: s.Ring}
	for _, number := range s.Operators {
		g.Operators = append(g.Operators, Operator{Number: number})
	}
	return []Group{g}
}

// groupOf returns the group of that name, else the first, or none.
func (t *turn) groupOf(name string) Group {
	groups := t.Settings.groups()
	for _, g := range groups {
		if g.Name == name {
			return g
		}
	}
	if len(groups) == 0 {
		return Group{}
	}
	return groups[0]
}

// OpenAt reports whether the group may be called at a time.
func (g Group) OpenAt(at time.Time) bool {
	return g.Hours == nil || slices.ContainsFunc(g.Hours, func(h Span) bool { return !at.Before(h.From) && at.Before(h.To) })
}

// OpensAt returns when a closed group opens next; zero where that is not known.
func (g Group) OpensAt(at time.Time) time.Time {
	for _, h := range g.Hours {
		if h.From.After(at) {
			return h.From
		}
	}
	return time.Time{}
}

// ringOf returns how long a target of the transfer is called.
func (t *turn) ringOf(tr Transfer) time.Duration {
	if ring := t.groupOf(tr.Group).Ring; ring > 0 && !tr.Typed {
		return ring
	}
	return cmp.Or(t.Settings.Ring, 20*time.Second)
}

// targets returns the operators of the transfer's group who may be called now, in the
// order they are to be called: open, not tried in this round, on no other call.
func (t *turn) targets(s *Session, tr Transfer) []string {
	g := t.groupOf(tr.Group)
	if !g.OpenAt(t.now) {
		return nil
	}
	busy := 0
	var free []string
	for _, o := range g.Operators {
		switch {
		case t.engaged(o.Number, s.ID):
			busy++
		case !slices.Contains(tr.Tried, o.Number):
			free = append(free, o.Number)
		}
	}
	if g.AtMost > 0 && busy >= g.AtMost {
		return nil
	}
	switch g.Order {
	case OrderIdle:
		slices.SortStableFunc(free, func(a, b string) int { return t.idleSince(a).Compare(t.idleSince(b)) })
	case OrderTurn:
		last := t.lastOf(g.Name)
		at := slices.IndexFunc(g.Operators, func(o Operator) bool { return o.Number == last })
		place := func(number string) int {
			i := slices.IndexFunc(g.Operators, func(o Operator) bool { return o.Number == number })
			return (i - at - 1 + 2*len(g.Operators)) % len(g.Operators)
		}
		slices.SortStableFunc(free, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	case 0, OrderFixed:
	}
	return free
}

// nextOperator returns the next number to be called, or nothing. Where the supervisor
// named one, there is no next.
func (t *turn) nextOperator(s *Session) string {
	if s.Transfer.Typed || s.Transfers >= maxDials {
		return ""
	}
	return t.freeOperator(s, s.Transfer)
}

// freeOperator returns who would be called first for a transfer, or nothing.
func (t *turn) freeOperator(s *Session, tr Transfer) string {
	if free := t.targets(s, tr); len(free) > 0 {
		return free[0]
	}
	return ""
}

// engaged reports whether an operator's number is being called or on a call in
// another session, or a supervisor's phone that is on any call.
func (t *turn) engaged(number string, except SessionID) bool {
	if t.occupiedNow(number, except) {
		return true
	}
	unchanged := func(id SessionID) bool {
		return id != t.occupant && !slices.ContainsFunc(t.edits, func(e edit) bool { return e.after.ID == id })
	}
	if slices.ContainsFunc(t.State.index.phones[number], unchanged) { // a supervisor's phone is one telephone too
		return true
	}
	if slices.ContainsFunc(t.State.index.busy[number], func(id SessionID) bool { return id != except && unchanged(id) }) {
		return true
	}
	for _, e := range t.edits { // what this very turn has changed is not in the index yet
		if slices.ContainsFunc(e.after.Legs, func(l Leg) bool {
			return l.Number == number && l.Live() && (l.Role == RoleSupervisor || l.Role == RoleOperator && e.after.ID != except)
		}) {
			return true
		}
	}
	return false
}

// idleSince returns since when an operator is free; zero where he was on no call yet.
func (s *State) idleSince(number string) time.Time {
	for _, i := range s.idle {
		if i.Number == number {
			return i.Since
		}
	}
	return time.Time{}
}

// A last is whom a group called last.
type last struct{ Group, Number string }

func (t *turn) lastOf(group string) string {
	for _, l := range slices.Concat(t.lasts, t.State.lasts) {
		if l.Group == group {
			return l.Number
		}
	}
	return ""
}

func (t *turn) dialledNow(group, number string) {
	if group != "" {
		t.lasts = append([]last{{group, number}}, t.lasts...)
	}
}

// operatorWords names an operator for a supervisor: by name, where he has one.
func (t *turn) operatorWords(number string) string {
	for _, g := range t.Settings.Groups {
		for _, o := range g.Operators {
			if o.Number == number && o.Name != "" {
				return o.Name
			}
		}
	}
	return number
}

// freed returns the numbers of operators, and of supervisors' phones, which may be an
// operator's, that a leg of has fallen in this turn.
func (t *turn) freed() []string {
	numbers := slices.Clone(t.unoccupied)
	for _, e := range t.edits {
		if e.before == nil {
			continue
		}
		for _, l := range e.before.Legs {
			if l.Role != RoleOperator && l.Role != RoleSupervisor || !l.Live() || slices.Contains(numbers, l.Number) {
				continue
			}
			if i := slices.IndexFunc(e.after.Legs, func(x Leg) bool { return x.Name == l.Name }); i < 0 || !e.after.Legs[i].Live() {
				numbers = append(numbers, l.Number)
			}
		}
	}
	return numbers
}
