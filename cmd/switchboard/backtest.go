package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"switchboard/engine"
	"switchboard/engine/backtest"
	"switchboard/engine/clock"
	"switchboard/engine/enginetest"
	"switchboard/engine/journal"
	"switchboard/engine/policy"
	"switchboard/engine/recording"
	"switchboard/testdata"
	"switchboard/tui/safe"
)

// ErrConditionMet means that a policy meets a condition that it must not meet.
var ErrConditionMet = errors.New("the policy meets a condition that it must not meet")

// errUnread means that something named on the command line could not be read.
var errUnread = errors.New("not everything could be read; what was read is in the report")

// backtestOptions are what a backtest may be told.
type backtestOptions struct {
	policy, compare string
	failIf          []string
	days            int
	demo            bool
	json, quiet     bool
}

func backtestCommand() *cobra.Command {
	var o backtestOptions
	cmd := &cobra.Command{
		Use:   "backtest [flags] FILES AND FOLDERS",
		Short: "Try a policy on calls that are over",
		Long: "backtest runs calls that are over through the rules of a policy, and says on which of them it would have proposed " +
			"a transfer, when, and whether that was right. The calls themselves are left as they happened.\n\n" +
			"A file is a journal (also of a switchboard that runs now), a recording, or exported calls: a line of JSON for each event, " +
			"as the journal has them. What a file is, its content tells. " +
			"A policy is a file, or the name of one that is built in: " + strings.Join(policy.Presets(), ", ") + ".\n\n" +
			"A call is labelled where somebody has said what it needed: by an expect in its recording, a transfer by hand, or a veto.\n\n" +
			"--fail-if makes the exit code 1, and may be given more than once. It compares a measure with a number: " +
			backtest.Measures() + ". A condition that cannot be told, for want of labels, counts as met.",
		Example: "  switchboard backtest --demo --compare sample-compat\n" +
			"  switchboard backtest --policy new.yaml --compare old.yaml ~/.local/state/switchboard/journal.db\n" +
			"  switchboard backtest --policy new.yaml --fail-if 'precision<0.8' --fail-if 'alarmed-calm>0' calls/",
		RunE: func(cmd *cobra.Command, args []string) error { return runBacktest(cmd, o, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.policy, "policy", "default", "the policy on trial: a file, or "+strings.Join(policy.Presets(), " or "))
	flags.StringVar(&o.compare, "compare", "", "another policy, to be shown side by side")
	flags.StringArrayVar(&o.failIf, "fail-if", nil, "exit with 1 if the policy on trial comes to this, as in 'precision<0.8'")
	flags.IntVar(&o.days, "days", 0, "only calls that began in so many last days (default: all)")
	flags.Lookup("days").DefValue = ""
	flags.BoolVar(&o.demo, "demo", false, "try it on the recorded callers of the demo as well")
	flags.BoolVar(&o.json, "json", false, "print the report as JSON, for machines")
	flags.BoolVar(&o.quiet, "quiet", false, "show no progress")
	return cmd
}

func runBacktest(cmd *cobra.Command, o backtestOptions, args []string) error {
	conditions, err := o.check(args)
	if err != nil {
		return err
	}
	trial, err := o.trial()
	if err != nil {
		return err
	}
	sources, err := o.sources(args)
	if err != nil {
		return err
	}
	// Much is made and soon dropped: tidying up less often takes a fifth off the time.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	bar := newBar(cmd.ErrOrStderr(), o.quiet || o.json)
	trial.Progress = bar.show
	report, err := backtest.Run(cmd.Context(), trial, sources)
	bar.clear()
	if err != nil {
		return fmt.Errorf("backtest: %w", err)
	}
	if err := printReport(cmd.OutOrStdout(), report, o.json); err != nil {
		return err
	}
	return verdict(cmd.ErrOrStderr(), report, conditions)
}

// check refuses a command line that does not serve.
func (o backtestOptions) check(args []string) ([]backtest.Condition, error) {
	if len(args) == 0 && !o.demo {
		return nil, usage("backtest needs calls to try the policy on: name journals, recordings, exported calls or folders, or give --demo")
	}
	if o.days < 0 {
		return nil, usage("--days must not be negative")
	}
	var conditions []backtest.Condition
	for _, text := range o.failIf {
		c, err := backtest.ParseCondition(text)
		if err != nil {
			return nil, usage("--fail-if %w", err)
		}
		conditions = append(conditions, c)
	}
	return conditions, nil
}

// trial reads the policies.
func (o backtestOptions) trial() (backtest.Options, error) {
	var trial backtest.Options
	var err error
	if trial.Policy, err = readPolicy(o.policy); err != nil {
		return trial, err
	}
	if o.compare != "" {
		other, err := readPolicy(o.compare)
		if err != nil {
			return trial, err
		}
		trial.Compare = &other
	}
	if o.days > 0 {
		trial.Since = clock.Wall().Add(-time.Duration(o.days) * 24 * time.Hour)
	}
	return trial, nil
}

// readPolicy returns a policy that is built in, or reads one from a file.
func readPolicy(name string) (engine.Policy, error) {
	file, err := readSite(name)
	if err != nil {
		return engine.Policy{}, usage("%w", err)
	}
	return file.Policy, nil
}

// sources returns what the policy is tried on.
func (o backtestOptions) sources(args []string) ([]backtest.Source, error) {
	library := backtest.Library{Settings: trialSettings(), Journal: journalFile}
	sources, err := library.Files(args)
	if err != nil || !o.demo {
		return sources, err
	}
	recs, err := testdata.Recordings()
	if err != nil {
		return nil, err
	}
	for _, rec := range recs {
		read := func() (*recording.Recording, error) { return rec, nil }
		sources = append(sources, library.Recorded(rec.Name, read))
	}
	return sources, nil
}

// trialSettings are those that recorded calls are played with: the prompts are the ones
// that they were written for.
func trialSettings() engine.Settings {
	s := enginetest.Defaults()
	s.English, s.Spanish = english, spanish
	return s
}

// journalFile returns the journal in a file as a source of calls. A copy of it is read,
// so that a switchboard that runs is not held up.
func journalFile(path string) backtest.Source {
	const perEvent = 400 // bytes, about
	s := backtest.Source{Name: path}
	if info, err := os.Stat(path); err == nil {
		s.Size = int(info.Size() / perEvent)
	}
	s.Open = func() (backtest.Reading, error) {
		j, err := journal.OpenCopy(path)
		if err != nil {
			return backtest.Reading{}, err
		}
		r := readingOf(j)
		r.Close = j.Close
		return r, nil
	}
	return s
}

// readingOf reads an open journal up to its newest event of now: what is taken in
// meanwhile is left for another time.
func readingOf(j *journal.Journal) backtest.Reading {
	return backtest.Reading{Epoch: j.Epoch(), Events: func(yield func(engine.Event) error) error {
		newest := j.Newest()
		enough := errors.New("enough")
		err := j.Read(1, func(e engine.Event) error {
			if e.Seq > newest {
				return enough
			}
			return yield(e)
		})
		if errors.Is(err, enough) {
			return nil
		}
		return err
	}}
}

// backtestLines tries a policy on the calls that began since a time in a journal that
// this program has open, and returns the report as lines. The console shows them. It
// may run beside the engine; ctx ends it.
func backtestLines(ctx context.Context, j *journal.Journal, since time.Time, p engine.Policy, compare *engine.Policy) ([]string, error) {
	source := backtest.Source{Name: "journal", Size: int(j.Newest()), Open: func() (backtest.Reading, error) {
		return readingOf(j), nil
	}}
	r, err := backtest.Run(ctx, backtest.Options{Policy: p, Compare: compare, Since: since, Workers: 1}, []backtest.Source{source})
	if err != nil {
		return nil, err
	}
	return r.Lines(cleaned), nil
}

func cleaned(text string, limit int) string { return string(safe.Clean(text, limit)) }

func printReport(out io.Writer, r backtest.Report, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	_, err := io.WriteString(out, strings.Join(r.Lines(cleaned), "\n")+"\n")
	return err
}

// verdict returns what makes the exit code, having said it.
func verdict(complaints io.Writer, r backtest.Report, conditions []backtest.Condition) error {
	var errs []error
	for _, c := range conditions {
		if why, met := c.Met(r); met {
			fmt.Fprintln(complaints, "fails", why)
			errs = []error{ErrConditionMet}
		}
	}
	if len(r.Unread) > 0 {
		for _, u := range r.Unread {
			fmt.Fprintf(complaints, "not read: %s: %s\n", cleaned(u.Source, 200), cleaned(u.Wrong, 200))
		}
		errs = append(errs, errUnread)
	}
	return errors.Join(errs...)
}

// A bar shows how far a backtest is, on a terminal.
type bar struct {
	out   io.Writer // nil: nowhere
	shown int       // parts of barWidth; -1: none yet
}

const barWidth = 40

func newBar(out io.Writer, quiet bool) *bar {
	if quiet || !isTerminal(out) {
		out = nil
	}
	return &bar{out: out, shown: -1}
}

// show is called from one goroutine at a time.
func (b *bar) show(done, of int) {
	if b.out == nil || of == 0 {
		return
	}
	if n := done * barWidth / of; n != b.shown {
		b.shown = n
		fmt.Fprintf(b.out, "\r[%s%s] %3d %%", strings.Repeat("=", n), strings.Repeat(" ", barWidth-n), done*100/of)
	}
}

// clear takes the bar off the screen again.
func (b *bar) clear() {
	if b.out != nil && b.shown >= 0 {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}
