package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A muteBox asks which leg to mute or unmute, where there is more than one.
type muteBox struct {
	session engine.SessionID
	caller  safe.Text
	legs    []engine.LegName
	at      int
}

// openMute mutes or unmutes the one leg that can be, asks which where there are more,
// or says why there is none.
func (m *model) openMute() tea.Cmd {
	s, ok := m.call()
	if !ok {
		return nil
	}
	b := &muteBox{session: s.ID, caller: callerOf(s)}
	var refused error
	for _, l := range byRole(s.Legs) {
		if !l.Live() {
			continue
		}
		if err := m.frame.Allow(toggle(s.ID, l)); err != nil {
			if refused == nil {
				refused = err
			}
			continue
		}
		b.legs = append(b.legs, l.Name)
	}
	switch {
	case len(b.legs) == 1:
		return b.toggle(m, b.legs[0])
	case len(b.legs) > 1:
		m.openBox(b, 0)
	case refused != nil:
		m.tell(toneWatch, reason(refused.Error()))
	default:
		m.tell(toneWatch, "Nobody is on this call.")
	}
	return nil
}

// toggle is the wish that turns a leg's muting round, as it was last asked for.
func toggle(id engine.SessionID, l engine.Leg) engine.MuteAsked {
	return engine.MuteAsked{Session: id, Leg: l.Name, On: !l.MuteAsked}
}

func (b *muteBox) toggle(m *model, name engine.LegName) tea.Cmd {
	s, ok := m.frame.Session(b.session)
	if !ok {
		return nil
	}
	l, ok := s.Leg(name)
	if !ok {
		return nil
	}
	wish, verb := toggle(s.ID, l), safe.Text("unmute ")
	if wish.On {
		verb = "mute "
	}
	return m.ask(wish, verb+legTitle(l)+" of "+b.caller)
}

func (b *muteBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.Cancel), key.Matches(k, m.keys.Mute):
		m.box = nil
	case key.Matches(k, m.keys.Down):
		b.at = min(b.at+1, len(b.legs)-1)
	case key.Matches(k, m.keys.Up):
		b.at = max(b.at-1, 0)
	case key.Matches(k, m.keys.Confirm):
		m.box = nil
		return b.toggle(m, b.legs[b.at])
	default:
		for _, name := range b.legs {
			if k.Text != "" && strings.HasPrefix(string(name), k.Text) {
				m.box = nil
				return b.toggle(m, name)
			}
		}
	}
	return nil
}

func (b *muteBox) follow(m *model) {
	s, ok := m.frame.Session(b.session)
	if !ok || s.Phase == engine.PhaseOver {
		m.closeBox(toneWatch, "The call of "+b.caller+" has ended.")
		return
	}
	chosen := b.legs[b.at]
	var live []engine.LegName
	for _, name := range b.legs {
		if l, ok := s.Leg(name); ok && l.Live() {
			live = append(live, name)
		} else if name == chosen {
			m.closeBox(toneWatch, "That leg has gone by itself.")
			return
		}
	}
	b.legs, b.at = live, 0
	for i, name := range live {
		if name == chosen {
			b.at = i
		}
	}
}

func (b *muteBox) draw(m *model, w int) card {
	c := card{title: "Mute or unmute, call of " + b.caller, caret: -1}
	s, ok := m.frame.Session(b.session)
	if !ok {
		return c
	}
	for i, name := range b.legs {
		l, _ := s.Leg(name)
		to, words := toneText, safe.Text("is heard; mute")
		switch {
		case l.MuteAsked != l.Muted:
			to, words = toneDim, "asked, not yet granted …"
		case l.Muted:
			to, words = toneWatch, "muted; unmute"
		}
		letter := safe.Clean(string(name[:min(1, len(name))]), 1)
		row := legTitle(l)
		if n := safe.Number(l.Number); l.Role != engine.RoleListener {
			row += "  " + n
		}
		c.rows = append(c.rows, m.choiceRow(w, i == b.at, letter+"   "+row, 38, to, words))
	}
	c.keys = []key.Binding{bind("⏎", "toggle", "enter"), m.keys.Choose, m.keys.Cancel}
	c.brief = "Mute " + legOf(s, b.legs[b.at]) + "?  ⏎ toggle   esc back"
	return c
}
