package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// maxEnds is how much is said of what quitting ends, in runes.
const maxEnds = 400

// A quitBox asks before the console is left while a transfer is under way, and, where
// that ends the program that takes the calls, while any call is up.
type quitBox struct{}

// quit leaves the console, and asks first where somebody would miss it.
func (m *model) quit() tea.Cmd {
	if m.underWay() == 0 && !m.endsCalls() {
		return tea.Quit
	}
	m.openBox(quitBox{}, boxDead)
	return nil
}

// endsCalls reports whether quitting ends a program that takes calls which are up.
func (m *model) endsCalls() bool { return m.ends != "" && m.tally.calls > 0 }

// callsUp tells how many calls are up.
func (m *model) callsUp() safe.Text { return count(m.tally.calls, "call is up.", "calls are up.") }

// underWay returns how many transfers are proposed, under way or queued.
func (m *model) underWay() int {
	n := 0
	for _, s := range m.frame.Sessions {
		if s.Phase != engine.PhaseOver && s.Transfer.Open() {
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
	switch {
	case m.underWay() > 0 || m.endsCalls():
	case m.ends != "":
		m.closeBox(toneDim, "No call is up any more: "+word(m.keys.Quit)+" quits.")
	default:
		m.closeBox(toneDim, "No transfer is under way any more: "+word(m.keys.Quit)+" quits.")
	}
}

func (quitBox) draw(m *model, w int) card {
	c := card{title: "Quit?", caret: -1, keys: []key.Binding{bind("esc", "stay"), as(m.keys.Yes, "quit")}}
	n := m.underWay()
	if m.endsCalls() {
		c.brief = m.callsUp() + " " + word(m.keys.Yes) + " quit   esc stay"
		c.rows = m.boxParts(w, toneText, m.callsUp()+" "+m.ends)
		switch {
		case n == 1:
			c.rows = append(c.rows, m.boxRow(w, toneWatch, "An operator is being called: nobody will put him through."))
		case n > 1:
			c.rows = append(c.rows, m.boxRow(w, toneWatch, count(n, "", "operators are being called: nobody will put them through.")))
		}
		return c
	}
	what := safe.Text("A transfer is under way. It will proceed without you.")
	if n > 1 {
		what = count(n, "", "transfers are under way.") + " They will proceed without you."
	}
	c.brief = "Transfer under way. " + word(m.keys.Yes) + " quit   esc stay"
	c.rows = []string{m.boxRow(w, toneText, what)}
	return c
}
