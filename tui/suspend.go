package tui

import (
	tea "charm.land/bubbletea/v2"
)

// suspend stops the program and gives the terminal back to the shell, until fg. A stopped
// program answers no calls, so where calls are real it is refused, and where no shell would
// bring it back.
func (m *model) suspend() tea.Cmd {
	if m.ends != "" {
		m.tell(toneWatch, "ctrl+z would stop the calls too: use another terminal, or tmux.")
		return nil
	}
	if m.still == nil {
		m.tell(toneDim, "There is no shell here to bring the console back: use another terminal, or tmux.")
		return nil
	}
	m.still.StandStill()
	return tea.Suspend
}

// resumed draws everything anew: the shell has had the screen. What was typed or clicked
// before is over, and who looks at the terminal is not known until it says so again.
func (m *model) resumed() tea.Cmd {
	m.goOn()
	m.clicks, m.rolls, m.watch = clicks{}, rolls{}, watchUnknown
	m.drawn.forget()
	m.touched()
	return tea.Batch(tea.ClearScreen, m.fetch(false))
}

// goOn lets the clock run again that stood still while the program was stopped.
func (m *model) goOn() {
	if m.still != nil {
		m.still.GoOn()
	}
}
