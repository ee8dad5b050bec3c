package replay

import (
	"fmt"
	"slices"
	"time"

	"switchboard/engine"
)

// A Kind says what happened in a moment.
type Kind uint8

// The kinds of moments.
const (
	Began       Kind = iota + 1 // a customer called
	Ended                       // his call is over
	Fired                       // a rule fired
	Proposed                    // a transfer was proposed
	Vetoed                      // … and stopped by a supervisor
	Asked                       // an operator is called for him, or he waits for one
	Joined                      // an operator is with him
	Failed                      // nobody could be reached, or a callback was promised instead
	Blind                       // nobody hears him
	Held                        // he is on hold
	Quarantined                 // the engine failed on the call
)

var kindNames = [...]string{"", "call began", "call ended", "rule fired", "transfer proposed", "vetoed", "operator called",
	"operator joined", "transfer failed", "not heard", "on hold", "left alone after an error"}

// String is the kind in words.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Hot reports whether a moment of this kind is worth a look: all are but that a call
// began or ended.
func (k Kind) Hot() bool { return k != Began && k != Ended }

// A Moment is something that happened to a call and is worth a look.
type Moment struct {
	Index   int // of the event on the tape, those before what is shown included
	At      time.Time
	Session engine.SessionID
	Kind    Kind
	What    string // the rule, the cause, or why; may hold text from outside
}

// momentsOf returns what an event brought to a call. Before is nil for a call that is new.
func momentsOf(i int, at time.Time, before, after *engine.Session) (all []Moment) {
	add := func(k Kind, what string) { all = append(all, Moment{i, at, after.ID, k, what}) }
	if before == nil || before.Number == 0 {
		add(Began, "")
		before = &engine.Session{}
	}
	for _, a := range after.Alerts {
		same := func(b engine.Alert) bool { return b.Rule == a.Rule && b.At.Equal(a.At) }
		if !slices.ContainsFunc(before.Alerts, same) {
			add(Fired, a.Rule)
		}
	}
	if k, what := transferred(before.Transfer, after.Transfer); k != 0 {
		add(k, what)
	}
	if before.Standing.BlindSince.IsZero() && !after.Standing.BlindSince.IsZero() && after.Phase == engine.PhaseTalking {
		add(Blind, after.Feed.Why)
	}
	if !held(before) && held(after) {
		add(Held, "")
	}
	if before.Quarantined.Event == 0 && after.Quarantined.Event != 0 {
		add(Quarantined, after.Quarantined.Reason)
	}
	if before.Phase != engine.PhaseOver && after.Phase == engine.PhaseOver {
		add(Ended, after.Ending)
	}
	return all
}

// transferred returns what became of a transfer, if that is worth a look.
func transferred(before, after engine.Transfer) (Kind, string) {
	if before.Status == after.Status && before.Asked.Equal(after.Asked) {
		return 0, ""
	}
	why := after.Rule
	if why == "" && after.Cause != 0 {
		why = after.Cause.String()
	}
	switch after.Status {
	case engine.TransferProposed:
		return Proposed, why
	case engine.TransferDialling, engine.TransferQueued:
		if before.Under() || before.Status == engine.TransferQueued { // the next target, or one that came free
			return 0, ""
		}
		return Asked, why
	case engine.TransferJoined:
		return Joined, after.To
	case engine.TransferVetoed:
		return Vetoed, why
	case engine.TransferFailed, engine.TransferCallback:
		return Failed, after.Why
	case engine.TransferNone, engine.TransferBriefing, engine.TransferJoining, engine.TransferEnded:
	}
	return 0, ""
}

// held reports whether the customer is on hold.
func held(s *engine.Session) bool {
	l, ok := s.Customer()
	return ok && l.Held
}
