package tui

import (
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"switchboard/tui/safe"
)

// The grounds of terminals as they come, on which a theme has to be read: it paints none.
var (
	darkPages  = []string{"#000000", "#14171d", "#1e1e1e", "#282c34"}
	lightPages = []string{"#ffffff", "#fbfbf8", "#fdf6e3", "#fbf1c7"}
)

// A measured is one palette as a terminal of a depth shows it.
type measured struct {
	name  string
	depth colorprofile.Profile
	s     scheme
	p     palette
	pages []color.Color
}

// everyPalette is each built-in theme, dark and light, in true colours and in 256.
func everyPalette() []measured {
	var all []measured
	for _, s := range schemes() {
		for _, depth := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256} {
			for _, ground := range []struct {
				name  string
				p     palette
				pages []string
			}{{"dark", s.dark, darkPages}, {"light", s.light, lightPages}} {
				m := measured{fmt.Sprintf("%s, %s, %s", s.name, ground.name, depth), depth, s, ground.p, nil}
				for _, page := range ground.pages {
					m.pages = append(m.pages, lipgloss.Color(page))
				}
				if !s.reverse {
					m.pages = append(m.pages, ground.p.row.at(depth), ground.p.strip.at(depth))
				}
				all = append(all, m)
			}
		}
	}
	return all
}

// "Contrast ≥ 4.5:1 for text in both themes" (CONSOLE.md): on the page, on the selected row
// and on the strip. High contrast keeps WCAG's 7 to 1 where the terminal has all colours; of
// the 256 none is a dark orange.
func TestTextIsReadableInEveryTheme(t *testing.T) {
	for _, m := range everyPalette() {
		least := 4.495 // 94 of the 256 is within a hundredth of it on two grounds
		if m.s.name == "high-contrast" {
			least = 5.9
			if m.depth == colorprofile.TrueColor {
				least = 7
			}
		}
		p := m.p
		for name, i := range map[string]ink{"text": p.text, "dim": p.dim, "accent": p.accent, "good": p.good, "watch": p.watch, "bad": p.bad} {
			for _, page := range m.pages {
				if got := contrast(i.at(m.depth), page); got < least {
					t.Errorf("%s: %s on %v has %.2f to 1", m.name, name, page, got)
				}
			}
		}
	}
}

// Of the 16 colours a light terminal has some that nobody can read on white. VGA's and
// xterm's are measured, for they differ most.
func TestSixteenColoursAreReadableOnLight(t *testing.T) {
	for name, colours := range map[string][16]string{
		"VGA":   {"#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa", "#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff"},
		"xterm": {"#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5", "#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff"},
	} {
		for _, s := range schemes() {
			for part, i := range map[string]ink{"dim": s.light.dim, "accent": s.light.accent, "good": s.light.good, "watch": s.light.watch, "bad": s.light.bad} {
				n, ok := i.basic.(ansi.BasicColor)
				if !ok {
					t.Fatalf("%s: %s has none of the 16", s.name, part)
				}
				if got := contrast(lipgloss.Color(colours[n]), lipgloss.Color("#ffffff")); got < 3.9 {
					t.Errorf("%s: %s has %.2f to 1 on white with the colours of %s", s.name, part, got, name)
				}
			}
		}
	}
}

// vision is how a colour is seen: a matrix over linear RGB. Those of colour-blind eyes are
// the ones for whole loss of a cone (severity 1.0) of G. M. Machado, M. M. Oliveira and
// L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision
// Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009), table 1.
type vision [3][3]float64

var visions = map[string]vision{
	"whole": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia": {
		{0.152286, 1.052583, -0.204868},
		{0.114503, 0.786281, 0.099216},
		{-0.003882, -0.048116, 1.051998},
	},
	"deuteranopia": {
		{0.367322, 0.860646, -0.227968},
		{0.280085, 0.672501, 0.047413},
		{-0.011820, 0.042940, 0.968881},
	},
	"tritanopia": {
		{1.255528, -0.076749, -0.178779},
		{-0.078411, 0.930809, 0.147602},
		{0.004733, 0.691367, 0.303900},
	},
}

// apart is how far two colours lie apart for some eyes, in CIELAB under D65 (ΔE of 1976: 2.3
// is just noticed).
func (v vision) apart(a, b color.Color) float64 {
	p, q := v.lab(a), v.lab(b)
	return math.Sqrt((p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]) + (p[2]-q[2])*(p[2]-q[2]))
}

func (v vision) lab(c color.Color) [3]float64 {
	raw, seen := linear(c), [3]float64{}
	for i := range seen {
		seen[i] = min(max(v[i][0]*raw[0]+v[i][1]*raw[1]+v[i][2]*raw[2], 0), 1)
	}
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	r, g, b := seen[0], seen[1], seen[2]
	x := f((0.4124564*r + 0.3575761*g + 0.1804375*b) / 0.95047)
	y := f(0.2126729*r + 0.7151522*g + 0.0721750*b)
	z := f((0.0193339*r + 0.1191920*g + 0.9503041*b) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// leastApart is how far the two moods lie apart that are hardest to tell apart.
func (v vision) leastApart(p palette, depth colorprofile.Profile) float64 {
	g, w, b := p.good.at(depth), p.watch.at(depth), p.bad.at(depth)
	return min(v.apart(g, w), v.apart(g, b), v.apart(w, b))
}

// "A colour-blind-safe default": good, watch and bad are told apart by everybody, and what
// is bad from plain text. Ten times what is just noticed, or seven where only 256 colours
// can be had.
func TestMoodsAreToldApartByAllEyes(t *testing.T) {
	for _, m := range everyPalette() {
		if m.s.name != defaultTheme && m.s.name != "high-contrast" {
			continue
		}
		least := 20.0
		if m.depth == colorprofile.ANSI256 {
			least = 16
		}
		for name, v := range visions {
			if got := v.leastApart(m.p, m.depth); got < least {
				t.Errorf("%s, seen with %s: moods lie %.1f apart", m.name, name, got)
			}
			if got := v.apart(m.p.bad.at(m.depth), m.p.text.at(m.depth)); got < 16 {
				t.Errorf("%s, seen with %s: bad lies %.1f from text", m.name, name, got)
			}
		}
	}
}

// A theme for some eyes must be worth its name: its moods lie further apart for them than
// the default's, by a third at the least.
func TestThemesForSomeEyesHelpThem(t *testing.T) {
	byName := map[safe.Text]scheme{}
	for _, s := range schemes() {
		byName[s.name] = s
	}
	plain := byName[defaultTheme]
	for name, eyes := range map[safe.Text][]string{"deuteranopia": {"deuteranopia", "protanopia"}, "tritanopia": {"tritanopia"}} {
		least := func(p palette) float64 {
			n := math.Inf(1)
			for _, e := range eyes {
				n = min(n, visions[e].leastApart(p, colorprofile.TrueColor))
			}
			return n
		}
		s := byName[name]
		if got, base := least(s.dark), least(plain.dark); got < base*4/3 {
			t.Errorf("%s, dark: %.1f apart, the default %.1f", name, got, base)
		}
		if got, base := least(s.light), least(plain.light); got < base*4/3 {
			t.Errorf("%s, light: %.1f apart, the default %.1f", name, got, base)
		}
	}
}

// "Paint no background except selection and strip"; and where no colour surely leaves the
// text readable, both are reversed as a whole.
func TestRowAndStripAreEvidentInEveryDepth(t *testing.T) {
	for _, s := range schemes() {
		for _, dark := range []bool{true, false} {
			for _, depth := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256, colorprofile.ANSI, colorprofile.ASCII} {
				th := newTheme(&s, dark, depth, Look{})
				for to := range tones {
					if sgr := th.sgr[onPage][to]; strings.Contains(sgr, "48;") || strings.Contains(sgr, "7m") && depth == colorprofile.ASCII {
						t.Errorf("%s: the page is painted: %q", s.name, sgr)
					}
					for _, on := range []surface{onRow, onStrip} {
						sgr := th.sgr[on][to]
						if depth < colorprofile.ANSI256 && sgr != "\x1b[7m" && sgr != "\x1b[1;7m" {
							t.Errorf("%s in %s: tone %d on surface %d is %q, not reversed alone", s.name, depth, to, on, sgr)
						}
						if !strings.Contains(sgr, "48;") && !strings.Contains(sgr, "7m") {
							t.Errorf("%s in %s: tone %d on surface %d is not set off: %q", s.name, depth, to, on, sgr)
						}
					}
				}
			}
		}
	}
}

// "Bold only for what is selected or needs a hand": a key is bold where no colour of its
// own sets it off, and in the strip.
func TestBoldIsForWhatNeedsAHand(t *testing.T) {
	for _, s := range schemes() {
		for _, depth := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ASCII} {
			th := newTheme(&s, true, depth, Look{})
			for to := range tones {
				want := to == toneStrong || to == toneBadStrong || to == toneAccent && depth == colorprofile.ASCII || to == toneWatch && s.loud
				if got := strings.HasPrefix(th.sgr[onPage][to], "\x1b[1"); got != want {
					t.Errorf("%s in %s: tone %d is bold: %v", s.name, depth, to, got)
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
	l := linear(c)
	return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
}

// linear is a colour in linear sRGB.
func linear(c color.Color) [3]float64 {
	lin := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return [3]float64{lin(r), lin(g), lin(b)}
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
