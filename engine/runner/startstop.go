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
	grace := l.clock.Timer(l.house(stopGrace))
	defer grace.Stop()
	for l.underWay > 0 {
		select {
		case o := <-l.results:
			l.reported(o)
		case <-grace.C:
			l.abandon()
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
