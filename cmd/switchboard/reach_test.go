package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/telnyx"
	"switchboard/telnyx/telnyxtest"
)

// A scroll is what a program has written so far.
type scroll struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *scroll) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *scroll) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

const elsewhere = "http://127.0.0.1:9/webhook" // where webhooks went before, and nobody is

// A trial is emulators with their customers, and the environment that points at them.
type trial struct {
	*emulators
	env     string // the .env file
	journal string
	port    string // for webhooks
}

// startTrial runs the emulators, whose webhooks go elsewhere.
func startTrial(t *testing.T, more ...setValue) *trial {
	t.Helper()
	return startTrialAt(t, nil, more...)
}

// startTrialAt runs emulators with another account than the usual one.
func startTrialAt(t *testing.T, portal *telnyxtest.Portal, more ...setValue) *trial {
	t.Helper()
	house := faster(5)
	e, err := startEmulators(emulatorsConfig{Clock: house.clock(), Seed: 1, Calls: 1, Webhook: elsewhere, Portal: portal})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- e.run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, e.close()); err != nil {
			t.Error(err)
		}
	})
	dir := t.TempDir()
	s := &trial{e, filepath.Join(dir, "env"), filepath.Join(dir, "journal.db"), freePort(t)}
	known := slices.DeleteFunc(e.environment(), func(v setValue) bool { return v.Name == "PUBLIC_URL" })
	values := append(known, setValue{"PORT_NUMBER", s.port}, setValue{"HOUSE_TIME", house.String()})
	write(t, s.env, asEnvFile(append(values, more...)))
	return s
}

// webhook returns where the application's webhooks go now.
func (s *trial) webhook() telnyxtest.Application { return s.telnyx.Portal().Applications[0] }

// A running is a program in this process.
type running struct {
	out  *scroll
	end  context.CancelFunc
	done chan int
}

// start starts the program in this process.
func (s *trial) start(t *testing.T, more ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{new(scroll), cancel, make(chan int, 1)}
	args := append([]string{"run", "--plain", "--env-file", s.env, "--journal", s.journal}, more...)
	go func() { r.done <- run(ctx, args, hangs{ctx}, r.out, r.out) }()
	t.Cleanup(func() { r.stop() })
	return r
}

// stop ends the program, and returns how it exited.
func (r *running) stop() int {
	r.end()
	code := <-r.done
	r.done <- code
	return code
}

// says waits for a line that matches.
func (r *running) says(t *testing.T, pattern string) []string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	end := time.Now().Add(15 * time.Second)
	for ; time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if match := re.FindStringSubmatch(r.out.String()); match != nil {
			return match
		}
	}
	t.Fatalf("not said within 15 s: %s\n%s", pattern, r.out)
	return nil
}

// hangs is standard input on which nobody types.
type hangs struct{ context.Context }

// Read waits for the end.
func (h hangs) Read([]byte) (int, error) {
	<-h.Done()
	return 0, context.Canceled
}

func TestATunnelHasTheWebhooksSentHereAndGivesThemBack(t *testing.T) {
	s := startTrial(t)
	r := s.start(t, "--tunnel", "loopback")
	public := r.says(t, `Telnyx reaches this console at (http://127\.0\.0\.1:\d+), while it runs\.`)[1]
	r.says(t, `The webhook URL of application `+worldConnection+` was `+regexp.QuoteMeta(elsewhere)+`; until this ends it is `+regexp.QuoteMeta(public)+`/webhook\.`)
	if now := s.webhook(); now.URL != public+"/webhook" || now.Version != "2" {
		t.Errorf("webhooks go to %+v", now)
	}
	r.says(t, `call \d+, .*: customer: `) // so a call has come through the tunnel, and what was asked of it was done
	if code := r.stop(); code != exitClean {
		t.Errorf("exits with %d:\n%s", code, r.out)
	}
	r.says(t, `The webhook URL of application `+worldConnection+` is `+regexp.QuoteMeta(elsewhere)+` again\.`)
	if now := s.webhook(); now.URL != elsewhere {
		t.Errorf("webhooks go to %+v", now)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(s.journal), "webhook.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the memo is left: %v", err)
	}
	if refused := s.telnyx.Refused(); len(refused) > 0 {
		t.Errorf("refused: %q", refused)
	}
	log, err := os.ReadFile(filepath.Join(filepath.Dir(s.journal), "switchboard.log"))
	if err != nil || !strings.Contains(string(log), "set="+public+"/webhook") || !strings.Contains(string(log), "restored=true") || strings.Contains(string(log), worldKey) {
		t.Errorf("%v: the log says\n%s", err, log)
	}
}

func TestAVersionThatWasChangedForTheTunnelIsGivenBackToo(t *testing.T) {
	s := startTrial(t, setValue{"CONNECTION_ID", worldOld})
	r := s.start(t, "--tunnel", "loopback")
	r.says(t, `was https://sample\.example\.com/Webhook, API version 1; until`)
	if now := s.telnyx.Portal().Applications[1]; now.Version != "2" {
		t.Errorf("got %+v", now)
	}
	r.stop()
	r.says(t, `is https://sample\.example\.com/Webhook, API version 1 again`)
	if now := s.telnyx.Portal().Applications[1]; now.Version != "1" || now.URL != "https://sample.example.com/Webhook" {
		t.Errorf("got %+v", now)
	}
}

func TestAWebhookThatSomebodyElseHasChangedIsLeftAlone(t *testing.T) {
	s := startTrial(t)
	r := s.start(t, "--tunnel", "loopback")
	r.says(t, `until this ends it is`)
	s.telnyx.SetWebhookURL("https://theirs.example.test/webhook")
	if code := r.stop(); code != exitClean {
		t.Errorf("exits with %d", code)
	}
	r.says(t, `was changed to https://theirs\.example\.test/webhook by somebody else meanwhile, and is left alone`)
	if got := s.webhook().URL; got != "https://theirs.example.test/webhook" {
		t.Errorf("webhooks go to %s", got)
	}
}

func TestAWebhookThatCannotBeGivenBackIsGivenBackByTheNextRun(t *testing.T) {
	s := startTrial(t)
	first := s.start(t, "--tunnel", "loopback")
	first.says(t, `until this ends it is`)
	s.telnyx.SetPortalFault(telnyxtest.PortalFault{Times: 1000, Status: http.StatusServiceUnavailable})
	if code := first.stop(); code != exitFailure {
		t.Errorf("exits with %d, though the webhook is where nobody listens", code)
	}
	first.says(t, `where nobody listens any more, and was `+regexp.QuoteMeta(elsewhere))
	s.telnyx.SetPortalFault(telnyxtest.PortalFault{})
	if found, _ := s.examined(t); found["webhook URL"].Grade != gradeFailed || !strings.Contains(found["webhook URL"].Says, "it was "+elsewhere) {
		t.Errorf("the doctor says %+v", found["webhook URL"])
	}
	second := s.start(t, "--tunnel", "loopback")
	second.says(t, `was `+regexp.QuoteMeta(elsewhere)+`; until this ends it is`)
	second.stop()
	if got := s.webhook().URL; got != elsewhere {
		t.Errorf("webhooks go to %s", got)
	}
}

func TestARunWithoutATunnelGivesBackWhatAKilledOneHasLeft(t *testing.T) {
	s := startTrial(t)
	left := memo{Application: worldConnection, Ours: "http://127.0.0.1:9/killed/webhook", Was: telnyx.Webhook{URL: elsewhere, Version: "2"}}
	file := filepath.Join(filepath.Dir(s.journal), memoName)
	if err := left.write(file); err != nil {
		t.Fatal(err)
	}
	s.telnyx.SetWebhookURL(left.Ours)
	r := s.start(t)
	r.says(t, `is `+regexp.QuoteMeta(elsewhere)+` again\.`)
	r.says(t, `Webhooks are awaited`)
	if got := s.webhook().URL; got != elsewhere {
		t.Errorf("webhooks go to %s", got)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the memo is left: %v", err)
	}
}

func TestWhereTheWebhookCannotBeSetNothingIsStarted(t *testing.T) {
	s := startTrial(t, setValue{"CONNECTION_ID", "99"})
	r := s.start(t, "--tunnel", "loopback")
	if code := <-r.done; code != exitFailure {
		t.Errorf("exits with %d", code)
	}
	r.done <- exitFailure
	if got := r.out.String(); !strings.Contains(got, "the account of this API key has no such thing") || strings.Contains(got, worldKey) {
		t.Errorf("it says\n%s", got)
	}
}

func TestSetWebhookSetsItAndLeavesIt(t *testing.T) {
	s := startTrial(t, setValue{"PUBLIC_URL", "http://127.0.0.1:9/there/webhook"})
	r := s.start(t, "--set-webhook")
	r.says(t, `is now http://127\.0\.0\.1:9/there/webhook, API version 2\. It was `+regexp.QuoteMeta(elsewhere)+`\.`)
	r.stop()
	if got := s.webhook().URL; got != "http://127.0.0.1:9/there/webhook" {
		t.Errorf("webhooks go to %s", got)
	}
	var out scroll
	for _, want := range []string{
		`is now https://desk.example.test/webhook, API version 2. It was http://127.0.0.1:9/there/webhook.`,
		`is https://desk.example.test/webhook already, API version 2.`,
	} {
		args := []string{"set-webhook", "--env-file", s.env, "--public-url", "https://desk.example.test"}
		if code := run(t.Context(), args, strings.NewReader(""), &out, &out); code != exitClean || !strings.Contains(out.String(), want) {
			t.Errorf("exits with %d, want %q in\n%s", code, want, &out)
		}
	}
}

func TestWaysToBeReachedThatDoNotServeAreRefused(t *testing.T) {
	s := startTrial(t)
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"run", "--set-webhook"}, "--set-webhook needs to know where Telnyx reaches this machine"},
		{[]string{"run", "--set-webhook", "--tunnel", "loopback"}, "do not go together"},
		{[]string{"set-webhook"}, "set-webhook needs to know where Telnyx reaches this machine"},
		{[]string{"run", "--tunnel", "grok"}, `did you mean "ngrok"?`},
		{[]string{"set-webhook", "--public-url", "calls.example.com"}, "PUBLIC_URL must begin with https:// or http://"},
	} {
		var out scroll
		code := run(t.Context(), append(tt.args, "--env-file", s.env), strings.NewReader(""), &out, &out)
		if code != exitConfiguration || !strings.Contains(out.String(), tt.says) {
			t.Errorf("%q exits with %d, want %q in\n%s", tt.args, code, tt.says, &out)
		}
	}
}

func TestNgrokWithoutATokenSaysWhereToFindOne(t *testing.T) {
	s := startTrial(t)
	var out scroll
	t.Setenv("NGROK_AUTHTOKEN", "")
	code := run(t.Context(), []string{"run", "--plain", "--env-file", s.env, "--journal", s.journal, "--tunnel", "ngrok"}, strings.NewReader(""), &out, &out)
	if code != exitConfiguration || !strings.Contains(out.String(), "NGROK_AUTHTOKEN is missing, though TUNNEL is ngrok") || !strings.Contains(out.String(), "dashboard.ngrok.com") {
		t.Errorf("exits with %d and says\n%s", code, &out)
	}
	if got := s.webhook().URL; got != elsewhere {
		t.Errorf("webhooks go to %s", got)
	}
	if _, err := openNgrok(t.Context(), Secret{}, slog.New(slog.DiscardHandler)); !errors.Is(err, errNoToken) {
		t.Errorf("got %v", err)
	}
}

func TestAConsoleThatPanicsGivesTheWebhookBack(t *testing.T) {
	s := startTrial(t)
	config, err := runConfig(runCommand().Flags(), configFiles{env: s.env})
	if err != nil {
		t.Fatal(err)
	}
	config.Tunnel = tunnelLoopback
	r, err := newReach(t.Context(), config, false, s.journal, slog.New(slog.DiscardHandler), new(scroll))
	if err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if recover() != "a bug" {
				t.Error("the panic is swallowed")
			}
		}()
		_ = r.during(t.Context(), &program{handler: http.NotFoundHandler()}, func(context.Context, []string) error {
			if got := s.webhook().URL; got == elsewhere {
				t.Error("the webhook was not set")
			}
			panic("a bug")
		})
	}()
	if got := s.webhook().URL; got != elsewhere {
		t.Errorf("webhooks go to %s", got)
	}
}

// ngrok's answer to a wrong token is "The authtoken you specified … is invalid. Your
// authtoken: …".
func TestAnothersWordsAreOneLineWithoutTheSecret(t *testing.T) {
	err := plainly(errors.New("it is invalid.\r\nYour authtoken: 2abcSECRET\r\n"+strings.Repeat("é", 300)), NewSecret("2abcSECRET"))
	if got := err.Error(); strings.ContainsAny(got, "\r\n") || strings.Contains(got, "SECRET") || len(got) > maxPlain+3 || !strings.Contains(got, "authtoken: (secret)") {
		t.Errorf("got %q", got)
	}
}

func TestATunnelThatBreaksIsOpenedAgainAndTheWebhookFollows(t *testing.T) {
	s := startTrial(t)
	config, err := runConfig(runCommand().Flags(), configFiles{env: s.env})
	if err != nil {
		t.Fatal(err)
	}
	config.Tunnel = tunnelLoopback
	log := slog.New(slog.DiscardHandler)
	var out scroll
	r, err := newReach(t.Context(), config, false, s.journal, log, &out)
	if err != nil {
		t.Fatal(err)
	}
	first := r.tunnel
	webhooks, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p, err := newProgram(programConfig{Config: config, Clock: config.House.clock(), Journal: s.journal, Webhooks: webhooks, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	err = p.run(t.Context(), func(ctx context.Context) error {
		return r.during(ctx, p, func(ctx context.Context, said []string) error {
			if got := s.webhook().URL; got != first.Public()+"/webhook" {
				t.Errorf("webhooks go to %s", got)
			}
			first.Close()
			await(t, "the webhook follows the new tunnel", 15*time.Second, func() bool {
				now := s.webhook().URL
				return now != first.Public()+"/webhook" && config.seek(ctx, strings.TrimSuffix(now, "/webhook"), time.Second) == nil
			})
			if troubles := p.runner.Health().Troubles; len(troubles) == 0 || troubles[0].Kind != engine.TroubleTelnyx || !strings.Contains(troubles[0].Detail, "the tunnel broke") {
				t.Errorf("the health line knows of %+v", troubles)
			}
			return nil
		})
	})
	if err != nil {
		t.Error(err)
	}
	if got := s.webhook().URL; got != elsewhere || !strings.Contains(out.String(), elsewhere+" again.") {
		t.Errorf("webhooks go to %s:\n%s", got, &out)
	}
}

func TestANonceTellsTheRightSwitchboardFromOthers(t *testing.T) {
	config := Config{ConnectionID: "77", PublicKey: "a"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+noncePath+"{nonce}", config.answerNonce)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := http.Server{Handler: mux}
	go func() { _ = server.Serve(l) }()
	base := "http://" + l.Addr().String()
	if err := config.seek(t.Context(), base, time.Second); err != nil {
		t.Errorf("our own is not known: %v", err)
	}
	for _, other := range []Config{{ConnectionID: "78", PublicKey: "a"}, {ConnectionID: "77", PublicKey: "b"}} {
		if err := other.seek(t.Context(), base, time.Second); !errors.Is(err, errNotUs) {
			t.Errorf("%+v: got %v", other, err)
		}
	}
	_ = server.Close()
	if err := config.seek(t.Context(), base, time.Second); !errors.Is(err, errNobodyThere) {
		t.Errorf("got %v", err)
	}
}
