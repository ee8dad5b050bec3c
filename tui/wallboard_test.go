package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
)

func (b *bench) resizeTo(w, h int) { b.Update(tea.WindowSizeMsg{Width: w, Height: h}) }

func TestTheWallboardTurnsItsPages(t *testing.T) {
	b := wallOnly(busyDay(), 80, 24)
	n := len(b.boardPages())
	if n < 3 {
		t.Fatalf("%d pages", n)
	}
	for i := range 2 * n {
		if b.board.page != i%n {
			t.Fatalf("page %d after %d turns of %d pages", b.board.page, i, n)
		}
		b.wall.at = b.wall.at.Add(boardTurns - time.Millisecond)
		b.tick()
		if b.board.page != i%n {
			t.Fatal("it turns too early")
		}
		b.wall.at = b.wall.at.Add(time.Millisecond)
		b.tick()
	}
	b.hit("tab")
	b.wall.at = b.wall.at.Add(boardTurns / 2)
	b.tick()
	if b.board.page != 1 {
		t.Errorf("page %d after a key: a page that was asked for stays its time", b.board.page)
	}
	b.press("left", "left")
	if b.board.page != n-1 {
		t.Errorf("page %d, want the last", b.board.page)
	}
}

// "Only one page when all fits."
func TestAWallboardOnWhichAllFitsHasOnePage(t *testing.T) {
	s := busyDay()
	s.set()
	b := wallOnly(s, 220, 110)
	if n := len(b.boardPages()); n != 1 {
		t.Errorf("%d pages", n)
	}
	for _, want := range []string{"CALLS LIVE", "FREE, Tier 2", "CALLS TODAY", "CALL BACK"} {
		b.wantText(t, want)
	}
}

// A wall is seen by everybody. At any size, on any page, with or without a supervisor at
// it, nobody is named, and no number or sentence is shown.
func TestAWallboardNamesNobody(t *testing.T) {
	secret := []string{"Jonas", "Ida", "Sara", "Omar", "Timo", "Erik", "Peter", "202", "555", "01 ", "Tuesday", "manager", "speaker", "withheld"}
	for _, s := range busyDay().frame.Sessions {
		secret = append(secret, strings.Fields(s.Name)...)
	}
	for _, floor := range []func() *stage{busyDay, twoProposals, listened, private, troubled} {
		for _, size := range [][2]int{{30, 3}, {40, 5}, {60, 16}, {80, 24}, {120, 36}, {200, 50}, {220, 110}} {
			for _, only := range []bool{true, false} {
				s := floor()
				b := newBench(s, size[0], size[1])
				if only {
					b.boardOnly()
				} else {
					b.press("W")
				}
				for range len(b.boardPages()) {
					b.press("tab", "?")
					b.press("x") // closes help
					for _, word := range secret {
						if strings.Contains(b.text(), word) {
							t.Fatalf("%q on the wall at %v:\n%s", word, size, b.text())
						}
					}
				}
			}
		}
	}
	b := newBench(busyDay(), 80, 24)
	b.press("W", "v")
	if text := b.text(); strings.Contains(text, "Mette") {
		t.Errorf("a notice names her on the wall:\n%s", text)
	}
}

// "--wallboard … read-only for good": no key acts on any call, and none leaves it.
func TestNothingActsFromAWallboard(t *testing.T) {
	keys := strings.Split("abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:/!.,[]0123456789", "")
	keys = append(keys, "enter", "esc", "tab", "space", "up", "down", "left", "right", "backspace", "pgup", "pgdown", "ctrl+p", "ctrl+d", "ctrl+l")
	s := busyDay()
	b := wallOnly(s, 120, 36)
	for _, first := range keys {
		b.press(first)
		b.press("?") // help, and what follows closes it
		b.press("v")
		if len(s.asked) > 0 || !b.board.on || b.box != nil || b.list.selected != "s1" {
			t.Fatalf("%s: asked %v, on %v, box %T, selected %s", first, s.asked, b.board.on, b.box, b.list.selected)
		}
	}
	b.press("W")
	b.wantText(t, "This stays a wallboard: begin without --wallboard to steer.")
	for _, opens := range []func(){b.openPicker, b.openHangup, func() { b.openBox(&paletteBox{}, 0) }, func() { b.openBox(&textBox{}, 0) }} {
		if opens(); b.box != nil {
			t.Errorf("a %T opens on a wallboard", b.box)
		}
	}
	if cmd := b.ask(engine.VetoAsked{Session: "s1"}, "veto"); cmd != nil || len(s.asked) > 0 {
		t.Error("a wallboard asks the engine for something")
	}
}

func TestAWallboardAsksBeforeItEndsCalls(t *testing.T) {
	b := wallOnly(busyDay(), 80, 24)
	b.ends = "Nobody takes calls any more."
	b.press("q")
	if _, ok := b.box.(quitBox); !ok {
		t.Fatalf("q opens %T", b.box)
	}
	b.wantText(t, "Nobody takes calls any more.")
	b.press("v")
	if len(b.stage.asked) > 0 {
		t.Error("v acts from the box")
	}
	if cmd := b.hit("y"); cmd == nil {
		t.Error("y does not quit")
	}
}

// v works from anywhere on a supervisor's own console; every other key only goes back.
func TestASupervisorsWallboardVetoesAndGoesBack(t *testing.T) {
	s := busyDay()
	b := newBench(s, 80, 24)
	b.press("W")
	b.wantText(t, "v veto")
	b.press("v")
	if len(s.asked) != 1 {
		t.Fatalf("v asked %v", s.asked)
	}
	if v, ok := s.asked[0].Body.(engine.VetoAsked); !ok || v.Session != "s1" || !b.board.on {
		t.Errorf("v asked %+v, on %v", s.asked[0].Body, b.board.on)
	}
	for _, k := range strings.Fields("t X y m z u l W esc enter q A O /") {
		s := busyDay()
		b := newBench(s, 80, 24)
		b.press("W", k)
		if b.board.on || len(s.asked) > 0 || b.box != nil || b.isFull {
			t.Errorf("W %s: on %v, asked %v, box %T", k, b.board.on, s.asked, b.box)
		}
	}
}

func TestAReplayHasTheFloorOfItsTapeAndNoWallboard(t *testing.T) {
	for _, b := range []*bench{newReplay(taped(t, "", ""), 120, 36), newPast(t, busyDay(), 120, 36)} {
		replay := b.model
		if b.past != nil {
			replay = b.past
		}
		b.press("W")
		if b.board.on || replay.board.on || replay.notice.text != "A wallboard shows what is live; this is a replay." {
			t.Errorf("on %v: %s", replay.board.on, replay.notice.text)
		}
		b.press("n", "n", "O")
		if !replay.isFull {
			t.Error("O shows no operators")
		}
		b.wantText(t, ", for Lukáš Zelenka")
		if text := b.text(); strings.Contains(text, "Billing") { // of the live floor
			t.Errorf("the floor is not the tape's:\n%s", text)
		}
		b.press("esc")
		if replay.isFull {
			t.Error("esc does not go back")
		}
	}
}

// The alarm is said in a large word with a glyph, the gravest first.
func TestTheWallboardSaysWhatMattersMost(t *testing.T) {
	for _, c := range []struct {
		about string
		floor func() *stage
		want  string
		loud  bool
	}{
		{"a proposal", busyDay, "▲ 1 HOT", true},
		{"two", twoProposals, "▲ 2 HOT", true},
		{"somebody waits", func() *stage { s := busyDay(); s.set(s.frame.Sessions[3:5]...); return s }, "◆ 1 WAIT", true},
		{"somebody is called", func() *stage { s := busyDay(); s.set(s.frame.Sessions[1]); return s }, "◆ 1 ASK", true},
		{"nobody hears", func() *stage { s := busyDay(); s.set(s.frame.Sessions[4]); return s }, "? 1 BLIND", true},
		{"the journal", func() *stage { s := busyDay(); s.health.Journal = "no space"; return s }, "▲ STOP", true},
		{"calm", func() *stage { s := busyDay(); s.set(s.frame.Sessions[6]); return s }, "CALM", false},
		{"no calls", func() *stage { s := busyDay(); s.set(); return s }, "CALM", false},
	} {
		got := wallOnly(c.floor(), 120, 36).boardSays()
		if string(got.big) != c.want || got.loud != c.loud || got.words == "" || len(got.keys) > 0 {
			t.Errorf("%s: %+v, want %q", c.about, got, c.want)
		}
		for _, r := range string(got.big) {
			if _, ok := bigGlyphs[r]; !ok {
				t.Errorf("%s: %c cannot be written large", c.about, r)
			}
		}
	}
}

// "Nothing moves unless it matters": no number moves another, from the first call to the
// ninety-ninth.
func TestNumbersOnTheWallStayWhereTheyAre(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}, {200, 50}} {
		calm := busyDay()
		calm.set()
		calm.frame.Queue = nil
		busy := busyDay()
		for i := range 80 {
			busy.frame.Sessions = append(busy.frame.Sessions, call(100+i, "Grace", "+12025550142", time.Minute))
		}
		busy.change("s4", func(c *engine.Session) { c.Transfer.Queued = ago(9 * time.Minute) })
		a, b := wallOnly(calm, size[0], size[1]), wallOnly(busy, size[0], size[1])
		w, h := size[0]-2, size[1]-boardHeads-boardFeet-a.boardBanner()
		if diff := cmp.Diff(gridOf(a.nowTiles(), w, h), gridOf(b.nowTiles(), w, h), cmp.AllowUnexported(grid{})); diff != "" {
			t.Errorf("%v:\n%s", size, diff)
		}
	}
}

func TestLargeLettersAreEven(t *testing.T) {
	for r, g := range bigGlyphs {
		for _, row := range g {
			if len(row) != len(g[0]) || strings.Trim(row, "# ") != "" {
				t.Errorf("%c: row %q", r, row)
			}
		}
	}
	for _, d := range []time.Duration{0, 48 * time.Second, 99 * time.Minute, 3 * time.Hour, 101 * time.Hour} {
		for _, r := range strings.ToUpper(string(long(d))) {
			if _, ok := bigGlyphs[r]; !ok {
				t.Errorf("%s: %c cannot be written large", d, r)
			}
		}
	}
	for scale := 1; scale <= maxBoardScale; scale++ {
		for row := range bigDots * scale {
			if got, want := width(string(bigRow("10:48", scale, row))), bigWidth("10:48", scale); got != want {
				t.Errorf("scale %d: %d cells, want %d", scale, got, want)
			}
		}
	}
}
