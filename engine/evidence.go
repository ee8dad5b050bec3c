package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of evidence.
const (
	maxQuotes = 6
	maxQuote  = 200 // bytes
)

// A proof is why a condition holds.
type proof struct {
	check  Check
	counts []int // the sentences that counted, by their place in the case
	low    bool  // … and are at or below a limit
	minor  bool  // it only keeps the rule from firing too early: told last
	aside  bool  // they are quoted only where no other condition quotes any
}

// evidence says why the rule of the look has fired.
func (l *look) evidence() Evidence {
	e := Evidence{Rule: l.rule.ID, Version: l.rule.Version, About: l.rule.About, Severity: l.rule.Severity, At: l.Now}
	e.Mood, e.Judged = l.mood(halfLife)
	proofs := l.proofs(nil, &l.rule.When)
	slices.SortStableFunc(proofs, func(a, b proof) int {
		switch {
		case a.minor == b.minor:
			return 0
		case a.minor:
			return 1
		}
		return -1
	})
	aside := !slices.ContainsFunc(proofs, func(p proof) bool { return !p.aside && len(p.counts) > 0 })
	quoted, low := make([]bool, len(l.Said)), make([]bool, len(l.Said))
	for _, p := range proofs {
		e.Checks = append(e.Checks, p.check)
		if p.aside && !aside {
			continue
		}
		for _, i := range p.counts {
			quoted[i] = true
			low[i] = low[i] || p.low
		}
	}
	for i := range l.Said {
		if quoted[i] {
			e.Lines = append(e.Lines, l.Said[i].quote(low[i]))
		}
	}
	e.Lines = e.Lines[max(0, len(e.Lines)-maxQuotes):]
	return e
}

func (h *Heard) quote(low bool) Quote {
	return Quote{
		Utterance: h.Utterance, At: h.At, Speaker: h.Speaker, Text: clip(h.Text, maxQuote),
		Scored: h.Scored || low, Polarity: h.Polarity, Confidence: h.Confidence, Low: low,
	}
}

// proofs appends one proof for each condition that holds.
func (l *look) proofs(proofs []proof, c *Cond) []proof {
	for _, of := range conditions {
		leaf := of(c)
		if leaf == nil || leaf.judge(l).holds != yes {
			continue
		}
		p := leaf.proof(l)
		if p.check.What == "" {
			p.check.What = leaf.text()
		}
		proofs = append(proofs, p)
	}
	for i := range c.All {
		proofs = l.proofs(proofs, &c.All[i])
	}
	for i := range c.Any {
		if l.cond(&c.Any[i]).holds == yes {
			proofs = l.proofs(proofs, &c.Any[i])
		}
	}
	if c.Not != nil {
		proofs = append(proofs, proof{check: Check{What: "not: " + c.Not.words(), Seen: "not so", Unless: "it were so"}})
	}
	return proofs
}

// words says what a condition asks.
func (c *Cond) words() string {
	var all []string
	for _, of := range conditions {
		if leaf := of(c); leaf != nil {
			all = append(all, leaf.text())
		}
	}
	for i := range c.All {
		all = append(all, c.All[i].words())
	}
	if len(c.Any) > 0 {
		var any []string
		for i := range c.Any {
			any = append(any, c.Any[i].words())
		}
		all = append(all, strings.Join(any, " or "))
	}
	if c.Not != nil {
		all = append(all, "not: "+c.Not.words())
	}
	return strings.Join(all, " and ")
}

// inWords says a duration as people do: 41 s, 90 s, 10 min, 2 min 30 s.
func inWords(d time.Duration) string {
	d = max(0, d.Round(time.Second))
	switch minutes, seconds := int(d/time.Minute), int(d%time.Minute/time.Second); {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d/time.Second))
	case seconds == 0:
		return fmt.Sprintf("%d min", minutes)
	default:
		return fmt.Sprintf("%d min %d s", minutes, seconds)
	}
}

// within says a limit of age, with a space before it; nothing where there is none.
func within(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return " within " + inWords(d)
}

// several says "one of them", or how many; it, where there is but one.
func several(n, of int) string {
	switch {
	case of == 1:
		return "it"
	case n == 1:
		return "one of them"
	default:
		return fmt.Sprintf("%d of them", n)
	}
}
