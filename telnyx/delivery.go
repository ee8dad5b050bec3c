package telnyx

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"switchboard/engine"
)

// The limits of a command's tries.
const (
	maxTries   = 5
	firstWait  = 2 * time.Second        // for an answer, in socket time; the nth try waits n times as long
	maxWait    = 5 * time.Second        // but no longer
	firstPause = 250 * time.Millisecond // between tries, in house time; doubles each time
	maxPause   = time.Hour              // of what Telnyx may ask for
	maxAnswer  = 1 << 20                // bytes of an answer that are read
	maxDetail  = 300                    // bytes of Telnyx's words that are kept
	maxIdle    = 64                     // connections: as many as the runner runs commands
)

// A delivery is the carrying out of one command. Its requests share the time that is
// left and the doubt whether one of them had an effect.
type delivery struct {
	client  *Client
	name    engine.CommandName
	id      string    // command_id: the same in every try
	until   time.Time // house time from which on nothing more is sent
	once    bool      // it makes a leg: that another leg is gone settles no doubt
	perhaps bool      // a try was sent, not answered, and may have been carried out
}

func (c *Client) deliver(command engine.Command) *delivery {
	_, dials := command.Action.(engine.Dial)
	d := &delivery{
		client: c,
		name:   command.Name,
		id:     uuid.NewSHA1(c.epoch, []byte(command.Name)).String(),
		until:  command.Decided.Add(engine.CommandLife),
		once:   dials,
	}
	if command.Repeat() == engine.Natural {
		d.until = c.config.Clock.Now().Add(engine.CommandLife)
	}
	return d
}

// late reports whether the command is too old to be sent.
func (d *delivery) late() bool { return !d.client.config.Clock.Now().Before(d.until) }

// pause waits in house time, and reports whether something may be sent after it.
func (d *delivery) pause(ctx context.Context, wait time.Duration) bool {
	house := d.client.config.Clock
	if !house.Now().Add(wait).Before(d.until) {
		return false
	}
	return house.Sleep(ctx, wait) == nil && !d.late()
}

// backoff returns how long to wait after the nth try, with jitter.
func backoff(try int) time.Duration {
	pause := firstPause << (try - 1)
	return pause + rand.N(pause/2)
}

// A failure says why a request brought nothing.
type failure struct {
	reason engine.Reason // zero where unsure
	detail string
	codes  []string      // Telnyx's own, of the errors that a refusal carries
	unsure bool          // it may have been carried out
	again  bool          // the same request may fare better
	after  time.Duration // but not before, in house time
}

// outcome tells what a failure makes of the command.
func (d *delivery) outcome(f *failure) engine.Body {
	gone := f.reason == engine.ReasonEnded || f.reason == engine.ReasonNoConference
	switch {
	case d.perhaps && (d.once || !gone):
		return engine.Unanswered{Command: d.name, Detail: f.detail}
	case f.unsure: // a question was not answered, and nothing was ordered yet
		return engine.Refused{Command: d.name, Reason: engine.ReasonUnreachable, Detail: f.detail}
	default:
		return engine.Refused{Command: d.name, Reason: f.reason, Detail: f.detail}
	}
}

// send sends a request until it is answered for good, at most [maxTries] times and
// never past the command's life, each time byte for byte the same. It returns the
// body of the answer, or why there is none.
func (d *delivery) send(ctx context.Context, r request) ([]byte, *failure) {
	a, f := d.answer(ctx, r)
	if f != nil {
		return nil, f
	}
	return a.body, nil
}

// answer sends a request as send does, and returns the last answer whatever it is.
func (d *delivery) answer(ctx context.Context, r request) (answer, *failure) {
	if !r.whole {
		return answer{}, &failure{reason: engine.ReasonInvalid, detail: "the command does not name all that it is about"}
	}
	var body []byte
	if r.body != nil {
		var err error
		if body, err = json.Marshal(r.body); err != nil {
			panic(fmt.Sprintf("telnyx: encode %T: %v", r.body, err)) // plain structs: it cannot fail
		}
	}
	for try := 1; ; try++ {
		wait := min(d.client.config.Wait*time.Duration(try), maxWait)
		if r.method != http.MethodGet {
			d.client.config.Pass(BeforeTry)
		}
		a := d.client.try(ctx, r, body, wait)
		if r.method != http.MethodGet {
			d.client.config.Pass(AfterTry)
		}
		f := d.client.judge(r, a)
		if f == nil {
			return a, nil
		}
		if f.unsure && r.method != http.MethodGet {
			d.perhaps = true
		}
		if !f.again || r.once && f.unsure || try == maxTries || !d.pause(ctx, max(f.after, backoff(try))) {
			return a, f
		}
	}
}

// An answer is what one try brought: a status and a body, or why there is none.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error
	sent   bool // there was a connection, so Telnyx may have read the request
	wait   time.Duration
}

// try sends a request once and waits for its answer, in socket time.
func (c *Client) try(ctx context.Context, r request, body []byte, wait time.Duration) answer {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
	})
	target := c.base + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode() // Telnyx ignores brackets that are not escaped (section 1)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, bytes.NewReader(body))
	if err != nil {
		return answer{err: err}
	}
	req.Header.Set("Authorization", "Bearer "+c.config.Key)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "switchboard")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{err: err, sent: sent.Load(), wait: wait}
	}
	defer resp.Body.Close()
	read, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return answer{err: err, sent: true, wait: wait}
	}
	return answer{status: resp.StatusCode, header: resp.Header, body: read}
}

// judge says why an answer is not the one that was wanted, or returns nil.
func (c *Client) judge(r request, a answer) *failure {
	var f failure
	switch {
	case a.err != nil && !a.sent:
		f = failure{reason: engine.ReasonUnreachable, detail: "Telnyx cannot be reached: " + a.why(), again: true}
	case a.err != nil:
		f = failure{detail: "Telnyx did not answer: " + a.why(), unsure: true, again: true}
	case a.status >= 200 && a.status < 300:
		return nil
	case a.status >= 500 || a.status == http.StatusRequestTimeout:
		f = failure{detail: a.words(), unsure: true, again: true, after: a.retryAfter(c.config.Clock.Now())}
	case a.status == http.StatusTooManyRequests:
		f = failure{reason: engine.ReasonPaced, detail: a.words(), again: true, after: a.retryAfter(c.config.Clock.Now())}
	default:
		reason := refusal(r, a)
		again := reason == engine.ReasonNotAnswered || a.status == http.StatusConflict
		f = failure{reason: reason, detail: a.words(), codes: a.codes(), again: again}
	}
	f.detail = c.safe(f.detail)
	return &f
}

// safe returns a text that the console may keep: not too long and without the key,
// should the far end repeat it.
func (c *Client) safe(s string) string {
	if c.config.Key != "" {
		s = strings.ReplaceAll(s, c.config.Key, "(key)")
	}
	return cut(s, maxDetail)
}

// why returns the cause of a missing answer, without the URL and its ids.
func (a answer) why() string {
	switch {
	case errors.Is(a.err, context.DeadlineExceeded):
		return fmt.Sprintf("nothing came in %s", a.wait)
	case errors.Is(a.err, context.Canceled):
		return "the program is ending"
	}
	var inURL *url.Error
	if errors.As(a.err, &inURL) {
		return inURL.Err.Error()
	}
	return a.err.Error()
}

// retryAfter returns how long Telnyx asks us to wait, or zero.
func (a answer) retryAfter(now time.Time) time.Duration {
	for _, name := range []string{"Retry-After", "X-Ratelimit-Reset"} {
		value := a.header.Get(name)
		if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
			return min(time.Duration(seconds)*time.Second, maxPause)
		}
		if at, err := http.ParseTime(value); err == nil {
			return min(max(at.Sub(now), 0), maxPause)
		}
	}
	return 0
}
