package symbl

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
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

	// The results of a telephone session are read from session/subscribe, not from the
	// resultWebSocketUrl of the answer (contracts/symbl.md, section 2).
	path := "/session/subscribe/" + url.PathEscape(string(h.connection))
	conn, err := h.client.dial(ctx, path, "give live words")
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	opened := h.client.clock.Now()
	p := new(pulse)
	conn.SetReadLimit(maxFrame)
	conn.SetPongHandler(func(string) error { p.sign(h.client.clock.Now()); return nil })
	pings.Go(func() { p.beat(ctx, conn, socketSilence) })
	h.poke() // what was final in the meantime
	for {
		kind, data, err := conn.ReadMessage()
		if err != nil {
			return h.client.clock.Now().Sub(opened), p.why(err)
		}
		p.sign(h.client.clock.Now())
		h.client.engine.Alive(engine.BySymbl)
		if kind == websocket.TextMessage {
			h.frame(data)
		}
	}
}

// dial opens a socket. The connection ends with ctx, also in mid-handshake. A token
// that is not accepted is replaced once.
func (c *Client) dial(ctx context.Context, path, wish string) (*websocket.Conn, error) {
	for try := 1; ; try++ {
		bearer, err := c.bearer(ctx)
		if err != nil {
			return nil, err
		}
		conn, err := c.dialAs(ctx, bearer, path, wish)
		if unauthorized(err) {
			c.token.forget(bearer)
			if try == 1 {
				continue
			}
		}
		return conn, err
	}
}

func (c *Client) dialAs(ctx context.Context, bearer, path, wish string) (*websocket.Conn, error) {
	network := net.Dialer{Timeout: dialTimeout}
	dialer := websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: c.config.Timeout,
		WriteBufferSize:  maxSend + 64, // a frame of sound and its header
		NetDialContext: func(dialling context.Context, kind, address string) (net.Conn, error) {
			conn, err := network.DialContext(dialling, kind, address)
			if err == nil {
				context.AfterFunc(ctx, func() { conn.Close() })
			}
			return conn, err
		},
	}
	// In a header, not in the address, which ends up in logs.
	conn, response, err := dialer.DialContext(ctx, c.config.SocketURL+path, http.Header{"X-API-KEY": {bearer}})
	switch {
	case err == nil:
		return conn, nil
	case response == nil:
		return nil, c.unanswered(wish, err)
	}
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer)) // its status says enough
	return nil, c.answered(wish, response.StatusCode, body, bearer)
}

// wall returns the moment d from now on the wall's clock: a socket's deadline is one,
// and house time would be wrong for it.
func wall(d time.Duration) time.Time {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	deadline, _ := ctx.Deadline()
	return deadline
}

// frame acts upon one message of the socket. Sentences in it are not used: the poll
// gives them, with the score, and only one source may count.
func (h *hearing) frame(data []byte) {
	body, err := decodeFrame(data)
	if err != nil {
		return
	}
	h.learn(body.conversation())
	switch body.Type {
	case "transcript_response", "recognition_result":
		h.partial(body.partial())
	case "message_response":
		h.poke()
	case "error":
		h.client.engine.Note(engine.TroubleSymbl, "Symbl reports an error on its socket: "+body.words())
	}
}

func (h *hearing) partial(text string) {
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
