package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// borrowed returns what a run with a tunnel has remembered, where the URL is that run's.
func (x *exam) borrowed(url string) (memo, bool) {
	journal, err := journalPlace(x.config, x.journal)
	if err != nil {
		return memo{}, false
	}
	m, ok := readMemo(filepath.Join(filepath.Dir(journal), memoName))
	return m, ok && m.isOurs(url) && m.Application == x.config.ConnectionID
}

// openPort listens on the port of the webhooks and answers nonces as a run does; or, as
// it reports, a run is there already. Something else there is an error.
func (x *exam) openPort() (taken bool, err error) {
	return x.port.ask(func() (bool, error) {
		port := strconv.Itoa(x.config.Port)
		l, err := net.Listen("tcp", net.JoinHostPort("", port))
		if errors.Is(err, syscall.EADDRINUSE) {
			return true, x.config.seek(x.ctx, "http://"+net.JoinHostPort("127.0.0.1", port), seekTakes)
		}
		if err != nil {
			return false, err
		}
		mux := http.NewServeMux()
		mux.HandleFunc("GET "+noncePath+"{nonce}", x.config.answerNonce)
		mux.HandleFunc("POST /", func(w http.ResponseWriter, _ *http.Request) { // a webhook: Telnyx is to send it again
			http.Error(w, "only the doctor is here; try again", http.StatusServiceUnavailable)
		})
		x.server = &http.Server{Handler: mux, ReadHeaderTimeout: seekTakes, ReadTimeout: seekTakes, WriteTimeout: seekTakes}
		go x.server.Serve(l) // until close
		return false, nil
	})
}

// lookAtPort tells whether webhooks can be listened for.
func (x *exam) lookAtPort(context.Context) finding {
	if f := x.missing([]string{"PORT_NUMBER"}); f.Grade != 0 {
		return f
	}
	port := x.config.Port
	switch taken, err := x.openPort(); {
	case taken && err == nil:
		return fine("a switchboard with this application is running on %d", port)
	case taken && len(x.wrong) > 0:
		return warning(fmt.Sprintf("somebody listens on %d already", port), "if it is a switchboard, all is well: once the settings serve, that can be told")
	case taken:
		return failed(fmt.Sprintf("something else listens on %d already: %s", port, brief(err)), "end it, or choose another port with PORT_NUMBER")
	case err != nil:
		return failed(brief(err), "choose another port with PORT_NUMBER")
	}
	return fine("%d is free for run", port)
}

// lookAtAddress sends a nonce to the public address, to see whether it comes out here.
func (x *exam) lookAtAddress(ctx context.Context) finding {
	public, told := x.address(ctx)
	if public == "" {
		return skipped(told)
	}
	if public == noAddressYet {
		return failed("switchboard has no address yet: no webhook comes here", "switchboard run --tunnel ngrok opens one; or give PUBLIC_URL the address of your proxy, and switchboard set-webhook")
	}
	if wrong := onlyInside(public); wrong != "" && !isInside(x.config.TelnyxURL) {
		return failed(public+" "+wrong+", where Telnyx cannot come", "give PUBLIC_URL the address of your tunnel or proxy; or switchboard run --tunnel ngrok")
	}
	if _, err := x.openPort(); err != nil {
		return skipped("nobody answers for us on the port: see there")
	}
	err := x.config.seek(ctx, public, seekTakes)
	lead := fmt.Sprintf("have %s lead to port %d of this machine, all paths", told, x.config.Port)
	switch {
	case errors.Is(err, errNotUs):
		return failed(public+" leads somewhere else: "+brief(err), lead)
	case err != nil:
		return failed(public+" does not lead here: "+brief(err), lead+". Where your router does not let the inside in by its outside address, "+
			"open "+public+noncePath+"try from elsewhere: it answers while switchboard runs")
	case strings.HasPrefix(public, "http://") && !isInside(public):
		return warning(public+" leads here, and is not encrypted: who listens on the way can read what customers say", "put TLS before it")
	}
	return fine("what is sent to %s comes out here", public)
}

// address returns the public address that is to lead here, and what it is called; or why
// there is none.
func (x *exam) address(ctx context.Context) (public, told string) {
	if x.config.PublicURL != "" {
		return x.config.PublicURL, "PUBLIC_URL"
	}
	app, err := x.app(ctx)
	if err != nil {
		return "", "PUBLIC_URL is not set, and Telnyx did not tell where webhooks go"
	}
	if _, ours := x.borrowed(app.Webhook.URL); !ours && x.config.Tunnel != tunnelNone {
		return "", "run opens the tunnel; none is open now"
	}
	for _, path := range []string{webhookPath, "/Webhook"} {
		if base, ok := strings.CutSuffix(app.Webhook.URL, path); ok {
			return base, "the webhook URL"
		}
	}
	return "", "PUBLIC_URL is not set, and the webhook URL does not end in " + webhookPath
}

// onlyInside says what is wrong with an address that nobody outside can reach.
func onlyInside(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "is no address"
	}
	switch name := strings.ToLower(u.Hostname()); {
	case name == "localhost":
		return "is this machine's own"
	case strings.HasSuffix(name, ".local"):
		return "is a name of the local network"
	}
	ip, err := netip.ParseAddr(u.Hostname())
	switch {
	case err != nil:
		return ""
	case ip.IsLoopback(), ip.IsUnspecified():
		return "is this machine's own"
	case ip.IsPrivate(), ip.IsLinkLocalUnicast():
		return "is an address of the local network"
	}
	return ""
}

func isInside(address string) bool { return onlyInside(address) != "" }
