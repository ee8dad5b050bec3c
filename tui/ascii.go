package tui

import (
	"strings"

	eawidth "golang.org/x/text/width"

	"switchboard/tui/safe"
)

// glyphs are what our own signs become where only ASCII can be drawn, and where the
// terminal draws them two cells wide. A test sees to it that every sign in this package
// has its line here. One of more than one cell is to be measured by [theme.width].
var glyphs = map[rune]string{
	// Signs of calls, moods and marks.
	'▲': "^", '△': "^", '▼': "V", '▽': "v", '◆': ">", '◇': "o", '●': "*", '○': "o", '◌': "o", '◉': "@", '◎': "o", '‖': "=",
	'✓': "+", '✔': "+", '✗': "x", '✕': "x", '×': "x", '⧗': "~", '▶': ">", '▷': ">", '◀': "<", '◁': "<", '▸': ">", '▹': ">",
	'▾': "v", '▿': "v", '▴': "^", '▵': "^", '◂': "<", '■': "#", '□': "o", '▪': "#", '▫': "o", '◼': "#", '◻': "o", '☐': "o",
	'☑': "x", '★': "*", '☆': "*", '⚑': "!", '♪': "~", '∎': "#", '⏵': ">", '⏸': "=", '⏺': "*", '⏹': "#", '⏱': "~", '∅': "0",
	// Bars, curves and shades.
	'▰': "#", '▱': ".", '▁': "_", '▂': ",", '▃': "-", '▄': "~", '▅': "=", '▆': "+", '▇': "*", '█': "#", '▀': "\"", '▔': "\"",
	'▌': "|", '▐': "|", '▍': "|", '▎': "|", '▏': "_", '▊': "#", '▋': "#", '▉': "#", '▕': "|", '░': ":", '▒': "%", '▓': "#", '▖': ".", '▗': ".",
	'▘': "'", '▝': "'", '▚': "%", '▞': "%", '▙': "#", '▛': "#", '▜': "#", '▟': "#", '◢': "/", '◣': "\\", '⎺': "\"", '⎻': "-", '⎼': "-", '⎽': "_",
	// Lines and boxes.
	'│': "|", '┃': "!", '║': "!", '┆': ":", '┇': ":", '┊': ":", '┋': ":", '╎': ":", '╏': ":", '╷': "|", '╵': "|", '╹': "!", '╻': "!",
	'─': "-", '━': "=", '═': "=", '┄': "-", '┅': "=", '┈': ".", '┉': "=", '╌': "-", '╍': "=", '╴': "-", '╶': "-", '╸': "=", '╺': "=", '╼': "-", '╾': "-",
	'┬': "+", '┴': "+", '├': "+", '┤': "+", '┼': "+", '┌': "+", '┐': "+", '└': "+", '┘': "+", '╭': "+", '╮': "+", '╰': "+", '╯': "+",
	'┏': "+", '┓': "+", '┗': "+", '┛': "+", '┣': "+", '┫': "+", '┳': "+", '┻': "+", '╋': "+", '╔': "+", '╗': "+", '╚': "+", '╝': "+",
	'╠': "+", '╣': "+", '╦': "+", '╩': "+", '╬': "+", '┝': "+", '┥': "+", '┿': "+", '╪': "+", '╫': "+", '┠': "+", '┨': "+", '┯': "+", '┷': "+",
	// Arrows and keys.
	'→': ">", '←': "<", '↑': "up", '↓': "down", '⇄': "-", '↔': "-", '⇆': "-", '⇒': ">", '⇐': "<", '↗': "^", '↘': "v", '↩': "<", '↪': ">", '↳': ">", '↵': "enter",
	'⏎': "enter", '⌫': "backspace", '␣': "space", '⇧': "shift", '⌃': "ctrl", '⇥': "tab",
	// Letters and marks of writing.
	'·': ".", '•': "*", '…': "..", '–': "-", '—': "-", '−': "-", '‐': "-", '‑': "-", '“': "\"", '”': "\"", '„': "\"", '‘': "'", '’': "'", '‚': ",",
	'«': "\"", '»': "\"", '‹': "'", '›': "'", '≤': "<=", '≥': ">=", '≠': "/=", '≈': "~", '±': "+-", '÷': "/", '∞': "oo", '°': "o", '§': "S", '¶': "P",
	'½': "1/2", '¼': "1/4", '¾': "3/4", '²': "2", '³': "3", '¹': "1", '№': "No", '€': "EUR", '£': "GBP", '¥': "Y", '¢': "c", '©': "(c)", '®': "(r)",
	'™': "tm", '¿': "?", '¡': "!", 'µ': "u", 'ª': "a", 'º': "o", '´': "'", '`': "`", '¨': "\"", '¸': ",", '¯': "-", '¬': "-", '¦': "|", '¤': "*", '‰': "o/oo", '\uFFFD': "?",
	'ẞ': "SS", 'ß': "ss", 'Æ': "AE", 'æ': "ae", 'Œ': "OE", 'œ': "oe", 'Þ': "Th", 'þ': "th", 'Ĳ': "IJ", 'ĳ': "ij", 'Ș': "S", 'ș': "s", 'Ț': "T", 'ț': "t", 'Ə': "E", 'ə': "e", 'ƒ': "f",
}

// arrowKeys are the arrows where they name a key.
var arrowKeys = strings.NewReplacer("↑↓", "up down", "←→", "left right", "←", "left", "→", "right")

// latin are the letters U+00C0 to U+017F without their marks.
const latin = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty" +
	"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL" +
	"lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs"

// greek are the letters U+0391 to U+03C9, cyrillic U+0410 to U+044F, and moreLetters others of both, as they are
// written on an envelope: a name is still a name.
var (
	greek = strings.Fields("A V G D E Z I Th I K L M N X O P R ? S T Y F Ch Ps O I Y a e i i y " +
		"a v g d e z i th i k l m n x o p r s s t y f ch ps o")
	cyrillic = strings.Fields("A B V G D E Zh Z I Y K L M N O P R S T U F Kh Ts Ch Sh Shch ' Y ' E Yu Ya " +
		"a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch ' y ' e yu ya")
	moreLetters = map[rune]string{'Ά': "A", 'Έ': "E", 'Ή': "I", 'Ί': "I", 'Ό': "O", 'Ύ': "Y", 'Ώ': "O", 'ΐ': "i", 'ΰ': "y", 'ϊ': "i", 'ϋ': "y", 'ό': "o", 'ύ': "y", 'ώ': "o",
		'Ё': "Yo", 'ё': "yo", 'Є': "Ye", 'є': "ye", 'І': "I", 'і': "i", 'Ї': "Yi", 'ї': "yi", 'Ґ': "G", 'ґ': "g", 'Ў': "U", 'ў': "u"}
)

// shape returns a text as this terminal can draw it.
func (th *theme) shape(text safe.Text) string {
	if !th.ascii && !th.narrow {
		return string(text)
	}
	if plainASCII(text) {
		return string(text)
	}
	var b strings.Builder
	for _, r := range string(text) {
		if r < 0x80 || !th.ascii && !ambiguous(r) {
			b.WriteRune(r)
			continue
		}
		b.WriteString(asciiOf(r))
	}
	return b.String()
}

func plainASCII(text safe.Text) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// ambiguous reports whether terminals disagree on how many cells a rune takes. Of our own
// signs all are taken to be: a picture half of one kind and half of another reads badly.
func ambiguous(r rune) bool {
	if _, ours := glyphs[r]; ours {
		return true
	}
	return eawidth.LookupRune(r).Kind() == eawidth.EastAsianAmbiguous
}

// asciiOf is a rune in ASCII: empty for a mark on the letter before it.
func asciiOf(r rune) string {
	if glyph, ok := glyphs[r]; ok {
		return glyph
	}
	switch {
	case r >= 0xc0 && r <= 0x17f:
		return latin[r-0xc0 : r-0xc0+1]
	case r >= 0x300 && r < 0x370:
		return ""
	case r >= 0x391 && r <= 0x3c9:
		return greek[r-0x391]
	case r >= 0x410 && r <= 0x44f:
		return cyrillic[r-0x410]
	}
	if letter, ok := moreLetters[r]; ok {
		return letter
	}
	return "?"
}

// width returns how many cells a text takes as this terminal draws it.
func (th *theme) width(text safe.Text) int { return width(th.shape(text)) }

// keyName is how the help of a key is written: in ASCII the arrows by their names.
func (th *theme) keyName(help string) safe.Text {
	if th.ascii || th.narrow {
		help = arrowKeys.Replace(help)
	}
	return own(help)
}

// tail ends what is cut.
func (th *theme) tail() string {
	if th.ascii || th.narrow {
		return ".."
	}
	return "…"
}
