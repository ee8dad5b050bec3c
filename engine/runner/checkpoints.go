package runner

import (
	"encoding/json"
	"fmt"
	"time"

	"switchboard/engine"
)

// checkpoints keeps account of when the next one is to be made.
type checkpoints struct {
	events  int       // since the last
	last    time.Time // when it was made
	waits   time.Time // none before this
	running bool      // one is being encoded and kept, off the loop
	done    chan error
}

// newCheckpoints has one made soon after a start, for a program that keeps ending
// badly would otherwise have ever more events to recover from.
func newCheckpoints(now time.Time, recovered uint64) checkpoints {
	s := checkpoints{last: now, done: make(chan error, 1)}
	if recovered > 0 {
		s.events = checkpointEvery
	}
	return s
}

// next returns when a checkpoint is made because of the last one's age.
func (s *checkpoints) next() (time.Time, bool) {
	if s.running || s.events == 0 {
		return time.Time{}, false
	}
	due := s.last.Add(checkpointAge)
	if due.Before(s.waits) {
		due = s.waits
	}
	return due, true
}

// checkpoint begins one if it is time. The loop only copies the state.
func (l *loop) checkpoint() {
	now := l.Now()
	s := &l.save
	young := s.events < checkpointEvery && now.Sub(s.last) < checkpointAge
	if s.running || s.events == 0 || young || now.Before(s.waits) {
		return
	}
	s.running, s.events, s.last = true, 0, now
	state := l.state.Checkpoint()
	l.tasks.Go(func() { s.done <- l.keep(&state) })
}

// keep encodes a state and keeps it. It may be called from any goroutine. What cannot be
// encoded is no reason to end: all events are on the disk.
func (l *loop) keep(state *engine.State) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("encode checkpoint %d: it panicked: %v", state.Seq, p)
		}
	}()
	data, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("encode checkpoint %d: %w", state.Seq, err)
	}
	l.pass(InCheckpoint)
	return l.config.Journal.Checkpoint(state.Seq, l.config.Build, data)
}

// saved ends a checkpoint. It returns an error only if the journal is broken.
func (l *loop) saved(err error) error {
	s := &l.save
	s.running = false
	if err == nil {
		l.dirty = l.health.setCheckpoint("") || l.dirty
		return nil
	}
	s.events, s.waits = max(s.events, checkpointEvery), l.Now().Add(checkpointRetry)
	l.dirty = l.health.setCheckpoint(err.Error()) || l.dirty
	return fatal(err)
}

// lastCheckpoint keeps the state as it is at the end.
func (l *loop) lastCheckpoint() error {
	if l.save.running {
		if err := l.saved(<-l.save.done); err != nil {
			return err
		}
	}
	if l.save.events == 0 {
		return nil
	}
	if err := l.keep(&l.state); err != nil {
		return fmt.Errorf("keep the last checkpoint: %w", err)
	}
	return nil
}
