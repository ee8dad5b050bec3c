package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"switchboard/engine/policy"
)

var update = flag.Bool("update", false, "write anew what is made: the sample, the picture of packages")

// fromText reads a text as switchboard.yaml.
func fromText(t *testing.T, text string) *yamlReader {
	t.Helper()
	return readYAML(yamlPlace, []byte(text))
}

// problemLines returns what is wrong, a line each.
func problemLines(problems []Problem) []string {
	var all []string
	for _, p := range problems {
		all = append(all, strings.TrimSpace(p.Name+" "+p.Wrong))
	}
	return all
}

func TestYAMLHoldsAnySettingAndIsWrittenNaturally(t *testing.T) {
	for _, test := range []struct{ text, name, want string }{
		{"ring-seconds: 30\n", "RING_SECONDS", "30"},
		{"conference-number: +12025550100\n", "CONFERENCE_NUMBER", "+12025550100"},
		{"conference-number: \"+1 (202) 555-0100\"\n", "CONFERENCE_NUMBER", "+1 (202) 555-0100"},
		{"connection-id: 1300000000000000001\n", "CONNECTION_ID", "1300000000000000001"},
		{"transfer-number: [+12025550123, sip:ida@example.com]\n", "TRANSFER_NUMBER", "+12025550123,sip:ida@example.com"},
		{"transfer-number:\n  - +12025550123 # Ida\n  - \"+1 202 555 0124\"\n", "TRANSFER_NUMBER", "+12025550123,+1 202 555 0124"},
		{"transfer-number: +12025550123, +12025550124\n", "TRANSFER_NUMBER", "+12025550123, +12025550124"},
		{"symbl:\n  app-id: abc\n", "SYMBL_APP_ID", "abc"},
		{"symbl:\n  app:\n    id: abc\n", "SYMBL_APP_ID", "abc"},
		{"symbl:\nring-seconds: 30\n", "RING_SECONDS", "30"}, // a group whose lines are comments
		{"symbl-forget: true\n", "SYMBL_FORGET", "true"},
		{"symbl-forget: yes\n", "SYMBL_FORGET", "yes"},
		{"prompt:\n  menu: off\n", "PROMPT_MENU", "off"},
		{"prompt:\n  menu: >\n    Press 1\n    for Ida.\n", "PROMPT_MENU", "Press 1 for Ida."},
		{"prompt:\n  menu-es: Oprima el 1.\n", "PROMPT_MENU_ES", "Oprima el 1."},
		{"voice: AWS.Polly.Amy\nvoice-es: AWS.Polly.Mia\n", "VOICE_ES", "AWS.Polly.Mia"},
		{"public-url:\n", "PUBLIC_URL", ""},
		{"", "RING_SECONDS", ""},
		{"# nothing yet\n", "RING_SECONDS", ""},
	} {
		r := fromText(t, test.text)
		if len(r.problems()) > 0 || r.values[test.name] != test.want {
			t.Errorf("%q: got %q and %v, want %q", test.text, r.values[test.name], problemLines(r.problems()), test.want)
		}
	}
}

func TestYAMLTellsEveryMistakeAtOnceWithItsPlace(t *testing.T) {
	r := fromText(t, `ring-second: 30
telnyx-api-key: `+hush+`
port-number: eighty
PORT_NUMBER: 8000
transfer-number:
  - "5550123"
  - +12025550124
  - sip:ida@example.com,sip:eva@example.com
symbl:
  app-idd: abc
  number: [1, 2]
front-name: true
conference-name:
  first: x
port-number: 81
policy: none.yaml
feed: symbl-streem
telnyx-apikey: `+hush+`
entirely-else: 1
`)
	got := problemLines(r.problems())
	want := []string{
		`switchboard.yaml: line 1, column 1: unknown key "ring-second"; did you mean "ring-seconds"?`,
		`switchboard.yaml: line 2, column 1: telnyx-api-key is a secret, which has no place here: put TELNYX_API_KEY into .env, which only you can read`,
		`switchboard.yaml: line 4, column 1: unknown key "PORT_NUMBER"; did you mean "port-number"?`,
		`switchboard.yaml: line 10, column 3: unknown key "symbl-app-idd"; did you mean "symbl-app-id"?`,
		`switchboard.yaml: line 15, column 1: port-number is given twice: it stands in line 3 already`,
		`switchboard.yaml: line 18, column 1: unknown key "telnyx-apikey"; if TELNYX_API_KEY is meant: it is a secret and belongs in .env`,
		`switchboard.yaml: line 19, column 1: unknown key "entirely-else"; switchboard run --help lists the keys, without their --`,
		`PORT_NUMBER (switchboard.yaml, line 3, column 14) must be a port, from 1 to 65535`,
		`TRANSFER_NUMBER (switchboard.yaml, line 6, column 5) “5550123” must begin with + and the country code, as in +12025550123`,
		`TRANSFER_NUMBER (switchboard.yaml, line 8, column 5) has an entry with a comma: give each a line of its own`,
		`SYMBL_NUMBER (switchboard.yaml, line 11, column 11) takes one value, not a list`,
		`FRONT_NAME (switchboard.yaml, line 12, column 13) is read as yes or no here: put quotes around true`,
		`CONFERENCE_NAME (switchboard.yaml, line 14, column 3) takes one value, not keys with values`,
		`POLICY (switchboard.yaml, line 16, column 9) none.yaml: there is no such file; built in are: default, sample-compat`,
		`FEED (switchboard.yaml, line 17, column 7) must be auto, symbl-stream, symbl-phone, telnyx or none; did you mean "symbl-stream"?`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if strings.Contains(fmt.Sprint(r.problems()), hush) {
		t.Error("a secret that stands in the wrong file is shown")
	}
	if got := r.values["TRANSFER_NUMBER"]; got != "+12025550124" {
		t.Errorf("the operators that are right: got %q", got)
	}
}

func TestYAMLThatIsNoneIsRefusedWithItsLine(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"ring-seconds: 30\n\tport-number: 1\n", "line 2: this is not YAML: found a tab"},
		{"- ring-seconds\n", "line 1, column 1: settings must be keys with values"},
		{"30\n", "line 1, column 1: settings must be keys with values"},
		{"a: &x 1\n", "& and * are not understood here"},
		{"<<: {ring-seconds: 1}\n", "a key must be one word"},
		{"[a]: 1\n", "a key must be one word"},
		{"ring-seconds: 30\n---\nport-number: 1\n", "a second document begins here"},
		{strings.Repeat("# long\n", 60000) + "ring-seconds: 30\n", "but may have 256"},
		{"transfer-number: [" + strings.Repeat("+12025550123, ", 300) + "]\n", "has 300 entries, but may have 200"},
	} {
		r := fromText(t, test.text)
		if got := strings.Join(problemLines(r.problems()), "\n"); !strings.Contains(got, test.want) {
			t.Errorf("%.40q: got %q, want %q in it", test.text, got, test.want)
		}
	}
}

func TestYAMLComesAfterFlagsEnvironmentAndEnvFile(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, s := range allSettings() {
		t.Setenv(s.name, "")
	}
	whole := whole()
	whole["PORT_NUMBER"], whole["CONFERENCE_NAME"], whole["FRONT_NAME"] = "1001", "env-file", "env-file"
	write(t, ".env", envFileOf(whole))
	write(t, "switchboard.yaml", "port-number: 1000\nconference-name: yaml\nfront-name: yaml\nring-seconds: 31\n")
	t.Setenv("CONFERENCE_NAME", "environment")
	flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
	addFlags(flags)
	if err := flags.Parse([]string{"--front-name", "flag", "--symbl-forget"}); err != nil {
		t.Fatal(err)
	}
	c, err := runConfig(flags, configFiles{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintln(c.Port, c.Conference, c.FrontName, c.Ring, c.SymblForget), "1001 environment flag 31s true\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := runConfig(flags, configFiles{yaml: "other.yaml"}); err == nil || !strings.Contains(err.Error(), "other.yaml: there is no such file; name one") {
		t.Errorf("a file that was named and is not there: got %v", err)
	}
}

func TestMistakesInYAMLAreToldOnceWithAllOthers(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, s := range allSettings() {
		t.Setenv(s.name, "")
	}
	write(t, "bad.yaml", "rules: 1\n")
	write(t, "switchboard.yaml", "transfer-number: [x]\npolicy: bad.yaml\nchat-prompt: none.txt\nring-second: 1\n")
	_, err := runConfig(pflag.NewFlagSet("run", pflag.ContinueOnError), configFiles{})
	var wrong *ConfigError
	if !errors.As(err, &wrong) {
		t.Fatalf("got %v, want a ConfigError", err)
	}
	inPolicy := policyMistakes(t, "bad.yaml")
	got := problemLines(wrong.Problems)
	want := slices.Concat([]string{
		`switchboard.yaml: line 4, column 1: unknown key "ring-second"; did you mean "ring-seconds"?`,
		`TRANSFER_NUMBER (switchboard.yaml, line 1, column 19) “x” must begin with + and the country code, as in +12025550123`,
		fmt.Sprintf("POLICY (switchboard.yaml, line 2, column 9) names a file with %s", plural(len(inPolicy), "mistake")),
	}, inPolicy, []string{
		"CHAT_PROMPT (switchboard.yaml, line 3, column 14) none.txt: there is no such file",
		"TELNYX_API_KEY is missing", "TELNYX_PUBLIC_KEY is missing", "CONNECTION_ID is missing", "CONFERENCE_NUMBER is missing",
	})
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// policyMistakes returns what is wrong in a policy's file, a line each.
func policyMistakes(t *testing.T, path string) []string {
	t.Helper()
	_, err := readSite(path)
	var mistakes policy.Mistakes
	if !errors.As(err, &mistakes) {
		t.Fatalf("%s: got %v, want mistakes", path, err)
	}
	var all []string
	for _, m := range mistakes {
		all = append(all, m.String())
	}
	return all
}

func TestYAMLSampleTellsEveryKeyAndIsRight(t *testing.T) {
	const path = "../../switchboard.sample.yaml"
	want := yamlSample()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s is not what the settings say; go test ./cmd/switchboard -run Sample -update writes it: %v", path, err)
	}
	if r := fromText(t, want); len(r.values) > 0 || len(r.problems()) > 0 {
		t.Errorf("left as it is, it sets %v and says %v", r.values, problemLines(r.problems()))
	}
	uncommented := regexp.MustCompile(`(?m)^#([a-z]+(-[a-z]+)*:)`).ReplaceAllString(want, "$1")
	r := fromText(t, uncommented)
	if len(r.problems()) > 0 {
		t.Fatalf("with all its comments gone it says %v", problemLines(r.problems()))
	}
	for _, s := range allSettings() {
		switch _, stands := r.nodes[s.name]; {
		case s.secret || s.retired():
			if stands {
				t.Errorf("%s stands in the sample", s.name)
			}
		case !stands || r.values[s.name] != s.preset:
			t.Errorf("%s: the sample says %q, the default is %q", s.name, r.values[s.name], s.preset)
		}
	}
	for line := range strings.Lines(want) {
		if strings.HasPrefix(line, "# ") && len([]rune(line)) > 90 {
			t.Errorf("too long: %s", line)
		}
	}
}

func TestChatKeyOfTelnyxGoesToNoOtherHost(t *testing.T) {
	for _, test := range []struct{ telnyx, chat, want string }{
		{"", "", hush},
		{"http://127.0.0.1:9101/v2", "", hush},
		{"", "https://api.telnyx.com/v2/ai/chat/completions", hush},
		{"", "https://api.telnyx.com.example.com/v2/ai/chat/completions", ""},
		{"", "http://127.0.0.1:11434/v1/chat/completions", ""},
	} {
		values := whole()
		values["TELNYX_API_URL"], values["CHAT_URL"], values["CHAT_MODEL"] = test.telnyx, test.chat, "small"
		c, err := readConfig(fromMap(values))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.ChatKey.Reveal(); got != test.want {
			t.Errorf("%s: got a key %t, want %t", test.chat, got != "", test.want != "")
		}
	}
	values := whole()
	values["TELNYX_API_URL"] = "http://127.0.0.1:9101/v2"
	if c, _ := readConfig(fromMap(values)); c.ChatURL != "http://127.0.0.1:9101/v2/ai/openai/chat/completions" {
		t.Errorf("got %s, want it where Telnyx is", c.ChatURL)
	}
}

func TestSettingsOfWordsTakeNoOther(t *testing.T) {
	dir := t.TempDir()
	prompt := filepath.Join(dir, "prompt.txt")
	write(t, prompt, "  Be brief.\n")
	values := whole()
	values["FEED"], values["SCORER"], values["TRANSCRIPTION_ENGINE"], values["SYMBL_FORGET"], values["CHAT_PROMPT"] = "Telnyx", "CHAT", "deepgram", "On", prompt
	c, err := readConfig(fromMap(values))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintln(c.Feed, c.Scorer, c.TranscriptionEngine, c.SymblForget, c.ChatPrompt), "telnyx chat Deepgram true Be brief.\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	write(t, filepath.Join(dir, "empty.txt"), " \n")
	for _, test := range []struct{ name, value, want string }{
		{"FEED", "symbl", "FEED must be auto, symbl-stream, symbl-phone, telnyx or none"},
		{"FEED", "symbl-stream", "FEED is symbl-stream, but Symbl's credentials are missing"},
		{"SCORER", "locale", `must be local, chat or none; did you mean "local"?`},
		{"TRANSCRIPTION_ENGINE", "gogle", `did you mean "Google"?`},
		{"SYMBL_FORGET", "maybe", "must be yes or no"},
		{"CHAT_PROMPT", filepath.Join(dir, "none.txt"), "there is no such file"},
		{"CHAT_PROMPT", filepath.Join(dir, "empty.txt"), "holds no text"},
	} {
		values := whole()
		values[test.name] = test.value
		if _, err := readConfig(fromMap(values)); err == nil || !strings.Contains(unwrapped(err), test.want) {
			t.Errorf("%s=%s: got %v, want %q", test.name, test.value, err, test.want)
		}
	}
	values = whole()
	values["SCORER"], values["CHAT_URL"] = "chat", "http://127.0.0.1:11434/v1/chat/completions"
	if _, err := readConfig(fromMap(values)); err == nil || !strings.Contains(unwrapped(err), "CHAT_MODEL is missing") {
		t.Errorf("a model of one's own without a name: got %v", err)
	}
}
