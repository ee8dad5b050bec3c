package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// Background says whether the terminal is dark or light.
type Background uint8

// The backgrounds. The zero Background asks the terminal, and takes dark until it
// answers.
const (
	BackgroundAsked Background = iota
	BackgroundDark
	BackgroundLight
)

// ParseBackground reads "dark", "light" or "auto".
func ParseBackground(s string) (Background, error) {
	switch s {
	case wordDark:
		return BackgroundDark, nil
	case wordLight:
		return BackgroundLight, nil
	case wordAuto:
		return BackgroundAsked, nil
	}
	return 0, fmt.Errorf("must be dark, light or auto, but is %q", s)
}

// Colors says how many colours are used.
type Colors uint8

// The depths of colour. The zero Colors uses as many as the terminal has.
const (
	ColorsDetected Colors = iota
	ColorsNone            // bold, reverse and glyphs alone
	Colors16
	Colors256
	ColorsTrue
)

// ParseColors reads "none", "16", "256", "true", or "auto" for as many as the terminal has.
func ParseColors(s string) (Colors, error) {
	i := slices.Index([]string{"auto", "none", "16", "256", "true"}, s)
	if i < 0 {
		return 0, fmt.Errorf("must be auto, true, 256, 16 or none, but is %q", s)
	}
	return Colors(i), nil
}

// A Look is how a terminal is to be drawn on.
type Look struct {
	Background Background
	Colors     Colors
	ASCII      bool // no character beyond ASCII
	Ambiguous  bool // the terminal draws signs such as ▲ two cells wide: ours become ASCII, and letters stay
	Remote     bool // over SSH: fewer frames, and calm where the line is slow
	Calm       bool // nothing moves: a countdown is a number alone
	Mouse      bool // the mouse is taken; without it text can be selected
	Silent     bool // no bell
	Wrap       Wrap // what stands between the console and the terminal that shows notices
}

// Depth returns the colours that are used on a terminal that has so many.
func (l Look) Depth(has colorprofile.Profile) colorprofile.Profile {
	switch l.Colors {
	case ColorsNone:
		return colorprofile.ASCII
	case Colors16:
		return colorprofile.ANSI
	case Colors256:
		return colorprofile.ANSI256
	case ColorsTrue:
		return colorprofile.TrueColor
	case ColorsDetected:
	}
	return has
}

// DetectLook reads a Look from an environment, as os.Environ gives it:
//
//   - NO_COLOR (any value but none), and after it CLICOLOR_FORCE and FORCE_COLOR;
//   - LC_ALL, LC_CTYPE and LANG: ASCII where the first that is set does not name UTF-8,
//     ambiguous where it is Chinese, Japanese or Korean;
//   - COLORFGBG for the background, and SSH_CONNECTION.
//
// A caller's flags overrule all of it. What it has no word about is left to be detected.
func DetectLook(environ []string) Look {
	env := map[string]string{}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok {
			env[name] = value
		}
	}
	look := Look{Colors: colorsOf(env, environ), ASCII: true, Remote: env["SSH_CONNECTION"] != "", Mouse: true, Wrap: wrapOf(env)}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToUpper(env[name]); locale != "" {
			look.ASCII = !strings.Contains(locale, "UTF-8") && !strings.Contains(locale, "UTF8")
			look.Ambiguous = !look.ASCII && slices.Contains([]string{"ZH", "JA", "KO"}, locale[:min(2, len(locale))])
			break
		}
	}
	if i := strings.LastIndex(env["COLORFGBG"], ";"); i >= 0 {
		switch env["COLORFGBG"][i+1:] {
		case "0", "1", "2", "3", "4", "5", "6", "8":
			look.Background = BackgroundDark
		case "7", "15":
			look.Background = BackgroundLight
		}
	}
	return look
}

// ForceColors returns the colours of a terminal that is said to have some, whatever
// NO_COLOR says: as many as the environment knows of, and 16 at the least.
func ForceColors(environ []string) Colors {
	kept := slices.DeleteFunc(slices.Clone(environ), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return name == "NO_COLOR" || name == "CLICOLOR_FORCE"
	})
	switch p := colorprofile.Env(kept); {
	case p >= colorprofile.TrueColor:
		return ColorsTrue
	case p >= colorprofile.ANSI256:
		return Colors256
	}
	return Colors16
}

// colorsOf is what an environment says about colours, the first of these before the others:
// NO_COLOR with any value (no-color.org), CLICOLOR_FORCE with any but 0 (bixense.com/clicolors),
// FORCE_COLOR, which names how many (force-color.org, and the 0 to 3 that Node has).
func colorsOf(env map[string]string, environ []string) Colors {
	forces := env["CLICOLOR_FORCE"] != "" && env["CLICOLOR_FORCE"] != "0"
	switch {
	case env["NO_COLOR"] != "":
		return ColorsNone
	case forces:
		return ForceColors(environ)
	}
	switch env["FORCE_COLOR"] {
	case "":
		return ColorsDetected
	case "0", "false":
		return ColorsNone
	case "2":
		return max(Colors256, ForceColors(environ))
	case "3":
		return ColorsTrue
	}
	return ForceColors(environ)
}
