//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/journal"
	"switchboard/engine/runner"
	"switchboard/tui"
	"switchboard/tui/shot"
)

// BenchmarkStart starts the demo, emulators and all, on a terminal, and reports how long
// it takes until the console stands there, beside a start that only says its version. The
// budget is 150 ms; the screen is looked at every 10.
func BenchmarkStart(b *testing.B) {
	own, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	home := b.TempDir()
	env := []string{asProgram + "=1", "XDG_STATE_HOME=" + home, "XDG_CONFIG_HOME=" + home}
	var console, bare []time.Duration
	until := func(text string, args ...string) time.Duration {
		began := time.Now()
		t, err := shot.Start(120, 36, env, own, args...)
		if err != nil {
			b.Skipf("there are no terminals here: %v", err)
		}
		defer t.Close()
		if err := t.Shows(b.Context(), time.Minute, text); err != nil {
			b.Fatal(err)
		}
		return time.Since(began)
	}
	for b.Loop() {
		console = append(console, until("auto on", "demo", "--seed", "1"))
		bare = append(bare, until("switchboard", "version"))
	}
	slices.Sort(console)
	slices.Sort(bare)
	b.ReportMetric(console[len(console)/2].Seconds()*1000, "first-frame-ms")
	b.ReportMetric(bare[len(bare)/2].Seconds()*1000, "version-ms")
	b.ReportMetric(console[len(console)/2].Seconds()/0.150, "of-budget")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkStuckTerminal submits 200 times a second to an engine whose console nobody
// reads, and beside it to one whose console is read: the engine is never held by it.
func BenchmarkStuckTerminal(b *testing.B) {
	var read, stuck []time.Duration
	for range b.N {
		read = append(read, submits(b, io.Discard)...)
		r, w := io.Pipe() // nobody reads
		stuck = append(stuck, submits(b, w)...)
		r.Close()
	}
	slices.Sort(read)
	slices.Sort(stuck)
	p99 := func(sorted []time.Duration) float64 { return sorted[len(sorted)*99/100].Seconds() * 1000 }
	b.ReportMetric(read[len(read)/2].Seconds()*1000, "read-p50-ms")
	b.ReportMetric(stuck[len(stuck)/2].Seconds()*1000, "stuck-p50-ms")
	b.ReportMetric(p99(read), "read-p99-ms")
	b.ReportMetric(p99(stuck), "stuck-p99-ms")
	b.ReportMetric(0, "ns/op")
}

// submits returns how long each submit took while the engine was shown on a terminal.
func submits(b *testing.B, screen io.Writer) []time.Duration {
	j, err := journal.Open(filepath.Join(b.TempDir(), "journal"))
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	wall := clock.New(clock.Wall(), 1)
	r := runner.New(runner.Config{Journal: j, State: engine.NewState(j.Epoch()), Clock: wall, Build: "bench"})
	ctx, stop := context.WithCancel(b.Context())
	ended, shown := make(chan error, 1), make(chan error, 1)
	in, keyboard := io.Pipe()
	go func() { ended <- r.Run(ctx) }()
	go func() {
		err := soon(ctx, leaveTakes, func() error {
			return tui.Run(ctx, tui.Options{Engine: r, Wall: wall, Zone: time.UTC, Input: in, Output: screen, Look: tui.Look{Background: tui.BackgroundDark},
				Environ: []string{"TERM=xterm-256color", "LANG=C.UTF-8"}})
		})
		shown <- err
	}()
	var took []time.Duration
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for i := range 400 {
		<-tick.C
		e := engine.Entry{ID: fmt.Sprint("k", i), By: engine.ByTelnyx, Body: engine.KeyPressed{LegRef: engine.LegRef{Leg: "customer"}, Digit: "1"}}
		began := time.Now()
		if err := r.Submit(ctx, e); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	stop()
	keyboard.Close()
	if err := <-ended; err != nil {
		b.Error(err)
	}
	<-shown
	return took
}
