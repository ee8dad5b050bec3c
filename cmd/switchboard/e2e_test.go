package main

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// quiet is a console that shows nothing.
func quiet(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// startStage runs a program on a pretend network that nobody calls by himself.
func startStage(t *testing.T, o demoOptions) *stage {
	t.Helper()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	o.seed, o.journal = 1, filepath.Join(t.TempDir(), "journal.db")
	s, err := newStage(o, log)
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
	if testing.Short() {
		t.Skip("long; TestDisorderOnTheWire goes through the same code")
	}
	t.Parallel()
	const calls = 50
	s := startStage(t, demoOptions{speed: 15, feed: feedSymblPhone})
	playThrough(t, s, calls)
	checkListens(t, s)
}

// Where Symbl calls the customers' own number from one that nobody knows, its leg may be
// taken for a customer until it has dialled its code. Even so no leg breeds another, and
// every customer is heard or it is said why he is not.
func TestSymblCallsTheCustomersNumber(t *testing.T) {
	if testing.Short() {
		t.Skip("long; TestDisorderOnTheWire goes through the same code")
	}
	t.Parallel()
	const calls = 12
	s := startStage(t, demoOptions{speed: 1, feed: feedSymblPhone, unset: []string{"LISTEN_NUMBER", "SYMBL_NUMBER"}})
	callIn(t, s, calls)
	heard, told := map[engine.SessionID]bool{}, map[engine.SessionID]bool{}
	await(t, "every customer is heard, or it is said why not", 40*time.Second, func() bool {
		for _, session := range s.program.runner.Frame().Sessions {
			switch {
			case session.Caller == worldSymbl:
			case session.Feed.Status == engine.FeedLive:
				heard[session.ID], told[session.ID] = true, true
			case session.Blind() && session.Feed.Why != "":
				told[session.ID] = true
			}
		}
		return len(told) == calls
	})
	checkListens(t, s)
	if len(heard) < calls/2 {
		t.Errorf("%d of %d customers are heard", len(heard), calls)
	}
	counts := s.program.runner.Frame().Counts
	t.Logf("%d heard, %+v, %+v", len(heard), counts, s.emulators.symbl.Counts())
}

// The same, where webhooks come twice and overtake one another, and commands fail at
// first.
func TestDisorderOnTheWire(t *testing.T) {
	t.Parallel()
	s := startStage(t, demoOptions{speed: 20, faults: faults(0.15)})
	playThrough(t, s, 22)
	taken := 0
	readJournal(t, s, func(e engine.Event) {
		if e.By == engine.ByTelnyx {
			taken++
		}
	})
	if sent := s.emulators.telnyx.Webhooks().Delivered; sent <= taken {
		t.Errorf("%d webhooks were delivered and %d taken in: none came twice", sent, taken)
	}
}

// callIn has so many customers call at once.
func callIn(t *testing.T, s *stage, calls int) {
	t.Helper()
	recordings, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the program is there", 5*time.Second, func() bool { return s.program.runner.Frame().Seq > 0 })
	for i := range calls {
		if _, err := s.emulators.network.Call(recordings[i%len(recordings)], worldNumber); err != nil {
			t.Fatal(err)
		}
		s.program.clock.Sleep(t.Context(), 150*time.Millisecond)
	}
}

// playThrough has so many customers call at once, waits until all is over, and checks
// what became of them.
func playThrough(t *testing.T, s *stage, calls int) {
	t.Helper()
	callIn(t, s, calls)
	network := s.emulators.network
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
	checkMachines(t, s, 0)
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

// A listened is what the journal tells of one customer's feed.
type listened struct {
	session *engine.Session // as it was last
	listens int             // connects ordered
	notes   int             // that there were at the last of them
}

// checkListens goes through the journal again: Symbl was asked to listen to customers
// alone, and to each once, unless the call's own history tells why it was asked again.
// What Symbl counts is what the journal holds, not one request more.
func checkListens(t *testing.T, s *stage) {
	t.Helper()
	requests := 0
	await(t, "the outcome of every connect is written down", 10*time.Second, func() bool {
		requests = connects(t, s)
		return requests >= s.emulators.symbl.Counts().Starts
	})
	if starts := s.emulators.symbl.Counts().Starts; starts != requests {
		t.Errorf("Symbl was asked to listen %d times, and the journal knows of %d", starts, requests)
	}
	customers := map[engine.SessionID]*listened{}
	listens := 0
	state := engine.NewState(s.program.journal.Epoch())
	readJournal(t, s, func(e engine.Event) {
		var commands []engine.Command
		state, commands = engine.Step(state, e)
		for _, session := range state.Frame().Sessions {
			if session.Changed == e.Seq {
				follow(customers, session)
			}
		}
		for _, c := range commands {
			if _, listen := c.Action.(engine.Listen); listen {
				listens++
				checkListen(t, customers[c.Name.Session()], c)
			}
		}
	})
	t.Logf("%d connects of %d customers, %d sent", listens, len(customers), requests)
}

// connects returns how many connects were surely or perhaps sent, as the journal tells.
func connects(t *testing.T, s *stage) int {
	t.Helper()
	sent := 0
	readJournal(t, s, func(e engine.Event) {
		var name engine.CommandName
		switch o := e.Body.(type) {
		case engine.Listening:
			name = o.Command
		case engine.Refused:
			name = o.Command
		case engine.Unanswered:
			name = o.Command
		}
		if strings.Contains(string(name), "/listen/") {
			sent++
		}
	})
	return sent
}

func readJournal(t *testing.T, s *stage, yield func(engine.Event)) {
	t.Helper()
	err := s.program.journal.Read(1, func(e engine.Event) error {
		yield(e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// follow takes note of how a customer's call stands now.
func follow(customers map[engine.SessionID]*listened, session *engine.Session) {
	if customers[session.ID] == nil {
		customers[session.ID] = new(listened)
	}
	customers[session.ID].session = session
}

// checkListen checks one connect at the moment when it is ordered.
func checkListen(t *testing.T, c *listened, command engine.Command) {
	t.Helper()
	if c == nil || c.session.Caller == worldSymbl {
		t.Errorf("%s: Symbl is asked to listen to a leg that is its own", command.Name)
		return
	}
	c.listens++
	made := c.session.NoteCount - c.notes
	since := c.session.Notes[max(0, len(c.session.Notes)-made):]
	c.notes = c.session.NoteCount
	if c.listens > 1 && !slices.ContainsFunc(since, func(n engine.Note) bool { return strings.Contains(n.Text, "not heard") }) {
		t.Errorf("%s: Symbl is asked again, and nothing tells why: %v", command.Name, since)
	}
}
