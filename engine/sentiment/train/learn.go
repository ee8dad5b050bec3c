package main

import (
	"math"
	"slices"
	"strings"

	"switchboard/engine/sentiment"
)

// What is learnt, and how. Found by leaving each trade out in turn; a wide range of each
// is about as good.
const (
	leastSentences = 2    // a feature is in so many sentences
	leastTrades    = 2    // of so many trades, for what one trade alone says is its nouns
	ridge          = 2.0  // how strongly a weight is held near zero
	ridgeOfClasses = 0.3  // for what stands for many words, and so can be trusted more
	rounds         = 60   // at most
	settled        = 1e-4 // a round that moves no weight by more is the last
	partsOfUnit    = 64   // weights are written in these
)

// learn returns the text of the weights that sentences teach.
func learn(trades []trade) string {
	names, rows := table(trades)
	held := make([]float64, len(names))
	for i, name := range names {
		held[i] = ridgeOf(name)
	}
	n, biasN := fit(rows, negative, held)
	p, biasP := fit(rows, positive, held)
	var all []sentiment.Feature
	for i, name := range names {
		if w := (sentiment.Weight{Negative: whole(n[i]), Positive: whole(p[i])}); w != (sentiment.Weight{}) {
			all = append(all, sentiment.Feature{Name: name, Weight: w})
		}
	}
	return sentiment.WriteWeights(sentiment.Weight{Negative: whole(biasN), Positive: whole(biasP)}, all)
}

// whole rounds so coarsely that the last bits of a float, in which processors might
// differ, are gone.
func whole(w float64) int32 { return int32(math.Round(w * partsOfUnit)) }

// ridgeOf returns how strongly the weight of a feature is held near zero.
func ridgeOf(name string) float64 {
	if strings.HasPrefix(name, "@") || strings.HasPrefix(strings.TrimPrefix(name, "!"), "=") && !strings.ContainsAny(name, "_*") {
		return ridgeOfClasses
	}
	return ridge
}

// A row is one sentence to learn from.
type row struct {
	mood mood
	has  []int32 // its features
}

// table returns the features that are worth learning, by name, and which sentence has
// which.
func table(trades []trade) (names []string, rows []row) {
	type seen struct {
		sentences, trades, last int
	}
	all := map[string]*seen{}
	var features [][]string
	for i, t := range trades {
		for _, s := range t.sentences {
			has := featuresOf(s.text)
			features = append(features, has)
			rows = append(rows, row{mood: s.mood})
			for _, name := range has {
				f := all[name]
				if f == nil {
					f = &seen{last: -1}
					all[name] = f
				}
				f.sentences++
				if f.last != i {
					f.last = i
					f.trades++
				}
			}
		}
	}
	for name, f := range all {
		if f.sentences >= leastSentences && f.trades >= leastTrades {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	number := make(map[string]int32, len(names))
	for i, name := range names {
		number[name] = int32(i)
	}
	for i, has := range features {
		for _, name := range has {
			if n, ok := number[name]; ok {
				rows[i].has = append(rows[i].has, n)
			}
		}
	}
	return names, rows
}

// featuresOf returns the features of a text, each once.
func featuresOf(text string) []string {
	var all []string
	sentiment.Features(text, func(name []byte) { all = append(all, string(name)) })
	slices.Sort(all)
	return slices.Compact(all)
}
