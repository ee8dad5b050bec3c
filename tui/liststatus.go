package tui

import (
	"strconv"

	"switchboard/tui/safe"
)

// listStatus tells which calls are shown, in what order, and who needs a hand elsewhere:
// the most needed first, as much as has room beside what else the line says.
func (m *model) listStatus(room int) safe.Text {
	l := &m.list
	if l.lines() == 0 {
		return ""
	}
	if !l.shown() {
		return m.listCount() + own(" · selected is row "+strconv.Itoa(l.at+1)) + " ↓"
	}
	text := m.listHead()
	for _, part := range []safe.Text{m.awayWords(), m.orderWords(), m.markWords(), m.strayWords(), m.foldWords()} {
		if part != "" && width(string(text))+3+width(string(part)) <= room {
			text += " · " + part
		}
	}
	return text
}

// listHead is what the status line begins with.
func (m *model) listHead() safe.Text {
	if m.list.frozen {
		return "order FROZEN, F frees · " + m.listCount()
	}
	return m.listCount()
}

// givesWay returns what the status line says of how the words are followed: nothing where
// no words are shown, or where who needs a hand and is not on the page would have no room.
// That the words are paused stands also at their end.
func (m *model) givesWay(follow safe.Text, room int) safe.Text {
	if _, ok := m.list.call(); !ok || m.isFull || m.layout().shape == shapeList {
		return ""
	}
	away := m.awayWords()
	if away == "" || m.open || m.filtered() {
		return follow
	}
	const apart = len(" · ") - 1 + len("  ")
	if width(m.theme.shape(m.listHead()+away))+apart+width(m.theme.shape(follow)) > room {
		return ""
	}
	return follow
}

// listCount tells how many calls there are, and which of them are on the page.
func (m *model) listCount() safe.Text {
	l := &m.list
	text := count(l.all, "call", "calls")
	if l.keep != nil {
		text = own(strconv.Itoa(l.kept)+" of ") + text
	}
	if n := len(l.folded); n > 0 {
		text += own(", " + strconv.Itoa(n) + " folded")
	}
	if shown := len(l.visible()); shown < len(l.rows) && l.page > 0 && len(l.folded) == 0 {
		of := text
		if l.keep != nil {
			of = own(strconv.Itoa(len(l.rows)))
		}
		text = own(strconv.Itoa(l.top+1)+"–"+strconv.Itoa(l.top+shown)+" of ") + of
	}
	return text
}

// awayWords tell who needs a hand and is not on the page, and the digit that goes there.
func (m *model) awayWords() safe.Text {
	a := m.list.away()
	var where safe.Text
	add := func(n int, place safe.Text) {
		switch {
		case n == 0:
		case where == "":
			where = count(n, "needs", "need") + " a hand " + place
		default:
			where += ", " + own(strconv.Itoa(n)) + " " + place
		}
	}
	add(a.above, "above")
	add(a.below, "below")
	add(a.hidden, "outside the filter")
	if where != "" && a.digit > 0 {
		where += ", " + own(strconv.Itoa(a.digit)) + " goes there"
	}
	return where
}

// orderWords tell what the rows are sorted by.
func (m *model) orderWords() safe.Text {
	switch {
	case m.list.frozen:
		return ""
	case m.holding && !m.list.sorted() && (m.list.key == nil || !m.list.inOrder()):
		return "order held while you choose"
	case m.sortedBy.column == "":
		return "sorted by attention"
	}
	return "sorted by " + own(m.sortedBy.column) + " " + m.sortSign()
}

// sortSign says which way the rows are sorted: from the greatest down, or up.
func (m *model) sortSign() safe.Text {
	if m.list.down {
		return "▾"
	}
	return "▴"
}

// strayWords tell that the selected call is shown although it does not pass the filter.
func (m *model) strayWords() safe.Text {
	if s, ok := m.list.call(); ok && !m.list.passes(s) {
		return "the selected one does not match"
	}
	return ""
}

// foldWords tell how the calm calls fold again.
func (m *model) foldWords() safe.Text {
	if m.list.unfolded {
		return "esc folds"
	}
	return ""
}
