package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"switchboard/engine"
)

// sited returns what run needs, with a policy of this text, and no TRANSFER_NUMBER.
func sited(t *testing.T, text string) map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "site.yaml")
	write(t, path, text)
	values := whole()
	values["POLICY"] = path
	delete(values, "TRANSFER_NUMBER")
	return values
}

const site = `rules:
- {id: a, when: {key: "0"}, then: transfer}
groups:
- {name: desk, operators: [{number: "+12025550131", name: Ana}]}
- {name: night, hours: {zone: UTC, mon-sun: "08:00-17:00"}, operators: ["+12025550132"]}
front: {number: "+12025550133", name: Bot}
hold: {media: tune}
phone: "+12025550134"
queue: {at_most: 90s, then: menu}
briefing: {accept: "Press one."}
`

func TestAPolicyIsAPresetOrAFile(t *testing.T) {
	for _, name := range []string{"default", "sample-compat"} {
		values := whole()
		values["POLICY"] = name
		c, err := readConfig(fromMap(values))
		if err != nil || c.Policy.own || c.Settings(today).Policy.Name != name {
			t.Errorf("%s: got %q, own %v, %v", name, c.Policy.Policy.Name, c.Policy.own, err)
		}
	}
	c, err := readConfig(fromMap(sited(t, "name: mine\n"+site)))
	if err != nil {
		t.Fatal(err) // groups in the file make TRANSFER_NUMBER unnecessary
	}
	s := c.Settings(today)
	if !c.Policy.own || s.Policy.Name != "mine" || len(s.Policy.Rules) != 1 || len(s.Groups) != 2 {
		t.Errorf("got %+v", s)
	}
	if s.Front != (engine.Front{Number: "+12025550133", Name: "Bot"}) || s.Hold != (engine.Audio{Media: "tune"}) ||
		s.Phone != "+12025550134" || s.Queue.Then != engine.FallbackMenu || s.Briefing.Accept != "Press one." {
		t.Errorf("front %+v, hold %+v, phone %s, queue %+v, briefing %+v", s.Front, s.Hold, s.Phone, s.Queue, s.Briefing)
	}
	if s.Briefing.Voice != english.Voice || s.Briefing.Monitored == "" {
		t.Errorf("what the file does not say of the briefing is not filled in: %+v", s.Briefing)
	}
	if len(s.Groups[1].Hours) == 0 || len(s.Groups[0].Hours) != 0 {
		t.Errorf("hours: got %v and %v", s.Groups[0].Hours, s.Groups[1].Hours)
	}
}

func TestOffTellsNoOperatorThatHeIsListenedTo(t *testing.T) {
	c, err := readConfig(fromMap(sited(t, oneRule+"briefing: {monitored: off}\n")))
	if err != nil {
		t.Fatal(err)
	}
	if b := c.Settings(today).Briefing; b.Monitored != "" {
		t.Errorf("got %+v", b)
	}
}

func TestASettingGoesBeforeThePolicysFile(t *testing.T) {
	values := sited(t, site)
	values["FRONT_NUMBER"], values["FRONT_NAME"] = "+12025550140", "Ava"
	values["SUPERVISOR_PHONE"], values["HOLD_AUDIO"] = "+12025550141", "https://example.com/wait.mp3"
	c, err := readConfig(fromMap(values))
	if err != nil {
		t.Fatal(err)
	}
	s := c.Settings(today)
	if s.Front != (engine.Front{Number: "+12025550140", Name: "Ava"}) || s.Phone != "+12025550141" ||
		s.Hold != (engine.Audio{URL: "https://example.com/wait.mp3"}) {
		t.Errorf("got front %+v, phone %s, hold %+v", s.Front, s.Phone, s.Hold)
	}
}

func TestOurOwnNumberInThePolicysFileIsRefused(t *testing.T) {
	for _, theirs := range []string{"+12025550131", "+12025550132", "+12025550133", "+12025550134"} {
		values := sited(t, strings.ReplaceAll(site, theirs, "+12025550100"))
		_, err := readConfig(fromMap(values))
		if err == nil || !strings.Contains(unwrapped(err), "POLICY +12025550100, which it names, is our own number: it would call itself") {
			t.Errorf("%s: got %v", theirs, err)
		}
	}
}

func TestABrokenPolicyFileListsEveryMistakeWithItsPlaceAndNothingElse(t *testing.T) {
	values := sited(t, "rules:\n- {id: a, whan: {key: \"0\"}, then: transfer}\ngroups:\n- {name: desk}\n")
	_, err := readConfig(fromMap(values))
	var wrong *ConfigError
	if !errors.As(err, &wrong) {
		t.Fatalf("got %v, want a ConfigError", err)
	}
	got := unwrapped(err)
	for _, want := range []string{"POLICY names a file with 3 mistakes", "site.yaml: line 2, column 3: a rule needs", "line 2, column 11: unknown key of a rule \"whan\"", "line 4, column 3"} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in %s", want, err)
		}
	}
	if strings.Contains(got, "TRANSFER_NUMBER") {
		t.Errorf("the operators are said to be missing, though the file that may name them cannot be read: %s", err)
	}
	// The same of the program: it exits with 2.
	for name, value := range values {
		t.Setenv(name, value)
	}
	t.Setenv("TRANSFER_NUMBER", "")
	t.Chdir(t.TempDir())
	var out, complaints bytes.Buffer
	if code := run(t.Context(), []string{"run", "--plain"}, strings.NewReader(""), &out, &complaints); code != exitConfiguration {
		t.Errorf("run exits with %d, want %d", code, exitConfiguration)
	}
	if !strings.Contains(complaints.String(), "column 11") {
		t.Errorf("got %s", &complaints)
	}
}

func TestMoodRuleSaysWhatHasTakenItsPlace(t *testing.T) {
	values := whole()
	values["MOOD_RULE"] = "3/5<=-0.30"
	_, err := readConfig(fromMap(values))
	if err == nil || !strings.Contains(unwrapped(err), "switchboard policy show > policy.yaml and name it with POLICY") {
		t.Errorf("got %v", err)
	}
}
