package symbl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"switchboard/engine"
)

// follow holds the subscribe socket open until ctx is done. It gives words that are
// still being said and says when to poll; without it a call is heard all the same, a
// little later.
func (h *hearing) follow(ctx context.Context) {
	for failures := 0; ; {
		open, err := h.subscribe(ctx)
		if ctx.Err() != nil {
			return
		}
		if open >= socketGood {
			failures = 0
		}
		failures++
		// A connection that ends closes its socket before we are told that it ends.
		if failures == 1 && !websocket.IsCloseError(err, websocket.CloseNormalClosure) || failures == 2 {
			h.client.engine.Note(engine.TroubleSymbl,
				"live words are missing, sentences still come: "+clean(err.Error()))
		}
		if h.client.clock.Sleep(ctx, backoff(failures)) != nil {
			return
		}
	}
}

// subscribe opens the socket and reads until it breaks. It returns how long the socket
// was open, in house time, and why it broke or did not open.
func (h *hearing) subscribe(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithCancel(ctx)
	var pings sync.WaitGroup
	defer pings.Wait()
	defer cancel()

	conn, err := h.dial(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	opened := h.client.clock.Now()
	conn.SetReadLimit(maxFrame)
	conn.SetReadDeadline(wall(socketSilence))
	conn.SetPongHandler(func(string) error { return conn.SetReadDeadline(wall(socketSilence)) })
	pings.Go(func() { ping(ctx, conn) })
	h.poke() // what was final in the meantime
	for {
		kind, data, err := conn.ReadMessage()
		if err != nil {
			return h.client.clock.Now().Sub(opened), err
		}
		conn.SetReadDeadline(wall(socketSilence))
		h.client.engine.Alive(engine.BySymbl)
		if kind == websocket.TextMessage {
			h.frame(data)
		}
	}
}

// dial opens the socket. The connection ends with ctx, also in mid-handshake.
//
// The results of a telephone session are read from session/subscribe, not from the
// resultWebSocketUrl of the answer (contracts/symbl.md, section 2).
func (h *hearing) dial(ctx context.Context) (*websocket.Conn, error) {
	c := h.client
	bearer, err := c.bearer(ctx)
	if err != nil {
		return nil, err
	}
	network := net.Dialer{Timeout: dialTimeout}
	dialer := websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: c.config.Timeout,
		NetDialContext: func(dialling context.Context, kind, address string) (net.Conn, error) {
			conn, err := network.DialContext(dialling, kind, address)
			if err == nil {
				context.AfterFunc(ctx, func() { conn.Close() })
			}
			return conn, err
		},
	}
	address := c.config.SocketURL + "/session/subscribe/" + url.PathEscape(string(h.connection))
	// In a header, not in the address, which ends up in logs.
	conn, response, err := dialer.DialContext(ctx, address, http.Header{"X-API-KEY": {bearer}})
	switch {
	case err == nil:
		return conn, nil
	case response == nil:
		return nil, c.unanswered("give live words", err)
	case response.StatusCode == http.StatusUnauthorized:
		c.token.forget(bearer)
	}
	return nil, c.answered("give live words", response.StatusCode, nil)
}

// ping keeps the socket alive until ctx is done. A dead one is noticed by the reader,
// whose deadline only pongs and messages put off.
func ping(ctx context.Context, conn *websocket.Conn) {
	for {
		wait, cancel := context.WithTimeout(ctx, pingEvery)
		<-wait.Done()
		cancel()
		if ctx.Err() != nil {
			return
		}
		if conn.WriteControl(websocket.PingMessage, nil, wall(writeTimeout)) != nil {
			conn.Close()
			return
		}
	}
}

// wall returns the moment d from now on the wall's clock: a socket's deadline is one,
// and house time would be wrong for it.
func wall(d time.Duration) time.Time {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	deadline, _ := ctx.Deadline()
	return deadline
}

type (
	// A frame is what the socket says. There are two envelopes: results are at the top,
	// lifecycle is inside message, which for an error may be a plain text instead.
	frame struct {
		frameBody
		Message json.RawMessage `json:"message"`
	}

	frameBody struct {
		Type    string `json:"type"`
		Payload struct {
			Content string `json:"content"`
		} `json:"payload"`
		Punctuated struct {
			Transcript string `json:"transcript"`
		} `json:"punctuated"`
		ConversationID engine.ConversationID `json:"conversationId"`
		Data           struct {
			ConversationID engine.ConversationID `json:"conversationId"`
		} `json:"data"`
		Details json.RawMessage `json:"details"`
	}
)

// errFrame means that a frame is not one that we know how to read.
var errFrame = errors.New("not a frame of Symbl's")

// decodeFrame returns what is in a frame, without its envelope.
func decodeFrame(data []byte) (frameBody, error) {
	var f frame
	if err := json.Unmarshal(data, &f); err != nil || f.Type == "" {
		return frameBody{}, errFrame // keep-alives are not JSON
	}
	if f.Type != "message" {
		return f.frameBody, nil
	}
	var inner frameBody
	if err := json.Unmarshal(f.Message, &inner); err != nil || inner.Type == "" {
		return frameBody{}, errFrame
	}
	return inner, nil
}

// frame acts upon one message of the socket. Sentences in it are not used: the poll
// gives them, with the score, and only one source may count.
func (h *hearing) frame(data []byte) {
	body, err := decodeFrame(data)
	if err != nil {
		return
	}
	h.learn(body.ConversationID)
	h.learn(body.Data.ConversationID)
	switch body.Type {
	case "transcript_response":
		h.partial(body.Payload.Content)
	case "recognition_result":
		h.partial(body.Punctuated.Transcript)
	case "message_response":
		h.poke()
	case "error":
		details := clean(string(bytes.Trim(body.Details, `"`)))
		h.client.engine.Note(engine.TroubleSymbl, strings.TrimSpace("Symbl reports an error on its socket: "+details))
	}
}

func (h *hearing) partial(text string) {
	text = cut(strings.TrimSpace(strings.ToValidUTF8(text, "")), maxSentence)
	if text == "" {
		return
	}
	h.client.engine.Partial(engine.Partial{
		Session: h.session,
		Speaker: engine.SpeakerUnknown,
		Text:    text,
		At:      h.client.clock.Now(),
	})
}
