package symbl

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// A token is Symbl's leave to ask for things, kept until shortly before it dies.
type token struct {
	flight chan struct{} // holds one while a token is being asked for

	mu    sync.Mutex
	value string
	renew time.Time // house time from which on a new one is asked for
	dies  time.Time // house time
}

// bearer returns a token that is alive, asking for one where need be. Only one request
// for a token is under way at a time. Its errors never leave in doubt whether something
// else was done.
func (c *Client) bearer(ctx context.Context) (string, error) {
	if value, ok := c.token.fresh(c.clock.Now()); ok {
		return value, nil
	}
	select {
	case c.token.flight <- struct{}{}:
		defer func() { <-c.token.flight }()
	case <-ctx.Done():
		return "", c.unanswered("give a token", ctx.Err())
	}
	if value, ok := c.token.fresh(c.clock.Now()); ok {
		return value, nil // somebody else's flight has brought it
	}
	value, life, err := c.generate(ctx)
	if err != nil {
		if value, ok := c.token.spare(c.clock.Now()); ok {
			return value, nil
		}
		return "", err
	}
	c.token.keep(value, life, c.clock.Now())
	return value, nil
}

// generate asks for a token and returns it with the time it has left.
func (c *Client) generate(ctx context.Context) (string, time.Duration, error) {
	var answer struct {
		AccessToken string `json:"accessToken"`
		ExpiresIn   int64  `json:"expiresIn"` // seconds left
	}
	err := c.send(ctx, request{
		wish:   "give a token",
		method: http.MethodPost,
		path:   "/oauth2/token:generate",
		limit:  maxAnswer,
		client: c.http,
		body: struct {
			Type      string `json:"type"`
			AppID     string `json:"appId"`
			AppSecret string `json:"appSecret"`
		}{"application", c.config.AppID, c.config.AppSecret},
	}, "", &answer)
	if err != nil {
		if f, ok := err.(*failure); ok {
			f.doubt = false // whatever the token was wanted for was not asked
		}
		return "", 0, err
	}
	if answer.AccessToken == "" {
		return "", 0, &failure{words: "Symbl gave an empty token", status: http.StatusOK}
	}
	const maxLife = 7 * 24 * 60 * 60
	return answer.AccessToken, time.Duration(min(max(answer.ExpiresIn, 0), maxLife)) * time.Second, nil
}

// fresh returns the token while it need not be renewed.
func (t *token) fresh(now time.Time) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.value, t.value != "" && now.Before(t.renew)
}

// spare returns the token while it is alive, though it should be renewed, and puts the
// next attempt to do so off a little.
func (t *token) spare(now time.Time) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.renew = now.Add(renewLeast)
	return t.value, t.value != "" && now.Before(t.dies)
}

// keep takes a token that has life left from now. Asked early, Symbl hands back the
// same token with less time left (contracts/symbl.md, section 1): the margin is never
// more than half of what is left, nor the next request sooner than renewLeast, so that
// renewing does not become a loop.
func (t *token) keep(value string, life time.Duration, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	margin := min(renewEarly, life/2)
	t.value = value
	t.dies = now.Add(life)
	t.renew = now.Add(max(life-margin, renewLeast))
}

// forget drops a token that Symbl does not accept, unless it was replaced since.
func (t *token) forget(value string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value == value {
		t.value = ""
	}
}
