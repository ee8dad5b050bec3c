package tui

import (
	"cmp"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Limits of what is shown of texts from outside, in runes.
const (
	maxName  = 64
	maxWhy   = 160
	maxWords = 2000 // of one sentence
)

// A state is how a call stands, in one word.
type state uint8

// The states, the one that needs a hand most first: the list is in this order.
const (
	stateHot   state = iota // something failed: a person must look
	stateAsk                // an operator is being brought in
	stateBlind              // nobody can tell how the customer is
	stateTalk
	stateRing
	stateEnding
	stateEnded
)

// stateOf tells how a call stands.
func stateOf(s *engine.Session) state {
	switch {
	case s.Phase == engine.PhaseOver:
		return stateEnded
	case s.Hot(), s.Quarantined.Event != 0:
		return stateHot
	case s.Phase == engine.PhaseEnding:
		return stateEnding
	case s.Transfer.Under():
		return stateAsk
	case s.Blind():
		return stateBlind
	case s.Phase == engine.PhaseRinging:
		return stateRing
	}
	return stateTalk
}

// sign returns the glyph, the word and the tone of a state.
func (s state) sign() (glyph, word safe.Text, to tone) {
	switch s {
	case stateHot:
		return "▲", "hot", toneBadStrong
	case stateAsk:
		return "◆", "ask", toneWatch
	case stateBlind:
		return "?", "blind", toneWatch
	case stateTalk:
		return "●", "talk", toneText
	case stateRing:
		return "○", "ring", toneText
	case stateEnding:
		return "·", "ends", toneDim
	case stateEnded:
		return "✓", "ended", toneDim
	}
	panic("tui: a state without a sign")
}

// attention reports whether a supervisor should look at calls in this state.
func (s state) attention() bool { return s <= stateBlind }

// byAttention orders calls: what needs a hand first, the rest as they came, ended last.
func byAttention(a, b *engine.Session) int {
	rank := func(s *engine.Session) state {
		st := stateOf(s)
		if st == stateRing || st == stateEnding {
			return stateTalk // these come and go: their rows stay where they are
		}
		return st
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Started.Compare(b.Started), cmp.Compare(a.Opened, b.Opened), cmp.Compare(a.ID, b.ID))
}

// callerOf returns what a call is named by: the caller's name, or his number.
func callerOf(s *engine.Session) safe.Text {
	if name := safe.Name(s.Name, maxName); name != "" {
		return name
	}
	return safe.Number(s.Caller)
}

// lasted returns how long a call has gone on, or went on.
func lasted(s *engine.Session, now time.Time) time.Duration {
	if !s.Over.IsZero() {
		now = s.Over
	}
	return max(now.Sub(s.Started), 0)
}

// situation returns what is going on in a call beside talk, the most pressing first.
func situation(s *engine.Session, now time.Time) (safe.Text, tone) {
	if s.Phase == engine.PhaseOver {
		return endedAs(s), toneDim
	}
	text, to := "", toneDim
	add := func(t tone, words string) {
		if words == "" {
			return
		}
		if text == "" {
			text, to = words, t
			return
		}
		text += " · " + words
	}
	if s.Quarantined.Event != 0 {
		add(toneBad, "left alone: "+string(safe.Clean(s.Quarantined.Reason, maxWhy)))
	}
	if s.Trouble != "" {
		add(toneBad, string(safe.Clean(s.Trouble, maxWhy)))
	}
	words, t := transferWords(s, now)
	switch s.Transfer.Status {
	case engine.TransferDialling, engine.TransferJoining, engine.TransferFailed:
		add(t, words)
		add(toneWatch, mutedWords(s))
	case engine.TransferNone, engine.TransferJoined, engine.TransferEnded:
		add(toneWatch, mutedWords(s)) // who cannot be heard is news, who has joined is not
		add(t, words)
	default:
		panic("tui: a transfer in no status")
	}
	if s.Phase == engine.PhaseEnding {
		add(toneDim, endingWords(s))
	}
	if s.Blind() {
		add(toneWatch, "not heard: "+string(deafWhy(s)))
	}
	if text == "" {
		add(toneDim, promptWords(s.Prompt.Kind))
	}
	return own(text), to
}

// deafWhy tells why nobody hears a call.
func deafWhy(s *engine.Session) safe.Text {
	switch {
	case s.Feed.Why != "":
		return safe.Clean(s.Feed.Why, maxWhy)
	case s.Feed.Late:
		return "its words come too late"
	}
	return "no feed listens"
}

// transferWords tells how far the bringing in of an operator has come.
func transferWords(s *engine.Session, now time.Time) (string, tone) {
	t, to := s.Transfer, ""
	if t.To != "" {
		to = string(safe.Number(t.To))
	}
	switch t.Status {
	case engine.TransferNone:
		return "", toneDim
	case engine.TransferDialling:
		doing := "calling"
		if leg, ok := s.Leg(t.Leg); ok && leg.Status == engine.LegRinging {
			doing = "ringing"
		}
		return "→ " + doing + " " + string(short(now.Sub(t.Since))) + ", " + to, toneWatch
	case engine.TransferJoining:
		return "→ joining …, " + to, toneWatch
	case engine.TransferJoined:
		return "✓ " + to, toneText
	case engine.TransferFailed:
		if t.Why == "" {
			return "nobody could be reached", toneBad
		}
		return "no operator: " + string(safe.Clean(t.Why, maxWhy)), toneBad
	case engine.TransferEnded:
		return "operator has left", toneDim
	}
	panic("tui: a transfer in no status")
}

// mutedWords tells who cannot be heard, and whose muting is asked and not granted. The
// listener is left out: it is muted by its nature.
func mutedWords(s *engine.Session) string {
	words := ""
	for _, l := range s.Legs {
		if !l.Live() || l.Role == engine.RoleListener || l.Role == engine.RoleUnplaced || !l.Muted && !l.MuteAsked {
			continue
		}
		if words != "" {
			words += ", "
		}
		words += l.Role.String() + " "
		switch {
		case l.Muted && !l.MuteAsked:
			words += "unmuting …"
		case l.Muted:
			words += "muted"
		default:
			words += "muting …"
		}
	}
	return words
}

// promptWords tells what the customer is hearing from us.
func promptWords(k engine.PromptKind) string {
	switch k {
	case engine.PromptNone:
		return ""
	case engine.PromptAnnouncement:
		return "hears the announcement"
	case engine.PromptMenu:
		return "hears the menu"
	case engine.PromptQuestion:
		return "hears the question"
	case engine.PromptConnecting:
		return "hears: connecting"
	case engine.PromptUnavailable:
		return "hears: nobody is free"
	case engine.PromptLeft:
		return "hears: operator left"
	case engine.PromptGoodbye:
		return "hears the goodbye"
	}
	panic("tui: a prompt of no kind")
}

func endingWords(s *engine.Session) string {
	if s.Ending == "" {
		return "ending …"
	}
	return "ending: " + string(safe.Clean(s.Ending, maxWhy))
}

func endedAs(s *engine.Session) safe.Text {
	switch {
	case s.Ending != "":
		return safe.Clean(s.Ending, maxWhy)
	case s.Transfer.Status == engine.TransferEnded, s.Transfer.Status == engine.TransferJoined:
		return own("with " + string(safe.Number(s.Transfer.To)))
	}
	return ""
}
