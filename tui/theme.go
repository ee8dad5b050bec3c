package tui

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
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
	rgb   color.Color
	c256  lipgloss.ANSIColor
	basic ansi.BasicColor
}

// A palette is the inks of a dark or a light terminal. The moods are Okabe and Ito's,
// which people with any colour vision tell apart; on light they are darkened until
// text in them has a contrast of 4.5 to 1 (a test measures it).
type palette struct{ text, dim, rule, accent, good, watch, bad, row, strip ink }

func darkPalette() palette {
	return palette{
		text:   ink{lipgloss.Color("#E6EAF2"), 254, 15},
		dim:    ink{lipgloss.Color("#8A94A6"), 246, 7},
		rule:   ink{lipgloss.Color("#3A4252"), 238, 8},
		accent: ink{lipgloss.Color("#B7C6E8"), 153, 15},
		good:   ink{lipgloss.Color("#56B4E9"), 74, 6},
		watch:  ink{lipgloss.Color("#E69F00"), 214, 3},
		bad:    ink{lipgloss.Color("#F0722A"), 166, 9},
		row:    ink{lipgloss.Color("#232A36"), 236, 0},
		strip:  ink{lipgloss.Color("#2A2622"), 235, 0},
	}
}

func lightPalette() palette {
	return palette{
		text:   ink{lipgloss.Color("#1B1F27"), 234, 0},
		dim:    ink{lipgloss.Color("#5B6472"), 241, 8},
		rule:   ink{lipgloss.Color("#C9CED6"), 251, 7},
		accent: ink{lipgloss.Color("#2F4B7C"), 24, 4},
		good:   ink{lipgloss.Color("#00699F"), 24, 6},
		watch:  ink{lipgloss.Color("#8A5800"), 94, 3},
		bad:    ink{lipgloss.Color("#B04200"), 130, 1},
		row:    ink{lipgloss.Color("#E4E9F2"), 254, 7},
		strip:  ink{lipgloss.Color("#F6EBDD"), 255, 7},
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

// sgr returns the escape sequence that begins a piece of a tone on a surface.
func (p palette) sgr(on surface, to tone, depth colorprofile.Profile) string {
	style := lipgloss.NewStyle().Bold(to == toneStrong || to == toneBadStrong || to == toneAccent)
	ink := func(i ink) color.Color { return lipgloss.Complete(depth)(i.basic, i.c256, i.rgb) }
	switch to {
	case toneText, toneStrong, tones:
		if on != onPage && depth >= colorprofile.ANSI256 { // a ground of ours needs a text of ours
			style = style.Foreground(ink(p.text))
		}
	case toneDim:
		style = style.Foreground(ink(p.dim))
	case toneRule:
		style = style.Foreground(ink(p.rule))
	case toneAccent:
		style = style.Foreground(ink(p.accent))
	case toneGood:
		style = style.Foreground(ink(p.good))
	case toneWatch:
		style = style.Foreground(ink(p.watch))
	case toneBad, toneBadStrong:
		style = style.Foreground(ink(p.bad))
	}
	// With 16 colours there is no background that surely leaves the text readable: the
	// marker and bold say which row is selected.
	if depth >= colorprofile.ANSI256 {
		switch on {
		case onPage, surfaces:
		case onRow:
			style = style.Background(ink(p.row))
		case onStrip:
			style = style.Background(ink(p.strip))
		}
	}
	begin, _, _ := strings.Cut(style.Render("x"), "x")
	return begin
}
