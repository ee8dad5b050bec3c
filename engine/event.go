package engine

import (
	"encoding/json"
	"time"
)

// Identifiers. None is ever empty where it is known.
type (
	// SessionID names one customer's conversation: s and the number of the event
	// that opened it, as in "s41".
	SessionID string

	// LegID is Telnyx's call_control_id, the handle that commands take.
	LegID string

	// CallLegID is Telnyx's call_leg_id, which some webhooks carry alone.
	CallLegID string

	// LegName is our own name of a leg within its session ("customer", "op-2"); it
	// exists before Telnyx has given the leg an id.
	LegName string

	// ConferenceID is Telnyx's id of a conference.
	ConferenceID string

	// ConnectionID and ConversationID are Symbl's: of one endpoint:connect, and of
	// what was heard through it.
	ConnectionID   string
	ConversationID string

	// CallbackID names a promised callback: cb and the number of the event that made it.
	CallbackID string

	// CommandName names a command by its intent: session, verb, subject, and how
	// often this verb was ordered for this subject, as in "s41/dial/op-2/1".
	CommandName string
)

// By says who told us something.
type By string

// The sources of entries. A supervisor's is [BySupervisor] and the name of a console.
const (
	ByTelnyx     By = "telnyx"
	BySymbl      By = "symbl"
	ByScorer     By = "scorer"
	ByRunner     By = "runner"
	BySupervisor By = "supervisor"
)

// An Entry is something that happened, as its source tells it: not yet numbered
// and not yet written down.
type Entry struct {
	// ID is the source's own and makes the entry unique: the webhook's id,
	// symbl/conversation/message/revision, console and counter, or a command's
	// name and "outcome". An entry whose ID the journal knows is dropped.
	ID       string
	By       By
	Occurred time.Time // the source's clock; zero where it gave none
	Body     Body
}

// An Event is an entry that is written down, in the order the engine learned of it.
type Event struct {
	Seq uint64    // position in the journal: 1, 2, 3, without gaps
	At  time.Time // house time when it was taken in; never before the event ahead of it
	Entry
}

// happened returns when the event happened: its source's clock, or ours.
func (e Event) happened() time.Time {
	if e.Occurred.IsZero() {
		return e.At
	}
	return e.Occurred
}

// A Body says what happened. The set is closed: every Body is declared in this file.
type Body interface{ body() }

// A LegRef names a leg as webhooks do. Either id may be missing, and State is zero
// where the leg carries no client_state of ours.
type LegRef struct {
	Leg     LegID       `json:",omitempty"`
	CallLeg CallLegID   `json:",omitempty"`
	State   ClientState `json:",omitzero"`
}

// Reported by Telnyx.
type (
	// LegInitiated reports a new leg that is not yet answered (call.initiated).
	LegInitiated struct {
		LegRef
		Direction Direction
		From, To  string
		Name      string `json:",omitempty"` // caller_id_name: from outside, never to be trusted

		// Attested is how sure the carrier is of From (shaken_stir_attestation).
		Attested Attestation `json:",omitempty"`
	}

	// LegAnswered reports that the far end picked up (call.answered).
	LegAnswered struct{ LegRef }

	// LegHungUp reports that a leg is gone for good (call.hangup).
	LegHungUp struct {
		LegRef
		Cause  string // hangup_cause: normal_clearing, user_busy, no_answer, …
		Source string `json:",omitempty"` // hangup_source: caller, callee, unknown
		SIP    string `json:",omitempty"` // sip_hangup_cause
	}

	// KeyPressed reports one key (call.dtmf.received).
	KeyPressed struct {
		LegRef
		Digit string
	}

	// Gathered reports what a gather came to (call.gather.ended).
	Gathered struct {
		LegRef
		Digits string `json:",omitempty"`
		Status string // valid, invalid, call_hangup, cancelled, timeout, …
	}

	// SpeechStarted and SpeechEnded report a prompt on a leg (call.speak.*).
	SpeechStarted struct{ LegRef }
	SpeechEnded   struct {
		LegRef
		Status string // completed, call_hangup, …
	}

	// AudioEnded reports that what was played to a leg is over (call.playback.ended).
	AudioEnded struct {
		LegRef
		Status string // completed, cancelled, file_not_found, …
	}

	// MachineDetected reports who picked up, as far as the line tells
	// (call.machine.detection.ended and its premium sister).
	MachineDetected struct {
		LegRef
		Result Machine
	}

	// ConferenceCreated reports a room, with the leg that made it (conference.created).
	ConferenceCreated struct {
		LegRef
		Conference ConferenceID
	}

	// ConferenceEnded reports that a room is gone (conference.ended).
	ConferenceEnded struct {
		LegRef
		Conference ConferenceID
		Reason     string // all_left, host_left, time_exceeded
	}

	// ParticipantJoined and ParticipantLeft report a leg's coming and going. State is
	// the conference owner's and says nothing of the leg (contracts/telnyx.md, section 4).
	ParticipantJoined struct {
		LegRef
		Conference ConferenceID
	}
	ParticipantLeft struct {
		LegRef
		Conference ConferenceID
	}

	// FloorChanged reports who speaks in a conference (conference.floor.changed).
	FloorChanged struct {
		LegRef
		Conference ConferenceID
	}

	// Transcribed reports one final sentence that a leg said (call.transcription), with
	// the score that was taken where it came in. When it began Telnyx does not tell.
	Transcribed struct {
		LegRef
		Text       string
		Confidence int      `json:",omitempty"` // of the words, in thousandths; 0: none was given
		Scored     bool     `json:",omitempty"` // no score is never a score of zero
		Polarity   Polarity `json:",omitempty"`
		Source     string   `json:",omitempty"` // who scored it
		Flags      Flags    `json:",omitzero"`
	}

	// RecordingSaved reports that the recorded sound of a leg can be had (call.recording.saved).
	// URL is good for ten minutes; with ID a fresh one can be asked for.
	RecordingSaved struct {
		LegRef
		ID       string
		URL      string `json:",omitempty"`
		From, To time.Time
	}

	// StreamFailed reports that a leg's sound will not come (streaming.failed). Token is of
	// the stream that failed; empty: Telnyx does not say which it was.
	StreamFailed struct {
		LegRef
		Token string `json:",omitempty"`
		Why   string
	}
)

// Reported by the sweep, which asks Telnyx what is alive and compares it with what we
// hold: only differences. By is telnyx.
type (
	// LegMissed reports that a leg that we take as live is gone: two sweeps running did not
	// find it, and Telnyx says of it that it is over, or no longer knows it.
	LegMissed struct{ LegRef }

	// LegFound reports that a leg of ours is alive that we do not know, or have not heard
	// to be answered, told by its client_state.
	LegFound struct{ LegRef }

	// RoomDiffers reports that a leg is in a conference, or is not, other than we hold.
	RoomDiffers struct {
		LegRef
		Conference ConferenceID
		In         bool
	}

	// MuteDiffers reports that a leg in a conference is muted or held other than we hold.
	MuteDiffers struct {
		LegRef
		Conference ConferenceID
		Muted      bool
		Held       bool
	}
)

// Reported by our media server, of the stream of one leg's sound. Of the sound itself
// nothing is written down.
type (
	// MediaUp reports that Telnyx has opened the stream and its sound can be read.
	MediaUp struct {
		LegRef
		Token string `json:",omitempty"`
	}

	// MediaDown reports that the stream is gone, or cannot be read.
	MediaDown struct {
		LegRef
		Token string `json:",omitempty"`
		Why   string
	}

	// MediaGap reports that a part of the sound was lost on the way.
	MediaGap struct {
		LegRef
		From, To time.Time
		Why      string `json:",omitempty"`
	}
)

// Reported by Symbl.
type (
	// Uttered reports one final sentence that was heard through a connection. The same
	// message comes again with a higher Revision when its score has arrived.
	Uttered struct {
		Session      SessionID
		Connection   ConnectionID
		Conversation ConversationID
		Message      string // Symbl's id of the sentence
		Revision     int    // 1, 2, …
		Text         string
		Start, End   time.Time // when it was said, on Symbl's clock
		Scored       bool      // no score is never a score of zero
		Polarity     Polarity
		Confidence   int    `json:",omitempty"` // of the words, in thousandths; 0: the feed gave none
		Source       string `json:",omitempty"` // who scored it; empty: Symbl
		Leg          LegID  `json:",omitempty"` // whose words they are, where the feed hears one leg alone
		Flags        Flags  `json:",omitzero"`
	}

	// FeedFailed reports that a connection has begun to give no answers, FeedBack that
	// it gives them again. Each tells a change; neither is repeated.
	FeedFailed struct {
		Session    SessionID
		Connection ConnectionID
		Leg        LegID `json:",omitempty"` // where it hears one leg alone
		Why        string
	}
	FeedBack struct {
		Session    SessionID
		Connection ConnectionID
		Leg        LegID `json:",omitempty"`
	}
)

// Asked for by a supervisor.
type (
	// TransferAsked asks to bring an operator into a call: the next of a group (the
	// first group, where it names none), or the one at To (E.164 or a SIP URI). Cold is
	// without a briefing.
	TransferAsked struct {
		Session SessionID
		To      string `json:",omitempty"`
		Group   string `json:",omitempty"`
		Cold    bool   `json:",omitempty"`
	}

	// VetoAsked stops the transfer that is proposed, or takes back one under way. The
	// reason may be given later, with VetoExplained.
	VetoAsked struct{ Session SessionID }

	// VetoExplained says why a veto was given; it is kept as a label on the rule's record.
	VetoExplained struct {
		Session SessionID
		Label   VetoLabel
	}

	// HurryAsked starts the transfer that is proposed now.
	HurryAsked struct{ Session SessionID }

	// SnoozeAsked drops the transfer that is proposed, and keeps its rule quiet on this
	// call for two minutes.
	SnoozeAsked struct{ Session SessionID }

	// TakeBackAsked stops a transfer that is under way or queued, until the operator
	// has joined.
	TakeBackAsked struct{ Session SessionID }

	// AgainAllowed lets automation transfer a call once more.
	AgainAllowed struct{ Session SessionID }

	// AlertSeen takes a call's alerts off the watch list, and a pin off the call.
	AlertSeen struct{ Session SessionID }

	// ClaimAsked says that a supervisor looks after a call, or with On false no longer.
	ClaimAsked struct {
		Session SessionID
		On      bool
	}

	// HoldAsked asks to put a leg on hold, or with On false back into the conversation.
	HoldAsked struct {
		Session SessionID
		Leg     LegName
		On      bool
	}

	// MonitorAsked asks to call the supervisor's own phone into a call in a role, or,
	// where it is there already, to give it another role.
	MonitorAsked struct {
		Session SessionID
		Role    MonitorRole
		Phone   string // E.164 or a SIP URI; empty: the phone of the settings
	}

	// TakeOverAsked asks to drop the operator and let the supervisor, who is on the
	// call, be heard by all.
	TakeOverAsked struct{ Session SessionID }

	// AutomationAsked turns the automation of the whole floor on, to shadow or off.
	AutomationAsked struct{ Mode Mode }

	// PayAsked says that the customer is about to pay, or with On false that he is done: in
	// between nobody listens and nothing of what is said or keyed in is kept.
	PayAsked struct {
		Session SessionID
		On      bool
	}

	// NoteAsked writes a handover note for whoever has the next shift; of one call, where
	// Session is set.
	NoteAsked struct {
		Session SessionID `json:",omitempty"`
		Text    string
	}

	// CallbackDone takes a promised callback off the list.
	CallbackDone struct{ Callback CallbackID }

	// MuteAsked asks to mute a leg, or with On false to let it be heard again.
	MuteAsked struct {
		Session SessionID
		Leg     LegName
		On      bool
	}

	// HangupAsked asks to end one leg, or, where Leg is empty, the whole call. The
	// customer hears a goodbye before the whole call ends, unless Silent.
	HangupAsked struct {
		Session SessionID
		Leg     LegName `json:",omitempty"`
		Silent  bool    `json:",omitempty"`
	}
)

// Reported by the runner.
type (
	// SettingsLoaded gives the settings that hold from here on.
	SettingsLoaded struct{ Settings Settings }

	// Resumed reports that the program has started again while a session was open.
	Resumed struct{ Session SessionID }

	// Ticked reports that a session's deadline has come.
	Ticked struct{ Session SessionID }

	// CallsForgotten reports that what was said in some calls, or all that tells who they
	// were with, is erased from the journal. Its own text names nobody. By is a supervisor
	// who asked for it, or the runner, whose retention was over.
	CallsForgotten struct {
		Sessions []SessionID
		Events   []uint64 `json:",omitempty"` // that belong to no call, as a note for the next shift
		What     Erasure
		Why      string // "asked for by number", "transcripts older than 90 days"

		// Stands is what all calls have added up to by now. What other calls did while a
		// forgotten one kept an operator busy cannot be told from the events any more.
		Stands *Tally `json:",omitempty"`

		// Staff says that an operator is to be forgotten: whom the calls kept busy goes too.
		Staff bool `json:",omitempty"`
	}

	// Forgotten is what is left of an event whose call was erased. Step takes nothing from
	// it but what it had added to the counts and records, and whom the call kept busy.
	Forgotten struct {
		Kind    string          // of what it was, as the journal names it
		What    Erasure         // of it is gone
		Body    json.RawMessage `json:",omitempty"` // its forgotten form: see [Forget]
		Session SessionID       `json:",omitempty"`
		Counts  Counts          `json:",omitzero"`
		Records []RuleRecord    `json:",omitempty"`

		// Busy are the configured operators whom the call kept busy after the event, by
		// number: who was free for the calls beside it hangs on that.
		Busy []string `json:",omitempty"`
	}

	// FeedProbed reports whether a feed that has failed to start would start now.
	FeedProbed struct {
		Kind  FeedKind
		Works bool
		Why   string `json:",omitempty"` // why it does not
	}
)

// Reported by the runner for an adapter: what became of a command.
type (
	// Accepted says that the far end took the command; its effect is told by a webhook,
	// or, where there is none (mute), this is the fact.
	Accepted struct{ Command CommandName }

	// Dialled gives the leg that a Dial made.
	Dialled struct {
		Command CommandName
		Leg     LegID
		CallLeg CallLegID `json:",omitempty"`
	}

	// ConferenceOpened gives the room that an OpenConference made.
	ConferenceOpened struct {
		Command    CommandName
		Conference ConferenceID
	}

	// Listening gives the connection that a Listen made. Conversation may be empty.
	Listening struct {
		Command      CommandName
		Connection   ConnectionID
		Conversation ConversationID `json:",omitempty"`
	}

	// Scored gives what a Score came to.
	Scored struct {
		Command  CommandName
		Polarity Polarity
		Source   string // as in "chat"
		Flags    Flags  `json:",omitzero"`
	}

	// Refused says that the command was surely not carried out.
	Refused struct {
		Command CommandName
		Reason  Reason
		Detail  string `json:",omitempty"` // the far end's own words
	}

	// Lapsed says that the command was not sent within [CommandLife] of being decided,
	// so surely not carried out.
	Lapsed struct{ Command CommandName }

	// Unanswered says that the command was sent and perhaps carried out.
	Unanswered struct {
		Command CommandName
		Detail  string `json:",omitempty"`
	}
)

func (PayAsked) body()          {}
func (NoteAsked) body()         {}
func (RecordingSaved) body()    {}
func (CallsForgotten) body()    {}
func (Forgotten) body()         {}
func (AudioEnded) body()        {}
func (MachineDetected) body()   {}
func (VetoAsked) body()         {}
func (VetoExplained) body()     {}
func (HurryAsked) body()        {}
func (SnoozeAsked) body()       {}
func (TakeBackAsked) body()     {}
func (AgainAllowed) body()      {}
func (AlertSeen) body()         {}
func (ClaimAsked) body()        {}
func (HoldAsked) body()         {}
func (MonitorAsked) body()      {}
func (TakeOverAsked) body()     {}
func (AutomationAsked) body()   {}
func (CallbackDone) body()      {}
func (LegInitiated) body()      {}
func (LegAnswered) body()       {}
func (LegHungUp) body()         {}
func (KeyPressed) body()        {}
func (Gathered) body()          {}
func (SpeechStarted) body()     {}
func (SpeechEnded) body()       {}
func (ConferenceCreated) body() {}
func (ConferenceEnded) body()   {}
func (ParticipantJoined) body() {}
func (ParticipantLeft) body()   {}
func (FloorChanged) body()      {}
func (Uttered) body()           {}
func (FeedFailed) body()        {}
func (FeedBack) body()          {}
func (TransferAsked) body()     {}
func (MuteAsked) body()         {}
func (HangupAsked) body()       {}
func (SettingsLoaded) body()    {}
func (Resumed) body()           {}
func (Ticked) body()            {}
func (Accepted) body()          {}
func (Dialled) body()           {}
func (ConferenceOpened) body()  {}
func (Listening) body()         {}
func (Transcribed) body()       {}
func (LegMissed) body()         {}
func (LegFound) body()          {}
func (RoomDiffers) body()       {}
func (MuteDiffers) body()       {}
func (StreamFailed) body()      {}
func (MediaUp) body()           {}
func (MediaDown) body()         {}
func (MediaGap) body()          {}
func (FeedProbed) body()        {}
func (Scored) body()            {}
func (Refused) body()           {}
func (Lapsed) body()            {}
func (Unanswered) body()        {}
