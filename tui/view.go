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
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	v.WindowTitle = "switchboard"
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
	if w <= 0 || h <= 0 {
		return nil, -1, -1
	}
	if m.past != nil {
		return m.pastScreen()
	}
	l := m.layout()
	if l.shape == shapeLine {
		return m.tiny(w, h), -1, -1
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
	lines := []string{m.callTitle(w, false)}
	if m.list.onFold {
		return append(lines, m.foldDetail(w, h-1)...)
	}
	var why []string
	if s, ok := m.list.call(); ok && m.whyShown(s) {
		why = m.whyWithin(s, w, max(h-1-minSaid, 0), true)
	}
	if len(why) == 0 {
		return append(lines, m.transcript(w, h-1)...)
	}
	said := h - 1 - len(why)
	if said > minSaid+2 { // room for air between the two
		said--
		why = append([]string{m.theme.empty(w)}, why...)
	}
	lines = append(lines, m.transcript(w, said)...)
	return append(lines, why...)
}

// minSaid is how many lines the words keep beside the why.
const minSaid = 2

// floor is the left half of a wide screen: the calls, the operators, all events.
func (m *model) floor(l layout) []string {
	w := l.left
	lines := m.calls(w, l.rows)
	rest := l.body - len(lines)
	operators := min(m.rosterRows(), max(rest-10, 4)) // the rest is for the events
	lines = append(lines, m.rule(w, -1, ""), m.heading("OPERATORS   "+m.figures(), w))
	lines = append(lines, m.roster(w, operators)...)
	lines = append(lines, m.rule(w, -1, ""), m.heading("EVENTS, all calls", w))
	return fit(append(lines, m.everything(w, max(rest-operators-4, 0))...), w, l.body)
}

// whole is a call on one column: its facts, and beneath them its words.
func (m *model) whole(w, h int) []string {
	lines := []string{m.callTitle(w, false)}
	s, ok := m.list.call()
	switch {
	case !ok && m.list.onFold:
		return append(lines, m.foldDetail(w, h-1)...)
	case !ok:
		return fit(lines, w, h)
	case h >= 30:
		facts := 16
		if m.deck != nil { // the events are what a replay is looked at for
			facts = h * 3 / 5
		}
		lines = append(append(lines, m.theme.empty(w)), m.side(w, facts)...)
	default:
		lines = append(lines, m.facts(s, w, h/2-1)...)
	}
	lines = append(lines, m.rule(w, -1, ""))
	var why []string
	if h >= 24 && m.whyShown(s) {
		why = m.whyWithin(s, w, max(h-len(lines)-minSaid, 0), true)
	}
	lines = append(lines, m.transcript(w, h-len(lines)-len(why))...)
	return fit(append(lines, why...), w, h)
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
	if m.deck != nil {
		lines := m.transcript(w, h-4)
		return append(lines, m.theme.empty(w), m.legsBrief(s, w), m.whyBrief(s, w), m.fallBrief(w))
	}
	if m.compact { // without air
		return append(m.transcript(w, h-2), m.legsBrief(s, w), m.whyBrief(s, w))
	}
	lines := m.transcript(w, h-3)
	return append(lines, m.theme.empty(w), m.legsBrief(s, w), m.whyBrief(s, w))
}

// callTitle names the call whose words and facts are shown.
func (m *model) callTitle(w int, ruled bool) string {
	l := m.theme.line(onPage, w)
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
	if ruled {
		l.put(toneRule, "──")
	}
	l.gap(1)
	name := toneStrong
	if m.focus == paneWords {
		name = toneAccent
	}
	tail := safe.Text("")
	if op, ok := s.Operator(); ok && op.Joined {
		tail = "with " + m.book().who(op.Number)
	}
	if m.focus == paneWords && !m.open {
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
		room -= width(string(tail)) + 2
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

// tiny draws what must be seen at any size: what matters most, the selected call, and
// the question that is open.
func (m *model) tiny(w, h int) []string {
	lines := []string{m.strip(w)}
	l := m.theme.line(onPage, w)
	if m.deck != nil {
		l.put(toneAccent, "REPLAY ")
	}
	switch s, ok := m.list.call(); {
	case m.box != nil:
		l.put(toneStrong, m.box.draw(m, w).brief)
	case m.notice.text != "":
		l.put(m.notice.tone, m.notice.text)
	case ok:
		glyph, word, to := signOf(s)
		l.put(to, glyph+" "+word+" ")
		l.put(toneStrong, callerOf(s)+" ")
		if deaf(s, m.now) {
			l.put(toneWatch, "? – ")
		} else if mood, judged := s.Mood(m.moment(s)); judged {
			sign, to := moodSign(mood)
			l.put(to, sign+signed(mood)+" ")
		}
		words, to := situation(s, m.now, m.book())
		l.put(to, words)
	default:
		l.put(toneDim, "Nobody is calling.")
	}
	lines = append(lines, l.end())
	if _, typing := m.box.(lineBox); h > 2 && m.filtered() && !typing && m.deck == nil {
		lines = append(lines, m.status(w))
	} else if h > 2 && m.deck != nil {
		lines = append(lines, m.progress(m.gauge(w), w))
	} else if h > 2 {
		lines = append(lines, m.footer(w))
	}
	return fit(lines, w, h)
}
