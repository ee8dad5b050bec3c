// Package safe cleans text that comes from outside before a terminal sees it.
//
// A caller's name, a transcript, a carrier's error or a typed number may hold escape
// sequences, control characters, marks that reverse or hide text, and heaps of
// combining marks. A console that printed them would let a caller repaint it. So
// everything that is drawn is a [Text], and only [Clean] and [Number] make one of a
// string from outside; the raw string stays in the journal and in exports.
package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// maxMarks is how many combining marks one letter keeps: enough for every living
// script, too few to draw over the rows above.
const maxMarks = 2

// maxRaw is how many bytes Clean looks at for each rune that it may keep. What a
// caller sends beyond it is not worth the time.
const maxRaw = 16

// Text is one line of text that is harmless to a terminal: valid UTF-8, no control or
// invisible characters, single spaces, none at its ends, no letter under more than
// two combining marks. Constants of our own may be used as one; whatever comes from
// outside becomes one by [Clean].
type Text string

// Clean makes a Text of s, of at most limit runes; what is cut ends in an ellipsis. It
// is idempotent. A limit of zero or less gives the empty Text.
func Clean(s string, limit int) Text {
	if limit <= 0 {
		return ""
	}
	if len(s) <= limit && plain(s) {
		return Text(s)
	}
	if most := maxRaw*limit + 64; len(s) > most {
		s = s[:most]
	}
	s = ansi.Strip(strings.ToValidUTF8(s, "\uFFFD"))

	var b strings.Builder
	b.Grow(min(len(s), 4*limit))
	runes, marks, space := 0, 0, false
	for _, r := range s {
		r, keep := harmless(r)
		if !keep {
			continue
		}
		if r == ' ' {
			space, marks = runes > 0, 0
			continue
		}
		if unicode.In(r, unicode.M, unicode.Other_Grapheme_Extend) {
			if marks++; marks > maxMarks || runes == 0 || space {
				continue // a mark needs a letter of this text to stand on
			}
		} else {
			marks = 0
			if (r == 0x0e33 || r == 0x0eb3) && (runes == 0 || space) { // Thai and Lao AM begin with a mark: the letter in them is left
				r--
			}
		}
		need := 1
		if space {
			need = 2
		}
		if runes+need > limit {
			return ellipsis(b.String(), limit)
		}
		if space {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		runes, space = runes+need, false
	}
	return Text(b.String())
}

// plain reports whether s is what Clean would return, at a glance.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

// ellipsis cuts s, which has at most limit runes, so that an ellipsis fits behind it.
func ellipsis(s string, limit int) Text {
	for utf8.RuneCountInString(s) > limit-1 {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return Text(strings.TrimRight(s, " ") + "…")
}

// harmless returns what to draw in place of a rune, and whether to draw anything.
func harmless(r rune) (rune, bool) {
	switch {
	case r == '\t', r == '\n', r == '\r', r == 0x85, r == 0x2028, r == 0x2029, unicode.Is(unicode.Zs, r):
		return ' ', true
	case r < 0x20, 0x7f <= r && r < 0xa0: // C0, DEL, and C1 written as UTF-8
		return 0, false
	case r < 0x7f:
		return r, true
	case unicode.In(r, unicode.Cf, unicode.Bidi_Control): // bidi, zero width, BOM, tags, soft hyphen
		return 0, false
	case unicode.Is(unicode.Variation_Selector, r):
		return 0, false
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x2800: // letters that are blank
		return ' ', true
	case r == 0x034f, 0x1f3fb <= r && r <= 0x1f3ff: // the grapheme joiner; skin tones, which terminals measure apart
		return 0, false
	case 0x1f1e6 <= r && r <= 0x1f1ff: // regional indicators: a flag is two cells or four, letters are two
		return 'A' + r - 0x1f1e6, true
	case !unicode.IsGraphic(r): // private use, surrogates, what is no character, or not yet one
		return '\uFFFD', true
	}
	return r, true
}
