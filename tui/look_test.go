package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

func TestLookIsReadFromTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		env  string
		want Look
	}{
		{"LANG=C.UTF-8", Look{}},
		{"LANG=en_US.utf8", Look{}},
		{"", Look{ASCII: true}},
		{"LANG=C", Look{ASCII: true}},
		{"LANG=C.UTF-8 LC_ALL=C", Look{ASCII: true}},
		{"LANG=C LC_ALL=en_GB.UTF-8", Look{}},
		{"LANG=C.UTF-8 SSH_CONNECTION=a", Look{Remote: true}},
		{"LANG=C.UTF-8 COLORFGBG=0;15", Look{Background: BackgroundLight}},
		{"LANG=C.UTF-8 COLORFGBG=15;default;0", Look{Background: BackgroundDark}},
		{"LANG=C.UTF-8 COLORFGBG=default;default", Look{}},
		{"LANG=ja_JP.UTF-8", Look{Ambiguous: true}},
		{"LANG=en_GB.UTF-8 LC_CTYPE=zh_TW.UTF-8", Look{Ambiguous: true}},
		{"LANG=ko_KR.UTF-8 LC_ALL=C.UTF-8", Look{}},
		{"LANG=zh_CN.GB18030", Look{ASCII: true}},
	} {
		c.want.Mouse = true
		if got := DetectLook(strings.Fields(c.env)); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.env, got, c.want)
		}
	}
}

// "NO_COLOR > CLICOLOR_FORCE/FORCE_COLOR > … > detection"; "NO_COLOR: any non-empty value".
func TestColoursAreDecidedInTheirOrder(t *testing.T) {
	for _, c := range []struct {
		env  string
		want Colors
	}{
		{"TERM=xterm-256color", ColorsDetected},
		{"TERM=xterm-256color NO_COLOR=", ColorsDetected},
		{"TERM=xterm-256color NO_COLOR=yes", ColorsNone},
		{"TERM=xterm-256color NO_COLOR=0", ColorsNone},
		{"TERM=xterm-256color NO_COLOR=yes CLICOLOR_FORCE=1 FORCE_COLOR=3", ColorsNone},
		{"TERM=vt100 CLICOLOR_FORCE=1", Colors16},
		{"TERM=xterm-256color CLICOLOR_FORCE=yes", Colors256},
		{"TERM=xterm-256color COLORTERM=truecolor CLICOLOR_FORCE=1", ColorsTrue},
		{"TERM=xterm-256color CLICOLOR_FORCE=0", ColorsDetected},
		{"FORCE_COLOR=1", Colors16},
		{"TERM=vt100 FORCE_COLOR=true", Colors16},
		{"TERM=xterm FORCE_COLOR=2", Colors256},
		{"TERM=xterm FORCE_COLOR=3", ColorsTrue},
		{"TERM=xterm-256color FORCE_COLOR=0", ColorsNone},
	} {
		if got := DetectLook(strings.Fields(c.env)).Colors; got != c.want {
			t.Errorf("%q: %d, want %d", c.env, got, c.want)
		}
	}
}

func TestDepthFollowsTheChoiceBeforeTheTerminal(t *testing.T) {
	for c, want := range map[Colors]colorprofile.Profile{
		ColorsDetected: colorprofile.ANSI256, ColorsNone: colorprofile.ASCII, Colors16: colorprofile.ANSI,
		Colors256: colorprofile.ANSI256, ColorsTrue: colorprofile.TrueColor,
	} {
		if got := (Look{Colors: c}).Depth(colorprofile.ANSI256); got != want {
			t.Errorf("%d: %s, want %s", c, got, want)
		}
	}
}
