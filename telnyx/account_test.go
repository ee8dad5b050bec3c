package telnyx

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine/clock"
)

// asking returns an account whose far end gives the replies in turn, without sockets:
// the caller is in a bubble of synctest.
func asking(replies ...reply) (*Account, *farEnd) {
	far := &farEnd{replies: replies}
	return NewAccount(AccountConfig{URL: "http://telnyx.test/v2", Key: testKey, Clock: clock.New(time.Now(), 1), Transport: direct{far}}), far
}

const anApplication = `{"data":{"id":"77","record_type":"call_control_application","application_name":"desk","active":true,
	"webhook_api_version":"1","webhook_event_url":"https://old.example.test/webhook","webhook_event_failover_url":null,
	"webhook_timeout_secs":null,"first_command_timeout":true,"outbound":{"channel_limit":null,"outbound_voice_profile_id":"55"}}}`

// contracts/telnyx.md, section 1: page-numbered lists.
func TestAListIsReadToItsLastPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		page := func(n, of int, numbers ...string) reply {
			var data []string
			for _, number := range numbers {
				data = append(data, fmt.Sprintf(`{"id":"i%s","phone_number":%q,"status":"active","connection_id":null,"connection_name":null}`, number, number))
			}
			return reply{status: 200, body: fmt.Sprintf(`{"data":[%s],"meta":{"page_number":%d,"page_size":250,"total_pages":%d,"total_results":3}}`, strings.Join(data, ","), n, of)}
		}
		a, far := asking(page(1, 2, "+12025550101", "+12025550102"), page(2, 2, "+12025550103"))
		got, err := a.Numbers(t.Context())
		want := []Number{{ID: "i+12025550101", Number: "+12025550101", Status: "active"},
			{ID: "i+12025550102", Number: "+12025550102", Status: "active"}, {ID: "i+12025550103", Number: "+12025550103", Status: "active"}}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		wantSeen := []string{"GET /v2/phone_numbers?page%5Bnumber%5D=1&page%5Bsize%5D=250", "GET /v2/phone_numbers?page%5Bnumber%5D=2&page%5Bsize%5D=250"}
		if diff := cmp.Diff(wantSeen, far.seen); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAListThatNeverEndsIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, far := asking(reply{status: 200, body: `{"data":[{"id":"1","phone_number":"+12025550101"}],"meta":{"total_pages":1000000}}`})
		got, err := a.Numbers(t.Context())
		if err != nil || len(got) != maxPages || len(far.seen) != maxPages {
			t.Errorf("got %d numbers of %d pages, %v", len(got), len(far.seen), err)
		}
	})
}

// telnyx-go: "Non-numerical characters will result in no values being returned", and the
// filter finds parts.
func TestANumberIsLookedUpByItsDigitsAndIsTheWholeOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, far := asking(reply{status: 200, body: `{"data":[{"id":"1","phone_number":"+4412025550101","status":"active"},{"id":"2","phone_number":"+12025550101","status":"port-pending","connection_id":"77"}]}`})
		got, err := a.Number(t.Context(), "+12025550101")
		if want := (Number{ID: "2", Number: "+12025550101", Status: "port-pending", Application: "77"}); err != nil || got != want {
			t.Errorf("got %+v, %v", got, err)
		}
		if got.Active() {
			t.Error("a number that is being ported is said to be active")
		}
		if want := "GET /v2/phone_numbers?filter%5Bphone_number%5D=12025550101&page%5Bnumber%5D=1&page%5Bsize%5D=250"; far.seen[0] != want {
			t.Errorf("asked %s, want %s", far.seen[0], want)
		}
		if _, err := a.Number(t.Context(), "+2025550101"); !errors.Is(err, ErrNoSuch) {
			t.Errorf("part of a number was found: %v", err)
		}
	})
}

func TestSettingAWebhookTellsWhatItWasAndAsksForVersion2(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, far := asking(reply{status: 200, body: anApplication})
		was, err := a.SetWebhook(t.Context(), "77", "https://new.example.test/webhook")
		if want := (Webhook{URL: "https://old.example.test/webhook", Version: "1"}); err != nil || was != want {
			t.Errorf("got %+v, %v", was, err)
		}
		want := []string{"GET /v2/call_control_applications/77",
			`PATCH /v2/call_control_applications/77 {"application_name":"desk","webhook_event_url":"https://new.example.test/webhook","webhook_api_version":"2"}`}
		if diff := cmp.Diff(want, far.seen); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAWebhookIsRestoredUnlessSomebodyElseHasChangedIt(t *testing.T) {
	was := Webhook{URL: "https://before.example.test/webhook", Version: "1"}
	synctest.Test(t, func(t *testing.T) {
		a, far := asking(reply{status: 200, body: anApplication})
		found, err := a.RestoreWebhook(t.Context(), "77", []string{"https://old.example.test/webhook"}, was)
		if err != nil || found != "https://old.example.test/webhook" {
			t.Errorf("found %q, %v", found, err)
		}
		want := `PATCH /v2/call_control_applications/77 {"application_name":"desk","webhook_event_url":"https://before.example.test/webhook","webhook_api_version":"1"}`
		if len(far.seen) != 2 || far.seen[1] != want {
			t.Errorf("sent %q", far.seen)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		a, far := asking(reply{status: 200, body: anApplication})
		found, err := a.RestoreWebhook(t.Context(), "77", []string{"https://ours.example.test/webhook"}, was)
		if err != nil || found != "https://old.example.test/webhook" || len(far.seen) != 1 {
			t.Errorf("found %q, %v, sent %q", found, err, far.seen)
		}
	})
}

// An application has no command_id: sent twice, it would be made twice.
func TestAnApplicationThatMayHaveBeenMadeIsLookedForAndNotMadeAgain(t *testing.T) {
	wanted := NewApplication{Name: "desk", WebhookURL: "https://old.example.test/webhook", Profile: "55"}
	list := `{"data":[` + anApplication[len(`{"data":`):len(anApplication)-1] + `]}`
	synctest.Test(t, func(t *testing.T) {
		a, far := asking(reply{status: 502}, reply{status: 200, body: list})
		got, err := a.CreateApplication(t.Context(), wanted)
		if err != nil || got.ID != "77" || len(far.seen) != 2 {
			t.Errorf("got %+v, %v, sent %q", got, err, far.seen)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		a, far := asking(reply{status: 502}, reply{status: 200, body: `{"data":[]}`})
		_, err := a.CreateApplication(t.Context(), wanted)
		if !errors.Is(err, ErrUnreachable) || len(far.seen) != 2 {
			t.Errorf("%v, sent %q", err, far.seen)
		}
	})
}

func TestANewApplicationHasSaneSettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, far := asking(reply{status: 201, body: anApplication})
		got, err := a.CreateApplication(t.Context(), NewApplication{Name: "desk", WebhookURL: "https://a.example.test/webhook",
			Failover: "https://b.example.test/webhook", Profile: "55"})
		want := Application{ID: "77", Name: "desk", Active: true, FirstCommandTimeout: true, Profile: "55",
			Webhook: Webhook{URL: "https://old.example.test/webhook", Version: "1"}}
		if err != nil || got != want {
			t.Errorf("got %+v, %v", got, err)
		}
		wantSent := `POST /v2/call_control_applications {"application_name":"desk","active":true,"webhook_event_url":"https://a.example.test/webhook",` +
			`"webhook_event_failover_url":"https://b.example.test/webhook","webhook_api_version":"2","webhook_timeout_secs":5,` +
			`"first_command_timeout":true,"first_command_timeout_secs":30,"outbound":{"outbound_voice_profile_id":"55"}}`
		if far.seen[0] != wantSent {
			t.Errorf("sent %s\nwant %s", far.seen[0], wantSent)
		}
	})
}

func TestAnAccountsErrorsSayWhatToDoAndNeverTheKey(t *testing.T) {
	tests := []struct {
		name    string
		replies []reply
		want    error
		tries   int
	}{
		{"a wrong key", []reply{refuse(401, "10009", "Authentication failed for "+testKey)}, ErrKeyRefused, 1},
		{"a key that may not", []reply{refuse(403, "10010", "No permission")}, ErrNotAllowed, 1},
		{"another account's id", []reply{refuse(404, "10005", "Resource not found")}, ErrNoSuch, 1},
		{"a refusal", []reply{refuse(422, "10015", "Bad "+testKey)}, ErrRefused, 1},
		{"a broken Telnyx", []reply{{status: 500}}, ErrUnreachable, maxTries},
		{"a busy Telnyx", []reply{{status: 429, header: map[string]string{"Retry-After": "1"}}}, ErrBusy, maxTries},
		{"a page of something else", []reply{{status: 200, body: "<html>"}}, ErrStrange, 1},
		{"a moment's trouble", []reply{{status: 503}, {status: 200, body: anApplication}}, nil, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, far := asking(tt.replies...)
				_, err := a.Application(t.Context(), "77")
				if !errors.Is(err, tt.want) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
				if err != nil && (strings.Contains(err.Error(), testKey) || !strings.HasPrefix(err.Error(), "fetch application 77: ")) {
					t.Errorf("it says %q", err)
				}
				if len(far.seen) != tt.tries {
					t.Errorf("asked %d times, want %d", len(far.seen), tt.tries)
				}
			})
		})
	}
}

func TestADeadTelnyxIsGivenUpInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := asking(reply{}) // it never answers
		begun := time.Now()
		_, err := a.Profiles(t.Context())
		if took := time.Since(begun); !errors.Is(err, ErrUnreachable) || took > accountLife+maxWait {
			t.Errorf("%v after %s", err, took)
		}
	})
}

func TestTelnyxsTimeIsToldEvenToWhoHasAWrongKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := map[string]string{"Date": "Sun, 22 Nov 2026 20:31:21 GMT"}
		a, _ := asking(reply{status: 401, header: at})
		got, err := a.Time(t.Context())
		if want := time.Date(2026, 11, 22, 20, 31, 21, 0, time.UTC); err != nil || !got.Equal(want) {
			t.Errorf("got %v, %v", got, err)
		}
		a, _ = asking(reply{status: 200, header: map[string]string{"Date": "soon"}})
		if _, err := a.Time(t.Context()); !errors.Is(err, ErrStrange) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAPublicKeyThatIsNoneIsNotTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key := "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
		a, _ := asking(reply{status: 200, body: `{"data":{"record_type":"public_key","public":"` + key + `"}}`})
		if got, err := a.PublicKey(t.Context()); err != nil || got != key {
			t.Errorf("got %q, %v", got, err)
		}
		a, _ = asking(reply{status: 200, body: `{"data":{"public":"short"}}`})
		if got, err := a.PublicKey(t.Context()); !errors.Is(err, ErrStrange) || got != "" {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

func TestEveryQuestionToAnAccountIsWithinTelnyxsContract(t *testing.T) {
	contract := newContract(t)
	var bad []error
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := contract.check(r); err != nil {
			bad = append(bad, err)
		}
		if strings.Contains(r.URL.Path, "/phone_numbers") || strings.HasSuffix(r.URL.Path, "s") { // a list
			if r.Method == "GET" {
				io.WriteString(w, `{"data":[]}`)
				return
			}
		}
		io.WriteString(w, anApplication)
	}))
	defer server.Close()
	a := NewAccount(AccountConfig{URL: server.URL + "/v2", Key: testKey, Clock: clock.New(time.Now(), 1)})
	defer a.Close()
	ctx := t.Context()
	_, _ = a.Numbers(ctx)
	_, _ = a.Number(ctx, "+12025550101")
	_, _ = a.AssignNumber(ctx, Number{ID: "2", Number: "+12025550101"}, "77")
	_, _ = a.Applications(ctx)
	_, _ = a.Application(ctx, "77")
	_, _ = a.CreateApplication(ctx, NewApplication{Name: "desk", WebhookURL: "https://a.example.test/webhook", Failover: "https://b.example.test", Profile: "5"})
	_, _ = a.CreateApplication(ctx, NewApplication{Name: "desk", WebhookURL: "https://a.example.test/webhook"})
	_, _ = a.SetWebhook(ctx, "77", "https://a.example.test/webhook")
	_, _ = a.RestoreWebhook(ctx, "77", []string{"https://old.example.test/webhook"}, Webhook{URL: "https://c.example.test", Version: "1"})
	_, _ = a.Profiles(ctx)
	_, _ = a.Profile(ctx, "5")
	_, _ = a.PublicKey(ctx)
	_, _ = a.Balance(ctx)
	_, _ = a.LostWebhooks(ctx, time.Now().Add(-time.Hour))
	_, _ = a.Time(ctx)
	_ = a.DeleteRecording(ctx, "0f1a2b3c-0000-4000-8000-000000000005")
	for _, err := range bad {
		t.Error(err)
	}
}

func TestLostWebhooksAreThoseOfCallsWithTheirLastAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempt := func(status int) string {
			return fmt.Sprintf(`{"status":"failed","http":{"request":{"url":"https://a.example.test/webhook","headers":["Accept: */*"]},"response":{"status":%d}}}`, status)
		}
		a, far := asking(reply{status: 200, body: `{"data":[
			{"status":"failed","started_at":"2026-03-14T12:00:00.000Z","webhook":{"event_type":"call_hangup"},"attempts":[` + attempt(401) + `,` + attempt(503) + `]},
			{"status":"failed","started_at":"2026-03-14T11:59:00.000Z","webhook":{"event_type":"message.received"},"attempts":[` + attempt(500) + `]},
			{"status":"failed","webhook":{"event_type":"conference.created"},"attempts":[]}],"meta":{}}`})
		since := time.Date(2026, 3, 14, 11, 0, 0, 0, time.UTC)
		got, err := a.LostWebhooks(t.Context(), since)
		want := []LostWebhook{{Event: "call.hangup", At: since.Add(time.Hour), URL: "https://a.example.test/webhook", Status: 401}, {Event: "conference.created"}}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		if want := "GET /v2/webhook_deliveries?filter%5Bstarted_at%5D%5Bgte%5D=2026-03-14T11%3A00%3A00Z&filter%5Bstatus%5D%5Beq%5D=failed&page%5Bsize%5D=250"; far.seen[0] != want {
			t.Errorf("asked %s", far.seen[0])
		}
	})
}

// Whoever has an erasure done twice is told of nothing that is gone.
func TestARecordingThatIsGoneIsDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, far := asking(reply{status: 404, body: `{"errors":[{"code":"10005","title":"Resource not found"}]}`},
			reply{status: 403, body: `{"errors":[{"code":"10010","title":"Authorization failed"}]}`})
		if err := a.DeleteRecording(t.Context(), "r/1"); err != nil {
			t.Errorf("one that is gone: %v", err)
		}
		if err := a.DeleteRecording(t.Context(), "r2"); !errors.Is(err, ErrNotAllowed) {
			t.Errorf("one that may not be deleted: %v", err)
		}
		if diff := cmp.Diff([]string{"DELETE /v2/recordings/r%2F1", "DELETE /v2/recordings/r2"}, far.seen); diff != "" {
			t.Error(diff)
		}
	})
}
