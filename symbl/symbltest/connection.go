package symbltest

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"switchboard/engine/world"
)

// A connection is one call of Symbl's, and the conversation that it hears.
type connection struct {
	id           string
	conversation string
	base         int64 // its messages' ids count from here
	opened       time.Time
	cancel       context.CancelFunc
	done         chan struct{} // closed when the call is over

	// Under the server's mu.
	said    []world.Said
	sockets map[*socket]struct{}
}

// open makes a connection and calls. It reports false when the server is closed.
func (s *Server) open(to, digits string) (*connection, bool) {
	if !s.begin() {
		return nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	s.live++
	ctx, cancel := context.WithCancel(s.ctx)
	c := &connection{
		id:           uuid.NewString(),
		conversation: strconv.Itoa(4_700_000_000_000_000 + s.made),
		base:         4_900_000_000_000_000 + int64(s.made)*maxMessages,
		opened:       s.clock.Now(),
		cancel:       cancel,
		done:         make(chan struct{}),
		sockets:      make(map[*socket]struct{}),
	}
	s.connections[c.id] = c
	s.conversations[c.conversation] = c
	mute := s.faults.NeverCall
	go func() {
		defer s.work.Done()
		defer close(c.done)
		defer s.end(c)
		if mute {
			<-ctx.Done()
			return
		}
		s.call(ctx, c, "+"+to, digits)
	}()
	return c, true
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
	told := 0           // messages that the sockets know of
	for s.config.Line.Alive(leg) {
		s.hear(c, leg)
		told = s.tell(c, told)
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
	heard := s.config.Line.Heard(leg, from)
	s.mu.Lock()
	defer s.mu.Unlock()
	c.said = append(c.said, heard[:min(len(heard), maxMessages-from)]...)
}

// tell shows the sockets the messages that are there by now, and returns how many they
// know of then.
func (s *Server) tell(c *connection, told int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	for told < len(c.said) && s.there(c.said[told], now) {
		c.show(s.socketMessage(c, told, now))
		told++
	}
	return told
}

func (s *Server) show(c *connection, frame any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.show(frame)
}

// end forgets the connection. Its conversation can still be read, until too many others
// have ended after it.
func (s *Server) end(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.cancel()
	c.dropSockets()
	s.live--
	delete(s.connections, c.id)
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
