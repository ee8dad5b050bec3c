// Package runner runs the engine in the world. It gives events their order and their
// time, has them written down, steps the engine, has its commands carried out, and
// shows what came of it.
//
// One goroutine, the loop of [Runner.Run], owns the State and decides everything:
//
//	inbox ─┐                                            ┌─► frame, 30 a second
//	ticks ─┼─► redact ─► journal.Append ─► engine.Step ─┤
//	       │             one flush for up to 256        └─► queues ─► adapters, at most 64 or 16 at once
//	outcomes ◄────────────────────────────────────────────────────────────┘
//
// Nothing is stepped, sent or acknowledged before it is on the disk. The loop itself
// never waits for an adapter, and nobody who only looks (Frame, Talk, Health) waits for
// the loop.
//
// What is shown and never judged is kept beside the loop: the sentences that are still
// being said, and how well we hear and are heard.
package runner

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// Limits. Patience, framePause and stopGrace are the wall's time, for people and
// sockets wait for them; all else is house time.
const (
	inboxSize  = 4096        // entries that wait to be taken in
	patience   = time.Second // with a full inbox, before the one who submits is told
	batchSize  = 256         // entries taken in with one flush
	maxTicks   = 256         // sessions told of their deadline in one turn
	tickFloor  = 100 * time.Millisecond
	retryPause = time.Second // after the journal could not write, before ticks and outcomes try again

	laneSize     = 256 // commands of one session that wait for one adapter
	telnyxAtOnce = 64  // commands carried out at once
	othersAtOnce = 16  // for each other adapter
	dialsDefault = 25  // dials begun in a second

	framePause = time.Second / 30
	stopGrace  = 2 * time.Second // for commands under way, when the runner is to end

	checkpointEvery = 20_000 // events
	checkpointAge   = 24 * time.Hour
	checkpointRetry = time.Minute

	maxPartials = 1024
	partialLife = 10 * time.Second
	maxDetail   = 300 // bytes of a trouble's detail
)

// Why an entry is not taken in. A source that cannot be told so has to send it again.
var (
	// ErrBusy means that the inbox was full for a second.
	ErrBusy = errors.New("too much is happening at once; try again in a moment")

	// ErrJournal means that the journal cannot write; nothing was taken in.
	ErrJournal = errors.New("the journal cannot write; nothing was taken in")

	// ErrStopped means that the program is ending.
	ErrStopped = errors.New("switchboard is stopping")
)

// A Journal keeps events and checkpoints. An error that has a method Broken which
// reports true says that the journal takes nothing more; after any other error it may
// be tried again. Checkpoint may be called beside Append.
type Journal interface {
	// Append makes entries durable and returns those that were not known as events.
	Append(now time.Time, entries []engine.Entry) ([]engine.Event, error)

	// Checkpoint keeps the state after an event, encoded by the given build.
	Checkpoint(seq uint64, build string, state []byte) error
}

// A Doer carries out commands at the far end.
type Doer interface {
	// Do carries out one command, with whatever retries are safe, and returns what came
	// of it: one of the outcomes in engine. It returns soon after ctx is done. It is
	// called from several goroutines, but for one session from one at a time.
	Do(context.Context, engine.Command) engine.Body
}

// A Config is what a Runner is made of. All but what is said to have a default is
// required.
type Config struct {
	Journal Journal
	State   engine.State // as [Recover] has returned it; the runner's from here on
	Clock   *clock.Clock

	// Adapters carry out the commands. One that is not there refuses every command. The
	// map is read by Run: until then adapters may be added that need the runner.
	Adapters map[engine.Adapter]Doer

	// First are taken in before anything else, as settings are. One without an ID gets
	// one that is new with every start; one without By is the runner's.
	First []engine.Entry

	// Redact hides what nobody may keep, before it is written down or shown; nil hides
	// nothing.
	Redact Redactor

	// Pass is told each named point that is passed, on whatever goroutine passes it: a
	// test may end the program there. It is nil in production.
	Pass func(point string)

	Build          string // names the program in checkpoints
	DialsPerSecond int    // in house time; 25 where it is zero
}

// A Runner owns one State. Its methods may be called from any goroutine, before,
// during and after Run.
type Runner struct {
	config Config
	clock  *clock.Clock

	inbox   chan request
	poke    chan struct{} // something beside the frame has changed
	ended   chan struct{} // closed once nothing more is taken in
	running atomic.Bool

	frame     atomic.Pointer[engine.Frame]
	partials  partials
	health    health
	redaction redaction
}

// A request is an entry on its way into the journal.
type request struct {
	entry engine.Entry
	done  chan error // has room for the one answer
}

// New returns a runner, which does nothing until [Runner.Run]. What is submitted
// meanwhile waits for it.
func New(c Config) *Runner {
	if c.DialsPerSecond == 0 {
		c.DialsPerSecond = dialsDefault
	}
	r := &Runner{
		config: c, clock: c.Clock,
		inbox: make(chan request, inboxSize), poke: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	r.redaction.by = c.Redact
	r.frame.Store(numbered(&c.State, 1))
	r.redaction.prime(r.Frame())
	return r
}

// Now returns house time.
func (r *Runner) Now() time.Time { return r.clock.Now() }

// Frame returns the newest frame. It never waits, and never returns nil.
func (r *Runner) Frame() *engine.Frame { return r.frame.Load() }

// Submit hands in what happened. It returns nil once the entry is durable, or was so
// already; whether the engine then refuses it is told in the frame. It returns ErrBusy,
// ErrJournal or ErrStopped when the entry is not taken in, and the error of ctx when
// that is done first: then nobody can say. An entry without an ID is an error.
func (r *Runner) Submit(ctx context.Context, e engine.Entry) error {
	if e.ID == "" {
		return fmt.Errorf("submit a %T by %q: it has no ID", e.Body, e.By)
	}
	if _, _, err := engine.EncodeBody(e.Body); err != nil { // or its whole batch would fail
		return fmt.Errorf("submit %s: %w", e.ID, err)
	}
	q := request{e, make(chan error, 1)}
	if err := r.enter(ctx, q); err != nil {
		if errors.Is(err, ErrBusy) && e.By == engine.ByTelnyx {
			r.Note(engine.TroubleBusy, "")
		}
		return err
	}
	select {
	case err := <-q.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-r.ended:
	}
	select {
	case err := <-q.done: // it was among the last
		return err
	default:
		return ErrStopped
	}
}

// enter puts a request into the inbox, and waits for room as long as it is patient.
func (r *Runner) enter(ctx context.Context, q request) error {
	select {
	case <-r.ended:
		return ErrStopped
	default:
	}
	select {
	case r.inbox <- q:
		return nil
	default:
	}
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case r.inbox <- q:
		return nil
	case <-r.ended:
		return ErrStopped
	case <-wait.Done():
		if err := ctx.Err(); err != nil {
			return err
		}
		return ErrBusy
	}
}

// touch has the frame published anew, for something beside it has changed.
func (r *Runner) touch() {
	select {
	case r.poke <- struct{}{}:
	default:
	}
}

func numbered(s *engine.State, number uint64) *engine.Frame {
	f := s.Frame()
	f.Number = number
	return f
}
