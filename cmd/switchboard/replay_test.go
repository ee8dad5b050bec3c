package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/journal"
	"switchboard/engine/policy"
	"switchboard/engine/recording"
	"switchboard/testdata"
)

// replayed replays in plain words and returns what is printed.
func replayed(t *testing.T, args ...string) string {
	t.Helper()
	code, out, complaints := try(t, append([]string{"replay", "--plain"}, args...)...)
	if code != exitClean || complaints != "" {
		t.Errorf("replay %v exits with %d: %s", args, code, complaints)
	}
	return out
}

func TestReplayOfWhateverAFileIs(t *testing.T) {
	calls, events := someCalls(t)
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, args := range [][]string{
		{"journal", "import", calls, "--journal", in("j.db")},
		{"journal", "export", "--journal", in("j.db"), "--call", "2", "--out", in("2.jsonl")},
	} {
		if code, _, complaints := try(t, args...); code != exitClean {
			t.Fatalf("%v: %s", args, complaints)
		}
	}
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := recording.Write(&file, recs[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in("r.jsonl"), file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := replayed(t, in("j.db"))
	if got := replayed(t, "--journal", in("j.db")); got != whole {
		t.Error("the journal that is named is shown otherwise than the file")
	}
	if got := replayed(t, calls); !strings.HasSuffix(got, after(whole, "live.\n")) {
		t.Error("the export is shown otherwise than the journal")
	}
	if n := strings.Count(whole, "call over after"); n != 3 {
		t.Errorf("%d calls end, want 3", n)
	}
	one := replayed(t, "2", "--journal", in("j.db"))
	if strings.Contains(one, "call 1,") || strings.Contains(one, "call 3,") || strings.Count(one, "call over after") != 1 {
		t.Errorf("call 2 is shown with others:\n%s", one)
	}
	head, err := os.ReadFile(in("2.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	session := strings.Split(after(string(head), `"call":"`), `"`)[0]
	if got := replayed(t, session, "--journal", in("j.db")); got != one {
		t.Errorf("%s is shown otherwise than call 2:\n%s", session, got)
	}
	if got := replayed(t, in("2.jsonl")); strings.Count(got, "call over after") != 1 {
		t.Errorf("the export of call 2:\n%s", got)
	}
	if got := replayed(t, in("r.jsonl")); !strings.Contains(got, recs[0].Caller) {
		t.Errorf("the recording:\n%s", got)
	}
	if got := replayed(t, in("j.db"), "--policy", "default"); !strings.Contains(got, "by default ") || !strings.Contains(got, "then not, now at ") {
		t.Errorf("with a policy:\n%s", got)
	}
	quick := replayed(t, in("j.db"), "--speed", "64", "--at", events[len(events)-30].At.Format(time.RFC3339))
	if !strings.Contains(quick, "call over after") || len(quick) >= len(whole) {
		t.Errorf("from near the end:\n%s", quick)
	}
}

func after(text, cut string) string {
	_, rest, _ := strings.Cut(text, cut)
	return rest
}

// What cannot be replayed is told in words, with what to do.
func TestReplayRefusesInWords(t *testing.T) {
	calls, _ := someCalls(t)
	dir := t.TempDir()
	place := filepath.Join(dir, "j.db")
	if code, _, complaints := try(t, "journal", "import", calls, "--journal", place); code != exitClean {
		t.Fatal(complaints)
	}
	damaged := filepath.Join(dir, "damaged.jsonl")
	text, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(damaged, append(text[:len(text)/2], "\n{\"Seq\":99999,\"Kind\":\"of.tomorrow\",\"Body\":{}}\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"nothere.jsonl", exitConfiguration, "there is no file"},
		{dir, exitConfiguration, "is a folder"},
		{"a b", exitConfiguration, "one file or call"},
		{"--day yesterday", exitConfiguration, "--day must be a day"},
		{"--speed 65", exitConfiguration, "--speed must be from 0 to 64"},
		{"--from 15:00 --to 14:00 --journal " + place, exitConfiguration, "--from must be before --to"},
		{"--from noon --journal " + place, exitConfiguration, "--from must be a time"},
		{"s99999 --journal " + place, exitFailure, "there is no such call"},
		{"77 --journal " + place, exitFailure, "the journal has no such call"},
		{"--day 2001-01-01 --journal " + place, exitFailure, "nothing happened in that time"},
		{"1 --policy nopolicy.yaml --journal " + place, exitConfiguration, "nopolicy.yaml"},
		{"--journal " + filepath.Join(dir, "none.db"), exitFailure, "there is no journal"},
		{damaged, exitFailure, "line "},
	} {
		code, out, complaints := try(t, append([]string{"replay", "--plain"}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(complaints, c.says) || out != "" {
			t.Errorf("%s: exits with %d, says %q and %q", c.args, code, out, complaints)
		}
	}
}

// R in a console reads the journal that its own program has open, beside what is written
// to it, and tries the policy that the program has in force.
func TestARunReplaysFromItsOwnJournal(t *testing.T) {
	calls, events := someCalls(t)
	place := filepath.Join(t.TempDir(), "j.db")
	if code, _, complaints := try(t, "journal", "import", calls, "--journal", place); code != exitClean {
		t.Fatal(complaints)
	}
	j, err := journal.Open(place)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	p := &program{journal: j}
	first := engine.SessionID("")
	for _, e := range events {
		if b, ok := e.Body.(engine.LegInitiated); ok && b.Direction == engine.Incoming {
			first = engine.SessionID(fmt.Sprint("s", e.Seq))
			break
		}
	}
	player, err := p.Replay(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := player.Frame().Session(first); !ok || s.Phase != engine.PhaseRinging || player.Playing() {
		t.Errorf("it does not stand at the beginning of %s: %+v", first, s)
	}
	if _, err := j.Append(events[len(events)-1].At, []engine.Entry{{ID: "late", By: engine.ByTelnyx, Body: engine.KeyPressed{Digit: "1"}}}); err != nil {
		t.Errorf("the journal takes nothing more: %v", err)
	}
	if _, err := p.Judge(t.Context(), player.Tape(), ""); err == nil {
		t.Error("no policy is in force, and it was tried")
	}
	p.config.Policy.Policy = policy.Default()
	if trial, err := p.Judge(t.Context(), player.Tape(), ""); err != nil || trial.Policy != "default" {
		t.Errorf("the policy in force: %+v, %v", trial, err)
	}
	if _, err := p.Judge(t.Context(), player.Tape(), filepath.Join(t.TempDir(), "none.yaml")); err == nil {
		t.Error("a file that is not there was tried")
	}
}

func TestTimesAreRead(t *testing.T) {
	moment := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"14:32":                time.Date(2026, 11, 20, 14, 32, 0, 0, time.UTC),
		"14:32:05":             time.Date(2026, 11, 20, 14, 32, 5, 0, time.UTC),
		"2026-11-19":           time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC),
		"2026-11-19 08:15":     time.Date(2026, 11, 19, 8, 15, 0, 0, time.UTC),
		"2026-11-19T08:15:30Z": time.Date(2026, 11, 19, 8, 15, 30, 0, time.UTC),
	} {
		if got, err := parseWhen(text, moment, time.UTC); err != nil || !got.Equal(want) {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "25:00", "now", "14.32", "20-11-2026"} {
		if got, err := parseWhen(text, moment, time.UTC); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
	if _, err := parseWhen("14:32", time.Time{}, time.UTC); err == nil || !strings.Contains(err.Error(), "needs its day") {
		t.Errorf("a time without a day: %v", err)
	}
}

// A replay says where calls beside it were forgotten: who was free is told by less then.
func TestAReplayBesideAForgottenCallSaysSo(t *testing.T) {
	from := importedCalls(t)
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	const says = "A call beside it was forgotten"
	if code, out, complaints := try(t, "replay", "2", "--plain", "--journal", from); code != exitClean || strings.Contains(out, says) {
		t.Fatalf("replay exits with %d, says %q and %q", code, out, complaints)
	}
	if code, out, complaints := try(t, "forget", recs[0].From, "--yes", "--journal", from); code != exitClean {
		t.Fatalf("forget exits with %d, says %q and %q", code, out, complaints)
	}
	if code, out, complaints := try(t, "replay", "2", "--plain", "--journal", from); code != exitClean || !strings.Contains(out, says) {
		t.Errorf("replay exits with %d, says %q and %q", code, out, complaints)
	}
}
