// Package filter is the small language by which a supervisor chooses calls:
//
//	state:hold,blind mood<-.2 with:ida !is:mine "two words"
//
// A filter is terms, all of which a call must match. A term is a key with words or with a
// number, or words alone; terms joined by | or by "or" are alternatives; ! before one turns
// it round. Case and accents do not matter. What there is to be typed stands in one table,
// [Keys], which the parser, the completion and the help are made from.
//
// The package knows nothing of calls: whoever filters says by a [Subject] what a call has.
package filter

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A Subject is what a filter is asked about: one call.
type Subject interface {
	// Words yields what a call has under a key of words, as it is shown. Under [KeyWords]
	// it yields all that words without a key look in.
	Words(Key) iter.Seq[string]

	// Figure returns what a call has under a key of numbers, in the key's unit, and
	// whether it has any: a call that nobody has judged has no mood.
	Figure(Key) (int, bool)
}

// A Filter says which calls are shown. The zero Filter lets every call through. Two that
// were made of the same words are equal by [reflect.DeepEqual].
type Filter struct{ terms []term }

// A term is alternatives, one of which must match.
type term []test

// A test is one question about a call.
type test struct {
	not    bool
	key    Key
	is     compare  // of a key of numbers
	figure int      // … and with what
	typed  []string // of a key of words: one of them must be there
	folded []string // the same, to be compared
	closed []string // of a key whose words are known: those that are meant
}

// A compare is how a number is compared.
type compare uint8

const (
	compareNone compare = iota // of a key of words
	compareLess
	compareAtMost
	compareMore
	compareAtLeast
	compareSame
)

func (c compare) String() string {
	switch c {
	case compareNone:
		return ":"
	case compareLess:
		return "<"
	case compareAtMost:
		return "<="
	case compareMore:
		return ">"
	case compareAtLeast:
		return ">="
	case compareSame:
		return "="
	}
	panic("filter: a comparison without a sign")
}

// Empty reports whether the filter lets every call through.
func (f Filter) Empty() bool { return len(f.terms) == 0 }

// Asks reports whether the filter has a term with a key.
func (f Filter) Asks(k Key) bool {
	return slices.ContainsFunc(f.terms, func(t term) bool {
		return slices.ContainsFunc(t, func(a test) bool { return a.key == k })
	})
}

// Match reports whether a call is let through.
func (f Filter) Match(s Subject) bool {
	for _, t := range f.terms {
		if !t.match(s) {
			return false
		}
	}
	return true
}

func (t term) match(s Subject) bool {
	for i := range t {
		if t[i].match(s) != t[i].not {
			return true
		}
	}
	return false
}

func (a *test) match(s Subject) bool {
	if a.is != compareNone {
		n, known := s.Figure(a.key)
		return known && a.holds(n)
	}
	found := false
	s.Words(a.key)(func(word string) bool {
		found = a.meets(word)
		return !found
	})
	return found
}

// meets reports whether something that a call has is one of what is looked for.
func (a *test) meets(word string) bool {
	if a.closed != nil {
		return slices.Contains(a.closed, word)
	}
	word = Fold(word)
	for _, part := range a.folded {
		if strings.Contains(word, part) {
			return true
		}
		if digits := bare(part); digits != "" && strings.Contains(bare(word), digits) {
			return true
		}
	}
	return false
}

// bare is a number without what people group it by, or nothing where it is no number.
func bare(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !isDigit(r) && !strings.ContainsRune("+-() ./", r) }) {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if isDigit(r) {
			return r
		}
		return -1
	}, s)
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func (a *test) holds(n int) bool {
	switch a.is {
	case compareLess:
		return n < a.figure
	case compareAtMost:
		return n <= a.figure
	case compareMore:
		return n > a.figure
	case compareAtLeast:
		return n >= a.figure
	case compareSame:
		return n == a.figure
	case compareNone:
	}
	panic("filter: a number that is not compared")
}

// String writes the filter so that [Parse] makes the same of it.
func (f Filter) String() string {
	terms := make([]string, len(f.terms))
	for i, t := range f.terms {
		tests := make([]string, len(t))
		for j := range t {
			tests[j] = t[j].String()
		}
		terms[i] = strings.Join(tests, "|")
	}
	return strings.Join(terms, " ")
}

func (a *test) String() string {
	var b strings.Builder
	if a.not {
		b.WriteByte('!')
	}
	if a.key != KeyWords {
		b.WriteString(a.key.String())
		b.WriteString(a.is.String())
	}
	if a.is != compareNone {
		b.WriteString(entryOf(a.key).write(a.figure))
		return b.String()
	}
	for i, word := range a.typed {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quoted(word))
	}
	return b.String()
}

// quoted puts a word into quotes where it would be read otherwise.
func quoted(word string) string {
	plain := !strings.EqualFold(word, "or") && !strings.ContainsFunc(word, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("+-._'@#/()?&", r)
	})
	if plain {
		return word
	}
	return `"` + word + `"`
}

// hundredths writes a mood as the screen does, with a plain minus: -.2, .25, 0, 1.
func hundredths(n int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	whole, rest := n/100, strconv.Itoa(n%100)
	if n%100 < 10 {
		rest = "0" + rest
	}
	rest = strings.TrimRight(rest, "0")
	switch {
	case rest == "":
		return sign + strconv.Itoa(whole)
	case whole == 0:
		return sign + "." + rest
	}
	return sign + strconv.Itoa(whole) + "." + rest
}

// lasting writes seconds as people do: 90s, 5m, 1h30m.
func lasting(n int) string {
	if n == 0 {
		return "0s"
	}
	text := ""
	for _, part := range []struct {
		every int
		unit  string
	}{{3600, "h"}, {60, "m"}, {1, "s"}} {
		if n >= part.every {
			text += strconv.Itoa(n/part.every) + part.unit
			n %= part.every
		}
	}
	return text
}
