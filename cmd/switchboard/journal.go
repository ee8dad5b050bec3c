package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"switchboard/engine/journal"
)

func journalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "Check, back up, compact, export and import the journal",
		Long: "The journal holds everything that happened on the calls, in the order in which switchboard learned of it; at a start " +
			"the calls are had again from it. It is one SQLite file, with a second one beside it (-wal) while it is in use: a copy of " +
			"the first alone is none. These commands take the journal of run, or the one named by --journal.\n\n" +
			"check, backup and export read beside a run that goes on, and do not hold it up; compact and import do not touch a journal " +
			"that another process has. What is exported or backed up is what customers said, in clear text: only you may read the files " +
			"that are made, and no file is ever written over.",
		Example: "  switchboard journal check\n" +
			"  switchboard journal backup journal-monday.db\n" +
			"  switchboard journal export --call 12 > call.jsonl",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("there is no command journal %q; possible are: check, backup, compact, export, import; see switchboard journal --help", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(journalCheckCommand(), journalBackupCommand(), journalCompactCommand(), journalExportCommand(), journalImportCommand())
	return cmd
}

// A journalFlag names the journal that a command is about.
type journalFlag struct{ asked string }

func (f *journalFlag) add(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&f.asked, "journal", "", "the journal (default: the one of run, in the user's state folder)")
}

// place returns where it is, or is to be made.
func (f *journalFlag) place() (string, error) { return journalPlace(Config{}, f.asked) }

// there returns where it is, and an error where there is none: to open it would make one.
func (f *journalFlag) there() (string, error) {
	path, err := f.place()
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("there is no journal to be read: %w; name one with --journal", err)
	}
	return path, nil
}

// An untilDone passes on what is read or written until its context is done, as when
// somebody has pressed Ctrl-C on a large journal.
type untilDone struct {
	ctx context.Context
	io.Reader
	io.Writer
}

// Read reads, unless the context is done.
func (i untilDone) Read(b []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.Reader.Read(b)
}

// Write writes, unless the context is done.
func (i untilDone) Write(b []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.Writer.Write(b)
}

// copied returns a copy of it, as it is now: also of one that is in use.
func (f *journalFlag) copied() (*journal.Journal, error) {
	path, err := f.there()
	if err != nil {
		return nil, err
	}
	return journal.OpenCopy(path)
}
