package telnyx

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Tolerance is how far the signature's time may be from ours, both ways, unless
// [Key.WithTolerance] says otherwise. It is that of Telnyx's own libraries.
const Tolerance = 300 * time.Second

// The headers of a signed webhook (section 10).
const (
	signatureHeader = "Telnyx-Signature-Ed25519"
	timestampHeader = "Telnyx-Timestamp"
)

// Why a webhook is refused. The set is closed: [Key.Verify] returns no other error.
var (
	ErrNoKey        = errors.New("no public key of Telnyx is configured, so every webhook is refused")
	ErrNoSignature  = errors.New("webhook carries no signature")
	ErrBadSignature = errors.New("webhook's signature is wrong: forged, or the public key is not this account's")
	ErrStale        = errors.New("webhook was signed too long ago: delivered late, or our clock is ahead")
	ErrFuture       = errors.New("webhook was signed in the future: our clock is behind")
)

// ErrKey means that a text is no public key of Telnyx.
var ErrKey = errors.New("public key is not the base64 of 32 bytes, as the Telnyx portal shows it")

// A Key is the public key that an account's webhooks are signed for. The zero Key
// refuses every webhook.
type Key struct {
	public    ed25519.PublicKey
	tolerance time.Duration
}

// ParseKey reads a public key as the Telnyx portal shows it: 32 bytes in base64. It
// returns [ErrKey] for anything else.
func ParseKey(text string) (Key, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return Key{}, ErrKey
	}
	return Key{public: raw, tolerance: Tolerance}, nil
}

// WithTolerance returns the key with another tolerance, both ways. Telnyx does not
// say whether a webhook that is sent again is signed again; where it is not, a
// longer tolerance lets late ones in.
func (k Key) WithTolerance(d time.Duration) Key {
	k.tolerance = d
	return k
}

// Verify reports why a webhook is to be refused, or nil. Body is the exact bytes as
// they came, now is house time. The signature is checked before its age, so that
// [ErrStale] and [ErrFuture] are only said of what Telnyx has truly signed.
func (k Key) Verify(header http.Header, body []byte, now time.Time) error {
	if len(k.public) != ed25519.PublicKeySize {
		return ErrNoKey
	}
	signed, stamp := header.Get(signatureHeader), header.Get(timestampHeader)
	if signed == "" || stamp == "" {
		return ErrNoSignature
	}
	signature, err := base64.StdEncoding.DecodeString(signed)
	if err != nil || len(signature) != ed25519.SignatureSize {
		return ErrBadSignature
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return ErrBadSignature
	}
	message := append(fmt.Appendf(make([]byte, 0, len(stamp)+1+len(body)), "%s|", stamp), body...)
	if !ed25519.Verify(k.public, message, signature) {
		return ErrBadSignature
	}
	switch age := now.Sub(time.Unix(seconds, 0)); {
	case age > k.tolerance:
		return ErrStale
	case age < -k.tolerance:
		return ErrFuture
	}
	return nil
}
