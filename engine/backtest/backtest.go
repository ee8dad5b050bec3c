// Package backtest tries a policy on calls that are over.
//
// The calls are folded as they happened: what the journal says is what the engine is
// given, and the policy of that day is what steered them. The policies on trial only
// look at each call beside it, and what they would have proposed is counted. So a trial
// never changes what it is tried on; nor can it tell how a call would have gone on.
package backtest

import (
	"context"
	"runtime"
	"sync"
	"time"

	"switchboard/engine"
)

// tellEvery is how many events go by between two words about the progress.
const tellEvery = 500

// Options are what a backtest is to do.
type Options struct {
	Policy  engine.Policy  // on trial
	Compare *engine.Policy // tried beside it; nil: none
	Since   time.Time      // calls that began before are left out; zero: none is

	// Workers is how many sources are read at once; 0: as many as there are processors.
	Workers int

	// Progress is told how much of all is done, from any goroutine, one at a time. May
	// be nil.
	Progress func(done, of int)
}

// A Source is calls from one place: a journal, a recording, a file of exported calls.
type Source struct {
	Name string // as it is shown

	// Size is about how many events it has; 0: it is as small as a call.
	Size int

	// Played says that the calls are recorded ones, played to the engine for the trial:
	// nothing has happened to them that a policy could differ from.
	Played bool

	// Open begins to read the source. It is called once, by the goroutine that reads.
	Open func() (Reading, error)
}

// A Reading is a source that is being read.
type Reading struct {
	Epoch  string           // of the journal that the events come from
	Call   engine.SessionID // where they are those of one call alone, and say so
	Expect Label            // of all its calls; LabelNone: they say nothing

	// Settings are those that hold until the events bring others.
	Settings engine.Settings

	// Gaps says that events of other calls may be missing between those that are there.
	Gaps bool

	// Events yields the events in their order, and ends with the error that yield
	// returns.
	Events func(yield func(engine.Event) error) error

	// Close ends the reading. May be nil.
	Close func() error
}

// Run tries the policies on all calls of the sources and reports. What cannot be read
// is named in the report, and the rest goes on. The error is that of ctx alone: Run ends
// soon after ctx does.
func Run(ctx context.Context, o Options, sources []Source) (Report, error) {
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	p := progress{tell: o.Progress}
	for _, s := range sources {
		p.of += s.weight()
	}
	results := make([]folded, len(sources)) // each is written by one worker
	judges := 0                             // beside each fold: where the sources are fewer than the processors
	if spare := workers - len(sources); spare > 0 && len(sources) > 0 {
		judges = max(1, spare/len(sources)) + 1
	}
	next := make(chan int)
	var tasks sync.WaitGroup
	for range min(workers, len(sources)) {
		tasks.Go(func() {
			for i := range next {
				results[i] = foldSource(ctx, o, sources[i], judges, &p)
			}
		})
	}
	for i := range sources {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	tasks.Wait()
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	return report(o, sources, results), nil
}

// weight is what reading the source is of the whole work.
func (s Source) weight() int { return max(s.Size, tellEvery) }

// progress adds up what the workers have done.
type progress struct {
	mu       sync.Mutex
	tell     func(done, of int)
	done, of int
}

func (p *progress) add(n int) {
	if p.tell == nil || n <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = min(p.done+n, p.of)
	p.tell(p.done, p.of)
}
