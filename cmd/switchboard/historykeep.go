package main

import (
	"context"
	"errors"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/journal"
)

// How the history is made again beside calls that go on, in the wall's time: it rests often,
// so that the journal's next entry never waits long for it.
const (
	historyStride = 128 // events between two rests
	historyRest   = 2 * time.Millisecond
	historyRetry  = time.Minute // after it could not be made
)

// keepHistory sees to it, until ctx is done, that the history has every call that the journal
// knows to be over. What is filed comes there by itself; this makes it anew where the file is
// new, was deleted or damaged, or misses calls that were over while it could not be written.
func (p *program) keepHistory(ctx context.Context) {
	missing, err := p.historyMisses(ctx)
	if err != nil {
		p.historyTrouble(ctx, err)
	}
	wall := clock.New(time.Time{}, 1)
	for {
		if !missing {
			select {
			case <-ctx.Done():
				return
			case <-p.history.Wanting():
			}
		}
		missing = false
		if err := p.rebuildHistory(ctx, wall); err != nil {
			p.historyTrouble(ctx, err)
			if wall.Sleep(ctx, historyRetry) != nil {
				return
			}
			continue
		}
		select { // what asked for it while it was made has been answered
		case <-p.history.Wanting():
			missing = !p.history.Complete(ctx)
		default:
		}
	}
}

// historyMisses reports whether calls that are over are not in the history. One that knows of
// what the journal does not know was made from what has been undone: it begins anew.
func (p *program) historyMisses(ctx context.Context) (bool, error) {
	if err := p.history.Open(); err != nil {
		return false, err
	}
	ahead, err := p.history.Ahead(ctx, p.journal.Newest())
	if err != nil {
		return false, err
	}
	if ahead {
		return false, p.history.Clear(ctx) // it wants to be made then
	}
	frame := p.runner.Frame()
	var over []engine.SessionID
	for _, e := range frame.Ended {
		over = append(over, e.Session)
	}
	for _, s := range frame.Sessions {
		if s.Phase == engine.PhaseOver && s.Number > 0 {
			over = append(over, s.ID)
		}
	}
	missing, err := p.history.Missing(ctx, over)
	return len(missing) > 0, err
}

func (p *program) rebuildHistory(ctx context.Context, wall *clock.Clock) error {
	events := eventsOf(p.journal)
	gentle := func(yield func(engine.Event) error) error {
		return events(func(e engine.Event) error {
			if e.Seq%historyStride == 0 {
				if err := wall.Sleep(ctx, historyRest); err != nil {
					return err
				}
			}
			return yield(e)
		})
	}
	if err := p.history.Rebuild(ctx, gentle, nil); err != nil {
		return err
	}
	p.log.Info("history", "made", p.history.Path(), "events", p.journal.Newest())
	return nil
}

// historyTrouble tells that the history could not be kept: calls are not held up by it.
func (p *program) historyTrouble(ctx context.Context, err error) {
	if ctx.Err() != nil || errors.Is(err, journal.ErrClosed) {
		return // the program ends
	}
	p.log.Warn("history", "trouble", err)
	p.runner.Note(engine.TroubleHistory, err.Error())
}
