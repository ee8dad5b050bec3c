package tui

import (
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// How a call's mood becomes a chart: what of the call is drawn where.

// Spans of a chart. The whole of a call is drawn where it has the whole screen.
const (
	shortSpan   = 3 * time.Minute // beside the words
	wideSpan    = 5 * time.Minute // where there is room
	keptSamples = 32              // of a call; of what he said before them no mood is known
	moodMemory  = 30 * time.Second
)

// Weights of marks that share a cell.
const (
	weighsLow = iota + 1
	weighsVeryLow
	weighsAsked
	weighsFired
	weighsVetoed
	weighsJoined
)

// chartOf returns the chart of a call's last minutes in so many cells.
func (m *model) chartOf(s *engine.Session, span time.Duration, cells int) chart {
	now := m.moment(s)
	c := chart{points: points(s, now, span, cells), span: span, end: "now"}
	if s.Phase == engine.PhaseOver {
		c.end = "end"
	}
	c.limit, c.hasLimit = m.moodLimit(s)
	at := func(t time.Time) int {
		from := now.Add(-span)
		if t.Before(from) || t.After(now) {
			return -1
		}
		return min(int(int64(t.Sub(from))*int64(cells)/int64(span)), cells-1)
	}
	c.said = lowSaid(s, at)
	c.done = deeds(s, now, at)
	return c
}

// wideSpanOf is how much of a call's past the chart of a wide screen shows.
func (m *model) wideSpanOf(s *engine.Session) time.Duration {
	if lasted(s, m.now) <= shortSpan { // the half of it would be empty
		return shortSpan
	}
	return wideSpan
}

// wholeSpan is how much of a call's past a chart of all of it shows: as far back as its mood
// is known, in whole minutes and three at the least.
func (m *model) wholeSpan(s *engine.Session) time.Duration {
	from := s.Started
	if len(s.Samples) >= keptSamples && s.Samples[0].At.After(from) {
		from = s.Samples[0].At
	}
	span := m.moment(s).Sub(from)
	return max((span + time.Minute - 1).Truncate(time.Minute), shortSpan)
}

// points reads a call's mood at the end of each of some stretches of equal length, the last
// of which ends now. They stand on fixed moments, so that a chart steps and does not
// shimmer.
func points(s *engine.Session, now time.Time, span time.Duration, cells int) []point {
	step := span / time.Duration(cells)
	last := now.Truncate(step)
	deaf := deafSince(s)
	all := make([]point, cells)
	for i := range all {
		at := last.Add(-time.Duration(cells-1-i) * step)
		from := at.Add(-step)
		if i == cells-1 {
			at = now
		}
		p, judged := s.Mood(at)
		switch {
		case at.Before(s.Started):
			all[i].is = pointBefore
		case !deaf.IsZero() && at.After(deaf), lost(s, from, at), paidIn(s, from, at):
			all[i].is = pointUnheard
		case !judged:
			all[i].is = pointSilent
		default:
			all[i] = point{pointJudged, p}
		}
	}
	return all
}

// lowSaid are the customer's negative sentences.
func lowSaid(s *engine.Session, at func(time.Time) int) []stamp {
	var all []stamp
	for _, one := range s.Samples {
		_, sign, to := weight(one.Polarity, negativeLimit)
		switch sign {
		case "▽":
			all = append(all, stamp{at(one.At), sign, to, weighsLow})
		case "▼":
			all = append(all, stamp{at(one.At), sign, toneBad, weighsVeryLow})
		}
	}
	return all
}

// deeds are what rules and people did: rules that fired, operators that were asked for and
// joined, vetoes.
func deeds(s *engine.Session, now time.Time, at func(time.Time) int) []stamp {
	var all []stamp
	for _, f := range s.Fired {
		if !f.Shadow {
			all = append(all, stamp{at(f.At), "▲", toneBad, weighsFired})
		}
	}
	for _, b := range s.Brought {
		switch {
		case b.Status == engine.TransferVetoed:
			all = append(all, stamp{at(b.Over), "×", toneStrong, weighsVetoed})
		case !b.Began.IsZero() && b.Began.Before(now):
			all = append(all, stamp{at(b.Began), "◆", toneWatch, weighsAsked})
		}
		if !b.Joined.IsZero() {
			all = append(all, stamp{at(b.Joined), "✓", toneGood, weighsJoined})
		}
	}
	return all
}

// moodLimit returns the mood at or below which a rule would act: that of the rule that the
// call is flagged by, or else of the first that is not off. It reports false where there is
// none, or where the rule reckons the mood otherwise than the chart does.
func (m *model) moodLimit(s *engine.Session) (engine.Polarity, bool) {
	rules := m.frame.Policy.Rules
	if e, ok := evidenceOf(s); ok && e.Rule != "" {
		for i := range rules {
			if rules[i].ID != e.Rule {
				continue
			}
			if limit, ok := limitIn(&rules[i].When, m.scorerOf(s)); ok {
				return limit, true
			}
		}
	}
	for i := range rules {
		if rules[i].Mode == engine.ModeOff {
			continue
		}
		if limit, ok := limitIn(&rules[i].When, m.scorerOf(s)); ok {
			return limit, true
		}
	}
	return 0, false
}

// limitIn finds the limit of the mood in a condition, for sentences that one source scored.
func limitIn(c *engine.Cond, source string) (engine.Polarity, bool) {
	if l := c.Mood; l != nil && !l.Above && (l.HalfLife == 0 || l.HalfLife == moodMemory) {
		limit := l.Limit.Below
		for _, of := range l.Limit.Source {
			if of.Source == source {
				limit = of.Below
			}
		}
		return limit, limit < 0
	}
	for _, group := range [][]engine.Cond{c.All, c.Any} {
		for i := range group {
			if limit, ok := limitIn(&group[i], source); ok {
				return limit, true
			}
		}
	}
	return 0, false
}

// scorerOf names the source of a call's newest score, as the settings do.
func (m *model) scorerOf(s *engine.Session) string {
	if m.talk.Session != s.ID {
		return ""
	}
	for i := len(m.talk.Lines) - 1; i >= 0; i-- {
		if m.talk.Lines[i].Scored {
			return m.talk.Lines[i].Source
		}
	}
	return ""
}

// chartLegend tells what the marks of a chart are.
func (m *model) chartLegend(w int) string {
	l := m.theme.line(onPage, w)
	l.gap(axisCells)
	for i, mark := range []struct {
		glyph safe.Text
		tone  tone
		words safe.Text
	}{
		{"▽", toneWatch, "negative"}, {"▼", toneBad, "very negative"}, {"▲", toneBad, "rule fired"}, {"◆", toneWatch, "operator called"},
		{"✓", toneGood, "joined"}, {"×", toneStrong, "vetoed"}, {"·", toneWatch, "not heard"}, {"┄", toneDim, "the rule's limit"},
	} {
		need := width(m.theme.shape(mark.words)) + 2
		if i > 0 {
			need += 3
		}
		if need > l.left {
			break
		}
		if i > 0 {
			l.gap(3)
		}
		l.put(mark.tone, mark.glyph)
		l.gap(1)
		l.put(toneDim, mark.words)
	}
	return l.end()
}
