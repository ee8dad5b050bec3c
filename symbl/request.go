package symbl

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"switchboard/engine"
)

// A request is one question to Symbl.
type request struct {
	wish   string // as in "call us", for errors
	method string
	path   string // with its query
	body   any    // encoded as JSON; none where nil
	limit  int64  // bytes of the answer
	client *http.Client
}

func newHTTP(timeout time.Duration, fresh bool) *http.Client {
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
			TLSHandshakeTimeout:   dialTimeout,
			ResponseHeaderTimeout: timeout,
			IdleConnTimeout:       idleTimeout,
			MaxIdleConnsPerHost:   maxIdle,
			DisableKeepAlives:     fresh,
			ForceAttemptHTTP2:     true,
		},
		// A redirected POST would be sent twice, and a token to somebody else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ask sends a request with a token and decodes the answer into out. A token that is
// not accepted is replaced once: the 401 says that nothing else was done.
func (c *Client) ask(ctx context.Context, r request, out any) error {
	value, err := c.bearer(ctx)
	if err != nil {
		return err
	}
	err = c.send(ctx, r, value, out)
	if !unauthorized(err) {
		return err
	}
	c.token.forget(value)
	if value, err = c.bearer(ctx); err != nil {
		return err
	}
	if err = c.send(ctx, r, value, out); unauthorized(err) {
		c.token.forget(value)
	}
	return err
}

// send sends a request once and decodes the answer into out. Every error of it is a
// *failure.
func (c *Client) send(ctx context.Context, r request, bearer string, out any) error {
	var sent atomic.Bool // a connection was there to write to
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
	})
	question, err := c.question(ctx, r, bearer)
	if err != nil {
		return &failure{words: fmt.Sprintf("ask Symbl to %s: %s", r.wish, err), err: err}
	}
	response, err := r.client.Do(question)
	if err != nil {
		f := c.unanswered(r.wish, err)
		f.doubt = sent.Load()
		return f
	}
	defer response.Body.Close()
	if response.StatusCode < 500 {
		c.engine.Alive(engine.BySymbl)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		body, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer)) // its status says enough
		f := c.answered(r.wish, response.StatusCode, body, bearer)
		f.doubt = response.StatusCode >= 500
		return f
	}
	return c.read(r, response, out)
}

func (c *Client) question(ctx context.Context, r request, bearer string) (*http.Request, error) {
	var body io.Reader
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(encoded)
	}
	question, err := http.NewRequestWithContext(ctx, r.method, c.config.URL+r.path, body)
	if err != nil {
		return nil, err
	}
	question.Header.Set("Accept", "application/json")
	if r.body != nil {
		question.Header.Set("Content-Type", "application/json")
	}
	if bearer != "" {
		question.Header.Set("Authorization", "Bearer "+bearer)
	}
	return question, nil
}

// read decodes an answer that is good by its status. One that cannot be read leaves in
// doubt what was done.
func (c *Client) read(r request, response *http.Response, out any) error {
	body := &io.LimitedReader{R: response.Body, N: r.limit}
	err := json.NewDecoder(body).Decode(out)
	if err == nil {
		io.Copy(io.Discard, body) // so that the connection can be used again
		return nil
	}
	f := &failure{status: response.StatusCode, doubt: true, err: err}
	switch {
	case body.N <= 0:
		f.words = fmt.Sprintf("Symbl's answer is too long when asked to %s: over %d bytes", r.wish, r.limit)
	default:
		f.words = fmt.Sprintf("Symbl's answer cannot be read when asked to %s (%s)", r.wish, clean(err.Error()))
	}
	return f
}

// retry does something until it succeeds, fails in a way that does not pass, was tried
// maxTries times, or ctx is done. It waits in house time.
func (c *Client) retry(ctx context.Context, do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if err == nil || !passing(err) || try == maxTries {
			return err
		}
		if c.clock.Sleep(ctx, backoff(try)) != nil {
			return err
		}
	}
}

// backoff returns how long to wait after the nth failure in a row: twice as long each
// time, a quarter more or less, so that many calls do not ask at once.
func backoff(n int) time.Duration {
	wait := backoffMax
	if n < 6 {
		wait = min(backoffMin<<(n-1), backoffMax)
	}
	return wait*3/4 + rand.N(wait/2)
}

// patience returns how long on the wall to wait for something that a person waits for in
// house time. A fast clock makes it shorter, though not so short that a machine at work
// is taken for one that is dead.
func (c *Client) patience(house time.Duration) time.Duration {
	return max(c.clock.Wall(house), leastPatience)
}
