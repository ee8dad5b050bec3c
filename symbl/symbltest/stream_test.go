package symbltest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"switchboard/engine/world"
	"switchboard/symbl/symbltest"
)

const talkID = "0d5c5c0e-6d0b-4a7e-9a3f-1f6c7a52d001"

// dial opens a socket, or returns the status that was answered instead.
func (r *rig) dial(path, token string) (*socket, int) {
	r.t.Helper()
	conn, response, err := websocket.DefaultDialer.DialContext(r.t.Context(), r.server.SocketURL()+path, http.Header{"X-API-KEY": {token}})
	if err != nil {
		if response == nil {
			return nil, 0
		}
		return nil, response.StatusCode
	}
	r.t.Cleanup(func() { conn.Close() })
	conn.SetReadDeadline(time.Now().Add(10 * time.Second)) // of the whole test
	return &socket{r, conn}, response.StatusCode
}

type socket struct {
	*rig
	conn *websocket.Conn
}

// stream opens a socket that takes sound, and has it started.
func (r *rig) stream(user string) *socket {
	r.t.Helper()
	k, status := r.dial("/v1/streaming/"+talkID, r.token)
	if k == nil {
		r.t.Fatalf("a socket was answered %d", status)
	}
	k.write(startRequest(user))
	k.await("recognition_started")
	return k
}

func (k *socket) write(text string) {
	k.t.Helper()
	if err := k.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		k.t.Fatal(err)
	}
}

func (k *socket) sound(data []byte) {
	k.t.Helper()
	if err := k.conn.WriteMessage(websocket.BinaryMessage, data); err != nil {
		k.t.Fatal(err)
	}
}

// await reads until a frame of a type comes, and returns what is inside its envelope and
// the types of those before it.
func (k *socket) await(kind string) (frame map[string]any, before []string) {
	k.t.Helper()
	for {
		frame = nil
		if err := k.conn.ReadJSON(&frame); err != nil {
			k.t.Fatalf("waiting for %s, after %q: %v", kind, before, err)
		}
		if frame["type"] == "message" {
			frame = frame["message"].(map[string]any)
		}
		if frame["type"] == kind {
			return frame, before
		}
		before = append(before, frame["type"].(string))
	}
}

func (k *socket) closed() *websocket.CloseError {
	k.t.Helper()
	for {
		if _, _, err := k.conn.ReadMessage(); err != nil {
			closed, _ := err.(*websocket.CloseError)
			return closed
		}
	}
}

func startRequest(user string) string {
	return fmt.Sprintf(`{"type":"start_request","noConnectionTimeout":300,"disconnectOnStopRequest":true,"disconnectOnStopRequestTimeout":300,
		"config":{"languageCode":"en-US","sentiment":true,"speechRecognition":{"encoding":"MULAW","sampleRateHertz":8000}},
		"speaker":{"userId":%q,"name":%q}}`, user, user)
}

// samples returns the sound of a sentence that begins now.
func (r *rig) samples(text string, polarity int) ([]byte, world.Said) {
	start := r.clock.Now().Truncate(time.Millisecond)
	said := world.Said{ID: text, Text: text, Start: start, End: start.Add(2 * time.Second), Scored: true, Polarity: polarity}
	voice := world.NewVoice(start)
	voice.Say(said)
	mulaw := make([]byte, 2*world.SampleRate+80)
	voice.Read(mulaw)
	return mulaw, said
}

func (k *socket) say(text string, polarity int) world.Said {
	k.t.Helper()
	mulaw, said := k.samples(text, polarity)
	for piece := range chunks(mulaw, 800) {
		k.sound(piece)
	}
	return said
}

func chunks(data []byte, n int) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for ; len(data) > 0; data = data[min(n, len(data)):] {
			if !yield(data[:min(n, len(data))]) {
				return
			}
		}
	}
}

// The frames have every field that the contract's samples have, and no other.
func TestFramesAreShapedAsInTheSamples(t *testing.T) {
	r := newRig(t)
	k := r.stream("customer-leg-1")
	said := k.say("This is the third time I call.", -820)
	seen := map[string]map[string]any{}
	for len(seen) < 3 {
		var frame map[string]any
		if err := k.conn.ReadJSON(&frame); err != nil {
			t.Fatal(err)
		}
		switch inner, _ := frame["message"].(map[string]any); {
		case frame["type"] == "message_response":
			seen["06_message_response_sentiment.json"] = frame
		case inner["isFinal"] == true:
			seen["05_recognition_result_final.json"] = frame
		case inner["isFinal"] == false:
			seen["04_recognition_result_partial.json"] = frame
		}
	}
	for name, got := range seen {
		data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "symbl", name))
		if err != nil {
			t.Fatal(err)
		}
		var want any
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(shape(want), shape(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	message := seen["06_message_response_sentiment.json"]["messages"].([]any)[0].(map[string]any)
	duration := message["duration"].(map[string]any)
	if message["sentiment"].(map[string]any)["polarity"].(map[string]any)["score"] != -0.82 ||
		duration["startTime"] != said.Start.Format("2006-01-02T15:04:05.000Z") {
		t.Errorf("got %v, want the score and the time that the samples carry", message)
	}
}

// shape returns a value with its texts and numbers replaced by what they are, and of
// each list the first element.
func shape(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for name, value := range v {
			m[name] = shape(value)
		}
		return m
	case []any:
		if len(v) == 0 {
			return v
		}
		return []any{shape(v[0])}
	case string, bool:
		return fmt.Sprintf("%T", v)
	default:
		return "number"
	}
}

// Only what is in the samples is ever said.
func TestSentencesAreMadeOfSamplesAlone(t *testing.T) {
	r := newRig(t)
	r.line.said = []world.Said{r.said("What the telephone network knows.", 0, 0)}
	k, _ := r.dial("/v1/realtime/insights/"+talkID, r.token) // the older name of the same
	early, _ := r.samples("Too early.", 0)
	for piece := range chunks(early, 800) {
		k.sound(piece)
	}
	k.write("__PING__") // not JSON, and no harm
	k.write(startRequest("customer"))
	k.await("started_listening")
	r.server.Misbehave(symbltest.Faults{StreamDeaf: true})
	k.say("Swallowed.", 0)
	swallowed := r.server.Counts().Early
	r.until("it was swallowed", func() bool { return r.server.Counts().Sound >= 16_000 })
	r.server.Misbehave(symbltest.Faults{})
	k.say("This was heard.", 100)
	message, before := k.await("message_response")
	if text := message["messages"].([]any)[0].(map[string]any)["payload"].(map[string]any)["content"]; text != "This was heard." {
		t.Errorf("got %q, before it %q", text, before)
	}
	if swallowed != len(early) {
		t.Errorf("%d bytes came too early, want %d", swallowed, len(early))
	}
}

func TestStreamsOfOneIDAreOneConversation(t *testing.T) {
	r := newRig(t)
	customer, operator := r.stream("customer"), r.stream("operator")
	listener, _ := r.dial("/v1/subscribe/"+talkID, r.token)
	created, _ := listener.await("conversation_created")
	conversation := created["data"].(map[string]any)["conversationId"].(string)
	customer.say("I was told Tuesday.", -340)
	listener.await("message_response")
	operator.say("I am sorry.", 100)
	listener.await("message_response")
	list := r.messages(conversation, "?sentiment=true")
	var who []any
	for _, m := range list {
		who = append(who, m.(map[string]any)["from"].(map[string]any)["userId"])
	}
	if diff := cmp.Diff([]any{"customer", "operator"}, who); diff != "" {
		t.Errorf("who spoke (-want +got):\n%s", diff)
	}
	if got := r.ask("GET", "/v1/conversations?limit=1", r.token, "", 200)["conversations"].([]any); len(got) != 1 || got[0].(map[string]any)["id"] != conversation {
		t.Errorf("got conversations %v, want the one", got)
	}
	operator.write(`{"type":"stop_request"}`)
	if _, before := operator.await("conversation_completed"); len(before) == 0 || before[len(before)-1] != "recognition_stopped" {
		// The operator's own sentence may come before.
		t.Errorf("got %q before the end, want recognition_stopped", before)
	}
	if closed := operator.closed(); closed == nil || closed.Code != websocket.CloseNormalClosure {
		t.Errorf("got %v, want the socket closed in good order", closed)
	}
	customer.say("Are you there?", 0)
	customer.await("message_response")

	r.ask("DELETE", "/v1/conversations/"+conversation, r.token, "", 200)
	r.ask("DELETE", "/v1/conversations/"+conversation, r.token, "", 404)
	r.ask("GET", "/v1/conversations/"+conversation+"/messages", r.token, "", 404)
}

func TestStartRequestIsCheckedStrictly(t *testing.T) {
	r := newRig(t)
	for _, change := range [][2]string{
		{`"MULAW"`, `"PCMA"`},
		{`8000`, `16000`},
		{`"languageCode":"en-US",`, ``},
		{`"noConnectionTimeout":300`, `"noConnectionTimeout":true`}, // as the Go SDK has it
		{`"noConnectionTimeout":300`, `"noConnectionTimeout":3600`},
		{`"sentiment"`, `"sentiments"`},
		{`"userId":"customer"`, `"userId":""`},
		{`"userId":"customer"`, `"userId":"ida@example.invalid"`},
		{`"start_request"`, `"begin_request"`},
	} {
		k, _ := r.dial("/v1/streaming/"+talkID, r.token)
		k.write(strings.Replace(startRequest("customer"), change[0], change[1], 1))
		k.await("error")
		if closed := k.closed(); closed == nil || closed.Code != websocket.ClosePolicyViolation {
			t.Errorf("%s: got %v, want the socket closed", change[1], closed)
		}
	}
	sample, err := os.ReadFile(filepath.Join("..", "..", "testdata", "symbl", "start_request.json"))
	if err != nil {
		t.Fatal(err)
	}
	k, _ := r.dial("/v1/streaming/"+talkID, r.token)
	k.write(string(sample))
	k.await("started_listening")
}

func TestSocketsThatTakeSoundAreRefused(t *testing.T) {
	r := newRig(t, func(c *symbltest.Config) { c.Streams = 1 })
	for _, tt := range []struct {
		path, token string
		faults      symbltest.Faults
		want        int
	}{
		{"/v1/streaming/" + talkID, "wrong", symbltest.Faults{}, 401},
		{"/v1/streaming/short", r.token, symbltest.Faults{}, 400},
		{"/v1/streaming/" + talkID, r.token, symbltest.Faults{StreamStatus: 502}, 502},
		{"/v1/streaming/" + talkID, r.token, symbltest.Faults{DropSockets: true}, 503},
	} {
		r.server.Misbehave(tt.faults)
		if _, got := r.dial(tt.path, tt.token); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.path, got, tt.want)
		}
	}
	r.server.Misbehave(symbltest.Faults{})
	k := r.stream("customer")
	if _, got := r.dial("/v1/streaming/"+talkID, r.token); got != 429 {
		t.Errorf("one too many: got %d, want 429", got)
	}
	k.conn.Close()
	r.until("its place is free", func() bool { _, got := r.dial("/v1/streaming/"+talkID, r.token); return got == 101 })
}

func TestFramesOver8192BytesAreRefused(t *testing.T) {
	r := newRig(t)
	k := r.stream("customer")
	k.sound(bytes.Repeat([]byte{0xff}, 8192))
	k.sound(bytes.Repeat([]byte{0xff}, 8193))
	k.await("error")
	if closed := k.closed(); closed == nil || closed.Code != websocket.CloseMessageTooBig {
		t.Errorf("got %v, want the socket closed", closed)
	}
}

// "How long ids stay valid after an ungraceful drop" (contracts/symbl.md, section 3.2).
func TestConversationIsKeptForAsLongAsWasAsked(t *testing.T) {
	r := newRig(t)
	begin := func(kept string) (*socket, any) {
		k, _ := r.dial("/v1/streaming/"+talkID, r.token)
		k.write(strings.Replace(startRequest("customer"), `"noConnectionTimeout":300`, `"noConnectionTimeout":`+kept, 1))
		created, _ := k.await("conversation_created")
		return k, created["data"].(map[string]any)["conversationId"]
	}
	k, first := begin("300")
	k.conn.Close()
	k, second := begin("1")
	if first != second {
		t.Errorf("got %v and then %v, want one conversation", first, second)
	}
	k.conn.Close()
	if err := r.clock.Sleep(t.Context(), 10*time.Second); err != nil {
		t.Fatal(err)
	}
	k, third := begin("300")
	if third == second {
		t.Error("a conversation came back that was away for too long")
	}
	k.write(`{"type":"stop_request"}`)
	k.closed()
	if _, fourth := begin("300"); fourth == third {
		t.Error("a conversation came back that was stopped")
	}
}

func TestStreamIsPausedWhereThatIsAsked(t *testing.T) {
	r := newRig(t)
	k, _ := r.dial("/v1/streaming/"+talkID, r.token)
	k.write(strings.Replace(startRequest("customer"), `"disconnectOnStopRequest":true`, `"disconnectOnStopRequest":false`, 1))
	k.await("recognition_started")
	k.write(`{"type":"modify_request","speechRecognition":{"encoding":"MULAW","sampleRateHertz":8000}}`)
	k.await("session_modified")
	k.write(`{"type":"stop_request"}`)
	k.await("conversation_completed")
	k.write(startRequest("customer"))
	k.await("started_listening")
	k.say("Here I am again.", 0)
	k.await("message_response")
}

func TestStopKillsAndRestartBringsBack(t *testing.T) {
	r := newRig(t)
	_, conversation := r.start()
	r.until("the call", func() bool { return len(r.line.called()) == 1 })
	said := []world.Said{r.said("Before.", time.Minute, 0)}
	r.line.set(func() { r.line.said = said })
	r.until("the message", func() bool { return len(r.messages(conversation, "")) == 1 })
	k := r.stream("customer")
	k.say("Before, by stream.", 0)
	r.until("all of it", func() bool { return r.server.Counts().Sound >= 16_080 })
	if err := r.server.Restart(); err == nil {
		t.Error("a server that runs was started")
	}

	r.server.Stop()
	if closed := k.closed(); closed != nil && closed.Code != websocket.CloseAbnormalClosure {
		t.Errorf("got %v, want the socket broken, not closed", closed)
	}
	if r.line.Alive("leg") || r.server.Live() != 0 {
		t.Error("its calls go on")
	}
	if _, got := r.dial("/v1/streaming/"+talkID, r.token); got != 0 {
		t.Errorf("got %d of a server that is dead", got)
	}

	if err := r.server.Restart(); err != nil {
		t.Fatal(err)
	}
	if got := len(r.messages(conversation, "")); got != 1 {
		t.Errorf("it remembers %d messages, want 1", got)
	}
	k = r.stream("customer")
	first, _ := k.await("message_response") // said before, and not told then
	if text := first["messages"].([]any)[0].(map[string]any)["payload"].(map[string]any)["content"]; text != "Before, by stream." {
		t.Errorf("got %q", text)
	}
	r.server.Close()
	if err := r.server.Restart(); err == nil {
		t.Error("a server that is closed was started")
	}
}
