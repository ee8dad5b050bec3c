package backtest

import (
	"sync"
	"time"

	"switchboard/engine"
)

// How moments are handed to those who judge.
const (
	batchSize  = 128 // moments at once
	maxWaiting = 8   // batches that wait for one who judges; then the fold waits for him
)

// A moment is a call as it stood after an event. The session is never written again, so
// that calls can be judged beside the fold, each by one goroutine and in its order.
type moment struct {
	watch   *watch
	session *engine.Session
	at      time.Time
	typical time.Duration
	hurried bool
}

// judge has the judges of the call look at it.
func (m moment) judge() {
	w := m.watch
	w.passTime(m.at, m.typical)
	w.see(m.session, m.at)
	w.call.Happened.Hurried = w.call.Happened.Hurried || m.hurried
	if m.session.Phase == engine.PhaseOver {
		w.call.Ended = m.session.Over
		return
	}
	w.look(m.at, m.typical)
}

// A judging is the goroutines that judge the calls of one source. With none the fold
// does it itself.
type judging struct {
	lanes   []chan []moment
	filling [][]moment
	tasks   sync.WaitGroup
}

func newJudging(judges int) *judging {
	j := &judging{lanes: make([]chan []moment, judges), filling: make([][]moment, judges)}
	for i := range j.lanes {
		lane := make(chan []moment, maxWaiting)
		j.lanes[i] = lane
		j.tasks.Go(func() {
			for batch := range lane {
				for _, m := range batch {
					m.judge()
				}
			}
		})
	}
	return j
}

// take has a moment of a call judged. All of a call's go the same way, by its number.
func (j *judging) take(number int, m moment) {
	if len(j.lanes) == 0 {
		m.judge()
		return
	}
	i := number % len(j.lanes)
	if j.filling[i] = append(j.filling[i], m); len(j.filling[i]) == batchSize {
		j.flush(i)
	}
}

func (j *judging) flush(i int) {
	j.lanes[i] <- j.filling[i]
	j.filling[i] = nil
}

// end waits until all is judged. The watches are the caller's again then.
func (j *judging) end() {
	for i := range j.lanes {
		j.flush(i)
		close(j.lanes[i])
	}
	j.tasks.Wait()
}
