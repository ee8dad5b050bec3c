package engine

import (
	"slices"
	"time"
)

// A Disposition is what the bringing in of operators came to on a call that is over, in one
// word: the best of what was reached, and where nothing was, what became of the last try.
type Disposition uint8

// The dispositions, the best first.
const (
	DispositionJoined    Disposition = iota + 1 // an operator talked with the customer
	DispositionCallback                         // the customer was promised to be called back
	DispositionQueued                           // he hung up while he waited for a free operator
	DispositionLeft                             // he hung up while an operator was being called
	DispositionFailed                           // nobody could be reached
	DispositionTakenBack                        // a supervisor stopped it after it had begun
	DispositionVetoed                           // a supervisor stopped it before it began
	DispositionNone                             // nothing was begun and nothing stopped
)

// String returns the word for a disposition, as people write it.
func (e Disposition) String() string { return name(dispositionNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e Disposition) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *Disposition) UnmarshalText(text []byte) error { return parse(dispositionNames, e, text) }

// Dispositions returns all of them, the best first.
func Dispositions() []Disposition {
	all := make([]Disposition, 0, len(dispositionNames)-1)
	for d := DispositionJoined; int(d) < len(dispositionNames); d++ {
		all = append(all, d)
	}
	return all
}

// Disposition returns what one bringing in came to.
func (b *Brought) Disposition() Disposition {
	switch {
	case !b.Joined.IsZero():
		return DispositionJoined
	case b.Status == TransferCallback:
		return DispositionCallback
	case b.Status == TransferFailed:
		return DispositionFailed
	case b.Status == TransferVetoed && b.Begun(), b.Status == TransferEnded && b.Why == whyStopped:
		return DispositionTakenBack
	case b.Status == TransferVetoed:
		return DispositionVetoed
	case b.Status == TransferNone || !b.Begun():
		return DispositionNone // withdrawn, snoozed, or the call ended before it fell due
	case b.To == "" && !b.Queued.IsZero():
		return DispositionQueued
	}
	return DispositionLeft
}

// Begun reports whether an operator was called for it, or the customer waited for one.
func (b *Brought) Begun() bool { return !b.Began.IsZero() || !b.Queued.IsZero() }

// Disposition returns what came of the call, and of which bringing in: an index into
// Brought, or -1. An operator who joined and a promised callback go before all else; else
// the last that came to anything counts.
func (r *Record) Disposition() (Disposition, int) {
	came, at := DispositionNone, -1
	for i := range r.Brought {
		switch d := r.Brought[i].Disposition(); {
		case d == DispositionNone && at >= 0:
		case came == DispositionJoined && d != DispositionJoined:
		case came == DispositionCallback && d != DispositionJoined && d != DispositionCallback:
		default:
			came, at = d, i
		}
	}
	return came, at
}

// Vetoed reports whether a supervisor stopped a bringing in, before or after it began.
func (r *Record) Vetoed() bool {
	return slices.ContainsFunc(r.Brought, func(b Brought) bool { return b.Status == TransferVetoed })
}

// Lasted returns how long the call was, from when it came in until its last leg was gone.
func (r *Record) Lasted() time.Duration { return max(r.Over.Sub(r.Started), 0) }

// Held returns the longest stretch for which the customer was on hold.
func (r *Record) Held() time.Duration {
	var held time.Duration
	for _, h := range r.Holds {
		i := slices.IndexFunc(r.Legs, func(l RecordLeg) bool { return l.Name == h.Leg })
		if i < 0 || r.Legs[i].Role != RoleCustomer {
			continue
		}
		to := h.To
		if to.IsZero() {
			to = r.Over
		}
		held = max(held, to.Sub(h.From))
	}
	return held
}
