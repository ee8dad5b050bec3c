package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// strokes are the letters of Latin scripts whose mark is no accent, and how they are typed
// where a keyboard does not have them.
var strokes = map[rune]string{'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe", 'ß': "ss", 'ı': "i", 'ħ': "h", '−': "-"}

// Fold returns a text without case and accents, as it is compared: sørensen and SORENSEN
// are the same.
func Fold(s string) string {
	if simple(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		foldInto(&b, r)
	}
	return b.String()
}

// simple reports whether a text is folded, at a glance.
func simple(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

func foldInto(b *strings.Builder, r rune) {
	if r < 0x80 {
		b.WriteRune(unicode.ToLower(r))
		return
	}
	var buf [utf8.UTFMax]byte
	parts := norm.NFKD.Properties(buf[:utf8.EncodeRune(buf[:], r)]).Decomposition()
	if parts == nil {
		plainInto(b, r)
		return
	}
	for len(parts) > 0 {
		part, size := utf8.DecodeRune(parts)
		plainInto(b, part)
		parts = parts[size:]
	}
}

// plainInto writes a letter that has no accent of its own.
func plainInto(b *strings.Builder, r rune) {
	r = unicode.ToLower(r)
	switch plain, ok := strokes[r]; {
	case ok:
		b.WriteString(plain)
	case !unicode.IsMark(r):
		b.WriteRune(r)
	}
}

// A Span is where something stands in a text, in bytes.
type Span struct{ From, To int }

// Find returns where a text has a word, whatever its case and accents: each place once,
// from left to right. A word that is nothing but accents is nowhere.
func Find(text, word string) []Span {
	word = Fold(word)
	if word == "" {
		return nil
	}
	if simple(text) {
		return findIn(text, word, func(i int) int { return i }, func(i int) int { return i })
	}
	var b strings.Builder
	var begins, ends []int // of the letter that each folded byte comes from
	for i, r := range text {
		before := b.Len()
		foldInto(&b, r)
		size := len(string(r))
		if r == unicode.ReplacementChar && !strings.HasPrefix(text[i:], string(r)) { // a byte that is no letter
			size = 1
		}
		for range b.Len() - before {
			begins, ends = append(begins, i), append(ends, i+size)
		}
		if b.Len() == before && len(ends) > 0 { // an accent belongs to its letter
			ends[len(ends)-1] = i + size
		}
	}
	return findIn(b.String(), word, func(i int) int { return begins[i] }, func(i int) int { return ends[i-1] })
}

func findIn(folded, word string, begin, end func(int) int) []Span {
	var spans []Span
	for at := 0; ; {
		i := strings.Index(folded[at:], word)
		if i < 0 {
			return spans
		}
		from := at + i
		at = from + len(word)
		spans = append(spans, Span{begin(from), end(at)})
	}
}
