package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A turn is something of a leg that a key turns on and off: its muting, its hold.
type turn uint8

const (
	turnMute turn = iota
	turnHold
)

// A legBox asks which leg to mute or to hold, where there is more than one.
type legBox struct {
	turn    turn
	session engine.SessionID
	caller  safe.Text
	legs    []engine.LegName
	at      int
}

// openLegs turns the one leg that can be turned, asks which where there are more, or
// says why there is none.
func (m *model) openLegs(what turn) tea.Cmd {
	s, ok := m.call()
	if !ok {
		return nil
	}
	b := &legBox{turn: what, session: s.ID, caller: callerOf(s)}
	var refused error
	for _, l := range byRole(s.Legs) {
		if !l.Live() || !what.fits(l) {
			continue
		}
		if err := m.allow(what.wish(s.ID, l)); err != nil {
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

// fits reports whether a leg can be turned at all: a feed is not put on hold, nor is a
// supervisor.
func (t turn) fits(l engine.Leg) bool {
	if t == turnMute {
		return true
	}
	return l.Joined && (l.Role == engine.RoleCustomer || l.Role == engine.RoleOperator || l.Role == engine.RoleFront)
}

// wish turns a leg round, as it was last asked for.
func (t turn) wish(id engine.SessionID, l engine.Leg) engine.Body {
	if t == turnHold {
		return engine.HoldAsked{Session: id, Leg: l.Name, On: !l.HoldAsked}
	}
	return engine.MuteAsked{Session: id, Leg: l.Name, On: !l.MuteAsked}
}

// words are what a wish is called, and how a leg that it is about stands.
func (t turn) words(l engine.Leg) (before, after safe.Text, to tone, stands safe.Text) {
	is, asked := l.Muted, l.MuteAsked
	on, off, back := safe.Text("mute "), safe.Text("unmute "), safe.Text("")
	free, turned := safe.Text("is heard; mute"), safe.Text("muted; unmute")
	if t == turnHold {
		is, asked = l.Held, l.HoldAsked
		on, off, back = "put ", "take ", " back from hold"
		free, turned = "is in the talk; hold", "on hold; take back"
	}
	before, after, to, stands = on, "", toneText, free
	if t == turnHold {
		after = " on hold"
	}
	if asked {
		before, after = off, back
	}
	switch {
	case is != asked:
		to, stands = toneDim, "asked, not yet granted …"
	case is:
		to, stands = toneWatch, turned
	}
	return before, after, to, stands
}

func (b *legBox) toggle(m *model, name engine.LegName) tea.Cmd {
	s, ok := m.frame.Session(b.session)
	if !ok {
		return nil
	}
	l, ok := s.Leg(name)
	if !ok {
		return nil
	}
	before, after, _, _ := b.turn.words(l)
	return m.ask(b.turn.wish(s.ID, l), before+legTitle(l)+" of "+b.caller+after)
}

func (b *legBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	opened := m.keys.Mute
	if b.turn == turnHold {
		opened = m.keys.Hold
	}
	switch {
	case key.Matches(k, m.keys.Cancel), key.Matches(k, opened):
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

func (b *legBox) follow(m *model) {
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

func (b *legBox) draw(m *model, w int) card {
	title, verb := safe.Text("Mute or unmute"), safe.Text("Mute ")
	if b.turn == turnHold {
		title, verb = "Hold or take back", "Hold "
	}
	c := card{title: title + ", call of " + b.caller, caret: -1}
	s, ok := m.frame.Session(b.session)
	if !ok {
		return c
	}
	for i, name := range b.legs {
		l, _ := s.Leg(name)
		_, _, to, words := b.turn.words(l)
		letter := safe.Clean(string(name[:min(1, len(name))]), 1)
		row := legTitle(l)
		switch operator := m.book().name(l.Number); {
		case l.Role == engine.RoleListener:
		case operator != "":
			row += "  " + operator
		default:
			row += "  " + safe.Number(l.Number)
		}
		c.rows = append(c.rows, m.choiceRow(w, i == b.at, letter+"   "+row, 38, to, words))
	}
	c.keys = []key.Binding{bind("⏎", "toggle", "enter"), m.keys.Choose, m.keys.Cancel}
	c.brief = verb + legOf(s, b.legs[b.at]) + "?  ⏎ toggle   esc back"
	return c
}
