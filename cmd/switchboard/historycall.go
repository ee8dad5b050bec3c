package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/history"
	"switchboard/tui/safe"
)

// callLines returns one call whole, as lines for people: who, when and how it went; what was
// done about it; and what was said.
func callLines(c history.Call, zone *time.Location) []string {
	r := c.Record
	at := func(t time.Time) string { return t.In(zone).Format(time.TimeOnly) }
	lines := []string{fmt.Sprintf("Call %d, session %s", r.Number, r.Session)}
	fact := func(name, text string) { lines = append(lines, wrap("  "+pad(name, 12), text)) }
	fact("caller", callerText(r))
	fact("when", r.Started.In(zone).Format(time.DateTime)+", "+lengthText(r.Lasted())+", in "+r.Language.String())
	fact("ended", cleaned(r.Ending, maxPastWhy))
	mood := moodText(r.Mood, r.Judged)
	if r.Judged {
		mood += " at the end, lowest " + moodText(r.Low, true)
	}
	fact("mood", mood)
	fact("outcome", upshotText(r, c.Erased))
	if r.Consent.Status != engine.ConsentNone {
		fact("consent", r.Consent.Status.String())
	}
	if len(r.Recorded) > 0 {
		fact("recorded", plural(len(r.Recorded), "piece")+" of sound at Telnyx")
	}
	part := func(title string, rows []string) {
		if len(rows) > 0 {
			lines = append(append(lines, "", title), rows...)
		}
	}
	part("Transfers", transferLines(r, at))
	part("Rules that fired", ruleLines(r, at))
	part("Holds", holdLines(r, at))
	part("Who was on it", legLines(r, at))
	part("Not heard", gapLines(r, at))
	if c.Erased != 0 {
		lines = append(lines, "", "What was said is erased.")
		return lines
	}
	part("What was said", saidLines(r, at))
	part("Notes", noteLines(r, at))
	return lines
}

func transferLines(r engine.Record, at func(time.Time) string) []string {
	var lines []string
	for _, b := range r.Brought {
		text := causeText(b)
		if b.Cause == engine.CauseHand && b.By != "" {
			text = "by " + byText(b.By)
		}
		if b.About != "" {
			text += ": " + strings.TrimRight(cleaned(b.About, maxPastWhy), ".")
		}
		text += "; to " + firstOf(cleaned(b.Group, 40), "a number")
		text += " → " + b.Disposition().String()
		if b.VetoedBy != "" {
			text += " by " + byText(b.VetoedBy)
			if b.Label != 0 {
				text += " (" + b.Label.String() + ")"
			}
		}
		if who := operatorText(b); who != "" {
			text += ", " + who
		}
		if !b.Joined.IsZero() {
			text += ", joined " + at(b.Joined) + " after " + lengthText(b.Joined.Sub(b.Asked))
		} else if b.Why != "" && b.VetoedBy == "" {
			text += ", " + cleaned(b.Why, maxPastWhy)
		}
		lines = append(lines, wrap("  "+at(b.Asked)+"  ", text))
	}
	return lines
}

func firstOf(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// byText names who did something.
func byText(by engine.By) string {
	return cleaned(strings.TrimPrefix(string(by), string(engine.BySupervisor)+"/"), maxPastName)
}

func ruleLines(r engine.Record, at func(time.Time) string) []string {
	var lines []string
	for _, f := range r.Fired {
		text := cleaned(f.Rule, 60) + ", " + f.Severity.String()
		if f.Shadow {
			text += ", in shadow: nothing of it acted"
		}
		lines = append(lines, "  "+at(f.At)+"  "+text)
	}
	return lines
}

func holdLines(r engine.Record, at func(time.Time) string) []string {
	var lines []string
	for _, h := range r.Holds {
		to := h.To
		if to.IsZero() {
			to = r.Over
		}
		lines = append(lines, fmt.Sprintf("  %s  %s, %s", at(h.From), h.Leg, lengthText(to.Sub(h.From))))
	}
	return lines
}

func legLines(r engine.Record, at func(time.Time) string) []string {
	var lines []string
	for _, l := range r.Legs {
		text := l.Role.String()
		if name := string(safe.Name(l.Called, maxPastName)); name != "" {
			text += " " + name
		}
		text += ", " + string(safe.Number(l.Number))
		switch {
		case !l.Joined.IsZero():
			text += ", joined " + at(l.Joined)
		case l.Answered.IsZero():
			text += ", not answered"
		}
		if !l.Gone.IsZero() {
			text += ", gone " + at(l.Gone)
		}
		lines = append(lines, "  "+at(l.Since)+"  "+text)
	}
	return lines
}

func gapLines(r engine.Record, at func(time.Time) string) []string {
	var lines []string
	for _, g := range r.Gaps {
		to := g.To
		if to.IsZero() {
			to = r.Over
		}
		if to.Sub(g.From) < time.Second { // as when a feed begins anew after a payment
			continue
		}
		lines = append(lines, "  "+at(g.From)+"  "+lengthText(to.Sub(g.From))+", "+firstOf(cleaned(g.Why, maxPastWhy), "the reason is not known"))
	}
	return lines
}

func saidLines(r engine.Record, at func(time.Time) string) []string {
	var lines []string
	for _, u := range r.Lines {
		score := ""
		if u.Scored && u.Speaker == engine.SpeakerCustomer {
			score = scoreText(u.Polarity)
		}
		lines = append(lines, wrapAt(110, fmt.Sprintf("  %s  %-10s %-6s  ", at(u.Start), speakerText(u.Speaker), score), cleaned(u.Text, maxPastText)))
	}
	return lines
}

// scoreText is how a sentence was meant: a glyph, as the console draws it, and a number.
func scoreText(p engine.Polarity) string {
	glyph := "·"
	switch {
	case p <= -600:
		glyph = "▼"
	case p <= -300:
		glyph = "▽"
	case p >= 300:
		glyph = "△"
	}
	return glyph + " " + polarityText(p)
}

func noteLines(r engine.Record, at func(time.Time) string) []string {
	var lines []string
	for _, n := range r.Notes {
		if n.Text != "" {
			lines = append(lines, wrap("  "+at(n.At)+"  ", cleaned(n.Text, maxPastWhy)))
		}
	}
	return slices.Clip(lines)
}
