package policy

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestDiffTellsEachChangeInALine(t *testing.T) {
	old := read(t, `
bells: 6
rules:
- {id: sour, when: {mood: {below: -0.25}, min_words: 15}, then: transfer, cooldown: 2m}
- {id: gone, when: {key: "0"}, then: alert}
- {id: asks, when: {any: [{said: [a manager, help me]}, {key: "0"}]}, then: {transfer: true}}
- {id: same, when: {silence: 12s}, then: alert}
`)
	new := read(t, `
bells: 8
rules:
- {id: sour, version: 2, when: {mood: {below: {default: -0.301, symbl: -0.4}}, negative: {below: -0.3}}, exit: {mood: {above: -0.1}}, then: {transfer: true, say: One moment.}, veto: 5s}
- {id: asks, when: {any: [{said: [a person, help me]}, {key: "0#"}]}, then: {transfer: {cold: true}}, mode: shadow}
- {id: fresh, when: {silence: 30s}, then: [alert, pin], severity: red, mode: shadow}
- {id: same, when: {silence: 12}, then: [alert]}
`)
	golden(t, "diff.txt", strings.Join(Diff(old.Policy, new.Policy), "\n")+"\n")
}

func TestDiffOfTheSameIsEmpty(t *testing.T) {
	if lines := Diff(Default(), Default()); len(lines) > 0 {
		t.Errorf("got %q", lines)
	}
}

func TestDiffTellsOfAnotherOrder(t *testing.T) {
	turned := Default()
	turned.Rules = slices.Clone(turned.Rules)
	slices.Reverse(turned.Rules)
	if lines := Diff(Default(), turned); len(lines) != 1 || !strings.HasPrefix(lines[0], "the rules stand in another order: blind, ") {
		t.Errorf("got %q", lines)
	}
}

// Every number and word of the built-in file is told when it changes, so nothing that
// a file can say is left out of what the supervisor is shown.
func TestDiffSeesEveryNumberOfTheDefault(t *testing.T) {
	text, err := os.ReadFile("default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, rules, _ := strings.Cut(string(text), "\nrules:\n")
	head := strings.TrimSuffix(string(text), rules)
	lines := strings.Split(rules, "\n")
	changed := 0
	for i, line := range lines {
		code, _, _ := strings.Cut(line, " #")
		at := strings.LastIndexAny(code, "12345678")
		if at < 0 || strings.HasPrefix(strings.TrimSpace(line), "#") || strings.Contains(line, "count") {
			continue
		}
		with := slices.Clone(lines)
		with[i] = line[:at] + string(line[at]+1) + line[at+1:]
		f, err := Read("default.yaml", []byte(head+strings.Join(with, "\n")))
		if err != nil {
			continue // out of its range
		}
		changed++
		if len(Diff(Default(), f.Policy)) == 0 {
			t.Errorf("the change to %q is not told", strings.TrimSpace(with[i]))
		}
	}
	if changed < 40 {
		t.Errorf("changed %d lines: too few to mean anything", changed)
	}
}
