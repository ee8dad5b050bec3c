package telnyx

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A LostWebhook is one that Telnyx has given up on: what it told is lost.
type LostWebhook struct {
	Event  string // as in "call.initiated"
	At     time.Time
	URL    string // where it was sent last
	Status int    // of the last answer; zero where none came
}

type deliveryResource struct {
	StartedAt text `json:"started_at"`
	Webhook   struct {
		Event text `json:"event_type"`
	}
	Attempts []struct { // the newest first
		HTTP struct {
			Request  struct{ URL text }
			Response struct{ Status int }
		}
	}
}

// LostWebhooks returns the webhooks about calls and conferences that Telnyx has given up
// on since a time, the newest first, a page of them at most: GET /webhook_deliveries
// (operation GetWebhookDeliveries; section 11). They are the whole account's: those of
// another application are among them.
func (a *Account) LostWebhooks(ctx context.Context, since time.Time) ([]LostWebhook, error) {
	const purpose = "list the webhooks that failed"
	got, err := a.send(ctx, purpose, request{method: http.MethodGet, path: "/webhook_deliveries", query: url.Values{
		"filter[status][eq]": {"failed"}, "filter[started_at][gte]": {since.UTC().Format(time.RFC3339)},
		"page[size]": {strconv.Itoa(pageSize)},
	}})
	if err != nil {
		return nil, err
	}
	var body struct{ Data []deliveryResource }
	if !readable(json.Unmarshal(got.body, &body)) {
		return nil, fmt.Errorf("%s: %w", purpose, ErrStrange)
	}
	var lost []LostWebhook
	for _, d := range body.Data {
		event := strings.ReplaceAll(string(d.Webhook.Event), "call_", "call.") // the document has both
		if !strings.HasPrefix(event, "call.") && !strings.HasPrefix(event, "conference.") {
			continue // a message's
		}
		at, _ := time.Parse(time.RFC3339, string(d.StartedAt)) // where it is missing, it is zero
		l := LostWebhook{Event: event, At: at}
		if len(d.Attempts) > 0 {
			l.URL, l.Status = string(d.Attempts[0].HTTP.Request.URL), d.Attempts[0].HTTP.Response.Status
		}
		lost = append(lost, l)
	}
	return lost, nil
}
