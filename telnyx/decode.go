package telnyx

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"switchboard/engine"
)

// Limits on text from outside, in bytes. An id past its limit makes the webhook
// malformed, for half an id would name something else; other text is cut.
const (
	maxID    = 512
	maxState = 1024 // client_state, in base64
	maxName  = 256  // names and numbers; a SIP URI is a number
	maxWord  = 64   // causes, statuses, event types
	maxKeys  = 128  // what a gather can hold
	maxURL   = 1800 // an address that is signed
)

// Why a webhook cannot be used.
var (
	// ErrMalformed means that a body cannot be read as a webhook.
	ErrMalformed = errors.New("webhook cannot be read")

	// ErrVersion1 means that a body is in the format of Telnyx's old API.
	ErrVersion1 = errors.New(`webhook is in the old v1 format: in the Telnyx portal, under Voice > Programmable Voice, ` +
		`open the application and set "Webhook API version" to "API v2"`)

	// ErrUnusable means that a webhook is of a type that we have no use for. The error
	// that wraps it names the type.
	ErrUnusable = errors.New("no use for this type of webhook")

	// ErrExpected is an [ErrUnusable] that comes with what we order, and is no trouble.
	ErrExpected = fmt.Errorf("expected: %w", ErrUnusable)
)

// The envelope is that of API v2, with the top of v1's beside it to tell them apart
// (section 9.1).
type envelope struct {
	Data *event
	event
	WebhookID text `json:"webhook_id"`
}

type event struct {
	ID       text
	Type     text `json:"event_type"`
	Occurred text `json:"occurred_at"`
	Payload  payload
}

// A payload is the union of the fields that we read. Real ones lack some of what the
// specification promises and carry more, so each is optional and the rest ignored.
type payload struct {
	Leg        text `json:"call_control_id"`
	CallLeg    text `json:"call_leg_id"`
	State      text `json:"client_state"`
	Conference text `json:"conference_id"`
	Occurred   text `json:"occurred_at"`
	Occured    text `json:"occured_at"` // as the specification's examples spell it

	Direction text
	CallState text `json:"state"`
	From, To  text
	Name      text `json:"caller_id_name"`

	Cause  text `json:"hangup_cause"`
	Source text `json:"hangup_source"`
	SIP    text `json:"sip_hangup_cause"`

	Digit, Digits  text
	Status, Reason text
	Result         text

	Transcript transcript `json:"transcription_data"`
	Failure    text       `json:"failure_reason"`
	Stream     struct {
		URL text `json:"stream_url"`
	} `json:"stream_params"`

	RecordingID   text `json:"recording_id"`
	RecordedFrom  text `json:"recording_started_at"`
	RecordedTo    text `json:"recording_ended_at"`
	RecordingURLs struct {
		MP3 text `json:"mp3"`
		WAV text `json:"wav"`
	} `json:"recording_urls"`

	Attestation text            `json:"shaken_stir_attestation"`
	Validated   json.RawMessage `json:"shaken_stir_validated"`
}

// A text is a string that forgives: a number is taken as it is written, and what is
// neither is empty.
type text string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *text) UnmarshalJSON(raw []byte) error {
	if n := len(raw); n >= 2 && raw[0] == '"' && bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		*t = text(raw[1 : n-1]) // as nearly all are, and streams have many
		return nil
	}
	var s string
	var n json.Number
	switch {
	case json.Unmarshal(raw, &s) == nil:
		*t = text(s)
	case json.Unmarshal(raw, &n) == nil:
		*t = text(n)
	default:
		*t = ""
	}
	return nil
}

// Decode reads the body of a webhook into the engine's words. The entry's ID is the
// webhook's own. It returns [ErrMalformed], [ErrVersion1], [ErrUnusable] or [ErrExpected], wrapped.
// Text from outside is limited in length and not otherwise cleaned: whoever shows it
// must.
func Decode(body []byte) (engine.Entry, error) {
	e, err := open(body)
	if err != nil {
		return engine.Entry{}, err
	}
	return e.entry()
}

// entry returns the event in the engine's words.
func (e *event) entry() (engine.Entry, error) {
	what, err := e.body()
	if err != nil {
		return engine.Entry{}, err
	}
	return engine.Entry{ID: string(e.ID), By: engine.ByTelnyx, Occurred: e.occurred(), Body: what}, nil
}

// open takes the event out of its envelope.
func open(body []byte) (*event, error) {
	var env envelope
	if err := json.Unmarshal(body, &env); !readable(err) {
		return nil, fmt.Errorf("%w: it is not a JSON object", ErrMalformed)
	}
	e := env.Data
	switch {
	case e != nil:
	case env.Type == "conference.floor.changed" && env.ID != "":
		e = &env.event // declared without the wrapper in API v2 (section 9.1)
	case env.Type != "" || env.WebhookID != "":
		return nil, ErrVersion1
	default:
		return nil, fmt.Errorf("%w: it has no data", ErrMalformed)
	}
	switch {
	case e.ID == "":
		return nil, fmt.Errorf("%w: it has no id", ErrMalformed)
	case e.Type == "":
		return nil, fmt.Errorf("%w: it has no event_type", ErrMalformed)
	case max(len(e.ID), len(e.Payload.Leg), len(e.Payload.CallLeg), len(e.Payload.Conference)) > maxID:
		return nil, fmt.Errorf("%w: an id in it is longer than %d bytes", ErrMalformed, maxID)
	}
	return e, nil
}

// readable reports whether a body could be read well enough: a payload that is no
// object leaves its fields empty and spoils nothing else.
func readable(err error) bool {
	var mistyped *json.UnmarshalTypeError
	return err == nil || errors.As(err, &mistyped) && mistyped.Field != ""
}

// body returns what the event says.
func (e *event) body() (engine.Body, error) {
	p := &e.Payload
	leg := engine.LegRef{
		Leg:     engine.LegID(p.Leg),
		CallLeg: engine.CallLegID(p.CallLeg),
		State:   clientState(p.State),
	}
	conference := engine.ConferenceID(p.Conference)
	switch e.Type {
	case "call.initiated":
		direction, err := p.direction()
		if err != nil {
			return nil, err
		}
		return engine.LegInitiated{LegRef: leg, Direction: direction,
			From: cut(p.From, maxName), To: cut(p.To, maxName), Name: cut(p.Name, maxName), Attested: p.attested()}, nil
	case "call.answered":
		return engine.LegAnswered{LegRef: leg}, nil
	case "call.hangup":
		return engine.LegHungUp{LegRef: leg,
			Cause: cut(p.Cause, maxWord), Source: cut(p.Source, maxWord), SIP: cut(p.SIP, maxWord)}, nil
	case "call.dtmf.received":
		return engine.KeyPressed{LegRef: leg, Digit: cut(p.Digit, maxWord)}, nil
	case "call.gather.ended":
		return engine.Gathered{LegRef: leg, Digits: cut(p.Digits, maxKeys), Status: cut(p.Status, maxWord)}, nil
	case "call.speak.started":
		return engine.SpeechStarted{LegRef: leg}, nil
	case "call.speak.ended":
		return engine.SpeechEnded{LegRef: leg, Status: cut(p.Status, maxWord)}, nil
	case "call.playback.started": // its end is what counts
		return nil, fmt.Errorf("%w: %q", ErrExpected, e.Type)
	case "call.playback.ended":
		return engine.AudioEnded{LegRef: leg, Status: cut(p.Status, maxWord)}, nil
	case "call.machine.detection.ended", "call.machine.premium.detection.ended":
		return engine.MachineDetected{LegRef: leg, Result: p.machine()}, nil
	case "call.machine.premium.greeting.ended":
		if p.Result != "beep_detected" {
			return nil, fmt.Errorf("%w: %q without a beep", ErrUnusable, cut(e.Type, maxWord))
		}
		return engine.MachineDetected{LegRef: leg, Result: engine.MachineVoicemail}, nil
	case "conference.created":
		return engine.ConferenceCreated{LegRef: leg, Conference: conference}, nil
	case "conference.ended":
		return engine.ConferenceEnded{LegRef: leg, Conference: conference, Reason: cut(p.Reason, maxWord)}, nil
	case "conference.participant.joined":
		return engine.ParticipantJoined{LegRef: leg, Conference: conference}, nil
	case "conference.participant.left":
		return engine.ParticipantLeft{LegRef: leg, Conference: conference}, nil
	case "conference.floor.changed":
		return engine.FloorChanged{LegRef: leg, Conference: conference}, nil
	case "call.recording.saved":
		return engine.RecordingSaved{LegRef: leg, ID: cut(p.RecordingID, maxName), URL: cut(cmp.Or(p.RecordingURLs.MP3, p.RecordingURLs.WAV), maxURL),
			From: instant(p.RecordedFrom), To: instant(p.RecordedTo)}, nil
	case "call.transcription":
		return e.transcribed(leg)
	case "streaming.started", "streaming.stopped": // the stream itself tells, and more surely
		return nil, fmt.Errorf("%w: %q", ErrExpected, e.Type)
	case "streaming.failed":
		return engine.StreamFailed{LegRef: leg, Token: p.token(), Why: p.noStream()}, nil
	default:
		return nil, fmt.Errorf("%w: %q", ErrUnusable, cut(e.Type, maxWord))
	}
}

// noStream says why Telnyx could not send a leg's sound, and what to do about it.
func (p *payload) noStream() string {
	switch p.Failure {
	case "":
		return "it does not say why"
	case "connection_failed":
		return "connection_failed: see that PUBLIC_URL can be reached from outside and lets websockets through"
	}
	return cut(p.Failure, maxWord)
}

// token returns the token of the stream that failed, which is the end of its address;
// empty where Telnyx does not tell the address.
func (p *payload) token() string {
	address, err := url.Parse(string(p.Stream.URL))
	if err != nil {
		return ""
	}
	return cut(address.Path[strings.LastIndexByte(address.Path, '/')+1:], maxWord)
}

// machine returns who picked up. A fax is a machine that nobody can talk to; of silence
// nobody can tell, and neither can we of a word that is new to us.
func (p *payload) machine() engine.Machine {
	switch p.Result {
	case "human", "human_residence", "human_business":
		return engine.MachineHuman
	case "machine", "fax_detected":
		return engine.MachineVoicemail
	default: // silence, not_sure
		return engine.MachineUnsure
	}
}

// attested returns how sure the carrier is of the caller's number. What did not hold
// when it was checked is as good as no word.
func (p *payload) attested() engine.Attestation {
	switch valid := string(p.Validated); {
	case valid != "true" && valid != `"true"`:
		return engine.AttestationNone
	case p.Attestation == "A":
		return engine.AttestationA
	case p.Attestation == "B":
		return engine.AttestationB
	case p.Attestation == "C":
		return engine.AttestationC
	}
	return engine.AttestationNone
}

// direction returns who called whom, from the state where Telnyx leaves it out.
func (p *payload) direction() (engine.Direction, error) {
	switch {
	case p.Direction == "incoming", p.Direction == "" && p.CallState == "parked":
		return engine.Incoming, nil
	case p.Direction == "outgoing", p.Direction == "" && p.CallState == "bridging":
		return engine.Outgoing, nil
	}
	return 0, fmt.Errorf("%w: a new leg is neither incoming nor outgoing", ErrMalformed)
}

// occurred returns when it happened by Telnyx's clock, which some types carry inside
// the payload, or the zero time.
func (e *event) occurred() time.Time {
	for _, stamp := range []text{e.Occurred, e.Payload.Occurred, e.Payload.Occured} {
		if t := instant(stamp); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// instant reads a time as Telnyx writes it; zero where it is none.
func instant(stamp text) time.Time {
	t, err := time.Parse(time.RFC3339Nano, string(stamp))
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// clientState reads what we once had Telnyx carry. What another program wrote, or
// what is no base64, is as good as none.
func clientState(encoded text) engine.ClientState {
	if len(encoded) > maxState {
		return engine.ClientState{}
	}
	raw, err := base64.StdEncoding.DecodeString(string(encoded))
	if err != nil {
		return engine.ClientState{}
	}
	var state engine.ClientState
	if state.UnmarshalText(raw) != nil {
		return engine.ClientState{}
	}
	return state
}

// cut limits a text to n bytes and cuts no character in half.
func cut[S ~string](s S, n int) string {
	if len(s) <= n {
		return string(s)
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return string(s[:n])
}
