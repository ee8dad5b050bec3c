package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"switchboard/engine"
)

// A loop is the one goroutine that owns the State, and all that only it touches.
type loop struct {
	*Runner
	state engine.State
	end   func() // nothing more is taken in

	batch    []request          // to be taken in
	erasures []request          // … each by itself, after the batch
	outcomes []outcome          // to be taken in
	retry    time.Time          // when what waits for the journal is tried again; zero while it can write
	ticked   ticked             // sessions that were told of their deadline a moment ago
	moreDue  bool               // more deadlines have come than one turn tells
	lanes    *lanes             // commands that wait to be carried out
	work     context.Context    // what commands are carried out in
	abandon  context.CancelFunc // ends it
	results  chan outcome       // has room for one from every place there can be
	underWay int                // commands being carried out
	tasks    sync.WaitGroup     // every goroutine that the loop has started
	wake     *time.Timer        // for whatever is due next
	pause    *time.Timer        // between two frames
	paused   bool               // it runs
	dirty    bool               // something has changed since the last frame
	number   uint64             // of the last frame
	save     checkpoints
	pass     func(point string)
	doing    doing
	stopping bool
	only     map[engine.SessionID]bool // while it stops: whose commands are still begun
}

// Run takes in what is submitted until ctx is done, and then returns nil: commands that
// are under way get two seconds to end, and in that time those of running transfers and
// payments are still begun; others are left for the next start, and a checkpoint is kept.
// It returns an error earlier if the journal is broken, or cannot take in the first
// entries, and a [PanicError] if it has panicked itself. When Run returns, all that it has
// started has ended. It may be called once.
func (r *Runner) Run(ctx context.Context) (err error) {
	if r.running.Swap(true) {
		panic("runner: run twice")
	}
	l := r.newLoop(ctx)
	defer l.tasks.Wait()
	defer l.abandon()
	defer l.end()
	defer l.recover(&err)
	if err := l.start(); err != nil {
		return err
	}
	for {
		l.dispatch()
		l.publish()
		l.wake.Reset(l.clock.Wall(l.untilDue()))
		select {
		case <-ctx.Done():
			return l.stop()
		case q := <-r.inbox:
			l.collect(q)
		case o := <-l.results:
			l.reported(o)
		case err := <-l.save.done:
			if err := l.saved(err); err != nil {
				return err
			}
		case <-r.poke:
			l.dirty = true
		case <-l.pause.C:
			l.paused = false
		case <-l.wake.C:
		}
		if err := l.turn(); err != nil {
			return err
		}
	}
}

func (r *Runner) newLoop(ctx context.Context) *loop {
	l := &loop{
		Runner: r, state: r.config.State, end: sync.OnceFunc(func() { close(r.ended) }), number: 1,
		ticked: ticked{}, lanes: newLanes(r.config.DialsPerSecond),
		results: make(chan outcome, telnyxAtOnce+8*othersAtOnce),
		wake:    r.clock.Timer(time.Hour), pause: r.clock.Timer(time.Hour),
		save: newCheckpoints(r.clock.Now(), r.config.State.Seq),
	}
	r.config.State = engine.State{}
	l.pause.Stop()
	l.pass = l.config.Pass
	if l.pass == nil {
		l.pass = func(string) {}
	}
	l.work, l.abandon = context.WithCancel(context.WithoutCancel(ctx))
	return l
}

// turn takes in all that waits, then the deadlines that had come before it looked: what
// was there before a tick is in time.
func (l *loop) turn() error {
	now := l.Now()
	l.gather()
	if err := l.takeIn(); err != nil {
		return err
	}
	if err := l.erase(); err != nil {
		return err
	}
	if err := l.tick(now); err != nil {
		return err
	}
	l.dirty = l.partials.expire(l.Now()) || l.dirty
	l.checkpoint()
	return nil
}

// gather takes from the inbox, and from the adapters, what waits there already.
func (l *loop) gather() {
	for len(l.results) > 0 {
		l.reported(<-l.results)
	}
	for len(l.batch)+len(l.outcomes) < batchSize && len(l.inbox) > 0 {
		l.collect(<-l.inbox)
	}
}

// collect puts a request with those that are taken in together, or by themselves.
func (l *loop) collect(q request) {
	if _, ok := q.entry.Body.(engine.CallsForgotten); ok {
		l.erasures = append(l.erasures, q)
		return
	}
	l.batch = append(l.batch, q)
}

// erase takes in what orders calls to be forgotten, each with what all calls have added up
// to at that very place. It returns an error only if the journal is broken.
func (l *loop) erase() error {
	for i, q := range l.erasures {
		body := q.entry.Body.(engine.CallsForgotten)
		stands := l.state.Tally()
		body.Stands = &stands
		q.entry.Body = body
		err := l.write(l.Now(), []engine.Entry{q.entry})
		q.done <- err
		l.erasures[i] = request{}
		if fatal(err) != nil {
			return err
		}
	}
	l.erasures = l.erasures[:0]
	return nil
}

// takeIn writes down what was gathered and answers those who submitted it. It returns
// an error only if the journal is broken.
func (l *loop) takeIn() error {
	outcomes := l.outcomes[:min(len(l.outcomes), batchSize)]
	if len(l.batch) == 0 && (len(outcomes) == 0 || l.waitsForJournal()) {
		return nil
	}
	entries := make([]engine.Entry, 0, len(outcomes)+len(l.batch))
	for _, o := range outcomes {
		entries = append(entries, o.entry)
	}
	for _, q := range l.batch {
		entries = append(entries, q.entry)
	}
	now := l.Now()
	if len(outcomes) > 0 {
		l.pass(BeforeOutcome)
	}
	events, err := l.append(now, entries)
	if len(outcomes) > 0 && err == nil {
		l.pass(AfterOutcome)
	}
	l.answer(now, err)
	if err != nil {
		return fatal(err)
	}
	for _, o := range outcomes {
		if o.carried {
			l.lanes.done(o.command)
		}
	}
	l.outcomes = append(l.outcomes[:0], l.outcomes[len(outcomes):]...)
	l.step(events)
	return nil
}

// answer tells those who submitted a batch what became of it.
func (l *loop) answer(now time.Time, err error) {
	webhooks := uint64(0)
	for i, q := range l.batch {
		if q.entry.By == engine.ByTelnyx {
			webhooks++
		}
		q.done <- err
		l.batch[i] = request{}
	}
	l.batch = l.batch[:0]
	switch {
	case webhooks == 0:
	case err == nil:
		l.health.accepted(webhooks, now)
		l.dirty = true
	default:
		why := strings.TrimPrefix(err.Error(), ErrJournal.Error()+": ") // the trouble's name says as much
		l.health.note(engine.TroubleJournal, webhooks, why, now)
		l.dirty = true
	}
}

// write takes in entries that nobody waits for, in batches.
func (l *loop) write(now time.Time, entries []engine.Entry) error {
	for len(entries) > 0 {
		n := min(len(entries), batchSize)
		events, err := l.append(now, entries[:n])
		if err != nil {
			return err
		}
		l.step(events)
		entries = entries[n:]
	}
	return nil
}

// append brings entries to the disk, without what nobody may keep, and keeps account of
// whether it could. The entries are its own.
func (l *loop) append(now time.Time, entries []engine.Entry) ([]engine.Event, error) {
	l.doing = doing{entries: entries}
	l.redaction.entries(now, &l.state, entries)
	l.pass(BeforeAppend)
	events, err := l.config.Journal.Append(now, entries)
	if err != nil {
		l.unpaid(entries)
		l.retry = now.Add(l.house(retryPause))
		l.dirty = l.health.setJournal(err.Error()) || l.dirty
		return nil, fmt.Errorf("%w: %w", ErrJournal, err)
	}
	l.pass(AfterAppend)
	l.retry = time.Time{}
	l.dirty = l.health.setJournal("") || l.dirty
	return events, nil
}

// unpaid opens calls again whose payments could not be written down.
func (l *loop) unpaid(entries []engine.Entry) {
	for _, e := range entries {
		if pay, ok := e.Body.(engine.PayAsked); ok {
			l.payRefused(pay.Session)
		}
	}
}

// waitsForJournal reports whether the journal could not write a moment ago. Only what
// is submitted tries it meanwhile.
func (l *loop) waitsForJournal() bool { return l.Now().Before(l.retry) }

// step steps the engine through events that are on the disk.
func (l *loop) step(events []engine.Event) {
	for _, e := range events {
		l.doing = doing{event: e}
		if e.Seq != l.state.Seq+1 {
			panic(fmt.Sprintf("runner: event %d comes after %d: the state is not the journal's", e.Seq, l.state.Seq))
		}
		var commands []engine.Command
		l.state, commands = engine.Step(l.state, e)
		for _, c := range commands {
			switch {
			case c.Adapter() == engine.AdapterHistory && l.config.Adapters[engine.AdapterHistory] == nil:
				continue // nobody keeps history here
			case l.stopping && !l.only[c.Session]:
				continue // it is left for the next start
			}
			if oldest, full := l.lanes.add(c); full {
				l.lapsed(oldest)
			}
		}
		for _, s := range l.state.Changed() {
			l.redaction.changed(s)
		}
		if pay, ok := e.Body.(engine.PayAsked); ok {
			l.partials.drop(pay.Session, "")
			l.payRefused(pay.Session)
		}
		if final, ok := e.Body.(engine.Uttered); ok {
			l.partials.drop(final.Session, final.Leg)
		}
		if final, ok := e.Body.(engine.Transcribed); ok {
			l.partials.dropLeg(final.Leg)
		}
		l.dirty = true
	}
	l.doing = doing{}
	l.save.events += len(events)
	l.pass(AfterStep)
}

// payRefused opens a call again that was closed for a payment before Step has refused it.
func (l *loop) payRefused(id engine.SessionID) {
	if s, ok := l.state.Session(id); ok {
		l.redaction.changed(s)
	} else {
		l.redaction.forget(id)
	}
}

// fatal returns an error that ends the runner, or nil for one that may pass.
func fatal(err error) error {
	var b interface{ Broken() bool }
	if errors.As(err, &b) && b.Broken() {
		return err
	}
	return nil
}

// publish shows the state, unless it did so a moment ago or nothing has changed.
func (l *loop) publish() {
	if !l.dirty || l.paused {
		return
	}
	l.number++
	l.frame.Store(numbered(&l.state, l.number))
	l.dirty, l.paused = false, true
	l.pause.Reset(framePause)
}

// untilDue returns how long the loop may sleep if nothing comes in, in house time.
func (l *loop) untilDue() time.Duration {
	now := l.Now()
	wait := l.house(time.Hour)
	until := func(t time.Time) { wait = min(wait, t.Sub(now)) }
	if at, ok := l.state.Next(); ok {
		until(l.ticked.next(at, now))
	}
	if len(l.outcomes) > 0 || l.moreDue {
		until(now)
	}
	if at, ok := l.lanes.next(now); ok {
		until(at)
	}
	if at, ok := l.partials.next(); ok {
		until(at)
	}
	if at, ok := l.save.next(); ok {
		until(at)
	}
	if now.Before(l.retry) {
		wait = max(wait, l.retry.Sub(now)) // whatever is due would have to be written down
	}
	return max(wait, l.house(time.Millisecond)) // a timer may be early: never spin
}

// house returns how much house time goes by in a stretch of the wall's.
func (l *loop) house(wall time.Duration) time.Duration {
	return time.Duration(float64(wall) * l.clock.Speed())
}
