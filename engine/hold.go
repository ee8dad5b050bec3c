package engine

import (
	"errors"
	"time"
)

// Why a supervisor is refused who puts a leg on hold, or back.
var (
	ErrHeldAlready  = errors.New("that leg is on hold already")
	ErrNotHeld      = errors.New("that leg is not on hold")
	ErrHoldListener = errors.New("Symbl's leg only listens; it cannot be put on hold")
)

func (s *Session) allowHold(e HoldAsked) error {
	l, ok := s.Leg(e.Leg)
	switch {
	case s.Quarantined.Event != 0:
		return ErrQuarantined
	case s.Ending != "":
		return ErrEnding
	case !ok || !l.Live():
		return ErrNoLeg
	case l.HangupAsked:
		return ErrLegEnding
	case l.Role == RoleListener || l.Role == RoleUnplaced:
		return ErrHoldListener
	case !l.Joined || s.Conference == "":
		return ErrLegNotIn
	case e.On && l.HoldAsked:
		return ErrHeldAlready
	case !e.On && !l.HoldAsked:
		return ErrNotHeld
	}
	return nil
}

func (t *turn) holdAsked(e HoldAsked) {
	s, ok := t.permitted(e.Session)
	if !ok {
		return
	}
	l := s.leg(e.Leg)
	l.HoldAsked = e.On
	word := "hold"
	if !e.On {
		word = "end of the hold"
	}
	t.note(s, NoteAct, "%s of %s asked by %s", word, legWords(*l), t.event.By)
	t.orderHold(s, l, e.On)
}

func (t *turn) orderHold(s *Session, l *Leg, on bool) {
	h := Hold{Leg: l.ID, Conference: s.Conference, On: on}
	if on {
		h.Audio = t.Settings.Hold
	}
	t.order(s, string(l.Name), h)
}

// holdAgain puts a leg on hold that was so in the room before this one.
func (t *turn) holdAgain(s *Session, l *Leg) {
	l.Held = false
	if l.HoldAsked && !l.HangupAsked && s.Ending == "" {
		t.orderHold(s, l, true)
	}
}

// inRoom returns the leg that an order was for, if it is still in the room that the
// order was for: what is told of another room says nothing of this one.
func (s *Session) inRoom(id LegID, room ConferenceID) (*Leg, bool) {
	l, ok := s.on(id)
	return l, ok && l.Joined && s.Conference == room
}

// held takes Telnyx's answer as the fact: it sends no webhook.
func (t *turn) held(s *Session, a Hold) {
	l, ok := s.inRoom(a.Leg, a.Conference)
	if !ok || l.Held == a.On {
		return
	}
	l.Held = a.On
	if a.On {
		if l.Role == RoleCustomer {
			s.Feed.Voice = time.Time{} // he waits, and says nothing
		}
		t.note(s, NoteFact, "%s is on hold", legWords(*l))
	} else {
		t.note(s, NoteFact, "%s is no longer on hold", legWords(*l))
	}
}

func (t *turn) holdRefused(s *Session, a Hold, words string) {
	l, ok := s.inRoom(a.Leg, a.Conference)
	if !ok || l.HoldAsked != a.On {
		return
	}
	l.HoldAsked = l.Held
	t.note(s, NoteTrouble, "%s refused: %s", holdWords(a, *l), words)
}

// holdUnanswered makes sure of what is shown: a leg that may be on hold or not is put
// back to what it was. Where that has no answer either, the supervisor is told.
func (t *turn) holdUnanswered(s *Session, a Hold) {
	l, ok := s.inRoom(a.Leg, a.Conference)
	if !ok || l.HoldAsked != a.On || l.HangupAsked {
		return
	}
	if a.On == l.Held {
		t.note(s, NoteTrouble, "not known whether %s is on hold; put him on hold and back to be sure", legWords(*l))
		return
	}
	l.HoldAsked = l.Held
	t.note(s, NoteTrouble, "%s had no answer; it is taken back", holdWords(a, *l))
	t.orderHold(s, l, l.Held)
}

func holdWords(a Hold, l Leg) string {
	if a.On {
		return "hold of " + legWords(l)
	}
	return "end of the hold of " + legWords(l)
}
