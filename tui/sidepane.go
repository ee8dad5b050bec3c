package tui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A sidePane is how the selected call's customer is: his mood over time, what rules say of
// it, and who hears whom.
type sidePane struct {
	top int // how far it is scrolled where it has the whole screen
}

func (*sidePane) title() safe.Text { return "Mood, and who hears whom" }

func (*sidePane) in(s shape) bool {
	switch s {
	case shapeSplit, shapeWide, shapeOpen, shapeOpenWide:
		return true
	case shapeLine, shapeList, shapeStacked, shapeFull:
	}
	return false
}

func (*sidePane) press(*model, tea.KeyPressMsg) (tea.Cmd, bool) { return nil, false }

func (*sidePane) hints(m *model) []key.Binding {
	if !m.isFull {
		return nil
	}
	return []key.Binding{pair(m.keys.Down, m.keys.Up, "scroll")}
}

// draw draws it with the whole screen: all of the call's mood that is known, and the facts
// beneath it. Where there is no room for both it scrolls.
func (p *sidePane) draw(m *model, w, h int) []string {
	lines := []string{m.callTitle(w, false)}
	s, ok := m.list.call()
	if !ok {
		return fit(lines, w, h)
	}
	all := m.sideLines(s, w, h-1)
	top := min(p.top, max(len(all)-(h-1), 0))
	return fit(append(lines, all[top:]...), w, h)
}

// sideLines are all lines of the pane where it has so many on the screen.
func (m *model) sideLines(s *engine.Session, w, h int) []string {
	legs := m.legs(s, m.halfOf(w))
	facts := max(len(legs)+1, leastFacts)
	alerts := m.alerts(s, w)
	rows := min(max(h-3-len(alerts)-facts, timedChart), maxChart)
	span := m.wholeSpan(s)
	lines := append([]string{m.moodHeading(s, w, span, rows >= timedChart)}, m.moodChart(s, w, rows, span)...)
	lines = append(append(append(lines, m.chartLegend(w)), alerts...), m.theme.empty(w))
	if rest := h - len(lines); rest >= facts {
		return append(lines, m.factColumns(s, w, rest)...)
	}
	return append(append(lines, m.heading("WHO HEARS WHOM", w)), m.legs(s, w)...) // the events have a pane of their own
}

// move scrolls it, where not all of it is on the screen.
func (p *sidePane) move(m *model, by int) {
	s, ok := m.list.call()
	if l := m.layout(); ok && l.shape == shapeFull {
		h := l.body - 1
		p.top = min(max(p.top+by, 0), max(len(m.sideLines(s, m.width, h))-h, 0))
	}
}

// Rows of the pane where it has the whole screen: a higher chart says no more.
const (
	maxChart   = 16
	leastFacts = 6
)

// moodHeading draws the mood's number, who scores it and, where the chart beneath it has no
// row of times, how far back that goes.
func (m *model) moodHeading(s *engine.Session, w int, span time.Duration, timed bool) string {
	l := m.theme.line(onPage, w)
	m.paneTitleInto(l, paneSide, "MOOD")
	l.gap(2)
	m.moodInto(l, s)
	if limit, ok := m.moodLimit(s); ok && l.left > 34 {
		l.gap(2)
		l.put(toneDim, "limit "+signed(limit))
	}
	m.scorerInto(l, s)
	from := minutesAgo(span) + " → now"
	if s.Phase == engine.PhaseOver {
		from = minutesAgo(span) + " → end"
	}
	if need := width(m.theme.shape(from)); !timed && l.left >= need+3 {
		l.gap(l.left - need - 1)
		l.put(toneDim, from)
	}
	return l.end()
}

// A chartKey is what a drawn chart depends on, beside the theme.
type chartKey struct {
	id      engine.SessionID
	changed uint64
	second  int64
	policy  string
	version int
	source  string
	span    time.Duration
	w, h    int
}

// moodChart draws a call's mood of some time: exactly h lines of w cells.
func (m *model) moodChart(s *engine.Session, w, h int, span time.Duration) []string {
	if h <= 0 {
		return nil
	}
	k := chartKey{s.ID, s.Changed, m.now.Unix(), m.frame.Policy.Name, m.frame.Policy.Version, m.scorerOf(s), span, w, h}
	if lines, ok := m.drawn.charts.get(k); ok {
		return lines
	}
	lines := m.chartOf(s, span, chartCells(w)).draw(m.theme, w, h)
	m.drawn.charts.put(k, lines)
	return lines
}

// factColumns draws who hears whom and what happened in the call: side by side where both
// have room, and else beneath one another.
func (m *model) factColumns(s *engine.Session, w, h int) []string {
	if h <= 0 {
		return nil
	}
	if w < twoColumns || m.deck != nil { // the tape's events are long
		lines := append([]string{m.heading("WHO HEARS WHOM", w)}, m.legs(s, w)...)
		if rest := h - len(lines) - 1; rest > 1 {
			lines = append(append(lines, m.theme.empty(w)), m.eventsIn(s, w, rest, "EVENTS", columnNote)...)
		}
		return fit(lines, w, h)
	}
	left := m.halfOf(w)
	who := fit(append([]string{m.heading("WHO HEARS WHOM", left)}, m.legs(s, left)...), left, h)
	events := m.eventsIn(s, w-left, h, "THIS CALL", columnNote)
	for i := range who {
		who[i] += events[i]
	}
	return who
}

// twoColumns is from how many cells on the facts stand in two columns.
const twoColumns = 76

// halfOf is how many cells the left of two columns has.
func (m *model) halfOf(w int) int {
	if w < twoColumns || m.deck != nil {
		return w
	}
	return w / 2
}
