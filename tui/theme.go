package tui

import (
	"fmt"
	"image/color"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// A tone says what a piece of text means; the theme says how that looks. Colour
// carries mood and nothing else, and a glyph or a word always says it too.
type tone uint8

const (
	toneText   tone = iota // what is to be read
	toneStrong             // selected, or needs a hand
	toneDim                // labels, ages, what is pending
	toneRule               // hairlines
	toneAccent             // keys, and the pane that has the keyboard
	toneGood
	toneWatch
	toneBad
	toneBadStrong
	tones
)

// A surface is what a piece of text stands on. Only the selected row and the strip
// have a background, so that any terminal's own theme shows through.
type surface uint8

const (
	onPage surface = iota
	onRow          // the selected row
	onStrip
	surfaces
)

// An ink is one colour in the three depths that terminals have.
type ink struct {
	rgb color.RGBA
	c256,
	c16 uint8
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 0xff}
}

// A palette is the inks of a dark or a light terminal. The moods are Okabe and Ito's,
// which people with any colour vision tell apart; on light they are darkened until
// text in them has a contrast of 4.5 to 1 (a test measures it).
type palette struct{ dim, rule, accent, good, watch, bad, row, strip ink }

func darkPalette() palette {
	return palette{
		dim:    ink{rgb(0x8A94A6), 246, 7},
		rule:   ink{rgb(0x3A4252), 238, 8},
		accent: ink{rgb(0xB7C6E8), 153, 15},
		good:   ink{rgb(0x56B4E9), 74, 6},
		watch:  ink{rgb(0xE69F00), 214, 3},
		bad:    ink{rgb(0xF0722A), 166, 9},
		row:    ink{rgb(0x232A36), 236, 0},
		strip:  ink{rgb(0x2A2622), 235, 0},
	}
}

func lightPalette() palette {
	return palette{
		dim:    ink{rgb(0x5B6472), 241, 8},
		rule:   ink{rgb(0xC9CED6), 251, 7},
		accent: ink{rgb(0x2F4B7C), 24, 4},
		good:   ink{rgb(0x00699F), 24, 6},
		watch:  ink{rgb(0x8A5800), 94, 3},
		bad:    ink{rgb(0xB04200), 130, 1},
		row:    ink{rgb(0xE4E9F2), 254, 7},
		strip:  ink{rgb(0xF6EBDD), 255, 7},
	}
}

// A theme is how tones look on surfaces: ready escape sequences, for styling each
// piece anew costs ten times as much. It is made once for each terminal.
type theme struct {
	sgr   [surfaces][tones]string
	ascii bool // draw with ASCII alone
}

// reset ends every styled piece, so that no style leaks into what follows it.
const reset = ansi.ResetStyle

// newTheme returns the theme for a terminal. Without colour it keeps bold and
// reverse.
func newTheme(dark bool, depth colorprofile.Profile, ascii bool) *theme {
	p := lightPalette()
	if dark {
		p = darkPalette()
	}
	th := &theme{ascii: ascii}
	for on := range surfaces {
		for to := range tones {
			th.sgr[on][to] = p.sgr(on, to, depth)
		}
	}
	return th
}

func (p palette) sgr(on surface, to tone, depth colorprofile.Profile) string {
	var codes []string
	bold := to == toneStrong || to == toneBadStrong || to == toneAccent
	switch to {
	case toneText, toneStrong, tones:
	case toneDim:
		codes = p.dim.code(38, depth)
	case toneRule:
		codes = p.rule.code(38, depth)
	case toneAccent:
		codes = p.accent.code(38, depth)
	case toneGood:
		codes = p.good.code(38, depth)
	case toneWatch:
		codes = p.watch.code(38, depth)
	case toneBad, toneBadStrong:
		codes = p.bad.code(38, depth)
	}
	if bold {
		codes = append(codes, "1")
	}
	switch on {
	case onPage, surfaces:
	case onRow:
		codes = append(codes, p.row.back(depth)...)
	case onStrip:
		codes = append(codes, p.strip.back(depth)...)
	}
	if len(codes) == 0 {
		return ""
	}
	out := "\x1b["
	for i, c := range codes {
		if i > 0 {
			out += ";"
		}
		out += c
	}
	return out + "m"
}

// code returns the SGR parameters of an ink: base is 38 for text, 48 for what is
// behind it.
func (i ink) code(base int, depth colorprofile.Profile) []string {
	switch depth {
	case colorprofile.TrueColor:
		return []string{fmt.Sprintf("%d;2;%d;%d;%d", base, i.rgb.R, i.rgb.G, i.rgb.B)}
	case colorprofile.ANSI256:
		return []string{fmt.Sprintf("%d;5;%d", base, i.c256)}
	case colorprofile.ANSI:
		n := base - 8 + int(i.c16)
		if i.c16 >= 8 {
			n += 60 - 8
		}
		return []string{fmt.Sprint(n)}
	default: // none: the terminal's own
		return nil
	}
}

// back returns the SGR parameters of a background. With 16 colours there is none that
// surely leaves the text readable: the marker and bold say which row is selected.
func (i ink) back(depth colorprofile.Profile) []string {
	if depth == colorprofile.TrueColor || depth == colorprofile.ANSI256 {
		return i.code(48, depth)
	}
	return nil
}
