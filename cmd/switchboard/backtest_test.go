package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/journal"
	"switchboard/engine/policy"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// try runs the program and returns its exit code and what it printed and complained.
func try(t *testing.T, args ...string) (int, string, string) {
	t.Helper()
	var out, complaints bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(""), &out, &complaints)
	return code, out.String(), complaints.String()
}

// played returns the events of one recorded call.
func played(t *testing.T, name string) []engine.Event {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		if rec.Name != name {
			continue
		}
		play := enginetest.NewPlay(1, world.Faults{})
		play.Load(trialSettings())
		if _, err := play.Run(0, rec); err != nil {
			t.Fatal(err)
		}
		return play.Journal()
	}
	t.Fatalf("there is no recording %s", name)
	return nil
}

// journalWith makes a journal that holds a call which a rule has transferred. Its
// epoch is not the one that the call was played with, so that Symbl's own leg is not
// known for what it is: what counts here is that it is read.
func journalWith(t *testing.T, events []engine.Event) (string, *journal.Journal) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	for _, e := range events {
		if _, err := j.Append(e.At, []engine.Entry{e.Entry}); err != nil {
			t.Fatal(err)
		}
	}
	return path, j
}

// exportJournalOf writes events as exported calls.
func exportJournalOf(t *testing.T, path string, events []engine.Event) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	if err := enc.Encode(map[string]string{"epoch": enginetest.Epoch}); err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if err := enc.Encode(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// "switchboard backtest on the demo's recordings with the default and with
// sample-compat shows, in one table, that the second alarms on calm calls and the first
// does not."
func TestBacktestOfTheDemo(t *testing.T) {
	code, out, complaints := try(t, "backtest", "--demo", "--compare", "sample-compat")
	if code != exitClean || complaints != "" {
		t.Fatalf("got exit %d and %q", code, complaints)
	}
	row := lineWith(t, out, "calm calls")
	fields := strings.Fields(row)
	if def, sample := fields[len(fields)-2], fields[len(fields)-1]; def != "0" || sample == "0" {
		t.Errorf("the row of the calm calls is %q: want none by the default and some by the sample", row)
	}
}

func lineWith(t *testing.T, text, part string) string {
	t.Helper()
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			return line
		}
	}
	t.Fatalf("no line holds %q:\n%s", part, text)
	return ""
}

func TestBacktestExitCodes(t *testing.T) {
	mine := filepath.Join(t.TempDir(), "mine.yaml")
	text, _ := policy.Text("sample-compat")
	write(t, mine, string(text))
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	write(t, broken, "rules: [{id: a, when: {mood: {below: -2}}}]\n")
	for _, test := range []struct {
		args string
		code int
		says string
	}{
		{"--demo --quiet", exitClean, ""},
		{"--demo --policy " + mine, exitClean, ""},
		{"", exitConfiguration, "name journals"},
		{"--demo --policy " + broken, exitConfiguration, "broken.yaml"},
		{"--demo --policy none.yaml", exitConfiguration, "there is no such file"},
		{"--demo --fail-if nonsense", exitConfiguration, "is no condition"},
		{"--demo --fail-if calm>0", exitConfiguration, "possible are"},
		{"--demo --fail-if precision<high", exitConfiguration, "a number"},
		{"--demo --days -1", exitConfiguration, "--days"},
		{"--demo --fail-if precision<0.8 --fail-if alarmed-calm>0", exitClean, ""},
		{"--demo --policy sample-compat --fail-if alarmed-calm>0", exitFailure, "alarmed-calm is 2"},
		{"--demo --policy sample-compat --fail-if precision<0.8", exitFailure, "precision is 0.333"},
		{"--demo nowhere.jsonl", exitFailure, "nowhere.jsonl: there is no such file"},
	} {
		code, _, complaints := try(t, append([]string{"backtest"}, strings.Fields(test.args)...)...)
		if code != test.code || !strings.Contains(complaints, test.says) {
			t.Errorf("backtest %s: got exit %d and %q, want %d and %q", test.args, code, complaints, test.code, test.says)
		}
	}
}

// A journal is read while its program runs, an export and a recording are known by what
// they hold, and what cannot be read is named while the rest goes on.
func TestBacktestReadsWhatItIsGiven(t *testing.T) {
	dir := t.TempDir()
	events := played(t, "slow-sour")
	path, j := journalWith(t, events)
	exportJournalOf(t, filepath.Join(dir, "calls.jsonl"), events)
	rec, err := os.ReadFile("../../testdata/recordings/explodes.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "explodes.jsonl"), string(rec))
	write(t, filepath.Join(dir, "strange.json"), "{}")
	write(t, filepath.Join(dir, "notes.txt"), "not looked into")
	write(t, filepath.Join(dir, "torn.jsonl"), `{"Seq":1,"Kind":"ticked"`)

	code, out, complaints := try(t, "backtest", "--json", path, dir)
	if code != exitFailure {
		t.Errorf("got exit %d, want %d: two files cannot be read", code, exitFailure)
	}
	var report struct {
		Calls []struct {
			Source   string `json:"source"`
			Happened struct {
				Cause string `json:"cause"`
			} `json:"happened"`
		} `json:"calls"`
		Unread []struct {
			Source string `json:"source"`
		} `json:"unread"`
		Policies []struct {
			Policy string `json:"policy"`
			All    struct {
				Calls int `json:"calls"`
			} `json:"all"`
		} `json:"policies"`
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if strings.Contains(out, "\"firings\": null") {
		t.Error("a call without firings has none instead of an empty list of them")
	}
	if got := len(report.Calls); got != 3 {
		t.Errorf("got %d calls, want one each of the journal, the export and the recording:\n%s", got, complaints)
	}
	if got := len(report.Unread); got != 2 || strings.Contains(complaints, "notes.txt") {
		t.Errorf("got %d files unread, want strange.json and torn.jsonl: %s", got, complaints)
	}
	for _, c := range report.Calls {
		if c.Source == filepath.Join(dir, "calls.jsonl") && c.Happened.Cause != "rule" {
			t.Errorf("the exported call was transferred for %q, want a rule", c.Happened.Cause)
		}
	}
	if _, err := j.Append(events[len(events)-1].At, []engine.Entry{{ID: "more", Body: engine.Ticked{Session: "s2"}}}); err != nil {
		t.Errorf("the journal was held up: %v", err)
	}
}

// "The same inside the console: :backtest over the journal's last days."
func TestTheConsolesBacktestReadsTheOpenJournal(t *testing.T) {
	_, j := journalWith(t, played(t, "explodes"))
	lines, err := backtestLines(t.Context(), j, time.Time{}, policy.Default(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(lines, "\n"); !strings.Contains(text, "1 call in 1 file") {
		t.Errorf("got\n%s", text)
	}
	lines, err = backtestLines(t.Context(), j, enginetest.Start.Add(time.Hour), policy.Default(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(lines, "\n"); !strings.Contains(text, "0 calls") {
		t.Errorf("a call of before was counted:\n%s", text)
	}
}
