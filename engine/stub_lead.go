package engine

func (s *Session) frontOn() bool       { return false }
func (t *turn) frontLeaves(s *Session) {}
