package telnyxtest

import (
	"context"
	"time"
)

// wall returns the moment d from now on the wall's clock: a socket's deadline is one,
// and house time would be wrong for it.
func wall(d time.Duration) time.Time {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	deadline, _ := ctx.Deadline()
	return deadline
}
