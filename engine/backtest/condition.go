package backtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Condition is one that a policy must not meet, as in "precision<0.8", so that a
// policy can have its own tests.
type Condition struct {
	text  string
	what  string
	than  string // < <= > >=
	limit int    // in thousandths
}

// String returns the condition as it was read.
func (c Condition) String() string { return c.text }

// Measures are what a condition may ask for, with what they are.
var measures = []struct{ name, about string }{
	{"alarmed", "share of all calls"},
	{"alarmed-calm", "calls labelled none that it alarmed on"},
	{"missed", "calls labelled transfer that it did not alarm on"},
	{"precision", "share of labelled alarms that were right"},
	{"recall", "share of calls labelled transfer that it alarmed on"},
	{"calls", "how many there were"},
}

// Measures returns what a condition may ask for, as help shows it.
func Measures() string {
	var names []string
	for _, m := range measures {
		names = append(names, m.name+" ("+m.about+")")
	}
	return strings.Join(names, ", ")
}

// ParseCondition reads a condition such as "precision<0.8" or "alarmed-calm>0".
func ParseCondition(text string) (Condition, error) {
	c := Condition{text: strings.ReplaceAll(text, " ", "")}
	at := strings.IndexAny(c.text, "<>")
	if at < 0 {
		return c, fmt.Errorf("%q is no condition: it is a measure, <, <=, > or >=, and a number, as in precision<0.8", text)
	}
	c.what = c.text[:at]
	c.than = c.text[at : at+1]
	number := c.text[at+1:]
	if rest, ok := strings.CutPrefix(number, "="); ok {
		c.than, number = c.than+"=", rest
	}
	if !slices.ContainsFunc(measures, func(m struct{ name, about string }) bool { return m.name == c.what }) {
		return c, fmt.Errorf("%q asks for %q: possible are %s", text, c.what, Measures())
	}
	limit, ok := thousandths(number)
	if !ok {
		return c, fmt.Errorf("%q compares with %q: it is a number such as 0.8 or 3, with at most three places after the point", text, number)
	}
	c.limit = limit
	return c, nil
}

// thousandths reads a decimal number exactly.
func thousandths(s string) (int, bool) {
	whole, fraction, point := strings.Cut(s, ".")
	if whole == "" || len(whole) > 9 || point && fraction == "" || len(fraction) > 3 || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(whole + fraction + strings.Repeat("0", 3-len(fraction)))
	return n, err == nil
}

// Met reports whether the policy on trial meets the condition, with why in words. One
// that cannot be told, because no call carries the label that it needs, counts as met:
// a test that tests nothing must not pass.
func (c Condition) Met(r Report) (string, bool) {
	p := r.Policies[0]
	value, told := 0, true
	switch c.what {
	case "alarmed":
		value, told = share(p.All.Calls, len(r.Calls))
	case "alarmed-calm":
		value, told = p.All.Wrong*1000, r.labelled(LabelCalm) > 0
	case "missed":
		value, told = p.Missed*1000, r.labelled(LabelTransfer) > 0
	case "precision":
		if value, told = p.Precision(); !told && r.Labelled > 0 {
			return "", false // no labelled call was alarmed: no alarm was wrong
		}
	case "recall":
		value, told = p.Recall()
	case "calls":
		value = len(r.Calls) * 1000
	default:
		panic("backtest: a condition asks for " + c.what)
	}
	if !told {
		return fmt.Sprintf("%s cannot be told: no call carries the label that it needs", c.text), true
	}
	met := false
	switch c.than {
	case "<":
		met = value < c.limit
	case "<=":
		met = value <= c.limit
	case ">":
		met = value > c.limit
	case ">=":
		met = value >= c.limit
	}
	return fmt.Sprintf("%s: %s is %s", c.text, c.what, decimal(value)), met
}

// labelled returns how many calls carry a label.
func (r Report) labelled(l Label) int {
	n := 0
	for i := range r.Calls {
		if r.Calls[i].Label == l {
			n++
		}
	}
	return n
}

// decimal writes thousandths as they are read: "0.8", "3".
func decimal(n int) string {
	text := fmt.Sprintf("%d.%03d", n/1000, n%1000)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
