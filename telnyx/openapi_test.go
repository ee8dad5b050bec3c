package telnyx

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// A difference is where testdata/telnyx/openapi.json, of August 2025, lacks or
// contradicts Appendix A of contracts/telnyx.md, which holds; or where a range stands
// only in prose.
type difference struct {
	operation string // method and path
	field     string // of the body; a query parameter where it begins with "?"; none: the whole operation
	schema    string // what it is, as JSON
	why       string
}

// pages are the parameters of a page-numbered list (section 1).
const pages = `{"in": "query", "name": "page", "style": "deepObject", "explode": true, "schema": {"type": "object", "properties": {
				"number": {"type": "integer", "minimum": 1}, "size": {"type": "integer", "minimum": 1, "maximum": 250}}}}`

var differences = []difference{
	{"PATCH /conferences/{id}/participants/{participant_id}", "", `{
		"operationId": "UpdateParticipant",
		"parameters": [
			{"in": "path", "name": "id", "required": true, "schema": {"type": "string"}},
			{"in": "path", "name": "participant_id", "required": true, "schema": {"type": "string"}}],
		"requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {
			"beep_enabled": {"type": "string", "enum": ["always", "never", "on_enter", "on_exit"]},
			"end_conference_on_exit": {"type": "boolean"},
			"soft_end_conference_on_exit": {"type": "boolean"}}}}}},
		"responses": {"200": {"description": ""}}}`, "Appendix A.3: newer than the file"},
	{"POST /conferences/{id}/actions/update", "", `{
		"operationId": "UpdateConferenceRole",
		"parameters": [{"in": "path", "name": "id", "required": true, "schema": {"type": "string"}}],
		"requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object",
			"required": ["call_control_id", "supervisor_role"], "properties": {
			"call_control_id": {"type": "string", "minLength": 1},
			"command_id": {"type": "string"},
			"region": {"type": "string", "enum": ["Australia", "Europe", "Middle East", "US"]},
			"supervisor_role": {"type": "string", "enum": ["barge", "monitor", "none", "whisper"]},
			"whisper_call_control_ids": {"type": "array", "items": {"type": "string", "minLength": 1}}}}}}},
		"responses": {"200": {"description": ""}}}`, "Appendix A.3: the file gives it another API's body of the same name"},
	{"POST /calls/{call_control_id}/actions/record_start", "", recordOperation("StartCallRecord", `"required": ["format", "channels"],`, `
			"format": {"type": "string", "enum": ["wav", "mp3"]},
			"channels": {"type": "string", "enum": ["single", "dual"]}`), "Appendix A.1: not in the cut"},
	{"POST /calls/{call_control_id}/actions/record_pause", "", recordOperation("PauseCallRecord", "", `
			"recording_id": {"type": "string", "format": "uuid"}`), "Appendix A.1: not in the cut"},
	{"POST /calls/{call_control_id}/actions/record_resume", "", recordOperation("ResumeCallRecord", "", `
			"recording_id": {"type": "string", "format": "uuid"}`), "Appendix A.1: not in the cut"},
	{"POST /calls", "retry_on_timeout", `{"type": "boolean"}`, "Appendix A.2: newer than the file"},
	{"GET /conferences", "?filter", `{"type": "object", "properties": {
		"name": {"type": "string"},
		"status": {"type": "string", "enum": ["init", "in_progress", "completed"]},
		"connection_id": {"type": "string"}}}`, "section 6: the file has another list's filter"},
	{"GET /phone_numbers", "", `{"operationId": "ListPhoneNumbers", "responses": {"200": {"description": ""}}, "parameters": [
			` + pages + `,
			{"in": "query", "name": "filter", "style": "deepObject", "explode": true, "schema": {"type": "object", "properties": {
				"phone_number": {"type": "string", "pattern": "^[0-9]{3,}$"}, "connection_id": {"type": "string"}, "status": {"type": "string"}}}}]}`,
		"not in the cut: telnyx-go, phonenumber.go"},
	{"PATCH /phone_numbers/{id}", "", `{"operationId": "UpdatePhoneNumber", "responses": {"200": {"description": ""}},
		"parameters": [{"in": "path", "name": "id", "required": true, "schema": {"type": "string", "minLength": 1}}],
		"requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "properties": {
			"connection_id": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}}}}}}`,
		"not in the cut: telnyx-go, phonenumber.go"},
	{"GET /outbound_voice_profiles", "", `{"operationId": "ListOutboundVoiceProfiles", "responses": {"200": {"description": ""}},
		"parameters": [` + pages + `]}`, "not in the cut: telnyx-go, outboundvoiceprofile.go"},
	{"GET /outbound_voice_profiles/{id}", "", `{"operationId": "GetOutboundVoiceProfile", "responses": {"200": {"description": ""}},
		"parameters": [{"in": "path", "name": "id", "required": true, "schema": {"type": "string", "minLength": 1}}]}`,
		"not in the cut: telnyx-go, outboundvoiceprofile.go"},
	{"GET /connections/{connection_id}/active_calls", "", `{"operationId": "ListConnectionActiveCalls", "responses": {"200": {"description": ""}},
		"parameters": [{"in": "path", "name": "connection_id", "required": true, "schema": {"type": "string", "minLength": 1}},
			{"in": "query", "name": "page", "style": "deepObject", "explode": true, "schema": {"type": "object", "properties": {
				"limit": {"type": "integer", "minimum": 1, "maximum": 250}, "after": {"type": "string"}, "before": {"type": "string"}}}}]}`,
		"not in the cut: section 12"},
	{"GET /calls/{call_control_id}", "", `{"operationId": "RetrieveCallStatus", "responses": {"200": {"description": ""}},
		"parameters": [{"in": "path", "name": "call_control_id", "required": true, "schema": {"type": "string", "minLength": 1}}]}`,
		"not in the cut: section 5"},
	{"GET /call_events", "", `{"operationId": "ListCallEvents", "responses": {"200": {"description": ""}}, "parameters": [
			` + pages + `,
			{"in": "query", "name": "filter", "style": "deepObject", "explode": true, "schema": {"type": "object", "properties": {
				"leg_id": {"type": "string", "pattern": "^[0-9a-f-]{36}$"}, "type": {"type": "string", "enum": ["command", "webhook"]}}}}]}`,
		"not in the cut: section 12"},
	{"GET /public_key", "", `{"operationId": "PublicKey", "responses": {"200": {"description": ""}}}`, "in no document: see Account.PublicKey"},
	{"GET /balance", "", `{"operationId": "GetUserBalance", "responses": {"200": {"description": ""}}}`, "not in the cut: telnyx-go, balance.go"},
	{"POST /call_control_applications", "webhook_event_url", `{"type": "string", "pattern": "^https?://"}`, "in prose: with its scheme"},
	{"PATCH /call_control_applications/{id}", "webhook_event_url", `{"type": "string", "pattern": "^https?://"}`, "in prose: with its scheme"},

	{"POST /calls", "timeout_secs", `{"type": "integer", "minimum": 5, "maximum": 600}`, "range in prose"},
	{"POST /calls", "time_limit_secs", `{"type": "integer", "minimum": 60, "maximum": 14000}`, "both ranges in prose"},
	{"POST /calls", "to", `{"type": "string", "minLength": 1}`, "the file also has an array, which we never send"},
	{"POST /calls/{call_control_id}/actions/speak", "payload", `{"type": "string", "maxLength": 3000}`, "range in prose"},
	{"POST /calls/{call_control_id}/actions/speak", "stop", `{"type": "string", "enum": ["current", "all"]}`, "values in prose"},
	{"POST /calls/{call_control_id}/actions/gather_using_speak", "payload", `{"type": "string", "maxLength": 3000}`, "range in prose"},
	{"POST /calls/{call_control_id}/actions/gather_using_speak", "minimum_digits", `{"type": "integer", "minimum": 1, "maximum": 128}`, "range in prose"},
	{"POST /calls/{call_control_id}/actions/gather_using_speak", "maximum_digits", `{"type": "integer", "minimum": 1, "maximum": 128}`, "range in prose"},
	{"POST /calls/{call_control_id}/actions/gather_using_speak", "maximum_tries", `{"type": "integer", "minimum": 1, "maximum": 128}`, "range in prose"},
	{"POST /calls/{call_control_id}/actions/gather_using_speak", "terminating_digit", `{"type": "string", "pattern": "^[0-9*#]$"}`, "values in prose"},
	{"POST /calls/{call_control_id}/actions/gather_using_speak", "valid_digits", `{"type": "string", "pattern": "^[0-9*#]+$"}`, "values in prose"},
	{"POST /calls/{call_control_id}/actions/gather", "minimum_digits", `{"type": "integer", "minimum": 1, "maximum": 128}`, "range in prose"},
	{"POST /calls/{call_control_id}/actions/gather", "maximum_digits", `{"type": "integer", "minimum": 1, "maximum": 128}`, "range in prose"},
	{"POST /calls/{call_control_id}/actions/gather", "initial_timeout_millis", `{"type": "integer", "minimum": 1, "maximum": 120000}`, "range in prose"},
	{"POST /calls/{call_control_id}/actions/gather", "terminating_digit", `{"type": "string", "pattern": "^[0-9*#]$"}`, "values in prose"},
	{"POST /calls/{call_control_id}/actions/gather", "valid_digits", `{"type": "string", "pattern": "^[0-9*#]+$"}`, "values in prose"},
	{"POST /calls/{call_control_id}/actions/playback_start", "loop", `{"type": "string", "enum": ["infinity"]}`, "the file has a number as well, which we never send"},
	{"POST /calls/{call_control_id}/actions/playback_start", "audio_url", `{"type": "string", "minLength": 1, "maxLength": 2000}`, "range in prose"},
	{"POST /calls/{call_control_id}/actions/playback_start", "media_name", `{"type": "string", "minLength": 1}`, "an empty one is none"},
	{"POST /calls/{call_control_id}/actions/playback_stop", "stop", `{"type": "string", "enum": ["current", "all"]}`, "values in prose"},
	{"POST /conferences/{id}/actions/hold", "call_control_ids", `{"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}`, "an empty list means everybody"},
	{"POST /conferences/{id}/actions/hold", "audio_url", `{"type": "string", "minLength": 1, "maxLength": 2000}`, "range in prose"},
	{"POST /conferences/{id}/actions/unhold", "call_control_ids", `{"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}`, "it names somebody"},
	{"POST /calls/{call_control_id}/actions/streaming_start", "stream_url", `{"type": "string", "pattern": "^wss://[^?#]+$"}`, "a websocket's"},
	{"POST /calls/{call_control_id}/actions/transcription_start", "transcription_tracks", `{"type": "string", "enum": ["inbound", "outbound", "both"]}`, "values in prose"},
	{"POST /calls/{call_control_id}/actions/transcription_start", "transcription_engine", `{"type": "string",
		"enum": ["Google", "Telnyx", "Deepgram", "Azure", "xAI", "AssemblyAI", "Speechmatics", "Soniox", "Parakeet", "A", "B"]}`, "Appendix A.2: newer than the file"},
	{"POST /calls/{call_control_id}/actions/transcription_start", "transcription_engine_config", transcriptionConfigs, "newer than the file: telnyx-python, types/calls/*_config_param.py"},
	{"POST /conferences/{id}/actions/mute", "call_control_ids", `{"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}`, "an empty list means everybody"},
	{"POST /conferences/{id}/actions/unmute", "call_control_ids", `{"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}`, "an empty list means everybody"},
}

// recordOperation is a command about the recording of a leg.
func recordOperation(id, required, fields string) string {
	return `{"operationId": "` + id + `",
		"parameters": [{"in": "path", "name": "call_control_id", "required": true, "schema": {"type": "string"}}],
		"requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "additionalProperties": false, ` + required + `
			"properties": {"client_state": {"type": "string"}, "command_id": {"type": "string"},` + fields + `}}}}},
		"responses": {"200": {"description": ""}}}`
}

// transcriptionConfigs are what each transcription engine takes.
const transcriptionConfigs = `{"oneOf": [
	{"additionalProperties": false, "required": ["transcription_engine"], "properties": {
		"transcription_engine": {"enum": ["Google", "A"]}, "language": {"type": "string", "pattern": "^[a-z]{2,3}$"},
		"interim_results": {"type": "boolean"},
		"model": {"enum": ["latest_long", "latest_short", "command_and_search", "phone_call", "video", "default", "medical_conversation", "medical_dictation"]}}},
	{"additionalProperties": false, "required": ["transcription_engine"], "properties": {
		"transcription_engine": {"enum": ["Telnyx", "B"]}, "language": {"type": "string", "pattern": "^[a-z]{2,3}$"},
		"transcription_model": {"enum": ["openai/whisper-tiny", "openai/whisper-large-v3-turbo"]}}},
	{"additionalProperties": false, "required": ["transcription_engine", "transcription_model"], "properties": {
		"transcription_engine": {"enum": ["Deepgram"]}, "transcription_model": {"enum": ["deepgram/nova-3", "deepgram/nova-2"]},
		"language": {"enum": ["en-US", "en-AU", "en-GB", "en-IN", "en-NZ", "de", "nl", "sv-SE", "da-DK", "es", "es-419", "fr", "fr-CA", "pt-BR", "pt-PT", "auto_detect"]},
		"interim_results": {"type": "boolean"}}},
	{"additionalProperties": false, "required": ["transcription_engine", "region"], "properties": {
		"transcription_engine": {"enum": ["Azure"]}, "language": {"type": "string", "pattern": "^[a-z]{2,3}$"},
		"region": {"enum": ["australiaeast", "centralindia", "eastus", "northcentralus", "westeurope", "westus2"]}}},
	{"additionalProperties": false, "required": ["transcription_engine"], "properties": {
		"transcription_engine": {"enum": ["xAI"]}, "transcription_model": {"enum": ["xai/grok-stt"]},
		"language": {"type": "string", "pattern": "^[a-z]{2,3}$"}, "interim_results": {"type": "boolean"}}},
	{"additionalProperties": false, "required": ["transcription_engine"], "properties": {
		"transcription_engine": {"enum": ["AssemblyAI"]}, "transcription_model": {"enum": ["assemblyai/universal-streaming"]},
		"interim_results": {"type": "boolean"}}},
	{"additionalProperties": false, "required": ["transcription_engine"], "properties": {
		"transcription_engine": {"enum": ["Speechmatics"]}, "transcription_model": {"enum": ["speechmatics/standard"]},
		"language": {"type": "string"}, "interim_results": {"type": "boolean"}}},
	{"additionalProperties": false, "required": ["transcription_engine"], "properties": {
		"transcription_engine": {"enum": ["Soniox"]}, "transcription_model": {"enum": ["soniox/stt-rt-v4"]},
		"language": {"type": "string"}, "interim_results": {"type": "boolean"}}},
	{"additionalProperties": false, "required": ["transcription_engine"], "properties": {
		"transcription_engine": {"enum": ["Parakeet"]}, "transcription_model": {"enum": ["nvidia/parakeet-v3"]},
		"interim_results": {"type": "boolean"}}}]}`

// A contract checks requests against Telnyx's document.
type contract struct{ router routers.Router }

func newContract(t *testing.T) *contract {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../testdata/telnyx/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range differences {
		d.apply(t, doc)
	}
	for _, path := range doc.Paths.Map() {
		for _, operation := range path.Operations() {
			if body := operation.RequestBody; body != nil {
				forbidMore(body.Value.Content["application/json"].Schema)
			}
		}
	}
	doc.Servers = openapi3.Servers{{URL: "/v2"}}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &contract{router}
}

func (d difference) apply(t *testing.T, doc *openapi3.T) {
	t.Helper()
	method, path, _ := strings.Cut(d.operation, " ")
	item := doc.Paths.Value(path)
	if d.field == "" {
		if item != nil && item.GetOperation(method) != nil {
			t.Fatalf("%s is in the file: take it out of the table", d.operation)
		}
		var operation openapi3.Operation
		if err := json.Unmarshal([]byte(d.schema), &operation); err != nil {
			t.Fatalf("%s: %v", d.operation, err)
		}
		doc.AddOperation(path, method, &operation)
		return
	}
	var schema openapi3.SchemaRef
	if err := json.Unmarshal([]byte(d.schema), &schema); err != nil {
		t.Fatalf("%s %s: %v", d.operation, d.field, err)
	}
	if query, ok := strings.CutPrefix(d.field, "?"); ok {
		explode := true
		item.GetOperation(method).Parameters = slices.DeleteFunc(item.GetOperation(method).Parameters,
			func(p *openapi3.ParameterRef) bool { return p.Value.Name == query })
		item.GetOperation(method).AddParameter(&openapi3.Parameter{
			Name: query, In: "query", Style: "deepObject", Explode: &explode, Schema: &schema})
		return
	}
	body := item.GetOperation(method).RequestBody.Value.Content["application/json"].Schema.Value
	body.Properties[d.field] = &schema
}

// forbidMore makes a schema, and those of its fields, refuse fields that it does not list.
func forbidMore(ref *openapi3.SchemaRef) {
	if ref == nil || ref.Value == nil || ref.Value.Properties == nil || ref.Value.AdditionalProperties.Has != nil {
		return
	}
	no := false
	ref.Value.AdditionalProperties = openapi3.AdditionalProperties{Has: &no}
	for _, field := range ref.Value.Properties {
		forbidMore(field)
	}
}

// check says what is wrong with a request.
func (c *contract) check(r *http.Request) error {
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, err)
	}
	for key := range r.URL.Query() {
		if !declared(route.Operation.Parameters, key) {
			return fmt.Errorf("%s %s: query %q is not declared", r.Method, r.URL.Path, key)
		}
	}
	if route.Operation.RequestBody != nil && r.Header.Get("Content-Type") != "application/json" {
		return fmt.Errorf("%s %s: no JSON", r.Method, r.URL.Path)
	}
	return openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, Route: route, PathParams: params,
		Options: &openapi3filter.Options{
			RejectWhenRequestBodyNotSpecified: true,
			SkipSettingDefaults:               true,
			AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc,
		},
	})
}

// declared reports whether a query key, as in "page[size]", is among the parameters.
func declared(parameters openapi3.Parameters, key string) bool {
	name, field, _ := strings.Cut(key, "[")
	field, _, _ = strings.Cut(field, "]") // of a filter such as filter[status][eq] the first
	p := parameters.GetByInAndName("query", name)
	return p != nil && p.Schema.Value.Properties[field] != nil
}

// A checked server checks each request and answers as Telnyx does when all is well.
// The conference called taken is there already.
type checked struct {
	contract *contract
	mu       sync.Mutex
	bad      []error
	seen     []string
	lost     bool // the next POST /conferences is carried out and its answer lost
}

func (s *checked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.contract.check(r); err != nil {
		s.bad = append(s.bad, err)
	}
	if r.Header.Get("Authorization") != "Bearer KEY-secret" {
		s.bad = append(s.bad, fmt.Errorf("%s: no authorization", r.URL))
	}
	s.seen = append(s.seen, r.Method+" "+strings.TrimPrefix(r.URL.EscapedPath(), "/v2"))
	switch {
	case r.Method == "POST" && r.URL.Path == "/v2/conferences" && s.lost:
		s.lost = false
		w.WriteHeader(http.StatusBadGateway)
	case r.Method == "POST" && r.URL.Path == "/v2/conferences" && strings.Contains(string(body), `"taken"`):
		w.WriteHeader(http.StatusUnprocessableEntity)
		io.WriteString(w, `{"errors":[{"code":"90033","title":"Unable to execute command",`+
			`"detail":"Conference with given name already exists and it's active."}]}`)
	case r.Method == "GET" && r.URL.Path == "/v2/conferences":
		io.WriteString(w, `{"data":[{"record_type":"conference","id":"room-1","name":"taken"}]}`)
	case strings.HasSuffix(r.URL.Path, "/participants"):
		io.WriteString(w, `{"data":[{"id":"p-0","call_control_id":"v3:a/b","status":"left"},`+
			`{"id":"p-1","call_control_id":"v3:a/b","status":"joined"}]}`)
	case r.URL.Path == "/v2/conferences":
		io.WriteString(w, `{"data":{"record_type":"conference","id":"room-1"}}`)
	case r.URL.Path == "/v2/calls":
		io.WriteString(w, `{"data":{"record_type":"call","call_control_id":"v3:new","call_leg_id":"l-9","is_alive":false}}`)
	default:
		io.WriteString(w, `{"data":{"result":"ok"}}`)
	}
}

// orders are what the engine may order, at the edges of what it may say.
func orders() []engine.Action {
	leg, room := engine.LegID("v3:a/b"), engine.ConferenceID("room-1")
	state := engine.ClientState{Floor: "main", Session: "s41", Role: engine.RoleOperator, Attempt: 1}
	long := strings.Repeat("señor ", 900)
	return []engine.Action{
		engine.Answer{Leg: leg, State: state},
		engine.Answer{Leg: leg},
		engine.OpenConference{Leg: leg, Room: "desk-s41", State: state},
		engine.OpenConference{Leg: leg, Room: "taken", State: state},
		engine.EndOnExit{Leg: leg, Conference: room},
		engine.Join{Leg: leg, Conference: room},
		engine.Join{Leg: leg, Conference: room, Mute: true},
		engine.Join{Leg: leg, Conference: room, Role: engine.Monitor},
		engine.Join{Leg: leg, Conference: room, Role: engine.Whisper, Whisper: []engine.LegID{"v3:c"}},
		engine.SetRole{Leg: leg, Conference: room, Role: engine.Monitor},
		engine.SetRole{Leg: leg, Conference: room, Role: engine.Whisper, Whisper: []engine.LegID{"v3:c", "v3:d"}},
		engine.SetRole{Leg: leg, Conference: room, Role: engine.Barge},
		engine.Hold{Leg: leg, Conference: room, On: true},
		engine.Hold{Leg: leg, Conference: room, On: true, Audio: engine.Audio{URL: "https://example.test/hold.mp3"}},
		engine.Hold{Leg: leg, Conference: room, On: true, Audio: engine.Audio{Media: "hold"}},
		engine.Hold{Leg: leg, Conference: room, Audio: engine.Audio{Media: "hold"}},
		engine.Play{Leg: leg, Audio: engine.Audio{URL: "https://example.test/hold.WAV?x=1"}},
		engine.Play{Leg: leg, Audio: engine.Audio{Media: "hold"}},
		engine.Play{Leg: leg, Audio: engine.Audio{Media: "beep"}, Once: true},
		engine.StopPlay{Leg: leg},
		engine.Leave{Leg: leg, Conference: room},
		engine.Dial{To: "+12025550123", From: "+12025550199", LinkTo: leg, Ring: 20 * time.Second, State: state},
		engine.Dial{To: "+12025550123", From: "+12025550199", Ring: 20 * time.Second, Detect: true},
		engine.Dial{To: "sip:operator@example.test", From: "+12025550199"},
		engine.Dial{To: "+12025550123", From: "+12025550199", Ring: time.Hour},
		engine.Dial{To: "+12025550123", From: "+12025550199", Ring: 5001 * time.Millisecond},
		engine.Hangup{Leg: leg},
		engine.Mute{Leg: leg, Conference: room, On: true},
		engine.Mute{Leg: leg, Conference: room},
		engine.Speak{Leg: leg, Text: "Hello.", Language: "en-US", Voice: "AWS.Polly.Joanna"},
		engine.Speak{Leg: leg, Text: long, Voice: "AWS.Polly.Lupe"},
		engine.Gather{Leg: leg, Text: "Press 1.", Language: "es-US", Voice: "AWS.Polly.Lupe", Valid: "12", Min: 1, Max: 1, Timeout: 7 * time.Second},
		engine.Gather{Leg: leg, Text: long, Voice: "AWS.Polly.Joanna"},
		engine.Gather{Leg: leg, Valid: "0123456789", Min: 10, Max: 10, Terminator: "#", Timeout: 30 * time.Second},
		engine.Gather{Leg: leg, Max: 500, Timeout: time.Hour},
		engine.StopGather{Leg: leg},
		engine.Stream{Leg: leg, Token: "k/7?"},
		engine.StopStream{Leg: leg},
		engine.Transcribe{Leg: leg, Language: "es-US"},
		engine.StopTranscribe{Leg: leg},
		engine.StartRecording{Leg: leg},
		engine.PauseRecording{Leg: leg},
		engine.ResumeRecording{Leg: leg},
	}
}

func TestEveryRequestIsWithinTelnyxsContract(t *testing.T) {
	far := &checked{contract: newContract(t), lost: true}
	server := httptest.NewServer(far)
	defer server.Close()
	house := clock.New(time.Unix(vectorTime, 0), 100)
	client := NewClient(ClientConfig{URL: server.URL + "/v2", Key: "KEY-secret", ConnectionID: "2811212257810187875", Epoch: "test", Clock: house,
		MediaURL: "wss://desk.example.test/"})
	defer client.Close()
	verbs := map[string]bool{}
	for i, action := range orders() {
		command := engine.Command{Name: engine.CommandName(fmt.Sprintf("s41/%d", i)), Session: "s41", Decided: house.Now().Add(time.Hour), Action: action}
		verbs[command.Verb()] = true
		switch outcome := client.Do(t.Context(), command).(type) {
		case engine.Accepted, engine.Dialled, engine.ConferenceOpened:
		case engine.Refused:
			if outcome.Reason != engine.ReasonNameTaken {
				t.Errorf("%T: got %+v", action, outcome)
			}
		default:
			t.Errorf("%T: got %+v", action, outcome)
		}
	}
	for _, err := range far.bad {
		t.Error(err)
	}
	if len(verbs) != 22 {
		t.Errorf("got %d verbs %v, want every action of engine/command.go that is Telnyx's", len(verbs), verbs)
	}
	for path := range strings.FieldsSeq("/calls/v3:a%2Fb/actions/answer /conferences/room-1/participants/p-1 /conferences/room-1/actions/unmute " +
		"/calls/v3:a%2Fb/actions/playback_start /calls/v3:a%2Fb/actions/playback_stop /conferences/room-1/actions/hold " +
		"/conferences/room-1/actions/unhold /conferences/room-1/actions/update") {
		if !slices.ContainsFunc(far.seen, func(s string) bool { return strings.HasSuffix(s, " "+path) }) {
			t.Errorf("nothing was sent to %s: %q", path, far.seen)
		}
	}
}

func TestEveryTranscriptionEngineIsToldWhatItKnows(t *testing.T) {
	c := newContract(t)
	var named []string
	for _, e := range ears {
		named = append(named, e.engine)
	}
	for _, name := range append(named, "", "deepgram") {
		for _, language := range []string{"en-US", "en-GB", "en", "es-US", "es", "fr-FR", "de-DE", "pt", "sv"} {
			request, err := newTranscribe(Transcription{Engine: name}, language, "id")
			if err != nil {
				t.Errorf("%q: %v", name, err)
				continue
			}
			body, _ := json.Marshal(request)
			r := httptest.NewRequest("POST", "/v2/calls/v3:a/actions/transcription_start", bytes.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			if err := c.check(r); err != nil {
				t.Errorf("%q, %s: sent %s: %v", name, language, body, err)
			}
		}
	}
}

func TestARoomThatALostTryMadeIsFoundByAContractualQuestion(t *testing.T) {
	far := &checked{contract: newContract(t), lost: true}
	server := httptest.NewServer(far)
	defer server.Close()
	house := clock.New(time.Unix(vectorTime, 0), 100)
	client := NewClient(ClientConfig{URL: server.URL + "/v2", Key: "KEY-secret", Clock: house})
	defer client.Close()
	got := client.Do(t.Context(), engine.Command{Name: "s41/open/customer/1", Decided: house.Now().Add(time.Hour),
		Action: engine.OpenConference{Leg: "v3:a", Room: "taken"}})
	if want := (engine.ConferenceOpened{Command: "s41/open/customer/1", Conference: "room-1"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, err := range far.bad {
		t.Error(err)
	}
}

func TestTheContractCheckCanFail(t *testing.T) {
	c := newContract(t)
	tests := []struct{ name, method, target, body string }{
		{"a field that Telnyx does not know", "POST", "/calls/v3:a/actions/hangup", `{"command_id":"x","agent":"y"}`},
		{"a field of another operation", "POST", "/conferences/r/actions/mute", `{"call_control_ids":["v3:a"],"command_id":"x"}`},
		{"a field of the wrong type", "POST", "/conferences/r/actions/join", `{"call_control_id":"v3:a","mute":"yes"}`},
		{"a required field that is missing", "POST", "/conferences", `{"name":"desk"}`},
		{"a value that is not among those allowed", "POST", "/conferences", `{"name":"desk","call_control_id":"v3:a","beep_enabled":"no"}`},
		{"a ring time out of range", "POST", "/calls", `{"to":"+12025550123","from":"+12025550199","connection_id":"1","timeout_secs":1}`},
		{"nobody, which means everybody", "POST", "/conferences/r/actions/mute", `{"call_control_ids":[]}`},
		{"a role that is none", "POST", "/conferences/r/actions/update", `{"call_control_id":"v3:a","supervisor_role":"spy"}`},
		{"a role for nobody", "POST", "/conferences/r/actions/update", `{"supervisor_role":"monitor"}`},
		{"a hold of nobody, which means everybody", "POST", "/conferences/r/actions/hold", `{"call_control_ids":[]}`},
		{"an unhold of nobody", "POST", "/conferences/r/actions/unhold", `{}`},
		{"a detection that is none", "POST", "/calls", `{"to":"+12025550123","from":"+12025550199","connection_id":"1","answering_machine_detection":"yes"}`},
		{"a text that is too long", "POST", "/calls/v3:a/actions/speak", `{"voice":"AWS.Polly.Joanna","payload":"` + strings.Repeat("x", 3001) + `"}`},
		{"an unknown field of a participant", "PATCH", "/conferences/r/participants/p", `{"end_conference_on_leave":true}`},
		{"a stream of a page", "POST", "/calls/v3:a/actions/streaming_start", `{"stream_url":"https://desk.example.test/media/t"}`},
		{"a track that is none", "POST", "/calls/v3:a/actions/streaming_start", `{"stream_url":"wss://desk.example.test/media/t","stream_track":"inbound"}`},
		{"an engine that is none", "POST", "/calls/v3:a/actions/transcription_start", `{"transcription_engine":"Whisper"}`},
		{"an engine told of a field of another", "POST", "/calls/v3:a/actions/transcription_start",
			`{"transcription_engine":"Telnyx","transcription_engine_config":{"transcription_engine":"Telnyx","interim_results":true}}`},
		{"no body", "POST", "/calls/v3:a/actions/answer", ``},
		{"an unknown path", "POST", "/calls/v3:a/actions/mute", `{}`},
		{"another method", "PUT", "/conferences/r/actions/join", `{"call_control_id":"v3:a"}`},
		{"a query that is not declared", "GET", "/conferences/r/participants?" + url.Values{"page[length]": {"9"}}.Encode(), ``},
		{"a page that is too large", "GET", "/conferences/r/participants?" + url.Values{"page[size]": {"251"}}.Encode(), ``},
		{"a filter of another list", "GET", "/conferences?" + url.Values{"filter[country_iso]": {"US"}}.Encode(), ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "/v2"+tt.target, strings.NewReader(tt.body))
			r.Header.Set("Content-Type", "application/json")
			if err := c.check(r); err == nil {
				t.Errorf("%s %s %s passed", tt.method, tt.target, tt.body)
			}
		})
	}
}
