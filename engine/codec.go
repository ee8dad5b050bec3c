package engine

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// bodies lists every Body under the name that the journal knows it by. A name, once
// used, is never given to another Body.
var bodies = map[string]Body{
	"leg.initiated":      LegInitiated{},
	"leg.answered":       LegAnswered{},
	"leg.hungup":         LegHungUp{},
	"key.pressed":        KeyPressed{},
	"gathered":           Gathered{},
	"speech.started":     SpeechStarted{},
	"speech.ended":       SpeechEnded{},
	"conference.created": ConferenceCreated{},
	"conference.ended":   ConferenceEnded{},
	"participant.joined": ParticipantJoined{},
	"participant.left":   ParticipantLeft{},
	"floor.changed":      FloorChanged{},
	"uttered":            Uttered{},
	"feed.failed":        FeedFailed{},
	"feed.back":          FeedBack{},
	"feed.probed":        FeedProbed{},
	"transcribed":        Transcribed{},
	"leg.missed":         LegMissed{},
	"leg.found":          LegFound{},
	"room.differs":       RoomDiffers{},
	"mute.differs":       MuteDiffers{},
	"stream.failed":      StreamFailed{},
	"media.up":           MediaUp{},
	"media.down":         MediaDown{},
	"media.gap":          MediaGap{},
	"scored":             Scored{},
	"transfer.asked":     TransferAsked{},
	"mute.asked":         MuteAsked{},
	"hangup.asked":       HangupAsked{},
	"settings.loaded":    SettingsLoaded{},
	"audio.ended":        AudioEnded{},
	"machine.detected":   MachineDetected{},
	"veto.asked":         VetoAsked{},
	"veto.explained":     VetoExplained{},
	"hurry.asked":        HurryAsked{},
	"snooze.asked":       SnoozeAsked{},
	"takeback.asked":     TakeBackAsked{},
	"again.allowed":      AgainAllowed{},
	"alert.seen":         AlertSeen{},
	"claim.asked":        ClaimAsked{},
	"hold.asked":         HoldAsked{},
	"monitor.asked":      MonitorAsked{},
	"takeover.asked":     TakeOverAsked{},
	"automation.asked":   AutomationAsked{},
	"callback.done":      CallbackDone{},
	"pay.asked":          PayAsked{},
	"note.asked":         NoteAsked{},
	"recording.saved":    RecordingSaved{},
	"calls.forgotten":    CallsForgotten{},
	"forgotten":          Forgotten{},
	"resumed":            Resumed{},
	"ticked":             Ticked{},
	"accepted":           Accepted{},
	"dialled":            Dialled{},
	"conference.opened":  ConferenceOpened{},
	"listening":          Listening{},
	"refused":            Refused{},
	"lapsed":             Lapsed{},
	"unanswered":         Unanswered{},
}

// actions lists every Action under its verb.
var actions = map[string]Action{
	"answer": Answer{}, "open": OpenConference{}, "end-on-exit": EndOnExit{}, "join": Join{}, "leave": Leave{},
	"dial": Dial{}, "hangup": Hangup{}, "mute": Mute{}, "speak": Speak{}, "gather": Gather{}, "stop-gather": StopGather{},
	"role": SetRole{}, "hold": Hold{}, "play": Play{}, "stop-play": StopPlay{},
	"listen": Listen{}, "hear": Hear{}, "unlisten": Unlisten{}, "relay": Relay{}, "unrelay": Unrelay{},
	"stream": Stream{}, "stop-stream": StopStream{}, "transcribe": Transcribe{}, "stop-transcribe": StopTranscribe{},
	"score": Score{}, "file": File{},
	"record": StartRecording{}, "pause-recording": PauseRecording{}, "resume-recording": ResumeRecording{},
}

var kinds = func() map[reflect.Type]string {
	m := make(map[reflect.Type]string)
	for kind, body := range bodies {
		m[reflect.TypeOf(body)] = kind
	}
	return m
}()

// EncodeBody returns a body as the journal keeps it: the name of its kind and JSON.
func EncodeBody(b Body) (kind string, data []byte, err error) {
	kind, ok := kinds[reflect.TypeOf(b)]
	invariant(ok, "%T has no kind", b)
	data, err = json.Marshal(b)
	return kind, data, err
}

// DecodeBody reads a body back. It refuses a kind that this build does not know.
func DecodeBody(kind string, data []byte) (Body, error) {
	zero, ok := bodies[kind]
	if !ok {
		return nil, fmt.Errorf("engine: unknown kind of event %q: written by a newer version", kind)
	}
	body := reflect.New(reflect.TypeOf(zero))
	if err := json.Unmarshal(data, body.Interface()); err != nil {
		return nil, fmt.Errorf("engine: read %s: %w", kind, err)
	}
	return body.Elem().Interface().(Body), nil
}

type wireEvent struct {
	Seq      uint64
	At       time.Time
	ID       string
	By       By
	Occurred time.Time `json:",omitzero"`
	Kind     string
	Body     json.RawMessage
}

// MarshalJSON implements [json.Marshaler].
func (e Event) MarshalJSON() ([]byte, error) {
	kind, data, err := EncodeBody(e.Body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(wireEvent{e.Seq, e.At, e.ID, e.By, e.Occurred, kind, data})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (e *Event) UnmarshalJSON(b []byte) error {
	var w wireEvent
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	body, err := DecodeBody(w.Kind, w.Body)
	if err != nil {
		return err
	}
	*e = Event{w.Seq, w.At, Entry{w.ID, w.By, w.Occurred, body}}
	return nil
}

type wireCommand struct {
	Name    CommandName
	Session SessionID
	Decided time.Time
	Verb    string
	Action  json.RawMessage
}

// MarshalJSON implements [json.Marshaler].
func (c Command) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal(c.Action)
	if err != nil {
		return nil, err
	}
	return json.Marshal(wireCommand{c.Name, c.Session, c.Decided, c.Verb(), data})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (c *Command) UnmarshalJSON(b []byte) error {
	var w wireCommand
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	zero, ok := actions[w.Verb]
	if !ok {
		return fmt.Errorf("engine: unknown action %q: written by a newer version", w.Verb)
	}
	action := reflect.New(reflect.TypeOf(zero))
	if err := json.Unmarshal(w.Action, action.Interface()); err != nil {
		return fmt.Errorf("engine: read %s: %w", w.Verb, err)
	}
	*c = Command{w.Name, w.Session, w.Decided, action.Elem().Interface().(Action)}
	return nil
}

type wireState struct {
	Seq        uint64
	Now        time.Time
	Epoch      string
	Settings   Settings
	Sessions   []*Session
	Tombs      []tomb
	Ended      []Ended
	Refusals   []Refusal
	Listeners  []string
	Counts     Counts
	Automation Mode         `json:",omitzero"`
	Records    []RuleRecord `json:",omitempty"`
	Bells      []time.Time  `json:",omitempty"`
	Callbacks  []Callback   `json:",omitempty"`
	Idle       []IdleSince  `json:",omitempty"`
	Lasts      []last       `json:",omitempty"`
	Limited    time.Time    `json:",omitzero"`
	Outages    []Outage     `json:",omitempty"`
	Handover   []Memo       `json:",omitempty"`
	Occupied   []occupancy  `json:",omitempty"`
	Day        Day          `json:",omitzero"`
	Shape      int
}

// shape is raised when a checkpoint of an older build is not to be read: its events are.
const shape = 2

// MarshalJSON implements [json.Marshaler]. Indexes are left out: they are derived.
func (s State) MarshalJSON() ([]byte, error) {
	return json.Marshal(wireState{
		s.Seq, s.Now, s.Epoch, s.Settings, s.sessions, s.tombs.order, s.ended, s.refusals, s.listeners, s.counts,
		s.automation(), s.records, s.bells, s.callbacks, s.idle, s.lasts, s.limited, s.outages, s.handover, s.occupied, s.day, shape,
	})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (s *State) UnmarshalJSON(b []byte) error {
	var w wireState
	if err := json.Unmarshal(b, &w); err != nil {
		return fmt.Errorf("engine: read state: %w", err)
	}
	if w.Shape != shape {
		return fmt.Errorf("engine: read state: it has shape %d, and this version reads %d", w.Shape, shape)
	}
	*s = State{
		Seq: w.Seq, Now: w.Now, Epoch: w.Epoch, Settings: w.Settings, sessions: w.Sessions, index: newIndex(),
		ended: w.Ended, refusals: w.Refusals, listeners: w.Listeners, counts: w.Counts,
		auto: w.Automation, records: w.Records, bells: w.Bells, callbacks: w.Callbacks, idle: w.Idle, lasts: w.Lasts,
		limited: w.Limited, outages: w.Outages, handover: w.Handover, occupied: w.Occupied, day: w.Day, typical: typical(w.Ended),
	}
	for _, b := range w.Tombs {
		s.tombs.bury(b)
	}
	for _, session := range s.sessions {
		s.index.add(session, nil)
	}
	for _, o := range s.occupied {
		s.index.occupy(o)
	}
	return nil
}

// Checkpoint returns an immutable copy of the state, to be encoded while the state
// itself goes on.
func (s *State) Checkpoint() State {
	c := *s
	c.index, c.changed = index{}, nil
	c.sessions = slices.Clone(s.sessions)
	c.tombs = tombs{order: slices.Clone(s.tombs.order)}
	return c
}
