package engine

import "slices"

// An occupancy is whom a call that was forgotten keeps busy: all that a state knows of it.
// Calls beside it are told by the events only as long as it is known who was free for them.
type occupancy struct {
	Session SessionID
	Numbers []string // of configured operators
}

// Busy returns the configured operators whom a call keeps busy, in their order: by a leg of
// their own, or as a supervisor who is on it with a telephone that is an operator's as well.
func (s *State) Busy(id SessionID) []string {
	var busy []string
	for _, g := range s.Settings.groups() {
		for _, o := range g.Operators {
			on := slices.Contains(s.index.busy[o.Number], id) || slices.Contains(s.index.phones[o.Number], id)
			if on && !slices.Contains(busy, o.Number) {
				busy = append(busy, o.Number)
			}
		}
	}
	return busy
}

// occupies takes whom a forgotten call keeps busy from here on. One that the state still
// has itself, as where only its sound is forgotten, tells by its legs.
func (t *turn) occupies(id SessionID, busy []string) {
	if _, here := t.find(id); here || id == "" {
		return
	}
	was := t.occupiedBy(id)
	if slices.Equal(was, busy) {
		return
	}
	rest := slices.DeleteFunc(slices.Clone(t.State.occupied), func(o occupancy) bool { return o.Session == id })
	if len(busy) > 0 {
		rest = append(rest, occupancy{id, busy})
	}
	t.occupied, t.occupant = &rest, id
	t.unoccupied = append(t.unoccupied, notAmong(was, busy)...)
	for _, number := range notAmong(busy, was) {
		for _, g := range t.Settings.groups() {
			if slices.ContainsFunc(g.Operators, func(o Operator) bool { return o.Number == number }) {
				t.dialledNow(g.Name, number)
			}
		}
	}
}

// notAmong returns the numbers that are not among others.
func notAmong(numbers, others []string) []string {
	return slices.DeleteFunc(slices.Clone(numbers), func(n string) bool { return slices.Contains(others, n) })
}

func (s *State) occupiedBy(id SessionID) []string {
	for _, o := range s.occupied {
		if o.Session == id {
			return o.Numbers
		}
	}
	return nil
}

// occupiedNow reports whether a forgotten call keeps a number busy as of this turn, which
// is not in the index yet.
func (t *turn) occupiedNow(number string, except SessionID) bool {
	return t.occupied != nil && slices.ContainsFunc(*t.occupied, func(o occupancy) bool {
		return o.Session != except && slices.Contains(o.Numbers, number)
	})
}

// commitOccupied puts in its place whom forgotten calls keep busy.
func (t *turn) commitOccupied() {
	if t.occupied == nil {
		return
	}
	s := t.State
	for _, o := range s.occupied {
		s.index.leave(o)
	}
	s.occupied = *t.occupied
	for _, o := range s.occupied {
		s.index.occupy(o)
	}
}

func (x *index) occupy(o occupancy) {
	for _, number := range o.Numbers {
		if !slices.Contains(x.busy[number], o.Session) {
			x.busy[number] = append(slices.Clip(x.busy[number]), o.Session)
		}
	}
}

func (x *index) leave(o occupancy) {
	for _, number := range o.Numbers {
		rest := slices.DeleteFunc(slices.Clone(x.busy[number]), func(id SessionID) bool { return id == o.Session })
		if x.busy[number] = rest; len(rest) == 0 {
			delete(x.busy, number)
		}
	}
}
