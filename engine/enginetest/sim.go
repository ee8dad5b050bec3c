package enginetest

import (
	"container/heap"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
	"switchboard/engine/world"
)

// Limits of a simulation.
const (
	simEnd    = 3 * time.Hour // house time by which all has to be over
	simSoon   = time.Minute
	simEvents = 200_000 // taken in; past it something goes round in circles
)

// A Violation says which invariant did not hold, and in which simulation.
type Violation struct {
	Invariant  string
	Why        string
	At         time.Duration // since the beginning
	Seq        uint64        // of the event after which it was seen
	Simulation Simulation    // with what chance had brought by then: it fails alike by itself
}

// Error returns it in words, with the lines that repeat it.
func (v *Violation) Error() string {
	return fmt.Sprintf("%s: %s (at %s, event %d)\n%s", v.Invariant, v.Why, v.At, v.Seq, v.Simulation)
}

// SimStats are what a simulation came to.
type SimStats struct {
	Calls, Events, Commands, Keys, Checks, Crashes, Compared int
	Faults                                                   map[string]int // suffered, by name
}

// Add adds another's.
func (s *SimStats) Add(o SimStats) {
	s.Calls += o.Calls
	s.Events += o.Events
	s.Commands += o.Commands
	s.Keys += o.Keys
	s.Checks += o.Checks
	s.Crashes += o.Crashes
	s.Compared += o.Compared
	if s.Faults == nil {
		s.Faults = map[string]int{}
	}
	for name, n := range o.Faults {
		s.Faults[name] += n
	}
}

// A Past is what a program that starts again finds, as package runner has it.
type Past interface {
	Epoch() string
	Latest() (seq uint64, build string, state []byte, err error)
	Read(from uint64, yield func(engine.Event) error) error
}

// A Simulator runs simulations. It is one program around the engine, with its journal,
// its queues and its sweep, and the far ends that it speaks with: all in one goroutine,
// and on no clock but its own.
type Simulator struct {
	// Recordings are what calls may play, beside what is made up.
	Recordings []*recording.Recording

	// Recover is how the program starts from its journal: the runner's own way.
	Recover func(Past) (engine.State, error)

	// Hide takes out of entries what nobody may keep: the runner's own way.
	Hide func(now time.Time, state *engine.State, entries []engine.Entry)

	// Trace is told each event that is taken in and each command that it calls for, a line
	// each; nil: nobody is.
	Trace io.Writer
}

// Run runs a simulation to its end, and returns the first violation, or nil.
func (r *Simulator) Run(plan Simulation) (SimStats, *Violation) {
	s := &sim{
		plan: plan, recover: r.Recover, hide: r.Hide, trace: r.Trace, now: Start, dice: dice{plan.Seed},
		named: map[faultKey]SimStep{}, spent: map[faultKey]int{}, legs: map[world.LegID]*simLeg{}, sessions: map[engine.SessionID]int{},
		settings: plan.settings(), watch: newWatch(),
		stats: SimStats{Faults: map[string]int{}},
	}
	s.world = world.New(world.Config{
		Seed: plan.Seed, Start: Start, Front: FrontNumber, Phones: []string{supervisorPhone}, Lines: 1,
	})
	s.far = &Play{Script: New(), World: s.world, ears: map[engine.ConnectionID]*ear{}, lines: map[engine.LegID]*line{}}
	s.journal.plant = plan.plant
	if why := s.prepare(r.Recordings); why != "" {
		s.fail("the simulation can be read", "%s", why)
		return s.stats, s.violation
	}
	s.start()
	s.run()
	return s.stats, s.violation
}

// A sim is a simulation that is being run.
type sim struct {
	plan     Simulation
	recover  func(Past) (engine.State, error)
	hide     func(time.Time, *engine.State, []engine.Entry)
	trace    io.Writer
	settings engine.Settings
	dice     dice

	now    time.Time
	agenda simAgenda
	placed uint64

	world    *world.World
	far      *Play                    // carries commands out, and knows what Symbl hears
	legs     map[world.LegID]*simLeg  // every leg that was ever made
	order    []*simLeg                // the same, in order
	callers  []*simLeg                // customers by call, from 1
	sessions map[engine.SessionID]int // the call of each, as far as known
	listens  int
	jump     time.Duration // of the sources' clocks
	calls    int           // still to come

	journal simJournal
	up      *process      // nil while the program is down
	past    *engine.State // what the journal leads to, while it is down
	starts  int           // how often it has started: what an older one has begun is not for it
	kills   []*SimStep
	full    time.Time // until when the disk is
	dropped time.Time // until when Symbl's sockets are
	silent  time.Time // until when Symbl tells nothing

	named   map[faultKey]SimStep
	spent   map[faultKey]int // tries that have failed so
	brought []SimStep        // what chance has brought

	watch     watch
	forgets   bool // calls are forgotten in it
	stats     SimStats
	violation *Violation
}

// A simLeg is a leg of the world, and whose it is.
type simLeg struct {
	id     world.LegID
	call   int     // 0: nobody's
	name   string  // as in customer, op-1, listener-2
	owner  *simLeg // the customer in whose conference it may be; nil: not known yet
	role   engine.Role
	made   engine.CommandName // what has made it
	told   map[world.Kind]int
	events []engine.Entry // what Telnyx remembers to have told of it
	began  time.Time
	ended  time.Time
}

// prepare places what is to happen at a time, and returns what is wrong with the plan.
func (s *sim) prepare(recs []*recording.Recording) string {
	byName := map[string]*recording.Recording{}
	for _, r := range recs {
		byName[r.Name] = r
	}
	for i := range s.plan.Steps {
		step := &s.plan.Steps[i]
		switch step.Verb {
		case "with":
		case "call":
			rec := byName[step.What]
			if step.What == "made" {
				rec = made(s.plan.Seed, step.Call)
				if s.plan.has(withPaying) {
					readsOut(rec, s.plan.Seed, step.Call)
				}
			}
			if rec == nil {
				return fmt.Sprintf("there is no recording %q", step.What)
			}
			s.calls++
			s.place(Start.Add(step.At), func() { s.call(step.Call, rec) })
		case "press":
			s.place(Start.Add(step.At), func() { s.press(*step, 1) })
		case "forget":
			s.forgets = true
			s.place(Start.Add(step.At), func() { s.forget(*step, 1) })
		case Kill9:
			s.place(Start.Add(step.At), func() {
				switch step.What {
				case killIdle:
					s.kill(step)
				case killStop:
					s.stop(step)
				default:
					s.kills = append(s.kills, step)
				}
			})
		case DiskFull:
			s.place(Start.Add(step.At), func() { s.began(step); s.full = s.now.Add(step.For) })
		case SymblDrop:
			s.place(Start.Add(step.At), func() { s.began(step); s.symblDrops(step.For) })
		case SymblSilence:
			s.place(Start.Add(step.At), func() { s.began(step); s.silent = s.now.Add(step.For) })
		case ClockJump:
			s.place(Start.Add(step.At), func() { s.began(step); s.jump += step.For })
		default:
			s.named[faultKey{step.Verb, step.Call, step.What}] = *step
		}
	}
	return ""
}

func (s *sim) began(step *SimStep) { s.stats.Faults[step.Verb]++ }

// run goes from one thing that is due to the next.
func (s *sim) run() {
	for s.violation == nil {
		at, ok := s.next()
		switch {
		case !ok:
			s.over()
			return
		case at.Sub(Start) > simEnd:
			s.fail("everything comes to an end", "after %s there is still something to come: %s", simEnd, s.left())
			return
		case s.stats.Events > simEvents:
			s.fail("everything comes to an end", "%d events were taken in", s.stats.Events)
			return
		}
		if at.After(s.now) {
			s.now = at
		}
		s.fromWorld()
		for len(s.agenda) > 0 && !s.agenda[0].at.After(s.now) && s.violation == nil {
			heap.Pop(&s.agenda).(simTask).do()
			s.fromWorld()
		}
		s.ticks()
	}
}

// next returns when something is due.
func (s *sim) next() (time.Time, bool) {
	var least time.Time
	sooner := func(at time.Time) {
		if least.IsZero() || at.Before(least) {
			least = at
		}
	}
	if len(s.agenda) > 0 {
		sooner(s.agenda[0].at)
	}
	if at, ok := s.world.Next(); ok && (at.Sub(s.now) < simSoon || len(s.world.Live()) > 0) {
		sooner(at) // else only conferences are left whose time would be exceeded
	}
	if s.up != nil && s.up.stopping == nil {
		if at, ok := s.up.nextTick(s.now); ok {
			sooner(at)
		}
	}
	return least, !least.IsZero()
}

// place has something done at a time.
func (s *sim) place(at time.Time, do func()) {
	s.placed++
	heap.Push(&s.agenda, simTask{at, s.placed, do})
}

func (s *sim) after(d time.Duration, do func()) { s.place(s.now.Add(d), do) }

// mine has something done later by the program that runs now, if it still does.
func (s *sim) mine(d time.Duration, do func()) {
	starts := s.starts
	s.after(d, func() {
		if s.up != nil && s.starts == starts {
			do()
		}
	})
}

// fail keeps the first violation.
func (s *sim) fail(invariant, format string, args ...any) {
	if s.violation != nil {
		return
	}
	v := &Violation{Invariant: invariant, Why: fmt.Sprintf(format, args...), At: s.now.Sub(Start), Seq: s.journal.seq()}
	v.Simulation = Simulation{Seed: s.plan.Seed, Steps: append(append([]SimStep(nil), s.plan.Steps...), s.brought...), plant: s.plan.plant}
	s.violation = v
}

// guard runs the engine, whose own invariants panic.
func (s *sim) guard(do func()) {
	defer func() {
		if p := recover(); p != nil {
			where := strings.Split(string(debug.Stack()), "\n")
			s.fail("the engine does not fail", "%v%s", p, at(where))
		}
	}()
	do()
}

// at finds in a stack where the engine was.
func at(stack []string) string {
	for i, line := range stack {
		if strings.Contains(line, "switchboard/engine.(") && !strings.Contains(line, "invariant") && i+1 < len(stack) {
			_, file, _ := strings.Cut(strings.TrimSpace(stack[i+1]), "/engine/")
			file, _, _ = strings.Cut(file, " ")
			return " (" + file + ")"
		}
	}
	return ""
}

// A simTask is something that will happen.
type simTask struct {
	at  time.Time
	seq uint64
	do  func()
}

type simAgenda []simTask

func (a simAgenda) Len() int { return len(a) }
func (a simAgenda) Less(i, j int) bool {
	if a[i].at.Equal(a[j].at) {
		return a[i].seq < a[j].seq
	}
	return a[i].at.Before(a[j].at)
}
func (a simAgenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *simAgenda) Push(x any)   { *a = append(*a, x.(simTask)) }
func (a *simAgenda) Pop() any {
	last := len(*a) - 1
	t := (*a)[last]
	(*a)[last] = simTask{}
	*a = (*a)[:last]
	return t
}
