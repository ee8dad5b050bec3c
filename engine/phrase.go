package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Limits of a phrase and of what it is looked for in.
const (
	maxPlaces   = 16 // words and gaps of a phrase
	maxAlt      = 32 // alternatives of one place
	maxGaps     = 4  // each multiplies the ways to match
	gapWords    = 3  // what "..." stands for
	minStem     = 2  // letters before a *
	negateReach = 3  // words before a phrase in which a "not" is looked for
)

// ParsePhrase reads a pattern of words. Capitals do not matter and apostrophes are
// dropped ("don't" is "dont"). In a pattern
//
//	agent|human           is one of these words
//	(a person|an agent)   is one of these, of a word or more each
//	cancel*               is any word that begins so
//	please?  (right now)? may be missing
//	...                   stands for up to three words of any kind
//
// It returns an error that says what is wrong with it, without its text.
func ParsePhrase(text string) (Phrase, error) {
	places, err := splitPlaces(normal(text))
	if err != nil {
		return Phrase{}, err
	}
	p := Phrase{Text: text}
	for _, place := range places {
		w, err := parsePlace(place)
		if err != nil {
			return Phrase{}, err
		}
		p.Words = append(p.Words, w)
	}
	return p, p.check()
}

// normal returns a text in small letters and without apostrophes.
func normal(text string) string {
	return strings.NewReplacer("'", "", "’", "", "ʼ", "", "…", "...").Replace(strings.ToLower(text))
}

// splitPlaces cuts a pattern at the spaces that are outside of brackets.
func splitPlaces(text string) ([]string, error) {
	var places []string
	inside, begun := false, 0
	cut := func(end int) {
		if end > begun {
			places = append(places, text[begun:end])
		}
		begun = end
	}
	for i, r := range text {
		switch {
		case r == '(' && inside:
			return nil, errors.New("a bracket stands within a bracket: alternatives may not hold others")
		case r == '(':
			if i > begun {
				return nil, errors.New("a bracket follows a word without a space")
			}
			inside = true
		case r == ')' && !inside:
			return nil, errors.New("a bracket is closed that was not opened")
		case r == ')':
			inside = false
		case spaced(r) && !inside:
			cut(i)
			begun = i + len(string(r))
		}
	}
	if inside {
		return nil, errors.New("a bracket is not closed")
	}
	cut(len(text))
	return places, nil
}

func spaced(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '-' }

// parsePlace reads what stands between two spaces.
func parsePlace(place string) (Word, error) {
	if place == "..." {
		return Word{Gap: gapWords}, nil
	}
	if strings.Contains(place, "...") {
		return Word{}, errors.New("the dots of a gap need a space before and after them")
	}
	place, opt := strings.CutSuffix(place, "?")
	if strings.HasPrefix(place, "(") {
		inner, closed := strings.CutSuffix(place[1:], ")")
		if !closed {
			return Word{}, errors.New("after a bracket there may only be a ? and then a space")
		}
		place = inner
	}
	w := Word{Opt: opt}
	for alt := range strings.SplitSeq(place, "|") {
		words := strings.FieldsFunc(alt, spaced)
		if len(words) == 0 {
			return Word{}, errors.New("an alternative is empty")
		}
		for _, word := range words {
			if err := checkWord(word); err != nil {
				return Word{}, err
			}
		}
		w.Alt = append(w.Alt, strings.Join(words, " "))
	}
	return w, nil
}

func checkWord(word string) error {
	stem, _ := strings.CutSuffix(word, "*")
	switch {
	case strings.Contains(stem, "*"):
		return errors.New("a * may stand only at the end of a word")
	case strings.Contains(stem, "?"):
		return errors.New("a ? may stand only at the end of a word, or after a bracket")
	case stem != word && len(stem) < minStem:
		return fmt.Errorf("a * needs at least %d letters before it", minStem)
	case strings.ContainsFunc(stem, func(r rune) bool { return !letter(r) }):
		return errors.New("it holds a sign that is neither a letter nor one of | ? * ( ) and ...")
	}
	return nil
}

// check refuses a phrase that would match nothing, anything or too slowly.
func (p Phrase) check() error {
	gap := func(w Word) bool { return w.Gap > 0 }
	gaps := 0
	for i, w := range p.Words {
		if gap(w) {
			gaps++
		}
		if i > 0 && gap(w) && gap(p.Words[i-1]) {
			return errors.New("two gaps stand side by side")
		}
		if len(w.Alt) > maxAlt {
			return fmt.Errorf("one place has more than %d alternatives", maxAlt)
		}
	}
	switch n := len(p.Words); {
	case n == 0:
		return errors.New("there is no word in it")
	case n > maxPlaces:
		return fmt.Errorf("it is longer than %d words and gaps", maxPlaces)
	case gap(p.Words[0]) || gap(p.Words[n-1]):
		return errors.New("a gap needs a word before it and one after it")
	case gaps > maxGaps:
		return fmt.Errorf("it has more than %d gaps", maxGaps)
	case !slices.ContainsFunc(p.Words, func(w Word) bool { return !gap(w) && !w.Opt }):
		return errors.New("every word of it may be missing")
	}
	return nil
}

// A spoken is one word of a sentence, in small letters and without apostrophes.
type spoken struct {
	text string
	mark bool // a comma, a full stop or the like stands before it
}

// tokens appends the words of a sentence to what it is given. The plain path makes
// nearly no strings of its own: this runs after every event of a call.
func tokens(words []spoken, text string) []spoken {
	if !ascii(text) {
		return foreignTokens(words, text)
	}
	begun, mark, as := -1, false, true // as: the word is written as it is to be
	end := func(i int) {
		if begun >= 0 {
			word := text[begun:i]
			if !as {
				word = strings.ReplaceAll(strings.ToLower(word), "'", "")
			}
			if word != "" {
				words = append(words, spoken{word, mark})
				mark = false
			}
			begun, as = -1, true
		}
	}
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			if begun < 0 {
				begun = i
			}
		case 'A' <= c && c <= 'Z', c == '\'':
			if begun < 0 {
				begun = i
			}
			as = false
		default:
			end(i)
			mark = mark || c != ' ' && strings.IndexByte(",.;:!?", c) >= 0
		}
	}
	end(len(text))
	return words
}

// foreignTokens is tokens for a text with letters beyond ASCII.
func foreignTokens(words []spoken, text string) []spoken {
	var b strings.Builder
	b.Grow(len(text))
	begun, mark := 0, false
	end := func() {
		if b.Len() > begun {
			words = append(words, spoken{b.String()[begun:b.Len()], mark})
			begun, mark = b.Len(), false
		}
	}
	for _, r := range strings.ToLower(text) {
		switch {
		case letter(r):
			b.WriteRune(r)
		case r == '\'' || r == '’' || r == 'ʼ':
		default:
			end()
			mark = mark || strings.ContainsRune(",.;:!?…—–¡¿", r)
		}
	}
	end()
	return words
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// letter reports whether a character is a part of a word. Beyond ASCII all are that
// are not known as a sign: the engine has no tables of scripts.
func letter(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return true
	case r < 0xc0, 0x2000 <= r && r <= 0x206f, 0x3000 <= r && r <= 0x3003, r == 'ʼ', r == 0xfffd:
		return false
	}
	return true
}

// countWords returns how many words a text has, as a listener would count them.
func countWords(text string) int {
	n, within := 0, false
	for i := range len(text) {
		blank := text[i] == ' ' || text[i] == '\t' || text[i] == '\n'
		if !blank && !within {
			n++
		}
		within = !blank
	}
	return n
}

// in reports whether the phrase stands in a sentence. Where a "not" before it counts,
// it must stand there once without one.
func (p *Phrase) in(words []spoken, negated bool) bool {
	begins := p.begins()
	for i := range words {
		if begins&firstLetter(words[i].text) != 0 && match(p.Words, words[i:]) && (negated || !negatedAt(words, i)) {
			return true
		}
	}
	return false
}

// A letters is a set of first letters. Several share a place in it.
type letters uint64

func firstLetter(word string) letters { return 1 << (word[0] & 63) }

func firstLetters(words []spoken) letters {
	var set letters
	for i := range words {
		set |= firstLetter(words[i].text)
	}
	return set
}

// begins returns the letters that the phrase may begin with.
func (p *Phrase) begins() letters {
	if len(p.Words) == 0 {
		return 0
	}
	first := &p.Words[0]
	if first.Opt || first.Gap > 0 {
		return ^letters(0)
	}
	var set letters
	for _, alt := range first.Alt {
		if alt != "" {
			set |= firstLetter(alt)
		}
	}
	return set
}

// match reports whether words begin with the places of a phrase.
func match(places []Word, words []spoken) bool {
	if len(places) == 0 {
		return true
	}
	place := &places[0]
	if place.Gap > 0 {
		for skip := range min(place.Gap, len(words)) + 1 {
			if match(places[1:], words[skip:]) {
				return true
			}
		}
		return false
	}
	for _, alt := range place.Alt {
		if n := begin(alt, words); n > 0 && match(places[1:], words[n:]) {
			return true
		}
	}
	return place.Opt && match(places[1:], words)
}

// begin returns how many words an alternative takes at the beginning, or zero.
func begin(alt string, words []spoken) int {
	if len(words) == 0 || alt == "" || alt[0] != words[0].text[0] {
		return 0 // nearly always: this is what the judge spends its time with
	}
	for n := 1; n <= len(words); n++ {
		head, rest, more := strings.Cut(alt, " ")
		if !same(head, words[n-1].text) {
			return 0
		}
		if !more {
			return n
		}
		alt = rest
	}
	return 0
}

func same(pattern, word string) bool {
	if last := len(pattern) - 1; last >= 0 && pattern[last] == '*' {
		return strings.HasPrefix(word, pattern[:last])
	}
	return pattern == word
}

// negatedAt reports whether a word shortly before, in the same clause, says that it is
// not so. "No" by itself is mostly an answer to us ("no I want a manager"), and a verb
// that is turned round asks ("can't I talk to a person").
func negatedAt(words []spoken, at int) bool {
	reach := negateReach
	for i := at - 1; i >= 0 && reach > 0; i-- {
		next := words[i+1]
		if next.mark || words[i].text == "but" {
			return false
		}
		switch negation(words[i].text) {
		case negates:
			return true
		case negatesUnlessAsked:
			if !slices.Contains([]string{"i", "we", "you", "they"}, next.text) {
				return true
			}
		case negatesNext:
			if i == at-1 || slices.Contains(afterNo, next.text) {
				return true
			}
		case filler:
			continue
		}
		reach--
	}
	return false
}

// afterNo are the words that make a "no" before them part of what is said.
var afterNo = []string{"need", "more", "longer", "reason", "use", "point", "quiero", "necesito", "hace", "me"}

type negationKind uint8

const (
	plain negationKind = iota
	negates
	negatesUnlessAsked
	negatesNext
	filler // stands between a "not" and what it is about, and says nothing
)

func negation(word string) negationKind {
	switch word {
	case "not", "never", "without", "cannot", "nor", "neither", "nunca", "sin", "tampoco", "nicht":
		return negates
	case "dont", "doesnt", "didnt", "wont", "cant", "couldnt", "wouldnt", "shouldnt", "isnt", "arent", "wasnt",
		"werent", "havent", "hasnt", "hadnt":
		return negatesUnlessAsked
	case "no":
		return negatesNext
	case "really", "actually", "even", "necessarily", "just", "ever":
		return filler
	}
	return plain
}
