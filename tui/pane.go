package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// A pane is a part of the screen that may have the keyboard.
type pane uint8

const (
	paneCalls  pane = iota
	paneWords       // of the selected call
	paneEvents      // the selected call's side: its mood, who hears whom, what happened
	paneFloor       // the operators, who waits for one, and what the shift has come to
	paneAll         // what happened in all calls
)

// A part draws a pane and takes the keys that are its own. Each stands as a plain struct
// in a file of its own; a new one is that file, its line in [model.part], and its goldens.
type part interface {
	// title is what the pane is called where it has the whole screen.
	title() safe.Text

	// draw draws it: exactly h lines of w cells.
	draw(m *model, w, h int) []string

	// press takes a key that is pressed while the pane has the keyboard, and reports
	// whether it is one of the pane's own.
	press(m *model, k tea.KeyPressMsg) (cmd tea.Cmd, taken bool)

	// hints are its own keys, for the footer, the most needed first.
	hints(m *model) []key.Binding
}

// part routes to a pane that can have the whole screen.
func (m *model) part(p pane) (part, bool) {
	switch p {
	case paneFloor:
		return &m.floorPane, true
	case paneAll:
		return &m.allPane, true
	case paneCalls, paneWords, paneEvents:
	}
	return nil, false
}

// setFull gives a pane the whole screen between the hairlines, until esc.
func (m *model) setFull(p pane) {
	if _, ok := m.part(p); !ok {
		return
	}
	if m.layout().shape == shapeLine {
		m.tell(toneDim, "The terminal is too small for that: 60 by 16 will do.")
		return
	}
	m.full, m.focus, m.isFull = p, p, true
	m.drawn.forget()
}

// leaveFull goes back to the calls.
func (m *model) leaveFull() {
	m.isFull, m.focus = false, paneCalls
	m.drawn.forget()
	m.list.fits(m.layout().rows)
}
