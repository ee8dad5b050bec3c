package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/history"
	"switchboard/engine/journal"
	"switchboard/tui"
)

// aJournal makes a journal of three recorded calls and returns where it is.
func aJournal(t *testing.T) string {
	t.Helper()
	calls, _ := someCalls(t)
	path := filepath.Join(t.TempDir(), "a.db")
	if code, out, complaints := try(t, "journal", "import", calls, "--journal", path); code != exitClean {
		t.Fatal(out, complaints)
	}
	return path
}

func TestHistoryIsSearchedFromTheCommandLine(t *testing.T) {
	path := aJournal(t)
	for _, step := range []struct {
		args []string
		code int
		says []string // in this order
	}{
		{[]string{}, exitClean, []string{"#3 ", "#2 ", "#1 ", "3 calls."}},
		{[]string{"--limit", "2"}, exitClean, []string{"#3 ", "#2 ", "3 calls; these are 1 to 2, --page 2 has the next."}},
		{[]string{"--limit", "2", "--page", "2"}, exitClean, []string{"#1 ", "3 calls; these are 3 to 3."}},
		{[]string{"--page", "9"}, exitClean, []string{"There are no more: 3 calls in all."}},
		{[]string{"call:2"}, exitClean, []string{"#2 ", "1 call."}},
		{[]string{"xylophone", "call:2"}, exitClean, []string{"No call matches; 3 are kept.", "  without xylophone: 1 call"}},
		{[]string{"xylophone"}, exitClean, []string{"No call matches; 3 are kept.", "Try another word"}},
		{[]string{"the"}, exitClean, []string{"»the«", "call"}},
		{[]string{"show", "1"}, exitClean, []string{"Call 1, session s", "caller", "outcome", "What was said", "customer", "Notes"}},
		{[]string{"show", "9"}, exitFailure, []string{"call 9: the history has no such call"}},
		{[]string{"show"}, exitConfiguration, []string{"show wants one call, as in switchboard history show 412"}},
		{[]string{"foo:bar"}, exitConfiguration, []string{"there is no filter foo:"}},
		{[]string{"--limit", "0"}, exitConfiguration, []string{"--limit must be from 1 to 1000"}},
		{[]string{"--rebuild", "call:1"}, exitClean, []string{"#1 ", "1 call."}},
	} {
		args := append([]string{"history"}, step.args...)
		code, out, complaints := try(t, append(args, "--journal", path)...)
		rest := out + complaints
		for _, want := range step.says {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Errorf("%v: no %q in\n%s%s", args, want, out, complaints)
				break
			}
			rest = after
		}
		if code != step.code || strings.ContainsRune(out, '\x1b') {
			t.Errorf("%v: exits with %d, and says\n%q", args, code, out)
		}
	}
	if info, err := os.Stat(history.Beside(path)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the history: %v, %v", info, err)
	}
}

func TestHistoryIsReadByMachines(t *testing.T) {
	path := aJournal(t)
	code, out, complaints := try(t, "history", "the", "--json", "--journal", path)
	var found pastJSON
	if err := json.Unmarshal([]byte(out), &found); code != exitClean || err != nil || found.Total == 0 || len(found.Calls) != found.Total {
		t.Fatalf("exits with %d, %v\n%s%s", code, err, out, complaints)
	}
	m := found.Calls[0].Matches[0]
	if word := m.Text[m.Marks[0][0]:m.Marks[0][1]]; !strings.EqualFold(word, "the") {
		t.Errorf("%q is marked in %q", word, m.Text)
	}
	if code, out, _ = try(t, "history", "show", "1", "--json", "--journal", path); code != exitClean {
		t.Fatal(out)
	}
	var r engine.Record
	if err := json.Unmarshal([]byte(out), &r); err != nil || r.Number != 1 || len(r.Lines) == 0 {
		t.Errorf("%v: %+v", err, r)
	}
	if code, out, _ = try(t, "history", "xylophone", "--json", "--journal", path); code != exitClean || !strings.Contains(out, `"calls": []`) {
		t.Errorf("nothing found: %s", out)
	}
}

func TestWithoutAJournalThereIsNoHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.db")
	code, _, complaints := try(t, "history", "--journal", path)
	if code != exitFailure || !strings.Contains(complaints, "there is no journal to be read") {
		t.Errorf("exits with %d, says %q", code, complaints)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) > 0 {
		t.Errorf("it made %q", left)
	}
}

func TestADamagedHistoryIsMadeAgain(t *testing.T) {
	path := aJournal(t)
	if err := os.WriteFile(history.Beside(path), []byte(strings.Repeat("junk ", 5000)), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, complaints := try(t, "history", "--journal", path)
	if code != exitClean || !strings.Contains(out, "3 calls.") {
		t.Errorf("exits with %d, says %q and %q", code, out, complaints)
	}
}

func TestAnotherJournalsHistoryIsNotShown(t *testing.T) {
	path, other := aJournal(t), filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(other)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := try(t, "history", "--journal", path); code != exitClean || !strings.Contains(out, "3 calls.") {
		t.Fatal(out)
	}
	if err := errors.Join(os.Remove(path), os.Rename(other, path)); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := try(t, "history", "--journal", path); code != exitClean || out != "No call is over yet.\n" {
		t.Errorf("exits with %d, says %q", code, out)
	}
	if kept, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "a.history.aside-1")); len(kept) != 1 {
		t.Error("the other journal's history is gone")
	}
}

// A run heals its history: calls from before it was there, and a file that somebody deletes.
func TestARunMakesItsHistoryAgain(t *testing.T) {
	path := aJournal(t)
	forEver := []setValue{{"RETAIN_RECORDINGS", "0"}, {"RETAIN_TRANSCRIPTS", "0"}, {"RETAIN_EVENTS", "0"}} // its calls are old
	s, err := newStage(demoOptions{seed: 1, speed: 20, journal: path, feed: feedNone, set: forEver}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx, quiet) }()
	p := s.program
	has := func() bool {
		past, err := p.Past(ctx, tui.PastQuery{Limit: 5})
		return err == nil && past.Complete && past.Total == 3 && past.Kept == 3
	}
	await(t, "the calls of the journal are in the history", 10*time.Second, has)
	if past, err := p.Past(ctx, tui.PastQuery{Text: "the ", Typing: true, Limit: 5}); err != nil || past.Total == 0 || len(past.Calls[0].Hits) == 0 {
		t.Errorf("the console finds %+v, %v", past, err)
	}
	lines, err := p.HistoryLines(ctx, "the call:1")
	if err != nil || len(lines) < 3 || lines[0] != "1 call" || !strings.HasPrefix(lines[1], "call 1, ") || !strings.Contains(lines[2], "»") {
		t.Errorf("the plain console says %q, %v", lines, err)
	}
	if _, err := p.HistoryLines(ctx, "foo:bar"); err == nil {
		t.Error("a filter that is none is taken")
	}
	for _, name := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(history.Beside(path) + name); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "deleted, they are there again", 10*time.Second, has)
	end()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAHistoryThatCannotBeKeptStopsNoCall(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	if err := os.Mkdir(history.Beside(path), 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := newStage(demoOptions{seed: 1, speed: 20, journal: path, feed: feedNone}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx, quiet) }()
	callIn(t, s, 1)
	await(t, "a call is answered", 10*time.Second, func() bool { return s.program.runner.Frame().Counts.Answered > 0 })
	await(t, "the trouble is told", 10*time.Second, func() bool {
		for _, trouble := range s.program.runner.Health().Troubles {
			if trouble.Kind == engine.TroubleHistory && strings.Contains(trouble.Detail, "it is no file") {
				return true
			}
		}
		return false
	})
	end()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAMomentBetweenTwoFeedsIsNoGap(t *testing.T) {
	at := time.Date(2026, 3, 14, 14, 0, 0, 0, time.UTC)
	r := engine.Record{Over: at.Add(time.Minute), Gaps: []engine.Gap{
		{From: at, To: at}, {From: at, To: at.Add(3 * time.Second), Why: "the stream fell"}, {From: at.Add(50 * time.Second)},
	}}
	got := gapLines(r, func(t time.Time) string { return t.Format(time.TimeOnly) })
	want := []string{"  14:00:00  0:03, the stream fell", "  14:00:50  0:10, the reason is not known"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
