package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A quitBox asks before the console is left while a transfer is under way.
type quitBox struct{}

// quit leaves the console, and asks first where somebody is being called.
func (m *model) quit() tea.Cmd {
	if m.underWay() == 0 {
		return tea.Quit
	}
	m.openBox(quitBox{}, boxDead)
	return nil
}

// underWay returns how many operators are being called.
func (m *model) underWay() int {
	n := 0
	for _, s := range m.frame.Sessions {
		if s.Phase != engine.PhaseOver && s.Transfer.Under() {
			n++
		}
	}
	return n
}

func (quitBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.Cancel, m.keys.Confirm):
		m.box = nil
	case m.dead():
	case key.Matches(k, m.keys.Yes):
		return tea.Quit
	}
	return nil
}

func (quitBox) follow(m *model) {
	if m.underWay() == 0 {
		m.closeBox(toneDim, "No transfer is under way any more: q quits.")
	}
}

func (quitBox) draw(m *model, w int) card {
	n := m.underWay()
	what := safe.Text("A transfer is under way. It will proceed without you.")
	if n > 1 {
		what = count(n, "", "transfers are under way.") + " They will proceed without you."
	}
	return card{
		title: "Quit?", caret: -1, brief: "Transfer under way. y quit   esc stay",
		rows: []string{m.boxRow(w, toneText, what)},
		keys: []key.Binding{bind("esc", "stay"), bind("y", "quit")},
	}
}
