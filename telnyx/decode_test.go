package telnyx

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
)

// The ids of the two sets of examples.
const (
	specID   = "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0"
	specRoom = "428c31b6-abf3-3bc1-b7f4-5013ef9657c1"
)

var (
	specLeg = engine.LegRef{Leg: "v3:MdI91X4lWFEs7IgbBEOT9M4AigoY08M0WWZFISt1Yw2axZ_IiE4pqg",
		CallLeg: "428c31b6-7af4-4bcb-b7f5-5013ef9657c1"}
	realLeg = engine.LegRef{Leg: "v3:2EC-70CTEjlUq3tDM0CxKXIt5-5N4iP4wo7_-PfH-qub97Sk4EqO5w",
		CallLeg: "b0e6224c-c81c-11f0-afbb-02420aef93a0"}
)

func at(stamp string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		panic(err)
	}
	return t
}

func spec(body engine.Body) engine.Entry {
	return engine.Entry{ID: specID, By: engine.ByTelnyx, Occurred: at("2018-02-02T22:25:27.521992Z"), Body: body}
}

func real(id, stamp string, body engine.Body) engine.Entry {
	return engine.Entry{ID: id, By: engine.ByTelnyx, Occurred: at(stamp), Body: body}
}

func withState(leg engine.LegRef, role engine.Role, attempt int) engine.LegRef {
	leg.State = engine.ClientState{Floor: "main", Session: "s41", Role: role, Attempt: attempt}
	return leg
}

// unnamed is a leg that is told by its call_leg_id alone.
func unnamed(leg engine.LegRef) engine.LegRef {
	leg.Leg = ""
	return leg
}

// decoded says what each file of testdata/webhooks is to us.
var decoded = map[string]any{
	"call.initiated.spec": spec(engine.LegInitiated{LegRef: specLeg, Direction: engine.Incoming,
		From: "+12025550120", To: "+12025550121"}),
	"call.answered.spec": spec(engine.LegAnswered{LegRef: specLeg}),
	"call.hangup.spec": spec(engine.LegHungUp{LegRef: specLeg,
		Cause: "call_rejected", Source: "caller", SIP: "603"}),
	"call.dtmf.received.spec":                   spec(engine.KeyPressed{LegRef: specLeg, Digit: "#"}),
	"call.gather.ended.spec":                    spec(engine.Gathered{LegRef: specLeg, Digits: "123", Status: "valid"}),
	"call.speak.started.spec":                   spec(engine.SpeechStarted{LegRef: specLeg}),
	"call.speak.ended.spec":                     spec(engine.SpeechEnded{LegRef: specLeg, Status: "completed"}),
	"call.playback.ended.spec":                  spec(engine.AudioEnded{LegRef: specLeg, Status: "completed"}),
	"call.machine.detection.ended.spec":         spec(engine.MachineDetected{LegRef: unnamed(specLeg), Result: engine.MachineHuman}),
	"call.machine.premium.detection.ended.spec": spec(engine.MachineDetected{LegRef: unnamed(specLeg), Result: engine.MachineVoicemail}),
	"call.machine.premium.greeting.ended.spec":  spec(engine.MachineDetected{LegRef: unnamed(specLeg), Result: engine.MachineVoicemail}),
	"conference.created.spec":                   spec(engine.ConferenceCreated{LegRef: specLeg, Conference: specRoom}),
	"conference.ended.spec":                     spec(engine.ConferenceEnded{LegRef: specLeg, Conference: specRoom, Reason: "host_left"}),
	"conference.participant.joined.spec":        spec(engine.ParticipantJoined{LegRef: specLeg, Conference: specRoom}),
	"conference.participant.left.spec":          spec(engine.ParticipantLeft{LegRef: specLeg, Conference: specRoom}),
	"conference.floor.changed.spec":             spec(engine.FloorChanged{LegRef: specLeg, Conference: specRoom}),

	"call.initiated.incoming": real("b97d4d5e-6fe7-4432-911f-79637bf6ebb7", "2025-11-23T03:30:00.076316Z",
		engine.LegInitiated{LegRef: realLeg, Direction: engine.Incoming,
			From: "+12025550141", To: "+12025550199", Name: "+12025550141"}),
	"call.initiated.outgoing": real("3c1f0a52-2f4e-4d0b-8a57-6c1d1f0b8e11", "2025-11-23T03:30:12.410027Z",
		engine.LegInitiated{Direction: engine.Outgoing, From: "+12025550199", To: "+12025550123",
			LegRef: withState(engine.LegRef{Leg: "v3:Qe7sVbR1p0m2xN4yTt5kWw8uZz9aCcDdEeFfGgHhIiJjKkLlMmNnOo",
				CallLeg: "b85f9c1a-c81c-11f0-9d0a-02420aef93a0"}, engine.RoleOperator, 2)}),
	"call.answered.real": real("0d6a7c3e-9b7b-4a53-8f5e-2c7f9a4b1d20", "2025-11-23T03:30:00.912404Z",
		engine.LegAnswered{LegRef: realLeg}),
	"call.speak.ended.real": real("6f0b5d0e-6a51-4b4c-9f0e-0a2e6d2f7c33", "2025-11-23T03:30:06.205113Z",
		engine.SpeechEnded{LegRef: realLeg, Status: "completed"}),
	"call.hangup.real": real("a4e3d1c0-1b7e-4f7c-8b53-4d9b2b0f6e44", "2025-11-23T03:30:30.816307Z",
		engine.LegHungUp{LegRef: realLeg, Cause: "normal_clearing", Source: "caller", SIP: "200"}),
	"conference.floor.changed.wrapped": real("5b8f7f6a-7a54-4a2d-9a39-8d1f0c6b2a55", "2025-11-23T03:30:08.301Z",
		engine.FloorChanged{LegRef: withState(realLeg, engine.RoleCustomer, 1), Conference: specRoom}),
	"conference.ended.payload-time": real("e2c9e0b1-3f0a-4d4e-8f0c-1f2a7d9b3c66", "2025-11-23T03:30:31.002Z",
		engine.ConferenceEnded{LegRef: realLeg, Conference: specRoom, Reason: "all_left"}),
	"signed": real("b97d4d5e-6fe7-4432-911f-79637bf6ebb7", "2025-11-23T03:30:00.076316Z",
		engine.LegInitiated{LegRef: engine.LegRef{Leg: "v3:abc"}, Direction: engine.Incoming}),

	"call.transcription.spec": spec(engine.Transcribed{LegRef: engine.LegRef{Leg: "v2:7subYr8fLrXmaAXm8egeAMpoSJ72J3SGPUuome81-hQuaKRf9b7hKA",
		CallLeg: "5ca81340-5beb-11eb-ae45-02420a0f8b69"}, Text: "hello this is a test speech", Confidence: 977}),
	"call.recording.saved.spec": spec(engine.RecordingSaved{LegRef: unnamed(specLeg), URL: "http://example.com/recording.mp3",
		From: at("2018-02-02T22:20:27.521992Z"), To: at("2018-02-02T22:25:27.521992Z")}),
	"streaming.failed.spec": real("25dc3731-e51e-4927-a50d-a61cc25984b1", "2021-12-15T14:11:24.613295Z",
		engine.StreamFailed{LegRef: engine.LegRef{Leg: "31f19208-5db0-11ec-9ea7-02420a0d3a69", CallLeg: "31f19208-5db0-11ec-9ea7-02420a0d3a69"},
			Token: "websocket", Why: "connection_failed: see that PUBLIC_URL can be reached from outside and lets websockets through"}),
	"streaming.started.spec":     ErrExpected,
	"streaming.stopped.spec":     ErrExpected,
	"call.transcription.interim": ErrExpected,

	"call.bridged.spec": ErrUnusable,
	"v1.call.initiated": ErrVersion1,
}

// "premium: human_residence|human_business|machine|silence|fax_detected|not_sure":
// section 5. Who is not surely there is to press the key.
func TestWhoPicksUpIsToldInThreeWords(t *testing.T) {
	for result, want := range map[string]engine.Machine{
		"human": engine.MachineHuman, "human_residence": engine.MachineHuman, "human_business": engine.MachineHuman,
		"machine": engine.MachineVoicemail, "fax_detected": engine.MachineVoicemail,
		"silence": engine.MachineUnsure, "not_sure": engine.MachineUnsure, "": engine.MachineUnsure, "parrot": engine.MachineUnsure,
	} {
		for _, kind := range []string{"call.machine.detection.ended", "call.machine.premium.detection.ended"} {
			got, err := Decode([]byte(`{"data":{"event_type":"` + kind + `","id":"e","payload":{"call_leg_id":"l","result":"` + result + `"}}}`))
			if want := (engine.MachineDetected{LegRef: engine.LegRef{CallLeg: "l"}, Result: want}); err != nil || got.Body != want {
				t.Errorf("%s %q: got %+v, %v; want %+v", kind, result, got.Body, err, want)
			}
		}
	}
	_, err := Decode([]byte(`{"data":{"event_type":"call.machine.premium.greeting.ended","id":"e","payload":{"result":"no_beep_detected"}}}`))
	if !errors.Is(err, ErrUnusable) {
		t.Errorf("no beep: got %v, want it to be of no use", err)
	}
}

// A number that somebody claims is not attested by his claim.
func TestOnlyAnAttestationThatHeldCounts(t *testing.T) {
	for fields, want := range map[string]engine.Attestation{
		`"shaken_stir_attestation":"A","shaken_stir_validated":true`:   engine.AttestationA,
		`"shaken_stir_attestation":"B","shaken_stir_validated":"true"`: engine.AttestationB,
		`"shaken_stir_attestation":"C","shaken_stir_validated":true`:   engine.AttestationC,
		`"shaken_stir_attestation":"A","shaken_stir_validated":false`:  engine.AttestationNone,
		`"shaken_stir_attestation":"A","shaken_stir_validated":null`:   engine.AttestationNone,
		`"shaken_stir_attestation":"A"`:                                engine.AttestationNone,
		`"shaken_stir_attestation":"Z","shaken_stir_validated":true`:   engine.AttestationNone,
		`"shaken_stir_attestation":["A"],"shaken_stir_validated":{}`:   engine.AttestationNone,
	} {
		got, err := Decode([]byte(`{"data":{"event_type":"call.initiated","id":"e","payload":{"direction":"incoming",` + fields + `}}}`))
		if rang, _ := got.Body.(engine.LegInitiated); err != nil || rang.Attested != want {
			t.Errorf("%s: got %+v, %v; want %s", fields, got.Body, err, want)
		}
	}
}

// "transcription_data{transcript, confidence, is_final, transcription_track}": section
// 9.2. What the leg hears is said by another leg, and told by that one's transcription.
func TestASentenceIsAFinalOneOfTheLegItself(t *testing.T) {
	leg := engine.LegRef{Leg: "v3:a"}
	said := func(text string, confidence int) engine.Body {
		return engine.Transcribed{LegRef: leg, Text: text, Confidence: confidence}
	}
	for fields, want := range map[string]engine.Body{
		`{"transcript":" hello there ","confidence":0.9766,"is_final":true}`:     said("hello there", 977),
		`{"transcript":"hello","is_final":true,"transcription_track":"inbound"}`: said("hello", 0),
		`{"transcript":"hello"}`: said("hello", 0),
		`{"transcript":"hello","confidence":"0.5","is_final":"true"}`:             said("hello", 500),
		`{"transcript":"hello","confidence":7}`:                                   said("hello", 1000),
		`{"transcript":"hello","confidence":-1}`:                                  said("hello", 0),
		`{"transcript":"hello","confidence":"NaN"}`:                               said("hello", 0),
		`{"transcript":"` + strings.Repeat("é", 3000) + `"}`:                      said(strings.Repeat("é", 2048), 0),
		`{"transcript":"hello","is_final":false}`:                                 nil,
		`{"transcript":"hello","is_final":"false"}`:                               nil,
		`{"transcript":"hello","is_final":true,"transcription_track":"outbound"}`: nil,
		`{"transcript":"  ","is_final":true}`:                                     nil,
		`{}`:                                                                      nil,
		`"hello"`:                                                                 nil,
	} {
		got, err := Decode(body("call.transcription", `"call_control_id":"v3:a","transcription_data":`+fields))
		if want == nil && !errors.Is(err, ErrExpected) || want != nil && (err != nil || got.Body != want) {
			t.Errorf("%s: got %+v, %v; want %+v", fields, got.Body, err, want)
		}
	}
}

func TestAStreamThatFailsSaysWhy(t *testing.T) {
	for reason, want := range map[string]string{
		``:                                     "it does not say why",
		`"failure_reason":"dns_failed"`:        "dns_failed",
		`"failure_reason":"connection_failed"`: "connection_failed: see that PUBLIC_URL can be reached from outside and lets websockets through",
		`"failure_reason":"` + strings.Repeat("x", 400) + `"`: strings.Repeat("x", maxWord),
	} {
		got, err := Decode(body("streaming.failed", reason))
		if want := (engine.StreamFailed{Why: want}); err != nil || got.Body != want {
			t.Errorf("%.40s: got %+v, %v; want %+v", reason, got.Body, err, want)
		}
	}
}

// "stream_params{stream_url,track}": section 7. It may be told late, of a stream that
// another has taken the place of.
func TestAStreamThatFailsIsKnownByItsToken(t *testing.T) {
	for fields, want := range map[string]string{
		`"stream_params":{"stream_url":"wss://calls.example/media/2f2679e6","track":"inbound_track"}`: "2f2679e6",
		`"stream_params":{"stream_url":"wss://calls.example/base/media/a%20b?x=1"}`:                   "a b",
		`"stream_params":{"stream_url":"wss://calls.example"}`:                                        "",
		`"stream_params":{"stream_url":"%zz"}`:                                                        "",
		`"stream_params":{"stream_url":[]}`:                                                           "",
		`"stream_params":"none"`:                                                                      "",
		`"stream_params":null`:                                                                        "",
		`"stream_params":{"stream_url":"wss://calls.example/media/` + strings.Repeat("k", 400) + `"}`: strings.Repeat("k", maxWord),
	} {
		got, err := Decode(body("streaming.failed", fields))
		if want := (engine.StreamFailed{Token: want, Why: "it does not say why"}); err != nil || got.Body != want {
			t.Errorf("%.60s: got %+v, %v; want %+v", fields, got.Body, err, want)
		}
	}
}

func TestEveryWebhookThatWeReadIsDecoded(t *testing.T) {
	files, err := filepath.Glob("../testdata/webhooks/*.json")
	if err != nil || len(files) != len(decoded) {
		t.Fatalf("got %d files (%v), want %d: each has its line in the table", len(files), err, len(decoded))
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			got, err := Decode(webhook(t, name))
			switch want := decoded[name].(type) {
			case engine.Entry:
				if err != nil {
					t.Fatalf("Decode: %v", err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("Decode (-want +got):\n%s", diff)
				}
			case error:
				if !errors.Is(err, want) {
					t.Errorf("Decode: got %v, want %v", err, want)
				}
			default:
				t.Errorf("%s has no line in the table", file)
			}
		})
	}
}

// body returns a webhook of one type with the given fields of its payload.
func body(kind, fields string) []byte {
	return fmt.Appendf(nil, `{"data":{"id":"w-1","event_type":%q,"payload":{%s}}}`, kind, fields)
}

func TestErrorsNameWhatToDo(t *testing.T) {
	if _, err := Decode(webhook(t, "call.bridged.spec")); err == nil || !strings.Contains(err.Error(), `"call.bridged"`) {
		t.Errorf("an unusable type is not named: %v", err)
	}
	_, err := Decode(webhook(t, "v1.call.initiated"))
	for _, word := range []string{"Voice > Programmable Voice", "Webhook API version", "API v2"} {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("v1 is refused without naming %q: %v", word, err)
		}
	}
}

func TestDecodeForgives(t *testing.T) {
	leg := engine.LegRef{Leg: "v3:a"}
	tests := []struct {
		name, kind, fields string
		want               engine.Body
	}{
		{"a payload with nothing in it", "call.answered", ``, engine.LegAnswered{}},
		{"a digit that is a number", "call.dtmf.received", `"call_control_id":"v3:a","digit":1`,
			engine.KeyPressed{LegRef: leg, Digit: "1"}},
		{"fields that are no text", "call.hangup", `"call_control_id":"v3:a","hangup_cause":{"a":[1]},"client_state":[7]`,
			engine.LegHungUp{LegRef: leg}},
		{"a state without a direction", "call.initiated", `"call_control_id":"v3:a","state":"bridging"`,
			engine.LegInitiated{LegRef: leg, Direction: engine.Outgoing}},
		{"a client state of another program", "call.answered", `"call_control_id":"v3:a","client_state":"Y3VzdG9tZXI="`,
			engine.LegAnswered{LegRef: leg}},
		{"a client state that is no base64", "call.answered", `"call_control_id":"v3:a","client_state":"1|main|s1"`,
			engine.LegAnswered{LegRef: leg}},
		{"a client state of another version", "call.answered",
			`"call_control_id":"v3:a","client_state":"` + base64.StdEncoding.EncodeToString([]byte("9|main|s1|customer|0")) + `"`,
			engine.LegAnswered{LegRef: leg}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Decode(body(tt.kind, tt.fields))
			if err != nil {
				t.Fatalf("Decode: %v", err)
			}
			if diff := cmp.Diff(tt.want, got.Body); diff != "" {
				t.Errorf("Decode (-want +got):\n%s", diff)
			}
		})
	}
}

// "Parse time as data.occurred_at, else payload.occurred_at" (section 9.1); the
// specification's own examples spell the latter with one r.
func TestTheTimeIsTheEnvelopesElseThePayloads(t *testing.T) {
	const envelope, inside = "2025-11-23T03:30:00.5Z", "2025-11-23T03:29:00Z"
	tests := []struct{ name, envelope, payload, want string }{
		{"both", `"occurred_at":"` + envelope + `",`, `"occurred_at":"` + inside + `"`, envelope},
		{"the payload's", ``, `"occurred_at":"` + inside + `"`, inside},
		{"the payload's, misspelt", ``, `"occured_at":"` + inside + `"`, inside},
		{"one that is no time", `"occurred_at":"today",`, `"occurred_at":"` + inside + `"`, inside},
		{"none", ``, ``, "0001-01-01T00:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			entry, err := Decode(fmt.Appendf(nil, `{"data":{"id":"w-1","event_type":"conference.created",%s"payload":{%s}}}`, tt.envelope, tt.payload))
			if want := at(tt.want); err != nil || !entry.Occurred.Equal(want) {
				t.Errorf("got %s (%v), want %s", entry.Occurred, err, want)
			}
		})
	}
}

func TestDecodeRefusesWhatCannotBeRead(t *testing.T) {
	long := strings.Repeat("x", maxID+1)
	for name, text := range map[string]string{
		"nothing":                       ``,
		"no JSON":                       `caller=1`,
		"half of it":                    `{"data":{"id":"w-1"`,
		"a list":                        `[]`,
		"a null":                        `null`,
		"an empty object":               `{}`,
		"data that is null":             `{"data":null}`,
		"data that is a text":           `{"data":"call.hangup"}`,
		"no id":                         `{"data":{"event_type":"call.hangup","payload":{"call_control_id":"v3:a"}}}`,
		"an empty id":                   `{"data":{"id":"","event_type":"call.hangup","payload":{}}}`,
		"no type":                       `{"data":{"id":"w-1","payload":{}}}`,
		"an id that is too long":        `{"data":{"id":"` + long + `","event_type":"call.hangup"}}`,
		"a leg's id that is too long":   string(body("call.hangup", `"call_control_id":"`+long+`"`)),
		"a leg that came from nowhere":  string(body("call.initiated", `"call_control_id":"v3:a"`)),
		"a direction of another vendor": string(body("call.initiated", `"direction":"inbound"`)),
	} {
		if entry, err := Decode([]byte(text)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %+v and %v, want ErrMalformed", name, entry, err)
		}
	}
}

func TestTextFromOutsideIsLimitedAndNotCleaned(t *testing.T) {
	hostile := "\u202e\x1b[2J" + strings.Repeat("é", 400)
	escaped := strings.NewReplacer("\x1b", `\u001b`).Replace(hostile)
	entry, err := Decode(body("call.initiated", `"direction":"incoming","caller_id_name":"`+escaped+`"`))
	if err != nil {
		t.Fatal(err)
	}
	name := entry.Body.(engine.LegInitiated).Name
	if len(name) > maxName || len(name) < maxName-3 || !utf8.ValidString(name) || !strings.HasPrefix(hostile, name) {
		t.Errorf("got %d bytes %q, want the first %d bytes as they came, in whole characters", len(name), name, maxName)
	}
}

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("../testdata/webhooks/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		seed, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Add([]byte(`{"data":{"id":7,"event_type":"call.hangup","payload":7}}`))
	f.Add([]byte(`{"data":` + strings.Repeat(`[`, 20_000)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		entry, err := Decode(raw)
		known := errors.Is(err, ErrMalformed) || errors.Is(err, ErrVersion1) || errors.Is(err, ErrUnusable)
		if err != nil && !known {
			t.Errorf("an error outside of the closed set: %v", err)
		}
		if err == nil && (entry.ID == "" || entry.Body == nil) {
			t.Errorf("an entry without id or body: %+v", entry)
		}
	})
}
