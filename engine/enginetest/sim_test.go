package enginetest

import (
	"fmt"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/runner"
	"switchboard/testdata"
)

// simulator returns a simulator whose program starts as the real one does.
func simulator(t testing.TB) (*Simulator, []string) {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range recs {
		names = append(names, r.Name)
	}
	return &Simulator{Recordings: recs, Recover: func(p Past) (engine.State, error) { return runner.Recover(p) }}, names
}

func TestTry(t *testing.T) {
	sim, names := simulator(t)
	var sum SimStats
	began := time.Now()
	for seed := range uint64(20) {
		stats, v := sim.Run(NewSimulation(seed, 25, names))
		sum.Add(stats)
		if v != nil {
			fmt.Printf("seed %d: %s: %s (at %s, event %d)\n", seed, v.Invariant, v.Why, v.At, v.Seq)
		}
	}
	fmt.Printf("%+v in %s\n", sum, time.Since(began))
}
