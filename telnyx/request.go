package telnyx

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"switchboard/engine"
)

// Telnyx's ranges (Appendix A, and the error table of section 2 where it is narrower).
const (
	maxSpoken   = 3000 // characters
	minRing     = 5 * time.Second
	maxRing     = 600 * time.Second
	maxLegLife  = 14_000 * time.Second
	minGather   = time.Millisecond
	maxGather   = 120 * time.Second // for the first key
	betweenKeys = 5 * time.Second   // Telnyx's own default
)

// A request is one HTTP request. Its path is escaped and stands below the API's URL.
type request struct {
	method string
	path   string
	query  url.Values
	body   any  // nil: none
	room   bool // the path names a conference, so a 404 speaks of it
	once   bool // it has no command_id and makes something: not sent again where it may have been done
	whole  bool // it names all that it is about: an empty list of legs means everybody
}

// onLeg returns a command to one leg.
func onLeg(leg engine.LegID, verb string, body any) request {
	return request{
		method: http.MethodPost,
		path:   "/calls/" + escape(leg) + "/actions/" + verb,
		body:   body,
		whole:  leg != "",
	}
}

// inRoom returns a command about one leg in a conference.
func inRoom(room engine.ConferenceID, leg engine.LegID, verb string, body any) request {
	return request{
		method: http.MethodPost,
		path:   "/conferences/" + escape(room) + "/actions/" + verb,
		body:   body,
		room:   true,
		whole:  room != "" && leg != "",
	}
}

func escape[S ~string](id S) string { return url.PathEscape(string(id)) }

// What we send. Fields that are left out have Telnyx's defaults.
type (
	commandRequest struct {
		CommandID string `json:"command_id"`
	}

	recordRequest struct {
		Format    string `json:"format"`
		Channels  string `json:"channels"`
		CommandID string `json:"command_id"`
	}

	answerRequest struct {
		State     string `json:"client_state,omitempty"`
		CommandID string `json:"command_id"`
	}

	conferenceRequest struct {
		Leg       engine.LegID `json:"call_control_id"`
		Name      string       `json:"name"`
		Beep      string       `json:"beep_enabled"`
		State     string       `json:"client_state,omitempty"`
		CommandID string       `json:"command_id"`
	}

	// The flags are sent though they are the defaults: nobody but the customer may end
	// a conference for all.
	joinRequest struct {
		Leg       engine.LegID `json:"call_control_id"`
		Mute      bool         `json:"mute"`
		EndOnExit bool         `json:"end_conference_on_exit"`
		SoftEnd   bool         `json:"soft_end_conference_on_exit"`
		Start     bool         `json:"start_conference_on_enter"`
		Beep      string       `json:"beep_enabled"`

		Role    string         `json:"supervisor_role,omitempty"`
		Whisper []engine.LegID `json:"whisper_call_control_ids,omitempty"`

		CommandID string `json:"command_id"`
	}

	// It takes a command_id and is not given one: the same wish twice is the same wish,
	// and Telnyx is not to take one that is made anew for one that was done before.
	updateRequest struct {
		Leg     engine.LegID   `json:"call_control_id"`
		Role    string         `json:"supervisor_role"`
		Whisper []engine.LegID `json:"whisper_call_control_ids,omitempty"`
	}

	holdRequest struct {
		Legs []engine.LegID `json:"call_control_ids"`
		audioRequest
	}

	audioRequest struct {
		URL   string `json:"audio_url,omitempty"`
		Media string `json:"media_name,omitempty"`
	}

	playRequest struct {
		audioRequest
		Type      string `json:"audio_type,omitempty"` // mp3 where it is left out
		Loop      string `json:"loop,omitempty"`       // once where it is left out
		CommandID string `json:"command_id"`
	}

	stopPlayRequest struct {
		Stop      string `json:"stop"`
		CommandID string `json:"command_id"`
	}

	leaveRequest struct {
		Leg       engine.LegID `json:"call_control_id"`
		Beep      string       `json:"beep_enabled"`
		CommandID string       `json:"command_id"`
	}

	muteRequest struct {
		Legs []engine.LegID `json:"call_control_ids"`
	}

	participantRequest struct {
		EndOnExit bool `json:"end_conference_on_exit"`
	}

	dialRequest struct {
		ConnectionID   string       `json:"connection_id"`
		To             string       `json:"to"`
		From           string       `json:"from"`
		LinkTo         engine.LegID `json:"link_to,omitempty"`
		TimeoutSecs    int64        `json:"timeout_secs"`
		RetryOnTimeout bool         `json:"retry_on_timeout"`
		TimeLimitSecs  int64        `json:"time_limit_secs"`
		Detection      string       `json:"answering_machine_detection,omitempty"`
		State          string       `json:"client_state,omitempty"`
		CommandID      string       `json:"command_id"`
	}

	speakRequest struct {
		Payload   string `json:"payload"`
		Voice     string `json:"voice"`
		Language  string `json:"language,omitempty"`
		Stop      string `json:"stop"`
		CommandID string `json:"command_id"`
	}

	gatherRequest struct {
		Minimum    int    `json:"minimum_digits"`
		Maximum    int    `json:"maximum_digits"`
		Valid      string `json:"valid_digits,omitempty"`
		Terminator string `json:"terminating_digit,omitempty"`
		CommandID  string `json:"command_id"`

		// For the whole gather, or with a text for the first key after it.
		TimeoutMillis int64 `json:"timeout_millis"`
		InitialMillis int64 `json:"initial_timeout_millis,omitempty"` // only without a text
	}

	gatherSpeakRequest struct {
		gatherRequest
		Payload  string `json:"payload"`
		Voice    string `json:"voice"`
		Language string `json:"language,omitempty"`
		Tries    int    `json:"maximum_tries"`
	}
)

// What we read of the answers.
type (
	callResource struct {
		Leg     engine.LegID     `json:"call_control_id"`
		CallLeg engine.CallLegID `json:"call_leg_id"`
	}

	conferenceResource struct {
		ID engine.ConferenceID `json:"id"`
	}

	participantResource struct {
		ID     string       `json:"id"`
		Leg    engine.LegID `json:"call_control_id"`
		Status string       `json:"status"`
	}
)

// roleName returns Telnyx's word for a supervisor's role, and nothing for no role.
func roleName(r engine.MonitorRole) string {
	switch r {
	case 0:
		return ""
	case engine.Monitor:
		return "monitor"
	case engine.Whisper:
		return "whisper"
	case engine.Barge:
		return "barge"
	default:
		panic(fmt.Sprintf("telnyx: role %d is unknown", r))
	}
}

// named reports whether a role names all that it is about. A whisper to nobody is to
// Telnyx a monitor (section 8), and the supervisor would talk to himself unknowing.
func named(r engine.MonitorRole, whisper []engine.LegID) bool {
	return r != engine.Whisper || len(whisper) > 0 && !slices.Contains(whisper, "")
}

func newUpdate(room engine.ConferenceID, leg engine.LegID, role engine.MonitorRole, whisper []engine.LegID) request {
	r := inRoom(room, leg, "update", updateRequest{leg, roleName(role), whisper})
	r.whole = r.whole && role != 0 && named(role, whisper)
	return r
}

func newHold(a engine.Hold) request {
	if !a.On {
		return inRoom(a.Conference, a.Leg, "unhold", muteRequest{[]engine.LegID{a.Leg}})
	}
	return inRoom(a.Conference, a.Leg, "hold", holdRequest{[]engine.LegID{a.Leg}, newAudio(a.Audio)})
}

// newAudio names a file: Telnyx takes an address or a name, and not both.
func newAudio(a engine.Audio) audioRequest {
	if a.URL != "" {
		return audioRequest{URL: a.URL}
	}
	return audioRequest{Media: a.Media}
}

// newPlay returns a playback that waits until the leg has been told what it is being
// told: without stop, Telnyx queues (section 5).
func newPlay(a engine.Play, id string) request {
	body := playRequest{audioRequest: newAudio(a.Audio), Loop: "infinity", CommandID: id}
	if a.Once {
		body.Loop = ""
	}
	if at, err := url.Parse(a.Audio.URL); err == nil && strings.HasSuffix(strings.ToLower(at.Path), ".wav") {
		body.Type = "wav"
	}
	r := onLeg(a.Leg, "playback_start", body)
	r.whole = r.whole && !a.Audio.None()
	return r
}

// detection is how Telnyx listens to who picks up. The better one, "premium", tells
// silence and a fax from a person as well, and a wrong "human" would join a customer to
// a voicemail. Its verdict comes after call.answered, and the beep of a voicemail may
// come in its place (section 5): [Decode] reads both.
const detection = "premium"

func newDial(a engine.Dial, connection, id string) dialRequest {
	ring := min(max(a.Ring, minRing), maxRing)
	detect := ""
	if a.Detect {
		detect = detection
	}
	return dialRequest{
		Detection:      detect,
		ConnectionID:   connection,
		To:             a.To,
		From:           a.From,
		LinkTo:         a.LinkTo,
		TimeoutSecs:    int64((ring + time.Second - 1) / time.Second),
		RetryOnTimeout: false, // or real ringing outlasts the timeout (section 5)
		TimeLimitSecs:  int64(maxLegLife / time.Second),
		State:          encode(a.State),
		CommandID:      id,
	}
}

func newSpeak(a engine.Speak, id string) speakRequest {
	return speakRequest{
		Payload:   spoken(a.Text),
		Voice:     a.Voice,
		Language:  a.Language,
		Stop:      "all", // Telnyx queues texts otherwise (section 5)
		CommandID: id,
	}
}

// newGather returns a gather without a text, whose whole length must be given too:
// it is to be ended by a missing key, not by the sum of those that came.
func newGather(a engine.Gather, id string) gatherRequest {
	g := gatherOf(a, id)
	g.InitialMillis = g.TimeoutMillis
	g.TimeoutMillis += int64(g.Maximum) * betweenKeys.Milliseconds()
	return g
}

// newGatherSpeak returns a gather after a text that is said once: what is to follow
// when no key comes is the engine's to decide.
func newGatherSpeak(a engine.Gather, id string) gatherSpeakRequest {
	return gatherSpeakRequest{
		gatherRequest: gatherOf(a, id),
		Payload:       spoken(a.Text),
		Voice:         a.Voice,
		Language:      a.Language,
		Tries:         1,
	}
}

func gatherOf(a engine.Gather, id string) gatherRequest {
	least := min(max(a.Min, 1), maxKeys)
	return gatherRequest{
		Minimum:       least,
		Maximum:       min(max(a.Max, least), maxKeys),
		Valid:         a.Valid,
		Terminator:    a.Terminator,
		CommandID:     id,
		TimeoutMillis: min(max(a.Timeout, minGather), maxGather).Milliseconds(),
	}
}

// spoken limits a text to what Telnyx will say.
func spoken(s string) string {
	if utf8.RuneCountInString(s) <= maxSpoken {
		return s
	}
	return string([]rune(s)[:maxSpoken])
}

// encode writes a client_state as Telnyx wants it, on one line: it cuts the value at
// the first newline (section 4). The zero state is left out of the request.
func encode(state engine.ClientState) string {
	text, err := state.MarshalText()
	if err != nil {
		panic(err) // it cannot fail
	}
	return base64.StdEncoding.EncodeToString(text)
}
