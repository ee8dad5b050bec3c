package telnyx

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// The limits of streams. Each holds a connection as long as the call lasts, so they get
// half of those that there are, and webhooks are not kept waiting.
const (
	maxStreams  = maxConnections / 2
	maxExpected = 1024             // tokens that no stream has shown yet
	expectLife  = 60 * time.Second // of such a token, in house time
	maxMessage  = 64 << 10         // bytes of one message; a frame has some 300

	deadSilence = 6 * time.Second // in socket time: see MediaConfig; another feed is to hear the leg within ten
	closeWait   = time.Second     // for our last word on a socket, in socket time

	tellTries = 5                      // to have the engine take an entry
	tellAgain = 500 * time.Millisecond // between them, in house time
)

// A Sink takes the sound of legs, in order, 100 ms at a time: 800 samples in mu-law at
// 8 kHz, fewer where a leg falls silent. The bytes are the sink's to keep.
//
// Hear does not wait: what it cannot take it refuses, and that is gone. It is called
// from one goroutine a stream. A sink that waits all the same loses sound of that leg, and
// harms no other.
type Sink interface {
	Hear(leg engine.LegID, mulaw []byte) error
}

// A MediaConfig says what a media server needs. All fields but Silence are required.
type MediaConfig struct {
	Clock  *clock.Clock
	Engine Engine // is told MediaUp, MediaDown and MediaGap
	Sink   Sink

	// Silence is about how long, in socket time, a socket may give no sign of life before
	// it counts as dead; zero is six seconds. A leg that says nothing is alive: its
	// socket answers pings.
	Silence time.Duration
}

// Media takes the streams in which Telnyx sends the sound of legs, and hands it on. It
// is an [http.Handler] for GET /media/{token}, to be mounted by [NewHandler]. Its
// methods may be called from any goroutine.
//
// A token is good for one stream of one leg, once: whoever shows it a second time is
// refused like whoever shows none. A leg has one stream: a new one ends the old.
type Media struct {
	config   MediaConfig
	upgrader websocket.Upgrader

	ctx    context.Context // done when Media is closed
	cancel context.CancelCauseFunc
	work   sync.WaitGroup // streams

	mu       sync.Mutex
	closed   bool
	open     int           // streams
	expected []expectation // the oldest first
	streams  map[engine.LegID]*stream

	counts struct {
		frames, late, lost, malformed, ignored, refused, unheard atomic.Uint64
	}
}

// An expectation is a token that a stream may show.
type expectation struct {
	leg   engine.LegID
	token string
	until time.Time // house time
}

// MediaCounts are what a media server has seen since it began.
type MediaCounts struct {
	Streams   int    // open now
	Frames    uint64 // of sound, handed on
	Late      uint64 // of sound, that came twice, or too late to be put in order
	Lost      uint64 // of sound, that never came
	Malformed uint64 // that could not be read
	Ignored   uint64 // keys, marks, other tracks, and kinds that are new to us
	Refused   uint64 // streams: a wrong token, another call, a codec that we cannot read
	Unheard   uint64 // tenths of a second that the sink did not take
}

// NewMedia returns a media server that expects no stream yet. Close must be called when
// it is no longer needed.
func NewMedia(config MediaConfig) *Media {
	if config.Silence <= 0 {
		config.Silence = deadSilence
	}
	m := &Media{
		config:  config,
		streams: map[engine.LegID]*stream{},
		upgrader: websocket.Upgrader{
			HandshakeTimeout: closeWait,
			ReadBufferSize:   4 << 10,
			WriteBufferSize:  512,                                      // we only send pings and a last word
			CheckOrigin:      func(*http.Request) bool { return true }, // no cookie of ours lets anybody in: the token does
		},
	}
	m.ctx, m.cancel = context.WithCancelCause(context.Background())
	return m
}

// Expect lets a leg's stream in that shows the token within a minute. It takes the
// place of what was expected of that leg. Of more than a thousand the oldest is
// forgotten.
func (m *Media) Expect(leg engine.LegID, token string) {
	now := m.config.Clock.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.expected = slices.DeleteFunc(m.expected, func(e expectation) bool {
		return e.leg == leg || e.token == token || !now.Before(e.until)
	})
	if len(m.expected) >= maxExpected {
		m.expected = slices.Delete(m.expected, 0, 1)
	}
	m.expected = append(m.expected, expectation{leg, token, now.Add(expectLife)})
}

// Forget lets no stream of the leg in any more. That the one it has ends is no news
// from here on.
func (m *Media) Forget(leg engine.LegID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.expected = slices.DeleteFunc(m.expected, func(e expectation) bool { return e.leg == leg })
	if s := m.streams[leg]; s != nil {
		s.given.Store(true)
	}
}

// expects reports whether a token waits for its stream.
func (m *Media) expects(token string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(m.expected, func(e expectation) bool { return e.token == token })
}

// Counts returns what was seen so far.
func (m *Media) Counts() MediaCounts {
	m.mu.Lock()
	open := m.open
	m.mu.Unlock()
	c := &m.counts
	return MediaCounts{open, c.frames.Load(), c.late.Load(), c.lost.Load(), c.malformed.Load(),
		c.ignored.Load(), c.refused.Load(), c.unheard.Load()}
}

// Close ends all streams and waits for them, and for what the sink still has in hand. No
// stream is let in after it. The engine is told nothing: it may have ended before us, and
// when it goes on it orders every stream anew.
func (m *Media) Close() {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.cancel(ending{code: websocket.CloseGoingAway, why: ""})
	m.work.Wait()
}

// Why a stream is not let in.
var (
	errNoToken = errors.New("nobody expects a stream of sound with this token")
	errFull    = errors.New("too many streams of sound")
	errClosed  = errors.New("switchboard is ending")
)

// ServeHTTP takes one stream, and returns when it is over.
func (m *Media) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !websocket.IsWebSocketUpgrade(r) {
		http.Error(w, "a websocket is wanted here", http.StatusUpgradeRequired)
		return
	}
	token := r.PathValue("token")
	leg, err := m.admit(token)
	switch err {
	case nil:
	case errNoToken:
		m.refuse("a stream of sound was refused: nobody expects its token, so it comes late, a second time, or from elsewhere")
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	default:
		m.refuse("a stream of sound was refused: " + err.Error())
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer m.leave()
	s := &stream{media: m, leg: leg, token: token}
	conn, err := m.upgrader.Upgrade(w, r, nil)
	if err != nil { // it has answered
		s.down(m.config.Clock.Now(), "its websocket could not be opened: "+cut(err.Error(), maxDetail))
		return
	}
	s.run(conn)
}

func (m *Media) refuse(why string) {
	m.counts.refused.Add(1)
	m.config.Engine.Note(engine.TroubleMedia, why)
}

// admit takes a token, which is used up by it, and a place. Whoever it admits must leave.
func (m *Media) admit(token string) (engine.LegID, error) {
	now := m.config.Clock.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.expected, func(e expectation) bool { return e.token == token && now.Before(e.until) })
	switch {
	case m.closed:
		return "", errClosed
	case i < 0:
		return "", errNoToken
	case m.open >= maxStreams:
		return "", errFull
	}
	leg := m.expected[i].leg
	m.expected = slices.Delete(m.expected, i, i+1)
	m.open++
	m.work.Add(1)
	return leg, nil
}

func (m *Media) leave() {
	m.mu.Lock()
	m.open--
	m.mu.Unlock()
	m.work.Done()
}

// begin makes a stream the leg's, and ends the one that was.
func (m *Media) begin(s *stream) {
	m.mu.Lock()
	was := m.streams[s.leg]
	m.streams[s.leg] = s
	m.mu.Unlock()
	if was != nil {
		was.end(ending{code: websocket.CloseNormalClosure, why: ""})
	}
}

// over takes a stream out of the leg's place, if it has it still.
func (m *Media) over(s *stream) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.streams[s.leg] == s {
		delete(m.streams, s.leg)
	}
}

// tell has the engine take an entry. It tries again, a few times at most, and gives up
// with ctx.
func (m *Media) tell(ctx context.Context, id string, occurred time.Time, body engine.Body) {
	if ctx.Err() != nil {
		return
	}
	entry := engine.Entry{ID: "telnyx/media/" + id, By: engine.ByTelnyx, Occurred: occurred, Body: body}
	for try := 1; ; try++ {
		waiting, cancel := context.WithTimeout(ctx, submitWait)
		err := m.config.Engine.Submit(waiting, entry)
		cancel()
		if err == nil || try == tellTries || m.config.Clock.Sleep(ctx, tellAgain) != nil {
			return
		}
	}
}
