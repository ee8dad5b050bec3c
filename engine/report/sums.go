package report

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"switchboard/engine"
)

// quarter is how finely a period is looked at.
const quarter = 15 * time.Minute

// lowFrom is from where down a mood is worth a line.
const lowFrom engine.Polarity = -100

// causes are why operators are brought in, as reports list them.
var causes = []engine.Cause{engine.CauseKey, engine.CauseAsked, engine.CauseRule, engine.CauseMood, engine.CauseHand}

// report sums up what the fold has kept.
func (f *fold) report() Report {
	p := f.o.Period
	r := Report{
		Period: p.Name, From: p.From, To: p.To, Until: f.until, Over: !f.o.Made.Before(p.To), Made: f.o.Made,
		Zone: p.From.Location().String(), zone: p.From.Location(), Floor: f.floor, Policy: policyName(f.policy),
		Refused: f.refused, Bells: f.bells, Acts: counts(f.acts), Commands: counts(f.failed),
		Lowest: []Low{}, Holds: []Hold{}, Operators: []Operator{}, Unheard: []Unheard{}, Outages: []Outage{}, Changes: []Change{}, Notes: []Note{},
		Remarks: []string{"A call belongs to the period in which it began, and is followed to its end."},
	}
	if f.o.Part {
		r.Remarks = append(r.Remarks, "Calls and callbacks of more than two hours before the period are not known to this report, nor are calls' numbers: calls are named by their sessions.")
	}
	r.Changes = append(r.Changes, f.changes...)
	r.Outages = append(r.Outages, f.outages...)
	f.sumCalls(&r)
	f.sumTransfers(&r)
	f.sumRules(&r)
	f.sumQuarters(&r)
	f.sumPeople(&r)
	f.sumUnheard(&r)
	f.sumCallbacks(&r)
	for _, n := range f.notes {
		if n.about != "" {
			ref := f.refOf(n.about)
			n.Call = &ref
		}
		r.Notes = append(r.Notes, n.Note)
	}
	return r
}

// ours yields the calls that belong to the period, in the order they began.
func (f *fold) ours(yield func(*call) bool) {
	for _, id := range f.order {
		if c := f.calls[id]; f.o.Period.has(c.Started) && !yield(c) {
			return
		}
	}
}

func (f *fold) ref(c *call) Ref {
	r := Ref{Session: c.Session, Caller: masked(c.Caller, f.o.Numbers)}
	if !f.o.Part {
		r.Number = c.Number
	}
	return r
}

// refOf names a call that may be known or not.
func (f *fold) refOf(id engine.SessionID) Ref {
	if c := f.calls[id]; c != nil {
		return f.ref(c)
	}
	r := Ref{Session: id}
	if f.o.Part {
		return r
	}
	frame := f.state.Frame()
	if s, ok := frame.Session(id); ok {
		r.Number = s.Number
	}
	for _, e := range frame.Ended { // one that was over before the period
		if e.Session == id {
			r.Number = e.Number
		}
	}
	return r
}

// end is when a call was over, or up to where it was followed.
func (f *fold) end(c *call) time.Time {
	if c.Over.IsZero() {
		return f.until
	}
	return c.Over
}

func (f *fold) sumCalls(r *Report) {
	n := &r.Calls
	for _, id := range f.order {
		if !f.o.Period.has(f.calls[id].Started) {
			n.Before++
		}
	}
	for c := range f.ours {
		n.All++
		if !c.Answered.IsZero() {
			n.Answered++
		}
		switch {
		case c.open:
			n.Up++
		case !c.Answered.IsZero() && !c.Callback && c.heard.IsZero() && !c.joined():
			n.Alone++
		}
		if c.Consent.Status == engine.ConsentDeclined {
			n.Declined++
		}
		if len(c.Paid) > 0 {
			n.Paid++
		}
		if c.Quarantined.Event != 0 {
			n.Quarantined++
		}
	}
	for id := range f.erased { // counted, so in any order
		if f.calls[id] == nil {
			n.Erased++
		}
	}
	n.Most, n.MostAt = f.most()
}

// joined reports whether an operator or the front desk was on the call with the customer.
func (c *call) joined() bool {
	return slices.ContainsFunc(c.Legs, func(l engine.RecordLeg) bool {
		return (l.Role == engine.RoleOperator || l.Role == engine.RoleFront) && !l.Joined.IsZero()
	})
}

// most returns how many calls were up at once at most, and since when.
func (f *fold) most() (int, time.Time) {
	type turn struct {
		at time.Time
		by int
	}
	var turns []turn
	for _, id := range f.order {
		c := f.calls[id]
		turns = append(turns, turn{later(c.Started, f.o.Period.From), 1}, turn{f.end(c), -1})
	}
	slices.SortStableFunc(turns, func(a, b turn) int { return cmp.Or(a.at.Compare(b.at), a.by-b.by) })
	up, most := 0, 0
	var at time.Time
	for _, t := range turns {
		if up += t.by; up > most && t.at.Before(f.o.Period.To) {
			most, at = up, t.at
		}
	}
	return most, at
}

func (f *fold) sumTransfers(r *Report) {
	by := map[engine.Cause]*Transfer{}
	var trigger, answer []time.Duration
	for c := range f.ours {
		for i := range c.Brought {
			b := &c.Brought[i]
			t := by[b.Cause]
			if t == nil {
				t = &Transfer{Cause: b.Cause}
				by[b.Cause] = t
			}
			t.All++
			if b.Auto {
				t.Auto++
			}
			*t.count(outcome(b, c.open))++
			if !b.Joined.IsZero() {
				trigger = append(trigger, max(b.Joined.Sub(b.Asked), 0))
			}
		}
		if first := c.voice(); !first.IsZero() && !c.Answered.IsZero() {
			answer = append(answer, max(first.Sub(c.Answered), 0))
		}
	}
	r.Transfers = []Transfer{}
	for _, cause := range causes {
		if t := by[cause]; t != nil {
			r.Transfers = append(r.Transfers, *t)
		}
	}
	within := 0
	for _, d := range trigger {
		if d <= 30*time.Second {
			within++
		}
	}
	r.Human = Human{Trigger: timesOf(trigger), Answer: timesOf(answer), Within: share(within, len(trigger)), Spread: spread(trigger)}
}

// voice returns when the customer first heard an operator, or a supervisor who was heard
// by all; zero: never.
func (c *call) voice() time.Time {
	first := c.heard
	for _, l := range c.Legs {
		if l.Role == engine.RoleOperator && !l.Joined.IsZero() && (first.IsZero() || l.Joined.Before(first)) {
			first = l.Joined
		}
	}
	return first
}

// A result is what one transfer came to.
type result uint8

const (
	resultJoined result = iota + 1
	resultVetoed
	resultTakenBack
	resultFailed
	resultCallback
	resultWithdrawn
	resultLeft
	resultUnderWay
)

// begun reports whether somebody was called for it, or was to be.
func begun(b *engine.Brought) bool {
	return !b.Began.IsZero() || !b.Queued.IsZero() || !b.Joined.IsZero() || b.Status == engine.TransferFailed
}

// outcome says what a transfer came to, on a call that goes on or is over.
func outcome(b *engine.Brought, open bool) result {
	if !b.Joined.IsZero() {
		return resultJoined
	}
	switch b.Status {
	case engine.TransferVetoed:
		if begun(b) {
			return resultTakenBack
		}
		return resultVetoed
	case engine.TransferFailed:
		return resultFailed
	case engine.TransferCallback:
		return resultCallback
	case engine.TransferNone:
		return resultWithdrawn
	case engine.TransferProposed, engine.TransferDialling, engine.TransferBriefing, engine.TransferJoining, engine.TransferQueued, engine.TransferJoined:
		if open {
			return resultUnderWay
		}
	case engine.TransferEnded:
	}
	return resultLeft
}

// count returns where a result is counted.
func (t *Transfer) count(r result) *int {
	return [...]*int{resultJoined: &t.Joined, resultVetoed: &t.Vetoed, resultTakenBack: &t.TakenBack, resultFailed: &t.Failed,
		resultCallback: &t.Callback, resultWithdrawn: &t.Withdrawn, resultLeft: &t.Left, resultUnderWay: &t.UnderWay}[r]
}

func (f *fold) sumRules(r *Report) {
	by := map[string]*Rule{}
	rule := func(id string) *Rule {
		if by[id] == nil {
			by[id] = &Rule{Rule: id}
		}
		return by[id]
	}
	for c := range f.ours {
		for _, fired := range c.Fired {
			if fired.Shadow {
				rule(fired.Rule).Shadow++
			} else {
				rule(fired.Rule).Fired++
			}
		}
		for i := range c.Brought {
			if b := &c.Brought[i]; b.Rule != "" {
				rule(b.Rule).take(b)
			}
		}
	}
	r.Rules = []Rule{}
	for _, id := range slices.Sorted(maps.Keys(by)) {
		one := by[id]
		one.Precision = share(one.Kept, one.Kept+one.Vetoed)
		r.Rules = append(r.Rules, *one)
	}
	slices.SortStableFunc(r.Rules, func(a, b Rule) int { return cmp.Or(b.Proposed-a.Proposed, b.Fired-a.Fired) })
	for _, one := range f.policy.Rules {
		if by[one.ID] == nil && one.Mode != engine.ModeOff {
			r.Quiet++
		}
	}
}

// take counts a transfer that a rule proposed.
func (r *Rule) take(b *engine.Brought) {
	r.Proposed++
	switch {
	case b.Status != engine.TransferVetoed:
		if begun(b) {
			r.Kept++
		}
		return
	case b.Label == engine.VetoWrong:
		r.Wrong++
	case b.Label == engine.VetoHandled:
		r.Handled++
	case b.Label == engine.VetoBadTime:
		r.BadTime++
	}
	r.Vetoed++
}

func (f *fold) sumQuarters(r *Report) {
	p := f.o.Period
	end := p.To
	if f.until.Before(end) {
		end = f.until
	}
	for at := p.From; at.Before(end) || at.Equal(p.From); at = at.Add(quarter) {
		r.Quarters = append(r.Quarters, Quarter{At: at})
	}
	in := func(at time.Time) *Quarter {
		i := int(at.Sub(p.From) / quarter)
		if at.Before(p.From) || i >= len(r.Quarters) || !at.Before(p.To) {
			return nil
		}
		return &r.Quarters[i]
	}
	for _, id := range f.order {
		c := f.calls[id]
		if q := in(c.Started); q != nil {
			q.Calls++
		}
		for _, s := range c.said {
			if q := in(s.at); q != nil {
				q.Sentences++
				q.sum += int(s.polarity)
			}
		}
	}
	for i := range r.Quarters {
		q := &r.Quarters[i]
		q.Mood = mean(q.sum, q.Sentences)
		if q.Calls > r.Calls.Busiest {
			r.Calls.Busiest, r.Calls.BusyAt = q.Calls, q.At
		}
	}
}

// mean returns the mean polarity of so many sentences, or nil of none.
func mean(sum, n int) *engine.Polarity {
	if n == 0 {
		return nil
	}
	p := engine.Polarity(sum / n)
	return &p
}

func (f *fold) sumPeople(r *Report) {
	operators := map[string]*Operator{}
	for c := range f.ours {
		if c.Judged && c.Low <= lowFrom {
			r.Lowest = append(r.Lowest, Low{Ref: f.ref(c), At: c.Started, Mood: c.Low, Rules: firedOn(c), Came: c.came()})
		}
		for _, h := range c.Record.Holds {
			r.Holds = append(r.Holds, f.hold(c, h))
		}
		for _, l := range c.Legs {
			if l.Role == engine.RoleOperator {
				f.operator(operators, c, l)
			}
		}
	}
	slices.SortStableFunc(r.Lowest, func(a, b Low) int { return int(a.Mood) - int(b.Mood) })
	slices.SortStableFunc(r.Holds, func(a, b Hold) int { return cmp.Compare(b.For, a.For) })
	r.Lowest, r.Holds = r.Lowest[:min(len(r.Lowest), maxLowest)], r.Holds[:min(len(r.Holds), maxHolds)]
	for _, number := range slices.Sorted(maps.Keys(operators)) {
		r.Operators = append(r.Operators, *operators[number])
	}
	slices.SortStableFunc(r.Operators, func(a, b Operator) int { return cmp.Or(b.Taken-a.Taken, b.Rung-a.Rung) })
}

// firedOn names the rules that fired on a call, each once.
func firedOn(c *call) []string {
	rules := []string{}
	for _, fired := range c.Fired {
		if !fired.Shadow && !slices.Contains(rules, fired.Rule) {
			rules = append(rules, fired.Rule)
		}
	}
	return rules
}

// came says what was done about a call.
func (c *call) came() string {
	if len(c.Brought) == 0 {
		if !c.heard.IsZero() {
			return "a supervisor spoke with him"
		}
		return "nobody was brought in"
	}
	b := &c.Brought[len(c.Brought)-1]
	return [...]string{
		resultJoined: "an operator joined", resultVetoed: "the transfer was vetoed", resultTakenBack: "the transfer was taken back",
		resultFailed: "nobody could be brought in", resultCallback: "a callback was promised", resultWithdrawn: "the transfer was withdrawn",
		resultLeft: "the caller left first", resultUnderWay: "a transfer is under way",
	}[outcome(b, c.open)]
}

func (f *fold) hold(c *call, h engine.Holding) Hold {
	out := Hold{Ref: f.ref(c), From: h.From, Lasts: h.To.IsZero() && c.open}
	to := h.To
	if to.IsZero() {
		to = f.end(c)
	}
	out.For = Seconds(max(to.Sub(h.From), 0))
	for _, l := range c.Legs {
		if l.Name == h.Leg {
			out.Whose = l.Role
		}
	}
	return out
}

// operator counts an operator's leg. One who has no name is named as customers are.
func (f *fold) operator(all map[string]*Operator, c *call, l engine.RecordLeg) {
	o := all[l.Number]
	if o == nil {
		o = &Operator{Name: masked(l.Number, f.o.Numbers)}
		all[l.Number] = o
	}
	if l.Called != "" {
		o.Name = l.Called
	}
	o.Rung++
	if l.Joined.IsZero() {
		return
	}
	o.Taken++
	to := l.Gone
	if to.IsZero() {
		to = f.end(c)
	}
	o.Talk += Seconds(max(to.Sub(l.Joined), 0))
}

func (f *fold) sumUnheard(r *Report) {
	type cause struct {
		feed  engine.FeedKind
		whole bool
		why   string
	}
	by := map[cause]*Unheard{}
	var order []cause
	for c := range f.ours {
		counted := map[cause]bool{}
		for _, g := range c.Gaps {
			to := g.To
			if to.IsZero() {
				to = f.end(c)
			}
			if to.Sub(g.From) < time.Second { // as the last moment of a call
				continue
			}
			key := cause{c.inCharge(g.From), g.Leg == "", g.Why}
			if by[key] == nil {
				by[key] = &Unheard{Feed: key.feed, Whole: key.whole, Why: key.why}
				order = append(order, key)
			}
			if !counted[key] {
				by[key].Calls++
				counted[key] = true
			}
			by[key].Lasted += Seconds(max(to.Sub(g.From), 0))
		}
	}
	for _, key := range order {
		r.Unheard = append(r.Unheard, *by[key])
	}
	slices.SortStableFunc(r.Unheard, func(a, b Unheard) int { return cmp.Compare(b.Lasted, a.Lasted) })
	r.Unheard = r.Unheard[:min(len(r.Unheard), maxUnheard)]
}

// inCharge returns the feed that heard a call up to a moment.
func (c *call) inCharge(at time.Time) engine.FeedKind {
	var kind engine.FeedKind
	for _, reign := range c.ruled {
		if reign.Kind != 0 && !reign.From.After(at) {
			kind = reign.Kind
		}
	}
	return kind
}

func (f *fold) sumCallbacks(r *Report) {
	r.Callbacks = Callbacks{Done: f.done, Open: []Callback{}}
	for c := range f.ours {
		if c.Callback {
			r.Callbacks.Promised++
		}
	}
	for _, cb := range f.state.Frame().Callbacks {
		c := f.calls[cb.Session]
		if cb.Promised.Before(f.o.Period.To) || c != nil && f.o.Period.has(c.Started) {
			ref := f.refOf(cb.Session)
			ref.Caller = masked(cb.Number, f.o.Numbers)
			r.Callbacks.Open = append(r.Callbacks.Open, Callback{ID: cb.ID, Ref: ref, Promised: cb.Promised, Why: cb.Why})
		}
	}
}

// counts returns what happened how often, the most first.
func counts(all map[string]int) []Count {
	list := []Count{}
	for _, what := range slices.Sorted(maps.Keys(all)) {
		list = append(list, Count{what, all[what]})
	}
	slices.SortStableFunc(list, func(a, b Count) int { return b.N - a.N })
	return list
}
