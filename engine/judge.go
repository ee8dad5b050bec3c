package engine

import (
	"slices"
)

// A moodFinding is what a rule saw when it fired.
type moodFinding struct {
	Samples []Sample // the sentences at or below the limit, the oldest first
	Of      int      // how many were looked at
}

// Judge reports whether the rule fires on what the customer has said, and with what
// evidence. It orders nothing. Samples are in the order they were said.
func (r MoodRule) Judge(samples []Sample) (moodFinding, bool) {
	if r.Count <= 0 {
		return moodFinding{}, false
	}
	last := samples[max(0, len(samples)-r.Of):]
	var low []Sample
	for _, s := range last {
		if s.Polarity <= r.Below {
			low = append(low, s)
		}
	}
	return moodFinding{low, len(last)}, len(low) >= r.Count
}

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

// judge counts a sentence for the customer's mood and brings an operator when the
// rule fires: once a call, and never while one is there or on his way.
func (t *turn) judge(s *Session, u *Utterance) {
	if !t.count(s, u) {
		return
	}
	if s.AutoSpent || s.Feed.Late || s.operatorOn() || s.Transfer.Under() || s.Phase != PhaseTalking || s.Conference == "" || s.Ending != "" {
		return
	}
	finding, fires := t.Settings.Rule.Judge(s.Samples)
	if !fires {
		return
	}
	if t.freeOperator(s) == "" {
		if s.Alarm.At.IsZero() {
			t.alarm(s, finding)
			t.note(s, NoteTrouble, "no operator is free: one is called with the next such sentence, once one is")
		}
		return
	}
	s.AutoSpent = true
	t.alarm(s, finding)
	t.startTransfer(s, Transfer{Cause: CauseMood})
}

// alarm keeps what a rule saw when it fired.
func (t *turn) alarm(s *Session, finding moodFinding) {
	m, _ := s.Mood(t.now)
	s.Alarm = Alarm{
		Rule: "mood", At: t.now, Samples: finding.Samples, Count: t.Settings.Rule.Count, Of: finding.Of,
		Below: t.Settings.Rule.Below, Mood: m,
	}
	t.note(s, NoteFact, "mood rule fired: %d of the last %d sentences at or below %s",
		len(finding.Samples), finding.Of, t.Settings.Rule.Below)
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
