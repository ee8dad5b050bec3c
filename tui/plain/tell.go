package plain

import (
	"cmp"
	"context"
	"time"

	"switchboard/engine"
)

// Tell tells what an engine shows, a line for each change, as it does after each advance,
// until advance reports that there is no more, ctx is done, or Out fails: ErrOutput.
// It takes no commands and drops no line: a slow output is waited for. A replay is told
// so, each event by itself.
func Tell(ctx context.Context, o Options, advance func(context.Context) bool) error {
	o.Name = cmp.Or(o.Name, "plain")
	if o.Zone == nil {
		o.Zone = time.Local
	}
	out := newOutput(o.Out)
	out.patient = true
	defer out.close()
	c := &console{engine: o.Engine, name: o.Name, zone: o.Zone, out: out, calls: map[engine.SessionID]told{}, past: true}
	for {
		c.look()
		select {
		case <-out.failed:
			return ErrOutput
		default:
		}
		if ctx.Err() != nil || !advance(ctx) {
			return nil
		}
	}
}
