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
	"time"
)

// A Clock tells house time. Its methods may be called from any goroutine.
type Clock struct {
	start  time.Time // house time at origin
	origin time.Time // the wall's, with its monotonic reading
	speed  float64
}

// New returns a clock that shows start now and runs speed times as fast as the wall.
// Speed must be above zero.
func New(start time.Time, speed float64) *Clock {
	if !(speed > 0) {
		panic("clock: speed must be above zero")
	}
	return &Clock{start: start.UTC().Round(0), origin: time.Now(), speed: speed}
}

// Now returns house time in UTC, without a monotonic reading.
func (c *Clock) Now() time.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.origin)) * c.speed))
}

// Wall returns how long a stretch of house time takes on the wall.
func (c *Clock) Wall(house time.Duration) time.Duration {
	return time.Duration(float64(house) / c.speed)
}

// Speed returns how many times as fast as the wall the clock runs.
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
	t := c.Timer(house)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
