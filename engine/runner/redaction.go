package runner

import (
	"sync"
	"time"

	"switchboard/engine"
	"switchboard/engine/redact"
)

// A Redactor hides what nobody may keep of a call; *redact.Redactor is one. Its methods
// are never called at the same time.
type Redactor interface {
	// Sentence returns a final sentence as it may be kept; Partial one that is still
	// being said, as it may be shown.
	Sentence(redact.Sentence) string
	Partial(redact.Sentence) string

	// Keys returns keys that a customer pressed in a call as they may be kept.
	Keys(call, keys string) string

	// Text returns a far end's own words about what went wrong as they may be kept.
	Text(text string) string

	// Pay says whether a call is at the point of paying.
	Pay(call string, on bool, now time.Time)
}

// menuKeys is how many keys a menu takes at once.
const menuKeys = 1

// primed is how many sentences of each open call are looked at again after a start.
const primed = 16

// redaction is the stage that everything said in a call goes through, before it is
// written down, stepped or shown. Its methods may be called from any goroutine.
type redaction struct {
	mu sync.Mutex
	by Redactor // nil: nothing is hidden
}

// Paying says that a call is at the point of paying, or with on false no longer: until
// then its numbers and the customer's keys are hidden, whatever they are.
func (r *Runner) Paying(id engine.SessionID, on bool) {
	x := &r.redaction
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.by != nil {
		x.by.Pay(string(id), on, r.Now())
	}
}

// entries hides what is to be hidden of entries that are to be written down.
func (x *redaction) entries(now time.Time, state *engine.State, entries []engine.Entry) {
	if x.by == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for i := range entries {
		e := &entries[i]
		switch b := e.Body.(type) {
		case engine.Uttered:
			b.Text = x.by.Sentence(redact.Sentence{
				Call: string(b.Session), Line: string(b.Leg), ID: utteranceID(b), Revised: b.Revision > 1,
				Text: b.Text, Heard: now, Start: b.Start, End: b.End,
			})
			e.Body = b
		case engine.Transcribed:
			call, line := whose(state, b.LegRef)
			b.Text = x.by.Sentence(redact.Sentence{
				Call: call, Line: line, ID: e.ID, Text: b.Text, Heard: now, Start: e.Occurred, End: e.Occurred,
			})
			e.Body = b
		default:
			e.Body = x.other(state, e.Body)
		}
	}
}

// other hides what is to be hidden of an entry that is no sentence.
func (x *redaction) other(state *engine.State, body engine.Body) engine.Body {
	switch b := body.(type) {
	case engine.KeyPressed:
		b.Digit = x.keys(state, b.LegRef, b.Digit)
		return b
	case engine.Gathered:
		if len(b.Digits) > menuKeys {
			b.Digits = x.keys(state, b.LegRef, b.Digits)
		}
		return b
	case engine.Refused:
		b.Detail = x.by.Text(b.Detail)
		return b
	case engine.Unanswered:
		b.Detail = x.by.Text(b.Detail)
		return b
	case engine.FeedFailed:
		b.Why = x.by.Text(b.Why)
		return b
	case engine.NoteAsked: // a supervisor writes down what he was told
		b.Text = x.by.Text(b.Text)
		return b
	}
	return body
}

// keys hides the customer's keys. Symbl's listener dials its code on a leg of its own.
func (x *redaction) keys(state *engine.State, leg engine.LegRef, keys string) string {
	session, role, ok := state.Whose(leg)
	if !ok || role != engine.RoleCustomer {
		return keys
	}
	return x.by.Keys(string(session), keys)
}

// partial hides what is to be hidden of a sentence that is still being said.
func (x *redaction) partial(p engine.Partial, now time.Time) engine.Partial {
	if x.by == nil {
		return p
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	p.Text = x.by.Partial(redact.Sentence{Call: string(p.Session), Line: string(p.Leg), Text: p.Text, Heard: now})
	return p
}

// text hides what is to be hidden of a far end's own words.
func (x *redaction) text(text string) string {
	if x.by == nil {
		return text
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.by.Text(text)
}

// prime has what was said of late known again, after a start: a mark counts as digits.
func (x *redaction) prime(f *engine.Frame) {
	if x.by == nil {
		return
	}
	for _, s := range f.Sessions {
		if s.Phase == engine.PhaseOver {
			continue
		}
		said := s.Talk()
		for _, u := range said[max(0, len(said)-primed):] {
			leg, _ := s.Leg(u.Leg)
			x.by.Sentence(redact.Sentence{
				Call: string(s.ID), Line: string(leg.ID), ID: u.ID, Text: u.Text, Heard: u.End, Start: u.Start, End: u.End,
			})
		}
	}
}

// utteranceID names a sentence, in all its revisions, as the engine does.
func utteranceID(u engine.Uttered) string { return string(u.Conversation) + "/" + u.Message }

// whose returns the call and the line of a leg: its session where that is known.
func whose(state *engine.State, leg engine.LegRef) (call, line string) {
	line = string(leg.Leg)
	if line == "" {
		line = string(leg.CallLeg)
	}
	switch session, _, ok := state.Whose(leg); {
	case ok:
		return string(session), line
	case leg.State.Session != "":
		return string(leg.State.Session), line
	}
	return line, line
}
