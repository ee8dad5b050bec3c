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
	case engine.HoldAsked:
		return b.Session, b.Leg
	case engine.VetoAsked:
		return b.Session, ""
	case engine.VetoExplained:
		return b.Session, ""
	case engine.HurryAsked:
		return b.Session, ""
	case engine.SnoozeAsked:
		return b.Session, ""
	case engine.TakeBackAsked:
		return b.Session, ""
	case engine.AgainAllowed:
		return b.Session, ""
	case engine.AlertSeen:
		return b.Session, ""
	case engine.ClaimAsked:
		return b.Session, ""
	case engine.PayAsked:
		return b.Session, ""
	case engine.MonitorAsked:
		return b.Session, ""
	case engine.TakeOverAsked:
		return b.Session, ""
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
		return a.transferred(s, m.book(), word(m.keys.TakeBack))
	case engine.HoldAsked:
		if over || !live(s, b.Leg) {
			return toneWatch, "Too late to " + a.what + ": that leg has gone."
		}
		return a.held(s, b)
	case engine.AutomationAsked:
		if m.frame.Automation == b.Mode {
			return toneDim, "Automation is " + modeTold(b.Mode) + "."
		}
	case engine.NoteAsked:
		if m.noted(a, b) {
			about := safe.Text("")
			if s, ok := m.frame.Session(b.Session); ok {
				about = " on the call of " + callerOf(s)
			}
			return toneDim, "Noted for the next shift" + about + ".  " + word(m.keys.Handover) + " reads the notes."
		}
	case engine.CallbackDone:
		if !m.isCallback(b.Callback) {
			return toneDim, "Done: off the list of callbacks."
		}
	default:
		if id != "" && over {
			return toneWatch, "Too late to " + a.what + ": the call has ended."
		}
		if id != "" {
			return m.done(a, s)
		}
	}
	return toneDim, ""
}

// done tells whether what was asked about a call is so.
func (m *model) done(a *asked, s *engine.Session) (tone, safe.Text) {
	t := s.Transfer
	is, text := false, safe.Text("")
	switch b := a.body.(type) {
	case engine.VetoAsked, engine.TakeBackAsked:
		is, text = !t.Open(), "Stopped: nobody is called for "+a.whose+", the call goes on."
		if t.Status == engine.TransferJoined {
			text = "Too late: " + m.book().who(t.To) + " has joined " + a.whose + " already."
		}
	case engine.VetoExplained:
		is, text = t.Label == b.Label, "Noted: "+labelWords(b.Label)+"."
	case engine.HurryAsked:
		is, text = t.Status != engine.TransferProposed, "Begun: "+a.whose+" → "+groupOf(t)+".  "+word(m.keys.TakeBack)+" takes it back."
	case engine.SnoozeAsked:
		is, text = t.Status != engine.TransferProposed, "Snoozed for 2 min: the call of "+a.whose+" goes on."
	case engine.AgainAllowed:
		is, text = !s.AutoSpent, "Automation may transfer "+a.whose+" once more."
	case engine.AlertSeen:
		is, text = alertOf(s).Rule == "" && !s.Pinned, "Seen: the alerts of "+a.whose+" are off the watch list."
	case engine.ClaimAsked:
		is, text = (s.Claimed == m.by()) == b.On, "You look after the call of "+a.whose+"."
		if !b.On {
			text = "You no longer look after the call of " + a.whose + "."
		}
	case engine.PayAsked:
		is, text = s.Pay.On() == b.On, "Nobody listens to "+a.whose+", and nothing is kept.  "+word(m.keys.Pay)+" ends the payment."
		if !b.On {
			text = "The payment of " + a.whose + " is over: the call is heard again."
		}
	case engine.MonitorAsked:
		leg, on := m.mine(s)
		a.taken = a.taken || on
		is, text = on && leg.Monitor == b.Role, m.monitorTold(s, b.Role)
		if a.taken && !on {
			return toneWatch, "Not done, " + a.what + ": " + a.why(s)
		}
	case engine.TakeOverAsked:
		leg, on := m.mine(s)
		is, text = on && leg.Monitor == engine.Barge && m.whoHears(s) == "", "The call of "+a.whose+" is yours: everybody hears you."
	}
	if !is {
		return toneDim, ""
	}
	return toneDim, text
}

// monitorTold tells what this supervisor's phone is on a call, once it is granted.
func (m *model) monitorTold(s *engine.Session, role engine.MonitorRole) safe.Text {
	switch role {
	case engine.Whisper:
		return "Whispering on the call of " + callerOf(s) + ": only " + m.whoHears(s) + " hears you."
	case engine.Barge:
		return "Everybody on the call of " + callerOf(s) + " hears you."
	case engine.Monitor:
	}
	return "Listening to " + callerOf(s) + ": nobody hears you."
}

func modeTold(mode engine.Mode) safe.Text {
	switch mode {
	case engine.ModeOn:
		return "on"
	case engine.ModeShadow:
		return "in shadow: nothing acts by itself"
	case engine.ModeOff:
		return "off"
	}
	return "on"
}

// held tells whether a leg is on hold, or back, as it was asked.
func (a *asked) held(s *engine.Session, b engine.HoldAsked) (tone, safe.Text) {
	l, _ := s.Leg(b.Leg)
	switch {
	case l.HoldAsked == b.On && l.Held == b.On:
		words := safe.Text(" is back in the conversation")
		if b.On {
			words = " is on hold"
		}
		return toneDim, capital(a.leg + words + ", call of " + a.whose + ".")
	case l.HoldAsked == b.On:
		a.taken = true
	case a.taken:
		return toneWatch, "Not done, " + a.what + ": " + a.why(s)
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
func (a *asked) transferred(s *engine.Session, of book, back safe.Text) (tone, safe.Text) {
	t := s.Transfer
	after := !t.Asked.Before(a.at)
	switch {
	case t.Under():
		return toneDim, "Calling " + of.who(t.To) + " for " + a.whose + ".  " + back + " takes it back."
	case t.Status == engine.TransferQueued:
		return toneDim, "Nobody is free: " + a.whose + " waits for an operator.  " + back + " takes it back."
	case after && t.Status == engine.TransferJoined:
		return toneDim, of.who(t.To) + " has joined " + a.whose + "."
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
