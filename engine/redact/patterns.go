package redact

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Limits of patterns.
const (
	maxPatterns = 32
	maxPattern  = 256 // bytes
	maxMatches  = 64  // of one pattern in one sentence; past them all the rest is hidden
)

// Patterns are what a house wants hidden beside numbers and codes, in RE2. The zero
// Patterns hide nothing.
type Patterns struct{ all []*regexp.Regexp }

// ParsePatterns reads patterns, one a line; blank lines and those that begin with # are
// left out. It refuses what is no RE2, what matches the empty text, and more than 32.
// The error names every line that is wrong.
func ParsePatterns(text string) (Patterns, error) {
	var p Patterns
	var wrong []error
	number := 0
	for row := range strings.Lines(text) {
		number++
		row = strings.TrimSpace(row)
		if row == "" || row[0] == '#' {
			continue
		}
		x, err := pattern(row)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("line %d: %w", number, err))
			continue
		}
		p.all = append(p.all, x)
	}
	if len(p.all) > maxPatterns {
		wrong = append(wrong, fmt.Errorf("%d patterns, of which %d are taken at most", len(p.all), maxPatterns))
	}
	if err := errors.Join(wrong...); err != nil {
		return Patterns{}, err
	}
	return p, nil
}

func pattern(text string) (*regexp.Regexp, error) {
	if len(text) > maxPattern {
		return nil, fmt.Errorf("is longer than %d bytes", maxPattern)
	}
	x, err := regexp.Compile(text)
	switch {
	case err != nil:
		return nil, err
	case x.MatchString(""):
		return nil, errors.New("matches where there is nothing")
	}
	return x, nil
}

// Len returns how many patterns there are.
func (p Patterns) Len() int { return len(p.all) }

// find appends what the patterns match to a list.
func (p Patterns) find(text string, spans []span) []span {
	for _, x := range p.all {
		found := x.FindAllStringIndex(text, maxMatches)
		for _, m := range found {
			if m[0] < m[1] {
				spans = append(spans, span{start: m[0], end: m[1]})
			}
		}
		if len(found) == maxMatches {
			spans = append(spans, span{start: found[maxMatches-1][0], end: len(text)})
		}
	}
	return spans
}
