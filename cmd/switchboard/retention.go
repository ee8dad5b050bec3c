package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/journal"
)

// How often a run looks what is past its keep, and for calls that are to be forgotten and
// were still up: house time.
const (
	retainEvery  = 24 * time.Hour
	waitingEvery = 10 * time.Minute
	doubtEvery   = time.Hour // between two looks whether the clock is still in doubt
)

// clockSlack is how long nothing may have come from Telnyx before this machine's clock is in
// doubt: a clock that is set a year ahead must not erase what is of yesterday.
const clockSlack = 7 * 24 * time.Hour

// errClock means that nothing is erased by its age, for nobody can say how old things are.
var errClock = errors.New("nothing is erased by its age yet")

// doubt returns errClock with the reason where the clock may be wrong: it is far ahead of the
// newest webhook, which has its time from Telnyx. A house where nobody has called for so long
// waits for its next call.
func (x *eraser) doubt(now time.Time) error {
	told, err := x.journal.Told()
	if err != nil {
		return fmt.Errorf("look what time Telnyx has told: %w", err)
	}
	if ahead := now.Sub(told); !told.IsZero() && ahead > clockSlack {
		return fmt.Errorf("%w: by this machine's clock the last webhook came %s ago; see to the clock, and if it is right, erasing goes on with the next call",
			errClock, plural(int(ahead/(24*time.Hour)), "day"))
	}
	return nil
}

// anything reports whether anything is to be erased.
func anything(all []erasure) bool {
	return slices.ContainsFunc(all, func(e erasure) bool { return !e.empty() })
}

// A keep is how long a class of what is kept is kept.
type keep struct {
	class string // as a supervisor reads it
	what  engine.Erasure
	days  time.Duration // zero: for ever
}

// keeps returns the classes, what takes the most last.
func (c Config) keeps() []keep {
	return []keep{
		{"recordings", engine.EraseSound, c.RetainRecordings},
		{"transcripts", engine.EraseWords, c.RetainTranscripts},
		{"names and numbers", engine.EraseAll, c.RetainEvents},
	}
}

// long says how long, in words.
func (k keep) long() string {
	if k.days == 0 {
		return "for ever"
	}
	return plural(int(k.days/(24*time.Hour)), "day")
}

// past returns what is past its keep at a time, a class each. A call is found once, in the
// class that takes the most.
func (x *eraser) past(ctx context.Context, keeps []keep, now time.Time) ([]erasure, error) {
	all := make([]erasure, len(keeps))
	before := make([]time.Time, len(keeps)) // zero: nothing is
	for i, k := range keeps {
		all[i] = erasure{what: k.what, why: k.class + " older than " + k.long()}
		if k.days > 0 {
			before[i] = now.Add(-k.days)
		}
	}
	state, err := x.state()
	if err != nil {
		return nil, err
	}
	err = x.survey(ctx, state.Up(), func(c journal.Traced) {
		for i := len(keeps) - 1; i >= 0; i-- {
			switch {
			case c.Over.IsZero() || !c.Over.Before(before[i]) || c.Erased.Takes(keeps[i].what):
			case keeps[i].what == engine.EraseAll,
				keeps[i].what == engine.EraseWords && c.Words+len(c.Recordings) > 0,
				keeps[i].what == engine.EraseSound && len(c.Recordings) > 0:
				all[i].calls = append(all[i].calls, c)
				return
			}
		}
	}, func(s journal.Stray) {
		for i := len(keeps) - 1; i >= 0; i-- {
			past := s.At.Before(before[i]) && !s.What.Takes(keeps[i].what)
			if past && (keeps[i].what == engine.EraseAll || keeps[i].what == engine.EraseWords && s.Words) {
				all[i].strays = append(all[i].strays, s)
				return
			}
		}
	})
	return all, err
}

// oldest returns when the oldest of what is to be erased was.
func (e erasure) oldest() time.Time {
	var at time.Time
	for _, c := range e.calls {
		if at.IsZero() || c.Started.Before(at) {
			at = c.Started
		}
	}
	for _, s := range e.strays {
		if at.IsZero() || s.At.Before(at) {
			at = s.At
		}
	}
	return at
}

// printPast prints what is past its keep, and reports whether anything is.
func printPast(out io.Writer, keeps []keep, all []erasure) bool {
	any := false
	for i, k := range keeps {
		e := all[i]
		line := fmt.Sprintf("  %-18s kept %-9s", k.class, k.long())
		switch {
		case k.days == 0:
		case e.empty():
			line += "  nothing is past it"
		default:
			any = true
			line += fmt.Sprintf("  past it: %s", plural(e.customers(), "call"))
			if n := len(e.calls) - e.customers() + len(e.strays); n > 0 {
				line += fmt.Sprintf(" and %s of no call", plural(n, "thing"))
			}
			line += ", the oldest of " + e.oldest().Local().Format(time.DateOnly)
		}
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
	return any
}

func retentionCommand() *cobra.Command {
	var which journalFlag
	var files configFiles
	var now, right bool
	cmd := &cobra.Command{
		Use:   "retention",
		Short: "Show what is past its keep, and erase it",
		Long: "Recordings are kept for RETAIN_RECORDINGS, what was said, keyed in and noted for RETAIN_TRANSCRIPTS, names and numbers for " +
			"RETAIN_EVENTS; times, counts and the supervisors' acts stay. A run erases what is past its keep when it starts and once a day. " +
			"retention shows what that would be by now; --now does it, where no run has the journal.\n\n" +
			"Where by this machine's clock no webhook has come for more than a week, nothing goes by its age: a clock that is set ahead would " +
			"erase what is of yesterday. The next call tells that the clock is right; or say so with --clock-is-right.",
		Example: "  switchboard retention\n" +
			"  switchboard retention --now\n" +
			"  switchboard retention --retain-transcripts 30d     # what if",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := runConfig(cmd.Flags(), files)
			if err := concerning(err, "RETAIN_RECORDINGS", "RETAIN_TRANSCRIPTS", "RETAIN_EVENTS", "TELNYX_API_URL"); err != nil {
				return err
			}
			if now {
				return retainNow(cmd, which, config, right)
			}
			return showRetention(cmd, which, config)
		},
	}
	which.add(cmd)
	cmd.Flags().BoolVar(&now, "now", false, "erase it")
	cmd.Flags().BoolVar(&right, "clock-is-right", false, "also where nothing has come from Telnyx for more than a week by this machine's clock")
	files.addFlags(cmd.Flags())
	addHiddenFlags(cmd.Flags(), "RETAIN_RECORDINGS", "RETAIN_TRANSCRIPTS", "RETAIN_EVENTS")
	return cmd
}

func showRetention(cmd *cobra.Command, which journalFlag, config Config) (err error) {
	j, err := which.copied()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	all, err := offline(j, clock.Wall).past(cmd.Context(), config.keeps(), clock.Wall())
	if err != nil {
		return err
	}
	if !printPast(cmd.OutOrStdout(), config.keeps(), all) {
		return nil
	}
	switch err := offline(j, clock.Wall).doubt(clock.Wall()); {
	case errors.Is(err, errClock):
		fmt.Fprintln(cmd.OutOrStdout(), wrap("", "But "+err.Error()+", or with switchboard retention --now --clock-is-right."))
	case err != nil:
		return err
	default:
		fmt.Fprintln(cmd.OutOrStdout(), "A run erases it when it starts and once a day; switchboard retention --now does it where none has the journal.")
	}
	return nil
}

func retainNow(cmd *cobra.Command, which journalFlag, config Config, right bool) (err error) {
	path, err := which.there()
	if err != nil {
		return err
	}
	j, err := journal.OpenAs(path, cmd.CommandPath())
	if errors.Is(err, journal.ErrInUse) {
		return fmt.Errorf("%w; a run erases what is past its keep by itself, when it starts and once a day", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	x := offline(j, clock.Wall)
	defer x.withHistory(path)()
	if !config.APIKey.Empty() {
		account := config.account(clock.New(clock.Wall(), 1))
		defer account.Close()
		x.recordings = account
	}
	out := cmd.OutOrStdout()
	fmt.Fprintln(out, "Before:")
	all, err := x.past(cmd.Context(), config.keeps(), clock.Wall())
	if err != nil {
		return err
	}
	printPast(out, config.keeps(), all)
	if anything(all) && !right {
		if err := x.doubt(clock.Wall()); err != nil {
			return fmt.Errorf("%w, or at once with --clock-is-right", err)
		}
	}
	f, err := x.do(cmd.Context(), byCommand, all...)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "After:")
	if all, err = x.past(cmd.Context(), config.keeps(), clock.Wall()); err != nil {
		return err
	}
	printPast(out, config.keeps(), all)
	fmt.Fprintln(out, strings.Join(f.after(path), "\n"))
	return nil
}

// keepRetention erases what is past its keep, at the start and once a day, and what was to
// be forgotten and could not be then, for as long as ctx lasts.
func (p *program) keepRetention(ctx context.Context) {
	var next time.Time
	told := false // that the clock is in doubt
	for {
		if now := p.clock.Now(); !now.Before(next) {
			err := p.retain(ctx)
			next = now.Add(retainEvery)
			if errors.Is(err, errClock) {
				next = now.Add(doubtEvery)
			}
			if doubted := errors.Is(err, errClock); !doubted || !told {
				p.note("retention", err)
				told = doubted
			}
		} else {
			p.note("forget", p.forgetWaiting(ctx))
		}
		if p.clock.Sleep(ctx, waitingEvery) != nil {
			return
		}
	}
}

// note tells why something was not erased that nobody waits for.
func (p *program) note(what string, err error) {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, journal.ErrClosed) {
		return
	}
	p.log.Error(what, "trouble", err)
	p.runner.Note(engine.TroubleRetention, err.Error())
}

// retain erases what is past its keep. What is told late of a call that was forgotten goes
// with it.
func (p *program) retain(ctx context.Context) error {
	p.erasing.Lock()
	defer p.erasing.Unlock()
	began, err := p.journal.Began()
	if err != nil {
		return err
	}
	ordered, err := p.journal.Erasures()
	if err != nil {
		return err
	}
	now, keeps := p.clock.Now(), p.settings().keeps()
	old := slices.ContainsFunc(keeps, func(k keep) bool { return k.days > 0 && began.Before(now.Add(-k.days)) })
	if began.IsZero() || !old && ordered == 0 {
		return nil
	}
	x, end := p.eraser()
	defer end()
	all, err := x.past(ctx, keeps, now)
	if err != nil {
		return err
	}
	if anything(all) {
		if err := x.doubt(now); err != nil {
			_, undone := x.complete(ctx) // what was asked for has nothing to do with the clock
			return errors.Join(err, undone)
		}
	}
	f, err := x.do(ctx, engine.ByRunner, all...)
	if err != nil {
		return err
	}
	for i, k := range keeps {
		if !all[i].empty() {
			p.log.Info("retention", "class", k.class, "keep", k.long(), "calls", all[i].customers(), "oldest", all[i].oldest())
		}
	}
	p.log.Info("retention", "calls", f.calls, "events", f.events)
	for _, line := range f.atTelnyx() {
		p.note("retention", errors.New(line))
	}
	return nil
}

// forgetWaiting erases calls that were up when they were to be forgotten.
func (p *program) forgetWaiting(ctx context.Context) error {
	orders, err := p.journal.Unfinished()
	if err != nil || len(orders) == 0 {
		return err
	}
	up := map[engine.SessionID]bool{}
	for _, s := range p.runner.Frame().Sessions {
		up[s.ID] = s.Phase != engine.PhaseOver
	}
	for _, o := range orders {
		if slices.ContainsFunc(o.Sessions, func(id engine.SessionID) bool { return up[id] }) {
			return nil // with the last of them
		}
	}
	p.erasing.Lock()
	defer p.erasing.Unlock()
	x, end := p.eraser()
	defer end()
	f, err := x.complete(ctx)
	for _, line := range f.atTelnyx() {
		p.note("forget", errors.New(line))
	}
	return err
}
