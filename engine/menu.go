package engine

import (
	"slices"
	"strings"
	"time"
)

const (
	menuRounds  = 3 // the menu is spoken once and repeated twice
	menuTimeout = 8 * time.Second
	menuGrace   = 15 * time.Second // past its text and time-out, for Telnyx to tell the end
)

// menu speaks the menu and waits for a key. Where no text is configured the call goes
// on without one.
func (t *turn) menu(s *Session) {
	if s.Prompt.Kind == PromptAnnouncement {
		s.Prompt.Next = PromptNone // it comes next, in the language of then
		return
	}
	if s.Consent.Status == ConsentAsked {
		s.Consent.Next = PromptNone // … and then
		return
	}
	if s.supervised() || s.Pay.On() {
		return // a human is there; who pays hears it when he has paid
	}
	s.Menu.Round++
	if t.prompts(s).text(PromptMenu) == "" {
		t.toFront(s)
		return
	}
	t.gather(s, PromptMenu)
}

// gather asks the customer for a key after telling him something.
func (t *turn) gather(s *Session, kind PromptKind) {
	customer, ok := s.Customer()
	p := t.prompts(s)
	text := p.text(kind)
	if !ok || customer.Status != LegUp || customer.HangupAsked || text == "" {
		return
	}
	t.waitOver(s) // behind audio without an end it would never be heard
	valid := "12"
	if s.Language != English && kind != PromptConsent {
		valid = "1"
	}
	s.Menu.Open, s.Menu.Taken = true, ""
	s.Menu.Owed++
	s.Menu.Until = t.now.Add(spokenIn(text) + menuTimeout + menuGrace)
	s.Prompt = Prompt{Kind: kind, Began: t.now, Until: t.now.Add(spokenIn(text)), Ends: s.Prompt.Ends}
	s.openSpan(t.now)
	s.told(Told{At: t.now, Kind: kind, Waits: true})
	t.order(s, string(customer.Name), Gather{
		Leg: customer.ID, Text: text, Language: p.Language, Voice: p.Voice,
		Valid: valid, Min: 1, Max: 1, Timeout: menuTimeout,
	})
}

func (t *turn) keyPressed(e KeyPressed) {
	s, l, ok := t.leg(e.LegRef)
	if !ok {
		return
	}
	if l.Role == RoleCustomer && s.paidIn(t.event.happened(), t.event.happened()) {
		return // it does nothing, and nobody is to know which it was
	}
	if l.Role == RoleUnplaced || l.Role == RoleCustomer {
		l.Keys = pressed(l.Keys, Key{t.event.happened(), e.Digit})
		if t.dialledCode(s, l, digits(l.Keys)) {
			return
		}
	}
	if l.Role == RoleOperator {
		t.operatorKey(s, l, e.Digit)
		return
	}
	if l.Role != RoleCustomer || s.Ending != "" || t.now.Before(s.Feed.HoldUntil) {
		return // while this may yet be a listener its keys wait: see the end of the hold
	}
	t.customerKey(s, e.Digit)
}

// pressed returns the keys with one more, in the order they were pressed.
func pressed(keys []Key, k Key) []Key {
	keys = append(slices.Clip(keys), k)
	slices.SortStableFunc(keys, func(a, b Key) int { return a.At.Compare(b.At) })
	return keys[max(0, len(keys)-maxKeys):]
}

func digits(keys []Key) string {
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(k.Digit)
	}
	return b.String()
}

// customerKey takes a key once, though Telnyx tells it twice: by itself and as the
// end of the gather, in either order.
func (t *turn) customerKey(s *Session, digit string) {
	happened := t.event.happened()
	switch {
	case !happened.After(s.Menu.Closed) && strings.Contains(s.Menu.Last, digit):
		s.Menu.Last = "" // the same press as the gather's
		return
	case s.Consent.Status == ConsentAsked, s.Consent.pressedTwice(digit, happened):
		return // what is gathered counts
	case s.Menu.Open && s.Menu.Taken != "":
		return
	case s.Menu.Open:
		s.Menu.Taken = digit
		s.closeSpan(t.now)
	}
	t.key(s, digit)
}

func (t *turn) gathered(e Gathered) {
	s, l, ok := t.leg(e.LegRef)
	if !ok {
		return
	}
	switch {
	case l.Role == RoleUnplaced:
		if !t.dialledCode(s, l, e.Digits) && l.Status == LegUp && !l.HangupAsked && e.Status != "call_hangup" {
			t.gatherCode(s, l)
		}
	case l.Role == RoleOperator:
		t.operatorGathered(s, l, e)
	case l.Role == RoleCustomer && s.Ending == "":
		t.menuGathered(s, e)
	}
}

func (t *turn) menuGathered(s *Session, e Gathered) {
	s.Menu.Owed = max(0, s.Menu.Owed-1)
	if !s.Menu.Open || s.Menu.Owed > 0 || e.Status == "call_hangup" {
		return // one that was cut off
	}
	taken := s.Menu.Taken
	s.Menu.Closed, s.Menu.Last = t.event.happened(), e.Digits
	t.closeMenu(s)
	if e.Status == "timeout" || e.Status == "invalid" {
		s.waitedInVain()
	}
	switch {
	case s.Consent.Status == ConsentAsked:
		t.consentGathered(s, e)
	case s.Consent.pressedTwice(e.Digits, t.event.happened()):
		s.Menu.Round--
		t.menu(s)
	case e.Digits != "" && s.paidIn(t.event.happened(), t.event.happened()):
		// It does nothing, and nobody is to know which key it was.
	case taken != "":
	case e.Digits != "" && e.Status != "invalid" && t.now.Before(s.Feed.HoldUntil):
		if l := s.leg(legName(RoleCustomer, 1)); len(l.Keys) == 0 {
			l.Keys = []Key{{t.event.happened(), e.Digits}}
		}
	case e.Digits != "" && e.Status != "invalid":
		t.key(s, e.Digits)
	default:
		t.noKey(s)
	}
}

// closeMenu ends the waiting for a key.
func (t *turn) closeMenu(s *Session) {
	s.Menu.Open, s.Menu.Taken, s.Menu.Until = false, "", time.Time{}
	if s.Prompt.Kind == PromptMenu || s.Prompt.Kind == PromptLeft || s.Prompt.Kind == PromptConsent {
		t.promptOver(s)
	}
}

// noKey has the front desk talk with the customer, where there is one. Else it repeats
// the menu, and at last asks an open question: a customer who cannot or will not press
// a key is heard all the same.
func (t *turn) noKey(s *Session) {
	if s.Consent.Status == ConsentAsked {
		t.consentSilent(s)
		return
	}
	if s.Pay.On() {
		s.Menu.Round = 0 // he is not spoken to while he pays; then he is
		return
	}
	if !s.Transfer.Under() && s.Transfer.Status != TransferJoined {
		s.NoInput++
	}
	switch {
	case s.Transfer.Open() || s.Transfer.Status == TransferJoined || s.supervised():
	case s.Transfer.Status == TransferEnded:
		// He was told what the keys do, once.
	case t.toFront(s):
	case s.Menu.Round < menuRounds && !s.Front.Asked:
		t.menu(s)
	default:
		t.note(s, NoteFact, "no key pressed: asked an open question")
		t.speak(s, PromptQuestion)
	}
}

// key does what a key of the menu says, whenever it is pressed.
func (t *turn) key(s *Session, digit string) {
	s.NoInput = 0
	switch digit {
	case "1":
		if s.Transfer.Under() || s.Transfer.Status == TransferQueued || s.operatorOn() || s.supervised() {
			return
		}
		t.note(s, NoteFact, "customer pressed 1")
		t.begin(s, Transfer{Cause: CauseKey, Evidence: Evidence{
			About: "the customer pressed 1", At: t.now, Checks: []Check{{What: "key 1", Seen: "1", Unless: "he had pressed no key"}},
		}})
	case callbackKey:
		// Also while somebody is called for who waits: he was just told of the key.
		queued := s.Transfer.Status == TransferQueued || s.Transfer.Status == TransferDialling && !s.Transfer.Queued.IsZero()
		if queued && t.Settings.Queue.Callback && ValidTarget(s.Caller) == nil {
			if !t.promise(s) {
				t.sayPlace(s)
			}
			return
		}
		if s.Language == Spanish {
			return
		}
		s.Language = Spanish
		s.Samples = nil // Symbl scores English only
		t.note(s, NoteFact, "customer chose Spanish: the mood is not judged")
		if queued { // no menu: hold audio may play before it for ever
			t.sayPlace(s)
			return
		}
		if s.operatorOn() || s.frontOn() {
			return
		}
		s.Menu.Round = 0
		if t.consentInSpanish(s) {
			return
		}
		t.menu(s)
	}
}
