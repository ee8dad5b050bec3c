package runner

import (
	"fmt"
	"slices"
	"time"

	"switchboard/engine"
)

// start takes in the first entries, and tells each open session that the program has
// started again.
func (l *loop) start() error {
	from := l.state.Seq
	first := slices.Clone(l.config.First)
	for i := range first {
		if first[i].ID == "" {
			first[i].ID = fmt.Sprintf("start/%d/%d", from, i)
		}
		if first[i].By == "" {
			first[i].By = engine.ByRunner
		}
	}
	if err := l.write(l.Now(), first); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	var resumed []engine.Entry
	for _, id := range l.state.Open() {
		resumed = append(resumed, l.entry(fmt.Sprintf("resumed/%s/%d", id, from), engine.Resumed{Session: id}))
	}
	if err := l.write(l.Now(), resumed); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	return nil
}

// entry returns an entry of the runner's own.
func (l *loop) entry(id string, body engine.Body) engine.Entry {
	return engine.Entry{ID: id, By: engine.ByRunner, Occurred: l.Now(), Body: body}
}

// stop ends the loop: see Run.
func (l *loop) stop() error {
	l.end()
	l.pass(AtStop)
	l.stopping, l.only = true, l.pressing()
	l.lanes.keep(l.only)
	grace := l.clock.Timer(l.house(stopGrace))
	defer grace.Stop()
	for l.dispatch(); l.underWay > 0 || l.lanes.waiting(); l.dispatch() {
		l.wake.Reset(l.clock.Wall(l.untilDue()))
		select {
		case o := <-l.results:
			l.reported(o)
			if err := l.takeIn(); err != nil {
				return err
			}
		case <-l.wake.C: // a dial's turn may have come
		case <-grace.C:
			l.abandon()
			l.only = nil
			l.lanes.keep(nil)
		}
	}
	l.retry = time.Time{}
	for len(l.outcomes) > 0 && l.retry.IsZero() {
		if err := l.takeIn(); err != nil {
			return err
		}
	}
	l.number++
	l.frame.Store(numbered(&l.state, l.number))
	return l.lastCheckpoint()
}

// pressing returns the sessions whose commands are still begun while the loop stops: those to
// which an operator is just being brought, for somebody may have picked up, and those whose
// customer pays, for Telnyx would go on to listen while nobody is there to hide it.
func (l *loop) pressing() map[engine.SessionID]bool {
	only := map[engine.SessionID]bool{}
	for _, s := range l.state.Frame().Sessions {
		if s.Transfer.Under() || s.Pay.On() {
			only[s.ID] = true
		}
	}
	return only
}
