package tui

func (m *model) sortNext() {
	m.tell(toneDim, "This is not there yet.")
}

func (m *model) sortReverse() {
	m.tell(toneDim, "This is not there yet.")
}

func (m *model) openColumns() {
	m.tell(toneDim, "This is not there yet.")
}

func (m *model) nextDensity() {
	m.tell(toneDim, "This is not there yet.")
}

func (m *model) freeze() {
	m.tell(toneDim, "This is not there yet.")
}

func (m *model) markCall() {
	m.tell(toneDim, "This is not there yet.")
}
