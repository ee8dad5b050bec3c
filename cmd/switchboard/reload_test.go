package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
)

const oneRule = `rules:
- {id: long, when: {duration: {above: 10m}}, then: alert}
groups:
- {name: desk, operators: ["+12025550131"]}
`

// startProgram runs a program that nobody calls, on a policy of this text, and returns
// the file of the policy. Where house is nil time is the wall's.
func startProgram(t *testing.T, text string, house *clock.Clock) (*program, string) {
	t.Helper()
	values := sited(t, text)
	path := values["POLICY"]
	if text == "" {
		values["POLICY"] = "default"
		values["TRANSFER_NUMBER"] = "+12025550131"
	}
	config, err := readConfig(fromMap(values))
	if err != nil {
		t.Fatal(err)
	}
	webhooks, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if house == nil {
		house = clock.New(clock.Wall(), 1)
	}
	p, err := newProgram(programConfig{Config: config, Clock: house, Journal: filepath.Join(t.TempDir(), "journal.db"), Webhooks: webhooks, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.run(ctx, quiet) }()
	t.Cleanup(func() {
		end()
		if err := <-done; err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	await(t, "the program is there", 5*time.Second, func() bool { return p.runner.Frame().Seq > 0 })
	return p, path
}

// loads returns the settings that the journal tells, in order.
func loads(t *testing.T, p *program) []engine.Settings {
	t.Helper()
	var all []engine.Settings
	err := p.journal.Read(1, func(e engine.Event) error {
		if loaded, ok := e.Body.(engine.SettingsLoaded); ok {
			all = append(all, loaded.Settings)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAChangedPolicyIsLoadedAsAnEventAndItsDifferenceTold(t *testing.T) {
	p, path := startProgram(t, oneRule, nil)
	write(t, path, strings.Replace(oneRule, "10m", "20m", 1)+"- {name: night, operators: [\"+12025550132\"]}\n")
	report, err := p.ReloadPolicy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(report, func(l string) bool { return strings.Contains(l, "long") && strings.Contains(l, "20m") }) {
		t.Errorf("the report does not tell the difference: %q", report)
	}
	all := loads(t, p)
	last := all[len(all)-1]
	if len(all) != 2 || last.Policy.Rules[0].When.Duration.Above != 20*time.Minute || len(last.Groups) != 2 {
		t.Errorf("got %d settings, the last %+v", len(all), last)
	}
	if report, err = p.ReloadPolicy(t.Context()); err != nil || len(report) != 1 || !strings.HasPrefix(report[0], "The rules are the same as before") {
		t.Errorf("the same again: got %q, %v", report, err)
	}
}

func TestABrokenPolicyChangesNothing(t *testing.T) {
	p, path := startProgram(t, oneRule, nil)
	for text, want := range map[string]string{
		strings.Replace(oneRule, "when", "whan", 1):                 "site.yaml: line 2, column 14",
		strings.Replace(oneRule, "+12025550131", "+12025550100", 1): "our own number",
		"rules: []\ngroups: {":                                      "line 2",
	} {
		write(t, path, text)
		if report, err := p.ReloadPolicy(t.Context()); err == nil || !strings.Contains(unwrapped(err), want) || !strings.HasPrefix(err.Error(), "the policy stays as it was") {
			t.Errorf("got %q, %v, want %q in it", report, err, want)
		}
	}
	if got := len(loads(t, p)); got != 1 {
		t.Errorf("the settings were loaded %d times, want once, at the start", got)
	}
	write(t, path, oneRule) // and it can be mended
	if _, err := p.ReloadPolicy(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestABuiltInPolicySaysHowToHaveAFile(t *testing.T) {
	p, _ := startProgram(t, "", nil)
	_, err := p.ReloadPolicy(t.Context())
	if err == nil || !strings.Contains(err.Error(), "switchboard policy show > policy.yaml") || !strings.Contains(err.Error(), "POLICY") {
		t.Errorf("got %v", err)
	}
}

func TestBacktestFromTheConsoleReturnsLines(t *testing.T) {
	p, _ := startProgram(t, oneRule, nil)
	lines, err := p.Backtest(t.Context(), time.Hour)
	if err != nil || len(lines) < 3 || !strings.Contains(lines[0], "Backtest of") {
		t.Errorf("got %q, %v", lines, err)
	}
}

// Hours are told for some days only, so they are told again before those are over.
func TestHoursAreToldAgain(t *testing.T) {
	text := strings.Replace(oneRule, "{name: desk,", `{name: desk, hours: {zone: UTC, mon-sun: "08:00-17:00"},`, 1)
	p, _ := startProgram(t, text, clock.New(clock.Wall(), 100_000)) // 12 h are half a second
	await(t, "the hours are told again", 20*time.Second, func() bool { return len(loads(t, p)) > 2 })
	all := loads(t, p)
	first, last := all[0].Groups[0].Hours, all[len(all)-1].Groups[0].Hours
	if len(first) == 0 || len(last) == 0 || !last[len(last)-1].To.After(first[0].To) {
		t.Errorf("got %v and %v, want later ones", first, last)
	}
}

func TestAHangupReadsThePolicyAgainWhereTheTerminalIsThere(t *testing.T) {
	p, path := startProgram(t, oneRule, nil)
	write(t, path, strings.Replace(oneRule, "10m", "20m", 1))
	ctx, end := context.WithCancel(t.Context())
	defer end()
	var gone atomic.Bool
	done := make(chan struct{})
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP) // for good: one that is still on its way would end the tests
	go func() { defer close(done); p.onHangup(ctx, hangups, gone.Load, end) }()
	await(t, "the policy is read again", 10*time.Second, func() bool {
		hangUp(t)
		all := loads(t, p)
		return all[len(all)-1].Policy.Rules[0].When.Duration.Above == 20*time.Minute
	})
	if ctx.Err() != nil {
		t.Fatal("the console was ended, though its terminal is there")
	}
	write(t, path, "rules: nonsense\n")
	await(t, "a broken file is told as a trouble", 10*time.Second, func() bool {
		hangUp(t)
		return slices.ContainsFunc(p.runner.Health().Troubles, func(tr engine.Trouble) bool {
			return tr.Kind == engine.TroublePolicy && strings.Contains(tr.Detail, "line 1")
		})
	})
	gone.Store(true)
	await(t, "the console ends with its terminal", 10*time.Second, func() bool {
		hangUp(t)
		return ctx.Err() != nil
	})
	<-done
}

func hangUp(t *testing.T) {
	t.Helper()
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Signal(syscall.SIGHUP)
	}
	if err != nil {
		t.Fatal(err)
	}
}
