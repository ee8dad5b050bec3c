package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Every run answers GET /nonce/{nonce} with a text that only a switchboard with the same
// application and the same account's public key can know. So the doctor can tell whether
// an address leads to a switchboard, and to the right one. It proves nothing to a
// stranger, and tells him nothing.

const (
	noncePath  = "/nonce/"
	nonceBytes = 16
	maxNonce   = 64  // characters that are answered
	maxProof   = 256 // bytes of an answer that are read
)

// newNonce returns a text that nobody can have answered before.
func newNonce() string {
	b := make([]byte, nonceBytes)
	rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

// proof is the answer to a nonce.
func (c Config) proof(nonce string) string {
	mac := hmac.New(sha256.New, []byte(c.PublicKey))
	fmt.Fprintf(mac, "switchboard|%s|%s", c.ConnectionID, nonce)
	return hex.EncodeToString(mac.Sum(nil))
}

// answerNonce answers GET /nonce/{nonce}.
func (c Config) answerNonce(w http.ResponseWriter, r *http.Request) {
	nonce := r.PathValue("nonce")
	if len(nonce) > maxNonce {
		http.Error(w, "too long", http.StatusBadRequest)
		return
	}
	io.WriteString(w, c.proof(nonce)+"\n")
}

// Why an address does not lead to a switchboard that serves this configuration.
var (
	errNobodyThere = errors.New("nobody answers there")
	errNotUs       = errors.New("what answers there is no switchboard with this application")
)

// seek asks whether a base address leads to a switchboard of this configuration.
func (c Config) seek(ctx context.Context, base string, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	nonce := newNonce()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+noncePath+nonce, nil)
	if err != nil {
		return err
	}
	r.Header.Set("User-Agent", "switchboard")
	r.Header.Set("Ngrok-Skip-Browser-Warning", "1") // its page for browsers would come instead
	pool := &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment}
	client := http.Client{Transport: pool, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got, err := client.Do(r)
	if err != nil {
		var inURL *url.Error
		if errors.As(err, &inURL) {
			err = inURL.Err // without the nonce's address
		}
		return fmt.Errorf("%w: %w", errNobodyThere, plainly(err, Secret{}))
	}
	defer got.Body.Close()
	body, err := io.ReadAll(io.LimitReader(got.Body, maxProof))
	if err != nil {
		return fmt.Errorf("%w: %w", errNobodyThere, plainly(err, Secret{}))
	}
	if got.StatusCode != http.StatusOK || !hmac.Equal([]byte(strings.TrimSpace(string(body))), []byte(c.proof(nonce))) {
		return fmt.Errorf("%w: it says %s", errNotUs, got.Status)
	}
	return nil
}
