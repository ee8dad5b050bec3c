package tui

import (
	"errors"
	"io/fs"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// keepEvery is how often the state is written at most, in the wall's time.
const keepEvery = time.Second

// A memory is how far the state is written down.
type memory struct {
	saver   *prefs.Saver // nil: nothing is kept
	changes uint64       // made to the state
	kept    uint64       // of them that were written, or given up
	at      time.Time    // when writing last began, on the wall
	busy    bool         // it is being written
	told    bool         // that it cannot be
}

// A kept is what became of writing the state down.
type kept struct {
	changes uint64
	err     error
}

// remember changes the state that the next console begins with. It is written down by the
// tick, a second later at most, and at the end.
func (m *model) remember(change func(*prefs.State)) {
	change(&m.state)
	m.memory.changes++
}

// keep writes the state down where it has changed: by a command, once a second at most.
func (m *model) keep() tea.Cmd {
	k, now := &m.memory, m.wall.Now()
	if k.saver == nil || k.busy || k.changes == k.kept || !k.at.IsZero() && now.Sub(k.at) < keepEvery {
		return nil
	}
	k.busy, k.at = true, now
	saver, n, state := k.saver, k.changes, m.state.Clone()
	return func() tea.Msg { return kept{n, saver.Save(n, state)} }
}

// wasKept tells once that nothing can be kept. Nothing else hangs on it.
func (m *model) wasKept(k kept) tea.Cmd {
	m.memory.busy, m.memory.kept = false, k.changes
	if k.err != nil && !m.memory.told {
		m.memory.told = true
		m.tell(toneWatch, "What you choose is not kept for the next start: "+briefly(k.err))
	}
	return nil
}

// keepLast writes the state down when the console is over.
func (m *model) keepLast() error {
	if m.memory.saver == nil || m.memory.changes == m.memory.kept {
		return nil
	}
	return m.memory.saver.Save(m.memory.changes, m.state.Clone())
}

// briefly returns why a file could not be written, without its name.
func briefly(err error) safe.Text {
	var inPath *fs.PathError
	if errors.As(err, &inPath) {
		err = inPath.Err
	}
	return safe.Clean(err.Error(), maxWhy)
}

// forReplay is the state that a replay within this console begins with: it looks alike,
// but nothing in it is filtered out.
func (m *model) forReplay() prefs.State {
	s := m.state.Clone()
	s.Filter, s.MutedUntil = "", time.Time{}
	return s
}

// adopt takes over how a replay was made to look, when it is left. What else was chosen in
// it was meant for its calls alone.
func (m *model) adopt(s prefs.State, changed bool) {
	if !changed || s.Theme == m.state.Theme && s.Density == m.state.Density {
		return
	}
	m.remember(func(mine *prefs.State) { mine.Theme, mine.Density = s.Theme, s.Density })
	m.retheme()
}
