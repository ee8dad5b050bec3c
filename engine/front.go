package engine

func (t *turn) frontAnswered(s *Session, l *Leg)             {}
func (t *turn) frontJoined(s *Session, l *Leg)               {}
func (t *turn) frontGone(s *Session, l *Leg, wasJoined bool) {}
