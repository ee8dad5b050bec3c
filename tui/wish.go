package tui

import (
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// An asked is a wish that was handed to the engine.
type asked struct {
	entry string
	body  engine.Body
	at    time.Time // in house time
	what  safe.Text // it in words: mute the customer of Mette
	whose safe.Text // the call
	leg   safe.Text // the leg that it is about, if it is about one
	taken bool      // a frame has shown that the engine is at it
}

// wishOf returns a wish with the names that it needs: they may be gone once it is
// granted.
func (m *model) wishOf(body engine.Body, what safe.Text) asked {
	a := asked{entry: m.entryID(), body: body, at: m.engine.Now(), what: what}
	id, leg := about(body)
	if s, ok := m.frame.Session(id); ok {
		a.whose = callerOf(s)
		if leg != "" {
			a.leg = legOf(s, leg)
		}
	}
	return a
}

// about tells which call, and which leg of it, a wish is about.
func about(body engine.Body) (engine.SessionID, engine.LegName) {
	switch b := body.(type) {
	case engine.TransferAsked:
		return b.Session, ""
	case engine.MuteAsked:
		return b.Session, b.Leg
	case engine.HangupAsked:
		return b.Session, b.Leg
	}
	return "", ""
}

// answered puts what became of the wish that the notice tells of in the notice's
// place, as soon as the frame shows it.
func (m *model) answered() {
	for i := range m.asked {
		a := &m.asked[i]
		if a.entry != m.notice.entry {
			continue
		}
		if to, text := m.became(a); text != "" {
			m.settled(a.entry)
			m.tell(to, text)
		}
		return
	}
}

// became tells what the frame shows of a wish: nothing while it is not yet known.
func (m *model) became(a *asked) (tone, safe.Text) {
	id, _ := about(a.body)
	s, ok := m.frame.Session(id)
	over := !ok || s.Phase == engine.PhaseOver
	switch b := a.body.(type) {
	case engine.HangupAsked:
		if b.Leg == "" && over {
			return toneDim, "The call of " + a.whose + " has ended."
		}
		if over || b.Leg != "" && !live(s, b.Leg) {
			return toneDim, capital(a.leg + " is off the call of " + a.whose + ".")
		}
	case engine.MuteAsked:
		if over || !live(s, b.Leg) {
			return toneWatch, "Too late to " + a.what + ": that leg has gone."
		}
		return a.muted(s, b)
	case engine.TransferAsked:
		if over {
			return toneWatch, "Too late to " + a.what + ": the call has ended."
		}
		return a.transferred(s)
	}
	return toneDim, ""
}

// muted tells whether a leg is muted, or heard again, as it was asked. That Telnyx has
// refused shows in the wish being taken back.
func (a *asked) muted(s *engine.Session, b engine.MuteAsked) (tone, safe.Text) {
	l, _ := s.Leg(b.Leg)
	switch {
	case l.MuteAsked == b.On && l.Muted == b.On:
		verb := safe.Text(" unmuted")
		if b.On {
			verb = " muted"
		}
		who, _ := strings.CutPrefix(string(a.leg), "the ")
		return toneDim, capital(own(who) + verb + ", call of " + a.whose + ".")
	case l.MuteAsked == b.On:
		a.taken = true
	case a.taken:
		return toneWatch, "Not done, " + a.what + ": " + a.why(s)
	}
	return toneDim, ""
}

// transferred tells whether an operator is being called, or why none is.
func (a *asked) transferred(s *engine.Session) (tone, safe.Text) {
	t := s.Transfer
	after := !t.Asked.Before(a.at)
	switch {
	case t.Under():
		return toneDim, "Calling " + safe.Number(t.To) + " for " + a.whose + "."
	case after && t.Status == engine.TransferJoined:
		return toneDim, safe.Number(t.To) + " has joined " + a.whose + "."
	case after && t.Status == engine.TransferFailed:
		return toneWatch, "Not done, " + a.what + ": " + reason(t.Why)
	}
	return toneDim, ""
}

// why is the newest trouble of a call since the wish, as a sentence.
func (a *asked) why(s *engine.Session) safe.Text {
	if n := len(s.Notes); n > 0 && s.Notes[n-1].Kind == engine.NoteTrouble && !s.Notes[n-1].At.Before(a.at) {
		return reason(s.Notes[n-1].Text)
	}
	return "see its events."
}

func live(s *engine.Session, name engine.LegName) bool {
	l, ok := s.Leg(name)
	return ok && l.Live()
}
