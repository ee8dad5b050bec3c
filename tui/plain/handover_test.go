package plain

import (
	"bytes"
	"testing"
	"time"

	"switchboard/engine"
)

// typing gives lines to a console on a frame, and returns what it says and what it asked.
func typing(t *testing.T, f *fake, h House, typed ...string) []string {
	t.Helper()
	var b bytes.Buffer
	c := &console{engine: f, name: "test", zone: time.UTC, out: newOutput(&b), calls: map[engine.SessionID]told{}, started: noon,
		house: h, life: t.Context(), reports: make(chan report, 1)}
	for _, line := range typed {
		c.command(t.Context(), line)
	}
	if c.working {
		c.report(<-c.reports)
	}
	c.workers.Wait()
	c.greetNotes()
	c.tell()
	c.out.close()
	return lines(b.String())
}

func TestANoteIsWrittenAboutTheFloorOrACall(t *testing.T) {
	f := new(fake)
	frame := frameOf(&engine.Session{ID: "s4", Number: 3, Phase: engine.PhaseTalking})
	frame.Ended = []engine.Ended{{Session: "s2", Number: 1}}
	f.show(frame)
	got := typing(t, f, nil, "note the printer is broken", "note #3 he rings again", "note #1 his refund is on its way", "note #9 nobody", "note #3", "note")
	wantLines(t, got, "noted for the next shift; handover reads the notes", "noted for the next shift; handover reads the notes",
		"noted for the next shift; handover reads the notes",
		"note: there is no call #9 here; note and a text is about the floor",
		"note: a note needs a text, as in :note the printer in room 2 is out of order",
		"note: a note needs a text, as in :note the printer in room 2 is out of order")
	want := []engine.Body{engine.NoteAsked{Text: "the printer is broken"}, engine.NoteAsked{Session: "s4", Text: "he rings again"},
		engine.NoteAsked{Session: "s2", Text: "his refund is on its way"}}
	for i, e := range f.submitted {
		if i >= len(want) || e.Body != want[i] || e.By != "supervisor/test" {
			t.Errorf("asked %+v", e)
		}
	}
	if len(f.submitted) != len(want) {
		t.Errorf("asked %d times, want %d", len(f.submitted), len(want))
	}
}

func TestTheNotesAreReadNewestFirstAndToldAtTheStart(t *testing.T) {
	f := new(fake)
	frame := frameOf()
	frame.Handover = []engine.Memo{
		{At: noon.Add(-30 * time.Hour), By: "supervisor/bo", Text: "the printer is broken"},
		{At: noon.Add(-time.Hour), By: "supervisor/ann", Text: "he rings\x1b[2J again", Session: "s4", Number: 3},
	}
	f.show(frame)
	wantLines(t, typing(t, f, nil, "handover"),
		"Sun 22 Nov 11:00, ann, on call 3: he rings again",
		"Sat 21 Nov 06:00, bo: the printer is broken",
		"12:00:00 1 note from the last shift: handover reads it.")
	f = new(fake)
	f.show(frameOf())
	wantLines(t, typing(t, f, nil, "handover"), "there are no handover notes; note and a text writes one")
}

func TestTheShiftsReportIsRead(t *testing.T) {
	f := new(fake)
	f.show(frameOf())
	wantLines(t, typing(t, f, house{}, "report"), "report: begun", "report:   began      7")
}
