package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"switchboard/tui/safe"
)

// own makes a Text of what we made ourselves of numbers, times and words of our own.
// It is the only place in this package where a string becomes one without cleaning; a
// test sees to that.
func own(s string) safe.Text { return safe.Text(s) }

// A line is written from left to right into a fixed number of cells and never grows
// beyond them: what does not fit is left out. Its styles are ready escape sequences.
type line struct {
	b     strings.Builder
	theme *theme
	on    surface
	left  int // cells that are still free
}

// line begins a line of so many cells.
func (th *theme) line(on surface, width int) *line {
	l := &line{theme: th, on: on, left: max(width, 0)}
	l.b.Grow(width + 64)
	return l
}

// put writes a text, cut where the line ends, and returns how many cells it took.
func (l *line) put(to tone, text safe.Text) int {
	s := l.theme.shape(text)
	w := width(s)
	if w > l.left {
		s = cut(s, l.left, l.theme.tail())
		w = width(s)
	}
	l.styled(to, s, w)
	return w
}

// col writes a text into exactly w cells, or what is left of them.
func (l *line) col(to tone, text safe.Text, w int) {
	w = min(max(w, 0), l.left)
	s := l.theme.shape(text)
	n := width(s)
	if n > w {
		s = cut(s, w, l.theme.tail())
		n = width(s)
	}
	l.styled(to, s, n)
	l.gap(w - n)
}

// right writes a text to the right end of exactly w cells, or what is left of them.
func (l *line) right(to tone, text safe.Text, w int) {
	w = min(max(w, 0), l.left)
	s := l.theme.shape(text)
	n := width(s)
	if n > w {
		s = cut(s, w, l.theme.tail())
		n = width(s)
	}
	l.gap(w - n)
	l.styled(to, s, n)
}

// gap leaves n cells empty.
func (l *line) gap(n int) {
	n = min(n, l.left)
	if n <= 0 {
		return
	}
	l.styled(toneText, spaces(n), n)
}

// fill repeats a one-cell glyph n times.
func (l *line) fill(to tone, glyph safe.Text, n int) {
	n = min(n, l.left)
	if n <= 0 {
		return
	}
	l.styled(to, strings.Repeat(l.theme.shape(glyph), n), n)
}

func (l *line) styled(to tone, s string, cells int) {
	if cells <= 0 {
		return
	}
	l.left -= cells
	prefix := l.theme.sgr[l.on][to]
	if prefix == "" {
		l.b.WriteString(s)
		return
	}
	l.b.WriteString(prefix)
	l.b.WriteString(s)
	l.b.WriteString(reset)
}

// end leaves the rest of the line empty and returns it.
func (l *line) end() string {
	l.gap(l.left)
	return l.b.String()
}

const manySpaces = "                                                                                                                                "

func spaces(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(manySpaces) {
		return manySpaces[:n]
	}
	return strings.Repeat(" ", n)
}

// width returns how many cells a plain string takes.
func width(s string) int {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}

// cut returns as much of a plain string as fits into w cells, with a tail where
// something is missing.
func cut(s string, w int, tail string) string {
	if w <= 0 {
		return ""
	}
	if width(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, tail)
}

// splice puts a piece of pw cells over a line, from cell x on. The line has w cells.
func splice(base, piece string, x, pw, w int) string {
	head := ansi.Truncate(base, x, "")
	tail := ansi.TruncateLeft(base, x+pw, "")
	if ansi.StringWidth(tail) > w-x-pw {
		tail = ansi.TruncateLeft(base, x+pw+1, "")
	}
	// A wide letter that is cut through is gone: its other cell becomes a space.
	whole := head + reset + spaces(x-ansi.StringWidth(head)) + piece + reset +
		spaces(w-x-pw-ansi.StringWidth(tail)) + tail + reset
	if ansi.StringWidth(whole) != w { // letters whose width depends on how they are cut
		return spaces(x) + piece + reset + spaces(w-x-pw)
	}
	return whole
}

// fit makes a block exactly h lines of w cells.
func fit(lines []string, w, h int) []string {
	if len(lines) > h {
		return lines[:h]
	}
	for len(lines) < h {
		lines = append(lines, spaces(w))
	}
	return lines
}

// beside joins two blocks of the same height with a hairline between them.
func (th *theme) beside(left, right []string) []string {
	bar := th.line(onPage, 1)
	bar.put(toneRule, "│")
	sep := bar.end()
	joined := make([]string, len(left))
	for i := range left {
		joined[i] = left[i] + sep + right[i]
	}
	return joined
}
