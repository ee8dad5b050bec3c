package tui

import (
	"strings"
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

// A Look is how a terminal is to be drawn on.
type Look struct {
	Background Background
	NoColor    bool // bold and glyphs alone
	ASCII      bool // no character beyond ASCII
	Remote     bool // over SSH: fewer frames
	Calm       bool // a countdown is a number alone
	Silent     bool // no bell
	Mouse      bool // clicks and the wheel are taken; without it text can be selected
	Wrap       Wrap // what stands between the console and the terminal that shows notices
}

// DetectLook reads a Look from an environment, as os.Environ gives it: NO_COLOR (any
// value but none), LC_ALL, LC_CTYPE and LANG (ASCII where the first that is set does
// not name UTF-8), COLORFGBG and SSH_CONNECTION. A caller's flags overrule it.
func DetectLook(environ []string) Look {
	env := map[string]string{}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok {
			env[name] = value
		}
	}
	look := Look{NoColor: env["NO_COLOR"] != "", ASCII: true, Remote: env["SSH_CONNECTION"] != "", Mouse: true, Wrap: wrapOf(env)}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToUpper(env[name]); locale != "" {
			look.ASCII = !strings.Contains(locale, "UTF-8") && !strings.Contains(locale, "UTF8")
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
