package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Why a supervisor is refused. The console shows the text as it is.
var (
	ErrNoCall          = errors.New("there is no such call")
	ErrOver            = errors.New("the call is over")
	ErrNotUp           = errors.New("the customer is not on the line yet")
	ErrNoRoom          = errors.New("the call is not in a conference yet; try again in a moment")
	ErrUnderWay        = errors.New("an operator is being called already; hang up his leg to stop it")
	ErrOperatorOn      = errors.New("an operator is on the call already; hang up his leg first")
	ErrNoOperators     = errors.New("no operator is configured (TRANSFER_NUMBER); type a number")
	ErrAllEngaged      = errors.New("every operator is on a call; type a number, or try again later")
	ErrTarget          = errors.New("not a number to call: give + and 8 to 15 digits, or a SIP URI (sip:desk@example.com)")
	ErrOwnNumber       = errors.New("that is the customers' own number")
	ErrNoLeg           = errors.New("there is no such leg on this call")
	ErrLegNotIn        = errors.New("that leg is not in the conference")
	ErrMutedAlready    = errors.New("that leg is muted already")
	ErrNotMuted        = errors.New("that leg is not muted")
	ErrLegEnding       = errors.New("that leg is being hung up already")
	ErrEnding          = errors.New("the call is being hung up already")
	ErrQuarantined     = errors.New("the engine failed on this call and leaves it alone; only hanging up is possible")
	ErrWaiting         = errors.New("the customer waits for an operator already; name another group or a number, or take it back (u)")
	ErrNoGroup         = errors.New("there is no such group")
	ErrClosed          = errors.New("that group is closed now")
	ErrJoined          = errors.New("the operator is on the call already; hang up his leg (X) to end that")
	ErrNothingToStop   = errors.New("no transfer is proposed or under way on this call")
	ErrNothingProposed = errors.New("no transfer is proposed on this call")
	ErrNotVetoed       = errors.New("no transfer of this call was vetoed")
	ErrNotSpent        = errors.New("automation may transfer this call as it is")
	ErrNoAlert         = errors.New("there is no alert on this call")
	ErrNoCallback      = errors.New("there is no such callback; it may be done already")
	ErrNotSupervised   = errors.New("that cannot be asked")
)

// Allow reports why the engine would refuse now what a supervisor asks, or nil. The
// console asks, to say so at once; Step asks again, for the call may have changed.
func (f *Frame) Allow(b Body) error {
	return allow(b, f.Roster, func(id SessionID) (*Session, bool) { return f.Session(id) })
}

func allow(b Body, r Roster, find func(SessionID) (*Session, bool)) error {
	var id SessionID
	switch e := b.(type) {
	case VetoAsked:
		id = e.Session
	case VetoExplained:
		id = e.Session
	case HurryAsked:
		id = e.Session
	case SnoozeAsked:
		id = e.Session
	case TakeBackAsked:
		id = e.Session
	case AgainAllowed:
		id = e.Session
	case AlertSeen:
		id = e.Session
	case AutomationAsked, CallbackDone:
		return nil
	case NoteAsked:
		return allowMemo(e)
	case PayAsked:
		id = e.Session
	case TransferAsked:
		id = e.Session
	case MuteAsked:
		id = e.Session
	case HangupAsked:
		id = e.Session
	case MonitorAsked:
		id = e.Session
	case TakeOverAsked:
		id = e.Session
	case HoldAsked:
		id = e.Session
	case ClaimAsked:
		id = e.Session
	default:
		return ErrNotSupervised
	}
	s, ok := find(id)
	switch {
	case !ok || s.Number == 0:
		return ErrNoCall
	case s.Phase == PhaseOver:
		return ErrOver
	}
	switch e := b.(type) {
	case VetoAsked, TakeBackAsked, HurryAsked, SnoozeAsked, VetoExplained, AgainAllowed, AlertSeen:
		return s.allowEscalation(b)
	case TransferAsked:
		return s.allowTransfer(e, r)
	case MuteAsked:
		return s.allowMute(e)
	case MonitorAsked:
		return s.allowMonitor(e, r, find)
	case TakeOverAsked:
		return s.allowTakeOver()
	case HoldAsked:
		return s.allowHold(e)
	case ClaimAsked:
		return s.allowClaim(e)
	case PayAsked:
		return s.allowPay(e)
	default:
		return s.allowHangup(b.(HangupAsked))
	}
}

func (s *Session) allowTransfer(e TransferAsked, r Roster) error {
	switch {
	case s.Quarantined.Event != 0:
		return ErrQuarantined
	case s.Ending != "":
		return ErrEnding
	case s.Phase == PhaseRinging:
		return ErrNotUp
	case s.Conference == "":
		return ErrNoRoom
	case s.Transfer.Under():
		return ErrUnderWay
	case s.Transfer.Status == TransferQueued && e.To == "" && e.Group == "":
		return ErrWaiting
	case s.operatorOn():
		return ErrOperatorOn
	}
	if e.To != "" {
		return r.allowTarget(e.To)
	}
	if len(r.Numbers) == 0 {
		return ErrNoOperators
	}
	return r.allowGroup(e.Group)
}

// allowGroup refuses a group that cannot be called: there is none of that name, it is
// closed, or all are engaged and nobody may wait.
func (r Roster) allowGroup(name string) error {
	if len(r.Groups) == 0 { // a roster of numbers alone
		r.Groups = Settings{Operators: r.Numbers}.groups()
	}
	i := 0
	if name != "" {
		if i = slices.IndexFunc(r.Groups, func(g Group) bool { return g.Name == name }); i < 0 {
			return ErrNoGroup
		}
	}
	g := r.Groups[i]
	switch {
	case !g.OpenAt(r.Now):
		return ErrClosed
	case !r.Queue && !r.hasFree(g):
		return ErrAllEngaged
	}
	return nil
}

// allowEscalation refuses what cannot be done about a transfer now.
func (s *Session) allowEscalation(b Body) error {
	if s.Quarantined.Event != 0 {
		return ErrQuarantined
	}
	switch b.(type) {
	case VetoAsked, TakeBackAsked:
		switch {
		case s.Transfer.Status == TransferJoined:
			return ErrJoined
		case !s.Transfer.Open():
			return ErrNothingToStop
		}
	case HurryAsked, SnoozeAsked:
		if s.Transfer.Status != TransferProposed {
			return ErrNothingProposed
		}
	case VetoExplained:
		if s.Transfer.Status != TransferVetoed {
			return ErrNotVetoed
		}
	case AgainAllowed:
		if !s.AutoSpent && s.HeldBack.IsZero() {
			return ErrNotSpent
		}
	case AlertSeen:
		if len(s.Alerts) == 0 && !s.Pinned {
			return ErrNoAlert
		}
	}
	return nil
}

// hasFree reports whether one of a group may be called now.
func (r Roster) hasFree(g Group) bool {
	free := 0
	for _, o := range g.Operators {
		if r.free(o.Number) {
			free++
		}
	}
	return free > 0 && (g.AtMost == 0 || len(g.Operators)-free < g.AtMost)
}

func (r Roster) free(number string) bool {
	on := func(b BusyOperator) bool { return b.Number == number }
	return !slices.ContainsFunc(r.Busy, on) && !slices.ContainsFunc(r.Phones, on)
}

func (r Roster) allowTarget(to string) error {
	if slices.Contains(r.Own, to) {
		return ErrOwnNumber
	}
	if slices.ContainsFunc(r.Phones, func(b BusyOperator) bool { return b.Number == to }) {
		return ErrTargetPhone
	}
	return ValidTarget(to)
}

// ValidTarget returns [ErrTarget] for what cannot be called: it takes E.164 numbers
// and SIP URIs.
func ValidTarget(to string) error {
	if scheme, uri, ok := strings.Cut(to, ":"); ok && (scheme == "sip" || scheme == "sips") {
		user, host, at := strings.Cut(uri, "@")
		if !at {
			user, host = "-", uri
		}
		if user == "" || host == "" || strings.Contains(host, "@") || len(to) > maxTarget || strings.ContainsFunc(uri, unprintable) {
			return ErrTarget
		}
		return nil
	}
	digits, plus := strings.CutPrefix(to, "+")
	if !plus || len(digits) < 8 || len(digits) > 15 || digits[0] == '0' ||
		strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return ErrTarget
	}
	return nil
}

const maxTarget = 256 // bytes of a SIP URI

func unprintable(r rune) bool { return r <= ' ' || r > '~' }

func (s *Session) allowMute(e MuteAsked) error {
	l, ok := s.Leg(e.Leg)
	switch {
	case s.Quarantined.Event != 0:
		return ErrQuarantined
	case !ok || !l.Live():
		return ErrNoLeg
	case !l.Joined || s.Conference == "":
		return ErrLegNotIn
	case e.On && l.MuteAsked:
		return ErrMutedAlready
	case !e.On && !l.MuteAsked:
		return ErrNotMuted
	}
	return nil
}

func (s *Session) allowHangup(e HangupAsked) error {
	if e.Leg == "" || e.Leg == legName(RoleCustomer, 1) {
		if s.Ending != "" && s.Quarantined.Event == 0 {
			return ErrEnding
		}
		return nil
	}
	l, ok := s.Leg(e.Leg)
	switch {
	case !ok || !l.Live():
		return ErrNoLeg
	case l.HangupAsked:
		return ErrLegEnding
	}
	return nil
}

// permitted asks Allow within the turn and keeps the refusal.
func (t *turn) permitted(id SessionID) (*Session, bool) {
	if err := allow(t.event.Body, t.roster(), t.session); err != nil {
		t.refuse(id, err)
		return nil, false
	}
	return t.edit(id)
}

func (t *turn) transferAsked(e TransferAsked) {
	s, ok := t.permitted(e.Session)
	if !ok {
		return
	}
	t.note(s, NoteAct, "transfer asked by %s", t.event.By)
	t.begin(s, Transfer{Cause: CauseHand, By: t.event.By, To: e.To, Group: e.Group, Cold: e.Cold})
}

func (t *turn) muteAsked(e MuteAsked) {
	s, ok := t.permitted(e.Session)
	if !ok {
		return
	}
	l := s.leg(e.Leg)
	l.MuteAsked = e.On
	word := "mute"
	if !e.On {
		word = "unmute"
	}
	t.note(s, NoteAct, "%s %s asked by %s", word, legWords(*l), t.event.By)
	t.order(s, string(l.Name), Mute{Leg: l.ID, Conference: s.Conference, On: e.On})
}

func (t *turn) hangupAsked(e HangupAsked) {
	s, ok := t.permitted(e.Session)
	if !ok {
		return
	}
	if e.Leg != "" && e.Leg != legName(RoleCustomer, 1) {
		l := s.leg(e.Leg)
		t.note(s, NoteAct, "hang-up of %s asked by %s", legWords(*l), t.event.By)
		l.ByHand = true
		t.hangUp(s, l)
		if l.ID == "" {
			t.legGone(s, l, "originator_cancel") // it is hung up if it turns up
		}
		return
	}
	t.note(s, NoteAct, "hang-up of the call asked by %s", t.event.By)
	s.Ending = fmt.Sprintf("hung up by %s", t.event.By)
	customer, up := s.Customer()
	if e.Silent || !up || customer.Status != LegUp || t.prompts(s).Goodbye == "" {
		t.endCall(s, s.Ending)
		return
	}
	s.Feed.GivenUp, s.Feed.HoldUntil = true, time.Time{}
	if s.Transfer.Open() { // it is not to fall due while he is said goodbye
		s.Transfer.Status, s.Transfer.Since, s.Transfer.Due = TransferEnded, t.now, time.Time{}
	}
	if op, on := s.Operator(); on && !op.Joined {
		t.hangUp(s, s.leg(op.Name))
	}
	t.stopPhones(s)
	t.speak(s, PromptGoodbye)
}
