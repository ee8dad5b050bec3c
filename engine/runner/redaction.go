package runner

import (
	"regexp"
	"strings"
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

	// Text returns a far end's own words about what went wrong as they may be kept.
	Text(text string) string
}

// primed is how many sentences of each open call are looked at again after a start.
const primed = 16

// redaction is the stage that everything said in a call goes through, before it is
// written down, stepped or shown. Its methods may be called from any goroutine.
type redaction struct {
	mu sync.Mutex
	by Redactor // nil: no numbers are hidden

	closed closed // calls whose partials nobody may see
}

// entries hides what is to be hidden of entries that are to be written down.
func (x *redaction) entries(now time.Time, state *engine.State, entries []engine.Entry) {
	x.mu.Lock()
	defer x.mu.Unlock()
	p := privacy{state: state, now: now}
	for i := range entries {
		e := &entries[i]
		switch b := e.Body.(type) {
		case engine.Uttered:
			said := b.Text
			b.Text = x.sentence(redact.Sentence{
				Call: string(b.Session), Line: string(b.Leg), ID: utteranceID(b), Revised: b.Revision > 1,
				Text: b.Text, Heard: now, Start: b.Start, End: b.End,
			})
			if p.words(b.Session, b.Start, b.End) && said != "" {
				b.Text, b.Scored, b.Polarity, b.Flags = redact.Mark, false, 0, 0
			}
			e.Body = b
		case engine.Transcribed:
			call, line := whose(state, b.LegRef)
			said := b.Text
			b.Text = x.sentence(redact.Sentence{
				Call: call, Line: line, ID: e.ID, Text: b.Text, Heard: now, Start: e.Occurred, End: e.Occurred,
			})
			end := p.at(e.Occurred)
			if p.words(engine.SessionID(call), engine.WrittenDown(said, end), end) && said != "" {
				b.Text, b.Scored, b.Polarity, b.Flags = redact.Mark, false, 0, 0
			}
			e.Body = b
		case engine.PayAsked:
			if b.On {
				p.begun = append(p.begun, b.Session)
				x.closed.shut(b.Session)
			}
		case engine.KeyPressed:
			b.Digit = p.keys(b.LegRef, e.Occurred, b.Digit)
			e.Body = b
		case engine.Gathered:
			b.Digits = p.keys(b.LegRef, e.Occurred, b.Digits)
			e.Body = b
		default:
			e.Body = x.other(e.Body)
		}
	}
}

// Hide takes out of entries what nobody may keep of a payment, or of a call without
// consent, as a [Runner] does before it writes them down. It may change them in place.
func Hide(now time.Time, state *engine.State, entries []engine.Entry) {
	(&redaction{}).entries(now, state, entries)
}

// sentence hides the numbers of a sentence.
func (x *redaction) sentence(s redact.Sentence) string {
	if x.by == nil {
		return s.Text
	}
	return x.by.Sentence(s)
}

// other hides what is to be hidden of an entry that is neither a sentence nor a key.
func (x *redaction) other(body engine.Body) engine.Body {
	if x.by == nil {
		return body
	}
	switch b := body.(type) {
	case engine.Refused:
		b.Detail = x.by.Text(b.Detail)
		return b
	case engine.Unanswered:
		b.Detail = x.by.Text(b.Detail)
		return b
	case engine.FeedFailed:
		b.Why = x.by.Text(b.Why)
		return b
	case engine.StreamFailed:
		b.Why = x.by.Text(b.Why)
		return b
	case engine.MediaDown:
		b.Why = x.by.Text(b.Why)
		return b
	case engine.MediaGap:
		b.Why = x.by.Text(b.Why)
		return b
	case engine.FeedProbed:
		b.Why = x.by.Text(b.Why)
		return b
	case engine.NoteAsked: // a supervisor writes down what he was told
		b.Text = x.note(b.Text)
		return b
	}
	return body
}

// partial hides what is to be hidden of a sentence that is still being said.
func (x *redaction) partial(p engine.Partial, now time.Time) engine.Partial {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed.has(p.Session, now) {
		p.Text = ""
	}
	if x.by == nil {
		return p
	}
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
	for _, s := range f.Sessions {
		x.changed(s)
	}
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

// changed takes in how a call stands after an event.
func (x *redaction) changed(s *engine.Session) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed.take(s)
}

// forget opens a call that is none.
func (x *redaction) forget(id engine.SessionID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.closed, id)
}

// hidden reports whether what is being said in a call is seen by nobody.
func (x *redaction) hidden(id engine.SessionID, now time.Time) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.closed.has(id, now)
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

// telephone is a number with its plus, as people write it: at most 15 digits, which is what
// a number has (E.164). A card's has no plus.
var telephone = regexp.MustCompile(`\+(?:[ ()./-]{0,2}[0-9]){8,15}\b`)

// note hides what is to be hidden of a supervisor's note, but for telephone numbers: who is
// to be called back is what such notes are for.
func (x *redaction) note(text string) string {
	var b strings.Builder
	at := 0
	for _, span := range telephone.FindAllStringIndex(text, -1) {
		b.WriteString(x.by.Text(text[at:span[0]]))
		b.WriteString(text[span[0]:span[1]])
		at = span[1]
	}
	b.WriteString(x.by.Text(text[at:]))
	return b.String()
}
