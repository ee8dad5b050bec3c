package tui

// The left half of a wide screen.

// Lines of the left half, beneath the calls, that the parts keep where there is little
// room.
const (
	minTargets = 4  // of the groups, with their titles
	minAll     = 5  // of the events, with theirs
	airyBody   = 42 // from this height on a line is left empty beneath the calls
)

// floor is the left half of a wide screen: the calls, what the day came to, the groups
// and their operators, and what happened in all calls. How it is divided hangs on the
// size and on who is configured, and never on what happens.
func (m *model) floor(l layout) []string {
	w := l.left
	lines := m.calls(w, l.rows)
	if l.body >= airyBody {
		lines = append(lines, m.theme.empty(w))
	}
	rest := l.body - len(lines) - 3 // the day's line and two hairlines
	lines = append(lines, m.dayLine(w), m.rule(w, -1, ""))
	targets := m.floorPane.height(m, max(rest-max(rest/3, minAll), minTargets))
	lines = append(lines, m.floorPane.table(m, w, targets)...)
	lines = append(lines, m.rule(w, -1, ""))
	return fit(append(lines, m.allPane.draw(m, w, max(rest-targets, 0))...), w, l.body)
}

// dayLine is what today has come to, in as many figures as fit.
func (m *model) dayLine(w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.put(toneDim, m.dayTitle())
	words := m.dayWords()
	if m.deck == nil { // the header tells the bells
		words = m.dayFigures()
	}
	for _, words := range words {
		if l.left < width(m.theme.shape(words))+4 {
			break
		}
		l.gap(3)
		l.put(toneText, words)
	}
	return l.end()
}
