package policy

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func read(t *testing.T, text string) File {
	t.Helper()
	f, err := Read("policy.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// golden compares with a file, or rewrites it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestPresetsHaveNoMistakes(t *testing.T) {
	for _, name := range Presets() {
		text, ok := Text(name)
		if !ok {
			t.Fatalf("there is no %s", name)
		}
		f, err := Read(name, text)
		if err != nil {
			t.Errorf("%v", err)
		}
		if f.Policy.Name != name {
			t.Errorf("%s calls itself %q", name, f.Policy.Name)
		}
		for _, r := range f.Policy.Rules {
			if r.About == "" || !strings.HasSuffix(r.About, ".") && !strings.HasSuffix(r.About, "?") {
				t.Errorf("%s: %s says %q about itself: want a sentence", name, r.ID, r.About)
			}
		}
	}
}

func TestOnlyTheSampleScoresOperators(t *testing.T) {
	for name, warnings := range map[string]int{"default": 0, "sample-compat": 1} {
		text, _ := Text(name)
		f, err := Read(name, text)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Warnings) != warnings {
			t.Errorf("%s has the warnings %v, want %d", name, f.Warnings, warnings)
		}
	}
}

// The numbers are those of SUPERVISOR.md, "Proposed default set".
func TestDefaultHasTheNumbersOfTheDesign(t *testing.T) {
	rules := map[string]engine.Rule{}
	for _, r := range Default().Rules {
		rules[r.ID] = r
	}
	got := rules["sustained-negative"]
	local := func(below engine.Polarity) []engine.SourceLimit { // measured: see the README
		return []engine.SourceLimit{{Source: "local", Below: below}}
	}
	want := engine.Rule{
		ID: "sustained-negative", Version: 1, About: got.About,
		When: engine.Cond{
			Negative: &engine.Negative{Count: 3, Of: 5, Within: 90 * time.Second, Limit: engine.Limit{Below: -300, Source: local(-450)}},
			Mood:     &engine.MoodLimit{Limit: engine.Limit{Below: -250, Source: local(-350)}, HalfLife: 30 * time.Second},
			MinWords: 15,
		},
		Exit:    &engine.Cond{Mood: &engine.MoodLimit{Limit: engine.Limit{Below: -100}, Above: true}},
		ExitFor: 20 * time.Second, NotBefore: 20 * time.Second, Cooldown: 2 * time.Minute, Veto: 8 * time.Second,
		Mode: engine.ModeOn, Severity: engine.SeverityRed,
		Then: engine.Then{Transfer: &engine.Propose{}, Alert: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sustained-negative (-want +got):\n%s", diff)
	}
	if r := rules["ask-human"]; r.Veto != 5*time.Second || !r.Request || r.MinConfidence != 600 || r.Then.Say == "" || r.Then.SayEs == "" {
		t.Errorf("a request in words has %+v", r)
	}
	if r := rules["ask-key"]; r.Veto != 0 || !r.Request || r.When.Key != "0" {
		t.Errorf("a request by key has %+v", r)
	}
	if r := rules["safety"]; r.Then.Transfer != nil || !r.Then.Pin || r.Severity != engine.SeveritySafety {
		t.Errorf("safety has %+v", r)
	}
	if b := Default().Bells; b != 6 {
		t.Errorf("%d bells an hour, want 6", b)
	}
}

func TestEveryMistakeIsToldAtOnceWithItsPlace(t *testing.T) {
	text, err := os.ReadFile("testdata/mistakes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Read("mistakes.yaml", text)
	var m Mistakes
	if !errors.As(err, &m) || len(m) < 20 {
		t.Fatalf("found %d mistakes: %v", len(m), err)
	}
	golden(t, "mistakes.txt", err.Error()+"\n")
}

func TestMistakesOfAWholeFile(t *testing.T) {
	for _, test := range []struct{ name, text, says string }{
		{"empty", "", "policy.yaml: line 1, column 1: the file is empty"},
		{"two documents", "rules: []\n---\nrules: []\n", "line 2, column 1: a second document begins here"},
		{"too long", strings.Repeat("# calm\n", 40_000), "the file has 274 KiB, but may have 256"},
		{"no YAML", "rules:\n\t- id: x\n", "line 2: this is not YAML: a tab"},
		{"a list", "- id: x\n", "a policy file must be keys with values, not a list"},
		{"too many rules", "rules:\n" + strings.Repeat("- {id: a, when: {min_words: 1}, then: alert}\n", 65),
			"line 66, column 3: there may be at most 64 rules, but here are 65"},
		{"too deep", "rules: [{id: a, then: alert, when: " + strings.Repeat("{not: ", 8) + "{key: \"0\"}" + strings.Repeat("}", 8) + "}]",
			"conditions may be nested at most 8 deep"},
		{"no rules", "name: calm\n", `line 1, column 1: a policy file needs "rules"`},
		{"itself", "rules: &r [*r]\n", "a rule must be keys with values, not a list"},
	} {
		_, err := Read("policy.yaml", []byte(test.text))
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v\nwant %q", test.name, err, test.says)
		}
	}
}

func TestAliasesCannotMakeAFileGrow(t *testing.T) {
	text := "rules:\n- id: a\n  then: alert\n  when:\n    any: &a1 [{min_words: 1}, {min_words: 2}, {min_words: 3}, {min_words: 4}]\n    all:\n"
	for i := range 5 {
		from, to := string(rune('0'+i+1)), string(rune('0'+i+2))
		text += "    - any: &a" + to + " [{any: *a" + from + "}, {any: *a" + from + "}, {any: *a" + from + "}, {any: *a" + from + "}]\n"
	}
	_, err := Read("policy.yaml", []byte(text))
	if err == nil || !strings.Contains(err.Error(), "a rule may have at most 256 conditions") {
		t.Errorf("got %v", err)
	}
}

func TestAliasesAndMergedKeysAreFine(t *testing.T) {
	f := read(t, `
rules:
- &calm {id: a, when: {mood: &m {below: -0.2}}, then: alert, cooldown: 30}
- {<<: *calm, id: b, when: {mood: *m, min_words: 3}}
`)
	got := f.Policy.Rules[1]
	if got.ID != "b" || got.Cooldown != 30*time.Second || got.When.MinWords != 3 || got.When.Mood.Limit.Below != -200 || !got.Then.Alert {
		t.Errorf("got %+v", got)
	}
}

func TestDecimalsAreReadExactly(t *testing.T) {
	for text, want := range map[string]int{"-0.3": -300, "-.3": -300, "0.001": 1, "+1": 1000, "-1.000": -1000, "0.29": 290, "0.57": 570} {
		if got, err := parseThousandths(text); err != nil || got != want {
			t.Errorf("%s is read as %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-", ".", "1.", "0.3000", "1e-1", "0,3", "--1", "∞", "1234567"} {
		if got, err := parseThousandths(text); err == nil {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"90": 90 * time.Second, "90s": 90 * time.Second, "1m30s": 90 * time.Second,
		"2h": 2 * time.Hour, "1m": time.Minute, "0": 0} {
		if got, err := parseDuration(text); err != nil || got != want {
			t.Errorf("%s is read as %v, %v; want %v", text, got, err, want)
		}
		if back, err := parseDuration(short(want)); err != nil || back != want {
			t.Errorf("%v is written as %s", want, short(want))
		}
	}
	for _, text := range []string{"", "-1s", "1.5s", "90 s", "m", "1s1m", "soon", "1d"} {
		if got, err := parseDuration(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestShortForms(t *testing.T) {
	long := read(t, `
rules:
- {id: a, when: {said: {phrases: [help me], within: 15s, speaker: customer}}, then: {alert: true}}
- {id: b, when: {in_state: {states: [hold]}}, then: {transfer: true}}
- {id: c, when: {no_input: {count: 2}}, then: {alert: true, watch: true}}
- {id: d, when: {negative: {count: 2, of: 2, below: {default: -0.5}}}, then: {say: {en: Hello}}}
`)
	short := read(t, `
rules:
- {id: a, when: {said: [help me]}, then: alert}
- {id: b, when: {in_state: hold}, then: transfer}
- {id: c, when: {no_input: 2}, then: [alert, watch]}
- {id: d, when: {negative: {count: 2, below: -0.5}}, then: {say: Hello}}
`)
	if diff := cmp.Diff(long.Policy, short.Policy); diff != "" {
		t.Errorf("long and short differ:\n%s", diff)
	}
}

func TestATransferCanBeVetoedUnlessTheRuleSaysOtherwise(t *testing.T) {
	f := read(t, `
rules:
- {id: a, when: {key: "0"}, then: transfer}
- {id: b, when: {key: "0"}, then: transfer, veto: 0}
- {id: c, when: {key: "0"}, then: alert}
`)
	for i, want := range []time.Duration{8 * time.Second, 0, 0} {
		if got := f.Policy.Rules[i].Veto; got != want {
			t.Errorf("rule %d has the veto %v, want %v", i, got, want)
		}
	}
}

func TestThresholdsBelongToTheSource(t *testing.T) {
	f := read(t, "rules: [{id: a, when: {mood: {below: {default: -0.3, symbl: -0.45}}}, then: alert}]")
	want := engine.Limit{Below: -300, Source: []engine.SourceLimit{{Source: "symbl", Below: -450}}}
	if diff := cmp.Diff(want, f.Policy.Rules[0].When.Mood.Limit); diff != "" {
		t.Error(diff)
	}
}

func TestWarningsDoNotRefuse(t *testing.T) {
	f := read(t, `rules:
- {id: a, when: {negative: {below: -0.3, speaker: operator}}, then: alert}
- {id: b, when: {key: "1"}, then: alert, veto: 5s, request: true}
`)
	var got strings.Builder
	for _, w := range f.Warnings {
		got.WriteString(w.String() + "\n")
	}
	golden(t, "warnings.txt", got.String())
}

func TestSite(t *testing.T) {
	f := read(t, `
groups:
- name: billing
  order: in-turn
  ring: 30s
  at_most: 2
  operators: [{number: "+1 202 555-0123", name: Ana}, +12025550124, "sip:bo@example.com"]
- {name: sales, operators: ["+12025550125"]}
front: {number: "+12025550126", name: Desk bot}
hold: {media: waltz}
queue: {then: callback}
briefing: {accept: Press 1., wait: 10s, monitored: A supervisor listens.}
phone: "+12025550127"
rules:
- {id: a, when: {key: "0"}, then: {transfer: {to: sales, cold: true}}}
`)
	got := f.At(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC))
	want := []engine.Group{
		{Name: "billing", Order: engine.OrderTurn, Ring: 30 * time.Second, AtMost: 2, Operators: []engine.Operator{
			{Number: "+12025550123", Name: "Ana"}, {Number: "+12025550124"}, {Number: "sip:bo@example.com"}}},
		{Name: "sales", Order: engine.OrderIdle, Ring: 20 * time.Second, Operators: []engine.Operator{{Number: "+12025550125"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if f.Front != (engine.Front{Number: "+12025550126", Name: "Desk bot"}) || f.Hold != (engine.Audio{Media: "waltz"}) ||
		f.Queue != (engine.Queue{AtMost: 3 * time.Minute, Then: engine.FallbackCallback, Callback: true}) ||
		f.Briefing != (engine.Briefing{Accept: "Press 1.", Wait: 10 * time.Second, Monitored: "A supervisor listens."}) ||
		f.Phone != "+12025550127" {
		t.Errorf("got %+v", f)
	}
	if p := f.Policy.Rules[0].Then.Transfer; *p != (engine.Propose{Group: "sales", Cold: true}) {
		t.Errorf("proposes %+v", p)
	}
}

func TestAnOperatorIsToldOfASupervisorInWordsByAToneOrNotAtAll(t *testing.T) {
	rule := "rules: [{id: a, when: {key: \"0\"}, then: alert}]\n"
	for text, want := range map[string]engine.Briefing{
		`"He listens."`:                    {Monitored: "He listens."},
		"off":                              {Monitored: "off"},
		"{media: beep}":                    {Tone: engine.Audio{Media: "beep"}},
		`{url: "https://x.test/beep.wav"}`: {Tone: engine.Audio{URL: "https://x.test/beep.wav"}},
	} {
		if got := read(t, rule+"briefing: {monitored: "+text+"}\n").Briefing; got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
}

// A rule may ask for what the scorer saw in a sentence, shortly or in full.
func TestFlagged(t *testing.T) {
	for text, want := range map[string]engine.Flagged{
		"request":         {Flags: engine.FlagRequest, Within: 15 * time.Second},
		"[leave, safety]": {Flags: engine.FlagLeave | engine.FlagSafety, Within: 15 * time.Second},
		"{flags: safety, within: 30s, speaker: any}": {Flags: engine.FlagSafety, Within: 30 * time.Second, Speakers: engine.SpeakersAny},
	} {
		f, err := Read("policy.yaml", []byte("rules:\n- {id: b, when: {flagged: "+text+"}, then: transfer}\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := *f.Policy.Rules[0].When.Flagged; got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
	_, err := Read("policy.yaml", []byte("rules:\n- {id: b, when: {flagged: request a person}, then: transfer}\n"))
	if err == nil || !strings.Contains(err.Error(), "request, leave or safety") {
		t.Errorf("a flag that there is not: got %v", err)
	}
}

// Whoever has the built-in file before him has the whole format: each key that may
// stand somewhere is told of in its comments or used below them.
func TestTheDefaultFileTellsOfEveryKey(t *testing.T) {
	const odd = "{zzzzzzzz: 1}"
	var keys []string
	_, err := Read("policy.yaml", []byte("zzzzzzzz: 1\nfront: "+odd+"\nhold: "+odd+"\nqueue: "+odd+"\nbriefing: "+odd+
		"\ngroups: [{zzzzzzzz: 1, operators: ["+odd+"]}]\nrules:\n- {zzzzzzzz: 1, then: {zzzzzzzz: 1, transfer: "+odd+", say: "+odd+"}, when: {zzzzzzzz: 1, "+
		"negative: "+odd+", mood: "+odd+", no_input: "+odd+", duration: "+odd+", blind: "+odd+", said: "+odd+", flagged: "+odd+", not_said: "+odd+
		", in_state: "+odd+", falling: "+odd+", repeats: "+odd+"}}\n"))
	var m Mistakes
	if !errors.As(err, &m) {
		t.Fatal(err)
	}
	for _, p := range m {
		if _, list, ok := strings.Cut(p.Text, "possible are: "); ok {
			keys = append(keys, strings.Split(list, ", ")...)
		}
	}
	if len(keys) < 70 {
		t.Fatalf("found %d keys: too few to mean anything", len(keys))
	}
	text, _ := Text("default")
	for _, key := range keys {
		if !regexp.MustCompile(`\b` + key + `\b`).Match(text) {
			t.Errorf("the built-in file does not tell of %s", key)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range Presets() {
		text, _ := Text(name)
		f.Add(text)
	}
	f.Add([]byte("rules: &r [*r]\n"))
	f.Add([]byte("a: &a {<<: *a}\nlists: {<<: *a}\n? [x]\n: y\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Read("policy.yaml", text)
		var m Mistakes
		if err != nil && (!errors.As(err, &m) || len(m) == 0) {
			t.Errorf("an error without mistakes: %v", err)
		}
		if err == nil && file.Policy.Name == "" {
			t.Error("a policy without a name")
		}
	})
}
