package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"switchboard/tui"
)

// Between these the README has the table of the keys.
const keysBegin, keysEnd = "<!-- keys -->\n", "<!-- /keys -->"

// readmeKeys is the table of the keys as the README has it: acts that are told together share
// a row.
func readmeKeys(acts []tui.KeyAct) string {
	byID := map[string]tui.KeyAct{}
	told := map[string]bool{}
	for _, a := range acts {
		byID[a.ID] = a
	}
	var b strings.Builder
	b.WriteString("| key | does | name |\n|---|---|---|\n")
	group := ""
	for _, a := range acts {
		if a.Group == "BOXES" || told[a.ID] {
			continue
		}
		if a.Group != group {
			group = a.Group
			b.WriteString("| **" + groupName(group) + "** | | |\n")
		}
		keys, does, ids := keyNames(a.Keys), told1(a), "`"+a.ID+"`"
		if other, ok := byID[a.With]; ok {
			told[other.ID] = true
			keys = append(keys, keyNames(other.Keys)...)
			does += "; " + told1(other)
			ids += " `" + other.ID + "`"
		}
		b.WriteString("| `" + strings.Join(keys, "` `") + "` | " + does + " | " + ids + " |\n")
	}
	return b.String()
}

func told1(a tui.KeyAct) string {
	if a.Guard == "" {
		return a.Does
	}
	return a.Does + " (" + a.Guard + ")"
}

// The README's table of keys is the console's own; -update rewrites it.
func TestREADMEHasTheTableOfKeys(t *testing.T) {
	path := filepath.Join("..", "..", "README.md")
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), keysBegin)
	got, after, whole := strings.Cut(rest, keysEnd)
	if !ok || !whole {
		t.Fatalf("README.md has no %q … %q", keysBegin, keysEnd)
	}
	want := readmeKeys(tui.KeyActs(nil))
	if *update {
		if err := os.WriteFile(path, []byte(before+keysBegin+want+keysEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the table is not the console's (-want +got); go test ./cmd/switchboard -run README -update takes it:\n%s", diff)
	}
}

// switchboard help keys names every act, fits the terminal, and has no escapes when piped.
func TestHelpKeysFitsAndIsPlain(t *testing.T) {
	for _, width := range []int{40, 60, 80, 110} {
		var out bytes.Buffer
		if err := writeKeys(&out, tui.KeyActs(nil), width); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(out.String(), "\n") {
			if ansi.StringWidth(line) > width || strings.TrimRight(line, " ") != line {
				t.Errorf("%d cells: %q", width, line)
			}
		}
		for _, a := range tui.KeyActs(nil) {
			if !strings.Contains(out.String(), a.ID) {
				t.Errorf("%d cells: %s is missing", width, a.ID)
			}
		}
	}
	t.Setenv("NO_COLOR", "yes")
	var out bytes.Buffer
	if code := run(t.Context(), []string{"help", "keys"}, strings.NewReader(""), &out, &out); code != exitClean || strings.Contains(out.String(), "\x1b") || !strings.Contains(out.String(), "hang-up") {
		t.Errorf("exits with %d and says:\n%s", code, &out)
	}
}

// help still tells about commands, and what is unknown is told.
func TestHelpStillTellsAboutCommands(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"help"}, exitClean, "switchboard demo"},
		{[]string{"help", "run"}, exitClean, "--policy"},
		{[]string{"help", "policy", "check"}, exitClean, "check"},
		{[]string{"help", "keys", "--json"}, exitClean, `"id": "hang-up"`},
		{[]string{"help", "dance"}, exitConfiguration, `there is no command "dance"; possible are: keys, `},
		{[]string{"help", "keys", "now"}, exitConfiguration, "keys takes no arguments"},
	} {
		var out bytes.Buffer
		if code := run(t.Context(), c.args, strings.NewReader(""), &out, &out); code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%v exits with %d, want %d, and %q in:\n%s", c.args, code, c.code, c.says, &out)
		}
	}
	var out bytes.Buffer
	run(t.Context(), []string{"help", "keys", "--json"}, strings.NewReader(""), &out, &out)
	var acts []keyJSON
	if err := json.Unmarshal(out.Bytes(), &acts); err != nil || len(acts) < 60 {
		t.Errorf("%d acts, %v", len(acts), err)
	}
}
