package tui

import (
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// When the age of what we hear is worth a look, in house time.
const (
	textStale  = 30 * time.Second // Symbl has not answered though it listens
	troubleNew = time.Minute
)

// header says what is shown, how fresh it is, and what o'clock it is.
func (m *model) header(w int) string {
	l := m.theme.line(onPage, w)
	clock := clockTime(m.now, m.zone)
	room := w - width(string(clock)) - 2
	gap := 2
	if w >= 100 {
		gap = 3
	}
	l.gap(1)
	l.put(toneStrong, "switchboard")
	add := func(to tone, text safe.Text) {
		if used := w - l.left; text != "" && used+gap+width(string(text)) <= room {
			l.gap(gap)
			l.put(to, text)
		}
	}
	add(toneAccent, m.title)
	add(toneText, count(m.tally.calls, "call", "calls"))
	apart := gap
	for _, st := range []state{stateHot, stateAsk, stateBlind} {
		if n := m.tally.states[st]; n > 0 {
			glyph, _, to := st.sign()
			add(to, own(strconv.Itoa(n))+glyph)
			gap = 1 // these stand together
		}
	}
	gap = apart
	to, text := m.voice()
	add(to, text)
	to, text = m.text()
	add(to, text)
	if m.health.Journal != "" {
		add(toneBadStrong, "▲ journal")
	}
	to, text = m.bad(w)
	add(to, text)
	l.gap(l.left - width(string(clock)) - 1)
	l.put(toneDim, clock)
	return l.end()
}

// voice tells how long ago Telnyx was last heard of.
func (m *model) voice() (tone, safe.Text) {
	last := m.health.Webhook
	if m.health.Telnyx.After(last) {
		last = m.health.Telnyx
	}
	if last.IsZero() {
		return toneDim, "○ voice"
	}
	return toneDim, "● voice " + short(m.now.Sub(last))
}

// text tells how long ago the feed was last heard of, or that none listens.
func (m *model) text() (tone, safe.Text) {
	last := m.health.Symbl
	switch {
	case m.frame.Deaf != "":
		return toneWatch, "? no text"
	case last.IsZero():
		return toneDim, "○ text"
	case m.tally.talks > 0 && m.now.Sub(last) > textStale:
		return toneWatch, "? text " + short(m.now.Sub(last))
	}
	return toneDim, "● text " + short(m.now.Sub(last))
}

// bad counts what went wrong outside the calls; on a wide screen it names the newest.
func (m *model) bad(w int) (tone, safe.Text) {
	c := m.frame.Counts
	n := c.Refused + c.Unanswered + c.Lapsed + c.Panics
	var newest engine.Trouble
	for _, t := range m.health.Troubles {
		if t.Kind != engine.TroubleTelnyx { // these are counted above
			n += t.Count
		}
		if t.Last.After(newest.Last) {
			newest = t
		}
	}
	if n == 0 {
		return toneDim, ""
	}
	to := toneDim
	if m.now.Sub(newest.Last) < troubleNew {
		to = toneWatch
	}
	text := count(int(min(n, 1<<30)), "trouble", "troubles")
	if w >= wideWidth && newest.Count > 0 {
		detail := safe.Clean(newest.Detail, 48)
		if detail == "" {
			detail = own(newest.Kind.String())
		}
		text += ", last: " + detail
	}
	return to, text
}
