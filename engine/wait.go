package engine

import (
	"fmt"
	"slices"
	"time"
)

// grain is what deadlines are rounded up to.
const grain = 100 * time.Millisecond

// deadline returns the least of a session's waits, or zero. Nothing is armed or
// disarmed: commit asks after every turn.
func (s *Session) deadline() time.Time {
	var least time.Time
	wait := func(at time.Time) {
		if !at.IsZero() && (least.IsZero() || at.Before(least)) {
			least = at
		}
	}
	if s.Phase == PhaseOver {
		wait(s.fileAt())
	} else {
		wait(s.Prompt.Until)
		wait(s.Menu.Until)
		wait(s.ConferenceUntil)
		for _, l := range s.Legs {
			if l.Live() {
				wait(l.Until)
			}
		}
		s.Feed.wait(wait)
		wait(s.Pay.Until)
		wait(s.Recorder.Until)
		wait(s.Wait.Next)
		wait(s.JudgeAt)
		switch s.Transfer.Status {
		case TransferProposed:
			wait(s.Transfer.Due)
		case TransferQueued:
			wait(s.Transfer.RetryAt)
		case TransferNone, TransferDialling, TransferBriefing, TransferJoining, TransferJoined, TransferFailed, TransferEnded,
			TransferVetoed, TransferCallback:
		}
	}
	if up := least.Truncate(grain); up.Before(least) {
		return up.Add(grain)
	}
	return least
}

// fileAt returns when a session that is over is taken out. What it still owes is
// waited for somewhat longer.
func (s *Session) fileAt() time.Time {
	if len(s.Pending) > 0 || s.Recorder.Owed {
		return s.Over.Add(lingerOwing)
	}
	return s.Over.Add(linger)
}

func (t *turn) due(at time.Time) bool { return !at.IsZero() && !t.now.Before(at) }

// ticked runs the waits of a session that have come. A deadline is run by its tick
// alone, so that a key taken in before it is in time.
func (t *turn) ticked(e Ticked) {
	s, ok := t.edit(e.Session)
	if !ok {
		return
	}
	if s.Phase == PhaseOver {
		s.Filed = t.due(s.fileAt())
		return
	}
	if t.due(s.Prompt.Until) {
		t.promptDue(s)
	}
	if t.due(s.Menu.Until) {
		s.Menu.Owed = 0
		t.closeMenu(s)
		t.noKey(s)
	}
	if t.due(s.ConferenceUntil) {
		s.ConferenceUntil = time.Time{}
		if customer, ok := s.Customer(); ok && customer.Status == LegUp {
			t.note(s, NoteTrouble, "there is no conference; opening another")
			t.openConference(s)
		}
	}
	for _, l := range slices.Clone(s.Legs) {
		if l.Live() && t.due(l.Until) {
			t.legDue(s, s.leg(l.Name))
		}
	}
	t.feedDue(s)
	t.payDue(s)
	t.recorderDue(s)
	if s.Transfer.Status == TransferProposed && t.due(s.Transfer.Due) {
		t.proposalDue(s)
	}
	if s.Transfer.Status == TransferQueued {
		t.queueDue(s)
	}
	if t.due(s.Wait.Next) {
		t.waitDue(s)
	}
}

func (t *turn) promptDue(s *Session) {
	if s.Menu.Open {
		s.Prompt.Until = time.Time{} // its text is over; the gather goes on
		s.closeSpan(t.now)
		return
	}
	t.promptOver(s)
}

// legDue gives up on a leg, or asks again for its end.
func (t *turn) legDue(s *Session, l *Leg) {
	l.Until = time.Time{}
	switch {
	case l.HangupAsked && l.ID == "", l.HangupAsked && l.Hangups >= maxHangups:
		t.legGone(s, l, "unconfirmed")
	case l.HangupAsked:
		t.orderHangup(s, l)
	case l.Role == RoleCustomer && l.Status < LegUp:
		t.answerAgain(s, l)
	case l.Role == RoleUnplaced:
		t.hangUp(s, l)
	case (l.Role == RoleOperator || l.Role == RoleFront) && l.Status < LegUp:
		t.tooLong(s, l)
	case l.Role == RoleSupervisor && l.Status < LegUp:
		t.phoneSilent(s, l)
	case l.Role == RoleCustomer && !l.Joined && !l.JoinAccepted:
		t.rejoin(s, l)
	case l.Role == RoleOperator && s.briefed(l):
		t.briefingDue(s, l)
	case l.JoinAccepted:
		t.note(s, NoteTrouble, "Telnyx has not told that %s joined; taken as joined, for the command was accepted", legWords(*l))
		t.joined(s, l)
	case l.JoinAsked, l.Role != RoleCustomer && l.Status == LegUp && !l.Joined:
		l.JoinAsked = false
		name, role, number := l.Name, l.Role, l.Number
		t.hangUp(s, l)
		switch {
		case role == RoleListener:
			t.phoneLost(s, "Symbl's leg could not be put into the conference", rejoinAfter)
		case role == RoleOperator && s.Transfer.Leg == name && s.Transfer.Under():
			t.passOver(s, number, "could not be put into the conference")
		case role == RoleSupervisor:
			t.note(s, NoteTrouble, "supervisor %s is not in the conference: his phone is hung up", number)
		case role == RoleFront:
			t.frontOut(s, s.leg(name))
		}
	}
}

// rejoin puts a customer back who has left his conference and not hung up. If he has,
// and its webhook is lost, the refusal tells.
func (t *turn) rejoin(s *Session, l *Leg) {
	l.JoinAsked = false
	switch {
	case s.Conference == "" || s.Ending != "":
	case s.ordered("join/"+string(l.Name)) >= maxRejoins:
		s.Trouble = "the customer is on the line and cannot be put back into his conference"
		t.note(s, NoteTrouble, "%s", s.Trouble)
	default:
		t.join(s, l)
	}
}

// briefingDue is for who picked up and has not taken the call: where nobody has told
// yet who it is, he is asked for his key; else he is passed over.
func (t *turn) briefingDue(s *Session, l *Leg) {
	if s.Transfer.Cold && !l.Briefed {
		t.askKey(s, l)
		return
	}
	t.dismiss(s, l, "nobody took the call: a voicemail, or nobody pressed 1")
}

// tooLong goes on to the next operator when one rings for longer than he may.
func (t *turn) tooLong(s *Session, l *Leg) {
	number, current := l.Number, s.Transfer.Leg == l.Name && s.Transfer.Under()
	if l.ID == "" {
		l.advance(LegGone) // never told of: hung up if it turns up after all
		l.Gone, l.Cause = t.now, "unconfirmed"
	} else {
		t.hangUp(s, l)
	}
	switch {
	case current:
		t.passOver(s, number, "did not answer")
	case l.Role == RoleFront:
		t.frontLost(s, l, "did not answer")
	}
}

// resumed takes up a session after the program has started again. What nobody has
// reported is sent again, where that does no harm: what may be sent at any time, if it is
// still wanted, and what Telnyx knows by its command_id, while it does. The rest is shown as
// unknown.
func (t *turn) resumed(e Resumed) {
	s, ok := t.edit(e.Session)
	if !ok {
		return
	}
	if s.Phase != PhaseOver {
		t.note(s, NoteFact, "the program was started again")
	}
	pending := s.Pending
	s.Pending = nil
	for _, p := range pending {
		if t.hearsAnyway(s, p.Command) {
			continue
		}
		switch p.Command.Repeat() {
		case Natural:
			t.again(s, p.Command)
		case Guarded:
			if t.now.Sub(p.Command.Decided) < CommandLife && !p.Unknown && t.meant(s, p.Command.Action) {
				if open, ok := p.Command.Action.(OpenConference); ok {
					open.Again = true
					p.Command.Action = open
				}
				t.commands = append(t.commands, p.Command) // the same command_id: Telnyx does it once
				s.Pending = append(s.Pending, p)
				continue
			}
			t.leftOpen(s, p)
		case Once:
			t.leftOpen(s, p)
		default:
			panic(fmt.Sprintf("engine: %s may be repeated %s", p.Command.Verb(), p.Command.Repeat()))
		}
	}
	t.afterDowntime(s)
	t.recorderAgain(s)
	t.hearAgain(s)
}

// meant reports whether something that was perhaps done before the program started again
// is still to be done: whoever it is done to is there and is to stay. Nobody is dialled for
// a customer who has hung up meanwhile.
func (t *turn) meant(s *Session, a Action) bool {
	there := func(id LegID) bool {
		l, ok := s.on(id)
		return ok && l.Live() && !l.HangupAsked
	}
	switch a := a.(type) {
	case Answer:
		l, ok := s.on(a.Leg)
		return ok && l.Status == LegRinging && !l.HangupAsked
	case OpenConference:
		return there(a.Leg)
	case Join:
		return there(a.Leg) && a.Conference == s.Conference
	case Play:
		return there(a.Leg)
	case StopPlay:
		return there(a.Leg)
	case Leave:
		p := t.place(LegRef{Leg: a.Leg}) // it is another session's now
		to, ok := t.session(p.session)
		if !ok {
			return false
		}
		l, ok := to.Leg(p.leg)
		return ok && l.Live()
	case Dial:
		l, ok := s.as(a.State)
		return ok && l.Live() && !l.HangupAsked && there(a.LinkTo) && s.Ending == ""
	case Speak:
		return there(a.Leg)
	case Gather:
		return there(a.Leg)
	case StopGather:
		return there(a.Leg)
	case StartRecording:
		return there(a.Leg) && !s.Pay.On() && !s.Unagreed()
	case EndOnExit, SetRole, Hold, Hangup, Mute, Stream, StopStream, Transcribe, StopTranscribe, Listen, Hear, Unlisten, Relay,
		Unrelay, Score, PauseRecording, ResumeRecording, File:
		return true // each is taken up again, or left, by other rules
	default:
		panic(fmt.Sprintf("engine: %T may be meant", a))
	}
}

// leftOpen keeps a command of which nobody will report what became of it: its webhook
// tells, or the sweep.
func (t *turn) leftOpen(s *Session, p Pending) {
	if !p.Unknown {
		t.note(s, NoteTrouble, "not known whether this was carried out: %s", p.Command.Verb())
	}
	p.Unknown = true
	s.Pending = append(s.Pending, p)
}

// afterDowntime gives up a transfer that has run out while the program was down: nobody
// is dialled for a customer who may have hung up hours ago.
func (t *turn) afterDowntime(s *Session) {
	if s.Transfer.Status == TransferProposed && t.now.Sub(s.Transfer.Due) > staleAfter {
		t.note(s, NoteTrouble, "the program was down when a transfer fell due: it is not begun")
		t.stopTransfer(s, TransferNone, "")
	}
	if s.Wait.Audio { // what is played goes on at Telnyx
		s.Wait.Next = t.now.Add(tellAudio)
	}
	if l, ok := s.live(RoleFront); ok && !l.Joined && t.due(l.Until) {
		t.frontLost(s, s.leg(l.Name), "the program was down while it was called")
		t.hangUp(s, s.leg(l.Name))
	}
	l, ok := s.Operator()
	if !ok || !s.Transfer.Under() || s.Transfer.Leg != l.Name || !t.due(l.Until) {
		return
	}
	s.Transfer.Why = "the program was down while " + t.operatorWords(l.Number) + " was called"
	t.hangUp(s, s.leg(l.Name))
	t.failTransfer(s) // the customer is told, if he is still there
}

// again orders a command once more, if it is still wanted.
func (t *turn) again(s *Session, c Command) {
	switch a := c.Action.(type) {
	case Mute:
		if l, ok := s.on(a.Leg); ok && l.Joined && l.MuteAsked == a.On {
			t.order(s, string(l.Name), a)
		}
	case Hangup:
		if l, ok := s.on(a.Leg); ok && l.Live() {
			t.order(s, string(l.Name), a)
		}
	case EndOnExit:
		if l, ok := s.on(a.Leg); ok && l.Live() && s.Conference == a.Conference {
			t.order(s, string(l.Name), a)
		}
	case SetRole:
		if l, ok := s.on(a.Leg); ok && l.Joined && l.RoleSent == a.Role {
			t.order(s, string(l.Name), a)
		}
	case Hold:
		if l, ok := s.on(a.Leg); ok && l.Joined && l.HoldAsked == a.On {
			t.order(s, string(l.Name), a)
		}
	case Hear:
		if s.Feed.Phone.Connection == a.Connection && s.Ending == "" {
			t.order(s, "feed", a)
		}
	case Unlisten, Unrelay:
		t.order(s, "feed", a)
	default:
		invariant(false, "%s is not natural", c.Verb())
	}
}
