package export

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameMark stands for a part of a name.
const nameMark = "[name]"

// Of a name's part, how many letters it has at least that is hidden: in any case, and where
// it begins in a capital letter.
const (
	leastWord    = 3
	leastCapital = 2
)

// Words that are names, or stand in a caller's name, and are said as often without being
// one: these are hidden where they do not begin in a small letter.
var alsoWords = words(`will may mark art bill frank jack june august april grace hope joy rose rich dean grant
	guy miles pat rob sue drew ray dawn eve faith iris ivy penny max chance chase cliff dale duke earl gene hunter
	josh lance major mason merit norm pierce reed rusty sky skip summer ward wade young white black brown green
	gray grey king long short low love good best bell cook baker banks bush case church cross day field fields
	fish fox gold hall hand hill home house land lane law little marsh moon moore more near new north parker price
	right rivers small south stone street strong swift the town trade wall waters way west wise wood woods work
	sol luz paz flor gil dos sin con los las del mar para
	and for inc ltd llc wireless cell caller phone number name private unknown customer operator desk support line
	service services office company hotel bank care supervisor sales help`)

func words(list string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(list) {
		all[w] = true
	}
	return all
}

// A word of a text, in bytes.
type word struct{ start, end int }

// inWord reports whether a rune is of a word.
func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) }

// wordsIn returns where the words of a text stand.
func wordsIn(text string) []word {
	var all []word
	start := -1
	for i, r := range text {
		switch {
		case inWord(r) && start < 0:
			start = i
		case !inWord(r) && start >= 0:
			all = append(all, word{start, i})
			start = -1
		}
	}
	if start >= 0 {
		all = append(all, word{start, len(text)})
	}
	return all
}

func wordsOf(text string) []string {
	var all []string
	for _, w := range wordsIn(text) {
		all = append(all, text[w.start:w.end])
	}
	return all
}

// withoutNames returns a text without the names that are known, whole or in part.
func (h *hider) withoutNames(text string, keep func(string) string) string {
	words := wordsIn(text)
	var b strings.Builder
	from := 0
	for i := 0; i < len(words); {
		n, stands := h.nameAt(text, words[i:])
		if n == 0 {
			i++
			continue
		}
		b.WriteString(text[from:words[i].start])
		b.WriteString(keep(stands))
		from = words[i+n-1].end
		i += n
	}
	b.WriteString(text[from:])
	return b.String()
}

// nameAt returns how many of the words, from the first, are a name, and what stands for it.
func (h *hider) nameAt(text string, words []word) (int, string) {
	for _, name := range h.names {
		if len(name.words) == 1 && !hides(name.words[0], text[words[0].start:words[0].end]) {
			continue
		}
		if begins(text, words, name.words) {
			return len(name.words), name.stands
		}
	}
	one := text[words[0].start:words[0].end]
	for _, name := range h.names {
		for _, part := range name.words {
			if !name.whole && hides(part, one) {
				return 1, nameMark
			}
		}
	}
	return 0, ""
}

// hides reports whether a word that stands alone is a name's part.
func hides(part, one string) bool {
	if !strings.EqualFold(part, one) {
		return false
	}
	letters := utf8.RuneCountInString(part)
	if letters >= leastWord && !alsoWords[strings.ToLower(part)] {
		return true
	}
	first, _ := utf8.DecodeRuneInString(one)
	return letters >= leastCapital && !unicode.IsLower(first)
}

// begins reports whether words begin with those of a name.
func begins(text string, words []word, name []string) bool {
	if len(words) < len(name) {
		return false
	}
	for i, part := range name {
		if !strings.EqualFold(part, text[words[i].start:words[i].end]) {
			return false
		}
	}
	return true
}
