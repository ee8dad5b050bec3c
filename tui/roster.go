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
		if m.engaged(o.Number) {
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

// engaged reports whether a number is on a call, as an operator's or as a supervisor's:
// it is one telephone.
func (m *model) engaged(number string) bool {
	_, busy := busyWith(m.frame, number)
	return busy || slices.ContainsFunc(m.frame.Roster.Phones, func(p engine.BusyOperator) bool { return p.Number == number })
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
