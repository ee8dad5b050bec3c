package tui

import (
	"strings"
	"testing"
)

// "Nothing is cut off, unreadable or unreachable": what a box asks, and every answer, is whole
// on the smallest screen that has boxes.
func TestSmallestBoxesAreWhole(t *testing.T) {
	for _, c := range []struct {
		down int // rows
		key  string
		want []string
	}{
		{0, "X", []string{"This cannot be taken back.", "esc  Keep the call", "y  Hang up", "a  hang up in silence"}},
		{3, "X", []string{"the whole call", "Both are cut off.", "esc  Keep the call", "y  Hang up", "a  hang up in silence"}},
		{0, "t", []string{"with 1.", "being connected", "⏎ warm transfer", "tab cold", "esc back", "country code"}},
	} {
		s := governed()
		b := newBench(s, 60, 16)
		b.list.move(c.down)
		b.tick()
		b.press(c.key)
		b.wait(hangupDead)
		if b.box == nil {
			t.Errorf("%s on row %d opens no box: %s", c.key, c.down, b.notice.text)
			continue
		}
		for _, want := range c.want {
			b.wantText(t, want)
		}
		for _, line := range strings.Split(b.text(), "\n")[2:] {
			if c.key == "X" && strings.Contains(line, "… │") {
				t.Errorf("%s on row %d cuts off: %q", c.key, c.down, line)
			}
		}
	}
}

// On one line and a few, too, both answers of the hang-up box are whole.
func TestHangupOnANarrowScreen(t *testing.T) {
	b := newBench(governed(), 40, 12)
	b.press("X")
	b.wait(hangupDead)
	b.wantText(t, "esc  Keep the call")
	b.wantText(t, "y  Hang up")
	b.wantText(t, "hang up in silence")
}
