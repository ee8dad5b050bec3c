package engine

import (
	"slices"
	"strings"
)

// judge counts a sentence for the customer's mood.
func (t *turn) judge(s *Session, u *Utterance) {
	if !u.Scored || s.Language != English || len(strings.Fields(u.Text)) < t.Settings.MinWords {
		return
	}
	u.Judged = true
	s.Samples = sample(s.Samples, Sample{u.ID, u.Start, u.Polarity, weigh(len(strings.Fields(u.Text)))})
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
