package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"switchboard/tui/prefs"
)

// atNewHome gives a test folders of its own.
func atNewHome(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	t.Cleanup(xdg.Reload) // after the environment is as it was
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	xdg.Reload()
}

// said runs a command and returns its exit code and all that it prints.
func said(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(""), &out, &out)
	return code, out.String()
}

func TestConfigCommandsTellAboutTheConsolesFile(t *testing.T) {
	atNewHome(t)
	other := filepath.Join(t.TempDir(), "other.yaml")
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	unknown := filepath.Join(t.TempDir(), "unknown.yaml")
	write(t, unknown, "columns: [caller, shoes]\nviews: {odd: \"state:asleep\", good: \"mood<-.3\"}\n")
	write(t, broken, "them: dusk\ncalm: \"\\e[2J\"\n")
	for _, tt := range []struct {
		args []string
		code int
		says []string
	}{
		{[]string{"config", "path"}, exitClean, []string{consolePath() + "   what you write: not there", statePath() + "   what the console remembers: not there"}},
		{[]string{"config", "check"}, exitClean, []string{"There is no " + consolePath() + ": the console is as it comes. switchboard config init makes one."}},
		{[]string{"config", "init"}, exitClean, []string{consolePath() + " is written."}},
		{[]string{"config", "init"}, exitConfiguration, []string{"is there already, and is not written over"}},
		{[]string{"config", "path"}, exitClean, []string{"what you write: there"}},
		{[]string{"config", "check"}, exitClean, []string{consolePath() + ": no mistakes"}},
		{[]string{"config", "init", other}, exitClean, []string{other + " is written."}},
		{[]string{"config", "check", other}, exitClean, []string{other + ": no mistakes"}},
		{[]string{"config", "check", broken}, exitFailure, []string{`broken.yaml: line 1, column 1: there is no setting "them"; did you mean "theme"?`,
			`broken.yaml: line 2, column 7: calm must be true or false, not "\x1b[2J"`, broken + " has 2 mistakes, so the console does not use it"}},
		{[]string{"config", "check", unknown}, exitFailure, []string{`unknown.yaml: there is no column "shoes"; there are: state, caller,`,
			"unknown.yaml: the view odd: ", unknown + " has 2 mistakes"}},
		{[]string{"config", "check", "none.yaml"}, exitConfiguration, []string{"none.yaml: there is no such file; switchboard config init makes one"}},
		{[]string{"config", "check", "a", "b"}, exitConfiguration, []string{"config check takes one file at most"}},
		{[]string{"config", "dance"}, exitConfiguration, []string{`there is no command config "dance"; possible are: path, check, init`}},
		{[]string{"config"}, exitClean, []string{"console.yaml", "console.json"}},
		{[]string{"demo", "--console", "none.yaml"}, exitConfiguration, []string{"none.yaml: there is no such file"}},
		{[]string{"demo", "--tour", "--no-tour"}, exitConfiguration, []string{"--tour and --no-tour exclude one another"}},
	} {
		code, out := said(t, tt.args...)
		for _, want := range tt.says {
			if code != tt.code || !strings.Contains(out, want) {
				t.Errorf("switchboard %s: exits with %d, want %d, and %q in:\n%s", strings.Join(tt.args, " "), code, tt.code, want, out)
			}
		}
	}
	if text, err := os.ReadFile(consolePath()); err != nil || string(text) != prefs.Sample() {
		t.Errorf("init writes %q, %v", text, err)
	}
}

// "a broken one never keeps the console from starting".
func TestABrokenFileKeepsNoConsoleFromStarting(t *testing.T) {
	for name, tt := range map[string]struct {
		config, state string
		want          prefs.Config
		says          []string
	}{
		"no files":        {"", "", prefs.Config{}, nil},
		"a good file":     {"calm: true\n", "", prefs.Config{Calm: true}, nil},
		"mistakes":        {"calm: true\nthem: x\n", "", prefs.Config{}, []string{"console.yaml is left aside: switchboard config check tells what is wrong in it."}},
		"a broken state":  {"", "{", prefs.Config{}, []string{"What the console remembered was broken, and is set aside as console.json.broken-"}},
		"both are broken": {"them: x", "{", prefs.Config{}, []string{"console.yaml is left aside", "What the console remembered was broken"}},
	} {
		atNewHome(t)
		for path, text := range map[string]string{consolePath(): tt.config, statePath(): tt.state} {
			if text == "" {
				continue
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, path, text)
		}
		p, err := consoleFlags{}.load(kindLive)
		if err != nil || !reflect.DeepEqual(p.config, tt.want) || len(p.said) != len(tt.says) || p.save == nil {
			t.Errorf("%s: begins with %+v, says %q, %v", name, p.config, p.said, err)
			continue
		}
		for i, want := range tt.says {
			if !strings.HasPrefix(p.said[i], want) || !strings.HasSuffix(p.said[i], ".") {
				t.Errorf("%s: says %q, want %q", name, p.said[i], want)
			}
		}
		if err := p.save(prefs.State{Theme: "dusk"}); err != nil {
			t.Errorf("%s: nothing can be kept: %v", name, err)
		}
	}
}

func TestWithoutStateNothingIsReadOrKept(t *testing.T) {
	atNewHome(t)
	p, err := consoleFlags{}.load(kindDemo)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.save(prefs.State{Theme: "dusk", Toured: true}); err != nil {
		t.Fatal(err)
	}
	if p, err := (consoleFlags{noState: true}).load(kindDemo); err != nil || p.save != nil || !reflect.DeepEqual(p.state, prefs.State{}) {
		t.Errorf("it begins with %+v, %v", p.state, err)
	}
	if p, err := (consoleFlags{}).load(kindLive); err != nil || p.state.Theme != "dusk" || !p.state.Toured {
		t.Errorf("another kind begins with %+v, %v", p.state, err)
	}
	var plain console
	plain.plain = true
	if err := plain.prefer(consoleFlags{}, kindDemo); err != nil || plain.prefs.save != nil {
		t.Errorf("a plain console keeps a state, %v", err)
	}
}

func TestTheTestsAreNotAtTheUsersHome(t *testing.T) {
	for _, path := range []string{statePath(), consolePath()} {
		if !strings.HasPrefix(path, os.TempDir()) {
			t.Errorf("%s is the user's", path)
		}
	}
}
