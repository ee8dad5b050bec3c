package telnyx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// The limits of what is asked of an account.
const (
	accountLife = 10 * time.Second // house time from which on a question is not sent again
	pageSize    = 250              // the most there are on a page (section 1)
	maxPages    = 40               // of a list; the rest is left out
)

// What an [Account] cannot do, or a [Client] cannot learn, is one of these, wrapped with
// what was being done and with Telnyx's own words.
var (
	// ErrKeyRefused means that the key is wrong.
	ErrKeyRefused = errors.New("Telnyx does not accept this API key; copy it whole from portal.telnyx.com, " +
		"Account Settings, Keys & Credentials, API Keys (it begins with KEY)")

	// ErrNotAllowed means that the key is right and may not do this.
	ErrNotAllowed = errors.New("the account, or its user whose API key this is, may not do that; " +
		"portal.telnyx.com tells what is not verified yet")

	// ErrNoSuch means that the account does not have what was named.
	ErrNoSuch = errors.New("the account of this API key has no such thing; was it copied from another account?")

	// ErrBusy means that Telnyx takes no more requests at present.
	ErrBusy = errors.New("Telnyx has had too many requests; try again in a minute")

	// ErrUnreachable means that no answer came.
	ErrUnreachable = errors.New("Telnyx gave no answer; look whether this machine reaches the internet, and status.telnyx.com")

	// ErrRefused means that Telnyx read the request and does not do it.
	ErrRefused = errors.New("Telnyx refuses")

	// ErrStrange means that Telnyx's answer cannot be read.
	ErrStrange = errors.New("Telnyx's answer cannot be read; is TELNYX_API_URL Telnyx's?")
)

// An AccountConfig says what an [Account] needs. Transport and Wait may be left out.
type AccountConfig struct {
	// URL is the API's, as in "https://api.telnyx.com/v2".
	URL string

	// Key is the API key. It never appears in an error.
	Key string

	// Clock gives house time, for back-off.
	Clock *clock.Clock

	// Transport carries the requests; nil is a pool of connections of the account's own.
	Transport http.RoundTripper

	// Wait is how long, in socket time, the first try waits for its answer; zero is
	// two seconds. Later tries wait longer.
	Wait time.Duration
}

// An Account is what the portal shows of a Telnyx account, asked and changed by API:
// numbers, Call Control applications, outbound voice profiles, the public key. It has the
// manners of [Client]: what is safe to be sent again is, a few times, for at most ten
// seconds of house time. Its methods may be called from any goroutine.
type Account struct{ client *Client }

// NewAccount returns an account. It opens no connection before its first question.
func NewAccount(c AccountConfig) *Account {
	return &Account{NewClient(ClientConfig{URL: c.URL, Key: c.Key, Clock: c.Clock, Transport: c.Transport, Wait: c.Wait})}
}

// Close gives the idle connections back.
func (a *Account) Close() { a.client.Close() }

// send sends a request of the given purpose, as in "list the numbers".
func (a *Account) send(ctx context.Context, purpose string, r request) (answer, error) {
	r.whole = true
	got, f := a.client.ask(ctx, r)
	if f == nil {
		return got, nil
	}
	return got, wrong(purpose, got, f)
}

// ask sends a request that belongs to no command.
func (c *Client) ask(ctx context.Context, r request) (answer, *failure) {
	d := &delivery{client: c, until: c.config.Clock.Now().Add(accountLife)}
	return d.answer(ctx, r)
}

// wrong returns the error of a request that brought nothing.
func wrong(purpose string, got answer, f *failure) error {
	err := fmt.Errorf("%s: %w: %s", purpose, kindOf(f, got.status), f.detail)
	if f.unsure {
		err = &unsureError{err}
	}
	return err
}

// An unsureError says that a request may have been carried out all the same.
type unsureError struct{ error }

// Unwrap returns what went wrong.
func (e *unsureError) Unwrap() error { return e.error }

// kindOf returns the error that a failure is.
func kindOf(f *failure, status int) error {
	switch {
	case f.unsure, f.reason == engine.ReasonUnreachable:
		return ErrUnreachable
	case status == http.StatusUnauthorized:
		return ErrKeyRefused
	case status == http.StatusForbidden, f.reason == engine.ReasonUnauthorized:
		return ErrNotAllowed
	case status == http.StatusNotFound:
		return ErrNoSuch
	case status == http.StatusTooManyRequests:
		return ErrBusy
	default:
		return ErrRefused
	}
}

// one sends a request and reads the one thing that it is answered with.
func one[T any](ctx context.Context, a *Account, purpose string, r request) (T, error) {
	var body struct{ Data T }
	got, err := a.send(ctx, purpose, r)
	if err == nil && !readable(json.Unmarshal(got.body, &body)) {
		err = fmt.Errorf("%s: %w", purpose, ErrStrange)
	}
	return body.Data, err
}

// all reads every page of a list.
//
// Pages are numbered from 1, and the answer's meta tells how many there are
// (developers.telnyx.com, API fundamentals, Pagination; section 1).
func all[T any](ctx context.Context, a *Account, purpose, path string, filter url.Values) ([]T, error) {
	var list []T
	for page := 1; page <= maxPages; page++ {
		query := url.Values{"page[number]": {strconv.Itoa(page)}, "page[size]": {strconv.Itoa(pageSize)}}
		for name, values := range filter {
			query[name] = values
		}
		got, err := a.send(ctx, purpose, request{method: http.MethodGet, path: path, query: query})
		if err != nil {
			return nil, err
		}
		var body struct {
			Data []T
			Meta struct {
				Pages int `json:"total_pages"`
			}
		}
		if !readable(json.Unmarshal(got.body, &body)) {
			return nil, fmt.Errorf("%s: %w", purpose, ErrStrange)
		}
		list = append(list, body.Data...)
		if page >= body.Meta.Pages || len(body.Data) == 0 {
			break
		}
	}
	return list, nil
}

// PublicKey returns the key that the account's webhooks are signed for, in base64: what
// [ParseKey] reads. Telnyx's libraries and reference do not list the operation; public
// code uses it, as in `curl https://api.telnyx.com/v2/public_key | jq .data.public`, and
// the answer is {"data":{"public":"…","record_type":"public_key","organization_id":"…"}}.
// Where it cannot be had, the portal shows the key.
func (a *Account) PublicKey(ctx context.Context) (string, error) {
	const purpose = "fetch the public key"
	got, err := one[struct{ Public string }](ctx, a, purpose, request{method: http.MethodGet, path: "/public_key"})
	if err != nil {
		return "", err
	}
	if _, err := ParseKey(got.Public); err != nil {
		return "", fmt.Errorf("%s: %w", purpose, ErrStrange)
	}
	return got.Public, nil
}

// Time returns what time it is at Telnyx, by the second, from the Date header of an
// answer. What is asked costs nothing and needs no right key.
func (a *Account) Time(ctx context.Context) (time.Time, error) {
	const purpose = "ask Telnyx for the time"
	got, err := a.send(ctx, purpose, request{method: http.MethodGet, path: "/public_key"})
	if got.status == 0 {
		return time.Time{}, err
	}
	at, err := http.ParseTime(got.header.Get("Date"))
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", purpose, ErrStrange)
	}
	return at, nil
}

// A Balance is what is left to spend, in decimals of a currency such as USD.
type Balance struct {
	Available string // balance and credit
	Currency  string
}

// Balance returns what the account may spend: GET /balance (telnyx-go, balance.go). At
// nothing no call is dialled.
func (a *Account) Balance(ctx context.Context) (Balance, error) {
	got, err := one[struct {
		Available text `json:"available_credit"`
		Currency  text
	}](ctx, a, "fetch the balance", request{method: http.MethodGet, path: "/balance"})
	return Balance{string(got.Available), string(got.Currency)}, err
}
