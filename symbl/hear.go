package symbl

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"switchboard/engine"
)

// errNameless means that Symbl gave a connection no conversation: without one there is
// nothing to poll.
var errNameless = errors.New("Symbl has not said which conversation it hears")

// A hearing fetches what is heard through one connection, until Unlisten or Close. It
// is a goroutine that polls and one that holds the socket.
type hearing struct {
	client     *Client
	session    engine.SessionID
	connection engine.ConnectionID
	began      time.Time // house time
	cancel     context.CancelFunc
	nudge      chan struct{} // holds one when a sentence is final
	done       sync.WaitGroup

	mu           sync.Mutex
	conversation engine.ConversationID // empty until Symbl has named it

	// The poll's own.
	seen     map[string]told
	horizon  time.Time // sentences said until then have been forgotten
	failures int       // in a row
	answered time.Time // house time of the last good answer
	failing  bool
	why      string    // as a supervisor may read it
	failed   bool      // what the engine was told
	changed  time.Time // when failing last changed: names its entry
}

// told is what the engine knows of a sentence.
type told struct {
	sentence
	revision int
}

// changedBy reports whether a sentence says anything new. A score that is there no
// longer is nothing new.
func (t told) changedBy(s sentence) bool {
	return t.text != s.text || s.scored && (!t.scored || t.polarity != s.polarity)
}

// with returns what is told of a sentence that has changed.
func (t told) with(s sentence) told {
	if !s.scored {
		s.scored, s.polarity = t.scored, t.polarity
	}
	return told{s, t.revision + 1}
}

// fetch begins a hearing. One that is there already goes on, and at most learns its
// conversation.
func (c *Client) fetch(command engine.Command, action engine.Hear) engine.Body {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return engine.Refused{Command: command.Name, Reason: engine.ReasonOther, Detail: "the program is ending"}
	}
	if h, ok := c.heard[action.Connection]; ok {
		h.learn(action.Conversation)
		return engine.Accepted{Command: command.Name}
	}
	if len(c.heard) >= maxHeard {
		return engine.Refused{Command: command.Name, Reason: engine.ReasonLimit,
			Detail: fmt.Sprintf("%d calls are heard already", maxHeard)}
	}
	h := &hearing{
		client:     c,
		session:    command.Session,
		connection: action.Connection,
		began:      c.clock.Now(),
		nudge:      make(chan struct{}, 1),
		seen:       make(map[string]told),
	}
	h.answered = h.began
	h.learn(action.Conversation)
	ctx, cancel := context.WithCancel(c.ctx)
	h.cancel = cancel
	c.heard[action.Connection] = h
	for _, work := range []func(context.Context){h.poll, h.follow} {
		c.work.Add(1)
		h.done.Go(func() { defer c.work.Done(); work(ctx) })
	}
	return engine.Accepted{Command: command.Name}
}

// unhear ends a hearing, if there is one, waits for its goroutines, and returns the
// conversation that it heard.
func (c *Client) unhear(connection engine.ConnectionID) engine.ConversationID {
	c.mu.Lock()
	h, ok := c.heard[connection]
	delete(c.heard, connection)
	c.mu.Unlock()
	if !ok {
		return ""
	}
	h.cancel()
	h.done.Wait()
	return h.name()
}

// learn takes the conversation's name, the first time that it is known.
func (h *hearing) learn(conversation engine.ConversationID) {
	if !known(string(conversation)) {
		return
	}
	h.mu.Lock()
	first := h.conversation == ""
	if first {
		h.conversation = conversation
	}
	h.mu.Unlock()
	if first {
		h.poke()
	}
}

func (h *hearing) name() engine.ConversationID {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.conversation
}

// poke has the next poll come early.
func (h *hearing) poke() {
	select {
	case h.nudge <- struct{}{}:
	default: // it is to come early already
	}
}

// poll fetches and tells until ctx is done.
func (h *hearing) poll(ctx context.Context) {
	for {
		heard, err := h.fetch(ctx)
		if ctx.Err() != nil {
			return
		}
		h.weigh(err)
		wait := pollEvery
		if h.failures > 0 {
			wait = max(pollEvery, backoff(h.failures))
		}
		if !h.tell(ctx, heard) {
			wait = pollBusy
		}
		if !h.rest(ctx, wait, err == nil) {
			return
		}
	}
}

// fetch polls. It has less time than another request: a Symbl that hangs is to be
// told of within about failSilence, so that another feed can take over. So one that began
// early waits until then, and one that began late no longer.
func (h *hearing) fetch(ctx context.Context) ([]sentence, error) {
	conversation := h.name()
	if conversation == "" {
		return nil, errNameless
	}
	c := h.client
	patience := pollPatience
	if !h.failing {
		patience = max(failSilence-c.clock.Now().Sub(h.answered), pollLeast)
	}
	ctx, cancel := context.WithTimeout(ctx, c.patience(patience))
	defer cancel()
	return c.sentences(ctx, conversation)
}

// weigh decides whether the feed is failing.
func (h *hearing) weigh(err error) {
	now := h.client.clock.Now()
	failing := false
	switch {
	case err == nil:
		h.failures, h.answered = 0, now
	case errors.Is(err, errNameless): // the call is perhaps not even answered yet
		h.answered = now // nothing was asked
		failing = now.Sub(h.began) >= nameless
	default:
		h.failures++
		failing = h.failures >= failAfter || now.Sub(h.answered) >= failSilence
		h.client.engine.Note(engine.TroubleSymbl, err.Error())
	}
	if failing != h.failing {
		h.failing, h.changed = failing, now
	}
	if failing {
		h.why = err.Error()
	}
}

// tell submits what the engine does not know yet. It reports false when something was
// not taken in and is to be told again.
func (h *hearing) tell(ctx context.Context, heard []sentence) bool {
	if !h.tellState(ctx) {
		return false
	}
	for _, s := range heard {
		if !h.tellSentence(ctx, s) {
			return false
		}
	}
	return true
}

// tellState submits that the feed fails, or no longer does. A restarted program tells it
// again, so the moment of the change is in the entry's name, not a count.
func (h *hearing) tellState(ctx context.Context) bool {
	if h.failing == h.failed {
		return true
	}
	what, body := "back", engine.Body(engine.FeedBack{Session: h.session, Connection: h.connection})
	if h.failing {
		what, body = "failed", engine.FeedFailed{Session: h.session, Connection: h.connection, Why: h.why}
	}
	err := h.client.engine.Submit(ctx, engine.Entry{
		ID:       fmt.Sprintf("symbl/%s/%s/%d", h.connection, what, h.changed.UnixMilli()),
		By:       engine.BySymbl,
		Occurred: h.changed,
		Body:     body,
	})
	if err != nil {
		return false
	}
	h.failed = h.failing
	return true
}

// tellSentence submits a sentence that is new, or whose text or score has changed. A
// score that is there no longer is no change.
func (h *hearing) tellSentence(ctx context.Context, s sentence) bool {
	known, ok := h.seen[s.id]
	switch {
	case !ok && !s.start.After(h.horizon) && !h.horizon.IsZero():
		return true
	case ok && !known.changedBy(s):
		return true
	}
	next := told{s, 1}
	if ok {
		next = known.with(s)
	}
	if !h.utter(ctx, next.sentence, next.revision) {
		return false
	}
	h.remember(next)
	if ok || !s.scored || !s.end.Before(h.began.Add(-messageLag)) {
		return true
	}
	// There before this hearing began: the program that ran before may have told it while
	// it had no score, under the same name, and the journal leaves out names it knows.
	if !h.utter(ctx, s, 2) {
		delete(h.seen, s.id)
		return false
	}
	h.remember(told{s, 2})
	return true
}

func (h *hearing) utter(ctx context.Context, s sentence, revision int) bool {
	conversation := h.name()
	s = s.placed(h.client.clock.Now())
	err := h.client.engine.Submit(ctx, engine.Entry{
		ID:       fmt.Sprintf("symbl/%s/%s/%d", conversation, s.id, revision),
		By:       engine.BySymbl,
		Occurred: s.end,
		Body: engine.Uttered{
			Session:      h.session,
			Connection:   h.connection,
			Conversation: conversation,
			Message:      s.id,
			Revision:     revision,
			Text:         s.text,
			Start:        s.start,
			End:          s.end,
			Scored:       s.scored,
			Polarity:     s.polarity,
			Flags:        h.client.flags(s.text),
		},
	})
	return err == nil
}

// remember keeps what was told; past the limit the sentence said first is forgotten,
// and with it everything said until then.
func (h *hearing) remember(t told) {
	h.seen[t.id] = t
	if len(h.seen) <= maxSeen {
		return
	}
	oldest := t
	for _, other := range h.seen {
		if other.start.Before(oldest.start) {
			oldest = other
		}
	}
	delete(h.seen, oldest.id)
	if oldest.start.After(h.horizon) {
		h.horizon = oldest.start
	}
}

// rest waits until the next poll: for wait, or, where hasty, until a moment after a
// nudge if that is sooner. It reports false when ctx is done.
func (h *hearing) rest(ctx context.Context, wait time.Duration, hasty bool) bool {
	clock := h.client.clock
	due := clock.Now().Add(wait)
	timer := clock.Timer(wait)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			return true
		case <-h.nudge:
			now := clock.Now()
			if hasty && due.Sub(now) > pollNudged {
				due = now.Add(pollNudged)
				timer.Reset(clock.Wall(pollNudged))
			}
		}
	}
}
