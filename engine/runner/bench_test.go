package runner_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"switchboard/engine"
	"switchboard/engine/journal"
	"switchboard/engine/runner"
)

// BenchmarkSubmit measures a durable submit on a real journal, 64 at once.
func BenchmarkSubmit(b *testing.B) {
	j, err := journal.Open(filepath.Join(b.TempDir(), "journal"))
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	r := runner.New(runner.Config{Journal: j, State: engine.NewState(j.Epoch()), Clock: houseClock(), Build: "bench"})
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	var n atomic.Int64
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			e := engine.Entry{ID: fmt.Sprint("k", n.Add(1)), By: engine.ByTelnyx, Body: engine.KeyPressed{LegRef: ref("x"), Digit: "1"}}
			if err := r.Submit(ctx, e); err != nil {
				b.Error(err)
			}
		}
	})
	stop()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}
