package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/journal"
	"switchboard/engine/runner"
	"switchboard/engine/sentiment/chat"
	"switchboard/symbl"
	"switchboard/telnyx"
)

// A program is the whole of switchboard for one configuration: journal, engine,
// webhook server and the ways to Telnyx and Symbl. What is shown of it, and where its
// far ends are, it does not know: `run` and `demo` build the same one.
type program struct {
	config   Config
	clock    *clock.Clock
	log      *slog.Logger
	file     string // the journal's
	journal  *journal.Journal
	runner   *runner.Runner
	telnyx   *telnyx.Client
	sweeper  *telnyx.Sweeper // of what Telnyx says is alive
	symbl    *symbl.Client   // nil without its credentials
	media    *telnyx.Media   // nil without a feed that takes sound
	chat     *chat.Client    // nil unless it scores
	history  historian       // keeps calls that are over; nil: nobody does
	handler  http.Handler    // of all that comes from outside
	webhooks net.Listener
	exports  string // the folder that the console exports to; empty: the user's

	erasing   sync.Mutex    // held while calls are erased
	reloading sync.Mutex    // held while the policy's file is read again: it guards config
	unasked   chan []string // what a reload changed that nobody asked for at a console; the newest alone is kept
}

// A programConfig is what a program is built from, beside its Config. All fields but the
// last three are required. The listener is the program's from here on.
type programConfig struct {
	Config
	Clock    *clock.Clock
	Journal  string // the file
	Runs     string // what opens it, for whoever finds it in use; may be empty
	Webhooks net.Listener
	Log      *slog.Logger

	Recorder *recorder          // of calls that are over; nil: none is
	Exports  string             // the folder that the console exports to; empty: the user's
	Pass     func(point string) // told of each named point that is passed; tests alone set it
}

// newProgram opens the journal and recovers from it what was left. Nothing runs
// before [program.run]; where newProgram fails, it has closed what it opened.
func newProgram(c programConfig) (*program, error) {
	key, err := telnyx.ParseKey(c.PublicKey)
	if err != nil {
		return nil, errors.Join(err, c.Webhooks.Close())
	}
	j, err := journal.OpenAs(c.Journal, c.Runs)
	if err != nil {
		return nil, errors.Join(err, c.Webhooks.Close())
	}
	state, err := runner.Recover(j)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("journal %s: %w", c.Journal, err), j.Close(), c.Webhooks.Close())
	}
	j.Points(c.Pass)
	p := &program{
		config: c.Config, clock: c.Clock, log: c.Log, file: c.Journal, journal: j,
		webhooks: c.Webhooks, unasked: make(chan []string, 1), exports: c.Exports,
	}
	adapters := map[engine.Adapter]runner.Doer{} // they need the runner, which asks for them only when it runs
	p.runner = runner.New(runner.Config{
		Journal: j, State: state, Clock: c.Clock, Adapters: adapters, Build: build(), Redact: c.redactor(), Pass: c.Pass,
		First: []engine.Entry{{Body: engine.SettingsLoaded{Settings: c.Settings(c.Clock.Now())}}},
	})
	if err := p.connect(j.Epoch(), adapters, c.Pass); err != nil {
		p.disconnect()
		return nil, errors.Join(err, j.Close(), c.Webhooks.Close())
	}
	if c.Recorder != nil {
		c.Recorder.trouble = func(detail string) { p.runner.Note(engine.TroubleRecording, detail) }
		also(adapters, engine.AdapterHistory, c.Recorder)
	}
	p.handler = p.routes(key.WithTolerance(c.Tolerance), c.Pass)
	c.Log.Info("recovered", "epoch", j.Epoch(), "event", p.runner.Frame().Seq, "calls", len(p.runner.Frame().Sessions))
	return p, nil
}

// routes returns the handler of what comes from outside: webhooks, and who asks whether
// we are there.
func (p *program) routes(key telnyx.Key, pass func(point string)) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", telnyx.NewHandler(telnyx.HandlerConfig{
		Key: key, Clock: p.clock, Engine: p.runner, Scorer: p.config.scorer(), Media: p.media, Pass: pass,
	}))
	mux.HandleFunc("GET "+noncePath+"{nonce}", p.config.answerNonce)
	return p.unharmed(mux)
}

// run runs the program until its console ends: by itself, or because ctx is done or
// something failed, for which the console's own ctx is done. Then it stops in order:
// no more webhooks, the engine, the far ends, the journal. What it returns is what
// failed, or the console's error.
func (p *program) run(ctx context.Context, console func(context.Context) error) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	// The engine and the server outlive the console, and end when we say so.
	running, stopRunner := context.WithCancel(context.WithoutCancel(ctx))
	serving, stopServer := context.WithCancel(running)
	defer stopRunner()
	defer stopServer()

	var engineTask, serverTask, watchTask sync.WaitGroup
	var engineErr, serverErr error
	engineTask.Go(func() {
		engineErr = p.runner.Run(running)
		end(engineErr)
	})
	serverTask.Go(func() {
		serverErr = telnyx.Serve(serving, p.webhooks, p.handler)
		end(serverErr)
	})
	watches := []struct {
		name string
		run  func(context.Context)
	}{{"the log's watch", p.watch}, {"the groups' hours", p.keepHours}, {"the trial of feeds", p.keepProbing}, {"the sweep", p.sweeper.Run},
		{"the retention", p.keepRetention}}
	watchErrs := make([]error, len(watches))
	for i, w := range watches {
		watchTask.Go(func() {
			if watchErrs[i] = caught(w.name, func() error { w.run(running); return nil }); watchErrs[i] != nil {
				end(watchErrs[i])
			}
		})
	}

	consoleErr := console(ctx)
	stopServer()
	serverTask.Wait()
	stopRunner()
	engineTask.Wait()
	watchTask.Wait()
	p.disconnect()
	err := errors.Join(engineErr, serverErr, errors.Join(watchErrs...), consoleErr, p.journal.Close())
	p.logEnd(err)
	return err
}
