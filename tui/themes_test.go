package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"switchboard/engine"
	"switchboard/tui/prefs"
)

// dressed is a console with a configuration and what it remembered.
func dressed(config prefs.Config, state prefs.State) *model {
	return newModel(Options{Engine: afternoon(), Title: "LIVE", Look: Look{Background: BackgroundDark}, Config: config, State: state})
}

func TestTGoesThroughAllThemesAndSaysWhichIsOn(t *testing.T) {
	b := newBench(afternoon(), 80, 24)
	b.config.Themes = map[string]prefs.Theme{"dusk": {Good: "cyan"}}
	b.dress()
	seen := map[string]bool{}
	for range b.themes.all {
		b.press("T")
		name := string(b.themes.scheme().name)
		if want := "Theme: " + name; !strings.HasPrefix(string(b.notice.text), want) {
			t.Errorf("the notice is %q, want %q", b.notice.text, want)
		}
		if b.state.Theme != name {
			t.Errorf("%q is remembered, want %q", b.state.Theme, name)
		}
		seen[name] = true
	}
	if len(seen) != len(schemes())+1 || !seen["dusk"] || b.themes.scheme().name != defaultTheme {
		t.Errorf("T went through %v and ended at %s", seen, b.themes.scheme().name)
	}
}

func TestThemeTakesANameOrWhatTheTerminalIs(t *testing.T) {
	b := newBench(afternoon(), 80, 24)
	before := b.content()
	b.setTheme("High-Contrast")
	if b.themes.scheme().name != "high-contrast" || b.content() == before {
		t.Error("a theme by its name is not put on")
	}
	b.setTheme("mauve")
	if want := "There is no such theme; there are default, high-contrast, quiet"; !strings.HasPrefix(string(b.notice.text), want) {
		t.Errorf("the notice is %q", b.notice.text)
	}
	b.setTheme("light")
	b.onGround(true) // a late answer
	if b.dark || b.look.Background != BackgroundLight || b.state.Background != "light" {
		t.Error("the terminal is not taken to be light")
	}
	if cmd := b.setTheme("auto"); cmd == nil || b.state.Background != "" {
		t.Error("the terminal is not asked")
	}
	b.onGround(true)
	if !b.dark {
		t.Error("its answer does not count")
	}
}

// The configuration names the theme to begin with, and else the one chosen last is on.
func TestConsoleBeginsWithTheThemeWrittenDownOrChosenLast(t *testing.T) {
	his := map[string]prefs.Theme{"dusk": {Base: "quiet", Bad: "#ff0000"}}
	for _, c := range []struct {
		config prefs.Config
		state  prefs.State
		want   string
		says   string
	}{
		{prefs.Config{}, prefs.State{}, "default", ""},
		{prefs.Config{}, prefs.State{Theme: "quiet"}, "quiet", ""},
		{prefs.Config{Theme: "tritanopia"}, prefs.State{Theme: "quiet"}, "tritanopia", ""},
		{prefs.Config{Theme: "dusk", Themes: his}, prefs.State{}, "dusk", ""},
		{prefs.Config{}, prefs.State{Theme: "dusk"}, "default", ""}, // it was taken out of the file
		{prefs.Config{Theme: "dusk"}, prefs.State{}, "default", `There is no theme "dusk"; there are default`},
	} {
		m := dressed(c.config, c.state)
		if got := string(m.themes.scheme().name); got != c.want {
			t.Errorf("%+v %+v: begins with %s, want %s", c.config, c.state, got, c.want)
		}
		if !strings.HasPrefix(string(m.notice.text), c.says) || c.says == "" && m.notice.text != "" {
			t.Errorf("%+v: says %q, want %q", c.config, m.notice.text, c.says)
		}
	}
}

func TestOwnThemeIsRefusedWithItsFieldAndWhatIsPossible(t *testing.T) {
	const colour = `a colour is written "#rrggbb", or as a number from 0 to 255, or as one of black, red`
	for _, c := range []struct {
		themes map[string]prefs.Theme
		want   string
	}{
		{map[string]prefs.Theme{"dusk": {Watch: "orang"}}, `theme dusk: watch is "orang"; ` + colour},
		{map[string]prefs.Theme{"dusk": {Text: "#12345"}}, `theme dusk: text is "#12345"; ` + colour},
		{map[string]prefs.Theme{"dusk": {Row: "256"}}, `theme dusk: row is "256"; ` + colour},
		{map[string]prefs.Theme{"dusk": {Strip: "-1"}}, `theme dusk: strip is "-1"; ` + colour},
		{map[string]prefs.Theme{"dusk": {Base: "dawn"}}, `theme dusk: base is "dawn"; possible are default, high-contrast, quiet`},
		{map[string]prefs.Theme{"dusk": {Base: "dusk"}}, `theme dusk: base leads back to itself`},
		{map[string]prefs.Theme{"a": {Base: "b"}, "b": {Base: "a"}}, `theme a: base b: base leads back to itself`},
		{map[string]prefs.Theme{"quiet": {Bad: "red"}}, `theme quiet: a theme of this name is built in`},
		{map[string]prefs.Theme{"light": {Bad: "red"}}, `theme light: its name means something else after :theme`},
	} {
		config := prefs.Config{Themes: c.themes}
		wrong := CheckThemes(config)
		if len(wrong) == 0 || !strings.HasPrefix(wrong[0].Error(), c.want) {
			t.Errorf("%+v: %v, want %s", c.themes, wrong, c.want)
			continue
		}
		m := dressed(config, prefs.State{})
		if m.notice.text == "" || m.themes.scheme().name != defaultTheme {
			t.Errorf("%+v: the console says %q and begins with %s", c.themes, m.notice.text, m.themes.scheme().name)
		}
	}
	if wrong := CheckThemes(prefs.Config{Theme: "mine", Themes: map[string]prefs.Theme{"mine": {Base: "yours"}, "yours": {Good: "bright-cyan", Dim: "7", Bad: "#AA0011"}}}); wrong != nil {
		t.Errorf("a good theme is refused: %v", wrong)
	}
}

// A colour is drawn as it is written: one of the terminal's own stays its own, and a true
// one comes as near as the terminal can.
func TestOwnColoursReachTheTerminal(t *testing.T) {
	themes := map[string]prefs.Theme{"mine": {Text: "#0a0b0c", Good: "35", Bad: "bright-red", Row: "17"}}
	for depth, want := range map[colorprofile.Profile][]string{
		colorprofile.TrueColor: {"\x1b[38;2;10;11;12m", "\x1b[38;5;35m", "\x1b[91m"},
		colorprofile.ANSI256:   {"\x1b[38;5;232m", "\x1b[38;5;35m", "\x1b[91m"},
		colorprofile.ANSI:      {"\x1b[30m", "\x1b[32m", "\x1b[91m"},
		colorprofile.ASCII:     {"", "", ""},
	} {
		m := dressed(prefs.Config{Theme: "mine", Themes: themes}, prefs.State{})
		m.recolour(depth)
		for i, to := range []tone{toneText, toneGood, toneBad} {
			if got := m.theme.sgr[onPage][to]; got != want[i] {
				t.Errorf("%s: tone %d begins with %q, want %q", depth, to, got, want[i])
			}
		}
	}
}

// A replay inside the console looks as the console does.
func TestReplayIsThemedWithTheConsole(t *testing.T) {
	b := newBench(afternoon(), 80, 24)
	b.past = newModel(Options{Engine: &stage{frame: &engine.Frame{}}, Look: Look{Background: BackgroundDark, Silent: true}})
	b.past.themes = b.themes
	b.press("T")
	if b.past.themes.scheme().name != b.themes.scheme().name || b.past.theme.sgr != b.theme.sgr || !b.past.look.Silent {
		t.Error("the replay has kept another look")
	}
}
