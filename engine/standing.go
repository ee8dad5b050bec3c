package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The conditions on how a call stands: min_words, no_input, attestation_below,
// duration, blind, silence, in_state and key.

type minWords struct{ c *Cond }

func minWordsOf(c *Cond) condition {
	if c.MinWords == 0 {
		return nil
	}
	return minWords{c}
}

func (m minWords) judge(l *look) verdict { return decided(l.Words >= m.c.MinWords, time.Time{}) }
func (m minWords) text() string {
	return fmt.Sprintf("the customer said %d words or more", m.c.MinWords)
}
func (m minWords) proof(l *look) proof {
	return proof{minor: true, check: Check{Seen: fmt.Sprintf("%d words", l.Words), Unless: fmt.Sprintf("he had said fewer than %d words", m.c.MinWords)}}
}

type noInput struct{ c *Cond }

func noInputOf(c *Cond) condition {
	if c.NoInput == 0 {
		return nil
	}
	return noInput{c}
}

func (n noInput) judge(l *look) verdict { return decided(l.NoInput >= n.c.NoInput, time.Time{}) }
func (n noInput) text() string          { return fmt.Sprintf("%d menus in a row without a key", n.c.NoInput) }
func (n noInput) proof(l *look) proof {
	return proof{check: Check{Seen: fmt.Sprintf("%d in a row", l.NoInput), Unless: "he had pressed a key"}}
}

type attestation struct{ c *Cond }

func attestationOf(c *Cond) condition {
	if c.Attestation == AttestationNone {
		return nil
	}
	return attestation{c}
}

func (a attestation) judge(l *look) verdict {
	return decided(l.Attested < a.c.Attestation, time.Time{})
}
func (a attestation) text() string {
	return fmt.Sprintf("the caller's number is attested below %s", a.c.Attestation)
}
func (a attestation) proof(l *look) proof {
	return proof{check: Check{Seen: l.Attested.String(), Unless: fmt.Sprintf("it were attested %s", a.c.Attestation)}}
}

// since judges whether something has gone on for so long. From zero it does not go on.
func (l *look) since(from time.Time, long time.Duration) verdict {
	if from.IsZero() {
		return verdict{}
	}
	if until := from.Add(long); l.Now.Before(until) {
		return verdict{no, until}
	}
	return verdict{holds: yes}
}

type longCall struct{ *LongCall }

func durationOf(c *Cond) condition {
	if c.Duration == nil {
		return nil
	}
	return longCall{c.Duration}
}

// limit returns the least of the limits that are asked and known.
func (d longCall) limit(l *look) time.Duration {
	limit := d.Above
	if d.P95 && l.Typical > 0 && (limit <= 0 || l.Typical < limit) {
		limit = l.Typical
	}
	return limit
}

func (d longCall) judge(l *look) verdict {
	limit := d.limit(l)
	if limit <= 0 || l.Answered.IsZero() {
		return verdict{}
	}
	return l.since(l.Answered, limit+1) // longer than the limit
}

func (d longCall) text() string {
	switch {
	case d.P95 && d.Above > 0:
		return fmt.Sprintf("the call lasts longer than %s, or than 95 of 100 do", inWords(d.Above))
	case d.P95:
		return "the call lasts longer than 95 of 100 do"
	}
	return "the call lasts longer than " + inWords(d.Above)
}

func (d longCall) proof(l *look) proof {
	return proof{check: Check{
		Seen: inWords(l.Now.Sub(l.Answered)), Unless: "it had lasted " + inWords(d.limit(l)) + " or less",
	}}
}

// minBadly is how many sentences are looked at where a policy does not say.
const minBadly = 5

type blindFor struct{ *BlindFor }

func blindOf(c *Cond) condition {
	if c.Blind == nil {
		return nil
	}
	return blindFor{c.Blind}
}

func (b blindFor) judge(l *look) verdict {
	var unheard verdict
	if b.For > 0 || b.Confidence == 0 {
		unheard = l.since(l.Blind, b.For)
	}
	if unheard.holds == yes {
		return unheard
	}
	if _, badly := b.badly(l); badly {
		return verdict{yes, time.Time{}}
	}
	return unheard
}

// badly returns how certain the last sentences of the customer are in the mean, and
// whether that is too little. Sentences of which it is not known are left out.
func (b blindFor) badly(l *look) (int, bool) {
	of := b.Of
	if of <= 0 {
		of = minBadly
	}
	sum, n := 0, 0
	for i := len(l.Said) - 1; i >= 0 && n < of; i-- {
		if h := &l.Said[i]; h.Speaker == SpeakerCustomer && h.Confidence > 0 {
			sum += h.Confidence
			n++
		}
	}
	return sum / max(n, 1), n == of && sum < b.Confidence*of
}

func (b blindFor) text() string {
	var asked []string
	if b.For > 0 || b.Confidence == 0 {
		asked = append(asked, "the customer is not heard"+for_(b.For))
	}
	if b.Confidence > 0 {
		asked = append(asked, "his sentences are understood less than "+percent(b.Confidence))
	}
	return strings.Join(asked, ", or ")
}

func for_(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return " for " + inWords(d)
}

func percent(thousandths int) string { return fmt.Sprintf("%d%%", thousandths/10) }

func (b blindFor) proof(l *look) proof {
	if mean, badly := b.badly(l); badly {
		return proof{check: Check{Seen: percent(mean) + " in the mean", Unless: "they had been understood better"}}
	}
	return proof{check: Check{Seen: "not for " + inWords(l.Now.Sub(l.Blind)), Unless: "he were heard"}}
}

type silence struct{ c *Cond }

func silenceOf(c *Cond) condition {
	if c.Silence == 0 {
		return nil
	}
	return silence{c}
}

func (s silence) judge(l *look) verdict { return l.since(l.Quiet, s.c.Silence) }
func (s silence) text() string          { return "nobody spoke for " + inWords(s.c.Silence) }
func (s silence) proof(l *look) proof {
	return proof{check: Check{Seen: inWords(l.Now.Sub(l.Quiet)) + " of silence", Unless: "somebody had spoken"}}
}

type inState struct{ *InState }

func inStateOf(c *Cond) condition {
	if c.InState == nil {
		return nil
	}
	return inState{c.InState}
}

func (s inState) judge(l *look) verdict {
	if !slices.Contains(s.States, l.State) {
		return verdict{}
	}
	return l.since(l.Since, s.For)
}

func (s inState) text() string {
	var names []string
	for _, state := range s.States {
		names = append(names, state.words())
	}
	return strings.Join(names, " or ") + for_(s.For)
}

// words says a state as a supervisor would.
func (s CallState) words() string {
	switch s {
	case CallRinging:
		return "not answered"
	case CallMachine:
		return "alone with the machine"
	case CallFront:
		return "with the front desk"
	case CallProposed:
		return "a transfer is proposed"
	case CallReaching:
		return "an operator is being reached"
	case CallQueued:
		return "waiting for a free operator"
	case CallOperator:
		return "with an operator"
	case CallHold:
		return "on hold"
	case CallEnding:
		return "ending"
	default:
		return s.String()
	}
}

func (s inState) proof(l *look) proof {
	return proof{check: Check{
		Seen: fmt.Sprintf("%s for %s", l.State.words(), inWords(l.Now.Sub(l.Since))), Unless: "it had gone on sooner",
	}}
}

// keyLife is how long a key counts after it was pressed.
const keyLife = 5 * time.Second

type key struct{ c *Cond }

func keyOf(c *Cond) condition {
	if c.Key == "" {
		return nil
	}
	return key{c}
}

func (k key) judge(l *look) verdict {
	at, _, ok := k.last(l)
	if !ok {
		return verdict{}
	}
	return verdict{yes, at.Add(keyLife + 1)}
}

// last returns the newest of the keys that counts.
func (k key) last(l *look) (time.Time, string, bool) {
	for _, pressed := range slices.Backward(l.Keys) {
		if pressed.Digit != "" && strings.Contains(k.c.Key, pressed.Digit) && !l.Now.After(pressed.At.Add(keyLife)) {
			return pressed.At, pressed.Digit, true
		}
	}
	return time.Time{}, "", false
}

func (k key) text() string {
	return "the customer pressed " + strings.Join(strings.Split(k.c.Key, ""), " or ")
}

func (k key) proof(l *look) proof {
	_, digit, _ := k.last(l)
	return proof{check: Check{Seen: "key " + digit, Unless: "he had not pressed it"}}
}
