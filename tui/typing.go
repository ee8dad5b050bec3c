package tui

import (
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// A lineBox takes text at the place of the status line and hides nothing. As in every box
// that takes text no key acts on a call.
type lineBox interface {
	box

	// line draws what is typed, and tells in which cell the cursor stands.
	line(m *model, w int) (drawn string, caret int)

	// keys draws what its keys do, in place of the footer.
	keys(m *model, w int) string

	// paste takes pasted text.
	paste(m *model, text string) tea.Cmd
}

// lineAt is the line of the screen at which a lineBox takes text.
func (m *model) lineAt() int {
	if m.deck != nil { // its status is the bar
		return m.height - 1
	}
	return m.height - 2
}

// A typedLine is a line that is typed: harmless words with single spaces, and a cursor in it.
type typedLine struct {
	text string
	at   int // bytes before the cursor
}

// maxLine is how many letters can be typed into a line.
const maxLine = 200

// set puts another text in place, with the cursor at its end.
func (e *typedLine) set(text string) { e.text, e.at = text, len(text) }

// press takes a key that types or moves, and reports whether it was one.
func (e *typedLine) press(m *model, k tea.KeyPressMsg) bool {
	switch name := k.String(); {
	case key.Matches(k, m.keys.EraseAll):
		e.set("")
	case key.Matches(k, m.keys.Erase):
		e.cut(e.before(e.at), e.at)
	case name == "delete":
		e.cut(e.at, e.after(e.at))
	case name == "ctrl+w":
		e.cut(strings.LastIndexByte(strings.TrimRight(e.text[:e.at], " "), ' ')+1, e.at)
	case name == "left":
		e.at = e.before(e.at)
	case name == "right":
		e.at = e.after(e.at)
	case name == "home", name == "ctrl+a":
		e.at = 0
	case name == "end", name == "ctrl+e":
		e.at = len(e.text)
	case k.Text != "":
		e.write(k.Text)
	default:
		return false
	}
	return true
}

// write puts what was typed or pasted in at the cursor. What would make the line too long
// is left out.
func (e *typedLine) write(text string) {
	clean := string(safe.Clean(text, maxLine+1))
	if strings.HasPrefix(text, " ") && !strings.HasSuffix(e.text[:e.at], " ") && e.at > 0 {
		clean = " " + clean
	}
	if strings.HasSuffix(text, " ") && !strings.HasSuffix(clean, " ") && clean != "" {
		clean += " "
	}
	if utf8.RuneCountInString(e.text)+utf8.RuneCountInString(clean) > maxLine {
		return
	}
	e.text = e.text[:e.at] + clean + e.text[e.at:]
	e.at += len(clean)
}

func (e *typedLine) cut(from, to int) {
	e.text = e.text[:from] + e.text[to:]
	e.at = from
}

func (e *typedLine) before(at int) int {
	_, size := utf8.DecodeLastRuneInString(e.text[:at])
	return at - size
}

func (e *typedLine) after(at int) int {
	_, size := utf8.DecodeRuneInString(e.text[at:])
	return at + size
}

// A piece of a text, in bytes, with its tone.
type piece struct {
	from, to int
	tone     tone
}

// draw writes what is typed into so many cells, so that the cursor is seen, and returns how
// many cells stand before the cursor. What does not serve has its own tone.
func (e *typedLine) draw(l *line, room int, wrong piece) (caret int) {
	from := 0
	for from < e.at && e.cells(l, from, e.at) >= room {
		from = e.after(from)
	}
	begun := l.left
	for _, s := range []piece{{from, wrong.from, toneText}, wrong, {wrong.to, len(e.text), toneText}} {
		s.from = min(max(s.from, from), len(e.text))
		e.words(l, s, room-(begun-l.left))
	}
	l.gap(room - (begun - l.left))
	return e.cells(l, from, e.at)
}

// words writes a piece with its spaces, which [safe.Clean] takes off a text's ends.
func (e *typedLine) words(l *line, s piece, room int) {
	if s.to <= s.from {
		return
	}
	for i, word := range strings.Split(e.text[s.from:s.to], " ") {
		if i > 0 && room > 0 {
			l.gap(1)
			room--
		}
		text := own(cut(l.theme.shape(safe.Clean(word, maxLine)), room, ""))
		room -= l.put(s.tone, text)
	}
}

func (e *typedLine) cells(l *line, from, to int) int {
	n := 0
	for i, word := range strings.Split(e.text[from:to], " ") {
		if i > 0 {
			n++
		}
		n += width(l.theme.shape(safe.Clean(word, maxLine)))
	}
	return n
}
