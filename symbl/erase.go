package symbl

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"switchboard/engine"
)

// erase has Symbl delete conversations for good, where that is configured. One that is
// not there any more is deleted (contracts/symbl.md, section 4). Names that are not
// known are passed over.
func (c *Client) erase(ctx context.Context, conversations ...engine.ConversationID) error {
	if !c.config.Forget {
		return nil
	}
	slices.Sort(conversations)
	for _, conversation := range slices.Compact(conversations) {
		if !known(string(conversation)) {
			continue
		}
		err := c.retry(ctx, func() error {
			var answer struct{}
			return c.ask(ctx, request{
				wish:   "delete the conversation",
				method: http.MethodDelete,
				path:   "/v1/conversations/" + url.PathEscape(string(conversation)),
				limit:  maxAnswer,
				client: c.http,
			}, &answer)
		})
		if err != nil && !done(err) {
			return err
		}
	}
	return nil
}

// done reports whether something to be ended is over all the same: it was over before,
// or is now, whatever the answer's body says.
func done(err error) bool {
	f, ok := err.(*failure)
	return ok && (f.status == http.StatusNotFound || f.status/100 == 2)
}
