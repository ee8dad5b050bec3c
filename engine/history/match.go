package history

import (
	"cmp"
	"slices"
	"strings"

	"switchboard/engine"
)

// matches returns the sentences in which words of the query were said, and how many there
// are. Of many it takes those with the most of the words, and then the first.
func (q Query) matches(lines []engine.Utterance, most int) ([]Match, int) {
	type hit struct {
		Match
		kinds int // of the query's phrases that stand in it
	}
	var hits []hit
	for i := range lines {
		if !searched(&lines[i]) {
			continue
		}
		if marks, kinds := q.marks(lines[i].Text); kinds > 0 {
			hits = append(hits, hit{Match{i, marks}, kinds})
		}
	}
	n := len(hits)
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.kinds, a.kinds) })
	hits = hits[:min(n, max(most, 0))]
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Compare(a.Line, b.Line) })
	var all []Match
	for _, h := range hits {
		all = append(all, h.Match)
	}
	return all, n
}

// Marks returns where words of the query stand in a text, in order and apart from one another.
func (q Query) Marks(text string) []Mark {
	marks, _ := q.marks(text)
	return marks
}

func (q Query) marks(text string) (marks []Mark, kinds int) {
	if len(q.words) == 0 {
		return nil, 0
	}
	words := wordsOf(text)
	for _, p := range q.words {
		if p.not {
			continue
		}
		stands := false
		for i := range words {
			if p.at(words[i:]) {
				stands = true
				marks = append(marks, Mark{words[i].from, words[i+len(p.words)-1].to})
			}
		}
		if stands {
			kinds++
		}
	}
	return joined(marks), kinds
}

// at reports whether words begin with the phrase.
func (p phrase) at(words []word) bool {
	if len(words) < len(p.words) {
		return false
	}
	for i, want := range p.words {
		got := words[i].folded
		if got != want && !(p.prefix && i == len(p.words)-1 && strings.HasPrefix(got, want)) {
			return false
		}
	}
	return true
}

// joined sorts marks and joins those that overlap.
func joined(marks []Mark) []Mark {
	slices.SortFunc(marks, func(a, b Mark) int { return cmp.Compare(a.From, b.From) })
	var all []Mark
	for _, m := range marks {
		if n := len(all); n > 0 && m.From <= all[n-1].To {
			all[n-1].To = max(all[n-1].To, m.To)
			continue
		}
		all = append(all, m)
	}
	return all
}
