package tui

import (
	"switchboard/engine"
	"switchboard/tui/safe"
)

// allCalm draws the strip while no call needs anything: what the last transfer came to is
// all that there is to say, as much of it as there is room for.
func (m *model) allCalm(w int) string {
	const calm = "All calm."
	if s := m.tally.last; s != nil {
		room := w - 1 - len(calm) - 2
		for _, words := range m.lastWords(s) {
			if width(m.theme.shape(words)) < room {
				return m.calm(w, "", calm, words)
			}
		}
	}
	return m.calm(w, "", calm, "")
}

// lastWords tell when a transfer was settled, whose it was, and what it came to: in more
// words and in fewer.
func (m *model) lastWords(s *engine.Session) []safe.Text {
	t := s.Transfer
	to := safe.Text("")
	switch {
	case t.Group != "":
		to = " → " + groupOf(t)
	case t.To != "":
		to = " → " + m.book().who(t.To)
	}
	at, who := hour(t.Since, m.zone)+", ", callerOf(s)
	came, why := outcome(t)
	return []safe.Text{
		" last transfer " + at + who + to + ", " + came + why, " last transfer " + at + who + to + ", " + came,
		" last transfer " + at + who + ", " + came, " last transfer " + at + came,
	}
}

// outcome is what a transfer came to, and why where that is known.
func outcome(t engine.Transfer) (came, why safe.Text) {
	byRule := t.Cause == engine.CauseRule || t.Cause == engine.CauseMood
	switch t.Status {
	case engine.TransferJoined, engine.TransferEnded:
		if byRule {
			return "kept", "" // as a proposal: nobody vetoed it
		}
		return "joined", ""
	case engine.TransferVetoed:
		switch label := labelWords(t.Label); {
		case label != "":
			return "vetoed", ": " + label
		case byRule:
			return "vetoed", ", no reason"
		}
		return "taken back", ""
	case engine.TransferFailed:
		return "nobody was reached", ""
	case engine.TransferCallback:
		return "a callback is promised", ""
	case engine.TransferNone, engine.TransferDialling, engine.TransferJoining, engine.TransferProposed, engine.TransferBriefing,
		engine.TransferQueued:
	}
	return "under way", ""
}

// settled reports whether a transfer has come to something.
func settled(s engine.TransferStatus) bool {
	switch s {
	case engine.TransferJoined, engine.TransferEnded, engine.TransferVetoed, engine.TransferFailed, engine.TransferCallback:
		return true
	case engine.TransferNone, engine.TransferDialling, engine.TransferJoining, engine.TransferProposed, engine.TransferBriefing,
		engine.TransferQueued:
	}
	return false
}

// hearsMeanwhile tells what the customer hears while an operator is brought in.
func hearsMeanwhile(s engine.TransferStatus) safe.Text {
	switch s {
	case engine.TransferDialling, engine.TransferBriefing, engine.TransferQueued:
		return "the customer hears that he is being connected"
	case engine.TransferNone, engine.TransferJoining, engine.TransferJoined, engine.TransferFailed, engine.TransferEnded,
		engine.TransferProposed, engine.TransferVetoed, engine.TransferCallback:
	}
	return ""
}
