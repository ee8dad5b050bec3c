package engine

// Fork returns a state that goes on by itself from where this one is, which may be one
// that goes on as well, or what [State.Checkpoint] gave. Stepping either leaves the
// other as it is. A replay seeks with it: it keeps checkpoints, and forks the one before
// the moment that is looked for.
func (s *State) Fork() State {
	c := s.Checkpoint()
	c.index = newIndex()
	c.tombs.known = make(map[LegID]struct{}, len(c.tombs.order))
	for _, b := range c.tombs.order {
		c.tombs.known[b.Leg] = struct{}{}
	}
	for _, session := range c.sessions {
		c.index.add(session, nil)
	}
	return c
}
