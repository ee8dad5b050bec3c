package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/export"
	"switchboard/engine/journal"
)

// exportOptions are what an export is told.
type exportOptions struct {
	journal journalFlag
	format  string
	out     string
	day     string
	clear   bool
	salt    string
}

func exportCommand() *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export [CALL]...",
		Short: "Write calls as text, Markdown, JSON or recordings, without numbers and names",
		Long: "export writes what happened on a call: who called, what was said, which rules fired, who was brought in. A call is " +
			"named as the console numbers it (12), or by session (s116). It is read from the journal, also beside a run that goes on.\n\n" +
			"Numbers get pseudonyms, which are the same throughout one export and others in the next (--salt keeps them the same), and " +
			"names that switchboard knows become Caller a1b2 or Operator c3d4. A name that somebody only says stays: read an export before you " +
			"give it away. --clear leaves all of it as it is.\n\n" +
			"A recording can be played with demo --recordings and judged with backtest; text, markdown and json are for readers and other " +
			"programs. journal export --call writes the raw events. No file is ever written over, and only you may read it.",
		Example: "  switchboard export 12\n" +
			"  switchboard export 12 --out call-12.md\n" +
			"  switchboard export 12 14 s116 --format json --out calls/\n" +
			"  switchboard export --day 2026-11-22 --format recording --out calls/",
		RunE: func(cmd *cobra.Command, calls []string) error { return exportCalls(cmd, o, calls) },
	}
	o.journal.add(cmd)
	cmd.Flags().StringVar(&o.format, "format", "", "one of "+export.Formats()+" (default: by the ending of --out, or text)")
	cmd.Flags().StringVar(&o.out, "out", "", "the file to be made, or a folder; - is standard output (default: -)")
	cmd.Flags().StringVar(&o.day, "day", "", "all calls that began on a day, as in 2026-11-22, or today or yesterday")
	cmd.Flags().BoolVar(&o.clear, "clear", false, "leave numbers and names in it")
	cmd.Flags().StringVar(&o.salt, "salt", "", "a file with a secret, by which the same number has the same pseudonym in every export")
	return cmd
}

func exportCalls(cmd *cobra.Command, o exportOptions, calls []string) error {
	choice, err := o.choose(calls)
	if err != nil {
		return err
	}
	to, err := o.place(choice)
	if err != nil {
		return err
	}
	salt, err := o.secret()
	if err != nil {
		return err
	}
	j, err := o.journal.copied()
	if err != nil {
		return err
	}
	past := o.journal.past(j.Epoch())
	defer past.close()
	records, err := recordsOf(cmd.Context(), j.Epoch(), j.Read, past, choice.wants)
	if err == nil {
		err = choice.missed(records, j)
	}
	if err = errors.Join(err, j.Close()); err != nil {
		return err
	}
	if o.clear {
		fmt.Fprintln(cmd.ErrOrStderr(), "switchboard: numbers and names are in this export, for it is in clear (--clear)")
	}
	w := callWriter{to: to, out: cmd.OutOrStdout(), said: cmd.ErrOrStderr(), many: !choice.one()}
	if !o.clear {
		w.scrubber = export.NewScrubber(salt)
	}
	return w.write(records)
}

// leastSalt is how many bytes a secret has at least: a shorter one could be tried out.
const leastSalt = 16

// secret returns the salt of the pseudonyms: a new one where no file holds one. It is in
// a file, for every user of a machine can read its command lines.
func (o exportOptions) secret() ([]byte, error) {
	if o.salt == "" {
		return newSalt(), nil
	}
	salt, err := readSmall(o.salt)
	if err != nil {
		return nil, usage("--salt: %w", err)
	}
	if salt = bytes.TrimSpace(salt); len(salt) < leastSalt {
		return nil, usage("--salt: %s holds %d bytes: a secret has at least %d, as from openssl rand -hex 32", cleaned(o.salt, maxFinding), len(salt), leastSalt)
	}
	return salt, nil
}

// A choice says which calls are meant.
type choice struct {
	calls []string
	day   time.Time // zero: those that are named
}

func (o exportOptions) choose(calls []string) (choice, error) {
	switch {
	case o.day == "" && len(calls) == 0:
		return choice{}, usage("which call? Name one, as in switchboard export 12, or a day with --day; see switchboard export --help")
	case o.day != "" && len(calls) > 0:
		return choice{}, usage("either calls or a day: --day already means all calls of %s", o.day)
	case o.clear && o.salt != "":
		return choice{}, usage("--salt is for pseudonyms, and --clear wants none")
	}
	for _, c := range calls {
		if !namesCall(c) {
			return choice{}, usage("%q is no call: name it by its number, as in 12, or by its session, as in s116", c)
		}
	}
	day, err := dayOf(o.day, time.Local)
	return choice{calls, day}, err
}

// namesCall reports whether a word may name a call.
func namesCall(word string) bool {
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimPrefix(word, "#"), "s"), 10, 63)
	return err == nil && n > 0
}

// dayOf reads a day; none is the zero time.
func dayOf(text string, zone *time.Location) (time.Time, error) {
	now := clock.Wall().In(zone)
	switch text {
	case "":
		return time.Time{}, nil
	case "today":
		text = now.Format(time.DateOnly)
	case "yesterday":
		text = now.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return time.Time{}, usage("--day %q is no day: write it as in 2026-11-22, or today or yesterday", text)
	}
	return day, nil
}

func (c choice) one() bool { return c.day.IsZero() && len(c.calls) == 1 }

// wants reports whether a call is meant.
func (c choice) wants(s engine.SessionID, number int, started time.Time) bool {
	if !c.day.IsZero() {
		return number > 0 && !started.Before(c.day) && started.Before(c.day.AddDate(0, 0, 1))
	}
	return slices.ContainsFunc(c.calls, func(call string) bool { return callIs(call, s, number) })
}

// callIs reports whether a word names a call.
func callIs(word string, s engine.SessionID, number int) bool {
	return word == string(s) || number > 0 && strings.TrimPrefix(word, "#") == strconv.Itoa(number)
}

// missed says which of the calls that are meant are not there, and whether they were.
func (c choice) missed(records []engine.Record, j *journal.Journal) error {
	if !c.day.IsZero() && len(records) == 0 {
		return fmt.Errorf("the journal has no call that began on %s", c.day.Format(time.DateOnly))
	}
	for _, call := range c.calls {
		if !slices.ContainsFunc(records, func(r engine.Record) bool { return callIs(call, r.Session, r.Number) }) {
			return notThere(j, call)
		}
	}
	return nil
}

// notThere says why a journal has no record of a call: there never was one, or it was
// forgotten.
func notThere(j *journal.Journal, call string) error {
	if _, err := j.FindCall(call); err != nil {
		return err
	}
	return fmt.Errorf("%q: %w", call, journal.ErrNoCall) // it is there, and no customer's
}

// recordsOf folds a journal and returns the records of the calls that are wanted, in the
// order they began. A call that is still up has the record that it has by now. Where calls
// beside it were forgotten, what was filed of a call is surer than what the events tell.
func recordsOf(ctx context.Context, epoch string, read func(uint64, func(engine.Event) error) error, past *past,
	wants func(engine.SessionID, int, time.Time) bool) ([]engine.Record, error) {
	found := map[engine.SessionID]engine.Record{}
	state := engine.NewState(epoch)
	beside := false
	err := read(1, func(e engine.Event) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		beside = beside || tellsLess(e)
		var commands []engine.Command
		state, commands = engine.Step(state, e)
		for _, c := range commands {
			if f, ok := c.Action.(engine.File); ok && wants(f.Record.Session, f.Record.Number, f.Record.Started) {
				found[f.Record.Session] = f.Record
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, s := range state.Frame().Sessions {
		if _, filed := found[s.ID]; !filed && s.Number > 0 && wants(s.ID, s.Number, s.Started) {
			found[s.ID] = s.Record(state.Now)
		}
	}
	records := make([]engine.Record, 0, len(found))
	for id, r := range found {
		if filed, ok := past.filed(ctx, id); ok && beside {
			r = filed
		}
		records = append(records, r)
	}
	slices.SortFunc(records, func(a, b engine.Record) int { return a.Number - b.Number })
	return records, nil
}

// An exportPlace is where an export goes, and as what.
type exportPlace struct {
	path   string // empty: standard output
	folder bool
	format export.Format
}

// place says where an export goes.
func (o exportOptions) place(c choice) (exportPlace, error) {
	to := exportPlace{format: export.AsText}
	if o.out != "" && o.out != "-" {
		to.path = o.out
		info, err := os.Stat(o.out)
		to.folder = err == nil && info.IsDir() || strings.HasSuffix(o.out, "/") || strings.HasSuffix(o.out, string(filepath.Separator))
	}
	switch {
	case o.format != "":
		format, err := export.ParseFormat(o.format)
		if err != nil {
			return exportPlace{}, usage("--format: %w", err)
		}
		to.format = format
	case to.path != "" && !to.folder:
		format, ok := export.FormatOf(to.path)
		if !ok {
			return exportPlace{}, usage("say with --format what %s is to be: %s", cleaned(to.path, maxFinding), export.Formats())
		}
		to.format = format
	}
	if !c.one() && !to.folder {
		return exportPlace{}, usage("several calls go into a folder, a file each: name one with --out, as in --out calls/")
	}
	return to, nil
}

// A callWriter writes calls to where they are to go.
type callWriter struct {
	to       exportPlace
	out      io.Writer // of an export that goes nowhere else, and of what became of one that does
	said     io.Writer // what there is to know of an export
	scrubber *export.Scrubber
	many     bool // one that has nothing to be written is left out
}

func (w callWriter) write(records []engine.Record) error {
	if w.to.folder {
		if err := os.MkdirAll(w.to.path, 0o700); err != nil {
			return fmt.Errorf("the folder %s cannot be made: %w", cleaned(w.to.path, maxFinding), brieflyPath(err))
		}
	}
	for _, r := range records {
		err := w.one(r)
		if w.many && errors.Is(err, export.ErrUnanswered) {
			fmt.Fprintf(w.said, "switchboard: call %d is left out: %v\n", r.Number, err)
			continue
		}
		if err != nil {
			return fmt.Errorf("call %d: %w", r.Number, err)
		}
	}
	return nil
}

func (w callWriter) one(r engine.Record) error {
	if r.Over.IsZero() {
		fmt.Fprintf(w.said, "switchboard: call %d is still up: this is what there is of it by now\n", r.Number)
	}
	name := w.to.format.FileName(r, time.Local)
	if w.scrubber != nil {
		r = w.scrubber.Record(r)
	}
	var text bytes.Buffer
	if err := w.to.format.Write(&text, r, time.Local); err != nil {
		return err
	}
	if w.to.path == "" {
		_, err := w.out.Write(text.Bytes())
		return err
	}
	path := w.to.path
	if w.to.folder {
		path = filepath.Join(path, name)
	}
	if err := writeNew(path, text.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%s holds call %d.\n", cleaned(path, maxFinding), r.Number)
	return nil
}

// writeNew writes a file that is not there yet, for its owner alone.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already, and no file is written over: name another, or move it away", cleaned(path, maxFinding))
	}
	if err != nil {
		return fmt.Errorf("%s cannot be made: %w", cleaned(path, maxFinding), brieflyPath(err))
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", cleaned(path, maxFinding), err), os.Remove(path))
	}
	return nil
}
