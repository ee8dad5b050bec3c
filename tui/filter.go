package tui

func (m *model) openFilter() {
	m.tell(toneDim, "This is not there yet.")
}

func (m *model) found(by int) {
	m.tell(toneDim, "This is not there yet.")
}
