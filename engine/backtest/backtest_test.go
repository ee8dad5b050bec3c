package backtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/backtest"
	"switchboard/engine/enginetest"
	"switchboard/engine/policy"
	"switchboard/engine/recording"
	"switchboard/testdata"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func preset(t testing.TB, name string) engine.Policy {
	t.Helper()
	p, ok := policy.Preset(name)
	if !ok {
		t.Fatalf("there is no policy %s", name)
	}
	return p
}

func run(t testing.TB, o backtest.Options, sources ...backtest.Source) backtest.Report {
	t.Helper()
	r, err := backtest.Run(t.Context(), o, sources)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// text returns the report as it is printed.
func text(r backtest.Report) string {
	cut := func(s string, limit int) string {
		if runes := []rune(s); len(runes) > limit {
			return string(runes[:limit-1]) + "…"
		}
		return s
	}
	return strings.Join(r.Lines(cut), "\n") + "\n"
}

func library() backtest.Library {
	s := enginetest.Defaults()
	s.English.Menu = "To speak to an operator, press 1. Para español, oprima el 2." // the recordings are written for it
	s.English.Announcement = "Welcome. This call is transcribed and analysed automatically, to help us help you."
	return backtest.Library{Settings: s, Journal: func(string) backtest.Source {
		return backtest.Source{Name: "journal", Open: func() (backtest.Reading, error) {
			return backtest.Reading{}, errors.New("no journal here")
		}}
	}}
}

func demo(t testing.TB) []backtest.Source {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	var sources []backtest.Source
	for _, rec := range recs {
		sources = append(sources, library().Recorded(rec.Name, func() (*recording.Recording, error) { return rec, nil }))
	}
	return sources
}

// "switchboard backtest on the demo's recordings with the default and with
// sample-compat shows, in one table, that the second alarms on calm calls and the first
// does not."
func TestTheSampleAlarmsOnCalmCallsAndTheDefaultDoesNot(t *testing.T) {
	other := preset(t, "sample-compat")
	r := run(t, backtest.Options{Policy: preset(t, "default"), Compare: &other}, demo(t)...)
	if got := r.Policies[0].All.Wrong; got != 0 {
		t.Errorf("the default alarms on %d calm calls", got)
	}
	if got := r.Policies[1].All.Wrong; got == 0 {
		t.Error("sample-compat alarms on no calm call")
	}
	if got, want := r.Policies[0].All.Right, r.Policies[1].All.Right; got <= want {
		t.Errorf("the default alarms on %d calls that need it, sample-compat on %d: want more", got, want)
	}
	got := text(r)
	for _, want := range []string{"SIDE BY SIDE", "of 3 calm calls", "(calm)"} {
		if !strings.Contains(got, want) {
			t.Errorf("the report does not say %q:\n%s", want, got)
		}
	}
	golden(t, "demo.txt", got)
}

func TestReportOfAJournal(t *testing.T) {
	other := preset(t, "sample-compat")
	events := journalOf(4, calm, sour, unlucky, forced, calm, sour, forced, calm)
	r := run(t, backtest.Options{Policy: preset(t, "default"), Compare: &other}, source("journal.db", events, backtest.LabelNone),
		backtest.Source{Name: "gone.db", Open: func() (backtest.Reading, error) {
			return backtest.Reading{}, errors.New("there is no such file")
		}})
	golden(t, "journal.txt", text(r))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	for i, line := range strings.Split(got, "\n") {
		if n := utf8.RuneCountInString(line); n > 100 {
			t.Errorf("line %d has %d columns: %q", i+1, n, line)
		}
	}
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// mixed returns callers of all kinds.
func mixed(n int) []caller {
	all := make([]caller, n)
	for i := range all {
		all[i] = []caller{calm, calm, sour, calm, unlucky, forced}[i%6]
	}
	return all
}

// The judges only look: what a policy on trial would do never shows in the calls.
func TestAPolicyOnTrialNeverSteersTheCalls(t *testing.T) {
	events := journalOf(1, mixed(12)...)
	happened := func(p engine.Policy) []backtest.Happened {
		var all []backtest.Happened
		for _, c := range run(t, backtest.Options{Policy: p}, source("a", events, backtest.LabelNone)).Calls {
			all = append(all, c.Happened)
		}
		return all
	}
	none, some := happened(engine.Policy{}), happened(preset(t, "sample-compat"))
	if diff := cmp.Diff(none, some); diff != "" {
		t.Errorf("what happened differs by policy:\n%s", diff)
	}
	if !slices.ContainsFunc(none, func(h backtest.Happened) bool { return !h.ByHand.IsZero() && !h.Joined.IsZero() }) {
		t.Error("no operator was brought in by hand and joined: the trial is of nothing")
	}
}

func TestTheSameSeedGivesTheSameReportWhateverTheWorkers(t *testing.T) {
	other := preset(t, "sample-compat")
	report := func(workers int) string {
		var sources []backtest.Source
		for i := range uint64(5) {
			sources = append(sources, source(fmt.Sprint("journal-", i), journalOf(i, mixed(6)...), backtest.LabelNone))
		}
		o := backtest.Options{Policy: preset(t, "default"), Compare: &other, Workers: workers}
		b, err := json.Marshal(run(t, o, sources...))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	one := report(1)
	for _, workers := range []int{1, 3, 8} {
		if got := report(workers); got != one {
			t.Errorf("with %d workers the report is another", workers)
		}
	}
}

func TestAPolicyDoesNotDifferFromItself(t *testing.T) {
	for seed := range uint64(3) {
		for _, name := range policy.Presets() {
			same := preset(t, name)
			r := run(t, backtest.Options{Policy: same, Compare: &same}, source("a", journalOf(seed, mixed(12)...), backtest.LabelNone))
			if !strings.Contains(text(r), "they alarm on the same calls") {
				t.Errorf("seed %d: %s differs from itself:\n%s", seed, name, text(r))
			}
		}
	}
}

func TestNeutralCallsAreNeverAlarmed(t *testing.T) {
	for seed := range uint64(5) {
		for _, name := range policy.Presets() {
			r := run(t, backtest.Options{Policy: preset(t, name)},
				source("a", journalOf(seed, make([]caller, 20)...), backtest.LabelCalm))
			if got := r.Policies[0].All.Wrong; got != 0 || len(r.Calls) != 20 {
				t.Errorf("seed %d: %s alarms on %d of %d neutral calls:\n%s", seed, name, got, len(r.Calls), text(r))
			}
		}
	}
}

func TestSourCallsAreAlarmedAndOneBadSentenceIsNot(t *testing.T) {
	for seed := range uint64(5) {
		for kind, want := range map[caller]int{sour: 10, unlucky: 0} {
			callers := slices.Repeat([]caller{kind}, 10)
			r := run(t, backtest.Options{Policy: preset(t, "default")}, source("a", journalOf(seed, callers...), backtest.LabelNone))
			if got := r.Policies[0].All.Calls; got != want {
				t.Errorf("seed %d: the default alarms on %d of 10 callers of kind %d, want %d", seed, got, kind, want)
			}
		}
	}
}

// "labels (vetoes, forced transfers …)": who had somebody called has said what the call
// needed; the lead counts up to his hand.
func TestATransferByHandIsALabel(t *testing.T) {
	r := run(t, backtest.Options{Policy: preset(t, "default")}, source("a", journalOf(2, forced, forced, calm), backtest.LabelNone))
	p := r.Policies[0]
	if r.Labelled != 2 || p.All.Right != 2 || p.All.Wrong != 0 {
		t.Fatalf("got %d labelled, %d right, %d wrong, want 2, 2, 0", r.Labelled, p.All.Right, p.All.Wrong)
	}
	for _, c := range r.Calls[:2] {
		f, _ := c.Verdicts[0].Alarm()
		if !f.At.Before(c.Happened.ByHand) {
			t.Errorf("call %d: the alarm comes at %s, after the hand at %s", c.Number, f.At, c.Happened.ByHand)
		}
	}
	if len(p.Extra)+len(p.Silent) != 0 {
		t.Errorf("got %d and %d differences, want none: it would have alarmed before the hand", len(p.Extra), len(p.Silent))
	}
	quiet := run(t, backtest.Options{}, source("a", journalOf(2, forced, calm), backtest.LabelNone)).Policies[0]
	if !slices.Equal(quiet.Silent, []int{0}) || quiet.Missed != 1 {
		t.Errorf("got %v brought in without an alarm and %d missed, want call 0 and 1", quiet.Silent, quiet.Missed)
	}
}

// What a rule would have proposed when an operator was there already is no alarm.
func TestNothingIsCountedOnceAnOperatorHasJoined(t *testing.T) {
	late := engine.Policy{Name: "late", Rules: []engine.Rule{{
		ID: "late", Mode: engine.ModeOn, When: engine.Cond{InState: &engine.InState{States: []engine.CallState{engine.CallOperator}, For: time.Second}},
		Then: engine.Then{Transfer: &engine.Propose{}},
	}}}
	r := run(t, backtest.Options{Policy: late}, source("a", journalOf(2, forced), backtest.LabelNone))
	if got := r.Policies[0].All.Calls; got != 0 {
		t.Errorf("got %d calls alarmed, want none", got)
	}
	firings := r.Calls[0].Verdicts[0].Firings
	if len(firings) != 1 || firings[0].Kind != backtest.KindLate {
		t.Errorf("got firings %v, want one that came late", firings)
	}
}

func TestShadowRulesAreListedApart(t *testing.T) {
	p := preset(t, "default")
	p.Rules = slices.Clone(p.Rules)
	for i := range p.Rules {
		p.Rules[i].Mode = engine.ModeShadow
	}
	r := run(t, backtest.Options{Policy: p}, source("a", journalOf(1, sour, sour), backtest.LabelNone))
	if got := r.Policies[0].All.Calls; got != 0 {
		t.Errorf("rules in shadow alarmed on %d calls", got)
	}
	at := slices.IndexFunc(r.Policies[0].Others, func(r backtest.RuleResult) bool { return r.Rule == "sustained-negative" })
	if at < 0 || r.Policies[0].Others[at].Kind != backtest.KindShadow || r.Policies[0].Others[at].Calls != 2 {
		t.Errorf("got %+v, want sustained-negative in shadow on 2 calls", r.Policies[0].Others)
	}
}

// A rule that waits fires between two events, at its time.
func TestTimeAloneFiresARule(t *testing.T) {
	p := engine.Policy{Rules: []engine.Rule{{
		ID: "long", Mode: engine.ModeOn, When: engine.Cond{Duration: &engine.LongCall{Above: 100 * time.Second}},
		Then: engine.Then{Transfer: &engine.Propose{}},
	}}}
	r := run(t, backtest.Options{Policy: p}, source("a", journalOf(1, calm), backtest.LabelNone))
	f, ok := r.Calls[0].Verdicts[0].Alarm()
	if got := f.At.Sub(r.Calls[0].Answered); !ok || got < 100*time.Second || got > 100*time.Second+100*time.Millisecond {
		t.Errorf("the rule fired %s after the answer (%v), want 1m40s", got, ok)
	}
}

func TestCallsThatBeganBeforeAreLeftOut(t *testing.T) {
	events := journalOf(1, mixed(10)...)
	all := run(t, backtest.Options{}, source("a", events, backtest.LabelNone))
	since := all.Calls[7].Began
	some := run(t, backtest.Options{Since: since}, source("a", events, backtest.LabelNone))
	if got := len(some.Calls); got != 3 || some.Calls[0].Session != all.Calls[7].Session {
		t.Errorf("got %d calls from %v, want the last 3", got, since)
	}
}

func TestADoneContextEndsARun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	events := journalOf(1, mixed(30)...)
	if _, err := backtest.Run(ctx, backtest.Options{}, []backtest.Source{source("a", events, backtest.LabelNone)}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was ended", err)
	}
}

func TestProgressRisesToTheWhole(t *testing.T) {
	events := journalOf(1, mixed(30)...)
	last, of := 0, 0
	o := backtest.Options{Workers: 4, Progress: func(done, all int) {
		if done < last || done > all {
			t.Errorf("got %d of %d after %d", done, all, last)
		}
		last, of = done, all
	}}
	run(t, o, source("a", events, backtest.LabelNone), source("b", events[:40], backtest.LabelNone), source("c", events, backtest.LabelNone))
	if last != of || of == 0 {
		t.Errorf("it ended at %d of %d", last, of)
	}
}

// thousand are a thousand calls, made once.
var thousand = sync.OnceValue(func() []engine.Event { return journalOf(1, mixed(1000)...) })

func BenchmarkThousandCalls(b *testing.B) {
	events := thousand()
	other, _ := policy.Preset("sample-compat")
	def, _ := policy.Preset("default")
	for _, c := range []struct {
		name string
		o    backtest.Options
	}{
		{"default", backtest.Options{Policy: def}},
		{"compared", backtest.Options{Policy: def, Compare: &other}},
		{"no rules", backtest.Options{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if r := run(b, c.o, source("a", events, backtest.LabelNone)); len(r.Calls) != 1000 {
					b.Fatalf("got %d calls", len(r.Calls))
				}
			}
			b.ReportMetric(float64(len(events)), "events")
		})
	}
	b.Run("bare fold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s := engine.NewState(enginetest.Epoch)
			for _, e := range events {
				s, _ = engine.Step(s, e)
			}
		}
	})
}

func BenchmarkRecordings(b *testing.B) {
	p, _ := policy.Preset("default")
	for b.Loop() {
		run(b, backtest.Options{Policy: p}, demo(b)...)
	}
}

// "A call so rewritten is not judged anew, and says so."
func TestForgottenCallsAreLeftOutAndTold(t *testing.T) {
	events := journalOf(1, mixed(2)...)
	state := engine.NewState("")
	for i, e := range events {
		if _, ok := e.Body.(engine.SettingsLoaded); ok {
			state, _ = engine.Step(state, e)
			continue
		}
		before := state.Tally()
		state, _ = engine.Step(state, e)
		f, err := e.Forget(engine.EraseWords, "s2", state.Added(before), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		events[i].Body = f
	}
	r := run(t, backtest.Options{Policy: preset(t, "default")}, source("a", events, backtest.LabelNone))
	if len(r.Calls) > 0 || r.Forgot != 2 || !strings.Contains(text(r), "2 calls were forgotten") {
		t.Errorf("%d calls, %d forgotten:\n%s", len(r.Calls), r.Forgot, text(r))
	}
}
