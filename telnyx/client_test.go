package telnyx

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"switchboard/engine"
	"switchboard/engine/clock"
)

const (
	testKey   = "KEY0123456789secret"
	testEpoch = "6ba7b814-9dad-11d1-80b4-00c04fd430c8"
	ok        = `{"data":{"result":"ok"}}`
)

// A reply is what the far end does with one request.
type reply struct {
	status int // zero: it never answers
	body   string
	header map[string]string
}

func refuse(status int, code, detail string) reply {
	return reply{status: status, body: fmt.Sprintf(`{"errors":[{"code":%q,"title":"Unable to execute command","detail":%q}]}`, code, detail)}
}

// A farEnd gives its replies in turn, the last again and again.
type farEnd struct {
	mu      sync.Mutex
	replies []reply
	seen    []string // "POST /calls {…}"
	at      []time.Time
}

func (f *farEnd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	target := r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	f.seen = append(f.seen, strings.TrimSpace(r.Method+" "+target+" "+string(body)))
	f.at = append(f.at, time.Now())
	now := f.replies[0]
	if len(f.replies) > 1 {
		f.replies = f.replies[1:]
	}
	f.mu.Unlock()
	if now.status == 0 {
		<-r.Context().Done()
		return
	}
	for name, value := range now.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(now.status)
	io.WriteString(w, now.body)
}

// direct carries requests to a handler without a socket, so that a bubble of synctest
// may hold both ends.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

var start = time.Date(2025, 11, 23, 3, 30, 0, 0, time.UTC)

// carryOut has a client carry out a command that was just decided, in a bubble, and
// returns what became of it and what was sent.
func carryOut(t *testing.T, action engine.Action, replies ...reply) (outcome engine.Body, far *farEnd, took time.Duration) {
	t.Helper()
	far = &farEnd{replies: replies}
	synctest.Test(t, func(t *testing.T) {
		house := clock.New(start, 1)
		client := bubbleClient(far, house)
		began := time.Now()
		outcome = client.Do(t.Context(), engine.Command{Name: "s41/x/y/1", Decided: house.Now(), Action: action})
		took = time.Since(began)
	})
	return outcome, far, took
}

func bubbleClient(far http.Handler, house *clock.Clock) *Client {
	return NewClient(ClientConfig{URL: "http://telnyx.test/", Key: testKey, ConnectionID: "17", Epoch: testEpoch,
		Clock: house, Transport: direct{far}, MediaURL: "wss://desk.test"})
}

func TestWhatEachActionSends(t *testing.T) {
	id := uuid.NewSHA1(uuid.MustParse(testEpoch), []byte("s41/x/y/1")).String()
	command := `"command_id":"` + id + `"`
	state := engine.ClientState{Floor: "main", Session: "s41", Role: engine.RoleCustomer}
	encoded := `"client_state":"MXxtYWlufHM0MXxjdXN0b21lcnww"`
	tests := []struct {
		action engine.Action
		want   string
	}{
		{engine.Answer{Leg: "v3:a", State: state}, `POST /calls/v3:a/actions/answer {` + encoded + `,` + command + `}`},
		{engine.OpenConference{Leg: "v3:a", Room: "desk-s41", State: state},
			`POST /conferences {"call_control_id":"v3:a","name":"desk-s41","beep_enabled":"never",` + encoded + `,` + command + `}`},
		{engine.Join{Leg: "v3:a", Conference: "r", Mute: true},
			`POST /conferences/r/actions/join {"call_control_id":"v3:a","mute":true,"end_conference_on_exit":false,` +
				`"soft_end_conference_on_exit":false,"start_conference_on_enter":false,"beep_enabled":"never",` + command + `}`},
		{engine.Leave{Leg: "v3:a", Conference: "r"},
			`POST /conferences/r/actions/leave {"call_control_id":"v3:a","beep_enabled":"never",` + command + `}`},
		{engine.Dial{To: "+12025550123", From: "+12025550199", LinkTo: "v3:a", Ring: 20 * time.Second, State: state},
			`POST /calls {"connection_id":"17","to":"+12025550123","from":"+12025550199","link_to":"v3:a","timeout_secs":20,` +
				`"retry_on_timeout":false,"time_limit_secs":14000,` + encoded + `,` + command + `}`},
		{engine.Dial{To: "+12025550123", From: "+12025550199", Ring: 20 * time.Second, Detect: true, State: state},
			`POST /calls {"connection_id":"17","to":"+12025550123","from":"+12025550199","timeout_secs":20,` +
				`"retry_on_timeout":false,"time_limit_secs":14000,"answering_machine_detection":"premium",` + encoded + `,` + command + `}`},
		{engine.Join{Leg: "v3:a", Conference: "r", Role: engine.Whisper, Whisper: []engine.LegID{"v3:b"}},
			`POST /conferences/r/actions/join {"call_control_id":"v3:a","mute":false,"end_conference_on_exit":false,` +
				`"soft_end_conference_on_exit":false,"start_conference_on_enter":false,"beep_enabled":"never",` +
				`"supervisor_role":"whisper","whisper_call_control_ids":["v3:b"],` + command + `}`},
		{engine.SetRole{Leg: "v3:a", Conference: "r", Role: engine.Monitor},
			`POST /conferences/r/actions/update {"call_control_id":"v3:a","supervisor_role":"monitor"}`},
		{engine.SetRole{Leg: "v3:a", Conference: "r", Role: engine.Whisper, Whisper: []engine.LegID{"v3:b"}},
			`POST /conferences/r/actions/update {"call_control_id":"v3:a","supervisor_role":"whisper","whisper_call_control_ids":["v3:b"]}`},
		{engine.SetRole{Leg: "v3:a", Conference: "r", Role: engine.Barge},
			`POST /conferences/r/actions/update {"call_control_id":"v3:a","supervisor_role":"barge"}`},
		{engine.Hold{Leg: "v3:a", Conference: "r", On: true}, `POST /conferences/r/actions/hold {"call_control_ids":["v3:a"]}`},
		{engine.Hold{Leg: "v3:a", Conference: "r", On: true, Audio: engine.Audio{URL: "https://x.test/a.mp3", Media: "m"}},
			`POST /conferences/r/actions/hold {"call_control_ids":["v3:a"],"audio_url":"https://x.test/a.mp3"}`},
		{engine.Hold{Leg: "v3:a", Conference: "r", Audio: engine.Audio{Media: "m"}},
			`POST /conferences/r/actions/unhold {"call_control_ids":["v3:a"]}`},
		{engine.Play{Leg: "v3:a", Audio: engine.Audio{Media: "m"}},
			`POST /calls/v3:a/actions/playback_start {"media_name":"m","loop":"infinity",` + command + `}`},
		{engine.Play{Leg: "v3:a", Audio: engine.Audio{URL: "https://x.test/a.wav"}},
			`POST /calls/v3:a/actions/playback_start {"audio_url":"https://x.test/a.wav","audio_type":"wav","loop":"infinity",` + command + `}`},
		{engine.Play{Leg: "v3:a", Audio: engine.Audio{Media: "beep"}, Once: true},
			`POST /calls/v3:a/actions/playback_start {"media_name":"beep",` + command + `}`},
		{engine.StopPlay{Leg: "v3:a"}, `POST /calls/v3:a/actions/playback_stop {"stop":"all",` + command + `}`},
		{engine.Hangup{Leg: "v3:a/b"}, `POST /calls/v3:a%2Fb/actions/hangup {` + command + `}`},
		{engine.Mute{Leg: "v3:a", Conference: "r", On: true}, `POST /conferences/r/actions/mute {"call_control_ids":["v3:a"]}`},
		{engine.Mute{Leg: "v3:a", Conference: "r"}, `POST /conferences/r/actions/unmute {"call_control_ids":["v3:a"]}`},
		{engine.Speak{Leg: "v3:a", Text: "Hello.", Language: "en-US", Voice: "AWS.Polly.Joanna"},
			`POST /calls/v3:a/actions/speak {"payload":"Hello.","voice":"AWS.Polly.Joanna","language":"en-US","stop":"all",` + command + `}`},
		{engine.Gather{Leg: "v3:a", Text: "Press 1.", Voice: "AWS.Polly.Joanna", Valid: "12", Min: 1, Max: 1, Timeout: 6 * time.Second},
			`POST /calls/v3:a/actions/gather_using_speak {"minimum_digits":1,"maximum_digits":1,"valid_digits":"12",` + command +
				`,"timeout_millis":6000,"payload":"Press 1.","voice":"AWS.Polly.Joanna","maximum_tries":1}`},
		{engine.Gather{Leg: "v3:a", Valid: "0123456789", Min: 10, Max: 10, Terminator: "#", Timeout: 30 * time.Second},
			`POST /calls/v3:a/actions/gather {"minimum_digits":10,"maximum_digits":10,"valid_digits":"0123456789",` +
				`"terminating_digit":"#",` + command + `,"timeout_millis":80000,"initial_timeout_millis":30000}`},
		{engine.Stream{Leg: "v3:a", Token: "k7"},
			`POST /calls/v3:a/actions/streaming_start {"stream_url":"wss://desk.test/media/k7","stream_track":"inbound_track","stream_codec":"PCMU",` + command + `}`},
		{engine.StopStream{Leg: "v3:a"}, `POST /calls/v3:a/actions/streaming_stop {` + command + `}`},
		{engine.Transcribe{Leg: "v3:a", Language: "en-US"},
			`POST /calls/v3:a/actions/transcription_start {"transcription_engine":"Google","transcription_engine_config":` +
				`{"transcription_engine":"Google","language":"en","interim_results":true},"transcription_tracks":"inbound",` + command + `}`},
		{engine.StopTranscribe{Leg: "v3:a"}, `POST /calls/v3:a/actions/transcription_stop {` + command + `}`},
		{engine.StartRecording{Leg: "v3:a"}, `POST /calls/v3:a/actions/record_start {"format":"mp3","channels":"dual",` + command + `}`},
		{engine.PauseRecording{Leg: "v3:a"}, `POST /calls/v3:a/actions/record_pause {` + command + `}`},
		{engine.ResumeRecording{Leg: "v3:a"}, `POST /calls/v3:a/actions/record_resume {` + command + `}`},
		{engine.StopGather{Leg: "v3:a"}, `POST /calls/v3:a/actions/gather_stop {` + command + `}`},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%T", tt.action), func(t *testing.T) {
			_, far, _ := carryOut(t, tt.action, reply{status: 200, body: `{"data":{"id":"r","call_control_id":"v3:n"}}`})
			if diff := cmp.Diff([]string{tt.want}, far.seen); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutcomesCarryWhatTelnyxMade(t *testing.T) {
	tests := []struct {
		action engine.Action
		body   string
		want   engine.Body
	}{
		{engine.Hangup{Leg: "v3:a"}, ok, engine.Accepted{Command: "s41/x/y/1"}},
		{engine.Dial{To: "+12025550123", From: "+12025550199"}, `{"data":{"call_control_id":"v3:n","call_leg_id":"l","is_alive":false}}`,
			engine.Dialled{Command: "s41/x/y/1", Leg: "v3:n", CallLeg: "l"}},
		{engine.Dial{To: "+12025550123", From: "+12025550199"}, ok,
			engine.Unanswered{Command: "s41/x/y/1", Detail: "Telnyx accepted the dial and named no leg"}},
		{engine.OpenConference{Leg: "v3:a", Room: "desk"}, `{"data":{"id":"r","name":"desk"}}`,
			engine.ConferenceOpened{Command: "s41/x/y/1", Conference: "r"}},
	}
	for _, tt := range tests {
		got, _, _ := carryOut(t, tt.action, reply{status: 200, body: tt.body})
		if got != tt.want {
			t.Errorf("%T answered %s: got %+v, want %+v", tt.action, tt.body, got, tt.want)
		}
	}
}

// "Send the identical command with the same command_id" (section 2).
func TestWhatIsNotAnsweredIsSentAgainIdentically(t *testing.T) {
	got, far, _ := carryOut(t, engine.Answer{Leg: "v3:a"},
		reply{}, reply{status: 500}, reply{status: 429}, refuse(422, "90034", "not answered yet"), reply{status: 200, body: ok})
	if want := (engine.Accepted{Command: "s41/x/y/1"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(far.seen) != 5 || len(slices.Compact(far.seen)) != 1 {
		t.Errorf("got %q, want the same five times", far.seen)
	}
}

func TestTheEndOfAllTries(t *testing.T) {
	const name = engine.CommandName("s41/x/y/1")
	hangup := engine.Hangup{Leg: "v3:a"}
	dial := engine.Dial{To: "+12025550123", From: "+12025550199"}
	tests := []struct {
		name    string
		action  engine.Action
		replies []reply
		want    engine.Body
		sent    int
	}{
		{"silence leaves a doubt", hangup, []reply{{}},
			engine.Unanswered{Command: name, Detail: "Telnyx did not answer: nothing came in 5s"}, maxTries},
		{"5xx leaves a doubt", hangup, []reply{{status: 503}},
			engine.Unanswered{Command: name, Detail: "status 503 Service Unavailable"}, maxTries},
		{"429 leaves none", dial, []reply{refuse(429, "90103", "Dials per second limit")},
			engine.Refused{Command: name, Reason: engine.ReasonPaced, Detail: "Unable to execute command: Dials per second limit (90103)"}, maxTries},
		{"a refusal is final", dial, []reply{refuse(422, "90041", "limit")},
			engine.Refused{Command: name, Reason: engine.ReasonLimit, Detail: "Unable to execute command: limit (90041)"}, 1},
		{"a doubt stays when a later try is refused", dial, []reply{{}, refuse(422, "90041", "limit")},
			engine.Unanswered{Command: name, Detail: "Unable to execute command: limit (90041)"}, 2},
		{"a doubt about a dial stays when another leg is gone", dial, []reply{{}, refuse(422, "90018", "ended")},
			engine.Unanswered{Command: name, Detail: "Unable to execute command: ended (90018)"}, 2},
		{"a doubt about a leg ends when the leg is gone", hangup, []reply{{}, refuse(422, "90018", "ended")},
			engine.Refused{Command: name, Reason: engine.ReasonEnded, Detail: "Unable to execute command: ended (90018)"}, 2},
		{"a redirect is not followed", hangup, []reply{{status: 307, header: map[string]string{"Location": "http://elsewhere.test/"}}},
			engine.Refused{Command: name, Reason: engine.ReasonOther, Detail: "status 307 Temporary Redirect"}, 1},
		{"a leg that does not answer is tried to the end", engine.Speak{Leg: "v3:a", Text: "Hello."}, []reply{refuse(422, "90034", "early")},
			engine.Refused{Command: name, Reason: engine.ReasonNotAnswered, Detail: "Unable to execute command: early (90034)"}, maxTries},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, far, _ := carryOut(t, tt.action, tt.replies...)
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if len(far.seen) != tt.sent {
				t.Errorf("sent %d times, want %d", len(far.seen), tt.sent)
			}
		})
	}
}

func TestRefusalsAreNamedByCodeAndWords(t *testing.T) {
	onLeg, inRoom := engine.Answer{Leg: "v3:a"}, engine.Mute{Leg: "v3:a", Conference: "r"}
	open := engine.OpenConference{Leg: "v3:a", Room: "desk"}
	tests := []struct {
		action engine.Action
		reply  reply
		want   engine.Reason
	}{
		{onLeg, refuse(422, "90018", "Call has already ended"), engine.ReasonEnded},
		{onLeg, refuse(422, "90015", "Invalid call_control_id"), engine.ReasonEnded},
		{onLeg, refuse(404, "10005", "Resource not found"), engine.ReasonEnded},
		{onLeg, reply{status: 404, body: "page not found"}, engine.ReasonInvalid},
		{onLeg, refuse(422, "90102", "outbound"), engine.ReasonInvalid},
		{onLeg, refuse(422, "10011", "SRTP not supported for PSTN"), engine.ReasonInvalid},
		{onLeg, refuse(401, "10009", "Authentication failed"), engine.ReasonUnauthorized},
		{onLeg, refuse(403, "10010", "Authorization failed"), engine.ReasonUnauthorized},
		{onLeg, reply{status: 401}, engine.ReasonUnauthorized},
		{onLeg, reply{status: 422, body: `{"errors":7}`}, engine.ReasonInvalid},
		{onLeg, reply{status: 422, body: `{"errors":[{"code":90018}]}`}, engine.ReasonEnded},
		{onLeg, reply{status: 422, body: `{"errors":[{"code":"10004"},{"code":"90018","title":"ended"}]}`}, engine.ReasonEnded},
		{open, refuse(422, "90033", "Conference with given name already exists and it's active."), engine.ReasonNameTaken},
		{open, refuse(422, "90033", ""), engine.ReasonNameTaken},
		{inRoom, refuse(422, "90033", "Conference has no active participants"), engine.ReasonNoConference},
		{inRoom, refuse(422, "90033", ""), engine.ReasonNoConference},
		{inRoom, refuse(422, "90019", "Conference has already ended"), engine.ReasonNoConference},
		{inRoom, refuse(404, "90058", "Invalid conference_id"), engine.ReasonNoConference},
		{inRoom, refuse(404, "10005", "Resource not found"), engine.ReasonNoConference},
		{inRoom, reply{status: 404}, engine.ReasonNoConference},
		{engine.Join{Leg: "v3:a", Conference: "r"}, refuse(422, "90032", "full"), engine.ReasonFull},
		{engine.Dial{To: "+12025550123", From: "+12025550199"}, refuse(422, "90041", "limit"), engine.ReasonLimit},
		{engine.Dial{To: "+12025550123", From: "+12025550199"}, refuse(422, "90042", "limit"), engine.ReasonLimit},
		{engine.Dial{To: "+12025550123", From: "+12025550199"}, refuse(422, "90043", "limit"), engine.ReasonLimit},
		{engine.Dial{To: "nobody", From: "+12025550199"}, refuse(422, "10016", "not E.164"), engine.ReasonInvalid},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%T %d %s", tt.action, tt.reply.status, tt.reply.body), func(t *testing.T) {
			got, far, _ := carryOut(t, tt.action, tt.reply)
			refused, isRefused := got.(engine.Refused)
			if !isRefused || refused.Reason != tt.want {
				t.Errorf("got %T %+v, want refused: %s", got, got, tt.want)
			}
			if len(far.seen) != 1 {
				t.Errorf("sent %d times, want once", len(far.seen))
			}
		})
	}
}

func TestTelnyxSaysHowLongToWait(t *testing.T) {
	for name, value := range map[string]string{
		"x-ratelimit-reset": "9",
		"Retry-After":       "9",
		"retry-after":       start.Add(9 * time.Second).Format(http.TimeFormat),
	} {
		slow := reply{status: 429, header: map[string]string{name: value}}
		got, _, took := carryOut(t, engine.Answer{Leg: "v3:a"}, slow, reply{status: 200, body: ok})
		if _, accepted := got.(engine.Accepted); !accepted || took < 9*time.Second || took > 10*time.Second {
			t.Errorf("%s %s: got %+v after %s, want it accepted after 9 s", name, value, got, took)
		}
	}
	endless := reply{status: 429, header: map[string]string{"X-Ratelimit-Reset": "18446744073709551615"}}
	tomorrow := reply{status: 429, header: map[string]string{"Retry-After": "86400"}}
	for _, r := range []reply{endless, tomorrow} {
		got, _, took := carryOut(t, engine.Answer{Leg: "v3:a"}, r)
		if refused, _ := got.(engine.Refused); refused.Reason != engine.ReasonPaced || took > engine.CommandLife {
			t.Errorf("%v: got %+v after %s, want it refused within the command's life", r.header, got, took)
		}
	}
}

// "45 s stays inside the 60 s in which Telnyx ignores a command_id that it has seen."
func TestNothingIsSentPastTheLifeOfACommand(t *testing.T) {
	tests := []struct {
		name   string
		age    time.Duration
		action engine.Action
		sent   bool
	}{
		{"young", 0, engine.Answer{Leg: "v3:a"}, true},
		{"about to lapse", engine.CommandLife - time.Second, engine.Answer{Leg: "v3:a"}, true},
		{"lapsed", engine.CommandLife, engine.Answer{Leg: "v3:a"}, false},
		{"lapsed long ago", time.Hour, engine.Dial{To: "+12025550123", From: "+12025550199"}, false},
		{"old and natural", time.Hour, engine.Hangup{Leg: "v3:a"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				far := &farEnd{replies: []reply{{status: 500}}}
				house := clock.New(start, 1)
				client := bubbleClient(far, house)
				began := time.Now()
				got := client.Do(t.Context(), engine.Command{Name: "s41/x/y/1", Decided: house.Now().Add(-tt.age), Action: tt.action})
				if _, lapsed := got.(engine.Lapsed); lapsed == tt.sent || (len(far.seen) > 0) != tt.sent {
					t.Errorf("got %+v, sent %d times", got, len(far.seen))
				}
				if tt.age > engine.CommandLife {
					return
				}
				for _, at := range far.at {
					if age := tt.age + at.Sub(began); age >= engine.CommandLife {
						t.Errorf("sent at the age of %s", age)
					}
				}
			})
		})
	}
}

func TestBackOffIsHouseTime(t *testing.T) {
	for _, speed := range []float64{1, 20} {
		synctest.Test(t, func(t *testing.T) {
			far := &farEnd{replies: []reply{{status: 500}}}
			house := clock.New(start, speed)
			began := house.Now()
			bubbleClient(far, house).Do(t.Context(), engine.Command{Decided: house.Now(), Action: engine.Answer{Leg: "v3:a"}})
			low, high := 15*firstPause, 15*firstPause*3/2+time.Second
			if took := house.Now().Sub(began); took < low || took > high {
				t.Errorf("speed %v: five tries took %s of house time, want between %s and %s", speed, took, low, high)
			}
		})
	}
}

func TestARoomIsOursIfALostTryMadeIt(t *testing.T) {
	const name = engine.CommandName("s41/x/y/1")
	open := engine.OpenConference{Leg: "v3:a", Room: "desk-s41"}
	taken := refuse(422, "90033", "Conference with given name already exists and it's active.")
	found := reply{status: 200, body: `{"data":[{"id":"r"}]}`}
	tests := []struct {
		name    string
		replies []reply
		want    engine.Body
		sent    int
	}{
		{"taken at the first try", []reply{taken}, engine.Refused{Command: name, Reason: engine.ReasonNameTaken,
			Detail: "Unable to execute command: Conference with given name already exists and it's active. (90033)"}, 1},
		{"taken after a lost try", []reply{{}, taken, found}, engine.ConferenceOpened{Command: name, Conference: "r"}, 3},
		{"made and not named", []reply{{status: 200, body: ok}, found}, engine.ConferenceOpened{Command: name, Conference: "r"}, 2},
		{"made and not found", []reply{{status: 200, body: ok}, {status: 200, body: `{"data":[]}`}},
			engine.Unanswered{Command: name, Detail: "Telnyx made the conference and named no id"}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, far, _ := carryOut(t, open, tt.replies...)
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if len(far.seen) != tt.sent {
				t.Errorf("sent %q, want %d", far.seen, tt.sent)
			}
		})
	}
	again := open
	again.Again = true // an earlier command may have made it, before the program was killed
	if got, _, _ := carryOut(t, again, taken, found); got != (engine.ConferenceOpened{Command: name, Conference: "r"}) {
		t.Errorf("asked for again: got %+v, want the room that is there", got)
	}
}

func TestALegThatIsInTheRoomIsJoined(t *testing.T) {
	got, _, _ := carryOut(t, engine.Join{Leg: "v3:a", Conference: "r"}, reply{}, refuse(422, "90044", "already joined"))
	if want := (engine.Accepted{Command: "s41/x/y/1"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A supervisor who is there with another role than was asked for would be heard.
func TestASupervisorWhoIsInTheRoomGetsHisRole(t *testing.T) {
	got, far, _ := carryOut(t, engine.Join{Leg: "v3:a", Conference: "r", Role: engine.Monitor},
		refuse(422, "90044", "already joined"), reply{status: 200, body: ok})
	if want := (engine.Accepted{Command: "s41/x/y/1"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	want := `POST /conferences/r/actions/update {"call_control_id":"v3:a","supervisor_role":"monitor"}`
	if len(far.seen) != 2 || far.seen[1] != want {
		t.Errorf("sent %q, want the last to be %s", far.seen, want)
	}
	got, _, _ = carryOut(t, engine.Join{Leg: "v3:a", Conference: "r", Role: engine.Monitor},
		refuse(422, "90044", "already joined"), refuse(422, "90018", "ended"))
	if refused, _ := got.(engine.Refused); refused.Reason != engine.ReasonEnded {
		t.Errorf("got %+v, want it refused: the role was not given", got)
	}
}

func TestEndOnExitWaitsForTheParticipant(t *testing.T) {
	const name = engine.CommandName("s41/x/y/1")
	action := engine.EndOnExit{Leg: "v3:a", Conference: "r"}
	list := func(participants string) reply { return reply{status: 200, body: `{"data":[` + participants + `]}`} }
	others := list(`{"id":"p-2","call_control_id":"v3:b","status":"joined"}`)
	ours := list(`{"id":"p-1","call_control_id":"v3:a","status":"left"},{"id":"p-3","call_control_id":"v3:a","status":"joining"}`)
	got, far, _ := carryOut(t, action, list(``), others, ours, reply{status: 200, body: ok})
	if want := (engine.Accepted{Command: name}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	ask := "GET /conferences/r/participants?page%5Bsize%5D=250"
	want := []string{ask, ask, ask, `PATCH /conferences/r/participants/p-3 {"end_conference_on_exit":true}`}
	if diff := cmp.Diff(want, far.seen); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}

	got, far, _ = carryOut(t, action, others)
	if refused, _ := got.(engine.Refused); refused.Reason != engine.ReasonOther || len(far.seen) != maxTries {
		t.Errorf("never listed: got %+v after %d questions", got, len(far.seen))
	}
	got, _, _ = carryOut(t, action, refuse(404, "90058", "Invalid conference_id"))
	if refused, _ := got.(engine.Refused); refused.Reason != engine.ReasonNoConference {
		t.Errorf("no such room: got %+v", got)
	}
	got, _, _ = carryOut(t, action, reply{})
	if refused, _ := got.(engine.Refused); refused.Reason != engine.ReasonUnreachable {
		t.Errorf("a question that is not answered orders nothing: got %+v", got)
	}
	got, _, _ = carryOut(t, action, ours, reply{status: 500})
	if _, unanswered := got.(engine.Unanswered); !unanswered {
		t.Errorf("a change that is not answered leaves a doubt: got %+v", got)
	}
}

// "call_control_ids: empty or absent = everybody" (section 6).
func TestNothingIsSentThatNamesNobody(t *testing.T) {
	for _, action := range []engine.Action{
		engine.Mute{Conference: "r", On: true}, engine.Mute{Leg: "v3:a"}, engine.Hangup{}, engine.Answer{},
		engine.Join{Leg: "v3:a"}, engine.Leave{Conference: "r"}, engine.OpenConference{Room: "desk"},
		engine.SetRole{Leg: "v3:a", Conference: "r"}, engine.SetRole{Conference: "r", Role: engine.Barge},
		engine.SetRole{Leg: "v3:a", Conference: "r", Role: engine.Whisper},
		engine.Join{Leg: "v3:a", Conference: "r", Role: engine.Whisper},
		engine.Join{Leg: "v3:a", Conference: "r", Role: engine.Whisper, Whisper: []engine.LegID{""}},
		engine.Hold{Conference: "r", On: true}, engine.Hold{Conference: "r"}, engine.Hold{Leg: "v3:a", On: true},
		engine.Play{Leg: "v3:a"}, engine.Play{Audio: engine.Audio{Media: "m"}}, engine.StopPlay{},
		engine.EndOnExit{Conference: "r"}, engine.Dial{From: "+12025550199"}, engine.Speak{Text: "Hello."},
	} {
		got, far, _ := carryOut(t, action, reply{status: 200, body: ok})
		if refused, _ := got.(engine.Refused); refused.Reason != engine.ReasonInvalid || len(far.seen) != 0 {
			t.Errorf("%T: got %+v and sent %q, want it refused", action, got, far.seen)
		}
	}
}

func TestCommandIDsAreTheEpochsAndTheNames(t *testing.T) {
	id := func(epoch string, name engine.CommandName) string {
		far := &farEnd{replies: []reply{{status: 200, body: ok}}}
		house := clock.New(start, 1)
		client := NewClient(ClientConfig{URL: "http://telnyx.test", Epoch: epoch, Clock: house, Transport: direct{far}})
		client.Do(t.Context(), engine.Command{Name: name, Decided: house.Now(), Action: engine.StopGather{Leg: "v3:a"}})
		_, body, _ := strings.Cut(far.seen[0], "{")
		var sent commandRequest
		if err := json.Unmarshal([]byte("{"+body), &sent); err != nil {
			t.Fatal(err)
		}
		return sent.CommandID
	}
	one := id(testEpoch, "s41/dial/op-2/1")
	if again := id(testEpoch, "s41/dial/op-2/1"); again != one {
		t.Errorf("the same name got %s and %s", one, again)
	}
	if parsed, err := uuid.Parse(one); err != nil || parsed.Version() != 5 {
		t.Errorf("got %s, want a UUID of version 5", one)
	}
	for _, other := range []string{id(testEpoch, "s41/dial/op-2/2"), id(uuid.NewString(), "s41/dial/op-2/1"), id("words", "s41/dial/op-2/1")} {
		if other == one {
			t.Errorf("another command got %s too", one)
		}
	}
}

func TestTheKeyIsNeverInAnOutcome(t *testing.T) {
	echo := "your header was Bearer " + testKey
	for _, r := range []reply{refuse(401, "10009", echo), refuse(422, "10015", echo), refuse(500, "1", echo), refuse(429, "10011", echo)} {
		got, _, _ := carryOut(t, engine.Answer{Leg: "v3:a"}, r)
		if text := fmt.Sprintf("%+v", got); strings.Contains(text, testKey) || !strings.Contains(text, "your header was") {
			t.Errorf("got %s, want the words without the key", text)
		}
	}
}

func TestLongWordsAreCut(t *testing.T) {
	got, _, _ := carryOut(t, engine.Answer{Leg: "v3:a"}, refuse(422, "10015", strings.Repeat("é", 10_000)))
	if refused, _ := got.(engine.Refused); len(refused.Detail) > maxDetail || len(refused.Detail) < maxDetail-3 {
		t.Errorf("got %d bytes, want %d", len(refused.Detail), maxDetail)
	}
}

func TestDoEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house := clock.New(start, 1)
		client := bubbleClient(&farEnd{replies: []reply{{}}}, house)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		got := client.Do(ctx, engine.Command{Name: "s41/x/y/1", Decided: house.Now(), Action: engine.Answer{Leg: "v3:a"}})
		if _, unanswered := got.(engine.Unanswered); !unanswered || time.Since(began) != time.Second {
			t.Errorf("got %+v after %s, want it unanswered after 1 s", got, time.Since(began))
		}
	})
}

func TestWhereNobodyListensNothingWasDone(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	house := clock.New(start, 100)
	client := NewClient(ClientConfig{URL: "http://" + listener.Addr().String() + "/v2", Key: testKey, Clock: house})
	defer client.Close()
	got := client.Do(t.Context(), engine.Command{Name: "s41/x/y/1", Decided: house.Now().Add(time.Hour),
		Action: engine.Dial{To: "+12025550123", From: "+12025550199"}})
	refused, _ := got.(engine.Refused)
	if refused.Reason != engine.ReasonUnreachable || !strings.Contains(refused.Detail, "refused") || strings.Contains(refused.Detail, "http") {
		t.Errorf("got %+v, want it unreachable, with the cause", got)
	}
}

func TestOverRealSocketsATryThatIsCutOffIsMadeAgain(t *testing.T) {
	far := &farEnd{replies: []reply{{}, {status: 502}, {status: 200, body: `{"data":{"call_control_id":"v3:n"}}`}}}
	server := httptest.NewServer(far)
	defer server.Close()
	house := clock.New(start, 100)
	client := NewClient(ClientConfig{URL: server.URL, Key: testKey, Clock: house, Wait: 200 * time.Millisecond})
	defer client.Close()
	got := client.Do(t.Context(), engine.Command{Name: "s41/x/y/1", Decided: house.Now().Add(time.Hour),
		Action: engine.Dial{To: "+12025550123", From: "+12025550199"}})
	if want := (engine.Dialled{Command: "s41/x/y/1", Leg: "v3:n"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(far.seen) != 3 || len(slices.Compact(far.seen)) != 1 {
		t.Errorf("got %q, want the same three times", far.seen)
	}
}

func TestAnAnswerThatBreaksOffLeavesADoubt(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		io.WriteString(w, `{"data":{`)
	}))
	defer server.Close()
	house := clock.New(start, 1000)
	client := NewClient(ClientConfig{URL: server.URL, Key: testKey, Clock: house})
	defer client.Close()
	got := client.Do(t.Context(), engine.Command{Decided: house.Now().Add(time.Hour), Action: engine.Dial{To: "+12025550123", From: "+12025550199"}})
	if _, unanswered := got.(engine.Unanswered); !unanswered {
		t.Errorf("got %+v, want it unanswered", got)
	}
}

func TestSymblsCommandsAreNotForTelnyx(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a command of Symbl's was carried out")
		}
	}()
	house := clock.New(start, 1)
	NewClient(ClientConfig{Clock: house}).Do(t.Context(), engine.Command{Decided: house.Now(), Action: engine.Unlisten{}})
}
