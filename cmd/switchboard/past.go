package main

import (
	"context"

	"switchboard/engine"
	"switchboard/engine/history"
)

// A past is what was filed of calls that are over, in the history beside a journal. One
// that is nil knows of none.
type past struct{ store *history.Store }

// past opens what was filed of a journal's calls, where there is something that is its own.
func (f *journalFlag) past(epoch string) *past {
	place, err := f.place()
	if err != nil {
		return nil
	}
	return pastBeside(place, epoch)
}

func pastBeside(journal, epoch string) *past {
	store, err := history.OpenToRead(history.Beside(journal))
	if err != nil {
		return nil // the events are read then, as if there were none
	}
	if store.Epoch() != epoch {
		_ = store.Close()
		return nil
	}
	return &past{store}
}

func (p *past) close() {
	if p != nil {
		_ = p.store.Close() // it was only read
	}
}

// filed returns the record of a call that is over and of which nothing was erased.
func (p *past) filed(ctx context.Context, id engine.SessionID) (engine.Record, bool) {
	if p == nil {
		return engine.Record{}, false
	}
	c, err := p.store.Get(ctx, string(id))
	return c.Record, err == nil && c.Erased == 0 && c.Record.Session == id && !c.Record.Over.IsZero()
}

// tellsLess reports whether an event is what is left of one whose call was forgotten: then
// the events tell less of the calls beside it.
func tellsLess(e engine.Event) bool {
	f, ok := e.Body.(engine.Forgotten)
	return ok && f.Session != "" && f.What.Takes(engine.EraseWords)
}
