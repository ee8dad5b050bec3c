package engine

import (
	"slices"
	"time"
)

// The judge looks at a call and says which rules fire. It is a function of the case
// and of its own marks. A condition may be undecided: while a call is blind nobody
// can tell how the customer is, and then a rule neither fires nor ends by it.

// soon is when the judge looks again where the passing of time may decide and the
// moment is not worth being computed.
const soon = 5 * time.Second

// Judge looks at a call once and returns what it will remember of it, with the rules
// that have just fired or just ended, in the policy's order. It orders nothing, and
// neither a policy nor the marks that it was given are changed. A rule that is off is
// left out; one in shadow is judged like any other. A call that nobody talks in is not
// judged: its marks stay as they are.
//
// A rule that has ended by its exit fires again only once its condition has ceased
// and holds anew: the same facts ring once.
func (p Policy) Judge(c Case, m Marks) (Marks, []Finding) {
	if !c.Talking {
		return m, nil
	}
	return p.judge(&look{Case: &c}, m)
}

// Watch is Judge and then Next, of one case: what both look for is looked for once.
func (p Policy) Watch(c Case, m Marks) (Marks, []Finding, time.Time) {
	if !c.Talking {
		return m, nil, time.Time{}
	}
	l := look{Case: &c}
	m, findings := p.judge(&l, m)
	return m, findings, p.next(&l, m)
}

func (p Policy) judge(l *look, m Marks) (Marks, []Finding) {
	l.hasty = true
	changed := false
	var findings []Finding
	for i := range p.Rules {
		l.rule = &p.Rules[i]
		if l.rule.Mode == ModeOff {
			continue
		}
		at, was := m.of(l.rule.ID, i)
		is, happened := l.mark(was)
		if is != was {
			if !changed {
				m, changed = slices.Clone(m), true
			}
			m = m.set(at, is)
		}
		switch happened {
		case fired:
			findings = append(findings, Finding{Rule: *l.rule, Evidence: l.evidence()})
		case ended:
			findings = append(findings, Finding{Rule: *l.rule, Ended: true})
		case nothing:
		}
	}
	return m, findings
}

// Next returns when the judge is to look again though nothing has happened: when a
// rule may fire or end by the passing of time alone. It is zero where none may, and
// else after c.Now. The marks are those that Judge has returned for the same case.
// Nothing changes before it, but it may be early: then the judge looks in vain. Only
// the mood may turn unseen before it: by a sixteenth of its half-life where it passes a
// limit, and by five seconds where it has fallen.
func (p Policy) Next(c Case, m Marks) time.Time {
	if !c.Talking {
		return time.Time{}
	}
	return p.next(&look{Case: &c}, m)
}

func (p Policy) next(l *look, m Marks) time.Time {
	l.hasty = false
	var next time.Time
	for i := range p.Rules {
		l.rule = &p.Rules[i]
		if l.rule.Mode == ModeOff {
			continue
		}
		_, mark := m.of(l.rule.ID, i)
		next = sooner(next, l.next(mark))
	}
	if !next.IsZero() && !next.After(l.Now) {
		return l.Now.Add(1) // the marks are older than the case
	}
	return next
}

// of returns the mark of a rule and its place, or a new one to be placed at the end.
// Marks are mostly in the policy's order, so that the guess is mostly right.
func (m Marks) of(rule string, guess int) (int, Mark) {
	if guess < len(m) && m[guess].Rule == rule {
		return guess, m[guess]
	}
	if i := slices.IndexFunc(m, func(m Mark) bool { return m.Rule == rule }); i >= 0 {
		return i, m[i]
	}
	return len(m), Mark{Rule: rule}
}

// set writes a mark into marks that are the caller's own.
func (m Marks) set(at int, mark Mark) Marks {
	if at == len(m) {
		return append(m, mark)
	}
	m[at] = mark
	return m
}

// What happened to a rule in a look.
type happening uint8

const (
	nothing happening = iota
	fired
	ended
)

// mark judges the rule of the look and returns what is to be remembered of it.
func (l *look) mark(m Mark) (Mark, happening) {
	if !m.Fired.IsZero() {
		return l.active(m)
	}
	switch l.cond(&l.rule.When).holds {
	case no:
		m.Since, m.Clear = time.Time{}, time.Time{}
		return m, nothing
	case unknown:
		m.Since = time.Time{}
		return m, nothing
	}
	if !m.Clear.IsZero() {
		return m, nothing // it ended by its exit, and holds still
	}
	if m.Since.IsZero() {
		m.Since = l.Now
	}
	due, ok := l.due(m)
	if !ok || l.Now.Before(due) {
		return m, nothing
	}
	m.Since, m.Fired, m.Cool = time.Time{}, l.Now, time.Time{}
	if l.rule.Cooldown > 0 {
		m.Cool = l.Now.Add(l.rule.Cooldown)
	}
	m.Firing++
	if l.rule.Exit != nil && l.cond(l.rule.Exit).holds == yes {
		m.Clear = l.Now
	}
	return m, fired
}

// due returns when a rule that holds may fire. It reports false where the customer
// was never answered and the rule waits for some time after that.
func (l *look) due(m Mark) (time.Time, bool) {
	due := m.Since
	if due.IsZero() {
		due = l.Now
	}
	due = due.Add(l.rule.For)
	if due.Before(m.Cool) {
		due = m.Cool
	}
	if l.rule.NotBefore > 0 {
		if l.Answered.IsZero() {
			return time.Time{}, false
		}
		if first := l.Answered.Add(l.rule.NotBefore); due.Before(first) {
			due = first
		}
	}
	return due, true
}

// active judges a rule that has fired and has not ended.
func (l *look) active(m Mark) (Mark, happening) {
	if l.rule.Exit == nil {
		if l.cond(&l.rule.When).holds != no {
			return m, nothing
		}
		m.Fired = time.Time{}
		return m, ended
	}
	if l.cond(l.rule.Exit).holds != yes {
		m.Clear = time.Time{}
		return m, nothing
	}
	if m.Clear.IsZero() {
		m.Clear = l.Now
	}
	if l.Now.Before(m.Clear.Add(l.rule.ExitFor)) || !l.Now.After(m.Fired) {
		return m, nothing
	}
	m.Fired = time.Time{} // Clear stays until the condition has ceased
	if l.cond(&l.rule.When).holds == no {
		m.Clear = time.Time{}
	}
	return m, ended
}

// next returns when time alone may change what mark says of the rule.
func (l *look) next(m Mark) time.Time {
	switch {
	case !m.Fired.IsZero() && l.rule.Exit == nil:
		return l.cond(&l.rule.When).again
	case !m.Fired.IsZero():
		v := l.cond(l.rule.Exit)
		if v.holds != yes {
			return v.again
		}
		clear := m.Clear
		if clear.IsZero() {
			clear = l.Now
		}
		return sooner(v.again, clear.Add(l.rule.ExitFor))
	}
	v := l.cond(&l.rule.When)
	if v.holds != yes || !m.Clear.IsZero() {
		return v.again
	}
	if due, ok := l.due(m); ok {
		return sooner(v.again, due)
	}
	return v.again
}

// sooner returns the earlier of two times, of which zero is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// later returns the later of two times, of which zero is never.
func later(a, b time.Time) time.Time {
	if a.IsZero() || b.IsZero() {
		return time.Time{}
	}
	if a.Before(b) {
		return b
	}
	return a
}
