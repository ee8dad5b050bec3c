package symbltest

import (
	"context"
	"net/http"

	"github.com/gorilla/websocket"
)

// A socket is one listener's, to what a connection hears.
type socket struct {
	frames chan any
	cancel context.CancelFunc
}

var upgrader = websocket.Upgrader{}

// subscribe shows one listener what a connection hears. A connection that is not known
// is no error: nothing is ever said (contracts/symbl.md, section 3.4).
func (s *Server) subscribe(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	dropping := s.faults.DropSockets
	s.mu.Unlock()
	if dropping {
		refuse(w, http.StatusServiceUnavailable, "As it was told")
		return
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // it has answered
	}
	defer conn.Close()
	ctx, cancel := context.WithCancel(s.life())
	defer cancel()
	defer s.attach(r.PathValue("connection"), &socket{make(chan any, maxQueue), cancel}, ctx, conn)()
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			return // pings are answered in here; nothing else is expected
		}
	}
}

// attach begins to write to a socket, and returns what ends it and waits for that.
func (s *Server) attach(id string, k *socket, ctx context.Context, conn *websocket.Conn) func() {
	s.mu.Lock()
	s.counts.Sockets++
	c, ok := s.connections[id]
	if !ok {
		c, ok = s.talks[id]
	}
	switch {
	case s.faults.DropSockets || s.down || ok && len(c.sockets) >= maxSockets:
		k.cancel()
	case ok:
		c.sockets[k] = struct{}{}
		k.show(named(c))
	}
	s.mu.Unlock()
	written := make(chan struct{})
	go func() {
		defer close(written)
		k.write(ctx, conn)
	}()
	return func() {
		s.mu.Lock()
		if ok {
			delete(c.sockets, k)
		}
		s.mu.Unlock()
		k.cancel()
		<-written
	}
}

// write writes frames until ctx is done, and then closes the connection.
func (k *socket) write(ctx context.Context, conn *websocket.Conn) {
	defer conn.Close()
	for {
		select {
		case <-ctx.Done():
			if context.Cause(ctx) != errKilled {
				goodbye(conn, websocket.CloseNormalClosure, "")
			}
			return
		case frame := <-k.frames:
			if last, ok := frame.(lastFrame); ok {
				goodbye(conn, last.code, last.words)
				return
			}
			conn.SetWriteDeadline(wall(writeTimeout))
			if conn.WriteJSON(frame) != nil {
				return
			}
		}
	}
}

// A lastFrame is no frame, but has the socket closed.
type lastFrame struct {
	code  int
	words string
}

func goodbye(conn *websocket.Conn, code int, words string) {
	conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, words), wall(writeTimeout))
}

// show has a frame written; one that a slow listener has no room for is lost.
func (k *socket) show(frame any) {
	select {
	case k.frames <- frame:
	default:
	}
}

func (c *connection) show(frame any) {
	for k := range c.sockets {
		k.show(frame)
	}
}

func (c *connection) dropSockets() {
	for k := range c.sockets {
		k.cancel()
	}
	for p := range c.streams {
		p.drop(errKilled)
	}
}
