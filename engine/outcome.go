package engine

import (
	"fmt"
	"slices"
	"time"
)

// settled takes a command from the pending ones of its session. It reports false for
// one that was settled before, or whose session is gone.
func (t *turn) settled(name CommandName) (*Session, Command, bool) {
	s, ok := t.edit(name.Session())
	if !ok {
		return nil, Command{}, false
	}
	i := slices.IndexFunc(s.Pending, func(p Pending) bool { return p.Command.Name == name })
	if i < 0 {
		return s, Command{}, false
	}
	c := s.Pending[i].Command
	s.Pending = slices.Delete(s.Pending, i, i+1)
	return s, c, true
}

func (s *Session) pending(name CommandName) bool {
	return slices.ContainsFunc(s.Pending, func(p Pending) bool { return p.Command.Name == name && !p.Unknown })
}

// on returns the session's leg that an action is done to.
func (s *Session) on(id LegID) (*Leg, bool) {
	i := slices.IndexFunc(s.Legs, func(l Leg) bool { return l.ID == id })
	if i < 0 || id == "" {
		return nil, false
	}
	return &s.Legs[i], true
}

// as returns the session's leg that a Dial was to make.
func (s *Session) as(c ClientState) (*Leg, bool) {
	if c.Role == 0 {
		return nil, false
	}
	i := slices.IndexFunc(s.Legs, func(l Leg) bool { return l.Name == c.leg() })
	if i < 0 {
		return nil, false
	}
	return &s.Legs[i], true
}

func (t *turn) accepted(e Accepted) {
	s, c, ok := t.settled(e.Command)
	if !ok {
		return
	}
	switch a := c.Action.(type) {
	case Join:
		if l, ok := s.on(a.Leg); ok && l.JoinAsked {
			l.JoinAccepted = true
		}
	case Mute:
		if l, ok := s.on(a.Leg); ok && l.Muted != a.On {
			l.Muted = a.On // Telnyx sends no webhook: the answer is the fact
			if a.On {
				t.note(s, NoteFact, "%s muted", legWords(*l))
			} else {
				t.note(s, NoteFact, "%s is heard again", legWords(*l))
			}
		}
	case Transcribe:
		t.transcribing(s, a)
	case SetRole:
		t.roleSet(s, a)
	case Hold:
		t.held(s, a)
	case StartRecording:
		t.recording(s, a.Leg)
	case PauseRecording:
		t.recordingPaused(s, a.Leg)
	case ResumeRecording:
		t.recordingResumed(s)
	case Play, StopPlay, Answer, OpenConference, EndOnExit, Leave, Dial, Hangup, Speak, Gather, StopGather, Listen, Hear, Unlisten,
		Stream, StopStream, StopTranscribe, Relay, Unrelay, Score, File:
		// Their webhooks tell the rest.
	default:
		panic(fmt.Sprintf("engine: %T accepted", a))
	}
}

func (t *turn) dialled(e Dialled) {
	s, c, ok := t.settled(e.Command)
	if ok {
		if l, there := s.as(dialState(c)); there && s.Phase != PhaseOver {
			if l.ID == "" {
				t.identify(s, l, e.Leg, e.CallLeg)
			}
			return
		}
	}
	if s == nil || s.Phase == PhaseOver {
		if !t.tombs.has(e.Leg) { // nobody waits for it any more
			t.stray(e.Command.Session(), "dialled", Hangup{Leg: e.Leg})
			t.buried = append(t.buried, tomb{e.Leg, t.now})
		}
	}
}

// dialState returns what the leg of a Dial carries; nothing for another command.
func dialState(c Command) ClientState {
	d, _ := c.Action.(Dial)
	return d.State
}

func (t *turn) conferenceOpened(e ConferenceOpened) {
	if s, _, ok := t.settled(e.Command); ok {
		t.enterConference(s, e.Conference)
	}
}

func (t *turn) refusedCommand(e Refused) {
	s, c, ok := t.settled(e.Command)
	if !ok {
		return
	}
	if e.Reason != ReasonEnded {
		t.counts.Refused++
	}
	t.failed(s, c, e.Reason, reasonWords(c.Adapter(), e.Reason, clip(e.Detail, maxText)))
}

// lapsed is for what was never sent: as good as refused.
func (t *turn) lapsed(e Lapsed) {
	if s, c, ok := t.settled(e.Command); ok {
		t.counts.Lapsed++
		t.failed(s, c, ReasonOther, "it could not be sent in time")
	}
}

// failed goes on after a command that was surely not carried out. Words say why not.
func (t *turn) failed(s *Session, c Command, why Reason, words string) {
	if t.endedBy(s, c, why) {
		return
	}
	switch a := c.Action.(type) {
	case Answer:
		t.unanswerable(s, a, words)
	case OpenConference:
		if a.Room == s.Room && (!a.Again || why == ReasonNameTaken) {
			s.Room = "" // it was surely not made, or is another's
		}
		if s.Conference == "" && s.Ending == "" {
			t.note(s, NoteTrouble, "conference refused: %s", words)
			t.openAgain(s, why)
		}
	case SetRole:
		t.roleRefused(s, a, words)
	case Hold:
		t.holdRefused(s, a, words)
	case Play:
		if l, ok := s.on(a.Leg); ok && a.Once {
			t.noTone(s, l, words)
			return
		}
		t.unplayed(s, words)
	case Stream:
		t.streamRefused(s, a.Leg, why, words)
	case Relay:
		if a.Connection == s.Feed.Stream.Connection {
			t.streamRefused(s, a.Leg, why, words)
		}
	case Transcribe:
		t.notTranscribed(s, a, words, false)
	case Score:
		t.release(s, a.Utterance, func(*Utterance) {})
	case File: // nobody waits for it
	case StartRecording:
		t.notRecorded(s, words)
	case PauseRecording:
		t.notPaused(s, words)
	case ResumeRecording:
		t.notResumed(s, words)
	case EndOnExit, Leave, StopGather, StopPlay, Hear, Unlisten, StopStream, StopTranscribe, Unrelay:
		t.leaks(s, c)
		t.note(s, NoteTrouble, "%s refused: %s", c.Verb(), words)
	case Join:
		t.joinFailed(s, a, why, words)
	case Dial:
		if l, ok := s.as(a.State); ok && l.ID != "" {
			t.hangUp(s, l) // it has turned up all the same
		} else if ok && l.advance(LegGone) {
			l.Gone, l.Cause, l.Until = t.now, words, time.Time{}
			if s.Transfer.Leg == l.Name && s.Transfer.Under() && s.Ending == "" {
				if why == ReasonLimit {
					t.outOfChannels(s, l.Number)
				} else {
					t.passOver(s, l.Number, words)
				}
			}
			if l.Role == RoleSupervisor {
				t.phoneFailed(s, l, words)
			}
			t.frontLost(s, l, words)
		}
	case Hangup:
		t.hangUpAgain(s, c, a)
	case Mute:
		if l, ok := s.on(a.Leg); ok && l.MuteAsked == a.On {
			l.MuteAsked = l.Muted
			t.note(s, NoteTrouble, "mute of %s refused: %s", legWords(*l), words)
		}
	case Speak:
		if !t.notTold(s, a, words) {
			t.unspoken(s, words)
		}
	case Gather:
		t.ungathered(s, a, words)
	case Listen:
		t.unheard(s, c, why, words)
	default:
		panic(fmt.Sprintf("engine: %T refused", a))
	}
}

// endedBy takes the refusal "ended" as the hang-up of the leg that the command was
// for: its webhook may be late or lost.
func (t *turn) endedBy(s *Session, c Command, why Reason) bool {
	if why != ReasonEnded {
		return false
	}
	var id LegID
	switch a := c.Action.(type) {
	case Answer:
		id = a.Leg
	case OpenConference:
		id = a.Leg
	case EndOnExit:
		id = a.Leg
	case Join:
		id = a.Leg
	case Leave:
		id = a.Leg
	case Hangup:
		id = a.Leg
	case Mute:
		id = a.Leg
	case Speak:
		id = a.Leg
	case Gather:
		id = a.Leg
	case SetRole:
		id = a.Leg
	case Hold:
		id = a.Leg
	case Play:
		id = a.Leg
	case StopPlay:
		return true
	case StopGather:
		return true // the gather is over, or the leg is: its own webhook tells
	case Dial:
		id = a.LinkTo
	case Stream:
		id = a.Leg
	case Transcribe:
		id = a.Leg
	case StartRecording:
		id = a.Leg
	case Listen, Hear, Unlisten, StopStream, StopTranscribe, Relay, Unrelay, Score, PauseRecording, ResumeRecording, File:
		return true
	default:
		panic(fmt.Sprintf("engine: %T ended", a))
	}
	if l, ok := s.on(id); ok {
		t.legGone(s, l, "ended")
		t.buried = append(t.buried, tomb{id, t.now})
	}
	if d, ok := c.Action.(Dial); ok {
		if l, there := s.as(d.State); there && l.advance(LegGone) {
			l.Gone, l.Cause, l.Until = t.now, "ended", time.Time{}
		}
	}
	return true
}

// openAgain asks for another room: at once where only the name was taken, else a
// little later, for the reason may pass.
func (t *turn) openAgain(s *Session, why Reason) {
	if why == ReasonNameTaken || s.Rooms >= maxRooms {
		t.openConference(s)
		return
	}
	s.ConferenceUntil = t.now.Add(time.Duration(s.Rooms) * reopenAfter)
}

// hangUpAgain is for a leg that was given up before it turned up: no wait of its own asks
// again. Of one that has gone since, as Telnyx has told, nothing is asked.
func (t *turn) hangUpAgain(s *Session, c Command, a Hangup) {
	l, ok := s.on(a.Leg)
	if ok && !l.Live() && l.Gone.Before(c.Decided) && l.Hangups < maxHangups && !t.tombs.has(a.Leg) {
		t.orderHangup(s, l)
	}
}

func (t *turn) unanswerable(s *Session, a Answer, words string) {
	l, ok := s.on(a.Leg)
	if !ok || l.Status != LegRinging {
		return
	}
	if l.Role == RoleUnplaced {
		t.hangUp(s, l)
		return
	}
	s.Trouble = "Telnyx did not let us answer: " + words
	t.note(s, NoteTrouble, "%s", s.Trouble)
}

// answerAgain orders an answer once more when Telnyx has not told of it.
func (t *turn) answerAgain(s *Session, l *Leg) {
	if s.Trouble == "" {
		s.Trouble = "Telnyx has not told that this call was answered"
		t.note(s, NoteTrouble, "%s", s.Trouble)
	}
	if s.ordered("answer/"+string(l.Name)) >= maxAnswers {
		if s.Rooms == 0 {
			t.openConference(s) // perhaps it was, and the webhook is lost
		}
		return
	}
	l.Until = t.now.Add(answerWait)
	t.order(s, string(l.Name), Answer{Leg: l.ID, State: t.state(s, *l)})
}

// ordered returns how often something was ordered.
func (s *Session) ordered(what string) int {
	for _, o := range s.Orders {
		if o.What == what {
			return o.N
		}
	}
	return 0
}

func (t *turn) joinFailed(s *Session, a Join, why Reason, words string) {
	l, ok := s.on(a.Leg)
	if !ok || !l.JoinAsked {
		return
	}
	l.JoinAsked = false
	if why == ReasonAlreadyIn {
		t.joined(s, l)
		return
	}
	if l.HangupAsked {
		return // its end is on its way, and Until waits for it
	}
	t.note(s, NoteTrouble, "%s could not be put into the conference: %s", legWords(*l), words)
	if why == ReasonNoConference && s.Conference == a.Conference {
		t.loseConference(s)
	}
	if l.Role == RoleCustomer {
		return // tried again when its wait is over
	}
	if why == ReasonNoConference && (l.Role == RoleOperator || l.Role == RoleSupervisor || l.Role == RoleFront) {
		l.Until = t.now.Add(2 * conferenceTry) // he waits for the next room
		return
	}
	name, role, number := l.Name, l.Role, l.Number
	t.hangUp(s, l)
	switch {
	case role == RoleListener:
		t.phoneLost(s, "Symbl's leg could not be put into the conference", rejoinAfter)
	case role == RoleOperator && s.Transfer.Leg == name && s.Transfer.Under():
		t.passOver(s, number, "could not be put into the conference")
	case role == RoleFront:
		t.frontOut(s, s.leg(name))
	}
}

// unspoken and ungathered go on as if the prompt had been heard.
func (t *turn) unspoken(s *Session, words string) {
	if s.Prompt.Kind == PromptNone {
		return
	}
	t.note(s, NoteTrouble, "%s not spoken: %s", s.Prompt.Kind, words)
	if s.Prompt.Kind == PromptAnnouncement {
		s.Feed.Why, s.Feed.GivenUp = "the announcement could not be spoken, so nobody listens", true
	}
	if s.Prompt.Ends--; s.Prompt.Ends <= 0 {
		s.Prompt.Until = time.Time{} // it was not spoken at all
		t.promptOver(s)
	}
}

func (t *turn) ungathered(s *Session, a Gather, words string) {
	l, ok := s.on(a.Leg)
	switch {
	case !ok:
	case l.Role == RoleUnplaced:
		t.hangUp(s, l)
	case l.Role == RoleOperator && s.briefed(l):
		t.dismiss(s, l, "could not be told what it is about: "+words)
	case l.Role == RoleCustomer && s.Menu.Open && s.Ending == "" && s.Consent.Status == ConsentAsked:
		t.note(s, NoteTrouble, "the customer could not be asked for his consent: %s", words)
		s.Menu.Owed, s.Consent.Rounds = 0, consentRounds
		t.closeMenu(s)
		t.noKey(s)
	case l.Role == RoleCustomer && s.Menu.Open && s.Ending == "":
		t.note(s, NoteTrouble, "menu not spoken: %s", words)
		s.Menu.Owed, s.Menu.Round = 0, menuRounds
		t.closeMenu(s)
		t.noKey(s)
	}
}

func (t *turn) unheard(s *Session, c Command, why Reason, words string) {
	if c.Name != s.listenName() || s.Feed.Phone.Connection != "" {
		return
	}
	again := retryAfter
	if why == ReasonUnauthorized || why == ReasonNoFeed || why == ReasonInvalid {
		again = 0
	}
	t.phoneLost(s, words, again)
}

// unanswered keeps waiting: the command was perhaps carried out, and its webhook or
// its deadline will tell.
func (t *turn) unanswered(e Unanswered) {
	s, c, ok := t.settled(e.Command)
	if !ok {
		return
	}
	t.counts.Unanswered++
	if a, score := c.Action.(Score); score {
		t.release(s, a.Utterance, func(*Utterance) {}) // it counts by the score that it came with
		return
	}
	t.note(s, NoteTrouble, "no answer to %s; it may have been carried out", c.Verb())
	switch a := c.Action.(type) {
	case Mute:
		if l, ok := s.on(a.Leg); ok && l.MuteAsked == a.On {
			l.MuteAsked = l.Muted
		}
	case Hangup:
		t.hangUpAgain(s, c, a)
	case Listen:
		if _, there := s.Listener(); there && c.Name == s.listenName() {
			t.phoneLost(s, "Symbl called and told us no connection to fetch from", rejoinAfter)
		}
	case Transcribe:
		t.notTranscribed(s, a, "Telnyx did not say whether it transcribes", true)
	case Relay:
		if a.Connection == s.Feed.Stream.Connection {
			t.streamRefused(s, a.Leg, ReasonOther, "Symbl did not answer")
		}
	case SetRole:
		t.roleUnanswered(s, a)
	case Hold:
		t.holdUnanswered(s, a)
	case StartRecording:
		t.recording(s, a.Leg) // perhaps: it is paused where that matters
	case PauseRecording:
		t.notPaused(s, "Telnyx did not answer")
	case ResumeRecording:
		t.notResumed(s, "Telnyx did not answer")
	case StopTranscribe, StopStream, Unrelay, Unlisten:
		t.leaks(s, c)
	case Answer, OpenConference, EndOnExit, Join, Leave, Dial, Play, StopPlay, Speak, Gather, StopGather, Hear,
		Stream, Score, File:
		// Each has a wait of its own, or does no harm undone.
	default:
		panic(fmt.Sprintf("engine: %T unanswered", a))
	}
}

// farNames are the far ends by adapter.
var farNames = []string{"", "Telnyx", "Symbl", "the scorer"}

// reasonWords says why something was refused, with the far end's own words.
func reasonWords(by Adapter, why Reason, detail string) string {
	far := farNames[by]
	var words string
	switch why {
	case ReasonOther, ReasonInvalid:
		words = far + " refused"
	case ReasonEnded:
		words = "the line is gone"
	case ReasonNotAnswered:
		words = "the line is not answered"
	case ReasonNameTaken:
		words = "the conference's name is taken"
	case ReasonNoConference:
		words = "the conference is gone"
	case ReasonAlreadyIn:
		words = "it is in the conference already"
	case ReasonFull:
		words = "the conference is full"
	case ReasonLimit:
		words = "the account's limit of calls is reached"
	case ReasonPaced:
		words = "too many requests"
	case ReasonUnauthorized:
		words = far + " does not accept our credentials"
	case ReasonUnreachable:
		words = far + " cannot be reached"
	case ReasonNoFeed:
		words = "no feed is configured"
	default:
		panic(fmt.Sprintf("engine: no words for reason %s", why))
	}
	if detail == "" {
		return words
	}
	return words + " (" + detail + ")"
}
