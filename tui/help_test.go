package tui

import (
	"fmt"
	"strings"
	"testing"

	"switchboard/engine"
)

// Whatever the screen's size, every key of the screen can be reached in help.
func TestHelpShowsEveryKey(t *testing.T) {
	for _, size := range append(sizes, struct{ w, h int }{40, 3}) {
		b := newBench(afternoon(), size.w, size.h)
		b.press("?")
		seen := b.text()
		for range 100 {
			b.press("down")
			seen += b.text()
		}
		for _, g := range b.box.(*helpBox).groups {
			for _, r := range g.rows {
				if words := string(r.does); !strings.Contains(seen, words) && !(size.w == 60 && strings.Contains(seen, cut(words, 18, ""))) {
					t.Errorf("%dx%d: %s %s is nowhere", size.w, size.h, r.key, r.does)
				}
			}
		}
	}
}

// Typing searches the keys, and no letter acts: neither the veto nor quit.
func TestHelpIsSearchedByTyping(t *testing.T) {
	s := governed()
	b := newBench(s, 80, 24)
	b.press("?")
	b.press(letters("hang")...)
	b.wantText(t, "> hang")
	b.wantText(t, "hang up: hang up a leg or the whole call")
	b.wantNoText(t, "freeze order")
	b.press("v", "y", "q", "X")
	if len(s.asked) != 0 {
		t.Errorf("asked %v", s.asked)
	}
	b.wantText(t, "No key of this screen does that")
	b.press("esc")
	b.wantText(t, "freeze order")
	b.press("esc")
	if b.box != nil {
		t.Error("a second esc does not close it")
	}
	b.press("?", "?")
	if b.box != nil {
		t.Error("? does not close it")
	}
}

// A key that is typed is found first.
func TestHelpFindsAKey(t *testing.T) {
	b := newBench(governed(), 80, 24)
	b.press("?", "m")
	if first := b.box.(*helpBox).found()[0]; first.key != "m" {
		t.Errorf("m finds %q first", first.key)
	}
}

// Help shows the keys of the screen that it was opened on.
func TestHelpIsOfItsScreen(t *testing.T) {
	for keys, want := range map[string]string{"?": "Keys on this screen", "enter ?": "Keys in an open call", "tab ?": "Keys in an open call"} {
		b := newBench(governed(), 120, 36)
		b.press(strings.Fields(keys)...)
		b.wantText(t, want)
	}
	past := newPast(t, governed(), 120, 36)
	past.press("?")
	past.wantText(t, "Keys in this replay")
	past.wantText(t, "THE TOP ROW, LIVE")
	past.wantNoText(t, "hang up")
}

// On one line help tells that there is more.
func TestHelpOnOneLine(t *testing.T) {
	b := newBench(governed(), 40, 3)
	b.press("?")
	b.wantText(t, "more ↓")
	b.press(letters("veto")...)
	b.wantText(t, "v veto")
}

func TestHelpFrames(t *testing.T) {
	for _, c := range []struct{ name, keys string }{{"help-search", "? h o l d"}, {"help-open", "enter ?"}} {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", c.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b := newBench(governed(), size.w, size.h)
				b.press(strings.Fields(c.keys)...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
}

// "`?` everywhere": a box that takes no text tells its keys, and comes back as it was, with
// no yes that was meant for help.
func TestHelpTellsTheKeysOfABoxAndGoesBackToIt(t *testing.T) {
	for keys, want := range map[string]string{
		"X": "in silence", "w": "alert", "c": "show, hide", "! ": "close", "A A": "yes", "t": "",
	} {
		s := governed()
		b := newBench(s, 120, 36)
		b.press(strings.Fields(keys)...)
		if keys == "A A" { // off is asked about in shadow alone
			s.frame.Automation = engine.ModeShadow
			b.tick()
			b.press("A")
		}
		before := b.box
		if before == nil {
			t.Errorf("%q opens no box", keys)
			continue
		}
		b.press("?")
		if want == "" { // text is typed there
			if b.box != before {
				t.Errorf("%q: ? opens %T in a box that takes text", keys, b.box)
			}
			continue
		}
		b.wantText(t, "Keys in this box")
		b.wantText(t, want)
		b.press("esc")
		if b.box != before {
			t.Errorf("%q: esc goes to %T", keys, b.box)
		}
		b.hit("y")
		if len(s.asked) > 0 && keys != "A A" {
			t.Errorf("%q: asked %v", keys, s.asked)
		}
	}
}

// Help over a box goes with what the box asks about: no yes falls on a call that is over.
func TestHelpOverABoxGoesWithItsCall(t *testing.T) {
	s := governed()
	b := newBench(s, 120, 36)
	b.press("X", "?")
	s.change("s1", func(c *engine.Session) { c.Phase = engine.PhaseOver })
	b.tick()
	if b.box != nil {
		t.Errorf("%T is open still", b.box)
	}
	b.wantText(t, "has ended by itself")
}
