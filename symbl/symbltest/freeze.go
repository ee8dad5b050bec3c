package symbltest

import (
	"net"
	"sync"
)

// Freeze has the server hang in mid-whatever, as a process does that was stopped: its
// machine still takes connections and what is sent to it, and nothing is read or
// answered until Thaw, Stop or Close.
func (s *Server) Freeze() { s.ice.freeze() }

// Thaw has a server go on where it was frozen. What came meanwhile it takes now.
func (s *Server) Thaw() { s.ice.thaw() }

// An ice is what all connections of a server wait for while it is frozen.
type ice struct {
	mu     sync.Mutex
	melted chan struct{} // closed by thaw; nil while nothing is frozen
}

func (i *ice) freeze() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.melted == nil {
		i.melted = make(chan struct{})
	}
}

func (i *ice) thaw() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.melted != nil {
		close(i.melted)
		i.melted = nil
	}
}

func (i *ice) wait() {
	i.mu.Lock()
	melted := i.melted
	i.mu.Unlock()
	if melted != nil {
		<-melted
	}
}

// An icyListener's connections can be frozen.
type icyListener struct {
	net.Listener
	ice *ice
}

// Accept returns the next connection.
func (l icyListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return icyConn{conn, l.ice}, nil
}

type icyConn struct {
	net.Conn
	ice *ice
}

// Read reads; what comes while the ice is there is read afterwards.
func (c icyConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.ice.wait()
	return n, err
}

// Write writes, once there is no ice.
func (c icyConn) Write(b []byte) (int, error) {
	c.ice.wait()
	return c.Conn.Write(b)
}
