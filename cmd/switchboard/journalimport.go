package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"switchboard/engine/journal"
	"switchboard/engine/runner"
)

func journalImportCommand() *cobra.Command {
	var which journalFlag
	cmd := &cobra.Command{
		Use:   "import EXPORT",
		Short: "Make a journal of an export",
		Long: "import makes a new journal of what export has written, event for event, under the same epoch, so that it leads to the same state. " +
			"It refuses a file that is there, and an export of one call.",
		Example: "  switchboard journal import journal.jsonl --journal restored.db",
		Args:    from("import", "the file that export has written", 1, 1),
		RunE:    func(cmd *cobra.Command, args []string) error { return importJournal(cmd, which, args[0]) },
	}
	which.add(cmd)
	return cmd
}

func importJournal(cmd *cobra.Command, which journalFlag, export string) error {
	path, err := which.place()
	if err != nil {
		return err
	}
	f, err := os.Open(export)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer f.Close()
	n, err := journal.Import(path, untilDone{ctx: cmd.Context(), Reader: f})
	if err != nil {
		return err
	}
	calls, err := settle(path, cmd.CommandPath())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s holds %s; %s.\n", cleaned(path, maxFinding), plural(int(n), "event"), plural(calls, "call"))
	return err
}

// settle goes through a journal's events and keeps what they lead to, so that the next
// start need not. It returns how many calls there were.
func settle(path, runs string) (calls int, err error) {
	j, err := journal.OpenAs(path, runs)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	state, err := runner.Recover(j)
	if err != nil || state.Seq == 0 {
		return 0, err
	}
	calls = int(state.Frame().Counts.Calls)
	c := state.Checkpoint()
	text, err := json.Marshal(&c)
	if err != nil {
		return calls, fmt.Errorf("encode checkpoint %d: %w", c.Seq, err)
	}
	return calls, j.Checkpoint(c.Seq, build(), text)
}
