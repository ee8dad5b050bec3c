package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func journalBackupCommand() *cobra.Command {
	var which journalFlag
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the journal into one file, also while it is in use",
		Long: "backup writes the journal, as it is when the command begins, into a new file that is a journal itself: put it in the journal's " +
			"place, or name it with --journal. A run that has the journal goes on. The backup is on the disk when the command ends.",
		Example: "  switchboard journal backup journal-monday.db",
		Args:    from("backup", "the file to be made", 1, 1),
		RunE:    func(cmd *cobra.Command, args []string) error { return backUp(cmd, which, args[0]) },
	}
	which.add(cmd)
	return cmd
}

func backUp(cmd *cobra.Command, which journalFlag, to string) (err error) {
	j, err := which.copied()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	if err := j.Backup(to); err != nil {
		return err
	}
	info, err := os.Stat(to)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s holds %s in %s.\n", cleaned(to, maxFinding), plural(int(j.Newest()), "event"), size(uint64(info.Size())))
	return err
}
