package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// The smallest screens: the strip and the selected call, and beneath them as much else as
// there are lines for.

// tiny draws what must be seen at any size: what matters most, the selected call, and
// the question that is open.
func (m *model) tiny(w, h int) []string {
	lines := []string{m.strip(w)}
	if m.box != nil {
		return fit(append(lines, m.tinyBox(w, h-1)...), w, h)
	}
	told := m.notice.text != ""
	if h > 2 || !told { // that one is told of never hides whom the keys act upon
		lines = append(lines, m.tinyCall(w))
	}
	foot := m.tinyFoot(w, h)
	if rest := h - len(lines) - len(foot); rest > 1 {
		lines = append(lines, m.tinyRest(w, rest)...)
	}
	return fit(append(lines, foot...), w, h)
}

// tinyCall is the selected call in one line.
func (m *model) tinyCall(w int) string {
	l := m.theme.line(onPage, w)
	if m.deck != nil {
		l.put(toneAccent, "REPLAY ")
	}
	s, ok := m.list.call()
	switch {
	case ok:
	case m.list.onFold:
		l.put(toneDim, "… ")
		l.put(toneStrong, foldName(m.list.folded))
		l.put(toneAccent, "  ⏎")
		l.put(toneDim, " opens")
		return l.end()
	case m.list.all > 0:
		l.put(toneDim, m.nobodyIn(l.left))
		return l.end()
	default:
		l.put(toneDim, "Nobody is calling.")
		return l.end()
	}
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
	return l.end()
}

// tinyFoot are the lines at the bottom: what became of the last key, and the keys or where
// the tape stands.
func (m *model) tinyFoot(w, h int) []string {
	var lines []string
	if m.notice.text != "" && h > 1 {
		l := m.theme.line(onPage, w)
		kept := m.filterBriefly()
		l.col(m.notice.tone, m.notice.text, l.left-m.theme.width(kept)-1)
		l.gap(1)
		l.put(toneWatch, kept)
		lines = append(lines, l.end())
	}
	_, typing := m.box.(lineBox)
	switch room := h - 2 - len(lines); {
	case room < 1:
	case m.filtered() && !typing && m.deck == nil && m.notice.text == "":
		lines = append(lines, m.status(w))
	case m.deck != nil:
		lines = append(lines, m.progress(m.gauge(w), w))
	default:
		lines = append(lines, m.footer(w))
	}
	return lines
}

// tinyRest fills the lines that are left: with the pane that was asked for, or with the
// call's words.
func (m *model) tinyRest(w, h int) []string {
	if p, ok := m.part(m.full); ok && m.isFull {
		return fit(p.draw(m, w, h), w, h)
	}
	return m.transcript(w, h)
}

// tinyBox is the open question in its shortest form, and as much of the rest of it as there
// are lines for: what is chosen in it comes first.
func (m *model) tinyBox(w, h int) []string {
	c := m.box.draw(m, w)
	var lines []string
	for _, part := range wrapApart(m.theme.shape(c.brief), w) {
		l := m.theme.line(onPage, w)
		l.put(toneStrong, own(part))
		lines = append(lines, l.end())
	}
	if h < 2 {
		return lines
	}
	lines = lines[:min(len(lines), 2)]
	rows := slices.DeleteFunc(slices.Clone(c.rows), func(row string) bool { return strings.TrimSpace(ansi.Strip(row)) == "" })
	if c.caret >= 0 && len(rows) > 0 { // the line that is typed in stands in the brief
		rows = rows[1:]
	}
	chosen := slices.IndexFunc(rows, func(row string) bool { return strings.HasPrefix(ansi.Strip(row), m.theme.shape("▌")) })
	room := max(h-len(lines), 0)
	from := min(max(chosen, 0), max(len(rows)-room, 0))
	return append(lines, rows[from:min(from+room, len(rows))]...)
}

// wrapApart breaks a text where two spaces or more stand, so that a key keeps beside it what
// it does. What is too long all the same is broken where it can be.
func wrapApart(s string, w int) []string {
	if width(s) <= w {
		return []string{s}
	}
	var lines []string
	for part := range strings.SplitSeq(s, "  ") {
		part = strings.TrimSpace(part)
		last := len(lines) - 1
		switch {
		case part == "":
		case last >= 0 && width(lines[last])+2+width(part) <= w:
			lines[last] += "  " + part
		default:
			lines = append(lines, wrap(part, w)...)
		}
	}
	return lines
}
