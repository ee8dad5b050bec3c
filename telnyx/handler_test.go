package telnyx

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// taker takes entries in, as the runner does: at once, not at all, or never.
type taker struct {
	refuse  error
	stuck   bool
	entries []engine.Entry
	notes   []string
	said    []engine.Partial
}

func (s *taker) Submit(ctx context.Context, entry engine.Entry) error {
	if s.stuck {
		<-ctx.Done()
		return ctx.Err()
	}
	if s.refuse != nil {
		return s.refuse
	}
	s.entries = append(s.entries, entry)
	return nil
}

func (s *taker) Note(kind engine.TroubleKind, detail string) {
	s.notes = append(s.notes, kind.String()+": "+detail)
}

func (s *taker) Partial(p engine.Partial) { s.said = append(s.said, p) }

func handlerFor(t testing.TB, s *taker) http.Handler {
	house := clock.New(time.Unix(vectorTime, 0), 1)
	return NewHandler(HandlerConfig{Key: vectorKey(t), Clock: house, Engine: s})
}

func post(path string, header http.Header, body []byte) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header = header
	return r
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestADurableWebhookIsAnswered200WithAnEmptyBody(t *testing.T) {
	body := webhook(t, "call.initiated.incoming")
	for _, path := range []string{"/webhook", "/Webhook"} {
		s := &taker{}
		w := serve(handlerFor(t, s), post(path, signed(body, time.Unix(vectorTime, 0)), body))
		if w.Code != http.StatusOK || w.Body.Len() != 0 {
			t.Errorf("%s: got %d %q, want 200 and nothing", path, w.Code, w.Body)
		}
		if len(s.entries) != 1 || s.entries[0].ID != "b97d4d5e-6fe7-4432-911f-79637bf6ebb7" || len(s.notes) != 0 {
			t.Errorf("%s: got %+v and notes %q, want the one entry", path, s.entries, s.notes)
		}
	}
}

func TestWhatIsRefusedIsNotedAndNotTakenIn(t *testing.T) {
	now := time.Unix(vectorTime, 0)
	good := webhook(t, "call.hangup.real")
	v1, unusable := webhook(t, "v1.call.initiated"), webhook(t, "call.bridged.spec")
	broken := []byte(`{"data":`)
	const most = 65536
	large := append(bytes.Repeat([]byte(" "), most+1-len(good)), good...)
	fits := append(bytes.Repeat([]byte(" "), most-len(good)), good...)
	tests := []struct {
		name   string
		header http.Header
		body   []byte
		status int
		note   string // what the note begins with; empty: none
	}{
		{"64 KiB", signed(fits, now), fits, 200, ""},
		{"more than 64 KiB", signed(large, now), large, 413, "malformed: "},
		{"no signature", http.Header{}, good, 401, "signature: "},
		{"the old format, not signed", http.Header{}, v1, 401, "version: webhook is in the old v1 format"},
		{"a forged body", signed(good, now), v1, 401, "signature: "},
		{"a forged body that cannot be read", http.Header{}, broken, 401, "signature: "},
		{"an old signature", signed(good, now.Add(-time.Hour)), good, 401, "stale: "},
		{"a signature of the future", signed(good, now.Add(time.Hour)), good, 401, "stale: "},
		{"the old format", signed(v1, now), v1, 400, "version: webhook is in the old v1 format"},
		{"what cannot be read", signed(broken, now), broken, 400, "malformed: "},
		{"a type without a use", signed(unusable, now), unusable, 200, `unusable: no use for this type of webhook: "call.bridged"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &taker{}
			w := serve(handlerFor(t, s), post("/webhook", tt.header, tt.body))
			if w.Code != tt.status {
				t.Errorf("got %d %q, want %d", w.Code, w.Body, tt.status)
			}
			if w.Code == 200 && w.Body.Len() != 0 {
				t.Errorf("got body %q with 200, want none", w.Body)
			}
			if tt.note == "" {
				if len(s.entries) != 1 || len(s.notes) != 0 {
					t.Errorf("got %d entries and notes %q, want one entry", len(s.entries), s.notes)
				}
				return
			}
			if len(s.entries) != 0 || len(s.notes) != 1 || !strings.HasPrefix(s.notes[0], tt.note) {
				t.Errorf("got %d entries and notes %q, want only a note %q", len(s.entries), s.notes, tt.note)
			}
		})
	}
}

// Hold audio begins with every transfer: that would fill the health with no trouble.
func TestTheBeginningOfAnAudioFileIsNoTrouble(t *testing.T) {
	body := bytes.Replace(webhook(t, "call.bridged.spec"), []byte("call.bridged"), []byte("call.playback.started"), 1)
	s := &taker{}
	w := serve(handlerFor(t, s), post("/webhook", signed(body, time.Unix(vectorTime, 0)), body))
	if w.Code != http.StatusOK || len(s.entries) != 0 || len(s.notes) != 0 {
		t.Errorf("got %d, %d entries, notes %q, want 200 alone", w.Code, len(s.entries), s.notes)
	}
}

func TestTheOldFormatIsToldTheSettingToChange(t *testing.T) {
	body := webhook(t, "v1.call.initiated")
	w := serve(handlerFor(t, &taker{}), post("/webhook", signed(body, time.Unix(vectorTime, 0)), body))
	if !strings.Contains(w.Body.String(), `set "Webhook API version" to "API v2"`) {
		t.Errorf("got %q, want the setting named", w.Body)
	}
}

func TestWithoutAKeyEverythingIsRefused(t *testing.T) {
	s := &taker{}
	body := webhook(t, "call.hangup.real")
	h := NewHandler(HandlerConfig{Clock: clock.New(time.Unix(vectorTime, 0), 1), Engine: s})
	w := serve(h, post("/webhook", signed(body, time.Unix(vectorTime, 0)), body))
	if w.Code != http.StatusUnauthorized || len(s.entries) != 0 || len(s.notes) != 1 {
		t.Errorf("got %d, %d entries, notes %q, want 401 and a note", w.Code, len(s.entries), s.notes)
	}
}

func TestWhatIsNotDurableIsToBeSentAgain(t *testing.T) {
	body := webhook(t, "call.hangup.real")
	for name, s := range map[string]*taker{"full": {refuse: errors.New("inbox is full")}, "stuck": {stuck: true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				w := serve(handlerFor(t, s), post("/webhook", signed(body, time.Unix(vectorTime, 0)), body))
				if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
					t.Errorf("got %d %v, want 503 with Retry-After", w.Code, w.Header())
				}
				if took := time.Since(began); took > submitWait {
					t.Errorf("answered after %s, want %s at most", took, submitWait)
				}
				if len(s.notes) != 0 {
					t.Errorf("got notes %q: the runner notes this itself", s.notes)
				}
			})
		})
	}
}

func TestOtherMethodsAndPaths(t *testing.T) {
	h := handlerFor(t, &taker{})
	for _, tt := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/webhook", 405}, {"PUT", "/Webhook", 405}, {"DELETE", "/webhook", 405},
		{"GET", "/healthz", 200}, {"POST", "/healthz", 405}, {"GET", "/", 404}, {"POST", "/webhook/x", 404},
	} {
		if w := serve(h, httptest.NewRequest(tt.method, tt.path, nil)); w.Code != tt.want {
			t.Errorf("%s %s: got %d, want %d", tt.method, tt.path, w.Code, tt.want)
		}
	}
}

func TestABodyThatBreaksOffIsMalformed(t *testing.T) {
	s := &taker{}
	r := httptest.NewRequest(http.MethodPost, "/webhook", io.MultiReader(strings.NewReader("{"), broken{}))
	if w := serve(handlerFor(t, s), r); w.Code != http.StatusBadRequest || len(s.notes) != 1 {
		t.Errorf("got %d and notes %q, want 400 and a note", w.Code, s.notes)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func FuzzHandler(f *testing.F) {
	f.Add([]byte(`{"data":{"id":"w-1","event_type":"call.hangup","payload":{}}}`), true, "1763868600")
	f.Add([]byte(`{`), true, "")
	f.Add([]byte("\x00\xff"), false, "-9223372036854775808")
	f.Fuzz(func(t *testing.T, body []byte, sign bool, stamp string) {
		header := signed(body, time.Unix(vectorTime, 0))
		if !sign {
			header["Telnyx-Timestamp"] = []string{stamp}
		}
		s := &taker{}
		w := serve(handlerFor(t, s), post("/webhook", header, body))
		if w.Code != 200 && len(s.entries) != 0 {
			t.Errorf("taken in and answered %d", w.Code)
		}
	})
}
