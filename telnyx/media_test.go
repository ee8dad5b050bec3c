package telnyx

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// A desk is a media server beside the webhooks on a real socket, its engine and its
// sink.
type desk struct {
	*testing.T
	*tape
	media   *Media
	server  *httptest.Server
	house   *clock.Clock
	entries chan engine.Entry

	mu      sync.Mutex
	busy    int           // how many entries are not taken
	refused chan struct{} // of each that was not
	notes   []string
}

func (d *desk) Submit(ctx context.Context, entry engine.Entry) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy > 0 {
		d.busy--
		d.refused <- struct{}{}
		return errors.New("full")
	}
	d.entries <- entry
	return nil
}

func (d *desk) Note(kind engine.TroubleKind, detail string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes = append(d.notes, fmt.Sprintf("%s: %s", kind, detail))
}

func (d *desk) noted() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.notes)
}

func (d *desk) Partial(engine.Partial) {}

// A tape is a sink that keeps what it hears.
type tape struct {
	mu      sync.Mutex
	heard   map[engine.LegID][]byte
	batches []int // their sizes
	fails   error
	stuck   map[engine.LegID]chan struct{}
	grown   chan struct{} // has room for one
}

func (s *tape) Hear(leg engine.LegID, mulaw []byte) error {
	s.mu.Lock()
	stuck := s.stuck[leg]
	s.mu.Unlock()
	if stuck != nil {
		<-stuck
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails == nil {
		s.heard[leg] = append(s.heard[leg], mulaw...)
		s.batches = append(s.batches, len(mulaw))
	}
	select {
	case s.grown <- struct{}{}:
	default:
	}
	return s.fails
}

func (s *tape) of(leg engine.LegID) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.heard[leg])
}

// Still is a house in which hardly any time goes by.
const still = 1e-6

// newDesk opens a desk. A socket is dead to it after silence; zero is the usual time.
func newDesk(t *testing.T, speed float64, silence time.Duration) *desk {
	t.Helper()
	d := &desk{T: t, house: clock.New(start, speed), entries: make(chan engine.Entry, 64), refused: make(chan struct{}, 64),
		tape: &tape{heard: map[engine.LegID][]byte{}, stuck: map[engine.LegID]chan struct{}{}, grown: make(chan struct{}, 1)}}
	d.media = NewMedia(MediaConfig{Clock: d.house, Engine: d, Sink: d.tape, Silence: silence})
	d.server = httptest.NewServer(NewHandler(HandlerConfig{Key: vectorKey(t), Clock: d.house, Engine: d, Media: d.media}))
	t.Cleanup(func() {
		d.media.Close()
		d.server.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return d
}

const patience = 20 * time.Second // with a busy machine

// next returns what the engine is told next, whose entry's id ends in what.
func (d *desk) next(what string) engine.Body {
	d.Helper()
	select {
	case e := <-d.entries:
		if e.ID != "telnyx/media/"+what || e.By != engine.ByTelnyx || e.Occurred.IsZero() {
			d.Fatalf("told %+v, want telnyx/media/%s", e, what)
		}
		return e.Body
	case <-time.After(patience):
		d.Fatalf("the engine was not told %s", what)
		return nil
	}
}

// tells checks what the engine is told next.
func (d *desk) tells(what string, want engine.Body) {
	d.Helper()
	if got := d.next(what); got != want {
		d.Errorf("told %+v, want %+v", got, want)
	}
}

// quiet checks that the engine was told nothing more.
func (d *desk) quiet() {
	d.Helper()
	select {
	case e := <-d.entries:
		d.Errorf("told %+v, want nothing more", e)
	default:
	}
}

// until waits until a leg was heard to say something.
func (d *desk) until(leg engine.LegID, enough func(heard []byte) bool) {
	d.Helper()
	limit := time.After(patience)
	for !enough(d.of(leg)) {
		select {
		case <-d.grown:
		case <-limit:
			d.Fatalf("of %s only %d bytes were heard", leg, len(d.of(leg)))
		}
	}
}

// A far is Telnyx's end of a stream.
type far struct {
	*desk
	*websocket.Conn
}

// dial opens a stream that shows a token, or returns the status that it is refused with.
func (d *desk) dial(token string) (far, int) {
	d.Helper()
	conn, response, err := websocket.DefaultDialer.DialContext(d.Context(), "ws"+strings.TrimPrefix(d.server.URL, "http")+"/media/"+token, nil)
	if err != nil {
		if response == nil {
			d.Fatal(err)
		}
		return far{}, response.StatusCode
	}
	d.Cleanup(func() { conn.Close() })
	return far{d, conn}, response.StatusCode
}

// stream opens a leg's stream, which begins.
func (d *desk) stream(leg engine.LegID, token, encoding string) far {
	d.Helper()
	d.media.Expect(leg, token)
	f, status := d.dial(token)
	if status != http.StatusSwitchingProtocols {
		d.Fatalf("the stream of %s was refused with %d", leg, status)
	}
	f.say(`{"event":"connected","version":"1.0.0"}`)
	f.start(leg, encoding, "8000")
	d.tells(token+"/up", engine.MediaUp{LegRef: engine.LegRef{Leg: leg}, Token: token})
	return f
}

func (f far) say(frame string) {
	f.Helper()
	if err := f.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		f.Fatalf("say %.80s: %v", frame, err)
	}
}

func (f far) start(leg engine.LegID, encoding, rate string) {
	f.Helper()
	f.say(fmt.Sprintf(`{"event":"start","sequence_number":"1","stream_id":"32DE0DEA","start":{"user_id":"3E6F995F","call_control_id":%q,`+
		`"call_session_id":"ff55a038","from":"+12025550120","to":"+12025550121","tags":["TAG1"],"client_state":null,`+
		`"media_format":{"encoding":%q,"sample_rate":%s,"channels":1}}}`, leg, encoding, rate))
}

// sound sends frames of 20 ms, each filled with its number.
func (f far) sound(chunks ...int) {
	f.Helper()
	for _, n := range chunks {
		f.say(media(n, bytes.Repeat([]byte{byte(n)}, 160)))
	}
}

func media(chunk int, payload []byte) string {
	return fmt.Sprintf(`{"event":"media","sequence_number":"%d","stream_id":"32DE0DEA","media":{"track":"inbound","chunk":"%d","timestamp":"%d","payload":%q}}`,
		chunk+1, chunk, 20*chunk, base64.StdEncoding.EncodeToString(payload))
}

const stopFrame = `{"event":"stop","sequence_number":"5","stream_id":"32DE0DEA","stop":{"user_id":"3E6F995F","call_control_id":"v3:a"}}`

// closed waits until the socket is closed, and returns with which code.
func (f far) closed() int {
	f.Helper()
	f.SetReadDeadline(time.Now().Add(patience))
	for {
		_, _, err := f.ReadMessage()
		if e, ok := errors.AsType[*websocket.CloseError](err); ok {
			return e.Code
		}
		if err != nil {
			return 0
		}
	}
}

// from returns the numbers from one to another.
func from(first, last int) (all []int) {
	for n := first; n <= last; n++ {
		all = append(all, n)
	}
	return all
}

// numbers returns of what frames it was that was heard.
func numbers(heard []byte) (all []int) {
	for i := 0; i < len(heard); i += 160 {
		all = append(all, int(heard[i]))
	}
	return all
}

// "Order not guaranteed, reorder by chunk": section 7.
func TestSoundIsHeardInItsOrder(t *testing.T) {
	tests := []struct {
		name       string
		sent, want []int
		late, lost uint64
	}{
		{"in order", from(1, 12), from(1, 12), 0, 0},
		{"two that changed places", []int{1, 3, 2, 4}, from(1, 4), 0, 0},
		{"the first comes last", []int{2, 3, 4, 1}, from(1, 4), 0, 0},
		{"one that waits as long as it may", append([]int{1}, append(from(3, 12), 2, 13)...), from(1, 13), 0, 0},
		{"one that comes too late", append([]int{1}, append(from(3, 13), 2, 14)...), append([]int{1}, from(3, 14)...), 1, 1},
		{"some that come twice", []int{1, 2, 2, 4, 4, 3, 1, 5}, from(1, 5), 3, 0},
		{"some that never come", append(from(1, 3), from(6, 20)...), append(from(1, 3), from(6, 20)...), 0, 2},
		{"it begins somewhere", []int{77, 79, 78}, from(77, 79), 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, still, 0)
			f := d.stream("v3:a", "k7", "PCMU")
			f.sound(tt.sent...)
			f.say(stopFrame)
			if code := f.closed(); code != websocket.CloseNormalClosure {
				t.Errorf("closed with %d", code)
			}
			d.media.Close()
			if diff := cmp.Diff(tt.want, numbers(d.of("v3:a"))); diff != "" {
				t.Errorf("heard (-want +got):\n%s", diff)
			}
			for i, size := range d.batches {
				if size != batchBytes && i < len(d.batches)-1 {
					t.Errorf("a batch of %d bytes, want 100 ms", size)
				}
			}
			got, want := d.media.Counts(), MediaCounts{Frames: uint64(len(tt.want)), Late: tt.late, Lost: tt.lost}
			if got != want {
				t.Errorf("counted %+v, want %+v", got, want)
			}
			d.quiet() // a stop is no news, and so little that is lost
		})
	}
}

func TestWhatIsLostForLongIsToldAsAGap(t *testing.T) {
	d := newDesk(t, still, 0)
	f := d.stream("v3:a", "k7", "PCMU")
	f.sound(append(from(1, 20), from(36, 50)...)...) // 15 frames are 300 ms
	gap := d.next("k7/gap/1").(engine.MediaGap)
	if gap.Leg != "v3:a" || gap.To.Sub(gap.From) != 300*time.Millisecond || gap.To.After(d.house.Now()) ||
		gap.Why != "300ms of its sound were lost on the way from Telnyx" {
		t.Errorf("got %+v", gap)
	}
	f.sound(append(from(60, 80), from(100, 120)...)...) // more of it, within the same second
	f.Close()
	gap = d.next("k7/gap/2").(engine.MediaGap)
	if gap.To.Sub(gap.From) < 19*20*time.Millisecond || gap.Why != "560ms of its sound were lost on the way from Telnyx" {
		t.Errorf("got %+v, want what was lost after the first as one", gap)
	}
	d.next("k7/down")
	d.quiet()
}

func TestALawIsHeardAsMuLaw(t *testing.T) {
	d := newDesk(t, still, 0)
	f := d.stream("v3:a", "k7", "PCMA")
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	f.say(media(1, all))
	f.say(stopFrame)
	f.closed()
	d.media.Close()
	got := d.of("v3:a")
	if len(got) != 256 {
		t.Fatalf("heard %d samples, want 256", len(got))
	}
	for b, mu := range got {
		if sample := refA(byte(b)) * scaleA; refMu(mu)*scaleMu < sample-520 || refMu(mu)*scaleMu > sample+520 {
			t.Errorf("A-law %#02x, %v, was heard as %v", b, sample, refMu(mu)*scaleMu)
		}
	}
}

// "A static websocket URL lets anybody inject audio": section 13.
func TestAStreamNeedsATokenThatIsExpected(t *testing.T) {
	d := newDesk(t, still, 0)
	refused := func(why, token string) {
		t.Helper()
		before := len(d.noted())
		if _, status := d.dial(token); status != http.StatusNotFound {
			t.Errorf("%s: answered %d, want 404", why, status)
		}
		if notes := d.noted()[before:]; len(notes) != 1 || !strings.HasPrefix(notes[0], engine.TroubleMedia.String()+": ") {
			t.Errorf("%s: noted %q, want one trouble of media", why, notes)
		}
	}
	refused("nobody expects it", "k7")
	d.media.Expect("v3:a", "k7")
	refused("it is another", "k8")
	if response, err := http.Get(d.server.URL + "/media/k7"); err != nil || response.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("a page was asked for: %v %v, want that a websocket is wanted", response, err)
	} else {
		response.Body.Close()
	}
	f, status := d.dial("k7")
	if status != http.StatusSwitchingProtocols {
		t.Fatalf("the right token was refused with %d", status)
	}
	refused("it is in use", "k7")
	f.say(stopFrame)
	f.closed()
	refused("it was used", "k7")

	d.media.Expect("v3:b", "k9")
	d.media.Expect("v3:b", "k10")
	refused("another took its place", "k9")
	d.media.Forget("v3:b")
	refused("its leg was forgotten", "k10")
	for i := range maxExpected + 1 {
		d.media.Expect(engine.LegID(fmt.Sprintf("v3:%d", i)), fmt.Sprintf("t%d", i))
	}
	refused("too many are expected, and it is the oldest", "t0")
	if !d.media.expects("t1") {
		t.Error("more than the oldest was forgotten")
	}
	d.quiet()
}

func TestATokenThatIsNotShownForAMinuteIsForgotten(t *testing.T) {
	d := newDesk(t, 1e6, 0)
	d.media.Expect("v3:a", "k7")
	if err := d.house.Sleep(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, status := d.dial("k7"); status != http.StatusNotFound {
		t.Errorf("answered %d, want 404", status)
	}
}

func TestNoMoreStreamsThanThereArePlaces(t *testing.T) {
	d := newDesk(t, still, 0)
	d.media.open = maxStreams - 1
	f := d.stream("v3:a", "k7", "PCMU")
	d.media.Expect("v3:b", "k8")
	if _, status := d.dial("k8"); status != http.StatusServiceUnavailable || len(d.noted()) != 1 {
		t.Errorf("answered %d and noted %q, want 503 and a note", status, d.noted())
	}
	f.say(stopFrame)
	f.closed()
	f.desk.media.mu.Lock()
	f.desk.media.open = 1 // this one, which is about to leave
	f.desk.media.mu.Unlock()
}

func TestWhatCannotBeHeardIsRefusedWithWhatToDo(t *testing.T) {
	tests := []struct {
		name  string
		frame func(far)
		code  int
		why   []string // words of it
		noted bool
	}{
		{"another call", func(f far) { f.start("v3:other", "PCMU", "8000") },
			websocket.ClosePolicyViolation, []string{"of another call"}, true},
		{"a codec", func(f far) { f.start("v3:a", "OPUS", "16000") },
			websocket.CloseUnsupportedData, []string{`"OPUS"`, `"16000"`, "G711U", "Telnyx portal"}, true},
		{"a codec's rate", func(f far) { f.start("v3:a", "PCMU", "16000") },
			websocket.CloseUnsupportedData, []string{`"PCMU" at "16000"`}, true},
		{"no format", func(f far) { f.say(`{"event":"start","start":{"call_control_id":"v3:a"}}`) },
			websocket.CloseUnsupportedData, []string{`""`}, true},
		{"10 MB", func(f far) {
			f.WriteMessage(websocket.TextMessage, []byte(media(1, make([]byte, 10<<20)))) // it may be cut short
		}, websocket.CloseMessageTooBig, []string{"larger than 64 KiB"}, false},
		{"an error of Telnyx's", func(f far) {
			f.say(`{"event":"error","stream_id":"32DE0DEA","payload":{"code":100003,"title":"malformed_frame","detail":"the frame is bad"}}`)
		}, websocket.CloseNormalClosure, []string{"malformed_frame: the frame is bad (100003)"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, still, time.Minute) // 10 MB take their time
			other := d.stream("v3:b", "k8", "PCMU")
			d.media.Expect("v3:a", "k7")
			f, _ := d.dial("k7")
			tt.frame(f)
			down := d.next("k7/down").(engine.MediaDown)
			for _, word := range tt.why {
				if !strings.Contains(down.Why, word) {
					t.Errorf("told %q, which does not say %s", down.Why, word)
				}
			}
			if down.Leg != "v3:a" || down.Token != "k7" {
				t.Errorf("told %+v, want it of the token's own leg", down)
			}
			if code := f.closed(); code != tt.code && code != 0 { // of a socket on which much was not read, the end is abrupt
				t.Errorf("closed with %d, want %d", code, tt.code)
			}
			if got := len(d.noted()); (got == 1) != tt.noted || d.media.Counts().Refused != uint64(got) {
				t.Errorf("noted %q", d.noted())
			}
			other.sound(from(1, 5)...)
			d.until("v3:b", func(heard []byte) bool { return len(heard) == batchBytes })
			if len(d.of("v3:a")) > 0 {
				t.Error("something of it was heard")
			}
			d.quiet()
		})
	}
}

func TestWhatIsNoSoundOfTheLegIsLeftOut(t *testing.T) {
	d := newDesk(t, still, 0)
	d.media.Expect("v3:a", "k7")
	f, _ := d.dial("k7")
	f.sound(1) // before it is said what it is
	f.start("v3:a", "pcmu", `"8000"`)
	d.next("k7/up")
	f.start("v3:a", "PCMA", "8000") // there is one start
	f.say(`{"event":"dtmf","stream_id":"32DE0DEA","occurred_at":"2025-06-05T08:54:19.698408Z","sequence_number":"5","dtmf":{"digit":"1"}}`)
	f.say(`{"event":"mark","stream_id":"32DE0DEA","sequence_number":"5","mark":{"name":"m1"}}`)
	f.say(`{"event":"weather","sky":"blue"}`)
	f.say(strings.Replace(media(1, []byte{1}), "inbound", "outbound", 1))
	f.WriteMessage(websocket.BinaryMessage, []byte(media(1, []byte{2})))
	for _, bad := range []string{
		`no JSON`, `{}`, `[]`, `{"event":"media","media":7}`, media(-1, []byte{1}), media(1, nil), media(1, make([]byte, maxSound+1)),
		strings.Replace(media(1, []byte{1}), `"payload":"`, `"payload":"!`, 1),
		strings.Replace(media(1, []byte{1}), `"chunk":"1"`, `"chunk":"99999999999999999999"`, 1),
	} {
		f.say(bad)
	}
	f.say(`{"event":"media","payload":"new","start":[],"media":{"chunk":1,"payload":"AQEB"}}`) // no track, a number that is one, and what is new
	f.say(stopFrame)
	f.closed()
	d.media.Close()
	if got := d.of("v3:a"); string(got) != "\x01\x01\x01" {
		t.Errorf("heard % x, want the one frame", got)
	}
	got := d.media.Counts()
	if want := (MediaCounts{Frames: 1, Ignored: 7, Malformed: 9}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	if notes := d.noted(); len(notes) != 1 || !strings.Contains(notes[0], "could not be read") {
		t.Errorf("noted %q, want the first that could not be read", notes)
	}
	d.quiet()
}

// Stop is not the call's end, and silence is not the stream's: section 7.
func TestALegThatIsSilentIsAlive(t *testing.T) {
	d := newDesk(t, 20, 1200*time.Millisecond)
	f := d.stream("v3:a", "k7", "PCMU")
	f.sound(from(1, 3)...)
	d.until("v3:a", func(heard []byte) bool { return len(heard) == 480 }) // and its last words are heard at once
	pings := make(chan struct{}, 100)
	f.SetPingHandler(func(data string) error {
		pings <- struct{}{}
		return f.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(patience))
	})
	go f.ReadMessage()
	for range 2 * signs {
		select {
		case <-pings:
		case e := <-d.entries:
			t.Fatalf("told %+v of a leg that is silent", e)
		case <-time.After(patience):
			t.Fatal("no ping came")
		}
	}
	f.sound(from(4, 8)...)
	d.until("v3:a", func(heard []byte) bool { return len(heard) == 8*160 })
	d.quiet()
}

func TestAHoleIsNotWaitedForOnceNothingComes(t *testing.T) {
	d := newDesk(t, 20, 0)
	f := d.stream("v3:a", "k7", "PCMU")
	f.sound(1, 2, 5, 6)
	d.until("v3:a", func(heard []byte) bool { return slices.Equal(numbers(heard), []int{1, 2, 5, 6}) })
}

func TestAStreamThatIsGoneIsTold(t *testing.T) {
	tests := []struct {
		name    string
		silence time.Duration
		end     func(far)
		why     string
	}{
		{"killed", 0, func(f far) { f.UnderlyingConn().Close() }, "its stream of sound broke off"},
		{"closed", 0, func(f far) {
			f.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1011, "oops"), time.Now().Add(patience))
		}, "Telnyx closed its stream of sound (1011)"},
		{"dead", 450 * time.Millisecond, func(far) {}, // it does not read, so it answers no ping
			"its stream of sound is dead: nothing came, and pings were not answered"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, still, tt.silence)
			f := d.stream("v3:a", "k7", "PCMU")
			tt.end(f)
			d.tells("k7/down", engine.MediaDown{LegRef: engine.LegRef{Leg: "v3:a"}, Token: "k7", Why: tt.why})
			again := d.stream("v3:a", "k8", "PCMU") // the next is let in
			again.sound(from(1, 5)...)
			d.until("v3:a", func(heard []byte) bool { return len(heard) == batchBytes })
		})
	}
}

// "On failure in mid-call the next takes over within 10 s": a socket that hangs is told
// of while there is time for that.
func TestAStreamThatHangsIsToldInTime(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1, 0)
	f := d.stream("v3:a", "k7", "PCMU")
	f.sound(from(1, 5)...)
	hangs := d.house.Now()
	var down engine.Entry
	select {
	case down = <-d.entries:
	case <-time.After(patience):
		t.Fatal("not told")
	}
	if took := d.house.Now().Sub(hangs); took > 8*time.Second {
		t.Errorf("told after %s, want it within six seconds and a busy machine's moment", took)
	}
	if since := down.Occurred.Sub(hangs); down.ID != "telnyx/media/k7/down" || since > 4*time.Second {
		t.Errorf("told %+v, %s after the last sign of life, want since then", down, since)
	}
}

func TestAStreamThatDoesNotBeginIsTold(t *testing.T) {
	d := newDesk(t, still, 90*time.Millisecond)
	d.media.Expect("v3:a", "k7")
	f, _ := d.dial("k7")
	go f.ReadMessage() // it answers pings
	d.tells("k7/down", engine.MediaDown{LegRef: engine.LegRef{Leg: "v3:a"}, Token: "k7", Why: "its stream of sound did not begin"})
}

func TestTheEndOfAStreamThatWasGivenUpIsNoNews(t *testing.T) {
	d := newDesk(t, still, 0)
	f := d.stream("v3:a", "k7", "PCMU")
	d.media.Forget("v3:a")
	f.sound(from(1, 5)...) // until it stops it is heard
	d.until("v3:a", func(heard []byte) bool { return len(heard) == batchBytes })
	f.UnderlyingConn().Close()

	old := d.stream("v3:b", "k8", "PCMU")
	d.stream("v3:b", "k9", "PCMU")
	if code := old.closed(); code != websocket.CloseNormalClosure {
		t.Errorf("a stream that another took the place of was closed with %d", code)
	}
	d.media.Close()
	d.quiet()
}

func TestASinkThatWaitsHarmsItsOwnLegAlone(t *testing.T) {
	d := newDesk(t, still, 0)
	stuck := make(chan struct{})
	d.tape.mu.Lock()
	d.stuck["v3:a"] = stuck
	d.tape.mu.Unlock()
	a, b := d.stream("v3:a", "k7", "PCMU"), d.stream("v3:b", "k8", "PCMU")
	const seconds = 30
	for n := 1; n <= 50*seconds; n += 5 {
		a.sound(from(n, n+4)...)
	}
	for n := 1; d.media.Counts().Frames < uint64(50*seconds+n-1); n += 5 { // until all of it was read
		b.sound(from(n, n+4)...)
		d.until("v3:b", func(heard []byte) bool { return len(heard) == (n+4)*160 })
	}
	if response, err := http.Post(d.server.URL+"/webhook", "application/json", nil); err != nil || response.StatusCode != http.StatusUnauthorized {
		t.Errorf("a webhook beside it: %v, %v", response, err)
	} else {
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	close(stuck)
	d.media.Close()
	unheard, heard := d.media.Counts().Unheard, len(d.of("v3:a"))/batchBytes
	if heard < maxBatches || heard > maxBatches+1 || heard+int(unheard) != 10*seconds {
		t.Errorf("%d batches were kept for the sink and %d dropped, want about %d of %d kept", heard, unheard, maxBatches, 10*seconds)
	}
}

func TestWhatTheSinkRefusesIsCountedAndGone(t *testing.T) {
	d := newDesk(t, still, 0)
	d.fails = errors.New("nobody listens")
	f := d.stream("v3:a", "k7", "PCMU")
	f.sound(from(1, 50)...)
	f.say(stopFrame)
	f.closed()
	d.media.Close()
	if got, want := d.media.Counts(), (MediaCounts{Frames: 50, Unheard: 10}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	d.quiet()
}

func TestCloseEndsItsStreamsAndLetsNoneIn(t *testing.T) {
	d := newDesk(t, still, 0)
	f := d.stream("v3:a", "k7", "PCMU")
	f.sound(from(1, 7)...)
	d.until("v3:a", func(heard []byte) bool { return len(heard) > 0 })
	d.media.Expect("v3:b", "k8")
	d.media.Close()
	d.quiet()
	if code := f.closed(); code != websocket.CloseGoingAway {
		t.Errorf("closed with %d", code)
	}
	if _, status := d.dial("k8"); status != http.StatusServiceUnavailable {
		t.Errorf("after the end a stream is answered %d, want 503", status)
	}
	if got := d.media.Counts().Streams; got != 0 {
		t.Errorf("%d streams are left", got)
	}
}

// refuse has the engine take none of the next entries.
func (d *desk) refuse(entries int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.busy = entries
}

// refuses waits until the engine has refused some entries.
func (d *desk) refuses(entries int) {
	d.Helper()
	for range entries {
		select {
		case <-d.refused:
		case <-time.After(patience):
			d.Fatal("the engine was not told")
		}
	}
}

func TestWhatTheEngineDoesNotTakeIsToldAgain(t *testing.T) {
	d := newDesk(t, 1000, 0)
	d.refuse(tellTries - 1)
	f := d.stream("v3:a", "k7", "PCMU") // told all the same
	d.refuses(tellTries - 1)
	d.refuse(tellTries)
	f.UnderlyingConn().Close()
	d.refuses(tellTries)
	d.media.Close()
	d.quiet() // it is not told for ever
}

// The engine may have ended before us: nobody waits for it.
func TestCloseDoesNotWaitForTheEngine(t *testing.T) {
	d := newDesk(t, still, 0)
	f := d.stream("v3:a", "k7", "PCMU")
	d.refuse(1)
	f.UnderlyingConn().Close()
	d.refuses(1) // in this house it is not told again within our lives
	d.media.Close()
	d.quiet()
}

// A stream that Telnyx ends by itself while the leg lives is news, a little later: mostly
// the leg is gone, which its own webhook tells. One that we have ended is none.
func TestAStopThatNobodyAskedForIsTold(t *testing.T) {
	d := newDesk(t, 1000, 0)
	f := d.stream("v3:a", "k1", "PCMU")
	f.say(stopFrame)
	d.tells("k1/down", engine.MediaDown{LegRef: engine.LegRef{Leg: "v3:a"}, Token: "k1", Why: "Telnyx ended its stream of sound"})

	f = d.stream("v3:a", "k2", "PCMU")
	d.media.Forget("v3:a")
	f.say(stopFrame)
	f.closed()
	d.media.Close()
	d.quiet()
}
