package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// An eventsPane is what happened in the selected call.
type eventsPane struct {
	top int // how many of the newest are scrolled away
}

func (*eventsPane) title() safe.Text { return "Events of this call" }

func (*eventsPane) in(s shape) bool {
	switch s {
	case shapeSplit, shapeWide, shapeOpen, shapeOpenWide:
		return true
	case shapeLine, shapeList, shapeStacked, shapeFull:
	}
	return false
}

func (p *eventsPane) draw(m *model, w, h int) []string {
	lines := []string{m.callTitle(w, false)}
	s, ok := m.list.call()
	if !ok {
		return fit(lines, w, h)
	}
	return append(lines, m.eventsIn(s, w, h-1, "EVENTS", wholeNote)...)
}

func (*eventsPane) press(*model, tea.KeyPressMsg) (tea.Cmd, bool) { return nil, false }

func (*eventsPane) hints(m *model) []key.Binding {
	return []key.Binding{pair(m.keys.Down, m.keys.Up, "scroll")}
}

func (p *eventsPane) move(m *model, by int) {
	notes := 0
	if s, ok := m.list.call(); ok {
		notes = len(s.Notes)
	}
	p.top = min(max(p.top+by, 0), max(notes-1, 0))
}

// How many lines one event takes at most.
const (
	columnNote = 2  // in a column beside others
	wholeNote  = 20 // where it has the whole screen
)

// eventsIn draws a call's events under their title in exactly h lines: of a replay those of
// the tape, with what they called for.
func (m *model) eventsIn(s *engine.Session, w, h int, title safe.Text, most int) []string {
	if h <= 0 {
		return nil
	}
	if m.deck != nil {
		return fit(append([]string{m.paneHeading(paneEvents, m.fallsTitle(), w)}, m.falls(w, h-1)...), w, h)
	}
	if m.events.top > 0 {
		title += "  " + count(min(m.events.top, len(s.Notes)), "newer", "newer") + " ↑"
	}
	return fit(append([]string{m.paneHeading(paneEvents, title, w)}, m.notes(s, w, h-1, most)...), w, h)
}
