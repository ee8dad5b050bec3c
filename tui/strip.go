package tui

import (
	"strconv"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// strip is the one row that says what matters most now. It is always there, so that
// nothing moves when it changes; later it holds the countdown of a transfer that was
// proposed.
func (m *model) strip(w int) string {
	t := m.tally
	switch {
	case m.health.Journal != "":
		return m.alarm(w, "▲", toneBadStrong, "The journal cannot write: "+safe.Clean(m.health.Journal, maxWhy), "", nil, 0)
	case t.hot != nil:
		words, _ := situation(t.hot, m.now)
		return m.alarm(w, "▲", toneBadStrong, callerOf(t.hot), words, t.hot, t.states[stateHot]-1)
	case t.ask != nil:
		words, _ := transferWords(t.ask, m.now)
		return m.alarm(w, "◆", toneWatch, callerOf(t.ask), own(words+", "+causeWords(t.ask.Transfer)), t.ask, t.states[stateAsk]-1)
	}
	if broken, ok := m.setUp(); ok {
		return m.mend(w, broken)
	}
	switch {
	case t.joined != nil:
		words := own("joined at " + string(clockTime(t.joined.Transfer.Since, m.zone)))
		return m.calm(w, "✓", callerOf(t.joined)+" and "+safe.Number(t.joined.Transfer.To), words)
	case t.calls == 0 && m.idle != "":
		return m.calm(w, "", "No calls.", m.idle)
	case m.frame.Deaf != "":
		return m.calm(w, "?", "No call is heard.", safe.Clean(m.frame.Deaf, maxWhy))
	case t.blind != nil:
		n := t.states[stateBlind]
		return m.calm(w, "?", count(n, "call is", "calls are")+" not heard.", deafWhy(t.blind))
	case t.low != nil:
		p, _ := t.low.Mood(m.now)
		sign, _ := moodSign(p)
		words := own("mood " + string(signed(p)))
		if op, ok := t.low.Operator(); ok && op.Joined {
			words += ", with the operator at " + safe.Number(op.Number)
		}
		return m.calm(w, sign, callerOf(t.low), words)
	case t.calls == 0:
		return m.calm(w, "", "No calls.", "")
	}
	return m.calm(w, "", "All calm.", "")
}

// alarm draws the strip on its tint: a name, what about it, and how many more.
func (m *model) alarm(w int, glyph safe.Text, to tone, name, words safe.Text, about *engine.Session, more int) string {
	l := m.theme.line(onStrip, w)
	l.gap(1)
	l.put(to, glyph)
	l.gap(1)
	tail := safe.Text("")
	if more > 0 {
		tail = own("+") + count(more, "more", "more") + " ↓"
	}
	key := safe.Text("")
	if m.box == nil && about != nil && w >= minWidth {
		key = m.nextKey(about)
	}
	room := l.left - width(string(tail)) - width(string(key)) - 4
	used := min(width(string(name)), room)
	l.col(toneStrong, name, used)
	if words != "" && room-used > 6 {
		l.gap(3)
		l.col(to, words, room-used-3)
	}
	l.gap(l.left - width(string(tail)) - width(string(key)) - 3)
	l.put(toneStrong, tail)
	l.gap(2)
	l.put(toneDim, key)
	return l.end()
}

// mend draws the strip about trouble that our own set-up makes: all that is known of it
// where there is room, and otherwise what to look at and the key that tells all.
func (m *model) mend(w int, t trouble) string {
	l := m.theme.line(onStrip, w)
	l.gap(1)
	l.put(toneWatch, "!")
	l.gap(1)
	l.put(toneStrong, t.name)
	l.gap(3)
	const more = "! more"
	if words := t.words(); width(m.theme.shape(words)) <= l.left-1 {
		l.put(toneText, words)
		return l.end()
	}
	if m.box != nil || w < minWidth {
		l.put(toneText, t.remedy)
		return l.end()
	}
	l.col(toneText, t.remedy, l.left-len(more)-3)
	l.gap(2)
	l.put(toneDim, more)
	return l.end()
}

// nextKey is the key that brings the supervisor nearer to a call, or, where he is
// there, the one that helps it.
func (m *model) nextKey(about *engine.Session) safe.Text {
	if about.ID == m.list.selected {
		if stateOf(about) == stateHot {
			return "t transfer"
		}
		return ""
	}
	n := 0
	for _, s := range m.list.rows {
		if !stateOf(s).attention() {
			continue
		}
		n++
		if s.ID == about.ID && n <= 9 {
			return own(strconv.Itoa(n) + " jumps there")
		}
	}
	return ""
}

// calm draws the strip without a tint.
func (m *model) calm(w int, glyph, name, words safe.Text) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	if glyph != "" {
		l.put(toneText, glyph)
		l.gap(1)
	}
	l.put(toneDim, name)
	if words != "" {
		l.gap(2)
		l.put(toneDim, words)
	}
	return l.end()
}

// causeWords tells why an operator is brought in.
func causeWords(t engine.Transfer) string {
	switch t.Cause {
	case engine.CauseKey:
		return "customer pressed 1"
	case engine.CauseMood:
		return "mood"
	case engine.CauseHand:
		return "by hand"
	}
	return "no cause given"
}
