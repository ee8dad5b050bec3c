package symbl

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/clock"
)

func sample(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "symbl", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func sameJSON(t *testing.T, got any, want []byte) {
	t.Helper()
	encoded, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var g, w any
	if err := json.Unmarshal(encoded, &g); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(want, &w); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("request differs from the sample (-want +got):\n%s", diff)
	}
}

func TestConnectRequestsAreAsInTheSamples(t *testing.T) {
	got := start("15550100200", engine.Listen{Number: "+15550100200", Code: "1234567890", Title: "call v3:abc"})
	if want := ",,1234567890#,,,,1234567890#"; got.Endpoint.DTMF != want {
		t.Errorf("got dtmf %q, want the code twice with pauses, %q", got.Endpoint.DTMF, want)
	}
	got.Endpoint.DTMF = ",,123456#,,654321#" // the sample's two codes
	sameJSON(t, got, sample(t, "endpoint_connect_start_pstn.json"))
	sameJSON(t, stopRequest{"stop", "771a8757-0000-4000-8000-64132a7bfc6e"}, sample(t, "endpoint_connect_stop.json"))
}

// "The sample app's ",,{}#,,{}#" with empty ids sends two bare # into our conference —
// send nothing when there is no id" (contracts/symbl.md, section 2).
func TestNothingIsDialledWithoutACode(t *testing.T) {
	encoded, err := json.Marshal(start("15550100200", engine.Listen{}))
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Endpoint map[string]any }
	if err := json.Unmarshal(encoded, &got); err != nil {
		t.Fatal(err)
	}
	if dtmf, ok := got.Endpoint["dtmf"]; ok {
		t.Errorf("got dtmf %q, want none", dtmf)
	}
}

func TestScoresAreRoundedInDecimals(t *testing.T) {
	tests := []struct {
		score string
		want  engine.Polarity
		ok    bool
	}{
		{"-0.246", -246, true},
		{"0.039", 39, true},
		{"-1", -1000, true},
		{"1", 1000, true},
		{"0", 0, true},
		{"-0.3", -300, true},
		{"-0.2465", -247, true}, // in floating point it is a little less than half
		{"0.0005", 1, true},
		{"-0.0005", -1, true},
		{"0.00049999999999999999999", 0, true},
		{"-0.9995", -1000, true},
		{"0.9994999999999999999", 999, true},
		{"1.7", 1000, true}, // out of range
		{"-250e-3", -250, true},
		{"1e999999999", 1000, true},
		{"-1e-999999999", 0, true},
		{"", 0, false}, // null
	}
	for _, tt := range tests {
		got, ok := thousandths(json.Number(tt.score))
		if got != tt.want || ok != tt.ok {
			t.Errorf("thousandths(%q): got %d, %t, want %d, %t", tt.score, got, ok, tt.want, tt.ok)
		}
	}
}

// Symbl's clock is not ours, and may be wrong.
func TestSentencesAreOverWhenTheyAreHeard(t *testing.T) {
	now := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	at := func(seconds float64) time.Time { return now.Add(time.Duration(seconds * float64(time.Second))) }
	tests := []struct {
		name                           string
		start, end, wantStart, wantEnd time.Time
	}{
		{"as it should be", at(-5), at(-2), at(-5), at(-2)},
		{"late", at(-3605), at(-3600), at(-3605), at(-3600)},
		{"a clock that is an hour ahead", at(3595), at(3600), at(-5), now},
		{"no times", time.Time{}, time.Time{}, now, now},
		{"no start", time.Time{}, at(-2), at(-2), at(-2)},
		{"no end", at(-2), time.Time{}, now, now},
		{"it ends before it starts", at(-2), at(-5), at(-5), at(-5)},
	}
	for _, tt := range tests {
		got := sentence{start: tt.start, end: tt.end}.placed(now)
		if !got.start.Equal(tt.wantStart) || !got.end.Equal(tt.wantEnd) {
			t.Errorf("%s: got %s to %s, want %s to %s", tt.name, got.start, got.end, tt.wantStart, tt.wantEnd)
		}
	}
}

func TestListOfMessagesIsRead(t *testing.T) {
	var list messageList
	if err := json.Unmarshal(sample(t, "messages.json"), &list); err != nil {
		t.Fatal(err)
	}
	var got []sentence
	for _, m := range list.Messages {
		got = append(got, m.sentence())
	}
	at := func(second, millisecond int) time.Time {
		return time.Date(2026, 1, 5, 10, 0, second, millisecond*1e6, time.UTC)
	}
	want := []sentence{
		{id: "4900000000000003", text: "So when will that be?", start: at(12, 0), end: at(13, 400)},
		{id: "4900000000000001", text: "Hi there.", start: at(3, 200), end: at(3, 700), scored: true, polarity: -247},
		{id: "4900000000000002", text: "Nobody has called me back, and I am really fed up with it.",
			start: at(5, 0), end: at(8, 100), scored: true, polarity: -1000},
		{id: "4900000000000004"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(sentence{})); diff != "" {
		t.Errorf("sentences (-want +got):\n%s", diff)
	}
}

// deaf is an engine that keeps only partials and notes.
type deaf struct {
	partials []string
	notes    []string
}

func (d *deaf) Submit(context.Context, engine.Entry) error  { return nil }
func (d *deaf) Partial(p engine.Partial)                    { d.partials = append(d.partials, p.Text) }
func (d *deaf) Alive(engine.By)                             {}
func (d *deaf) Note(kind engine.TroubleKind, detail string) { d.notes = append(d.notes, detail) }
func bare(e Engine) *hearing {
	c := New(Config{Clock: clock.New(time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC), 1), Engine: e})
	return &hearing{client: c, session: "s1", connection: "c1", nudge: make(chan struct{}, 1), seen: make(map[string]told)}
}

// The socket gives partials, nudges and the conversation's name, and nothing else,
// whatever it says.
func TestFramesOfTheSocket(t *testing.T) {
	type effect struct {
		Partial      string
		Nudge        bool
		Conversation engine.ConversationID
		Note         bool
	}
	tests := []struct {
		file string
		want effect
	}{
		{"01_started_listening.json", effect{}},
		{"02_conversation_created.json", effect{Conversation: "4700000000000001", Nudge: true}},
		{"03_recognition_started.json", effect{Conversation: "4700000000000001", Nudge: true}},
		{"04_recognition_result_partial.json", effect{Partial: "This is the third"}},
		{"05_recognition_result_final.json", effect{Partial: "This is the third time I call."}},
		{"06_message_response_sentiment.json", effect{Nudge: true}},
		{"07_insight_response.json", effect{}},
		{"08_topic_response.json", effect{}},
		{"09_tracker_response.json", effect{}},
		{"10_error_top_level.json", effect{Note: true}},
		{"11_error_nested.json", effect{Note: true}},
		{"12_recognition_stopped.json", effect{}},
		{"13_conversation_completed_nested_data.json", effect{Conversation: "4700000000000001", Nudge: true}},
		{"14_conversation_completed_flat.json", effect{Conversation: "4700000000000001", Nudge: true}},
		{"15_transcript_response_telephony.json", effect{Partial: "this is the third"}},
		{"16_session_modified.json", effect{}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			var e deaf
			h := bare(&e)
			h.frame(sample(t, tt.file))
			got := effect{Nudge: len(h.nudge) > 0, Conversation: h.name(), Note: len(e.notes) > 0}
			if len(e.partials) > 0 {
				got.Partial = e.partials[0]
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("effect (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFramesThatAreNotSymblsAreIgnored(t *testing.T) {
	var e deaf
	h := bare(&e)
	for _, frame := range []string{"", "__PONG__", "[]", "{}", `{"type":7}`, `{"type":"message"}`,
		`{"type":"message","message":"text"}`, `{"type":"transcript_response","payload":{"content":"  "}}`} {
		h.frame([]byte(frame))
	}
	if len(e.partials)+len(e.notes)+len(h.nudge) != 0 {
		t.Errorf("got partials %q, notes %q, %d nudges, want none", e.partials, e.notes, len(h.nudge))
	}
}

func TestErrorsSayWhatSymblSaid(t *testing.T) {
	c := New(Config{})
	got := c.answered("call us", 401, sample(t, "error_401.json"))
	want := "Symbl answered 401 when asked to call us: check SYMBL_APP_ID and SYMBL_APP_SECRET (Token validation failed for provided token.)"
	if got.Error() != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	got = c.answered("call us", 502, []byte("<html>Bad\r\n\x1b[31mGateway</html>"))
	if want := "Symbl answered 502 when asked to call us (<html>Bad [31mGateway</html>)"; got.Error() != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// "The server returns the same token with the remaining time, so refreshing early may
// hand back the same token: do not loop" (contracts/symbl.md, section 1).
func TestRenewingDoesNotLoopOnTheSameToken(t *testing.T) {
	var (
		kept  token
		began = time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
		dies  = began.Add(24 * time.Hour)
		asked int
	)
	for now := began; now.Before(dies); now = now.Add(time.Second) {
		if _, ok := kept.fresh(now); ok {
			continue
		}
		asked++
		kept.keep("the same", dies.Sub(now), now)
		if now.After(began) && dies.Sub(now) > renewEarly {
			t.Fatalf("renewed with %s left, want at most %s", dies.Sub(now), renewEarly)
		}
	}
	if asked < 2 || asked > 10 {
		t.Errorf("asked for a token %d times in its life, want it renewed early and at most 10 times", asked)
	}
}

// "1 s after a nudge", and never sooner because of several, nor while Symbl fails.
func TestNudgeBringsTheNextPollForward(t *testing.T) {
	tests := []struct {
		name  string
		after time.Duration // of the nudge
		hasty bool
		want  time.Duration
	}{
		{"at once", 0, true, pollNudged},
		{"later", 30 * time.Second, true, 31 * time.Second},
		{"just before it is due", 59500 * time.Millisecond, true, time.Minute},
		{"while failing", 0, false, time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := bare(new(deaf))
				began := h.client.clock.Now()
				go func() {
					h.client.clock.Sleep(t.Context(), tt.after)
					h.poke()
					h.poke()
				}()
				h.rest(t.Context(), time.Minute, tt.hasty)
				if got := h.client.clock.Now().Sub(began); got != tt.want {
					t.Errorf("rested %s, want %s", got, tt.want)
				}
				synctest.Wait()
			})
		})
	}
}

func TestRememberedSentencesAreBounded(t *testing.T) {
	e := &ledger{}
	h := bare(e)
	began := h.client.clock.Now()
	const more = 10
	var heard []sentence
	for i := range maxSeen + more {
		heard = append(heard, sentence{id: time.Duration(i).String(), text: "Well.", start: began.Add(time.Duration(i+1) * time.Second)})
	}
	h.learn("v1")
	for range 2 {
		if !h.tell(t.Context(), heard) {
			t.Fatal("not told")
		}
	}
	if len(h.seen) != maxSeen {
		t.Errorf("%d sentences are remembered, want %d", len(h.seen), maxSeen)
	}
	if got, want := len(e.entries), maxSeen+more; got != want {
		t.Errorf("%d entries were submitted, want each sentence once: %d", got, want)
	}
}

// ledger is an engine that keeps entries.
type ledger struct {
	deaf
	entries []engine.Entry
}

func (l *ledger) Submit(_ context.Context, e engine.Entry) error {
	l.entries = append(l.entries, e)
	return nil
}

func (l *ledger) ids() []string {
	var ids []string
	for _, e := range l.entries {
		ids = append(ids, e.ID)
	}
	return ids
}

func TestRevisionsRiseWithTextAndScore(t *testing.T) {
	e := &ledger{}
	h := bare(e)
	h.learn("v1")
	said := sentence{id: "m1", text: "I want my money", start: h.client.clock.Now().Add(time.Second)}
	steps := []sentence{said, said}
	said.scored, said.polarity = true, -500
	steps = append(steps, said, said)
	said.text = "I want my money back."
	steps = append(steps, said)
	unscored := said
	unscored.scored, unscored.polarity = false, 0 // a score that is there no longer is no change
	steps = append(steps, unscored)
	for _, s := range steps {
		h.tell(t.Context(), []sentence{s})
	}
	if diff := cmp.Diff([]string{"symbl/v1/m1/1", "symbl/v1/m1/2", "symbl/v1/m1/3"}, e.ids()); diff != "" {
		t.Fatalf("entries (-want +got):\n%s", diff)
	}
	if last := e.entries[2].Body.(engine.Uttered); !last.Scored || last.Polarity != -500 || last.Revision != 3 {
		t.Errorf("got %+v, want the score kept", last)
	}
}

// After a restart the journal knows revision 1 and leaves it out. If its score came
// while the program was down, it must get in under another name.
func TestScoreThatCameWhileWeWereDownIsNotLost(t *testing.T) {
	e := &ledger{}
	h := bare(e)
	h.began = h.client.clock.Now()
	h.learn("v1")
	before := h.began.Add(-time.Minute)
	h.tell(t.Context(), []sentence{
		{id: "m1", text: "Again.", start: before, end: before, scored: true, polarity: -800},
		{id: "m2", text: "And again.", start: before.Add(time.Second), end: before.Add(time.Second)},
		{id: "m3", text: "Now.", start: before.Add(time.Second), end: h.began, scored: true},
	})
	want := []string{"symbl/v1/m1/1", "symbl/v1/m1/2", "symbl/v1/m2/1", "symbl/v1/m3/1"}
	if diff := cmp.Diff(want, e.ids()); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestErrorsOfTheNetworkSayWhatToDo(t *testing.T) {
	c := New(Config{})
	tests := []struct {
		err  error
		want string
	}{
		{&net.DNSError{Err: "no such host", Name: "api.symbl.ai", IsNotFound: true},
			"Symbl does not resolve (api.symbl.ai): its public API appears to be gone; see the README"},
		{&net.DNSError{Err: "server misbehaving", Name: "api.symbl.ai", IsTemporary: true},
			"Symbl's name cannot be looked up (api.symbl.ai): check the network"},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
			"nobody listens at Symbl's address (api.symbl.ai): check SYMBL_API_URL"},
		{&tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: new(x509.Certificate)}},
			"Symbl's certificate is not valid (api.symbl.ai): check SYMBL_API_URL"},
		{context.DeadlineExceeded, "Symbl did not answer in time when asked to call us (api.symbl.ai)"},
		{io.ErrUnexpectedEOF, "Symbl did not answer when asked to call us (api.symbl.ai)"},
	}
	for _, tt := range tests {
		wrapped := &url.Error{Op: "Post", URL: "https://api.symbl.ai/v1/endpoint:connect", Err: tt.err}
		if got := c.unanswered("call us", wrapped).Error(); got != tt.want {
			t.Errorf("%T: got %q\nwant %q", tt.err, got, tt.want)
		}
	}
}
