package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/runner"
)

// One request on which we fail is answered 500, so that Telnyx sends it again; it is told and
// logged, and the calls of others go on.
func TestARequestOnWhichWeFailIsToldAndHarmsNobody(t *testing.T) {
	var log bytes.Buffer
	p := &program{
		log:    slog.New(slog.NewTextHandler(&log, nil)),
		runner: runner.New(runner.Config{Clock: clock.New(clock.Wall(), 1), State: engine.NewState("0123456789")}),
	}
	answer := httptest.NewRecorder()
	p.unharmed(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("out of cheese") })).
		ServeHTTP(answer, httptest.NewRequest(http.MethodPost, webhookPath, nil))
	if answer.Code != http.StatusInternalServerError || strings.Contains(answer.Body.String(), "cheese") {
		t.Errorf("answered %d, %q", answer.Code, answer.Body)
	}
	troubles := p.runner.Health().Troubles
	if len(troubles) != 1 || !strings.Contains(troubles[0].Detail, "/webhook failed: out of cheese") || strings.Contains(troubles[0].Detail, "goroutine") {
		t.Errorf("told: %+v", troubles)
	}
	if !strings.Contains(log.String(), "panics_test.go") {
		t.Errorf("the log does not say where:\n%s", &log)
	}
}

// The watchman's words: what failed, where the rest stands, and what it means for calls; of
// a kill there is no report.
func TestTheWatchmanSaysWhatASuddenEndMeans(t *testing.T) {
	report := "panic: out of \x1b[2Jcheese\n\ngoroutine 7 [running]:\nmain.main()\n"
	got := suddenEnd(report, "/logs/switchboard.log", "Calls go on at Telnyx.")
	if want := "switchboard: the program failed: panic: out of cheese; the whole report stands in /logs/switchboard.log. Calls go on at Telnyx."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := suddenEnd("", "/logs/switchboard.log", ""), "switchboard: the console ended suddenly."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
