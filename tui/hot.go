package tui

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// ] and [ go from one thing that needs a look to the next: over the list from call to call,
// and within a call from one hot sentence to the next.

// hot goes to the next hot moment, or with by below 0 to the one before.
func (m *model) hot(by int) tea.Cmd {
	inCall := m.open || m.focus == paneWords || m.focus == paneSide || m.focus == paneEvents
	if inCall {
		m.hotSentence(by)
	} else {
		m.hotCall(by)
	}
	return nil
}

// hotCall selects the next call that needs attention, around the ends of the list.
func (m *model) hotCall(by int) {
	var hot []engine.SessionID
	after := 0 // of them, those that stand above the selected call, and it
	for i, s := range m.list.rows {
		if !stateOf(s).attention() {
			continue
		}
		if i < m.list.at || i == m.list.at && by > 0 {
			after++
		}
		hot = append(hot, s.ID)
	}
	n := len(hot)
	if n == 0 {
		m.tell(toneDim, "No call needs attention.")
		return
	}
	if by < 0 {
		after--
	}
	to := (after%n + n) % n
	if hot[to] == m.list.selected {
		m.tell(toneDim, "No other call needs attention.")
		return
	}
	m.pointAt(hot[to])
	m.tell(toneDim, own(strconv.Itoa(to+1)+" of ")+count(n, "call that needs attention", "calls that need attention"))
}

// hotSentence marks the next hot sentence of the selected call and scrolls to it.
func (m *model) hotSentence(by int) {
	s, ok := m.list.call()
	if !ok {
		m.tell(toneDim, "There is no call to look at.")
		return
	}
	lines := m.talk.Lines
	hot := hotLines(s, lines)
	if len(hot) == 0 {
		m.tell(toneDim, "There is no hot moment in what was said.")
		return
	}
	at := slices.IndexFunc(lines, func(u engine.Utterance) bool { return u.ID == m.words.marked })
	var to int
	switch {
	case at < 0 && by < 0:
		to = upTo(hot, m.words.end(lines)) - 1
	case at < 0:
		to = upTo(hot, m.words.end(lines))
	case by < 0:
		to = upTo(hot, at) - 1
	default:
		to = upTo(hot, at+1)
	}
	switch {
	case to < 0:
		m.tell(toneDim, "No hot moment is left before this.")
		return
	case to >= len(hot):
		m.tell(toneDim, "No hot moment is left after this.")
		return
	}
	u := lines[hot[to]]
	m.words.show(m, hot[to])
	text := safe.Text("hot moment " + own(strconv.Itoa(to+1)) + " of " + own(strconv.Itoa(len(hot))) + ", " + clockTime(u.Start, m.zone))
	if u.Scored {
		text += ", " + signed(u.Polarity)
	}
	m.tell(toneText, text)
}

// upTo counts those that lie before a place.
func upTo(places []int, at int) int {
	i, _ := slices.BinarySearch(places, at)
	return i
}

// hotLines are the places of the sentences that are worth a look: what the customer said
// that is negative, what a rule has gone by, and what sounds like danger.
func hotLines(s *engine.Session, lines []engine.Utterance) []int {
	quoted := map[string]bool{}
	quote := func(e engine.Evidence) {
		for _, q := range e.Lines {
			quoted[q.Utterance] = true
		}
	}
	quote(s.Transfer.Evidence)
	for i := range s.Alerts {
		quote(s.Alerts[i].Evidence)
	}
	var hot []int
	for i, u := range lines {
		low := u.Speaker == engine.SpeakerCustomer && u.Scored && u.Polarity <= negativeLimit
		if low || quoted[u.ID] || u.Flags.Has(engine.FlagSafety) {
			hot = append(hot, i)
		}
	}
	return hot
}
