package engine

func (s *Session) supervised() bool    { return false }
func (s *Session) frontOn() bool       { return false }
func (t *turn) frontLeaves(s *Session) {}
