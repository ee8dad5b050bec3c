package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"golang.ngrok.com/ngrok/v2"
)

// A tunnel is a public address that leads here: what is sent to it comes out of the
// listener. We serve the listener itself, and not a port of ours that the tunnel would
// forward to, so that a websocket is a plain connection and there is one hop less.
type tunnel interface {
	net.Listener

	// Public returns the address, without a slash at its end.
	Public() string
}

// What [Config.Tunnel] may be.
const (
	tunnelNone     = "none"
	tunnelNgrok    = "ngrok"
	tunnelLoopback = "loopback" // leads here from this machine alone: for trials with the emulators
)

var tunnels = []string{tunnelNone, tunnelNgrok, tunnelLoopback}

// tunnelOpens is how long a tunnel may take to open.
const tunnelOpens = 20 * time.Second

var errNoToken = errors.New("ngrok opens no tunnel without a token: put NGROK_AUTHTOKEN into .env or the environment " +
	"(" + ngrokHome + "), or give PUBLIC_URL if this machine has an address of its own")

// openTunnel opens the tunnel that is configured. It stays open until it is closed.
func openTunnel(ctx context.Context, c Config, log *slog.Logger) (tunnel, error) {
	switch c.Tunnel {
	case tunnelNgrok:
		return openNgrok(ctx, c.NgrokToken, log)
	case tunnelLoopback:
		return openLoopback()
	default:
		panic(fmt.Sprintf("tunnel %q is not to be opened", c.Tunnel))
	}
}

// A loopbackTunnel is an address of this machine.
type loopbackTunnel struct{ net.Listener }

func openLoopback() (tunnel, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open a tunnel on this machine: %w", err)
	}
	return loopbackTunnel{l}, nil
}

// Public returns the address.
func (t loopbackTunnel) Public() string { return "http://" + t.Addr().String() }

// An ngrokTunnel is an endpoint at ngrok, whose agent runs in this process.
type ngrokTunnel struct {
	ngrok.EndpointListener
	agent ngrok.Agent
	end   func() // of the session
}

// openNgrok opens an endpoint at ngrok. Where the connection to ngrok is lost, the agent
// makes it anew by itself, and the endpoint stays.
func openNgrok(ctx context.Context, token Secret, log *slog.Logger) (tunnel, error) {
	if token.Empty() {
		return nil, errNoToken
	}
	// The session ends with the context that it was begun with: so that one is the
	// tunnel's own, and is given up where opening takes too long.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	opening, opened := context.WithTimeout(ctx, tunnelOpens)
	defer opened()
	given := context.AfterFunc(opening, end)
	var trouble atomic.Value // what ngrok's agent last said, for it goes on trying in silence
	trouble.Store("does this machine reach the internet?")
	agent, err := ngrok.NewAgent(
		ngrok.WithAuthtoken(token.Reveal()),
		ngrok.WithAutoConnect(false),
		ngrok.WithClientInfo("switchboard", build()),
		ngrok.WithLogger(slog.New(slog.DiscardHandler)), // it would write to the terminal, and ngrok repeats tokens
		ngrok.WithEventHandler(func(e ngrok.Event) {
			if lost, ok := e.(*ngrok.EventAgentDisconnected); ok && lost.Error != nil && opening.Err() == nil {
				trouble.Store(plainly(lost.Error, token).Error())
			}
			logTunnel(log, token, e)
		}),
	)
	if err != nil {
		end()
		return nil, fmt.Errorf("open a tunnel at ngrok: %w", plainly(err, token))
	}
	listener, err := listenAtNgrok(life, agent)
	if err == nil && !given() {
		err = context.Cause(opening)
	}
	if err != nil {
		end()
		if errors.Is(opening.Err(), context.DeadlineExceeded) {
			err = fmt.Errorf("nothing came of it in %s: %v", tunnelOpens, trouble.Load())
		}
		return nil, fmt.Errorf("open a tunnel at ngrok: %w", plainly(errors.Join(err, agent.Disconnect()), token))
	}
	return &ngrokTunnel{listener, agent, end}, nil
}

func listenAtNgrok(ctx context.Context, agent ngrok.Agent) (ngrok.EndpointListener, error) {
	if err := agent.Connect(ctx); err != nil {
		return nil, err
	}
	return agent.Listen(ctx)
}

// Public returns the address that ngrok has given.
func (t *ngrokTunnel) Public() string { return strings.TrimRight(t.URL().String(), "/") }

// Close ends the endpoint and the session.
func (t *ngrokTunnel) Close() error {
	defer t.end()
	return errors.Join(t.EndpointListener.Close(), t.agent.Disconnect())
}

// logTunnel logs when ngrok is lost and found again.
func logTunnel(log *slog.Logger, token Secret, e ngrok.Event) {
	switch e := e.(type) {
	case *ngrok.EventAgentConnectSucceeded:
		log.Info("tunnel", "ngrok", "connected")
	case *ngrok.EventAgentDisconnected:
		if e.Error != nil {
			log.Warn("tunnel", "ngrok", "disconnected", "trouble", plainly(e.Error, token))
		}
	}
}

// maxPlain is how many bytes of another's words are shown.
const maxPlain = 300

// plainly returns an error of a library on one line and without a secret, which
// ngrok's own words repeat.
func plainly(err error, secret Secret) error {
	words := strings.Join(strings.Fields(err.Error()), " ")
	if !secret.Empty() {
		words = strings.ReplaceAll(words, secret.Reveal(), secret.String())
	}
	if len(words) > maxPlain {
		words = strings.ToValidUTF8(words[:maxPlain], "") + "…"
	}
	return errors.New(words)
}
