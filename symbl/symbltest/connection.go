package symbltest

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"switchboard/engine/world"
)

// A connection is one call of Symbl's, or the streams that share an id, and the
// conversation that is heard through it.
type connection struct {
	id           string
	conversation string
	base         int64 // its messages' ids count from here
	opened       time.Time
	cancel       context.CancelFunc
	done         chan struct{} // closed when the call is over

	// Under the server's mu.
	said    []heard
	told    int // of these, messages that the sockets know of
	sockets map[*socket]struct{}

	// Of one by stream.
	streaming bool
	keeper    bool // somebody tells what was said
	streams   map[*stream]struct{}
	patience  time.Duration // how long it is kept when its last stream broke
	left      time.Time     // when that was
	over      bool          // the last one was stopped
}

// A heard is a sentence, and whom Symbl takes for its speaker.
type heard struct {
	world.Said
	from from
}

// open makes a connection and calls. It reports false when the server is closed.
func (s *Server) open(to, digits string) (*connection, bool) {
	if !s.begin() {
		return nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live++
	ctx, cancel := context.WithCancel(s.ctx)
	c := s.converse(uuid.NewString(), cancel)
	s.connections[c.id] = c
	mute := s.faults.NeverCall
	go func() {
		defer s.work.Done()
		defer close(c.done)
		defer s.hungUp(c)
		if mute {
			<-ctx.Done()
			return
		}
		s.call(ctx, c, "+"+to, digits)
	}()
	return c, true
}

// converse makes a conversation. It holds s.mu.
func (s *Server) converse(id string, cancel context.CancelFunc) *connection {
	s.made++
	c := &connection{
		id:           id,
		conversation: strconv.Itoa(4_700_000_000_000_000 + s.made),
		base:         4_900_000_000_000_000 + int64(s.made)*maxMessages,
		opened:       s.clock.Now(),
		cancel:       cancel,
		done:         make(chan struct{}),
		sockets:      make(map[*socket]struct{}),
		streams:      make(map[*stream]struct{}),
	}
	s.conversations[c.conversation] = c
	return c
}

// call calls and listens until the far end hangs up or ctx is done.
func (s *Server) call(ctx context.Context, c *connection, to, digits string) {
	if s.clock.Sleep(ctx, callDelay) != nil {
		return
	}
	leg, err := s.config.Line.CallIn(s.config.Number, to, digits)
	if err != nil {
		return // busy, no such number: Symbl tells nobody
	}
	defer s.config.Line.Hangup(leg)
	s.mu.Lock()
	s.counts.Calls++
	s.mu.Unlock()
	var last world.Said // the words that were shown last
	for s.config.Line.Alive(leg) {
		s.hear(c, leg)
		s.tell(c)
		if saying, ok := s.config.Line.Saying(leg); ok && saying.Text != "" &&
			(saying.ID != last.ID || saying.Text != last.Text) {
			last = saying
			s.show(c, partial(saying.Text))
		}
		if s.clock.Sleep(ctx, listening) != nil {
			break
		}
	}
	s.hear(c, leg)
}

// hear keeps what the leg has heard since the last time.
func (s *Server) hear(c *connection, leg world.LegID) {
	s.mu.Lock()
	from := len(c.said)
	s.mu.Unlock()
	said := s.config.Line.Heard(leg, from)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range said[:min(len(said), maxMessages-from)] {
		c.said = append(c.said, heard{one, everybody})
	}
}

// tell shows the sockets the messages that are there by now.
func (s *Server) tell(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	for ; c.told < len(c.said) && s.there(c.said[c.told].Said, now); c.told++ {
		if c.streaming {
			s.showSentence(c, c.told, now)
			continue
		}
		c.show(s.socketMessage(c, c.told, now))
	}
}

func (s *Server) show(c *connection, frame any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.show(frame)
}

// hungUp forgets a connection by telephone.
func (s *Server) hungUp(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live--
	delete(s.connections, c.id)
	s.finish(c)
}

// finish ends a connection. Its conversation can still be read, until too many others
// have ended after it. It holds s.mu.
func (s *Server) finish(c *connection) {
	c.cancel()
	if s.ctx.Err() == nil {
		c.dropSockets() // else they end with this life
	}
	s.ended = append(s.ended, c)
	if len(s.ended) > maxConversations {
		delete(s.conversations, s.ended[0].conversation)
		s.ended = append([]*connection(nil), s.ended[1:]...)
	}
}

// there reports whether a sentence is a message yet, scored whether its sentiment is
// there, too.
func (s *Server) there(said world.Said, now time.Time) bool {
	return !said.End.Add(s.config.MessageAfter).After(now)
}

func (s *Server) scored(said world.Said, now time.Time) bool {
	return said.Scored && !said.End.Add(s.config.MessageAfter+s.config.ScoreAfter).After(now)
}
