package engine

import (
	"slices"
)

// count takes a sentence into the customer's mood, and reports whether it counts.
func (t *turn) count(s *Session, u *Utterance) bool {
	words := countWords(u.Text)
	if !u.Scored || s.Language != English || words < t.Settings.MinWords {
		return false
	}
	u.Judged = true
	s.Samples = sample(s.Samples, Sample{u.ID, u.Start, u.Polarity, weigh(words, u.Confidence)})
	return true
}

// sample returns the samples with one more, or one changed, in the order they were
// said.
func sample(samples []Sample, add Sample) []Sample {
	samples = slices.DeleteFunc(slices.Clone(samples), func(s Sample) bool { return s.Utterance == add.Utterance })
	i, _ := slices.BinarySearchFunc(samples, add, func(a, b Sample) int {
		if a.At.After(b.At) {
			return 1
		}
		return -1
	})
	samples = slices.Insert(samples, i, add)
	return samples[max(0, len(samples)-maxJudged):]
}
