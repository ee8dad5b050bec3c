package symbl_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/symbl"
	"switchboard/symbl/symbltest"
)

func TestSymblCallsOurNumberAndDialsTheCodeTwice(t *testing.T) {
	r := newRig(t)
	r.listen()
	got := r.line.leg(0)
	if got.to != "+12025550100" || got.from != r.server.Number() || got.digits != ",,1234567890#,,,,1234567890#" {
		t.Errorf("Symbl called from %s to %s and dialled %q", got.from, got.to, got.digits)
	}
}

// Each connect may become a call: a second one is a second leg in somebody's conference.
func TestConnectIsNeverSentTwice(t *testing.T) {
	tests := []struct {
		name   string
		faults symbltest.Faults
		want   engine.Body
	}{
		{"no answer", symbltest.Faults{ConnectHang: true}, engine.Unanswered{}},
		{"500", symbltest.Faults{ConnectStatus: 500}, engine.Unanswered{}},
		{"503", symbltest.Faults{ConnectStatus: 503}, engine.Unanswered{}},
		{"400", symbltest.Faults{ConnectStatus: 400}, engine.Refused{Reason: engine.ReasonInvalid}},
		{"402", symbltest.Faults{ConnectStatus: 402}, engine.Refused{Reason: engine.ReasonUnauthorized}},
		{"403", symbltest.Faults{ConnectStatus: 403}, engine.Refused{Reason: engine.ReasonUnauthorized}},
		{"429", symbltest.Faults{ConnectStatus: 429}, engine.Refused{Reason: engine.ReasonPaced}},
		{"200 without a connection", symbltest.Faults{ConnectStatus: 200}, engine.Unanswered{}},
		{"redirect", symbltest.Faults{ConnectStatus: 307}, engine.Refused{Reason: engine.ReasonOther}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			client := r.another(func(c *symbl.Config) { c.Timeout = 200 * time.Millisecond })
			r.server.Misbehave(tt.faults)
			got := r.do(client, call)
			if detail := judge(t, got, tt.want); detail == "" {
				t.Error("no detail")
			}
			r.pass(10 * time.Second)
			if starts := r.server.Counts().Starts; starts != 1 {
				t.Errorf("%d connects were sent, want 1", starts)
			}
			if got := r.engine.noted(); len(got) != 0 {
				t.Errorf("got notes %q: the outcome is counted by whoever takes it", got)
			}
		})
	}
}

// judge compares outcomes by type and reason, and returns the detail.
func judge(t *testing.T, got, want engine.Body) string {
	t.Helper()
	switch want := want.(type) {
	case engine.Refused:
		got, ok := got.(engine.Refused)
		if !ok || got.Reason != want.Reason || got.Command == "" {
			t.Errorf("got %+v, want it refused: %s", got, want.Reason)
		}
		return got.Detail
	case engine.Unanswered:
		answer, ok := got.(engine.Unanswered)
		if !ok || answer.Command == "" {
			t.Errorf("got %T %+v, want it unanswered", got, got)
		}
		return answer.Detail
	default:
		t.Fatalf("cannot judge %T", want)
		return ""
	}
}

// The connection breaks after the request was read: perhaps a call is on its way.
func TestConnectThatBreaksOffIsUnanswered(t *testing.T) {
	var starts atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "token:generate") {
			io.WriteString(w, `{"accessToken":"eyJ.T","expiresIn":86400}`)
			return
		}
		starts.Add(1)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			conn.Close()
		}
	}))
	defer server.Close()
	r := newRig(t)
	client := r.another(func(c *symbl.Config) { c.URL = server.URL })
	judge(t, r.do(client, call), engine.Unanswered{})
	if got := starts.Load(); got != 1 {
		t.Errorf("%d connects were sent, want 1", got)
	}
}

// A connection that was kept open may be dead, and be found so only when a connect was
// written to it: in doubt for nothing.
func TestConnectHasAConnectionOfItsOwn(t *testing.T) {
	from := make(chan string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		from <- q.RemoteAddr
		fmt.Fprint(w, `{"accessToken":"eyJ.T","expiresIn":86400,"connectionId":"c1"}`)
	}))
	defer server.Close()
	r := newRig(t)
	client := r.another(func(c *symbl.Config) { c.URL = server.URL })
	r.do(client, call)
	r.do(client, call)
	token, first, second := <-from, <-from, <-from
	if token == first || first == second || token == second {
		t.Errorf("a token and two connects came from %s, %s and %s, want a connection each", token, first, second)
	}
}

// A redirected POST would be a second one, and a redirected token somebody else's.
func TestRedirectsAreNotFollowed(t *testing.T) {
	var followed atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasSuffix(q.URL.Path, "token:generate") {
			fmt.Fprint(w, `{"accessToken":"eyJ.T","expiresIn":86400}`)
			return
		}
		http.Redirect(w, q, elsewhere.URL, http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	r := newRig(t)
	client := r.another(func(c *symbl.Config) { c.URL = server.URL })
	detail := judge(t, r.do(client, call), engine.Refused{Reason: engine.ReasonOther})
	if !strings.Contains(detail, "check SYMBL_API_URL") || followed.Load() != 0 {
		t.Errorf("got detail %q and %d requests elsewhere, want a hint and none", detail, followed.Load())
	}
}

func TestConnectThatCannotBeSentIsRefused(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	r := newRigAt(t, speed) // another test might take the port
	tests := []struct {
		name   string
		change func(*symbl.Config)
		action engine.Listen
		want   engine.Reason
		detail string
	}{
		{"nobody listens", func(c *symbl.Config) { c.URL = "http://" + closed.Addr().String() }, call,
			engine.ReasonUnreachable, "nobody listens at Symbl's address (" + closed.Addr().String() + "): check SYMBL_API_URL"},
		{"not TLS", func(c *symbl.Config) { c.URL = strings.Replace(r.server.URL(), "http:", "https:", 1) }, call,
			engine.ReasonUnreachable, "does not speak TLS"},
		{"wrong secret", func(c *symbl.Config) { c.AppSecret = "another" }, call,
			engine.ReasonUnauthorized, "check SYMBL_APP_ID and SYMBL_APP_SECRET"},
		{"no credentials", func(c *symbl.Config) { c.AppID, c.AppSecret = "", "" }, call,
			engine.ReasonNoFeed, "set SYMBL_APP_ID"},
		{"not a number", func(*symbl.Config) {}, engine.Listen{Number: "sip:us@example.invalid"},
			engine.ReasonInvalid, "telephone number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			detail := judge(t, r.do(r.another(tt.change), tt.action), engine.Refused{Reason: tt.want})
			if !strings.Contains(detail, tt.detail) {
				t.Errorf("got detail %q, want %q in it", detail, tt.detail)
			}
		})
	}
	if got := r.server.Counts().Starts; got != 0 {
		t.Errorf("%d connects were sent, want none", got)
	}
}

func TestTokenIsAskedForAgainBeforeAConnect(t *testing.T) {
	var tokens atomic.Int32
	r := newRig(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasSuffix(q.URL.Path, "token:generate") && tokens.Add(1) < 3 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		fmt.Fprint(w, `{"accessToken":"eyJ.T","expiresIn":86400,"connectionId":"c1"}`)
	}))
	defer server.Close()
	client := r.another(func(c *symbl.Config) { c.URL = server.URL })
	if got, ok := r.do(client, call).(engine.Listening); !ok || got.Connection != "c1" {
		t.Errorf("got %+v, want connection c1", got)
	}
}

// "401 -> new token once" (contracts/symbl.md, section 5): the 401 says that nothing
// was done, so even a connect may follow it.
func TestTokenThatIsNotAcceptedIsReplacedOnce(t *testing.T) {
	r := newRig(t)
	got := r.listen()
	r.server.Revoke()
	r.listen()
	r.server.Revoke()
	r.accepted(engine.Unlisten{Connection: got.Connection})
	if got := r.server.Counts(); got.TokenRequests != 3 || got.Starts != 2 || got.Stops != 1 {
		t.Errorf("got %+v, want 3 tokens, 2 starts, 1 stop", got)
	}
}

func TestTokenThatIsNeverAcceptedIsRefused(t *testing.T) {
	var tokens, starts atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasSuffix(q.URL.Path, "token:generate") {
			fmt.Fprintf(w, `{"accessToken":"eyJ.%d","expiresIn":86400}`, tokens.Add(1))
			return
		}
		starts.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	r := newRig(t)
	client := r.another(func(c *symbl.Config) { c.URL = server.URL })
	judge(t, r.do(client, call), engine.Refused{Reason: engine.ReasonUnauthorized})
	if tokens.Load() != 2 || starts.Load() != 2 {
		t.Errorf("%d tokens and %d connects, want 2 of each", tokens.Load(), starts.Load())
	}
}

func TestShortLivedTokensAreRenewedInTime(t *testing.T) {
	r := newRig(t, func(c *symbltest.Config) { c.TokenLife = 40 * time.Second })
	r.hear()
	r.pass(2 * time.Minute)
	if got := r.engine.noted(); len(got) != 0 {
		t.Errorf("got notes %q, want no request refused for its token", got)
	}
	if got := r.server.Counts().TokenRequests; got < 3 || got > 24 {
		t.Errorf("%d requests for tokens in three lives, want a few for each", got)
	}
}

// A server that says everything it was told, as errors sometimes do.
func TestSecretsAreNeverShown(t *testing.T) {
	const token = "eyJ.t0ken.of-theirs"
	status := http.StatusBadRequest
	refuseToken := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		if strings.HasSuffix(q.URL.Path, "token:generate") && !refuseToken {
			fmt.Fprintf(w, `{"accessToken":%q,"expiresIn":86400}`, token)
			return
		}
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(map[string]string{"message": fmt.Sprint(string(body), q.Header, q.URL)})
	}))
	defer server.Close()
	r := newRig(t)
	var shown []string
	show := func(body engine.Body) { shown = append(shown, fmt.Sprintf("%+v", body)) }
	for _, status = range []int{400, 401, 403, 404, 429, 500, 503} {
		for _, refuseToken = range []bool{false, true} {
			client := r.another(func(c *symbl.Config) {
				c.URL, c.SocketURL = server.URL, strings.Replace(server.URL, "http", "ws", 1)
				shown = append(shown, fmt.Sprintf("%v %+v %#v", *c, *c, *c))
			})
			show(r.do(client, call))
			show(r.do(client, engine.Hear{Connection: "c1", Conversation: "v1"}))
			r.pass(5 * time.Second)
			show(r.do(client, engine.Unlisten{Connection: "c1"}))
			client.Close()
		}
	}
	shown = append(shown, r.engine.noted()...)
	for _, e := range r.engine.heard() {
		shown = append(shown, fmt.Sprintf("%+v", e))
	}
	for _, s := range shown {
		if strings.Contains(s, secret) || strings.Contains(s, token) {
			t.Errorf("a secret is shown: %s", s)
		}
	}
	if len(shown) < 60 {
		t.Errorf("only %d things were shown: the test tests nothing", len(shown))
	}
}

func TestAnswersOfSymblAreASignOfLife(t *testing.T) {
	r := newRig(t)
	r.listen()
	r.engine.mu.Lock()
	defer r.engine.mu.Unlock()
	if r.engine.alive < 2 {
		t.Errorf("%d signs of life for a token and a connect, want 2", r.engine.alive)
	}
}

func TestTokenIsAskedForAsInTheSamples(t *testing.T) {
	read := func(name string) string {
		t.Helper()
		data, err := os.ReadFile(filepath.Join("..", "testdata", "symbl", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	var asked any
	var shown string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasSuffix(q.URL.Path, "token:generate") {
			json.NewDecoder(q.Body).Decode(&asked)
			io.WriteString(w, read("token_generate_response.json"))
			return
		}
		shown = q.Header.Get("Authorization")
		io.WriteString(w, `{}`)
	}))
	defer server.Close()
	r := newRig(t)
	client := r.another(func(c *symbl.Config) { c.URL, c.AppID, c.AppSecret = server.URL, "APP_ID", "APP_SECRET" })
	if err := client.Probe(t.Context(), engine.FeedPhone); err != nil {
		t.Fatal(err)
	}
	var want any
	if err := json.Unmarshal([]byte(read("token_generate_request.json")), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, asked); diff != "" || shown != "Bearer eyJ.EXAMPLE.TOKEN" {
		t.Errorf("showed %q, asked (-want +got):\n%s", shown, diff)
	}
}
