package tui

import (
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// calls draws the list: a line of titles, and as many calls as there are lines for.
func (m *model) calls(w, h int) []string {
	lines := make([]string, 0, h+1)
	seats := seatsOf(m.columns, w)
	if n := len(seats) - 1; w < m.width && n >= 0 { // it ends at a hairline, and nothing touches that
		seats[n].width--
	}
	lines = append(lines, m.titles(seats, w))
	for i, s := range m.list.visible() {
		if i >= h {
			break
		}
		lines = append(lines, m.row(s, seats, w))
	}
	if m.list.foldShown() {
		lines = append(lines, m.foldRow(w))
	}
	if m.list.lines() == 0 && h > 1 {
		l := m.theme.line(onPage, w)
		l.gap(3)
		l.put(toneDim, m.nobodyIn(l.left))
		lines = append(lines, l.end())
	}
	return fit(lines, w, h+1)
}

// nobody says why there is no row.
func (m *model) nobody() safe.Text {
	switch {
	case m.list.all > 0:
		return m.noneMatch()
	case m.deck != nil:
		return "Nobody was calling."
	}
	return "Nobody is calling. The next call shows here by itself."
}

// nobodyIn says why there is no row in as many cells: what a key does about it is never cut.
func (m *model) nobodyIn(w int) safe.Text {
	words := m.nobody()
	if m.list.all > 0 && width(m.theme.shape(words)) > w {
		words = "None of " + count(m.list.all, "call", "calls") + " matches. esc shows all."
	}
	if m.list.all > 0 && width(m.theme.shape(words)) > w {
		words = "None matches. esc shows all."
	}
	return words
}

// titles draws the heads of the columns. The one that the rows are sorted by says which
// way.
func (m *model) titles(seats []seat, w int) string {
	l := m.theme.line(onPage, w)
	l.begins(paneCalls)
	l.gap(markerCells)
	for _, s := range seats {
		to, title := toneDim, s.title
		way := safe.Text("")
		if s.id == m.sortedBy.column {
			to, way = toneAccent, " "+m.sortSign()
		}
		if s.brief != "" && width(string(title+way)) > s.width {
			title = s.brief
		}
		if first, _, ok := strings.Cut(string(title), " "); ok && width(string(title+way)) > s.width {
			title = own(first)
		}
		title = clipTo(m.theme, title, s.width-width(string(way))) + way
		l.gap(s.gap)
		l.mark(headSpot(s.id), s.width)
		switch {
		case s.right:
			l.right(to, title, s.width)
		case s.id == colState:
			l.gap(2)
			l.col(to, title, s.width-2)
		default:
			l.col(to, title, s.width)
		}
	}
	return l.end()
}

// row draws one call. It is drawn anew only when something on it has changed.
func (m *model) row(s *engine.Session, seats []seat, w int) string {
	k := rowKey{id: s.ID, changed: s.Changed, second: m.now.Unix(), selected: s.ID == m.list.selected, marked: m.marks[s.ID], width: w, stray: m.stray(s)}
	if s.Transfer.Status == engine.TransferProposed {
		k.due = left(s.Transfer, m.now)
	}
	if row, ok := m.drawn.rows.get(k); ok {
		return row
	}
	row := m.drawRow(s, seats, w, k)
	m.drawn.rows.put(k, row)
	return row
}

func (m *model) drawRow(s *engine.Session, seats []seat, w int, k rowKey) string {
	on, c := onPage, drawnCall{s, stateOf(s), toneText, toneText}
	if k.selected {
		on, c.name = onRow, toneStrong
	}
	switch {
	case c.state == stateEnded:
		c.text = toneDim
		if !k.selected {
			c.name = toneDim
		}
	case c.state == stateHot || c.state == stateProposed:
		c.name = toneStrong
	}
	l := m.theme.line(on, w)
	l.mark(rowSpot(s.ID), w)
	if k.selected {
		l.mark(spot{kind: spotCursor, of: calledCalls}, 1)
		l.put(toneAccent, "▌")
	} else {
		l.gap(markerCells)
	}
	for _, seat := range seats {
		if seat.id == colCaller && k.marked && seat.gap > 0 {
			l.gap(seat.gap - 1)
			l.put(toneAccent, "•")
		} else {
			l.gap(seat.gap)
		}
		seat.draw(m, l, c, seat.width)
	}
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
