package telnyxtest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"switchboard/engine/world"
)

// A mediaIn is a frame as our side reads it: every field of the contract's samples, and
// no other.
type mediaIn struct {
	Event    string
	Version  *string
	Sequence *string `json:"sequence_number"`
	Stream   *string `json:"stream_id"`
	At       *string `json:"occurred_at"`
	Start    *struct {
		User    string `json:"user_id"`
		Leg     string `json:"call_control_id"`
		Session string `json:"call_session_id"`
		From    string
		To      string
		State   *string `json:"client_state"`
		Format  struct {
			Encoding string
			Rate     int `json:"sample_rate"`
			Channels int
		} `json:"media_format"`
	}
	Media *struct{ Track, Chunk, Timestamp, Payload string }
	Key   *struct{ Digit string } `json:"dtmf"`
	Stop  *struct {
		User string `json:"user_id"`
		Leg  string `json:"call_control_id"`
	}
}

// An ear is our side of the streams.
type ear struct {
	t      *testing.T
	url    string
	status int // that a stream is refused with; 0: none is

	mu    sync.Mutex
	conns []*websocket.Conn
	ins   [][]mediaIn // by connection
	ended []error     // likewise
}

func listen(t *testing.T) *ear {
	t.Helper()
	e := &ear{t: t}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e.url = "ws://" + listener.Addr().String() + "/media/token"
	server := http.Server{Handler: http.HandlerFunc(e.serve)}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, c := range e.conns {
			_ = c.Close()
		}
	})
	return e
}

func (e *ear) serve(w http.ResponseWriter, r *http.Request) {
	if e.status != 0 {
		w.WriteHeader(e.status)
		return
	}
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		e.t.Error(err)
		return
	}
	e.mu.Lock()
	n := len(e.conns)
	e.conns, e.ins, e.ended = append(e.conns, conn), append(e.ins, nil), append(e.ended, nil)
	e.mu.Unlock()
	for {
		kind, raw, err := conn.ReadMessage()
		if err != nil {
			e.mu.Lock()
			e.ended[n] = err
			e.mu.Unlock()
			_ = conn.Close()
			return
		}
		var in mediaIn
		read := json.NewDecoder(bytes.NewReader(raw))
		read.DisallowUnknownFields()
		if err := read.Decode(&in); err != nil || kind != websocket.TextMessage {
			e.t.Errorf("%v: kind %d: %s", err, kind, raw)
		}
		e.mu.Lock()
		e.ins[n] = append(e.ins[n], in)
		e.mu.Unlock()
	}
}

// frames returns what came on a connection, and why it ended if it has.
func (e *ear) frames(n int) ([]mediaIn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n >= len(e.ins) {
		return nil, nil
	}
	return slices.Clone(e.ins[n]), e.ended[n]
}

// over waits for the end of a connection and returns all that came on it.
func (e *ear) over(h *house, n int) []mediaIn {
	e.t.Helper()
	h.until("the connection ends", func() bool { _, err := e.frames(n); return err != nil })
	all, _ := e.frames(n)
	return all
}

// chunks returns the numbers of the media frames in the order in which they came.
func chunks(ins []mediaIn) (all []int) {
	for _, in := range ins {
		if in.Media != nil {
			n, _ := strconv.Atoi(in.Media.Chunk)
			all = append(all, n)
		}
	}
	return all
}

// heard returns the sentences that are in media frames, in the order in which they
// came.
func heard(t *testing.T, ins []mediaIn, toMu func(byte) byte) []string {
	t.Helper()
	var l world.Listener
	for _, in := range ins {
		if in.Media == nil {
			continue
		}
		samples, err := base64.StdEncoding.DecodeString(in.Media.Payload)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range samples {
			samples[i] = toMu(c)
		}
		_, _ = l.Write(samples)
	}
	l.Finish()
	var texts []string
	for _, s := range l.Said() {
		texts = append(texts, s.Text)
	}
	return texts
}

func asIs(c byte) byte { return c }

// muOf returns the sample of mu-law that is nearest to one of A-law.
func muOf(c byte) byte {
	c ^= 0x55
	magnitude := int(c&0x0f)<<4 + 8
	if segment := c >> 4 & 7; segment > 0 {
		magnitude = (magnitude + 0x100) << (segment - 1)
	}
	if c&0x80 == 0 {
		magnitude = -magnitude
	}
	best := byte(0xff)
	for mu := range 256 {
		if abs(linear(byte(mu))-magnitude) < abs(linear(best)-magnitude) {
			best = byte(mu)
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

func action(leg world.LegID) string { return "/calls/" + url.PathEscape(string(leg)) + "/actions/" }

// up has a customer call and answers him.
func (h *house) up(lines string) world.LegID {
	h.t.Helper()
	leg := h.call(lines)
	h.must("POST", action(leg)+"answer", `{}`)
	return leg
}

func (h *house) stream(leg world.LegID, e *ear, more string) result {
	h.t.Helper()
	return h.ask("POST", action(leg)+"streaming_start", fmt.Sprintf(`{"stream_url":%q%s}`, e.url, more))
}

func (h *house) streams(leg world.LegID, e *ear) {
	h.t.Helper()
	if got := h.stream(leg, e, ""); got.Status != 200 {
		h.t.Fatalf("streaming_start: %d %+v", got.Status, got.Errors)
	}
}

// payloadOf returns the payload of a webhook.
func (g hook) payload(t *testing.T) map[string]any {
	t.Helper()
	var body struct {
		Data struct{ Payload map[string]any }
	}
	if err := json.Unmarshal(g.raw, &body); err != nil {
		t.Fatal(err)
	}
	return body.Data.Payload
}

const sayings = `{"on":"answered","at":2,"who":"customer","say":"I was told it would be here on Tuesday.","polarity":-0.34}
{"on":"answered","at":6,"who":"customer","say":"Is anybody there?"}`

// Section 7, to the letter.
func TestAStreamIsAsTelnyxDocumentsIt(t *testing.T) {
	h, e := open(t, 5, world.Config{Seed: 1}), listen(t) // so that it streams before the first word
	leg := h.up(sayings)
	h.must("POST", action(leg)+"speak", `{"payload":"This call is analysed.","voice":"male"}`)
	if got := h.stream(leg, e, `,"client_state":"YQ==","stream_track":"inbound_track"`); got.Status != 200 || got.field(t, "result") != "ok" {
		t.Fatalf("got %+v", got)
	}
	started := h.await("streaming.started", leg).payload(t)
	h.until("all is said", func() bool { f, _ := e.frames(0); return len(f) > 500 })
	h.must("POST", action(leg)+"streaming_stop", `{}`)
	stopped := h.await("streaming.stopped", leg).payload(t)
	for what, p := range map[string]map[string]any{"started": started, "stopped": stopped} {
		want := map[string]any{"call_control_id": string(leg), "call_leg_id": p["call_leg_id"], "call_session_id": p["call_session_id"],
			"connection_id": h.telnyx.ConnectionID(), "client_state": "YQ==", "stream_url": e.url}
		if fmt.Sprint(p) != fmt.Sprint(want) || p["call_leg_id"] == nil || p["call_session_id"] == nil {
			t.Errorf("streaming.%s has %v, want %v", what, p, want)
		}
	}
	ins := e.over(h, 0)
	if _, err := e.frames(0); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Errorf("ended by %v", err)
	}
	if in := ins[0]; in.Event != "connected" || *in.Version != "1.0.0" || in.Sequence != nil || in.Stream != nil {
		t.Errorf("the first frame is %+v", in)
	}
	start := ins[1].Start
	if ins[1].Event != "start" || start.Leg != string(leg) || start.Session != started["call_session_id"] || start.From != "+12025550142" ||
		start.To != ourNumber || *start.State != "YQ==" || start.User == "" {
		t.Errorf("start is %+v", start)
	}
	if f := start.Format; f.Encoding != "PCMU" || f.Rate != 8000 || f.Channels != 1 {
		t.Errorf("media_format is %+v", f)
	}
	if last := ins[len(ins)-1]; last.Event != "stop" || last.Stop.Leg != string(leg) || last.Stop.User != start.User {
		t.Errorf("the last frame is %+v", last)
	}
	for i, in := range ins[1:] {
		if *in.Sequence != strconv.Itoa(i+1) || *in.Stream != *ins[1].Stream {
			t.Fatalf("frame %d has number %s of %s", i+1, *in.Sequence, *in.Stream)
		}
		if i == 0 || i == len(ins)-2 {
			continue
		}
		samples, _ := base64.StdEncoding.DecodeString(in.Media.Payload)
		if in.Event != "media" || in.Media.Track != "inbound" || in.Media.Chunk != strconv.Itoa(i) ||
			in.Media.Timestamp != strconv.Itoa((i-1)*20) || len(samples) != 160 {
			t.Fatalf("frame %d is %+v", i+1, in)
		}
	}
	if got, want := heard(t, ins, asIs), []string{"I was told it would be here on Tuesday.", "Is anybody there?"}; !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q: no prompts", got, want)
	}
	if c := h.telnyx.Counts(); c.Streams != 1 || c.Failed != 0 || c.Frames != len(ins)-3 || c.Lost != 0 {
		t.Errorf("counts %+v of %d frames", c, len(ins))
	}
	h.refusedNothing()
}

// House time paces the frames, however fast it runs and however long they are.
func TestFramesComeAsHouseTimeGoesBy(t *testing.T) {
	for _, packet := range []time.Duration{20 * time.Millisecond, 200 * time.Millisecond} {
		h, e := openAs(t, 20, world.Config{Seed: 1}, Config{Packet: packet}), listen(t)
		leg := h.up(`{"on":"answered","at":8,"who":"customer","say":"Yes.","lasts":1}
{"on":"answered","at":18,"who":"customer","say":"No.","lasts":1}`)
		before := h.clock.Now()
		h.streams(leg, e)
		h.until("both are said", func() bool { f, _ := e.frames(0); return len(f) > int(20*time.Second/packet) })
		if gone, min := h.clock.Now().Sub(before), 19*time.Second; gone < min {
			t.Errorf("20 s of sound came within %v", gone)
		}
		h.must("POST", action(leg)+"hangup", `{}`)
		var at []int // the frames in which the sentences end
		var l world.Listener
		for i, in := range e.over(h, 0) {
			if in.Media == nil {
				continue
			}
			samples, _ := base64.StdEncoding.DecodeString(in.Media.Payload)
			if want := int(packet * 8000 / time.Second); len(samples) != want {
				t.Fatalf("a frame has %d samples, want %d", len(samples), want)
			}
			_, _ = l.Write(samples)
			if len(l.Said()) > 0 {
				at = append(at, i)
			}
		}
		if len(at) != 2 || abs(at[1]-at[0]-int(10*time.Second/packet)) > 1 {
			t.Errorf("packets of %v: heard in frames %v, want them 10 s apart", packet, at)
		}
	}
}

// "Decode by start.media_format": section 7.
func TestLegsSpeakALawOrMuLaw(t *testing.T) {
	h, e := open(t, 20, world.Config{Seed: 1, ALaw: 1}), listen(t)
	leg := h.up(sayings)
	if got := h.await("call.answered", leg).payload(t)["codec"]; got != "PCMA" {
		t.Errorf("call.answered says %v", got)
	}
	h.streams(leg, e)
	h.until("all is said", func() bool { f, _ := e.frames(0); return len(f) > 500 })
	h.must("POST", action(leg)+"streaming_stop", `{}`)
	ins := e.over(h, 0)
	if got := ins[1].Start.Format.Encoding; got != "PCMA" {
		t.Errorf("encoding %s", got)
	}
	want := []string{"I was told it would be here on Tuesday.", "Is anybody there?"}
	if got := heard(t, ins, muOf); !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
	if got := heard(t, ins, asIs); len(got) != 0 {
		t.Errorf("taken for mu-law it says %q", got)
	}
	if got := h.stream(leg, e, `,"stream_codec":"PCMU"`); got.Status != 200 {
		t.Fatalf("got %+v", got)
	}
	h.until("the other codec", func() bool { f, _ := e.frames(1); return len(f) > 2 })
	if ins, _ := e.frames(1); ins[1].Start.Format.Encoding != "PCMU" {
		t.Errorf("encoding %+v", ins[1].Start.Format)
	}
}

// 90045 streaming is used, 90048 not used; it ends with its leg.
func TestALegHasOneStream(t *testing.T) {
	h, e := open(t, 20, world.Config{Seed: 1}), listen(t)
	ringing := h.call("")
	if got := h.stream(ringing, e, ""); got.code() != "90034" {
		t.Errorf("of a leg that rings: %s, want 90034", got.code())
	}
	leg := h.up("")
	if got := h.ask("POST", action(leg)+"streaming_stop", `{}`); got.code() != "90048" {
		t.Errorf("stopped none: %s, want 90048", got.code())
	}
	for _, again := range []string{"a", "a"} {
		if got := h.stream(leg, e, `,"command_id":"`+again+`"`); got.Status != 200 {
			t.Errorf("got %+v", got)
		}
	}
	if got := h.stream(leg, e, ""); got.Status != 422 || got.code() != "90045" {
		t.Errorf("a second one: %d %s, want 422 90045", got.Status, got.code())
	}
	h.await("streaming.started", leg)
	h.must("POST", action(leg)+"streaming_stop", `{}`)
	e.over(h, 0)
	h.streams(leg, e)
	h.until("the second one", func() bool { f, _ := e.frames(1); return len(f) > 3 })
	h.network.Press(leg, "7")
	h.until("the key", func() bool {
		f, _ := e.frames(1)
		return slices.ContainsFunc(f, func(in mediaIn) bool { return in.Key != nil && in.Key.Digit == "7" && in.At != nil })
	})
	h.must("POST", action(leg)+"hangup", `{}`)
	ins := e.over(h, 1)
	if last := ins[len(ins)-1]; last.Event != "stop" {
		t.Errorf("the last frame is %+v", last)
	}
	h.await("call.hangup", leg)
	h.until("both have stopped", func() bool { return len(h.received("streaming.stopped", leg)) == 2 })
	h.until("none is open", func() bool { return h.telnyx.Counts().Open == 0 })
	if e.mu.Lock(); len(e.conns) != 2 {
		t.Errorf("%d connections, want 2", len(e.conns))
	}
	e.mu.Unlock()
	h.refusedNothing()
}

func TestAStreamThatReachesNobodyFails(t *testing.T) {
	h, e := open(t, 20, world.Config{Seed: 1}), listen(t)
	leg := h.up("")
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := &ear{url: "ws://" + nobody.Addr().String() + "/media"}
	_ = nobody.Close()
	h.streams(leg, gone)
	failed := h.await("streaming.failed", leg).payload(t)
	params, _ := failed["stream_params"].(map[string]any)
	if failed["failure_reason"] != "connection_failed" || failed["stream_type"] != "websocket" || params["stream_url"] != gone.url ||
		params["track"] != "inbound_track" || !uuidShape.MatchString(fmt.Sprint(failed["stream_id"])) {
		t.Errorf("streaming.failed has %v", failed)
	}
	e.status = http.StatusForbidden
	h.streams(leg, e)
	h.until("refused", func() bool { return len(h.received("streaming.failed", leg)) == 2 })
	if n := len(h.received("streaming.started", leg)); n != 0 {
		t.Errorf("%d streams have started", n)
	}
	if c := h.telnyx.Counts(); c.Failed != 2 || c.Streams != 0 {
		t.Errorf("counts %+v", c)
	}
}

// Who closes the socket well has stopped the stream; a connection that breaks fails it.
func TestAStreamEndsWithItsConnection(t *testing.T) {
	h, e := open(t, 20, world.Config{Seed: 1}), listen(t)
	leg := h.up("")
	begin := func(n int) {
		h.t.Helper()
		h.streams(leg, e)
		h.until("sound", func() bool { f, _ := e.frames(n); return len(f) > 3 })
	}
	begin(0)
	bye := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
	_ = e.conns[0].WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
	h.await("streaming.stopped", leg)
	begin(1)
	_ = e.conns[1].NetConn().Close()
	h.await("streaming.failed", leg)
	begin(2)
	h.telnyx.CutStreams()
	h.until("cut", func() bool { return len(h.received("streaming.failed", leg)) == 2 })
	h.telnyx.Misbehave(Faults{CutAfter: 2 * time.Second})
	before := h.clock.Now()
	begin(3)
	h.until("cut at its time", func() bool { return len(h.received("streaming.failed", leg)) == 3 })
	if lasted := h.clock.Now().Sub(before); lasted < 2*time.Second {
		t.Errorf("cut after %v", lasted)
	}
	if !h.network.Alive(leg) {
		t.Error("the leg has ended with its stream")
	}
}

// A good-bye is one, also when it comes while a frame is being sent.
func TestAGoodByeAmongFramesIsNoFailure(t *testing.T) {
	h, e := openAs(t, 10, world.Config{Seed: 1}, Config{Packet: time.Second / world.SampleRate}), listen(t)
	leg := h.up("") // 8000 frames a second
	for n := range 10 {
		h.streams(leg, e)
		h.until("sound", func() bool { f, _ := e.frames(n); return len(f) > 3 })
		bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		_ = e.conns[n].WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
		h.until("it has ended", func() bool {
			return len(h.received("streaming.stopped", leg))+len(h.received("streaming.failed", leg)) == n+1
		})
	}
	if n := len(h.received("streaming.failed", leg)); n != 0 {
		t.Errorf("%d of 10 streams have failed", n)
	}
}

// Frames are lost, repeated and swapped as often as they are to be, and always the
// same ones.
func TestFaultsOfFramesComeFromTheSeed(t *testing.T) {
	faults := Faults{LoseFrames: 0.05, RepeatFrames: 0.05, SwapFrames: 0.05}
	play := func() []int {
		h, e := openAs(t, 50, world.Config{Seed: 1}, Config{Seed: 7}), listen(t)
		h.telnyx.Misbehave(faults)
		leg := h.up("")
		h.streams(leg, e)
		h.until("sound", func() bool { f, _ := e.frames(0); return len(f) > 1100 })
		h.must("POST", action(leg)+"hangup", `{}`)
		got := chunks(e.over(h, 0))
		h.until("none is open", func() bool { return h.telnyx.Counts().Open == 0 })
		if c := h.telnyx.Counts(); c.Frames != len(got) || c.Lost == 0 || c.Repeated == 0 || c.Swapped == 0 {
			t.Errorf("counts %+v of %d frames", c, len(got))
		}
		return got[:1000]
	}
	first := play()
	if !slices.Equal(first, play()) {
		t.Error("the same seed makes other faults")
	}
	lost, repeated, swapped, last := 0, 0, 0, 0
	for i, n := range first {
		switch {
		case n == last:
			repeated++
		case n < last:
			swapped++
		}
		if n > 1 && !slices.Contains(first[max(0, i-5):min(len(first), i+5)], n-1) {
			lost++
		}
		last = n
	}
	for what, n := range map[string]int{"lost": lost, "repeated": repeated, "swapped": swapped} {
		if n < 20 || n > 90 {
			t.Errorf("%d of 1000 frames are %s, want about 50", n, what)
		}
	}
}

func TestWhatIsAskedOfEarsCanBeRefused(t *testing.T) {
	h, e := open(t, 20, world.Config{Seed: 1}), listen(t)
	leg := h.up("")
	h.telnyx.Misbehave(Faults{RefuseStream: "90046", RefuseTranscribe: "90053"})
	if got := h.stream(leg, e, ""); got.Status != 422 || got.code() != "90046" {
		t.Errorf("streaming_start: %d %s", got.Status, got.code())
	}
	if got := h.ask("POST", action(leg)+"transcription_start", `{}`); got.Status != 422 || got.code() != "90053" {
		t.Errorf("transcription_start: %d %s", got.Status, got.code())
	}
	h.telnyx.Misbehave(Faults{FailStreams: true, FailAfter: time.Second})
	before := h.clock.Now()
	h.streams(leg, e)
	h.await("streaming.failed", leg)
	if after := h.clock.Now().Sub(before); after < time.Second {
		t.Errorf("failed after %v", after)
	}
	h.telnyx.Misbehave(Faults{})
	h.streams(leg, e)
	h.await("streaming.started", leg)
	h.until("its connection, and no other", func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		return len(e.conns) == 1
	})
	h.refusedNothing() // of requests: they were in order
}

// call.transcription {I, transcription_data{confidence, is_final, transcript}}: section 9.
func TestTranscriptsAreToldAsTelnyxDocumentsThem(t *testing.T) {
	h := open(t, 20, world.Config{Seed: 1})
	leg := h.up(sayings)
	if got := h.ask("POST", action(leg)+"transcription_stop", `{}`); got.code() != "90055" {
		t.Errorf("stopped none: %s, want 90055", got.code())
	}
	h.must("POST", action(leg)+"transcription_start", `{"transcription_engine":"Google","transcription_tracks":"inbound","client_state":"YQ==",
		"transcription_engine_config":{"transcription_engine":"Google","language":"en","interim_results":true}}`)
	if got := h.ask("POST", action(leg)+"transcription_start", `{}`); got.Status != 422 || got.code() != "90054" {
		t.Errorf("a second one: %d %s, want 422 90054", got.Status, got.code())
	}
	final := func() []string {
		var texts []string
		for _, g := range h.received("call.transcription", leg) {
			p := g.payload(t)
			data := p["transcription_data"].(map[string]any)
			confidence, isNumber := data["confidence"].(float64)
			if len(p) != 6 || p["client_state"] != "YQ==" || len(data) != 3 || !isNumber || confidence <= 0.5 || confidence > 1 {
				t.Errorf("call.transcription has %v", p)
			}
			if data["is_final"] == true {
				texts = append(texts, data["transcript"].(string))
			}
		}
		return texts
	}
	h.until("both are told", func() bool { return len(final()) == 2 })
	if got := final(); !slices.Contains(got, "I was told it would be here on Tuesday.") || !slices.Contains(got, "Is anybody there?") {
		t.Errorf("told %q", got)
	}
	if n := len(h.received("call.transcription", leg)); n < 5 {
		t.Errorf("told %d times: partial sentences are missing", n)
	}
	h.must("POST", action(leg)+"transcription_stop", `{}`)
	h.refusedNothing()
}

// A transcription may be accepted and tell nothing, also in mid-call.
func TestATranscriptionCanFallSilent(t *testing.T) {
	h := open(t, 20, world.Config{Seed: 1})
	leg := h.up("")
	h.must("POST", action(leg)+"transcription_start", `{}`)
	h.network.Talk(leg, "First.")
	h.await("call.transcription", leg)
	h.telnyx.Misbehave(Faults{MuteTranscripts: true})
	h.network.Talk(leg, "Second.")
	h.until("it is swallowed", func() bool { return h.telnyx.Counts().Unwritten == 1 })
	h.telnyx.Misbehave(Faults{})
	h.network.Talk(leg, "Third.")
	h.until("the third", func() bool { return len(h.received("call.transcription", leg)) == 2 })
	if c := h.telnyx.Counts(); c.Transcripts != 2 || c.Unwritten != 1 {
		t.Errorf("counts %+v", c)
	}
}

// What these operations do not document, or Telnyx does and this server does not.
func TestEarsAreAskedAsDocumented(t *testing.T) {
	h := open(t, 1, world.Config{})
	leg := h.up("")
	config := func(engine, more string) string {
		return fmt.Sprintf(`{"transcription_engine":%q,"transcription_engine_config":{"transcription_engine":%[1]q%s}}`, engine, more)
	}
	for _, test := range []struct{ operation, body, code, pointer string }{
		{"streaming_start", `{}`, "10004", "/stream_url"},
		{"streaming_start", `{"stream_url":"https://example.test"}`, "10015", "/stream_url"},
		{"streaming_start", `{"stream_url":"wss://example.test","stream_track":"both_tracks"}`, "10015", "/stream_track"},
		{"streaming_start", `{"stream_url":"wss://example.test","stream_codec":"OPUS"}`, "10015", "/stream_codec"},
		{"streaming_start", `{"stream_url":"wss://example.test","stream_bidirectional_mode":"rtp"}`, "10015", "/stream_bidirectional_mode"},
		{"streaming_start", `{"stream_url":"wss://example.test","stream_establish_before_call_originate":true}`, "10007", "/stream_establish_before_call_originate"},
		{"streaming_stop", `{"stream_id":"x"}`, "10015", "/stream_id"},
		{"streaming_stop", `{"stream_url":"x"}`, "10007", "/stream_url"},
		{"transcription_start", `{"language":"en"}`, "10007", "/language"},
		{"transcription_start", `{"transcription_engine":"Whisper"}`, "10032", "/transcription_engine"},
		{"transcription_start", `{"transcription_tracks":"both"}`, "10015", "/transcription_tracks"},
		{"transcription_start", config("Google", `,"language":"en-US"`), "10032", "/transcription_engine_config/language"},
		{"transcription_start", config("Telnyx", `,"interim_results":true`), "10007", "/transcription_engine_config/interim_results"},
		{"transcription_start", `{"transcription_engine":"A","transcription_engine_config":{"transcription_engine":"B"}}`, "10015",
			"/transcription_engine_config/transcription_engine"},
		{"transcription_stop", `{"transcription_engine":"A"}`, "10007", "/transcription_engine"},
	} {
		got := h.ask("POST", action(leg)+test.operation, test.body)
		if got.Status != 422 || got.code() != test.code || got.Errors[0].Source == nil || got.Errors[0].Source.Pointer != test.pointer {
			t.Errorf("%s %s: got %d %+v, want %s at %s", test.operation, test.body, got.Status, got.Errors, test.code, test.pointer)
		}
	}
	h.must("POST", action(leg)+"transcription_start", config("Deepgram", `,"transcription_model":"deepgram/nova-3","language":"en-US","interim_results":true`))
}

// Sound that nobody takes for long is lost, and a server that is closed waits for its
// streams.
func TestStreamsAreBounded(t *testing.T) {
	h, e := openAs(t, 20, world.Config{Seed: 1}, Config{Packet: time.Second / world.SampleRate}), listen(t)
	leg := h.up("") // 8000 frames a second, 1600 of them each time
	h.streams(leg, e)
	h.until("some is lost", func() bool { return h.telnyx.Counts().Lost > 0 })
	h.must("POST", action(leg)+"streaming_stop", `{}`)
	ins := e.over(h, 0)
	if n := chunks(ins); n[len(n)-1] != len(n)+h.telnyx.Counts().Lost {
		t.Errorf("%d frames came, the last is %d, and %d were lost", len(n), n[len(n)-1], h.telnyx.Counts().Lost)
	}
	h.streams(leg, e)
	h.until("another", func() bool { f, _ := e.frames(1); return len(f) > 3 })
	h.telnyx.streams.close()
	if n := h.telnyx.Counts().Open; n != 0 {
		t.Errorf("%d streams are open after the end", n)
	}
	e.over(h, 1)
	if started := h.telnyx.streams.start(world.Stream{ID: "x"}, world.MuLaw); started {
		t.Error("a closed server begins a stream")
	}
}
