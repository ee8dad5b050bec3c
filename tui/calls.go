package tui

import (
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// calls draws the list: a line of titles, and as many calls as there are lines for.
func (m *model) calls(w, h int) []string {
	lines := make([]string, 0, h+1)
	c := columnsOf(w)
	lines = append(lines, m.titles(c, w))
	for i, s := range m.list.visible() {
		if i >= h {
			break
		}
		lines = append(lines, m.row(s, c, w))
	}
	if len(m.list.rows) == 0 && h > 1 {
		l := m.theme.line(onPage, w)
		l.gap(3)
		if m.deck != nil {
			l.put(toneDim, "Nobody was calling.")
		} else {
			l.put(toneDim, "Nobody is calling. The next call shows here by itself.")
		}
		lines = append(lines, l.end())
	}
	return fit(lines, w, h+1)
}

func (m *model) titles(c columns, w int) string {
	to := toneDim
	l := m.theme.line(onPage, w)
	l.gap(3)
	l.mark(headSpot("state"), 5)
	l.col(to, "STATE", 5)
	l.gap(1)
	l.mark(headSpot("caller"), c.caller)
	l.col(to, "CALLER", c.caller)
	if c.number > 0 {
		l.gap(1)
		l.mark(headSpot("number"), c.number)
		l.col(to, "NUMBER", c.number)
	}
	l.gap(1)
	l.mark(headSpot("time"), longCells)
	l.right(to, "TIME", longCells)
	l.gap(2)
	l.mark(headSpot("mood"), c.spark)
	l.col(to, pickMood(c.spark), c.spark)
	l.gap(2)
	l.mark(headSpot("now"), moodCells)
	l.col(to, "NOW", moodCells)
	l.gap(2)
	if c.rest >= 8 {
		l.mark(headSpot("transfer"), c.rest)
		l.col(to, "TRANSFER", c.rest)
	}
	return l.end()
}

func pickMood(cells int) safe.Text {
	if cells < 14 {
		return "MOOD 3m"
	}
	return "MOOD, last 3 min"
}

// row draws one call. It is drawn anew only when something on it has changed.
func (m *model) row(s *engine.Session, c columns, w int) string {
	k := rowKey{s.ID, s.Changed, m.now.Unix(), s.ID == m.list.selected, w, 0}
	if s.Transfer.Status == engine.TransferProposed {
		k.due = left(s.Transfer, m.now)
	}
	if row, ok := m.drawn.rows.get(k); ok {
		return row
	}
	row := m.drawRow(s, c, w, k.selected)
	m.drawn.rows.put(k, row)
	return row
}

func (m *model) drawRow(s *engine.Session, c columns, w int, selected bool) string {
	on, name, text := onPage, toneText, toneText
	if selected {
		on, name = onRow, toneStrong
	}
	st := stateOf(s)
	if st == stateEnded {
		text = toneDim
		if !selected {
			name = toneDim
		}
	}
	if st == stateHot || st == stateProposed {
		name = toneStrong
	}
	l := m.theme.line(on, w)
	l.mark(rowSpot(s.ID), w)
	if selected {
		l.mark(spot{kind: spotCursor, of: calledCalls}, 1)
		l.put(toneAccent, "▌")
	} else {
		l.gap(1)
	}
	glyph, word, to := signOf(s)
	l.col(to, glyph, 1)
	l.gap(1)
	l.col(to, word, 5)
	l.gap(1)
	l.col(name, callerOf(s), c.caller)
	if c.number > 0 {
		l.gap(1)
		l.col(toneDim, safe.Number(s.Caller), c.number)
	}
	l.gap(1)
	l.right(text, long(lasted(s, m.now)), longCells)
	l.gap(2)
	mood, judged := s.Mood(m.moment(s))
	sign, moodTone := moodSign(mood)
	if st == stateEnded {
		moodTone = toneDim
	}
	l.col(sparkTone(moodTone), spark(s, m.now, c.spark), c.spark)
	l.gap(2)
	switch {
	case deaf(s, m.now):
		l.col(toneWatch, "? –", moodCells)
	case judged:
		l.put(moodTone, sign+" ")
		l.col(moodTone, signed(mood), moodCells-2)
	default:
		l.gap(moodCells)
	}
	l.gap(2)
	words, to := situation(s, m.now, m.book())
	if words != "" && c.rest < minRest {
		words = inShort(s, m.now)
	}
	l.col(to, words, c.rest)
	return l.end()
}

// inShort is a call's situation in nine cells.
func inShort(s *engine.Session, now time.Time) safe.Text {
	switch {
	case s.Phase != engine.PhaseTalking:
		return ""
	case s.Transfer.Status == engine.TransferFailed:
		return "▲ nobody"
	case s.Recorder.Leaks:
		return "▲ tape on"
	case s.Hot():
		return "▲ trouble"
	case s.Transfer.Status == engine.TransferProposed:
		return "→ in " + short(left(s.Transfer, now))
	case s.Transfer.Under():
		return "→ " + short(now.Sub(s.Transfer.Since))
	case s.Transfer.Status == engine.TransferQueued:
		return "waits " + short(now.Sub(s.Transfer.Queued))
	case s.Pay.On():
		return "pays " + short(now.Sub(s.Pay.Since))
	case s.Pinned:
		return "pinned"
	case onHold(s):
		return "on hold"
	case alertWords(s) != "":
		return clipRule(alertOf(s).Rule)
	case mutedWords(s) != "":
		return "muted"
	case deaf(s, now) && onlyLate(s):
		return "too late"
	case deaf(s, now):
		return "not heard"
	case s.Transfer.Status == engine.TransferJoined:
		return "✓ joined"
	case s.Transfer.Status == engine.TransferEnded:
		return "op. left"
	case s.Transfer.Status == engine.TransferVetoed:
		return "vetoed"
	case s.Transfer.Status == engine.TransferCallback:
		return "callback"
	case s.Claimed != "":
		return "claimed"
	case s.Consent.Status == engine.ConsentDeclined:
		return "declined"
	}
	return "prompt"
}

// clipRule is as much of a rule's name as the shortest column holds.
func clipRule(rule string) safe.Text {
	return own(cut(string(safe.Clean(rule, maxRule)), minBrief, ""))
}

// sparkTone weakens the mood's tone: a line of blocks is loud enough.
func sparkTone(to tone) tone {
	if to == toneBadStrong {
		return toneBad
	}
	return to
}

// listStatus tells how many calls are shown and in what order.
func (m *model) listStatus() safe.Text {
	n := len(m.list.rows)
	if n == 0 {
		return ""
	}
	text := count(n, "call", "calls")
	if shown := len(m.list.visible()); shown < n && m.list.page > 0 {
		text = own(strconv.Itoa(m.list.top+1) + "–" + strconv.Itoa(m.list.top+shown) + " of " + string(text))
	}
	if !m.list.shown() {
		return text + own(" · selected is row "+strconv.Itoa(m.list.at+1)) + " ↓"
	}
	if n := m.list.above(); n > 0 {
		return text + " · " + count(n, "needs", "need") + " a hand above, 1 goes there"
	}
	if m.holding && !m.list.sorted() {
		return text + " · order held while you choose"
	}
	return text + " · sorted by attention"
}
