package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"switchboard/engine/journal"
)

func journalExportCommand() *cobra.Command {
	var which journalFlag
	var call, to string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the journal, or one call of it, as JSON Lines",
		Long: "export writes a line that names the journal, then a line of JSON for each event. import makes a journal of it again, and " +
			"backtest reads it. With --call it writes what belongs to one call: as the console numbers them (12), or by session (s116); " +
			"backtest reads that as well, import does not.\n\n" +
			"Where the journal is damaged, what comes before the damage is written, and the exit code is 1.",
		Example: "  switchboard journal export --out journal.jsonl\n" +
			"  switchboard journal export --call 12 | gzip > call-12.jsonl.gz",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return exportJournal(cmd, which, call, to) },
	}
	which.add(cmd)
	cmd.Flags().StringVar(&call, "call", "", "one call alone, as in 12 or s116")
	cmd.Flags().StringVar(&to, "out", "", "the file to be made (default: standard output)")
	return cmd
}

func exportJournal(cmd *cobra.Command, which journalFlag, call, to string) (err error) {
	if to == "" && isTerminal(cmd.OutOrStdout()) {
		return usage("an export is for a file or another program, not for a terminal: name a file with --out")
	}
	j, err := which.copied()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	write := j.Export
	if call != "" {
		found, err := j.FindCall(call)
		if err != nil {
			return err
		}
		write = func(w io.Writer) (int, error) { return j.ExportCall(w, found) }
	}
	if to == "" {
		_, err := write(untilDone{ctx: cmd.Context(), Writer: cmd.OutOrStdout()})
		return err
	}
	n, err := exportTo(cmd.Context(), to, write)
	if n > 0 {
		fmt.Fprintf(cmd.OutOrStdout(), "%s holds %s.\n", cleaned(to, maxFinding), plural(n, "event"))
	}
	return err
}

// exportTo writes an export into a new file. What comes before damage is kept; a file
// that could not be written as it should is not.
func exportTo(ctx context.Context, path string, write func(io.Writer) (int, error)) (int, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	n, err := write(untilDone{ctx: ctx, Writer: f})
	damaged := errors.Is(err, journal.ErrDamaged) || errors.Is(err, journal.ErrNewer)
	wrote := errors.Join(f.Sync(), f.Close())
	if wrote != nil || err != nil && !damaged {
		return 0, errors.Join(err, wrote, os.Remove(path))
	}
	return n, err
}
