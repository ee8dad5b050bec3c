package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/journal"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// someCalls returns an export of a few recorded calls, and their events.
func someCalls(t *testing.T) (string, []engine.Event) {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	play := enginetest.NewPlay(1, world.Faults{})
	play.Load(trialSettings())
	if _, err := play.Run(20*time.Second, recs[:3]...); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "calls.jsonl")
	exportJournalOf(t, path, play.Journal())
	return path, play.Journal()
}

func TestAJournalIsImportedCheckedExportedBackedUpAndCompacted(t *testing.T) {
	calls, events := someCalls(t)
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, step := range []struct {
		args string
		says string
	}{
		{"import " + calls + " --journal " + in("a.db"), fmt.Sprintf("holds %d events; 3 calls.", len(events))},
		{"check --journal " + in("a.db"), "Nothing is wrong with it."},
		{"compact --journal " + in("a.db"), "dropped 0 IDs that were past their keep, and 0 checkpoints"},
		{"export --journal " + in("a.db") + " --out " + in("a.jsonl"), fmt.Sprintf("holds %d events.", len(events))},
		{"export --journal " + in("a.db") + " --out " + in("2.jsonl") + " --call 2", "holds"},
		{"backup --journal " + in("a.db") + " " + in("b.db"), fmt.Sprintf("holds %d events in", len(events))},
		{"check --journal " + in("b.db"), fmt.Sprintf("newest checkpoint after event %d", len(events))},
	} {
		code, out, complaints := try(t, append([]string{"journal"}, strings.Fields(step.args)...)...)
		if code != exitClean || !strings.Contains(out, step.says) {
			t.Errorf("%s: exits with %d, says %q and %q", step.args, code, out, complaints)
		}
	}
	want, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(in("a.jsonl")); string(got) != string(want) {
		t.Errorf("what was exported is not what was imported: %d and %d bytes, %v", len(got), len(want), err)
	}
	for _, name := range []string{"a.db", "b.db", "a.jsonl", "2.jsonl"} {
		if info, err := os.Stat(in(name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	// "Readable by backtest."
	code, out, complaints := try(t, "backtest", in("a.jsonl"), in("2.jsonl"), in("b.db"))
	if code != exitClean || !strings.Contains(out, "7 calls in 3 files") {
		t.Errorf("backtest exits with %d, says %q and %q", code, out, complaints)
	}
}

func TestWhatAJournalCommandRefuses(t *testing.T) {
	calls, _ := someCalls(t)
	dir := t.TempDir()
	a, b, none, damaged := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db"), filepath.Join(dir, "none.db"), filepath.Join(dir, "damaged.db")
	one := filepath.Join(dir, "one.jsonl")
	for _, args := range []string{"import " + calls + " --journal " + a, "export --call 1 --journal " + a + " --out " + one} {
		if code, _, complaints := try(t, append([]string{"journal"}, strings.Fields(args)...)...); code != exitClean {
			t.Fatal(complaints)
		}
	}
	write(t, damaged, strings.Repeat("SQLite format 3\x00", 1000))
	for _, test := range []struct {
		args string
		code int
		says string
	}{
		{"", exitClean, "journal backup journal-monday.db"},
		{"chekc", exitConfiguration, "possible are: check, backup, compact, export, import"},
		{"backup --journal " + a, exitConfiguration, "journal backup takes the file to be made"},
		{"check --journal " + none, exitFailure, "there is no journal to be read"},
		{"compact --journal " + none, exitFailure, "there is no journal to be read"},
		{"export --journal " + none, exitFailure, "there is no journal to be read"},
		{"backup --journal " + none + " " + b, exitFailure, "there is no journal to be read"},
		{"check --journal " + damaged, exitFailure, "not a journal"},
		{"check --journal " + calls, exitFailure, "not a journal"},
		{"import " + calls + " --journal " + a, exitFailure, "such a file already"},
		{"import " + one + " --journal " + b, exitFailure, "holds one call alone"},
		{"import " + a + " --journal " + b, exitFailure, "epoch"},
		{"backup --journal " + a + " " + a, exitFailure, "such a file already"},
		{"export --journal " + a + " --out " + one, exitFailure, "exists"},
		{"export --journal " + a + " --call 99", exitFailure, "no such call"},
	} {
		code, out, complaints := try(t, append([]string{"journal"}, strings.Fields(test.args)...)...)
		if code != test.code || !strings.Contains(out+complaints, test.says) {
			t.Errorf("%q: exits with %d, says %q and %q, want %d and %q", test.args, code, out, complaints, test.code, test.says)
		}
	}
	for _, path := range []string{none, b} {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s was made", path)
		}
	}
}

// Ctrl-C ends it, and leaves nothing half done.
func TestAnInterruptedJournalCommandLeavesNothing(t *testing.T) {
	calls, _ := someCalls(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "journal.db")
	if code, _, complaints := try(t, "journal", "import", calls, "--journal", path); code != exitClean {
		t.Fatal(complaints)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{
		{"journal", "check", "--journal", path},
		{"journal", "export", "--journal", path, "--out", filepath.Join(dir, "out.jsonl")},
		{"journal", "import", calls, "--journal", filepath.Join(dir, "other.db")},
	} {
		var out, complaints bytes.Buffer
		if code := run(ctx, args, strings.NewReader(""), &out, &complaints); code != exitFailure || !strings.Contains(complaints.String(), "canceled") {
			t.Errorf("%s exits with %d, says %q and %q", args[1], code, &out, &complaints)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("there is %v, %v", files, err)
	}
}

// A supervisor reads what is wrong, and what to do.
func TestACheckSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	path, j := journalWith(t, played(t, "asks-politely"))
	j.Close()
	pages, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	spoilt := strings.Replace(string(pages), "speech.ended", "speech.enjoy", 1)
	write(t, path, spoilt)
	code, out, complaints := try(t, "journal", "check", "--journal", path)
	for _, part := range []string{"1 fault:\n  event ", "is not what was written\n    do: put a backup in its place", "journal import part.jsonl --journal NEW"} {
		if code != exitFailure || !strings.Contains(out, part) || !strings.Contains(complaints, "not in order") {
			t.Errorf("exits with %d, says %q and %q, want %q", code, out, complaints, part)
		}
	}
	// And that is what happens then.
	dir := t.TempDir()
	part, saved := filepath.Join(dir, "part.jsonl"), filepath.Join(dir, "saved.db")
	if code, out, complaints := try(t, "journal", "export", "--journal", path, "--out", part); code != exitFailure || !strings.Contains(out, "holds") || !strings.Contains(complaints, "not what was written") {
		t.Errorf("export exits with %d, says %q and %q", code, out, complaints)
	}
	if code, out, complaints := try(t, "journal", "import", part, "--journal", saved); code != exitClean {
		t.Errorf("import exits with %d, says %q and %q", code, out, complaints)
	}
	if code, out, complaints := try(t, "journal", "check", "--journal", saved); code != exitClean {
		t.Errorf("check exits with %d, says %q and %q", code, out, complaints)
	}
}

// What is not run's own stays readable beside it, and what changes the file is refused
// with the name of who has it.
func TestAJournalIsReadBesideARunningProgramAndNotTaken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	binary, path := built(t, dir), filepath.Join(dir, "journal.db")
	demo := speak(t, binary, "demo", "--plain", "--for", "60s", "--speed", "10", "--journal", path)
	demo.hears(t, `customer: `, 20*time.Second)
	env := filepath.Join(dir, "env")
	values := whole()
	values["PORT_NUMBER"] = freePort(t)
	write(t, env, envFileOf(values))
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"run", "--plain", "--env-file", env, "--journal", path}, exitFailure, fmt.Sprintf("in use by process %d (switchboard demo, since ", demo.Process.Pid)},
		{[]string{"journal", "check", "--journal", path}, exitClean, "Nothing is wrong with it."},
		{[]string{"journal", "check", "--journal", path}, exitClean, fmt.Sprintf("process %d (switchboard demo, since ", demo.Process.Pid)},
		{[]string{"journal", "export", "--journal", path, "--out", filepath.Join(dir, "e.jsonl")}, exitClean, "events."},
		{[]string{"journal", "backup", "--journal", path, filepath.Join(dir, "b.db")}, exitClean, "events in"},
		{[]string{"backtest", path}, exitClean, "in 1 file"},
		{[]string{"journal", "compact", "--journal", path}, exitFailure, fmt.Sprintf("in use by process %d (switchboard demo, since ", demo.Process.Pid)},
		{[]string{"demo", "--plain", "--for", "1s", "--journal", path}, exitFailure, "end that one first, or name another file with --journal"},
	} {
		code, out, complaints := try(t, test.args...)
		if code != test.code || !strings.Contains(out+complaints, test.says) {
			t.Errorf("%q: exits with %d, says %q and %q", test.args, code, out, complaints)
		}
	}
	if code := demo.end(syscall.SIGTERM); code != exitClean {
		t.Errorf("demo exited with %d", code)
	}
	for _, name := range []string{"journal.db", "b.db"} {
		if code, out, complaints := try(t, "journal", "check", "--journal", filepath.Join(dir, name)); code != exitClean {
			t.Errorf("%s: exits with %d, says %q and %q", name, code, out, complaints)
		}
	}
	if code, out, complaints := try(t, "journal", "import", filepath.Join(dir, "e.jsonl"), "--journal", filepath.Join(dir, "i.db")); code != exitClean {
		t.Errorf("exits with %d, says %q and %q", code, out, complaints)
	}
	j, err := journal.OpenCopy(path)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if _, err := j.FindCall("1"); err != nil {
		t.Error(err)
	}
}
