package symbltest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"context"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"switchboard/engine/clock"
	"switchboard/engine/world"
	"switchboard/symbl/symbltest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A line is a network of one leg, which answers at once.
type line struct {
	mu     sync.Mutex
	calls  []string
	alive  bool
	said   []world.Said
	saying world.Said
	refuse bool
}

func (l *line) CallIn(from, to, digits string) (world.LegID, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, from+" "+to+" "+digits)
	if l.refuse {
		return "", errors.New("no such number")
	}
	l.alive = true
	return "leg", nil
}

func (l *line) Hangup(world.LegID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.alive = false
}

func (l *line) Alive(world.LegID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.alive
}

func (l *line) Heard(_ world.LegID, from int) []world.Said {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.said[from:])
}

func (l *line) Saying(world.LegID) (world.Said, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.saying, l.saying.Text != ""
}

func (l *line) set(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

func (l *line) called() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.calls)
}

type rig struct {
	t      *testing.T
	clock  *clock.Clock
	line   *line
	server *symbltest.Server
	http   http.Client
	token  string
}

func newRig(t *testing.T, change ...func(*symbltest.Config)) *rig {
	t.Helper()
	house := clock.New(time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC), 50)
	r := &rig{t: t, clock: house, line: &line{}}
	r.http.Transport = &http.Transport{DisableKeepAlives: true}
	config := symbltest.Config{Clock: house, Line: r.line}
	for _, c := range change {
		c(&config)
	}
	var err error
	if r.server, err = symbltest.Start(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.server.Close)
	r.token = r.generate(`{"type":"application","appId":"app-id","appSecret":"app-secret"}`, 200)["accessToken"].(string)
	return r
}

func (r *rig) ask(method, path, token, body string, status int) map[string]any {
	r.t.Helper()
	question, err := http.NewRequestWithContext(r.t.Context(), method, r.server.URL()+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	question.Header.Set("Authorization", "Bearer "+token)
	response, err := r.http.Do(question)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	if response.StatusCode != status {
		r.t.Fatalf("%s %s %s: got %d %s, want %d", method, path, body, response.StatusCode, text, status)
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		r.t.Fatal(err)
	}
	return answer
}

func (r *rig) generate(body string, status int) map[string]any {
	r.t.Helper()
	return r.ask("POST", "/oauth2/token:generate", "", body, status)
}

func (r *rig) connect(body string, status int) map[string]any {
	r.t.Helper()
	return r.ask("POST", "/v1/endpoint:connect", r.token, body, status)
}

func (r *rig) start() (connection, conversation string) {
	r.t.Helper()
	answer := r.connect(startBody, 201)
	return answer["connectionId"].(string), answer["conversationId"].(string)
}

func (r *rig) messages(conversation, query string) []any {
	r.t.Helper()
	return r.ask("GET", "/v1/conversations/"+conversation+"/messages"+query, r.token, "", 200)["messages"].([]any)
}

func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 10*time.Second)
	defer cancel()
	for !ok() {
		if r.clock.Sleep(ctx, 100*time.Millisecond) != nil {
			r.t.Fatalf("in vain: %s", what)
		}
	}
}

// said is a sentence that was over some time ago.
func (r *rig) said(text string, ago time.Duration, polarity int) world.Said {
	end := r.clock.Now().Add(-ago)
	return world.Said{ID: text, Text: text, Start: end.Add(-time.Second), End: end, Scored: true, Polarity: polarity}
}

const startBody = `{"operation":"start","endpoint":{"type":"pstn","phoneNumber":"12025550100","dtmf":",,1234567890#"},
	"data":{"session":{"name":"call s1"}},"languages":["en-US"],"timezone":"UTC","actions":[],"pushSpeakerEvents":true}`

func TestTokenIsTheSameWhileItLives(t *testing.T) {
	r := newRig(t, func(c *symbltest.Config) { c.TokenLife = 20 * time.Second })
	const body = `{"type":"application","appId":"app-id","appSecret":"app-secret"}`
	r.until("less time left, and then another token", func() bool {
		answer := r.generate(body, 200)
		if answer["expiresIn"].(float64) > 20 {
			t.Fatalf("got %v", answer)
		}
		return answer["accessToken"] != r.token
	})
	r.ask("GET", "/v1/conversations/1/messages", r.token, "", 401)
}

func TestWrongCredentialsAndTokensAreRefused(t *testing.T) {
	r := newRig(t)
	r.generate(`{"type":"application","appId":"app-id","appSecret":"wrong"}`, 401)
	r.generate(`{"type":"application","appId":"app-id","appSecret":"app-secret","more":1}`, 400)
	want, err := os.ReadFile(filepath.Join("..", "..", "testdata", "symbl", "error_401.json"))
	if err != nil {
		t.Fatal(err)
	}
	var sample map[string]any
	if err := json.Unmarshal(want, &sample); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample, r.ask("POST", "/v1/endpoint:connect", "wrong", startBody, 401)); diff != "" {
		t.Errorf("401 (-want +got):\n%s", diff)
	}
	_, response, err := websocket.DefaultDialer.DialContext(t.Context(), r.server.SocketURL()+"/session/subscribe/c1", nil)
	if err == nil || response == nil || response.StatusCode != 401 {
		t.Errorf("a socket without a token: got %v, want 401", err)
	}
}

func TestWhatIsNotDocumentedIsRefused(t *testing.T) {
	r := newRig(t)
	for _, change := range [][2]string{
		{`"timezone"`, `"zone"`},
		{`"12025550100"`, `"+12025550100"`},
		{`"12025550100"`, `"4420794601"`},
		{`,,1234567890#`, `w1234567890#`},
		{`"actions":[]`, `"actions":{}`},
		{`"actions":[],`, ``},
		{`"start"`, `"begin"`},
		{`"pstn"`, `"sip"`},
	} {
		r.connect(strings.Replace(startBody, change[0], change[1], 1), 400)
	}
	r.connect(`{"operation":"stop","connectionId":"unknown"}`, 404)
	r.ask("GET", "/v1/conversations/1/messages", r.token, "", 404)
	if got := r.line.called(); len(got) != 0 {
		t.Errorf("got calls %q, want none", got)
	}
}

func TestStartAnswersAndThenCalls(t *testing.T) {
	r := newRig(t)
	connection, _ := r.start()
	r.until("the call", func() bool { return len(r.line.called()) == 1 })
	if got, want := r.line.called()[0], "+12025550190 +12025550100 ,,1234567890#"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r.connect(fmt.Sprintf(`{"operation":"stop","connectionId":%q}`, connection), 200)
	if r.line.Alive("leg") || r.server.Live() != 0 {
		t.Error("a stop did not hang up")
	}
}

func TestOnlySoManyAtOnce(t *testing.T) {
	r := newRig(t, func(c *symbltest.Config) { c.Connections = 1 })
	r.start()
	r.connect(startBody, 429)
	r.until("the call", func() bool { return len(r.line.called()) == 1 })
	r.line.Hangup("leg")
	r.until("its end", func() bool { return r.server.Live() == 0 })
	r.start()
}

// "There is no answer/busy/no-answer event" (contracts/symbl.md, section 2).
func TestCallThatIsNotTakenIsTold(t *testing.T) {
	r := newRig(t)
	r.line.refuse = true
	_, conversation := r.start()
	r.until("its end", func() bool { return r.server.Live() == 0 && len(r.line.called()) == 1 })
	if got := r.messages(conversation, ""); len(got) != 0 {
		t.Errorf("got %v, want no messages", got)
	}
}

func TestMessagesComeLateAndScoresLater(t *testing.T) {
	r := newRig(t, func(c *symbltest.Config) { c.MessageAfter, c.ScoreAfter = time.Minute, time.Minute })
	_, conversation := r.start()
	r.until("the call", func() bool { return len(r.line.called()) == 1 })
	said := []world.Said{r.said("Scored.", 1000*time.Hour, -246), r.said("There.", 90*time.Second, -1000), r.said("Not yet.", 0, 0)}
	r.line.set(func() { r.line.said = said })
	r.until("two messages", func() bool { return len(r.messages(conversation, "?sentiment=true")) == 2 })
	got := r.messages(conversation, "?sentiment=true")
	want := map[string]any{
		"id": "4900000000004096", "text": "Scored.", "conversationId": conversation, "phrases": []any{},
		"from":      map[string]any{"id": "6cd92722-8c95-4429-95fb-eb0669318a8c", "name": "Agent"},
		"startTime": said[0].Start.Format("2006-01-02T15:04:05.000Z"),
		"endTime":   said[0].End.Format("2006-01-02T15:04:05.000Z"),
		"duration":  1.0, "timeOffset": 0.0,
		"sentiment": map[string]any{"polarity": map[string]any{"score": -0.246}, "suggested": "neutral"},
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	if sentiment, ok := got[1].(map[string]any)["sentiment"]; ok {
		t.Errorf("got sentiment %v, want none yet", sentiment)
	}
	if sentiment, ok := r.messages(conversation, "")[0].(map[string]any)["sentiment"]; ok {
		t.Errorf("got sentiment %v, want none unless asked for", sentiment)
	}
}

func TestSocketShowsWordsAndThenTheSentence(t *testing.T) {
	r := newRig(t)
	connection, conversation := r.start()
	r.until("the call", func() bool { return len(r.line.called()) == 1 })
	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(),
		r.server.SocketURL()+"/session/subscribe/"+connection, http.Header{"X-API-KEY": {r.token}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	read := func() map[string]any {
		t.Helper()
		var frame map[string]any
		if err := conn.ReadJSON(&frame); err != nil {
			t.Fatal(err)
		}
		return frame
	}
	created := read()["message"].(map[string]any)["data"].(map[string]any)
	if created["conversationId"] != conversation {
		t.Errorf("got conversation %v, want %s", created, conversation)
	}
	r.line.set(func() { r.line.saying = world.Said{ID: "1", Text: "this is the third"} })
	want := map[string]any{"type": "transcript_response", "isFinal": false,
		"payload": map[string]any{"content": "this is the third", "contentType": "text/plain"}}
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Errorf("partial (-want +got):\n%s", diff)
	}
	r.line.set(func() {
		r.line.saying, r.line.said = world.Said{}, []world.Said{r.said("This is the third time.", 0, -500)}
	})
	final := read()
	message := final["messages"].([]any)[0].(map[string]any)
	if final["type"] != "message_response" || message["payload"].(map[string]any)["content"] != "This is the third time." {
		t.Errorf("got %v, want the sentence", final)
	}
	if message["sentiment"] != nil {
		t.Errorf("got sentiment %v, want none on the socket", message["sentiment"])
	}
	if id := r.messages(conversation, "")[0].(map[string]any)["id"]; id == message["id"] {
		t.Errorf("both channels name the message %v, want two names", id)
	}
	r.line.Hangup("leg")
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Errorf("after the far end hung up: got %v, want the socket closed", err)
	}
}

func TestFaults(t *testing.T) {
	r := newRig(t)
	r.server.Misbehave(symbltest.Faults{ConnectStatus: 503, PollStatus: 500, StopStatus: 504, RefuseToken: true})
	r.connect(startBody, 503)
	r.connect(`{"operation":"stop","connectionId":"c1"}`, 504)
	r.ask("GET", "/v1/conversations/1/messages", r.token, "", 500)
	r.generate(`{"type":"application","appId":"app-id","appSecret":"app-secret"}`, 401)
	r.server.Misbehave(symbltest.Faults{NeverCall: true})
	connection, _ := r.start()
	if err := r.clock.Sleep(t.Context(), 5*time.Second); err != nil {
		t.Fatal(err)
	}
	r.connect(fmt.Sprintf(`{"operation":"stop","connectionId":%q}`, connection), 200)
	if got := r.line.called(); len(got) != 0 {
		t.Errorf("got calls %q, want none", got)
	}
	r.server.Revoke()
	r.connect(startBody, 401)
}

// Close is in mid-call, with a socket and a request that is never answered; goleak looks
// for what is left.
func TestCloseWaitsForEverything(t *testing.T) {
	r := newRig(t)
	connection, _ := r.start()
	r.until("the call", func() bool { return len(r.line.called()) == 1 })
	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(),
		r.server.SocketURL()+"/session/subscribe/"+connection+"?access_token="+r.token, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r.server.Misbehave(symbltest.Faults{ConnectHang: true})
	hung := make(chan error)
	go func() {
		question, _ := http.NewRequestWithContext(t.Context(), "POST", r.server.URL()+"/v1/endpoint:connect", strings.NewReader(startBody))
		question.Header.Set("X-API-KEY", r.token)
		response, err := r.http.Do(question)
		if err == nil {
			response.Body.Close()
		}
		hung <- err
	}()
	r.until("both", func() bool { return r.server.Live() == 2 })
	r.server.Close()
	if r.server.Live() != 0 || r.line.Alive("leg") {
		t.Error("calls go on after Close")
	}
	<-hung
}
