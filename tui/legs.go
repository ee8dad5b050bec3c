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

// legs draws who is on the call, whom each of them hears and who hears him, and what hears
// the call.
func (m *model) legs(s *engine.Session, w int) []string {
	var shown []engine.Leg
	gone := 0
	for _, l := range s.Legs {
		if !l.Live() {
			gone++
		}
	}
	for _, leg := range byRole(s.Legs) {
		if !leg.Live() && leg.Role == engine.RoleFront && s.Front.Why != "" && s.Phase != engine.PhaseOver {
			gone--
			continue // it is told below, with why
		}
		if !leg.Live() {
			if gone--; gone >= goneLegs {
				continue
			}
		}
		shown = append(shown, leg)
	}
	indent := m.legIndent(shown)
	var lines []string
	for _, leg := range shown {
		lines = append(lines, m.leg(s, leg, indent, w)...)
	}
	if s.Front.Why != "" && s.Phase != engine.PhaseOver {
		p := passage{m: m, w: w, indent: indent, label: m.roleName(engine.Leg{Role: engine.RoleFront})}
		p.say(toneWatch, "not on the call: "+safe.Clean(s.Front.Why, maxWhy))
		lines = append(lines, p.end()...)
	}
	lines = append(lines, m.heardLines(s, indent, w)...)
	return append(lines, m.terms(s, indent, w)...)
}

// Cells of the names beside who hears whom.
const (
	leastLegName = 8
	mostLegName  = 12
)

// legIndent is how far the words beside the legs stand from the left.
func (m *model) legIndent(legs []engine.Leg) int {
	cells := leastLegName
	for _, l := range legs {
		cells = max(cells, width(m.theme.shape(m.personOn(l))))
	}
	return min(cells, mostLegName) + 2
}

// personOn names who is on a leg: an operator by his name, where that is short, all else by
// what they are for.
func (m *model) personOn(leg engine.Leg) safe.Text {
	if name := m.book().name(leg.Number); leg.Role == engine.RoleOperator && name != "" && width(m.theme.shape(name)) <= mostLegName {
		return name
	}
	return m.roleName(leg)
}

// leg draws one leg: what stands in its way first, then whom it hears, and then how it is
// heard, where that is told of each leg alone.
func (m *model) leg(s *engine.Session, leg engine.Leg, indent, w int) []string {
	p := passage{m: m, w: w, indent: indent, label: m.personOn(leg), labelTone: toneText, most: 3, comma: true}
	if !leg.Live() {
		p.labelTone = toneDim
	}
	if leg.Role == engine.RoleOperator && p.label != m.book().name(leg.Number) {
		p.say(p.labelTone, m.book().who(leg.Number))
	}
	to, words := m.standsAs(s, leg)
	person := leg.Live() && leg.Joined && !leg.HangupAsked && (leg.Role == engine.RoleCustomer || leg.Role == engine.RoleOperator || leg.Role == engine.RoleFront)
	if !person || words != inConference {
		p.say(to, words)
	}
	if person {
		p.say(toneText, m.hearing(s, leg))
	}
	if how, by := m.legHeard(s, leg); by != "" && leg.Live() {
		if how == toneText { // as it should be: what hears the call stands below
			p.add(toneDim, by)
		} else {
			p.say(how, by)
		}
	}
	return p.end()
}

// inConference is how a leg stands that nothing is in the way of.
const inConference safe.Text = "in conference"

// roleName names a leg by what it is for: the front desk by its configured name, this
// supervisor's own phone as you.
func (m *model) roleName(leg engine.Leg) safe.Text {
	switch {
	case leg.Role == engine.RoleFront && m.frame.Front != "":
		return safe.Clean(m.frame.Front, 9)
	case leg.Role == engine.RoleSupervisor && leg.Owner == m.by():
		return "you"
	case leg.Role == engine.RoleSupervisor:
		return byWhom(leg.Owner)
	}
	return own(leg.Role.String())
}

// standsAs tells how a leg of a call stands: the listener by how well it hears, a
// supervisor by whom he hears and who hears him.
func (m *model) standsAs(s *engine.Session, leg engine.Leg) (tone, safe.Text) {
	to, words := legWords(leg, m.now)
	switch {
	case !leg.Live() || !leg.Joined:
	case leg.Role == engine.RoleListener:
		return listenerWords(s)
	case leg.Role == engine.RoleSupervisor && !leg.HangupAsked:
		return m.monitorWords(s, leg)
	}
	return to, words
}

// monitorWords tells what a supervisor's leg is, once Telnyx has granted it.
func (m *model) monitorWords(s *engine.Session, leg engine.Leg) (tone, safe.Text) {
	if leg.Monitor != leg.MonitorAsked && leg.MonitorAsked != 0 {
		return toneDim, "asked: " + roleTold(leg.MonitorAsked) + " …"
	}
	switch leg.Monitor {
	case engine.Monitor:
		return toneText, "listening, heard by nobody"
	case engine.Whisper:
		var names safe.Text
		for _, name := range leg.Whisper {
			if l, ok := s.Leg(name); ok {
				if names != "" {
					names += ", "
				}
				names += m.book().who(l.Number)
			}
		}
		if names == "" {
			names = "the operator"
		}
		return toneWatch, "whispering, heard by " + names + " alone"
	case engine.Barge:
		return toneWatch, "heard by everybody"
	}
	return toneDim, "joining …"
}

func roleTold(role engine.MonitorRole) safe.Text {
	switch role {
	case engine.Monitor:
		return "listening"
	case engine.Whisper:
		return "whispering"
	case engine.Barge:
		return "heard by all"
	}
	return "on the call"
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
	case l.HoldAsked && !l.Held:
		return toneDim, "holding …"
	case l.Held && !l.HoldAsked:
		return toneDim, "unholding …"
	case l.Held && l.Muted:
		return toneWatch, "on hold, muted"
	case l.Held:
		return toneWatch, "on hold"
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
	return toneText, inConference
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

// listenerWords tells how well the listener hears: its own feed may fail while another
// hears the call.
func listenerWords(s *engine.Session) (tone, safe.Text) {
	ear, ok := earOf(s, engine.FeedPhone)
	switch {
	case !ok, s.Feed.Kind == engine.FeedPhone && s.Feed.Late:
		return feedWords(s)
	case ear.Status == engine.FeedLive && ear.Failing.IsZero():
		return toneText, "hears"
	case ear.Status == engine.FeedConnecting:
		return toneDim, "connecting …"
	case ear.Why != "":
		return toneWatch, "not heard: " + safe.Clean(ear.Why, maxWhy)
	}
	return toneDim, "on the line"
}

// legsBrief is who is on the call in one line.
func (m *model) legsBrief(s *engine.Session, w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.put(toneDim, "WHO  ")
	brief := func(l engine.Leg) bool { return !l.Live() || l.Role == engine.RoleListener && heard(s) } // that it hears is told last
	for i, leg := range slices.DeleteFunc(byRole(s.Legs), brief) {
		if i > 0 {
			l.put(toneDim, " · ")
		}
		to, words := m.standsAs(s, leg)
		if how, by := m.legHeard(s, leg); how == toneWatch {
			to, words = how, by
		}
		name := m.roleName(leg)
		if leg.Role == engine.RoleOperator && m.book().name(leg.Number) != "" {
			name = m.book().name(leg.Number)
		}
		l.put(toneText, name+" ")
		if words == "in conference" || words == "hears" {
			words = "✓"
		}
		l.put(to, words)
	}
	if to, words := m.heardBrief(s); words != "" {
		l.put(toneDim, " · ")
		l.put(to, words)
	}
	return l.end()
}
