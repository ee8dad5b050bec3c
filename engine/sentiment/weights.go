package sentiment

import (
	_ "embed" // the weights
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The weights are written by the command in train, and never by hand.
//
//go:embed weights.txt
var embedded string

// shipped returns the weights that the program carries.
var shipped = sync.OnceValue(func() *Weights {
	w, err := ReadWeights(embedded)
	if err != nil {
		panic("the embedded weights: " + err.Error()) // ours: a test holds them to being readable
	}
	return w
})

const (
	magic       = "switchboard weights 1" // the first line
	maxFeatures = 1 << 14                 // of one file
	maxWeight   = 1 << 12                 // so that no sum can overflow
	unit        = 64                      // a weight is told in these parts
)

// Weights say what each feature of a sentence counts. All are integers, so that every
// processor finds the same. They are not changed once read.
type Weights struct {
	index map[string]int32
	items []Weight
	bias  Weight // of every sentence
}

// A Weight is what one feature counts for a sentence's being negative and for its being
// positive, in 64ths of the logarithm of the odds.
type Weight struct {
	Negative, Positive int32
}

// A Feature is one line of a file of weights.
type Feature struct {
	Name string
	Weight
}

// WriteWeights returns the text of a file of weights, the same for the same features in
// whatever order.
func WriteWeights(bias Weight, all []Feature) string {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Feature) int { return strings.Compare(a.Name, b.Name) })
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\t%d\t%d\n", magic, bias.Negative, bias.Positive)
	for _, f := range all {
		fmt.Fprintf(&b, "%s\t%d\t%d\n", f.Name, f.Negative, f.Positive)
	}
	return b.String()
}

// ReadWeights reads the text of a file of weights: a line for the bias, and one for each
// feature.
func ReadWeights(text string) (*Weights, error) {
	head, text, _ := strings.Cut(text, "\n")
	if head != magic {
		return nil, errors.New("these are no weights of this version: run make train")
	}
	n := strings.Count(text, "\n")
	if n > maxFeatures {
		return nil, fmt.Errorf("%d features are more than %d", n, maxFeatures)
	}
	w := &Weights{index: make(map[string]int32, n), items: make([]Weight, 0, n)}
	line := 1
	for l := range strings.Lines(text) {
		line++
		f, err := readFeature(strings.TrimSuffix(l, "\n"))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if line == 2 {
			w.bias = f.Weight
			continue
		}
		if _, twice := w.index[f.Name]; twice || f.Name == "" {
			return nil, fmt.Errorf("line %d: a feature needs a name of its own", line)
		}
		w.index[f.Name] = int32(len(w.items))
		w.items = append(w.items, f.Weight)
	}
	return w, nil
}

func readFeature(line string) (Feature, error) {
	name, rest, _ := strings.Cut(line, "\t")
	negative, positive, ok := strings.Cut(rest, "\t")
	if !ok {
		return Feature{}, errors.New("want a feature and two weights, with tabs between them")
	}
	f := Feature{Name: name}
	for _, n := range []struct {
		text string
		to   *int32
	}{{negative, &f.Negative}, {positive, &f.Positive}} {
		v, err := strconv.Atoi(n.text)
		if err != nil || v < -maxWeight || v > maxWeight {
			return Feature{}, fmt.Errorf("a weight is a whole number of at most %d", maxWeight)
		}
		*n.to = int32(v)
	}
	return f, nil
}

// Of scores a sentence by these weights, as the function Of does by those that the
// program carries.
func (w *Weights) Of(text string) Score {
	s := spare.Get().(*scorer)
	defer spare.Put(s)
	return s.score(w, text, nil)
}
