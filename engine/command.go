package engine

import "time"

// CommandLife is how long after it was decided a command may still be sent, in
// house time. It stays inside the 60 s in which Telnyx ignores a command_id that it
// has seen (contracts/telnyx.md, section 3).
const CommandLife = 45 * time.Second

// An Audio is something that Telnyx can play: a file at an address, or one that was
// uploaded under a name. The zero Audio is none.
type Audio struct {
	URL   string `json:",omitempty"` // of a WAV or MP3 file
	Media string `json:",omitempty"` // media_name
}

// None reports whether there is nothing to play.
func (a Audio) None() bool { return a == Audio{} }

// A Command is one thing to be done outside the engine, on behalf of a session.
type Command struct {
	Name    CommandName // the same after a crash, a reordering or a new build
	Session SessionID   // commands of one session and adapter are run in order
	Decided time.Time   // house time
	Action  Action
}

// An Adapter is who carries out a command.
type Adapter uint8

// The adapters.
const (
	AdapterTelnyx Adapter = iota + 1
	AdapterSymbl
	AdapterScorer
	AdapterHistory
)

// A Repeat says whether an action may be sent again without knowing whether it was
// carried out before.
type Repeat uint8

// How often an action may be sent.
const (
	Guarded Repeat = iota + 1 // takes a command_id: identical, within [CommandLife]
	Natural                   // the same wish twice is the same wish: if still wanted
	Once                      // never again
)

// An Action says what to do. The set is closed: every Action is declared in this file.
type Action interface {
	action() (verb string, by Adapter, repeat Repeat)
}

// Carried out by Telnyx. Leg is always a leg that Telnyx has given an id.
type (
	// Answer picks up an incoming leg. Outcome: Accepted.
	Answer struct {
		Leg   LegID
		State ClientState
	}

	// OpenConference makes a room with an answered leg in it. Room is unique among
	// live rooms. Outcome: ConferenceOpened; refused with ReasonNameTaken otherwise, unless
	// it is asked for Again: then it may have been made before, and a room of that name is it.
	OpenConference struct {
		Leg   LegID
		Room  string
		State ClientState
		Again bool `json:",omitempty"`
	}

	// EndOnExit makes the room end for all when this leg leaves it. Outcome: Accepted.
	EndOnExit struct {
		Leg        LegID
		Conference ConferenceID
	}

	// Join puts an answered leg into a room. Outcome: Accepted.
	Join struct {
		Leg        LegID
		Conference ConferenceID
		Mute       bool
		Role       MonitorRole `json:",omitempty"` // a supervisor's leg has one
		Whisper    []LegID     `json:",omitempty"` // who hears a whisper
	}

	// SetRole changes what a supervisor's leg hears and who hears it. Telnyx sends no
	// webhook for it: Accepted is the fact.
	SetRole struct {
		Leg        LegID
		Conference ConferenceID
		Role       MonitorRole
		Whisper    []LegID `json:",omitempty"`
	}

	// Hold takes a leg out of the conversation, where it hears Audio, or silence where
	// there is none; with On false it is back. Accepted is the fact.
	Hold struct {
		Leg        LegID
		Conference ConferenceID
		On         bool
		Audio      Audio `json:",omitzero"`
	}

	// Play plays audio to one leg alone, over and over until StopPlay, or once. Outcome:
	// Accepted; AudioEnded tells an end of its own.
	Play struct {
		Leg   LegID
		Audio Audio
		Once  bool `json:",omitempty"`
	}

	// StopPlay ends what is played to a leg. Outcome: Accepted.
	StopPlay struct{ Leg LegID }

	// Leave takes a leg out of a room and keeps it alive. Outcome: Accepted.
	Leave struct {
		Leg        LegID
		Conference ConferenceID
	}

	// Dial calls a number. Outcome: Dialled.
	Dial struct {
		To, From string
		LinkTo   LegID         // the customer's leg, whose call_session_id the new one shares
		Ring     time.Duration // strict: no other route is tried after it
		Detect   bool          `json:",omitempty"` // have the line tell whether a machine picks up: MachineDetected
		State    ClientState
	}

	// Hangup ends a leg. Outcome: Accepted, or refused with ReasonEnded.
	Hangup struct{ Leg LegID }

	// Mute stops a leg from being heard in its room, or with On false lets it be heard.
	// Telnyx sends no webhook for it: Accepted is the fact.
	Mute struct {
		Leg        LegID
		Conference ConferenceID
		On         bool
	}

	// Speak says a text to one leg alone, in place of whatever it is being told.
	// Outcome: Accepted; SpeechEnded tells the end.
	Speak struct {
		Leg      LegID
		Text     string
		Language string // as in "en-US"
		Voice    string // Provider.Model.Voice
	}

	// Gather collects keys from one leg, after saying Text where there is one. Outcome:
	// Accepted; Gathered tells the keys.
	Gather struct {
		Leg        LegID
		Text       string
		Language   string
		Voice      string
		Valid      string        // the keys that count, as in "12"
		Min, Max   int           // how many
		Terminator string        // a key that ends it early, or empty
		Timeout    time.Duration // for the first key, counted from the end of the text
	}

	// StopGather ends a gather, and what it is saying, early. Outcome: Accepted.
	StopGather struct{ Leg LegID }

	// Stream has Telnyx send what a leg says to our media server, to an address that ends
	// in Token, which is good for this leg alone. Outcome: Accepted; MediaUp tells that
	// its sound comes, StreamFailed that it will not.
	Stream struct {
		Leg   LegID
		Token string
	}

	// StopStream ends what Stream began. Outcome: Accepted.
	StopStream struct{ Leg LegID }

	// Transcribe has Telnyx write down what a leg says. Outcome: Accepted, also where it
	// does already; Transcribed tells the sentences.
	Transcribe struct {
		Leg      LegID
		Language string // as in "en-US"
	}

	// StopTranscribe ends what Transcribe began. Outcome: Accepted.
	StopTranscribe struct{ Leg LegID }
)

// Recording, carried out by Telnyx.
type (
	// StartRecording has Telnyx record what a leg hears and says, each on a channel of its
	// own. Outcome: Accepted; RecordingSaved tells that it can be had.
	StartRecording struct{ Leg LegID }

	// PauseRecording and ResumeRecording leave a part out. Outcome: Accepted; there is no
	// webhook.
	PauseRecording  struct{ Leg LegID }
	ResumeRecording struct{ Leg LegID }
)

// Carried out by the history.
type (
	// File keeps the record of a call that is over, in place of what was kept of it before.
	// Outcome: Accepted. Nothing waits for it.
	File struct{ Record Record }
)

// Carried out by Symbl.
type (
	// Listen has Symbl call Number and dial Code, twice with pauses. Outcome: Listening.
	Listen struct {
		Number string
		Code   string
		Title  string // what the conversation is called in Symbl's records
	}

	// Hear begins to fetch what is heard through a connection, and goes on until
	// Unlisten. Asked again it changes nothing. Outcome: Accepted.
	Hear struct {
		Connection   ConnectionID
		Conversation ConversationID
	}

	// Unlisten ends a connection and the fetching from it. Outcome: Accepted.
	Unlisten struct{ Connection ConnectionID }

	// Relay opens a socket to Symbl for one leg, to which its sound is relayed, and goes
	// on until Unrelay; one that breaks is opened again. All of a call's legs have one
	// Connection, which the engine names. Asked again it changes nothing. Outcome:
	// Listening, once Symbl takes sound.
	Relay struct {
		Leg        LegID
		Connection ConnectionID
		Speaker    string // Symbl's user id for the leg, as in "customer"
		Language   string // as in "en-US"
		Title      string // what the conversation is called in Symbl's records
	}

	// Unrelay ends the sockets of a connection, or of one leg alone where Leg is set. With
	// the last of them the conversation is over. Outcome: Accepted.
	Unrelay struct {
		Connection   ConnectionID
		Conversation ConversationID `json:",omitempty"` // where it is known
		Leg          LegID          `json:",omitempty"`
	}
)

// Carried out by a scorer that is asked over the network.
type (
	// Score asks how a sentence was meant. Outcome: Scored.
	Score struct {
		Utterance string
		Text      string
	}
)

func (Answer) action() (string, Adapter, Repeat)         { return "answer", AdapterTelnyx, Guarded }
func (OpenConference) action() (string, Adapter, Repeat) { return "open", AdapterTelnyx, Guarded }
func (EndOnExit) action() (string, Adapter, Repeat)      { return "end-on-exit", AdapterTelnyx, Natural }
func (Join) action() (string, Adapter, Repeat)           { return "join", AdapterTelnyx, Guarded }
func (SetRole) action() (string, Adapter, Repeat)        { return "role", AdapterTelnyx, Natural }
func (Hold) action() (string, Adapter, Repeat)           { return "hold", AdapterTelnyx, Natural }
func (Play) action() (string, Adapter, Repeat)           { return "play", AdapterTelnyx, Guarded }
func (StopPlay) action() (string, Adapter, Repeat)       { return "stop-play", AdapterTelnyx, Guarded }
func (Leave) action() (string, Adapter, Repeat)          { return "leave", AdapterTelnyx, Guarded }
func (Dial) action() (string, Adapter, Repeat)           { return "dial", AdapterTelnyx, Guarded }
func (Hangup) action() (string, Adapter, Repeat)         { return "hangup", AdapterTelnyx, Natural }
func (Mute) action() (string, Adapter, Repeat)           { return "mute", AdapterTelnyx, Natural }
func (Speak) action() (string, Adapter, Repeat)          { return "speak", AdapterTelnyx, Guarded }
func (Gather) action() (string, Adapter, Repeat)         { return "gather", AdapterTelnyx, Guarded }
func (StopGather) action() (string, Adapter, Repeat)     { return "stop-gather", AdapterTelnyx, Guarded }
func (Listen) action() (string, Adapter, Repeat)         { return "listen", AdapterSymbl, Once }
func (Hear) action() (string, Adapter, Repeat)           { return "hear", AdapterSymbl, Natural }
func (Unlisten) action() (string, Adapter, Repeat)       { return "unlisten", AdapterSymbl, Natural }
func (Stream) action() (string, Adapter, Repeat)         { return "stream", AdapterTelnyx, Guarded }
func (StopStream) action() (string, Adapter, Repeat)     { return "stop-stream", AdapterTelnyx, Guarded }
func (Transcribe) action() (string, Adapter, Repeat)     { return "transcribe", AdapterTelnyx, Guarded }
func (StopTranscribe) action() (string, Adapter, Repeat) {
	return "stop-transcribe", AdapterTelnyx, Guarded
}
func (Relay) action() (string, Adapter, Repeat)   { return "relay", AdapterSymbl, Natural }
func (Unrelay) action() (string, Adapter, Repeat) { return "unrelay", AdapterSymbl, Natural }
func (StartRecording) action() (string, Adapter, Repeat) {
	return "record", AdapterTelnyx, Guarded
}
func (PauseRecording) action() (string, Adapter, Repeat) {
	return "pause-recording", AdapterTelnyx, Guarded
}
func (ResumeRecording) action() (string, Adapter, Repeat) {
	return "resume-recording", AdapterTelnyx, Guarded
}
func (File) action() (string, Adapter, Repeat)  { return "file", AdapterHistory, Natural }
func (Score) action() (string, Adapter, Repeat) { return "score", AdapterScorer, Once }

// Adapter returns who carries the command out.
func (c Command) Adapter() Adapter {
	_, by, _ := c.Action.action()
	return by
}

// Repeat returns whether the command may be sent again.
func (c Command) Repeat() Repeat {
	_, _, repeat := c.Action.action()
	return repeat
}

// Verb returns the one word that stands for the action in the command's name.
func (c Command) Verb() string {
	verb, _, _ := c.Action.action()
	return verb
}

// A Reason says why a command was surely not carried out.
type Reason uint8

// The reasons. Numbers are Telnyx's error codes (contracts/telnyx.md, section 2).
const (
	ReasonOther        Reason = iota + 1
	ReasonEnded               // the leg is gone: 90018, 90015
	ReasonNotAnswered         // the leg is not answered yet: 90034
	ReasonNameTaken           // a live room has that name: 90033 with that detail
	ReasonNoConference        // the room is gone: 90019, 90058
	ReasonAlreadyIn           // the leg is in that room already: 90044
	ReasonFull                // the room has no place left: 90032
	ReasonLimit               // a limit of the account, profile or number: 90041 to 90043
	ReasonPaced               // too many dials or requests a second, after retries: 90103, 10011
	ReasonUnauthorized        // the key or credentials are not accepted: 401, 403
	ReasonInvalid             // the request is malformed: ours to mend
	ReasonUnreachable         // the far end does not resolve, or nobody listens there
	ReasonNoFeed              // no credentials for the feed are configured
)
