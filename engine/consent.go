package engine

import "time"

// Limits of asking for consent.
const (
	consentRounds = 2                       // times that a customer is asked
	consentTwice  = 1500 * time.Millisecond // within which the same key is the same press
	consentYes    = "1"
	consentNo     = "2"
)

// noConsent is why nothing listens to a call whose customer has not agreed.
const noConsent = "no consent"

// ConsentStatus is whether a customer has agreed to be listened to.
type ConsentStatus uint8

// The statuses of consent.
const (
	ConsentNone  ConsentStatus = iota // he is not asked for a key
	ConsentAsked                      // his key is awaited
	ConsentGiven
	ConsentDeclined // nobody listens to this call
)

// A Consent is the proof of whether a customer agreed to be listened to.
type Consent struct {
	Status ConsentStatus
	At     time.Time `json:",omitzero"`  // when he pressed the key, or did not
	Event  uint64    `json:",omitempty"` // that told it
	Key    string    `json:",omitempty"` // that he pressed; empty: none
	Asked  time.Time `json:",omitzero"`
	Rounds int       `json:",omitempty"` // times that he was asked
	Text   string    `json:",omitempty"` // what he was asked, word for word

	// Next is what he is told once he has answered, and Say its text, where that is made
	// for the moment.
	Next PromptKind `json:",omitempty"`
	Say  string     `json:",omitempty"`
}

// String returns the status's name, as the journal has it.
func (e ConsentStatus) String() string { return name(consentNames, e) }

// MarshalText implements [encoding.TextMarshaler].
func (e ConsentStatus) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *ConsentStatus) UnmarshalText(text []byte) error { return parse(consentNames, e, text) }

// Unagreed reports whether the customer was asked and has not agreed: nothing of what he
// says is kept.
func (s *Session) Unagreed() bool {
	return s.Consent.Status == ConsentAsked || s.Consent.Status == ConsentDeclined
}

// announced goes on after the announcement: with the question for his consent, where he
// is asked for it, else with what listens and what he is told next. Who may yet be a
// listener is not asked before that is settled: see holdOver.
func (t *turn) announced(s *Session, next PromptKind, say string) {
	s.Consent.Next, s.Consent.Say = next, say
	switch {
	case !t.Settings.Consent, s.Consent.Status != ConsentNone, s.Feed.GivenUp: // what he was not told he cannot agree to
		t.consented(s)
	case t.now.Before(s.Feed.HoldUntil):
		s.Consent.Status = ConsentAsked // in a moment
	default:
		t.askConsent(s)
	}
}

// consented has the call listened to and the customer told what comes next.
func (t *turn) consented(s *Session) {
	if s.Consent.Status != ConsentDeclined {
		t.wantFeed(s)
	}
	next, say := s.Consent.Next, s.Consent.Say
	s.Consent.Next, s.Consent.Say = PromptNone, ""
	_, on := s.Operator()
	switch {
	case on && (next == PromptNone || s.Transfer.Status == TransferJoined):
	case say != "":
		t.tell(s, next, say)
	case next != PromptNone:
		t.speak(s, next)
	case s.frontOn(): // a human is there
	default:
		t.menu(s)
	}
}

// askConsent asks the customer for the key that says whether he may be listened to. Only
// what Telnyx gathered for this question counts: a key that he pressed before it does not.
func (t *turn) askConsent(s *Session) {
	text := t.prompts(s).Consent
	c := &s.Consent
	c.Status, c.Asked, c.Text = ConsentAsked, t.now, text
	c.Rounds++
	t.gather(s, PromptConsent)
	if s.Menu.Open {
		return
	}
	if text == "" {
		t.note(s, NoteTrouble, "the customer cannot be asked for his consent: there is no text for it (PROMPT_CONSENT)")
	}
	t.decline(s, "")
}

// consentGathered takes the customer's answer.
func (t *turn) consentGathered(s *Session, e Gathered) {
	switch {
	case e.Status == "invalid", s.paidIn(t.event.happened(), t.event.happened()): // a digit of his card is no answer
		t.consentSilent(s)
	case e.Digits == consentYes:
		t.agree(s)
	case e.Digits == consentNo:
		t.decline(s, e.Digits)
	default:
		t.consentSilent(s)
	}
}

// consentSilent asks once more, and then takes silence for a no.
func (t *turn) consentSilent(s *Session) {
	if s.Consent.Rounds < consentRounds {
		t.askConsent(s)
		return
	}
	t.decline(s, "")
}

func (t *turn) agree(s *Session) {
	t.answeredConsent(s, ConsentGiven, consentYes)
	t.note(s, NoteFact, "the customer pressed 1: he agrees to be listened to")
	s.Feed.GivenUp, s.Feed.Why = false, ""
	t.consented(s)
}

// decline leaves the call unheard: there is no transcript, no mood and no recording.
func (t *turn) decline(s *Session, key string) {
	t.answeredConsent(s, ConsentDeclined, key)
	if key == "" {
		t.note(s, NoteFact, "the customer pressed no key to agree: nobody listens to this call")
	} else {
		t.note(s, NoteFact, "the customer pressed %s: nobody listens to this call", key)
	}
	s.Feed.GivenUp, s.Feed.Why = true, noConsent
	if t.prompts(s).Declined == "" {
		t.consented(s)
		return
	}
	t.speak(s, PromptDeclined)
}

func (t *turn) answeredConsent(s *Session, as ConsentStatus, key string) {
	c := &s.Consent
	c.Status, c.At, c.Event, c.Key = as, t.event.happened(), t.event.Seq, key
}

// pressedTwice reports whether a key is the one by which the customer agreed, or did not,
// once more.
func (c *Consent) pressedTwice(digit string, at time.Time) bool {
	return c.Key != "" && c.Key == digit && at.Sub(c.At) < consentTwice
}

// consentInSpanish asks again who has not agreed and then chooses his language: he may
// not have understood.
func (t *turn) consentInSpanish(s *Session) bool {
	if s.Consent.Status != ConsentDeclined || !t.Settings.Consent || t.prompts(s).Consent == "" {
		return false
	}
	s.Consent.Rounds, s.Consent.Next, s.Consent.Say = 0, PromptNone, ""
	t.askConsent(s)
	return true
}
