package tui

import (
	"slices"
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A stretch is what nobody heard between two sentences: a gap, or several of one leg.
type stretch struct {
	engine.Gap
	lasted time.Duration // of all of them; not of one that still lasts
	pieces int
}

// leastGap is how long a gap must have lasted to be told: where the next feed was there
// at once nothing was lost.
const leastGap = 100 * time.Millisecond

// gaps returns a call's gaps and payments by the time they began, but for gaps of a leg that are
// part of one of the whole call: that says it.
func gaps(s *engine.Session) []engine.Gap {
	paid := payments(s)
	if len(s.Feed.Gaps) == 0 {
		return paid
	}
	all := slices.DeleteFunc(slices.Clone(s.Feed.Gaps), func(g engine.Gap) bool {
		return !g.To.IsZero() && g.To.Sub(g.From) < leastGap || partOfWhole(s, g)
	})
	all = append(all, paid...)
	slices.SortStableFunc(all, func(a, b engine.Gap) int { return a.From.Compare(b.From) })
	return all
}

// partOfWhole reports whether nobody heard the whole call while a leg of it was not
// heard, give or take what hangs over.
func partOfWhole(s *engine.Session, g engine.Gap) bool {
	return g.Leg != "" && slices.ContainsFunc(s.Feed.Gaps, func(whole engine.Gap) bool {
		return whole.Leg == "" && whole.From.Sub(g.From) < gapTold &&
			(whole.To.IsZero() || !g.To.IsZero() && g.To.Sub(whole.To) < gapTold && g.From.Before(whole.To))
	})
}

// stretches puts the gaps of each leg that are over into one: sound is lost in many
// small pieces, and a line for each would drive out the words.
func stretches(all []engine.Gap) []stretch {
	var some []stretch
	for _, g := range all {
		one := stretch{g, g.To.Sub(g.From), 1}
		i := slices.IndexFunc(some, func(x stretch) bool { return x.Leg == g.Leg && g.Leg != payGap && !x.To.IsZero() && !g.To.IsZero() })
		if i < 0 {
			some = append(some, one)
			continue
		}
		some[i].pieces++
		some[i].lasted += one.lasted
		if g.Why != "" {
			some[i].Why = g.Why
		}
	}
	return some
}

// gapsFrom takes the gaps that began at a time or later off the end, as they are drawn.
func (m *model) gapsFrom(s *engine.Session, all []engine.Gap, from time.Time, w int) (rest []engine.Gap, block []string) {
	i := len(all)
	for i > 0 && !all[i-1].From.Before(from) {
		i--
	}
	for _, st := range stretches(all[i:]) {
		block = append(block, m.gapLine(s, st, w))
	}
	return all[:i], block
}

// gapLine draws what nobody heard, at its place in time: quietly where it is over.
func (m *model) gapLine(s *engine.Session, st stretch, w int) string {
	to, text := toneDim, m.gapWords(s, st)
	switch {
	case st.Leg == payGap:
		to = toneText
	case st.To.IsZero():
		to = toneWatch
	}
	l := m.theme.line(onPage, w)
	l.gap(1)
	if w >= timesFrom && (st.Leg != payGap || !st.To.IsZero()) {
		l.col(toneDim, pick(!st.To.IsZero(), clockTime(st.From, m.zone)), timeCells) // the words of one that lasts tell it
		l.gap(2)
	}
	l.put(to, "— ")
	l.put(to, clipTo(m.theme, text, max(l.left-3, 0)))
	l.put(to, " —")
	return l.end()
}

func (m *model) gapWords(s *engine.Session, st stretch) safe.Text {
	text := safe.Text("")
	if st.Leg == payGap {
		return m.paymentWords(s, st)
	}
	if st.Leg != "" {
		text = m.legNamed(s, st.Leg) + " "
	}
	switch {
	case st.To.IsZero() && s.Phase != engine.PhaseOver:
		text += "not heard since " + clockTime(st.From, m.zone)
	case st.To.IsZero():
		text += "not heard from then on"
	case st.lasted < time.Second:
		text += "not heard for a moment"
	default:
		text += "not heard for " + seconds(st.lasted)
	}
	if st.pieces > 1 {
		text += own(" in " + strconv.Itoa(st.pieces) + " pieces")
	}
	if why := safe.Clean(st.Why, maxWhy); why != "" {
		text += ": " + why
	}
	return text
}

// legNamed names a leg by what it is for, or the operator by his name.
func (m *model) legNamed(s *engine.Session, name engine.LegName) safe.Text {
	leg, ok := s.Leg(name)
	if !ok {
		return safe.Clean(string(name), maxName)
	}
	if operator := m.book().name(leg.Number); leg.Role == engine.RoleOperator && operator != "" {
		return operator
	}
	return m.roleName(leg)
}

// lost reports whether the customer was not heard for at least half of a time.
func lost(s *engine.Session, from, to time.Time) bool {
	return halfOf(s.Feed.Gaps, from, to, func(g engine.Gap) bool { return g.Leg == "" || g.Leg == customer(s) })
}

// paidIn reports whether the customer paid for at least half of a time: nobody was to hear
// him then, and how he was nobody knows.
func paidIn(s *engine.Session, from, to time.Time) bool {
	if len(s.Paid) == 0 && !s.Pay.On() {
		return false
	}
	return halfOf(payments(s), from, to, func(engine.Gap) bool { return true })
}

// halfOf reports whether those gaps that count take at least half of a time.
func halfOf(gaps []engine.Gap, from, to time.Time, counts func(engine.Gap) bool) bool {
	missing := time.Duration(0)
	for _, g := range gaps {
		if !counts(g) {
			continue
		}
		end := g.To
		if end.IsZero() || end.After(to) {
			end = to
		}
		begin := g.From
		if begin.Before(from) {
			begin = from
		}
		missing += max(end.Sub(begin), 0)
	}
	return missing > 0 && 2*missing >= to.Sub(from)
}

// customer names the customer's leg, also once it is gone.
func customer(s *engine.Session) engine.LegName {
	for i := range s.Legs {
		if s.Legs[i].Role == engine.RoleCustomer {
			return s.Legs[i].Name
		}
	}
	return ""
}
