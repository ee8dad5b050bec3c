package symbl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"switchboard/engine"
)

// Limits of what is relayed.
const (
	maxStreams  = 1024 // sockets at once; Symbl's largest plan allows 50
	maxSpeakers = 64   // remembered of one conversation
	maxNames    = 16   // conversations that one connection has had
)

// ErrNotRelayed says that a leg's sound is not wanted: no Relay was asked for, or it
// has ended.
var ErrNotRelayed = errors.New("this line is not relayed to Symbl")

// ErrTooMuch says that more sound came at once than is kept of a leg.
var ErrTooMuch = errors.New("more than five seconds of sound at once")

// A Scorer says what a sentence asks for, beside how it was meant. It is called from
// several goroutines.
type Scorer interface {
	Flags(text string) engine.Flags
}

// Hear takes what a leg has just said, mu-law at 8,000 bytes a second, to be relayed to
// Symbl. It copies the sound and does not wait; what Symbl does not take within 5 s is
// dropped, the oldest first, and told as a gap. It returns [ErrNotRelayed] where nobody
// has asked for the leg, and [ErrTooMuch] for more than is kept.
func (c *Client) Hear(leg engine.LegID, mulaw []byte) error {
	c.mu.Lock()
	s, ok := c.streams[leg]
	c.mu.Unlock()
	switch {
	case !ok:
		return ErrNotRelayed
	case len(mulaw) > maxSound:
		return ErrTooMuch
	case len(mulaw) > 0:
		s.hear(mulaw)
	}
	return nil
}

// A talk is what the sockets of one connection have in common: one conversation of
// Symbl's.
type talk struct {
	connection engine.ConnectionID
	streams    map[*stream]struct{} // under the client's mu; those that end, too
	named      chan struct{}        // closed once Symbl has named the conversation

	mu       sync.Mutex
	names    []engine.ConversationID // the newest last
	speakers map[string]*stream      // by Symbl's user id
	seen     map[string]uttered
	order    []string // of seen, the oldest first
}

// uttered is what the engine knows of a sentence, and under which conversation.
type uttered struct {
	told
	conversation engine.ConversationID
}

// relay begins a stream, unless the leg has one for that connection already, and waits
// until Symbl takes its sound, or will not.
func (c *Client) relay(ctx context.Context, command engine.Command, action engine.Relay) engine.Body {
	if problem := c.relayProblem(action); problem != nil {
		problem.Command = command.Name
		return *problem
	}
	s, full := c.stream(command, action)
	if full != nil {
		full.Command = command.Name
		return *full
	}
	select {
	case <-s.first:
	case <-ctx.Done():
		return engine.Unanswered{Command: command.Name, Detail: "the request to Symbl was given up"}
	}
	if s.refusal != nil {
		<-s.gone // so that it can be asked for again
		return outcome(command.Name, s.refusal)
	}
	patience, cancel := context.WithTimeout(ctx, nameWait)
	defer cancel()
	select {
	case <-s.talk.named: // by any socket, before or after the sound is taken
	case <-patience.Done():
	}
	return engine.Listening{Command: command.Name, Connection: action.Connection, Conversation: s.talk.name()}
}

func (c *Client) relayProblem(action engine.Relay) *engine.Refused {
	switch {
	case c.config.AppID == "" || c.config.AppSecret == "":
		return &engine.Refused{Reason: engine.ReasonNoFeed, Detail: noCredentials}
	case !known(string(action.Connection)) || !known(action.Speaker) || action.Leg == "":
		return &engine.Refused{Reason: engine.ReasonInvalid, Detail: "a relay needs a connection, a speaker and a leg"}
	case strings.Contains(action.Speaker, "@"):
		return &engine.Refused{Reason: engine.ReasonInvalid, Detail: "Symbl would send mail to a speaker with an address"}
	}
	return nil
}

// stream returns the leg's stream, which may be there already. One of another
// connection ends.
func (c *Client) stream(command engine.Command, action engine.Relay) (*stream, *engine.Refused) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, &engine.Refused{Reason: engine.ReasonOther, Detail: "the program is ending"}
	}
	if s, ok := c.streams[action.Leg]; ok {
		if s.talk.connection == action.Connection {
			return s, nil
		}
		c.detach(s)
	}
	if c.relayed >= maxStreams {
		return nil, &engine.Refused{Reason: engine.ReasonLimit, Detail: fmt.Sprintf("%d lines are relayed already", maxStreams)}
	}
	t, ok := c.talks[action.Connection]
	if !ok {
		t = &talk{
			connection: action.Connection,
			streams:    make(map[*stream]struct{}),
			named:      make(chan struct{}),
			speakers:   make(map[string]*stream),
			seen:       make(map[string]uttered),
		}
		c.talks[action.Connection] = t
	}
	s := newStream(c, t, command.Session, action)
	c.streams[action.Leg] = s
	t.streams[s] = struct{}{}
	t.introduce(s)
	c.relayed++
	c.work.Go(func() {
		defer c.forgetStream(s)
		s.run()
	})
	return s, nil
}

// detach has a stream end in its own time. It holds c.mu.
func (c *Client) detach(s *stream) {
	if c.streams[s.leg] == s {
		delete(c.streams, s.leg)
	}
	s.stop()
}

// forgetStream lets go of a stream that is over.
func (c *Client) forgetStream(s *stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.relayed--
	if c.streams[s.leg] == s {
		delete(c.streams, s.leg) // it never came up
	}
	delete(s.talk.streams, s)
	if len(s.talk.streams) == 0 && c.talks[s.talk.connection] == s.talk {
		delete(c.talks, s.talk.connection)
	}
	c.counts.Dropped += s.sound.lostBytes()
	close(s.gone)
}

// unrelay ends one stream, which takes its last sentences while we go on, or all of a
// connection's, for which it waits. With the last of them the conversation is over, and
// forgotten where that is wished.
func (c *Client) unrelay(ctx context.Context, name engine.CommandName, action engine.Unrelay) engine.Body {
	t, ending, last := c.detachAll(action)
	if !last {
		return engine.Accepted{Command: name}
	}
	for _, s := range ending {
		select {
		case <-s.gone:
		case <-ctx.Done():
			return engine.Unanswered{Command: name, Detail: "the program is ending"}
		}
	}
	names := []engine.ConversationID{action.Conversation}
	if t != nil {
		names = append(names, t.allNames()...)
	}
	if err := c.erase(ctx, names...); err != nil {
		return outcome(name, err)
	}
	return engine.Accepted{Command: name}
}

// detachAll has the streams end that are to. Where none is left that goes on it returns
// true, and all that are not over yet.
func (c *Client) detachAll(action engine.Unrelay) (t *talk, ending []*stream, last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, ok := c.talks[action.Connection]
	if !ok {
		return nil, nil, true
	}
	last = true
	for s := range t.streams {
		if action.Leg == "" || s.leg == action.Leg {
			c.detach(s)
		}
		if s.stopping.Err() == nil {
			last = false
		}
		ending = append(ending, s)
	}
	return t, ending, last
}

// introduce remembers whose words a user id's are.
func (t *talk) introduce(s *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := t.speakers[s.speaker]; known || len(t.speakers) < maxSpeakers {
		t.speakers[s.speaker] = s
	}
}

// whose returns the stream of the leg whose words Symbl gives, by the user id that we
// chose: each socket of a conversation may be told everybody's. Without a user id that
// we know they are the leg's whose socket it is.
func (t *talk) whose(user string, own *stream) *stream {
	if user == own.speaker {
		return own // two legs of one conversation may have one name
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if s, ok := t.speakers[user]; ok {
		return s
	}
	return own
}

// learn takes the conversation's name. A conversation that was away for too long comes
// back under another.
func (t *talk) learn(conversation engine.ConversationID) {
	if !known(string(conversation)) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(t.names)
	if n > 0 && t.names[n-1] == conversation || n >= maxNames {
		return
	}
	t.names = append(t.names, conversation)
	if n == 0 {
		close(t.named)
	}
}

// name returns the conversation's newest name; empty while there is none.
func (t *talk) name() engine.ConversationID {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.names) == 0 {
		return ""
	}
	return t.names[len(t.names)-1]
}

func (t *talk) allNames() []engine.ConversationID {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]engine.ConversationID(nil), t.names...)
}

// revise takes a sentence into account and returns it as it is to be told, or reports
// false where the engine knows it so. Several sockets may give the same.
func (t *talk) revise(s sentence) (uttered, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	known, ok := t.seen[s.id]
	if ok && !known.changedBy(s) {
		return uttered{}, false
	}
	next := uttered{told{s, 1}, ""}
	if ok {
		next = uttered{known.with(s), known.conversation}
	} else {
		if next.conversation = engine.ConversationID(t.connection); len(t.names) > 0 {
			next.conversation = t.names[len(t.names)-1]
		}
		t.order = append(t.order, s.id)
	}
	t.seen[s.id] = next
	if len(t.order) > maxSeen {
		delete(t.seen, t.order[0])
		t.order = t.order[1:]
	}
	return next, true
}
