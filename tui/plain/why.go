package plain

import (
	"fmt"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// operatorWords names an operator, with his name where one is configured.
func operatorWords(f *engine.Frame, number string) string {
	for _, g := range f.Roster.Groups {
		for _, o := range g.Operators {
			if o.Number == number && o.Name != "" {
				return string(safe.Clean(o.Name, maxName))
			}
		}
	}
	return numberWords(number)
}

// groupWords names to whom a transfer goes.
func groupWords(t engine.Transfer) string {
	if t.Group == "" {
		return "an operator"
	}
	return clean(t.Group)
}

// causeWords tells why an operator is brought in.
func causeWords(t engine.Transfer) string {
	switch t.Cause {
	case engine.CauseKey:
		return "the customer pressed 1"
	case engine.CauseHand:
		return "a supervisor asked for it"
	case engine.CauseAsked:
		return "the customer asked for a person"
	case engine.CauseMood:
		return "the customer's mood"
	case engine.CauseRule:
		return "a rule fired"
	}
	return "no cause given"
}

// proposal tells what is proposed, why, and what can be typed.
func proposal(s *engine.Session, now time.Time) string {
	n := s.Number
	return fmt.Sprintf("%s; veto %d, now %d, snooze %d, why %d; %s", due(s, now), n, n, n, n, inShort(s))
}

// proposed tells what is proposed, and why.
func proposed(s *engine.Session, now time.Time) string {
	t := s.Transfer
	text := due(s, now)
	why := causeWords(t)
	if rule := ruleOf(t); rule != "" {
		why = "rule " + clean(rule)
		if e := t.Evidence; len(e.Checks) > 0 {
			why += ": " + checkWords(e.Checks[0])
		}
	}
	return text + ", " + why
}

// due tells what is proposed, and when it begins.
func due(s *engine.Session, now time.Time) string {
	return fmt.Sprintf("transfer to %s proposed in %s", groupWords(s.Transfer), untilWords(s.Transfer, now))
}

// inShort tells why a transfer is proposed so that it is heard out before it begins: what
// the rule is about, and not its figures.
func inShort(s *engine.Session) string {
	t := s.Transfer
	rule := ruleOf(t)
	switch e := t.Evidence; {
	case rule == "":
		return causeWords(t)
	case e.About != "":
		return "rule " + clean(rule) + ": " + strings.TrimSuffix(clean(e.About), ".")
	case len(e.Checks) > 0:
		return "rule " + clean(rule) + ": " + checkWords(e.Checks[0])
	}
	return "rule " + clean(rule)
}

func untilWords(t engine.Transfer, now time.Time) string {
	return durationWords(max(t.Due.Sub(now)+time.Second-1, 0).Truncate(time.Second))
}

func ruleOf(t engine.Transfer) string {
	if t.Rule != "" {
		return t.Rule
	}
	return t.Evidence.Rule
}

func checkWords(c engine.Check) string {
	if c.Seen == "" {
		return realMinus(clean(c.What))
	}
	return realMinus(clean(c.What) + " (" + clean(c.Seen) + ")")
}

// realMinus gives the numbers of evidence the minus that screen readers say.
func realMinus(text string) string {
	return strings.NewReplacer(" -0.", " −0.", " -1.", " −1.", "(-0.", "(−0.", "(-1.", "(−1.").Replace(text)
}

// evidenceOf returns why a call is flagged: the evidence of its transfer, or of its
// newest alert.
func evidenceOf(s *engine.Session) (engine.Evidence, bool) {
	if e := s.Transfer.Evidence; e.Rule != "" || len(e.Checks) > 0 {
		return e, true
	}
	if n := len(s.Alerts); n > 0 {
		return s.Alerts[n-1].Evidence, true
	}
	return engine.Evidence{}, false
}

// why tells why a call is flagged: the rule, what it saw, what would have kept it
// quiet, how well it has done, and what happens next.
func (c *console) why(s *engine.Session) error {
	f, now := c.frameNow(), c.engine.Now()
	e, ok := evidenceOf(s)
	t := s.Transfer
	if !ok && !t.Open() {
		return fmt.Errorf("no rule has fired on %s", sessionWords(s))
	}
	say := func(format string, args ...any) { c.out.line("  " + fmt.Sprintf(format, args...)) }
	c.out.line(fmt.Sprintf("%s: why", sessionWords(s)))
	if e.Rule == "" || t.Cause == engine.CauseKey && t.Open() {
		say("%s", causeWords(t))
	}
	if e.Rule != "" {
		say("%s", because(fmt.Sprintf("rule %s, version %d, %s", clean(e.Rule), e.Version, e.Severity), e.About))
	}
	for _, check := range e.Checks {
		say("%s", checkWords(check))
	}
	for _, q := range e.Lines {
		line := fmt.Sprintf("%s %s: %s", q.At.In(c.zone).Format("15:04:05"), speakerWords(q.Speaker), clean(q.Text))
		if q.Scored {
			line += "  " + polarityWords(q.Polarity)
		}
		if q.Confidence > 0 {
			line += fmt.Sprintf(", words %d %% sure", (q.Confidence+5)/10)
		}
		say("%s", line)
	}
	var unless []string
	for _, check := range e.Checks {
		if check.Unless != "" {
			unless = append(unless, realMinus(clean(check.Unless)))
		}
	}
	if len(unless) > 0 {
		say("not if %s", strings.Join(unless, ", or "))
	}
	if e.Rule != "" {
		say("this rule, %s", recordWords(f, e.Rule))
	}
	switch n := s.Number; {
	case t.Status == engine.TransferProposed:
		say("next: in %s the transfer to %s begins by itself. To stop it: veto %d. At once: now %d. Not for 2 minutes: snooze %d", untilWords(t, now), groupWords(t), n, n, n)
	case t.Open():
		say("next: %s. To stop it: back %d", transferWords(f, t), n)
	default:
		say("next: nothing by itself; transfer %d brings an operator, seen %d takes the alert off the watch list", n, n)
	}
	return nil
}

// recordWords tells what a rule has done over the last 30 days.
func recordWords(f *engine.Frame, rule string) string {
	for _, r := range f.Records {
		if r.Rule != rule {
			continue
		}
		sum := r.Sum()
		text := fmt.Sprintf("30 days: %d fired, %d kept, %d vetoed", sum.Fired, sum.Kept, sum.Vetoed)
		if n := sum.Kept + sum.Vetoed; n > 0 {
			text += fmt.Sprintf(", %d %% kept", (100*sum.Kept+n/2)/n)
		}
		if sum.Shadow > 0 {
			text += fmt.Sprintf(", %d in shadow", sum.Shadow)
		}
		var why []string
		for _, label := range []struct {
			n    int
			word string
		}{{sum.Wrong, "wrong"}, {sum.Handled, "handled"}, {sum.BadTime, "bad time"}} {
			if label.n > 0 {
				why = append(why, fmt.Sprintf("%d %s", label.n, label.word))
			}
		}
		if len(why) > 0 {
			text += "; why vetoed: " + strings.Join(why, ", ")
		}
		return text
	}
	return "30 days: it has not fired before"
}
