package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word, a row of digits, or a mark of ours. What is between two of them is
// neither a letter nor a digit.
type token struct {
	start, end int // in bytes
	kind       kind
	n          uint8
	id         uint16
	letters    int // of a word
}

// scan appends the tokens of a text.
func scan(text string, all []token) []token {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '[' && strings.HasPrefix(text[i:], Mark):
			all = append(all, token{start: i, end: i + len(Mark), kind: mark})
			i += len(Mark)
		case '0' <= c && c <= '9':
			end := digitsFrom(text, i)
			all = append(all, token{start: i, end: end, kind: numeral})
			i = end
		case isLetter(c):
			t := wordFrom(text, i)
			all = append(all, t)
			i = t.end
		case c < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			switch {
			case isDigit(r):
				end := digitsFrom(text, i)
				all = append(all, token{start: i, end: end, kind: numeral})
				i = end
			case unicode.IsLetter(r):
				t := wordFrom(text, i)
				all = append(all, t)
				i = t.end
			default:
				i += size
			}
		}
	}
	return all
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isDigit reports whether a letter stands for a digit in any script, or as ¹ and ① do.
func isDigit(r rune) bool {
	if r < utf8.RuneSelf {
		return '0' <= r && r <= '9'
	}
	return unicode.Is(unicode.Nd, r) || unicode.Is(unicode.No, r)
}

// digitsFrom returns where a row of digits ends. Marks upon them belong to it.
func digitsFrom(text string, i int) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isDigit(r) && (r < utf8.RuneSelf || !unicode.Is(unicode.M, r)) {
			break
		}
		i += size
	}
	return i
}

// wordFrom reads a word and looks it up. Apostrophes and accents within it are left out.
func wordFrom(text string, start int) token {
	var folded [maxWord]byte
	n, i := 0, start
	for ; i < len(text) && n < maxWord && isLetter(text[i]); i++ {
		folded[n] = text[i] | 0x20 // as nearly all are
		n++
	}
loop:
	for i < len(text) {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case r < utf8.RuneSelf && isLetter(byte(r)):
			r |= 0x20
		case r == '\'' || r == '’':
			if next, _ := utf8.DecodeRuneInString(text[i+size:]); !unicode.IsLetter(next) {
				break loop
			}
			i += size
			continue
		case r >= utf8.RuneSelf && unicode.IsLetter(r):
			r = rune(fold(r))
		case r >= utf8.RuneSelf && unicode.In(r, unicode.M, unicode.Cf):
			i += size
			continue
		default:
			break loop
		}
		if n < maxWord {
			folded[n] = byte(r)
		}
		n++
		i += size
	}
	t := token{start: start, end: i, letters: n}
	if n <= maxWord {
		e := lex.words[string(folded[:n])]
		t.kind, t.n, t.id = e.kind, e.n, e.id
	}
	return t
}

// fold returns a letter of Spanish without its accent, in ASCII; another's is of no word
// of ours.
func fold(r rune) byte {
	switch r {
	case 'á', 'Á', 'à', 'À':
		return 'a'
	case 'é', 'É', 'è', 'È':
		return 'e'
	case 'í', 'Í', 'ì', 'Ì':
		return 'i'
	case 'ó', 'Ó', 'ò', 'Ò':
		return 'o'
	case 'ú', 'Ú', 'ü', 'Ü', 'ù', 'Ù':
		return 'u'
	case 'ñ', 'Ñ':
		return 'n'
	}
	if 0xff21 <= r && r <= 0xff3a || 0xff41 <= r && r <= 0xff5a { // full width
		return byte((r-0xff21)%32) + 'a'
	}
	return '?'
}

// countDigits returns how many digits are written in a text.
func countDigits(text string) (n int) {
	for i, r := range text {
		if r < utf8.RuneSelf {
			if '0' <= text[i] && text[i] <= '9' {
				n++
			}
		} else if isDigit(r) {
			n += digitsOf(r)
		}
	}
	return n
}

// digitsOf returns how many digits a letter stands for: ⑯ is two.
func digitsOf(r rune) int {
	if unicode.Is(unicode.Nd, r) {
		return 1
	}
	return 2 // of ¹ one, but rather too many
}

// cutAfter returns where the text's first n digits end.
func cutAfter(text string, n int) int {
	end := 0
	for i, r := range text {
		if !isDigit(r) {
			continue
		}
		if n -= digitsOf(r); n < 0 {
			return end
		}
		end = i + utf8.RuneLen(r)
	}
	return end
}
