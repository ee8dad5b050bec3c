package history

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"switchboard/engine"
)

// between stands in the index between two sentences, so that no phrase is found across them.
// It is a letter of nobody's, which no word holds.
const between = "\uE000"

// A word is one word of a text, folded, and where it stands in it.
type word struct {
	folded   string
	from, to int // bytes
}

// wordsOf returns the words of a text: letters and digits, without case and accents.
func wordsOf(text string) []word {
	var all []word
	var b strings.Builder
	from := -1
	end := func(at int) {
		if from >= 0 && b.Len() > 0 {
			all = append(all, word{b.String(), from, at})
		}
		from = -1
		b.Reset()
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsNumber(r):
			if from < 0 {
				from = i
			}
			foldRune(&b, r)
		case unicode.Is(unicode.M, r) && from >= 0: // an accent of the letter before it
		default:
			end(i)
		}
	}
	end(len(text))
	return all
}

// foldRune writes a letter or digit without case and accents.
func foldRune(b *strings.Builder, r rune) {
	if r < utf8.RuneSelf {
		b.WriteByte(byte(unicode.ToLower(r)))
		return
	}
	if plain, ok := strokes[unicode.ToLower(r)]; ok {
		b.WriteString(plain)
		return
	}
	var buf [utf8.UTFMax]byte
	for _, part := range string(norm.NFKD.Bytes(buf[:utf8.EncodeRune(buf[:], r)])) {
		if unicode.IsLetter(part) || unicode.IsNumber(part) {
			b.WriteRune(unicode.ToLower(part))
		}
	}
}

// strokes are the letters of Latin scripts whose mark is no accent, and how they are typed
// where a keyboard does not have them.
var strokes = map[rune]string{'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe", 'ß': "ss", 'ı': "i", 'ħ': "h"}

// fold returns the words of a text, with a space between each two.
func fold(text string) string {
	var b strings.Builder
	for i, w := range wordsOf(text) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.folded)
	}
	return b.String()
}

// indexed returns the words of a call as they are indexed: what people said, and not what we
// told them.
func indexed(r *engine.Record) string {
	var b strings.Builder
	for i := range r.Lines {
		if !searched(&r.Lines[i]) {
			continue
		}
		for _, w := range wordsOf(r.Lines[i].Text) {
			b.WriteString(w.folded)
			b.WriteByte(' ')
		}
		b.WriteString(between + " ")
	}
	return b.String()
}

// searched reports whether a sentence is searched: prompts are our own.
func searched(u *engine.Utterance) bool { return u.Speaker != engine.SpeakerPrompt }
