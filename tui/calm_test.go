package tui

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"switchboard/engine"
)

// still is a text without its numbers, and without the air that they stand in.
func still(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || r == ' ' {
			return -1
		}
		return r
	}, s)
}

// "Reduced motion: countdown as a number, no fades, no blinking ever": while a countdown runs
// the strip changes in its number alone, and is drawn anew once a second.
func TestCalmStripChangesInItsNumberAlone(t *testing.T) {
	for _, size := range []struct{ w, h int }{{40, 5}, {80, 24}, {120, 36}, {200, 50}} {
		s := governed()
		b := newBench(s, size.w, size.h)
		b.setCalm("on")
		b.press("esc")
		begin, now := still(screenOf(b.strip(size.w), size.w, 1)), s.now
		if strings.ContainsAny(begin, "▰▱#") {
			t.Errorf("%dx%d: a bar is drawn", size.w, size.h)
		}
		if b.model.beat() != time.Second {
			t.Errorf("%dx%d: drawn anew every %s", size.w, size.h, b.model.beat())
		}
		for range 30 {
			now = now.Add(100 * time.Millisecond)
			b.now = now
			if got := still(screenOf(b.strip(size.w), size.w, 1)); got != begin {
				t.Fatalf("%dx%d: %q became %q", size.w, size.h, begin, got)
			}
		}
	}
}

// What has been done does not fade.
func TestCalmStripDoesNotFade(t *testing.T) {
	s := afternoon()
	c := call(1, "Nina Holm", "+12025550129", time.Minute)
	c.Transfer = engine.Transfer{Status: engine.TransferJoined, Since: noon, To: "+12025550170"}
	s.set(c)
	b := newBench(s, 80, 24)
	bright := b.strip(80)
	b.setCalm("on")
	at := b.strip(80)
	b.now = noon.Add(freshlyJoined)
	if at == bright || at != b.strip(80) || !strings.Contains(at, "joined with") {
		t.Errorf("%q became %q", at, b.strip(80))
	}
}

// The bar of a replay keeps its marks; only the numbers beside it move.
func TestCalmTapeMovesItsNumbersAlone(t *testing.T) {
	b := newReplay(taped(t, "", ""), 120, 36)
	b.setCalm("on")
	b.press("space")
	begin := ""
	for i := range 8 {
		b.wall.at = b.wall.at.Add(2 * time.Second)
		b.tick()
		row := still(screenOf(b.progress(b.gauge(120), 120), 120, 1))
		if i == 0 {
			begin = row
		}
		if row != begin {
			t.Fatalf("%q became %q", begin, row)
		}
	}
	if !strings.Contains(begin, "▲") {
		t.Errorf("the marks are gone: %q", begin)
	}
}

func TestNothingBlinks(t *testing.T) {
	everyScreen(func(name string, b *bench, _, _ int) {
		v := b.View()
		if strings.Contains(v.Content, "\x1b[5m") || strings.Contains(v.Content, ";5m") && !strings.Contains(v.Content, "8;5;5m") {
			t.Errorf("%s: something blinks", name)
		}
		if v.Cursor != nil && v.Cursor.Blink {
			t.Errorf("%s: the cursor blinks", name)
		}
	})
}
