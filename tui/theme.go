package tui

import (
	"image/color"

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

// An ink is one colour in the three depths that terminals have. Without one the
// terminal's own is taken.
type ink struct{ rgb, c256, basic color.Color }

// inkOf returns an ink by its true colour, its number among the 256 and among the 16.
func inkOf(rgb string, c256, basic uint8) ink {
	return ink{lipgloss.Color(rgb), ansi.IndexedColor(c256), ansi.BasicColor(basic)}
}

// at returns the colour for a depth: nil where there is none.
func (i ink) at(depth colorprofile.Profile) color.Color {
	switch {
	case depth >= colorprofile.TrueColor:
		return i.rgb
	case depth >= colorprofile.ANSI256:
		return i.c256
	case depth >= colorprofile.ANSI:
		return i.basic
	}
	return nil
}

// A palette is the inks of a dark or a light terminal.
type palette struct{ text, dim, rule, accent, good, watch, bad, row, strip ink }

// A theme is how tones look on surfaces: ready escape sequences, for styling each
// piece anew costs ten times as much. It is made once for each terminal.
type theme struct {
	sgr    [surfaces][tones]string
	ascii  bool // draw with ASCII alone
	narrow bool // draw no sign whose width terminals do not agree on
}

// reset ends every styled piece, so that no style leaks into what follows it.
const reset = ansi.ResetStyle

// newTheme makes a scheme ready for a terminal.
func newTheme(s *scheme, dark bool, depth colorprofile.Profile, l Look) *theme {
	p := &s.light
	if dark {
		p = &s.dark
	}
	th := &theme{ascii: l.ASCII, narrow: l.Ambiguous}
	for on := range surfaces {
		for to := range tones {
			th.sgr[on][to] = s.sgr(p, on, to, depth)
		}
	}
	return th
}

// sgr returns the escape sequence that begins a piece of a tone on a surface; empty where
// the terminal's own look is meant.
//
// With 16 colours, and without any, there is no background that surely leaves the text
// readable: the row and the strip are then reversed as a whole, in the terminal's own two
// colours, and bold alone tells their tones apart. Glyphs and words say the rest.
func (s *scheme) sgr(p *palette, on surface, to tone, depth colorprofile.Profile) string {
	style := ansi.NewStyle()
	reversed := on != onPage && (s.reverse || depth < colorprofile.ANSI256)
	if s.bold(on, to, depth, reversed) {
		style = style.Bold()
	}
	if reversed {
		return style.Reverse(true).String()
	}
	if fg := s.inkOf(p, on, to).at(depth); fg != nil {
		style = style.ForegroundColor(fg)
	}
	switch on {
	case onPage, surfaces:
	case onRow:
		style = style.BackgroundColor(p.row.at(depth))
	case onStrip:
		style = style.BackgroundColor(p.strip.at(depth))
	}
	if len(style) == 0 {
		return ""
	}
	return style.String()
}

// bold reports whether a tone is bold. It is where a hand is needed or something is
// selected; a key is where it must be seen at once, in the strip, and where no colour of
// its own sets it off.
func (s *scheme) bold(on surface, to tone, depth colorprofile.Profile, reversed bool) bool {
	switch to {
	case toneStrong, toneBadStrong:
		return true
	case toneAccent:
		return on == onStrip || depth < colorprofile.ANSI256
	case toneWatch:
		return s.loud && !reversed
	case toneText, toneDim, toneRule, toneGood, toneBad, tones:
	}
	return false
}

// inkOf is the ink of a tone. What is to be read has the terminal's own colour on the
// page, and one of ours only on a ground of ours.
func (s *scheme) inkOf(p *palette, on surface, to tone) ink {
	switch to {
	case toneText, toneStrong, tones:
		if on == onPage && !s.inked {
			return ink{}
		}
		return p.text
	case toneDim:
		return p.dim
	case toneRule:
		return p.rule
	case toneAccent:
		return p.accent
	case toneGood:
		return p.good
	case toneWatch:
		return p.watch
	case toneBad, toneBadStrong:
		return p.bad
	}
	return ink{}
}
