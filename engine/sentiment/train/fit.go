package main

import "math"

// fit learns by logistic regression with an L2 penalty which weights, and which bias,
// tell the sentences of one mood from the rest. held is each feature's penalty. It goes
// through the weights one by one, in the same order each round, and takes Newton's step
// of each.
//
// Every product is written as float64(…), which forbids the compiler to fuse it with a
// sum: fused or not is a matter of the processor.
func fit(rows []row, of mood, held []float64) (weights []float64, bias float64) {
	f := &fitting{
		with:   make([][]int32, len(held)),
		want:   make([]float64, len(rows)),
		margin: make([]float64, len(rows)),
		guess:  make([]float64, len(rows)),
	}
	everywhere := make([]int32, len(rows))
	for i, r := range rows {
		everywhere[i] = int32(i)
		if r.mood == of {
			f.want[i] = 1
		}
		f.guess[i] = 0.5
		for _, n := range r.has {
			f.with[n] = append(f.with[n], int32(i))
		}
	}
	weights = make([]float64, len(held))
	for range rounds {
		step := f.step(everywhere, bias, 0)
		bias += step
		most := math.Abs(step)
		for n := range weights {
			step := f.step(f.with[n], weights[n], held[n])
			weights[n] += step
			most = max(most, math.Abs(step))
		}
		if most < settled {
			break
		}
	}
	return weights, bias
}

// A fitting is a regression under way.
type fitting struct {
	with   [][]int32 // by feature: the rows that have it
	want   []float64 // by row: 1 if it is of the mood, else 0
	margin []float64 // by row: the sum of its weights
	guess  []float64 // by row: the chance that it is of the mood
}

// Limits of a step: how far it goes, and how sure a guess may count as, so that a
// weight is not flung about by rows that are as good as decided.
const (
	longest = 0.5
	surest  = 0.05
)

// step moves one weight, which the given rows have, and returns by how much.
func (f *fitting) step(rows []int32, weight, held float64) float64 {
	slope, bend := -float64(held*weight), held+1e-9
	for _, i := range rows {
		g := f.guess[i]
		slope += f.want[i] - g
		bend += max(float64(g*(1-g)), surest)
	}
	step := max(-longest, min(longest, slope/bend))
	if math.Abs(step) < settled/100 {
		return 0
	}
	for _, i := range rows {
		f.margin[i] += step
		f.guess[i] = 1 / (1 + exp(-f.margin[i]))
	}
	return step
}

// exp is e to the x. The library's own is written in assembly for some processors, and
// need not give the same last bit on all.
func exp(x float64) float64 {
	const (
		most  = 40 // beyond it a chance is 0 or 1
		terms = 14
	)
	x = max(-most, min(most, x))
	k := math.Floor(float64(x/math.Ln2) + 0.5)
	r := x - float64(k*math.Ln2)
	sum, term := 1.0, 1.0
	for i := 1; i < terms; i++ {
		term = float64(term*r) / float64(i)
		sum += term
	}
	return math.Ldexp(sum, int(k))
}
