package enginetest

import (
	"testing"

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
