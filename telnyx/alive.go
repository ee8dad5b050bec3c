package telnyx

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"switchboard/engine"
)

// What Telnyx says is alive (contracts/telnyx.md, section 12). These are questions: they
// have the manners of [Account], and nothing is changed by them. What is concluded from
// an answer may end a call, so one that cannot be read in all its parts is [ErrStrange],
// and never a shorter list.

// ActiveCalls returns the legs that are alive on our connection, each with its client_state
// where that is one of ours: GET /connections/{id}/active_calls. It is the whole list, or
// an error. Telnyx does not say how fresh it is, and who is not in it is not known to be
// gone: see [Client.Alive].
func (c *Client) ActiveCalls(ctx context.Context) ([]engine.LegRef, error) {
	const purpose = "list the active calls"
	var legs []engine.LegRef
	after := ""
	for range maxPages {
		page, err := c.activeCalls(ctx, purpose, after)
		if err != nil {
			return nil, err
		}
		for _, l := range *page.Data {
			if l.Leg == "" {
				return nil, fmt.Errorf("%s: %w", purpose, ErrStrange)
			}
			legs = append(legs, engine.LegRef{
				Leg: engine.LegID(l.Leg), CallLeg: engine.CallLegID(l.CallLeg), State: clientState(l.State)})
		}
		next := string(page.Meta.Cursors.After)
		if !page.more(len(legs)) {
			return legs, nil
		}
		if next == after {
			break
		}
		after = next
	}
	return nil, fmt.Errorf("%s: %w: it has no end", purpose, ErrStrange)
}

// An activePage is a page of active calls. Telnyx's first page has cursors as well.
type activePage struct {
	Data *[]struct {
		Leg     text `json:"call_control_id"`
		CallLeg text `json:"call_leg_id"`
		State   text `json:"client_state"`
	}
	Meta struct {
		Cursors struct{ After text }
		Next    text
		Total   text `json:"total_items"`
	}
}

// more reports whether a page follows, where so many legs were read with this one. Any
// sign of one is taken: a page too many is empty, and one too few loses calls.
func (p *activePage) more(read int) bool {
	if p.Meta.Cursors.After == "" || len(*p.Data) == 0 {
		return false
	}
	total, err := strconv.Atoi(string(p.Meta.Total))
	return p.Meta.Next != "" || len(*p.Data) >= pageSize || err == nil && total > read
}

func (c *Client) activeCalls(ctx context.Context, purpose, after string) (*activePage, error) {
	query := url.Values{"page[limit]": {strconv.Itoa(pageSize)}}
	if after != "" {
		query.Set("page[after]", after)
	}
	got, f := c.ask(ctx, request{
		method: http.MethodGet,
		path:   "/connections/" + escape(c.config.ConnectionID) + "/active_calls",
		query:  query,
		whole:  c.config.ConnectionID != "",
	})
	if f != nil {
		return nil, wrong(purpose, got, f)
	}
	page := new(activePage)
	if json.Unmarshal(got.body, page) != nil || page.Data == nil {
		return nil, fmt.Errorf("%s: %w", purpose, ErrStrange)
	}
	return page, nil
}

// A Participant is a leg in a conference.
type Participant struct {
	Leg     engine.LegID
	Joining bool // on its way in: neither in nor out
	Told    bool // Telnyx says whether it is muted and held
	Muted   bool
	Held    bool
}

// Participants returns who is in a conference: GET /conferences/{id}/participants. It is
// the whole list, or an error. In a conference that has ended, or that Telnyx knows no
// more, is nobody.
func (c *Client) Participants(ctx context.Context, conference engine.ConferenceID) ([]Participant, error) {
	const purpose = "list who is in a conference"
	var all []Participant
	for page := 1; page <= maxPages; page++ {
		got, f := c.ask(ctx, request{
			method: http.MethodGet,
			path:   "/conferences/" + escape(conference) + "/participants",
			query:  url.Values{"page[number]": {strconv.Itoa(page)}, "page[size]": {strconv.Itoa(pageSize)}},
			room:   true,
			whole:  conference != "",
		})
		switch {
		case f == nil:
		case f.reason == engine.ReasonNoConference && len(f.codes) > 0: // in Telnyx's own words
			return nil, nil
		default:
			return nil, wrong(purpose, got, f)
		}
		list, pages, ok := participants(got.body)
		if !ok {
			return nil, fmt.Errorf("%s: %w", purpose, ErrStrange)
		}
		all = append(all, list...)
		if page >= pages {
			return all, nil
		}
	}
	return nil, fmt.Errorf("%s: %w: it has no end", purpose, ErrStrange)
}

// participants reads a page of a list, and how many pages there are. Who has left is not
// in it.
func participants(body []byte) (list []Participant, pages int, ok bool) {
	var page struct {
		Data *[]struct {
			Leg    text `json:"call_control_id"`
			Status text
			Muted  *bool
			Held   *bool `json:"on_hold"`
		}
		Meta struct {
			Pages int `json:"total_pages"`
		}
	}
	if json.Unmarshal(body, &page) != nil || page.Data == nil {
		return nil, 0, false
	}
	for _, p := range *page.Data {
		switch {
		case p.Leg == "":
			return nil, 0, false
		case p.Status == "left":
			continue
		}
		told := p.Muted != nil && p.Held != nil
		list = append(list, Participant{
			Leg: engine.LegID(p.Leg), Joining: p.Status != "joined",
			Told: told, Muted: told && *p.Muted, Held: told && *p.Held})
	}
	return list, page.Meta.Pages, true
}

// A Life is what Telnyx says of one leg. The zero Life is one that it does not know: it
// never was, or ended more than ten minutes ago.
type Life struct {
	Known bool
	Alive bool
	Ended time.Time // zero while it is alive; a leg that is not yet answered may be neither
}

// Alive asks whether a leg is alive: GET /calls/{id}. That Telnyx does not know it is an
// answer, and no error.
func (c *Client) Alive(ctx context.Context, leg engine.LegID) (Life, error) {
	const purpose = "ask whether a call is alive"
	got, f := c.ask(ctx, request{method: http.MethodGet, path: "/calls/" + escape(leg), whole: leg != ""})
	switch {
	case f == nil:
	case f.reason == engine.ReasonEnded: // 90015, or a 404 in Telnyx's own words
		return Life{}, nil
	default:
		return Life{}, wrong(purpose, got, f)
	}
	var call struct {
		Data struct {
			Leg   text  `json:"call_control_id"`
			Alive *bool `json:"is_alive"`
			Ended text  `json:"end_time"`
		}
	}
	if json.Unmarshal(got.body, &call) != nil || call.Data.Alive == nil || engine.LegID(call.Data.Leg) != leg {
		return Life{}, fmt.Errorf("%s: %w", purpose, ErrStrange)
	}
	life := Life{Known: true, Alive: *call.Data.Alive}
	if at, err := time.Parse(time.RFC3339Nano, string(call.Data.Ended)); err == nil {
		life.Ended = at.UTC()
	}
	return life, nil
}

// Events returns what webhooks have told, or were to tell, of how a leg stands: that it
// rings, was answered, is over; the earliest first. Each is named by its webhook's own id,
// so that one that did come in is not taken in again: GET /call_events. Telnyx's document
// says that the raw event is in an event's metadata, and not where; one that is not found
// there is left out.
func (c *Client) Events(ctx context.Context, leg engine.CallLegID) ([]engine.Entry, error) {
	const purpose = "list what happened to a call"
	if leg == "" {
		return nil, fmt.Errorf("%s: %w: it is not named", purpose, ErrNoSuch)
	}
	told, err := all[struct {
		Metadata json.RawMessage
	}](ctx, &Account{c}, purpose, "/call_events", url.Values{"filter[leg_id]": {string(leg)}, "filter[type]": {"webhook"}})
	if err != nil {
		return nil, err
	}
	var entries []engine.Entry
	for _, e := range told {
		entry, ok := rawEvent(e.Metadata)
		if !ok {
			continue
		}
		switch entry.Body.(type) {
		case engine.LegInitiated, engine.LegAnswered, engine.LegHungUp:
			entries = append(entries, entry)
		}
	}
	slices.SortStableFunc(entries, func(a, b engine.Entry) int { return a.Occurred.Compare(b.Occurred) })
	return entries, nil
}

// rawEvent finds a webhook in the metadata of an event: as it is, without its envelope, or
// under any name.
func rawEvent(metadata json.RawMessage) (engine.Entry, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(metadata, &fields) != nil {
		return engine.Entry{}, false
	}
	if entry, err := Decode(metadata); err == nil {
		return entry, true
	}
	if entry, err := Decode(enveloped(metadata)); err == nil {
		return entry, true
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if entry, err := Decode(enveloped(fields[name])); err == nil {
			return entry, true
		}
	}
	return engine.Entry{}, false
}

func enveloped(event json.RawMessage) []byte {
	return slices.Concat([]byte(`{"data":`), event, []byte(`}`))
}
