package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of listening by telephone.
const (
	maxTries    = 3                // connects of one session
	holdBack    = 8 * time.Second  // before a customer's own connect, while some session waits for a code: dialled twice
	codeLife    = 60 * time.Second // of a code
	absentAfter = 30 * time.Second // without the listener's leg: shown as not heard
	retryAfter  = 30 * time.Second // after a refused connect
	rejoinAfter = 3 * time.Second  // after the listener's leg fell
	codeDigits  = 10
	maxKeys     = 32 // kept of what is dialled on a leg
)

// connect has Symbl call us and dial a code that is this session's alone. A session
// has one connect at a time and three in all; an unplaced leg never has one.
func (t *turn) connect(s *Session, ear *Ear) {
	if ear.Tries-ear.Paused >= maxTries {
		ear.GivenUp = true
		return
	}
	ear.Tries++
	why := ear.Why
	if ear.Tries == 1 {
		why = "waiting for Symbl to call"
	}
	ear.set(FeedConnecting, why, t.now)
	ear.Patient = t.patient(s, ear)
	s.Feed.Phone = PhoneFeed{Code: t.code(s, ear.Tries), CodeUntil: t.now.Add(codeLife), AbsentAt: t.now.Add(absentAfter)}
	number := t.Settings.ListenNumber
	if number == "" {
		number = t.Settings.Number
	}
	t.order(s, "feed", Listen{Number: number, Code: s.Feed.Phone.Code, Title: t.Settings.Conference + " " + string(s.ID)})
}

// phone returns the telephone's part in a call that it may listen to.
func (s *Session) phone() (*Ear, *PhoneFeed, bool) {
	ear := s.Feed.ear(FeedPhone)
	return ear, &s.Feed.Phone, ear != nil
}

// code computes the ten digits that a listener's leg must dial. They depend on the
// journal's epoch, so that nobody outside can tell them.
func (t *turn) code(s *Session, try int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%d", t.Epoch, s.ID, try))
	return fmt.Sprintf("%0*d", codeDigits, binary.BigEndian.Uint64(sum[:8])%1e10)
}

func (t *turn) gatherCode(s *Session, l *Leg) {
	t.order(s, string(l.Name), Gather{
		Leg: l.ID, Valid: "0123456789", Min: codeDigits, Max: codeDigits, Terminator: "#", Timeout: unplacedLife,
	})
}

// dialledCode makes a leg the listener of the session whose code was dialled on it,
// and reports whether it did. The leg's own session closes.
func (t *turn) dialledCode(from *Session, l *Leg, digits string) bool {
	to, ok := t.waiting(from, digits)
	if !ok || !l.Live() {
		return false
	}
	l.Keys = nil
	if l.Joined && from.Conference != "" {
		t.order(from, string(l.Name), Leave{Leg: l.ID, Conference: from.Conference})
	}
	tries := to.Feed.ear(FeedPhone).Tries
	moved := Leg{
		Name: legName(RoleListener, tries), ID: l.ID, CallLeg: l.CallLeg, Role: RoleListener, Attempt: tries,
		Status: LegUp, Number: l.Number, Since: l.Since, Answered: l.Answered,
	}
	i := slices.IndexFunc(from.Legs, func(x Leg) bool { return x.Name == l.Name })
	from.Legs = slices.Delete(from.Legs, i, i+1)
	from.Number = 0
	t.endCall(from, "it was Symbl's call")

	phone := &to.Feed.Phone
	phone.Code, phone.CodeUntil, phone.AbsentAt = "", time.Time{}, time.Time{}
	t.note(to, NoteFact, "Symbl called and dialled its code")
	t.join(to, t.addLeg(to, moved))
	if ValidTarget(moved.Number) == nil { // a withheld number is everybody's
		t.heard = append(t.heard, moved.Number)
	}
	return true
}

// waiting returns the session whose code was dialled: it is dialled twice, each time
// with a # after it.
func (t *turn) waiting(from *Session, digits string) (*Session, bool) {
	for part := range strings.SplitSeq(digits, "#") {
		if len(part) < codeDigits {
			continue
		}
		id, ok := t.State.index.codes[part[len(part)-codeDigits:]]
		if !ok || id == from.ID {
			continue
		}
		if s, ok := t.edit(id); ok && s.Feed.Phone.Code != "" && s.Ending == "" {
			return s, true
		}
	}
	return nil, false
}

func (t *turn) listening(e Listening) {
	s, c, ok := t.settled(e.Command)
	if e.Command.verb() == "relay" {
		t.relayed(s, c, e, ok)
		return
	}
	if !ok || s.Ending != "" || s.Feed.Phone.Connection != "" || e.Command != s.listenName() {
		// The call is over, or another connect has taken its place.
		t.stray(e.Command.Session(), string(e.Connection), Unlisten{Connection: e.Connection})
		return
	}
	ear, phone, _ := s.phone()
	phone.Connection, phone.Conversation = e.Connection, e.Conversation
	if _, there := s.Listener(); !there && phone.Code == "" {
		t.endPhone(s) // its code has died meanwhile
		return
	}
	t.hear(s, ear)
}

// listenName is the name of the connect that the session waits for.
func (s *Session) listenName() CommandName {
	ear, _, ok := s.phone()
	if !ok {
		return ""
	}
	return CommandName(fmt.Sprintf("%s/listen/feed/%d", s.ID, ear.Tries))
}

func (t *turn) listenerJoined(s *Session) {
	ear, phone, ok := s.phone()
	if !ok {
		return
	}
	if phone.Connection == "" && !s.pending(s.listenName()) {
		t.phoneLost(s, "Symbl called and told us no connection to fetch from", rejoinAfter)
		return
	}
	t.hear(s, ear)
}

// hear fetches what is heard once the connection is known and its leg is in the room.
func (t *turn) hear(s *Session, ear *Ear) {
	l, ok := s.Listener()
	if !ok || !l.Joined || s.Feed.Phone.Connection == "" || ear.live() {
		return
	}
	t.order(s, "feed", Hear{Connection: s.Feed.Phone.Connection, Conversation: s.Feed.Phone.Conversation})
	t.earLive(s, ear)
}

// phoneLost takes a connect as failed: later there may be another.
func (t *turn) phoneLost(s *Session, why string, again time.Duration) {
	ear, _, ok := s.phone()
	if !ok || s.Ending != "" || !s.Feed.Wanted {
		return
	}
	t.endPhone(s)
	switch last := ear.Why; {
	case len(s.Feed.Ears) > 1 && last == why: // it was noted
	case len(s.Feed.Ears) > 1:
		t.note(s, NoteTrouble, "%s does not hear this call: %s", FeedPhone.Words(), why)
	case last == why:
		t.note(s, NoteTrouble, "still not heard (try %d of %d)", ear.Tries, maxTries)
	default:
		t.note(s, NoteTrouble, "not heard: %s", why)
	}
	if ear.Status == FeedConnecting {
		t.failedToStart(FeedPhone, why)
	}
	ear.set(FeedNone, why, t.now)
	if again == 0 || ear.Tries-ear.Paused >= maxTries {
		ear.GivenUp = true
	} else {
		ear.NextTry = t.now.Add(again)
	}
	t.attend(s)
}

// notCome is why there is no listener when Symbl has not called.
const notCome = "Symbl's call has not come"

// phoneFell is for a connection that was live and is gone. It is noted a little later,
// if the customer is still there: when he hangs up all legs of his conference fall,
// and his own may be told of last.
func (t *turn) phoneFell(s *Session, ear *Ear, why string) {
	if s.Ending != "" || !s.Feed.Wanted {
		return
	}
	t.endPhone(s)
	ear.set(FeedNone, why, t.now)
	s.Feed.Unsaid = true
	ear.NextTry = t.now.Add(rejoinAfter)
	t.attend(s)
}

// phoneDue runs the waits of the telephone that have come.
func (t *turn) phoneDue(s *Session) {
	ear, phone, ok := s.phone()
	if !ok {
		return
	}
	if t.due(phone.AbsentAt) {
		phone.AbsentAt = time.Time{}
		ear.set(FeedNone, notCome, t.now)
		t.failedToStart(FeedPhone, notCome)
		if len(s.Feed.Ears) > 1 {
			t.note(s, NoteTrouble, "%s does not hear this call: %s", FeedPhone.Words(), notCome)
		} else {
			t.note(s, NoteTrouble, "not heard: %s", notCome)
		}
	}
	if t.due(phone.CodeUntil) {
		phone.CodeUntil = time.Time{}
		t.phoneLost(s, notCome, rejoinAfter)
	}
	if t.due(ear.NextTry) {
		ear.NextTry = time.Time{}
		if s.Feed.Unsaid {
			s.Feed.Unsaid = false
			t.note(s, NoteTrouble, "not heard: %s", ear.Why)
		}
	}
}

// endPhone ends whatever connection the session has by telephone.
func (t *turn) endPhone(s *Session) {
	if s.Feed.Phone.Connection != "" {
		t.order(s, "feed", Unlisten{Connection: s.Feed.Phone.Connection})
	}
	s.Feed.Phone = PhoneFeed{}
	for i := range s.Legs {
		if l := &s.Legs[i]; l.Role == RoleListener && l.Live() {
			t.hangUp(s, l)
		}
	}
}

func (t *turn) listenerGone(s *Session, l *Leg) {
	ear, _, ok := s.phone()
	if s.Ending != "" || !ok {
		return
	}
	if newer, ok := s.Listener(); ok && newer.Name != l.Name {
		return
	}
	if l.ByHand {
		t.endPhone(s)
		why := "a supervisor hung up Symbl's leg"
		t.note(s, NoteTrouble, "not heard: %s", why)
		ear.set(FeedNone, why, t.now)
		ear.NextTry, ear.GivenUp = time.Time{}, true
		t.attend(s)
		return
	}
	if !l.HangupAsked {
		t.phoneFell(s, ear, "Symbl's leg hung up")
	}
}

// holdOver goes on with a customer who might have been a listener: the one key that
// he pressed meanwhile, if impatiently, counts now.
func (t *turn) holdOver(s *Session) {
	customer, ok := s.Customer()
	if !ok || s.Ending != "" {
		return
	}
	if s.Feed.Wanted {
		t.wantFeed(s)
	}
	if s.Consent.Status == ConsentAsked && s.Consent.Rounds == 0 {
		t.askConsent(s)
	}
	if key, ok := oneKey(customer.Keys); ok {
		t.heldKey(s, key)
	}
	if s.Announced && !s.Menu.Open && s.Prompt.Kind == PromptNone {
		t.toFront(s) // it waited, for nobody is dialled for a listener
	}
}

// heldKey takes a key that was pressed while the customer's keys waited. It is no answer
// to what he is asked only now.
func (t *turn) heldKey(s *Session, key string) {
	if s.Consent.Status == ConsentAsked {
		t.key(s, key)
		return
	}
	t.customerKey(s, key)
}

// oneKey returns the key that was pressed, where it was one and the same, and not so
// often that it may be a part of a code.
func oneKey(keys []Key) (string, bool) {
	const impatience = 4
	if len(keys) == 0 || len(keys) > impatience || slices.ContainsFunc(keys, func(k Key) bool { return k.Digit != keys[0].Digit }) {
		return "", false
	}
	return keys[0].Digit, true
}
