package tui

func (m *model) nextTheme() {
	m.tell(toneDim, "This is not there yet.")
}
