package tui

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// What can be clicked, and where the cursor belongs, is known where it is drawn, and
// where that comes to stand is known only once the whole screen is put together. So a
// drawn line says it in itself, in marks that take no cell and that every cut, join and
// cache of lines carries along. View takes them out again and remembers what stood where:
// no mark ever reaches a terminal.

// A spot is what can be pointed at on the screen.
type spot struct {
	kind  spotKind
	about string // the call that it is about, as its id; "" where it is about none
	of    string // what it is: a key's name, a choice's; ASCII
}

type spotKind byte

const (
	spotKey    spotKind = 'k' // a key that is shown
	spotRow    spotKind = 'r' // a call of the list
	spotHead   spotKind = 'h' // the titles of the list's columns
	spotChoice spotKind = 'c' // something to choose in a box
	spotChosen spotKind = 'C' // what is chosen there
	spotPane   spotKind = 'p' // where a pane begins
	spotCursor spotKind = '|' // where the cursor stands while the pane that it names has the keyboard
)

// A zone is where a spot stands on its line, in cells: from the first up to the last,
// which is not its own.
type zone struct {
	spot
	from, to int
}

// Marks begin and end as what terminals call an application's own command, which every
// one of them ignores.
const markBegins, markEnds = "\x1b_", "\x1b\\"

// mark writes that the next so many cells are a spot.
func (l *line) mark(s spot, cells int) {
	if cells > l.left {
		cells = l.left
	}
	if cells <= 0 || !printable(s.of) || !printable(s.about) || strings.Contains(s.about, ";") {
		return
	}
	l.b.WriteString(s.mark(cells))
}

func (s spot) mark(cells int) string {
	return markBegins + string(s.kind) + strconv.Itoa(cells) + ";" + s.about + ";" + s.of + markEnds
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// pressable marks the next so many cells as a key that can be clicked, by what it is
// called where it is shown. What names no key, or several, is no spot.
func (l *line) pressable(shown, about string, cells int) {
	if name, ok := keyNamed(shown); ok {
		l.mark(spot{spotKey, about, name}, cells)
	}
}

// cursorAt says that the cursor stands at the n-th of a pane's lines while the pane has
// the keyboard.
func cursorAt(p pane, lines []string, n int) []string {
	if n < 0 || n >= len(lines) {
		return lines
	}
	lines = slices.Clone(lines)
	lines[n] = spot{spotCursor, "", strconv.Itoa(int(p))}.mark(1) + lines[n]
	return lines
}

// choiceSpot is something to choose, by its name.
func choiceSpot(chosen bool, name safe.Text) spot {
	kind := spotChoice
	if chosen {
		kind = spotChosen
	}
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(name))
	return spot{kind: kind, of: strconv.FormatUint(sum.Sum64(), 36)}
}

// unmarked takes the marks out of a line, and returns what they say.
func unmarked(drawn string) (string, []zone) {
	at := strings.Index(drawn, markBegins)
	if at < 0 {
		return drawn, nil
	}
	var clean strings.Builder
	clean.Grow(len(drawn))
	var zones []zone
	x := 0
	for ; at >= 0; at = strings.Index(drawn, markBegins) {
		clean.WriteString(drawn[:at])
		x += ansi.StringWidth(drawn[:at])
		rest := drawn[at+len(markBegins):]
		end := strings.Index(rest, markEnds)
		if end < 0 {
			return clean.String(), zones
		}
		if z, ok := zoneOf(rest[:end], x); ok {
			zones = append(zones, z)
		}
		drawn = rest[end+len(markEnds):]
	}
	clean.WriteString(drawn)
	return clean.String(), zones
}

func zoneOf(mark string, x int) (zone, bool) {
	if mark == "" {
		return zone{}, false
	}
	parts := strings.SplitN(mark[1:], ";", 3)
	if len(parts) != 3 {
		return zone{}, false
	}
	cells, err := strconv.Atoi(parts[0])
	return zone{spot{spotKind(mark[0]), parts[1], parts[2]}, x, x + cells}, err == nil
}

// unmarkAll takes the marks out of a screen, and returns what stands on each line.
func unmarkAll(lines []string) [][]zone {
	all := make([][]zone, len(lines))
	for i, l := range lines {
		lines[i], all[i] = unmarked(l)
	}
	return all
}

// chosenOn finds what is chosen on a line of a box.
func chosenOn(drawn string) (x int, ok bool) {
	_, zones := unmarked(drawn)
	for _, z := range zones {
		if z.kind == spotChosen {
			return z.from, true
		}
	}
	return 0, false
}

// cursorOf finds where the cursor belongs while no box is open: at the place of the pane
// that has the keyboard, or else of the calls.
func (m *model) cursorOf(zones [][]zone) (x, y int, ok bool) {
	shown := m
	if m.past != nil {
		shown = m.past
	}
	if shown.box != nil {
		return 0, 0, false
	}
	wants := strconv.Itoa(int(shown.focus))
	for i, line := range zones {
		for _, z := range line {
			switch {
			case z.kind == spotCursor && z.of == wants:
				return z.from, i, true
			case z.kind == spotCursor && z.of == calledCalls && !ok:
				x, y, ok = z.from, i, true
			}
		}
	}
	return x, y, ok
}

// calledCalls is how the cursor's mark names the list of calls.
var calledCalls = strconv.Itoa(int(paneCalls))

// A ground is what stood on the screen when the hand was last heard of, line for line,
// and since when, on the wall: what has only just come there is not what was pointed at.
type ground struct {
	version uint64
	lines   [][]zone
	since   []time.Time
}

// notePlaces remembers since when each line of the screen has been about what it is about.
func (m *model) notePlaces() {
	g, now := &m.ground, m.wall.Now()
	if g.version == m.drawn.version && len(g.lines) == len(m.drawn.zones) {
		return
	}
	since := make([]time.Time, len(m.drawn.zones))
	for y, line := range m.drawn.zones {
		since[y] = now
		if y < len(g.lines) && sameToHand(g.lines[y], line) {
			since[y] = g.since[y]
		}
	}
	*g = ground{m.drawn.version, m.drawn.zones, since}
}

// sameToHand reports whether two lines are about the same to a hand. Where the cursor
// stands, and what is chosen, is not what one points at.
func sameToHand(a, b []zone) bool {
	next := func(line []zone) (zone, []zone) {
		for i, z := range line {
			if z.kind != spotCursor && z.kind != spotPane {
				z.spot = plain(z.spot)
				return z, line[i+1:]
			}
		}
		return zone{}, nil
	}
	for {
		var x, y zone
		x, a = next(a)
		y, b = next(b)
		if x != y {
			return false
		}
		if x.kind == 0 {
			return true
		}
	}
}

// zoneUnder returns what stands at a place of the screen as it was drawn last, and since when.
func (m *model) zoneUnder(x, y int) (z zone, since time.Time, ok bool) {
	m.notePlaces()
	if y < 0 || y >= len(m.ground.lines) {
		return zone{}, time.Time{}, false
	}
	for _, at := range slices.Backward(m.ground.lines[y]) { // the last is the smallest
		if at.kind != spotCursor && at.kind != spotPane && x >= at.from && x < at.to {
			return at, m.ground.since[y], true
		}
	}
	return zone{}, m.ground.since[y], false
}

// hint writes a key as it is shown, and marks the so many cells of it and of what it does:
// a click on them presses it. Where two keys are shown, as in "n N", each stands for
// itself, and the words for the first.
func (l *line) hint(to tone, shown safe.Text, cells int) {
	words := strings.Fields(string(shown))
	if len(words) > 0 {
		l.pressable(words[0], "", cells)
	}
	for i, word := range words {
		if i > 0 {
			l.gap(1)
			l.pressable(word, "", width(l.theme.shape(own(word))))
		}
		l.put(to, own(word))
	}
}

// headSpot is the title of a column.
func headSpot(column string) spot { return spot{kind: spotHead, of: column} }

// begins marks where a pane begins.
func (l *line) begins(p pane) { l.mark(spot{kind: spotPane, of: strconv.Itoa(int(p))}, 1) }

// rowSpot is a call of the list.
func rowSpot(id engine.SessionID) spot { return spot{kind: spotRow, about: string(id)} }
