package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jonreiter/govader"

	"switchboard/engine"
	"switchboard/engine/recording"
	"switchboard/engine/sentiment"
	"switchboard/testdata"
)

func committed(t testing.TB) []trade {
	t.Helper()
	trades, err := readTrades(filepath.Join("..", "..", "..", "testdata", "sentiment"))
	if err != nil {
		t.Fatal(err)
	}
	return trades
}

// "make train reproduces the weights byte for byte."
func TestTheWeightsAreWhatTrainingGives(t *testing.T) {
	want, err := os.ReadFile(filepath.Join("..", "weights.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if got := learn(committed(t)); got != string(want) {
		t.Error("the sentences teach other weights than those in engine/sentiment/weights.txt: run make train")
	}
	if len(want) > 200_000 {
		t.Errorf("the weights are %d bytes long, want at most 200,000", len(want))
	}
}

// What the scorer reached when it was last trained, less a little. The sentences in
// general.tsv are the hard ones of every trade: calm with hard words, short, or without
// anything to tell by.
const (
	leastAUC        = 0.92  // of all that were held out
	leastOfTrade    = 0.925 // of a trade
	leastOfGeneral  = 0.77
	leastGap        = 0.20 // above govader
	leastPrecision  = 0.85 // at the limit of the default policy
	leastRecall     = 0.72
	leastOnRecorded = 0.82 // AUC on the recorded callers of the demo, which are not learnt from
)

// "Leave-one-trade-out AUC of 0.85 or more on our own sentences and 0.10 above govader
// in the same test."
func TestATradeThatWasNotLearntIsScoredWell(t *testing.T) {
	trades := committed(t)
	first := len(trades)
	if testing.Short() {
		first = 1
	}
	all, err := holdOut(trades, first)
	if err != nil {
		t.Fatal(err)
	}
	vader := newVader()
	t.Logf("%-12s %9s %6s %8s", "held out", "sentences", "ours", "govader")
	for _, h := range all {
		us, them := auc(h.sentences, ours), auc(h.sentences, vader.score)
		t.Logf("%-12s %9d %6.3f %8.3f", h.trade, len(h.sentences), us, them)
		least := leastOfTrade
		if h.trade == "general" {
			least = leastOfGeneral
		}
		if us < least {
			t.Errorf("%s: AUC %.3f, want at least %.2f", h.trade, us, least)
		}
	}
	pooled := all.pooled()
	us, them := auc(pooled, ours), auc(pooled, vader.score)
	precision, recall := at(pooled, atLimit)
	vp, vr := at(pooled, func(j judged) bool { return vader.score(j) <= float64(limit)/1000 })
	t.Logf("%-12s %9d %6.3f %8.3f", "all", len(pooled), us, them)
	t.Logf("at or below %s: precision %.2f, recall %.2f; govader %.2f, %.2f", limit, precision, recall, vp, vr)
	if us < leastAUC || us < them+leastGap || precision < leastPrecision || recall < leastRecall {
		t.Errorf("AUC %.3f (govader %.3f), precision %.2f, recall %.2f: worse than it was", us, them, precision, recall)
	}
	t.Logf("what it gets most wrong:\n%s", mostWrong(pooled, 8))
}

// mostWrong returns the sentences whose score is farthest from what a listener says.
func mostWrong(all []judged, n int) string {
	all = slices.Clone(all)
	off := func(j judged) int {
		if j.mood == negative {
			return int(j.score.Polarity)
		}
		return int(-j.score.Polarity)
	}
	slices.SortStableFunc(all, func(a, b judged) int { return off(b) - off(a) })
	var b strings.Builder
	for _, is := range []bool{true, false} {
		left := n
		for _, j := range all {
			if left > 0 && (j.mood == negative) == is {
				fmt.Fprintf(&b, "  %c %s  %s\n", j.mood, j.score.Polarity, j.text)
				left--
			}
		}
	}
	return b.String()
}

// The recorded callers are another writer's, and nothing is learnt from them.
func TestTheRecordedCallersAreScoredWell(t *testing.T) {
	all := recorded(t)
	vader := newVader()
	us, them := auc(all, ours), auc(all, vader.score)
	precision, recall := at(all, atLimit)
	t.Logf("%d sentences of recorded callers: AUC %.3f, govader %.3f; at or below %s: precision %.2f, recall %.2f",
		len(all), us, them, limit, precision, recall)
	if us < leastOnRecorded || us < them+0.10 {
		t.Errorf("AUC %.3f, govader %.3f: worse than it was", us, them)
	}
}

// recorded returns what the demo's English callers say, with what is written beside it
// as the judgement.
func recorded(t *testing.T) []judged {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	var all []judged
	for _, r := range recs {
		if r.Language != "en" {
			continue
		}
		for _, m := range r.Lines {
			if m.Who != recording.Customer || !m.Scored {
				continue
			}
			j := judged{sentence: sentence{text: m.Say, mood: neutral}, score: sentiment.Of(m.Say)}
			if engine.Polarity(m.Polarity) <= limit {
				j.mood = negative
			}
			all = append(all, j)
		}
	}
	return all
}

// A flag may make a rule act, so it is right first, and complete second. The patterns
// were written with these sentences in sight: the figures flatter.
func TestFlagsAreRightBeforeTheyAreComplete(t *testing.T) {
	least := map[engine.Flags][2]float64{
		engine.FlagRequest: {0.95, 0.75},
		engine.FlagLeave:   {0.95, 0.70},
		engine.FlagSafety:  {0.92, 0.90},
	}
	for _, flag := range []engine.Flags{engine.FlagRequest, engine.FlagLeave, engine.FlagSafety} {
		var right, wrong, missed float64
		for _, trade := range committed(t) {
			for _, s := range trade.sentences {
				switch got, want := sentiment.Of(s.text).Flags.Has(flag), s.flags.Has(flag); {
				case got && want:
					right++
				case got:
					wrong++
					t.Logf("%s, though it is not: %s", flag, s.text)
				case want:
					missed++
				}
			}
		}
		precision, recall := right/(right+wrong), right/(right+missed)
		t.Logf("%-8s precision %.2f, recall %.2f of %.0f", flag, precision, recall, right+missed)
		if precision < least[flag][0] || recall < least[flag][1] {
			t.Errorf("%s: precision %.2f, recall %.2f: worse than it was", flag, precision, recall)
		}
	}
}

func TestSentencesThatAreWrittenWronglyAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no header":     "n\t\tstill nothing\n",
		"no such label": header + "\nx\t\tstill nothing\n",
		"no such flag":  header + "\nn\tq\tstill nothing\n",
		"no text":       header + "\nn\t\t \n",
		"a tab":         header + "\nn\t\tstill\tnothing\n",
	} {
		if _, err := readTrade("x", text); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := readTrades(t.TempDir()); err == nil {
		t.Error("a folder without sentences is learnt from")
	}
}

type vader struct {
	*govader.SentimentIntensityAnalyzer
}

func newVader() vader { return vader{govader.NewSentimentIntensityAnalyzer()} }

func (v vader) score(j judged) float64 { return v.PolarityScores(j.text).Compound }
