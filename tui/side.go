package tui

import (
	"strconv"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// side draws the facts of a call: its mood, why it was flagged, who is on it, and
// what happened in it.
func (m *model) side(w, h int) []string {
	s, ok := m.list.call()
	if !ok {
		return fit(nil, w, h)
	}
	var lines []string
	lines = append(lines, m.moodLines(s, w)...)
	if why := m.why(s, w); len(why) > 0 && h >= 14 {
		lines = append(append(lines, m.theme.empty(w)), why...)
	}
	lines = append(lines, m.theme.empty(w), m.heading("WHO IS ON THE CALL", w))
	lines = append(lines, m.legs(s, w)...)
	lines = append(lines, m.theme.empty(w), m.heading(m.eventsTitle(s), w))
	if left := h - len(lines); left > 0 {
		lines = append(lines, m.notes(s, w, left)...)
	}
	return fit(lines, w, h)
}

// eventsTitle names the events, and says how many are above when they are scrolled.
func (m *model) eventsTitle(s *engine.Session) safe.Text {
	title := safe.Text("EVENTS")
	if m.focus == paneEvents {
		title += "  j k scroll"
	}
	if m.events > 0 {
		title += "  " + count(min(m.events, len(s.Notes)), "newer", "newer") + " ↑"
	}
	return title
}

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
	l.gap(1)
	l.put(toneDim, "MOOD")
	l.gap(2)
	m.moodInto(l, s)
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
	case s.Blind():
		l.put(toneWatch, "? unknown: nobody hears the call")
	case judged:
		l.put(to, sign+" "+signed(p))
	default:
		l.put(toneDim, "nothing judged yet")
	}
}

// facts are the facts of a call in few lines: its mood, why, who, and what last.
func (m *model) facts(s *engine.Session, w, h int) []string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.put(toneDim, "MOOD ")
	m.moodInto(l, s)
	l.gap(2)
	_, to := moodSign(m.mood(s))
	l.put(sparkTone(to), spark(s, m.now, 24))
	lines := []string{l.end()}
	if !s.Alarm.At.IsZero() {
		lines = append(lines, m.whyBrief(s, w))
	}
	lines = append(lines, m.legs(s, w)...)
	if left := h - len(lines); left > 0 {
		lines = append(lines, m.notes(s, w, left)...)
	}
	return fit(lines, w, h)
}

// why tells the evidence on which an operator was called.
func (m *model) why(s *engine.Session, w int) []string {
	a := s.Alarm
	if a.At.IsZero() {
		return nil
	}
	head := m.theme.line(onPage, w)
	head.gap(1)
	head.put(toneDim, "WHY   ")
	head.put(toneText, own(strconv.Itoa(a.Count)+" of "+strconv.Itoa(a.Of)+" sentences ≤ "+string(signed(a.Below))))
	head.put(toneDim, "  "+clockTime(a.At, m.zone))
	seen := m.theme.line(onPage, w)
	seen.gap(7)
	for _, sample := range a.Samples {
		_, _, to := weight(sample.Polarity, a.Below)
		seen.put(to, signed(sample.Polarity)+" ")
	}
	seen.put(toneDim, "  mood "+signed(a.Mood))
	return []string{head.end(), seen.end()}
}

// whyBrief is the evidence in one line, or the call's newest event.
func (m *model) whyBrief(s *engine.Session, w int) string {
	if a := s.Alarm; !a.At.IsZero() && s.Transfer.Status != engine.TransferEnded {
		l := m.theme.line(onPage, w)
		l.gap(1)
		l.put(toneDim, "WHY  ")
		l.put(toneText, own(strconv.Itoa(a.Count)+" of "+strconv.Itoa(a.Of)+" sentences ≤ "+string(signed(a.Below))))
		l.put(toneDim, own(", mood "+string(signed(a.Mood))+", at "+string(clockTime(a.At, m.zone))))
		return l.end()
	}
	l := m.theme.line(onPage, w)
	l.gap(1)
	if n := len(s.Notes); n > 0 {
		l.put(toneDim, "LAST ")
		_, to := noteSign(s.Notes[n-1].Kind)
		if to == toneText {
			to = toneDim
		}
		l.put(toneDim, clockTime(s.Notes[n-1].At, m.zone)+" ")
		l.put(to, noteText(s.Notes[n-1]))
	}
	return l.end()
}
