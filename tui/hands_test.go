package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// "Paste does not press keys" (CONSOLE.md), also where a terminal does not tell that it is
// one: more comes at once than fingers type.
func TestPasteIsToldFromKeysByWhatComesAtOnce(t *testing.T) {
	paste := func(s string) string { return string(pasteBegins) + s + string(pasteEnds) }
	for _, c := range []struct {
		about  string
		pieces []string
		gap    time.Duration
		want   []string
	}{
		{"a key", []string{"y"}, 0, []string{"y"}},
		{"fast fingers over a slow line", []string{"jjkkt"}, 0, []string{"jjkkt"}},
		{"a key held down", []string{"jjjjjjjjjjjj"}, 0, []string{"jjjjjjjjjjjj"}},
		{"arrows", []string{"\x1b[A\x1b[A\x1b[A\x1b[B"}, 0, []string{"\x1b[A\x1b[A\x1b[A\x1b[B"}},
		{"a word", []string{"my order"}, 0, []string{paste("my order")}},
		{"with lines", []string{"hello\nyes\ny\n"}, 0, []string{paste("hello\nyes\ny\n")}},
		{"of another alphabet", []string{"добрый"}, 0, []string{paste("добрый")}},
		{"what is left of a long one", []string{"my order is la", "te"}, burstGap - 1, []string{paste("my order is la"), paste("te")}},
		{"a key after one", []string{"my order is late", "y"}, burstGap, []string{paste("my order is late"), "y"}},
		{"ctrl+c at once after one", []string{"my order is late", "\x03"}, 0, []string{paste("my order is late"), "\x03"}},
		{"one that is told", []string{paste("my order")}, 0, []string{paste("my order")}},
		{"one that is told, in pieces", []string{"\x1b[200~my order", " is late, and", " yours?\x1b[201~", "y"}, 0,
			[]string{"\x1b[200~my order", " is late, and", " yours?\x1b[201~", "y"}},
		{"with broken brackets", []string{"\x1b[200~my order", " is late, and\x1b[2", "01~", "y"}, 0, []string{"\x1b[200~my order", " is late, and\x1b[2", "01~", "y"}},
	} {
		t.Run(c.about, func(t *testing.T) {
			wall := &hand{noon}
			s := sorter{wall: wall}
			for i, piece := range c.pieces {
				if got := string(s.told([]byte(piece))); got != c.want[i] {
					t.Errorf("piece %d: %q, want %q", i, got, c.want[i])
				}
				wall.at = wall.at.Add(c.gap)
			}
		})
	}
}

func TestPasteThatNothingTakesSaysSo(t *testing.T) {
	s := twoProposals()
	b := newBench(s, 80, 24)
	b.Update(tea.PasteMsg{Content: "vyzX"})
	wantAsked(t, s, nil)
	b.wantText(t, "pasted text presses no key")
	b.press(":")
	b.Update(tea.PasteMsg{Content: "no\x1b[2Jte y"})
	b.wantText(t, ": note y")
	wantAsked(t, s, nil)
}

// The name under the finger changed: y, z and u are dead for 150 ms, v never is.
func TestStripKeysAreDeadWhileTheNameHasOnlyJustChanged(t *testing.T) {
	calling := func(since time.Duration) func(*engine.Session) {
		return func(s *engine.Session) {
			s.Transfer = engine.Transfer{Status: engine.TransferDialling, Cause: engine.CauseHand, To: "+12025550170", Asked: ago(since), Since: ago(since)}
			s.Alerts = nil
		}
	}
	proposes := func(s *engine.Session) { s.Transfer = proposed(7 * time.Second) }
	vetoes := func(s *engine.Session) { s.Transfer = engine.Transfer{Status: engine.TransferVetoed, Since: noon} }
	for _, c := range []struct {
		about, key    string
		before, after func(*engine.Session) // of Mette, whose name goes
		next          func(*engine.Session) // of Hanne, whose name comes
		want          engine.Body
		dead          bool
	}{
		{"y", "y", nil, vetoes, proposes, engine.HurryAsked{Session: "s4"}, true},
		{"z", "z", nil, vetoes, proposes, engine.SnoozeAsked{Session: "s4"}, true},
		{"v", "v", nil, vetoes, proposes, engine.VetoAsked{Session: "s4"}, false},
		{"u", "u", calling(8 * time.Second), calling(8 * time.Second), calling(time.Second), engine.TakeBackAsked{Session: "s4"}, true},
	} {
		for after, alive := range map[time.Duration]bool{0: false, nameDead - time.Millisecond: false, nameDead: true} {
			t.Run(c.about+" after "+after.String(), func(t *testing.T) {
				s := governed()
				s.set(s.frame.Sessions[0], s.frame.Sessions[3])
				if c.before != nil {
					s.change("s1", c.before)
				}
				b := newBench(s, 80, 24)
				b.wall.at = b.wall.at.Add(time.Minute)
				s.change("s1", c.after)
				s.change("s4", c.next)
				b.tick()
				b.wall.at = b.wall.at.Add(after)
				b.hit(c.key)
				if want := c.want; alive || !c.dead {
					wantAsked(t, s, want)
				} else {
					wantAsked(t, s, nil)
					b.wantText(t, "only just changed")
				}
			})
		}
	}
}

// A proposal that begins keeps its name: u means what it meant.
func TestTakeBackIsAliveWhenTheProposalBegins(t *testing.T) {
	s := governed()
	s.set(s.frame.Sessions[0])
	b := newBench(s, 80, 24)
	b.wall.at = b.wall.at.Add(time.Minute)
	s.change("s1", func(m *engine.Session) {
		m.Transfer.Status, m.Transfer.Since, m.Transfer.Due, m.Transfer.To = engine.TransferDialling, noon, noon, "+12025550170"
	})
	b.tick()
	b.hit("u")
	wantAsked(t, s, engine.TakeBackAsked{Session: "s1"})
}

// "Veto must be reachable at any size" and from any pane and box that takes no text.
func TestVetoIsReachableFromEverywhere(t *testing.T) {
	for _, size := range [][2]int{{20, 5}, {30, 3}, {59, 15}, {60, 16}, {80, 24}, {120, 36}, {200, 50}} {
		for _, keys := range []string{"", "tab", "tab tab", "enter", "j enter", "j X", "j m", "!", "q", "w", "O", "A A", "G R"} {
			s := twoProposals()
			b := newBench(s, size[0], size[1])
			b.press(strings.Fields(keys)...)
			s.asked = nil
			b.press("v")
			found := false
			for _, e := range s.asked {
				found = found || e.Body == engine.Body(engine.VetoAsked{Session: "s1"})
			}
			if !found {
				t.Errorf("%dx%d after %q: v asks %v", size[0], size[1], keys, s.asked)
			}
		}
	}
}

// Several proposals: the strip counts the others, the card goes through them, and what it
// does it does to the one in its title.
func TestCardGoesThroughTheProposals(t *testing.T) {
	s := twoProposals()
	b := newBench(s, 80, 24)
	b.press("w")
	b.wantText(t, "tab next of 2")
	b.press("tab")
	b.wantText(t, "Hanne Friis · transfer to Tier 2 in 7 s")
	b.hit("y") // the name in the title has only just changed
	wantAsked(t, s, nil)
	b.press("tab")
	b.wantText(t, "Mette Sørensen · transfer to Tier 2 in 5 s")
	b.press("tab", "v")
	wantAsked(t, s, engine.VetoAsked{Session: "s4"})
}

// ctrl+z stops the demo and a replay; where calls are real it would stop them, too.
func TestSuspendIsRefusedWhereCallsAreReal(t *testing.T) {
	suspends := func(cmd tea.Cmd) bool {
		if cmd == nil {
			return false
		}
		_, ok := cmd().(tea.SuspendMsg)
		return ok
	}
	z := tea.KeyPressMsg{Code: 'z', Mod: tea.ModCtrl}
	for _, keys := range []string{"", "?", "X", ": n o", "enter"} {
		b := newBench(afternoon(), 80, 24)
		b.press(strings.Fields(keys)...)
		if _, cmd := b.Update(z); suspends(cmd) || !strings.Contains(string(b.notice.text), "no shell") {
			t.Errorf("%q: ctrl+z stops what nobody brings back: %q", keys, b.notice.text)
		}
		b.still = clock.New(noon, 1)
		if _, cmd := b.Update(z); !suspends(cmd) {
			t.Errorf("%q: ctrl+z does not suspend", keys)
		}
		b = newBench(afternoon(), 80, 24)
		b.ends, b.still = "Calls go on at Telnyx.", clock.New(noon, 1)
		b.press(strings.Fields(keys)...)
		if _, cmd := b.Update(z); suspends(cmd) {
			t.Errorf("%q: ctrl+z stops a program that takes calls", keys)
		}
		if !strings.Contains(string(b.notice.text), "ctrl+z would stop the calls too: use another terminal") {
			t.Errorf("%q: it is not said why: %q", keys, b.notice.text)
		}
	}
}

func TestResumedConsoleDrawsAnew(t *testing.T) {
	s := afternoon()
	b := newBench(s, 80, 24)
	before := b.content()
	b.drawn.version = b.version
	b.focused(false)
	_, cmd := b.Update(tea.ResumeMsg{})
	if cmd == nil || b.watch != watchUnknown {
		t.Error("nothing is cleared, or who looks is still known")
	}
	if b.content() != before {
		t.Error("another screen than before")
	}
}
