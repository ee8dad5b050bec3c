package telnyxtest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/world"
)

// One call through our own client and decoder, as the program makes it.
func TestOneCallThroughTheRealClient(t *testing.T) {
	h := open(t, 20, world.Config{Seed: 1})
	client, do := h.realClient()
	leg := h.call(`{"operator":"answers","after":2}
{"on":"menu","at":1,"key":"1"}
{"on":"operator","at":1,"who":"operator","say":"Hello, this is Ida."}
{"on":"operator","at":4,"who":"customer","hangup":true}`)

	rang := h.await("call.initiated", leg).entry.Body.(engine.LegInitiated)
	if rang.Direction != engine.Incoming || rang.From != "+12025550142" || rang.Name != "Mette" || rang.To != ourNumber || rang.Leg != engine.LegID(leg) {
		t.Errorf("got %+v", rang)
	}
	customer := engine.ClientState{Floor: "floor", Session: "s1", Role: engine.RoleCustomer}
	do(engine.Answer{Leg: rang.Leg, State: customer})
	if got := h.await("call.answered", leg).entry.Body.(engine.LegAnswered); got.State != customer {
		t.Errorf("client_state came back as %+v", got.State)
	}
	room := do(engine.OpenConference{Leg: rang.Leg, Room: "room-s1", State: customer}).(engine.ConferenceOpened).Conference
	h.await("conference.created", leg)
	h.await("conference.participant.joined", leg)
	do(engine.EndOnExit{Leg: rang.Leg, Conference: room})
	voice := "AWS.Polly.Joanna-Neural"
	do(engine.Speak{Leg: rang.Leg, Text: "This call is analysed.", Language: "en-US", Voice: voice})
	h.await("call.speak.started", leg)
	if got := h.await("call.speak.ended", leg).entry; got.Body.(engine.SpeechEnded).Status != "completed" || got.Occurred.IsZero() {
		t.Errorf("got %+v", got)
	}
	do(engine.Gather{Leg: rang.Leg, Text: "Press 1.", Language: "en-US", Voice: voice, Valid: "12", Min: 1, Max: 1, Timeout: 8 * time.Second})
	if got := h.await("call.dtmf.received", leg).entry.Body.(engine.KeyPressed).Digit; got != "1" {
		t.Errorf("key %q", got)
	}
	if got := h.await("call.gather.ended", leg).entry.Body.(engine.Gathered); got.Digits != "1" || got.Status != "valid" {
		t.Errorf("gathered %+v", got)
	}
	do(engine.Gather{Leg: rang.Leg, Valid: "0123456789", Min: 10, Max: 10, Timeout: 8 * time.Second})
	do(engine.StopGather{Leg: rang.Leg})
	dialled := do(engine.Dial{To: desk, From: ourNumber, LinkTo: rang.Leg, Ring: 20 * time.Second,
		State: engine.ClientState{Floor: "floor", Session: "s1", Role: engine.RoleOperator, Attempt: 1}}).(engine.Dialled)
	operator := world.LegID(dialled.Leg)
	if got := h.await("call.initiated", operator).entry.Body.(engine.LegInitiated); got.Direction != engine.Outgoing || got.State.Role != engine.RoleOperator || got.CallLeg != dialled.CallLeg {
		t.Errorf("got %+v", got)
	}
	h.await("call.answered", operator)
	do(engine.Join{Leg: dialled.Leg, Conference: room})
	if got := h.await("conference.participant.joined", operator).entry.Body.(engine.ParticipantJoined); got.State.Role != engine.RoleCustomer || got.Conference != room {
		t.Errorf("got %+v, want the owner's state", got)
	}
	do(engine.Mute{Leg: rang.Leg, Conference: room, On: true})
	do(engine.Mute{Leg: rang.Leg, Conference: room})
	if got := h.await("conference.floor.changed", operator).entry; got.Occurred.IsZero() {
		t.Errorf("got %+v", got)
	}
	if got := h.await("call.hangup", leg).entry.Body.(engine.LegHungUp); got.Cause != "normal_clearing" || got.Source != "caller" || got.SIP != "200" {
		t.Errorf("got %+v", got)
	}
	h.await("call.hangup", operator)
	if got := h.await("conference.ended", leg).entry.Body.(engine.ConferenceEnded).Reason; got != "host_left" {
		t.Errorf("ended by %q", got)
	}
	gone := client.Do(t.Context(), engine.Command{Name: "s1/hangup/late/1", Decided: h.clock.Now(), Action: engine.Hangup{Leg: rang.Leg}})
	if r, refused := gone.(engine.Refused); !refused || r.Reason != engine.ReasonEnded {
		t.Errorf("got %+v, want refused: ended", gone)
	}
	h.refusedNothing()
}

func TestAKeyIsNeeded(t *testing.T) {
	h := open(t, 1, world.Config{})
	for _, header := range []string{"", "Bearer wrong", h.telnyx.Key()} {
		got := h.ask("GET", "/conferences", "", "Authorization", header)
		if got.Status != 401 || got.code() != "10009" {
			t.Errorf("%q: got %d %s, want 401 10009", header, got.Status, got.code())
		}
	}
}

// Appendix A, to the letter.
func TestWhatIsNotDocumentedIsRefused(t *testing.T) {
	h := open(t, 1, world.Config{})
	leg := h.call("")
	action := "/calls/" + url.PathEscape(string(leg)) + "/actions/"
	dial := func(more string) string {
		return `{"connection_id":"` + h.telnyx.ConnectionID() + `","from":"` + ourNumber + `","to":"` + desk + `"` + more + `}`
	}
	tests := []struct {
		name, method, path, body string
		status                   int
		code, pointer            string
	}{
		{"no JSON", "POST", action + "answer", `answer`, 422, "10015", ""},
		{"no body", "POST", action + "answer", ``, 422, "10015", ""},
		{"null", "POST", action + "answer", `null`, 422, "10015", ""},
		{"two objects", "POST", action + "answer", `{}{}`, 422, "10015", ""},
		{"unknown field", "POST", action + "answer", `{"greeting":"x"}`, 422, "10007", "/greeting"},
		{"another operation's field", "POST", action + "answer", `{"link_to":"x"}`, 422, "10007", "/link_to"},
		{"a field that answer does not have", "POST", action + "answer", `{"privacy":"id"}`, 422, "10007", "/privacy"},
		{"wrong type", "POST", action + "answer", `{"client_state":5}`, 422, "10026", "/client_state"},
		{"null field", "POST", action + "answer", `{"client_state":null}`, 422, "10026", "/client_state"},
		{"too large", "POST", action + "answer", `{"client_state":"` + strings.Repeat("A", maxBody) + `"}`, 413, "10015", ""},
		{"missing field", "POST", action + "speak", `{"payload":"x"}`, 422, "10004", "/voice"},
		{"empty field", "POST", action + "speak", `{"payload":"","voice":"AWS.Polly.Joanna"}`, 422, "10004", "/payload"},
		{"not in the list", "POST", action + "speak", `{"payload":"x","voice":"AWS.Polly.Joanna","stop":"now"}`, 422, "10032", "/stop"},
		{"no such language", "POST", action + "speak", `{"payload":"x","voice":"AWS.Polly.Joanna","language":"en"}`, 422, "10032", "/language"},
		{"no such voice", "POST", action + "speak", `{"payload":"x","voice":"Joanna"}`, 422, "10015", "/voice"},
		{"too long a text", "POST", action + "speak", `{"voice":"male","payload":"` + strings.Repeat("x", 3001) + `"}`, 422, "10033", "/payload"},
		{"too many digits", "POST", action + "gather", `{"maximum_digits":129}`, 422, "10033", "/maximum_digits"},
		{"not whole", "POST", action + "gather", `{"maximum_digits":1.5}`, 422, "10026", "/maximum_digits"},
		{"no such digits", "POST", action + "gather", `{"valid_digits":"12A"}`, 422, "10015", "/valid_digits"},
		{"gather has no tries", "POST", action + "gather", `{"maximum_tries":1}`, 422, "10007", "/maximum_tries"},
		{"only gather has a first time-out", "POST", action + "gather_using_speak",
			`{"payload":"x","voice":"male","initial_timeout_millis":5}`, 422, "10007", "/initial_timeout_millis"},
		{"what is not done", "POST", action + "speak", `{"payload":"x","voice":"male","loop":2}`, 422, "10015", "/loop"},
		{"cause of a reject", "POST", action + "reject", `{}`, 422, "10004", "/cause"},
		{"too short a ring", "POST", "/calls", dial(`,"timeout_secs":4`), 422, "10033", "/timeout_secs"},
		{"not E.164", "POST", "/calls", strings.Replace(dial(""), desk, "555-0111", 1), 422, "10015", "/to"},
		{"another connection", "POST", "/calls", strings.Replace(dial(""), h.telnyx.ConnectionID(), "1", 1), 422, "10015", "/connection_id"},
		{"a greeting's end", "POST", "/calls", dial(`,"answering_machine_detection":"greeting_end"`), 422, "10015", "/answering_machine_detection"},
		{"room without a name", "POST", "/conferences", `{"call_control_id":"x"}`, 422, "10004", "/name"},
		{"room for one", "POST", "/conferences", `{"call_control_id":"x","name":"r","max_participants":1}`, 422, "10033", "/max_participants"},
		{"mute takes no command_id", "POST", "/conferences/r/actions/mute", `{"command_id":"x"}`, 422, "10007", "/command_id"},
		{"mute takes a list", "POST", "/conferences/r/actions/mute", `{"call_control_ids":"x"}`, 422, "10026", "/call_control_ids"},
		{"list of numbers", "POST", "/conferences/r/actions/mute", `{"call_control_ids":[1]}`, 422, "10026", "/call_control_ids"},
		{"no such role", "POST", "/conferences/r/actions/join", `{"call_control_id":"x","supervisor_role":"spy"}`, 422, "10032", "/supervisor_role"},
		{"update without a role", "POST", "/conferences/r/actions/update", `{"call_control_id":"x"}`, 422, "10004", "/supervisor_role"},
		{"hold takes no command_id", "POST", "/conferences/r/actions/hold", `{"command_id":"x"}`, 422, "10007", "/command_id"},
		{"hold with two files", "POST", "/conferences/r/actions/hold", `{"audio_url":"https://x","media_name":"y"}`, 422, "10015", "/media_name"},
		{"unhold without a list", "POST", "/conferences/r/actions/unhold", `{}`, 422, "10004", "/call_control_ids"},
		{"unhold with an empty list", "POST", "/conferences/r/actions/unhold", `{"call_control_ids":[]}`, 422, "10004", "/call_control_ids"},
		{"nothing to play", "POST", action + "playback_start", `{"loop":"infinity"}`, 422, "10004", "/audio_url"},
		{"played too often", "POST", action + "playback_start", `{"audio_url":"https://x","loop":101}`, 422, "10033", "/loop"},
		{"played for ever, misspelt", "POST", action + "playback_start", `{"audio_url":"https://x","loop":"forever"}`, 422, "10033", "/loop"},
		{"no such operation", "POST", action + "sing", `{}`, 404, "10005", ""},
		{"no such method", "DELETE", "/conferences/r", ``, 404, "10005", ""},
		{"unknown parameter", "GET", "/conferences?sort=name", ``, 422, "10007", ""},
		{"brackets", "GET", "/conferences?filter[name]=r", ``, 422, "10015", ""},
		{"too large a page", "GET", "/conferences?page%5Bsize%5D=251", ``, 422, "10033", ""},
	}
	for _, tt := range tests {
		got := h.ask(tt.method, tt.path, tt.body)
		pointer := ""
		if len(got.Errors) > 0 && got.Errors[0].Source != nil {
			pointer = got.Errors[0].Source.Pointer
		}
		if got.Status != tt.status || got.code() != tt.code || pointer != tt.pointer {
			t.Errorf("%s: got %d %s at %q, want %d %s at %q", tt.name, got.Status, got.code(), pointer, tt.status, tt.code, tt.pointer)
		}
	}
	if got, want := len(h.telnyx.Refused()), len(tests)-1; got != want { // another connection is well formed
		t.Errorf("%d refusals are remembered, want %d: %s", got, want, strings.Join(h.telnyx.Refused(), "\n"))
	}
	if got := h.ask("POST", action+"answer", `{}`, "Content-Type", "text/plain"); got.Status != 422 {
		t.Errorf("text/plain: got %d", got.Status)
	}
	if legs := h.network.Snapshot().Legs; len(legs) != 1 || legs[0].Answers != 0 {
		t.Errorf("something was done: %+v", legs)
	}
}

func TestErrorsOfTheWorldAreNoFaultOfForm(t *testing.T) {
	h := open(t, 1, world.Config{})
	leg := h.call("")
	path := "/calls/" + url.PathEscape(string(leg)) + "/actions/"
	got := h.ask("POST", path+"speak", `{"payload":"x","voice":"male"}`)
	if got.Status != 422 || got.code() != "90034" || got.Errors[0].Title == "" || got.Errors[0].Meta["url"] == "" {
		t.Errorf("got %+v, want 90034", got)
	}
	if got := h.ask("POST", "/conferences/none/actions/leave", `{"call_control_id":"x"}`); got.Status != 404 || got.code() != "90058" {
		t.Errorf("got %+v, want 404 90058", got)
	}
	h.refusedNothing()
}

func TestLists(t *testing.T) {
	h := open(t, 1, world.Config{})
	var legs []world.LegID
	for i := range 3 {
		leg := h.call("")
		legs = append(legs, leg)
		h.must("POST", "/calls/"+url.PathEscape(string(leg))+"/actions/answer", `{"client_state":"YWJj"}`)
		h.must("POST", "/conferences", fmt.Sprintf(`{"call_control_id":%q,"name":"room %d"}`, leg, i))
	}
	var room conferenceData
	var rooms []conferenceData
	decode := func(raw json.RawMessage, to any) {
		t.Helper()
		if err := json.Unmarshal(raw, to); err != nil {
			t.Fatal(err)
		}
	}
	got := h.must("GET", "/conferences?"+url.Values{"filter[name]": {"room 1"}, "filter[status]": {"in_progress"}}.Encode(), "")
	decode(got.Data, &rooms)
	if len(rooms) != 1 || rooms[0].Name != "room 1" || rooms[0].Status != "in_progress" {
		t.Fatalf("got %s", got.Data)
	}
	decode(h.must("GET", "/conferences/"+rooms[0].ID, "").Data, &room)
	if room != rooms[0] {
		t.Errorf("got %+v, want %+v", room, rooms[0])
	}
	got = h.must("GET", "/conferences?"+url.Values{"page[size]": {"2"}, "page[number]": {"2"}}.Encode(), "")
	decode(got.Data, &rooms)
	if len(rooms) != 1 || string(got.Meta) != `{"page_number":2,"page_size":2,"total_pages":2,"total_results":3}` {
		t.Errorf("got %s %s", got.Data, got.Meta)
	}

	var in []participantData
	decode(h.must("GET", "/conferences/"+room.ID+"/participants", "").Data, &in)
	if len(in) != 1 || in[0].Leg != string(legs[1]) || in[0].EndOnExit || in[0].Muted {
		t.Fatalf("got %+v", in)
	}
	h.must("POST", "/conferences/"+room.ID+"/actions/mute", `{}`) // everybody
	var now participantData
	decode(h.must("PATCH", "/conferences/"+room.ID+"/participants/"+in[0].ID, `{"end_conference_on_exit":true}`).Data, &now)
	if !now.EndOnExit || !now.Muted {
		t.Errorf("got %+v", now)
	}
	if got := h.ask("PATCH", "/conferences/"+room.ID+"/participants/"+url.PathEscape(string(legs[1])), `{}`); got.Status != 404 {
		t.Errorf("a leg's id is taken for a participant's: %d", got.Status)
	}

	var found []string
	next := "/connections/" + h.telnyx.ConnectionID() + "/active_calls?page%5Blimit%5D=2"
	for range 3 {
		got := h.must("GET", next, "")
		var calls []callData
		var meta cursorMeta
		decode(got.Data, &calls)
		decode(got.Meta, &meta)
		for _, c := range calls {
			found = append(found, c.Leg)
			if c.ClientState != "YWJj" || c.RecordType != "call" || c.CallDuration == nil {
				t.Errorf("got %+v", c)
			}
		}
		if meta.Next == "" {
			break
		}
		next = strings.TrimPrefix(meta.Next, "/v2") + "&page%5Blimit%5D=2"
	}
	if want := []string{string(legs[0]), string(legs[1]), string(legs[2])}; !slices.Equal(found, want) {
		t.Errorf("active are %q, want %q", found, want)
	}

	path := "/calls/" + url.PathEscape(string(legs[0]))
	if got := h.must("GET", path, "").field(t, "is_alive"); got != "true" {
		t.Errorf("is_alive is %s", got)
	}
	h.must("POST", path+"/actions/hangup", `{}`)
	if got := h.must("GET", path, "").field(t, "is_alive"); got != "false" {
		t.Errorf("is_alive is %s", got)
	}
	h.refusedNothing()
}

func TestOneSessionForLinkedLegs(t *testing.T) {
	h := open(t, 1, world.Config{})
	leg := h.call("")
	body := func(id string) string {
		return fmt.Sprintf(`{"connection_id":%q,"from":%q,"to":%q,"link_to":%q,"command_id":%q}`,
			h.telnyx.ConnectionID(), ourNumber, desk, leg, id)
	}
	one := h.must("POST", "/calls", body("a"))
	again := h.must("POST", "/calls", body("a"))
	if string(one.Data) != string(again.Data) {
		t.Errorf("the second of a command_id got %s, want %s", again.Data, one.Data)
	}
	if got, want := one.field(t, "call_session_id"), h.must("GET", "/calls/"+url.PathEscape(string(leg)), "").field(t, "call_session_id"); got != want {
		t.Errorf("session %s, want the customer's %s", got, want)
	}
	if got := one.field(t, "is_alive"); got != "false" {
		t.Errorf("is_alive is %s in the answer to a dial, want false", got)
	}
}

// "retried: 408, 429, 5xx, time-out; other 4xx not": section 11.
func TestWebhooksAreSentAgainUntilTheyAreTaken(t *testing.T) {
	for status, want := range map[int]int{200: 1, 400: 1, 401: 1, 204: 3, 302: 3, 408: 3, 429: 3, 500: 3, 503: 3} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			h := open(t, 50, world.Config{})
			h.mu.Lock()
			h.answer = func(_ hook, times int) int {
				if times < 3 {
					return status
				}
				return 200
			}
			h.mu.Unlock()
			leg := h.call("")
			h.until("delivered", func() bool { return len(h.received("call.initiated", leg)) >= want })
			h.until("settled", func() bool { c := h.telnyx.Webhooks(); return c.Delivered+c.Lost == 1 })
			got := h.received("call.initiated", leg)
			if len(got) != want {
				t.Errorf("came %d times, want %d", len(got), want)
			}
			for i, g := range got {
				if g.entry.ID != got[0].entry.ID || g.try != i+1 {
					t.Errorf("try %d has id %s and attempt %d", i+1, g.entry.ID, g.try)
				}
				if i > 0 && g.at.Sub(got[i-1].at) < resends[i-1] {
					t.Errorf("try %d came %v after the one before, want %v", i+1, g.at.Sub(got[i-1].at), resends[i-1])
				}
			}
		})
	}
}

func TestWebhooksAreGivenUpAtLast(t *testing.T) {
	h := open(t, 200, world.Config{})
	h.mu.Lock()
	h.answer = func(hook, int) int { return 503 }
	h.mu.Unlock()
	h.call("")
	h.until("given up", func() bool { return h.telnyx.Webhooks().Lost == 1 })
	if got, want := len(h.received("call.initiated", "")), 1+len(resends); got != want {
		t.Errorf("came %d times, want %d", got, want)
	}
}

func TestFaultsRepeatAndReorderWebhooks(t *testing.T) {
	h := open(t, 20, world.Config{Seed: 5, Faults: world.Faults{Repeat: 0.5, Swap: 0.5}})
	const calls = 10
	for range calls {
		leg := h.call(`{"on":"answered","at":0.1,"who":"customer","hangup":true}`)
		h.must("POST", "/calls/"+url.PathEscape(string(leg))+"/actions/answer", `{}`)
	}
	// order is the order in which the webhooks of a leg came first.
	order := func(leg world.LegID) (kinds []string) {
		seen := map[string]bool{}
		for _, g := range h.received("", leg) {
			if !seen[g.entry.ID] {
				seen[g.entry.ID] = true
				kinds = append(kinds, g.kind)
			}
		}
		return kinds
	}
	legs := h.network.Snapshot().Legs
	h.until("all hung up", func() bool {
		return !slices.ContainsFunc(legs, func(l world.LegReport) bool { return len(order(l.ID)) < 3 })
	})
	h.until("some twice", func() bool { return len(h.received("", "")) > 3*calls })
	right := []string{"call.initiated", "call.answered", "call.hangup"}
	if !slices.ContainsFunc(legs, func(l world.LegReport) bool { return !slices.Equal(order(l.ID), right) }) {
		t.Error("nothing came out of order")
	}
}

func TestFiftyCallsAtOnceDoNotMix(t *testing.T) {
	h := open(t, 10, world.Config{Seed: 9, Keep: time.Hour})
	type call struct {
		leg, operator world.LegID
		room          string
	}
	var calls []call
	for i := range 50 {
		leg := h.call(fmt.Sprintf(`{"on":"operator","at":1,"who":"customer","say":"I am %d."}
{"on":"operator","at":5,"who":"customer","hangup":true}`, i))
		h.must("POST", "/calls/"+url.PathEscape(string(leg))+"/actions/answer", `{}`)
		room := h.must("POST", "/conferences", fmt.Sprintf(`{"call_control_id":%q,"name":"room %d"}`, leg, i)).field(t, "id")
		var in []participantData
		if err := json.Unmarshal(h.must("GET", "/conferences/"+room+"/participants", "").Data, &in); err != nil || len(in) != 1 {
			t.Fatalf("room %d: %v %+v", i, err, in)
		}
		h.must("PATCH", "/conferences/"+room+"/participants/"+in[0].ID, `{"end_conference_on_exit":true}`)
		operator := h.must("POST", "/calls", fmt.Sprintf(`{"connection_id":%q,"from":%q,"to":"+1202555%04d","link_to":%q}`,
			h.telnyx.ConnectionID(), ourNumber, 1000+i, leg)).field(t, "call_control_id")
		calls = append(calls, call{leg, world.LegID(operator), room})
	}
	if got := h.network.Customers(); got != 50 {
		t.Errorf("%d customers are there at once, want 50", got)
	}
	for _, c := range calls {
		h.await("call.answered", c.operator)
		h.must("POST", "/conferences/"+c.room+"/actions/join", fmt.Sprintf(`{"call_control_id":%q}`, c.operator))
	}
	want := []string{"call.answered", "call.hangup", "call.initiated", "conference.participant.joined", "conference.participant.left"}
	for i, c := range calls {
		h.await("call.hangup", c.operator)
		heard := h.network.Heard(c.operator, 0)
		if len(heard) != 1 || heard[0].Text != fmt.Sprintf("I am %d.", i) || heard[0].Leg != c.leg {
			t.Errorf("operator %d heard %+v", i, heard)
		}
		h.until("all told", func() bool { return len(h.received("", c.operator)) >= len(want) })
		if got := kindsOf(h.received("", c.operator)); !slices.Equal(got, want) {
			t.Errorf("of operator %d was told %q, want %q", i, got, want)
		}
	}
	for _, c := range h.network.Snapshot().Conferences {
		if len(c.Stays) != 2 || c.Together(world.Customer) != 1 || c.Together(world.Operator) != 1 || c.Ended.IsZero() {
			t.Errorf("conference %+v", c)
		}
	}
	h.refusedNothing()
}
