package chat

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"switchboard/engine"
)

// Why a sentence is not asked about at all.
var (
	errClosed  = errors.New("the chat scorer is being closed")
	errResting = fmt.Errorf("the chat scorer failed %d times in a row and is left alone for %v", maxFailures, rest)
	errFull    = errors.New("the chat scorer has too many sentences to ask about")
)

// A batch is the sentences of one request. Whoever waits for its end may read the rest.
type batch struct {
	texts []string
	full  chan struct{} // closed when it gathers no more
	done  chan struct{} // closed when it is known what became of it

	scores []score
	err    *failure
}

// A score is what the model says of one sentence.
type score struct {
	polarity engine.Polarity
	flags    engine.Flags
}

// join puts a sentence into the batch that gathers just now, or begins one, and returns
// it with the sentence's place there.
func (c *Client) join(text string) (*batch, int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return nil, 0, errClosed
	case c.config.Clock.Now().Before(c.resting):
		return nil, 0, fmt.Errorf("%w: %s", errResting, c.failed) // what it failed for says what to mend
	case c.waiting >= maxWaiting:
		return nil, 0, errFull
	}
	if c.open == nil {
		b := &batch{full: make(chan struct{}), done: make(chan struct{})}
		c.open = b
		c.work.Go(func() { c.carry(b) })
	}
	b := c.open
	b.texts = append(b.texts, cut(text))
	c.waiting++
	if len(b.texts) == maxBatch {
		c.open = nil
		close(b.full)
	}
	return b, len(b.texts) - 1, nil
}

// cut returns a text that is valid and not too long.
func cut(text string) string {
	text = strings.ToValidUTF8(text, "")
	if len(text) <= maxSentence {
		return text
	}
	end := maxSentence
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// carry waits for a batch to fill, asks, and tells what came of it.
func (c *Client) carry(b *batch) {
	timer := c.config.Clock.Timer(gathering)
	defer timer.Stop()
	select {
	case <-b.full:
	case <-timer.C:
	case <-c.ctx.Done():
	}
	c.mu.Lock()
	if c.open == b {
		c.open = nil
	}
	c.mu.Unlock()

	b.scores, b.err = c.ask(b.texts)
	c.settle(b)
	close(b.done)
}

// settle counts how often it has failed in a row. After the rest one more failure is
// enough to rest again.
func (c *Client) settle(b *batch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting -= len(b.texts)
	if b.err == nil {
		c.failures = 0
		return
	}
	if c.ctx.Err() != nil {
		return // our own doing
	}
	if c.failures++; c.failures >= maxFailures {
		c.resting, c.failed = c.config.Clock.Now().Add(rest), b.err.detail
	}
}
