package engine

import (
	"slices"
	"time"
)

// Who was in charge of a call when, and what nobody heard.

const (
	maxReigns   = 16
	maxNotHeard = 32
)

// reign takes note of who is in charge from now on.
func (f *Feed) reign(kind FeedKind, now time.Time) {
	if f.Kind == kind {
		return
	}
	f.Kind, f.Since, f.Late = kind, now, false
	keep := f.Reigns[max(0, len(f.Reigns)+1-maxReigns):]
	f.Reigns = append(slices.Clip(keep), Reign{now, kind})
}

// openGap begins a gap in what was heard, where the call was heard before.
func (f *Feed) openGap(from time.Time, why string) {
	if len(f.Reigns) == 0 {
		return
	}
	if i, open := f.gapOpen(); open {
		if f.Gaps[i].Why == "" && why != "" {
			f.Gaps = slices.Clone(f.Gaps)
			f.Gaps[i].Why = why
		}
		return
	}
	for _, g := range f.Gaps { // what is known already is not told twice
		if g.Leg == "" {
			from = later(from, g.To)
		}
	}
	f.addGap(Gap{From: from, Why: why})
}

func (f *Feed) addGap(g Gap) {
	keep := f.Gaps[max(0, len(f.Gaps)+1-maxNotHeard):]
	f.Gaps = append(slices.Clip(keep), g)
}

// gapOpen returns the place of the gap that lasts, of the whole call.
func (f *Feed) gapOpen() (int, bool) {
	for i := len(f.Gaps) - 1; i >= 0; i-- {
		if f.Gaps[i].To.IsZero() && f.Gaps[i].Leg == "" {
			return i, true
		}
	}
	return 0, false
}

func (f *Feed) closeGap(to time.Time) {
	if i, open := f.gapOpen(); open {
		f.Gaps = slices.Clone(f.Gaps)
		f.Gaps[i].To = to
	}
}

// closeLegGaps ends the gaps of single legs.
func (f *Feed) closeLegGaps(to time.Time) {
	f.Gaps = slices.Clone(f.Gaps)
	for i := range f.Gaps {
		if f.Gaps[i].To.IsZero() && f.Gaps[i].Leg != "" {
			f.Gaps[i].To = to
		}
	}
}

// counts reports whether a feed's words of a moment count: where it was in charge
// then, or nobody was.
func (f *Feed) counts(kind FeedKind, at time.Time) bool {
	if len(f.Ears) < 2 || len(f.Reigns) == 0 {
		return true
	}
	in := f.Reigns[0].Kind // before the first there is nobody else
	for _, r := range f.Reigns {
		if !r.From.After(at) {
			in = r.Kind
		}
	}
	return in == kind || in == 0
}
