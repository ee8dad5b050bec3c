package runner

import (
	"fmt"
	"time"

	"switchboard/engine"
)

// ticked holds when sessions were last told of their deadline, for as long as they may
// not be told again. The engine moves the deadline that it was told of; should it ever
// not, its session would keep the loop busy and nobody else's deadline would come.
type ticked map[engine.SessionID]time.Time

// next returns when to look for due sessions, the earliest deadline being at.
func (t ticked) next(at, now time.Time) time.Time {
	if at.After(now) || len(t) == 0 {
		return at
	}
	return now.Add(tickFloor / 2) // the earliest may be one of these, and hide others
}

// tick journals one Ticked for each session whose deadline had come by now, the oldest
// first. It returns an error only if the journal is broken.
func (l *loop) tick(now time.Time) error {
	l.moreDue = false
	for id, at := range l.ticked {
		if now.Sub(at) >= tickFloor {
			delete(l.ticked, id)
		}
	}
	if at, ok := l.state.Next(); !ok || at.After(now) || l.waitsForJournal() {
		return nil
	}
	var entries []engine.Entry
	var due []engine.SessionID
	for _, id := range l.state.Due(now, maxTicks+len(l.ticked)) {
		if _, held := l.ticked[id]; held || len(due) == maxTicks {
			continue
		}
		due = append(due, id)
		// No two ticks of a session come after the same event: the first is an event itself.
		entries = append(entries, l.entry(fmt.Sprintf("tick/%s/%d", id, l.state.Seq), engine.Ticked{Session: id}))
	}
	if err := l.write(l.Now(), entries); err != nil {
		return fatal(err)
	}
	for _, id := range due {
		l.ticked[id] = now
	}
	l.moreDue = len(due) == maxTicks
	return nil
}
