package tui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// A box is a question on top of the screen. While it is open every key is its own. It
// acts on what its title names, never on what is selected beneath it.
type box interface {
	// press takes a key.
	press(*model, tea.KeyPressMsg) tea.Cmd
	// follow looks at a new frame, and closes the box when what it asks about is gone.
	follow(*model)
	// draw draws it within so many cells.
	draw(m *model, w int) card
}

// A card is a drawn box without its frame.
type card struct {
	title safe.Text
	rows  []string // each of the width that was asked for
	keys  []key.Binding
	brief safe.Text // the question in one line, where there is no room for a box
	caret int       // cells from the left of the first row to the cursor; below 0 none
}

// Sizes of boxes, in cells.
const (
	boxWidth     = 72 // inside the frame
	whyWidth     = 92 // of the card that tells why, where the screen has room
	boxFrame     = 4  // frame and one cell of air at each side
	boxFrameRows = 4  // top, hairline, keys, bottom
	crumbs       = 24 // beside a box, fewer cells than this are left empty
)

// boxRoom is how many rows a box has room for: it never covers header and strip.
func (m *model) boxRoom() int { return max(m.height-stripLines-boxFrameRows, 1) }

// openBox opens a box that takes no yes for so long, for a key may have been meant for
// what was there before.
func (m *model) openBox(b box, dead time.Duration) {
	if !m.board.takes(b) {
		return
	}
	m.box = b
	m.deaden(dead)
}

// deaden lets the open box take no yes for so long from now.
func (m *model) deaden(dead time.Duration) {
	m.deadUntil, m.ready = m.wall.Now().Add(dead), false
}

// dead reports whether the open box takes no yes yet.
func (m *model) dead() bool { return m.wall.Now().Before(m.deadUntil) }

// closeBox closes the open box, and says why where that is not plain.
func (m *model) closeBox(to tone, why safe.Text) {
	m.box = nil
	if why != "" {
		m.tell(to, why)
	}
}

// boxed draws a card with its frame.
func (m *model) boxed(c card, w, h int) []string {
	th := m.theme
	inner := w - boxFrame
	edge := func(left, right, title safe.Text) string {
		l := th.line(onPage, w)
		l.put(toneRule, left)
		if title != "" {
			l.put(toneRule, "─ ")
			l.put(toneStrong, clipTo(th, title, w-6))
			l.put(toneRule, " ")
		}
		l.fill(toneRule, "─", l.left-1)
		l.put(toneRule, right)
		return l.end()
	}
	side := th.line(onPage, 1)
	side.put(toneRule, "│")
	bar := side.end()
	rows := c.rows[:min(len(c.rows), max(h-boxFrameRows, 0))]
	lines := []string{edge("╭", "╮", c.title)}
	for _, r := range rows {
		lines = append(lines, bar+" "+r+" "+bar)
	}
	if len(c.keys) > 0 {
		l := th.line(onPage, inner+1)
		m.hintsInto(l, c.keys)
		lines = append(lines, edge("├", "┤", ""), bar+l.end()+" "+bar)
	}
	return append(lines, edge("╰", "╯", ""))
}

// clipTo cuts a text to so many cells.
func clipTo(th *theme, text safe.Text, w int) safe.Text {
	return own(cut(th.shape(text), w, th.tail()))
}

// over lays a card on the middle of a screen, and returns where the cursor belongs.
func (m *model) over(screen []string, b box) (x, y int) {
	wants := boxWidth
	if text, ok := b.(*textBox); ok { // a table is not to be broken where the screen is wide enough
		wants = max(wants, text.widest())
	}
	if _, ok := b.(*whyBox); ok && m.width >= splitWidth { // the sentences are what it is read for
		wants = whyWidth
	}
	if _, ok := b.(*historyBox); ok { // a table, and sentences: as wide as can be had
		wants = m.width
	}
	if _, ok := b.(*helpBox); ok {
		wants = m.helpCells()
	}
	w := min(wants+boxFrame, m.width-2)
	c := b.draw(m, w-boxFrame)
	lines := m.boxed(c, w, len(screen))
	for i := range screen { // what lies beneath a box is not to be clicked, nor is what lies beside it
		screen[i], _ = unmarked(screen[i])
	}
	left, top := (m.width-w)/2, max((len(screen)-len(lines))/2, 0)
	x, y = left+2, top+1 // of a box in which nothing is typed or chosen
	for i, piece := range lines {
		if at, ok := chosenOn(piece); ok && c.caret < 0 {
			x, y = left+at, top+i
		}
		switch {
		case top+i >= len(screen):
		case m.width-w < crumbs: // what is left beside the box says nothing
			screen[top+i] = spaces(left) + piece + spaces(m.width-w-left)
		default:
			screen[top+i] = splice(screen[top+i], piece, left, w, m.width)
		}
	}
	if c.caret >= 0 {
		x, y = left+2+min(c.caret, w-boxFrame), top+1
	}
	return x, y
}

// boxRow is a line of a box.
func (m *model) boxRow(w int, to tone, text safe.Text) string {
	l := m.theme.line(onPage, w)
	l.put(to, text)
	return l.end()
}

// choiceRow draws one of several things to choose.
func (m *model) choiceRow(w int, chosen bool, name safe.Text, cells int, to tone, words safe.Text) string {
	on, nameTone := onPage, toneText
	if chosen {
		on, nameTone = onRow, toneStrong
	}
	l := m.theme.line(on, w)
	l.mark(choiceSpot(chosen, name), w)
	if chosen {
		l.put(toneAccent, "▌")
	} else {
		l.gap(1)
	}
	l.gap(1)
	l.col(nameTone, name, cells)
	l.gap(2)
	l.col(to, words, l.left)
	return l.end()
}
