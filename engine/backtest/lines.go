package backtest

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"switchboard/engine"
)

// The look of the report.
const (
	columns  = 100 // of a line, at most
	maxNamed = 12  // calls that are named in a list; the rest is counted
	maxTitle = 34  // runes of a call's name
	maxRule  = 24  // runes of a rule's name
)

// Lines returns the report as a supervisor reads it, in lines of at most 100 columns.
// What comes from outside (sentences, names of files) is put through clean, which makes
// a text harmless to a terminal and at most so many runes long.
func (r Report) Lines(clean func(text string, limit int) string) []string {
	w := &writer{report: r, clean: clean}
	w.ran()
	for i := range r.Policies {
		w.policy(i)
	}
	w.differs()
	w.compare()
	w.unread()
	w.cannot()
	return w.lines
}

// A writer writes a report.
type writer struct {
	report Report
	clean  func(text string, limit int) string
	lines  []string
}

func (w *writer) line(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	if utf8.RuneCountInString(text) > columns {
		text = string([]rune(text)[:columns-1]) + "…"
	}
	w.lines = append(w.lines, text)
}

// title begins a part of the report.
func (w *writer) title(format string, args ...any) {
	w.line("")
	w.line(format, args...)
}

// ran says what was run.
func (w *writer) ran() {
	r := w.report
	var names []string
	for _, p := range r.Policies {
		names = append(names, w.name(p))
	}
	w.line("Backtest of %s", strings.Join(names, " and "))
	w.line("%s in %s, %s of talk", count(len(r.Calls), "call"), count(r.Sources, "file"), hours(time.Duration(r.Talk)))
	w.line("%s", w.labels())
	w.line("after: median from the answer to the alarm; lead: from there to the end, or to a supervisor's hand")
}

// labels says how many calls somebody has said of what they needed.
func (w *writer) labels() string {
	r := w.report
	if r.Labelled == 0 {
		return "no labels: nobody has said of a call whether it needed an operator"
	}
	keyed := 0
	for i := range r.Calls {
		if c := &r.Calls[i]; c.Label == LabelTransfer && c.keyed() {
			keyed++
		}
	}
	needed, own := r.labelled(LabelTransfer), ""
	if keyed > 0 {
		own = fmt.Sprintf(" (%d pressed a key)", keyed)
	}
	return fmt.Sprintf("%d labelled: %d needed an operator%s, %d did not", r.Labelled, needed, own, r.labelled(LabelCalm))
}

// name is a policy's, with its version.
func (w *writer) name(r Result) string {
	if r.Version == 0 {
		return w.clean(r.Policy, 40)
	}
	return fmt.Sprintf("%s v%d", w.clean(r.Policy, 40), r.Version)
}

const ruleRow = "  %-24s %14s %7s %7s %10s %10s"

// policy writes the table of one policy.
func (w *writer) policy(place int) {
	p := w.report.Policies[place]
	w.title("%s", strings.ToUpper(w.name(p)))
	w.line(ruleRow, "rule", "calls alarmed", "right", "wrong", "after", "lead")
	for _, rule := range p.Rules {
		w.rule(rule, w.clean(rule.Rule, maxRule), fmt.Sprint(rule.Calls))
	}
	if len(p.Rules) == 0 {
		w.line("  no rule of it proposes a transfer")
	}
	n, _ := share(p.All.Calls, len(w.report.Calls))
	w.rule(p.All, "in all", fmt.Sprintf("%d of %d (%d %%)", p.All.Calls, len(w.report.Calls), (n+5)/10))
	w.line("  precision %s", w.precision(p))
	w.line("  recall    %s", w.recall(p))
	w.others(p, KindAlert, "alerts only")
	w.others(p, KindShadow, "in shadow")
}

func (w *writer) rule(r RuleResult, name, calls string) {
	right, wrong, after, lead := "-", "-", "-", "-"
	if w.report.Labelled > 0 {
		right, wrong = fmt.Sprint(r.Right), fmt.Sprint(r.Wrong)
	}
	if r.Calls > 0 {
		after, lead = minutes(time.Duration(r.After)), minutes(time.Duration(r.Lead))
	}
	w.line(ruleRow, name, calls, right, wrong, after, lead)
}

func (w *writer) precision(p Result) string {
	n, ok := p.Precision()
	switch {
	case ok:
		return fmt.Sprintf("%s (%d of %d labelled alarms right)", percent(n), p.All.Right, p.All.Right+p.All.Wrong)
	case w.report.Labelled == 0:
		return "no labels"
	}
	return "no labelled call alarmed"
}

func (w *writer) recall(p Result) string {
	n, ok := p.Recall()
	if !ok {
		return "no labels"
	}
	return fmt.Sprintf("%s (%d of %d that needed it and pressed no key)", percent(n), p.All.Right, p.All.Right+p.Missed)
}

// others lists the rules that propose nothing, in a line or two.
func (w *writer) others(p Result, kind Kind, title string) {
	var parts []string
	for _, r := range p.Others {
		if r.Kind == kind && r.Calls > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", w.clean(r.Rule, maxRule), r.Calls))
		}
	}
	if len(parts) > 0 {
		w.wrapped("  "+title+" (calls): ", parts)
	}
}

// wrapped writes a list after a label, in as many lines as it takes.
func (w *writer) wrapped(label string, parts []string) {
	line := label
	for i, part := range parts {
		if i < len(parts)-1 {
			part += ", "
		}
		if utf8.RuneCountInString(line+part) > columns {
			w.line("%s", line)
			line = strings.Repeat(" ", len(label))
		}
		line += part
	}
	w.line("%s", line)
}

// differs says where the policy on trial would have done otherwise than was done.
func (w *writer) differs() {
	r := w.report
	played := 0
	for i := range r.Calls {
		if r.Calls[i].Played {
			played++
		}
	}
	if played == len(r.Calls) {
		return // nothing happened to a recording
	}
	p := r.Policies[0]
	w.title("DIFFERS FROM WHAT HAPPENED   %s against the policy of the day and its supervisors", w.name(p))
	if len(p.Extra)+len(p.Silent) == 0 {
		w.line("  nowhere")
		return
	}
	if len(p.Extra) > 0 {
		w.line("  would have alarmed, and nobody was brought in: %s", count(len(p.Extra), "call"))
		w.each(p.Extra, func(c *Call) {
			f, _ := c.Verdicts[0].Alarm()
			w.line("    %-*s %6s  %s%s", maxTitle, w.call(c), c.after(f.At), w.clean(f.Rule, maxRule), w.proposed(c))
			w.sentence(f)
		})
	}
	if len(p.Silent) > 0 {
		w.line("  somebody was brought in, and it would not have by then: %s", count(len(p.Silent), "call"))
		w.each(p.Silent, func(c *Call) {
			w.line("    %-*s %6s  %s", maxTitle, w.call(c), c.after(c.Happened.first()), w.cause(c))
		})
	}
}

// each writes the calls with those indexes, and counts those that are too many.
func (w *writer) each(calls []int, write func(*Call)) {
	for _, i := range calls[:min(len(calls), maxNamed)] {
		write(&w.report.Calls[i])
	}
	if more := len(calls) - maxNamed; more > 0 {
		w.line("    and %d more; --json names all", more)
	}
}

// first is when somebody was brought in.
func (h Happened) first() time.Time {
	if h.At.IsZero() {
		return h.ByHand
	}
	return h.At
}

// proposed says what the policy of the day did about a call to which nobody was brought.
func (w *writer) proposed(c *Call) string {
	h := c.Happened
	switch {
	case h.Proposed.IsZero():
		return ""
	case !h.Vetoed.IsZero():
		return fmt.Sprintf("   (then %s proposed, and it was vetoed)", w.clean(h.Rule, maxRule))
	}
	return fmt.Sprintf("   (then %s proposed)", w.clean(h.Rule, maxRule))
}

// cause says why somebody was brought in.
func (w *writer) cause(c *Call) string {
	h := c.Happened
	if c := h.Cause; (c == engine.CauseRule || c == engine.CauseAsked) && h.Rule != "" {
		return w.clean(h.Rule, maxRule)
	}
	switch h.Cause {
	case engine.CauseHand:
		return "by hand, " + w.clean(string(h.By), 30)
	case engine.CauseMood:
		return "the mood rule"
	case engine.CauseKey:
		return "by hand, after the customer pressed 1"
	}
	return "automation"
}

// sentence writes the last sentence that a rule saw.
func (w *writer) sentence(f Firing) {
	lines := f.Evidence.Lines
	if len(lines) == 0 {
		return
	}
	q, score := lines[len(lines)-1], ""
	if q.Scored {
		score = "  " + q.Polarity.String()
	}
	w.line("      %q%s", w.clean(q.Text, columns-18), score)
}

// call names a call.
func (w *writer) call(c *Call) string {
	name := filepath.Base(c.Source)
	if c.Played {
		return w.clean(strings.TrimSuffix(name, filepath.Ext(name)), maxTitle)
	}
	return fmt.Sprintf("%s #%d %s", w.clean(name, 12), c.Number, c.Began.UTC().Format("2 Jan 15:04"))
}

// after writes when something happened, since the customer was answered.
func (c *Call) after(at time.Time) string { return minutes(at.Sub(c.begin())) }

// compare writes two policies side by side, and the calls on which they differ.
func (w *writer) compare() {
	r := w.report
	if len(r.Policies) < 2 {
		return
	}
	w.title("SIDE BY SIDE")
	row := func(what string, of func(Result) string) {
		w.line("  %-36s %26s %26s", what, of(r.Policies[0]), of(r.Policies[1]))
	}
	number := func(of func(Result) int) func(Result) string {
		return func(p Result) string { return fmt.Sprint(of(p)) }
	}
	row("", func(p Result) string { return w.clean(w.name(p), 26) })
	row("calls alarmed", number(func(p Result) int { return p.All.Calls }))
	if calm := r.labelled(LabelCalm); calm > 0 {
		row(fmt.Sprintf("  of %d calm calls", calm), number(func(p Result) int { return p.All.Wrong }))
	}
	if r.labelled(LabelTransfer) > 0 {
		row("  of those that needed an operator", number(func(p Result) int { return p.All.Right }))
		row("missed, and no key was pressed", number(func(p Result) int { return p.Missed }))
	}
	share := func(of func(Result) (int, bool)) func(Result) string {
		return func(p Result) string {
			if n, ok := of(p); ok {
				return percent(n)
			}
			return "-"
		}
	}
	row("precision", share(Result.Precision))
	row("recall", share(Result.Recall))
	row("median time to the alarm", func(p Result) string { return minutes(time.Duration(p.All.After)) })
	row("median lead", func(p Result) string { return minutes(time.Duration(p.All.Lead)) })
	w.disagree()
}

// disagree names the calls that one of two policies alarms on and the other does not.
func (w *writer) disagree() {
	r := w.report
	var calls []int
	for i := range r.Calls {
		_, a := r.Calls[i].Verdicts[0].Alarm()
		_, b := r.Calls[i].Verdicts[1].Alarm()
		if a != b {
			calls = append(calls, i)
		}
	}
	if len(calls) == 0 {
		w.line("  they alarm on the same calls")
		return
	}
	w.line("  they differ on %s", count(len(calls), "call"))
	w.each(calls, func(c *Call) {
		place := 0
		f, ok := c.Verdicts[0].Alarm()
		if !ok {
			place = 1
			f, _ = c.Verdicts[1].Alarm()
		}
		w.line("    %-*s %6s  only %s: %s%s", maxTitle, w.call(c), c.after(f.At), w.name(r.Policies[place]),
			w.clean(f.Rule, maxRule), calm(c))
		w.sentence(f)
	})
}

func calm(c *Call) string {
	switch c.Label {
	case LabelCalm:
		return "  (calm)"
	case LabelTransfer:
		return "  (needed it)"
	}
	return ""
}

// unread names what could not be read.
func (w *writer) unread() {
	if len(w.report.Unread) == 0 {
		return
	}
	w.title("NOT READ")
	for _, u := range w.report.Unread {
		read := ""
		if u.Calls > 0 {
			read = fmt.Sprintf(" (%s before it counted)", count(u.Calls, "call"))
		}
		w.line("  %s: %s%s", w.clean(u.Source, 40), w.clean(u.Wrong, 90), read)
	}
}

// cannot says what a backtest does not tell.
func (w *writer) cannot() {
	w.line("")
	for _, line := range w.report.Cannot {
		w.line("%s", line)
	}
}

// minutes writes a duration as minutes and seconds.
func minutes(d time.Duration) string {
	sign := ""
	if d = d.Round(time.Second); d < 0 {
		sign, d = "-", -d
	}
	return fmt.Sprintf("%s%d:%02d", sign, int(d/time.Minute), int(d%time.Minute/time.Second))
}

// hours writes how long people talked in all.
func hours(d time.Duration) string {
	d = d.Round(time.Minute)
	if d < time.Hour {
		return fmt.Sprintf("%d min", int(d/time.Minute))
	}
	return fmt.Sprintf("%d h %02d min", int(d/time.Hour), int(d%time.Hour/time.Minute))
}

// percent writes thousandths: "87.5 %", "100 %".
func percent(n int) string { return decimal(n*100) + " %" }

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
