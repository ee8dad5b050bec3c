package engine

import (
	"fmt"
	"slices"
	"time"
)

// Limits of prompts.
const (
	reopenAfter = 2 * time.Second       // without a conference, before another is opened
	maxSpoken   = 8                     // stretches of speech remembered
	perLetter   = 70 * time.Millisecond // how long a prompt takes, at the most
	promptGrace = 8 * time.Second       // past that, for Telnyx to tell its end
)

// openConference asks for a room of its own for the customer. Where one was asked for and
// nobody has told what became of it, it is asked for again by the same name, so that there
// are never two.
func (t *turn) openConference(s *Session) {
	l, ok := s.Customer()
	if !ok || s.Rooms >= maxRooms {
		s.Trouble = "no conference could be opened for this call"
		t.note(s, NoteTrouble, "no conference could be opened: nobody can be brought in; hang up and have the customer call again")
		s.ConferenceUntil = time.Time{}
		t.speak(s, PromptUnavailable)
		return
	}
	s.Rooms++
	s.ConferenceUntil = t.now.Add(conferenceTry)
	again := s.Room != ""
	if !again {
		s.Room = fmt.Sprintf("%s-%s-%s-%d", t.Settings.Conference, t.Epoch[:min(8, len(t.Epoch))], s.ID, s.Rooms)
	}
	t.order(s, "conference", OpenConference{Leg: l.ID, Room: s.Room, State: t.state(s, l), Again: again})
}

// enterConference takes the room as the session's, whichever word of it came first:
// the command's outcome or a webhook.
func (t *turn) enterConference(s *Session, room ConferenceID) {
	if s.Conference != "" || room == "" || s.Ending != "" || slices.Contains(s.RoomsOver, room) {
		return
	}
	customer, ok := s.Customer()
	if !ok {
		return
	}
	s.Conference, s.ConferenceUntil, s.Room, s.Trouble = room, time.Time{}, "", ""
	l := s.leg(customer.Name)
	t.joined(s, l) // the leg that makes a room is in it at once
	if l.MuteAsked {
		l.Muted = false // it was so in the room before this one
		t.order(s, string(l.Name), Mute{Leg: l.ID, Conference: room, On: true})
	}
	t.order(s, string(customer.Name), EndOnExit{Leg: customer.ID, Conference: room})
	for i := range s.Legs {
		if l := &s.Legs[i]; l.Role != RoleCustomer && l.Status == LegUp && !l.HangupAsked && !s.briefed(l) {
			t.join(s, l)
		}
	}
	if !s.Announced && s.Prompt.Kind == PromptNone {
		t.speak(s, PromptAnnouncement)
	}
}

// join puts an answered leg into the session's room; the listener muted.
func (t *turn) join(s *Session, l *Leg) {
	if l.Joined || l.JoinAsked {
		return
	}
	if s.Conference == "" {
		l.Until = t.now.Add(2 * conferenceTry) // for a room to come
		return
	}
	l.JoinAsked, l.JoinAccepted = true, false
	l.MuteAsked = l.MuteAsked || l.Role == RoleListener
	l.Until = t.now.Add(joinWait)
	j := Join{Leg: l.ID, Conference: s.Conference, Mute: l.MuteAsked}
	if l.Role == RoleSupervisor {
		j.Role, j.Whisper = s.monitorJoin(l)
	}
	t.order(s, string(l.Name), j)
}

// joined takes a leg as being in the session's room.
func (t *turn) joined(s *Session, l *Leg) {
	if l.Joined || l.Status == LegGone {
		return
	}
	l.advance(LegUp)
	at := t.event.happened()
	if at.After(t.now) {
		at = t.now
	}
	l.Joined, l.JoinedAt, l.JoinAsked, l.JoinAccepted = true, at, false, false
	l.Muted = l.MuteAsked
	t.holdAgain(s, l)
	if !l.HangupAsked {
		l.Until = time.Time{}
	}
	name, role := l.Name, l.Role
	switch l.Role {
	case RoleCustomer:
		if s.Phase == PhaseRinging {
			t.customerUp(s) // the webhook of his answer was lost
		}
	case RoleUnplaced:
	case RoleOperator:
		t.operatorJoined(s, l)
	case RoleFront:
		t.frontJoined(s, l)
	case RoleSupervisor:
		t.supervisorJoined(s, l)
	case RoleListener:
		t.listenerJoined(s)
	default:
		panic(fmt.Sprintf("engine: leg of role %s joined", l.Role))
	}
	if role == RoleOperator || role == RoleFront {
		t.hearerJoined(s, name)
	}
}

func (t *turn) conferenceCreated(e ConferenceCreated) {
	if s, l, ok := t.leg(e.participant()); ok && l.Role == RoleCustomer {
		t.enterConference(s, e.Conference)
	}
}

func (t *turn) participantJoined(e ParticipantJoined) {
	s, l, ok := t.leg(e.participant())
	if !ok {
		return
	}
	if l.Role == RoleCustomer {
		if s.Conference != "" && e.Conference != s.Conference && !l.Joined && !slices.Contains(s.RoomsOver, e.Conference) {
			t.loseConference(s) // a room that was asked for before has come late
		}
		t.enterConference(s, e.Conference)
	}
	if e.Conference == s.Conference && s.Ending == "" {
		t.joined(s, l)
	}
}

func (t *turn) participantLeft(e ParticipantLeft) {
	s, l, ok := t.leg(e.participant())
	if !ok || e.Conference != s.Conference || !l.Joined {
		return
	}
	l.Joined = false // its hang-up, if that is why, is told by its own webhook
	l.outOfRoom(t.now)
	if l.Role != RoleListener && !l.HangupAsked && s.Ending == "" {
		l.Until = t.now.Add(leftWait)
	}
	t.hearersChanged(s)
}

// conferenceEnded opens another room where the customer is still there: a room lasts
// four hours at the most (contracts/telnyx.md, section 6).
func (t *turn) conferenceEnded(e ConferenceEnded) {
	s, ok := t.edit(t.State.index.rooms[e.Conference])
	if !ok {
		t.counts.Late++
		if s, ok := t.edit(t.place(e.participant()).session); ok && s.Conference != e.Conference {
			s.roomOver(e.Conference) // it may be told later that it was made
		}
		return
	}
	s.roomOver(e.Conference)
	t.loseConference(s)
}

// roomOver remembers a room that has ended.
func (s *Session) roomOver(room ConferenceID) {
	if room != "" && s.Ending == "" && !slices.Contains(s.RoomsOver, room) {
		keep := s.RoomsOver[max(0, len(s.RoomsOver)+1-maxRoomsOver):]
		s.RoomsOver = append(slices.Clip(keep), room)
	}
}

// loseConference forgets a room. Another is opened a little later: a customer who
// hangs up ends his room, and his hang-up may be told after that.
func (t *turn) loseConference(s *Session) {
	s.Conference = ""
	for i := range s.Legs {
		l := &s.Legs[i]
		in := l.Joined || l.JoinAsked
		l.Joined, l.JoinAsked, l.Muted = false, false, false
		l.outOfRoom(t.now)
		if in && l.Role != RoleCustomer && !l.HangupAsked {
			l.Until = t.now.Add(2 * conferenceTry) // for the next room: there may be none
		}
	}
	if s.Ending == "" {
		s.ConferenceUntil = t.now.Add(reopenAfter)
	}
}

// prompts returns the texts in the customer's language.
func (t *turn) prompts(s *Session) Prompts {
	switch s.Language {
	case English:
		return t.Settings.English
	case Spanish:
		return t.Settings.Spanish
	default:
		panic(fmt.Sprintf("engine: no prompts in %s", s.Language))
	}
}

func (p Prompts) text(kind PromptKind) string {
	switch kind {
	case PromptNone:
		return ""
	case PromptAnnouncement:
		return p.Announcement
	case PromptMenu:
		return p.Menu
	case PromptQuestion:
		return p.Question
	case PromptConnecting:
		return p.Connecting
	case PromptUnavailable:
		return p.Unavailable
	case PromptLeft:
		return p.Left
	case PromptGoodbye:
		return p.Goodbye
	case PromptSaid, PromptQueued:
		return "" // made by whoever speaks it
	case PromptWaiting:
		return p.Waiting
	case PromptCallback:
		return p.Callback
	case PromptStopped:
		return p.Stopped
	case PromptConsent:
		return p.Consent
	case PromptDeclined:
		return p.Declined
	default:
		panic(fmt.Sprintf("engine: no text for prompt %s", kind))
	}
}

// speak tells the customer something in place of what he is being told. Only the
// announcement, and the question for his consent, are not cut off: what he is told next
// waits for their end.
func (t *turn) speak(s *Session, kind PromptKind) {
	customer, ok := s.Customer()
	if !ok || customer.Status != LegUp || customer.HangupAsked || s.Ending != "" && kind != PromptGoodbye {
		return
	}
	if s.Prompt.Kind == PromptAnnouncement && kind != PromptGoodbye {
		s.Prompt.Next, s.Prompt.Text = kind, ""
		return
	}
	if s.Consent.Status == ConsentAsked && kind != PromptGoodbye {
		s.Consent.Next, s.Consent.Say = kind, ""
		return
	}
	p := t.prompts(s)
	t.utter(s, customer, kind, p.text(kind))
}

// tell tells the customer a text that is made for the moment.
func (t *turn) tell(s *Session, kind PromptKind, text string) {
	customer, ok := s.Customer()
	if !ok || customer.Status != LegUp || customer.HangupAsked || s.Ending != "" || text == "" {
		return
	}
	if s.Prompt.Kind == PromptAnnouncement {
		s.Prompt.Next, s.Prompt.Text = kind, text
		return
	}
	if s.Consent.Status == ConsentAsked {
		s.Consent.Next, s.Consent.Say = kind, text
		return
	}
	t.utter(s, customer, kind, text)
}

// utter has a text spoken to the customer. It stops whatever else he hears of ours.
func (t *turn) utter(s *Session, customer Leg, kind PromptKind, text string) {
	p := t.prompts(s)
	if text == "" { // nothing is stopped by it
		s.Prompt = Prompt{Kind: kind, Began: t.now}
		t.promptOver(s)
		return
	}
	s.Wait.Audio, s.Wait.Next = false, time.Time{}
	if s.Menu.Open {
		if s.Menu.Taken == "" { // a key ends the gather by itself
			t.order(s, string(customer.Name), StopGather{Leg: customer.ID})
		}
		s.Menu.Open, s.Menu.Until = false, time.Time{}
	}
	s.Prompt = Prompt{Kind: kind, Began: t.now, Until: t.now.Add(spokenIn(text) + promptGrace), Ends: max(0, s.Prompt.Ends) + 1}
	s.openSpan(t.now)
	s.told(Told{At: t.now, Kind: kind})
	t.order(s, string(customer.Name), Speak{Leg: customer.ID, Text: text, Language: p.Language, Voice: p.Voice})
}

// spokenIn returns how long a text takes to be spoken, at the most.
func spokenIn(text string) time.Duration {
	return time.Second + time.Duration(len(text))*perLetter
}

func (t *turn) speechEnded(e SpeechEnded) {
	s, l, ok := t.leg(e.LegRef)
	if !ok || l.Role != RoleCustomer || s.Prompt.Kind == PromptNone || e.Status == "call_hangup" {
		return
	}
	if s.Prompt.Ends--; s.Prompt.Ends > 0 {
		return // one that was cut off
	}
	t.promptOver(s)
}

// promptOver goes on after what the customer was told.
func (t *turn) promptOver(s *Session) {
	done := s.Prompt
	s.Prompt = Prompt{}
	s.closeSpan(t.now)
	switch done.Kind {
	case PromptNone, PromptMenu, PromptQuestion, PromptConnecting, PromptUnavailable, PromptLeft,
		PromptSaid, PromptQueued, PromptWaiting, PromptCallback, PromptStopped:
		if !s.Announced && s.Conference != "" && s.Ending == "" && !s.Menu.Open {
			t.speak(s, PromptAnnouncement)
			return
		}
		t.waitOn(s)
		if alone := []PromptKind{PromptSaid, PromptStopped, PromptUnavailable}; slices.Contains(alone, done.Kind) && s.unasked() {
			t.menu(s) // nobody comes, or is to: he hears what the keys do
		}
		t.payOwed(s)
	case PromptAnnouncement:
		s.Announced = true
		if !done.Until.IsZero() { // there was a text to it
			s.AnnouncedAt = t.now
		}
		t.announced(s, done.Next, done.Text)
	case PromptConsent: // the waiting for his key goes on
	case PromptDeclined:
		t.consented(s)
	case PromptGoodbye:
		t.endCall(s, s.Ending)
	default:
		panic(fmt.Sprintf("engine: prompt %s is over", done.Kind))
	}
}

// unasked reports whether nobody is with a customer or on his way, and he was never told
// what the keys do, as when a transfer came before the menu and came to nothing.
func (s *Session) unasked() bool {
	came := func(l Leg) bool { return l.Role == RoleOperator && !l.JoinedAt.IsZero() } // when he left it was told
	return s.Announced && s.Menu.Round == 0 && !s.Menu.Open && s.Prompt.Kind == PromptNone && !s.Front.Asked && s.Ending == "" &&
		s.Trouble == "" && !s.operatorOn() && !s.Transfer.Open() && !s.supervised() && !slices.ContainsFunc(s.Legs, came)
}

// openSpan and closeSpan remember when we spoke: what a feed hears then is nobody's.
func (s *Session) openSpan(at time.Time) {
	s.closeSpan(at)
	keep := s.Spoken[max(0, len(s.Spoken)+1-maxSpoken):]
	s.Spoken = append(slices.Clip(keep), Span{From: at})
}

func (s *Session) closeSpan(at time.Time) {
	if n := len(s.Spoken); n > 0 && s.Spoken[n-1].To.IsZero() {
		s.Spoken = slices.Clone(s.Spoken)
		s.Spoken[n-1].To = at
	}
}
