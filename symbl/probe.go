package symbl

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"switchboard/engine"
)

// Probe says whether a feed of Symbl's would start now: for the telephone, whether
// Symbl lets us ask it for conversations; for the stream, whether it would take sound,
// of which it is sent none. It calls nobody. Its error is as a supervisor may read it.
func (c *Client) Probe(ctx context.Context, kind engine.FeedKind) error {
	if c.config.AppID == "" || c.config.AppSecret == "" {
		return errors.New(noCredentials)
	}
	switch kind {
	case engine.FeedPhone:
		var answer struct{}
		return c.ask(ctx, request{
			wish:   "show its conversations",
			method: http.MethodGet,
			path:   "/v1/conversations?limit=1",
			limit:  maxList,
			client: c.http,
		}, &answer)
	case engine.FeedStream:
		return c.probeStream(ctx)
	default:
		return errors.New(kind.Words() + " is not Symbl's")
	}
}

// probeStream opens a stream that nothing is said on, and ends it.
func (c *Client) probeStream(ctx context.Context) error {
	name := engine.CommandName("probe")
	action := engine.Relay{
		Leg:        engine.LegID("probe/" + uuid.NewString()),
		Connection: engine.ConnectionID(uuid.NewString()),
		Speaker:    "probe",
		Title:      "probe",
	}
	defer c.detachAll(engine.Unrelay{Connection: action.Connection}) // one that was given up may come yet
	switch answer := c.relay(ctx, engine.Command{Name: name}, action).(type) {
	case engine.Refused:
		return errors.New(answer.Detail)
	case engine.Unanswered:
		return errors.New(answer.Detail)
	}
	switch answer := c.unrelay(ctx, name, engine.Unrelay{Connection: action.Connection}).(type) {
	case engine.Refused:
		return errors.New(answer.Detail)
	case engine.Unanswered:
		return errors.New(answer.Detail)
	}
	return nil
}
