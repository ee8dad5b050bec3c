// Package plain is the console without a screen: one line for each change, commands
// a line each. It is for terminals that cannot do more, for pipes, and for people
// who listen to their screen instead of looking at it: words stand where the full
// console draws, nothing is repainted, and no line holds an escape sequence.
package plain

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"switchboard/engine"
	"switchboard/engine/clock"
)

// Limits.
const (
	lookEvery     = 100 * time.Millisecond // of the wall, between two looks at the frame
	submitWait    = 2 * time.Second        // of the wall, for a wish to be written down
	maxLine       = 1 << 10                // bytes of a command; the rest of the line is dropped
	maxQueued     = 1024                   // lines that a slow output may be behind
	flushWait     = time.Second            // of the wall, for the last lines when the console ends
	maxName       = 32                     // runes of a caller's name
	maxText       = 400                    // runes of a sentence, a note or a reason
	maxListed     = 10                     // sentences that "call 3" shows
	sameTrouble   = time.Minute            // … and between two that say the same
	troublePacing = 5 * time.Second        // of house time, between two lines about one kind of trouble
)

// An Engine is what the console shows and steers. Its methods may be called from any
// goroutine.
type Engine interface {
	// Frame returns the latest frame, at once.
	Frame() *engine.Frame
	// Talk returns what was said in a call, at once.
	Talk(engine.SessionID) engine.Talk
	// Health returns how well we hear and are heard, at once.
	Health() engine.Health
	// Now returns house time.
	Now() time.Time
	// Submit puts what a supervisor asks before the engine, and returns when it is
	// written down.
	Submit(context.Context, engine.Entry) error
}

// Options say what a console works on.
type Options struct {
	Engine Engine

	// In gives the commands, a line each; nil gives none. Its end does not end the
	// console. If it is an io.Closer, Run closes it, which must make a waiting Read
	// return, and waits for its reader; if it is not, a Read that waits when Run
	// returns is left waiting.
	In io.Reader

	// Out takes the lines. While it is slow lines are dropped, and their number told.
	Out io.Writer

	// Name tells this console from others in the journal: one word. Default "plain".
	Name string

	// Zone is where times are shown for; nil is the machine's.
	Zone *time.Location

	// Phone is the supervisor's own; empty: the one that the engine is configured with.
	Phone string

	// House does what lies outside the console and the engine; nil: nothing does.
	House House

	// Archive is the calls that are over, to be searched; nil: nothing is.
	Archive Archive

	// Interactive says that a person sits at In and listens or reads: he is prompted, told
	// no more lines than can be read out, and at first not every sentence of every call.
	Interactive bool

	// Unasked brings, as lines for people, what the house has done that nobody asked for
	// here: a policy that a signal had read again. May be nil.
	Unasked <-chan []string
}

// A House is what the console may ask for that is neither shown nor steered by the
// engine. Its methods may take their time; they are called beside the console, one at a
// time, and end with ctx. What they report is lines for people.
type House interface {
	// ReloadPolicy reads the policy file again, checks it, and loads it. A broken file
	// changes nothing, and the error says where it is broken.
	ReloadPolicy(ctx context.Context) (report []string, err error)

	// Backtest judges the calls of the last while by the policy that is in force.
	Backtest(ctx context.Context, since time.Duration) (report []string, err error)

	// Report says what the shift that goes on has come to, up to now.
	Report(ctx context.Context) (report []string, err error)

	// Export writes a call without numbers and names into the user's folder, and reports
	// where. The call is named by its number or session; no format is text.
	Export(ctx context.Context, call, format string) (report []string, err error)

	// WouldForget says what Forget would erase of the calls with a number.
	WouldForget(ctx context.Context, number string, what engine.Erasure) (report []string, err error)

	// Forget erases the calls with a number from all that is kept: their words, or whole.
	// by is who asks for it. It says what was done, and what was not reached.
	Forget(ctx context.Context, number string, what engine.Erasure, by engine.By) (report []string, err error)
}

// An Archive is the calls that are over, to be searched. Its method may take its time; it is
// called beside the console and ends with ctx.
type Archive interface {
	// HistoryLines returns the newest calls that a query holds for, as lines for people. An
	// error says what does not serve in the query.
	HistoryLines(ctx context.Context, query string) (report []string, err error)
}

// ErrOutput means that nothing can be written any more: nobody reads what the console
// says.
var ErrOutput = errors.New("the output of the console is closed")

// Run runs the console until ctx is done or the supervisor quits, both of which return
// nil, or until Out fails: ErrOutput.
func Run(ctx context.Context, o Options) error {
	o.Name = cmp.Or(o.Name, "plain")
	if o.Zone == nil {
		o.Zone = time.Local
	}
	out := newOutput(o.Out)
	defer out.close()
	in := newInput(o.In)
	defer in.close()

	c := &console{engine: o.Engine, name: o.Name, zone: o.Zone, out: out, started: o.Engine.Now(), calls: map[engine.SessionID]told{},
		phone: o.Phone, house: o.House, archive: o.Archive, reports: make(chan report, 1)}
	life, end := context.WithCancel(ctx)
	c.life = life
	defer c.workers.Wait()
	defer end()
	wall := clock.New(time.Time{}, 1) // a person reads at the wall's speed
	c.now = wall.Now
	c.say("plain console. Type help for what you can do, quit to end.")
	if o.Interactive {
		c.pace.on, c.pace.hidden, out.prompt = true, 1, "> "
		c.say("you are told what happens, but not every sentence: say all, say calls or say needed changes that, follow 3 tells the words of call 3. An empty line holds the lines while you type.")
	}
	c.greetNotes()
	commands := in.lines
	for {
		c.look()
		select {
		case <-ctx.Done():
			c.look()
			return nil
		case <-out.failed:
			return ErrOutput
		case line, more := <-commands:
			if !more {
				commands = nil
				continue
			}
			out.asked()
			if quit := c.command(ctx, line); quit {
				c.look()
				return nil
			}
		case r := <-c.reports:
			c.report(r)
		case lines := <-o.Unasked:
			for _, line := range lines {
				c.say("the policy was read again: %s", clean(line))
			}
		case <-wall.Timer(lookEvery).C:
		}
	}
}

// A console is one run. All of it belongs to Run's goroutine.
type console struct {
	engine  Engine
	name    string
	zone    *time.Location
	out     *output
	started time.Time
	asked   int  // entries submitted
	past    bool // what is told is over: nothing can be typed
	phone   string

	house   House
	archive Archive
	life    context.Context // of Run: ends what the house is doing
	workers sync.WaitGroup
	reports chan report
	working bool // the house is at something

	now  func() time.Time // on the wall; nil: in house time
	pace pace

	news     []line        // of the look that goes on
	last     time.Time     // of the line that was told last
	frame    *engine.Frame // the last one that was told
	calls    map[engine.SessionID]told
	acted    map[engine.SessionID]time.Time // when something was asked for here, on the wall
	refused  map[string]bool                // refusals that were told, by entry
	ended    map[engine.SessionID]bool
	troubles map[engine.TroubleKind]toldTrouble
	journal  string // why it cannot write, as it was told
}

// A line is one that is to be said, and the moment that it is about.
type line struct {
	at   time.Time
	who  string // that it is about: a call, or several; empty: no call
	text string
	call int  // its number, where it is about one
	same bool // is said once where it is said of several calls
	asks bool // a decision that falls due: told before the rest

	grade   grade
	session engine.SessionID // of the call
}

// said is a line as it is told, without its time.
func (l line) said() string {
	if l.who == "" {
		return l.text
	}
	return l.who + ": " + l.text
}

// say says something about now. It needs a hand, or answers a command; the others are told
// with factAt and wordsAt.
func (c *console) say(format string, args ...any) { c.sayAt(c.engine.Now(), format, args...) }

// sayAt says something about a moment, with its time before it, when tell is called.
func (c *console) sayAt(at time.Time, format string, args ...any) {
	c.news = append(c.news, line{at: at, text: fmt.Sprintf(format, args...)})
}

// factAt says what has happened in a call.
func (c *console) factAt(at time.Time, s *engine.Session, format string, args ...any) {
	c.news = append(c.news, line{at: at, who: sessionWords(s), text: fmt.Sprintf(format, args...), call: s.Number, session: s.ID, grade: gradeFact})
}

// wordsAt says what was said in a call.
func (c *console) wordsAt(at time.Time, s *engine.Session, format string, args ...any) {
	c.news = append(c.news, line{at: at, who: sessionWords(s), text: fmt.Sprintf(format, args...), call: s.Number, session: s.ID, grade: gradeWords})
}

// tell writes what was said since the last time, the oldest first. What is older than
// the last line carries its time: times that jump back are hard to listen to.
func (c *console) tell() {
	now := c.wall()
	held := now.Before(c.pace.held)
	if !held && len(c.pace.waiting) > 0 {
		c.release()
	}
	slices.SortStableFunc(c.news, func(a, b line) int { return a.at.Compare(b.at) })
	news := chorus(c.news)
	if c.pace.on {
		news = breathe(news)
	}
	for _, l := range news {
		if held && l.grade != gradeNeeded {
			c.pace.keep(l)
			continue
		}
		if !c.pace.lets(l, now) {
			continue
		}
		if l.at.After(c.last) {
			c.last = l.at
		}
		c.out.line(c.last.In(c.zone).Format(time.TimeOnly) + " " + l.said())
	}
	c.news = c.news[:0]
	if text := c.pace.leftOut(now); text != "" && !held {
		c.out.line(text)
	}
	c.out.ask()
}
