package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestEachCommandHasAManPage(t *testing.T) {
	dir := t.TempDir()
	if got, code := says(t, "man", "--into", dir); code != exitClean {
		t.Fatalf("exits with %d: %s", code, got)
	}
	for _, want := range []string{"man1/switchboard.1", "man1/switchboard-run.1", "man1/switchboard-journal-check.1", "man7/switchboard-recovery.7"} {
		text, err := os.ReadFile(filepath.Join(dir, want))
		if err != nil || !strings.HasPrefix(string(text), ".TH ") {
			t.Errorf("%s: %v, %.40q", want, err, text)
		}
	}
	for _, hidden := range []string{"man1/switchboard-watchman.1", "man1/switchboard-man.1"} {
		if _, err := os.Stat(filepath.Join(dir, hidden)); err == nil {
			t.Errorf("%s was written, but nobody types that command", hidden)
		}
	}
	if got, _ := says(t, "man"); !strings.Contains(got, "RETAIN_TRANSCRIPTS") || !strings.Contains(got, "EXIT STATUS") {
		t.Errorf("the program's page lacks its settings or its exits:\n%s", got)
	}
}

// What stands in a page is words: a line of ours that begins with a dot or holds a
// backslash would be an order to man, and a dash that is copied must be one.
func TestAManPageHoldsNoOrdersButItsOwn(t *testing.T) {
	var r roff
	r.prose(`.env and C:\calls, ↑`)
	r.verbatim("  .TH\n\n--speed '1'")
	want := `\&.env and C:\ecalls, \[u2191]` + "\n.nf\n  .TH\n.sp\n\\-\\-speed \\(aq1\\(aq\n.fi\n"
	if got := r.String(); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	known := regexp.MustCompile(`^\.(TH|SH|TP|PP|nf|fi|sp|nh|ad)\b`)
	pages, err := manPages(rootCommand())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		for i, line := range strings.Split(p.text, "\n") {
			if strings.HasPrefix(line, ".") && !known.MatchString(line) || strings.HasPrefix(line, "'") {
				t.Errorf("%s:%d is taken for an order: %q", p.name, i+1, line)
			}
		}
	}
}

// The strictest reader that is at hand finds nothing to complain of.
func TestManReadsThePagesWithoutAWord(t *testing.T) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("there is no groff here")
	}
	pages, err := manPages(rootCommand())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		cmd := exec.Command(groff, "-man", "-Tutf8", "-ww", "-z")
		cmd.Stdin = strings.NewReader(p.text)
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", p.name, err, out)
		}
	}
}

func TestCompletionsAreMadeForEachShell(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		got, code := says(t, "completion", shell)
		if code != exitClean || !strings.Contains(got, "__complete") {
			t.Errorf("completion %s exits with %d: %.80q", shell, code, got)
		}
		if path, err := exec.LookPath(shell); err == nil && shell == "bash" {
			cmd := exec.Command(path, "-n")
			cmd.Stdin = strings.NewReader(got)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s cannot read it: %v\n%s", shell, err, out)
			}
		}
	}
	if got, _ := says(t, "__complete", "journal", ""); !strings.Contains(got, "check\t") {
		t.Errorf("journal is completed by:\n%s", got)
	}
	if got, _ := says(t, "__complete", "run", "--ring"); !strings.Contains(got, "--ring-seconds") {
		t.Errorf("run --ring is completed by:\n%s", got)
	}
}

// The unit of the package starts a command that there is, with flags that it has.
func TestTheUnitStartsWhatIsThere(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("packaging", "switchboard.service"))
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^ExecStart=/usr/bin/switchboard (.*)$`).FindStringSubmatch(string(text))
	if line == nil {
		t.Fatal("it starts something else")
	}
	words := strings.Fields(line[1])
	found, _, err := rootCommand().Find(words[:1])
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range words[1:] {
		if flag, ok := strings.CutPrefix(w, "--"); ok && !hasFlag(found, flag) {
			t.Errorf("%s has no flag --%s", words[0], flag)
		}
	}
}
