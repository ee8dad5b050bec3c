package engine

import "cmp"

// toFront has the front desk talk with a customer who has heard the menu and pressed no
// key. It reports whether the customer is looked after: the desk is on the call or on
// its way, or has been there and he was told what the keys do. A desk is dialled once a
// call.
func (t *turn) toFront(s *Session) bool {
	customer, ok := s.Customer()
	switch {
	case s.Front.Asked:
		l, there := s.Leg(s.Front.Leg)
		return s.Front.Why == "" || there && !l.JoinedAt.IsZero()
	case t.Settings.Front.Number == "", !ok, customer.Status != LegUp, customer.HangupAsked, s.Ending != "":
		return false
	case s.operatorOn(), s.Transfer.Open(), s.Conference == "" && s.Trouble != "":
		return false
	case t.now.Before(s.Feed.HoldUntil):
		return true // this may yet be a listener, for whom nobody is dialled: see holdOver
	}
	t.dialFront(s, customer)
	return true
}

func (t *turn) dialFront(s *Session, customer Leg) {
	l := t.addLeg(s, Leg{
		Name: legName(RoleFront, 1), Role: RoleFront, Attempt: 1, Status: LegAsked,
		Number: t.Settings.Front.Number, Since: t.now, Until: t.now.Add(t.Settings.Ring + ringGrace),
	})
	s.Front = FrontDesk{Asked: true, Leg: l.Name}
	t.note(s, NoteFact, "calling %s", t.frontName())
	t.order(s, string(l.Name), Dial{
		To: l.Number, From: t.Settings.Number, LinkTo: customer.ID, Ring: t.Settings.Ring, State: t.state(s, *l),
	})
}

// frontName is what the front desk is called, also when it is configured no longer.
func (t *turn) frontName() string { return cmp.Or(t.Settings.Front.shown(), aFront) }

const aFront = "front desk" // one without a name

// shown returns what a front is called on the screen; nothing where there is none.
func (f Front) shown() string {
	if f.Number == "" {
		return ""
	}
	return cmp.Or(f.Name, aFront)
}

// frontOn reports whether the front desk talks with the customer.
func (s *Session) frontOn() bool {
	l, ok := s.live(RoleFront)
	return ok && l.Joined && !l.HangupAsked
}

// frontAnswered puts the desk into the conference at once: nothing is told to it first.
func (t *turn) frontAnswered(s *Session, l *Leg) {
	if s.Transfer.Status == TransferJoined {
		t.frontLeaves(s) // the operator was faster
		return
	}
	t.join(s, l)
}

func (t *turn) frontJoined(s *Session, l *Leg) {
	switch {
	case l.HangupAsked:
		return
	case s.Transfer.Status == TransferJoined:
		t.frontLeaves(s)
		return
	}
	t.note(s, NoteFact, "%s joined", t.frontName())
	if s.Prompt.Kind == PromptMenu || s.Menu.Open {
		t.hush(s)
	}
}

// frontLeaves ends the desk's part, for an operator is with the customer.
func (t *turn) frontLeaves(s *Session) {
	l, ok := s.live(RoleFront)
	if !ok || s.Front.Why != "" {
		return
	}
	s.Front.Why = "an operator has joined"
	t.note(s, NoteFact, "%s leaves: %s", t.frontName(), s.Front.Why)
	t.hangUp(s, s.leg(l.Name))
}

// frontGone goes on without the desk. One that has left the conference a moment before
// its line ended was with the customer all the same.
func (t *turn) frontGone(s *Session, l *Leg, _ bool) {
	why := causeWords(l.Cause)
	if l.ByHand {
		why = "hung up by a supervisor"
	}
	t.frontLost(s, l, why)
}

// frontOut goes on without a desk that is on the line and not in the conference.
func (t *turn) frontOut(s *Session, l *Leg) {
	if l.JoinedAt.IsZero() {
		t.frontLost(s, l, "could not be put into the conference")
	} else {
		t.frontLost(s, l, "dropped out of the conference")
	}
}

// frontLost goes on with the call when the desk could not be had, or has left. What is
// said to the customer meanwhile is not cut off.
func (t *turn) frontLost(s *Session, l *Leg, why string) {
	if s.Front.Leg != l.Name || s.Front.Why != "" || s.Ending != "" {
		return
	}
	s.Front.Why = why
	came := !l.JoinedAt.IsZero()
	switch {
	case came:
		t.note(s, NoteFact, "%s left: %s", t.frontName(), why)
	case l.ByHand:
		t.note(s, NoteFact, "%s: %s", t.frontName(), why)
	default:
		t.note(s, NoteTrouble, "%s: %s; the call goes on without it", t.frontName(), why)
	}
	switch {
	case s.operatorOn() || s.Transfer.Open() || s.Menu.Open:
	case came:
		t.operatorLeft(s) // he is told what the keys do, as when an operator leaves
	case s.Transfer.Status == TransferNone && s.Prompt.Kind == PromptNone:
		t.noKey(s)
	}
}
