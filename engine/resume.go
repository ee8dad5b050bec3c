package engine

import (
	"slices"
)

// hearAgain takes up what listened before the program was started again. What fails
// tells it again.
func (t *turn) hearAgain(s *Session) {
	if s.Ending != "" || s.Pay.On() {
		return
	}
	for i := range slices.Backward(s.Feed.Ears) { // one that begins by the failure of another has begun
		ear := &s.Feed.Ears[i]
		switch {
		case ear.live():
			ear.set(FeedLive, "", t.now)
			s.Feed.Status = FeedLive // until it is told that it fails
		case ear.Status == FeedConnecting && ear.Kind != FeedPhone: // what was ordered is ordered again, and has its time
			ear.Patient, ear.StartBy = t.patient(s, ear), t.now.Add(startWithin)
		}
		switch ear.Kind {
		case FeedPhone:
			hearing := slices.ContainsFunc(s.Pending, func(p Pending) bool { return p.Command.Verb() == "hear" })
			if l, ok := s.Listener(); ok && l.Joined && s.Feed.Phone.Connection != "" && !hearing {
				t.order(s, "feed", Hear{Connection: s.Feed.Phone.Connection, Conversation: s.Feed.Phone.Conversation})
			}
		case FeedStream:
			t.streamsAgain(s, ear)
		case FeedTelnyx: // it goes on at Telnyx
			t.transcribeAgain(s, ear)
		default:
			panic("engine: no such feed: " + ear.Kind.String())
		}
	}
}

// hearsAnyway reports whether a command of which nobody has told before the program was
// started again needs no word: hearAgain orders what is still wanted of it, or it is
// past.
func (t *turn) hearsAnyway(s *Session, c Command) bool {
	switch a := c.Action.(type) {
	case Score:
		t.release(s, a.Utterance, func(*Utterance) {})
	case Relay, Stream, Transcribe:
	case StopTranscribe:
		if l, ok := s.on(a.Leg); ok && l.staysUp() {
			t.order(s, string(l.Name), a)
		}
	case StopStream: // its sound has nowhere to go
	case PauseRecording, ResumeRecording: // what is wanted now is ordered anew: see recorderAgain
	default:
		return false
	}
	return true
}
