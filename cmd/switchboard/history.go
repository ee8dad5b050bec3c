package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/history"
	"switchboard/engine/journal"
)

// historyOptions are what a search may be told.
type historyOptions struct {
	which         journalFlag
	limit, page   int
	json, rebuild bool
	quiet         bool
}

const usualLimit = 20

func historyCommand() *cobra.Command {
	var o historyOptions
	cmd := &cobra.Command{
		Use:   "history [flags] [WORDS AND FILTERS]",
		Short: "Search the calls that are over",
		Long: "history lists calls that are over, the newest first, and shows where the words that you look for were said. All words and " +
			"filters have to hold:\n\n" + filterTable() + "\n\n" +
			"What became of a call is told in one word: " + outcomeTable() + ".\n\n" +
			"A shell has its own meaning for < > ! and blanks: put such a filter in quotation marks, as in 'mood<-.3'. " +
			"What we say ourselves, menus and prompts, is not searched.\n\n" +
			"It reads beside a run that goes on, and does not hold it up. The history lies beside the journal and holds nothing that the " +
			"journal does not: it may be deleted, and is then made again.",
		Example: "  switchboard history refund\n" +
			"  switchboard history day:today vetoed\n" +
			"  switchboard history 'speak to a manager' operator:ana 'mood<-.3'\n" +
			"  switchboard history show 412",
		RunE: func(cmd *cobra.Command, args []string) error { return searchHistory(cmd, o, history.Join(args)) },
	}
	o.which.add(cmd)
	flags := cmd.Flags()
	flags.IntVar(&o.limit, "limit", usualLimit, "how many calls a page has")
	flags.IntVar(&o.page, "page", 1, "which page, 1 being the newest")
	flags.BoolVar(&o.json, "json", false, "print what is found as JSON, for machines")
	flags.BoolVar(&o.rebuild, "rebuild", false, "make the history anew from the journal first")
	flags.BoolVar(&o.quiet, "quiet", false, "show no progress")
	cmd.AddCommand(historyShowCommand())
	return cmd
}

func historyShowCommand() *cobra.Command {
	var o historyOptions
	cmd := &cobra.Command{
		Use:   "show CALL",
		Short: "Show one call whole: what was said, transfers, rules, holds",
		Long: "show prints one call that is over, by the number that the console has for it or by its session (s116): who called, what was " +
			"said and how it scored, each transfer and what came of it, the rules that fired, holds, gaps and notes.",
		Example: "  switchboard history show 412\n  switchboard history show 412 --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("show wants one call, as in switchboard history show 412")
			}
			return showCall(cmd, o, args[0])
		},
	}
	o.which.add(cmd)
	cmd.Flags().BoolVar(&o.json, "json", false, "print the call's record as JSON, for machines")
	return cmd
}

// filterTable lists what can be looked for, for the help.
func filterTable() string {
	var b strings.Builder
	for _, f := range history.Filters() {
		b.WriteString(wrap("  "+pad(f[0], 29), f[1]) + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// outcomeTable says what the words for an outcome mean, the best first: one word a call.
func outcomeTable() string {
	return "joined, an operator talked with the customer; callback, he was promised one; queued, he hung up while he waited for a free " +
		"operator; left, he hung up while one was being called; failed, nobody could be reached; taken-back, a supervisor stopped it after " +
		"it had begun; vetoed, before; none, nothing was begun"
}

func searchHistory(cmd *cobra.Command, o historyOptions, text string) (err error) {
	if o.limit < 1 || o.limit > 1000 || o.page < 1 {
		return usage("--limit must be from 1 to 1000, and --page at least 1")
	}
	q, err := history.Parse(text, history.Reading{Now: clock.Wall()})
	if err != nil {
		return usage("%w", err)
	}
	store, err := o.store(cmd)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	page, err := store.Find(cmd.Context(), q, history.Paging{From: (o.page - 1) * o.limit, Limit: o.limit})
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if o.json {
		return writeJSON(out, foundJSON(text, q, page))
	}
	p := pastPrinter{query: q, zone: time.Local, bold: isTerminal(out)}
	w := colorprofile.NewWriter(out, os.Environ())
	if len(page.Calls) > 0 {
		_, err = fmt.Fprintln(w, strings.Join(p.page(page, o.page, o.limit), "\n"))
		return err
	}
	_, err = fmt.Fprintln(w, strings.Join(nothingFound(cmd.Context(), store, q, page), "\n"))
	return err
}

func showCall(cmd *cobra.Command, o historyOptions, name string) (err error) {
	store, err := o.store(cmd)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	call, err := store.Get(cmd.Context(), name)
	if err != nil {
		return err
	}
	if o.json {
		return writeJSON(cmd.OutOrStdout(), call.Record)
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), strings.Join(callLines(call, time.Local), "\n"))
	return err
}

// store opens the history, and makes it where it is not there, was not finished, or is to be
// made anew. While a run has the journal, that one finishes it.
func (o historyOptions) store(cmd *cobra.Command) (*history.Store, error) {
	place, err := o.which.place()
	if err != nil {
		return nil, err
	}
	path := history.Beside(place)
	if !o.rebuild {
		store, err := history.OpenToRead(path)
		switch {
		case err == nil:
			if _, held := journal.HeldBy(place); held || store.Complete(cmd.Context()) && isOf(store, place) {
				return store, nil
			}
			_ = store.Close()
		case errors.Is(err, history.ErrNewer), !errors.Is(err, history.ErrNone) && !errors.Is(err, history.ErrForeign) && !errors.Is(err, history.ErrDamaged):
			return nil, err
		}
	}
	if _, err := o.which.there(); err != nil {
		return nil, err
	}
	return o.made(cmd, place, path)
}

// isOf reports whether a history is that of the journal at a place, as far as that can be told:
// another journal may have been put there.
func isOf(store *history.Store, place string) bool {
	epoch, err := journal.EpochOf(place)
	return err != nil || store.Epoch() == epoch
}

// made makes the history from a copy of the journal.
func (o historyOptions) made(cmd *cobra.Command, place, path string) (_ *history.Store, err error) {
	j, err := journal.OpenCopy(place)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	store := history.New(path, j.Epoch())
	if err := store.Open(); err != nil {
		return nil, err
	}
	if o.rebuild {
		// The old one may be all that can still be read: it stays where nothing could be made.
		if err := j.Read(1, func(engine.Event) error { return cmd.Context().Err() }); err != nil {
			return nil, errors.Join(fmt.Errorf("the history stays as it is: %w", err), store.Close())
		}
		if err := store.Clear(cmd.Context()); err != nil {
			return nil, errors.Join(err, store.Close())
		}
	}
	bar := newBar(cmd.ErrOrStderr(), o.quiet || o.json)
	err = store.Rebuild(cmd.Context(), eventsOf(j), func(done uint64) { bar.show(int(done), int(j.Newest())) })
	bar.clear()
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// eventsOf reads a journal up to its newest event.
func eventsOf(j *journal.Journal) history.Events { return readingOf(j).Events }

// nothingFound says that nothing was found, and what to leave out to find something.
func nothingFound(ctx context.Context, store *history.Store, q history.Query, page history.Page) []string {
	switch {
	case page.Kept == 0 && !page.Complete:
		return []string{"The history is being made from the journal: ask again in a moment."}
	case page.Kept == 0:
		return []string{"No call is over yet."}
	case page.Total > 0:
		return []string{fmt.Sprintf("There are no more: %s in all.", plural(page.Total, "call"))}
	}
	lines := []string{"No call matches; " + thousands(page.Kept) + " are kept."}
	parts := q.Parts()
	for i, part := range parts[:min(len(parts), maxHints)] {
		if len(parts) == 1 {
			break
		}
		without, err := store.Find(ctx, q.Without(i), history.Paging{Limit: 1})
		if err == nil && without.Total > 0 {
			lines = append(lines, fmt.Sprintf("  without %s: %s", cleaned(part, 60), totalWords(without)))
		}
	}
	if len(lines) == 1 {
		lines = append(lines, "  Try another word, the beginning of one (refu*), or another day.")
	}
	if !page.Complete {
		lines = append(lines, stillMade)
	}
	return lines
}

// maxHints is how many parts of a query are tried without.
const maxHints = 8

const stillMade = "The history is still being made from the journal: there may be more in a moment."
