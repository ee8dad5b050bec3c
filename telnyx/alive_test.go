package telnyx

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// looking asks a question in a bubble of synctest, of a far end that gives the replies in
// turn.
func looking(t *testing.T, ask func(*testing.T, *Client), replies ...reply) *farEnd {
	t.Helper()
	far := &farEnd{replies: replies}
	synctest.Test(t, func(t *testing.T) { ask(t, bubbleClient(far, clock.New(start, 1))) })
	return far
}

func said(body string) reply { return reply{status: 200, body: body} }

// contracts/telnyx.md, section 12: "cursor paging: page[limit] <=250, page[after]"; section
// 1: "URL-encode the brackets".
func TestActiveCallsAreReadToTheLastCursor(t *testing.T) {
	var got []engine.LegRef
	far := looking(t, func(t *testing.T, c *Client) {
		var err error
		if got, err = c.ActiveCalls(t.Context()); err != nil {
			t.Error(err)
		}
	},
		said(`{"data":[{"call_control_id":"v3:a","call_leg_id":"l-a","call_session_id":"s","client_state":"MXxtYWlufHM0MXxjdXN0b21lcnww","call_duration":50,"record_type":"call"}],
			"meta":{"cursors":{"after":"v1:x=","before":"v1:w="},"next":"/v2/connections/17/active_calls?page[after]=v1:x=","total_items":3}}`),
		said(`{"data":[{"call_control_id":"v3:b","call_leg_id":"l-b","client_state":null}],"meta":{"cursors":{"after":"v1:y="},"total_items":"3"}}`),
		said(`{"data":[{"call_control_id":"v3:c","call_leg_id":"l-c","client_state":"another program's"}],"meta":{"cursors":{"after":"v1:z="},"total_items":3}}`))
	want := []engine.LegRef{
		{Leg: "v3:a", CallLeg: "l-a", State: engine.ClientState{Floor: "main", Session: "s41", Role: engine.RoleCustomer}},
		{Leg: "v3:b", CallLeg: "l-b"}, {Leg: "v3:c", CallLeg: "l-c"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantSeen := []string{"GET /connections/17/active_calls?page%5Blimit%5D=250",
		"GET /connections/17/active_calls?page%5Bafter%5D=v1%3Ax%3D&page%5Blimit%5D=250",
		"GET /connections/17/active_calls?page%5Bafter%5D=v1%3Ay%3D&page%5Blimit%5D=250"}
	if diff := cmp.Diff(wantSeen, far.seen); diff != "" {
		t.Error(diff)
	}
}

// Who is not listed may be called gone: a list that cannot be read is no empty list.
func TestAnAnswerThatCannotBeReadIsNoAnswer(t *testing.T) {
	type question = func(*testing.T, *Client) error
	active := func(t *testing.T, c *Client) error { _, err := c.ActiveCalls(t.Context()); return err }
	room := func(t *testing.T, c *Client) error { _, err := c.Participants(t.Context(), "r"); return err }
	alive := func(t *testing.T, c *Client) error { _, err := c.Alive(t.Context(), "v3:a"); return err }
	for _, tt := range []struct {
		name string
		ask  question
		body string
	}{
		{"no JSON", active, `<html>`},
		{"no list", active, `{"meta":{}}`},
		{"another thing than a list", active, `{"data":{"call_control_id":"v3:a"}}`},
		{"a call without a name", active, `{"data":[{"call_leg_id":"l"}]}`},
		{"a cut list", active, `{"data":[{"call_control_id":"v3:a"},`},
		{"a list without an end", active, `{"data":[{"call_control_id":"v3:a"}],"meta":{"cursors":{"after":"x"},"next":"/v2"}}`},
		{"no list of participants", room, `{"data":null}`},
		{"a participant without a name", room, `{"data":[{"status":"joined"}]}`},
		{"participants without an end", room, `{"data":[],"meta":{"total_pages":1000000}}`},
		{"no word whether it is alive", alive, `{"data":{"call_control_id":"v3:a"}}`},
		{"another call", alive, `{"data":{"call_control_id":"v3:b","is_alive":false}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			looking(t, func(t *testing.T, c *Client) {
				if err := tt.ask(t, c); !errors.Is(err, ErrStrange) {
					t.Errorf("got %v", err)
				}
			}, said(tt.body))
		})
	}
}

func TestParticipantsAreWhoHasNotLeft(t *testing.T) {
	far := looking(t, func(t *testing.T, c *Client) {
		got, err := c.Participants(t.Context(), "room/1")
		want := []Participant{{Leg: "v3:a", Told: true, Held: true}, {Leg: "v3:b", Told: true, Muted: true}, {Leg: "v3:c", Joining: true}, {Leg: "v3:d"}}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
	},
		said(`{"data":[{"call_control_id":"v3:a","status":"left","muted":false,"on_hold":false},
			{"call_control_id":"v3:a","status":"joined","muted":false,"on_hold":true},
			{"call_control_id":"v3:b","status":"joined","muted":true,"on_hold":false}],"meta":{"total_pages":2}}`),
		said(`{"data":[{"call_control_id":"v3:c","status":"joining"},{"call_control_id":"v3:d","status":"joined","muted":true}],"meta":{"total_pages":2}}`))
	want := []string{"GET /conferences/room%2F1/participants?page%5Bnumber%5D=1&page%5Bsize%5D=250",
		"GET /conferences/room%2F1/participants?page%5Bnumber%5D=2&page%5Bsize%5D=250"}
	if diff := cmp.Diff(want, far.seen); diff != "" {
		t.Error(diff)
	}
}

// Section 2: 90058 "conference does not exist (404)", 90019 "conference already ended". A
// 404 that is none of Telnyx's own says nothing.
func TestNobodyIsInAConferenceThatIsNoMore(t *testing.T) {
	for _, r := range []reply{refuse(404, "90058", "Invalid conference_id"), refuse(422, "90019", "Conference has already ended")} {
		looking(t, func(t *testing.T, c *Client) {
			if got, err := c.Participants(t.Context(), "r"); err != nil || len(got) != 0 {
				t.Errorf("got %+v, %v", got, err)
			}
		}, r)
	}
	looking(t, func(t *testing.T, c *Client) {
		if _, err := c.Participants(t.Context(), "r"); err == nil {
			t.Error("a page that is not there was taken for a conference that is over")
		}
	}, reply{status: 404, body: "not here"})
}

// Sections 5 and 12: data is kept ten minutes after the end; an unknown id is 422 90015.
func TestALegIsAliveOrOverOrNoLongerKnown(t *testing.T) {
	ended := time.Date(2025, 11, 23, 3, 29, 0, 123456000, time.UTC)
	for _, tt := range []struct {
		name string
		says reply
		want Life
	}{
		{"alive", said(`{"data":{"call_control_id":"v3:a","is_alive":true,"start_time":"2025-11-23T03:20:00Z"}}`), Life{Known: true, Alive: true}},
		{"over", said(`{"data":{"call_control_id":"v3:a","is_alive":false,"end_time":"2025-11-23T03:29:00.123456Z"}}`), Life{Known: true, Ended: ended}},
		{"not yet answered", said(`{"data":{"call_control_id":"v3:a","is_alive":false}}`), Life{Known: true}},
		{"no longer known", refuse(422, "90015", "The call_control_id provided was not valid."), Life{}},
		{"not found", refuse(404, "10005", "Resource not found"), Life{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			far := looking(t, func(t *testing.T, c *Client) {
				if got, err := c.Alive(t.Context(), "v3:a"); err != nil || got != tt.want {
					t.Errorf("got %+v, %v", got, err)
				}
			}, tt.says)
			if want := []string{"GET /calls/v3:a"}; !cmp.Equal(far.seen, want) {
				t.Errorf("asked %q", far.seen)
			}
		})
	}
	looking(t, func(t *testing.T, c *Client) {
		if got, err := c.Alive(t.Context(), "v3:a"); err == nil {
			t.Errorf("a 404 that is not Telnyx's own was taken for a leg that is no more: %+v", got)
		}
	}, reply{status: 404, body: "not here"})
}

func TestLostWebhooksAreFoundWhereverTelnyxPutsThem(t *testing.T) {
	raw := func(id, kind, at string) string {
		return fmt.Sprintf(`"event_type":%q,"id":%q,"occurred_at":%q,"record_type":"event",
			"payload":{"call_control_id":"v3:a","call_leg_id":"l-a","direction":"incoming","from":"+12025550142","to":"+12025550100"}`, kind, id, at)
	}
	var events []string
	for _, metadata := range []string{
		`{"status":"failed","event":{` + raw("w2", "call.answered", "2025-11-23T03:20:02Z") + `}}`, // out of order
		`{` + raw("w1", "call.initiated", "2025-11-23T03:20:01Z") + `}`,
		`{"data":{` + raw("w3", "call.hangup", "2025-11-23T03:20:03Z") + `}}`,
		`{` + raw("w4", "call.speak.started", "2025-11-23T03:20:02Z") + `}`, // of no use here
		`{}`, `null`, `{"event":7}`,
	} {
		events = append(events, `{"record_type":"call_event","type":"webhook","name":"call.x","metadata":`+metadata+`}`)
	}
	far := looking(t, func(t *testing.T, c *Client) {
		got, err := c.Events(t.Context(), "l-a")
		leg := engine.LegRef{Leg: "v3:a", CallLeg: "l-a"}
		at := time.Date(2025, 11, 23, 3, 20, 0, 0, time.UTC)
		want := []engine.Entry{
			{ID: "w1", By: engine.ByTelnyx, Occurred: at.Add(time.Second), Body: engine.LegInitiated{LegRef: leg, Direction: engine.Incoming, From: "+12025550142", To: "+12025550100"}},
			{ID: "w2", By: engine.ByTelnyx, Occurred: at.Add(2 * time.Second), Body: engine.LegAnswered{LegRef: leg}},
			{ID: "w3", By: engine.ByTelnyx, Occurred: at.Add(3 * time.Second), Body: engine.LegHungUp{LegRef: leg}},
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}, said(`{"data":[`+strings.Join(events, ",")+`],"meta":{"total_pages":1}}`))
	if want := "GET /call_events?filter%5Bleg_id%5D=l-a&filter%5Btype%5D=webhook&page%5Bnumber%5D=1&page%5Bsize%5D=250"; far.seen[0] != want {
		t.Errorf("asked %s", far.seen[0])
	}
}

func TestAQuestionIsAskedAgainForAShortWhileAndNeverTellsTheKey(t *testing.T) {
	down := reply{status: 500, body: `{"errors":[{"code":"10000","title":"no","detail":"` + testKey + ` is fine, we are not"}]}`}
	far := looking(t, func(t *testing.T, c *Client) {
		if _, err := c.ActiveCalls(t.Context()); err != nil {
			t.Errorf("it was not asked again: %v", err)
		}
	}, down, reply{status: 429, header: map[string]string{"X-Ratelimit-Reset": "1"}}, said(`{"data":[]}`))
	if waited := far.at[2].Sub(far.at[1]); waited < time.Second {
		t.Errorf("asked again %s after Telnyx had asked for a second", waited)
	}
	looking(t, func(t *testing.T, c *Client) {
		began := time.Now()
		_, err := c.ActiveCalls(t.Context())
		if !errors.Is(err, ErrUnreachable) || strings.Contains(err.Error(), testKey) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took > accountLife+maxWait {
			t.Errorf("it took %s", took)
		}
	}, down)
	looking(t, func(t *testing.T, c *Client) {
		if _, err := c.ActiveCalls(t.Context()); !errors.Is(err, ErrBusy) {
			t.Errorf("got %v", err)
		}
	}, reply{status: 429, header: map[string]string{"X-Ratelimit-Reset": "60"}})
}

func TestEveryQuestionIsWithinTelnyxsContract(t *testing.T) {
	far := &checked{contract: newContract(t)}
	server := httptest.NewServer(far)
	defer server.Close()
	client := NewClient(ClientConfig{URL: server.URL + "/v2", Key: "KEY-secret", ConnectionID: "2811212257810187875", Clock: clock.New(time.Unix(vectorTime, 0), 100)})
	defer client.Close()
	client.ActiveCalls(t.Context())
	client.activeCalls(t.Context(), "", "v1:x=")
	client.Participants(t.Context(), "room-1")
	client.Alive(t.Context(), "v3:a/b")
	client.Events(t.Context(), "2dc6fc34-f9e0-11ea-b68e-02420a0f7768")
	for _, err := range far.bad {
		t.Error(err)
	}
	if len(far.seen) != 5 {
		t.Errorf("asked %q", far.seen)
	}
	r := httptest.NewRequest("GET", "/v2/connections/1/active_calls?"+url.Values{"page[number]": {"1"}}.Encode(), nil)
	if err := far.contract.check(r); err == nil {
		t.Error("active calls by page number passed")
	}
}
