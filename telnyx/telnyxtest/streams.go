package telnyxtest

import (
	"context"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"switchboard/engine/world"
)

const (
	maxStreams   = 4096                  // that are open at once
	maxKeys      = 16                    // pressed and not yet sent on a stream
	maxBehind    = 1000                  // media frames that a stream makes up for; more are lost
	maxSent      = 64 << 10              // bytes of a frame that is sent to us
	dialWithin   = 5 * time.Second       // socket time
	writeWithin  = 5 * time.Second       // likewise: until a far end that takes nothing counts as gone
	renewals     = 5                     // times in it that this is put off while it does
	partWithin   = time.Second           // likewise: until the far end of a stream has said good-bye
	restless     = 10 * time.Millisecond // likewise: a stream sends what is due no more often
	defaultFrame = 20 * time.Millisecond
)

// noConnection is why a stream fails, in Telnyx's words.
const noConnection = "connection_failed"

// streamingStart has a leg's sound sent to a web socket of ours.
func (s *Server) streamingStart(r request) (answer, error) {
	if err := refused(s.faults.Load().RefuseStream); err != nil {
		return answer{}, err
	}
	stream, err := r.world.Stream(r.leg(), r.body.text("stream_url", ""), r.command())
	if err != nil || stream.ID == "" {
		return done(err)
	}
	codec := r.body.text("stream_codec", "default")
	if codec == "default" {
		codec = stream.Codec
	}
	if !s.streams.start(stream, codec) {
		r.world.StreamDown(stream, noConnection)
	}
	return ok, nil
}

func (s *Server) streamingStop(r request) (answer, error) {
	return done(r.world.StopStream(r.leg(), r.body.text("stream_id", ""), r.command()))
}

// CutStreams cuts the connections of all streams, as when the network between breaks.
func (s *Server) CutStreams() { s.streams.cut() }

// streams are the media streams that a server sends.
type streams struct {
	server *Server
	count  streamCounts
	ctx    context.Context
	cancel context.CancelFunc
	ended  sync.WaitGroup

	mu     sync.Mutex
	closed bool
	live   map[world.LegID]*carriage
}

func newStreams(s *Server) *streams {
	all := &streams{server: s, live: make(map[world.LegID]*carriage)}
	all.ctx, all.cancel = context.WithCancel(context.Background())
	return all
}

// close cuts all streams and waits for them.
func (s *streams) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.ended.Wait()
}

// start carries a stream, and reports whether it can.
func (s *streams) start(stream world.Stream, codec string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.count.open.Load() >= maxStreams {
		return false
	}
	c := &carriage{
		streams: s,
		stream:  stream,
		frames:  newFrames(stream, codec, s.server.config.Packet),
		dice:    dice(s.server.config.Seed, stream.ID),
		keys:    make(chan world.Event, maxKeys),
		read:    make(chan error, 1),
	}
	s.live[stream.Leg] = c
	s.count.open.Add(1)
	s.ended.Go(func() {
		c.carry(s.ctx)
		s.remove(c)
	})
	return true
}

func (s *streams) remove(c *carriage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count.open.Add(-1)
	if s.live[c.stream.Leg] == c {
		delete(s.live, c.stream.Leg)
	}
}

// take gives the keys that were pressed to the streams of their legs.
func (s *streams) take(events []world.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range events {
		if e.Kind != world.KeyPressed {
			continue
		}
		if c, on := s.live[e.Leg]; on {
			select {
			case c.keys <- e:
			default: // nobody presses as fast
			}
		}
	}
}

func (s *streams) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.live {
		c.cut()
	}
}

// dial opens a stream's socket.
func (s *streams) dial(ctx context.Context, c *carriage) (*websocket.Conn, error) {
	dialer := websocket.Dialer{
		HandshakeTimeout: dialWithin,
		ReadBufferSize:   1 << 10,
		WriteBufferSize:  len(c.frames.silence) + 1<<10,
	}
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	conn, _, err := dialer.DialContext(ctx, c.stream.URL, nil)
	return conn, err
}
