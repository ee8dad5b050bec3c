package engine

import "errors"

// Why a supervisor is refused who claims a call, or gives it up.
var (
	ErrClaimedAlready = errors.New("you look after that call already")
	ErrNotClaimed     = errors.New("nobody looks after that call")
)

func (s *Session) allowClaim(e ClaimAsked) error {
	switch {
	case s.Quarantined.Event != 0:
		return ErrQuarantined
	case !e.On && s.Claimed == "":
		return ErrNotClaimed
	}
	return nil
}

// claimAsked says who looks after a call. What another claims may be taken over, and
// given up for him, for he may have gone home: a note names both.
func (t *turn) claimAsked(e ClaimAsked) {
	if s, ok := t.session(e.Session); ok && e.On && s.Claimed == t.event.By {
		t.refuse(e.Session, ErrClaimedAlready) // allow does not know who asks
		return
	}
	s, ok := t.permitted(e.Session)
	if !ok {
		return
	}
	was, by := s.Claimed, t.event.By
	switch {
	case e.On && was == "":
		t.note(s, NoteAct, "%s looks after the call", by)
	case e.On:
		t.note(s, NoteAct, "%s looks after the call in place of %s", by, was)
	case was == by:
		t.note(s, NoteAct, "%s no longer looks after the call", by)
	default:
		t.note(s, NoteAct, "%s says that %s no longer looks after the call", by, was)
	}
	s.Claimed = ""
	if e.On {
		s.Claimed = by
	}
}
