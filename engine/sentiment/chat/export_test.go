package chat

import "time"

// AnswerWithin sets how long a request may take.
func (c *Client) AnswerWithin(d time.Duration) { c.within = d }

// The limits that tests speak of.
const (
	MaxBatch    = maxBatch
	MaxAtOnce   = maxAtOnce
	MaxFailures = maxFailures
	MaxSentence = maxSentence
	Rest        = rest
)
