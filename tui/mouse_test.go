package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"switchboard/engine"
	"switchboard/tui/prefs"
)

// newHand is a bench with a mouse on it, whose screen has stood for a second.
func newHand(s *stage, w, h int) *bench {
	b := newBench(s, w, h)
	b.look.Mouse = true
	b.see()
	b.wall.at = b.wall.at.Add(time.Second)
	return b
}

// see draws the screen and notes what stands where, as the tick does.
func (b *bench) see() {
	b.content()
	b.tick()
}

// find is where a text stands on the screen, the n-th time.
func (b *bench) find(t *testing.T, text string, n int) (x, y int) {
	t.Helper()
	for y, line := range strings.Split(b.text(), "\n") {
		for at := 0; ; {
			i := strings.Index(line[at:], text)
			if i < 0 {
				break
			}
			if n--; n == 0 {
				return ansi.StringWidth(line[:at+i]), y
			}
			at += i + len(text)
		}
	}
	t.Fatalf("no %q on the screen:\n%s", text, b.text())
	return 0, 0
}

// click clicks at this very moment.
func (b *bench) click(x, y int, button tea.MouseButton) {
	_, cmd := b.Update(tea.MouseClickMsg{X: x, Y: y, Button: button})
	b.run(cmd)
	b.Update(tea.MouseReleaseMsg{X: x, Y: y, Button: button})
	b.content()
}

// clickOn clicks on a text, a second after the last click.
func (b *bench) clickOn(t *testing.T, text string) {
	t.Helper()
	x, y := b.find(t, text, 1)
	b.wall.at = b.wall.at.Add(time.Second)
	b.click(x, y, tea.MouseLeft)
}

// roll turns the wheel so many times at once, and lets the moment go by in which such turns
// are gathered.
func (b *bench) rollAt(x, y, times int) {
	button := tea.MouseWheelDown
	if times < 0 {
		button, times = tea.MouseWheelUp, -times
	}
	for range times {
		b.Update(tea.MouseWheelMsg{X: x, Y: y, Button: button})
	}
	_, cmd := b.Update(rolled{})
	b.run(cmd)
}

// "Mouse: click row, header (sort), strip words, wheel" (CONSOLE.md). A click does what the
// key does, on what was clicked.
func TestClickDoesWhatTheKeyDoes(t *testing.T) {
	for _, c := range []struct {
		about, keys, on string
		w, h            int
		want            engine.Body
	}{
		{"v in the strip", "", "v veto", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"y in the strip", "", "y now", 80, 24, engine.HurryAsked{Session: "s1"}},
		{"z in the strip", "", "z snooze", 80, 24, engine.SnoozeAsked{Session: "s1"}},
		{"its word is it, too", "", "snooze", 80, 24, engine.SnoozeAsked{Session: "s1"}},
		{"whatever is selected", "G", "y now", 80, 24, engine.HurryAsked{Session: "s1"}},
		{"on one line", "", "v veto", 44, 5, engine.VetoAsked{Session: "s1"}},
		{"in the smallest layout", "", "v veto", 60, 16, engine.VetoAsked{Session: "s1"}},
		{"on a wide screen", "", "v veto", 200, 50, engine.VetoAsked{Session: "s1"}},
		{"v from beside a box", "!", "v veto", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"v in the card", "w", "v veto  y", 80, 24, engine.VetoAsked{Session: "s1"}},
		{"y in the card", "w", "y start now", 80, 24, engine.HurryAsked{Session: "s1"}},
		{"y in the hang-up box", "j X", "y  Hang up", 80, 24, engine.HangupAsked{Session: "s4"}},
		{"esc in the hang-up box", "j X", "esc  Keep", 80, 24, nil},
		{"a row selects, and acts on nothing", "", "Hanne Friis", 80, 24, nil},
		{"a key of the footer", "j j j", "m mute", 120, 36, engine.MuteAsked{Session: "s5", Leg: "customer", On: true}},
		{"nothing at all", "", "TIME", 80, 24, nil},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := twoProposals()
			b := newHand(s, c.w, c.h)
			b.press(strings.Fields(c.keys)...)
			b.see()
			b.clickOn(t, c.on)
			wantAsked(t, s, c.want)
		})
	}
}

func TestClickSelectsAndASecondOneOpens(t *testing.T) {
	for gap, open := range map[time.Duration]bool{doubleClick - time.Millisecond: true, doubleClick: false} {
		s := afternoon()
		b := newHand(s, 80, 24)
		x, y := b.find(t, "Hanne Friis", 1)
		b.click(x, y, tea.MouseLeft)
		if b.list.selected != "s4" || b.open {
			t.Fatalf("one click: selected %s, open %v", b.list.selected, b.open)
		}
		b.wall.at = b.wall.at.Add(gap)
		b.click(x, y, tea.MouseLeft)
		if b.list.selected != "s4" || b.open != open {
			t.Errorf("again after %v: selected %s, open %v, want %v", gap, b.list.selected, b.open, open)
		}
		wantAsked(t, s, nil)
	}
}

// A click acts on what was drawn at that place when the button went down, and on nothing
// that has only just come there.
func TestClickOnWhatHasOnlyJustComeDoesNothing(t *testing.T) {
	for after, want := range map[time.Duration]engine.SessionID{0: "s1", placeDead - time.Millisecond: "s1", placeDead: "s4"} {
		s := afternoon()
		b := newHand(s, 80, 24)
		x, y := b.find(t, "Łukasz Żak", 1)
		b.wall.at = b.wall.at.Add(orderHeld)
		s.change("s4", func(c *engine.Session) { c.Trouble = "the conference could not be opened" }) // Hanne comes up
		b.tick()
		b.content()
		_, to := b.find(t, "Hanne Friis", 1)
		if to == y {
			t.Fatal("the row did not move")
		}
		b.see()
		b.wall.at = b.wall.at.Add(after)
		b.click(x, to, tea.MouseLeft)
		if b.list.selected != want {
			t.Errorf("%v after the row had moved, %s is selected, want %s", after, b.list.selected, want)
		}
		if want == "s1" {
			b.wantText(t, "has only just come there")
		}
	}
}

// The name under the pointer changed: y is dead for 150 ms, by the mouse as by the key, and
// so is v by the mouse, for it may be pressed no sooner than it is seen.
func TestClickOnTheStripIsDeadWhileItsNameHasOnlyJustChanged(t *testing.T) {
	for after, want := range map[time.Duration]engine.Body{0: nil, nameDead - time.Millisecond: nil, nameDead: engine.HurryAsked{Session: "s4"}} {
		s := twoProposals()
		b := newHand(s, 80, 24)
		s.change("s1", func(m *engine.Session) { m.Transfer = engine.Transfer{Status: engine.TransferVetoed, Since: noon} })
		b.tick()
		b.see()
		x, y := b.find(t, "y now", 1)
		b.wall.at = b.wall.at.Add(after)
		b.click(x, y, tea.MouseLeft)
		wantAsked(t, s, want)
	}
	s := twoProposals() // the engine has gone on, and the screen was not drawn yet
	b := newHand(s, 80, 24)
	x, y := b.find(t, "v veto", 1)
	s.change("s1", func(m *engine.Session) { m.Transfer = engine.Transfer{Status: engine.TransferVetoed, Since: noon} })
	b.tick()
	_, cmd := b.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	b.run(cmd)
	wantAsked(t, s, nil)
}

func TestClicksThatDoNothing(t *testing.T) {
	for _, c := range []struct {
		about string
		do    func(*bench, int, int)
	}{
		{"let go of", func(b *bench, x, y int) { b.Update(tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft}) }},
		{"dragged", func(b *bench, x, y int) { b.Update(tea.MouseMotionMsg{X: x, Y: y, Button: tea.MouseLeft}) }},
		{"the middle button", func(b *bench, x, y int) { b.click(x, y, tea.MouseMiddle) }},
		{"the right button", func(b *bench, x, y int) { b.click(x, y, tea.MouseRight) }},
		{"with ctrl", func(b *bench, x, y int) {
			b.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft, Mod: tea.ModCtrl})
		}},
		{"beyond the screen", func(b *bench, x, y int) { b.click(400, 400, tea.MouseLeft); b.click(-1, -1, tea.MouseLeft) }},
		{"the mouse is off", func(b *bench, x, y int) { b.look.Mouse = false; b.click(x, y, tea.MouseLeft) }},
		{"configured off", func(b *bench, x, y int) {
			no := false
			b.config = prefs.Config{Mouse: &no}
			b.click(x, y, tea.MouseLeft)
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := twoProposals()
			b := newHand(s, 80, 24)
			x, y := b.find(t, "v veto", 1)
			c.do(b, x, y)
			wantAsked(t, s, nil)
			if b.box != nil || b.list.selected != "s1" {
				t.Error("something was done")
			}
		})
	}
}

// A click outside a box does nothing; one on a choice chooses it, and starts nothing.
func TestBoxTakesClicksOnItselfAlone(t *testing.T) {
	s := governed()
	b := newHand(s, 80, 24)
	b.press("j", "j", "j", "j", "t")
	b.see()
	b.clickOn(t, "STATE") // beneath it
	b.clickOn(t, "following live")
	if _, ok := b.box.(*picker); !ok {
		t.Fatal("no picker")
	}
	before := b.list.selected
	b.clickOn(t, "Jonas  ")
	if p := b.box.(*picker); p.chosen.number != "+12025550170" {
		t.Errorf("chosen %+v", p.chosen)
	}
	b.clickOn(t, "Night desk") // is closed
	if p := b.box.(*picker); p.chosen.number != "+12025550170" {
		t.Errorf("what is not offered was chosen: %+v", p.chosen)
	}
	b.clickOn(t, "Tier 2  ")
	if p := b.box.(*picker); p.chosen.group != "Tier 2" || b.list.selected != before {
		t.Errorf("chosen %+v", p.chosen)
	}
	wantAsked(t, s, nil)
	b.clickOn(t, "⏎ warm transfer")
	wantAsked(t, s, engine.TransferAsked{Session: before, Group: "Tier 2"})
}

// What others would hear, or the whole floor would feel, is asked about when it is clicked.
func TestHarmfulKeysOnlyAskWhenClicked(t *testing.T) {
	for _, c := range []struct {
		on, title string
		want      engine.Body
	}{
		{"X hang up", "Hang up on Mette Sørensen?", engine.HangupAsked{Session: "s1"}},
		{"A on/shadow/off", "Put automation in shadow?", engine.AutomationAsked{Mode: engine.ModeShadow}},
		{"P payment", "Does Mette Sørensen pay now?", engine.PayAsked{Session: "s1", On: true}},
	} {
		t.Run(c.on, func(t *testing.T) {
			s := governed()
			b := newHand(s, 200, 50)
			name, _, _ := strings.Cut(c.on, " ")
			click := func() {
				if strings.Contains(b.text(), c.on) {
					b.clickOn(t, c.on)
					return
				}
				b.touched()
				b.run(b.clickKey(spot{spotKey, "", name})) // the footer has no room for it
			}
			click()
			wantAsked(t, s, nil)
			b.wantText(t, c.title)
			b.hit("y") // too soon
			b.hit("enter")
			wantAsked(t, s, nil)
			if b.box != nil {
				t.Fatal("Enter does not leave it")
			}
			click()
			b.press("y")
			wantAsked(t, s, c.want)
		})
	}
}

// "Process all queued moves, draw once" (CONSOLE.md): what the wheel does in a moment is one
// move of the pane that it is over.
func TestWheelMovesThePaneUnderIt(t *testing.T) {
	_, b := crowd()
	b.look.Mouse = true
	b.see()
	at, version := b.list.at, b.version
	for range 5 {
		b.Update(tea.MouseWheelMsg{X: 5, Y: 6, Button: tea.MouseWheelDown})
	}
	if b.version != version {
		t.Error("the screen is drawn for each turn of the wheel")
	}
	_, cmd := b.Update(rolled{})
	b.run(cmd)
	if b.list.at != at+5 {
		t.Errorf("the list has moved by %d, want 5", b.list.at-at)
	}
	b.rollAt(5, 6, -3)
	if b.list.at != at+2 {
		t.Errorf("it has moved by %d, want 2", b.list.at-at)
	}

	s := afternoon()
	b = newHand(s, 80, 24)
	_, y := b.find(t, "No. I want to talk", 1)
	b.rollAt(20, y, -2)
	if b.words.following() || b.list.selected != "s1" {
		t.Error("the words were not scrolled, or the list was")
	}
	b.rollAt(20, y, 2)
	if !b.words.following() {
		t.Error("they do not follow again")
	}
	b.press("X")
	before := b.box.(*hangupBox).at
	b.rollAt(20, y, 1)
	if b.box.(*hangupBox).at != before || b.words.last != "" {
		t.Error("the wheel has chosen what is to be ended, or moved what lies beneath the box")
	}
}

func TestClickGivesAPaneTheKeyboard(t *testing.T) {
	b := newHand(afternoon(), 120, 36)
	for _, c := range []struct {
		x, y int
		want pane
	}{{10, 28, paneWords}, {110, 28, paneSide}, {10, 28, paneWords}} {
		b.wall.at = b.wall.at.Add(time.Second)
		b.click(c.x, c.y, tea.MouseLeft)
		if b.focus != c.want {
			t.Errorf("%d,%d: pane %d, want %d", c.x, c.y, b.focus, c.want)
		}
	}
	b.clickOn(t, "Hanne Friis")
	if b.focus != paneCalls {
		t.Error("a row does not give the list the keyboard")
	}
}

func TestRightClickOffersWhatCanBeDoneWithTheRow(t *testing.T) {
	s := afternoon()
	b := newHand(s, 80, 24)
	x, y := b.find(t, "Hanne Friis", 1)
	b.click(x, y, tea.MouseRight)
	if b.list.selected != "s4" || b.box == nil {
		t.Error("the row is not selected, or nothing is offered")
	}
	wantAsked(t, s, nil)
}

func TestMouseIsTurnedOnAndOff(t *testing.T) {
	b := newHand(afternoon(), 80, 24)
	if b.View().MouseMode != tea.MouseModeCellMotion {
		t.Fatal("the mouse is not taken")
	}
	for _, c := range []struct {
		how  string
		want tea.MouseMode
	}{{"off", tea.MouseModeNone}, {"perhaps", tea.MouseModeNone}, {"on", tea.MouseModeCellMotion}} {
		b.turnMouse(c.how)
		if got := b.View().MouseMode; got != c.want {
			t.Errorf("%s: mode %d, want %d", c.how, got, c.want)
		}
	}
}

// No mark of a zone reaches a terminal, whatever is open, and a zone lies on the screen.
func TestZonesLieOnTheScreenAndLeaveNoMark(t *testing.T) {
	for _, keys := range []string{"", "w", "t", "X", "j m", ":", "enter", "?", "tab", "q", "A"} {
		for _, size := range sizes {
			b := newHand(twoProposals(), size.w, size.h)
			b.press(strings.Fields(keys)...)
			content := b.content()
			checkHarmless(t, content)
			n := 0
			for y, line := range b.drawn.zones {
				for _, z := range line {
					if n++; z.from < 0 || z.to > size.w || z.from >= z.to {
						t.Errorf("%q at %dx%d: %+v on line %d", keys, size.w, size.h, z, y)
					}
				}
			}
			if n == 0 {
				t.Errorf("%q at %dx%d: nothing can be clicked", keys, size.w, size.h)
			}
		}
	}
}

// Whatever is clicked and rolled, in whatever order with keys and frames: nothing panics, the
// screen is as large as the terminal, nothing is selected that no hand has chosen, and a
// click never asks for anything but what the words under it say.
func TestMouseHoldsUnderAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom([]func() *stage{afternoon, governed, twoProposals, listened}).Draw(t, "floor")()
		w, h := rapid.IntRange(20, 220).Draw(t, "w"), rapid.IntRange(5, 60).Draw(t, "h")
		b := newHand(s, w, h)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			before, moved := b.list.selected, false
			x, y := rapid.IntRange(-1, w+1).Draw(t, "x"), rapid.IntRange(-1, h+1).Draw(t, "y")
			switch rapid.IntRange(0, 6).Draw(t, "step") {
			case 0:
				s.set(append(s.frame.Sessions[:0:0], drawCall(t, rapid.IntRange(1, 12).Draw(t, "call")))...)
				if rapid.Bool().Draw(t, "more") {
					s.set(afternoon().frame.Sessions...)
				}
				b.tick()
			case 1:
				b.wall.at = b.wall.at.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "pause")) * time.Millisecond)
				b.tick()
			case 2:
				moved = true
				b.rollAt(x, y, rapid.IntRange(-9, 9).Draw(t, "times"))
			case 3:
				moved = true
				b.hit(rapid.SampledFrom([]string{"j", "t", "X", "m", "?", "esc", "enter", "tab", "w", ":", "q", "down"}).Draw(t, "key"))
			default:
				moved = true
				asked := len(s.asked)
				z, _, ok := b.zoneUnder(x, y)
				b.click(x, y, rapid.SampledFrom([]tea.MouseButton{tea.MouseLeft, tea.MouseLeft, tea.MouseRight}).Draw(t, "button"))
				if len(s.asked) > asked && (!ok || z.kind != spotKey) {
					t.Fatalf("a click on %+v asked for %T", z, s.asked[asked].Body)
				}
			}
			if _, there := s.frame.Session(before); there && !moved && b.list.selected != before {
				t.Fatalf("the selection went from %s to %s by itself", before, b.list.selected)
			}
			checkSize(t, b)
		}
	})
}
