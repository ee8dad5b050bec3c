// Package tui is the supervisor's console: the engine's latest frame on a full
// screen, and key presses turned into what a supervisor asks for.
//
// It is built as the engine is: messages in, a model and commands out. Update does no
// I/O, View is a function of the model, and the model holds only what this screen
// knows (what is selected, how wide it is, which box is open); all else is the
// frame's. Each pane stands in a file of its own and gives lines of exactly the width
// that it is asked for. Text from outside is drawn only as [safe.Text].
package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/replay"
	"switchboard/tui/prefs"
)

// How often the console looks at the engine, in the wall's time.
const (
	framePeriod  = time.Second / 30
	remotePeriod = time.Second / 20 // over SSH
	restPeriod   = time.Second / 10 // while no key was pressed for a while
	restAfter    = 2 * time.Second
)

// An Engine is what the console needs of the engine that it shows. A live runner is
// one, and so may a replay be, or the far end of a socket. Its methods are called from
// several goroutines; only Submit may wait.
type Engine interface {
	// Frame returns the latest frame. Its Number rises when anything shown has changed.
	Frame() *engine.Frame

	// Talk returns what was said in a call, and what is being said.
	Talk(engine.SessionID) engine.Talk

	// Health returns how well we hear and are heard.
	Health() engine.Health

	// Now returns house time.
	Now() time.Time

	// Submit hands over what a supervisor asks and returns once it is written down.
	// Whether it is done is told by later frames, and by their Refusals.
	Submit(context.Context, engine.Entry) error
}

// A House is what the console may ask for that is neither shown nor steered by the
// engine. Its methods may take their time; they are called beside the console, one at a
// time, and end with ctx. What they report is lines for people.
type House interface {
	// ReloadPolicy reads the policy file again, checks it, and loads it. The report says
	// what is different. A broken file changes nothing, and the error says where it is
	// broken.
	ReloadPolicy(ctx context.Context) (report []string, err error)

	// Backtest judges the calls of the last while by the policy that is in force, and
	// reports what it would have done.
	Backtest(ctx context.Context, since time.Duration) (report []string, err error)

	// Replay reads a call from the journal, live or over. The player stands where it is to
	// begin.
	Replay(ctx context.Context, call engine.SessionID) (*replay.Player, error)

	// Judge judges what is on a tape by another policy: a file's, one that is built in, or,
	// where the name is empty, the one that is in force. The error says what is wrong with it.
	Judge(ctx context.Context, tape *replay.Tape, policy string) (replay.Trial, error)

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

// Options are what a console is made of.
type Options struct {
	// Engine is what the console shows and asks. It is required, but with Replay.
	Engine Engine

	// Replay is shown in place of an engine: what is over, with a bar to go through it.
	Replay *replay.Player

	// Call is selected first, where it is there. Empty: the first.
	Call engine.SessionID

	// Name tells this console from others in the journal: one word. Default "console".
	Name string

	// Title is the word in the header that says what is shown, as LIVE or DEMO.
	Title string

	// Idle is shown while there is no call: where calls are awaited, say.
	Idle string

	// Ends says, in whole sentences, what quitting does to calls where it ends the
	// program that takes them. With it, a supervisor who quits while calls are up is
	// asked first, and reads it after how many there are. Empty where calls go on as
	// they would without this console, or are not real.
	Ends string

	// Phone is the supervisor's own: E.164 or a SIP URI. Empty: the one that the engine
	// is configured with. He may type another one.
	Phone string

	// House does what lies outside the console and the engine: without one the console
	// says that it cannot be done here.
	House House

	// Archive is the calls that are over, to be searched with :history: without one the
	// console says that it cannot be done here.
	Archive Archive

	// Unasked brings, as lines for people, what the house has done that nobody asked for
	// here: a policy that a signal had read again. May be nil.
	Unasked <-chan []string

	// Config is what the supervisor has written down about his console, and State what the
	// console remembers for him.
	Config prefs.Config
	State  prefs.State

	// Save keeps a State for the next console. It may wait. nil: nothing is kept.
	Save func(prefs.State) error

	// Said are sentences that the console begins with: what is wrong with the files that
	// Config and State come from, say.
	Said []string

	// Wallboard shows the wallboard alone: nothing on it can be steered.
	Wallboard bool

	// Tour offers the guided tour, once the console has something to show. Only where
	// nothing is real.
	Tour bool

	// Suspend lets ctrl+z stop the program and give the terminal to the shell that it was
	// started from. It is the clock that stands still meanwhile. nil where there is no
	// shell, for nobody else brings the program back; and where Ends says something it is
	// refused all the same, for a stopped program answers no calls.
	Suspend *clock.Clock

	// Look is how the terminal is to be drawn on: see [DetectLook].
	Look Look

	// Wall is a clock at the speed of the wall, for guards against fast fingers, for notices
	// that fade, and for what lasts until some time: it shows the wall's time, too. Without
	// one, house time is taken, which is right only where it runs at that speed too.
	Wall *clock.Clock

	// Zone is where the supervisor's clock hangs. Default: the machine's.
	Zone *time.Location

	// Input and Output are the terminal; by default the process's own. Environ is its
	// environment, by default the process's own.
	Input   io.Reader
	Output  io.Writer
	Environ []string

	size [2]int // of an emulated terminal, width and height
}

// Run shows the console until the supervisor quits or ctx ends, and returns nil for
// both. The terminal is put back as it was in every case, a panic included. Signals
// are the caller's, who ends ctx on them. Nothing may be written to the terminal
// meanwhile.
func Run(ctx context.Context, o Options) error {
	if o.Engine == nil && o.Replay == nil {
		return errors.New("console: no engine to show")
	}
	program := []tea.ProgramOption{
		tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithFPS(int(time.Second / framePeriod)),
	}
	if o.Look.Remote {
		program[2] = tea.WithFPS(int(time.Second / remotePeriod))
	}
	depth := o.depth()
	program = append(program, tea.WithColorProfile(depth))
	m := newModel(o)
	m.recolour(depth)
	if in := keyboard(o.Input, m.wall); in != nil {
		program = append(program, tea.WithInput(in))
	}
	if o.Output != nil {
		program = append(program, tea.WithOutput(o.Output))
	}
	if o.Environ != nil {
		program = append(program, tea.WithEnvironment(o.Environ))
	}
	if o.size != [2]int{} {
		program = append(program, tea.WithWindowSize(o.size[0], o.size[1]))
	}
	screen := tea.NewProgram(m, program...)
	listening, end := context.WithCancel(ctx)
	var listener sync.WaitGroup
	listener.Go(func() { passOn(listening, o.Unasked, screen) })
	_, err := screen.Run()
	end()
	listener.Wait()
	_ = m.keepLast() // it was said already, if nothing can be kept
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("run the console: %w", err)
	}
	return nil
}

// depth is how many colours the console uses. It is known before the first frame, so that
// no frame is drawn twice for it.
func (o Options) depth() colorprofile.Profile {
	if o.Look.Colors != ColorsDetected {
		return o.Look.Depth(0)
	}
	var out io.Writer = os.Stdout
	if o.Output != nil {
		out = o.Output
	}
	environ := o.Environ
	if environ == nil {
		environ = os.Environ()
	}
	return colorprofile.Detect(out, environ)
}

// passOn hands what nobody has asked for to the screen, until ctx is done.
func passOn(ctx context.Context, news <-chan []string, screen *tea.Program) {
	for {
		select {
		case <-ctx.Done():
			return
		case lines := <-news:
			screen.Send(unasked(lines))
		}
	}
}
