package enginetest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/runner"
	"switchboard/testdata"
)

const (
	callsAtOnce = 25 // of one simulation
	shrinkRuns  = 400
	keptIn      = "testdata/sim"
)

// simulator returns a simulator whose program starts as the real one does, and the names
// of the recordings that its calls may play.
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
	return &Simulator{Recordings: recs, Recover: func(p Past) (engine.State, error) { return runner.Recover(p) }, Hide: runner.Hide}, names
}

// TestSimulator: ten thousand calls, with every fault by name and mixed, crashes at every
// place and a supervisor at random keys, break no invariant. A failure names its seed,
// and keeps the shrunk simulation, which TestKeptSimulations then runs.
func TestSimulator(t *testing.T) {
	calls := 10_000
	if testing.Short() {
		calls /= 10
	}
	var next atomic.Uint64
	limit := uint64(calls / callsAtOnce)
	sum := simulate(t, func() (uint64, bool) {
		seed := next.Add(1)
		return seed, seed <= limit
	})
	t.Logf("%d calls: %d events, %d commands, %d keys, %d crashes, %d times the state from the journal compared, %d checks",
		sum.Calls, sum.Events, sum.Commands, sum.Keys, sum.Crashes, sum.Compared, sum.Checks)
	for _, fault := range SimFaults() {
		if sum.Faults[fault] == 0 {
			t.Errorf("nothing suffered %s", fault)
		}
	}
}

// TestSoak goes on with new seeds for as long as SOAK says, as in SOAK=10m; see make soak.
func TestSoak(t *testing.T) {
	lasts, err := time.ParseDuration(os.Getenv("SOAK"))
	if err != nil {
		t.Skip("SOAK says how long, as in SOAK=10m")
	}
	began, told := time.Now(), time.Now()
	var mu sync.Mutex
	seed := uint64(began.UnixNano())
	sum := simulate(t, func() (uint64, bool) {
		mu.Lock()
		defer mu.Unlock()
		seed++
		if now := time.Now(); now.Sub(told) >= 10*time.Second {
			told = now
			fmt.Printf("soak: %s of %s, seed %d\n", now.Sub(began).Round(time.Second), lasts, seed)
		}
		return seed, time.Since(began) < lasts && !t.Failed()
	})
	fmt.Printf("soak: %d calls, %d events, %d crashes, %d checks, faults %v\n", sum.Calls, sum.Events, sum.Crashes, sum.Checks, sum.Faults)
}

// simulate runs simulations of the seeds that next gives, on all processors.
func simulate(t *testing.T, next func() (uint64, bool)) SimStats {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // much is made, and little of it kept
	var mu sync.Mutex
	var sum SimStats
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		sim, names := simulator(t)
		wg.Go(func() {
			for {
				seed, more := next()
				if !more {
					return
				}
				stats, v := sim.Run(NewSimulation(seed, callsAtOnce, names))
				if v != nil {
					broken(t, sim, v)
				}
				mu.Lock()
				sum.Add(stats)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return sum
}

// broken shrinks what breaks an invariant, and keeps it.
func broken(t *testing.T, sim *Simulator, v *Violation) {
	small := sim.Shrink(v, shrinkRuns)
	file := filepath.Join(keptIn, fmt.Sprintf("%s-%d.txt", strings.ReplaceAll(v.Invariant, " ", "-"), v.Simulation.Seed))
	if err := os.WriteFile(file, []byte(small.Kept()), 0o644); err != nil {
		t.Error(err)
	}
	t.Errorf("seed %d: %s: %s\nshrunk, and kept in %s:\n%s", v.Simulation.Seed, v.Invariant, v.Why, file, small.Kept())
}

// TestKeptSimulations: what the simulator has once found stays mended.
func TestKeptSimulations(t *testing.T) {
	files, err := filepath.Glob(keptIn + "/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no simulations are kept: %v", err)
	}
	sim, _ := simulator(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := ReadSimulation(string(text))
			if err != nil {
				t.Fatal(err)
			}
			var trace strings.Builder
			sim.Trace = &trace
			if _, v := sim.Run(plan); v != nil {
				said := trace.String()
				t.Errorf("%v\nafter\n%s", v, said[max(0, len(said)-2000):])
			}
		})
	}
}

// TestPlantedBugsAreFound: a program that is wrong in one of these ways breaks an
// invariant within a minute, and one that is not does not, in the same simulations.
func TestPlantedBugsAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("long; it has no goroutines that the race detector could look at")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as in simulate
	for _, c := range []struct {
		name   string
		plant  plant
		faults []string // none: any
	}{
		{"the journal does not know an entry again", plant{forgetIDs: true}, nil},
		{"events are acted upon before they are flushed", plant{actFirst: true}, nil},
		{"webhooks are answered before they are flushed", plant{answerFirst: true}, []string{Kill9}},
		{"a leg that is gone is revived", plant{revive: true}, nil},
		{"a command's name is used again for another intent", plant{reuseNames: true}, nil},
		{"a dial without an answer is sent under a new name", plant{redial: true}, []string{TelnyxNoAnswer, LostWebhook}},
		{"nobody is told that the program started again", plant{forgetResumed: true}, []string{Kill9}},
		{"a checkpoint leaves something out", plant{forgetCount: true}, nil},
		{"the sweep believes one list", plant{believeOnce: true}, nil},
		{"what is said in a payment is written down", plant{showPaid: true}, nil},
		{"a call that is over is not filed", plant{neverFile: true}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			sim, names := simulator(t)
			for _, from := range []uint64{1000, 2000} {
				began := time.Now()
				v, runs := (*Violation)(nil), uint64(0)
				for v == nil && time.Since(began) < time.Minute {
					plan := NewSimulation(from+runs, callsAtOnce, names, c.faults...)
					plan.plant = c.plant
					_, v = sim.Run(plan)
					runs++
				}
				took := time.Since(began)
				if v == nil {
					t.Fatalf("from seed %d: not found in %d simulations", from, runs)
				}
				t.Logf("from seed %d: found after %d calls, %s: %s: %s", from, runs*callsAtOnce, took.Round(time.Millisecond), v.Invariant, v.Why)
				if _, v := sim.Run(NewSimulation(from+runs-1, callsAtOnce, names, c.faults...)); v != nil {
					t.Errorf("without it as well: %v", v)
				}
			}
		})
	}
}

// TestAViolationIsShrunkToAFewLines: what is kept is small, says the same again by itself,
// and is gone without the bug.
func TestAViolationIsShrunkToAFewLines(t *testing.T) {
	if testing.Short() {
		t.Skip("long; it has no goroutines that the race detector could look at")
	}
	sim, names := simulator(t)
	var v *Violation
	for seed := uint64(1); v == nil && seed < 200; seed++ {
		plan := NewSimulation(seed, callsAtOnce, names, Kill9, DupWebhook)
		plan.plant = plant{answerFirst: true}
		_, v = sim.Run(plan)
	}
	if v == nil {
		t.Fatal("the planted bug is not found")
	}
	small := sim.Shrink(v, shrinkRuns)
	if n := len(small.Simulation.Steps); n > 8 {
		t.Errorf("%d lines are left:\n%s", n, small.Kept())
	}
	plan, err := ReadSimulation(small.Kept())
	if err != nil {
		t.Fatalf("%v in\n%s", err, small.Kept())
	}
	if got := plan.String(); got != small.Simulation.String() {
		t.Errorf("written and read:\n%s\nwant\n%s", got, small.Simulation)
	}
	if _, got := sim.Run(plan); got != nil {
		t.Errorf("without the bug: %v", got)
	}
	plan.plant = v.Simulation.plant
	if _, got := sim.Run(plan); got == nil || got.Invariant != v.Invariant {
		t.Errorf("read again it gives %v, want it to break %q", got, v.Invariant)
	}
}

// TestASimulationRunsAlikeEachTime: nothing in it depends on anything but its lines.
func TestASimulationRunsAlikeEachTime(t *testing.T) {
	sim, names := simulator(t)
	run := func(seed uint64) string {
		var trace strings.Builder
		sim.Trace = &trace
		if _, v := sim.Run(NewSimulation(seed, callsAtOnce, names)); v != nil {
			t.Fatal(v)
		}
		return trace.String()
	}
	seeds := uint64(5)
	if testing.Short() {
		seeds = 2
	}
	for seed := uint64(1); seed <= seeds; seed++ {
		if a, b := run(seed), run(seed); a != b {
			t.Errorf("seed %d runs otherwise the second time: …%s… and …%s…", seed, differs([]byte(a), []byte(b)), differs([]byte(b), []byte(a)))
		}
	}
}

// TestAMistakeInASimulationIsNamed with its line.
func TestAMistakeInASimulationIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"seed 1\nlose-everything call 1": `line 2: there is no fault "lose-everything"`,
		"seed x":                         "line 1",
		"seed 1\n\ncall 1 made at noon":  "line 3: at:",
		"press veto.asked at":            `line 1: "at" says not which`,
	} {
		if _, err := ReadSimulation(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// TestTheSimulatorPressesEveryKey: whatever a supervisor may ask, by event.go, is among
// the keys of a simulation.
func TestTheSimulatorPressesEveryKey(t *testing.T) {
	var pressed []string
	for _, kind := range keyKinds() {
		b, err := engine.DecodeBody(kind, []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		pressed = append(pressed, strings.TrimPrefix(fmt.Sprintf("%T", b), "engine."))
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../event.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE || !strings.HasPrefix(g.Doc.Text(), "Asked for by a supervisor") {
			continue
		}
		for _, spec := range g.Specs {
			asked++
			if name := spec.(*ast.TypeSpec).Name.Name; !slices.Contains(pressed, name) {
				t.Errorf("nobody presses what asks for %s", name)
			}
		}
	}
	if asked == 0 {
		t.Error("event.go has no bodies that a supervisor asks for: how is it laid out now?")
	}
}
