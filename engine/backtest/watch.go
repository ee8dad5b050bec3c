package backtest

import (
	"slices"
	"time"

	"switchboard/engine"
)

// maxLooks is how often the judges look at a call between two of its events: a rule
// that asks for more is not waited for.
const maxLooks = 1000

// A watch is one call that is being folded: as it stands, what truly happened to it,
// and the judges that look at it.
type watch struct {
	session *engine.Session
	seen    engine.Case // as the judges last saw it
	shown   bool        // they have
	call    Call
	joined  bool // an operator has
	judges  []judge
	dropped bool // it was no customer's call
}

// A judge is a policy on trial, beside one call.
type judge struct {
	policy  *engine.Policy
	marks   engine.Marks
	next    time.Time // when it is to look though nothing has happened
	verdict Verdict
}

func newWatch(o *Options, source Source, expect Label, s *engine.Session) *watch {
	w := &watch{session: s, judges: []judge{{policy: &o.Policy}}}
	if o.Compare != nil {
		w.judges = append(w.judges, judge{policy: o.Compare})
	}
	w.call = Call{
		Source: source.Name, Played: source.Played, Session: s.ID, Number: s.Number, Caller: s.Caller, Began: s.Started,
		Expect: expect,
	}
	return w
}

// passTime has the judges look that wanted to up to the given time, with the call as it
// stood: between two of its events it does not change.
func (w *watch) passTime(until time.Time, typical time.Duration) {
	if !until.After(w.seen.Now) {
		return
	}
	for range maxLooks {
		at := w.nextLook()
		if at.IsZero() || at.After(until) {
			return
		}
		w.seen = w.session.Case(at, typical)
		for i := range w.judges {
			if j := &w.judges[i]; !j.next.IsZero() && !j.next.After(at) {
				j.look(w.seen, w.joined)
			}
		}
	}
}

// nextLook returns when the first of the judges wants to look again, or zero.
func (w *watch) nextLook() time.Time {
	var next time.Time
	for i := range w.judges {
		at := w.judges[i].next
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// look shows the call to the judges as it stands after an event. What they would see no
// otherwise than before they need not look at: time alone is passTime's.
func (w *watch) look(at time.Time, typical time.Duration) {
	c := w.session.Case(at, typical)
	if w.shown && sameFacts(&c, &w.seen) {
		return
	}
	w.seen, w.shown = c, true
	for i := range w.judges {
		w.judges[i].look(c, w.joined)
	}
}

// sameFacts reports whether two cases differ in nothing but their time.
func sameFacts(a, b *engine.Case) bool {
	return a.Answered.Equal(b.Answered) && a.Talking == b.Talking && a.English == b.English && a.Words == b.Words &&
		a.State == b.State && a.Since.Equal(b.Since) && a.NoInput == b.NoInput && a.Blind.Equal(b.Blind) && a.Unheard == b.Unheard &&
		a.Quiet.Equal(b.Quiet) && a.Announced.Equal(b.Announced) && a.Attested == b.Attested && a.Typical == b.Typical &&
		slices.Equal(a.Keys, b.Keys) && slices.Equal(a.Said, b.Said)
}

func (j *judge) look(c engine.Case, joined bool) {
	marks, findings, next := j.policy.Watch(c, j.marks)
	j.marks, j.next = marks, next
	for _, f := range findings {
		if !f.Ended {
			j.verdict.fired(f, c.Now, joined)
		}
	}
}

// see takes the call as it stands after an event, and keeps what has happened to it.
func (w *watch) see(s *engine.Session, now time.Time) {
	before := w.session
	w.session = s
	c := &w.call
	if c.Answered.IsZero() {
		c.Answered = answered(s)
	}
	c.Caller = s.Caller
	h, t := &c.Happened, s.Transfer
	began := t.Under() || t.Status == engine.TransferQueued || t.Status == engine.TransferJoined
	if began && h.At.IsZero() {
		h.At, h.Cause, h.Rule, h.By = now, t.Cause, t.Rule, t.By
	}
	if began && t.Cause == engine.CauseHand && h.ByHand.IsZero() {
		h.ByHand = now
	}
	if t.Status == engine.TransferProposed && h.Proposed.IsZero() {
		h.Proposed, h.Rule = now, t.Rule
	}
	if t.Status == engine.TransferVetoed && before.Transfer.Status != engine.TransferVetoed {
		h.Vetoed = now
	}
	if t.Status == engine.TransferVetoed && t.Label != 0 {
		h.Label = t.Label
	}
	if l, ok := s.Operator(); ok && l.Joined && !w.joined {
		w.joined, h.Joined = true, now
	}
}

// answered returns when the customer was, or zero.
func answered(s *engine.Session) time.Time {
	if !s.AnsweredAt.IsZero() {
		return s.AnsweredAt
	}
	for _, l := range s.Legs {
		if l.Role == engine.RoleCustomer {
			return l.Answered
		}
	}
	return time.Time{}
}

// done returns the call with what each policy would have done.
func (w *watch) done() Call {
	c := w.call
	c.label()
	for i := range w.judges {
		v := w.judges[i].verdict
		if v.Firings == nil {
			v.Firings = []Firing{} // an empty list to machines, not none
		}
		c.Verdicts = append(c.Verdicts, v)
	}
	return c
}
