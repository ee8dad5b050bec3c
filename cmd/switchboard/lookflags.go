package main

import (
	"os"

	"github.com/spf13/pflag"

	"switchboard/tui"
	"switchboard/tui/prefs"
)

// The words of --color beside those that console.yaml has.
const colorAuto, colorAlways = "auto", "always"

// lookFlags say how the terminal is to be drawn on. Each stands before what the
// environment and console.yaml say.
type lookFlags struct {
	color     string
	themes    []string // a theme, and what the terminal is
	ascii     bool
	calm      bool
	noMouse   bool
	ambiguous bool

	said *pflag.FlagSet // which of them were given
}

// add gives a command the flags.
func (f *lookFlags) add(flags *pflag.FlagSet) {
	f.said = flags
	flags.StringVar(&f.color, "color", colorAuto, "how many colours: auto, always, true, 256, 16 or none (before NO_COLOR)")
	flags.StringArrayVar(&f.themes, "theme", nil, "a theme by its name, or dark or light for the terminal (twice for both); T and :theme change it")
	flags.BoolVar(&f.ascii, "ascii", false, "draw with ASCII alone (default: as the locale says)")
	flags.BoolVar(&f.ambiguous, "ambiguous", false, "the terminal draws signs such as the triangle two cells wide (default: as the locale says)")
	flags.BoolVar(&f.calm, "calm", false, "nothing moves by itself: a countdown is a number alone")
	flags.BoolVar(&f.noMouse, "no-mouse", false, "leave the mouse to the terminal, so that text can be selected")
}

// check refuses what no flag can mean. Whether there is a theme of that name is asked of
// checkThemes, for it may be the supervisor's own.
func (f *lookFlags) check() error {
	if f.color == "" || f.color == colorAlways {
		return nil
	}
	if _, err := tui.ParseColors(f.color); err != nil {
		return usage("--color must be auto, always, true, 256, 16 or none, but is %q", f.color)
	}
	return nil
}

// checkThemes refuses a theme that there is not, with that configuration.
func (f *lookFlags) checkThemes(config prefs.Config) error {
	for _, name := range f.themes {
		if _, err := tui.ParseBackground(name); err == nil {
			continue
		}
		if err := tui.CheckTheme(config, name); err != nil {
			return usage("--theme: %w, and dark, light and auto for the terminal", err)
		}
	}
	return nil
}

// given reports whether a flag was given.
func (f *lookFlags) given(name string) bool { return f.said != nil && f.said.Changed(name) }

// over returns the look of a terminal, and the configuration with the theme that a flag
// asks for. What decides, the first before the others: the flags, the environment
// (NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, the locale), console.yaml, and what the terminal
// tells. Of the background and of ASCII console.yaml speaks before the environment, which
// only guesses.
func (f *lookFlags) over(environ []string, config prefs.Config) (tui.Look, prefs.Config) {
	look := tui.DetectLook(environ)
	if c, err := tui.ParseColors(config.Color); err == nil && look.Colors == tui.ColorsDetected {
		look.Colors = c
	}
	if b, err := tui.ParseBackground(config.Background); err == nil {
		look.Background = b
	}
	if config.ASCII != nil {
		look.ASCII = *config.ASCII
	}
	look.Ambiguous = look.Ambiguous || config.Ambiguous
	look.Calm = config.Calm
	look.Mouse = config.Mouse == nil || *config.Mouse

	switch c, err := tui.ParseColors(f.color); {
	case f.color == colorAlways:
		look.Colors = tui.ForceColors(environ)
	case err == nil && c != tui.ColorsDetected:
		look.Colors = c
	}
	for _, name := range f.themes {
		if b, err := tui.ParseBackground(name); err == nil {
			look.Background = b
		} else {
			config.Theme = name
		}
	}
	for name, flag := range map[string]struct{ value, field *bool }{
		"ascii": {&f.ascii, &look.ASCII}, "ambiguous": {&f.ambiguous, &look.Ambiguous}, "calm": {&f.calm, &look.Calm},
	} {
		if f.given(name) {
			*flag.field = *flag.value
		}
	}
	if f.given("no-mouse") {
		look.Mouse = !f.noMouse
		config.Mouse = &look.Mouse
	}
	return look, config
}

// looked has the console drawn as the flags say.
func (c console) looked(f lookFlags) console {
	c.look = f
	return c
}

// into tells the options of a full screen how it is drawn, over what they say already.
func (f *lookFlags) into(o *tui.Options) {
	o.Look, o.Config = f.over(os.Environ(), o.Config)
}
