package tui

import (
	tea "charm.land/bubbletea/v2"
)

func (m *model) wallboard() tea.Cmd {
	m.tell(toneDim, "This is not there yet.")
	return nil
}
