// Package symbltest speaks Symbl.ai's protocol on loopback: tokens, the telephone
// (endpoint:connect), the Conversation API and the subscribe socket.
//
// It is not a stand-in for tests alone: the demo runs on it. What it hears it hears
// through a line into a pretend telephone network (package world), which it truly calls
// and into which it truly dials; what the recorded caller says there comes back as
// sentences with their polarity, as late as Symbl would have them. All its waits are in
// house time. It can be told to misbehave.
package symbltest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"switchboard/engine/clock"
	"switchboard/engine/world"
)

// Limits of what is kept.
const (
	maxBody          = 64 << 10
	maxConversations = 1024 // ended ones; the oldest are forgotten
	maxMessages      = 4096 // of one conversation
	maxQueue         = 64   // frames that wait for a slow socket; more are lost
	maxSockets       = 64   // of one connection
)

// House time.
const (
	callDelay = 500 * time.Millisecond // from a start to the call
	listening = 250 * time.Millisecond // between two looks at the line
)

// Socket time.
const (
	headerTimeout = 5 * time.Second
	writeTimeout  = 5 * time.Second
)

// A Line is Symbl's way into the telephone network: a *world.Network is one.
type Line interface {
	// CallIn calls a number and, once answered, dials digits, where a comma is a pause
	// of 500 ms. It does not wait for the answer.
	CallIn(from, to, digits string) (world.LegID, error)

	// Hangup ends a leg.
	Hangup(leg world.LegID)

	// Alive reports whether a leg is ringing or up.
	Alive(leg world.LegID) bool

	// Heard returns the sentences that were over while the leg could hear them, in
	// order, without the first from.
	Heard(leg world.LegID, from int) []world.Said

	// Saying returns the sentence that the leg hears just now, with the words so far.
	Saying(leg world.LegID) (world.Said, bool)
}

var _ Line = (*world.Network)(nil)

// A Config says what a Server is like. Clock and Line are needed.
type Config struct {
	Address   string // of the listener; a free port of 127.0.0.1 where empty
	Clock     *clock.Clock
	Line      Line
	AppID     string // app-id where empty
	AppSecret string // app-secret where empty
	Number    string // that its calls come from (SYMBL_NUMBER); +12025550190 where empty

	Connections  int           // at once, before it answers 429; 50 where zero
	TokenLife    time.Duration // 24 h where zero
	MessageAfter time.Duration // from the end of a sentence until it is there; 1.5 s where zero
	ScoreAfter   time.Duration // from then until its sentiment is there, too

	// LateConversation leaves the conversation's id out of the answer to a start; the
	// socket tells it.
	LateConversation bool

	// SocketScores puts the sentiment into the socket's messages, too. Nobody knows
	// whether Symbl's telephone does that.
	SocketScores bool
}

// Faults are ways to misbehave. The zero value is good behaviour.
type Faults struct {
	RefuseToken   bool // token:generate answers 401
	ConnectStatus int  // a start answers this, and nobody is called
	ConnectHang   bool // a start is carried out and never answered
	NeverCall     bool // a start is answered and nobody is called
	StopStatus    int  // a stop answers this and changes nothing
	PollStatus    int  // the list of messages answers this
	DropSockets   bool // sockets are closed, and refused with 503
}

// Counts are what a server was asked and did.
type Counts struct {
	TokenRequests int
	Starts        int // requests, whatever became of them
	Calls         int // made on the line
	Stops         int // requests
	Polls         int
	Sockets       int // opened
}

// A Server is Symbl.ai, as far as its contract goes. Its methods may be called from any
// goroutine.
type Server struct {
	config   Config
	clock    *clock.Clock
	listener net.Listener
	http     *http.Server
	ctx      context.Context
	cancel   context.CancelFunc
	work     sync.WaitGroup // handlers, calls, sockets, the server itself

	mu            sync.Mutex
	closed        bool
	faults        Faults
	counts        Counts
	token         string
	tokenDies     time.Time
	made          int // conversations
	live          int // connections
	connections   map[string]*connection
	conversations map[string]*connection
	ended         []*connection // the oldest first
}

// Start returns a server that answers. Close must be called when it is no longer needed.
func Start(config Config) (*Server, error) {
	if config.Clock == nil || config.Line == nil {
		return nil, errors.New("symbltest: a clock and a line are needed")
	}
	config.fill()
	listener, err := net.Listen("tcp", config.Address)
	if err != nil {
		return nil, fmt.Errorf("start Symbl's emulator: %w", err)
	}
	s := &Server{
		config:        config,
		clock:         config.Clock,
		listener:      listener,
		connections:   make(map[string]*connection),
		conversations: make(map[string]*connection),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: headerTimeout}
	s.work.Go(func() { s.http.Serve(listener) }) // its error is that it was closed
	return s, nil
}

func (c *Config) fill() {
	set(&c.Address, "127.0.0.1:0")
	set(&c.AppID, "app-id")
	set(&c.AppSecret, "app-secret")
	set(&c.Number, "+12025550190")
	set(&c.Connections, 50)
	set(&c.TokenLife, 24*time.Hour)
	set(&c.MessageAfter, 1500*time.Millisecond)
}

func set[T comparable](field *T, otherwise T) {
	var zero T
	if *field == zero {
		*field = otherwise
	}
}

// URL returns the address for SYMBL_API_URL.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// SocketURL returns the address for SYMBL_WS_URL.
func (s *Server) SocketURL() string { return "ws://" + s.listener.Addr().String() }

// Number returns the number that its calls come from.
func (s *Server) Number() string { return s.config.Number }

// Misbehave replaces the faults from here on.
func (s *Server) Misbehave(faults Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = faults
	if faults.DropSockets {
		for _, c := range s.connections {
			c.dropSockets()
		}
	}
}

// Revoke makes the token that is alive invalid, as if Symbl had lost it.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = ""
}

// Counts returns what it was asked and did so far.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts
}

// Live returns how many connections have not ended.
func (s *Server) Live() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live
}

// Close hangs up its calls, closes its sockets, and waits for everything it started.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	for _, c := range s.connections {
		c.dropSockets()
	}
	s.mu.Unlock()
	s.cancel()
	s.http.Close()
	s.work.Wait()
}

// begin counts one more thing to wait for. It reports false when the server is closed.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.work.Add(1)
	}
	return !s.closed
}
