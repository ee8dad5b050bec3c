package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/export"
	"switchboard/engine/history"
	"switchboard/engine/journal"
	"switchboard/engine/recording"
	"switchboard/engine/runner"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// importedCalls returns a journal with three recorded calls.
func importedCalls(t *testing.T) string {
	t.Helper()
	calls, _ := someCalls(t)
	path := filepath.Join(t.TempDir(), "journal.db")
	if code, out, complaints := try(t, "journal", "import", calls, "--journal", path); code != exitClean {
		t.Fatalf("import exits with %d, says %q and %q", code, out, complaints)
	}
	return path
}

// filesIn returns the names in a folder.
func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestCallsAreExportedFromTheJournal(t *testing.T) {
	from := importedCalls(t)
	dir := t.TempDir()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		says string // on standard output
	}{
		{"1", "Call 1, "},
		{"#2 --format json", `"version": 1`},
		{"3 --format markdown", "## What was said"},
		{"1 --out " + dir + "/one.md", "one.md holds call 1."},
		{"1 2 3 --format recording --out " + dir + "/calls/", "holds call 3."},
	} {
		code, out, complaints := try(t, append([]string{"export", "--journal", from}, strings.Fields(c.args)...)...)
		if code != exitClean || !strings.Contains(out, c.says) || complaints != "" {
			t.Errorf("%s: exits with %d, says %q and %q", c.args, code, out, complaints)
		}
		for _, rec := range recs[:3] {
			if strings.Contains(out, rec.Caller) || strings.Contains(out, rec.From) || strings.Contains(out, rec.From[2:]) {
				t.Errorf("%s: the customer %s, %s is named", c.args, rec.Caller, rec.From)
			}
		}
	}
	code, out, complaints := try(t, "export", "1", "--clear", "--format", "json", "--journal", from)
	if code != exitClean || !strings.Contains(out, recs[0].From) || !strings.Contains(complaints, "in clear") {
		t.Errorf("in clear: exits with %d, says %q and %q", code, out, complaints)
	}
	for _, path := range append(filesIn(t, dir+"/calls"), "../one.md") {
		if info, err := os.Stat(filepath.Join(dir, "calls", path)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	// "Exports must be readable by backtest."
	code, out, complaints = try(t, "backtest", dir+"/calls")
	if code != exitClean || !strings.Contains(out, "3 calls in 3 files") {
		t.Errorf("backtest exits with %d, says %q and %q", code, out, complaints)
	}
	played, err := playable(dir + "/calls")
	if err != nil || len(played) != 3 {
		t.Errorf("a demo finds %d recordings: %v", len(played), err)
	}
	salt := filepath.Join(dir, "salt")
	if err := os.WriteFile(salt, []byte("0123456789abcdef0123456789abcdef\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, first, _ := try(t, "export", "2", "--salt", salt, "--journal", from)
	if _, again, _ := try(t, "export", "2", "--salt", salt, "--journal", from); code != exitClean || again != first {
		t.Error("with a salt two exports of a call are different")
	}
}

func TestWhatCannotBeExportedIsSaid(t *testing.T) {
	from := importedCalls(t)
	dir := t.TempDir()
	there := filepath.Join(dir, "there.txt")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"", exitConfiguration, "which call?"},
		{"Mette", exitConfiguration, `"Mette" is no call`},
		{"1 2", exitConfiguration, "several calls go into a folder"},
		{"--day 2026-13-01", exitConfiguration, "is no day"},
		{"1 --day today", exitConfiguration, "either calls or a day"},
		{"1 --format pdf", exitConfiguration, `there is no format "pdf"; possible are: recording, text, markdown, json`},
		{"1 --out " + dir + "/call.pdf", exitConfiguration, "say with --format"},
		{"1 --clear --salt x", exitConfiguration, "--clear wants none"},
		{"1 --salt " + there, exitConfiguration, "a secret has at least 16"},
		{"99", exitFailure, `"99": the journal has no such call`},
		{"--day 1999-01-01 --out " + dir + "/", exitFailure, "no call that began on 1999-01-01"},
		{"1 --out " + there, exitFailure, "is there already, and no file is written over"},
	} {
		code, out, complaints := try(t, append([]string{"export", "--journal", from}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(complaints, c.says) {
			t.Errorf("%s: exits with %d, says %q and %q", c.args, code, out, complaints)
		}
	}
	if text, _ := os.ReadFile(there); string(text) != "mine" {
		t.Errorf("the file that was there is %q", text)
	}
}

func TestAForgottenCallIsNotExportedAndItIsSaid(t *testing.T) {
	from := importedCalls(t)
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	if code, out, complaints := try(t, "forget", recs[0].From, "--yes", "--journal", from); code != exitClean || !strings.Contains(out, "Forgotten: 1 call") {
		t.Fatalf("forget exits with %d, says %q and %q", code, out, complaints)
	}
	code, out, complaints := try(t, "export", "1", "--journal", from)
	if code != exitFailure || out != "" || !strings.Contains(complaints, "the call was forgotten") {
		t.Errorf("export exits with %d, says %q and %q", code, out, complaints)
	}
}

// Where a call was forgotten, the events tell less of those beside it: what was filed of
// them is surer, where it is this journal's.
func TestACallBesideAForgottenOneIsExportedAsItWasFiled(t *testing.T) {
	from := importedCalls(t)
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	if code, out, complaints := try(t, "history", "--quiet", "--journal", from); code != exitClean {
		t.Fatalf("history exits with %d, says %q and %q", code, out, complaints)
	}
	export := func() string {
		code, out, complaints := try(t, "export", "2", "--clear", "--format", "json", "--journal", from)
		if code != exitClean {
			t.Fatalf("export exits with %d, says %q and %q", code, out, complaints)
		}
		return out
	}
	before := export()
	epoch, err := journal.EpochOf(from)
	if err != nil {
		t.Fatal(err)
	}
	mark(t, history.New(history.Beside(from), epoch), "2")
	if export() != before {
		t.Error("nothing was forgotten, and it is not told by the events")
	}
	if code, out, complaints := try(t, "forget", recs[0].From, "--yes", "--journal", from); code != exitClean {
		t.Fatalf("forget exits with %d, says %q and %q", code, out, complaints)
	}
	if out := export(); !strings.Contains(out, "as it was filed") {
		t.Errorf("it is told by the events:\n%s", out)
	}
	if err := os.Remove(history.Beside(from)); err != nil {
		t.Fatal(err)
	}
	if out := export(); out != before {
		t.Errorf("without a history it is told otherwise:\n%s", out)
	}
}

// mark changes how a call ended in a history.
func mark(t *testing.T, h *history.Store, call string) {
	t.Helper()
	c, err := h.Get(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	c.Record.Ending = "as it was filed"
	if err := errors.Join(h.Put(t.Context(), c.Record), h.Close()); err != nil {
		t.Fatal(err)
	}
}

// aRecord returns the record of a recorded call.
func aRecord(t *testing.T) (engine.Record, *recording.Recording) {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	play := enginetest.NewPlay(1, world.Faults{})
	if _, err := play.Run(0, recs[0]); err != nil {
		t.Fatal(err)
	}
	for _, r := range play.Filed {
		if r.Number == 1 {
			return r, recs[0]
		}
	}
	t.Fatal("no call was filed")
	return engine.Record{}, nil
}

func filed(r engine.Record) engine.Command {
	return engine.Command{Name: "s2/file/call/9", Session: r.Session, Action: engine.File{Record: r}}
}

// A call that is filed again replaces its file; what goes wrong is trouble, and is
// accepted all the same.
func TestARecorderKeepsOneFileOfACall(t *testing.T) {
	record, rec := aRecord(t)
	dir := filepath.Join(t.TempDir(), "calls")
	r, err := recordFlags{dir: dir}.open(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var troubles []string
	r.trouble = func(detail string) { troubles = append(troubles, detail) }
	for range 2 {
		if outcome := r.Do(t.Context(), filed(record)); outcome != (engine.Accepted{Command: "s2/file/call/9"}) {
			t.Errorf("the outcome is %+v", outcome)
		}
	}
	names := filesIn(t, dir)
	if len(names) != 1 || strings.Contains(names[0], rec.From[2:]) || !strings.Contains(names[0], "-call-1-") {
		t.Fatalf("the folder holds %q", names)
	}
	file := filepath.Join(dir, names[0])
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v", info.Mode())
	}
	if info, _ := os.Stat(dir); info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v", info.Mode())
	}
	text, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(text), rec.From) || strings.Contains(string(text), rec.Caller) {
		t.Errorf("the customer is named, or %v, in\n%s", err, text)
	}
	if callers, err := playable(dir); err != nil || len(callers) != 1 {
		t.Errorf("a demo finds %d recordings: %v", len(callers), err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	r.Do(t.Context(), filed(record))
	if len(troubles) != 1 || !strings.Contains(troubles[0], "call 1: ") {
		t.Errorf("the folder is gone, and the troubles are %q", troubles)
	}
	record.Answered = time.Time{}
	if r.Do(t.Context(), filed(record)); len(troubles) != 1 {
		t.Errorf("a call that was never answered is trouble: %q", troubles)
	}
}

func TestARecorderInClearNamesTheCustomer(t *testing.T) {
	record, rec := aRecord(t)
	dir := t.TempDir()
	r, err := recordFlags{dir: dir, clear: true}.open(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	r.Do(t.Context(), filed(record))
	callers, err := playable(dir)
	if err != nil || len(callers) != 1 || callers[0].From != rec.From || callers[0].Caller != rec.Caller {
		t.Errorf("recorded are %+v, %v", callers, err)
	}
}

// A folder that takes no recordings is refused before anything begins.
func TestAFolderThatTakesNothingIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"demo", "--record", file}, {"demo", "--record", file + "/calls"}, {"demo", "--record-clear"}, {"demo", "--recordings", file},
		{"demo", "--recordings", t.TempDir()}} {
		code, out, complaints := try(t, append(args, "--plain", "--for", "1s")...)
		if code == exitClean || !strings.Contains(complaints, "record") {
			t.Errorf("%q: exits with %d, says %q and %q", args, code, out, complaints)
		}
	}
}

// A recording that cannot be read is named, with its line.
func TestARecordingThatIsWrongIsNamed(t *testing.T) {
	dir := t.TempDir()
	text := `{"recording":1,"name":"x","from":"+12025550142"}` + "\n" + `{"on":"menu","at":-3}`
	if err := os.WriteFile(filepath.Join(dir, "bad.jsonl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := playable(dir)
	if err == nil || !strings.Contains(err.Error(), "bad.jsonl: recording line 2: at is -3") {
		t.Errorf("got %v", err)
	}
}

// failing is an adapter that never does anything.
type failing struct{}

func (failing) Do(_ context.Context, c engine.Command) engine.Body {
	return engine.Unanswered{Command: c.Name}
}

// What several do, all of them do, and what goes wrong with one is the outcome.
func TestSeveralDoWhatOneIsAsked(t *testing.T) {
	record, _ := aRecord(t)
	dirs := []string{t.TempDir(), t.TempDir()}
	adapters := map[engine.Adapter]runner.Doer{}
	for _, dir := range dirs {
		r, err := recordFlags{dir: dir}.open(slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		also(adapters, engine.AdapterHistory, r)
	}
	also(adapters, engine.AdapterHistory, failing{})
	outcome := adapters[engine.AdapterHistory].Do(t.Context(), filed(record))
	if _, failed := outcome.(engine.Unanswered); !failed {
		t.Errorf("the outcome is %+v", outcome)
	}
	for _, dir := range dirs {
		if names := filesIn(t, dir); len(names) != 1 {
			t.Errorf("%s holds %q", dir, names)
		}
	}
}

// The whole program: a call is exported from the console while it is up and when it is
// over, and is recorded when it is over.
func TestADemoRecordsAndExports(t *testing.T) {
	dir, exports := filepath.Join(t.TempDir(), "calls"), filepath.Join(t.TempDir(), "exports")
	s := startStage(t, demoOptions{speed: 40, record: recordFlags{dir: dir}, exports: exports})
	callIn(t, s, 1)
	await(t, "the call is up", 10*time.Second, func() bool { return len(s.program.runner.Frame().Sessions) > 0 })
	report, err := s.program.Export(t.Context(), "1", "markdown")
	if err != nil || !strings.Contains(strings.Join(report, "\n"), exports) || !strings.Contains(strings.Join(report, "\n"), "still up") {
		t.Errorf("reports %q, %v", report, err)
	}
	await(t, "it is recorded", 30*time.Second, func() bool {
		names, err := playable(dir)
		return err == nil && len(names) == 1
	})
	for range 2 {
		if report, err := s.program.Export(t.Context(), "1", ""); err != nil {
			t.Errorf("reports %q, %v", report, err)
		}
	}
	names := filesIn(t, exports)
	slices.Sort(names)
	if len(names) != 3 || !strings.HasSuffix(names[0], "-2.txt") || filepath.Ext(names[1]) != ".md" {
		t.Errorf("exported are %q", names)
	}
	if _, err := s.program.Export(t.Context(), "77", ""); err == nil {
		t.Error("a call that never was is exported")
	}
	if _, err := s.program.Export(t.Context(), "1", "pdf"); err == nil || !strings.Contains(err.Error(), export.Formats()) {
		t.Errorf("pdf: %v", err)
	}
}
