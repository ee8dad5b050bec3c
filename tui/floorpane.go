package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// A floorPane shows the operators by group, who waits for one, and what the shift has
// come to.
type floorPane struct{}

func (*floorPane) title() safe.Text { return "Operators and shift" }

func (*floorPane) draw(m *model, w, h int) []string {
	lines := []string{m.heading("OPERATORS   "+m.figures(), w)}
	return fit(append(lines, m.roster(w, max(h-1, 0))...), w, h)
}

func (*floorPane) press(*model, tea.KeyPressMsg) (tea.Cmd, bool) { return nil, false }

func (*floorPane) hints(*model) []key.Binding { return nil }
