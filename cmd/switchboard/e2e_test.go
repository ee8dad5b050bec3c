package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/world"
	"switchboard/testdata"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestDemoLivesAndEndsCleanly(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	var out bytes.Buffer
	o := demoOptions{calls: 8, speed: 20, seed: 1, lasts: 7 * time.Second, plain: true}
	if err := demo(t.Context(), o, console{plain: true, title: "DEMO", in: strings.NewReader("calls\n"), out: &out}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`call 1, .*: call from `,
		`call \d+, .*: customer: .*  [−+]?\d\.\d\d [a-z ]*(negative|neutral|positive)`,
		`call \d+, .*: customer pressed 1`,
		`call \d+, .*: operator \+1312\d+ joined`,
		`call \d+, .*: call over after`,
	} {
		if !regexp.MustCompile(want).MatchString(out.String()) {
			t.Errorf("no line is like %s in:\n%s", want, out.String())
		}
	}
	if left, _ := filepath.Glob(filepath.Join(temporary, "*")); len(left) > 0 {
		t.Errorf("it left %v behind", left)
	}
}

// quiet is a console that shows nothing.
func quiet(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// startStage runs a program on a pretend network that nobody calls by himself.
func startStage(t *testing.T, speed float64, faults world.Faults) *stage {
	t.Helper()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	s, err := newStage(demoOptions{speed: speed, seed: 1, journal: filepath.Join(t.TempDir(), "journal.db"), faults: faults}, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx, quiet) }()
	t.Cleanup(func() {
		end()
		if err := <-done; err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	return s
}

// await waits until something is so, and fails the test if that takes too long.
func await(t *testing.T, what string, patience time.Duration, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// From the world's side: every call is answered once and has one conference and at
// most one operator at a time, no leg is left, no command breaks Telnyx's schema, and
// Symbl is asked to listen to customers alone, never to its own legs.
func TestFiftyCallsAtOnce(t *testing.T) {
	const calls = 50
	s := startStage(t, 15, world.Faults{})
	playThrough(t, s, calls)
	checkListens(t, s, calls)
}

// The same, where webhooks come twice and overtake one another, and commands fail at
// first.
func TestDisorderOnTheWire(t *testing.T) {
	s := startStage(t, 20, faults(0.15))
	playThrough(t, s, 22)
	taken := 0
	err := s.program.journal.Read(1, func(e engine.Event) error {
		if e.By == engine.ByTelnyx {
			taken++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if sent := s.emulators.telnyx.Webhooks().Delivered; sent <= taken {
		t.Errorf("%d webhooks were delivered and %d taken in: none came twice", sent, taken)
	}
}

// playThrough has so many customers call at once, waits until all is over, and checks
// what became of them.
func playThrough(t *testing.T, s *stage, calls int) {
	t.Helper()
	recordings, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	network := s.emulators.network
	await(t, "the program is there", 5*time.Second, func() bool { return s.program.runner.Frame().Seq > 0 })
	for i := range calls {
		if _, err := network.Call(recordings[i%len(recordings)], worldNumber); err != nil {
			t.Fatal(err)
		}
		s.program.clock.Sleep(t.Context(), 150*time.Millisecond)
	}
	most := 0
	await(t, "all calls are over", 50*time.Second, func() bool {
		most = max(most, network.Customers())
		return network.Customers() == 0
	})
	if most != calls {
		t.Errorf("%d calls were live at once, want %d", most, calls)
	}
	await(t, "no leg is left", 10*time.Second, func() bool {
		return !slices.ContainsFunc(network.Snapshot().Legs, func(l world.LegReport) bool { return l.Ended.IsZero() })
	})
	for _, fault := range enginetest.Faults(network.Snapshot(), calls) {
		t.Error(fault)
	}
	if refused := s.emulators.telnyx.Refused(); len(refused) > 0 {
		t.Errorf("%d commands broke the schema, as %s", len(refused), refused[0])
	}
	counts := s.program.runner.Frame().Counts
	if counts.Calls != calls || counts.Answered != calls || counts.Panics != 0 {
		t.Errorf("the engine counts %+v", counts)
	}
	for _, trouble := range s.program.runner.Health().Troubles {
		t.Logf("%s: %d, %s", trouble.Kind, trouble.Count, trouble.Detail)
	}
	t.Logf("%d legs, %d operators joined, %+v", len(network.Snapshot().Legs), counts.Joined, s.emulators.telnyx.Webhooks())
}

// checkListens reads in the journal which sessions Symbl was asked to listen to.
func checkListens(t *testing.T, s *stage, calls int) {
	t.Helper()
	const triesEach = 3
	customers := map[engine.SessionID]bool{}
	frame := s.program.runner.Frame()
	for _, session := range frame.Sessions {
		customers[session.ID] = true
	}
	for _, ended := range frame.Ended {
		customers[ended.Session] = true
	}
	listens := map[engine.SessionID]int{}
	err := s.program.journal.Read(1, func(e engine.Event) error {
		if heard, ok := e.Body.(engine.Listening); ok {
			session, _, _ := strings.Cut(string(heard.Command), "/")
			listens[engine.SessionID(session)]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for session, times := range listens {
		if !customers[session] || times > triesEach {
			t.Errorf("Symbl was asked %d times to listen to %s; is it a customer's: %t", times, session, customers[session])
		}
	}
	if len(listens) < calls/2 {
		t.Errorf("Symbl listens to %d calls of %d", len(listens), calls)
	}
	if starts := s.emulators.symbl.Counts().Starts; starts > triesEach*calls {
		t.Errorf("Symbl was asked to listen %d times for %d customers", starts, calls)
	}
}
