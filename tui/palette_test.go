package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"switchboard/engine"
)

// letters are presses of the letters of a text.
func letters(text string) []string { return strings.Split(text, "") }

// chosenRow returns the row of the box that is chosen, from its mark on.
func (b *bench) chosenRow() string {
	for _, line := range strings.Split(b.text(), "\n") {
		if i := strings.LastIndex(line, "▌"); i > 0 {
			return line[i:]
		}
	}
	return ""
}

func TestPaletteFindsByLettersAndShowsTheKey(t *testing.T) {
	for _, c := range []struct{ typed, first, key string }{
		{"tra", "Transfer Mette Sørensen …", "t"},
		{"hang", "Hang up on Mette Sørensen …", "X"},
		{"hngup", "Hang up on Mette Sørensen …", "X"},
		{"veto", "Veto the transfer of Mette Sørensen", "v"},
		{"freeze", "Freeze the order, or let it go", "F"},
		{"hist", "history [QUERY]", ""},
		{"auto sh", "auto shadow", ""},
		{"help", "help", "?"},
	} {
		b := newBench(governed(), 120, 36)
		b.archive, b.house = nil, nil
		b.press(":")
		b.press(letters(c.typed)...)
		row := b.chosenRow()
		if !strings.HasPrefix(row, "▌ "+c.first) {
			t.Errorf("%q chooses %q", c.typed, row)
		}
		if c.key != "" && !strings.Contains(row, " "+c.key+" │") {
			t.Errorf("%q does not show the key %s: %q", c.typed, c.key, row)
		}
	}
}

// Enter on an act opens the same box that its key opens, with the same guards.
func TestPaletteOpensTheSameBoxAsTheKey(t *testing.T) {
	for key, typed := range map[string]string{"X": "hang up", "t": "transfer m", "w": "why", "O": "operators", "!": "troubles"} {
		s := governed()
		byKey, byName := newBench(s, 120, 36), newBench(s, 120, 36)
		byKey.press(key)
		byName.press(":")
		byName.press(letters(typed)...)
		byName.press("enter")
		byName.wall.at = byKey.wall.at
		if got, want := fmt.Sprintf("%T", byName.box), fmt.Sprintf("%T", byKey.box); got != want || byName.full != byKey.full {
			t.Errorf("%s: the palette opens %s, the key %s", key, got, want)
		}
	}
	s := governed()
	b := newBench(s, 120, 36)
	b.press(":")
	b.press(letters("hang up")...)
	b.press("enter")
	b.hit("y")     // within the dead time
	b.hit("enter") // keeps the call
	if len(s.asked) != 0 {
		t.Errorf("asked: %v", s.asked)
	}
}

// The palette acts on the call that it names, whatever is selected when Enter is pressed.
func TestPaletteActsOnTheCallThatItNames(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  engine.Body
	}{
		{"claim", engine.ClaimAsked{Session: "s1", On: true}},
		{"veto", engine.VetoAsked{Session: "s1"}},
		{"start the", engine.HurryAsked{Session: "s1"}},
		{"snooze", engine.SnoozeAsked{Session: "s1"}},
	} {
		s := governed()
		b := newBench(s, 120, 36)
		b.press(":")
		b.press(letters(c.typed)...)
		b.list.move(2) // as if a frame, or a mouse, had selected another
		b.press("enter")
		wantAsked(t, s, c.want)
	}
}

// Where the call that it names has gone, nothing is done to any other.
func TestPaletteSaysThatTheCallIsGone(t *testing.T) {
	for _, gone := range []bool{true, false} {
		for _, typed := range []string{"claim", "veto", "transfer m", "hang up", "mute or", "stop the", "again"} {
			s := governed()
			s.change("s1", func(c *engine.Session) { c.AutoSpent = true })
			b := newBench(s, 120, 36)
			b.press(":")
			b.press(letters(typed)...)
			held := b.box.(*paletteBox)
			if gone {
				s.set(s.frame.Sessions[1:]...)
			} else {
				s.change("s1", func(c *engine.Session) { c.Phase = engine.PhaseOver })
			}
			b.tick()
			b.press("enter")
			if len(s.asked) != 0 {
				t.Errorf("%s, gone %v: asked %v", typed, gone, s.asked)
			}
			if b.box != nil && b.box != box(held) {
				t.Errorf("%s, gone %v: opens %T", typed, gone, b.box)
			}
		}
	}
}

func TestPaletteTellsWhyAnActCannotBeDone(t *testing.T) {
	for _, c := range []struct {
		typed, row string
		change     func(*stage)
	}{
		{"take back", "nothing to take back", nil},
		{"listen to", "no phone: :phone NUMBER", func(s *stage) { s.frame.Phone = "" }},
		{"whisper", "no operator on the call", nil},
		{"take over", "listen first: l", nil},
		{"stop lis", "your phone is on no call", nil},
		{"snooze", "nothing is proposed", func(s *stage) { s.change("s1", func(c *engine.Session) { c.Transfer = engine.Transfer{} }) }},
		{"again", "automation may transfer it already", nil},
		{"auto on", "it is so already", nil},
	} {
		s := governed()
		if c.change != nil {
			c.change(s)
		}
		b := newBench(s, 120, 36)
		b.press(":")
		b.press(letters(c.typed)...)
		if !strings.Contains(b.text(), c.row) {
			t.Errorf("%q does not say %q:\n%s", c.typed, c.row, b.text())
			continue
		}
		b.press("enter")
		if len(s.asked) != 0 || b.box == nil {
			t.Errorf("%q acts all the same: %v", c.typed, s.asked)
		}
	}
}

// What was used last comes first, before anything is typed; then Enter alone does nothing.
func TestPaletteOffersFirstWhatWasUsedLast(t *testing.T) {
	s := governed()
	b := newBench(s, 120, 36)
	b.press(":")
	b.press(letters("claim")...)
	b.press("enter", ":")
	p := b.box.(*paletteBox)
	if first := p.fits()[0]; first.id != "claim" {
		t.Errorf("first is %s", first.id)
	}
	b.press("enter")
	if len(s.asked) != 1 {
		t.Errorf("an empty Enter asks %v", s.asked[1:])
	}
}

// The rows stay where they are while frames come.
func TestPaletteRowsStayWhileFramesCome(t *testing.T) {
	s := governed()
	b := newBench(s, 120, 36)
	b.press(":", "down", "down", "down")
	at := b.box.(*paletteBox).chosen()
	before := b.box.(*paletteBox).fits()[at].label
	s.change("s1", func(c *engine.Session) { c.Transfer = engine.Transfer{} })
	b.tick()
	if after := b.box.(*paletteBox).fits()[at].label; after != before {
		t.Errorf("%q became %q", before, after)
	}
}

// The palette of one call, as a right click opens it, has that call's acts and no other's.
func TestPaletteForACallNamesThatCall(t *testing.T) {
	s := twoProposals()
	b := newBench(s, 120, 36)
	b.openPaletteFor("s4")
	for _, o := range b.box.(*paletteBox).offers {
		if o.call != "s4" {
			t.Errorf("it offers %q on %q", o.label, o.call)
		}
	}
	b.press(letters("veto")...)
	b.press("enter")
	wantAsked(t, s, engine.VetoAsked{Session: "s4"})
	if b.list.selected != "s1" {
		t.Errorf("a veto has selected %s", b.list.selected)
	}
	b.openPaletteFor("s4")
	b.press(letters("claim")...)
	b.press("enter")
	if got := s.asked[len(s.asked)-1].Body; got != (engine.ClaimAsked{Session: "s4", On: true}) {
		t.Errorf("asked %v", got)
	}
	b.openPaletteFor("s77")
	b.wantText(t, "That call is no longer there.")
}

// A key chosen in the palette is no reason for a veto that was just given.
func TestPaletteGivesNoReason(t *testing.T) {
	s := governed()
	b := newBench(s, 120, 36)
	b.press("v")
	s.change("s1", func(c *engine.Session) {
		c.Transfer.Status, c.Transfer.VetoedBy = engine.TransferVetoed, "supervisor/desk"
	})
	b.tick()
	b.press(":")
	b.press(letters("handover")...)
	b.press("enter")
	if len(s.asked) != 1 {
		t.Errorf("asked %v", s.asked[1:])
	}
}

// In a replay the palette turns the tape, and asks nothing of the live calls.
func TestPaletteInAReplay(t *testing.T) {
	s := governed()
	b := newPast(t, s, 120, 36)
	b.press(":")
	b.press(letters("play")...)
	b.press("enter")
	if !b.past.deck.at.Playing {
		t.Error("it does not play")
	}
	for _, typed := range []string{"quit", "auto off", "transfer", "hang up", "veto"} {
		b.press(":")
		b.press(letters(typed)...)
		b.press("enter")
		if b.past == nil || len(s.asked) != 0 {
			t.Fatalf("%q leaves the replay or asks %v", typed, s.asked)
		}
		b.press("esc", "esc")
		if b.past == nil { // two were one too many
			b = newPast(t, s, 120, 36)
		}
	}
}

// Every command that could be typed can still be typed, with its argument.
func TestCommandsAreTypedAsEver(t *testing.T) {
	for _, c := range commands() {
		b := newBench(governed(), 120, 36)
		b.press(":")
		b.press(letters(c.name)...)
		p := b.box.(*paletteBox)
		if first := p.fits()[0]; first.id != c.name || first.command == nil {
			t.Errorf("%q chooses %q", c.name, first.label)
		}
		if c.takes == "" {
			continue
		}
		p.write(" 1")
		if fit := p.fits(); len(fit) != 1 || fit[0].id != c.name {
			t.Errorf("%q with an argument chooses %v", c.name, fit)
		}
	}
}

func TestPaletteFrames(t *testing.T) {
	for _, c := range []struct{ name, typed string }{{"palette-tra", "tra"}, {"palette-none", "qqq"}, {"palette-lis", "lis"}} {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", c.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				s := governed()
				s.frame.Phone = ""
				b := newBench(s, size.w, size.h)
				b.house = fakeHouse{errors.New("none")}
				b.press(":")
				b.press(letters(c.typed)...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
}

// A command that means the selected call means the one that was selected when it was typed.
func TestATypedCommandMeansTheCallThatWasSelected(t *testing.T) {
	for typed, want := range map[string]string{"export": "call s1 as", "export json": "call s1 as json", "export 12": "call 12 as"} {
		b := newBench(governed(), 120, 36)
		b.house = fakeHouse{}
		b.press(":", typed)
		b.list.move(2)
		b.press("enter")
		b.wantText(t, want)
	}
	s := governed()
	b := newBench(s, 120, 36)
	b.press(":", "note # he was promised a call")
	s.set(s.frame.Sessions[1:]...)
	b.tick()
	b.press("enter")
	if len(s.asked) != 0 {
		t.Errorf("a note about a call that is gone asks %v", s.asked)
	}
}
