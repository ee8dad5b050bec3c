package telnyx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestServeEndsWithItsContext(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, listener, handlerFor(t, &taker{})) }()
	client := &http.Client{Timeout: 5 * time.Second}
	defer client.CloseIdleConnections()
	resp, err := client.Get(fmt.Sprintf("http://%s/healthz", listener.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("the listener is still open")
	}
}

// "SIGTERM: … within 5 s": who holds a connection open and says nothing does not hold up
// the end, and is no failure.
func TestServeEndsInASecondBesideASilentConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, listener, handlerFor(t, &taker{})) }()
	half, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer half.Close()
	fmt.Fprint(half, "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
	other, err := http.Get(fmt.Sprintf("http://%s/healthz", listener.Addr())) // so that it has taken the one before
	if err != nil {
		t.Fatal(err)
	}
	other.Body.Close()
	began := time.Now()
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestServeSaysWhyItCannotGoOn(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := Serve(t.Context(), listener, http.NotFoundHandler()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve on a closed listener: got %v, want net.ErrClosed", err)
	}
}

func TestConnectionsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := limit(endless{}, 1)
		accepted := make(chan net.Conn, 3)
		ended := make(chan error)
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					ended <- err
					return
				}
				accepted <- conn
			}
		}()
		synctest.Wait()
		if got := len(accepted); got != 1 {
			t.Fatalf("got %d connections, want the one that there is a place for", got)
		}
		first := <-accepted
		first.Close()
		first.Close() // gives one place back, not two
		synctest.Wait()
		if got := len(accepted); got != 1 {
			t.Fatalf("got %d connections after one was closed, want one more", got)
		}
		l.Close()
		if err := <-ended; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Accept after Close: got %v, want net.ErrClosed", err)
		}
	})
}

// endless is a listener that somebody always waits at.
type endless struct{ net.Listener }

func (endless) Accept() (net.Conn, error) {
	near, far := net.Pipe()
	return near, far.Close()
}

func (endless) Close() error { return nil }
