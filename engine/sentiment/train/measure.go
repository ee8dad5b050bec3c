package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"switchboard/engine"
	"switchboard/engine/sentiment"
)

// limit is the polarity at or below which the default policy counts a sentence as
// negative.
const limit engine.Polarity = -300

// A judged sentence has got its score from weights that have not seen its trade.
type judged struct {
	sentence
	score sentiment.Score
}

// A heldOut is one trade, scored by what the others teach.
type heldOut struct {
	trade     string
	sentences []judged
}

// figures are those of all trades, each held out.
type figures []heldOut

// holdOut scores each of the first trades with weights learnt from all others.
func holdOut(trades []trade, first int) (figures, error) {
	all := make(figures, first)
	errs := make([]error, first)
	var done sync.WaitGroup
	for i := range all {
		done.Go(func() { all[i], errs[i] = holdOutOne(trades, i) })
	}
	done.Wait()
	return all, errors.Join(errs...)
}

// holdOutOne scores one trade. A sentence that another trade has as well is left out:
// it would be no test.
func holdOutOne(trades []trade, out int) (heldOut, error) {
	others := slices.Delete(slices.Clone(trades), out, out+1)
	w, err := sentiment.ReadWeights(learn(others))
	if err != nil {
		return heldOut{}, err
	}
	known := map[string]bool{}
	for _, o := range others {
		for _, s := range o.sentences {
			known[plain(s.text)] = true
		}
	}
	h := heldOut{trade: trades[out].name}
	for _, s := range trades[out].sentences {
		if !known[plain(s.text)] {
			h.sentences = append(h.sentences, judged{s, w.Of(s.text)})
		}
	}
	return h, nil
}

// plain is a text without what two writings of a sentence differ in.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), " ")
}

// auc returns how often a negative sentence scores lower than one that is not, where
// score gives the score of each. A tie counts half.
func auc(all []judged, score func(judged) float64) float64 {
	type scored struct {
		value float64
		is    bool
	}
	ranked := make([]scored, len(all))
	for i, j := range all {
		ranked[i] = scored{-score(j), j.mood == negative}
	}
	slices.SortFunc(ranked, func(a, b scored) int { return cmp.Compare(a.value, b.value) })
	ranks, yes := 0.0, 0.0
	for i := 0; i < len(ranked); {
		j := i
		for j < len(ranked) && ranked[j].value == ranked[i].value {
			j++
		}
		for _, r := range ranked[i:j] {
			if r.is {
				ranks += float64(i+j+1) / 2
				yes++
			}
		}
		i = j
	}
	no := float64(len(ranked)) - yes
	return (ranks - yes*(yes+1)/2) / (yes * no)
}

func ours(j judged) float64 { return float64(j.score.Polarity) }

// at returns how many of the sentences that are taken for negative are, and how many of
// those that are, are taken so.
func at(all []judged, taken func(judged) bool) (precision, recall float64) {
	var right, took, are float64
	for _, j := range all {
		if taken(j) {
			took++
		}
		if j.mood == negative {
			are++
		}
		if taken(j) && j.mood == negative {
			right++
		}
	}
	return right / max(took, 1), right / max(are, 1)
}

func atLimit(j judged) bool { return j.score.Scored && j.score.Polarity <= limit }

// pooled returns the sentences of all trades.
func (f figures) pooled() []judged {
	var all []judged
	for _, h := range f {
		all = append(all, h.sentences...)
	}
	return all
}

// String returns the figures as a table.
func (f figures) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-14s %9s %6s %10s %7s\n", "held out", "sentences", "AUC", "precision", "recall")
	line := func(name string, all []judged) {
		precision, recall := at(all, atLimit)
		fmt.Fprintf(&b, "%-14s %9d %6.3f %10.2f %7.2f\n", name, len(all), auc(all, ours), precision, recall)
	}
	for _, h := range f {
		line(h.trade, h.sentences)
	}
	line("all", f.pooled())
	return b.String()
}
