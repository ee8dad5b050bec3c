package tui

import (
	"strconv"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// busyWith returns the call that an operator's number is on.
func busyWith(f *engine.Frame, number string) (engine.SessionID, bool) {
	for _, b := range f.Roster.Busy {
		if b.Number == number {
			return b.Session, true
		}
	}
	return "", false
}

// operatorWords tells whether an operator is free.
func (m *model) operatorWords(number string) (tone, safe.Text) {
	id, busy := busyWith(m.frame, number)
	if !busy {
		return toneText, "free"
	}
	s, ok := m.frame.Session(id)
	if !ok {
		return toneDim, "on another call"
	}
	return toneDim, "with " + callerOf(s)
}

// roster draws the operators and the day's figures.
func (m *model) roster(w, h int) []string {
	numbers := m.frame.Roster.Numbers
	var lines []string
	for i, n := range numbers {
		if len(lines) == h-1 && i < len(numbers)-1 {
			lines = append(lines, m.heading(own("… "+strconv.Itoa(len(numbers)-i)+" more"), w))
			break
		}
		to, words := m.operatorWords(n)
		l := m.theme.line(onPage, w)
		l.gap(1)
		l.col(toneText, safe.Number(n), 18)
		l.gap(1)
		l.put(to, words)
		lines = append(lines, l.end())
	}
	return fit(lines, w, h)
}

// figures is what the day came to, in words.
func (m *model) figures() safe.Text {
	c := m.frame.Counts
	return own(strconv.Itoa(c.Calls) + " calls so far · " + strconv.Itoa(c.Answered) + " answered · " + strconv.Itoa(c.Joined) + " operators joined")
}
