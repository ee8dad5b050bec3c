package policy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"switchboard/engine"
)

func nowhere(string) ([]byte, error) { return nil, fs.ErrNotExist }

func TestPoliciesKeepTheirExamples(t *testing.T) {
	files, err := filepath.Glob("testdata/policies/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		report, err := Test(name, text, nowhere)
		if err != nil {
			t.Error(err)
			continue
		}
		if report.Passed() != len(report.Calls) {
			var b strings.Builder
			if err := report.Write(&b); err != nil {
				t.Fatal(err)
			}
			t.Error(b.String())
		}
	}
}

// Each rule of the default policy fires in one of its examples, and is named in none
// only by chance: a rule that no example tells of would rot unseen.
func TestEveryDefaultRuleFiresInAnExample(t *testing.T) {
	text, err := os.ReadFile("testdata/policies/default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	report, err := Test("default.yaml", text, nowhere)
	if err != nil {
		t.Fatal(err)
	}
	fired := map[string]bool{}
	for _, c := range report.Calls {
		for _, f := range c.Fired {
			fired[f.Finding.Rule.ID] = true
		}
	}
	for _, r := range Default().Rules {
		if !fired[r.ID] {
			t.Errorf("%s fires in no example", r.ID)
		}
	}
}

func TestAReportSaysWhatFiredWhenAndWhy(t *testing.T) {
	report, err := Test("tests.yaml", []byte(`
policy: default
calls:
- name: asks for a person
  lines: [{at: 0:10, say: "Could I speak to a person?", confidence: 0.9}]
  expect: [none, transfer ask-human by 0:05, no alert silence, alert safety]
- {name: nobody speaks, until: 0:05, expect: alert silence}
- {name: nobody speaks for long, until: 0:15, expect: alert silence by 0:12}
`), nowhere)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := report.Write(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.txt", b.String())
}

func TestARuleInShadowDoesNothing(t *testing.T) {
	shadow := func(string) ([]byte, error) {
		return []byte("rules: [{id: a, when: {key: \"0\"}, then: transfer, mode: shadow}]"), nil
	}
	report, err := Test("tests.yaml", []byte(`
policy: mine.yaml
calls:
- {name: presses 0, lines: [{at: 0:05, key: "0"}], expect: [none, no transfer, rule a by 0:05]}
`), shadow)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Calls[0].Fired) != 1 || report.Calls[0].Fired[0].Finding.Rule.Mode != engine.ModeShadow {
		t.Fatalf("fired %+v", report.Calls[0].Fired)
	}
	if wrong := report.Calls[0].Wrong; len(wrong) != 0 {
		t.Errorf("got %q", wrong)
	}
}

func TestMistakesInATestFile(t *testing.T) {
	broken := func(name string) ([]byte, error) {
		if name == "broken.yaml" {
			return []byte("rules: [{id: A}]"), nil
		}
		return nil, errors.New(name + ": there is no such file")
	}
	var got strings.Builder
	for _, text := range []string{
		"policy: gone.yaml\ncalls: []\n",
		"policy: broken.yaml\ncalls: []\n",
		"calls: 7\n",
		`calls:
- {name: a, lines: [{at: 10, say: Hello}], expect: none}
- {name: b, lines: [{at: 0:10, say: Hello, key: "0"}, {at: 0:05}], expect: none}
- {name: c, lines: [{at: 0:10, who: costumer, say: Hello, score: -2}], until: 0:05, expect: none}
- {name: d, until: 0:10}
- {name: e, expect: none}
- name: f
  until: 1:00
  expect: [transfr by 0:40, transfer by 40, alert ask-humann, alert falling, transfer by 0:10 by 0:20, "", no]
`,
	} {
		_, err := Test("tests.yaml", []byte(text), broken)
		var m Mistakes
		if !errors.As(err, &m) {
			t.Fatalf("got %v for\n%s", err, text)
		}
		got.WriteString(err.Error() + "\n")
	}
	golden(t, "test-mistakes.txt", got.String())
}

// What the package says of tests is a test.
func TestTheExampleInThePackagesWordsHolds(t *testing.T) {
	text, err := os.ReadFile("policy.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "//	policy: default")
	body, _, _ := strings.Cut(rest, "\n//\n")
	example := "policy: default" + strings.ReplaceAll(body, "\n//\t", "\n")
	report, err := Test("doc", []byte(example), nowhere)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Calls) != 1 || report.Passed() != 1 {
		t.Errorf("got %+v", report.Calls[0].Wrong)
	}
}
