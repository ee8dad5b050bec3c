package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"switchboard/engine/clock"
	"switchboard/telnyx"
)

// How long an examination may take, in socket time: with a network that swallows
// everything it is over in examTakes, for all checks go on at once.
const (
	examTakes = 12 * time.Second
	askTakes  = 10 * time.Second // for one question to Telnyx, its repetitions included
	seekTakes = 6 * time.Second  // for one question to an address of ours
	symblWait = 6 * time.Second  // for one answer of Symbl's
)

// doctorOptions are what the doctor is told beside the configuration.
type doctorOptions struct {
	journal string // that run is to have; empty: the usual place
	json    bool
	files   configFiles
}

func doctorCommand() *cobra.Command {
	var o doctorOptions
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check that all is as calls need it",
		Long: "doctor checks the configuration, the Telnyx account, whether Telnyx reaches this machine, who listens to calls, and the machine " +
			"itself, and says of each what to do about it. It changes nothing. It exits with 0 where nothing failed, with 1 otherwise. " +
			"It takes the settings' flags of run too (run --help lists them).",
		Example: "  switchboard doctor\n  switchboard doctor --json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := runConfig(cmd.Flags(), o.files)
			var wrong *ConfigError
			if err != nil && !errors.As(err, &wrong) {
				return err
			}
			return doctor(cmd.Context(), config, wrong, o, cmd.OutOrStdout())
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&o.json, "json", false, "the report as JSON")
	cmd.Flags().StringVar(&o.journal, "journal", "", "the journal that run is to have (default: the user's state folder)")
	o.files.addFlags(cmd.Flags())
	addHiddenFlags(cmd.Flags())
	return cmd
}

// doctor examines a configuration, of which wrong says what does not serve, writes the
// report, and returns an error where something failed.
func doctor(ctx context.Context, c Config, wrong *ConfigError, o doctorOptions, out io.Writer) error {
	x := newExam(ctx, c, wrong, o, out)
	defer x.close()
	report := x.run()
	write := func() error { return report.write(out, x.environ) }
	if o.json {
		write = func() error { return report.writeJSON(out) }
	}
	return errors.Join(write(), report.err())
}

// An exam is one look at everything. What several checks need is asked once.
type exam struct {
	ctx    context.Context
	cancel context.CancelFunc
	config Config
	wrong  map[string]string // what is wrong with settings, by name
	faults []Problem         // the same in order
	doctorOptions
	out     io.Writer
	environ []string
	house   *clock.Clock
	account *telnyx.Account
	server  *http.Server // on the port of the webhooks, where nobody had it

	application asked[telnyx.Application]
	profile     asked[telnyx.Profile]
	port        asked[bool] // a switchboard runs there
	symblToken  asked[struct{}]
}

// asked is a question whose answer is kept.
type asked[T any] struct {
	once   sync.Once
	answer T
	err    error
}

func (a *asked[T]) ask(question func() (T, error)) (T, error) {
	a.once.Do(func() { a.answer, a.err = question() })
	return a.answer, a.err
}

// newExam returns an exam of a configuration, whether it serves or not. It is to be
// closed.
func newExam(ctx context.Context, c Config, wrong *ConfigError, o doctorOptions, out io.Writer) *exam {
	ctx, cancel := context.WithTimeout(ctx, examTakes)
	house := c.House.clock()
	x := &exam{
		ctx: ctx, cancel: cancel, config: c, wrong: map[string]string{}, doctorOptions: o,
		out: out, environ: os.Environ(), house: house, account: c.account(house),
	}
	if wrong != nil {
		x.faults = wrong.Problems
		for _, p := range wrong.Problems {
			x.wrong[p.Name] = p.Wrong
		}
	}
	return x
}

// close ends what the exam has opened.
func (x *exam) close() {
	x.cancel()
	x.account.Close()
	if x.server != nil {
		x.server.Close()
	}
}

// A check is one thing that is looked at.
type check struct {
	group, name string
	needs       []string // settings without which there is nothing to look at
	look        func(*exam, context.Context) finding
}

// checks returns what is looked at, in the order of the report.
func checks() []check {
	return []check{
		{"configuration", "secrets", nil, (*exam).lookAtSecrets},

		{"telnyx", "API key", []string{"TELNYX_API_KEY"}, (*exam).lookAtKey},
		{"telnyx", "application", []string{"TELNYX_API_KEY", "CONNECTION_ID"}, (*exam).lookAtApplication},
		{"telnyx", "webhook version", []string{"TELNYX_API_KEY", "CONNECTION_ID"}, (*exam).lookAtVersion},
		{"telnyx", "webhook URL", []string{"TELNYX_API_KEY", "CONNECTION_ID"}, (*exam).lookAtWebhook},
		{"telnyx", "webhooks lately", []string{"TELNYX_API_KEY", "CONNECTION_ID"}, (*exam).lookAtLost},
		{"telnyx", "number", []string{"TELNYX_API_KEY", "CONNECTION_ID", "CONFERENCE_NUMBER"}, (*exam).lookAtNumber},
		{"telnyx", "listen number", []string{"TELNYX_API_KEY", "CONNECTION_ID"}, (*exam).lookAtListenNumber},
		{"telnyx", "public key", []string{"TELNYX_API_KEY", "TELNYX_PUBLIC_KEY"}, (*exam).lookAtPublicKey},
		{"telnyx", "outbound profile", []string{"TELNYX_API_KEY", "CONNECTION_ID"}, (*exam).lookAtProfile},
		{"telnyx", "calls at once", []string{"TELNYX_API_KEY", "CONNECTION_ID"}, (*exam).lookAtLimit},
		{"telnyx", "clock", []string{"TELNYX_API_KEY"}, (*exam).lookAtClock},

		{"reach", "port", nil, (*exam).lookAtPort},
		{"reach", "public address", []string{"CONNECTION_ID", "TELNYX_PUBLIC_KEY"}, (*exam).lookAtAddress},

		{"listening", "Symbl", nil, (*exam).lookAtSymbl},
		{"listening", "feed", []string{"TELNYX_API_KEY", "FEED"}, (*exam).lookAtFeed},

		{"machine", "journal", nil, (*exam).lookAtJournal},
		{"machine", "disk", nil, (*exam).lookAtDisk},
		{"machine", "terminal", nil, (*exam).lookAtTerminal},
	}
}

// run makes all checks, at once, and returns what was found in their order.
func (x *exam) run() report {
	all := checks()
	settings := x.settings()
	found := make(report, len(all))
	var work sync.WaitGroup
	for i, c := range all {
		work.Go(func() { found[i] = x.check(c) })
	}
	work.Wait()
	return append(settings, found...)
}

// check makes one check.
func (x *exam) check(c check) finding {
	f := x.missing(c.needs)
	if f.Grade == 0 {
		ctx, cancel := context.WithTimeout(x.ctx, askTakes)
		defer cancel()
		f = c.look(x, ctx)
	}
	f.Group, f.Name = c.group, c.name
	return f
}

// missing returns what is found where settings are not there, and nothing where all are.
func (x *exam) missing(names []string) finding {
	for _, name := range names {
		if _, wrong := x.wrong[name]; wrong {
			return skipped("this needs " + name + ", which is missing or wrong")
		}
	}
	return finding{}
}

// app returns the application.
func (x *exam) app(ctx context.Context) (telnyx.Application, error) {
	return x.application.ask(func() (telnyx.Application, error) { return x.account.Application(x.ctx, x.config.ConnectionID) })
}

// The findings.
func fine(says string, a ...any) finding {
	return finding{Grade: gradeOK, Says: fmt.Sprintf(says, a...)}
}
func skipped(says string) finding     { return finding{Grade: gradeSkipped, Says: says} }
func warning(says, do string) finding { return finding{Grade: gradeWarning, Says: says, Do: do} }
func failed(says, do string) finding  { return finding{Grade: gradeFailed, Says: says, Do: do} }

// notTold is what is found where Telnyx did not say. It is a failure once, where the key
// or the application is looked at; the other checks that need it are skipped.
func notTold(err error) finding {
	switch {
	case errors.Is(err, telnyx.ErrKeyRefused):
		return skipped("the API key is not accepted: see there")
	case errors.Is(err, telnyx.ErrNoSuch):
		return skipped("the account does not have it: see the application")
	case errors.Is(err, telnyx.ErrUnreachable):
		return skipped("Telnyx cannot be asked: see the API key")
	}
	return skipped("Telnyx did not tell: " + brief(err))
}
