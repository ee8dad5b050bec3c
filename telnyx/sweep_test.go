package telnyx

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// An idle engine holds what it is given, and remembers troubles.
type idle struct {
	frame atomic.Pointer[engine.Frame] // nil: an empty one
	notes []string
}

func (i *idle) Submit(context.Context, engine.Entry) error { return nil }
func (i *idle) Note(_ engine.TroubleKind, detail string)   { i.notes = append(i.notes, detail) }
func (i *idle) ring()                                      { i.frame.Store(&engine.Frame{Sessions: []*engine.Session{{ID: "s1"}}}) }
func (i *idle) hush()                                      { i.frame.Store(nil) }

func (i *idle) Frame() *engine.Frame {
	if f := i.frame.Load(); f != nil {
		return f
	}
	return &engine.Frame{}
}

func sweeper(far *farEnd, floor *idle, c *clock.Clock) *Sweeper {
	return NewSweeper(SweeperConfig{Client: bubbleClient(far, c), Clock: c, Engine: floor, Epoch: testEpoch})
}

// since returns when the far end was asked, after a time, in seconds.
func (f *farEnd) since(began time.Time) (seconds []int) {
	for _, at := range f.at {
		seconds = append(seconds, int(at.Sub(began).Round(time.Second)/time.Second))
	}
	return seconds
}

// Nothing is held after a start on an empty journal, and calls may be up all the same: their
// webhooks were lost while the program was down, or will be. So an empty floor is swept too,
// at once twice and then now and then.
func TestAnEmptyFloorIsSweptTwiceAtTheStartAndThenNowAndThen(t *testing.T) {
	far := &farEnd{replies: []reply{{status: 200, body: `{"data":[]}`}}}
	synctest.Test(t, func(t *testing.T) {
		floor, began := &idle{}, time.Now()
		ctx, end := context.WithTimeout(t.Context(), 650*time.Second)
		defer end()
		sweeper(far, floor, clock.New(start, 1)).Run(ctx)
		if got, want := far.since(began), []int{0, 5, 305, 605}; !slices.Equal(got, want) {
			t.Errorf("asked after %v s, want %v", got, want)
		}
	})
}

// "Runs at start (two sweeps 5 s apart) and every 30 s of house time while calls live"
func TestASweeperSweepsTwiceAtTheStartAndThenWhileCallsAreLive(t *testing.T) {
	far := &farEnd{replies: []reply{{status: 200, body: `{"data":[]}`}}}
	synctest.Test(t, func(t *testing.T) {
		floor, began := &idle{}, time.Now()
		ctx, end := context.WithTimeout(t.Context(), 200*time.Second)
		defer end()
		go func() {
			time.Sleep(100 * time.Second)
			floor.ring()
			time.Sleep(60 * time.Second)
			floor.hush()
		}()
		sweeper(far, floor, clock.New(start, 1)).Run(ctx)
		if got, want := far.since(began), []int{0, 5, 125, 155}; !slices.Equal(got, want) {
			t.Errorf("asked after %v s, want %v", got, want)
		}
		if len(floor.notes) > 0 {
			t.Errorf("noted %q", floor.notes)
		}
		synctest.Wait()
	})
}

func TestASweeperThatGetsNoAnswerAsksLessOften(t *testing.T) {
	busy := reply{status: 429, header: map[string]string{"X-Ratelimit-Reset": "60"}}
	fine := reply{status: 200, body: `{"data":[]}`}
	far := &farEnd{replies: []reply{busy, busy, busy, busy, fine, fine, busy, fine}}
	synctest.Test(t, func(t *testing.T) {
		floor, began := &idle{}, time.Now()
		floor.ring()
		ctx, end := context.WithTimeout(t.Context(), 450*time.Second)
		defer end()
		sweeper(far, floor, clock.New(start, 1)).Run(ctx)
		if got, want := far.since(began), []int{0, 30, 90, 210, 330, 335, 365, 395, 425}; !slices.Equal(got, want) {
			t.Errorf("asked after %v s, want %v", got, want)
		}
		if len(floor.notes) != 5 || !strings.Contains(floor.notes[0], "too many requests") {
			t.Errorf("noted %q", floor.notes)
		}
	})
}

func TestASweeperEndsWithItsContextAndNotesNothingThen(t *testing.T) {
	far := &farEnd{replies: []reply{{}}} // never answers
	synctest.Test(t, func(t *testing.T) {
		floor := &idle{}
		ctx, end := context.WithTimeout(t.Context(), time.Second)
		defer end()
		sweeper(far, floor, clock.New(start, 1)).Run(ctx)
		if len(floor.notes) > 0 {
			t.Errorf("noted %q", floor.notes)
		}
	})
}
