// Package sentiment says how negative a sentence is that a customer says on a support
// line, in the process and without asking anybody.
//
// It is a logistic regression over words, pairs of words and a small lexicon, learnt
// from the sentences in testdata/sentiment by the command in train (`make train`). The
// weights are integers in one embedded file, so that every machine finds the same.
// Flags (asks for a person, threatens to leave, danger) are found by patterns of their own.
//
// It knows English. Of a text in which it knows hardly a word it says nothing.
package sentiment

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"switchboard/engine"
)

// Source is the name of this scorer, by which a policy may give it limits of its own.
const Source = "local"

// A Score is what a sentence came to.
type Score struct {
	Scored   bool            // false: too little of it is known, which is not the same as calm
	Polarity engine.Polarity // from -1000 to 1000; zero where it is not scored
	Flags    engine.Flags    // also where it is not scored
}

// Of scores a sentence. Any text may be given; what is beyond the first 2,048 bytes or
// 96 words is left out of account. It may be called by many at once.
func Of(text string) Score {
	s := spare.Get().(*scorer)
	defer spare.Put(s)
	return s.score(shipped(), text, nil)
}

// A Reason is a feature of a sentence and how it bears on the score.
type Reason struct {
	Feature string // as a reader may see it
	Weight  int    // below zero: towards negative; in 64ths of the logarithm of the odds
}

// Why scores a sentence and returns what weighed most in it, the heaviest first.
func Why(text string, most int) (Score, []Reason) {
	var s scorer
	var all []Reason
	score := s.score(shipped(), text, func(name string, w Weight) {
		if weight := int(w.Positive/2 - w.Negative); weight != 0 {
			all = append(all, Reason{readable(name), weight})
		}
	})
	slices.SortFunc(all, func(a, b Reason) int {
		return cmp.Or(abs(b.Weight)-abs(a.Weight), strings.Compare(a.Feature, b.Feature))
	})
	return score, all[:min(len(all), max(most, 0))]
}

func abs(n int) int { return max(n, -n) }

// Features calls each with the name of every feature of a text, for learning. A name may
// come twice, and is good until each returns.
func Features(text string, each func(name []byte)) {
	var s scorer
	s.sentence.read(text)
	s.features.each = each
	s.features.of(&s.sentence)
}

// A scorer is what one sentence is scored with. It is used again.
type scorer struct {
	sentence sentence
	features features
	seen     [maxFeatures / 64]uint64
}

var spare = sync.Pool{New: func() any { return new(scorer) }}

// score tells why, where that is given, of each feature that counts.
func (s *scorer) score(w *Weights, text string, why func(name string, w Weight)) Score {
	s.sentence.read(text)
	score := Score{Flags: s.sentence.flagsOf(text[:min(len(text), maxText)])}
	sum := s.sum(w, why)
	if s.sentence.understood(w) {
		score.Scored, score.Polarity = true, sum.polarity()
	}
	return score
}

// sum adds the weights of a sentence's features, each once.
func (s *scorer) sum(w *Weights, why func(name string, w Weight)) Weight {
	clear(s.seen[:])
	sum := w.bias
	s.features.each = func(name []byte) {
		i, ok := w.index[string(name)]
		if !ok || s.seen[i/64]&(1<<(i%64)) != 0 {
			return
		}
		s.seen[i/64] |= 1 << (i % 64)
		sum.Negative += w.items[i].Negative
		sum.Positive += w.items[i].Positive
		if why != nil {
			why(string(name), w.items[i])
		}
	}
	s.features.of(&s.sentence)
	return sum
}

// polarity makes one number of two. Negative is stretched so that an even chance comes
// out well within the neutral; positive counts only as far as nothing is negative, for
// sarcasm is made of praise.
func (w Weight) polarity() engine.Polarity {
	negative := int(chance((w.Negative - unsure) * 5 / 8))
	positive := int(chance(w.Positive))
	calm := 1000 - negative
	return engine.Polarity(positive*positive/1000*calm/1000*calm/1000 - negative)
}

// unsure is the sum at which a sentence is neither negative nor not, in 64ths.
const unsure = 104

// chances are 1000/(1+e^-x) for x = 0, 1/4, 1/2, … 8.
var chances = [33]int32{
	500, 562, 622, 679, 731, 777, 818, 852, 881, 905, 924, 940, 953, 963, 971, 977, 982,
	986, 989, 991, 993, 995, 996, 997, 998, 998, 998, 999, 999, 999, 999, 1000, 1000,
}

// chance returns the logistic of a sum of 64ths, in thousandths.
func chance(sum int32) int32 {
	if sum < 0 {
		return 1000 - chance(-sum)
	}
	const step = unit / 4
	i := sum / step
	if i >= int32(len(chances)-1) {
		return 1000
	}
	return chances[i] + (chances[i+1]-chances[i])*(sum%step)/step
}

// understood reports whether enough of a sentence is known to judge it.
func (s *sentence) understood(w *Weights) bool {
	if len(s.words) == 0 || s.foreign >= 2 && s.foreign*4 >= len(s.words) {
		return false
	}
	known := 0
	for i := range s.words {
		if _, ok := w.index[string(s.words[i].text)]; ok || s.words[i].class != "" {
			known++
		}
	}
	return known*2 >= len(s.words)
}

// readable writes a feature's name as a reader may see it.
func readable(name string) string {
	return strings.NewReplacer("^_", "at the beginning: ", "_$", " (at the end)", "_", " ", "!=", "not … <", "!", "not … ",
		"=", "<", "~", "", "@", "").Replace(name)
}
