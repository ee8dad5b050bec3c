package symbl

import "context"

// Authenticate asks Symbl for a token, and returns why there is none, as a supervisor may
// read it. Nobody is called.
func (c *Client) Authenticate(ctx context.Context) error {
	_, err := c.bearer(ctx)
	return err
}
