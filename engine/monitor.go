package engine

func (t *turn) claimAsked(e ClaimAsked)                           { t.refuse(e.Session, ErrNotSupervised) }
func (t *turn) holdAsked(e HoldAsked)                             { t.refuse(e.Session, ErrNotSupervised) }
func (t *turn) monitorAsked(e MonitorAsked)                       { t.refuse(e.Session, ErrNotSupervised) }
func (t *turn) takeOverAsked(e TakeOverAsked)                     { t.refuse(e.Session, ErrNotSupervised) }
func (t *turn) supervisorAnswered(s *Session, l *Leg)             {}
func (t *turn) supervisorJoined(s *Session, l *Leg)               {}
func (t *turn) supervisorGone(s *Session, l *Leg, wasJoined bool) {}
func (t *turn) roleSet(s *Session, a SetRole)                     {}
func (t *turn) roleRefused(s *Session, a SetRole, words string)   {}
func (t *turn) held(s *Session, a Hold)                           {}
func (t *turn) holdRefused(s *Session, a Hold, words string)      {}
