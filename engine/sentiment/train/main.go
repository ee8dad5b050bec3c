// Command train learns the weights.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"math"
	"flag"

	"switchboard/engine/sentiment"
)

type line struct {
	trade, text, flags string
	label              byte
	feats              []string
}

func load(dirs ...string) (all []line) {
	for _, dir := range dirs {
		files, _ := filepath.Glob(filepath.Join(dir, "*.tsv"))
		slices.Sort(files)
		for _, f := range files {
			text, _ := os.ReadFile(f)
			trade := strings.TrimSuffix(filepath.Base(f), ".tsv")
			for i, l := range strings.Split(strings.TrimSpace(string(text)), "\n") {
				p := strings.Split(l, "\t")
				if i == 0 { continue }
				if len(p) != 3 || len(p[0]) != 1 {
					fmt.Println("bad", f, i+1, l); continue
				}
				all = append(all, line{trade: trade, text: p[2], flags: p[1], label: p[0][0]})
			}
		}
	}
	return
}

func auc(scores []float64, yes []bool) float64 {
	type s struct { v float64; y bool }
	a := make([]s, len(scores))
	for i := range a { a[i] = s{scores[i], yes[i]} }
	slices.SortFunc(a, func(x, y s) int { if x.v < y.v { return -1 }; if x.v > y.v { return 1 }; return 0 })
	rank, np, nn := 0.0, 0.0, 0.0
	for i := 0; i < len(a); {
		j := i
		for j < len(a) && a[j].v == a[i].v { j++ }
		for k := i; k < j; k++ { if a[k].y { rank += float64(i+j+1) / 2; np++ } else { nn++ } }
		i = j
	}
	return (rank - np*(np+1)/2) / (np * nn)
}

var (
	lambda = flag.Float64("l", 1, "")
	minTrades = flag.Int("trades", 2, "")
	minCount = flag.Int("count", 3, "")
	rounds = flag.Int("rounds", 30, "")
	norm = flag.Float64("norm", 0, "")
	classL = flag.Float64("class", 1, "lambda factor for class features")
	drop = flag.String("drop", "", "kinds to leave out")
	rec = flag.String("rec", "/tmp/rec.tsv", "")
	show = flag.Bool("show", false, "")
	posw = flag.Float64("pos", 0, "")
)

func kind(f string) string {
	switch {
	case f[0] == '~': return "stem"
	case strings.HasPrefix(f, "!="): return "notclass"
	case f[0] == '!': return "not"
	case f[0] == '@': return "whole"
	case strings.Contains(f, "=") && (strings.ContainsAny(f, "_")): return "classpair"
	case strings.Contains(f, "=") && (strings.ContainsAny(f, "*")): return "classskip"
	case f[0] == '=': return "class"
	case strings.HasPrefix(f, "^") || strings.HasSuffix(f, "$"): return "edge"
	case strings.Contains(f, "_"): return "pair"
	case strings.Contains(f, "*"): return "skip"
	}
	return "word"
}

func main() {
	flag.Parse()
	all := load(flag.Args()...)
	var trades []string
	for i := range all {
		l := &all[i]
		sentiment.Features(l.text, func(n []byte) { l.feats = append(l.feats, string(n)) })
		slices.Sort(l.feats)
		l.feats = slices.Compact(l.feats)
		if *drop != "" { l.feats = slices.DeleteFunc(l.feats, func(f string) bool { return strings.Contains(","+*drop+",", ","+kind(f)+",") }) }
		if !slices.Contains(trades, l.trade) { trades = append(trades, l.trade) }
	}
	slices.Sort(trades)
	if *rec != "" {
		text, _ := os.ReadFile(*rec)
		for _, l := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			p := strings.Split(l, "\t")
			var v float64; fmt.Sscan(p[0], &v)
			x := line{trade: "REC", text: p[2], label: 'z'}
			if v <= -0.3 { x.label = 'n' } else if v >= 0.3 { x.label = 'p' }
			sentiment.Features(x.text, func(n []byte) { x.feats = append(x.feats, string(n)) })
			slices.Sort(x.feats); x.feats = slices.Compact(x.feats)
			if *drop != "" { x.feats = slices.DeleteFunc(x.feats, func(f string) bool { return strings.Contains(","+*drop+",", ","+kind(f)+",") }) }
			all = append(all, x)
		}
	}
	fmt.Println(len(all), "lines", trades)
	var allS, allC []float64
	var allY, allP []bool
	sum, sumC := 0.0, 0.0
	if *rec != "" { trades = append(trades, "REC") }
	for _, out := range trades {
		tradesOf, count := map[string]map[string]bool{}, map[string]int{}
		for _, l := range all {
			if l.trade == out || l.trade == "REC" { continue }
			for _, f := range l.feats {
				if tradesOf[f] == nil { tradesOf[f] = map[string]bool{} }
				tradesOf[f][l.trade] = true
				count[f]++
			}
		}
		id := map[string]int32{}
		var names []string
		for f, t := range tradesOf {
			if len(t) >= *minTrades && count[f] >= *minCount { names = append(names, f) }
		}
		slices.Sort(names)
		ls := make([]float64, len(names))
		for i, f := range names { id[f] = int32(i); ls[i] = *lambda; if k := kind(f); k == "class" || k == "notclass" || k == "whole" { ls[i] *= *classL } }
		var rows []row
		var test []row
		var testLines []line
		for _, l := range all {
			r := row{label: l.label, weight: 1}
			for _, f := range l.feats { if j, ok := id[f]; ok { r.has = append(r.has, j) } }
			if l.trade == out { test = append(test, r); testLines = append(testLines, l) } else if l.trade != "REC" { rows = append(rows, r) }
		}
		o := fitOptions{rounds: *rounds, lambda: func(f int32) float64 { return ls[f] }, scale: func(n int) float64 { if *norm == 0 || n == 0 { return 1 }; return math.Pow(float64(n), -*norm) * math.Pow(20, *norm) }}
		wn, bn := fit(rows, func(b byte) bool { return b == 'n' }, len(names), o)
		wp, bp := fit(rows, func(b byte) bool { return b == 'p' }, len(names), o)
		var s, c []float64
		var y, yp []bool
		for i, r := range test {
			mn, mp := bn, bp
			for _, f := range r.has { mn += wn[f] * o.scale(len(r.has)); mp += wp[f] * o.scale(len(r.has)) }
			s = append(s, mn); y = append(y, r.label == 'n')
			c = append(c, sigmoid(mn)- *posw*sigmoid(mp)*(1-sigmoid(mn))); yp = append(yp, r.label == 'p')
			if *show && ((sigmoid(mn) > 0.6) != (r.label == 'n') && (sigmoid(mn) < 0.3) != (r.label != 'n')) { fmt.Printf("%c %.2f %.2f %s\n", r.label, sigmoid(mn), sigmoid(mp), testLines[i].text) }
		}
		neg := make([]float64, len(c)); for i := range c { neg[i] = -c[i] }
		a := auc(s, y)
		fmt.Printf("%-12s n=%d feats=%d auc=%.3f  combined=%.3f pos=%.3f\n", out, len(test), len(names), a, auc(c, y), auc(neg, yp))
		if out == "REC" { continue }
		sum += a; sumC += auc(c, y)
		allS = append(allS, s...); allC = append(allC, c...); allY = append(allY, y...); allP = append(allP, yp...)
	}
	if *rec != "" { trades = trades[1:] }
	fmt.Printf("MEAN %.4f combined %.4f  pooled %.4f %.4f\n", sum/float64(len(trades)), sumC/float64(len(trades)), auc(allS, allY), auc(allC, allY))
}
