package tui

import (
	"switchboard/tui/prefs"
)

func (m *model) remember(change func(*prefs.State)) {
	change(&m.state)
}
