package tui

import (
	"image/color"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
)

// "Contrast ≥ 4.5:1 for text in both themes" (CONSOLE.md).
func TestTextIsReadableInBothThemes(t *testing.T) {
	black, white := lipgloss.Color("#14171d"), lipgloss.Color("#fbfbf8")
	for _, c := range []struct {
		name  string
		p     palette
		pages []color.Color
	}{
		{"dark", darkPalette(), []color.Color{black, darkPalette().row.rgb, darkPalette().strip.rgb}},
		{"light", lightPalette(), []color.Color{white, lightPalette().row.rgb, lightPalette().strip.rgb}},
	} {
		for name, i := range map[string]ink{"text": c.p.text, "dim": c.p.dim, "accent": c.p.accent, "good": c.p.good, "watch": c.p.watch, "bad": c.p.bad} {
			for n, page := range c.pages {
				if got := contrast(i.rgb, page); got < 4.5 {
					t.Errorf("%s %s on surface %d: %.2f to 1", c.name, name, n, got)
				}
			}
		}
	}
}

// contrast is that of WCAG 2.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.Color) float64 {
	lin := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

// Text from outside becomes safe.Text by cleaning alone: own is for what we made
// ourselves, and no other place converts.
func TestOnlyOwnConverts(t *testing.T) {
	converts := regexp.MustCompile(`safe\.Text\([^")]`)
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no sources", err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		if f == "line.go" {
			want = 1
		}
		if got := len(converts.FindAll(src, -1)); got != want {
			t.Errorf("%s converts a string to safe.Text", f)
		}
		for _, raw := range []string{"own(s.Name", "own(s.Caller", "own(u.Text", "own(p.Text", "own(n.Text", "own(r.Reason", "own(err."} {
			if strings.Contains(string(src), raw) {
				t.Errorf("%s draws what comes from outside: %s", f, raw)
			}
		}
	}
}

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
		{"LANG=C.UTF-8 NO_COLOR=yes", Look{NoColor: true}},
		{"LANG=C.UTF-8 NO_COLOR=", Look{}},
		{"LANG=C.UTF-8 SSH_CONNECTION=a", Look{Remote: true}},
		{"LANG=C.UTF-8 COLORFGBG=0;15", Look{Background: BackgroundLight}},
		{"LANG=C.UTF-8 COLORFGBG=15;default;0", Look{Background: BackgroundDark}},
	} {
		c.want.Mouse = true
		if got := DetectLook(strings.Fields(c.env)); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.env, got, c.want)
		}
	}
}
