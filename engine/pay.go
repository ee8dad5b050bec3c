package engine

import (
	"errors"
	"slices"
	"time"
)

// Limits of payments.
const (
	payAtMost = 5 * time.Minute // where the settings do not say
	maxPaid   = 32              // payments of one call that are remembered
	payGrace  = 2 * time.Second // around a payment: clocks differ, and words are told late

	perWord  = 500 * time.Millisecond // how long a word takes to be said, at the most
	perDigit = 500 * time.Millisecond // and each digit: "4242" is four words
)

// Why a supervisor is refused who says that a customer pays, or has paid.
var (
	ErrPaying    = errors.New("the customer is paying already; P ends it")
	ErrNotPaying = errors.New("the customer is not paying")
)

// A Paying says that a customer is about to pay: until it ends nobody listens to the call
// and nothing of what is said or keyed in is kept.
type Paying struct {
	Since time.Time // zero: he is not
	Until time.Time // when it ends by itself
	By    By

	// Owed says that the customer is told what the keys do when he has paid: that was due
	// meanwhile, or cut off. It outlasts the payment where he is told something else then.
	Owed bool `json:",omitempty"`
}

// On reports whether the call is at the point of paying.
func (p Paying) On() bool { return !p.Since.IsZero() }

// Paying reports whether the customer of a call is paying.
func (s *State) Paying(id SessionID) bool {
	session, ok := s.find(id)
	return ok && session.Pay.On()
}

// Private reports whether what was said on a call in a stretch of time is kept by nobody:
// the customer was paying, he has not agreed to be listened to, or there is no such call
// any more that it could belong to. A payment reaches a moment further on both sides, for
// clocks differ.
func (s *State) Private(id SessionID, from, to time.Time) bool {
	session, ok := s.find(id)
	return !ok || session.private(from, to)
}

// PaidIn reports whether the customer of a call was paying at some time in a stretch, or a
// moment before or after: what he keyed in then is kept by nobody.
func (s *State) PaidIn(id SessionID, from, to time.Time) bool {
	session, ok := s.find(id)
	return ok && session.paidIn(from, to)
}

// Private reports whether what is being said on the call is kept by nobody, and until
// when; zero: until it is said. A payment that is over reaches a moment further.
func (s *Session) Private() (until time.Time, private bool) {
	switch n := len(s.Paid); {
	case s.Unagreed() || s.Pay.On():
		return time.Time{}, true
	case n > 0:
		return s.Paid[n-1].To.Add(payGrace), true
	}
	return time.Time{}, false
}

func (s *Session) private(from, to time.Time) bool {
	return s.Unagreed() || s.paidIn(from, to)
}

// paidIn reports whether the customer was paying at some time in a stretch.
func (s *Session) paidIn(from, to time.Time) bool {
	if s.Pay.On() && !to.Before(s.Pay.Since.Add(-payGrace)) {
		return true
	}
	return slices.ContainsFunc(s.Paid, func(p Span) bool {
		return !to.Before(p.From.Add(-payGrace)) && !from.After(p.To.Add(payGrace))
	})
}

// WrittenDown returns when at the earliest a text began to be said of which only its end
// is known.
func WrittenDown(text string, end time.Time) time.Time {
	digits := 0
	for _, r := range text {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return end.Add(-time.Duration(countWords(text))*perWord - time.Duration(digits)*perDigit)
}

func (s *Session) allowPay(e PayAsked) error {
	switch {
	case s.Quarantined.Event != 0:
		return ErrQuarantined
	case s.Ending != "":
		return ErrEnding
	case s.Phase == PhaseRinging:
		return ErrNotUp
	case e.On && s.Pay.On():
		return ErrPaying
	case !e.On && !s.Pay.On():
		return ErrNotPaying
	}
	return nil
}

func (t *turn) payAsked(e PayAsked) {
	s, ok := t.permitted(e.Session)
	switch {
	case !ok:
	case e.On:
		t.pay(s)
	default:
		t.note(s, NoteAct, "payment ended by %s", t.event.By)
		t.paid(s)
	}
}

// pay ends all that listens, for as long as the customer pays. What rules have proposed
// is withdrawn, for whoever came would hear the number; they look anew when he has paid.
func (t *turn) pay(s *Session) {
	limit := t.Settings.PayAtMost
	if limit <= 0 {
		limit = payAtMost
	}
	s.Pay = Paying{Since: t.now, Until: t.now.Add(limit), By: t.event.By}
	t.note(s, NoteAct, "payment: nobody listens and nothing is kept, for %s at the most; by %s", inWords(limit), t.event.By)
	t.pauseFeeds(s)
	for _, l := range s.Legs {
		if l.Role == RoleSupervisor && l.Live() && !l.HangupAsked && l.MonitorAsked != Barge {
			t.note(s, NoteTrouble, "supervisor %s may still hear the payment: L hangs up his phone", l.Number)
		}
	}
	if s.Transfer.Status == TransferProposed {
		t.note(s, NoteFact, "the proposal is withdrawn: the customer pays")
		s.Marks = slices.DeleteFunc(slices.Clone(s.Marks), func(m Mark) bool { return m.Rule == s.Transfer.Rule }) // it may fire anew
		t.stopTransfer(s, TransferNone, "")
	}
	if s.Menu.Open && s.Consent.Status != ConsentAsked {
		s.Pay.Owed = s.Menu.Taken == ""
		t.hush(s) // his keys are no menu's now
	}
	t.attend(s)
}

// paid has the call heard again.
func (t *turn) paid(s *Session) {
	s.Paid = keepLast(s.Paid, maxPaid, Span{From: s.Pay.Since, To: t.now})
	s.Pay = Paying{Owed: s.Pay.Owed || s.unasked()}
	if s.Feed.GivenUp && s.Feed.Deaf {
		s.Feed.openGap(t.now, s.Feed.Why)
	}
	t.attend(s)
	t.payOwed(s)
}

// payOwed tells a customer who has paid what the keys do, where that was due meanwhile or
// cut off, and nobody is with him or on his way.
func (t *turn) payOwed(s *Session) {
	if !s.Pay.Owed || s.Pay.On() || !s.Announced || s.Menu.Open || s.Prompt.Kind != PromptNone || s.Ending != "" {
		return
	}
	s.Pay.Owed = false
	came := func(l Leg) bool { return (l.Role == RoleOperator || l.Role == RoleFront) && !l.JoinedAt.IsZero() }
	switch {
	case s.operatorOn(), s.talkedWith(), s.Transfer.Open():
	case slices.ContainsFunc(s.Legs, came):
		t.operatorLeft(s)
	default:
		s.Menu.Round = max(0, s.Menu.Round-1) // it is the same one once more
		t.menu(s)
	}
}

// payDue ends a payment that nobody has ended.
func (t *turn) payDue(s *Session) {
	if !t.due(s.Pay.Until) {
		return
	}
	t.note(s, NoteFact, "the payment is taken as over after %s: the call is heard again", inWords(t.now.Sub(s.Pay.Since)))
	t.paid(s)
}

// pauseFeeds ends whatever listens to a call, so that it can be begun again.
func (t *turn) pauseFeeds(s *Session) {
	f := &s.Feed
	for i := range f.Ears {
		ear := &f.Ears[i]
		if ear.Kind == FeedPhone && (ear.Status != FeedNone || f.Phone != PhoneFeed{}) {
			ear.Paused++
		}
		t.endEar(s, ear)
		ear.set(FeedNone, "", t.now)
		ear.NextTry = time.Time{}
	}
	f.closeGap(t.now)
	f.closeLegGaps(t.now)
	f.reign(0, t.now)
	if f.GivenUp { // nothing was to listen, and the reason stays
		return
	}
	f.Status, f.Why, f.BlindAt, f.Voice = FeedNone, "", time.Time{}, time.Time{}
	f.Unsaid, f.Late = false, false
	for len(f.Scoring) > 0 {
		t.release(s, f.Scoring[0].Utterance, func(*Utterance) {})
	}
}

// leaks is for a command that was to have nobody listen while a customer pays, and was
// perhaps not carried out. What comes of it is hidden all the same; it is the far end
// that still hears him.
func (t *turn) leaks(s *Session, c Command) {
	if !s.Pay.On() || s.Ending != "" {
		return
	}
	who := ""
	switch c.Action.(type) {
	case StopTranscribe, StopStream:
		who = "Telnyx"
	case Unrelay, Unlisten:
		who = "Symbl"
	default:
		return
	}
	t.note(s, NoteTrouble, "%s may still hear the payment: tell the customer to stop, or hang up", who)
}
