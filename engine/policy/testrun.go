package policy

import (
	"slices"
	"time"

	"switchboard/engine"
)

const (
	maxKept  = 48     // sentences and keys that a case holds
	maxLooks = 20_000 // at one call: a judge that always wants another is wrong
)

// A tryout is one call under way, as the judge sees it.
type tryout struct {
	policy engine.Policy
	start  time.Time
	now    time.Time
	seen   engine.Case
	marks  engine.Marks
	fired  []Fired
	spoken time.Time // when somebody last did
	looks  int
}

// run plays the call to a policy's judge, which looks at each line and whenever it
// has said that it will, and returns what fired.
func (c testCall) run(p engine.Policy) []Fired {
	start := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC) // any will do, and the same each time
	t := &tryout{policy: p, start: start, now: start, spoken: start}
	t.seen = engine.Case{
		Answered: start, English: c.english, State: c.state, Since: start, Attested: c.attested, Typical: c.typical,
	}
	t.look()
	announced := c.announced < 0
	for _, l := range c.lines {
		if !announced && c.announced <= l.at {
			announced = true
			t.announce(c.announced)
		}
		t.wait(start.Add(l.at))
		t.take(l)
		t.look()
	}
	if !announced && c.announced <= c.until {
		t.announce(c.announced)
	}
	t.wait(start.Add(c.until))
	return t.fired
}

func (t *tryout) announce(at time.Duration) {
	t.wait(t.start.Add(at))
	t.seen.Announced, t.spoken = t.now, t.now
	t.look()
}

// wait lets time go by, with a look whenever the judge wants one.
func (t *tryout) wait(until time.Time) {
	for t.looks < maxLooks {
		next := t.policy.Next(t.seen, t.marks)
		if next.IsZero() || next.After(until) || !next.After(t.now) {
			break
		}
		t.now = next
		t.look()
	}
	t.now = until
}

// take has a line happen.
func (t *tryout) take(l testLine) {
	switch {
	case l.heard != nil:
		h := *l.heard
		h.At, h.End = t.now, t.now
		t.seen.Said = lastOf(append(slices.Clone(t.seen.Said), h))
		t.spoken = t.now
		if h.Speaker == engine.SpeakerCustomer {
			t.seen.Words += h.Words
			t.seen.NoInput = 0 // who talks instead of pressing a key is not at a loss
		}
	case l.key != "":
		t.seen.Keys = lastOf(append(slices.Clone(t.seen.Keys), engine.Key{At: t.now, Digit: l.key}))
		t.seen.NoInput = 0
	case l.state != 0:
		t.seen.State, t.seen.Since = l.state, t.now
	case l.noInput > 0:
		t.seen.NoInput = l.noInput
	case l.blind != nil && *l.blind:
		t.seen.Blind = t.now
	case l.blind != nil:
		t.seen.Blind = time.Time{}
		t.spoken = t.now
	}
}

func lastOf[T any](all []T) []T { return all[max(0, len(all)-maxKept):] }

// look has the judge look at the call as it stands.
func (t *tryout) look() {
	t.looks++
	t.seen.Now = t.now
	t.seen.Talking = t.seen.State != engine.CallRinging && t.seen.State != engine.CallEnding
	t.seen.Quiet = t.quiet()
	marks, findings := t.policy.Judge(t.seen, t.marks)
	t.marks = marks
	for _, f := range findings {
		if !f.Ended {
			t.fired = append(t.fired, Fired{t.now.Sub(t.start), f})
		}
	}
}

// quiet returns since when nobody has spoken though somebody should.
func (t *tryout) quiet() time.Time {
	switch t.seen.State {
	case engine.CallMachine, engine.CallFront, engine.CallProposed, engine.CallOperator:
	case engine.CallRinging, engine.CallReaching, engine.CallQueued, engine.CallHold, engine.CallEnding:
		return time.Time{}
	}
	if !t.seen.Blind.IsZero() {
		return time.Time{}
	}
	if t.seen.Since.After(t.spoken) {
		return t.seen.Since
	}
	return t.spoken
}
