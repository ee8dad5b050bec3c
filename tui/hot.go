package tui

import (
	tea "charm.land/bubbletea/v2"
)

func (m *model) hot(by int) tea.Cmd {
	m.tell(toneDim, "This is not there yet.")
	return nil
}
