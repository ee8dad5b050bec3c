package tui

import (
	"slices"
	"strconv"

	"switchboard/engine/replay"
	"switchboard/tui/safe"
)

// falls draws the event that the tape stands at, and around it those of the selected call,
// each with the commands that it called for, in so many lines. What is still to come is
// weak.
func (m *model) falls(w, h int) []string {
	if h <= 0 {
		return nil
	}
	tape, head := m.deck.player.Tape(), m.deck.at.Event-1
	before, after := tape.Near(head, h, m.list.selected)
	var lines []string
	for _, f := range tape.Falls(head, 1) {
		lines = m.fall(f, 0, w)
	}
	lines = lines[:min(len(lines), max(h-2, 1))]
	want := len(lines) + (h-len(lines)+1)*2/3 // the rest is for what comes
	for _, f := range slices.Backward(before) {
		free := want - len(lines)
		if free <= 0 {
			break
		}
		block := m.fall(f, -1, w)
		if len(block) > free {
			if free < 2 {
				break
			}
			block = append(block[:free-1:free-1], m.more(len(block)-free+1, w))
		}
		lines = append(block, lines...)
	}
	for _, f := range after {
		lines = append(lines, m.fall(f, 1, w)...)
	}
	return fit(lines[:min(len(lines), h)], w, h)
}

// more tells how many commands of an event are left out.
func (m *model) more(n, w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	if w >= 40 {
		l.gap(timeCells + 1)
	}
	l.gap(2)
	l.put(toneDim, "→ "+count(n, "command more", "commands more"))
	return l.end()
}

// fall draws one event, with what it called for beneath it. Off is 0 for the one at the
// head, below 0 for one that was before it.
func (m *model) fall(f replay.Fall, off, w int) []string {
	name, text, act := toneDim, toneDim, toneDim
	glyph := safe.Text("·")
	switch {
	case off == 0:
		name, text, act, glyph = toneAccent, toneStrong, toneAccent, "▶"
	case off < 0:
		text, act = toneText, toneAccent
	}
	l := m.theme.line(onPage, w)
	l.gap(1)
	if w >= 40 {
		l.col(toneDim, clockTime(f.At, m.zone), timeCells)
		l.gap(1)
	}
	l.col(name, glyph, 1)
	l.gap(1)
	words := written(safe.Clean(f.Words(), maxWords))
	if who := m.callName(f.Session); who != "" && f.Session != m.list.selected {
		words = who + ": " + words
	}
	most := 1
	if off == 0 { // it is what one looks at: all of it
		most = headLines
	}
	lines := m.hangingFrom(l, text, words, w, most)
	for _, o := range f.Orders {
		l := m.theme.line(onPage, w)
		l.gap(1)
		if w >= 40 {
			l.gap(timeCells + 1)
		}
		l.gap(2)
		l.put(act, "→ ")
		lines = append(lines, m.hangingFrom(l, text, written(safe.Clean(o.Words(), maxWords)), w, most)...)
	}
	return lines
}

// headLines is how many lines the event that the tape stands at takes at most, and each of
// the commands that it called for.
const headLines = 3

// hangingFrom goes on in a line that is begun, and beneath it where the text is longer, in so
// many lines at most.
func (m *model) hangingFrom(l *line, to tone, text safe.Text, w, most int) []string {
	indent, room := w-l.left, max(l.left-1, 4)
	parts := wrap(m.theme.shape(text), room)
	if len(parts) > most {
		parts[most-1] = cut(parts[most-1]+" "+parts[most], room, m.theme.tail())
		parts = parts[:most]
	}
	var lines []string
	for i, part := range parts {
		if i > 0 {
			l = m.theme.line(onPage, w)
			l.gap(indent)
		}
		l.put(to, own(part))
		lines = append(lines, l.end())
	}
	return lines
}

// fallsTitle names the events, and says which is at the head.
func (m *model) fallsTitle() safe.Text {
	return own("EVENTS AND COMMANDS   " + strconv.Itoa(m.deck.at.Event) + " of " + strconv.Itoa(m.deck.at.Of))
}

// fallBrief is the event that the tape stands at, with what it called for, in one line.
func (m *model) fallBrief(w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	falls := m.deck.player.Tape().Falls(m.deck.at.Event-1, 1)
	if len(falls) == 0 {
		return l.end()
	}
	f := falls[0]
	l.put(toneAccent, "▶ ")
	words := written(safe.Clean(f.Words(), maxWords))
	if who := m.callName(f.Session); who != "" && f.Session != m.list.selected {
		words = who + ": " + words
	}
	l.put(toneText, words)
	for _, o := range f.Orders {
		l.put(toneAccent, "  → ")
		l.put(toneDim, written(safe.Clean(o.Words(), maxWhy)))
	}
	return l.end()
}
