package engine

import (
	"fmt"
	"slices"
	"time"
)

// Limits of a session and of waiting for its legs.
const (
	maxLegs  = 24 // kept in a session; the oldest that are gone are dropped first
	maxNotes = 64
	maxText  = 2000 // bytes of a sentence

	ringGrace     = 15 * time.Second // past the ring time, for Telnyx to tell the end of it
	answerWait    = 20 * time.Second // for the webhook of an answer, before it is ordered again
	maxAnswers    = 3
	joinWait      = 15 * time.Second // for the webhook of a join
	leftWait      = 5 * time.Second  // for the hang-up of a customer who left his conference
	maxRejoins    = 3
	hangupWait    = 30 * time.Second // for the webhook of a hang-up, before it is asked again
	maxHangups    = 3
	unplacedLife  = 30 * time.Second // for an unplaced leg to dial its code
	conferenceTry = 15 * time.Second // for a conference to be told, before another is asked for
	maxRooms      = 3
	maxRoomsOver  = 8 // remembered of a call
)

// legName names a leg within its session.
func legName(role Role, attempt int) LegName {
	switch role {
	case RoleCustomer:
		return "customer"
	case RoleUnplaced:
		return "unplaced"
	case RoleOperator:
		return LegName(fmt.Sprintf("op-%d", attempt))
	case RoleListener:
		return LegName(fmt.Sprintf("listener-%d", attempt))
	case RoleFront:
		return LegName(fmt.Sprintf("front-%d", attempt))
	case RoleSupervisor:
		return LegName(fmt.Sprintf("sup-%d", attempt))
	default:
		panic(fmt.Sprintf("engine: no name for a leg of role %s", role))
	}
}

// floorName is what we have Telnyx carry to know our legs again.
func (s *State) floorName() string { return FloorName(s.Settings.Floor, s.Epoch) }

func (t *turn) state(s *Session, l Leg) ClientState {
	return ClientState{Floor: t.floorName(), Session: s.ID, Role: l.Role, Attempt: l.Attempt}
}

// participant returns a reference to the leg without its client_state, which on
// conference webhooks is the owner's (contracts/telnyx.md, section 4).
func (r LegRef) participant() LegRef { return LegRef{Leg: r.Leg, CallLeg: r.CallLeg} }

// place finds a leg by its id, by Telnyx's other id, or, where Telnyx has not yet
// told us its id, by what we have it carry.
func (t *turn) place(r LegRef) place {
	if p, ok := t.State.index.legs[r.Leg]; ok {
		return p
	}
	if p, ok := t.State.index.callLegs[r.CallLeg]; ok && r.CallLeg != "" && r.Leg == "" {
		return p
	}
	if r.State.Floor != t.floorName() || t.tombs.has(r.Leg) {
		return place{}
	}
	s, ok := t.session(r.State.Session)
	if !ok || s.Phase == PhaseOver || r.State.Role == 0 {
		return place{}
	}
	if l, ok := s.Leg(r.State.leg()); ok && l.ID == "" {
		return place{s.ID, l.Name}
	}
	return place{}
}

// leg returns the session to be edited and the leg that an event is about, with the
// ids that the event gives it. It counts what is late or unknown and then reports
// false.
func (t *turn) leg(r LegRef) (*Session, *Leg, bool) {
	p := t.place(r)
	s, ok := t.edit(p.session)
	if !ok {
		t.countUnplaced(r)
		return nil, nil, false
	}
	l := s.leg(p.leg)
	t.identify(s, l, r.Leg, r.CallLeg)
	return s, l, true
}

func (t *turn) countUnplaced(r LegRef) {
	switch {
	case t.tombs.has(r.Leg):
		t.counts.Late++
	case r.State.Floor != "" && r.State.Floor != t.floorName():
		t.counts.Foreign++
	default:
		t.counts.Unknown++
	}
}

// leg returns a leg of the session to be written.
func (s *Session) leg(name LegName) *Leg {
	i := slices.IndexFunc(s.Legs, func(l Leg) bool { return l.Name == name })
	invariant(i >= 0, "session %s does not have leg %s", s.ID, name)
	return &s.Legs[i]
}

// identify gives a leg the ids that Telnyx has for it. A leg that was given up before
// it turned up is hung up now.
func (t *turn) identify(s *Session, l *Leg, id LegID, callLeg CallLegID) {
	if l.CallLeg == "" {
		l.CallLeg = callLeg
	}
	if l.ID != "" || id == "" {
		return
	}
	l.ID = id
	if _, over := t.event.Body.(LegHungUp); over {
		return // its end is the first that is told of it
	}
	if l.HangupAsked || l.Status == LegGone {
		t.orderHangup(s, l)
	}
}

// advance moves a leg forward and reports whether it moved: status only rises.
func (l *Leg) advance(to LegStatus) bool {
	if l.Status >= to {
		return false
	}
	l.Status = to
	return true
}

func (t *turn) legInitiated(e LegInitiated) {
	if t.tombs.has(e.Leg) {
		t.counts.Late++
		return
	}
	if e.Direction == Outgoing {
		t.outgoing(e)
		return
	}
	if t.place(e.LegRef).session != "" {
		return // known: told twice
	}
	t.incoming(e)
}

// outgoing takes note of a leg that we dialled. Ours are never answered by us; one
// that nobody waits for any more is hung up.
func (t *turn) outgoing(e LegInitiated) {
	if t.place(e.LegRef).session == "" && e.State.Floor == t.floorName() && e.State.Role != 0 && e.Leg != "" {
		t.counts.Late++
		t.stray(e.State.Session, string(e.State.leg()), Hangup{Leg: e.Leg})
		t.buried = append(t.buried, tomb{e.Leg, t.now})
		return
	}
	if s, l, ok := t.leg(e.LegRef); ok {
		t.calledIs(s, l, e.To)
		l.advance(LegRinging)
	}
}

// calledIs has a leg be to the number that Telnyx dialled. While calls go on it is always
// the one that was ordered. Where a call beside it was forgotten, the events no longer tell
// who was free, and another is chosen here than was then: what was dialled is what happened.
func (t *turn) calledIs(s *Session, l *Leg, to string) {
	if to == "" || to == l.Number || l.Role != RoleOperator {
		return
	}
	was := l.Number
	l.Number, l.Called = to, t.operatorName(to)
	tr := &s.Transfer
	if tr.Leg != l.Name {
		return
	}
	tr.To = to
	if i := slices.Index(tr.Tried, was); i >= 0 {
		tr.Tried = slices.Clone(tr.Tried)
		tr.Tried[i] = to
	}
	if !tr.Typed {
		t.dialledNow(tr.Group, to)
	}
}

// incoming opens a session for a leg that calls us: a customer's, or, where Symbl may
// be calling, one that is unplaced until it has dialled its code.
func (t *turn) incoming(e LegInitiated) {
	if e.Leg == "" || len(t.sessions) >= maxSessions {
		t.counts.Unknown++
		return
	}
	role := RoleCustomer
	if t.mayListen(e) {
		role = RoleUnplaced
	}
	s := &Session{
		ID: SessionID(fmt.Sprintf("s%d", t.event.Seq)), Opened: t.event.Seq, Changed: t.event.Seq,
		Started: t.now, Phase: PhaseRinging, Caller: e.From, Name: e.Name, Language: English,
		Feed: Feed{Status: FeedNone}, Attested: e.Attested,
	}
	l := Leg{Name: legName(role, 1), ID: e.Leg, CallLeg: e.CallLeg, Role: role, Attempt: 1, Status: LegRinging,
		Number: e.From, Since: t.now}
	if role == RoleCustomer {
		t.counts.Calls++
		s.Number = t.counts.Calls
		l.Until = t.now.Add(answerWait)
		t.note(s, NoteFact, "call from %s", callerWords(e.From))
	} else {
		l.Until = t.now.Add(unplacedLife)
	}
	s.Legs = []Leg{l}
	t.edits = append(t.edits, edit{nil, s})
	t.order(s, string(l.Name), Answer{Leg: l.ID, State: t.state(s, l)})
}

// mayListen reports whether an incoming leg may be Symbl's.
func (t *turn) mayListen(e LegInitiated) bool {
	switch {
	case t.Settings.ListenNumber != "" && e.To == t.Settings.ListenNumber:
		return true
	case t.Settings.SymblNumber != "" && e.From == t.Settings.SymblNumber:
		return true
	}
	return slices.Contains(t.listeners, e.From)
}

func (t *turn) legAnswered(e LegAnswered) {
	if s, l, ok := t.leg(e.LegRef); ok {
		t.answered(s, l)
	}
}

// answered goes on with a leg that has been answered, once.
func (t *turn) answered(s *Session, l *Leg) {
	if !l.advance(LegUp) {
		return
	}
	l.Answered = t.now
	if l.HangupAsked || s.Ending != "" {
		t.hangUp(s, l)
		return
	}
	switch l.Role {
	case RoleCustomer:
		l.Until = time.Time{}
		t.customerUp(s)
		t.openConference(s)
	case RoleOperator:
		t.operatorAnswered(s, l)
	case RoleUnplaced:
		l.Until = t.now.Add(unplacedLife)
		t.gatherCode(s, l)
	case RoleFront:
		t.frontAnswered(s, l)
	case RoleSupervisor:
		t.supervisorAnswered(s, l)
	case RoleListener:
		// A listener was answered before it was placed.
	default:
		panic(fmt.Sprintf("engine: leg of role %s answered", l.Role))
	}
}

// customerUp begins the conversation.
func (t *turn) customerUp(s *Session) {
	s.Phase, s.Trouble, s.AnsweredAt = PhaseTalking, "", t.now
	t.counts.Answered++
	if len(t.State.index.codes) > 0 { // this may be the leg that dials one of them
		s.Feed.HoldUntil = t.now.Add(holdBack)
	}
}

func (t *turn) legHungUp(e LegHungUp) {
	s, l, ok := t.leg(e.LegRef)
	if !ok {
		t.buried = append(t.buried, tomb{e.Leg, t.now})
		return
	}
	t.buried = append(t.buried, tomb{l.ID, t.now}) // also one that we had given up: nothing is asked of it again
	l.Channels = e.SIP == "403" && l.Status < LegUp
	t.legGone(s, l, e.Cause)
}

// legGone settles everything that hangs on a leg.
func (t *turn) legGone(s *Session, l *Leg, cause string) {
	if !l.advance(LegGone) {
		return
	}
	wasJoined := l.Joined
	l.Gone, l.Cause, l.Joined, l.JoinAsked, l.Until = t.now, cause, false, false, time.Time{}
	l.outOfRoom(t.now)
	switch l.Role {
	case RoleCustomer:
		t.note(s, NoteFact, "customer's line ended: %s", causeWords(cause))
		t.endCall(s, "the customer hung up")
	case RoleOperator:
		t.operatorGone(s, l, wasJoined)
	case RoleListener:
		t.listenerGone(s, l)
	case RoleFront:
		t.frontGone(s, l, wasJoined)
	case RoleSupervisor:
		t.supervisorGone(s, l, wasJoined)
	case RoleUnplaced:
	default:
		panic(fmt.Sprintf("engine: leg of role %s gone", l.Role))
	}
	t.hearersChanged(s)
}

// hangUp ends a leg. One that Telnyx has not named yet ends when it turns up.
func (t *turn) hangUp(s *Session, l *Leg) {
	if l.Status == LegGone || l.Hangups > 0 {
		return
	}
	l.HangupAsked = true
	if l.ID == "" {
		return // Until still bounds the wait for it
	}
	t.orderHangup(s, l)
}

func (t *turn) orderHangup(s *Session, l *Leg) {
	l.HangupAsked = true
	l.Hangups++
	if l.Live() {
		l.Until = t.now.Add(hangupWait)
	}
	t.order(s, string(l.Name), Hangup{Leg: l.ID})
}

// endCall ends every leg and everything that listens. The customer's own leg may be
// gone already.
func (t *turn) endCall(s *Session, why string) {
	if s.Ending == "" {
		s.Ending = why
	}
	if s.Phase != PhaseOver {
		s.Phase = PhaseEnding
	}
	s.Prompt = Prompt{}
	s.closeSpan(t.now)
	s.Menu = Menu{}
	s.ConferenceUntil, s.RoomsOver = time.Time{}, nil
	if s.Transfer.Open() || s.Transfer.Status == TransferJoined {
		s.Transfer.Status, s.Transfer.Since = TransferEnded, t.now
	}
	s.Wait, s.JudgeAt, s.Alerts = Waiting{}, time.Time{}, nil
	for i := range s.Legs {
		if s.Legs[i].Live() {
			t.hangUp(s, &s.Legs[i])
		}
	}
	t.endPrivate(s)
	t.stopFeed(s)
}

// settle closes a session that has no leg left. It runs at the end of each turn.
func (t *turn) settle(s *Session) {
	if s.Phase == PhaseOver || slices.ContainsFunc(s.Legs, Leg.Live) {
		return
	}
	t.endPrivate(s)
	t.stopFeed(s)
	s.Phase, s.Over = PhaseOver, t.now
	if s.Number > 0 {
		t.note(s, NoteFact, "call over after %s", s.Over.Sub(s.Started).Round(time.Second))
	}
	for _, l := range s.Legs {
		t.buried = append(t.buried, tomb{l.ID, t.now})
	}
}

// gone reports whether an over session has lingered long enough, or is not to be
// shown at all.
func (s *Session) gone() bool { return s.Phase == PhaseOver && (s.Filed || s.Number == 0) }

// addLeg adds a leg and makes room for it.
func (t *turn) addLeg(s *Session, l Leg) *Leg {
	if len(s.Legs) >= maxLegs {
		i := slices.IndexFunc(s.Legs, func(l Leg) bool { return !l.Live() && l.Role != RoleCustomer })
		invariant(i >= 0, "session %s has %d live legs", s.ID, len(s.Legs))
		t.buried = append(t.buried, tomb{s.Legs[i].ID, t.now})
		s.Legs = slices.Delete(s.Legs, i, i+1)
	}
	s.Legs = append(s.Legs, l)
	return &s.Legs[len(s.Legs)-1]
}

func callerWords(number string) string {
	if ValidTarget(number) != nil {
		return "a withheld number"
	}
	return number
}

// legWords names a leg for a supervisor.
func legWords(l Leg) string {
	switch l.Role {
	case RoleCustomer:
		return "customer"
	case RoleOperator:
		return "operator " + l.Number
	case RoleListener:
		return "Symbl's leg"
	case RoleFront:
		return "the front desk"
	case RoleSupervisor:
		return "supervisor " + l.Number
	case RoleUnplaced:
		return "a leg without a name"
	default:
		panic(fmt.Sprintf("engine: no words for a leg of role %s", l.Role))
	}
}

// causeWords says a hangup_cause in words.
func causeWords(cause string) string {
	switch cause {
	case "normal_clearing":
		return "hung up"
	case "ended":
		return "gone already"
	case "missing":
		return "no longer known to Telnyx"
	case "unconfirmed":
		return "never confirmed by Telnyx"
	case "user_busy":
		return "busy"
	case "no_answer", "timeout":
		return "did not answer"
	case "call_rejected":
		return "declined"
	case "originator_cancel":
		return "cancelled"
	case "not_found":
		return "no such number"
	case "time_limit":
		return "the time limit"
	case "", "unspecified":
		return "no reason given"
	}
	return cause
}
