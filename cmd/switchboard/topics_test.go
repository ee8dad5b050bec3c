package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// says returns what a command line prints.
func says(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(""), &out, &out)
	return out.String(), code
}

func TestEachTopicIsTold(t *testing.T) {
	for _, topic := range topics {
		text, err := topic.text()
		if err != nil {
			t.Fatal(err)
		}
		if got, code := says(t, "help", topic.name); code != exitClean || got != text {
			t.Errorf("help %s exits with %d and prints %q", topic.name, code, got)
		}
		for i, line := range strings.Split(text, "\n") {
			if n := utf8.RuneCountInString(line); n > 79 || strings.Contains(line, "\t") || strings.TrimRight(line, " ") != line {
				t.Errorf("topics/%s.txt:%d: %d columns (79 at most, no tabs, no blanks at the end): %q", topic.name, i+1, n, line)
			}
		}
	}
	files, err := topicTexts.ReadDir("topics")
	if err != nil || len(files) != len(topics) {
		t.Errorf("%d texts for %d topics, %v", len(files), len(topics), err)
	}
	if got, _ := says(t, "help", "--help"); !strings.Contains(got, topics[0].short) {
		t.Errorf("help --help names no topics:\n%s", got)
	}
}

// "help policy" is the topic, though there is a command of that name; what follows it
// can only be the command's.
func TestATopicLeavesTheCommandsTheirHelp(t *testing.T) {
	for args, want := range map[string]string{
		"help policy check": "switchboard policy check policy.yaml",
		"help run":          "switchboard run --tunnel ngrok",
		"policy --help":     "policy show > policy.yaml",
	} {
		if got, code := says(t, strings.Fields(args)...); code != exitClean || !strings.Contains(strings.Join(strings.Fields(got), " "), want) && !strings.Contains(got, want) {
			t.Errorf("%s exits with %d and says:\n%s", args, code, got)
		}
	}
	if got, code := says(t, "help", "policy", "dance"); code != exitConfiguration || !strings.Contains(got, "recovery") {
		t.Errorf("help policy dance exits with %d and says:\n%s", code, got)
	}
}

// What a topic tells somebody to type is there: each command, each of its flags, each
// setting.
func TestTopicsNameOnlyWhatIsThere(t *testing.T) {
	command := regexp.MustCompile(`\bswitchboard((?: [^\s,;:()]+)+)`)
	setting := regexp.MustCompile(`\b[A-Z]+_[A-Z_]+\b`)
	var names []string
	for _, s := range allSettings() {
		names = append(names, s.name)
	}
	for _, topic := range topics {
		text, err := topic.text()
		if err != nil {
			t.Fatal(err)
		}
		checked := 0
		for _, line := range strings.Split(text, "\n") {
			for _, name := range setting.FindAllString(line, -1) {
				if !slices.Contains(names, name) {
					t.Errorf("topics/%s.txt: there is no setting %s", topic.name, name)
				}
			}
			for _, said := range command.FindAllStringSubmatch(line, -1) {
				checked++
				root := rootCommand()
				root.InitDefaultHelpCmd()
				words := strings.Fields(said[1])
				found, rest, err := root.Find(words)
				if err != nil || found == root {
					t.Errorf("topics/%s.txt: there is no command in %q", topic.name, line)
					continue
				}
				for _, w := range rest {
					if flag, ok := strings.CutPrefix(w, "--"); ok && flag != "help" && !hasFlag(found, flag) {
						t.Errorf("topics/%s.txt: %s has no flag --%s, in %q", topic.name, found.CommandPath(), flag, line)
					}
				}
			}
		}
		if checked == 0 {
			t.Errorf("topics/%s.txt names no command: was it read?", topic.name)
		}
	}
}

func hasFlag(c *cobra.Command, name string) bool { return c.Flags().Lookup(name) != nil }
