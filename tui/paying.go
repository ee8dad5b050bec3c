package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Payments, consent and recordings: what nobody listens to, and what is kept of it.

const (
	payLong  = 3 * time.Minute // a payment that lasts longer is told of in the header
	payFresh = 2 * time.Second // in which a second P is not taken for its end
	paidTold = 8 * time.Second // that a payment is over
)

// payGap marks, among the gaps of a call, its payments.
const payGap = engine.LegName("payment")

// pay says that the customer of the selected call pays, or that he has paid.
func (m *model) pay() tea.Cmd {
	s, ok := m.call()
	switch {
	case !ok:
		return nil
	case s.Pay.On() && m.now.Sub(s.Pay.Since) < payFresh:
		m.tell(toneDim, "The payment of "+callerOf(s)+" has only just begun; "+word(m.keys.Pay)+" ends it.")
		return nil
	case s.Pay.On():
		return m.ask(engine.PayAsked{Session: s.ID}, "end the payment of "+callerOf(s))
	}
	return m.ask(engine.PayAsked{Session: s.ID, On: true}, "have nobody listen while "+callerOf(s)+" pays")
}

// payWords tell of a payment in the list: for how long, and that nothing is kept.
func payWords(s *engine.Session, now time.Time) safe.Text {
	return "paying " + long(now.Sub(s.Pay.Since)) + ", not kept"
}

// hour is a time of day to the minute.
func hour(t time.Time, zone *time.Location) safe.Text { return own(t.In(zone).Format("15:04")) }

// payTold tells of a payment beside who is on the call.
func (m *model) payTold(p *passage, s *engine.Session) {
	p.say(toneText, "nobody: paying since "+hour(s.Pay.Since, m.zone)+", nothing is kept")
	if s.Recorder.Leaks {
		p.say(toneBadStrong, safe.Clean(s.Recorder.Why, maxWhy))
	}
	p.say(toneDim, m.payEnds(s))
}

// payEnds tells how a payment ends.
func (m *model) payEnds(s *engine.Session) safe.Text {
	return word(m.keys.Pay) + " ends it, or in " + long(s.Pay.Until.Sub(m.now)) + " by itself"
}

// payments are a call's payments as stretches that nobody heard.
func payments(s *engine.Session) []engine.Gap {
	var all []engine.Gap
	for _, p := range s.Paid {
		all = append(all, engine.Gap{From: p.From, To: p.To, Leg: payGap})
	}
	if s.Pay.On() {
		all = append(all, engine.Gap{From: s.Pay.Since, Leg: payGap})
	}
	return all
}

// paymentWords tell of a payment at its place among the words.
func (m *model) paymentWords(s *engine.Session, st stretch) safe.Text {
	if st.To.IsZero() && s.Pay.On() {
		return "paying since " + hour(st.From, m.zone) + " · not kept · " + m.payEnds(s)
	}
	return "payment, " + long(st.lasted) + ", not kept"
}

// consentTold tells on which terms a call is listened to; nothing where nobody was asked.
func (m *model) consentTold(s *engine.Session) (tone, safe.Text) {
	c := s.Consent
	switch c.Status {
	case engine.ConsentNone:
	case engine.ConsentAsked:
		return toneText, "asked, his key is awaited"
	case engine.ConsentGiven:
		return toneText, "given with key " + safe.Clean(c.Key, maxRule) + ", " + clockTime(c.At, m.zone)
	case engine.ConsentDeclined:
		if c.Key == "" {
			return toneWatch, "no-consent: he pressed no key; nothing of what he says is kept"
		}
		return toneWatch, "no-consent: he pressed " + safe.Clean(c.Key, maxRule) + "; nothing of what he says is kept"
	}
	return toneDim, ""
}

// recordedTold tells whether a call's sound is recorded; nothing where it is not.
func recordedTold(s *engine.Session) (tone, safe.Text) {
	r := s.Recorder
	switch {
	case r.Leaks:
		return toneBadStrong, safe.Clean(r.Why, maxWhy)
	case r.Status == engine.RecorderPausing:
		return toneText, "pausing …"
	case r.Status == engine.RecorderPaused:
		return toneText, "paused"
	case r.Why != "":
		return toneWatch, safe.Clean(r.Why, maxWhy)
	case r.On():
		return toneText, "recorded"
	case r.Status == engine.RecorderStarting:
		return toneDim, "about to be recorded"
	case len(s.Recorded) > 0:
		return toneText, "recorded; the sound is at Telnyx"
	case r.Owed:
		return toneText, "recorded; Telnyx has yet to say where the sound is"
	}
	return toneDim, ""
}

// recordedTitle is the word for it beside a call's name.
func recordedTitle(s *engine.Session) (tone, safe.Text) {
	switch {
	case s.Recorder.Leaks:
		return toneBadStrong, "STILL RECORDED"
	case s.Recorder.Status == engine.RecorderPaused:
		return toneDim, "recording paused"
	case s.Recorder.On(), s.Recorder.Owed, len(s.Recorded) > 0:
		return toneDim, "recorded"
	}
	return toneDim, ""
}

// terms are the facts about consent and recording, a line each.
func (m *model) terms(s *engine.Session, indent, w int) []string {
	var lines []string
	add := func(label safe.Text, to tone, text safe.Text) {
		if text == "" {
			return
		}
		for i, part := range wrap(m.theme.shape(text), max(w-indent-1, 4)) {
			if i == 2 {
				break
			}
			l := m.theme.line(onPage, w)
			l.gap(1)
			l.col(toneDim, pick(i == 0, label), indent-2)
			l.gap(1)
			l.put(to, own(part))
			lines = append(lines, l.end())
		}
	}
	to, text := m.consentTold(s)
	add("consent", to, text)
	if to, text = recordedTold(s); !s.Recorder.Leaks || !s.Pay.On() { // the payment says it
		add("sound", to, text)
	}
	return lines
}

// paysFor returns how long a call has been at the point of paying; zero where it is not.
func paysFor(s *engine.Session, now time.Time) time.Duration {
	if !s.Pay.On() || s.Phase != engine.PhaseTalking {
		return 0
	}
	return max(now.Sub(s.Pay.Since), 0)
}

// justPaid reports whether a payment has ended a moment ago, and the call goes on.
func justPaid(s *engine.Session, now time.Time) bool {
	n := len(s.Paid)
	return n > 0 && !s.Pay.On() && s.Phase == engine.PhaseTalking && now.Sub(s.Paid[n-1].To) < paidTold
}
