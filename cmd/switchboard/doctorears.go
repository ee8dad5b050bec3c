package main

import (
	"context"

	"switchboard/engine"
	"switchboard/symbl"
)

// deafEars is an engine for a client that is only to get a token.
type deafEars struct{}

// Submit takes nothing.
func (deafEars) Submit(context.Context, engine.Entry) error { return nil }

// Partial takes nothing.
func (deafEars) Partial(engine.Partial) {}

// Alive takes nothing.
func (deafEars) Alive(engine.By) {}

// Note takes nothing.
func (deafEars) Note(engine.TroubleKind, string) {}

// token asks Symbl for a token.
func (x *exam) token() error {
	_, err := x.symblToken.ask(func() (struct{}, error) {
		client := symbl.New(symbl.Config{
			URL: x.config.SymblURL, SocketURL: x.config.SymblSocketURL,
			AppID: x.config.SymblID, AppSecret: x.config.SymblSecret.Reveal(),
			Clock: x.house, Engine: deafEars{}, Timeout: symblWait,
		})
		defer client.Close()
		return struct{}{}, client.Authenticate(x.ctx)
	})
	return err
}

// lookAtSymbl tells whether Symbl takes the credentials.
func (x *exam) lookAtSymbl(context.Context) finding {
	if !x.config.Heard() {
		return skipped("no credentials of Symbl's are configured; Telnyx itself can write calls down")
	}
	if err := x.token(); err != nil {
		return warning(brief(err), "calls are heard by Telnyx's own transcription instead, with FEED auto; new credentials: "+symblHome)
	}
	return fine("it gives a token")
}

// lookAtFeed says who would listen to a call.
func (x *exam) lookAtFeed(context.Context) finding {
	switch x.config.Feed {
	case feedNone:
		return warning("nobody listens: FEED is none", "FEED auto takes the first that works")
	case feedAuto:
	default:
		if x.config.Heard() && x.config.Feed != feedTelnyx && x.token() != nil {
			return failed("FEED is "+x.config.Feed+", and Symbl gives no token: calls would not be heard", "FEED auto takes the next that works")
		}
		return fine("%s, as FEED says", x.config.Feed)
	}
	switch {
	case !x.config.Heard():
		return fine("auto would take telnyx: Symbl's credentials are not configured")
	case x.token() != nil:
		return fine("auto would take telnyx: Symbl gives no token")
	case x.config.PublicURL == "" && x.config.Tunnel == tunnelNone:
		return fine("auto would take symbl-phone: a stream needs PUBLIC_URL or a tunnel")
	}
	return fine("auto would take symbl-stream, then symbl-phone, then telnyx")
}
