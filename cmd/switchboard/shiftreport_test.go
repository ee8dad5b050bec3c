package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/journal"
	reports "switchboard/engine/report"
)

// reported makes a journal of one call, which a rule transfers, on 5 January 2026 at 9:00.
func reported(t *testing.T) string {
	t.Helper()
	path, j := journalWith(t, played(t, "charged-twice"))
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReportTellsOfThePeriodThatIsNamed(t *testing.T) {
	path := reported(t)
	day := []string{"report", "--journal", path, "--zone", "UTC", "--date", "2026-01-05"}
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"--day"}, "Monday 5 January 2026\n"},
		{[]string{"--shift", "08:00-16:00"}, "Shift 08:00-16:00, Monday 5 January 2026\n"},
		{[]string{"--week"}, "Seven days, 30 December to 5 January 2026\n"},
		{nil, "Monday 5 January 2026\n"},
	} {
		code, out, complaints := try(t, append(day, test.args...)...)
		if code != exitClean || !strings.HasPrefix(out, test.says) || !strings.Contains(out, "began                                   1") {
			t.Errorf("%v: %d\n%s%s", test.args, code, out, complaints)
		}
	}
	code, out, _ := try(t, "report", "--journal", path, "--zone", "UTC", "--from", "2026-01-05 08:30", "--to", "2026-01-05 09:30")
	if code != exitClean || !strings.HasPrefix(out, "5 January 2026 08:30 to 5 January 2026 09:30\n") {
		t.Errorf("a period of one's own: %d\n%s", code, out)
	}
}

func TestReportTakesTheShiftOfTheSettings(t *testing.T) {
	path := reported(t)
	t.Setenv("SHIFTS", "06:00-14:00,14:00-22:00,22:00-06:00")
	now := time.Date(2026, 1, 6, 3, 0, 0, 0, time.UTC)
	p, err := reportOptions{zone: "UTC"}.period(now)
	if err != nil || p.Name != "Shift 22:00-06:00, Monday 5 January 2026" {
		t.Errorf("%+v, %v", p, err)
	}
	t.Setenv("SHIFTS", "morning")
	if code, _, complaints := try(t, "report", "--journal", path); code != exitConfiguration || !strings.Contains(complaints, "SHIFTS: a shift is two times of the day") {
		t.Errorf("%d %s", code, complaints)
	}
}

func TestReportSaysWhatIsWrongWithItsCommandLine(t *testing.T) {
	path := reported(t)
	there := filepath.Join(t.TempDir(), "there.txt")
	if err := os.WriteFile(there, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--shift", "8-16"}, 2, "a shift is two times of the day, as in 08:00-16:00"},
		{[]string{"--date", "5.1."}, 2, "--date: a date is a year, a month and a day, as in 2026-11-21"},
		{[]string{"--day", "--week"}, 2, "name one period"},
		{[]string{"--to", "2026-01-05"}, 2, "--to is the end of a period that --from begins"},
		{[]string{"--from", "yesterday"}, 2, "--from is a day and a time"},
		{[]string{"--from", "2026-01-05", "--to", "2026-01-04"}, 2, "the period ends before it begins"},
		{[]string{"--zone", "Mars/North"}, 2, `there is no time zone "Mars/North" here`},
		{[]string{"--format", "pdf"}, 2, `--format is one of text, markdown, html, json, not "pdf"`},
		{[]string{"--out", there}, 2, "is there already: name another file with --out, or write over it with --force"},
		{[]string{"today"}, 2, "report takes no arguments"},
		{[]string{"--zone", "UTC", "--date", "2026-01-07"}, 1, "nothing happened in that period (Wednesday 7 January 2026): the journal has what happened from 5 January 2026 09:00"},
		{[]string{"--journal", filepath.Join(t.TempDir(), "none.db")}, 1, "there is no journal to be read"},
	} {
		code, out, complaints := try(t, append([]string{"report", "--journal", path}, test.args...)...)
		if code != test.code || !strings.Contains(complaints, test.says) || out != "" {
			t.Errorf("%v: %d\n%s%s", test.args, code, out, complaints)
		}
	}
	if text, _ := os.ReadFile(there); string(text) != "mine" {
		t.Error("a file was written over")
	}
}

func TestAReportsFileIsForItsOwnerAlone(t *testing.T) {
	path := reported(t)
	for _, form := range []struct{ file, begins string }{
		{"shift.html", "<!DOCTYPE html>"}, {"shift.md", "# Monday"}, {"shift.json", "{"}, {"shift.txt", "Monday"}, {"shift", "Monday"},
	} {
		out := filepath.Join(t.TempDir(), form.file)
		args := []string{"report", "--journal", path, "--zone", "UTC", "--date", "2026-01-05", "--out", out}
		if code, said, complaints := try(t, args...); code != exitClean || !strings.Contains(said, "holds the report: Monday 5 January 2026.") {
			t.Fatalf("%s: %d %s%s", form.file, code, said, complaints)
		}
		text, err := os.ReadFile(out)
		info, _ := os.Stat(out)
		if err != nil || !strings.HasPrefix(string(text), form.begins) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %s, %v, %.40s", form.file, info.Mode(), err, text)
		}
		if strings.Contains(string(text), "+1202555") {
			t.Errorf("%s has a number in it", form.file)
		}
		if code, _, _ := try(t, append(args, "--force", "--numbers")...); code != exitClean {
			t.Errorf("%s: --force: %d", form.file, code)
		}
		if info, _ := os.Stat(out); info.Mode().Perm() != 0o600 {
			t.Errorf("%s: after --force %s", form.file, info.Mode())
		}
	}
}

// long is a journal of many events before a call, so that a report of the call does not
// begin with the first of them.
func long(t *testing.T, call []engine.Event) *journal.Journal {
	t.Helper()
	j, err := journal.Open(filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	settings := trialSettings()
	add := func(at time.Time, entries []engine.Entry) {
		if _, err := j.Append(at, entries); err != nil {
			t.Fatal(err)
		}
	}
	before := call[0].At.Add(-24 * time.Hour)
	add(before, []engine.Entry{{ID: "s", By: engine.ByRunner, Body: engine.SettingsLoaded{Settings: settings}}})
	var many []engine.Entry
	for i := range 600 {
		many = append(many, engine.Entry{ID: fmt.Sprint("x", i), By: engine.ByRunner, Body: engine.Resumed{Session: "s0"}})
	}
	add(before, many)
	for _, e := range call {
		add(e.At, []engine.Entry{e.Entry})
	}
	return j
}

func TestAReportOfALongJournalBeginsInTheMiddle(t *testing.T) {
	call := played(t, "charged-twice")
	j := long(t, call)
	o := reports.Options{Period: reports.Day(call[0].At), Made: call[0].At.Add(24 * time.Hour)}
	part, err := reportWithin(t.Context(), j, o, 500, nil)
	if err != nil || part.Calls.All != 1 || !strings.Contains(strings.Join(part.Remarks, " "), "two hours before") {
		t.Fatalf("%+v, %v", part.Calls, err)
	}
	state := engine.NewState(j.Epoch()) // a checkpoint tells the numbers
	seq := uint64(0)
	err = j.Read(1, func(e engine.Event) error {
		if e.At.Before(call[0].At) {
			state, _ = engine.Step(state, e)
			seq = e.Seq
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(&state)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Checkpoint(seq-1, "test", data); err == nil { // one that says another event is passed over
		if r, err := reportWithin(t.Context(), j, o, 500, nil); err != nil || len(r.Remarks) != 2 {
			t.Errorf("with a checkpoint that does not fit: %v, %v", r.Remarks, err)
		}
	}
	o.Period.From = o.Period.From.Add(reports.Before) // so that the checkpoint comes before
	if err := j.Checkpoint(seq, "test", data); err != nil {
		t.Fatal(err)
	}
	whole, err := reportWithin(t.Context(), j, o, 500, nil)
	if err != nil || whole.Calls.All != 1 || len(whole.Remarks) != 1 {
		t.Errorf("%+v %v, %v", whole.Calls, whole.Remarks, err)
	}
}
