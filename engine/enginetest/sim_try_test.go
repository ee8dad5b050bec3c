package enginetest

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"
)

func TestTry(t *testing.T) {
	sim, names := simulator(t)
	var sum SimStats
	from, _ := strconv.Atoi(os.Getenv("FROM"))
	n, _ := strconv.Atoi(os.Getenv("N"))
	began := time.Now()
	kinds := map[string]int{}
	for seed := uint64(from); seed < uint64(from+n); seed++ {
		stats, v := sim.Run(NewSimulation(seed, 25, names))
		sum.Add(stats)
		if v != nil {
			kinds[v.Invariant]++
			fmt.Printf("seed %d: %s: %s (at %s, event %d)\n", seed, v.Invariant, v.Why, v.At, v.Seq)
			if kinds[v.Invariant] <= 1 && os.Getenv("SHRINK") != "" {
				fmt.Println(sim.Shrink(v, 400).Kept())
			}
		}
	}
	fmt.Printf("%+v in %s %v\n", sum, time.Since(began), kinds)
}
