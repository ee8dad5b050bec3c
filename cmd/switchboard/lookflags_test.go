package main

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"switchboard/tui"
	"switchboard/tui/prefs"
)

// "--color flag > NO_COLOR > CLICOLOR_FORCE/FORCE_COLOR > config > detection" (CONSOLE.md),
// and every other flag before the environment and console.yaml.
func TestFlagsOfALookStandBeforeAllElse(t *testing.T) {
	no, yes := false, true
	const utf8 = "LANG=C.UTF-8 TERM=xterm-256color "
	for _, c := range []struct {
		flags, env string
		config     prefs.Config
		want       tui.Look
		theme      string
	}{
		{"", utf8, prefs.Config{}, tui.Look{}, ""},
		{"", utf8, prefs.Config{Color: "256"}, tui.Look{Colors: tui.Colors256}, ""},
		{"", utf8 + "CLICOLOR_FORCE=1 COLORTERM=truecolor", prefs.Config{Color: "16"}, tui.Look{Colors: tui.ColorsTrue}, ""},
		{"", utf8 + "NO_COLOR=yes FORCE_COLOR=3", prefs.Config{Color: "true"}, tui.Look{Colors: tui.ColorsNone}, ""},
		{"--color=true", utf8 + "NO_COLOR=yes", prefs.Config{Color: "16"}, tui.Look{Colors: tui.ColorsTrue}, ""},
		{"--color=none", utf8 + "FORCE_COLOR=3", prefs.Config{}, tui.Look{Colors: tui.ColorsNone}, ""},
		{"--color=always", utf8 + "NO_COLOR=1", prefs.Config{}, tui.Look{Colors: tui.Colors256}, ""},
		{"--color=always", "LANG=C.UTF-8 TERM=vt100", prefs.Config{}, tui.Look{Colors: tui.Colors16}, ""},
		{"--color=auto", utf8 + "NO_COLOR=yes", prefs.Config{}, tui.Look{Colors: tui.ColorsNone}, ""},

		{"", utf8 + "COLORFGBG=15;0", prefs.Config{Background: "light"}, tui.Look{Background: tui.BackgroundLight}, ""},
		{"--theme=dark", utf8, prefs.Config{Background: "light", Theme: "quiet"}, tui.Look{Background: tui.BackgroundDark}, "quiet"},
		{"--theme=auto", utf8 + "COLORFGBG=15;0", prefs.Config{}, tui.Look{}, ""},
		{"--theme=mine --theme=light", utf8, prefs.Config{Theme: "quiet"}, tui.Look{Background: tui.BackgroundLight}, "mine"},

		{"--ascii", utf8, prefs.Config{ASCII: &no}, tui.Look{ASCII: true}, ""},
		{"--ascii=false", "LANG=C TERM=xterm", prefs.Config{}, tui.Look{}, ""},
		{"", "LANG=C TERM=xterm", prefs.Config{ASCII: &no}, tui.Look{}, ""},
		{"", utf8, prefs.Config{Ambiguous: true}, tui.Look{Ambiguous: true}, ""},
		{"--ambiguous=false", "LANG=ja_JP.UTF-8 TERM=xterm", prefs.Config{}, tui.Look{}, ""},
		{"--calm", utf8, prefs.Config{}, tui.Look{Calm: true}, ""},
		{"--calm=false", utf8, prefs.Config{Calm: true}, tui.Look{}, ""},
		{"", utf8, prefs.Config{Bell: &no}, tui.Look{}, ""}, // the console heeds it itself, for :bell on stands before it
	} {
		c.want.Mouse = true
		got, config := looked(t, c.flags, c.env, c.config)
		if got != c.want || config.Theme != c.theme {
			t.Errorf("%q %q %+v: %+v with theme %q, want %+v with theme %q", c.flags, c.env, c.config, got, config.Theme, c.want, c.theme)
		}
	}
	for _, c := range []struct {
		flags  string
		config prefs.Config
		want   bool
	}{
		{"", prefs.Config{}, true},
		{"", prefs.Config{Mouse: &no}, false},
		{"--no-mouse", prefs.Config{Mouse: &yes}, false},
		{"--no-mouse=false", prefs.Config{Mouse: &no}, true},
	} {
		if got, config := looked(t, c.flags, utf8, c.config); got.Mouse != c.want || config.Mouse != nil && *config.Mouse != c.want {
			t.Errorf("%q with mouse %v: %v", c.flags, c.config.Mouse, got.Mouse)
		}
	}
}

func looked(t *testing.T, flags, env string, config prefs.Config) (tui.Look, prefs.Config) {
	t.Helper()
	var f lookFlags
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.add(set)
	if err := set.Parse(strings.Fields(flags)); err != nil {
		t.Fatal(err)
	}
	if err := f.check(); err != nil {
		t.Fatal(err)
	}
	return f.over(strings.Fields(env), config)
}

func TestEveryScreenHasTheFlagsOfALook(t *testing.T) {
	for _, c := range rootCommand().Commands() {
		if !slices.Contains([]string{"run", "demo", "replay"}, c.Name()) {
			continue
		}
		for _, name := range []string{"color", "theme", "ascii", "ambiguous", "calm", "no-mouse"} {
			if c.Flags().Lookup(name) == nil {
				t.Errorf("%s has no --%s", c.Name(), name)
			}
		}
		if err := c.Flags().Parse([]string{"--color", "pink"}); err != nil {
			t.Fatal(err)
		}
		c.SetContext(t.Context())
		if err := c.RunE(c, nil); err == nil || !strings.Contains(err.Error(), "--color must be auto, always, true, 256, 16 or none") {
			t.Errorf("%s takes --color pink: %v", c.Name(), err)
		}
	}
}

// A theme that there is not is refused before anything begins, with the names of those that
// there are: of a typing mistake nobody should learn by the colours.
func TestUnknownThemeIsRefused(t *testing.T) {
	config := prefs.Config{Themes: map[string]prefs.Theme{"mine": {Good: "#00FFCC"}}}
	for name, want := range map[string]string{
		"quiet": "", "Quiet": "", "dark": "", "auto": "", "mine": "",
		"quit": `--theme: there is no theme "quit"; there are default, high-contrast, quiet, deuteranopia, tritanopia, mine, and dark, light and auto for the terminal`,
	} {
		f := lookFlags{themes: []string{name}}
		got := ""
		if err := f.checkThemes(config); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("--theme %s: %q, want %q", name, got, want)
		}
	}
	root := rootCommand()
	root.SetArgs([]string{"demo", "--plain", "--for", "1s", "--theme", "nosuch"})
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	err := root.Execute()
	if err == nil || !strings.Contains(err.Error(), "there is no theme") {
		t.Errorf("demo --theme nosuch: %v", err)
	}
}
