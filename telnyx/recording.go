package telnyx

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// DeleteRecording deletes the recorded sound of a leg at Telnyx, for good. One that is not
// there any more is as good as deleted.
func (a *Account) DeleteRecording(ctx context.Context, id string) error {
	_, err := a.send(ctx, "delete a recording", request{method: http.MethodDelete, path: "/recordings/" + url.PathEscape(id)})
	if errors.Is(err, ErrNoSuch) {
		return nil
	}
	return err
}
