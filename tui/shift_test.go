package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// What a tired supervisor presses at the end of a shift.

// q closes what is on top: in a replay over the live calls it must not end the program, for
// then nobody takes them.
func TestQInAReplayGoesBackAndEndsNothing(t *testing.T) {
	b := newPast(t, governed(), 80, 24)
	if cmd := b.hit("q"); cmd != nil {
		if _, quits := cmd().(tea.QuitMsg); quits {
			t.Fatal("q ends the program")
		}
	}
	if b.past != nil || b.box != nil {
		t.Error("q does not go back to the live calls")
	}
}

// H reads the notes of now while one replays: those of the tape may be of another day.
func TestHReadsTheLiveNotesWhileOneReplays(t *testing.T) {
	s := handed()
	b := newPast(t, s, 80, 24)
	b.press("H")
	b.wantText(t, "he wants to be called after four")
	if b.past == nil {
		t.Error("the replay is gone")
	}
	alone := newReplay(taped(t, "", ""), 80, 24)
	alone.press("H")
	alone.wantText(t, "There were no handover notes then.")
}

// P is refused like every key that acts on a call, and not by a sentence that says that the
// top row is not live either.
func TestPIsRefusedWhileOneReplays(t *testing.T) {
	s := governed()
	b := newPast(t, s, 80, 24)
	b.press("P")
	b.wantText(t, "In a replay only the top row is live (v y z u).  esc goes back.")
	b.wantNoText(t, "no key acts")
	if len(s.asked) != 0 {
		t.Errorf("asked: %v", s.asked)
	}
}

// The strip shows a key only where it acts: in a box of the replay, y is the box's.
func TestTheStripShowsOnlyKeysThatActWhileAReplayAsks(t *testing.T) {
	b := newPast(t, governed(), 120, 36)
	if line := b.line(1); !strings.Contains(line, "y now") {
		t.Fatalf("the strip is %q", line)
	}
	b.press("?")
	if line := b.line(1); strings.Contains(line, "y now") || !strings.Contains(line, "v veto") {
		t.Errorf("with the help of the replay open the strip is %q", line)
	}
	b.press("esc", "g")
	if line := b.line(1); !strings.Contains(line, "esc then v veto") {
		t.Errorf("while a time is typed the strip is %q", line)
	}
}

// A letter that is typed into a box of the replay is no reason for a veto.
func TestATypedLetterIsNoReasonForAVetoWhileOneReplays(t *testing.T) {
	s := governed()
	b := newPast(t, s, 120, 36)
	b.press("v")
	s.change("s1", func(c *engine.Session) {
		c.Transfer.Status, c.Transfer.VetoedBy = engine.TransferVetoed, "supervisor/desk"
	})
	b.tick()
	b.press("p", "h")
	if len(s.asked) != 1 {
		t.Errorf("asked: %v", s.asked)
	}
	b.wantText(t, "> h")
}

// The strip says "esc then v veto". Over a slow line the two come as one, alt+v.
func TestEscAndVInOneReachTheProposal(t *testing.T) {
	for _, open := range [][]string{{":", "n"}, {"t", "x"}} {
		s := governed()
		b := newBench(s, 80, 24)
		b.press(open...)
		_, cmd := b.Update(tea.KeyPressMsg{Code: 'v', Mod: tea.ModAlt})
		b.run(cmd)
		if len(s.asked) != 1 || s.asked[0].Body != (engine.VetoAsked{Session: "s1"}) {
			t.Errorf("after %v it asks %v", open, s.asked)
		}
	}
}

// Enter in a prompt that nothing was typed into runs nothing: the first command acts on the
// selected call.
func TestEnterInAnEmptyPromptRunsNothing(t *testing.T) {
	s := afternoon()
	s.change("s1", func(c *engine.Session) { c.AutoSpent = true })
	b := newBench(s, 80, 24)
	b.press(":", "enter")
	if len(s.asked) != 0 || b.box == nil {
		t.Errorf("asked: %v", s.asked)
	}
	if at := b.box.(*paletteBox).chosen(); at >= 0 {
		t.Errorf("offer %d is chosen", at)
	}
	b.press("down", "down")
	if at := b.box.(*paletteBox).chosen(); at != 1 {
		t.Errorf("after two steps down offer %d is chosen, want 1", at)
	}
}

// A list that is longer than its box says so.
func TestWhatDoesNotFitIntoABoxIsTold(t *testing.T) {
	b := newBench(governed(), 60, 16)
	b.press(":")
	b.wantText(t, "more: type a letter, or ↑ ↓")
	box := b.box.(*paletteBox)
	for range box.offers {
		b.press("down")
	}
	b.wantText(t, "▌ "+string(box.offers[box.order[len(box.order)-1]].label))
	h, _ := newSearch(60, 16, ended(9), "")
	found := searchBox(t, h)
	if got := found.filters(h.model, 56, 3); len(got) != 3 || strings.Contains(strings.Join(got, ""), "… ") {
		t.Errorf("what fits is cut: %q", got)
	}
	if got := found.filters(h.model, 56, 2); len(got) != 2 || !strings.Contains(got[1], "… 2 more: switchboard history --help") {
		t.Errorf("in two lines: %q", got)
	}
}

// Half a part of an explanation says less than none.
func TestAFiltersExplanationLosesWholeParts(t *testing.T) {
	const text = "said in the call; more words: all of them; refund*: how a word begins"
	for _, c := range []struct {
		room int
		want string
	}{{80, text}, {50, "said in the call; more words: all of them"}, {20, "said in the call"}, {4, "said in the call"}} {
		if got := clauses(text, c.room); string(got) != c.want {
			t.Errorf("in %d cells: %q, want %q", c.room, got, c.want)
		}
	}
}

// A turns the automation of the live calls, so a replay says of which time its own is.
func TestTheAutomationOfAReplayIsNotTakenForTheLiveOne(t *testing.T) {
	b := newPast(t, governed(), 120, 36)
	if top := b.line(0); !strings.Contains(top, " then") {
		t.Errorf("the header is %q", top)
	}
	if top := newReplay(taped(t, "", ""), 120, 36).line(0); strings.Contains(top, " then") {
		t.Errorf("the header is %q", top)
	}
}

// A line of a report that does not fit goes on beneath where it began, and G goes to the end.
func TestALongReportIsReadToItsEnd(t *testing.T) {
	b := newBench(governed(), 60, 16)
	var lines []safe.Text
	for range 30 {
		lines = append(lines, "line")
	}
	lines[0] = "  goes:  what was said, keyed in and noted, and with it any callback that is promised"
	b.openBox(&textBox{title: "Forget", lines: lines[:29:29]}, 0)
	b.box.(*textBox).lines = append(b.box.(*textBox).lines, "the end")
	b.wantText(t, "│   goes:  what was said")
	b.wantText(t, "│   it any callback that is promised")
	b.press("G")
	b.wantText(t, "the end")
	b.press("g")
	b.wantText(t, "goes:")
}
