package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"switchboard/engine/journal"
)

func journalCompactCommand() *cobra.Command {
	var which journalFlag
	cmd := &cobra.Command{
		Use:   "compact",
		Short: "Make the journal's file smaller",
		Long: "compact drops what the journal keeps for a time only and is past it (the list of webhooks that were taken in more than 48 hours " +
			"before the newest, and all checkpoints but the newest good one), and gives the room back to the disk. No event is dropped. It takes " +
			"the journal as a run does, so it refuses one that is in use, and needs room for a second copy meanwhile.",
		Example: "  switchboard journal compact",
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return compact(cmd, which) },
	}
	which.add(cmd)
	return cmd
}

func compact(cmd *cobra.Command, which journalFlag) (err error) {
	path, err := which.there()
	if err != nil {
		return err
	}
	j, err := journal.OpenAs(path, cmd.CommandPath())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	c, err := j.Compact()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s had %s and has %s: dropped %s that were past their keep, and %s.\n", cleaned(path, maxFinding),
		size(uint64(c.Before)), size(uint64(c.After)), plural(int(c.IDs), "ID"), plural(int(c.Checkpoints), "checkpoint"))
	return err
}
