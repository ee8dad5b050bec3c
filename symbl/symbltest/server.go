// Package symbltest speaks Symbl.ai's protocol on loopback: tokens, the telephone
// (endpoint:connect), the streaming sockets, the Conversation API and the subscribe
// sockets.
//
// It is not a stand-in for tests alone: the demo runs on it. What it hears by telephone
// it hears through a line into a pretend telephone network (package world), which it
// truly calls and into which it truly dials; what it hears by stream it makes of the
// samples that reach it and of nothing else ([world.Listener]). What is said there comes
// back as sentences with their polarity, as late as Symbl would have them. All its waits
// are in house time. It can be told to misbehave, and be killed and brought back.
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
	maxTalks         = 1024 // conversations by stream that are not over
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

	Streams int // sockets that take sound at once, before 429; 50 where zero

	// Everybody has each socket of a conversation told what all its speakers say, not only
	// its own. Nobody knows which of the two Symbl does.
	Everybody bool

	// CreatedFirst has started_listening come after the other two events of a start, in
	// place of before.
	CreatedFirst bool

	// FlatEnd has conversation_completed carry its id beside its type, not inside data.
	FlatEnd bool

	// Chatter has each sentence of a stream followed by insights, topics, trackers and
	// things that no page documents.
	Chatter bool

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
	PollHang      bool // the list of messages is never answered
	DropSockets   bool // sockets are closed, and refused with 503
	DeleteStatus  int  // the deletion of a conversation answers this

	StreamStatus int  // a socket that would take sound is answered this
	StreamHang   bool // it is opened, and nothing is ever said on it
	StreamMute   bool // it is opened, and sound is never asked for
	StreamDeaf   bool // sound is swallowed
	StreamStuck  bool // a stop_request is not answered
	ErrorTop     bool // a start is answered with an error, and open streams are told one
	ErrorNested  bool // the same, in the other envelope
}

// Counts are what a server was asked and did.
type Counts struct {
	TokenRequests int
	Starts        int // requests, whatever became of them
	Calls         int // made on the line
	Stops         int // requests
	Polls         int
	Sockets       int // of listeners, opened
	Streams       int // sockets that took sound
	StreamStops   int // of these, ended with a stop_request
	Sound         int // bytes that they took
	Early         int // bytes that came before they were asked for, and were ignored
	Deletes       int // requests
}

// A Server is Symbl.ai, as far as its contract goes. Its methods may be called from any
// goroutine.
type Server struct {
	config  Config
	clock   *clock.Clock
	address string
	work    sync.WaitGroup // handlers, calls, sockets, the server itself
	ice     ice

	mu            sync.Mutex
	ctx           context.Context // of this life
	cancel        context.CancelCauseFunc
	http          *http.Server
	down          bool // killed, or closed
	closed        bool
	faults        Faults
	counts        Counts
	token         string
	tokenDies     time.Time
	made          int                    // conversations
	live          int                    // connections by telephone
	streams       int                    // sockets that take sound
	connections   map[string]*connection // by telephone
	talks         map[string]*connection // by stream
	conversations map[string]*connection
	ended         []*connection // the oldest first
}

// errKilled is why a socket ends that is not closed but breaks.
var errKilled = errors.New("killed")

// Start returns a server that answers. Close must be called when it is no longer needed.
func Start(config Config) (*Server, error) {
	if config.Clock == nil || config.Line == nil {
		return nil, errors.New("symbltest: a clock and a line are needed")
	}
	config.fill()
	s := &Server{
		config:        config,
		clock:         config.Clock,
		address:       config.Address,
		connections:   make(map[string]*connection),
		talks:         make(map[string]*connection),
		conversations: make(map[string]*connection),
	}
	if err := s.serve(); err != nil {
		return nil, err
	}
	return s, nil
}

// serve begins a life.
func (s *Server) serve() error {
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		return fmt.Errorf("start Symbl's emulator: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.address = listener.Addr().String()
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: headerTimeout}
	s.down = false
	server := s.http
	s.work.Go(func() { server.Serve(icyListener{listener, &s.ice}) }) // its error is that it was closed
	return nil
}

// Stop kills the server in the middle of whatever it does: its calls fall, its sockets
// break, and nobody listens at its address, until Restart. What was said by then it
// still knows after that.
func (s *Server) Stop() { s.end(errKilled) }

// Restart brings a server back that was stopped, at the same address. It fails where
// the server runs or was closed, or the address is taken.
func (s *Server) Restart() error {
	s.mu.Lock()
	down, closed := s.down, s.closed
	s.mu.Unlock()
	if !down || closed {
		return errors.New("restart Symbl's emulator: it runs, or is closed for good")
	}
	return s.serve()
}

func (c *Config) fill() {
	set(&c.Address, "127.0.0.1:0")
	set(&c.AppID, "app-id")
	set(&c.AppSecret, "app-secret")
	set(&c.Number, "+12025550190")
	set(&c.Connections, 50)
	set(&c.Streams, 50)
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
func (s *Server) URL() string { return "http://" + s.address }

// SocketURL returns the address for SYMBL_WS_URL.
func (s *Server) SocketURL() string { return "ws://" + s.address }

// Number returns the number that its calls come from.
func (s *Server) Number() string { return s.config.Number }

// Misbehave replaces the faults from here on.
func (s *Server) Misbehave(faults Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = faults
	for _, c := range s.all() {
		if faults.DropSockets {
			c.dropSockets()
		}
		if faults.ErrorTop || faults.ErrorNested {
			c.complain(faults)
		}
	}
}

// all returns the connections that are not over. It holds s.mu.
func (s *Server) all() []*connection {
	var all []*connection
	for _, c := range s.connections {
		all = append(all, c)
	}
	for _, c := range s.talks {
		all = append(all, c)
	}
	return all
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
	s.mu.Unlock()
	s.end(nil)
}

// end ends a life and waits for everything that was started in it.
func (s *Server) end(cause error) {
	s.mu.Lock()
	s.down = true
	if cause == nil {
		for _, c := range s.all() {
			c.dropSockets()
		}
	}
	cancel, server := s.cancel, s.http
	s.mu.Unlock()
	cancel(cause)
	server.Close()
	s.ice.thaw()
	s.work.Wait()
}

// life returns what is done when the server is killed or closed.
func (s *Server) life() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ctx
}

// begin counts one more thing to wait for. It reports false when the server is down.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.down {
		s.work.Add(1)
	}
	return !s.down
}
