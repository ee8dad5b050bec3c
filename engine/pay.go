package engine

import "time"

// A Paying says that a customer is about to pay: until it ends nobody listens to the call
// and nothing of what is said or keyed in is kept.
type Paying struct {
	Since time.Time // zero: he is not
	Until time.Time // when it ends by itself
	By    By
}

// On reports whether the call is at the point of paying.
func (p Paying) On() bool { return !p.Since.IsZero() }

// Paying reports whether the call of a leg or session is at the point of paying.
func (s *State) Paying(id SessionID) bool {
	session, ok := s.find(id)
	return ok && session.Pay.On()
}

func (s *Session) allowPay(PayAsked) error { return ErrNotSupervised }

func (t *turn) payAsked(e PayAsked) {
	if _, ok := t.permitted(e.Session); !ok {
		return
	}
}

func (t *turn) recordingSaved(e RecordingSaved) {
	s, _, ok := t.leg(e.LegRef)
	if !ok {
		return
	}
	s.Recorded = append(s.Recorded[:len(s.Recorded):len(s.Recorded)], Recorded{ID: e.ID, URL: e.URL, From: e.From, To: e.To})
}
