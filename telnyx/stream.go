package telnyx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"switchboard/engine"
)

// The limits of one stream.
const (
	maxWaiting = 64                     // frames that were read and not yet put in order
	maxBatches = 256                    // tenths of a second that wait for the sink: more than the emulator, once behind, sends at once
	batchBytes = 800                    // 100 ms
	quiet      = 200 * time.Millisecond // without a frame, in house time, until what is held goes on
	hangupLag  = 2 * time.Second        // in house time: what ends with its leg is no news
	signs      = 3                      // pings in a row that nothing follows: with the time since the last sign, MediaConfig.Silence
)

// An ending is why a stream is over.
type ending struct {
	code int    // for the far end, as websockets have it
	why  string // for the supervisor; empty: it is no news
	soon bool   // the leg may just be gone, which its own webhook tells: this is told a little later
	dead bool   // nothing has come since the stream's last sign of life
}

// Error returns what a supervisor may read.
func (e ending) Error() string { return e.why }

// A stream is the sound of one leg, on one socket. Three goroutines share the work:
// one reads, one puts in order and looks after the socket, one hands on.
type stream struct {
	media *Media
	leg   engine.LegID
	token string

	conn    *websocket.Conn
	end     context.CancelCauseFunc // ends the stream; the first word counts
	started atomic.Bool             // its start frame has come
	alive   atomic.Bool             // a message or a pong has come since the last look
	given   atomic.Bool             // given up by us: its end is no news

	law     law         // of the sound; set before the first frame of it
	odd     bool        // that something could not be read was noted
	sign    time.Time   // house time of its last sign of life, about; the keeper's
	sounds  chan sound  // from the reader, closed by it
	batches chan []byte // to the sink, closed by the keeper
}

// run reads a stream until it is over, and tells the engine where that is news.
func (s *stream) run(conn *websocket.Conn) {
	ctx, end := context.WithCancelCause(s.media.ctx)
	s.conn, s.end = conn, end
	s.sounds, s.batches = make(chan sound, maxWaiting), make(chan []byte, maxBatches)
	var keeper, hearer sync.WaitGroup
	keeper.Go(func() { s.keep(ctx) })
	hearer.Go(s.hear)

	end(s.read(ctx))
	close(s.sounds)
	keeper.Wait()
	s.media.over(s)
	s.tellEnd(context.Cause(ctx))
	hearer.Wait()
}

// tellEnd tells the engine that a stream is over, where that is news.
func (s *stream) tellEnd(cause error) {
	why, since := cause.Error(), s.media.config.Clock.Now()
	e, ok := cause.(ending)
	if ok && e.dead {
		since = s.sign
	}
	if ok && e.soon && s.media.config.Clock.Sleep(s.media.ctx, hangupLag) != nil {
		return
	}
	if why != "" && !s.given.Load() {
		s.down(since, why)
	}
}

// down tells the engine since when the stream is gone.
func (s *stream) down(since time.Time, why string) {
	s.media.tell(s.media.ctx, s.token+"/down", since,
		engine.MediaDown{LegRef: engine.LegRef{Leg: s.leg}, Token: s.token, Why: why})
}

// read reads the socket until it breaks or a frame ends it, and returns why.
func (s *stream) read(ctx context.Context) error {
	s.conn.SetReadLimit(maxMessage)
	s.conn.SetPongHandler(func(string) error { s.alive.Store(true); return nil })
	var message bytes.Buffer
	for {
		kind, r, err := s.conn.NextReader()
		if err == nil {
			message.Reset()
			_, err = message.ReadFrom(r)
		}
		if err != nil {
			return brokeOff(err)
		}
		s.alive.Store(true)
		if kind != websocket.TextMessage {
			s.media.counts.ignored.Add(1)
			continue
		}
		if err := s.frame(ctx, message.Bytes()); err != nil {
			return err
		}
	}
}

// brokeOff says why a socket could not be read any further.
func brokeOff(err error) ending {
	var closed *websocket.CloseError
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		return ending{code: websocket.CloseMessageTooBig, why: fmt.Sprintf("its stream was refused: a message in it was larger than %d KiB", maxMessage>>10)}
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		return ending{code: websocket.CloseNormalClosure, why: fmt.Sprintf("Telnyx closed its stream of sound (%d)", closed.Code)}
	default:
		return ending{code: websocket.CloseAbnormalClosure, why: "its stream of sound broke off"}
	}
}

// frame acts upon one frame, and returns why the stream is over where it is.
func (s *stream) frame(ctx context.Context, raw []byte) error {
	f, err := decodeFrame(raw)
	if err != nil {
		s.unreadable()
		return nil
	}
	switch f.Event {
	case "connected":
	case "start":
		return s.start(ctx, f.Start)
	case "media":
		return s.sound(ctx, f.Media)
	case "stop":
		return ending{code: websocket.CloseNormalClosure, why: "Telnyx ended its stream of sound", soon: true}
	case "error":
		return ending{code: websocket.CloseNormalClosure, why: "Telnyx reports an error on its stream of sound: " + f.Payload.words()}
	default: // keys, marks, and what is new
		s.media.counts.ignored.Add(1)
	}
	return nil
}

// unreadable counts a frame that cannot be read, and notes the first of a stream.
func (s *stream) unreadable() {
	s.media.counts.malformed.Add(1)
	if !s.odd {
		s.odd = true
		s.media.config.Engine.Note(engine.TroubleMedia, "a frame in a stream of sound could not be read, the others are")
	}
}

// start begins the sound: it must be of the leg that the token is for, in a format that
// we can read.
func (s *stream) start(ctx context.Context, f startFrame) error {
	if s.started.Load() {
		s.media.counts.ignored.Add(1)
		return nil
	}
	if engine.LegID(f.Leg) != s.leg {
		why := "its stream was refused, for it is of another call"
		s.media.refuse("a stream of sound was refused: it is of another call than its token")
		return ending{code: websocket.ClosePolicyViolation, why: why}
	}
	var err error
	if s.law, err = f.Format.law(); err != nil {
		s.media.refuse("a stream of sound was refused: " + err.Error())
		return ending{code: websocket.CloseUnsupportedData, why: err.Error()}
	}
	s.started.Store(true)
	s.media.begin(s)
	s.media.tell(ctx, s.token+"/up", s.media.config.Clock.Now(), engine.MediaUp{LegRef: engine.LegRef{Leg: s.leg}, Token: s.token})
	return nil
}

// sound hands a frame of sound to the keeper. What the leg hears, and what comes before
// the start, is left out.
func (s *stream) sound(ctx context.Context, f mediaFrame) error {
	if !s.started.Load() || f.Track != "" && f.Track != "inbound" {
		s.media.counts.ignored.Add(1)
		return nil
	}
	chunk, ok := f.number()
	if !ok || len(f.Payload) == 0 || len(f.Payload) > maxSound {
		s.unreadable()
		return nil
	}
	s.law.toMu(f.Payload)
	select {
	case s.sounds <- sound{chunk: chunk, at: s.media.config.Clock.Now(), mulaw: f.Payload}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// hear hands batches to the sink until there are no more.
func (s *stream) hear() {
	for batch := range s.batches {
		if s.media.config.Sink.Hear(s.leg, batch) != nil {
			s.media.counts.unheard.Add(1)
		}
	}
}
