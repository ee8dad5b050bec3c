package telnyx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// The limits of the server, in socket time. A webhook is small and comes at once; a
// connection that dawdles is not Telnyx's.
const (
	maxConnections    = 1024
	maxHeaderBytes    = 16 << 10
	readHeaderTimeout = 2 * time.Second
	readTimeout       = 5 * time.Second
	writeTimeout      = 10 * time.Second
	idleTimeout       = 90 * time.Second
	shutdownTimeout   = 750 * time.Millisecond // for requests under way when the program ends; what was not answered is sent again
)

// Serve serves HTTP on a listener until ctx is done, lets requests under way end for less
// than a second, and closes the listener. It returns nil after such an end, else why it could
// not go on.
// It writes nothing to the terminal.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          log.New(io.Discard, "", 0), // the console owns the terminal
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(limit(listener, maxConnections)) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve webhooks on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close() // somebody dawdles
	}
	<-ended
	if err != nil {
		return fmt.Errorf("end the webhook server: %w", err)
	}
	return nil
}

// limit returns a listener that has at most n connections open; the next one waits
// in the kernel's queue.
func limit(l net.Listener, n int) net.Listener {
	return &limited{Listener: l, places: make(chan struct{}, n), closed: make(chan struct{})}
}

type limited struct {
	net.Listener
	places chan struct{}
	once   sync.Once
	closed chan struct{}
}

func (l *limited) Accept() (net.Conn, error) {
	select {
	case l.places <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err
	}
	return &placed{Conn: conn, leave: sync.OnceFunc(func() { <-l.places })}, nil
}

func (l *limited) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

type placed struct {
	net.Conn
	leave func()
}

func (c *placed) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
