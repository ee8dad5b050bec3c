package telnyxtest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"switchboard/engine/world"
)

// How calls stand, for who asks (contracts/telnyx.md, section 12).

// overlook answers a question as the faults have it, and reports whether it did.
func (s *Server) overlook(w http.ResponseWriter, r *http.Request) bool {
	s.looks.Add(1)
	switch f := s.faults.Load().Looks; {
	case !strings.Contains(r.URL.Path, f.Only):
		return false
	case f.Hang:
		<-r.Context().Done()
	case f.Status == http.StatusTooManyRequests:
		w.Header().Set("X-Ratelimit-Reset", strconv.Itoa(int(f.Reset/time.Second)))
		reply(w, f.Status, failures{[]failure{{Code: "10011", Title: "Too many requests", Detail: "The rate limit was exceeded."}}})
	case f.Status != 0:
		stumble(w, f.Status)
	default:
		return false
	}
	return true
}

// liveAgo returns the legs that were alive some time ago, the oldest first.
func liveAgo(w *world.World, ago time.Duration) []world.LegState {
	if ago <= 0 {
		return w.Live()
	}
	at := w.Now().Add(-ago)
	var legs []world.LegState
	for _, l := range w.Snapshot().Legs {
		if !l.Began.After(at) && (l.Ended.IsZero() || l.Ended.After(at)) {
			legs = append(legs, l.LegState)
		}
	}
	return legs
}

// activeCalls lists the legs that are alive, by cursor.
func (s *Server) activeCalls(r request) (answer, error) {
	app := r.path("id")
	if !s.portal.has(app) {
		return answer{}, noSuch("connection")
	}
	looks := s.faults.Load().Looks
	live := slices.DeleteFunc(liveAgo(r.world, looks.Stale), func(l world.LegState) bool {
		return s.portal.of(l.ID) != app || l.ID == looks.Missed
	})
	limit, err := r.number("page[limit]", 20)
	if err != nil {
		return answer{}, err
	}
	if looks.Page > 0 {
		limit = min(limit, looks.Page)
	}
	from, err := r.position(live)
	if err != nil {
		return answer{}, err
	}
	page := live[from:min(len(live), from+limit)]
	calls := make([]callData, 0, len(page))
	for _, l := range page {
		seconds := int(l.Duration(r.world.Now()) / time.Second)
		call := newCall(l)
		call.CallDuration = &seconds
		calls = append(calls, call)
	}
	meta := cursorMeta{Total: len(live)}
	if len(page) > 0 {
		meta.Cursors.Before, meta.Cursors.After = string(page[0].ID), string(page[len(page)-1].ID)
	}
	if from+len(page) < len(live) {
		meta.Next = "/v2/connections/" + app + "/active_calls?page%5Bafter%5D=" + meta.Cursors.After
	}
	return answer{calls, meta}, nil
}

type cursorMeta struct {
	Cursors struct {
		After  string `json:"after,omitempty"`
		Before string `json:"before,omitempty"`
	} `json:"cursors"`
	Next     string `json:"next,omitempty"`
	Previous string `json:"previous,omitempty"`
	Total    int    `json:"total_items"`
}

// position returns where the page begins that a cursor asks for. A cursor whose leg is
// gone by now begins anew.
func (r request) position(live []world.LegState) (int, error) {
	if r.query.Has("page[before]") {
		return 0, complaint{status: 422, code: "10015", title: "Bad Request", parameter: "page[before]",
			detail: "Telnyx pages backwards; telnyxtest does not."}
	}
	for i, l := range live {
		if string(l.ID) == r.query.Get("page[after]") {
			return i + 1, nil
		}
	}
	return 0, nil
}

// maxPage is the most that is on a page.
const maxPage = 250

// number reads a parameter between 1 and maxPage.
func (r request) number(name string, otherwise int) (int, error) {
	if !r.query.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(r.query.Get(name))
	if err != nil || n < 1 || n > maxPage {
		return 0, complaint{status: 422, code: "10033", title: "Out of range", parameter: name,
			detail: "The value must be between 1 and 250."}
	}
	return n, nil
}

// maxHistory is how many events are remembered for who asks what has happened.
const maxHistory = 16384

// A history is what webhooks have told, or were to tell: also those that were lost.
type history struct {
	mu     sync.Mutex
	events []world.Event // the newest last
}

func (h *history) take(events []world.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, events...)
	h.events = h.events[max(0, len(h.events)-maxHistory):]
}

type callEventData struct {
	RecordType string         `json:"record_type"`
	CallLeg    string         `json:"call_leg_id"`
	Session    string         `json:"call_session_id"`
	At         string         `json:"event_timestamp"`
	Name       string         `json:"name"`
	Type       string         `json:"type"`
	Metadata   map[string]any `json:"metadata"`
}

// callEvents lists what has happened to a leg or to all of a session, the earliest first.
// Of commands telnyxtest keeps no record. Where in the metadata Telnyx has the raw event it
// does not say: it is put where a webhook has it.
func (s *Server) callEvents(r request) (answer, error) {
	list := []callEventData{}
	s.history.mu.Lock()
	events := slices.Clone(s.history.events)
	s.history.mu.Unlock()
	slices.SortStableFunc(events, func(a, b world.Event) int { return a.At.Compare(b.At) })
	for _, e := range events {
		name := eventType(e)
		if !r.wants("filter[leg_id]", e.CallLeg) || !r.wants("filter[application_session_id]", e.Session) ||
			!r.wants("filter[type]", "webhook") || !r.wants("filter[name]", name) {
			continue
		}
		if strings.HasPrefix(name, "conference.") {
			continue // no call's
		}
		list = append(list, callEventData{
			RecordType: "call_event", CallLeg: e.CallLeg, Session: e.Session, At: stamp(e.At), Name: name, Type: "webhook",
			Metadata: map[string]any{"record_type": "event", "event_type": name, "id": e.ID, "occurred_at": stamp(e.At),
				"payload": newPayload(e, s.portal.of(e.Leg))},
		})
	}
	return page(r, list)
}
