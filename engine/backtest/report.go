package backtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"switchboard/engine"
)

// A Report is what a backtest came to. It encodes to JSON under names that stay; times
// there are in seconds, shares in thousandths.
type Report struct {
	Sources  int      `json:"sources"`
	Talk     Seconds  `json:"talk_seconds"` // of all calls
	Labelled int      `json:"labelled"`     // calls of which somebody said what they needed
	Policies []Result `json:"policies"`     // the one on trial, and the one it is compared with
	Calls    []Call   `json:"calls"`
	Forgot   int      `json:"forgotten,omitempty"` // calls that were erased: they are not judged anew
	Unread   []Unread `json:"unread"`
	Cannot   []string `json:"cannot_know"` // what a backtest does not tell
}

// Seconds is a duration that encodes to a number of seconds.
type Seconds time.Duration

// MarshalJSON implements [json.Marshaler].
func (s Seconds) MarshalJSON() ([]byte, error) {
	ms := time.Duration(s).Milliseconds()
	sign := ""
	if ms < 0 {
		sign, ms = "-", -ms
	}
	return fmt.Appendf(nil, "%s%d.%03d", sign, ms/1000, ms%1000), nil
}

// Unread is a source that could not be read, or not to its end.
type Unread struct {
	Source string `json:"source"`
	Wrong  string `json:"wrong"`
	Calls  int    `json:"calls"` // that were read before
}

// A Result is what one policy would have done.
type Result struct {
	Policy  string       `json:"policy"`
	Version int          `json:"version"`
	Rules   []RuleResult `json:"rules"`  // that propose a transfer, in the policy's order
	Others  []RuleResult `json:"others"` // that only alert, or are in shadow
	All     RuleResult   `json:"all"`
	Missed  int          `json:"missed"`                                  // calls labelled transfer, on which it was silent and the customer pressed no key
	Extra   []int        `json:"would_have_alarmed_and_nothing_happened"` // indexes into calls
	Silent  []int        `json:"brought_in_and_would_not_have"`
}

// A RuleResult is what one rule, or a whole policy, would have done.
type RuleResult struct {
	Rule  string  `json:"rule,omitempty"`
	Kind  Kind    `json:"kind"`
	Calls int     `json:"calls"`        // on which it would have
	Right int     `json:"right"`        // of these, labelled transfer
	Wrong int     `json:"wrong"`        // of these, labelled none
	After Seconds `json:"median_after"` // since the customer was answered
	Lead  Seconds `json:"median_lead"`  // before the end, or before a supervisor's hand

	after, lead []time.Duration
}

// Precision returns the share of labelled alarms that were right, in thousandths. It
// reports false where no call that was alarmed carries a label.
func (r Result) Precision() (int, bool) { return share(r.All.Right, r.All.Right+r.All.Wrong) }

// Recall returns the share of the calls labelled transfer that were alarmed, in
// thousandths. Those of customers who brought an operator by a key need no alarm, and do
// not count without one. It reports false where there is no such call.
func (r Result) Recall() (int, bool) { return share(r.All.Right, r.All.Right+r.Missed) }

// MarshalJSON implements [json.Marshaler]: with precision and recall, where there are any.
func (r Result) MarshalJSON() ([]byte, error) {
	type plain Result
	wire := struct {
		plain
		Precision *int `json:"precision_thousandths"`
		Recall    *int `json:"recall_thousandths"`
	}{plain: plain(r)}
	if n, ok := r.Precision(); ok {
		wire.Precision = &n
	}
	if n, ok := r.Recall(); ok {
		wire.Recall = &n
	}
	return json.Marshal(wire)
}

// share returns n of so many in thousandths.
func share(n, of int) (int, bool) {
	if of == 0 {
		return 0, false
	}
	return (n*1000 + of/2) / of, true
}

// were counts calls: "1 call was", "6 calls were".
func were(n int) string {
	if n == 1 {
		return "1 call was"
	}
	return fmt.Sprintf("%d calls were", n)
}

// report counts what the sources came to.
func report(o Options, sources []Source, results []folded) Report {
	r := Report{
		Sources: len(sources), Calls: []Call{}, Unread: []Unread{},
		Cannot: []string{
			"It cannot know how a call would have gone on: what followed an alarm followed without its transfer.",
			"Nor does it know what nobody heard, or whether an operator would have been free.",
		},
	}
	for i, f := range results {
		r.Calls = append(r.Calls, f.calls...)
		r.Forgot += f.forgotten
		if f.err != nil {
			r.Unread = append(r.Unread, Unread{sources[i].Name, f.err.Error(), len(f.calls)})
		}
	}
	if r.Forgot > 0 {
		r.Cannot = append(r.Cannot, fmt.Sprintf("%s forgotten: what was said is gone, so nothing is judged anew.", were(r.Forgot)))
	}
	for i := range r.Calls {
		r.Talk += Seconds(r.Calls[i].length())
		if r.Calls[i].Label != LabelNone {
			r.Labelled++
		}
	}
	r.Policies = []Result{result(o.Policy, r.Calls, 0)}
	if o.Compare != nil {
		r.Policies = append(r.Policies, result(*o.Compare, r.Calls, 1))
	}
	return r
}

// result counts what the policy whose verdicts have that place would have done.
func result(p engine.Policy, calls []Call, place int) Result {
	r := Result{
		Policy: p.Name, Version: p.Version, Rules: []RuleResult{}, Others: []RuleResult{}, All: RuleResult{Kind: KindAlarm},
		Extra: []int{}, Silent: []int{},
	}
	rules := make([]RuleResult, len(p.Rules))
	for i, rule := range p.Rules {
		rules[i] = RuleResult{Rule: rule.ID, Kind: kindOf(rule)}
	}
	for i := range calls {
		c := &calls[i]
		for _, f := range c.Verdicts[place].Firings {
			at := slices.IndexFunc(rules, func(r RuleResult) bool { return r.Rule == f.Rule })
			if at >= 0 && f.Kind != KindLate {
				rules[at].count(c, f)
			}
		}
		first, alarmed := c.Verdicts[place].Alarm()
		switch {
		case alarmed:
			r.All.count(c, first)
		case c.Label == LabelTransfer && !c.keyed():
			r.Missed++
		}
		switch {
		case c.Played: // nothing has happened to it
		case alarmed && !c.brought():
			r.Extra = append(r.Extra, i)
		case !alarmed && c.brought():
			r.Silent = append(r.Silent, i)
		}
	}
	for i := range rules {
		rules[i].sum()
		switch {
		case p.Rules[i].Mode == engine.ModeOff:
		case rules[i].Kind == KindAlarm:
			r.Rules = append(r.Rules, rules[i])
		default:
			r.Others = append(r.Others, rules[i])
		}
	}
	r.All.sum()
	return r
}

// kindOf returns what a rule does when it fires in time.
func kindOf(r engine.Rule) Kind {
	switch {
	case r.Mode == engine.ModeShadow:
		return KindShadow
	case r.Then.Transfer != nil:
		return KindAlarm
	}
	return KindAlert
}

func (r *RuleResult) count(c *Call, f Firing) {
	r.Calls++
	switch c.Label {
	case LabelTransfer:
		r.Right++
	case LabelCalm:
		r.Wrong++
	case LabelNone:
	}
	r.after = append(r.after, f.At.Sub(c.begin()))
	r.lead = append(r.lead, c.lead(f))
}

func (r *RuleResult) sum() { r.After, r.Lead = Seconds(median(r.after)), Seconds(median(r.lead)) }

// median returns the middle one, the lower of two, or zero.
func median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}
