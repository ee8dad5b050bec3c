package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"switchboard/engine/policy"
)

func TestPolicyCommands(t *testing.T) {
	dir := t.TempDir()
	good, bad, tests, failing := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "bad.yaml"), filepath.Join(dir, "tests.yaml"), filepath.Join(dir, "failing.yaml")
	write(t, good, "rules:\n- {id: a, when: {key: \"0\"}, then: transfer}\n- {id: b, when: {negative: {below: -0.3, speaker: any}}, then: alert}\n")
	write(t, bad, "rules:\n- {id: a, whan: {key: \"0\"}, then: transfer}\n")
	write(t, tests, "policy: good.yaml\ncalls:\n- {name: calm, until: 0:30, expect: none}\n")
	write(t, failing, "policy: good.yaml\ncalls:\n- {name: calm, until: 0:30, expect: transfer a by 0:20}\n")
	for _, test := range []struct {
		args string
		code int
		says []string
	}{
		{"policy", exitClean, []string{"show", "check", "diff", "test"}},
		{"policy dance", exitConfiguration, []string{`no command policy "dance"; possible are: show, check, diff, test`}},
		{"policy show", exitClean, []string{"# The policy that switchboard uses", "- id: sustained-negative"}},
		{"policy show default", exitClean, []string{"- id: sustained-negative"}},
		{"policy show sample-compat", exitClean, []string{"- id: one-sentence"}},
		{"policy show " + good, exitClean, []string{"- {id: a, when"}},
		{"policy show nowhere.yaml", exitConfiguration, []string{"nowhere.yaml: there is no such file; built in are: default, sample-compat"}},
		{"policy show a b", exitConfiguration, []string{"policy show takes a policy's name or file; see switchboard policy show --help"}},
		{"policy check", exitConfiguration, []string{"policy check takes at least one file"}},
		{"policy check " + dir, exitConfiguration, []string{"is a directory"}},
		{"policy check default", exitClean, []string{"default: 15 rules, no mistakes\n"}},
		{"policy check " + good, exitClean, []string{good + ": line 3, column 51: speaker any", "(a warning)", good + ": 2 rules, no mistakes, 1 warning\n"}},
		{"policy check " + bad + " " + good, exitFailure, []string{
			bad + ": line 2, column 3: a rule needs \"when\"\n", bad + ": line 2, column 11: unknown key of a rule \"whan\"; did you mean \"when\"?\n",
			"2 rules, no mistakes", "switchboard: not to be used: " + bad}},
		{"policy diff default", exitConfiguration, []string{"policy diff takes two policies"}},
		{"policy diff default default", exitClean, []string{"They judge alike.\n"}},
		{"policy diff default sample-compat", exitClean, []string{"rule gone: ask-human (red: transfer, alert, say)", "new rule: one-sentence (red: transfer, alert)"}},
		{"policy diff default " + bad, exitFailure, []string{"did you mean \"when\"?"}},
		{"policy test", exitConfiguration, []string{"policy test takes at least one file"}},
		{"policy test " + tests, exitClean, []string{tests + ": 1 call, all as expected\n"}},
		{"policy test " + failing, exitFailure, []string{"1 call, 1 not as expected", "line 3, calm", `Expected "transfer a by 0:20", but it did not happen.`,
			"switchboard: 1 call not as expected"}},
		{"policy test " + bad, exitFailure, []string{`unknown key "rules"`}},
		{"policy test --help", exitClean, []string{"expect: [transfer ask-human by 0:12, no alert silence]"}},
	} {
		var out bytes.Buffer
		code := run(t.Context(), strings.Fields(test.args), strings.NewReader(""), &out, &out)
		if code != test.code {
			t.Errorf("switchboard %s: exits with %d, want %d:\n%s", test.args, code, test.code, &out)
		}
		for _, says := range test.says {
			if !strings.Contains(out.String(), says) {
				t.Errorf("switchboard %s: want %q in:\n%s", test.args, says, &out)
			}
		}
	}
}

func TestTheExampleInTheHelpHolds(t *testing.T) {
	report, err := policy.Test("help", []byte(testExample), nil)
	if err != nil {
		t.Fatal(err)
	}
	if report.Passed() != 1 || len(report.Calls) != 1 {
		t.Errorf("got %+v", report.Calls)
	}
}

func TestAFileCannotGarbleTheScreen(t *testing.T) {
	name := filepath.Join(t.TempDir(), "odd.yaml")
	write(t, name, "\"\\e]0;gone\\a\": 1\nrules: []\n")
	var out bytes.Buffer
	if code := run(t.Context(), []string{"policy", "check", name}, strings.NewReader(""), &out, &out); code != exitFailure {
		t.Errorf("exits with %d", code)
	}
	if strings.ContainsAny(out.String(), "\x1b\a") {
		t.Errorf("a control sign gets through: %q", out.String())
	}
}
