package runner_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/runner"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// A book is a journal in memory, that can be told to misbehave.
type book struct {
	mu      sync.Mutex
	held    *sync.Cond
	shut    bool  // Append waits
	fault   error // Append fails
	forget  string
	skip    bool // a number is left out: the mistake of a journal
	known   map[string]bool
	events  []engine.Event
	batches []int
	offered int // entries with IDs that begin with forget
	kept    []uint64
	keeping chan struct{} // where it is set, Checkpoint waits for it
	keepers int           // that wait
	twice   bool          // two did
}

func newBook() *book {
	b := &book{known: map[string]bool{}, forget: "\x00"}
	b.held = sync.NewCond(&b.mu)
	return b
}

func (b *book) Append(now time.Time, entries []engine.Entry) ([]engine.Event, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.shut {
		b.held.Wait()
	}
	if b.fault != nil {
		return nil, b.fault
	}
	var events []engine.Event
	for _, e := range entries {
		if strings.HasPrefix(e.ID, b.forget) {
			b.offered++
			continue
		}
		if !b.known[e.ID] {
			b.known[e.ID] = true
			seq := uint64(len(b.events)) + 1
			if b.skip {
				seq++
			}
			b.events = append(b.events, engine.Event{Seq: seq, At: now, Entry: e})
			events = append(events, b.events[len(b.events)-1])
		}
	}
	b.batches = append(b.batches, len(entries))
	return events, nil
}

func (b *book) Checkpoint(seq uint64, build string, state []byte) error {
	b.mu.Lock()
	b.keepers++
	b.twice = b.twice || b.keepers > 1
	b.mu.Unlock()
	if b.keeping != nil {
		<-b.keeping
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keepers--
	b.kept = append(b.kept, seq)
	return nil
}

func (b *book) hold(shut bool) {
	b.mu.Lock()
	b.shut = shut
	b.mu.Unlock()
	b.held.Broadcast()
}

func (b *book) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fault = err
}

// all returns all events.
func (b *book) all() []engine.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.events)
}

// checkpoints returns the numbers of those that were kept.
func (b *book) checkpoints() []uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.kept)
}

// log returns the kinds and IDs of all events.
func (b *book) log() (log []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.events {
		kind, _, _ := engine.EncodeBody(e.Body)
		log = append(log, kind+" "+e.ID)
	}
	return log
}

func (b *book) find(id string) (engine.Event, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.events, func(e engine.Event) bool { return e.ID == id })
	if i < 0 {
		return engine.Event{}, false
	}
	return b.events[i], true
}

// A farEnd carries out everything as it is told, and can be told to hold its answers.
type farEnd struct {
	mu      sync.Mutex
	open    *sync.Cond
	stuck   bool
	panics  bool
	busy    bool     // dials are refused
	words   string   // of a refusal of whatever else it is told; empty: it carries it out
	began   []string // names of commands, in the order they began
	underIt map[engine.SessionID]int
	most    int // at once, of all sessions
	twice   bool
}

func newFarEnd() *farEnd {
	f := &farEnd{underIt: map[engine.SessionID]int{}}
	f.open = sync.NewCond(&f.mu)
	return f
}

func (f *farEnd) stick(stuck bool) {
	f.mu.Lock()
	f.stuck = stuck
	f.mu.Unlock()
	f.open.Broadcast()
}

func (f *farEnd) refuse(words string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.words = words
}

func (f *farEnd) names() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.began)
}

func (f *farEnd) Do(ctx context.Context, c engine.Command) engine.Body {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.panics {
		panic("out of cheese")
	}
	f.began = append(f.began, string(c.Name))
	f.underIt[c.Session]++
	f.twice = f.twice || f.underIt[c.Session] > 1
	f.most = max(f.most, len(f.underIt))
	stop := context.AfterFunc(ctx, func() { f.stick(false) })
	defer stop()
	for f.stuck && ctx.Err() == nil {
		f.open.Wait()
	}
	if f.underIt[c.Session]--; f.underIt[c.Session] == 0 {
		delete(f.underIt, c.Session)
	}
	if ctx.Err() != nil {
		return engine.Unanswered{Command: c.Name, Detail: "we hung up"}
	}
	if f.words != "" {
		return engine.Refused{Command: c.Name, Reason: engine.ReasonOther, Detail: f.words}
	}
	switch a := c.Action.(type) {
	case engine.OpenConference:
		return engine.ConferenceOpened{Command: c.Name, Conference: engine.ConferenceID("room " + string(a.Leg))}
	case engine.Dial:
		if f.busy {
			return engine.Refused{Command: c.Name, Reason: engine.ReasonInvalid, Detail: "the number is wrong"}
		}
		return engine.Dialled{Command: c.Name, Leg: engine.LegID("dialled " + string(c.Name))}
	case engine.Listen:
		return engine.Listening{Command: c.Name, Connection: engine.ConnectionID("connection " + string(c.Name))}
	default:
		return engine.Accepted{Command: c.Name}
	}
}

// A rig is a runner at work, with all that is around it.
type rig struct {
	*runner.Runner
	t      *testing.T
	book   *book
	telnyx *farEnd
	symbl  *farEnd
	stop   context.CancelFunc
	ended  chan error
}

func settings() engine.Settings {
	return engine.Settings{
		Floor: "main", Number: "+12025550100", Conference: "desk", Operators: []string{"+12025550177", "+12025550178"},
		Ring: 20 * time.Second, MinWords: 3,
		English: engine.Prompts{Language: "en-US", Voice: "v"}, Spanish: engine.Prompts{Language: "es-US", Voice: "v"},
	}
}

// inBubble runs a test with a runner in a bubble of its own time, and ends the runner.
func inBubble(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := start(t, 1)
		defer func() {
			if err := r.end(); err != nil {
				t.Errorf("Run: %v", err)
			}
		}()
		test(t, r)
	})
}

// start runs a runner on house time of the given speed.
func start(t *testing.T, speed float64) *rig { return startWith(t, speed, nil) }

// startWith does so with a redactor.
func startWith(t *testing.T, speed float64, redactor runner.Redactor) *rig {
	return startFrom(t, func(c *runner.Config) { c.Clock, c.Redact = clock.New(noon, speed), redactor })
}

// startFrom runs a runner whose configuration is another than usual.
func startFrom(t *testing.T, change func(*runner.Config)) *rig {
	r := &rig{t: t, book: newBook(), telnyx: newFarEnd(), symbl: newFarEnd(), ended: make(chan error, 1)}
	c := runner.Config{
		Journal: r.book, State: engine.NewState("0123456789"), Clock: clock.New(noon, 1), Build: "test",
		Adapters: map[engine.Adapter]runner.Doer{engine.AdapterTelnyx: r.telnyx, engine.AdapterSymbl: r.symbl},
		First:    []engine.Entry{{Body: engine.SettingsLoaded{Settings: settings()}}},
	}
	change(&c)
	r.Runner = runner.New(c)
	r.run()
	return r
}

func (r *rig) run() {
	ctx, stop := context.WithCancel(r.t.Context())
	r.stop = stop
	go func() { r.ended <- r.Run(ctx) }()
	synctest.Wait()
}

// end stops the runner and waits for it. It may be called twice.
func (r *rig) end() error {
	if r.stop == nil {
		return nil
	}
	r.telnyx.stick(false)
	r.symbl.stick(false)
	r.book.hold(false)
	r.stop()
	r.stop = nil
	return <-r.ended
}

func (r *rig) submit(id string, b engine.Body) error {
	by := engine.ByTelnyx
	switch b.(type) {
	case engine.TransferAsked, engine.MuteAsked, engine.HangupAsked:
		by = engine.BySupervisor
	}
	return r.Submit(r.t.Context(), engine.Entry{ID: id, By: by, Occurred: r.Now(), Body: b})
}

// tell submits what must be taken in, and lets everything come to rest.
func (r *rig) tell(id string, b engine.Body) {
	r.t.Helper()
	if err := r.submit(id, b); err != nil {
		r.t.Fatalf("%s: %v", id, err)
	}
	synctest.Wait()
}

func incoming(leg string) engine.LegInitiated {
	return engine.LegInitiated{LegRef: ref(leg), Direction: engine.Incoming, From: "+12025550123", To: "+12025550100"}
}

func ref(leg string) engine.LegRef { return engine.LegRef{Leg: engine.LegID(leg)} }

// call brings a customer's call as far as its conference. It returns the session.
func (r *rig) call(leg string) engine.SessionID {
	r.t.Helper()
	r.tell("in "+leg, incoming(leg))
	e, _ := r.book.find("in " + leg)
	r.tell("up "+leg, engine.LegAnswered{LegRef: ref(leg)})
	return engine.SessionID(fmt.Sprint("s", e.Seq))
}

// operator has an operator called into a session, and returns his leg.
func (r *rig) operator(s engine.SessionID) engine.LegID {
	r.t.Helper()
	r.tell("transfer "+string(s), engine.TransferAsked{Session: s})
	session, _ := r.settle().Session(s)
	for _, l := range session.Legs {
		if l.Role == engine.RoleOperator && l.ID != "" {
			return l.ID
		}
	}
	r.t.Fatalf("nobody is called into %s", s)
	return ""
}

// settle gives the frame the time that it may take.
func (r *rig) settle() *engine.Frame {
	time.Sleep(40 * time.Millisecond)
	synctest.Wait()
	return r.Frame()
}

func (r *rig) trouble(kind engine.TroubleKind) engine.Trouble {
	for _, t := range r.Health().Troubles {
		if t.Kind == kind {
			return t
		}
	}
	return engine.Trouble{}
}

var errFull = errors.New("the disk is full")

type brokenDisk struct{}

func (brokenDisk) Error() string { return "the disk is gone" }
func (brokenDisk) Broken() bool  { return true }
