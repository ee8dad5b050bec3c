package telnyx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// The limits of one webhook.
const (
	maxBody    = 64 << 10    // bytes; a real one has one or two thousand
	submitWait = time.Second // for the engine to have it durable; Telnyx gives us two
)

// An Engine takes in what happened. Its methods may be called from any goroutine.
type Engine interface {
	// Submit returns nil when the entry is durable, or known already. It gives up when
	// ctx is done, and tells the health line why by itself.
	Submit(ctx context.Context, entry engine.Entry) error

	// Note counts a trouble for the health line. It does not wait.
	Note(kind engine.TroubleKind, detail string)

	// Partial shows a sentence that is still being said. It does not wait.
	Partial(partial engine.Partial)
}

// A HandlerConfig says what a handler needs. Clock and Engine are required; with the
// zero Key every webhook is refused.
type HandlerConfig struct {
	Key    Key
	Clock  *clock.Clock // for the age of signatures
	Engine Engine
	Scorer Scorer // of the sentences that Telnyx writes down; nil: they come in unscored
	Media  *Media // takes the streams of sound; nil: none is taken

	// Pass is told each named point that a webhook passes: a test may end the program
	// there. It is nil in production.
	Pass func(point string)
}

// The points on a webhook's way, for [HandlerConfig.Pass].
const (
	Received  = "received"  // it has come whole
	Verified  = "verified"  // its signature is right
	Decoded   = "decoded"   // it is one of the engine's entries
	Submitted = "submitted" // it is durable, and not answered
)

// NewHandler returns the webhook server's handler: POST /webhook, or /Webhook, takes
// webhooks, GET /healthz answers while the process serves at all, and GET /media/{token}
// takes a stream of sound.
//
// The answers are those that make Telnyx do the right thing (section 11): 200 with an
// empty body for what is durable and for what we have no use for, 503 for what is to
// be sent again, and a 4xx, which is final, for what would be no better the next time.
// Every refusal is noted, for its event is lost.
func NewHandler(config HandlerConfig) http.Handler {
	if config.Pass == nil {
		config.Pass = func(string) {}
	}
	h := &handler{config}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /webhook", h.webhook)
	mux.HandleFunc("POST /Webhook", h.webhook)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	if config.Media != nil {
		mux.Handle("GET /media/{token}", config.Media)
	}
	return mux
}

type handler struct{ HandlerConfig }

func (h *handler) webhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		h.unread(w, err)
		return
	}
	h.Pass(Received)
	if err := h.Key.Verify(r.Header, body, h.Clock.Now()); err != nil {
		if _, format := Decode(body); errors.Is(err, ErrNoSignature) && errors.Is(format, ErrVersion1) {
			err = format // nobody has promised that the old format is signed: say what to change
		}
		h.refuse(w, http.StatusUnauthorized, troubleOf(err), err)
		return
	}
	h.Pass(Verified)
	event, err := open(body)
	if err != nil {
		h.refuse(w, http.StatusBadRequest, troubleOf(err), err)
		return
	}
	if p, ok := event.partial(); ok {
		p.At = h.Clock.Now()
		h.Engine.Partial(p)
		w.WriteHeader(http.StatusOK)
		return
	}
	entry, err := event.entry()
	switch {
	case errors.Is(err, ErrExpected):
		w.WriteHeader(http.StatusOK)
		return
	case errors.Is(err, ErrUnusable):
		h.Engine.Note(engine.TroubleUnusable, err.Error())
		w.WriteHeader(http.StatusOK)
		return
	case err != nil:
		h.refuse(w, http.StatusBadRequest, troubleOf(err), err)
		return
	}
	entry.Body = h.scored(entry.Body)
	h.Pass(Decoded)
	ctx, cancel := context.WithTimeout(r.Context(), submitWait)
	defer cancel()
	if err := h.Engine.Submit(ctx, entry); err != nil {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "not taken in, send it again", http.StatusServiceUnavailable)
		return
	}
	h.Pass(Submitted)
	w.WriteHeader(http.StatusOK)
}

// unread answers a request whose body is too large, or did not come to its end.
func (h *handler) unread(w http.ResponseWriter, err error) {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = fmt.Errorf("%w: it is larger than %d KiB", ErrMalformed, maxBody>>10)
		h.refuse(w, http.StatusRequestEntityTooLarge, engine.TroubleMalformed, err)
		return
	}
	err = fmt.Errorf("%w: it broke off", ErrMalformed)
	h.refuse(w, http.StatusBadRequest, engine.TroubleMalformed, err)
}

func (h *handler) refuse(w http.ResponseWriter, status int, kind engine.TroubleKind, why error) {
	h.Engine.Note(kind, why.Error())
	http.Error(w, why.Error(), status)
}

// troubleOf names the trouble that an error of Verify or Decode stands for.
func troubleOf(err error) engine.TroubleKind {
	switch {
	case errors.Is(err, ErrStale), errors.Is(err, ErrFuture):
		return engine.TroubleStale
	case errors.Is(err, ErrNoKey), errors.Is(err, ErrNoSignature), errors.Is(err, ErrBadSignature):
		return engine.TroubleSignature
	case errors.Is(err, ErrVersion1):
		return engine.TroubleVersion
	default:
		return engine.TroubleMalformed
	}
}
