package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// callbackName is what a customer who is to be called back is named by.
func callbackName(c engine.Callback) safe.Text {
	if name := safe.Name(c.Name, maxName); name != "" {
		return name
	}
	return safe.Number(c.Number)
}

// isCallback reports whether a callback is still to be done.
func (m *model) isCallback(id engine.CallbackID) bool {
	return slices.ContainsFunc(m.frame.Callbacks, func(c engine.Callback) bool { return c.ID == id })
}

// A callbackBox lists who is to be called back. A row is chosen by its id: rows leave
// when another console marks them.
type callbackBox struct{ chosen engine.CallbackID }

func (m *model) showCallbacks(string) tea.Cmd {
	if len(m.frame.Callbacks) == 0 {
		m.tell(toneDim, "Nobody is to be called back.")
		return nil
	}
	m.openBox(&callbackBox{m.frame.Callbacks[0].ID}, boxDead)
	return nil
}

func (b *callbackBox) at(m *model) int {
	return slices.IndexFunc(m.frame.Callbacks, func(c engine.Callback) bool { return c.ID == b.chosen })
}

func (b *callbackBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	all, at := m.frame.Callbacks, b.at(m)
	switch {
	case key.Matches(k, m.keys.Cancel):
		m.box = nil
	case key.Matches(k, m.keys.Down) && at+1 < len(all):
		b.chosen = all[at+1].ID
	case key.Matches(k, m.keys.Up) && at > 0:
		b.chosen = all[at-1].ID
	case m.dead() || at < 0:
	case key.Matches(k, m.keys.Confirm):
		m.deaden(hangupDead) // a second enter would fall on what is not yet known to be done
		return m.ask(engine.CallbackDone{Callback: b.chosen}, "take "+callbackName(all[at])+" off the list of callbacks")
	}
	return nil
}

// follow keeps the row that is chosen; where it has gone nothing acts until it is clear
// which one is chosen now.
func (b *callbackBox) follow(m *model) {
	switch all := m.frame.Callbacks; {
	case len(all) == 0:
		m.closeBox(toneDim, "Nobody is to be called back any more.")
	case b.at(m) < 0:
		b.chosen = all[0].ID
		m.deaden(hangupDead)
	}
}

func (b *callbackBox) draw(m *model, w int) card {
	var rows []string
	for _, c := range m.frame.Callbacks {
		words := safe.Number(c.Number) + "  " + short(m.now.Sub(c.Promised)) + " ago"
		if c.Why != "" {
			words += "  " + safe.Clean(c.Why, maxWhy)
		}
		rows = append(rows, m.choiceRow(w, c.ID == b.chosen, callbackName(c), 20, toneDim, words))
	}
	at := max(b.at(m), 0)
	room := m.boxRoom()
	top := min(max(at-room+1, 0), max(len(rows)-room, 0))
	return card{
		title: "To be called back", rows: rows[top:], caret: -1,
		keys:  []key.Binding{bind("⏎", "done"), m.keys.Choose, m.keys.Cancel},
		brief: "Callbacks: ⏎ done   esc back",
	}
}
