package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// View implements [tea.Model]. It is a function of the model alone, and costs nothing
// while the model has not changed.
func (m *model) View() tea.View {
	if m.drawn.version == m.version && m.drawn.version != 0 {
		return m.drawn.view
	}
	lines, x, y := m.screen()
	m.drawn.zones = unmarkAll(lines)
	if m.box == nil {
		if cx, cy, ok := m.cursorOf(m.drawn.zones); ok {
			x, y = cx, cy
		}
	}
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen, v.ReportFocus = true, true
	v.WindowTitle = "switchboard" // never what a caller may choose
	if m.takesMouse() {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if x >= 0 && y >= 0 && y < m.height && x < m.width {
		// The real cursor stands where the eye should: magnifiers and readers follow it.
		v.Cursor = tea.NewCursor(x, y)
		v.Cursor.Shape, v.Cursor.Blink = tea.CursorBar, false
	}
	m.drawn.version, m.drawn.view = m.version, v
	return v
}

// screen draws exactly as many lines as the terminal has, each as wide as it is, and
// tells where the cursor belongs.
func (m *model) screen() (lines []string, x, y int) {
	w, h := m.width, m.height
	if w <= 0 || h <= 0 || m.asking.holds {
		return nil, -1, -1
	}
	if m.board.on { // also over a replay that was still on its way
		return m.boardScreen(w, h)
	}
	if m.past != nil {
		return m.pastScreen()
	}
	l := m.layout()
	if l.shape == shapeLine {
		lines = m.tiny(w, h)
		x, y = m.tinyCursor(lines)
		return lines, x, y
	}
	lines = make([]string, 0, h)
	lines = append(lines, m.header(w), m.strip(w))
	lines = append(lines, m.body(l, w)...)
	if m.deck != nil {
		lines = append(lines, m.transport(w)...)
	} else {
		lines = append(lines, m.status(w), m.footer(w))
	}
	lines = fit(lines, w, h)
	if b, ok := m.box.(lineBox); ok {
		_, x = b.line(m, w)
		return lines, x, m.lineAt()
	}
	if m.box != nil {
		x, y = m.over(lines[stripLines:], m.box)
		if y >= 0 {
			y += stripLines
		}
		return lines, x, y
	}
	x, y = 0, aboveLines+1+m.list.at-m.list.top
	if l.rows == 0 || m.list.lines() == 0 || !m.list.shown() {
		y = aboveLines
	}
	return lines, x, y
}

// stripLines are never covered by a box: its keys act from beneath it.
const stripLines = 2

// body draws all between header and status, with the hairlines around it.
func (m *model) body(l layout, w int) []string {
	var lines []string
	switch l.shape {
	case shapeList:
		lines = append(lines, m.rule(w, -1, ""))
		lines = append(lines, m.calls(w, l.rows)...)
	case shapeStacked:
		lines = append(lines, m.rule(w, -1, ""))
		lines = append(lines, m.calls(w, l.rows)...)
		lines = append(lines, m.callTitle(w, true))
		lines = append(lines, m.brief(w, l.detail)...)
	case shapeSplit:
		lines = append(lines, m.rule(w, -1, ""))
		lines = append(lines, m.calls(w, l.rows)...)
		lines = append(lines, m.rule(w, l.left, "┬"))
		lines = append(lines, m.theme.beside(m.saidAndWhy(l.left, l.detail+1), m.side(l.right, l.detail+1))...)
		return append(lines, m.rule(w, l.left, "┴"))
	case shapeWide:
		lines = append(lines, m.rule(w, l.left, "┬"))
		lines = append(lines, m.theme.beside(m.floor(l), m.whole(l.right, l.body))...)
		return append(lines, m.rule(w, l.left, "┴"))
	case shapeOpen:
		lines = append(lines, m.rule(w, -1, ""))
		lines = append(lines, m.whole(w, l.body)...)
	case shapeOpenWide:
		lines = append(lines, m.rule(w, l.left, "┬"))
		lines = append(lines, m.theme.beside(m.saidAndWhy(l.left, l.body), m.side(l.right, l.body))...)
		return append(lines, m.rule(w, l.left, "┴"))
	case shapeFull:
		lines = append(lines, m.rule(w, -1, ""))
		if p, ok := m.part(m.full); ok {
			lines = append(lines, fit(p.draw(m, w, l.body), w, l.body)...)
		}
	case shapeLine:
		panic("tui: one line has no body")
	}
	return append(lines, m.rule(w, -1, ""))
}

// saidAndWhy is a call's title, its words, and beneath them why it is flagged: the
// whole of it, however few lines are left to the words.
func (m *model) saidAndWhy(w, h int) []string {
	if m.list.onFold {
		return append([]string{m.callTitle(w, false)}, m.foldDetail(w, h-1)...)
	}
	why, said := m.saidParts(w, h)
	lines := append([]string{m.callTitle(w, false)}, m.transcript(w, said)...)
	return append(lines, why...)
}

// saidParts are why a call is flagged, and how many lines that leaves to its words.
func (m *model) saidParts(w, h int) (why []string, said int) {
	if s, ok := m.list.call(); ok && m.whyShown(s) {
		least := minSaid
		if h >= tallSaid {
			least = manySaid
			if !s.Transfer.Open() && s.Transfer.Status != engine.TransferFailed {
				least = mostSaid
			}
		}
		why = m.whyWithin(s, w, max(h-1-least, 0), true)
	}
	said = h - 1 - len(why)
	if len(why) > 0 && said > minSaid+2 { // room for air between the two
		said--
		why = append([]string{m.theme.empty(w)}, why...)
	}
	return why, said
}

// How many lines the words keep beside the why: it tells of the same sentences, but only
// there one sees what was said between them.
const (
	minSaid  = 2
	manySaid = 5
	mostSaid = 9  // … once nobody need act on what it tells
	tallSaid = 16 // lines from which they keep many
)

// wordsArea is how many cells and lines the words have on the screen as it is divided now;
// nothing where they are not shown.
func (m *model) wordsArea() (w, h int) {
	l := m.layout()
	switch l.shape {
	case shapeStacked:
		return m.width, l.detail - m.briefLines()
	case shapeSplit:
		_, said := m.saidParts(l.left, l.detail+1)
		return l.left, said
	case shapeOpenWide:
		_, said := m.saidParts(l.left, l.body)
		return l.left, said
	case shapeWide:
		_, _, said := m.wholeParts(l.right, l.body)
		return l.right, said
	case shapeOpen:
		_, _, said := m.wholeParts(m.width, l.body)
		return m.width, said
	case shapeFull:
		if m.full == paneWords {
			return m.width, l.body - 1
		}
	case shapeLine, shapeList:
	}
	return 0, 0
}

// whole is a call on one column: how its customer is, his words, and beneath them why it
// is flagged.
func (m *model) whole(w, h int) []string {
	if m.list.onFold {
		return append([]string{m.callTitle(w, false)}, m.foldDetail(w, h-1)...)
	}
	if _, ok := m.list.call(); !ok {
		return fit([]string{m.callTitle(w, false)}, w, h)
	}
	head, foot, said := m.wholeParts(w, h)
	return fit(append(append(head, m.transcript(w, said)...), foot...), w, h)
}

// From how many lines on a call on one column has a chart of its mood, and the facts
// beneath its words.
const (
	chartHeight = 30
	factHeight  = 40
	lowWords    = 14 // below that the facts make room for words that have the keyboard
)

// tallChart is how many rows the chart has on one column of so many lines, of which there
// are enough for it: more than its nine only where the words have plenty.
func tallChart(h int) int { return min(namedMarks+max(h-tallColumn, 0)/3, maxChart) }

// tallColumn is a column of the usual wide screen, of 50 lines.
const tallColumn = 44

// wholeParts are what stands above and below the words of a call on one column, and how
// many lines that leaves to them.
func (m *model) wholeParts(w, h int) (head, foot []string, said int) {
	s, ok := m.list.call()
	if !ok {
		return nil, nil, 0
	}
	th, least := m.theme, minSaid
	head = []string{m.callTitle(w, false)}
	switch {
	case h >= factHeight && m.deck == nil:
		head = append(append(head, th.empty(w)), m.moodBlock(s, w, tallChart(h), m.wideSpanOf(s))...)
		head = append(append(head, m.alerts(s, w)...), m.wordsHeading(w))
		facts := min(max(len(m.legs(s, m.halfOf(w)))+1, 6), 11)
		foot = append([]string{th.empty(w)}, m.factColumns(s, w, facts)...)
	case h >= chartHeight:
		facts := 17
		if m.whyShown(s) { // it quotes the words, and the chart and the events would leave them no room
			facts, least = 15, manySaid
		}
		if m.deck != nil { // the events are what a replay is looked at for
			facts = h * 3 / 5
		}
		head = append(append(head, m.side(w, facts)...), m.wordsHeading(w))
	default:
		facts := h/2 - 1
		if h < lowWords && m.focus == paneWords {
			facts = min(facts, fewFacts)
		}
		head = append(append(head, m.facts(s, w, facts)...), m.rule(w, -1, ""))
	}
	if h >= 24 && m.whyShown(s) {
		if h >= factHeight {
			least = mostSaid
		}
		why := m.whyWithin(s, w, max(h-len(head)-len(foot)-least-1, 0), true)
		if len(why) > 0 && h-len(head)-len(foot)-len(why) > minSaid+2 {
			why = append([]string{th.empty(w)}, why...)
		}
		foot = append(why, foot...)
	}
	return head, foot, max(h-len(head)-len(foot), 0)
}

// wordsHeading parts the words from what stands above them, and says whether they follow.
func (m *model) wordsHeading(w int) string {
	l := m.theme.line(onPage, w)
	m.paneTitleInto(l, paneWords, "WORDS")
	l.gap(1)
	follow, to := safe.Text("follow ● live"), toneDim
	if s, ok := m.list.call(); ok && s.Phase == engine.PhaseOver {
		follow = "the call is over"
	} else if m.deck != nil {
		follow = "follow ●"
	}
	if hidden := m.hiddenWords(); hidden != "" {
		follow, to = "paused, "+hidden, toneAccent
	}
	need := width(m.theme.shape(follow)) + 2
	l.fill(toneRule, "─", l.left-need)
	l.gap(1)
	l.put(to, follow)
	return l.end()
}

// briefLines are those of a call in few lines that are not its words.
func (m *model) briefLines() int {
	n := 3
	if m.deck != nil {
		n++
	}
	if m.compact { // without air
		n--
	}
	return n
}

// brief is a call in few lines: its words, who is on it, and why or what last.
func (m *model) brief(w, h int) []string {
	s, ok := m.list.call()
	switch {
	case !ok && m.list.onFold:
		return m.foldDetail(w, h)
	case !ok:
		return fit(nil, w, h)
	}
	lines := m.transcript(w, h-m.briefLines())
	if !m.compact {
		lines = append(lines, m.theme.empty(w))
	}
	lines = append(lines, m.legsBrief(s, w), m.whyBrief(s, w))
	if m.deck != nil {
		lines = append(lines, m.fallBrief(w))
	}
	return lines
}

// callTitle names the call whose words and facts are shown.
func (m *model) callTitle(w int, ruled bool) string {
	l := m.theme.line(onPage, w)
	l.begins(paneWords)
	s, ok := m.list.call()
	if !ok {
		if ruled && m.list.onFold {
			l.put(toneRule, "──")
		}
		if m.list.onFold {
			l.gap(1)
			m.foldTitle(l)
			l.gap(1)
		}
		if ruled {
			l.fill(toneRule, "─", l.left)
		}
		return l.end()
	}
	focused := m.focus == paneWords && m.shows(paneWords)
	name := toneStrong
	if focused {
		name = toneAccent
	}
	switch {
	case ruled && focused:
		l.put(toneRule, "──")
		l.put(toneAccent, "▌")
	case ruled:
		l.put(toneRule, "──")
		l.gap(1)
	case focused:
		l.put(toneAccent, "▌")
	default:
		l.gap(1)
	}
	tail := safe.Text("")
	if op, ok := s.Operator(); ok && op.Joined {
		tail = "with " + m.book().who(op.Number)
	}
	if focused && !m.open && !m.isFull {
		tail = word(m.keys.Down) + " " + word(m.keys.Up) + " scroll"
	}
	caller := callerOf(s)
	l.put(name, clipTo(m.theme, caller, max(w/2, 8)))
	if s.Name != "" && w >= 50 {
		l.gap(2)
		l.put(toneDim, safe.Number(s.Caller))
	}
	l.gap(2)
	l.put(toneDim, long(lasted(s, m.now)))
	if to, words := recordedTitle(s); words != "" && w >= 70 {
		l.gap(2)
		l.put(to, words)
	}
	if s.Language == engine.Spanish && w >= 70 {
		l.gap(2)
		l.put(toneDim, "Spanish")
	}
	l.gap(1)
	room := l.left
	if tail != "" {
		room -= m.theme.width(tail) + 2
	}
	if ruled && room > 0 {
		l.fill(toneRule, "─", room)
	} else {
		l.gap(room)
	}
	l.gap(1)
	l.put(toneDim, tail)
	return l.end()
}

// rule draws a hairline, with a joint where a column begins or ends.
func (m *model) rule(w, joint int, glyph safe.Text) string {
	l := m.theme.line(onPage, w)
	if joint >= 0 && joint < w {
		l.fill(toneRule, "─", joint)
		l.put(toneRule, glyph)
	}
	l.fill(toneRule, "─", l.left)
	return l.end()
}
