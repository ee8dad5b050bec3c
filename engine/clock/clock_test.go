package clock_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/engine/clock"
)

var start = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// TestHouseTimeRunsAtItsSpeed: what is slept in house time has gone by in house time.
func TestHouseTimeRunsAtItsSpeed(t *testing.T) {
	for _, speed := range []float64{0.5, 1, 20} {
		synctest.Test(t, func(t *testing.T) {
			wall := time.Now()
			c := clock.New(start, speed)
			if err := c.Sleep(context.Background(), 10*time.Second); err != nil {
				t.Fatal(err)
			}
			if got := c.Now().Sub(start); got != 10*time.Second {
				t.Errorf("at speed %v house time says %v after 10s", speed, got)
			}
			if got, want := time.Since(wall), time.Duration(float64(10*time.Second)/speed); got != want {
				t.Errorf("at speed %v 10s took %v of the wall, want %v", speed, got, want)
			}
		})
	}
}

// TestRunUp: a stretch that begins in the run-up and ends after it takes exactly as
// long as house time needs for it.
func TestRunUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wall := time.Now()
		c := clock.NewAfter(clock.RunUp{House: time.Minute, Wall: 2 * time.Second}, start, 1)
		for _, step := range []struct{ house, wall time.Duration }{
			{30 * time.Second, time.Second}, {40 * time.Second, 12 * time.Second}, {time.Second, 13 * time.Second},
		} {
			before := c.Now()
			if err := c.Sleep(context.Background(), step.house); err != nil {
				t.Fatal(err)
			}
			if got := c.Now().Sub(before); got != step.house {
				t.Errorf("house time went by %v, want %v", got, step.house)
			}
			if got := time.Since(wall); got != step.wall {
				t.Errorf("%v on the wall, want %v", got, step.wall)
			}
		}
	})
}

// TestSleepEndsWithItsContext.
func TestSleepEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := clock.New(start, 1)
	if err := c.Sleep(ctx, time.Hour); err == nil {
		t.Error("slept on")
	}
	if err := c.Sleep(ctx, 0); err == nil {
		t.Error("a stretch of nothing hides that the context is done")
	}
}

// TestClockThatStandsStillLosesNothing: what was asleep sleeps as long as it was to, by the
// house, however long the wall's time went on.
func TestClockThatStandsStillLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(start, 2)
		woke := make(chan time.Time, 1)
		go func() {
			_ = c.Sleep(context.Background(), 10*time.Second)
			woke <- c.Now()
		}()
		time.Sleep(2 * time.Second)
		c.StandStill()
		c.StandStill() // it does so already
		before := c.Now()
		time.Sleep(time.Minute)
		if got := c.Now(); !got.Equal(before) {
			t.Errorf("it went on from %v to %v", before, got)
		}
		c.GoOn()
		c.GoOn()
		if got := c.Now(); !got.Equal(before) {
			t.Errorf("it jumped from %v to %v", before, got)
		}
		if got, late := (<-woke).Sub(start), 10*time.Second+50*time.Millisecond; got < 10*time.Second || got > late {
			t.Errorf("what slept for 10 s woke after %v", got)
		}
	})
}
