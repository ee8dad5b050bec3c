package policy

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
)

// A Report says how the calls of a test file went.
type Report struct {
	File  string
	Calls []CallReport
}

// Passed returns how many calls went as expected.
func (r Report) Passed() (n int) {
	for _, c := range r.Calls {
		if len(c.Wrong) == 0 {
			n++
		}
	}
	return n
}

// A CallReport says how one call of a test file went.
type CallReport struct {
	Name  string
	Line  int      // where it stands in the file
	Wrong []string // what was expected and is not so; empty: nothing
	Fired []Fired
}

// Fired is one rule that fired in a call.
type Fired struct {
	At      time.Duration // since the customer was answered
	Finding engine.Finding
}

// Test runs the calls of a test file, whose name is for messages, through the judge
// of the policy that it names: one that is built in, or a file that load reads. Its
// error is [Mistakes] where the test or the policy cannot be read.
func Test(name string, text []byte, load func(name string) ([]byte, error)) (Report, error) {
	file, err := readTest(name, text, load)
	if err != nil {
		return Report{}, err
	}
	report := Report{File: name}
	for _, c := range file.calls {
		fired := c.run(file.policy)
		report.Calls = append(report.Calls, CallReport{Name: c.name, Line: c.line, Wrong: c.check(fired), Fired: fired})
	}
	return report, nil
}

// Write prints the report: a line for the file and, for each call that went another
// way, what was expected, what fired when, and why.
func (r Report) Write(w io.Writer) error {
	var b strings.Builder
	if r.Passed() == len(r.Calls) {
		fmt.Fprintf(&b, "%s: %s, all as expected\n", r.File, count(len(r.Calls), "call"))
	} else {
		fmt.Fprintf(&b, "%s: %s, %d not as expected\n", r.File, count(len(r.Calls), "call"), len(r.Calls)-r.Passed())
	}
	for _, c := range r.Calls {
		if len(c.Wrong) > 0 {
			c.write(&b)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (c CallReport) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n  line %d, %s\n", c.Line, c.Name)
	for _, wrong := range c.Wrong {
		fmt.Fprintf(b, "    %s\n", wrong)
	}
	if len(c.Fired) == 0 {
		b.WriteString("    No rule fired.\n")
		return
	}
	b.WriteString("    What fired:\n")
	for _, f := range c.Fired {
		fmt.Fprintf(b, "    %s  %s\n", clockTime(f.At), f.words())
		for _, check := range f.Finding.Evidence.Checks {
			fmt.Fprintf(b, "          %s: %s\n", check.What, check.Seen)
		}
		for _, q := range f.Finding.Evidence.Lines {
			fmt.Fprintf(b, "          %s\n", quoteWords(q))
		}
	}
}

// words names the rule and what it does.
func (f Fired) words() string {
	r := f.Finding.Rule
	words := fmt.Sprintf("%s: %s", r.ID, does(r.Then))
	if r.Mode == engine.ModeShadow {
		words += " (in shadow: nothing is done)"
	}
	return words
}

func quoteWords(q engine.Quote) string {
	words := fmt.Sprintf("%s %s", q.Speaker, quotedWhole(q.Text))
	if q.Scored {
		words += " " + decimal(int(q.Polarity))
	}
	return words
}

// quotedWhole is for sentences of a test, which were read as showable and short.
func quotedWhole(text string) string { return "“" + text + "”" }

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// clockTime writes a time of a call, as in "0:40".
func clockTime(d time.Duration) string {
	seconds := int(d / time.Second)
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// check returns what is not as expected.
func (c testCall) check(fired []Fired) (wrong []string) {
	for _, e := range c.expect {
		if words := e.check(fired); words != "" {
			wrong = append(wrong, words)
		}
	}
	return wrong
}

// check says in what way an expectation is not met; empty: it is.
func (e expectation) check(fired []Fired) string {
	i := slices.IndexFunc(fired, e.meets)
	switch {
	case e.no && i >= 0:
		return fmt.Sprintf("Expected %q, but %s fired at %s.", e.text, fired[i].Finding.Rule.ID, clockTime(fired[i].At))
	case e.no || i >= 0:
		return ""
	}
	late := e
	late.after, late.by = 0, 0
	if i := slices.IndexFunc(fired, late.meets); i >= 0 {
		return fmt.Sprintf("Expected %q, but %s fired at %s.", e.text, fired[i].Finding.Rule.ID, clockTime(fired[i].At))
	}
	return fmt.Sprintf("Expected %q, but it did not happen.", e.text)
}

// meets reports whether what fired is what the expectation speaks of. A rule in shadow
// does nothing, so that it meets only what names no deed.
func (e expectation) meets(f Fired) bool {
	r := f.Finding.Rule
	switch {
	case e.rule != "" && r.ID != e.rule, f.At < e.after, e.by > 0 && f.At > e.by:
		return false
	case e.deed == deedRule:
		return true
	}
	return r.Mode == engine.ModeOn && e.deed.of(r.Then)
}

// A deed is what an expectation says is done.
type deed string

const (
	deedAny      deed = "any" // whatever a rule does
	deedRule     deed = "rule"
	deedTransfer deed = "transfer"
	deedAlert    deed = "alert"
	deedWatch    deed = "watch"
	deedPin      deed = "pin"
	deedCallback deed = "callback"
	deedSay      deed = "say"
)

// of reports whether it is among what follows.
func (d deed) of(t engine.Then) bool {
	switch d {
	case deedAny, deedRule:
		return true
	case deedTransfer:
		return t.Transfer != nil
	case deedAlert:
		return t.Alert
	case deedWatch:
		return t.Watch
	case deedPin:
		return t.Pin
	case deedCallback:
		return t.Callback
	case deedSay:
		return t.Say != "" || t.SayEs != ""
	default:
		panic("policy: there is no deed " + string(d))
	}
}
