// Package clock tells house time: the one clock of a running program.
//
// House time is what a person or a rule would notice: deadlines, polls, back-off,
// ring time, the age of a signature. It starts at a moment that its maker gives and
// runs at a multiple of the wall's speed, on the monotonic clock, so that it cannot
// jump. Waiting for an answer on the wire is socket time, which is always the wall's
// and does not come from here.
package clock

import (
	"context"
	"sync/atomic"
	"time"
)

// A Clock tells house time. Its methods may be called from any goroutine.
type Clock struct {
	start  time.Time // house time at origin
	origin time.Time // the wall's, with its monotonic reading
	speed  float64
	runUp  RunUp

	rests atomic.Pointer[rest] // nil: it has never stood still
}

// A rest is how a clock has stood still so far: for how long, and, where it does so now,
// since when, as the wall's time from its origin.
type rest struct {
	stood, since time.Duration
	still        bool
}

// A RunUp is a stretch of House time that goes by in Wall time at the beginning,
// before the clock runs at its own speed. A demo has one, so that whoever opens it
// finds calls in the middle of a conversation.
type RunUp struct{ House, Wall time.Duration }

// Wall returns what time the machine says it is, in UTC: what a program that runs in
// earnest begins with. Nothing else asks it.
func Wall() time.Time { return time.Now().UTC().Round(0) }

// New returns a clock that shows start now and runs speed times as fast as the wall.
// Speed must be above zero.
func New(start time.Time, speed float64) *Clock { return NewAfter(RunUp{}, start, speed) }

// NewAfter returns a clock like [New], which first does a run-up.
func NewAfter(r RunUp, start time.Time, speed float64) *Clock {
	if !(speed > 0) || r.House < 0 || r.Wall < 0 || (r.House > 0) != (r.Wall > 0) {
		panic("clock: a speed, or a run-up's, must be above zero")
	}
	return &Clock{start: start.UTC().Round(0), origin: time.Now(), speed: speed, runUp: r}
}

// Now returns house time in UTC, without a monotonic reading.
func (c *Clock) Now() time.Time { return c.start.Add(c.house(c.gone())) }

// gone returns how much of the wall's time the clock has run.
func (c *Clock) gone() time.Duration {
	r := c.rest()
	if r.still {
		return r.since - r.stood
	}
	return time.Since(c.origin) - r.stood
}

func (c *Clock) rest() rest {
	if r := c.rests.Load(); r != nil {
		return *r
	}
	return rest{}
}

// StandStill stops the clock while the whole program is stopped, so that nothing is late
// when it goes on. What waits for a stretch of house time meanwhile may wake early, looks
// at the clock, and waits on. Only for a program whose far ends stand still with it. One
// goroutine alone may call it, and GoOn.
func (c *Clock) StandStill() {
	if r := c.rest(); !r.still {
		c.rests.Store(&rest{stood: r.stood, since: time.Since(c.origin), still: true})
	}
}

// GoOn lets a clock that stands still run on from where it stopped.
func (c *Clock) GoOn() {
	if r := c.rest(); r.still {
		c.rests.Store(&rest{stood: r.stood + time.Since(c.origin) - r.since})
	}
}

// house returns how much house time has gone by at so much of the wall's.
func (c *Clock) house(wall time.Duration) time.Duration {
	if wall < c.runUp.Wall {
		return scale(wall, c.runUp.House, c.runUp.Wall)
	}
	return c.runUp.House + time.Duration(float64(wall-c.runUp.Wall)*c.speed)
}

// Wall returns how long a stretch of house time that begins now takes on the wall.
func (c *Clock) Wall(house time.Duration) time.Duration {
	gone := c.gone()
	left := c.runUp.House - c.house(gone) // of the run-up
	switch {
	case gone >= c.runUp.Wall:
		return time.Duration(float64(house) / c.speed)
	case house <= left:
		return scale(house, c.runUp.Wall, c.runUp.House)
	}
	return c.runUp.Wall - gone + time.Duration(float64(house-left)/c.speed)
}

func scale(d, to, from time.Duration) time.Duration {
	return time.Duration(float64(d) * float64(to) / float64(from))
}

// Speed returns how many times as fast as the wall the clock runs, once it has run up.
func (c *Clock) Speed() float64 { return c.speed }

// Timer returns a timer that fires after a stretch of house time. Its channel
// carries the wall's time, which is of no use here.
func (c *Clock) Timer(house time.Duration) *time.Timer { return time.NewTimer(c.Wall(house)) }

// Sleep waits for a stretch of house time, or until ctx is done, whose error it
// returns.
func (c *Clock) Sleep(ctx context.Context, house time.Duration) error {
	if house <= 0 {
		return ctx.Err()
	}
	until := c.gone() + c.Wall(house)
	t := time.NewTimer(until - c.gone())
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		left := until - c.gone()
		if left <= 0 {
			return nil
		}
		t.Reset(max(left, stillLooks)) // it stood still meanwhile
	}
}

// stillLooks is how often a clock that stands still is looked at, by the wall.
const stillLooks = 10 * time.Millisecond
