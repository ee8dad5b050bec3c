package main

import (
	"context"
	"slices"
	"strings"

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

// symbl returns a client for questions. It is to be closed.
func (x *exam) symbl() *symbl.Client {
	return symbl.New(symbl.Config{
		URL: x.config.SymblURL, SocketURL: x.config.SymblSocketURL,
		AppID: x.config.SymblID, AppSecret: x.config.SymblSecret.Reveal(),
		Clock: x.house, Engine: deafEars{}, Timeout: symblWait,
	})
}

// token asks Symbl for a token.
func (x *exam) token() error {
	_, err := x.symblToken.ask(func() (struct{}, error) {
		client := x.symbl()
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

// lookAtFeed says who would listen to a call: the first of those that may that works.
func (x *exam) lookAtFeed(ctx context.Context) finding {
	c := x.config
	if c.Tunnel != tunnelNone && c.PublicURL == "" {
		c.PublicURL = "https://" // run will have one
	}
	feeds, mute := c.Feeds(), c.Heard() && c.Feed != feedTelnyx && x.token() != nil
	if mute {
		feeds = slices.DeleteFunc(feeds, func(k engine.FeedKind) bool { return k != engine.FeedTelnyx })
	}
	var over []string
	for _, kind := range feeds {
		if err := x.probe(ctx, kind); err != nil {
			over = append(over, kind.Words()+" does not work: "+brief(err))
			continue
		}
		switch says := c.Feed + " takes " + kind.Words(); {
		case len(over) > 0:
			return warning(says+"; "+strings.Join(over, "; "), "see to Symbl, or leave it: calls are heard")
		case mute:
			return fine("%s: Symbl gives no token", says)
		default:
			return fine("%s%s", says, inReserve(c, kind))
		}
	}
	switch {
	case c.Feed == feedNone:
		return warning("nobody listens: FEED is none", "FEED auto takes the first that works")
	case mute:
		over = append(over, "Symbl gives no token")
	}
	return failed("calls would not be heard: "+strings.Join(over, "; "), "FEED auto takes another that works")
}

// inReserve says who listens where the first fails, and what would have been preferred.
func inReserve(c Config, first engine.FeedKind) string {
	var rest []string
	for _, kind := range c.Feeds() {
		if kind != first {
			rest = append(rest, kind.Words())
		}
	}
	says := ""
	if len(rest) > 0 {
		says = ", and where it fails " + strings.Join(rest, ", then ")
	}
	if c.Feed == feedAuto && c.Heard() && c.PublicURL == "" {
		says += "; " + engine.FeedStream.Words() + " needs PUBLIC_URL or a tunnel"
	}
	return says
}

// probe asks whether a feed would start now.
func (x *exam) probe(ctx context.Context, kind engine.FeedKind) error {
	if kind == engine.FeedTelnyx {
		return nil // it starts with the call, or not at all
	}
	client := x.symbl()
	defer client.Close()
	return client.Probe(ctx, kind)
}
