package symbl

import (
	"context"

	"switchboard/engine"
)

// Check asks Symbl for a token and keeps none: it says whether the credentials of a
// configuration are right, in words that a supervisor may read. The configuration needs
// no Engine.
func Check(ctx context.Context, config Config) error {
	config.Engine = nobody{}
	c := New(config)
	defer c.Close()
	_, _, err := c.generate(ctx)
	return err
}

// nobody is an engine that is told of nothing.
type nobody struct{}

func (nobody) Submit(context.Context, engine.Entry) error { return nil }
func (nobody) Partial(engine.Partial)                     {}
func (nobody) Alive(engine.By)                            {}
func (nobody) Note(engine.TroubleKind, string)            {}
