package main

import "math"

// A row is one sentence to learn from: the features that it has.
type row struct {
	has    []int32
	label  byte
	weight float64
}

// exp is e to the x, computed in steps that every processor does alike: the library's
// own is written in assembly on some.
func exp(x float64) float64 {
	const ln2 = 0.6931471805599453
	if x < -40 {
		return 0
	}
	if x > 40 {
		x = 40
	}
	k := math.Floor(float64(x/ln2) + 0.5)
	r := x - float64(k*ln2)
	sum, term := 1.0, 1.0
	for i := 1; i < 14; i++ {
		term = float64(term*r) / float64(i)
		sum += term
	}
	return math.Ldexp(sum, int(k))
}

func sigmoid(x float64) float64 { return 1 / (1 + exp(-x)) }

type fitOptions struct {
	lambda func(feature int32) float64
	rounds int
	scale  func(n int) float64
}

// fit is logistic regression.
func fit(rows []row, yes func(label byte) bool, n int, o fitOptions) ([]float64, float64) {
	cols := make([][]int32, n)
	for i, r := range rows {
		for _, f := range r.has {
			cols[f] = append(cols[f], int32(i))
		}
	}
	w := make([]float64, n)
	bias := 0.0
	y := make([]float64, len(rows))
	margin := make([]float64, len(rows))
	p := make([]float64, len(rows))
	x := make([]float64, len(rows))
	for i, r := range rows {
		if yes(r.label) {
			y[i] = 1
		}
		p[i] = 0.5
		x[i] = o.scale(len(r.has))
	}
	for round := 0; round < o.rounds; round++ {
		most := 0.0
		// bias
		g, h := 0.0, 1e-9
		for i := range rows {
			g += rows[i].weight * (y[i] - p[i])
			h += rows[i].weight * p[i] * (1 - p[i])
		}
		d := g / h
		d = max(-1, min(1, d))
		bias += d
		for i := range rows {
			margin[i] += d
			p[i] = sigmoid(margin[i])
		}
		for f := range cols {
			if len(cols[f]) == 0 {
				continue
			}
			l := o.lambda(int32(f))
			g, h := -float64(l*w[f]), l
			for _, i := range cols[f] {
				q := p[i]
				g += float64(rows[i].weight * x[i] * (y[i] - q))
				h += float64(rows[i].weight * x[i] * x[i] * max(q*(1-q), 0.05))
			}
			d := max(-0.5, min(0.5, g/h))
			if math.Abs(d) < 1e-6 {
				continue
			}
			most = max(most, math.Abs(d))
			w[f] += d
			for _, i := range cols[f] {
				margin[i] += float64(d * x[i])
				p[i] = sigmoid(margin[i])
			}
		}
		if most < 1e-4 {
			break
		}
	}
	return w, bias
}
