package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// "In full screen place the real cursor on the selected row: magnifiers and many readers
// follow it" (CONSOLE.md): on every screen, in every pane and in every box.
func TestCursorStandsWhereTheEyeShouldBe(t *testing.T) {
	for _, c := range []struct {
		about, keys string
		w, h        int
		line        string // on which it stands, as it is drawn
		after       string // what stands before it on that line; "": whatever
	}{
		{"the selected row", "j j", 80, 24, "+1 415 555 0100", ""},
		{"on a wide screen", "j j j", 200, 50, "Łukasz Żak", ""},
		{"in the smallest layout", "G", 60, 16, "Jonas Bech", ""},
		{"on one line", "", 40, 5, "Mette Sørensen", ""},
		{"the newest words", "tab", 80, 24, "this is really not accep", ""},
		{"the newest words, split", "tab", 120, 36, "this is really not accep", ""},
		{"the newest event", "tab tab tab", 120, 36, "sustained-negative: transfer", ""},
		{"an open call", "enter", 80, 24, "this is really not accep", ""},
		{"scrolled back", "enter K K", 80, 24, "No. I want to talk", ""},
		{"the picker's text", "j j j j t b i", 80, 24, "> bi", "> bi"},
		{"a command", ": n o t", 80, 24, ": not", ": not"},
		{"a command on one line", ": n o t", 40, 5, ":not", ":not"},
		{"what is chosen: a leg", "j j j m j", 80, 24, "▌ o   the operator", ""},
		{"what is to be ended", "j X tab", 80, 24, "▌ the operator only", ""},
		{"a box to be read", "?", 80, 24, "type to search these keys", ""},
		{"the card", "w", 80, 24, "WHY    The customer has been unhappy", ""},
		{"a question", "A A", 80, 24, "", ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			b := newBench(governed(), c.w, c.h)
			b.press(strings.Fields(c.keys)...)
			v := b.View()
			if v.Cursor == nil {
				t.Fatalf("there is no cursor:\n%s", b.text())
			}
			if v.Cursor.Shape != tea.CursorBar || v.Cursor.Blink {
				t.Error("it is no still bar")
			}
			line := strings.Split(b.text(), "\n")[v.Cursor.Y]
			if !strings.Contains(line, c.line) {
				t.Errorf("it stands on %q, want %q in it:\n%s", line, c.line, b.text())
			}
			if before := ansi.Truncate(line, v.Cursor.X, ""); !strings.HasSuffix(before, c.after) {
				t.Errorf("it stands behind %q, want %q", before, c.after)
			}
		})
	}
}

// It is never away, and never beyond the screen.
func TestCursorIsOnTheScreenWhateverIsOpen(t *testing.T) {
	for _, keys := range []string{"", "w", "t", "X", "j m", ":", "enter", "?", "tab", "q", "A A", "!", "O", "G t", "tab tab"} {
		for _, size := range append([]struct{ w, h int }{{30, 3}, {20, 5}}, sizes...) {
			b := newBench(twoProposals(), size.w, size.h)
			b.press(strings.Fields(keys)...)
			if v := b.View(); v.Cursor == nil || v.Cursor.X < 0 || v.Cursor.X >= size.w || v.Cursor.Y < 0 || v.Cursor.Y >= size.h {
				t.Errorf("%q at %dx%d: %+v", keys, size.w, size.h, v.Cursor)
			}
		}
	}
}
