package tui

import (
	"strings"

	"switchboard/tui/safe"
)

// glyphs are what our own signs become where only ASCII can be drawn.
var glyphs = map[rune]string{
	'▲': "^", '▼': "v", '▽': "v", '△': "^", '◆': ">", '◇': "o", '‖': "=", '▰': "#", '▱': ".", '◌': "o", '⇄': "-", '→': ">", '●': "*", '○': "o", '✓': "+", '·': ".", '–': "-", '—': "-",
	'▌': "|", '▏': "_", '│': "|", '┃': "!", '█': "#", '░': ":", '▒': "%", '─': "-", '┬': "+", '┴': "+", '├': "+", '┤': "+",
	'╭': "+", '╮': "+", '╰': "+", '╯': "+", '−': "-", '…': "..", '⏎': "enter", '↑': "up", '↓': "down", '≤': "<=",
	'▶': ">", '━': "=", '←': "<-", '▴': "^", '▾': "v", '•': "*",
	'“': "\"", '”': "\"", '’': "'",
	'▁': "_", '▂': "_", '▃': ".", '▄': ".", '▅': "-", '▆': "=", '▇': "#",
}

// latin are the letters U+00C0 to U+017F without their marks.
const latin = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty" +
	"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL" +
	"lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs"

// shape returns a text as this terminal can draw it.
func (th *theme) shape(text safe.Text) string {
	if !th.ascii {
		return string(text)
	}
	var b strings.Builder
	for _, r := range text {
		switch glyph, ok := glyphs[r]; {
		case r < 0x80:
			b.WriteRune(r)
		case ok:
			b.WriteString(glyph)
		case r >= 0xc0 && r <= 0x17f:
			b.WriteByte(latin[r-0xc0])
		case r >= 0x300 && r < 0x370: // a mark on the letter before it
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

// tail ends what is cut.
func (th *theme) tail() string {
	if th.ascii {
		return ".."
	}
	return "…"
}
