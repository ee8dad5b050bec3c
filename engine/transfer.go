package engine

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Limits of bringing in an operator.
const (
	maxDials    = 100              // operators dialled in one call, in all
	detectWait  = 5 * time.Second  // for the line to tell who picked up, where there is no briefing
	acceptGrace = 10 * time.Second // past the briefing and its wait, for Telnyx to tell the end
	retryQueued = 30 * time.Second // before those who did not answer are called again for who waits
)

// begin brings in an operator: whatever is proposed, asked or due starts here. The
// caller has made sure that no operator is on the call or on his way.
func (t *turn) begin(s *Session, tr Transfer) {
	said := s.Transfer.Status == TransferProposed && s.Transfer.Told
	typed := tr.To
	tr.To, tr.Typed, tr.Leg, tr.Tried, tr.Due = "", typed != "", "", nil, time.Time{}
	tr.Status, tr.Since, tr.Told = TransferDialling, t.now, said
	if s.Transfer.Status == TransferQueued {
		tr.Queued = s.Transfer.Queued // who is tried for elsewhere keeps his place
		if tr.Typed {
			tr.Group = s.Transfer.Group
		}
	}
	if tr.Asked.IsZero() {
		tr.Asked = t.now
	}
	if !tr.Typed {
		tr.Group = t.groupOf(tr.Group).Name
		tr.Of = len(t.targets(s, tr))
	}
	s.Transfer = tr
	if tr.Auto {
		s.AutoSpent = true
		t.record(tr.Rule, func(d *RecordDay) { d.Kept++ })
	}
	if tr.Cause != CauseHand { // then who asked is noted
		t.note(s, NoteFact, "bringing in an operator: %s", causeOfTransfer(tr))
	}
	if typed != "" {
		s.Transfer.Of = 1
	}
	if s.Conference == "" && s.Trouble != "" {
		t.failTransfer(s)
		return
	}
	if typed == "" {
		typed = t.nextOperator(s)
	}
	if typed == "" {
		t.noTarget(s)
		return
	}
	if !said {
		t.speak(s, PromptConnecting)
	}
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

func (t *turn) dial(s *Session, number string) {
	customer, ok := s.Customer()
	if !ok {
		return
	}
	s.Transfers++
	ring := t.ringOf(s.Transfer)
	l := t.addLeg(s, Leg{
		Name: legName(RoleOperator, s.Transfers), Role: RoleOperator, Attempt: s.Transfers,
		Status: LegAsked, Number: number, Called: t.operatorName(number), Since: t.now, Until: t.now.Add(ring + ringGrace),
	})
	tr := &s.Transfer
	tr.Status, tr.Since, tr.To, tr.Leg = TransferDialling, t.now, number, l.Name
	tr.Tried = append(slices.Clip(tr.Tried), number)
	tr.Place, tr.Of = len(tr.Tried), max(tr.Of, len(tr.Tried))
	if !tr.Typed {
		t.dialledNow(tr.Group, number)
	}
	t.note(s, NoteFact, "calling %s", t.operatorWords(number))
	t.order(s, string(l.Name), Dial{
		To: number, From: t.Settings.Number, LinkTo: customer.ID, Ring: ring, Detect: true, State: t.state(s, *l),
	})
}

// operatorAnswered tells who picked up what the call is about, and asks for his key: a
// voicemail presses none. Without a briefing the line tells who it is, if it can.
func (t *turn) operatorAnswered(s *Session, l *Leg) {
	if s.Transfer.Leg != l.Name || !s.Transfer.Under() {
		t.hangUp(s, l) // another took his place
		return
	}
	s.Transfer.Status, s.Transfer.Since = TransferBriefing, t.now
	t.note(s, NoteFact, "%s answered", t.operatorWords(l.Number))
	if s.Transfer.Cold {
		l.Until = t.now.Add(detectWait)
		return
	}
	t.brief(s, l, t.briefing(s)+" "+t.Settings.Briefing.accept())
}

// brief speaks to an operator and waits for his key.
func (t *turn) brief(s *Session, l *Leg, text string) {
	b := t.Settings.Briefing
	l.Briefed = true
	l.Until = t.now.Add(spokenIn(text) + b.wait() + acceptGrace)
	t.order(s, string(l.Name), Gather{
		Leg: l.ID, Text: text, Language: cmp.Or(b.Language, t.Settings.English.Language), Voice: cmp.Or(b.Voice, t.Settings.English.Voice),
		Valid: "12", Min: 1, Max: 1, Timeout: b.wait(),
	})
}

// briefed reports whether a leg is the one whose key is awaited.
func (s *Session) briefed(l *Leg) bool {
	return s.Transfer.Leg == l.Name && s.Transfer.Status == TransferBriefing && !l.HangupAsked && l.Live()
}

// operatorKey takes the key of an operator who hears the briefing.
func (t *turn) operatorKey(s *Session, l *Leg, digits string) {
	switch {
	case !s.briefed(l):
	case digits == "1":
		t.accept(s, l)
	case digits == "2":
		t.dismiss(s, l, TurnedDown)
	}
}

// accept puts the operator into the conference, where the customer is.
func (t *turn) accept(s *Session, l *Leg) {
	s.Transfer.Status, s.Transfer.Since, s.Transfer.Accepted = TransferJoining, t.now, t.now
	l.Decided = t.now
	t.note(s, NoteFact, "%s took the call", t.operatorWords(l.Number))
	t.join(s, l)
}

// dismiss hangs up on whoever did not take the call and goes on to the next.
func (t *turn) dismiss(s *Session, l *Leg, why string) {
	number := l.Number
	l.Decided, l.Turned = t.now, why
	t.hangUp(s, l)
	t.passOver(s, number, why)
}

// operatorGathered is the end of a briefing.
func (t *turn) operatorGathered(s *Session, l *Leg, e Gathered) {
	switch {
	case !s.briefed(l) || e.Status == "call_hangup":
	case e.Digits == "1" || e.Digits == "2":
		t.operatorKey(s, l, e.Digits)
	default:
		t.dismiss(s, l, "nobody took the call: a voicemail, or nobody pressed 1")
	}
}

// machineDetected goes on to the next operator where a machine picked up. Where the
// line is sure of a human, a transfer without briefing needs no key.
func (t *turn) machineDetected(e MachineDetected) {
	s, l, ok := t.leg(e.LegRef)
	if !ok || l.Role != RoleOperator {
		return
	}
	if t.answered(s, l); !s.briefed(l) { // who is told to have picked up has
		return
	}
	switch {
	case e.Result == MachineVoicemail:
		t.dismiss(s, l, TurnedMachine)
	case e.Result == MachineHuman && s.Transfer.Cold && !l.Briefed:
		t.accept(s, l)
	case s.Transfer.Cold && !l.Briefed:
		t.askKey(s, l)
	}
}

// askKey asks who picked up for his key, where the line could not tell who it is.
func (t *turn) askKey(s *Session, l *Leg) { t.brief(s, l, t.Settings.Briefing.accept()) }

func (t *turn) operatorJoined(s *Session, l *Leg) {
	if s.Transfer.Leg != l.Name || l.HangupAsked {
		return
	}
	if s.Transfer.Status != TransferJoined {
		t.counts.Joined++
		s.Transfer.Status, s.Transfer.Since = TransferJoined, t.now
		t.note(s, NoteFact, "operator %s joined", t.operatorWords(l.Number))
	}
	t.waitOver(s)
	if s.Prompt.Kind == PromptMenu || s.Menu.Open {
		t.hush(s)
	}
	t.frontLeaves(s)
}

// hush stops the menu, for a human is there.
func (t *turn) hush(s *Session) {
	if s.Consent.Status == ConsentAsked {
		return // whether he agrees is asked in any case
	}
	if customer, ok := s.Customer(); ok && s.Menu.Open && s.Menu.Taken == "" {
		t.order(s, string(customer.Name), StopGather{Leg: customer.ID})
	}
	s.Menu.Open, s.Menu.Until = false, time.Time{}
	s.Prompt = Prompt{Ends: s.Prompt.Ends}
	s.closeSpan(t.now)
}

// whyStopped is why a transfer is over whose operator's leg a supervisor has hung up.
const whyStopped = "a supervisor stopped it"

// operatorGone goes on to the next operator when one could not be had, and goes on
// with the call when one has left it.
func (t *turn) operatorGone(s *Session, l *Leg, wasJoined bool) {
	if s.Transfer.Leg != l.Name || s.Ending != "" {
		return
	}
	number, byHand, cause, channels := l.Number, l.ByHand, l.Cause, l.Channels
	switch {
	case s.Transfer.Status == TransferJoined || wasJoined && !l.HangupAsked:
		s.Transfer.Status, s.Transfer.Since = TransferEnded, t.now
		t.note(s, NoteFact, "operator %s left", t.operatorWords(number))
		t.operatorLeft(s)
	case !s.Transfer.Under():
	case byHand:
		t.note(s, NoteFact, "the call to %s is stopped", t.operatorWords(number))
		t.stopTransfer(s, TransferEnded, whyStopped)
	case channels:
		t.outOfChannels(s, number)
	default:
		t.passOver(s, number, causeWords(cause))
	}
}

// passOver says why an operator could not be had and calls the next one.
func (t *turn) passOver(s *Session, number, why string) {
	if s.Ending != "" {
		return
	}
	s.Transfer.Why = t.operatorWords(number) + ": " + why
	t.note(s, NoteTrouble, "%s: %s", t.operatorWords(number), why)
	if next := t.nextOperator(s); next != "" {
		t.dial(s, next)
		return
	}
	t.noTarget(s)
}

// outOfChannels is for a dial that the account's own limit has stopped: another number
// would not be reached either.
func (t *turn) outOfChannels(s *Session, number string) {
	t.limited = t.now
	s.Transfer.Why = "Telnyx's limit of calls for this account is reached"
	t.note(s, NoteTrouble, "%s could not be called: %s; ask Telnyx for more, or wait for a call to end",
		t.operatorWords(number), s.Transfer.Why)
	s.Transfer.Tried = slices.DeleteFunc(slices.Clone(s.Transfer.Tried), func(n string) bool { return n == number })
	t.noTarget(s)
}

// noTarget goes on where nobody can be called now: the customer waits for one who comes
// free or, where there is no queue, is told.
func (t *turn) noTarget(s *Session) {
	if s.Transfer.Typed && s.Transfer.Queued.IsZero() || t.Settings.Queue.AtMost <= 0 || t.groupOf(s.Transfer.Group).Name == "" ||
		s.Transfers >= maxDials || s.Conference == "" && s.Trouble != "" {
		t.failTransfer(s)
		return
	}
	t.enqueue(s)
}

func (t *turn) failTransfer(s *Session) {
	switch {
	case s.Transfer.Typed:
	case len(t.Settings.groups()) == 0:
		s.Transfer.Why = ErrNoOperators.Error()
	case s.Conference == "" && s.Trouble != "":
		s.Transfer.Why = s.Trouble
	case len(s.Transfer.Tried) == 0 && s.Transfer.Why == "":
		s.Transfer.Why = ErrAllEngaged.Error()
	}
	s.Transfer.Status, s.Transfer.Since = TransferFailed, t.now
	t.waitOver(s)
	t.note(s, NoteTrouble, "nobody could be brought in (%s); the call goes on", s.Transfer.Why)
	t.speak(s, PromptUnavailable)
}

// stopTransfer ends a transfer that has not come to its end, whoever is on his way,
// and tells the customer.
func (t *turn) stopTransfer(s *Session, as TransferStatus, why string) {
	told := s.Transfer.Status != TransferProposed || s.Transfer.Told
	s.Transfer.Status, s.Transfer.Since, s.Transfer.Why, s.Transfer.Due = as, t.now, why, time.Time{}
	t.callOff(s)
	t.waitOver(s)
	if told {
		t.speak(s, PromptStopped)
	}
}

// callOff hangs up on the operators who are on their way.
func (t *turn) callOff(s *Session) {
	for i := range s.Legs {
		if l := &s.Legs[i]; l.Role == RoleOperator && l.Live() && !l.Joined {
			l.ByHand = true
			t.hangUp(s, l)
			if l.ID == "" { // it is hung up if it turns up
				l.advance(LegGone)
				l.Gone, l.Cause, l.Until = t.now, "originator_cancel", time.Time{}
			}
		}
	}
}

// operatorLeft tells a customer who is alone again what he can do.
func (t *turn) operatorLeft(s *Session) {
	if customer, ok := s.Customer(); !ok || !customer.Joined {
		return // he left the conference first: his hang-up is on its way
	}
	if s.supervised() || s.operatorOn() {
		return // somebody is with him
	}
	if s.Prompt.Kind == PromptAnnouncement {
		s.Prompt.Next = PromptNone
		return
	}
	if s.Consent.Status == ConsentAsked { // a key of another question is no answer to this one
		s.Consent.Next, s.Consent.Say = PromptNone, ""
		return
	}
	if s.Pay.On() { // a key would do nothing
		t.note(s, NoteTrouble, "the customer is alone, and pays: his keys do nothing until P ends it")
		s.Pay.Owed = true // he hears what they do then
		return
	}
	t.gather(s, PromptLeft)
}
