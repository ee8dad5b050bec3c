package engine

// Changed returns the sessions that the last event changed, as they stand after it,
// in the order it came to them. The slice is good until the next Step; the sessions are
// never written again. Whoever looks at calls beside the engine need not look at all of
// them after every event.
func (s *State) Changed() []*Session { return s.changed }

// Session returns a session as it stands. It is never written again.
func (s *State) Session(id SessionID) (*Session, bool) { return s.find(id) }
