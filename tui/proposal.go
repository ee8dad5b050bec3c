package tui

import (
	"errors"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Guards of the strip's keys, in the wall's time.
const (
	nameDead   = boxDead         // y is dead so long after the name in the strip has changed
	reasonLife = 6 * time.Second // so long a veto's reason is asked for
	reasonLate = 2 * time.Second // so long after that a reason may still be meant
)

// A reasonAsk is the question why a veto was given.
type reasonAsk struct {
	waiting engine.SessionID // vetoed by this console, and not yet shown as vetoed
	session engine.SessionID // asked about
	until   time.Time        // on the wall
	drawn   bool
}

// by is what this console's wishes are signed with.
func (m *model) by() engine.By { return engine.BySupervisor + "/" + engine.By(m.name) }

// allow reports why the engine would refuse a wish now. What Allow knows nothing of is
// left to the engine, whose refusal comes with a frame.
func (m *model) allow(body engine.Body) error {
	if err := m.frame.Allow(body); err != nil && !errors.Is(err, engine.ErrNotSupervised) {
		return err
	}
	return nil
}

// veto stops the transfer that the strip names: the proposal, or what has begun within
// the last ten seconds. It acts on that call alone, whatever is selected.
func (m *model) veto() tea.Cmd {
	h := m.headline()
	switch h.kind {
	case headProposed:
		return m.vetoCall(h.about)
	case headUnderWay:
		if m.now.Sub(began(h.about.Transfer)) < youngTransfer {
			return m.vetoCall(h.about)
		}
		m.tell(toneWatch, "It began more than 10 s ago: "+word(m.keys.TakeBack)+" takes it back, until the operator has joined.")
	case headQueued:
		m.tell(toneWatch, "Nothing is proposed: "+callerOf(h.about)+" waits for an operator; "+word(m.keys.TakeBack)+" takes it back.")
	case headNothing, headReason, headHot:
		m.tell(toneDim, "Nothing is proposed that could be vetoed.")
	}
	return nil
}

// vetoCall vetoes the transfer of one call, or takes it back where it has begun.
func (m *model) vetoCall(s *engine.Session) tea.Cmd {
	what := safe.Text("veto the transfer of ")
	if s.Transfer.Under() {
		what = "take back the transfer of "
	}
	cmd := m.ask(engine.VetoAsked{Session: s.ID}, what+callerOf(s))
	if cmd != nil && ruleOf(s.Transfer) != "" {
		m.reason.waiting = s.ID
	}
	return cmd
}

// hurry starts the transfer that the strip names now. A key that came within 150 ms of
// another name was meant for the one before.
func (m *model) hurry() tea.Cmd {
	h := m.headline()
	switch {
	case h.kind != headProposed:
		m.tell(toneDim, "Nothing is proposed that could start now; "+word(m.keys.Transfer)+" transfers the selected call.")
	case m.onlyJustNamed(h.about.ID):
		m.tell(toneWatch, "Not started: the name in the strip has only just changed. "+word(m.keys.Hurry)+" again, if you mean "+callerOf(h.about)+".")
	default:
		return m.hurryCall(h.about)
	}
	return nil
}

func (m *model) hurryCall(s *engine.Session) tea.Cmd {
	return m.ask(engine.HurryAsked{Session: s.ID}, "transfer "+callerOf(s)+" now")
}

func (m *model) snooze() tea.Cmd {
	h := m.headline()
	if h.kind != headProposed {
		m.tell(toneDim, "Nothing is proposed that could be snoozed.")
		return nil
	}
	if m.onlyJustNamed(h.about.ID) { // a snooze cannot be taken back
		m.tell(toneWatch, "Not snoozed: the name in the strip has only just changed. "+word(m.keys.Snooze)+" again, if you mean "+callerOf(h.about)+".")
		return nil
	}
	return m.snoozeCall(h.about)
}

// onlyJustNamed reports whether the strip has proposed to transfer that call for so short a
// time that a key was meant for the name before.
func (m *model) onlyJustNamed(id engine.SessionID) bool {
	return m.named != id || m.wall.Now().Sub(m.namedAt) < nameDead
}

func (m *model) snoozeCall(s *engine.Session) tea.Cmd {
	return m.ask(engine.SnoozeAsked{Session: s.ID}, "snooze this rule for 2 min on the call of "+callerOf(s))
}

// markName remembers since when the strip names the call that it does.
func (m *model) markName() {
	var id engine.SessionID
	if h := m.headline(); h.kind == headProposed {
		id = h.about.ID
	}
	if id != m.named {
		m.named, m.namedAt = id, m.wall.Now()
		m.version++
	}
	if h := m.headline(); h.about != nil {
		id = h.about.ID // proposed or begun: to u it is the same name
	}
	if id != m.stripName {
		m.stripName, m.stripNameAt = id, m.wall.Now()
	}
}

// reasonOpen reports whether the strip asks why a veto was given.
func (m *model) reasonOpen() bool {
	return m.reason.session != "" && m.wall.Now().Before(m.reason.until)
}

// giveReason takes a key as the reason for a veto, while the strip asks for it, and
// reports whether it was one.
func (m *model) giveReason(k tea.KeyPressMsg) (tea.Cmd, bool) {
	h := m.headline()
	if h.kind != headReason {
		return nil, false
	}
	var label engine.VetoLabel
	switch {
	case key.Matches(k, m.keys.Wrong):
		label = engine.VetoWrong
	case key.Matches(k, m.keys.Handled):
		label = engine.VetoHandled
	case key.Matches(k, m.keys.BadTime):
		label = engine.VetoBadTime
	case key.Matches(k, m.keys.Skip):
		m.reason = reasonAsk{}
		return nil, true
	default:
		return nil, false
	}
	m.reason = reasonAsk{}
	return m.ask(engine.VetoExplained{Session: h.about.ID, Label: label}, "note why you vetoed: "+labelWords(label)), true
}

// meantAsReason reports whether a key was perhaps meant as the reason that the strip has
// only just asked for: it must not put a customer on hold, or the supervisor's voice on
// the line. The same key again is taken as it is.
func (m *model) meantAsReason(k tea.KeyPressMsg) bool {
	late := key.Matches(k, m.keys.Handled, m.keys.BadTime) || key.Matches(k, m.keys.Wrong) && !key.Matches(k, m.keys.Why) // that only looks
	if m.reason.session == "" || m.wall.Now().After(m.reason.until.Add(reasonLate)) || !late {
		return false
	}
	m.reason = reasonAsk{}
	m.tell(toneWatch, "Too late for a reason, so nothing was done. The same key again, if you mean the selected call.")
	return true
}

// follow looks at what a new frame brings to what this console has asked.
func (m *model) follow() {
	m.air = ""
	for _, s := range m.frame.Sessions {
		if s.Phase == engine.PhaseOver {
			continue
		}
		if _, on := m.mine(s); on {
			m.air = s.ID
			break
		}
	}
	id := m.reason.waiting
	if id == "" {
		return
	}
	s, ok := m.frame.Session(id)
	switch {
	case !ok || s.Phase == engine.PhaseOver:
		m.reason.waiting = ""
	case s.Transfer.Status != engine.TransferVetoed:
	case s.Transfer.VetoedBy != "" && s.Transfer.VetoedBy != m.by(): // somebody was quicker: the reason is his
		m.reason.waiting = ""
	case s.Transfer.Label == 0:
		m.reason = reasonAsk{session: id, until: m.wall.Now().Add(reasonLife)}
	}
}

// An act is what this console asked last, to be taken back with u.
type act struct {
	body engine.Body
	what safe.Text
	at   time.Time   // in house time
	mode engine.Mode // of the automation before
}

// undoes returns the call whose transfer u would take back now: the strip's or the
// selected one's, unless this console has asked for something else since it began. Empty
// where u would take back something else, or nothing.
func (m *model) undoes() engine.SessionID {
	about, named := m.stoppable()
	switch b := m.last.body.(type) {
	case nil:
	case engine.PayAsked: // that one begins is not taken back by u
		if !b.On && (!named || m.last.at.After(began(about.Transfer))) {
			return ""
		}
	case engine.TransferAsked:
		if s, ok := m.frame.Session(b.Session); ok && s.Transfer.Open() {
			return b.Session
		}
	case engine.HurryAsked:
		if s, ok := m.frame.Session(b.Session); ok && s.Transfer.Open() {
			return b.Session
		}
	default:
		if !named || m.last.at.After(began(about.Transfer)) {
			return ""
		}
	}
	if named {
		return about.ID
	}
	return ""
}

// stoppable returns the transfer under way or queued that the strip names or, where the
// strip names something else, the selected call's.
func (m *model) stoppable() (*engine.Session, bool) {
	if h := m.headline(); h.kind == headUnderWay || h.kind == headQueued {
		return h.about, true
	}
	if m.past != nil { // no live call is seen to be selected
		return nil, false
	}
	s, ok := m.list.call()
	if ok && (s.Transfer.Under() || s.Transfer.Status == engine.TransferQueued) {
		return s, true
	}
	return nil, false
}

// takeBack takes back the last act, if it still can be, or the transfer that the strip
// names; and says why not.
func (m *model) takeBack() tea.Cmd {
	if s, ok := m.frame.Session(m.undoes()); ok {
		if m.stripName == s.ID && m.wall.Now().Sub(m.stripNameAt) < nameDead {
			m.tell(toneWatch, "Not taken back: the name in the strip has only just changed. "+word(m.keys.TakeBack)+" again, if you mean "+callerOf(s)+".")
			return nil
		}
		m.last = act{}
		if s.Transfer.Status == engine.TransferProposed {
			return m.vetoCall(s)
		}
		return m.ask(engine.TakeBackAsked{Session: s.ID}, "take back the transfer of "+callerOf(s))
	}
	last := m.last
	m.last = act{}
	body, why := m.opposite(last)
	if last.body == nil && m.headline().kind == headProposed {
		why = "Nothing has begun yet: " + word(m.keys.Veto) + " vetoes what is proposed."
	}
	if body == nil {
		m.tell(toneWatch, why)
		return nil
	}
	cmd := m.ask(body, "take back: "+last.what)
	m.last = act{} // what was taken back is not taken back again
	return cmd
}

// opposite returns the wish that takes an act back, or why there is none.
func (m *model) opposite(last act) (engine.Body, safe.Text) {
	switch b := last.body.(type) {
	case nil:
		return nil, "There is nothing to take back."
	case engine.MuteAsked:
		b.On = !b.On
		return b, ""
	case engine.HoldAsked:
		b.On = !b.On
		return b, ""
	case engine.ClaimAsked:
		b.On = !b.On
		return b, ""
	case engine.PayAsked:
		if b.On { // u is pressed for other things, and what the customer says now must not be kept
			return nil, "A payment is ended by " + word(m.keys.Pay) + " alone, or by itself."
		}
		b.On = true
		return b, ""
	case engine.AutomationAsked:
		if last.mode == 0 || last.mode == b.Mode {
			return nil, "Automation is as it was."
		}
		return engine.AutomationAsked{Mode: last.mode}, ""
	case engine.MonitorAsked:
		s, ok := m.frame.Session(b.Session)
		if leg, on := m.mine(s); ok && on {
			return engine.HangupAsked{Session: b.Session, Leg: leg.Name}, ""
		}
		return nil, "You are not on that call."
	case engine.TransferAsked, engine.HurryAsked:
		return nil, "That transfer is done: " + word(m.keys.Hangup) + " hangs up the operator's leg, and the call goes on."
	case engine.VetoAsked, engine.TakeBackAsked:
		return nil, "What was stopped stays stopped; " + word(m.keys.Transfer) + " transfers by hand."
	case engine.SnoozeAsked:
		return nil, "A snooze ends by itself after 2 min; " + word(m.keys.Transfer) + " transfers by hand."
	case engine.HangupAsked:
		if s, ok := m.frame.Session(b.Session); ok {
			if l, known := s.Leg(b.Leg); known && l.Role == engine.RoleSupervisor {
				return nil, "Your phone is off the call; " + word(m.keys.Listen) + " calls it again."
			}
		}
		return nil, "Who was hung up on cannot be brought back."
	}
	return nil, "Not to be taken back: " + last.what + "."
}
