package tui

import (
	"slices"
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A book knows the operators' names.
type book []engine.Group

// book returns the names of the operators of the frame.
func (m *model) book() book { return m.frame.Roster.Groups }

// name returns an operator's name, as configured; empty where he has none.
func (b book) name(number string) safe.Text {
	for _, g := range b {
		for _, o := range g.Operators {
			if o.Number == number && o.Name != "" {
				return safe.Clean(o.Name, maxName)
			}
		}
	}
	return ""
}

// who returns an operator's name, or his number.
func (b book) who(number string) safe.Text {
	if name := b.name(number); name != "" {
		return name
	}
	return safe.Number(number)
}

// A standing is how many operators of a group there are, who of them is free, and who
// comes next.
type standing struct {
	free, busy int
	next       string    // the free one that the group's order takes first; empty: nobody
	since      time.Time // since when he is free; zero: not known
}

// standingOf looks at a group's operators.
func (m *model) standingOf(g engine.Group) standing {
	var st standing
	for _, o := range g.Operators {
		if _, busy := busyWith(m.frame, o.Number); busy {
			st.busy++
			continue
		}
		st.free++
		since := m.idleSince(o.Number)
		first := st.next == ""
		longer := g.Order == engine.OrderIdle && !since.IsZero() && (st.since.IsZero() || since.Before(st.since))
		if first || longer {
			st.next, st.since = o.Number, since
		}
	}
	if g.AtMost > 0 && st.busy >= g.AtMost {
		st.free, st.next = 0, ""
	}
	return st
}

// idleSince returns since when an operator is free, where that is known.
func (m *model) idleSince(number string) time.Time {
	for _, i := range m.frame.Roster.Idle {
		if i.Number == number {
			return i.Since
		}
	}
	return time.Time{}
}

// openNow reports whether a group takes calls now, and if not, when it does again:
// zero where that is not known.
func openNow(g engine.Group, now time.Time) (open bool, opens time.Time) {
	if g.Hours == nil {
		return true, time.Time{}
	}
	for _, span := range g.Hours {
		switch {
		case !now.Before(span.From) && (span.To.IsZero() || now.Before(span.To)):
			return true, time.Time{}
		case span.From.After(now) && (opens.IsZero() || span.From.Before(opens)):
			opens = span.From
		}
	}
	return false, opens
}

// groupWords tells how many of a group are free and who is next, or when it opens.
func (m *model) groupWords(g engine.Group) (tone, safe.Text) {
	if open, opens := openNow(g, m.now); !open {
		if opens.IsZero() {
			return toneDim, "closed"
		}
		return toneDim, "closed, opens " + m.whenOpens(opens)
	}
	st := m.standingOf(g)
	switch {
	case st.free == 0 && st.busy == 0:
		return toneDim, "nobody is in this group"
	case st.next == "":
		return toneWatch, count(st.busy, "busy", "busy") + ", nobody free: the customer waits"
	}
	text := own(strconv.Itoa(st.free)) + " free   next: " + m.book().who(st.next)
	if !st.since.IsZero() {
		text += ", free " + long(m.now.Sub(st.since))
	}
	return toneText, text
}

// whenOpens is the hour at which a group opens, with the day where it is not today.
func (m *model) whenOpens(at time.Time) safe.Text {
	at = at.In(m.zone)
	if at.YearDay() == m.now.In(m.zone).YearDay() {
		return own(at.Format("15:04"))
	}
	return own(at.Format("Mon 15:04"))
}

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
		if since := m.idleSince(number); !since.IsZero() {
			return toneText, "free " + long(m.now.Sub(since))
		}
		return toneText, "free"
	}
	s, ok := m.frame.Session(id)
	if !ok {
		return toneDim, "on another call"
	}
	return toneDim, "with " + callerOf(s)
}

// roster draws the operators by group, who waits for one, and who is to be called back.
func (m *model) roster(w, h int) []string {
	lines := append(m.waiting(w), m.operators(w, true)...)
	if len(lines) > h && len(m.frame.Roster.Groups) > 0 { // the groups alone say what counts
		lines = append(m.waiting(w), m.operators(w, false)...)
	}
	if len(lines) > h && h > 0 {
		rest := len(lines) - h + 1
		lines = append(lines[:h-1:h-1], m.heading(own("… "+strconv.Itoa(rest)+" more"), w))
	}
	return fit(lines, w, h)
}

// rosterRows is how many lines the roster would like.
func (m *model) rosterRows() int {
	rows := len(m.frame.Roster.Numbers)
	for _, g := range m.frame.Roster.Groups {
		rows++
		for _, o := range g.Operators {
			if !slices.Contains(m.frame.Roster.Numbers, o.Number) {
				rows++
			}
		}
	}
	return rows + min(len(m.frame.Queue), 1) + min(len(m.frame.Callbacks), 1)
}

// operators draws the groups, and with each, where there is room, its operators.
func (m *model) operators(w int, each bool) []string {
	var lines []string
	grouped := map[string]bool{}
	one := func(indent int, number string) {
		to, words := m.operatorWords(number)
		l := m.theme.line(onPage, w)
		l.gap(1 + indent)
		l.col(toneText, m.book().who(number), 18)
		l.gap(1)
		l.put(to, words)
		lines = append(lines, l.end())
	}
	for _, g := range m.frame.Roster.Groups {
		to, words := m.groupWords(g)
		l := m.theme.line(onPage, w)
		l.gap(1)
		l.col(toneStrong, safe.Clean(g.Name, maxRule), 20)
		l.gap(1)
		l.put(to, words)
		lines = append(lines, l.end())
		for _, o := range g.Operators {
			grouped[o.Number] = true
			if each {
				one(2, o.Number)
			}
		}
	}
	for _, n := range m.frame.Roster.Numbers {
		if !grouped[n] {
			one(0, n)
		}
	}
	return lines
}

// waiting tells who waits for a free operator, and how many are to be called back.
func (m *model) waiting(w int) []string {
	var lines []string
	if n := len(m.frame.Queue); n > 0 {
		words := count(n, "waits for an operator", "wait for an operator")
		if s, ok := m.frame.Session(m.frame.Queue[0]); ok {
			words += ": " + callerOf(s) + " first, " + short(m.now.Sub(s.Transfer.Queued))
		}
		lines = append(lines, m.waitingLine(w, "Queue", words))
	}
	if n := len(m.frame.Callbacks); n > 0 {
		oldest := m.frame.Callbacks[0]
		words := count(n, "customer is to be called back", "customers are to be called back") +
			": " + callbackName(oldest) + " since " + short(m.now.Sub(oldest.Promised)) + "   " + m.colon("callbacks")
		lines = append(lines, m.waitingLine(w, "Callbacks", words))
	}
	return lines
}

func (m *model) waitingLine(w int, name, words safe.Text) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.col(toneStrong, name, 20)
	l.gap(1)
	l.put(toneWatch, words)
	return l.end()
}

// figures is what the day came to, in words.
func (m *model) figures() safe.Text {
	c := m.frame.Counts
	return own(strconv.Itoa(c.Calls) + " calls so far · " + strconv.Itoa(c.Answered) + " answered · " + strconv.Itoa(c.Joined) + " operators joined")
}
