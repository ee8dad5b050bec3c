package runner_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/journal"
	"switchboard/engine/runner"
)

// BenchmarkRestart starts on the journal of a program that was killed with 1,000 calls up,
// twenty sentences each: all of its events folded, as after a kill before the first
// checkpoint, and from a checkpoint. Reported is the time until the calls can be shown
// (ready-ms), and until each of them is told that the program has started again (op).
// RELIABILITY.md's figure is 2 s until ready.
func BenchmarkRestart(b *testing.B) {
	folder := b.TempDir()
	for _, kept := range []bool{false, true} {
		name := "folding all events"
		if kept {
			name = "from a checkpoint"
		}
		killed := filepath.Join(folder, fmt.Sprint("killed-", kept, ".db"))
		seedJournal(b, killed, 1000, 20, kept)
		data, err := os.ReadFile(killed)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			var ready time.Duration
			for n := 0; b.Loop(); n++ {
				b.StopTimer()
				path := filepath.Join(b.TempDir(), fmt.Sprint(n, ".db"))
				if err := os.WriteFile(path, data, 0o600); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				begun := clock.Wall()
				j, err := journal.Open(path)
				if err != nil {
					b.Fatal(err)
				}
				state, err := runner.Recover(j)
				if err != nil {
					b.Fatal(err)
				}
				r := runner.New(runner.Config{Journal: j, State: state, Clock: houseClock(), Build: "bench"})
				if got := len(r.Frame().Sessions); got != 1000 {
					b.Fatalf("%d calls are shown, want 1000", got)
				}
				ready += clock.Wall().Sub(begun)
				ctx, stop := context.WithCancel(b.Context())
				ended := make(chan error, 1)
				go func() { ended <- r.Run(ctx) }()
				if err := r.Submit(ctx, engine.Entry{ID: "after", By: engine.ByTelnyx, Body: engine.KeyPressed{LegRef: ref("x"), Digit: "1"}}); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				stop()
				if err := <-ended; err != nil {
					b.Error(err)
				}
				if err := j.Close(); err != nil {
					b.Error(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(ready.Milliseconds())/float64(b.N), "ready-ms")
		})
	}
}

// "Restart with 1,000 open sessions": each of them is there and is told that the program
// has started again, from the events as from a checkpoint. How long it takes is
// BenchmarkRestart's.
func TestARestartWithAThousandCallsHasThemAll(t *testing.T) {
	for _, kept := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "killed.db")
		seedJournal(t, path, 1000, 1, kept)
		j, err := journal.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		state, err := runner.Recover(j)
		if err != nil {
			t.Fatal(err)
		}
		r := runner.New(runner.Config{Journal: j, State: state, Clock: houseClock(), Build: "test"})
		if got := len(r.Frame().Sessions); got != 1000 {
			t.Errorf("%d calls are shown before anything runs, want 1000", got)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.Run(ctx) }()
		after := engine.Entry{ID: "after", By: engine.ByTelnyx, Body: engine.KeyPressed{LegRef: ref("x"), Digit: "1"}}
		if err := r.Submit(ctx, after); err != nil {
			t.Fatal(err)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		resumed := 0
		err = j.Read(1, func(e engine.Event) error {
			if _, ok := e.Body.(engine.Resumed); ok {
				resumed++
			}
			return nil
		})
		if err != nil || resumed != 1000 {
			t.Errorf("from a checkpoint %v: %d calls are told of the start, %v; want 1000", kept, resumed, err)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
}

// seedJournal writes down calls that are up, as a program would have.
func seedJournal(b testing.TB, path string, calls, sentences int, checkpoint bool) {
	j, err := journal.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	state := engine.NewState(j.Epoch())
	now := houseClock().Now()
	n := 0
	var waiting []engine.Entry
	take := func() {
		for len(waiting) > 0 {
			events, err := j.Append(now, waiting)
			if err != nil {
				b.Fatal(err)
			}
			waiting = nil
			for _, e := range events {
				var commands []engine.Command
				state, commands = engine.Step(state, e)
				for _, c := range commands {
					waiting = append(waiting, engine.Entry{ID: string(c.Name) + "/outcome", By: engine.ByRunner, Body: carriedOut(c)})
				}
			}
		}
	}
	add := func(body engine.Body) {
		n++
		waiting = append(waiting, engine.Entry{ID: fmt.Sprint("e", n), By: engine.ByTelnyx, Occurred: now, Body: body})
	}
	add(engine.SettingsLoaded{Settings: settings()})
	take()
	for i := range calls {
		add(engine.LegInitiated{LegRef: ref(fmt.Sprint("c", i)), Direction: engine.Incoming, From: fmt.Sprintf("+120255501%02d", i%100), To: "+12025550100"})
	}
	take()
	for i := range calls {
		add(engine.LegAnswered{LegRef: ref(fmt.Sprint("c", i))})
	}
	take()
	for range sentences {
		now = now.Add(2 * time.Second)
		for i := range calls {
			add(engine.Transcribed{LegRef: ref(fmt.Sprint("c", i)), Text: "I have waited for this for a whole week now", Scored: true, Polarity: -200})
		}
		take()
	}
	if checkpoint {
		data, err := state.MarshalJSON()
		if err == nil {
			err = j.Checkpoint(state.Seq, "bench", data)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
}

func carriedOut(c engine.Command) engine.Body {
	if open, ok := c.Action.(engine.OpenConference); ok {
		return engine.ConferenceOpened{Command: c.Name, Conference: engine.ConferenceID("room " + string(open.Leg))}
	}
	return engine.Accepted{Command: c.Name}
}
