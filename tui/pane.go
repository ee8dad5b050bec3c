package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// A pane is a part of the screen that may have the keyboard.
type pane uint8

const (
	paneCalls  pane = iota
	paneWords       // of the selected call
	paneEvents      // what happened in the selected call
	paneFloor       // the operators, who waits for one, and what the shift has come to
	paneAll         // what happened in all calls
	paneSide        // the selected call's mood, and who hears whom
)

// inOrder are the panes as tab goes through them: where the eye goes.
func inOrder() []pane {
	return []pane{paneCalls, paneWords, paneSide, paneEvents, paneFloor, paneAll}
}

// A part draws a pane and takes the keys that are its own. Each stands as a plain struct
// in a file of its own; a new one is that file, its line in [model.part], and its goldens.
// What more it can it says by being placed or scrolled.
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

// A placed part is shown beside others, in some of the shapes that a screen can have. One
// that is not is shown only where it has the whole screen.
type placed interface {
	part

	// in reports whether a screen of that shape shows it.
	in(s shape) bool
}

// A scrolled part moves by j and k, by pages and to its ends while it has the keyboard.
type scrolled interface {
	part

	// move moves it so many lines further down.
	move(m *model, by int)
}

// part routes to a pane.
func (m *model) part(p pane) (part, bool) {
	switch p {
	case paneCalls:
		return callsPane{}, true
	case paneWords:
		return &m.words, true
	case paneSide:
		return &m.sidePane, true
	case paneEvents:
		return &m.events, true
	case paneFloor:
		return &m.floorPane, true
	case paneAll:
		return &m.allPane, true
	}
	return nil, false
}

// shows reports whether the screen shows a pane as it is divided now.
func (m *model) shows(p pane) bool {
	if m.isFull {
		return p == m.full
	}
	has, ok := m.part(p)
	if !ok {
		return false
	}
	at, ok := has.(placed)
	return ok && at.in(m.layout().shape)
}

// panes are those that tab goes through now: of a divided screen those that it shows, and
// where one has the whole screen all that can have it.
func (m *model) panes() []pane {
	return slices.DeleteFunc(inOrder(), func(p pane) bool {
		if m.isFull {
			_, ok := m.part(p)
			return !ok || p == paneCalls
		}
		return !m.shows(p)
	})
}

// nextPane gives the keyboard to the pane so many further on. On a screen that shows the
// calls alone, the next pane is the open call.
func (m *model) nextPane(by int) {
	all := m.panes()
	if len(all) == 0 || !m.isFull && !m.open && len(all) == 1 {
		m.setOpen(true)
		return
	}
	i := max(slices.Index(all, m.focus), 0)
	to := all[((i+by)%len(all)+len(all))%len(all)]
	if m.isFull {
		m.setFull(to)
		return
	}
	m.focus = to
}

// deeper is what enter does: the selected call is opened, and a pane of it gets the whole
// screen.
func (m *model) deeper() {
	switch {
	case m.isFull:
	case m.focus == paneCalls || !m.shows(m.focus):
		m.setOpen(true)
	default:
		m.setFull(m.focus)
	}
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
	if !m.isFull {
		m.under = m.focus
	}
	m.full, m.focus, m.isFull = p, p, true
	m.drawn.forget()
}

// leaveFull goes back to where the whole screen was given to a pane.
func (m *model) leaveFull() {
	m.isFull, m.focus = false, m.under
	m.refocus()
	m.drawn.forget()
	m.list.fits(m.layout().rows)
}

// refocus takes the keyboard from a pane that is not shown any more.
func (m *model) refocus() {
	if m.shows(m.focus) {
		return
	}
	m.focus = paneCalls
	if m.open {
		m.focus = paneWords
	}
}

// move moves in the pane that has the keyboard.
func (m *model) move(by int) {
	if p, ok := m.part(m.focus); ok {
		if s, ok := p.(scrolled); ok {
			s.move(m, by)
		}
	}
}

// pageLines is how far a page goes in the pane that has the keyboard.
func (m *model) pageLines() int {
	if m.focus == paneCalls {
		return max(m.list.page, 2)
	}
	return max(m.layout().detail-2, 2)
}

// paneHeading draws a pane's title: with a bar before it where it has the keyboard, for
// colour alone says nothing.
func (m *model) paneHeading(p pane, text safe.Text, w int) string {
	l := m.theme.line(onPage, w)
	m.paneTitleInto(l, p, text)
	return l.end()
}

func (m *model) paneTitleInto(l *line, p pane, text safe.Text) {
	to := toneDim
	l.begins(p)
	if m.focus == p {
		to = toneAccent
		l.put(to, "▌")
	} else {
		l.gap(1)
	}
	l.put(to, text)
}
