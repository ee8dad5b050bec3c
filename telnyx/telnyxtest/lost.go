package telnyxtest

import (
	"time"

	"switchboard/engine/world"
)

// maxLost is how many of the webhooks are remembered that were given up.
const maxLost = 250

// A lostWebhook is one that was given up.
type lostWebhook struct {
	event  world.Event
	url    string
	status int // of the last answer; 0 where none came
	at     time.Time
}

type (
	deliveryData struct {
		RecordType string         `json:"record_type"`
		ID         string         `json:"id"`
		Status     string         `json:"status"`
		Webhook    map[string]any `json:"webhook"`
		StartedAt  string         `json:"started_at"`
		FinishedAt string         `json:"finished_at"`
		Attempts   []attemptData  `json:"attempts"`
	}
	attemptData struct {
		Status string         `json:"status"`
		HTTP   map[string]any `json:"http"`
	}
)

// webhookDeliveries lists the webhooks that were given up; those that were delivered are
// not remembered. Of the attempts it tells the last.
func (s *Server) webhookDeliveries(r request) (answer, error) {
	var since time.Time
	if from := r.query.Get("filter[started_at][gte]"); from != "" {
		var err error
		if since, err = time.Parse(time.RFC3339, from); err != nil {
			return answer{}, complaint{status: 422, code: "10015", title: "Bad Request", parameter: "filter[started_at][gte]",
				detail: "The value must be an ISO 8601 time."}
		}
	}
	list := []deliveryData{}
	for _, l := range s.post.given(since) {
		kind := eventType(l.event)
		if !r.wants("filter[status][eq]", "failed") || !r.wants("filter[event_type]", kind) {
			continue
		}
		attempt := attemptData{Status: "failed", HTTP: map[string]any{"request": map[string]any{"url": l.url}}}
		if l.status > 0 {
			attempt.HTTP["response"] = map[string]any{"status": l.status}
		}
		list = append(list, deliveryData{
			RecordType: "webhook_delivery", ID: l.event.ID, Status: "failed",
			Webhook:   map[string]any{"record_type": "event", "id": l.event.ID, "event_type": kind, "occurred_at": stamp(l.event.At)},
			StartedAt: millis(l.event.At), FinishedAt: millis(l.at), Attempts: []attemptData{attempt},
		})
	}
	return page(r, list)
}

// given returns the webhooks that were given up since a time, the newest first.
func (p *post) given(since time.Time) []lostWebhook {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []lostWebhook
	for i := len(p.lost) - 1; i >= 0; i-- {
		if !p.lost[i].event.At.Before(since) {
			all = append(all, p.lost[i])
		}
	}
	return all
}
