package engine

import (
	"fmt"
	"slices"
	"time"
)

// maxDials is how many operators are dialled in one call, in all, but for those whose
// number a supervisor types.
const maxDials = 100

// startTransfer begins to bring in an operator. The caller has made sure that no
// transfer is under way and no operator is on the call.
func (t *turn) startTransfer(s *Session, tr Transfer) {
	tr.Status, tr.Asked, tr.Since = TransferDialling, t.now, t.now
	typed := tr.To
	tr.To, tr.Typed = "", typed != ""
	s.Transfer = tr
	if tr.Cause != CauseHand { // then who asked is noted
		t.note(s, NoteFact, "bringing in an operator: %s", causeOfTransfer(tr))
	}
	if typed == "" {
		typed = t.nextOperator(s)
	}
	if typed == "" || s.Conference == "" && s.Trouble != "" {
		t.failTransfer(s)
		return
	}
	t.speak(s, PromptConnecting)
	t.dial(s, typed)
}

func causeOfTransfer(tr Transfer) string {
	switch tr.Cause {
	case CauseKey:
		return "the customer pressed 1"
	case CauseMood:
		return "the customer's mood fell"
	case CauseRule:
		return "rule " + tr.Rule
	case CauseAsked:
		return "the customer asked for a person"
	default:
		panic(fmt.Sprintf("engine: transfer for cause %s", tr.Cause))
	}
}

// nextOperator returns the next number that is not on another call and was not tried
// yet, or nothing. Where the supervisor named one, there is no next.
func (t *turn) nextOperator(s *Session) string {
	if s.Transfer.Typed || s.Transfers >= maxDials {
		return ""
	}
	return t.freeOperator(s, s.Transfer.Tried...)
}

// freeOperator returns the first number of the roster that is not on another call and
// not among those left out, or nothing.
func (t *turn) freeOperator(s *Session, leftOut ...string) string {
	for _, number := range t.Settings.Operators {
		if !slices.Contains(leftOut, number) && !t.engaged(number, s.ID) {
			return number
		}
	}
	return ""
}

// engaged reports whether an operator's number is being called or on a call in
// another session.
func (t *turn) engaged(number string, except SessionID) bool {
	return slices.ContainsFunc(t.State.index.busy[number], func(id SessionID) bool { return id != except })
}

func (t *turn) dial(s *Session, number string) {
	customer, ok := s.Customer()
	if !ok {
		return
	}
	s.Transfers++
	l := t.addLeg(s, Leg{
		Name: legName(RoleOperator, s.Transfers), Role: RoleOperator, Attempt: s.Transfers,
		Status: LegAsked, Number: number, Since: t.now, Until: t.now.Add(t.Settings.Ring + ringGrace),
	})
	s.Transfer.Status, s.Transfer.Since = TransferDialling, t.now
	s.Transfer.To, s.Transfer.Leg = number, l.Name
	s.Transfer.Tried = append(slices.Clip(s.Transfer.Tried), number)
	t.note(s, NoteFact, "calling %s", number)
	t.order(s, string(l.Name), Dial{
		To: number, From: t.Settings.Number, LinkTo: customer.ID, Ring: t.Settings.Ring, State: t.state(s, *l),
	})
}

// operatorAnswered puts the operator into the conference, where the customer is.
func (t *turn) operatorAnswered(s *Session, l *Leg) {
	if s.Transfer.Leg != l.Name || !s.Transfer.Under() {
		t.hangUp(s, l) // another took his place
		return
	}
	s.Transfer.Status, s.Transfer.Since = TransferJoining, t.now
	t.note(s, NoteFact, "%s answered", l.Number)
	t.join(s, l)
}

func (t *turn) operatorJoined(s *Session, l *Leg) {
	if s.Transfer.Leg != l.Name || l.HangupAsked {
		return
	}
	if s.Transfer.Status != TransferJoined {
		t.counts.Joined++
		s.Transfer.Status, s.Transfer.Since = TransferJoined, t.now
		t.note(s, NoteFact, "operator %s joined", l.Number)
	}
	if s.Prompt.Kind == PromptMenu || s.Menu.Open {
		t.hush(s)
	}
	t.frontLeaves(s)
}

// hush stops the menu, for a human is there.
func (t *turn) hush(s *Session) {
	if customer, ok := s.Customer(); ok && s.Menu.Open && s.Menu.Taken == "" {
		t.order(s, string(customer.Name), StopGather{Leg: customer.ID})
	}
	s.Menu.Open, s.Menu.Until = false, time.Time{}
	s.Prompt = Prompt{Ends: s.Prompt.Ends}
	s.closeSpan(t.now)
}

// operatorGone goes on to the next operator when one could not be had, and goes on
// with the call when one has left it.
func (t *turn) operatorGone(s *Session, l *Leg, wasJoined bool) {
	if s.Transfer.Leg != l.Name || s.Ending != "" {
		return
	}
	number, byHand, cause := l.Number, l.ByHand, l.Cause
	switch {
	case wasJoined || s.Transfer.Status == TransferJoined:
		s.Transfer.Status, s.Transfer.Since = TransferEnded, t.now
		t.note(s, NoteFact, "operator %s left", number)
		t.operatorLeft(s)
	case !s.Transfer.Under():
	case byHand:
		s.Transfer.Status, s.Transfer.Since = TransferEnded, t.now
		s.Transfer.Why = "a supervisor stopped it"
		t.note(s, NoteFact, "the call to %s is stopped", number)
		t.speak(s, PromptUnavailable)
	default:
		t.passOver(s, number, causeWords(cause))
	}
}

// passOver says why an operator could not be had and calls the next one.
func (t *turn) passOver(s *Session, number, why string) {
	if s.Ending != "" {
		return
	}
	s.Transfer.Why = number + ": " + why
	t.note(s, NoteTrouble, "%s: %s", number, why)
	if next := t.nextOperator(s); next != "" {
		t.dial(s, next)
		return
	}
	t.failTransfer(s)
}

func (t *turn) failTransfer(s *Session) {
	switch {
	case len(t.Settings.Operators) == 0 && !s.Transfer.Typed:
		s.Transfer.Why = ErrNoOperators.Error()
	case s.Conference == "" && s.Trouble != "":
		s.Transfer.Why = s.Trouble
	case len(s.Transfer.Tried) == 0:
		s.Transfer.Why = ErrAllEngaged.Error()
	}
	s.Transfer.Status, s.Transfer.Since = TransferFailed, t.now
	t.note(s, NoteTrouble, "nobody could be brought in (%s); the call goes on", s.Transfer.Why)
	t.speak(s, PromptUnavailable)
}

// operatorLeft tells a customer who is alone again what he can do.
func (t *turn) operatorLeft(s *Session) {
	if customer, ok := s.Customer(); !ok || !customer.Joined {
		return // he left the conference first: his hang-up is on its way
	}
	if s.Prompt.Kind == PromptAnnouncement {
		s.Prompt.Next = PromptNone
		return
	}
	t.gather(s, PromptLeft)
}
