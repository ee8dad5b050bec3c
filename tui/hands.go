package tui

import (
	tea "charm.land/bubbletea/v2"
)

func (m *model) suspend() tea.Cmd {
	m.tell(toneDim, "This is not there yet.")
	return nil
}

func (m *model) resumed() tea.Cmd {
	return nil
}

func (m *model) mouse(tea.MouseMsg) tea.Cmd {
	return nil
}

func (m *model) focused(on bool) {
}
