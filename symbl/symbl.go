// Package symbl has Symbl.ai listen to calls, by telephone or by stream, and tells the
// engine what it hears.
//
// By telephone: Symbl is asked to call a number of ours and to dial a code
// (endpoint:connect); from then on its leg hears the conference, and what it heard is
// fetched: whole sentences with their polarity by polling the Conversation API, words
// that are still being said from the subscribe socket. Only the poll makes sentences, so
// that none counts twice; the socket may fail without a call becoming blind.
//
// By stream: each leg's own sound is relayed to a socket of its own (Relay, and then
// [Client.Hear]), and what is said on it comes back there. The sockets of one call share
// a connection id, and so are one conversation of Symbl's.
//
// Symbl's public API appears to have gone away in 2026. The addresses are settings, and
// package symbltest speaks the same protocol.
package symbl

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// Limits of what is kept and read.
const (
	maxHeard    = 1024     // connections heard at once; Symbl's largest plan allows 50
	maxSeen     = 4096     // sentences remembered of one conversation
	maxSentence = 4 << 10  // bytes of a sentence that are kept
	maxID       = 128      // bytes of an identifier of Symbl's
	maxWords    = 200      // bytes of Symbl's own words in an error
	maxAnswer   = 64 << 10 // bytes of an answer, lists of sentences apart
	maxList     = 16 << 20 // bytes of a list of sentences
	maxFrame    = 1 << 20  // bytes of a message on the socket
	maxTries    = 4        // of what may be sent again, for one command
	maxIdle     = 64       // connections kept open to Symbl's host
)

// House time: what a person would notice.
const (
	pollEvery    = 2 * time.Second        // contracts/symbl.md, section 4: not below 1 to 2 s
	pollNudged   = time.Second            // after the socket said that a sentence is final
	pollBusy     = 500 * time.Millisecond // until what could not be submitted is tried again
	messageLag   = time.Second            // no sentence is there sooner after its end
	pollPatience = 4 * time.Second        // for the answer to one poll while they fail; else until failSilence
	pollLeast    = 2 * time.Second        // but no less
	failAfter    = 2                      // polls in a row that fail before the feed does
	failSilence  = 6 * time.Second        // or no answer for so long
	nameless     = 30 * time.Second       // to learn which conversation a connection is
	backoffMin   = time.Second
	backoffMax   = 16 * time.Second
	socketGood   = 30 * time.Second // a socket open for so long starts its back-off anew
	maxSaid      = 5 * time.Minute  // for one sentence; one that takes longer is mistimed
	renewEarly   = 5 * time.Minute  // before a token dies
	renewLeast   = 5 * time.Second  // between two requests for a token
)

// Socket time: waiting on the wire, on the wall's clock.
const (
	dialTimeout    = 5 * time.Second
	requestTimeout = 10 * time.Second
	leastPatience  = 2 * time.Second // however fast the house's clock runs, see patience
	writeTimeout   = 5 * time.Second
	socketSilence  = 75 * time.Second // on the socket of live words, without which a call is heard
	idleTimeout    = 90 * time.Second
)

// An Engine takes what Symbl tells. Its methods may be called from any goroutine.
type Engine interface {
	// Submit writes an entry down before it returns. After an error the same entry is
	// submitted again.
	Submit(context.Context, engine.Entry) error

	// Partial shows a sentence that is still being said. It does not wait.
	Partial(engine.Partial)

	// Alive says that Symbl has answered. It does not wait.
	Alive(engine.By)

	// Note counts something that went wrong. It does not wait.
	Note(kind engine.TroubleKind, detail string)
}

// A Config is what a Client needs. Printed, it does not show its secret.
type Config struct {
	URL       string // https://api.symbl.ai where empty
	SocketURL string // wss://api.symbl.ai where empty
	AppID     string
	AppSecret string
	Clock     *clock.Clock
	Engine    Engine

	// Forget has Symbl delete each conversation once it is over.
	Forget bool

	// Scorer, where there is one, says what each sentence asks for.
	Scorer Scorer

	// Timeout is how long Symbl may take to answer one request, on the wall's clock;
	// 10 s where zero.
	Timeout time.Duration

	// Silence is how long, on the wall's clock, a socket that takes sound may give no sign
	// of life before it counts as dead; 6 s where zero. Symbl may have nothing to say of a
	// call: its socket answers pings.
	Silence time.Duration
}

// String returns the configuration without its secret.
func (c Config) String() string { return fmt.Sprintf("symbl at %s as %s", c.URL, c.AppID) }

// GoString returns the same as String.
func (c Config) GoString() string { return c.String() }

// A Client carries out the engine's Listen, Hear and Unlisten, Relay and Unrelay. Its methods may be
// called from any goroutine.
type Client struct {
	config Config
	host   string // Symbl's, for messages
	clock  *clock.Clock
	engine Engine

	http  *http.Client // for what may be asked twice
	fresh *http.Client // a connection of its own for each request: see listen
	token token

	ctx    context.Context // done when the client is closed
	cancel context.CancelFunc
	work   sync.WaitGroup // the hearings' goroutines

	mu     sync.Mutex
	closed bool
	heard  map[engine.ConnectionID]*hearing

	streams map[engine.LegID]*stream      // that take sound; those that end are in talks alone
	talks   map[engine.ConnectionID]*talk // of those streams
	relayed int                           // streams that are not over
	counts  Counts
}

// Counts are what a client has passed over since it began.
type Counts struct {
	Types   uint64 // messages of a type that is not documented
	Fields  uint64 // fields that are not documented
	Dropped uint64 // bytes of sound that Symbl did not take, of streams that are over
}

// New returns a client. It asks Symbl for nothing yet. Close must be called when it is
// no longer needed.
func New(config Config) *Client {
	config.URL = strings.TrimRight(or(config.URL, "https://api.symbl.ai"), "/")
	config.SocketURL = strings.TrimRight(or(config.SocketURL, "wss://api.symbl.ai"), "/")
	if config.Timeout <= 0 {
		config.Timeout = requestTimeout
	}
	if config.Silence <= 0 {
		config.Silence = streamSilence
	}
	c := &Client{
		config:  config,
		host:    config.URL,
		clock:   config.Clock,
		engine:  config.Engine,
		http:    newHTTP(config.Timeout, false),
		fresh:   newHTTP(config.Timeout, true),
		token:   token{flight: make(chan struct{}, 1)},
		heard:   make(map[engine.ConnectionID]*hearing),
		streams: make(map[engine.LegID]*stream),
		talks:   make(map[engine.ConnectionID]*talk),
	}
	if u, err := url.Parse(config.URL); err == nil && u.Host != "" {
		c.host = u.Host
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Do carries out one of Symbl's commands and returns what became of it: Listening,
// Accepted, Refused or Unanswered. It waits for Symbl's answer, at most until ctx is
// done; what may be sent again is sent again, and Listen never is. It panics when the
// command is not Symbl's to carry out.
func (c *Client) Do(ctx context.Context, command engine.Command) engine.Body {
	switch action := command.Action.(type) {
	case engine.Listen:
		return c.listen(ctx, command.Name, action)
	case engine.Hear:
		return c.fetch(command, action)
	case engine.Unlisten:
		return c.unlisten(ctx, command.Name, action)
	case engine.Relay:
		return c.relay(ctx, command, action)
	case engine.Unrelay:
		return c.unrelay(ctx, command.Name, action)
	default:
		panic(fmt.Sprintf("symbl: %T is not Symbl's to carry out", action))
	}
}

// Counts returns what was passed over so far.
func (c *Client) Counts() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts
}

// countStrange counts what in a frame is not documented.
func (c *Client) countStrange(data []byte) {
	types, fields := strange(data)
	if types+fields == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts.Types += uint64(types)
	c.counts.Fields += uint64(fields)
}

func (c *Client) flags(text string) engine.Flags {
	if c.config.Scorer == nil {
		return 0
	}
	return c.config.Scorer.Flags(text)
}

// Close ends all polls and sockets and waits for them. It does not have Symbl hang up:
// what is heard now is heard again after a restart. Commands that are under way end
// with their own contexts; nothing begins to be heard after Close.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	c.work.Wait()
	c.http.CloseIdleConnections()
	c.fresh.CloseIdleConnections()
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
