package tui

import (
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// That nobody hears a call, or hears it too late: its mood is not known then.

// gapTold is how long a gap must last to be told in the list: most often the next feed
// is there before, and nothing flickers.
const gapTold = 3 * time.Second

// deaf reports whether nobody hears a call well enough to know its mood.
func deaf(s *engine.Session, now time.Time) bool {
	if s.Phase != engine.PhaseTalking {
		return false
	}
	gap, open := gapOf(s, "")
	return s.Blind() || open && now.Sub(gap.From) >= gapTold
}

// onlyLate reports whether a call that is deaf is heard, and too late.
func onlyLate(s *engine.Session) bool {
	_, open := gapOf(s, "")
	return s.Feed.Late && s.Feed.Status == engine.FeedLive && !open
}

// deafWords tells that nobody hears a call: for how long, where that is known, and why.
func deafWords(s *engine.Session, now time.Time) safe.Text {
	if onlyLate(s) {
		return "words come too late to act upon"
	}
	text := safe.Text("not heard")
	gap, open := gapOf(s, "")
	if open {
		text += " " + short(now.Sub(gap.From))
	}
	if open && s.Feed.Why == "" && gap.Why == "" {
		return text
	}
	return text + ": " + unheardWhy(s, gap)
}

// unheardWhy tells why nobody hears a call: in the gap's words where it has some.
func unheardWhy(s *engine.Session, gap engine.Gap) safe.Text {
	if s.Feed.Why == "" && gap.Why != "" {
		return safe.Clean(gap.Why, maxWhy)
	}
	return deafWhy(s)
}

// deafWhy tells why nobody hears a call.
func deafWhy(s *engine.Session) safe.Text {
	switch {
	case s.Feed.Why != "":
		return safe.Clean(s.Feed.Why, maxWhy)
	case onlyLate(s):
		return "its words come too late"
	}
	return "no feed listens"
}

// deafSince returns since when nobody hears a call that should be heard, or zero: from
// the beginning of the gap that lasts, where the call was heard before.
func deafSince(s *engine.Session) time.Time {
	if gap, open := gapOf(s, ""); open {
		return gap.From
	}
	if !s.Blind() || s.Feed.Status == engine.FeedLive { // what comes late is heard all the same
		return time.Time{}
	}
	since := s.Started
	if n := len(s.Samples); n > 0 {
		since = s.Samples[n-1].At
	}
	if s.Feed.BlindAt.After(since) {
		since = s.Feed.BlindAt
	}
	return since
}

// deafStrip tells of the calls that nobody hears; it names one that is alone.
func (m *model) deafStrip(w int) string {
	s, n := m.tally.deaf, m.tally.ears.deaf
	if n == 1 {
		return m.calm(w, "?", callerOf(s), deafWords(s, m.now))
	}
	gap, _ := gapOf(s, "")
	if m.tally.ears.heard == 0 {
		return m.calm(w, "?", "No call is heard.", unheardWhy(s, gap))
	}
	return m.calm(w, "?", count(n, "call is", "calls are")+" not heard.", unheardWhy(s, gap))
}
