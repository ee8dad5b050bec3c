package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"switchboard/engine/journal"
)

// errFaults means that a journal was found to have some.
var errFaults = errors.New("the journal is not in order")

const maxFinding = 600 // letters of one fault, or of what to do about it

func journalCheckCommand() *cobra.Command {
	var which journalFlag
	var quiet bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Look whether the journal is in order",
		Long: "check reads the whole journal: that the file is sound, that events are numbered without gaps and are what was written, " +
			"that this version can read them, that none was taken in twice, that time does not run backwards, and that the newest checkpoint " +
			"is what the events before it lead to. It says what is wrong and what to do, changes nothing, and exits with 1 where something is.",
		Example: "  switchboard journal check\n" +
			"  switchboard journal check --journal journal-monday.db",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return checkJournal(cmd, which, quiet) },
	}
	which.add(cmd)
	cmd.Flags().BoolVar(&quiet, "quiet", false, "show no progress")
	return cmd
}

func checkJournal(cmd *cobra.Command, which journalFlag, quiet bool) (err error) {
	path, err := which.there()
	if err != nil {
		return err
	}
	holder, held := journal.HeldBy(path)
	j, err := journal.OpenCopy(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	bar := newBar(cmd.ErrOrStderr(), quiet)
	r, err := j.Check(cmd.Context(), release(), func(done, of uint64) { bar.show(int(done), int(of)) })
	bar.clear()
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintln(out, cleaned(path, maxFinding))
	if held {
		fmt.Fprintf(out, "  %s has it; what it had taken in when the check began was looked at\n", cleaned(holder.String(), maxFinding))
	}
	printJournal(out, r)
	if len(r.Faults) > 0 {
		return errFaults
	}
	return nil
}

// printJournal prints what a check has found.
func printJournal(out io.Writer, r journal.Report) {
	fmt.Fprintf(out, "  epoch %s\n", cleaned(r.Epoch, 60))
	if r.Events == 0 {
		fmt.Fprintln(out, "  no events")
	} else {
		fmt.Fprintf(out, "  %s, from %s to %s; %s, %d not over\n", plural(int(r.Events), "event"),
			r.First.Local().Format(time.DateTime), r.Last.Local().Format(time.DateTime), plural(r.Calls, "call"), r.Open)
	}
	if r.Checkpoint > 0 {
		fmt.Fprintf(out, "  newest checkpoint after event %d, by switchboard %s\n", r.Checkpoint, cleaned(r.Build, 60))
	}
	if r.Forgotten > 0 {
		fmt.Fprintf(out, "  %s forgotten: what is left are times and counts\n", many(r.Forgotten, "call is", "calls are"))
	}
	if r.Acts > 0 {
		fmt.Fprintf(out, "  %s of supervisors in the chain\n", plural(r.Acts, "act"))
	}
	for _, remark := range r.Remarks {
		fmt.Fprintf(out, "  %s\n", cleaned(remark, maxFinding))
	}
	if len(r.Faults) == 0 {
		fmt.Fprintln(out, "Nothing is wrong with it.")
		return
	}
	fmt.Fprintf(out, "%s:\n", plural(len(r.Faults)+r.More, "fault"))
	did := ""
	for i, f := range r.Faults {
		fmt.Fprintf(out, "  %s\n", cleaned(f.What, maxFinding))
		if did = f.Do; i+1 == len(r.Faults) || r.Faults[i+1].Do != did { // once for all that it helps with
			fmt.Fprintf(out, "    do: %s\n", did)
		}
	}
	if r.More > 0 {
		fmt.Fprintf(out, "  and %d more\n", r.More)
	}
}
