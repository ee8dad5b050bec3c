package telnyxtest

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"switchboard/engine/clock"
	"switchboard/engine/world"
)

// Limits.
const (
	maxBody     = 64 << 10 // bytes of a command
	maxRefused  = 1024     // refusals that are remembered; the first ones are
	maxWaiting  = 65536    // webhooks that are not delivered yet; beyond it they are lost
	deliverers  = 32       // webhooks on their way at once
	maxAnswer   = 4 << 10  // bytes read of the answer to a webhook
	headersTake = 5 * time.Second
	closeTakes  = 2 * time.Second // for answers that are under way
)

// A Config says what a Server is like. Network and Clock are needed.
type Config struct {
	Listener net.Listener // closed with the Server; nil: one is opened at Address
	Address  string       // a free port of 127.0.0.1 where empty

	Network *world.Network // somebody else runs it; the Server is its subscriber
	Clock   *clock.Clock   // of the signatures and of sending again: the Network's

	Key          string // the API key that is expected; KEY-telnyxtest where empty
	ConnectionID string // of the Call Control application; 2811212257810187875 where empty

	// WebhookURL is where webhooks go of the application of ConnectionID. Until it is
	// set, here, by [Server.SetWebhookURL] or by the API, they are lost.
	WebhookURL string

	Portal Portal // what else the account has at the start

	// Seed makes the key pair that webhooks are signed with, unless Private is given, and
	// is the seed of all that looks like chance here.
	Seed    uint64
	Private ed25519.PrivateKey

	// Packet is how much sound a media frame of a stream carries, in house time: 20 ms if
	// it is 0, as with Telnyx. Where house time runs fast, longer ones cost less: 100
	// streams keep 15 % of a core busy at 50 frames a second, both ends together, and 3 %
	// at 10 (BenchmarkStreams). It is cut to whole samples, and is at most a second.
	Packet time.Duration
}

// A Server is Telnyx, as far as a program can tell that answers calls and forms
// conferences.
type Server struct {
	config   Config
	listener net.Listener
	http     http.Server
	served   chan error
	post     *post
	portal   *portal
	streams  *streams
	history  *history
	faults   atomic.Pointer[Faults]

	transcripts, unwritten atomic.Int64 // told, and swallowed by a fault
	looks                  atomic.Int64

	mu      sync.Mutex
	refused []string
}

// Start opens a Server. It is there when Start returns, and until Close.
func Start(config Config) (*Server, error) {
	if config.Network == nil || config.Clock == nil {
		return nil, errors.New("telnyxtest needs a network and a clock")
	}
	if config.Key == "" {
		config.Key = "KEY-telnyxtest"
	}
	if config.ConnectionID == "" {
		config.ConnectionID = "2811212257810187875"
	}
	if config.Private == nil {
		seed := sha256.Sum256(fmt.Appendf(nil, "telnyxtest %d", config.Seed))
		config.Private = ed25519.NewKeyFromSeed(seed[:])
	}
	if config.Packet == 0 {
		config.Packet = defaultFrame
	}
	config.Packet = min(config.Packet, time.Second).Truncate(time.Second / world.SampleRate)
	if config.Packet <= 0 {
		return nil, errors.New("a media frame has at least one sample")
	}
	if config.Address == "" {
		config.Address = "127.0.0.1:0"
	}
	if config.Listener == nil {
		listener, err := net.Listen("tcp", config.Address)
		if err != nil {
			return nil, fmt.Errorf("listen as Telnyx: %w", err)
		}
		config.Listener = listener
	}
	portal := newPortal(config)
	s := &Server{
		config:   config,
		listener: config.Listener,
		served:   make(chan error, 1),
		post:     newPost(config, portal),
		portal:   portal,
		history:  new(history),
	}
	s.streams = newStreams(s)
	s.Misbehave(Faults{})
	s.http = http.Server{
		Handler:           s.routes(),
		ReadHeaderTimeout: headersTake,
		ReadTimeout:       2 * headersTake,
		WriteTimeout:      2 * headersTake,
		IdleTimeout:       time.Minute,
	}
	config.Network.Subscribe(s.take)
	go func() { s.served <- s.http.Serve(s.listener) }()
	return s, nil
}

// Close ends the Server and waits for all that it has begun. Webhooks that are not
// delivered yet are lost.
func (s *Server) Close() error {
	s.config.Network.Subscribe(nil)
	ctx, cancel := context.WithTimeout(context.Background(), closeTakes)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = s.http.Close()
	}
	s.streams.close()
	s.post.close()
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	if err != nil {
		return fmt.Errorf("close telnyxtest: %w", err)
	}
	return nil
}

// URL returns the base of the API, as in http://127.0.0.1:4010/v2: TELNYX_API_URL.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() + "/v2" }

// Key returns the API key that is expected: TELNYX_API_KEY.
func (s *Server) Key() string { return s.config.Key }

// ConnectionID returns the Call Control application's: CONNECTION_ID.
func (s *Server) ConnectionID() string { return s.config.ConnectionID }

// PublicKey returns the key that webhooks are signed for, in base64:
// TELNYX_PUBLIC_KEY.
func (s *Server) PublicKey() string {
	return base64.StdEncoding.EncodeToString(s.config.Private.Public().(ed25519.PublicKey))
}

// SetWebhookURL says where webhooks go of the application of [Server.ConnectionID] from
// here on, those of running calls too; empty is nowhere. It is what the API sets.
func (s *Server) SetWebhookURL(url string) { s.portal.setURL(url) }

// Refused returns the requests that did not follow the documentation, with what was
// wrong. Commands that were in order and could not be carried out (a call that is over)
// are not among them.
func (s *Server) Refused() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.refused...)
}

func (s *Server) note(refusal string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.refused) < maxRefused {
		s.refused = append(s.refused, refusal)
	}
}

// Webhooks counts webhooks since the Server was started.
type Webhooks struct {
	Delivered int // answered with 200
	Again     int // deliveries that failed and were or will be repeated
	Lost      int // given up, or there was nowhere to send them
}

// Webhooks returns how many webhooks were delivered so far.
func (s *Server) Webhooks() Webhooks { return s.post.counts() }
