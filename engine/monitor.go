package engine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of supervisors on a call.
const (
	maxSupervisors = 4 // live on one call at once
	maxHeardSpans  = 8 // times that a supervisor was heard by all, remembered of a leg
)

// Why a supervisor is refused who wants to be on a call. ErrPhoneBusy and
// ErrPhoneOperator go on with the call's number.
var (
	ErrNoPhone         = errors.New("your phone's number is not set: set SUPERVISOR_PHONE, or type :phone and the number")
	ErrPhoneOwn        = errors.New("your phone cannot be one of our own numbers; give another with :phone")
	ErrPhoneBusy       = errors.New("your phone is on call")
	ErrPhoneOperator   = errors.New("that number is an operator's, and he is on call")
	ErrTargetPhone     = errors.New("that number is a supervisor's phone, and it is on a call; type another")
	ErrPhoneEnding     = errors.New("your phone is being hung up; try again in a moment")
	ErrSameRole        = errors.New("that is what your phone is asked to do already")
	ErrHeardPaying     = errors.New("the customer is paying: nobody listens unheard; be heard by all (b), or wait until P ends it")
	ErrHeardUnagreed   = errors.New("the customer has not agreed to be listened to; be heard by all (b)")
	ErrNobodyToWhisper = errors.New("nobody is on the call to whisper to; listen (l), or be heard by all (b)")
	ErrManySupervisors = errors.New("as many supervisors are on the call as it takes")
	ErrNotOnCall       = errors.New("your phone is not on the call; press l first")
	ErrNobodyToDrop    = errors.New("no operator is on the call to take over from; press b to be heard by all")
	ErrTakingOver      = errors.New("the call is being taken over already")
)

func (s *Session) allowMonitor(e MonitorAsked, r Roster, find func(SessionID) (*Session, bool)) error {
	phone := cmp.Or(e.Phone, r.Phone)
	switch {
	case s.Quarantined.Event != 0:
		return ErrQuarantined
	case e.Role != Monitor && e.Role != Whisper && e.Role != Barge:
		return ErrNotSupervised
	case s.Ending != "":
		return ErrEnding
	case s.Phase == PhaseRinging:
		return ErrNotUp
	case phone == "":
		return ErrNoPhone
	case slices.Contains(r.Own, phone):
		return ErrPhoneOwn
	case ValidTarget(phone) != nil:
		return ErrTarget
	case e.Role != Barge && s.Pay.On():
		return ErrHeardPaying
	case e.Role != Barge && s.Unagreed():
		return ErrHeardUnagreed
	case e.Role == Whisper && len(s.hearers()) == 0:
		return ErrNobodyToWhisper
	}
	if l, ok := s.supervisor(phone); ok {
		switch {
		case l.HangupAsked:
			return ErrPhoneEnding
		case l.MonitorAsked == e.Role:
			return ErrSameRole
		}
		return nil
	}
	if err := r.allowPhone(phone, find); err != nil {
		return err
	}
	switch {
	case s.Conference == "":
		return ErrNoRoom
	case s.supervisors() >= maxSupervisors:
		return ErrManySupervisors
	}
	return nil
}

// allowPhone refuses a phone that is on a call: it is one telephone.
func (r Roster) allowPhone(phone string, find func(SessionID) (*Session, bool)) error {
	on := func(list []BusyOperator) (int, bool) {
		i := slices.IndexFunc(list, func(b BusyOperator) bool { return b.Number == phone })
		if i < 0 {
			return 0, false
		}
		s, ok := find(list[i].Session)
		if !ok {
			return 0, false
		}
		return s.Number, true
	}
	if call, ok := on(r.Phones); ok {
		return fmt.Errorf("%w %d; press L there first", ErrPhoneBusy, call)
	}
	if call, ok := on(r.Busy); ok {
		return fmt.Errorf("%w %d; give another number with :phone", ErrPhoneOperator, call)
	}
	return nil
}

func (s *Session) allowTakeOver() error {
	l, ok := s.overtaker("")
	switch {
	case s.Quarantined.Event != 0:
		return ErrQuarantined
	case s.Ending != "":
		return ErrEnding
	case !ok:
		return ErrNotOnCall
	case l.TakesOver:
		return ErrTakingOver
	case !s.operatorOn():
		return ErrNobodyToDrop
	case s.Conference == "":
		return ErrNoRoom
	}
	return nil
}

// supervisor returns the live leg of a supervisor's phone.
func (s *Session) supervisor(phone string) (Leg, bool) {
	for _, l := range s.Legs {
		if l.Role == RoleSupervisor && l.Live() && l.Number == phone {
			return l, true
		}
	}
	return Leg{}, false
}

// supervisors returns how many legs of supervisors are live.
func (s *Session) supervisors() int {
	n := 0
	for _, l := range s.Legs {
		if l.Role == RoleSupervisor && l.Live() {
			n++
		}
	}
	return n
}

// overtaker returns the supervisor's leg that takes a call over: that of who asks, or
// else the one that came last.
func (s *Session) overtaker(by By) (Leg, bool) {
	var found Leg
	for _, l := range s.Legs {
		if l.Role == RoleSupervisor && l.Joined && !l.HangupAsked && (found.Name == "" || found.Owner != by || l.Owner == by) {
			found = l
		}
	}
	return found, found.Name != ""
}

// supervised reports whether a supervisor is heard by all: then the customer has a
// human, and neither the menu nor automation brings another.
func (s *Session) supervised() bool {
	return slices.ContainsFunc(s.Legs, func(l Leg) bool {
		return l.Role == RoleSupervisor && l.Joined && l.Monitor == Barge
	})
}

// monitored reports whether a supervisor is on the call, but for one leg.
func (s *Session) monitored(except LegName) bool {
	return slices.ContainsFunc(s.Legs, func(l Leg) bool {
		return l.Role == RoleSupervisor && l.Joined && l.Name != except
	})
}

// hearers returns who may be whispered to: the operator, or the front desk where there
// is none.
func (s *Session) hearers() []LegName {
	for _, role := range []Role{RoleOperator, RoleFront} {
		var who []LegName
		for _, l := range s.Legs {
			if l.Role == role && l.Joined && !l.HangupAsked {
				who = append(who, l.Name)
			}
		}
		if len(who) > 0 {
			return who
		}
	}
	return nil
}

// hearerComes reports whether somebody who may be whispered to has answered and is not
// in the room yet, as when a room was lost and all are put into the next.
func (s *Session) hearerComes() bool {
	return slices.ContainsFunc(s.Legs, func(l Leg) bool {
		return (l.Role == RoleOperator || l.Role == RoleFront) && l.Status == LegUp && !l.Joined && !l.HangupAsked
	})
}

// tuned returns the role that a supervisor's leg is to have as the call stands: a
// whisper that nobody would hear is none, lest it be heard by all.
func (s *Session) tuned(l Leg) (MonitorRole, []LegName) {
	if l.MonitorAsked != Whisper {
		return l.MonitorAsked, nil
	}
	if who := s.hearers(); len(who) > 0 {
		return Whisper, who
	}
	return Monitor, nil
}

func (s *Session) ids(names []LegName) []LegID {
	var ids []LegID
	for _, n := range names {
		if l, ok := s.Leg(n); ok {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

func (s *Session) monitorWords(role MonitorRole, who []LegName) string {
	switch role {
	case Monitor:
		return "listens"
	case Whisper:
		var words []string
		for _, n := range who {
			if l, ok := s.Leg(n); ok {
				words = append(words, legWords(l))
			}
		}
		return "whispers to " + strings.Join(words, " and ")
	case Barge:
		return "is heard by all"
	default:
		panic(fmt.Sprintf("engine: no words for the role %s", role))
	}
}

// askWords says what a supervisor wants to do.
func askWords(role MonitorRole) string {
	switch role {
	case Monitor:
		return "to listen"
	case Whisper:
		return "to whisper"
	case Barge:
		return "to be heard by all"
	default:
		panic(fmt.Sprintf("engine: no words for the role %s", role))
	}
}

// monitorAsked calls the supervisor's phone, or gives it another role where it is on
// the call already.
func (t *turn) monitorAsked(e MonitorAsked) {
	s, ok := t.permitted(e.Session)
	if !ok {
		return
	}
	phone := cmp.Or(e.Phone, t.Settings.Phone)
	if on, ok := s.supervisor(phone); ok {
		l := s.leg(on.Name)
		t.note(s, NoteAct, "%s asks %s", t.event.By, askWords(e.Role))
		l.MonitorAsked, l.TakesOver = e.Role, false
		t.tune(s, l)
		return
	}
	customer, ok := s.Customer()
	if !ok {
		t.refuse(e.Session, ErrNotUp)
		return
	}
	s.Supervisors++
	l := t.addLeg(s, Leg{
		Name: legName(RoleSupervisor, s.Supervisors), Role: RoleSupervisor, Attempt: s.Supervisors, Status: LegAsked,
		Number: phone, Since: t.now, Until: t.now.Add(t.Settings.Ring + ringGrace), MonitorAsked: e.Role, Owner: t.event.By,
	})
	t.note(s, NoteAct, "%s asks %s: calling %s", t.event.By, askWords(e.Role), phone)
	t.order(s, string(l.Name), Dial{
		To: phone, From: t.Settings.Number, LinkTo: customer.ID, Ring: t.Settings.Ring, State: t.state(s, *l),
	})
}

// supervisorAnswered puts the phone into the conference in its role, so that it is
// never heard by more than it may be, not even for a moment.
func (t *turn) supervisorAnswered(s *Session, l *Leg) { t.join(s, l) }

// monitorJoin returns what a supervisor's leg joins as, and remembers it as ordered.
func (s *Session) monitorJoin(l *Leg) (MonitorRole, []LegID) {
	l.RoleSent, l.WhisperSent = s.tuned(*l)
	return l.RoleSent, s.ids(l.WhisperSent)
}

// supervisorJoined shows the role that the phone has joined in.
func (t *turn) supervisorJoined(s *Session, l *Leg) {
	if l.HangupAsked {
		return
	}
	if l.RoleSent != 0 {
		t.grant(s, l, l.RoleSent, l.WhisperSent, l.JoinedAt)
	}
	if !s.monitored(l.Name) {
		for _, name := range s.hearers() {
			t.tellMonitored(s, name)
		}
	}
	t.tune(s, l)
}

// grant takes a role as the fact. From says since when it holds.
func (t *turn) grant(s *Session, l *Leg, role MonitorRole, who []LegName, from time.Time) {
	if l.Monitor != role || !slices.Equal(l.Whisper, who) {
		l.silence(from)
		if role == Barge {
			keep := l.Heard[max(0, len(l.Heard)+1-maxHeardSpans):]
			l.Heard = append(slices.Clip(keep), Span{From: from})
		}
		l.Monitor, l.Whisper = role, who
		t.note(s, NoteFact, "%s %s", legWords(*l), s.monitorWords(role, who))
	}
	if role != Barge {
		return
	}
	if s.Prompt.Kind == PromptMenu || s.Menu.Open {
		t.hush(s) // a human is there
	}
	if l.TakesOver {
		l.TakesOver = false
		t.dropOperator(s, l.Owner)
	}
}

// silence ends the time in which a supervisor was heard by all.
func (l *Leg) silence(at time.Time) {
	if n := len(l.Heard); n > 0 && l.Heard[n-1].To.IsZero() {
		l.Heard = slices.Clone(l.Heard)
		l.Heard[n-1].To = at
	}
}

// outOfRoom forgets what a leg was in a room that it is no longer in.
func (l *Leg) outOfRoom(at time.Time) {
	l.silence(at)
	l.Held, l.Monitor, l.Whisper, l.RoleSent, l.WhisperSent, l.TakesOver = false, 0, nil, 0, nil, false
}

// heardSince returns since when a supervisor was heard by all at a time, or zero where
// he was not.
func (l *Leg) heardSince(at time.Time) time.Time {
	for _, span := range slices.Backward(l.Heard) {
		if !span.From.After(at) && (span.To.IsZero() || span.To.After(at)) {
			return span.From
		}
	}
	return time.Time{}
}

// tune orders the role that a supervisor's leg is to have as the call stands, where
// that is not what was ordered last.
func (t *turn) tune(s *Session, l *Leg) {
	if !l.Live() || l.HangupAsked || s.Ending != "" {
		return
	}
	role, who := s.tuned(*l)
	if role != l.MonitorAsked && !s.hearerComes() {
		l.MonitorAsked = role
		t.note(s, NoteTrouble, "nobody is left to whisper to: %s only listens", legWords(*l))
	}
	if l.Joined && s.Conference != "" && (role != l.RoleSent || !slices.Equal(who, l.WhisperSent)) {
		t.orderRole(s, l, role, who)
	}
}

func (t *turn) orderRole(s *Session, l *Leg, role MonitorRole, who []LegName) {
	l.RoleSent, l.WhisperSent = role, who
	t.order(s, string(l.Name), SetRole{Leg: l.ID, Conference: s.Conference, Role: role, Whisper: s.ids(who)})
}

// hearersChanged follows those who are whispered to: a whisper goes on to who has come
// in their place, and where nobody has it ends.
func (t *turn) hearersChanged(s *Session) {
	for i := range s.Legs {
		if s.Legs[i].Role == RoleSupervisor {
			t.tune(s, &s.Legs[i])
		}
	}
}

// hearerJoined tells an operator who comes to a call that is listened to.
func (t *turn) hearerJoined(s *Session, name LegName) {
	if s.monitored("") && slices.Contains(s.hearers(), name) {
		t.tellMonitored(s, name)
	}
	t.hearersChanged(s)
}

// tellMonitored tells an operator, and him alone, that a supervisor listens: by a tone
// where one is configured, else in words.
func (t *turn) tellMonitored(s *Session, name LegName) {
	l, ok := s.Leg(name)
	b := t.Settings.Briefing
	switch {
	case !ok || l.Role != RoleOperator:
		return
	case !b.Tone.None():
		t.order(s, string(name), Play{Leg: l.ID, Audio: b.Tone, Once: true})
		return
	case b.Monitored == "":
		return
	}
	t.order(s, string(name), Speak{Leg: l.ID, Text: b.Monitored, Language: b.Language, Voice: b.Voice})
}

// roleSet takes Telnyx's answer as the fact: it sends no webhook.
func (t *turn) roleSet(s *Session, a SetRole) {
	l, ok := s.inRoom(a.Leg, a.Conference)
	if !ok || l.HangupAsked {
		return
	}
	var who []LegName
	for _, id := range a.Whisper {
		if h, ok := s.on(id); ok {
			who = append(who, h.Name)
		}
	}
	t.grant(s, l, a.Role, who, t.now)
}

func (t *turn) roleRefused(s *Session, a SetRole, words string) {
	l, ok := s.roleOrdered(a)
	if !ok {
		return
	}
	t.note(s, NoteTrouble, "%s could not be set %s: %s", legWords(*l), askWords(a.Role), words)
	t.keepRole(s, l, a)
}

// roleUnanswered makes sure of what is shown: nobody knows now who hears the supervisor,
// so the role that he had is ordered again, and failing that his phone is hung up.
func (t *turn) roleUnanswered(s *Session, a SetRole) {
	l, ok := s.roleOrdered(a)
	if !ok {
		return
	}
	if a.Role == l.Monitor && slices.Equal(l.WhisperSent, l.Whisper) {
		t.hangUpUnsure(s, l)
		return
	}
	t.note(s, NoteTrouble, "not known whether %s was set %s: he is set back to what he was", legWords(*l), askWords(a.Role))
	l.RoleSent, l.WhisperSent = 0, nil
	t.keepRole(s, l, a)
}

// roleOrdered returns the leg that a role was ordered for, unless another was since.
func (s *Session) roleOrdered(a SetRole) (*Leg, bool) {
	l, ok := s.inRoom(a.Leg, a.Conference)
	return l, ok && !l.HangupAsked && s.Ending == "" && a.Role == l.RoleSent && slices.Equal(a.Whisper, s.ids(l.WhisperSent))
}

// keepRole goes back to the role that Telnyx has granted. One that is a whisper to
// who is gone becomes listening; a leg for which even that cannot be had is hung up.
func (t *turn) keepRole(s *Session, l *Leg, failed SetRole) {
	l.MonitorAsked, l.TakesOver = l.Monitor, false
	if l.RoleSent != 0 {
		l.RoleSent, l.WhisperSent = l.Monitor, l.Whisper // refused: nothing has changed
	}
	stale := l.Monitor == Whisper && !slices.Equal(l.Whisper, s.hearers())
	if l.Monitor == 0 || stale && failed.Role == Monitor {
		t.hangUpUnsure(s, l)
		return
	}
	if stale {
		l.MonitorAsked = Monitor
	}
	t.tune(s, l)
}

func (t *turn) hangUpUnsure(s *Session, l *Leg) {
	t.note(s, NoteTrouble, "it is not sure who hears %s: his phone is hung up; press L to listen again", legWords(*l))
	t.hangUp(s, l)
}

// takeOverAsked lets the supervisor be heard by all first, so that the customer is
// never alone, and drops the operator when that is granted.
func (t *turn) takeOverAsked(e TakeOverAsked) {
	s, ok := t.permitted(e.Session)
	if !ok {
		return
	}
	on, _ := s.overtaker(t.event.By)
	l := s.leg(on.Name)
	t.note(s, NoteAct, "take-over asked by %s", t.event.By)
	l.MonitorAsked = Barge
	if l.Monitor == Barge && l.RoleSent == Barge {
		t.dropOperator(s, l.Owner)
		return
	}
	l.TakesOver = true
	t.tune(s, l)
}

// dropOperator ends the operator's part. The transfer ends here and not with his
// hang-up, for he may be ringing yet, and then the next would be called.
func (t *turn) dropOperator(s *Session, by By) {
	if !s.operatorOn() {
		return // he has left by himself
	}
	s.Transfer.Status, s.Transfer.Since, s.Transfer.Why = TransferEnded, t.now, "taken over by "+string(by)
	t.note(s, NoteFact, "taken over by %s: the operator is hung up", by)
	for i := range s.Legs {
		l := &s.Legs[i]
		if l.Role != RoleOperator || !l.Live() {
			continue
		}
		l.ByHand = true
		t.hangUp(s, l)
		if l.ID == "" {
			t.legGone(s, l, "originator_cancel") // it is hung up if it turns up
		}
	}
}

// phoneSilent gives up a supervisor's phone that rings for longer than it may.
func (t *turn) phoneSilent(s *Session, l *Leg) {
	if l.ID == "" {
		t.legGone(s, l, "unconfirmed") // never told of: hung up if it turns up after all
		return
	}
	t.phoneFailed(s, l, causeWords("no_answer"))
	t.hangUp(s, l)
}

// phoneFailed tells whose phone it is why it was not reached.
func (t *turn) phoneFailed(s *Session, l *Leg, why string) {
	if s.Ending == "" {
		t.note(s, NoteTrouble, "%s: your phone %s was not reached: %s", l.Owner, l.Number, why)
	}
}

// stopPhones stops calling supervisors to a call that is being ended.
func (t *turn) stopPhones(s *Session) {
	for i := range s.Legs {
		if l := &s.Legs[i]; l.Role == RoleSupervisor && l.Live() && !l.Joined {
			t.hangUp(s, l)
		}
	}
}

// supervisorGone says why a phone is gone. The call goes on as it was.
func (t *turn) supervisorGone(s *Session, l *Leg, wasJoined bool) {
	if s.Ending != "" {
		return
	}
	switch {
	case wasJoined && l.ByHand:
		t.note(s, NoteFact, "%s is off the call", legWords(*l))
	case l.ByHand:
		t.note(s, NoteFact, "%s is no longer called", legWords(*l))
	case l.HangupAsked:
		// Why it was hung up is noted.
	case wasJoined || !l.Answered.IsZero():
		t.note(s, NoteFact, "%s left", legWords(*l))
	default:
		t.phoneFailed(s, l, causeWords(l.Cause))
	}
	if l.heardLast() && !s.frontOn() && !s.Transfer.Open() {
		t.operatorLeft(s) // a customer who is alone again hears what he can do
	}
}

// heardLast reports whether a supervisor's leg that is gone was heard by all to its end.
func (l *Leg) heardLast() bool { return l.MonitorAsked == Barge && len(l.Heard) > 0 }

// noTone says that an operator did not hear the tone that tells of a supervisor.
func (t *turn) noTone(s *Session, l *Leg, words string) {
	t.note(s, NoteTrouble, "%s could not be told that a supervisor listens: the tone could not be played (%s)", legWords(*l), clip(words, maxText))
}

// notTold reports whether a text that could not be spoken was an operator's: the
// customer's prompts go on as they were.
func (t *turn) notTold(s *Session, a Speak, words string) bool {
	l, ok := s.on(a.Leg)
	if !ok || l.Role == RoleCustomer {
		return false
	}
	t.note(s, NoteTrouble, "%s could not be told %q: %s", legWords(*l), a.Text, words)
	return true
}
