package telnyx

import (
	"slices"
	"time"
)

// The limits of putting sound in order.
const (
	maxSound  = 8000                   // bytes in a frame: a second
	maxHeld   = 10                     // frames that wait for an earlier one; of Telnyx's, 200 ms
	maxHole   = 1500                   // frames that may be lost at once; more is a new numbering
	maxLate   = 50                     // frames in a row that are late; more is a new numbering
	gapLeast  = 200 * time.Millisecond // that are lost within gapWithin are told
	gapWithin = time.Second            // at most one gap in that time
	perMilli  = 8                      // bytes of a millisecond
)

// A sound is what one frame carries, in mu-law.
type sound struct {
	chunk int64     // its number
	at    time.Time // when it came, in house time
	mulaw []byte
	lost  int64 // how many frames before it never came
}

// lasts returns how long the sound is.
func (s sound) lasts() time.Duration {
	return time.Duration(len(s.mulaw)) * time.Millisecond / perMilli
}

// An order puts sounds in the order of their numbers: Telnyx promises none, and says to
// go by them (section 7). A sound waits for an earlier one while no more than maxHeld do.
type order struct {
	begun bool
	next  int64   // the number that is due
	held  []sound // by number
	late  int     // in a row
	ready []sound // reused: what was returned last
}

// put takes a sound in. It returns those that are in order now, good until the next
// call, and whether this one could be used: it may come twice, or too late.
func (o *order) put(s sound) (ready []sound, fits bool) {
	o.ready = o.ready[:0]
	if !o.begun {
		o.begun, o.next = true, s.chunk
		if 0 < s.chunk && s.chunk <= maxHeld {
			o.next = 1 // the first to come need not be the first
		}
	}
	if s.chunk < o.next {
		if o.late++; o.late <= maxLate {
			return nil, false
		}
		o.releaseAll()
		o.next = s.chunk // they are counted anew
	}
	i, twice := slices.BinarySearchFunc(o.held, s.chunk, func(h sound, n int64) int {
		return int(min(max(h.chunk-n, -1), 1))
	})
	if twice {
		return o.ready, false
	}
	o.late = 0
	if len(o.held) == 0 && s.chunk == o.next {
		o.release(s)
		return o.ready, true
	}
	o.held = slices.Insert(o.held, i, s)
	for len(o.held) > 0 && (o.held[0].chunk == o.next || len(o.held) > maxHeld) {
		o.releaseFirst()
	}
	return o.ready, true
}

// flush returns all that is held, good until the next call.
func (o *order) flush() []sound {
	o.ready = o.ready[:0]
	o.releaseAll()
	return o.ready
}

func (o *order) releaseAll() {
	for len(o.held) > 0 {
		o.releaseFirst()
	}
}

func (o *order) releaseFirst() {
	first := o.held[0]
	o.held = slices.Delete(o.held, 0, 1)
	o.release(first)
}

// release makes a sound ready, with how many before it are missing.
func (o *order) release(s sound) {
	if s.lost = s.chunk - o.next; s.lost > maxHole {
		s.lost = 0
	}
	o.next = s.chunk + 1
	o.ready = append(o.ready, s)
}

// The holes are stretches of sound that were lost close to one another, and not told.
type holes struct {
	from, to time.Time
	lost     time.Duration
	told     time.Time // when the last ones were
}

// add takes in what was lost before a sound. Where it would have been is told by when
// the sound came and by how long its like are.
func (h *holes) add(s sound) {
	lost := time.Duration(s.lost) * s.lasts()
	to := s.at.Add(-s.lasts())
	from := to.Add(-lost)
	if h.lost == 0 || h.lost <= gapLeast && from.Sub(h.to) > gapWithin {
		h.from, h.lost = from, 0
	}
	if from.Before(h.from) { // what came at once was not said at once
		h.from = from
	}
	h.to = to
	h.lost += lost
}

// due returns a stretch in which sound was lost, and how much, where it is to be told
// now; else nothing was lost. At the last it does not wait for more.
func (h *holes) due(now time.Time, last bool) (from, to time.Time, lost time.Duration) {
	switch {
	case h.lost == 0:
		return from, to, 0
	case h.lost <= gapLeast:
		if now.Sub(h.to) > gapWithin {
			h.lost = 0
		}
		return from, to, 0
	case !last && now.Sub(h.told) < gapWithin:
		return from, to, 0
	}
	from, to, lost = h.from, h.to, h.lost
	h.lost, h.told = 0, now
	return from, to, lost
}
