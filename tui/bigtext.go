package tui

import (
	"strings"
	"unicode"

	"switchboard/tui/safe"
)

// Letters and digits made of blocks, to be read from across a room. Each is five dots
// high. A dot is twice as wide as it is high in cells, for cells are narrow; between
// letters is half a dot.

// bigDots is how high a letter is, in dots.
const bigDots = 5

var bigGlyphs = map[rune][bigDots]string{
	'0': {"###", "# #", "# #", "# #", "###"},
	'1': {" # ", "## ", " # ", " # ", "###"},
	'2': {"###", "  #", "###", "#  ", "###"},
	'3': {"###", "  #", " ##", "  #", "###"},
	'4': {"# #", "# #", "###", "  #", "  #"},
	'5': {"###", "#  ", "###", "  #", "###"},
	'6': {"###", "#  ", "###", "# #", "###"},
	'7': {"###", "  #", "  #", " # ", " # "},
	'8': {"###", "# #", "###", "# #", "###"},
	'9': {"###", "# #", "###", "  #", "###"},
	':': {" ", "#", " ", "#", " "},
	'.': {" ", " ", " ", " ", "#"},
	'-': {"   ", "   ", "###", "   ", "   "},
	'+': {"   ", " # ", "###", " # ", "   "},
	'?': {"###", "  #", " ##", "   ", " # "},
	' ': {" ", " ", " ", " ", " "},
	'A': {"###", "# #", "###", "# #", "# #"},
	'B': {"## ", "# #", "## ", "# #", "## "},
	'C': {"###", "#  ", "#  ", "#  ", "###"},
	'D': {"## ", "# #", "# #", "# #", "## "},
	'E': {"###", "#  ", "## ", "#  ", "###"},
	'F': {"###", "#  ", "## ", "#  ", "#  "},
	'G': {"###", "#  ", "# #", "# #", "###"},
	'H': {"# #", "# #", "###", "# #", "# #"},
	'I': {"###", " # ", " # ", " # ", "###"},
	'J': {"  #", "  #", "  #", "# #", "###"},
	'K': {"# #", "# #", "## ", "# #", "# #"},
	'L': {"#  ", "#  ", "#  ", "#  ", "###"},
	'M': {"#   #", "## ##", "# # #", "#   #", "#   #"},
	'N': {"#  #", "## #", "# ##", "#  #", "#  #"},
	'O': {"###", "# #", "# #", "# #", "###"},
	'P': {"###", "# #", "###", "#  ", "#  "},
	'R': {"## ", "# #", "## ", "# #", "# #"},
	'S': {"###", "#  ", "###", "  #", "###"},
	'T': {"###", " # ", " # ", " # ", " # "},
	'U': {"# #", "# #", "# #", "# #", "###"},
	'V': {"# #", "# #", "# #", "# #", " # "},
	'W': {"#   #", "#   #", "# # #", "## ##", "#   #"},
	'Y': {"# #", "# #", " # ", " # ", " # "},
	'▲': {"  #  ", "  #  ", " ### ", " ### ", "#####"},
	'◆': {"  #  ", " ### ", "#####", " ### ", "  #  "},
}

// bigGlyph is a letter's dots; what is not known is a question mark.
func bigGlyph(r rune) [bigDots]string {
	if g, ok := bigGlyphs[unicode.ToUpper(r)]; ok {
		return g
	}
	return bigGlyphs['?']
}

// bigWidth is how many cells a text takes, its letters so many times as large.
func bigWidth(text safe.Text, scale int) int {
	cells := 0
	for i, r := range string(text) {
		if i > 0 {
			cells += scale
		}
		cells += len(bigGlyph(r)[0]) * 2 * scale
	}
	return cells
}

// bigRow is one row of cells of a text in large letters: of bigDots×scale.
func bigRow(text safe.Text, scale, row int) safe.Text {
	var b strings.Builder
	for i, r := range string(text) {
		if i > 0 {
			b.WriteString(spaces(scale))
		}
		for _, dot := range bigGlyph(r)[row/scale] {
			if dot == ' ' {
				b.WriteString(spaces(2 * scale))
			} else {
				b.WriteString(strings.Repeat("█", 2*scale))
			}
		}
	}
	return own(b.String())
}
