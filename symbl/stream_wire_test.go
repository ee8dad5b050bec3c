package symbl

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
)

// A scribe is an engine that writes down what it is told, a line each.
type scribe struct{ lines []string }

func (d *scribe) Submit(_ context.Context, e engine.Entry) error {
	switch b := e.Body.(type) {
	case engine.Uttered:
		d.lines = append(d.lines, fmt.Sprintf("uttered %s %t %d %s: %s", b.Leg, b.Scored, b.Polarity, b.End.Sub(b.Start), b.Text))
	default:
		d.lines = append(d.lines, fmt.Sprintf("%T", b))
	}
	return nil
}

func (d *scribe) Partial(p engine.Partial) {
	d.lines = append(d.lines, fmt.Sprintf("partial %s %s: %s", p.Leg, p.Speaker, p.Text))
}
func (d *scribe) Alive(engine.By) {}
func (d *scribe) Note(kind engine.TroubleKind, detail string) {
	d.lines = append(d.lines, "note "+detail)
}

// bareStream returns the customer's stream of a conversation that the operator speaks in,
// too, without a socket.
func bareStream(e Engine) *stream {
	c := New(Config{Clock: bare(e).client.clock, Engine: e})
	t := &talk{
		connection: "c1", named: make(chan struct{}), streams: make(map[*stream]struct{}),
		speakers: make(map[string]*stream), seen: make(map[string]uttered),
	}
	own := newStream(c, t, "s1", engine.Relay{Leg: "leg-1", Connection: "c1", Speaker: "customer-leg-1"})
	t.introduce(own)
	t.introduce(newStream(c, t, "s1", engine.Relay{Leg: "leg-2", Connection: "c1", Speaker: "op-1"}))
	return own
}

// take does with a frame what a stream does that has read it.
func (s *stream) take(data []byte) {
	s.client.countStrange(data)
	if body, err := decodeFrame(data); err == nil {
		s.talk.learn(body.conversation())
		s.act(body)
	}
}

// Each sample of the contract, and what a stream makes of it. Those that are no frames
// are named with the test that reads them.
func TestEverySampleOfTheContract(t *testing.T) {
	const conversation = "4700000000000001"
	frames := map[string]struct {
		lines []string
		named engine.ConversationID
	}{
		"01_started_listening.json":                  {},
		"02_conversation_created.json":               {named: conversation},
		"03_recognition_started.json":                {named: conversation},
		"04_recognition_result_partial.json":         {lines: []string{"partial leg-1 customer: This is the third"}},
		"05_recognition_result_final.json":           {lines: []string{"partial leg-1 customer: This is the third time I call."}},
		"06_message_response_sentiment.json":         {lines: []string{"uttered leg-1 true -820 3.7s: This is the third time I call and nobody fixes my bill."}},
		"07_insight_response.json":                   {},
		"08_topic_response.json":                     {},
		"09_tracker_response.json":                   {},
		"10_error_top_level.json":                    {lines: []string{"note Symbl reports an error on a line's socket: Bad request: Invalid value for config.speechRecognition.sampleRateHertz"}},
		"11_error_nested.json":                       {lines: []string{"note Symbl reports an error on a line's socket: Recognition failed"}},
		"12_recognition_stopped.json":                {},
		"13_conversation_completed_nested_data.json": {named: conversation},
		"14_conversation_completed_flat.json":        {named: conversation},
		"15_transcript_response_telephony.json":      {lines: []string{"partial leg-1 customer: this is the third"}},
		"16_session_modified.json":                   {},
	}
	elsewhere := map[string]string{
		"endpoint_connect_start_pstn.json": "TestConnectRequestsAreAsInTheSamples",
		"endpoint_connect_start_sip.json":  "none: we have Symbl call a telephone number alone",
		"endpoint_connect_stop.json":       "TestConnectRequestsAreAsInTheSamples",
		"error_401.json":                   "TestErrorsSayWhatSymblSaid",
		"messages.json":                    "TestListOfMessagesIsRead",
		"speaker_event.json":               "none: we push no speaker events, Telnyx tells who holds the floor",
		"start_request.json":               "TestStartRequestIsAsInTheSample",
		"token_generate_request.json":      "TestTokenIsAskedForAsInTheSamples",
		"token_generate_response.json":     "TestTokenIsAskedForAsInTheSamples",
	}
	files, err := filepath.Glob(filepath.Join("..", "testdata", "symbl", "*.json"))
	if err != nil || len(files) != len(frames)+len(elsewhere) {
		t.Fatalf("%d samples, want %d and %d: %v", len(files), len(frames), len(elsewhere), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		want, ok := frames[name]
		if !ok {
			if elsewhere[name] == "" {
				t.Errorf("%s: nothing reads it", name)
			}
			continue
		}
		t.Run(name, func(t *testing.T) {
			var e scribe
			s := bareStream(&e)
			s.take(sample(t, name))
			if diff := cmp.Diff(want.lines, e.lines); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			if got := s.talk.name(); got != want.named {
				t.Errorf("got conversation %q, want %q", got, want.named)
			}
			if got := s.client.Counts(); got != (Counts{}) {
				t.Errorf("got %+v of what is not documented, want none", got)
			}
		})
	}
}

func TestStartRequestIsAsInTheSample(t *testing.T) {
	got := streamRequest(engine.Relay{Leg: "leg-1", Connection: "c1", Speaker: "customer-leg-1", Language: "en-US", Title: "call v3:abc"})
	var want map[string]any
	if err := json.Unmarshal(sample(t, "start_request.json"), &want); err != nil {
		t.Fatal(err)
	}
	// Not asked for: insights, trackers and topics are of no use to the console, and what
	// has a default is left at it.
	for _, name := range []string{"insightTypes", "trackers", "customVocabulary"} {
		delete(want, name)
	}
	config := want["config"].(map[string]any)
	for _, name := range []string{"confidenceThreshold", "timezoneOffset", "detectEntities", "trackers", "redaction"} {
		delete(config, name)
	}
	want["speaker"].(map[string]any)["name"] = "customer-leg-1" // the sample's is "Customer"
	encoded, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, got, encoded)
}

// "Two envelopes", "a pointer (absent != 0)", "-1 is an integer literal", and what a
// service that goes on growing may send (contracts/symbl.md, section 3.3).
func TestFramesAreReadAsTheyMayCome(t *testing.T) {
	message := func(more string) string {
		return `{"type":"message_response","messages":[{"id":"m1","payload":{"content":"I want my money."}` + more + `}]}`
	}
	long := strings.Repeat("é", maxSentence)
	tests := []struct {
		name  string
		frame string
		lines []string
		count Counts
	}{
		{"no sentiment", message(``), []string{"uttered leg-1 false 0 0s: I want my money."}, Counts{}},
		{"sentiment null", message(`,"sentiment":null`), []string{"uttered leg-1 false 0 0s: I want my money."}, Counts{}},
		{"score without a point", message(`,"sentiment":{"polarity":{"score":-1}}`), []string{"uttered leg-1 true -1000 0s: I want my money."}, Counts{}},
		{"a score of zero", message(`,"sentiment":{"polarity":{"score":0}}`), []string{"uttered leg-1 true 0 0s: I want my money."}, Counts{}},
		{"somebody else's", message(`,"from":{"userId":"op-1"}`), []string{"uttered leg-2 false 0 0s: I want my money."}, Counts{}},
		{"a stranger's", message(`,"from":{"userId":"Agent"}`), []string{"uttered leg-1 false 0 0s: I want my money."}, Counts{}},
		{"times the wrong way round", message(`,"duration":{"startTime":"2026-01-05T10:00:09Z","endTime":"2026-01-05T10:00:03Z"}`),
			[]string{"uttered leg-1 false 0 0s: I want my money."}, Counts{}},
		{"unknown field of a message", message(`,"emotion":"rage"`), []string{"uttered leg-1 false 0 0s: I want my money."}, Counts{Fields: 1}},
		{"unknown fields of both envelopes", `{"type":"message","v":2,"message":{"type":"started_listening","at":1}}`, nil, Counts{Fields: 2}},
		{"fields of another kind", message(`,"from":"Ida","duration":{"startTime":7,"endTime":[]},"sentiment":{"polarity":{"score":"low"}}`),
			[]string{"uttered leg-1 false 0 0s: I want my money."}, Counts{}},
		{"unknown type", `{"type":"weather_response"}`, nil, Counts{Types: 1}},
		{"unknown type inside", `{"type":"message","message":{"type":"tea_break"}}`, nil, Counts{Types: 1}},
		{"somebody else's words", `{"type":"message","message":{"type":"recognition_result","punctuated":{"transcript":"Sure."},"user":{"userId":"op-1"}}}`,
			[]string{"partial leg-2 operator: Sure."}, Counts{}},
		{"no id", `{"type":"message_response","messages":[{"payload":{"content":"I want my money."}}]}`, nil, Counts{}},
		{"an endless id", `{"type":"message_response","messages":[{"id":"` + long + `","payload":{"content":"Hm."}}]}`, nil, Counts{}},
		{"no text", `{"type":"message_response","messages":[{"id":"m1","payload":{"content":" "}}]}`, nil, Counts{}},
		{"no messages", `{"type":"message_response"}`, nil, Counts{}},
		{"an endless text", `{"type":"message_response","messages":[{"id":"m1","payload":{"content":"` + long + `"}}]}`,
			[]string{"uttered leg-1 false 0 0s: " + long[:maxSentence]}, Counts{}},
		{"an error with details of any kind", `{"type":"error","details":{"code":7},"message":"No"}`,
			[]string{`note Symbl reports an error on a line's socket: No: {"code":7}`}, Counts{}},
		{"an error of nothing", `{"type":"error"}`, []string{"note Symbl reports an error on a line's socket: without a word"}, Counts{}},
		{"a keep-alive", `__PONG__`, nil, Counts{}},
		{"no object", `[1,2]`, nil, Counts{}},
		{"message without a message", `{"type":"message"}`, nil, Counts{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var e scribe
			s := bareStream(&e)
			s.take([]byte(tt.frame))
			if diff := cmp.Diff(tt.lines, e.lines); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			if got := s.client.Counts(); got != tt.count {
				t.Errorf("got %+v, want %+v", got, tt.count)
			}
		})
	}
}

// The same sentence comes on several sockets, and again with its score.
func TestStreamedSentencesAreToldOncePerRevision(t *testing.T) {
	var e ledger
	s := bareStream(&e)
	frame := func(more string) []byte {
		return []byte(`{"type":"message_response","messages":[{"id":"m1","payload":{"content":"Well."}` + more + `}]}`)
	}
	s.take(frame("")) // before the conversation has a name
	s.take([]byte(`{"type":"message","message":{"type":"conversation_created","data":{"conversationId":"v1"}}}`))
	for range 2 {
		s.take(frame(`,"sentiment":{"polarity":{"score":-0.4}}`))
		s.take(frame(""))
	}
	s.take(bytes.Replace(frame(""), []byte("m1"), []byte("m2"), 1))
	if diff := cmp.Diff([]string{"symbl/c1/m1/1", "symbl/c1/m1/2", "symbl/v1/m2/1"}, e.ids()); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestRememberedSentencesOfAStreamAreBounded(t *testing.T) {
	s := bareStream(&ledger{})
	for i := range maxSeen + 10 {
		s.utter(s, sentence{id: fmt.Sprint(i), text: "Well."})
	}
	if len(s.talk.seen) != maxSeen || len(s.talk.order) != maxSeen {
		t.Errorf("%d sentences are remembered, want %d", len(s.talk.seen), maxSeen)
	}
}

// "1, 2, 4, 8, 16 s", and never less often.
func TestStreamsComeBackEverMoreSlowly(t *testing.T) {
	var got []time.Duration
	for n := range 8 {
		got = append(got, steady(n)/time.Second)
	}
	if want := []time.Duration{0, 1, 2, 4, 8, 16, 16, 16}; !slices.Equal(got, want) {
		t.Errorf("got %v s, want %v s", got, want)
	}
}

func FuzzFrame(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("..", "testdata", "symbl", "*.json"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var e scribe
		s := bareStream(&e)
		s.take(data)
		bare(&e).frame(data)
		for _, line := range e.lines {
			if len(line) > maxSentence+200 || !strings.HasPrefix(line, "uttered leg-") && !strings.HasPrefix(line, "partial ") && !strings.HasPrefix(line, "note ") {
				t.Errorf("told %q", line)
			}
		}
	})
}
