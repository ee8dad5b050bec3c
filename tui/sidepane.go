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
type sidePane struct{}

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

func (*sidePane) hints(*model) []key.Binding { return nil }

// draw draws it with the whole screen: all of the call's mood that is known.
func (*sidePane) draw(m *model, w, h int) []string {
	lines := []string{m.callTitle(w, false)}
	s, ok := m.list.call()
	if !ok {
		return fit(lines, w, h)
	}
	facts := max(len(m.legs(s, m.halfOf(w))), 4) + 2
	rows := min(max(h-2-facts-2, leastChart), maxChart)
	if h < 12 { // no room for both: the chart is what it was opened for
		rows = h - 2
	}
	span := m.wholeSpan(s)
	lines = append(lines, m.moodHeading(s, w, span, rows >= timedChart))
	lines = append(lines, m.moodChart(s, w, rows, span)...)
	if h-len(lines) > 2 {
		lines = append(lines, m.chartLegend(w))
	}
	lines = append(lines, m.alerts(s, w)...)
	if h-len(lines) > 3 {
		lines = append(lines, m.theme.empty(w))
	}
	return fit(append(lines, m.factColumns(s, w, h-len(lines))...), w, h)
}

// maxChart is how many rows a chart has at most: higher it says no more.
const maxChart = 20

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
