package symbl

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"unicode/utf8"

	"switchboard/engine"
)

// A failure is why a request came to nothing, in words that a supervisor may read. It
// never holds a secret.
type failure struct {
	words  string
	status int  // what Symbl answered; 0 where it did not
	doubt  bool // perhaps carried out all the same
	err    error
}

func (f *failure) Error() string { return f.words }
func (f *failure) Unwrap() error { return f.err }

// passing reports whether the same request may well succeed a little later.
func passing(err error) bool {
	var f *failure
	return errors.As(err, &f) && (f.status == 0 || f.status == http.StatusTooManyRequests || f.status >= 500)
}

// unauthorized reports whether Symbl did not accept our token or credentials.
func unauthorized(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.status == http.StatusUnauthorized
}

// outcome returns what became of a command whose request failed.
func outcome(command engine.CommandName, err error) engine.Body {
	var f *failure
	if !errors.As(err, &f) {
		return engine.Refused{Command: command, Reason: engine.ReasonOther, Detail: err.Error()}
	}
	if f.doubt {
		return engine.Unanswered{Command: command, Detail: f.words}
	}
	return engine.Refused{Command: command, Reason: f.reason(), Detail: f.words}
}

func (f *failure) reason() engine.Reason {
	switch {
	case f.status == 0 || f.status >= 500:
		return engine.ReasonUnreachable
	case f.status == http.StatusTooManyRequests:
		return engine.ReasonPaced
	case f.status == http.StatusUnauthorized, f.status == http.StatusForbidden,
		f.status == http.StatusPaymentRequired:
		return engine.ReasonUnauthorized
	case f.status >= 400:
		return engine.ReasonInvalid
	default:
		return engine.ReasonOther
	}
}

// unanswered words an error of the network. Wish is what Symbl was asked to do, as in
// "give a token".
func (c *Client) unanswered(wish string, err error) *failure {
	return &failure{words: c.networkWords(wish, err), err: err}
}

func (c *Client) networkWords(wish string, err error) string {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		network     net.Error
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("Symbl does not resolve (%s): its public API appears to be gone; see the README", c.host)
	case errors.As(err, &dns):
		return fmt.Sprintf("Symbl's name cannot be looked up (%s): check the network", c.host)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("nobody listens at Symbl's address (%s): check SYMBL_API_URL", c.host)
	case errors.As(err, &certificate), errors.As(err, &authority):
		return fmt.Sprintf("Symbl's certificate is not valid (%s): check SYMBL_API_URL", c.host)
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Sprintf("Symbl's address does not speak TLS (%s): check SYMBL_API_URL", c.host)
	case errors.Is(err, context.Canceled):
		return "the request to Symbl was given up"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return fmt.Sprintf("Symbl did not answer in time when asked to %s (%s)", wish, c.host)
	default:
		return fmt.Sprintf("Symbl did not answer when asked to %s (%s)", wish, c.host)
	}
}

// answered words a refusal of Symbl's. Body is what it said, JSON or not.
func (c *Client) answered(wish string, status int, body []byte, secrets ...string) *failure {
	f := &failure{status: status}
	switch {
	case status == http.StatusUnauthorized:
		f.words = fmt.Sprintf("Symbl answered 401 when asked to %s: check SYMBL_APP_ID and SYMBL_APP_SECRET", wish)
	case status == http.StatusPaymentRequired:
		f.words = fmt.Sprintf("Symbl answered 402 when asked to %s: the account has no balance left", wish)
	case status == http.StatusForbidden:
		f.words = fmt.Sprintf("Symbl answered 403 when asked to %s: the account may not", wish)
	case status == http.StatusTooManyRequests:
		f.words = fmt.Sprintf("Symbl answered 429 when asked to %s: it does as much at once as the account allows", wish)
	case status >= 300 && status < 400:
		f.words = fmt.Sprintf("Symbl answered %d when asked to %s: check SYMBL_API_URL", status, wish)
	default:
		f.words = fmt.Sprintf("Symbl answered %d when asked to %s", status, wish)
	}
	if said := said(body); said != "" {
		f.words += " (" + clean(said, append(secrets, c.config.AppSecret)...) + ")"
	}
	return f
}

// said returns the message of an error's body. Some are not JSON (502, 504).
func said(body []byte) string {
	var message struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &message) == nil {
		return message.Message
	}
	return string(body)
}

// clean shortens words from outside to one line and takes secrets out of them.
func clean(words string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			words = strings.ReplaceAll(words, secret, "[secret]")
		}
	}
	words = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(words, ""))
	return cut(strings.Join(strings.Fields(words), " "), maxWords)
}

// cut returns the first n bytes of s, or fewer, so that no character is torn.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
