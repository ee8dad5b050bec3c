package tui

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Handover notes: what one shift leaves for the next.

const (
	notesFor   = 24 * time.Hour  // how far back a note counts as the last shift's
	notesAtTop = 5 * time.Minute // how long after the start the status line tells of them
	maxNote    = 500             // runes that are shown of one
)

// unread returns how many notes of the last day nobody has read at this console: those
// that were there when it began, and those that others have written since.
func (m *model) unread() int {
	n := 0
	for _, memo := range m.frame.Handover {
		since := m.started.Add(-notesFor)
		if m.notesRead.After(since) {
			since = m.notesRead
		}
		mine := memo.By == m.by() && !memo.At.Before(m.started)
		if memo.At.After(since) && !mine {
			n++
		}
	}
	return n
}

// unreadWords tells of notes that nobody has read here; empty: there are none.
func (m *model) unreadWords() safe.Text {
	n := m.unread()
	if n == 0 {
		return ""
	}
	return count(n, "note", "notes") + " from the last shift"
}

// greetNotes tells of them in the status line, for a while after the start.
func (m *model) greetNotes() safe.Text {
	if words := m.unreadWords(); words != "" && m.now.Sub(m.started) < notesAtTop {
		return words + " · " + word(m.keys.Handover) + " reads"
	}
	return ""
}

// showHandover opens the notes, the newest first.
func (m *model) showHandover(string) tea.Cmd {
	switch {
	case len(m.frame.Handover) > 0:
	case m.deck != nil:
		m.tell(toneDim, "There were no handover notes then.")
		return nil
	default:
		m.tell(toneDim, "There are no handover notes.  "+m.colon("note TEXT")+" writes one.")
		return nil
	}
	m.notesRead = m.now
	m.openBox(&textBox{title: "Handover notes", lines: m.handoverLines(), make: (*model).handoverLines}, 0)
	return nil
}

func (m *model) handoverLines() []safe.Text {
	var lines []safe.Text
	for _, memo := range slices.Backward(m.frame.Handover) {
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		head := own(memo.At.In(m.zone).Format("Mon 2 Jan 15:04")) + "  " + byWhom(memo.By)
		if memo.Session != "" {
			head += ", " + m.aboutCall(memo)
		}
		lines = append(lines, head, safe.Clean(memo.Text, maxNote))
	}
	return lines
}

// aboutCall names the call that a note is about: by who called, while that is known here.
func (m *model) aboutCall(memo engine.Memo) safe.Text {
	if s, ok := m.frame.Session(memo.Session); ok {
		return "on the call of " + callerOf(s)
	}
	if memo.Number > 0 {
		return own("on call " + strconv.Itoa(memo.Number))
	}
	return "on a call that is over"
}

// writeNote writes a note for the next shift: about the floor, about the selected call
// where it begins with #, or about one that is named by its number, as #12. No word
// does it, for a note may begin with any: "call the printer firm back".
func (m *model) writeNote(typed string) tea.Cmd {
	about, text, found := strings.Cut(typed, " ")
	asked, what := engine.NoteAsked{Text: typed}, safe.Text("note for the next shift")
	switch number, isNumber := strings.CutPrefix(about, "#"); {
	case about == "#" && found:
		s, ok := m.call()
		if !ok {
			return nil
		}
		asked, what = engine.NoteAsked{Session: s.ID, Text: text}, "note on the call of "+callerOf(s)
	case isNumber:
		n, err := strconv.Atoi(number)
		id, ok := m.callNumbered(n)
		if err != nil || !ok {
			m.tell(toneWatch, "There is no call "+safe.Clean(about, maxTyped)+" here; "+m.colon("note TEXT")+" writes about the floor.")
			return nil
		}
		asked, what = engine.NoteAsked{Session: id, Text: text}, own("note on call "+number)
	}
	return m.ask(asked, what)
}

// callNumbered returns the call of a number, also one that is over.
func (m *model) callNumbered(n int) (engine.SessionID, bool) {
	for _, s := range m.frame.Sessions {
		if s.Number == n {
			return s.ID, true
		}
	}
	for _, e := range m.frame.Ended {
		if e.Number == n {
			return e.Session, true
		}
	}
	return "", false
}

// noted reports whether a note that was asked for stands there.
func (m *model) noted(a *asked, b engine.NoteAsked) bool {
	return slices.ContainsFunc(m.frame.Handover, func(memo engine.Memo) bool {
		return memo.By == m.by() && memo.Session == b.Session && !memo.At.Before(a.at)
	})
}

// shiftReport shows what the shift has come to.
func (m *model) shiftReport(string) tea.Cmd {
	return m.askHouse("Report", "Adding up the shift …", func(ctx context.Context, h House) ([]string, error) { return h.Report(ctx) })
}
