package replay

import (
	"cmp"
	"slices"
	"time"

	"switchboard/engine"
)

// An Alarm is a rule that fired on a call, or would have.
type Alarm struct {
	Session engine.SessionID
	Rule    string
	At      time.Time // the first time
}

// A Trial is what another policy would have made of a tape.
type Trial struct {
	Policy string // its name, as it is shown; may come from a file
	Alarms []Alarm
}

// A Difference is a rule on a call, when it fired, and when it would by the other policy.
type Difference struct {
	Session engine.SessionID
	Rule    string
	Then    time.Time // zero: it did not fire
	Now     time.Time // zero: it would not
}

// Alarms are the rules that fired by the policy of the day, each once a call, in order.
func (t *Tape) Alarms() []Alarm {
	var all []Alarm
	for _, m := range t.moments {
		same := func(a Alarm) bool { return a.Session == m.Session && a.Rule == m.What }
		if m.Kind == Fired && !slices.ContainsFunc(all, same) {
			all = append(all, Alarm{m.Session, m.What, m.At})
		}
	}
	return all
}

// Shown returns those of a trial's alarms that lie in what is shown, in order.
func (t *Tape) Shown(all []Alarm) []Alarm {
	shown := slices.DeleteFunc(slices.Clone(all), func(a Alarm) bool {
		return a.At.Before(t.from) || a.At.After(t.to) || t.call != "" && a.Session != t.call
	})
	slices.SortStableFunc(shown, func(a, b Alarm) int { return a.At.Compare(b.At) })
	return shown
}

// Compare returns the alarms of the day and of a trial side by side, by when the first of
// the two was: also those that are where they were.
func (t *Tape) Compare(trial Trial) []Difference {
	type key struct {
		session engine.SessionID
		rule    string
	}
	var all []Difference
	at := map[key]int{}
	put := func(a Alarm) *Difference {
		k := key{a.Session, a.Rule}
		i, ok := at[k]
		if !ok {
			i = len(all)
			at[k] = i
			all = append(all, Difference{Session: a.Session, Rule: a.Rule})
		}
		return &all[i]
	}
	for _, a := range t.Alarms() {
		put(a).Then = a.At
	}
	for _, a := range t.Shown(trial.Alarms) {
		put(a).Now = a.At
	}
	first := func(d Difference) time.Time {
		if d.Then.IsZero() || !d.Now.IsZero() && d.Now.Before(d.Then) {
			return d.Now
		}
		return d.Then
	}
	slices.SortStableFunc(all, func(a, b Difference) int {
		return cmp.Or(first(a).Compare(first(b)), cmp.Compare(a.Session, b.Session), cmp.Compare(a.Rule, b.Rule))
	})
	return all
}

// Judge shows what a trial came to beside the marks of the day; nil: nothing.
func (p *Player) Judge(trial *Trial) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trial = trial
	p.show()
}

// Trial returns what is shown beside the marks of the day, or nil.
func (p *Player) Trial() *Trial {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trial
}
