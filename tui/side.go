package tui

import (
	"slices"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// side draws the facts of a call in one column: its mood, why it was flagged, who is on it,
// and what happened in it.
func (m *model) side(w, h int) []string {
	s, ok := m.list.call()
	if !ok {
		return fit(nil, w, h)
	}
	alerts, legs := m.alerts(s, w), m.legs(s, w)
	least := 4 // lines for the events
	if m.deck != nil {
		least = max(h*2/5, 6)
	}
	air := 2
	rest := h - 1 - len(alerts) - 1 - len(legs) - least // for the chart
	if rest < leastChart+air {
		air = 0
	}
	lines := m.moodBlock(s, w, min(rest-air, maxChart*5/8), shortSpan)
	lines = append(lines, alerts...)
	if air > 0 {
		lines = append(lines, m.theme.empty(w))
	}
	lines = append(append(lines, m.heading("WHO HEARS WHOM", w)), legs...)
	if air > 0 {
		lines = append(lines, m.theme.empty(w))
	}
	return fit(append(lines, m.eventsIn(s, w, h-len(lines), "EVENTS", columnNote)...), w, h)
}

// moodBlock draws the mood with its number, and beneath it a chart in so many lines or,
// where those are too few for one, its last three minutes in one line.
func (m *model) moodBlock(s *engine.Session, w, h int, span time.Duration) []string {
	switch {
	case s.Language == engine.Spanish: // what he says is not judged: a chart would stay empty
		return []string{m.moodHeading(s, w, span, true)}
	case h < leastChart:
		return m.moodLines(s, w)
	}
	return append([]string{m.moodHeading(s, w, span, h >= timedChart)}, m.moodChart(s, w, h, span)...)
}

// alerts tells which rules hold on a call, and who looks after it.
func (m *model) alerts(s *engine.Session, w int) []string {
	var lines []string
	add := func(to tone, label, text safe.Text) {
		l := m.theme.line(onPage, w)
		l.gap(1)
		l.col(toneDim, label, 6)
		l.put(to, text)
		lines = append(lines, l.end())
	}
	for i, a := range slices.Backward(s.Alerts) {
		if i < len(s.Alerts)-maxAlerts {
			break
		}
		to, words := toneWatch, safe.Clean(a.Rule, maxRule)+", "+own(a.Severity.String())+", "+short(m.now.Sub(a.At))
		switch {
		case a.Seen:
			to, words = toneDim, words+", seen"
		case a.Severity >= engine.SeverityRed:
			to = toneBad
		}
		add(to, pick(len(lines) == 0, "ALERT"), words)
	}
	for _, z := range s.Snoozed {
		if z.Until.After(m.now) {
			add(toneDim, "QUIET", safe.Clean(z.Rule, maxRule)+" is snoozed, "+long(z.Until.Sub(m.now))+" left")
		}
	}
	if s.HeldBack.After(m.now) {
		add(toneDim, "QUIET", "after a veto nothing is proposed, "+long(s.HeldBack.Sub(m.now))+" left")
	}
	if s.AutoSpent && !s.Transfer.Open() && s.Transfer.Status != engine.TransferJoined {
		add(toneDim, "AUTO", "has had its one transfer;  "+m.colon("again"))
	}
	if s.Pinned {
		add(toneBad, "PIN", "stays at the top until somebody has seen it: "+word(m.keys.Why)+", then "+word(m.keys.Seen))
	}
	if s.Claimed != "" {
		who := "by " + byWhom(s.Claimed)
		if s.Claimed == m.by() {
			who = "by you"
		}
		add(toneText, "CLAIM", "looked after "+who)
	}
	return lines
}

// maxAlerts is how many alerts of a call the detail tells of.
const maxAlerts = 3

// heading draws the title of a part.
func (m *model) heading(text safe.Text, w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.put(toneDim, text)
	return l.end()
}

func (th *theme) empty(w int) string { return spaces(w) }

// moodLines draws the mood with its number and its last three minutes.
func (m *model) moodLines(s *engine.Session, w int) []string {
	l := m.theme.line(onPage, w)
	m.paneTitleInto(l, paneSide, "MOOD")
	l.gap(2)
	m.moodInto(l, s)
	m.scorerInto(l, s)
	_, to := moodSign(m.mood(s))
	cells := min(max(w-14, 8), 36)
	curve := m.theme.line(onPage, w)
	curve.gap(1)
	curve.put(toneDim, "−3 min ")
	curve.col(sparkTone(to), spark(s, m.now, cells), cells)
	curve.put(toneDim, " now")
	return []string{l.end(), curve.end()}
}

// mood is the mood to show of a call: calm where nothing was judged.
func (m *model) mood(s *engine.Session) engine.Polarity {
	p, _ := s.Mood(m.moment(s))
	return p
}

// moodInto writes a call's mood as a sign and a number, or why there is none.
func (m *model) moodInto(l *line, s *engine.Session) {
	p, judged := s.Mood(m.moment(s))
	sign, to := moodSign(p)
	switch {
	case s.Language == engine.Spanish:
		l.put(toneDim, "Spanish: shown, not judged")
	case deaf(s, m.now) && onlyLate(s):
		l.put(toneWatch, "? unknown: words come too late")
	case deaf(s, m.now):
		l.put(toneWatch, "? unknown: nobody hears the call")
	case judged:
		l.put(to, sign+" "+signed(p))
	default:
		l.put(toneDim, "nothing judged yet")
	}
}

// scorerInto writes who scores the sentences, where it is not Symbl.
func (m *model) scorerInto(l *line, s *engine.Session) {
	if by := m.scoredBy(s); by != "" && len(s.Samples) > 0 {
		l.gap(2)
		l.put(toneDim, "by "+by)
	}
}

// fewFacts is up to how many lines who is on the call is told in one.
const fewFacts = 3

// facts are the facts of a call in few lines: its mood, why, who, and what last. Where the
// events have the keyboard they have the lines.
func (m *model) facts(s *engine.Session, w, h int) []string {
	if m.focus == paneEvents {
		return m.eventsIn(s, w, h, "EVENTS", columnNote)
	}
	l := m.theme.line(onPage, w)
	m.paneTitleInto(l, paneSide, "MOOD")
	l.gap(1)
	m.moodInto(l, s)
	l.gap(2)
	_, to := moodSign(m.mood(s))
	l.put(sparkTone(to), spark(s, m.now, 24))
	m.scorerInto(l, s)
	lines := []string{l.end()}
	if whyKnown(s) {
		lines = append(lines, m.whyBrief(s, w))
	}
	if h <= fewFacts { // the words have the room
		return fit(append(lines, m.legsBrief(s, w)), w, h)
	}
	lines = append(lines, m.legs(s, w)...)
	if m.deck != nil {
		return fit(append(lines, m.falls(w, h-len(lines))...), w, h)
	}
	if left := h - len(lines); left > 0 {
		lines = append(lines, m.notes(s, w, left, 1)...)
	}
	return fit(lines, w, h)
}
