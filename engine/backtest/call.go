package backtest

import (
	"encoding/json"
	"time"

	"switchboard/engine"
)

// A Label says whether a call needed an operator, by the word of a person.
type Label string

// The labels.
const (
	LabelNone     Label = ""         // nobody has said
	LabelTransfer Label = "transfer" // it did
	LabelCalm     Label = "none"     // it did not
)

// A Call is one call: what happened to it, and what each policy would have done.
type Call struct {
	Source   string           `json:"source"`
	Played   bool             `json:"played,omitempty"` // a recording
	Session  engine.SessionID `json:"session"`
	Number   int              `json:"number"`
	Caller   string           `json:"caller"`
	Began    time.Time        `json:"began"`
	Answered time.Time        `json:"answered,omitzero"`
	Ended    time.Time        `json:"ended"`
	Open     bool             `json:"open,omitempty"` // it goes on; Ended is the last that is known
	Happened Happened         `json:"happened"`
	Expect   Label            `json:"expect,omitempty"` // what its recording says
	Label    Label            `json:"label,omitempty"`
	Why      string           `json:"label_from,omitempty"` // who says so

	// Verdicts are of the policy on trial and of the one it is compared with.
	Verdicts []Verdict `json:"verdicts"`
}

// Happened is what truly happened to a call: the policy of the day, its supervisors
// and the customer himself have brought somebody in, or nobody has.
type Happened struct {
	At       time.Time        `json:"at,omitzero"`        // when somebody was first called for it
	Cause    engine.Cause     `json:"cause,omitempty"`    // why
	Rule     string           `json:"rule,omitempty"`     // of the policy of the day, that proposed it
	By       engine.By        `json:"by,omitempty"`       // who, when by hand
	ByHand   time.Time        `json:"by_hand,omitzero"`   // when a supervisor first had somebody called
	Joined   time.Time        `json:"joined,omitzero"`    // when an operator first joined
	Proposed time.Time        `json:"proposed,omitzero"`  // when a rule first proposed a transfer
	Vetoed   time.Time        `json:"vetoed,omitzero"`    // when a supervisor last stopped one
	Label    engine.VetoLabel `json:"veto_why,omitempty"` // why he did
	Hurried  bool             `json:"hurried,omitempty"`  // a supervisor began at once what was proposed
}

// A Verdict is what one policy would have done about a call.
type Verdict struct {
	// Firings are its rules that fired, each when it first did, in that order.
	Firings []Firing `json:"firings"`
}

// A Firing is a rule of a policy on trial that fired on a call.
type Firing struct {
	Rule     string          `json:"rule"`
	Kind     Kind            `json:"kind"`
	At       time.Time       `json:"at"`
	Times    int             `json:"times"` // on this call
	Evidence engine.Evidence `json:"-"`
}

// A Kind is what a firing would have done.
type Kind string

// The kinds of firings.
const (
	KindAlarm  Kind = "alarm"  // proposed a transfer
	KindLate   Kind = "late"   // proposed one when an operator had joined already: not counted
	KindAlert  Kind = "alert"  // only shown
	KindShadow Kind = "shadow" // nothing: the rule is in shadow
)

// MarshalJSON implements [json.Marshaler]: with the sentences that the rule saw.
func (f Firing) MarshalJSON() ([]byte, error) {
	type plain Firing
	type sentence struct {
		At       time.Time `json:"at"`
		Text     string    `json:"text"`
		Polarity *int      `json:"polarity_thousandths,omitempty"`
	}
	type check struct {
		What string `json:"what"`
		Seen string `json:"seen"`
	}
	wire := struct {
		plain
		Checks    []check    `json:"checks"`
		Sentences []sentence `json:"sentences"`
	}{plain(f), []check{}, []sentence{}}
	for _, c := range f.Evidence.Checks {
		wire.Checks = append(wire.Checks, check{c.What, c.Seen})
	}
	for _, q := range f.Evidence.Lines {
		s := sentence{At: q.At, Text: q.Text}
		if q.Scored {
			p := int(q.Polarity)
			s.Polarity = &p
		}
		wire.Sentences = append(wire.Sentences, s)
	}
	return json.Marshal(wire)
}

// fired takes a rule that has just fired.
func (v *Verdict) fired(f engine.Finding, at time.Time, joined bool) {
	kind := KindAlert
	switch {
	case f.Rule.Mode == engine.ModeShadow:
		kind = KindShadow
	case f.Rule.Then.Transfer != nil && joined:
		kind = KindLate
	case f.Rule.Then.Transfer != nil:
		kind = KindAlarm
	}
	for i := range v.Firings {
		if v.Firings[i].Rule == f.Rule.ID {
			v.Firings[i].Times++
			return
		}
	}
	v.Firings = append(v.Firings, Firing{Rule: f.Rule.ID, Kind: kind, At: at, Times: 1, Evidence: f.Evidence})
}

// Alarm returns the first transfer that the policy would have proposed, if any.
func (v Verdict) Alarm() (Firing, bool) {
	for _, f := range v.Firings {
		if f.Kind == KindAlarm {
			return f, true
		}
	}
	return Firing{}, false
}

// label says whether the call needed an operator. What its recording expects goes
// before what a supervisor did, and his last act before the ones ahead of it.
func (c *Call) label() {
	h := c.Happened
	switch {
	case c.Expect != LabelNone:
		c.Label, c.Why = c.Expect, "its recording"
	case !h.ByHand.IsZero() && h.ByHand.After(h.Vetoed):
		c.Label, c.Why = LabelTransfer, "transferred by hand"
	case h.Vetoed.IsZero() && h.Hurried:
		c.Label, c.Why = LabelTransfer, "hurried by hand"
	case h.Vetoed.IsZero(), h.Label == engine.VetoBadTime:
		// Nobody has said; that the time was bad does not say that the rule was wrong.
	case h.Label == engine.VetoHandled:
		c.Label, c.Why = LabelTransfer, "vetoed, for it was handled already"
	default:
		c.Label, c.Why = LabelCalm, "vetoed"
	}
}

// begin is what a call's times count from.
func (c *Call) begin() time.Time {
	if c.Answered.IsZero() {
		return c.Began
	}
	return c.Answered
}

// length is how long the customer was on the line.
func (c *Call) length() time.Duration {
	if c.Answered.IsZero() {
		return 0
	}
	return c.Ended.Sub(c.Answered)
}

// lead returns how long before the end of the call, or before a supervisor had somebody
// called, a rule fired. It is negative for one that came after his hand.
func (c *Call) lead(f Firing) time.Duration {
	if !c.Happened.ByHand.IsZero() {
		return c.Happened.ByHand.Sub(f.At)
	}
	return c.Ended.Sub(f.At)
}

// brought reports whether automation or a supervisor had somebody called. What a key of
// the customer's brings needs no policy.
func (c *Call) brought() bool {
	return !c.Happened.ByHand.IsZero() || !c.Happened.At.IsZero() && c.Happened.Cause != engine.CauseKey
}

// keyed reports whether the customer himself brought an operator, by a key.
func (c *Call) keyed() bool { return c.Happened.Cause == engine.CauseKey }
