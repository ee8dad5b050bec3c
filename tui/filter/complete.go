package filter

import (
	"slices"
	"strings"
)

// An Offer is one way in which what is typed may go on.
type Offer struct {
	Word string // the key or the word that is offered
	Text string // all that is typed, once it is taken
}

// Complete offers how a text may go on at its end: the keys that begin as its last word
// does, or the words that fit a key. open gives the words of keys that know no closed set:
// whoever is on the calls, the rules, the groups. It may be nil.
func Complete(text string, open func(Key) []string) []Offer {
	from, last := lastToken(text)
	head := text[:from]
	for len(last) > 0 && last[0].r == '!' && !last[0].quoted {
		head, last = head+"!", last[1:]
	}
	name, after, keyed := splitKey(last)
	if !keyed {
		return offerKeys(head, last)
	}
	e, known := keyOf(name)
	if !known || e.numeric() {
		return nil
	}
	_, values := comparison(after)
	list := parts(values, true)
	head += name + ":"
	for _, part := range list[:len(list)-1] {
		head += quoted(spell(part)) + ","
	}
	return offerWords(head, spell(list[len(list)-1]), wordsOf(e, open))
}

// lastToken returns where the last token of a text begins, and its letters: none where the
// text ends between two.
func lastToken(text string) (from int, letters []letter) {
	all := tokens(text)
	if len(all) == 0 || all[len(all)-1].or || all[len(all)-1].to < len(text) {
		return len(text), nil
	}
	last := all[len(all)-1]
	return last.from, last.letters
}

func offerKeys(head string, typed []letter) []Offer {
	if slices.ContainsFunc(typed, func(l letter) bool { return l.quoted }) {
		return nil
	}
	begin := strings.ToLower(spell(typed))
	var offers []Offer
	for _, e := range Keys() {
		if e.Name == "" || !strings.HasPrefix(e.Name, begin) {
			continue
		}
		word := e.Name + ":"
		if e.numeric() {
			word = e.Name + "<"
		}
		offers = append(offers, Offer{word, head + word})
	}
	return offers
}

func wordsOf(e *Entry, open func(Key) []string) []string {
	if e.Closed != nil {
		words := make([]string, len(e.Closed))
		for i, w := range e.Closed {
			words[i] = w.Word
		}
		return words
	}
	if open == nil {
		return nil
	}
	return open(e.Key)
}

// offerWords offers the words that begin as what is typed first, then those that have it
// anywhere.
func offerWords(head, typed string, words []string) []Offer {
	begin := Fold(typed)
	var first, then []Offer
	for _, word := range words {
		offer := Offer{word, head + quoted(word)}
		switch folded := Fold(word); {
		case strings.HasPrefix(folded, begin):
			first = append(first, offer)
		case strings.Contains(folded, begin):
			then = append(then, offer)
		}
	}
	return append(first, then...)
}
