package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/history"
	"switchboard/engine/journal"
	"switchboard/telnyx"
	"switchboard/tui/safe"
)

// byCommand is who asks for something on the command line.
const byCommand = engine.BySupervisor + "/command"

func forgetCommand() *cobra.Command {
	var o struct {
		which                    journalFlag
		files                    configFiles
		words, yes, alsoOperator bool
	}
	cmd := &cobra.Command{
		Use:   "forget +NUMBER",
		Short: "Erase the calls with a number from all that is kept",
		Long: "forget looks for all calls with a number, says what would go and what would stay, asks, and then does it: what was said, keyed in " +
			"and noted is erased, and a digest that nobody can turn back stands in the place of names and numbers. Times, counts and the " +
			"supervisors' acts stay, and that it was done is written down without the number. Recordings are deleted at Telnyx.\n\n" +
			"It cannot be had back. A call so erased is not replayed or judged anew. While a run has the journal, type :forget +NUMBER in its console.",
		Example: "  switchboard forget +12025550141\n" +
			"  switchboard forget +12025550141 --words     # names and numbers stay\n" +
			"  switchboard forget +12025550141 --yes",
		Args: from("forget", "a number", 1, 1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			to, err := number(args[0])
			if err != nil {
				return usage("the number %w", err)
			}
			path, err := o.which.there()
			if err != nil {
				return err
			}
			j, err := journal.OpenAs(path, cmd.CommandPath())
			if errors.Is(err, journal.ErrInUse) {
				return fmt.Errorf("%w; or type :forget %s in its console, which does it while calls go on", err, to)
			}
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, j.Close()) }()
			x := offline(j, clock.Wall)
			defer x.withHistory(path)()
			account, err := accountAtHand(cmd, o.files)
			if err != nil {
				return err
			}
			if account != nil {
				defer account.Close()
				x.recordings = account
			}
			what := engine.EraseAll
			if o.words {
				what = engine.EraseWords
			}
			return forgetNumber(cmd, x, asking{number: to, what: what, alsoOperator: o.alsoOperator}, o.yes)
		},
	}
	o.which.add(cmd)
	cmd.Flags().BoolVar(&o.words, "words", false, "only what was said, keyed in and noted; names and numbers stay")
	cmd.Flags().BoolVar(&o.yes, "yes", false, "do not ask")
	cmd.Flags().BoolVar(&o.alsoOperator, "also-operator", false, "also where it is an operator's number: all calls that he was on")
	o.files.addFlags(cmd.Flags())
	addHiddenFlags(cmd.Flags())
	return cmd
}

// accountAtHand returns the account that recordings are deleted with; nil where no key is
// configured.
func accountAtHand(cmd *cobra.Command, files configFiles) (*telnyx.Account, error) {
	config, err := runConfig(cmd.Flags(), files)
	if err := concerning(err, "TELNYX_API_URL"); err != nil {
		return nil, err
	}
	if config.APIKey.Empty() {
		return nil, nil
	}
	return config.account(clock.New(clock.Wall(), 1)), nil
}

// forgetNumber shows what would be erased, asks, and does it.
func forgetNumber(cmd *cobra.Command, x *eraser, a asking, sure bool) error {
	out := cmd.OutOrStdout()
	e, err := x.find(cmd.Context(), a)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, strings.Join(e.before(a), "\n"))
	if e.empty() {
		return nil
	}
	if !sure {
		d := newDialogue(cmd, false)
		if sure, err = d.confirm(cmd.Context(), question{title: "Forget this?", about: "It cannot be had back."}, false); err != nil && !errors.Is(err, errLeft) {
			return err
		}
		if !sure {
			fmt.Fprintln(out, "Nothing was changed.")
			return nil
		}
	}
	f, err := x.do(cmd.Context(), byCommand, e)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, strings.Join(f.after(x.journal.Path()), "\n"))
	return nil
}

// An asking is what is to be forgotten.
type asking struct {
	number       string // E.164
	what         engine.Erasure
	alsoOperator bool
}

// find returns what is to be erased. It refuses the numbers of staff, whose calls are the
// customers', and our own.
func (x *eraser) find(ctx context.Context, a asking) (erasure, error) {
	state, err := x.state()
	if err != nil {
		return erasure{}, err
	}
	s := &state.Settings
	if slices.Contains([]string{s.Number, s.ListenNumber}, a.number) {
		return erasure{}, fmt.Errorf("%s is your own number: every call came to it. Name the number of whom the calls were with", safe.Number(a.number))
	}
	if isStaff(s, a.number) && !a.alsoOperator {
		return erasure{}, fmt.Errorf("%s is the number of an operator, a supervisor or a desk of yours: the calls with it are your customers'. "+
			"To forget all of them: switchboard forget %s --also-operator", safe.Number(a.number), a.number)
	}
	e, err := x.of(ctx, a.number, a.what)
	e.staff = a.what == engine.EraseAll && isStaff(s, a.number)
	return e, err
}

// isStaff reports whether a number is one that we call or that works for us.
func isStaff(s *engine.Settings, number string) bool {
	for _, g := range s.Groups {
		if slices.ContainsFunc(g.Operators, func(o engine.Operator) bool { return o.Number == number }) {
			return true
		}
	}
	return slices.Contains(s.Operators, number) || slices.Contains([]string{s.Phone, s.SymblNumber, s.Front.Number}, number)
}

// before says what would be erased, and what stays.
func (e erasure) before(a asking) []string {
	who := string(safe.Number(a.number))
	if e.empty() {
		return []string{"The journal holds nothing of " + who + " that is not forgotten already."}
	}
	var first, last time.Time
	up, recorded, words := 0, 0, 0
	for _, c := range e.calls {
		if first.IsZero() || c.Started.Before(first) {
			first = c.Started
		}
		if c.Started.After(last) {
			last = c.Started
		}
		if c.Over.IsZero() {
			up++
		}
		recorded += len(c.Recordings)
		words += c.Words
	}
	head := who + ": " + plural(e.customers(), "call")
	if n := e.customers(); n == 1 {
		head += ", of " + first.Local().Format(time.DateTime)
	} else if n > 1 {
		head += ", from " + first.Local().Format(time.DateTime) + " to " + last.Local().Format(time.DateTime)
	}
	if n := len(e.calls) - e.customers(); n > 0 {
		head += "; " + plural(n, "leg") + " that came to no call"
	}
	if n := len(e.strays); n > 0 {
		head += "; " + plural(n, "note or other event") + " of no call"
	}
	lines := []string{head}
	goes := "  goes:  what was said, keyed in and noted (" + plural(words, "event") + ")"
	stays := "  stays: times and counts, Telnyx's ids of the calls, what the supervisors did and when, and that this was done"
	if !e.staff {
		stays += "; which of your operators were busy"
	}
	if e.what == engine.EraseAll {
		goes += "; names and numbers, and with them any callback that is promised"
	} else {
		stays += "; names and numbers"
	}
	if recorded > 0 {
		goes += "; " + plural(recorded, "recording") + ", at Telnyx too"
	}
	lines = append(lines, goes, stays)
	if up > 0 {
		lines = append(lines, "  "+many(up, "call is", "calls are")+" up: forgotten when over, by the run that takes it")
	}
	return lines
}

// after says what was erased, and what was not reached.
func (f forgotten) after(path string) []string {
	var lines []string
	if f.waiting > 0 {
		lines = append(lines, many(f.waiting, "call is", "calls are")+" still up, and not erased yet: forgotten when over.")
	}
	if f.events == 0 && f.waiting > 0 {
		return lines
	}
	if f.events == 0 {
		return append(append(lines, "Nothing was erased."), f.atTelnyx()...)
	}
	lines = append(lines, fmt.Sprintf("Forgotten: %s, %s rewritten. The journal, its log and its checkpoints hold none of what was erased any more.",
		plural(f.calls, "call"), plural(f.events, "event")))
	lines = append(lines, f.atTelnyx()...)
	reach := "Not reached: backups and exports that were made of the journal"
	if olds := leftBeside(path); len(olds) > 0 {
		reach += ", as " + string(safe.Clean(strings.Join(olds, ", "), maxFinding))
	}
	return append(lines, reach+"; recordings and reports in folders of yours; a view that somebody saved in his console with a name in it; the log's older files; what Telnyx and Symbl have of the calls by themselves.")
}

// leftBeside returns what the program itself has left beside a journal and no erasure reaches:
// copies from before it was brought to another schema, and histories of other journals.
func leftBeside(path string) (left []string) {
	aside := strings.TrimSuffix(history.Beside(path), ".db") + ".aside-*"
	for _, pattern := range []string{path + ".v*", aside} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			continue // a name with brackets in it
		}
		for _, name := range found {
			if !strings.HasSuffix(name, "-wal") && !strings.HasSuffix(name, "-shm") {
				left = append(left, name)
			}
		}
	}
	return left
}

// atTelnyx says which recordings are still there.
func (f forgotten) atTelnyx() []string {
	if len(f.kept) == 0 {
		return nil
	}
	why := "no TELNYX_API_KEY is at hand"
	if f.keptWhy != nil {
		why = f.keptWhy.Error()
	}
	shown := f.kept[:min(len(f.kept), maxShownRecordings)]
	return []string{fmt.Sprintf("%s still at Telnyx (%s). Delete by hand, in the portal or with DELETE /v2/recordings/ID: %s",
		many(len(f.kept), "recording is", "recordings are"), safe.Clean(why, maxFinding), safe.Clean(strings.Join(shown, ", "), 40*maxShownRecordings))}
}

const maxShownRecordings = 50

// WouldForget says what Forget would erase of a number.
func (p *program) WouldForget(ctx context.Context, text string, what engine.Erasure) ([]string, error) {
	to, err := number(text)
	if err != nil {
		return nil, fmt.Errorf("the number %w", err)
	}
	x, end := p.eraser()
	defer end()
	a := asking{number: to, what: what}
	e, err := x.find(ctx, a)
	if err != nil {
		return nil, err
	}
	lines := e.before(a)
	if !e.empty() {
		how := "forget " + to
		if what == engine.EraseWords {
			how += " words"
		}
		lines = append(lines, "It cannot be had back. To do it: "+how+" yes")
	}
	return lines, nil
}

// Forget erases the calls with a number from all that is kept, while calls go on, and says
// what it has done.
func (p *program) Forget(ctx context.Context, text string, what engine.Erasure, by engine.By) ([]string, error) {
	to, err := number(text)
	if err != nil {
		return nil, fmt.Errorf("the number %w", err)
	}
	p.erasing.Lock()
	defer p.erasing.Unlock()
	x, end := p.eraser()
	defer end()
	a := asking{number: to, what: what}
	e, err := x.find(ctx, a)
	if err != nil {
		return nil, err
	}
	if e.empty() {
		return e.before(a), nil
	}
	f, err := x.do(ctx, by, e)
	if err != nil {
		return nil, err
	}
	p.log.Info("forgotten", "calls", f.calls, "events", f.events, "waiting", f.waiting)
	return f.after(p.journal.Path()), nil
}

// settings returns the configuration as it is by now: a policy may be read again.
func (p *program) settings() Config {
	p.reloading.Lock()
	defer p.reloading.Unlock()
	return p.config
}

// eraser returns what erases calls while the program runs, and what gives it back.
func (p *program) eraser() (*eraser, func()) {
	account := p.settings().account(p.clock)
	return &eraser{journal: p.journal, history: p.forgets, recordings: account, write: p.runner.Submit, now: p.clock.Now}, account.Close
}
