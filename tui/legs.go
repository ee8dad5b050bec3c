package tui

import (
	"cmp"
	"slices"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// goneLegs is how many legs that are gone are still told of.
const goneLegs = 2

// byRole returns legs in the order in which they are offered: customer, operator, the
// feed's.
func byRole(legs []engine.Leg) []engine.Leg {
	legs = slices.Clone(legs)
	slices.SortStableFunc(legs, func(a, b engine.Leg) int { return cmp.Compare(a.Role, b.Role) })
	return legs
}

// legs draws who is on the call, and who cannot be heard.
func (m *model) legs(s *engine.Session, w int) []string {
	var lines []string
	gone := 0
	for _, l := range s.Legs {
		if !l.Live() {
			gone++
		}
	}
	for _, leg := range byRole(s.Legs) {
		if !leg.Live() {
			if gone--; gone >= goneLegs {
				continue
			}
		}
		lines = append(lines, m.leg(s, leg, w))
	}
	if _, ok := s.Listener(); !ok && s.Phase != engine.PhaseOver {
		l := m.theme.line(onPage, w)
		l.gap(1)
		to, words := feedWords(s)
		l.col(to, "listener", 9)
		l.put(to, words)
		lines = append(lines, l.end())
	}
	return lines
}

func (m *model) leg(s *engine.Session, leg engine.Leg, w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	to, words := legWords(leg, m.now)
	if leg.Role == engine.RoleListener && leg.Live() && leg.Joined {
		to, words = feedWords(s)
	}
	name := toneText
	if !leg.Live() {
		name = toneDim
	}
	l.col(name, own(leg.Role.String()), 9)
	number := safe.Number(leg.Number)
	if leg.Role == engine.RoleListener {
		number = "Symbl"
	}
	l.col(toneDim, number, 16)
	l.gap(1)
	l.put(to, words)
	return l.end()
}

// legWords tells how a leg stands. What is asked and not granted is weak and ends in
// an ellipsis.
func legWords(l engine.Leg, now time.Time) (tone, safe.Text) {
	switch {
	case !l.Live():
		cause := safe.Clean(causeOf(l.Cause), 40)
		switch {
		case l.Answered.IsZero() && cause != "":
			return toneDim, cause
		case l.Answered.IsZero():
			return toneDim, "never came"
		case cause == "" || cause == "hung up":
			return toneDim, "left " + short(now.Sub(l.Gone)) + " ago"
		}
		return toneDim, "left " + short(now.Sub(l.Gone)) + " ago, " + cause
	case l.HangupAsked:
		return toneDim, "hanging up …"
	case l.Status == engine.LegAsked:
		return toneDim, "calling " + short(now.Sub(l.Since)) + " …"
	case l.Status == engine.LegRinging:
		return toneWatch, "ringing " + short(now.Sub(l.Since))
	case l.MuteAsked && !l.Muted:
		return toneDim, "muting …"
	case l.Muted && !l.MuteAsked && l.Role != engine.RoleListener:
		return toneDim, "unmuting …"
	case l.Muted:
		return toneWatch, "muted"
	case l.JoinAsked && !l.Joined:
		return toneDim, "joining …"
	case !l.Joined:
		return toneText, "on the line"
	}
	return toneText, "in conference"
}

// causeOf puts Telnyx's word for an end in ours.
func causeOf(cause string) string {
	switch cause {
	case "normal_clearing", "normal":
		return "hung up"
	case "user_busy":
		return "busy"
	case "no_answer", "timeout", "no_user_response":
		return "no answer"
	case "call_rejected":
		return "declined"
	case "originator_cancel":
		return "given up"
	}
	return cause
}

// feedWords tells how well the call is heard.
func feedWords(s *engine.Session) (tone, safe.Text) {
	switch s.Feed.Status {
	case engine.FeedLive:
		if s.Feed.Late {
			return toneWatch, "hears too late"
		}
		return toneText, "hears"
	case engine.FeedConnecting:
		return toneDim, "connecting …"
	case engine.FeedBlind:
		return toneWatch, "blind: " + deafWhy(s)
	case engine.FeedNone:
		if s.Feed.Why == "" {
			return toneDim, "not yet there"
		}
		return toneWatch, "not there: " + safe.Clean(s.Feed.Why, maxWhy)
	}
	return toneDim, "not yet there"
}

// legsBrief is who is on the call in one line.
func (m *model) legsBrief(s *engine.Session, w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.put(toneDim, "WHO  ")
	for i, leg := range slices.DeleteFunc(byRole(s.Legs), func(l engine.Leg) bool { return !l.Live() }) {
		if i > 0 {
			l.put(toneDim, " · ")
		}
		to, words := legWords(leg, m.now)
		name := own(leg.Role.String())
		if leg.Role == engine.RoleListener && leg.Joined {
			to, words = feedWords(s)
		}
		l.put(toneText, name+" ")
		if words == "in conference" || words == "hears" {
			words = "✓"
		}
		l.put(to, words)
	}
	if _, ok := s.Listener(); !ok && s.Phase != engine.PhaseOver {
		to, words := feedWords(s)
		l.put(toneDim, " · listener ")
		l.put(to, words)
	}
	return l.end()
}
