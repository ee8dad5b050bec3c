package tui

import (
	"context"
	"maps"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Marks are for finding calls again, and for exporting them together. No mark makes a key
// act on more than the selected call.

// exportLimit is how long the writing of one call of several may take, on the wall.
const exportLimit = 30 * time.Second

// markCall marks the selected call, or no longer.
func (m *model) markCall() {
	s, ok := m.call()
	if !ok {
		return
	}
	if m.marks == nil {
		m.marks = make(map[engine.SessionID]bool)
	}
	words := safe.Text("Marked: ")
	if m.marks[s.ID] {
		words = "No longer marked: "
		delete(m.marks, s.ID)
	} else {
		m.marks[s.ID] = true
	}
	if m.layout().rows == 0 { // nobody sees its row
		m.tell(toneDim, words+callerOf(s))
	}
}

// dropMarks forgets the marks of calls that are gone.
func (m *model) dropMarks() {
	if len(m.marks) == 0 {
		return
	}
	there := idsOf(m.frame.Sessions)
	maps.DeleteFunc(m.marks, func(id engine.SessionID, _ bool) bool { return !there[id] })
}

// markWords tell how many calls are marked.
func (m *model) markWords() safe.Text {
	if len(m.marks) == 0 {
		return ""
	}
	return own(strconv.Itoa(len(m.marks))) + " marked"
}

// exportMarked has the marked calls written to files, one after another, in the order of
// the floor. One that cannot be written does not keep the others from it.
func (m *model) exportMarked(format string) tea.Cmd {
	var ids []string
	for _, s := range m.frame.Sessions {
		if m.marks[s.ID] {
			ids = append(ids, string(s.ID))
		}
	}
	return m.askHouseFor(time.Duration(len(ids))*exportLimit, "Export", "Writing "+count(len(ids), "marked call", "marked calls")+" …",
		func(ctx context.Context, h House) ([]string, error) { return exportEach(ctx, h, ids, format) })
}

// exportEach has each call written, and says how many were.
func exportEach(ctx context.Context, h House, ids []string, format string) (report []string, err error) {
	written := 0
	for _, id := range ids {
		lines, err := h.Export(ctx, id, format)
		if err != nil {
			lines = append(lines, "not written, call "+id+": "+err.Error())
		} else {
			written++
		}
		report = append(report, lines...)
	}
	total := strconv.Itoa(written) + " of " + strconv.Itoa(len(ids)) + " marked calls were written."
	return append([]string{total, ""}, report...), nil
}
