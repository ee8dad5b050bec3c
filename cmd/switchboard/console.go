package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/muesli/cancelreader"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"switchboard/engine/clock"
	"switchboard/tui"
	"switchboard/tui/plain"
)

// A console is how a program is shown: on the full screen, or a line for each change.
type console struct {
	plain  bool
	title  string // the word in the header: LIVE or DEMO
	in     io.Reader
	out    io.Writer
	ends   string // what quitting means for calls that are up, where it means something
	prefs  preferences
	tour   bool // offer the guided tour: only where nothing is real
	look   lookFlags
	remain bool // where nobody reads a plain console's lines any more, the program goes on

	wallboard bool // large figures alone, and nothing can be steered
}

// newConsole returns the console of a command: plain where it was asked for, where
// standard output is no terminal, and where the terminal cannot do more.
func newConsole(cmd *cobra.Command, title string, asked bool) console {
	return console{
		plain: asked || !isTerminal(cmd.OutOrStdout()) || os.Getenv("TERM") == "dumb",
		title: title, in: cmd.InOrStdin(), out: cmd.OutOrStdout(),
	}
}

// prefer has the console begin as the supervisor has written and left it. A plain console
// remembers nothing.
func (c *console) prefer(f consoleFlags, kind string) (err error) {
	f.noState = f.noState || c.plain
	if c.prefs, err = f.load(kind); err != nil {
		return err
	}
	return c.look.checkThemes(c.prefs.config)
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// gone reports whether the terminal that the console is shown on is there no longer.
func (c console) gone() bool { return !c.plain && !isTerminal(c.out) }

// show shows a program until the supervisor quits or ctx is done, and has it read its
// policy again at each SIGHUP. Greeting is said first, a line each. Where the terminal takes
// nothing any more, show is over a second after ctx all the same.
func (c console) show(ctx context.Context, p *program, greeting ...string) error {
	ctx, end := context.WithCancel(ctx)
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP) // before a word is said: until then it ends the program
	defer signal.Stop(hangups)
	var heeding sync.WaitGroup
	heeding.Go(func() { p.onHangup(ctx, hangups, c.gone, end) })
	defer heeding.Wait()
	defer end()
	err := soon(ctx, leaveTakes, func() error {
		return caught("the console", func() error { return c.draw(ctx, p, greeting) })
	})
	if errors.Is(err, errNotTaken) {
		p.log.Warn("console", "trouble", err)
		return nil
	}
	return err
}

// draw is show, on a terminal that is read.
func (c console) draw(ctx context.Context, p *program, greeting []string) error {
	for _, line := range append(greeting[:len(greeting):len(greeting)], c.prefs.said...) { // before the full screen, so that it stands there again after it
		fmt.Fprintln(c.out, line)
	}
	if !c.plain {
		return c.fill(ctx, p, greeting)
	}
	err := plain.Run(ctx, plain.Options{Engine: p.runner, In: interruptible(c.in), Out: c.out, Interactive: isTerminal(c.in), House: p, Archive: p, Unasked: p.unasked})
	if errors.Is(err, plain.ErrOutput) {
		p.log.Warn("console", "trouble", err)
		if c.remain {
			<-ctx.Done()
		}
		return nil
	}
	return err
}

// fill shows a program on the full screen.
func (c console) fill(ctx context.Context, p *program, greeting []string) error {
	if screen, ok := c.out.(*os.File); ok {
		dismiss, err := postWatchman(screen, logPlace(p.file), c.ends)
		if err != nil { // the terminal is put back without one, but for the worst
			p.log.Warn("console", "trouble", err)
		} else {
			defer dismiss()
		}
	}
	o := tui.Options{
		Engine: p.runner, Title: c.title, Idle: strings.Join(greeting, " "), Ends: c.ends,
		Wall: clock.New(clock.Wall(), 1), House: p, Archive: p, Unasked: p.unasked,
		Config: c.prefs.config, State: c.prefs.state, Save: c.prefs.save, Said: c.prefs.said, Tour: c.tour,
		Wallboard: c.wallboard, Suspend: c.still(p.clock),
	}
	c.look.into(&o)
	return tui.Run(ctx, o)
}

// still returns the clock that stands still while a shell has stopped the program, or nil
// where it is not to be stopped: calls would not be answered, or nobody would bring it back.
func (c console) still(house *clock.Clock) *clock.Clock {
	if c.ends != "" || !underShell() {
		return nil
	}
	return house
}

// interruptible returns a reader whose Close makes a Read that waits return. Where the
// stream has no such way (a file, which never waits), it returns one without Close.
func interruptible(in io.Reader) io.Reader {
	f, ok := in.(*os.File)
	if !ok {
		return in
	}
	r, err := cancelreader.NewReader(f)
	if err != nil {
		return struct{ io.Reader }{in}
	}
	return cancelling{r}
}

// cancelling makes Close cancel a Read instead of closing beneath it.
type cancelling struct{ r cancelreader.CancelReader }

// Read reads, and releases what the reader holds at its end.
func (c cancelling) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	if err != nil {
		c.r.Close()
	}
	return n, err
}

// Close makes a Read that waits, and every later one, return.
func (c cancelling) Close() error {
	c.r.Cancel()
	return nil
}
