package tui

import (
	"strconv"
	"time"

	"charm.land/bubbles/v2/key"

	"switchboard/engine"
	"switchboard/engine/replay"
	"switchboard/tui/safe"
)

// markOf is how a moment is marked on the bar.
func markOf(k replay.Kind) (safe.Text, tone) {
	switch k {
	case replay.Quarantined, replay.Failed:
		return "!", toneBadStrong
	case replay.Fired, replay.Proposed:
		return "▲", toneBad
	case replay.Vetoed:
		return "▽", toneText
	case replay.Asked:
		return "◆", toneWatch
	case replay.Joined:
		return "✓", toneGood
	case replay.Blind:
		return "?", toneWatch
	case replay.Held:
		return "‖", toneDim
	case replay.Began, replay.Ended:
		return "·", toneDim
	}
	return "·", toneDim
}

// weightOf orders moments that share a cell of the bar: the heaviest is drawn.
func weightOf(k replay.Kind) int {
	switch k {
	case replay.Quarantined, replay.Failed:
		return 8
	case replay.Fired, replay.Proposed:
		return 7
	case replay.Vetoed:
		return 6
	case replay.Asked:
		return 5
	case replay.Joined:
		return 4
	case replay.Blind:
		return 3
	case replay.Held:
		return 2
	case replay.Began, replay.Ended:
		return 0 // the bar would be full of them
	}
	return 0
}

// A gauge is where the parts of the transport bar stand, so that the rows beneath one
// another agree.
type gauge struct {
	left, bar int // cells before the bar, and of it
	label     safe.Text
	right     safe.Text
}

// gauge divides the bar's row.
func (m *model) gauge(w int) gauge {
	at := m.deck.at
	label, end := m.tapeTime(at.Now), m.tapeTime(at.To)
	count := "event " + strconv.Itoa(at.Event) + " of " + strconv.Itoa(at.Of)
	if w < splitWidth {
		count = strconv.Itoa(at.Event) + " of " + strconv.Itoa(at.Of)
	}
	g := gauge{label: padTo(label, width(string(end))), right: " " + end + "   " + own(count)}
	g.left = 1 + stateWidth + 1 + width(string(g.label)) + 1
	g.bar = max(w-g.left-width(string(g.right))-1, 4)
	return g
}

// stateWidth is how many cells are kept for the speed, so that the bar stands still.
const stateWidth = 7

// padTo puts a text to the right end of so many cells.
func padTo(text safe.Text, cells int) safe.Text {
	return own(spaces(cells-width(string(text)))) + text
}

// tapeTime is a time of the tape: of one call how far it is, of more what o'clock it was.
func (m *model) tapeTime(t time.Time) safe.Text {
	if m.deck.player.Tape().Call() != "" {
		return long(t.Sub(m.deck.at.From))
	}
	return clockTime(t, m.zone)
}

// transport draws the rows that a replay has in place of the status and the keys.
func (m *model) transport(w int) []string {
	g := m.gauge(w)
	lines := []string{m.progress(g, w)}
	if m.deck.trial != nil {
		lines = append(lines, m.trialRow(g, w))
	}
	if b, ok := m.box.(lineBox); ok {
		drawn, _ := b.line(m, w)
		return append(lines, drawn)
	}
	l := m.theme.line(onPage, w)
	if m.notice.text != "" {
		l.gap(1)
		l.put(m.notice.tone, m.notice.text)
		l.gap(2)
	} else if words := m.searchTold(); words != "" {
		l.gap(1)
		l.put(toneText, words)
		l.gap(2)
	}
	m.hintsInto(l, m.tapeHints())
	return append(lines, l.end())
}

// extraLines are how many lines more than other screens a replay takes at the bottom.
func (m *model) extraLines() int {
	if m.deck != nil && m.deck.trial != nil {
		return 1
	}
	return 0
}

// progress draws how far the tape is, with the marks of what happened.
func (m *model) progress(g gauge, w int) string {
	l := m.theme.line(onPage, w)
	at := m.deck.at
	l.gap(1)
	if at.Playing {
		l.col(toneAccent, "▶ "+own(at.Speed.String()), stateWidth)
	} else {
		l.col(toneText, "‖ "+own(at.Speed.String()), stateWidth)
	}
	l.gap(1)
	l.put(toneText, g.label)
	l.gap(1)
	head := m.cellOf(at.Now, g.bar)
	if m.look.Calm { // nothing moves on it: the times beside it say where the tape is
		head = -1
	}
	marks := make([]replay.Kind, g.bar)
	for _, moment := range m.deck.player.Tape().Moments() {
		if c := m.cellOf(moment.At, g.bar); weightOf(moment.Kind) > 0 && weightOf(moment.Kind) > weightOf(marks[c]) {
			marks[c] = moment.Kind
		}
	}
	m.drawBar(l, g.bar, head, "━", func(c int) (safe.Text, tone) {
		if marks[c] == 0 {
			return "", 0
		}
		return markOf(marks[c])
	})
	l.put(toneDim, g.right)
	return l.end()
}

// drawBar draws the bar: what has gone by stronger than what is to come, a mark where
// there is one, and the head over all.
func (m *model) drawBar(l *line, cells, head int, glyph safe.Text, mark func(int) (safe.Text, tone)) {
	from := 0
	flush := func(to int) {
		if past := min(to, head); past > from {
			l.fill(toneAccent, glyph, past-from)
			from = past
		}
		if to > from {
			l.fill(toneRule, glyph, to-from)
			from = to
		}
	}
	for c := range cells {
		sign, to := mark(c)
		if c == head {
			sign, to = "●", toneStrong
		}
		if sign != "" {
			flush(c)
			l.put(to, sign)
			from = c + 1
		}
	}
	flush(cells)
}

// cellOf is the cell of the bar that a time lies in.
func (m *model) cellOf(t time.Time, cells int) int {
	at := m.deck.at
	all, gone := at.To.Sub(at.From), t.Sub(at.From)
	if all <= 0 {
		return 0
	}
	return min(max(int(float64(gone)/float64(all)*float64(cells)), 0), cells-1)
}

// trialRow draws the alarms that another policy would have raised, beneath the day's.
func (m *model) trialRow(g gauge, w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	trial, tape := m.deck.trial, m.deck.player.Tape()
	alarms := tape.Shown(trial.Alarms)
	l.col(toneWatch, "by "+safe.Clean(trial.Policy, maxRule), g.left-2)
	l.gap(1)
	marks := make([]bool, g.bar)
	for _, a := range alarms {
		marks[m.cellOf(a.At, g.bar)] = true
	}
	m.drawBar(l, g.bar, -1, "─", func(c int) (safe.Text, tone) {
		if marks[c] {
			return "▲", toneWatch
		}
		return "", 0
	})
	l.gap(1)
	l.put(toneDim, own(strconv.Itoa(len(alarms))+" ▲, then "+strconv.Itoa(len(tape.Alarms()))))
	return l.end()
}

// tapeHints are the keys that a replay shows, the most needed first.
func (m *model) tapeHints() []key.Binding {
	k := m.keys
	if m.box != nil {
		return nil
	}
	play := as(k.PlayPause, "play")
	if m.deck.at.Playing {
		play = as(k.PlayPause, "pause")
	}
	back := k.Quit
	switch {
	case !m.atTop():
		back = k.Back
	case m.deck.searched:
		back = bind("esc", "history", "esc")
	case m.deck.within:
		back = bind("esc", "live", "esc")
	}
	return []key.Binding{
		play, m.nextHints(), back, pair(k.SkipBack, k.SkipOn, "5 s"), k.Help, pair(k.EventBack, k.EventOn, "event"), pair(k.Slower, k.Faster, "speed"), k.GoTo, k.OtherPolicy,
		k.Open, k.Why, k.Pane,
	}
}

// leastName is how many cells of what is replayed are worth being shown.
const leastName = 16

// replayHeader says in words that nothing here is live, of when it is, and what.
func (m *model) replayHeader(w int) string {
	l := m.theme.line(onPage, w)
	clock := clockTime(m.now, m.zone)
	room := w - width(string(clock)) - 2
	gap := 2
	if w >= 100 {
		gap = 3
	}
	live := safe.Text("nothing here is live")
	if m.deck.within {
		live = "only the top row is live"
	}
	must := append([]vital{{1, toneAccent, m.title}, {gap, toneWatch, live}}, m.musts(gap)[1:]...) // but for the title
	h := vitals{left: room, theme: m.theme}
	for _, v := range must {
		if m.theme.cells(v) <= h.left {
			h.left -= m.theme.cells(v)
			h.must = append(h.must, v)
		}
	}
	date := vital{gap, toneText, own(m.now.In(m.zone).Format(time.DateOnly))}
	if m.deck.within && m.frame.Automation != 0 {
		whole := date
		whole.text += ", auto " + own(m.frame.Automation.String()) + " then"
		h.offer(&h.feed, whole)
	}
	if h.feed.text == "" {
		h.offer(&h.feed, date)
	}
	what := m.replayed()
	if free := h.left - gap; free >= min(m.theme.width(what), leastName) { // "call of T…" says nothing
		h.offer(&h.detail, vital{gap, toneDim, clipTo(m.theme, what, free)})
	}
	if named := (vital{gap, toneText, "switchboard"}); h.offer(&h.name, named) {
		h.name.gap, h.must[0].gap = 1, gap
	}
	all := []vital{h.name, h.must[0]}
	if len(h.must) > 1 {
		all = append(all, h.must[1])
	}
	all = append(all, h.feed, h.detail)
	if len(h.must) > 2 {
		all = append(all, h.must[2:]...)
	}
	for _, v := range all {
		if v.text != "" {
			l.gap(v.gap)
			l.put(v.tone, v.text)
		}
	}
	l.gap(l.left - width(string(clock)) - 1)
	l.put(toneDim, clock)
	return l.end()
}

// replayed is what the tape is of.
func (m *model) replayed() safe.Text {
	tape := m.deck.player.Tape()
	if c, ok := tape.Caller(tape.Call()); ok {
		who := safe.Name(c.Name, maxName)
		if who == "" {
			who = safe.Number(c.From)
		}
		return "call of " + who
	}
	return safe.Clean(tape.Name(), maxWhy)
}

// callName is how the tape names a call in one of its events.
func (m *model) callName(id engine.SessionID) safe.Text {
	c, ok := m.deck.player.Tape().Caller(id)
	switch {
	case !ok:
		return ""
	case c.Name != "":
		return safe.Name(c.Name, maxName)
	}
	return safe.Number(c.From)
}
