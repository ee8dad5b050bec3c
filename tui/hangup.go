package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A hangupBox asks before a call, or one leg of it, is ended. The key that opened it
// does not confirm, nor does Enter; nothing does while it has only just come, or while
// the name in its title has only just changed. What it ends is what its title names.
type hangupBox struct {
	session engine.SessionID
	caller  safe.Text
	targets []engine.LegName // an empty name is the whole call
	at      int
}

// openHangup opens the box on the selected call, or says why nothing can be ended.
func (m *model) openHangup() {
	s, ok := m.call()
	if !ok {
		return
	}
	targets, err := m.endable(s)
	if err != nil {
		m.tell(toneWatch, reason(err.Error()))
		return
	}
	b := &hangupBox{session: s.ID, caller: callerOf(s), targets: targets}
	m.openBox(b, hangupDead)
}

// endable is what of a call can be ended, the whole call first where that can be, or why
// nothing can.
func (m *model) endable(s *engine.Session) (targets []engine.LegName, err error) {
	if err = m.frame.Allow(engine.HangupAsked{Session: s.ID}); err == nil {
		targets = append(targets, "")
	}
	for _, l := range byRole(s.Legs) {
		if l.Live() && l.Role != engine.RoleCustomer &&
			m.frame.Allow(engine.HangupAsked{Session: s.ID, Leg: l.Name}) == nil {
			targets = append(targets, l.Name)
		}
	}
	if len(targets) > 0 {
		return targets, nil
	}
	return nil, err
}

func (b *hangupBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.Keep):
		m.closeBox(toneDim, "Kept: nobody was hung up.")
	case key.Matches(k, m.keys.Other), key.Matches(k, m.keys.Choose):
		b.other(m, k.String() == "shift+tab" || k.String() == "up")
	case m.dead():
	case key.Matches(k, m.keys.Yes):
		return b.end(m, false)
	case key.Matches(k, m.keys.Silent):
		return b.end(m, true)
	}
	return nil
}

// other chooses what to end. The title changes, so the keys are dead again.
func (b *hangupBox) other(m *model, back bool) {
	by := 1
	if back {
		by = len(b.targets) - 1
	}
	if next := (b.at + by) % len(b.targets); next != b.at {
		b.at = next
		m.deaden(hangupDead)
	}
}

func (b *hangupBox) end(m *model, silent bool) tea.Cmd {
	leg := b.targets[b.at]
	if leg != "" && silent {
		return nil // a leg hears nothing anyway
	}
	cmd := m.ask(engine.HangupAsked{Session: b.session, Leg: leg, Silent: silent}, "hang up on "+b.whom(m))
	m.box = nil
	return cmd
}

// whom names what would be ended.
func (b *hangupBox) whom(m *model) safe.Text {
	leg := b.targets[b.at]
	if leg == "" {
		return b.caller
	}
	if s, ok := m.frame.Session(b.session); ok {
		if l, ok := s.Leg(leg); ok {
			return legTitle(l) + " of " + b.caller
		}
	}
	return own(string(safe.Clean(string(leg), 16))) + " of " + b.caller
}

// legTitle names a leg in a sentence.
func legTitle(l engine.Leg) safe.Text {
	switch l.Role {
	case engine.RoleCustomer:
		return "the customer"
	case engine.RoleOperator:
		return "the operator"
	case engine.RoleListener:
		return "the listening feed"
	case engine.RoleUnplaced:
		return "an unplaced leg"
	case engine.RoleFront:
		return "the front desk"
	case engine.RoleSupervisor:
		return "the supervisor"
	}
	return "a leg"
}

// follow closes the box when the call has ended, or the leg that it names: a yes must
// never fall on something else.
func (b *hangupBox) follow(m *model) {
	s, ok := m.frame.Session(b.session)
	if !ok || s.Phase == engine.PhaseOver {
		m.closeBox(toneWatch, "The call of "+b.caller+" has ended by itself.")
		return
	}
	if leg := b.targets[b.at]; leg != "" {
		if l, ok := s.Leg(leg); !ok || !l.Live() {
			m.closeBox(toneWatch, "That leg has gone by itself; the call of "+b.caller+" goes on.")
		}
	}
}

func (b *hangupBox) draw(m *model, w int) card {
	s, ok := m.frame.Session(b.session)
	if !ok {
		return card{title: "Hang up?", caret: -1}
	}
	leg := b.targets[b.at]
	about := safe.Number(s.Caller) + ", " + long(lasted(s, m.now))
	end := safe.Text("Everyone is cut off. This cannot be taken back.")
	if op, ok := s.Operator(); ok {
		if op.Status == engine.LegUp {
			about += ", with " + m.book().who(op.Number)
		} else {
			about += ", while " + m.book().who(op.Number) + " is called"
		}
		end = "Both are cut off. This cannot be taken back."
	}
	if leg != "" {
		end = "The customer's call goes on without " + legOf(s, leg) + "."
	}
	rows := append(m.boxParts(w, toneText, about), m.boxParts(w, toneText, end)...)
	rows = append(rows, m.theme.empty(w))
	answers := []string{b.buttons(m, w)}
	if leg == "" {
		answers = append(answers, m.theme.empty(w))
		answers = append(answers, b.farewell(m, w)...)
	}
	if len(b.targets) > 1 {
		rows = append(rows, b.choices(m, w, s, m.boxRoom()-len(rows)-1-len(answers))...)
		rows = append(rows, m.theme.empty(w))
	}
	rows = append(rows, answers...)
	var keys []key.Binding
	if len(b.targets) > 1 {
		keys = []key.Binding{m.keys.Other, m.keys.Keep}
	}
	return card{
		title: "Hang up on " + b.whom(m) + "?", rows: rows, caret: -1, keys: keys,
		brief: "Hang up on " + b.whom(m) + "?  esc keep   " + word(m.keys.Yes) + " hang up",
	}
}

// choices draws what can be ended, as far as there is room: around what is chosen, for the
// answers must never be cut off.
func (b *hangupBox) choices(m *model, w int, s *engine.Session, room int) []string {
	shown := min(len(b.targets), max(room, 1))
	top := min(max(b.at-shown/2, 0), len(b.targets)-shown)
	var rows []string
	for i, t := range b.targets[top : top+shown] {
		name := safe.Text("the whole call")
		if t != "" {
			name = legOf(s, t) + " only"
		}
		rows = append(rows, m.choiceRow(w, top+i == b.at, name, 24, toneDim, ""))
	}
	return rows
}

// farewell tells what the customer hears first, and the key that leaves it out.
func (b *hangupBox) farewell(m *model, w int) []string {
	const hears, without safe.Text = "The customer hears a goodbye first.", "hang up in silence"
	l := m.theme.line(onPage, w)
	var rows []string
	key := word(m.keys.Silent)
	need := width(string(key)) + 2 + width(string(without))
	l.put(toneDim, hears)
	if width(string(hears))+3+need > w {
		rows = append(rows, l.end())
		l = m.theme.line(onPage, w)
	} else {
		l.gap(3)
	}
	to := toneAccent
	if !m.ready {
		to = toneDim
	}
	l.pressable(string(key), "", need)
	l.put(to, key)
	l.put(toneDim, "  "+without)
	return append(rows, l.end())
}

func legOf(s *engine.Session, name engine.LegName) safe.Text {
	l, _ := s.Leg(name)
	return legTitle(l)
}

// buttons draws the two answers; the safe one has the frame.
func (b *hangupBox) buttons(m *model, w int) string {
	l := m.theme.line(onPage, w)
	const keep, yes = 22, 10 // cells
	gap := min(w/8, max((w-keep-yes)/2, 1))
	l.gap(gap)
	l.pressable("esc", "", keep)
	l.put(toneAccent, "▌ esc")
	l.put(toneStrong, "  Keep the call ▐")
	l.gap(gap)
	to, does := toneBadStrong, toneText
	if !m.ready { // not yet: the keys are dead
		to, does = toneDim, toneDim
	}
	l.pressable(string(word(m.keys.Yes)), "", yes)
	l.put(to, word(m.keys.Yes))
	l.put(does, "  Hang up")
	return l.end()
}
