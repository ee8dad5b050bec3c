package tui

import (
	"slices"
	"strconv"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// With many calls the calm ones that the page has no line for stand behind one row at its
// end. Only the order of attention folds: who sorts or filters asks for the rows.
const (
	foldAbove   = 50 // calls: calm ones fold
	unfoldBelow = 45 // fewer, so that the fold does not come and go with one call
)

// folds reports whether the calm ones of so many rows are to be folded.
func (l *list) folds(n int) bool {
	if l.key != nil || l.keep != nil {
		return false
	}
	l.many = n > foldAbove || l.many && n >= unfoldBelow
	more := l.room > 0 && n > l.room // than the page has lines
	if !l.many {
		l.unfolded = false
		return more && l.onFold // the row under the supervisor's hand is not replaced by a call
	}
	return more && !l.unfolded
}

// fold puts the calm rows that the page has no line for behind one row. Who needs a hand
// is never among them, nor is the selected call.
func (l *list) fold() {
	all := l.rows
	calm := max(l.room-1-inNeed(all), 0) // that keep their rows
	selected := l.index(l.selected)
	if selected >= 0 && !stateOf(all[selected]).attention() {
		calm = max(calm-1, 0)
	} else {
		selected = -1
	}
	l.rows = make([]*engine.Session, 0, max(l.room, 0)+1)
	for i, s := range all {
		switch {
		case i == selected, stateOf(s).attention():
			l.rows = append(l.rows, s)
		case calm > 0:
			calm--
			l.rows = append(l.rows, s)
		default:
			l.folded = append(l.folded, s)
		}
	}
}

// unfold gives all calls their rows, and selects the first of those that had none.
func (l *list) unfold() {
	first := l.folded[0].ID
	l.unfolded, l.onFold, l.selected = true, false, first
	l.rows, l.folded = append(l.rows, l.folded...), nil
	l.choose(first)
}

// refold puts the calm calls behind one row again, and reports whether it was open.
func (l *list) refold() bool {
	if !l.unfolded || !l.many {
		return false
	}
	l.unfolded = false
	l.divide()
	l.settle()
	return true
}

// foldRow draws the row that stands for the calm calls.
func (m *model) foldRow(w int) string {
	on, name := onPage, toneDim
	if m.list.onFold {
		on, name = onRow, toneStrong
	}
	l := m.theme.line(on, w)
	if m.list.onFold {
		l.put(toneAccent, "▌")
	} else {
		l.gap(1)
	}
	l.put(toneDim, "…")
	l.gap(1)
	l.put(name, foldName(m.list.folded))
	if words := foldedStates(m.list.folded); words != "" {
		l.put(toneDim, ": "+words)
	}
	l.gap(2)
	l.put(toneAccent, word(m.keys.Open))
	l.put(toneDim, " opens")
	return l.end()
}

// foldName says how many calls the fold stands for.
func foldName(folded []*engine.Session) safe.Text {
	return count(len(folded), "calm call", "calm calls")
}

// foldedStates says how calls stand that are folded, where they do not all talk.
func foldedStates(folded []*engine.Session) safe.Text {
	var n [stateEnded + 1]int
	for _, s := range folded {
		n[stateOf(s)]++
	}
	if n[stateTalk] == len(folded) {
		return ""
	}
	var words safe.Text
	for st, calls := range n {
		if calls == 0 {
			continue
		}
		_, word, _ := state(st).sign()
		if words != "" {
			words += " · "
		}
		words += own(strconv.Itoa(calls)) + " " + word
	}
	return words
}

// foldTitle names what the detail tells of while the fold is selected.
func (m *model) foldTitle(l *line) {
	l.put(toneStrong, foldName(m.list.folded))
	l.gap(2)
	l.put(toneDim, word(m.keys.Open)+" gives each its row")
}

// foldDetail tells of the calls behind the fold: how they stand, and who of them is in the
// worst mood.
func (m *model) foldDetail(w, h int) []string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.put(toneDim, foldedStates(m.list.folded))
	folded := slices.Clone(m.list.folded)
	lines := []string{l.end(), m.heading("IN THE WORST MOOD", w)}
	judged := slices.DeleteFunc(folded, func(s *engine.Session) bool { return s.Phase == engine.PhaseOver || keyMood(m, s).none })
	slices.SortStableFunc(judged, func(a, b *engine.Session) int { return keyMood(m, a).compare(keyMood(m, b)) })
	for _, s := range judged[:min(len(judged), max(h-len(lines), 0))] {
		l := m.theme.line(onPage, w)
		l.gap(1)
		putMood(m, l, drawnCall{s, stateOf(s), toneText, toneText}, moodCells)
		l.gap(2)
		l.col(toneText, callerOf(s), maxCaller)
		l.gap(1)
		l.right(toneDim, long(lasted(s, m.now)), longCells)
		l.gap(2)
		l.put(toneDim, m.with(s))
		lines = append(lines, l.end())
	}
	return fit(lines, w, h)
}
