package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// mine returns this supervisor's own leg on a call, if his phone is on it.
func (m *model) mine(s *engine.Session) (engine.Leg, bool) {
	if s == nil {
		return engine.Leg{}, false
	}
	for i := range s.Legs { // asked of every call: no leg is copied
		if l := &s.Legs[i]; l.Role == engine.RoleSupervisor && l.Owner == m.by() && l.Live() {
			return *l, true
		}
	}
	return engine.Leg{}, false
}

// phone is the supervisor's own: as he typed it, or as it is configured.
func (m *model) phone() string {
	if m.myPhone != "" {
		return m.myPhone
	}
	return m.frame.Phone
}

// monitor brings the supervisor's phone into the selected call in a role, or gives it
// another role there.
func (m *model) monitor(role engine.MonitorRole) tea.Cmd {
	s, ok := m.call()
	if !ok {
		return nil
	}
	leg, on := m.mine(s)
	hears := m.whoHears(s)
	switch {
	case on && leg.Monitor == role && leg.MonitorAsked == role:
		m.tell(toneDim, "You "+roleVerb(role)+" on the call of "+callerOf(s)+" already; "+word(m.keys.StopListening)+" stops.")
		return nil
	case !on && m.phone() == "":
		m.tell(toneWatch, "No phone of yours is known: type  "+m.colon("phone +1 202 555 0100")+"  with your own number.")
		return nil
	case role == engine.Whisper && hears == "":
		m.tell(toneWatch, "Nobody to whisper to: no operator is on the call of "+callerOf(s)+".")
		return nil
	}
	body := engine.MonitorAsked{Session: s.ID, Role: role, Phone: m.phone()}
	if on {
		body.Phone = leg.Number // it may be another than is set now
	}
	what := safe.Text("listen to the call of ") + callerOf(s) + ", nobody hears you"
	switch role {
	case engine.Whisper:
		what = "whisper on the call of " + callerOf(s) + ", only " + hears + " hears you"
	case engine.Barge:
		what = "speak on the call of " + callerOf(s) + ", everybody hears you"
	case engine.Monitor:
	}
	return m.ask(body, what)
}

func roleVerb(role engine.MonitorRole) safe.Text {
	switch role {
	case engine.Monitor:
		return "listen"
	case engine.Whisper:
		return "whisper"
	case engine.Barge:
		return "are heard by all"
	}
	return "are"
}

// whoHears names the operators who would hear a whisper; empty where there is none.
func (m *model) whoHears(s *engine.Session) safe.Text {
	var names safe.Text
	for _, l := range s.Legs {
		if l.Role != engine.RoleOperator || !l.Live() || !l.Joined {
			continue
		}
		if names != "" {
			names += " and "
		}
		names += m.book().who(l.Number)
	}
	return names
}

// stopListening takes the supervisor's own phone off the call: the selected one, or the
// one that it is on.
func (m *model) stopListening() tea.Cmd {
	s, ok := m.list.call()
	leg, on := m.mine(s)
	if !ok || !on {
		for _, other := range m.frame.Sessions {
			if l, there := m.mine(other); there {
				s, leg, on = other, l, true
				break
			}
		}
	}
	if !on {
		m.tell(toneDim, "Your phone is on no call.")
		return nil
	}
	return m.ask(engine.HangupAsked{Session: s.ID, Leg: leg.Name}, "take your phone off the call of "+callerOf(s))
}

// claim says that the supervisor looks after the selected call, or no longer.
func (m *model) claim() tea.Cmd {
	s, ok := m.call()
	switch {
	case !ok:
		return nil
	case s.Claimed == m.by():
		return m.ask(engine.ClaimAsked{Session: s.ID}, "no longer look after the call of "+callerOf(s))
	}
	return m.ask(engine.ClaimAsked{Session: s.ID, On: true}, "look after the call of "+callerOf(s))
}

// A sureBox asks before something that others would feel at once. It takes y alone.
type sureBox struct {
	title   safe.Text
	words   safe.Text
	yes     safe.Text
	body    engine.Body
	what    safe.Text
	session engine.SessionID // closes with this call; empty: with none
}

// openTakeOver asks before the operator is dropped and the supervisor takes his place.
func (m *model) openTakeOver() {
	s, ok := m.call()
	if !ok {
		return
	}
	if _, on := m.mine(s); !on {
		m.tell(toneWatch, "You are not on the call of "+callerOf(s)+": "+word(m.keys.Listen)+" listens first, then "+word(m.keys.TakeOver)+" takes over.")
		return
	}
	body := engine.TakeOverAsked{Session: s.ID}
	if err := m.allow(body); err != nil {
		m.tell(toneWatch, reason(err.Error()))
		return
	}
	drops := safe.Text("No operator is on the call. ")
	if hears := m.whoHears(s); hears != "" {
		drops = hears + " is taken off the call. "
	}
	m.openBox(&sureBox{
		title: "Take over the call of " + callerOf(s) + "?", words: drops + "You stay and are heard by everybody.",
		yes: "take over", body: body, what: "take over the call of " + callerOf(s), session: s.ID,
	}, hangupDead)
}

// turnAutomation turns automation from on to shadow to off and on again; off is asked
// about first.
func (m *model) turnAutomation() tea.Cmd {
	switch m.frame.Automation {
	case engine.ModeOn:
		return m.setAutomation(engine.ModeShadow)
	case engine.ModeShadow:
		return m.setAutomation(engine.ModeOff)
	case engine.ModeOff:
		return m.setAutomation(engine.ModeOn)
	}
	return m.setAutomation(engine.ModeShadow)
}

// setAutomation asks for a mode of the whole floor's automation.
func (m *model) setAutomation(mode engine.Mode) tea.Cmd {
	body, what := engine.AutomationAsked{Mode: mode}, "turn automation "+modeWords(mode)
	if mode == m.frame.Automation {
		m.tell(toneDim, "Automation is "+modeWords(mode)+" already.")
		return nil
	}
	if mode == engine.ModeOff {
		m.openBox(&sureBox{
			title: "Turn automation off for the whole floor?",
			words: "No rule acts or alerts any more: no alert, no proposal, until it is turned on again. Customers who press 1 still get an operator.",
			yes:   "turn off", body: body, what: what,
		}, hangupDead)
		return nil
	}
	return m.ask(body, what)
}

func modeWords(mode engine.Mode) safe.Text {
	switch mode {
	case engine.ModeOn:
		return "on"
	case engine.ModeShadow:
		return "to shadow"
	case engine.ModeOff:
		return "off"
	}
	return "on"
}

func (b *sureBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.Keep):
		m.closeBox(toneDim, "Nothing was changed.")
	case m.dead():
	case key.Matches(k, m.keys.Yes):
		m.box = nil
		return m.ask(b.body, b.what)
	}
	return nil
}

func (b *sureBox) follow(m *model) {
	if b.session == "" {
		return
	}
	if s, ok := m.frame.Session(b.session); !ok || s.Phase == engine.PhaseOver {
		m.closeBox(toneWatch, "That call has ended by itself.")
	}
}

func (b *sureBox) draw(m *model, w int) card {
	rows := m.boxParts(w, toneText, b.words)
	rows = append(rows, m.theme.empty(w))
	l := m.theme.line(onPage, w)
	l.gap(w / 8)
	l.pressable("esc", "", 17)
	l.put(toneAccent, "▌ esc")
	l.put(toneStrong, "  Leave it ▐")
	l.gap(w / 8)
	to, does := toneBadStrong, toneText
	if !m.ready {
		to, does = toneDim, toneDim
	}
	l.pressable(string(word(m.keys.Yes)), "", 3+width(string(b.yes)))
	l.put(to, word(m.keys.Yes))
	l.put(does, "  "+capital(b.yes))
	return card{title: b.title, rows: append(rows, l.end()), caret: -1, brief: b.title + "  esc leave it   " + word(m.keys.Yes) + " " + b.yes}
}
