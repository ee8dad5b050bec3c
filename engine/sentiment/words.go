package sentiment

import (
	"unicode"
	"unicode/utf8"
)

// Limits of what is looked at. What is said beyond them changes nothing.
const (
	maxText  = 2048 // bytes
	maxWords = 96
	maxWord  = 24 // bytes: what is longer is cut
)

// A word is one word of a sentence as the scorer takes it.
type word struct {
	text  []byte // in small letters, without apostrophes, numbers as "#", letters as "&"
	class string // of the lexicon; empty: none
	mark  bool   // a comma, a full stop or the like stands before it
	not   bool   // a "not" shortly before it turns it round
}

// A sentence is a text cut into words. It can be used again, which saves making it anew.
type sentence struct {
	text    []byte // what the words are parts of
	words   []word
	asks    bool // it holds a question mark
	shouts  bool // it holds an exclamation mark
	foreign int  // words that are surely not English
}

// read cuts a text into words.
func (s *sentence) read(text string) {
	if len(text) > maxText {
		text = text[:maxText]
	}
	*s = sentence{text: s.text[:0], words: s.words[:0]}
	begun, mark := 0, false
	end := func() {
		if len(s.text) > begun {
			if s.add(s.text[begun:min(len(s.text), begun+maxWord)], mark) {
				mark = false
			}
			begun = len(s.text)
		}
	}
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		i += size
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			s.text = append(s.text, byte(r))
		case 'A' <= r && r <= 'Z':
			s.text = append(s.text, byte(r)+'a'-'A')
		case r == '\'', r == '’', r == 'ʼ', r == '‘', r == '`':
		case r >= utf8.RuneSelf && r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)):
			s.text = utf8.AppendRune(s.text, unicode.ToLower(r))
		default:
			end()
			switch r {
			case '?':
				s.asks, mark = true, true
			case '!':
				s.shouts, mark = true, true
			case ',', '.', ';', ':', '…', '—', '–':
				mark = true
			}
		}
	}
	end()
	s.turn()
}

// add appends a word as it is taken, and reports whether it is taken at all.
func (s *sentence) add(raw []byte, mark bool) bool {
	if len(s.words) == maxWords {
		return false
	}
	w := word{mark: mark}
	if e, ok := lexicon[string(raw)]; ok {
		if e.dropped {
			return false
		}
		w.text, w.class = e.as, e.class
		if e.foreign {
			s.foreign++
		}
	} else if isNumber(raw) {
		w.text, w.class = number, "#"
	} else if len(raw) == 1 && raw[0] != 'a' {
		w.text, w.class = spelt, "&"
	} else {
		w.text = raw
	}
	s.words = append(s.words, w)
	return true
}

var (
	number = []byte("#")
	spelt  = []byte("&")
)

// isNumber reports whether a word begins with a digit: 40, 3rd, 12am.
func isNumber(raw []byte) bool { return '0' <= raw[0] && raw[0] <= '9' }

// notReach is how many words a "not" turns round.
const notReach = 3

// turn finds the words that a "not" turns round.
func (s *sentence) turn() {
	left := 0
	for i := range s.words {
		w := &s.words[i]
		if w.mark || string(w.text) == "but" {
			left = 0
		}
		if w.class == "not" {
			left = notReach
			continue
		}
		if left > 0 {
			w.not = true
			left--
		}
	}
}
