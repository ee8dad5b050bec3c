package telnyxtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/world"
	"switchboard/telnyx"
)

// account returns the real client of the account, with a key.
func (h *house) account(key string) *telnyx.Account {
	a := telnyx.NewAccount(telnyx.AccountConfig{URL: h.telnyx.URL(), Key: key, Clock: h.clock})
	h.t.Cleanup(a.Close)
	return a
}

// another opens a second place where webhooks may go, which counts them.
func (h *house) another() (url string, came *atomic.Int64) {
	h.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	came = new(atomic.Int64)
	server := http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) })}
	go func() { _ = server.Serve(listener) }()
	h.t.Cleanup(func() { _ = server.Close() })
	return "http://" + listener.Addr().String() + "/webhook", came
}

func TestTheAccountIsToldAsItWasSeeded(t *testing.T) {
	portal := Portal{
		Applications: []Application{{ID: "77", Name: "old sample", URL: "https://old.example.test/webhook", Version: "1", Limit: 3}},
		Profiles:     []Profile{{ID: "55", Name: "Desk", Limit: 10}, {ID: "56", Name: "Off", Disabled: true}},
		Credit:       "12.34",
	}
	for i := range 300 { // more than a page holds
		portal.Numbers = append(portal.Numbers, Number{Number: fmt.Sprintf("+1202555%04d", i), Application: "77"})
	}
	portal.Numbers[7].Application, portal.Numbers[7].Status = "", "port-pending"
	h := openWith(t, 1, world.Config{Seed: 1}, portal)
	a, ctx := h.account(h.telnyx.Key()), t.Context()

	numbers, err := a.Numbers(ctx)
	if err != nil || len(numbers) != 300 || numbers[299].Number != "+12025550000" || numbers[299].ApplicationName != "old sample" {
		t.Fatalf("got %d numbers, %v", len(numbers), err)
	}
	if n, err := a.Number(ctx, "+12025550007"); err != nil || n.Application != "" || n.Active() {
		t.Errorf("got %+v, %v", n, err)
	}
	apps, err := a.Applications(ctx)
	if err != nil || len(apps) != 2 || apps[1].ID != h.telnyx.ConnectionID() || apps[1].Webhook.Version != "2" || apps[1].Profile != "55" || !apps[1].FirstCommandTimeout {
		t.Fatalf("got %+v, %v", apps, err)
	}
	want := telnyx.Application{ID: "77", Name: "old sample", Active: true, OutboundLimit: 3,
		Webhook: telnyx.Webhook{URL: "https://old.example.test/webhook", Version: "1"}}
	if apps[0] != want {
		t.Errorf("got %+v, want %+v", apps[0], want)
	}
	profiles, err := a.Profiles(ctx)
	if err != nil || len(profiles) != 2 || profiles[0].Enabled || !profiles[1].Enabled || profiles[1].Limit != 10 {
		t.Errorf("got %+v, %v", profiles, err)
	}
	if p, err := a.Profile(ctx, "55"); err != nil || p.Name != "Desk" {
		t.Errorf("got %+v, %v", p, err)
	}
	if key, err := a.PublicKey(ctx); err != nil || key != h.telnyx.PublicKey() {
		t.Errorf("got %q, %v", key, err)
	}
	if b, err := a.Balance(ctx); err != nil || b != (telnyx.Balance{Available: "12.34", Currency: "USD"}) {
		t.Errorf("got %+v, %v", b, err)
	}
	at, err := a.Time(ctx)
	if off := at.Sub(h.clock.Now()).Abs(); err != nil || off > 2*time.Second {
		t.Errorf("the time is %s off, %v", off, err)
	}
	h.refusedNothing()
}

func TestWhatTheAccountDoesNotHaveIsNotFound(t *testing.T) {
	h := open(t, 1, world.Config{Seed: 1})
	a, ctx := h.account(h.telnyx.Key()), t.Context()
	_, noApplication := a.Application(ctx, "99")
	_, noProfile := a.Profile(ctx, "99")
	_, noNumber := a.AssignNumber(ctx, telnyx.Number{ID: "99", Number: "+12025550101"}, h.telnyx.ConnectionID())
	_, noWebhook := a.SetWebhook(ctx, "99", "https://a.example.test")
	for _, err := range []error{noApplication, noProfile, noNumber, noWebhook} {
		if !errors.Is(err, telnyx.ErrNoSuch) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := h.account("KEYwrong").Numbers(ctx); !errors.Is(err, telnyx.ErrKeyRefused) || strings.Contains(err.Error(), "KEYwrong") {
		t.Errorf("a wrong key: %v", err)
	}
	if _, err := h.account("KEYwrong").Time(ctx); err != nil {
		t.Errorf("the time, with a wrong key: %v", err)
	}
}

func TestThePortalTakesNothingThatTelnyxWouldNot(t *testing.T) {
	h := open(t, 1, world.Config{Seed: 1})
	for _, tt := range []struct{ method, path, body, code string }{
		{"POST", "/call_control_applications", `{"application_name":"desk"}`, "10004"},
		{"POST", "/call_control_applications", `{"application_name":"desk","webhook_event_url":"example.test/webhook"}`, "10015"},
		{"POST", "/call_control_applications", `{"application_name":"desk","webhook_event_url":"https://a.test","webhook_api_version":"3"}`, "10032"},
		{"POST", "/call_control_applications", `{"application_name":"desk","webhook_event_url":"https://a.test","webhook_timeout_secs":31}`, "10033"},
		{"POST", "/call_control_applications", `{"application_name":"desk","webhook_event_url":"https://a.test","outbound":{"outbound_voice_profile_id":"99"}}`, "10015"},
		{"POST", "/call_control_applications", `{"application_name":"desk","webhook_event_url":"https://a.test","outbound":{"limit":1}}`, "10007"},
		{"PATCH", "/call_control_applications/" + h.telnyx.ConnectionID(), `{"webhook_event_url":"https://a.test"}`, "10004"},
		{"PATCH", "/phone_numbers/1", `{"connection":"1"}`, "10007"},
		{"GET", "/phone_numbers?page[size]=5", ``, "10015"},
		{"GET", "/phone_numbers?page%5Bsize%5D=251", ``, "10033"},
		{"GET", "/phone_numbers?filter%5Bphone_number%5D=12", ``, "10015"},
		{"GET", "/public_keys", ``, "10005"},
	} {
		if got := h.ask(tt.method, tt.path, tt.body); got.code() != tt.code || got.Status < 400 {
			t.Errorf("%s %s %s: %d %+v, want %s", tt.method, tt.path, tt.body, got.Status, got.Errors, tt.code)
		}
	}
	// Not refused, and worse: a plus in the filter finds nothing.
	if got := h.must("GET", "/phone_numbers?filter%5Bphone_number%5D=%2B12025550101", ""); string(got.Data) != "[]" {
		t.Errorf("got %s", got.Data)
	}
}

func TestWhatNobodyAsksForIsAsTelnyxMakesIt(t *testing.T) {
	h := open(t, 1, world.Config{Seed: 1})
	got := h.ask("POST", "/call_control_applications", `{"application_name":"desk","webhook_event_url":"https://a.test"}`)
	if got.Status != http.StatusCreated || got.field(t, "webhook_api_version") != "1" || got.field(t, "first_command_timeout") != "false" {
		t.Errorf("%d %s", got.Status, got.Data)
	}
}

// Section 11: the application says where webhooks go. A running call's go to where it
// says now.
func TestWebhooksFollowTheApplication(t *testing.T) {
	h := open(t, 20, world.Config{Seed: 1})
	a, ctx := h.account(h.telnyx.Key()), t.Context()
	leg := h.call(`{"on":"answered","at":60,"who":"customer","say":"Hello?"}`)
	h.await("call.initiated", leg)
	url, came := h.another()
	was, err := a.SetWebhook(ctx, h.telnyx.ConnectionID(), url)
	if err != nil || !strings.HasPrefix(was.URL, "http://127.0.0.1:") {
		t.Fatalf("%+v, %v", was, err)
	}
	_, do := h.realClient()
	do(engine.Answer{Leg: engine.LegID(leg)})
	h.until("the webhook at the new place", func() bool { return came.Load() > 0 })
	if got := h.received("call.answered", leg); len(got) > 0 {
		t.Error("the old place was told as well")
	}
	if found, err := a.RestoreWebhook(ctx, h.telnyx.ConnectionID(), []string{url}, was); err != nil || found != url {
		t.Fatalf("found %q, %v", found, err)
	}
	do(engine.Hangup{Leg: engine.LegID(leg)})
	h.await("call.hangup", leg)
}

func TestACallGoesToTheApplicationOfItsNumber(t *testing.T) {
	h := openWith(t, 20, world.Config{Seed: 1}, Portal{Numbers: []Number{{Number: ourNumber}}})
	a, ctx := h.account(h.telnyx.Key()), t.Context()
	rings := `{"on":"answered","at":60,"who":"customer","say":"Hello?"}`
	h.call(rings)
	h.until("a call that nobody is told of", func() bool { return h.telnyx.Webhooks().Lost == 1 })

	url, came := h.another()
	app, err := a.CreateApplication(ctx, telnyx.NewApplication{Name: "desk", WebhookURL: url, Profile: h.telnyx.Portal().Profiles[0].ID})
	if err != nil || app.Webhook.Version != "2" || !app.FirstCommandTimeout || app.ID == h.telnyx.ConnectionID() {
		t.Fatalf("%+v, %v", app, err)
	}
	number, err := a.Number(ctx, ourNumber)
	if err != nil {
		t.Fatal(err)
	}
	if number, err = a.AssignNumber(ctx, number, app.ID); err != nil || number.Application != app.ID || number.ApplicationName != "desk" {
		t.Fatalf("%+v, %v", number, err)
	}
	leg := h.call(rings)
	h.until("the new application's webhook", func() bool { return came.Load() > 0 })
	dial := fmt.Sprintf(`{"connection_id":%q,"to":%q,"from":%q}`, app.ID, desk, ourNumber)
	before := came.Load()
	dialled := h.must("POST", "/calls", dial)
	h.until("the webhook of what it dialled", func() bool { return came.Load() > before })
	live := h.must("GET", "/connections/"+app.ID+"/active_calls", "")
	if got := string(live.Data); !strings.Contains(got, string(leg)) || !strings.Contains(got, dialled.field(t, "call_control_id")) || strings.Count(got, "call_control_id") != 2 {
		t.Errorf("its live calls are %s", got)
	}
	if got := len(h.received("", "")); got != 0 {
		t.Errorf("the first application was told %d times", got)
	}
	h.refusedNothing()
}

func TestThePortalCanFail(t *testing.T) {
	h := open(t, 20, world.Config{Seed: 1})
	a := h.account(h.telnyx.Key())
	h.telnyx.SetPortalFault(PortalFault{Times: 2, Status: http.StatusServiceUnavailable})
	if _, err := a.Profiles(t.Context()); err != nil {
		t.Errorf("what fails twice is not asked a third time: %v", err)
	}
	h.telnyx.SetPortalFault(PortalFault{Times: 1, Status: http.StatusBadGateway, Done: true})
	app, err := a.CreateApplication(t.Context(), telnyx.NewApplication{Name: "desk", WebhookURL: "https://a.example.test/webhook"})
	if apps := h.telnyx.Portal().Applications; err != nil || len(apps) != 2 || app.ID != apps[1].ID {
		t.Errorf("made %+v, %v; there are %+v", app, err, apps)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Profiles(ctx); err == nil {
		t.Error("a question goes on after its context")
	}
}

// Section 11: "Other 4xx (not 408/429): not retried".
func TestWebhooksThatWereGivenUpAreListed(t *testing.T) {
	h := open(t, 20, world.Config{Seed: 1})
	h.mu.Lock()
	h.answer = func(hook, int) int { return http.StatusUnauthorized }
	h.mu.Unlock()
	begun := h.clock.Now().Add(-time.Minute)
	leg := h.call(`{"on":"answered","at":60,"who":"customer","say":"Hello?"}`)
	h.until("the webhook is given up", func() bool { return h.telnyx.Webhooks().Lost > 0 })
	a := h.account(h.telnyx.Key())
	lost, err := a.LostWebhooks(t.Context(), begun)
	if err != nil || len(lost) == 0 || lost[len(lost)-1].Event != "call.initiated" || lost[0].Status != http.StatusUnauthorized || !strings.HasSuffix(lost[0].URL, "/webhook") || lost[0].At.Before(begun) {
		t.Errorf("got %+v, %v, of leg %s", lost, err, leg)
	}
	if later, err := a.LostWebhooks(t.Context(), h.clock.Now().Add(time.Hour)); err != nil || len(later) > 0 {
		t.Errorf("got %+v, %v", later, err)
	}
	h.refusedNothing()
}
