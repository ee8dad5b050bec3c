package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// A callsPane is the list of calls. What it holds is the model's list: every other pane
// shows the call that is selected there.
type callsPane struct{}

func (callsPane) title() safe.Text { return "Calls" }

func (callsPane) in(s shape) bool {
	switch s {
	case shapeLine, shapeList, shapeStacked, shapeSplit, shapeWide:
		return true
	case shapeOpen, shapeOpenWide, shapeFull:
	}
	return false
}

func (callsPane) draw(m *model, w, h int) []string { return fit(m.calls(w, max(h-1, 0)), w, h) }

func (callsPane) move(m *model, by int) { m.list.move(by) }

func (callsPane) press(*model, tea.KeyPressMsg) (tea.Cmd, bool) { return nil, false }

func (callsPane) hints(*model) []key.Binding { return nil }
