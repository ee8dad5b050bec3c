package tui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
)

// handed is the governed floor with notes of the last shift.
func handed() *stage {
	s := governed()
	s.leave(engine.Memo{At: ago(8 * time.Hour), By: "supervisor/bo", Text: "the printer in room 2 is out of order"},
		engine.Memo{At: ago(40 * time.Minute), By: "supervisor/ann", Text: "he wants to be called \x1b[2Jafter four", Session: "s2", Number: 2},
		engine.Memo{At: ago(30 * time.Minute), By: "supervisor/ann", Text: "his refund is on its way", Session: "s99", Number: 41})
	return s
}

// leave shows notes in a new frame.
func (s *stage) leave(memos ...engine.Memo) {
	f := *s.frame
	f.Number++
	f.Handover = append(f.Handover[:len(f.Handover):len(f.Handover)], memos...)
	s.frame = &f
}

// typed types a text into the open box.
func (b *bench) typed(text string) {
	_, cmd := b.Update(tea.PasteMsg{Content: text})
	b.run(cmd)
}

func TestANoteIsWrittenAboutTheFloorOrACall(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("words ", 40))
	for text, want := range map[string]engine.Body{
		"note the printer is broken":  engine.NoteAsked{Text: "the printer is broken"},
		"note " + long:                engine.NoteAsked{Text: long},
		"note # he rings again":       engine.NoteAsked{Session: "s1", Text: "he rings again"},
		"note call the printer back":  engine.NoteAsked{Text: "call the printer back"},
		"note #":                      nil, // no text
		"note #2 he rings again":      engine.NoteAsked{Session: "s2", Text: "he rings again"},
		"note #4711 he rings again":   nil, // no such call: better no note than one in the wrong place
		"note #2":                     nil, // no text
		"note " + long + long + "xxx": engine.NoteAsked{Text: long + long + "xxx"},
		"note":                        nil,
		"notebook":                    nil,
	} {
		s := governed()
		s.change("s1", func(s *engine.Session) { s.Number = 1 })
		s.change("s2", func(s *engine.Session) { s.Number = 2 })
		b := newBench(s, 120, 36)
		b.press(":")
		b.typed(text)
		b.press("enter")
		wantAsked(t, s, want)
	}
}

func TestWhatIsTypedLastIsSeen(t *testing.T) {
	b := newBench(governed(), 80, 24)
	b.press(":")
	b.typed("note " + strings.Repeat("many words ", 12) + "and the end")
	b.wantText(t, "and the end")
}

func TestANoteIsToldAsWrittenOnceItStandsThere(t *testing.T) {
	s := governed()
	b := newBench(s, 120, 36)
	b.press(":")
	b.typed("note the printer is broken")
	b.press("enter")
	b.wantText(t, "Asked: note for the next shift …")
	s.leave(engine.Memo{At: s.now, By: "supervisor/desk", Text: "the printer is broken"})
	b.tick()
	b.wantText(t, "Noted for the next shift.")
	if b.unread() != 0 {
		t.Error("one's own note is told as one to be read")
	}
	b.press(":")
	b.typed("note # he rings again")
	b.press("enter")
	s.leave(engine.Memo{At: s.now, By: "supervisor/desk", Text: "he rings again", Session: "s1"})
	b.tick()
	b.wantText(t, "Noted for the next shift on the call of Mette Sørensen.")
}

func TestTheNotesAreReadNewestFirst(t *testing.T) {
	s := handed()
	b := newBench(s, 120, 36)
	b.press("H")
	text := b.text()
	for _, want := range []string{"Sun 22 Nov 14:02  ann, on call 41", "Sun 22 Nov 06:32  bo", "on the call of", "he wants to be called after four"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not there:\n%s", want, text)
		}
	}
	if strings.Index(text, "refund") > strings.Index(text, "after four") || strings.Index(text, "after four") > strings.Index(text, "printer") {
		t.Error("the newest is not the first")
	}
	b = newBench(governed(), 120, 36)
	b.press("H")
	b.wantText(t, "There are no handover notes.")
}

func TestNotesOfTheLastShiftAreToldCalmlyUntilTheyAreRead(t *testing.T) {
	s := handed()
	b := newBench(s, 120, 36)
	b.wantText(t, "3 notes from the last shift · H reads") // in the status line: the strip has a proposal
	b.press("H", "esc")
	b.wantNoText(t, "from the last shift")

	s = handed()
	s.set()
	b = newBench(s, 80, 24)
	b.idle = "Calls are awaited."
	b.wantText(t, "No calls.  3 notes from the last shift   H reads")
	b.press("H", "esc")
	b.wantText(t, "Calls are awaited.")
	s.leave(engine.Memo{At: noon.Add(time.Minute), By: "supervisor/bo", Text: "one more"})
	b.tick()
	b.wantText(t, "1 note from the last shift")

	s = governed()
	s.leave(engine.Memo{At: ago(25 * time.Hour), By: "supervisor/bo", Text: "of another day"})
	newBench(s, 120, 36).wantNoText(t, "from the last shift")

	s = handed()
	b = newBench(s, 120, 36)
	s.now = noon.Add(6 * time.Minute)
	b.tick()
	b.wantNoText(t, "from the last shift") // a status line is not for ever
}

func TestTheShiftsReportIsShownInABox(t *testing.T) {
	b := newBench(governed(), 120, 36)
	b.house = fakeHouse{}
	b.press(":")
	b.typed("report")
	b.press("enter")
	b.wantText(t, "  began      7")
	if strings.Contains(b.content(), "\x1b[2J") {
		t.Error("the report could clear the screen")
	}
}

// shown is a house whose report is the one that package report gives.
type shown struct{ fakeHouse }

func (shown) Report(context.Context) ([]string, error) {
	text, err := os.ReadFile(filepath.Join("..", "engine", "report", "testdata", "shift.txt"))
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n"), err
}

func TestHandoverFrames(t *testing.T) {
	for _, size := range sizes {
		name := fmt.Sprintf("handover-%dx%d", size.w, size.h)
		t.Run(name, func(t *testing.T) {
			b := newBench(handed(), size.w, size.h)
			b.press("H")
			wantFrame(t, name, screenOf(b.content(), size.w, size.h))
		})
		name = fmt.Sprintf("report-%dx%d", size.w, size.h)
		t.Run(name, func(t *testing.T) {
			b := newBench(governed(), size.w, size.h)
			b.house = shown{}
			b.press(":")
			b.typed("report")
			b.press("enter", "pgdown")
			wantFrame(t, name, screenOf(b.content(), size.w, size.h))
		})
		name = fmt.Sprintf("notes-waiting-%dx%d", size.w, size.h)
		t.Run(name, func(t *testing.T) {
			s := handed()
			s.set()
			wantFrame(t, name, screenOf(newBench(s, size.w, size.h).content(), size.w, size.h))
		})
	}
}

func (b *bench) wantNoText(t *testing.T, what string) {
	t.Helper()
	if text := b.text(); strings.Contains(text, what) {
		t.Errorf("%q is on the screen:\n%s", what, text)
	}
}
