package world

import (
	"fmt"
	"time"
)

// A LegID names a leg: Telnyx's call_control_id.
type LegID string

// A ConferenceID names a conference: a UUID.
type ConferenceID string

// A Direction says who called whom.
type Direction uint8

// The directions.
const (
	Incoming Direction = iota + 1
	Outgoing
)

func (d Direction) String() string {
	switch d {
	case Incoming:
		return "incoming"
	case Outgoing:
		return "outgoing"
	default:
		return fmt.Sprintf("Direction(%d)", uint8(d))
	}
}

// A Kind says what has happened.
type Kind uint8

// The kinds of events.
const (
	Initiated         Kind = iota + 1 // a leg is there, and not answered
	Answered                          // the far end, or we, picked up
	HungUp                            // a leg is over
	KeyPressed                        // on a leg that is answered
	GatherEnded                       // with the keys it came to
	SpeakStarted                      // a prompt, but not a gather's
	SpeakEnded                        //
	ConferenceCreated                 // with its owner in it
	ConferenceEnded                   //
	ParticipantJoined                 //
	ParticipantLeft                   //
	FloorChanged                      // somebody else has begun to speak in a conference
	MachineDetected                   // who picked up, as far as the line tells
	PlaybackStarted                   // an audio file
	PlaybackEnded                     //
	StreamStarted                     // a leg's sound has reached where it goes
	StreamStopped                     //
	StreamFailed                      // it did not get there, or was cut off
	Transcribed                       // words of a leg's far end were written down
	RecordingSaved                    // of a leg that is over
)

var kinds = []string{"", "initiated", "answered", "hung up", "key pressed", "gather ended", "speak started", "speak ended",
	"conference created", "conference ended", "participant joined", "participant left", "floor changed",
	"machine detected", "playback started", "playback ended", "stream started", "stream stopped", "stream failed", "transcribed",
	"recording saved"}

func (k Kind) String() string {
	if k == 0 || int(k) >= len(kinds) {
		return fmt.Sprintf("Kind(%d)", uint8(k))
	}
	return kinds[k]
}

// An Event is something that has happened, as plain data.
type Event struct {
	ID   string // a UUID of its own
	At   time.Time
	Kind Kind

	Leg       LegID // whom it is about
	CallLeg   string
	Session   string // shared by legs that were linked
	Direction Direction
	From, To  string
	Name      string // the caller's, as he gives it
	Began     time.Time
	Attested  string // how sure the carrier is of From: A, B, C, or empty for no word; of Initiated

	// State is the leg's client_state, or, of what happens in a conference, its
	// owner's; empty if none was ever set.
	State string

	Codec              string // of Answered: [MuLaw] or [ALaw]
	Cause, Source, SIP string // of HungUp
	Digit              string // of KeyPressed
	Digits             string // of GatherEnded
	Status             string // of GatherEnded, SpeakEnded and PlaybackEnded; what MachineDetected found
	Premium            bool   // of MachineDetected: found by the better detection
	Audio              string // of PlaybackStarted and PlaybackEnded: an address,
	Media              bool   // or the name of a file
	Conference         ConferenceID
	Reason             string // of ConferenceEnded and StreamFailed
	Stream, URL        string // of StreamStarted, StreamStopped and StreamFailed: its ID and where it goes
	Text               string // of Transcribed: the words, whole or so far
	Final              bool   // of Transcribed: the sentence is over
	Confidence         int    // of Transcribed: in the words, in thousandths

	Recording                string // of RecordingSaved: the tape's ID
	RecordedFrom, RecordedTo time.Time

	// Repeat and Late are faults: the event is to be told twice, or not before Late has
	// gone by, while others overtake it.
	Repeat bool
	Late   time.Duration
}

// tell adds an event about a leg.
func (w *World) tell(kind Kind, l *leg, more func(*Event)) {
	l.told++
	key := fmt.Sprintf("%s/event/%d", l.key, l.told)
	e := Event{
		ID: w.uuid(key), At: w.now, Kind: kind,
		Leg: l.id, CallLeg: l.callLeg, Session: l.session, Direction: l.direction,
		From: l.from, To: l.to, Name: l.name, Began: l.began, State: l.state,
	}
	if more != nil {
		more(&e)
	}
	e.Repeat, e.Late = w.misdeliver(key)
	if len(w.events) == maxEvents {
		w.events = w.events[1:]
	}
	w.events = append(w.events, e)
}

// tellOf adds an event about a leg in a conference, which carries the client_state of
// the conference's owner and says nothing of the leg's (contracts/telnyx.md, section 4).
func (w *World) tellOf(kind Kind, c *conference, l *leg, more func(*Event)) {
	w.tell(kind, l, func(e *Event) {
		e.Conference, e.State = c.id, c.owner.state
		if more != nil {
			more(e)
		}
	})
}
