package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"switchboard/engine/clock"
	"switchboard/engine/recording"
	"switchboard/engine/world"
)

const (
	maxDemoCalls = 1000
	offTerminal  = 30 * time.Second // of the wall: how long a demo lasts that nobody watches
)

// headStart has the first house time of a demo go by quickly, so that whoever opens it
// finds calls in the middle of a conversation. Where nobody calls by himself there is
// none.
func headStart(speed float64, calls int) clock.RunUp {
	const manyCalls = 20 // whose beginning the machine could not do so quickly
	r := clock.RunUp{House: 45 * time.Second, Wall: 1500 * time.Millisecond}
	if calls == 0 || calls > manyCalls || speed >= r.House.Seconds()/r.Wall.Seconds() {
		return clock.RunUp{} // or it is fast enough by itself
	}
	return r
}

// demoOptions are what a demo may be told.
type demoOptions struct {
	calls   int
	speed   float64
	seed    uint64
	front   bool
	feed    string        // one of feeds
	lasts   time.Duration // of the wall; 0: until it is quit
	plain   bool
	journal string
	record  recordFlags
	callers string // a folder of recordings; empty: the demo's own
	console consoleFlags
	tour    bool // also where it was seen already
	noTour  bool
	policy  string // a file, which tells the operators as well; empty: the default rules and the emulators' operators

	// Only tests have these.
	exports string // the folder that the console exports to
	faults  world.Faults
	unset   []string   // settings that the emulators' environment leaves out
	set     []setValue // … and that hold in their place
}

func demoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show the living console, without any account",
		Long: "demo runs the whole program on a pretend telephone network on this machine: recorded callers ring, talk, " +
			"press keys and hang up, operators answer or do not. You may step in at any moment.",
		Example: "  switchboard demo\n" +
			"  switchboard demo --calls 12 --speed 4\n" +
			"  switchboard demo --recordings calls   # your own, from run --record or export\n" +
			"  switchboard demo --plain --seed 1 --speed 20 --for 40s",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			if !cmd.Flags().Changed("for") && !isTerminal(cmd.OutOrStdout()) {
				o.lasts = offTerminal
			}
			c := newConsole(cmd, "DEMO", o.plain)
			if err := c.prefer(o.console, kindDemo); err != nil {
				return err
			}
			c.tour = o.tour || !o.noTour && !o.console.noState && !c.prefs.state.Toured
			return demo(cmd.Context(), o, c)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().IntVar(&o.calls, "calls", 5, "how many calls are live at once")
	cmd.Flags().Float64Var(&o.speed, "speed", 1, "how many times as fast as the wall the house goes")
	cmd.Flags().Uint64Var(&o.seed, "seed", uint64(os.Getpid()), "fixes what the pretend world does (default: another each time)")
	cmd.Flags().Lookup("seed").DefValue = "0" // so that the help does not call a process number a default
	cmd.Flags().BoolVar(&o.front, "front", false, "with a front desk: an assistant talks with customers before any operator")
	cmd.Flags().StringVar(&o.feed, "feed", feedAuto, "who listens: "+oneOf(feeds))
	cmd.Flags().DurationVar(&o.lasts, "for", 0, "how long it lasts, on the wall (default: until you quit; off a terminal 30s)")
	cmd.Flags().Lookup("for").DefValue = ""
	cmd.Flags().BoolVar(&o.plain, "plain", false, "a line for each change instead of the full screen")
	cmd.Flags().BoolVar(&o.tour, "tour", false, "the guided tour, also where it was seen already")
	cmd.Flags().BoolVar(&o.noTour, "no-tour", false, "no guided tour")
	cmd.Flags().StringVar(&o.callers, "recordings", "", "a folder whose recordings call (default: the demo's own)")
	o.record.add(cmd.Flags())
	o.console.add(cmd.Flags())
	cmd.Flags().StringVar(&o.journal, "journal", "", "where the calls are written down (default: a temporary place)")
	return cmd
}

// check refuses what cannot be shown.
func (o demoOptions) check() error {
	_, wrongFeed := word(o.feed, feeds)
	switch {
	case o.feed != "" && wrongFeed != nil:
		return usage("--feed %w", wrongFeed)
	case o.calls < 1 || o.calls > maxDemoCalls:
		return usage("--calls must be from 1 to %d", maxDemoCalls)
	case checkSpeed(o.speed) != nil:
		return usage("--%w", checkSpeed(o.speed))
	case o.lasts < 0:
		return usage("--for must not be negative")
	case o.tour && o.noTour:
		return usage("--tour and --no-tour exclude one another")
	}
	return nil
}

// demo runs the program pointed at emulators that run in this process. Neither knows.
func demo(ctx context.Context, o demoOptions, c console) error {
	if o.lasts > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.lasts)
		defer cancel()
	}
	dir, err := os.MkdirTemp("", "switchboard-demo-")
	if err != nil {
		return fmt.Errorf("make a temporary place for the demo: %w", err)
	}
	defer os.RemoveAll(dir)
	if o.journal == "" {
		o.journal = filepath.Join(dir, "journal.db")
	}
	log, file, err := openLog(o.journal)
	if err != nil {
		return err
	}
	defer file.Close()
	if o.policy, err = writeDemoPolicy(dir, worldOperators(o.calls)); err != nil {
		return err
	}
	s, err := newStage(o, log)
	if err != nil {
		return err
	}
	rules := "The rules stand in " + o.policy + " while the demo lasts: change them and say policy reload."
	return s.run(ctx, func(ctx context.Context) error {
		return c.show(ctx, s.program, append([]string{rules}, o.record.says()...)...)
	})
}

// A stage is a program together with the pretend world that it is pointed at.
type stage struct {
	program   *program
	emulators *emulators
}

// newStage builds both. Nothing happens before run.
func newStage(o demoOptions, log *slog.Logger) (*stage, error) {
	house := clock.NewAfter(headStart(o.speed, o.calls), clock.Wall(), o.speed)
	var callers []*recording.Recording
	if o.callers != "" {
		var err error
		if callers, err = playable(o.callers); err != nil {
			return nil, err
		}
	}
	records, err := o.record.open(log)
	if err != nil {
		return nil, err
	}
	webhooks, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for webhooks: %w", err)
	}
	e, err := startEmulators(emulatorsConfig{
		Clock: house, Seed: o.seed, Calls: o.calls, Front: o.front, Faults: o.faults, Recordings: callers,
		Webhook: "http://" + webhooks.Addr().String() + "/webhook",
	})
	if err != nil {
		return nil, errors.Join(err, webhooks.Close())
	}
	environment := asMap(e.environment())
	if o.policy != "" { // its site is to hold, and to be changed there
		environment["POLICY"] = o.policy
		delete(environment, "TRANSFER_NUMBER")
		delete(environment, "HOLD_AUDIO")
	}
	environment["FEED"] = o.feed
	for _, v := range o.set {
		environment[v.Name] = v.Value
	}
	for _, name := range o.unset {
		delete(environment, name)
	}
	config, err := readConfig(fromMap(environment))
	if err != nil { // ours to mend, not the user's
		return nil, errors.Join(fmt.Errorf("point the program at the emulators: %v", err), e.close(), webhooks.Close())
	}
	p, err := newProgram(programConfig{Config: config, Clock: house, Journal: o.journal, Runs: "switchboard demo", Webhooks: webhooks, Log: log,
		Recorder: records, Exports: o.exports})
	if err != nil {
		return nil, errors.Join(err, e.close())
	}
	return &stage{p, e}, nil
}

// run runs both until the console ends or ctx is done. The world ends after the
// program, so that the program ends as it does in earnest.
func (s *stage) run(ctx context.Context, console func(context.Context) error) error {
	worldCtx, stopWorld := context.WithCancel(context.WithoutCancel(ctx))
	var worldTask sync.WaitGroup
	var worldErr error
	worldTask.Go(func() { worldErr = s.emulators.run(worldCtx) })
	err := s.program.run(ctx, console)
	stopWorld()
	worldTask.Wait()
	return errors.Join(err, worldErr, s.emulators.close())
}
