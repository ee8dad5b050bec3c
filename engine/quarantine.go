package engine

import (
	"fmt"
	"time"
)

// quarantine marks the session on which the engine failed. It is shown red; its legs
// still fall, its operators still come free, the supervisor may still hang up, and
// automation leaves it alone.
func (t *turn) quarantine(id SessionID, fault string) {
	t.counts.Panics++
	s, ok := t.edit(id)
	if !ok {
		return
	}
	s.Quarantined = Quarantine{t.event.Seq, clip(fault, maxText)}
	t.note(s, NoteTrouble, "the engine failed on event %d and leaves this call alone: %s", t.event.Seq, s.Quarantined.Reason)
	s.Prompt, s.Menu, s.ConferenceUntil = Prompt{}, Menu{}, time.Time{}
	if s.Transfer.Open() {
		s.Transfer.Status, s.Transfer.Since, s.Transfer.Why = TransferFailed, t.now, "the engine failed on this call"
	}
	s.Wait, s.JudgeAt = Waiting{}, time.Time{}
	s.Pay.Until, s.Recorder.Until = time.Time{}, time.Time{} // what is said stays hidden
	f := &s.Feed
	f.GivenUp, f.Phone.Code, f.Scoring = true, "", nil
	f.Phone.CodeUntil, f.Phone.AbsentAt, f.HoldUntil, f.BlindAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	f.Voice, f.Anew = time.Time{}, time.Time{}
	for i := range f.Ears {
		f.Ears[i].quiet()
	}
	t.inQuarantine(id)
}

// inQuarantine keeps only the facts of a session that the engine has failed on.
func (t *turn) inQuarantine(id SessionID) {
	switch e := t.event.Body.(type) {
	case LegInitiated:
		t.adopt(e.LegRef, LegRinging)
	case LegAnswered:
		t.adopt(e.LegRef, LegUp)
	case LegHungUp:
		t.adopt(e.LegRef, LegGone)
	case Dialled:
		if s, c, ok := t.settled(e.Command); ok {
			if l, there := s.as(dialState(c)); there && l.ID == "" {
				t.identify(s, l, e.Leg, e.CallLeg)
			}
		}
	case Refused:
		t.dropCommand(e.Command, e.Reason == ReasonEnded)
	case Lapsed:
		t.dropCommand(e.Command, false)
	case Unanswered:
		t.dropCommand(e.Command, false)
	case Accepted:
		t.dropCommand(e.Command, false)
	case ConferenceOpened:
		t.dropCommand(e.Command, false)
	case Listening:
		t.dropCommand(e.Command, false)
		if e.Command.verb() != "relay" { // which ends with the call
			t.stray(id, string(e.Connection), Unlisten{Connection: e.Connection})
		}
	case HangupAsked:
		t.hangUpQuarantined(e)
	case LegMissed:
		t.adopt(e.LegRef, LegGone)
	case LegFound, RoomDiffers, MuteDiffers:
	case Transcribed, StreamFailed, MediaUp, MediaDown, MediaGap, FeedProbed, Scored:
	case TransferAsked, MuteAsked, VetoAsked, VetoExplained, HurryAsked, SnoozeAsked, TakeBackAsked, AgainAllowed, HoldAsked,
		MonitorAsked, TakeOverAsked, AlertSeen, ClaimAsked, PayAsked:
		t.refuse(id, ErrQuarantined)
	case Ticked:
		t.tickQuarantined(id)
	case RecordingSaved:
		t.recordingSaved(e)
	case AutomationAsked, CallbackDone, NoteAsked, CallsForgotten, Forgotten:
	case KeyPressed, Gathered, AudioEnded, MachineDetected, SpeechStarted, SpeechEnded, ConferenceCreated, ConferenceEnded,
		ParticipantJoined, ParticipantLeft, FloorChanged, Uttered, FeedFailed, FeedBack, SettingsLoaded, Resumed:
	default:
		panic(fmt.Sprintf("engine: event %d has an unknown body %T", t.event.Seq, e))
	}
}

func (t *turn) adopt(r LegRef, to LegStatus) {
	s, l, ok := t.leg(r)
	if !ok || !l.advance(to) {
		return
	}
	if to == LegGone {
		l.Gone, l.Joined, l.Until = t.now, false, time.Time{}
		if l.Role == RoleCustomer {
			t.hangUpAll(s)
		}
	}
}

func (t *turn) dropCommand(name CommandName, ended bool) {
	s, c, ok := t.settled(name)
	if !ok || !ended {
		return
	}
	if h, is := c.Action.(Hangup); is {
		if l, there := s.on(h.Leg); there && l.advance(LegGone) {
			l.Gone, l.Joined, l.Until = t.now, false, time.Time{}
			if l.Role == RoleCustomer {
				t.hangUpAll(s)
			}
		}
	}
}

func (t *turn) hangUpQuarantined(e HangupAsked) {
	s, ok := t.permitted(e.Session)
	if !ok {
		return
	}
	t.note(s, NoteAct, "hang-up asked by %s", t.event.By)
	if e.Leg != "" {
		t.hangUp(s, s.leg(e.Leg))
		return
	}
	t.hangUpAll(s)
}

func (t *turn) hangUpAll(s *Session) {
	if s.Ending == "" {
		s.Ending = "the engine failed on this call"
	}
	s.Phase = PhaseEnding
	for i := range s.Legs {
		t.hangUp(s, &s.Legs[i])
	}
	t.stopFeed(s)
}

func (t *turn) tickQuarantined(id SessionID) {
	s, ok := t.edit(id)
	if !ok {
		return
	}
	if s.Phase == PhaseOver {
		s.Filed = t.due(s.fileAt())
		return
	}
	for i := range s.Legs {
		l := &s.Legs[i]
		if !l.Live() || !t.due(l.Until) {
			continue
		}
		l.Until = time.Time{}
		switch {
		case l.HangupAsked && l.ID != "" && l.Hangups < maxHangups:
			t.orderHangup(s, l)
		case l.Role == RoleUnplaced && !l.HangupAsked:
			t.hangUp(s, l)
		case l.HangupAsked || l.Status == LegAsked:
			l.advance(LegGone)
			l.Gone = t.now
		}
	}
}
