package replay

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
)

// How much of a journal is read.
const (
	lead      = 2 * time.Hour  // folded before what is shown: operators and what is gone are right by then
	lastDay   = 24 * time.Hour // of a journal, where nothing else is asked for
	shortPast = 20_000         // events: so many before what is shown are all folded, so that calls keep their numbers
)

// A Past is a journal as this package reads it.
type Past interface {
	// Epoch names the journal.
	Epoch() string

	// Newest returns the number of the newest event; 0: there is none.
	Newest() uint64

	// Read yields the events from a number on, in order.
	Read(from uint64, yield func(engine.Event) error) error

	// Since returns the number of the first event at a time or later, one more than the
	// newest's where there is none.
	Since(time.Time) (uint64, error)

	// Last returns the number of the newest event before another that has a body of this
	// kind; 0: there is none.
	Last(kind engine.Body, before uint64) (uint64, error)
}

// A Span is what of a journal is to be shown. Zero ends are the journal's own, but for a
// long journal of which nothing is asked: then it is its last day.
type Span struct{ From, To time.Time }

// Stretch returns a stretch of a journal, to be loaded. What is taken in meanwhile is not
// in it.
func Stretch(p Past, name string, s Span) (Reading, error) { return stretch(p, name, s, shortPast) }

func stretch(p Past, name string, s Span, short uint64) (Reading, error) {
	newest := p.Newest()
	if newest == 0 {
		return Reading{}, errors.New("the journal holds nothing yet")
	}
	if s.From.IsZero() {
		end, err := at(p, newest)
		if err != nil {
			return Reading{}, err
		}
		if !s.To.IsZero() && s.To.Before(end) {
			end = s.To
		}
		s.From = end.Add(-lastDay)
	}
	r := Reading{Name: name, From: s.From, To: s.To}
	return r.from(p, newest, short)
}

// OneCall returns what there is of one call in a journal, by its session: from two hours
// before it, so that operators are right. It may go on.
func OneCall(p Past, name string, id engine.SessionID) (Reading, error) {
	return oneCall(p, name, id, shortPast)
}

func oneCall(p Past, name string, id engine.SessionID, short uint64) (Reading, error) {
	seq, ok := opened(id)
	newest := p.Newest()
	if !ok || seq > newest {
		return Reading{}, fmt.Errorf("%q: %w", id, ErrNoCall)
	}
	first, err := one(p, seq)
	if err != nil {
		return Reading{}, err
	}
	// A call that was erased is told here, by its first event: what is left of it is not
	// replayed.
	r := Reading{Name: name, From: first.At, Call: id}
	return r.from(p, newest, short)
}

// opened returns the event that opened a session, which names it.
func opened(id engine.SessionID) (uint64, bool) {
	number, ok := strings.CutPrefix(string(id), "s")
	if !ok {
		return 0, false
	}
	seq, err := strconv.ParseUint(number, 10, 64)
	return seq, err == nil && seq > 0
}

// from fills in what is read of a journal so that all is right from r.From on.
func (r Reading) from(p Past, newest, short uint64) (Reading, error) {
	shown, err := p.Since(r.From)
	if err != nil {
		return Reading{}, err
	}
	begin := uint64(1)
	if shown > short {
		if begin, err = p.Since(r.From.Add(-lead)); err != nil {
			return Reading{}, err
		}
	}
	under, err := settled(p, begin)
	if err != nil {
		return Reading{}, err
	}
	last, err := p.Last(engine.SettingsLoaded{}, newest+1)
	if err != nil {
		return Reading{}, err
	}
	if last > 0 {
		e, err := one(p, last)
		if err != nil {
			return Reading{}, err
		}
		if s, ok := e.Body.(engine.SettingsLoaded); ok {
			r.InForce = &s.Settings.Policy
		}
	}
	r.Epoch = p.Epoch()
	r.Events = func(yield func(engine.Event) error) error {
		for _, e := range under {
			if err := yield(e); err != nil {
				return err
			}
		}
		err := p.Read(begin, func(e engine.Event) error {
			if e.Seq > newest {
				return errNewest
			}
			return yield(e)
		})
		if errors.Is(err, errNewest) {
			return nil
		}
		return err
	}
	return r, nil
}

// errNewest ends the reading of a journal that is written to meanwhile.
var errNewest = errors.New("newest")

// settled returns what held for all calls before an event: the settings, and what
// automation was set to.
func settled(p Past, before uint64) ([]engine.Event, error) {
	settings, err := p.Last(engine.SettingsLoaded{}, before)
	if err != nil {
		return nil, err
	}
	auto, err := p.Last(engine.AutomationAsked{}, before)
	if err != nil {
		return nil, err
	}
	var events []engine.Event
	for _, seq := range []uint64{min(settings, auto), max(settings, auto)} {
		if seq == 0 {
			continue
		}
		e, err := one(p, seq)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// one returns one event.
func one(p Past, seq uint64) (engine.Event, error) {
	var found engine.Event
	got := errors.New("got it")
	err := p.Read(seq, func(e engine.Event) error {
		found = e
		return got
	})
	if errors.Is(err, got) {
		return found, nil
	}
	if err == nil {
		err = fmt.Errorf("event %d: %w", seq, ErrNothing)
	}
	return engine.Event{}, err
}

// at returns when an event was taken in.
func at(p Past, seq uint64) (time.Time, error) {
	e, err := one(p, seq)
	return e.At, err
}
