package enginetest

import (
	"slices"
	"strings"
	"time"
)

// Shrink returns a simulation with as few lines as it finds that still breaks the same
// invariant, and what it breaks then. It runs at most so many simulations.
func (r *Simulator) Shrink(v *Violation, runs int) *Violation {
	best := v
	fails := func(steps []SimStep) bool {
		if runs <= 0 {
			return false
		}
		runs--
		_, got := r.Run(Simulation{Seed: v.Simulation.Seed, Steps: steps, plant: v.Simulation.plant})
		if got == nil || got.Invariant != v.Invariant {
			return false
		}
		best = got
		return true
	}
	if !fails(v.Simulation.Steps) {
		return v // it does not fail alike when its chances are named: it is kept whole
	}
	steps := v.Simulation.Steps
	for _, verb := range append([]string{"press", "forget", "with"}, SimFaults()...) { // whole kinds first
		if rest := without(steps, func(s SimStep) bool { return s.Verb == verb }); len(rest) < len(steps) && fails(rest) {
			steps = rest
		}
	}
	for call := 1; call <= len(v.Simulation.Steps); call++ { // then whole calls
		if rest := without(steps, func(s SimStep) bool { return s.Call == call }); len(rest) < len(steps) && fails(rest) {
			steps = rest
		}
	}
	for size := (len(steps) + 1) / 2; size >= 1; size /= 2 { // then lines, in ever smaller pieces
		for from := 0; from < len(steps); {
			rest := slices.Concat(steps[:from], steps[min(from+size, len(steps)):])
			if len(rest) > 0 && fails(rest) {
				steps = rest
			} else {
				from += size
			}
		}
	}
	for i := range steps { // and rounder figures
		plain := slices.Clone(steps)
		s := &plain[i]
		s.At, s.For = s.At.Round(time.Second), s.For.Round(time.Second)
		if s.Verb == "call" && s.What != "made" || *s == steps[i] || !fails(plain) {
			continue
		}
		steps = plain
	}
	return best
}

func without(steps []SimStep, drop func(SimStep) bool) []SimStep {
	return slices.DeleteFunc(slices.Clone(steps), drop)
}

// Kept returns a violation as it is kept in a file.
func (v *Violation) Kept() string {
	var b strings.Builder
	b.WriteString("# " + v.Invariant + "\n")
	for line := range strings.SplitSeq(v.Why, "\n") {
		b.WriteString("# " + line + "\n")
	}
	b.WriteString(v.Simulation.String())
	return b.String()
}
