package prefs

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"switchboard/engine/typo"
)

const (
	maxMistakes = 100 // told at once
	maxQuoted   = 40  // letters of the file's text in one message
)

// A Mistake is one thing that is wrong in a file, and where.
type Mistake struct {
	File   string
	Line   int // from 1; 0 where it is not known
	Column int // from 1, in letters; 0 where only the line is known
	Text   string
}

// String returns the mistake in one line, as in "console.yaml: line 12, column 5: …".
func (m Mistake) String() string {
	switch {
	case m.Line == 0:
		return fmt.Sprintf("%s: %s", m.File, m.Text)
	case m.Column == 0:
		return fmt.Sprintf("%s: line %d: %s", m.File, m.Line, m.Text)
	}
	return fmt.Sprintf("%s: line %d, column %d: %s", m.File, m.Line, m.Column, m.Text)
}

// Mistakes are everything that is wrong in a file, from its top to its end.
type Mistakes []Mistake

// Error returns a line for each.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// wrong notes a mistake at a node.
func (r *reader) wrong(n *yaml.Node, format string, args ...any) {
	r.add(Mistake{Line: n.Line, Column: n.Column, Text: fmt.Sprintf(format, args...)})
}

func (r *reader) add(m Mistake) {
	m.File = r.file
	if len(r.mistakes) < maxMistakes && !slices.Contains(r.mistakes, m) { // an alias would tell it again
		r.mistakes = append(r.mistakes, m)
	}
}

// done returns what was found, from the top of the file to its end.
func (r *reader) done() error {
	if len(r.mistakes) == 0 {
		return nil
	}
	slices.SortStableFunc(r.mistakes, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return r.mistakes
}

// shown names what stands at a node, for a message.
func shown(n *yaml.Node) string {
	switch n = follow(n); {
	case n.Kind == yaml.MappingNode:
		return "keys with values"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Value == "" || n.Tag == "!!null":
		return "nothing"
	}
	return quoted(n.Value)
}

// quoted returns a text of the file, cut and made harmless.
func quoted(text string) string {
	if letters := []rune(text); len(letters) > maxQuoted {
		text = string(letters[:maxQuoted-1]) + "…"
	}
	return strconv.Quote(text)
}

// orList joins words as in "dark or light".
func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// meant says which of the words was probably meant or, where none is near, what the
// words are.
func meant(word string, words []string) string {
	if best, ok := nearest(word, words); ok {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "possible are: " + strings.Join(words, ", ")
}

// perhaps returns "; did you mean …" where one of the words is near.
func perhaps(word string, words []string) string {
	if best, ok := nearest(word, words); ok {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return ""
}

// nearest returns the word that a typing mistake or two made into another.
func nearest(word string, words []string) (best string, ok bool) {
	if len(word) > maxName {
		return "", false
	}
	word = strings.ToLower(word)
	least := min(2, len(word)/2) + 1
	for _, w := range words {
		if d := typo.Distance(word, w); d < least {
			best, least = w, d
		}
	}
	return best, best != ""
}
