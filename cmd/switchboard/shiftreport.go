package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"switchboard/engine"
	"switchboard/engine/clock"
	"switchboard/engine/journal"
	reports "switchboard/engine/report"
)

// Limits of reports.
const (
	foldAtMost    = 150_000   // events before the period, for the sake of calls' numbers
	lookBackFor   = 1_000_000 // events, for what automation was set to
	barFrom       = 50_000    // events, from which on a bar shows how far it is
	tellReadEvery = 4096      // events, between two looks at whether it is to go on
)

// The forms of a report, and what files of each end with.
var reportForms = []struct{ name, ends string }{{"text", ".txt"}, {"markdown", ".md"}, {"html", ".html"}, {"json", ".json"}}

// errNothing means that there is nothing to report.
var errNothing = errors.New("nothing happened")

// reportOptions are what a report may be told.
type reportOptions struct {
	journalFlag
	configFiles
	shift, date, from, to, zone string
	day, week                   bool
	form, out                   string
	force, numbers              bool
}

func reportCommand() *cobra.Command {
	var o reportOptions
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Say what a shift has come to",
		Long: "report says what happened in a period: calls, transfers by cause and result, vetoes and what each rule was worth, the time to a " +
			"human voice, the customers' mood, the longest holds, open callbacks, what was not heard, and the handover notes.\n\n" +
			"Without a period it is about the shift that began last, of those in SHIFTS; without that setting, about today. " +
			"A call belongs to the period in which it began, and is followed to its end. Times are those of this machine's zone, or of --zone.\n\n" +
			"A report is made to be handed on: customers stand in it by the last two digits of their numbers, unless --numbers is given, " +
			"and nothing that they said does. A file is readable by you alone, and none is written over without --force.",
		Example: "  switchboard report\n" +
			"  switchboard report --shift 08:00-16:00 --date 2026-11-21 --out shift.html\n" +
			"  switchboard report --week --format json",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return runReport(cmd, o) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.shift, "shift", "", "a shift, as in 08:00-16:00, or 22:00-06:00 over midnight: the latest that has begun")
	flags.BoolVar(&o.day, "day", false, "a whole day: today")
	flags.BoolVar(&o.week, "week", false, "seven days, up to the end of today")
	flags.StringVar(&o.date, "date", "", "the day of the shift or the day, or the last of the week, as in 2026-11-21")
	flags.StringVar(&o.from, "from", "", "a period of your own, as in '2026-11-21 08:00'")
	flags.StringVar(&o.to, "to", "", "the end of that period (default: now)")
	flags.StringVar(&o.zone, "zone", "", "the time zone, as in Europe/Copenhagen (default: this machine's)")
	flags.StringVar(&o.form, "format", "", "text, markdown, html or json (default: by the end of --out's name, else text)")
	flags.StringVar(&o.out, "out", "", "the file to be made (default: standard output)")
	flags.BoolVar(&o.force, "force", false, "write over a file that is there")
	flags.BoolVar(&o.numbers, "numbers", false, "show customers' numbers as they are")
	o.journalFlag.add(cmd)
	o.configFiles.addFlags(flags)
	return cmd
}

func runReport(cmd *cobra.Command, o reportOptions) error {
	form, err := o.chosenForm(cmd.OutOrStdout())
	if err != nil {
		return err
	}
	now := clock.Wall()
	period, err := o.period(now)
	if err != nil {
		return err
	}
	if o.out != "" && !o.force {
		if _, err := os.Lstat(o.out); err == nil {
			return usage("%s is there already: name another file with --out, or write over it with --force", cleaned(o.out, maxFinding))
		}
	}
	r, err := o.built(cmd, period, now)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := writeReport(&text, r, form); err != nil {
		return err
	}
	if o.out == "" {
		_, err := cmd.OutOrStdout().Write(text.Bytes())
		return err
	}
	if err := o.save(text.Bytes()); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s holds the report: %s.\n", cleaned(o.out, maxFinding), cleaned(r.Period, maxFinding))
	return nil
}

// built reads the journal and makes the report.
func (o reportOptions) built(cmd *cobra.Command, p reports.Period, now time.Time) (r reports.Report, err error) {
	j, err := o.copied()
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	// Much is made and soon dropped: tidying up less often takes a fifth off the time.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	bar := newBar(cmd.ErrOrStderr(), false)
	defer bar.clear()
	past := o.past(j.Epoch())
	defer past.close()
	filed := func(id engine.SessionID) (engine.Record, bool) { return past.filed(cmd.Context(), id) }
	return reportOf(cmd.Context(), j, reports.Options{Period: p, Made: now.In(p.From.Location()), Numbers: o.numbers, Filed: filed}, bar.show)
}

// save writes the report into its file.
func (o reportOptions) save(text []byte) error {
	if o.force {
		return replace([]fileChange{{path: o.out, text: text, mode: 0o600}})
	}
	f, err := os.OpenFile(o.out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: name another file with --out, or write over it with --force", err)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(o.out))
	}
	return nil
}

// chosenForm returns the form that the report is to have.
func (o reportOptions) chosenForm(out io.Writer) (string, error) {
	form := strings.ToLower(o.form)
	var names []string
	for _, f := range reportForms {
		if form == "" && o.out != "" && strings.EqualFold(filepath.Ext(o.out), f.ends) {
			form = f.name
		}
		names = append(names, f.name)
	}
	switch form {
	case "":
		form = "text"
	case "text", "markdown", "html", "json":
	default:
		return "", usage("--format is one of %s, not %q", strings.Join(names, ", "), cleaned(o.form, maxFinding))
	}
	if form == "html" && o.out == "" && isTerminal(out) {
		return "", usage("a page is for a browser, not for a terminal: name a file with --out, as in --out shift.html")
	}
	return form, nil
}

func writeReport(out io.Writer, r reports.Report, form string) error {
	switch form {
	case "json":
		return r.JSON(out)
	case "html":
		return r.HTML(out, cleaned)
	case "markdown":
		_, err := io.WriteString(out, r.Markdown(cleaned))
		return err
	}
	_, err := io.WriteString(out, strings.Join(r.Lines(cleaned), "\n")+"\n")
	return err
}

// period returns what the report is about.
func (o reportOptions) period(now time.Time) (reports.Period, error) {
	zone := time.Local
	if o.zone != "" {
		var err error
		if zone, err = time.LoadLocation(o.zone); err != nil {
			return reports.Period{}, usage("--zone: there is no time zone %q here; one is written as in Europe/Copenhagen", cleaned(o.zone, maxFinding))
		}
	}
	if err := o.onePeriod(); err != nil {
		return reports.Period{}, err
	}
	now = now.In(zone)
	if o.from != "" {
		return o.between(now)
	}
	day := now
	if o.date != "" {
		var err error
		if day, err = reports.ParseDate(o.date, zone); err != nil {
			return reports.Period{}, usage("--date: %w", err)
		}
	}
	switch {
	case o.day:
		return reports.Day(day), nil
	case o.week:
		return reports.Week(day), nil
	}
	shifts, err := o.shifts()
	if err != nil {
		return reports.Period{}, err
	}
	switch {
	case len(shifts) == 0 || o.shift == "" && o.date != "": // which of its shifts is not said
		return reports.Day(day), nil
	case o.date != "":
		return shifts[0].On(day), nil
	}
	return reports.Latest(shifts, now), nil
}

// onePeriod refuses a command line that names more than one period.
func (o reportOptions) onePeriod() error {
	named := 0
	for _, is := range []bool{o.shift != "", o.day, o.week, o.from != ""} {
		if is {
			named++
		}
	}
	switch {
	case named > 1:
		return usage("name one period: --shift, --day, --week, or --from with --to")
	case o.to != "" && o.from == "":
		return usage("--to is the end of a period that --from begins")
	case o.date != "" && o.from != "":
		return usage("--date says the day of a shift, a day or a week; --from and --to have their own")
	}
	return nil
}

// shifts returns the shift that was named, or those of the settings.
func (o reportOptions) shifts() ([]reports.Shift, error) {
	if o.shift != "" {
		s, err := reports.ParseShift(o.shift)
		if err != nil {
			return nil, usage("--shift: %w", err)
		}
		return []reports.Shift{s}, nil
	}
	files, _, err := o.configFiles.read()
	if err != nil {
		return nil, err
	}
	text, ok := lookUp("SHIFTS", append([]source{fromEnvironment}, files...))
	if !ok {
		return nil, nil
	}
	all, err := reports.ParseShifts(text)
	if err != nil {
		return nil, usage("SHIFTS: %w", err)
	}
	return all, nil
}

// between reads a period of one's own.
func (o reportOptions) between(now time.Time) (reports.Period, error) {
	from, err := readMoment(o.from, now.Location())
	if err != nil {
		return reports.Period{}, usage("--from %w", err)
	}
	to := now
	if o.to != "" {
		if to, err = readMoment(o.to, now.Location()); err != nil {
			return reports.Period{}, usage("--to %w", err)
		}
	}
	if !to.After(from) {
		return reports.Period{}, usage("the period ends before it begins: %s to %s", from.Format(time.DateTime), to.Format(time.DateTime))
	}
	return reports.Between(from, to), nil
}

// readMoment reads a day and a time of it, or a day alone: its beginning.
func readMoment(text string, zone *time.Location) (time.Time, error) {
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.DateTime, time.DateOnly} {
		if at, err := time.ParseInLocation(form, strings.TrimSpace(text), zone); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("is a day and a time, as in '2026-11-21 08:00', not %q", cleaned(text, maxFinding))
}

// reportOf makes a report of what a journal has that this program has open. The period and
// what is to be shown are the options'; show may be nil.
func reportOf(ctx context.Context, j *journal.Journal, o reports.Options, show func(done, of int)) (reports.Report, error) {
	return reportWithin(ctx, j, o, foldAtMost, show)
}

// reportWithin is reportOf that goes through no more than so many events before the
// period, for the sake of calls' numbers.
func reportWithin(ctx context.Context, j *journal.Journal, o reports.Options, atMost uint64, show func(done, of int)) (reports.Report, error) {
	first, err := j.From(o.Period.From.Add(-reports.Before))
	if err != nil {
		return reports.Report{}, err
	}
	begin, before, err := whereToBegin(j, first, atMost, &o)
	if err != nil {
		return reports.Report{}, err
	}
	all, n := int(j.Newest()-begin), 0
	read := func(yield func(engine.Event) error) error {
		for _, seq := range before {
			if err := readOne(j, seq, yield); err != nil {
				return err
			}
		}
		newest := j.Newest()
		return j.Read(begin, func(e engine.Event) error {
			if n++; n%tellReadEvery == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
				if show != nil && all > barFrom {
					show(n, all)
				}
			}
			if e.Seq > newest {
				return errStop
			}
			return yield(e)
		})
	}
	r, err := reports.Build(o, func(yield func(engine.Event) error) error {
		if err := read(yield); !errors.Is(err, errStop) {
			return err
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	if r.Audit, err = chainOfActs(ctx, j); err != nil {
		return r, err
	}
	if r.Empty() {
		return r, fmt.Errorf("%w in that period (%s): %s", errNothing, o.Period.Name, covers(j, o.Period.From.Location()))
	}
	return r, nil
}

// chainOfActs looks through the chain of supervisors' acts, and says where it stands.
func chainOfActs(ctx context.Context, j *journal.Journal) (*reports.Audit, error) {
	a, err := j.VerifyAudit(ctx, "")
	if err != nil {
		return nil, err
	}
	says := "it holds together"
	if len(a.Faults) > 0 {
		says = fmt.Sprintf("IT IS BROKEN at event %d; switchboard audit verify says more", a.Faults[0].Event)
	}
	return &reports.Audit{Head: a.Head.Hash, Acts: a.Head.Acts, Verified: says}, nil
}

// errStop ends a reading that has read enough.
var errStop = errors.New("enough was read")

// readOne yields one event.
func readOne(j *journal.Journal, seq uint64, yield func(engine.Event) error) error {
	err := j.Read(seq, func(e engine.Event) error {
		if err := yield(e); err != nil {
			return err
		}
		return errStop
	})
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// whereToBegin returns the event that a report's fold begins at, and those before it that
// it needs, for events from first on. A checkpoint serves best: then the report knows
// calls' numbers and all callbacks. Else it begins with the journal, where that is not
// long; else in the middle, with the settings of then.
func whereToBegin(j *journal.Journal, first, atMost uint64, o *reports.Options) (begin uint64, before []uint64, err error) {
	o.State = engine.NewState(j.Epoch())
	seq, _, data, err := j.LatestBefore(first)
	if err != nil {
		return 0, nil, err
	}
	if seq > 0 && first-seq <= atMost {
		var kept engine.State
		if err := json.Unmarshal(data, &kept); err == nil && kept.Seq == seq && kept.Epoch == j.Epoch() {
			o.State = kept
			return seq + 1, nil, nil
		}
	}
	if first <= atMost {
		return 1, nil, nil
	}
	o.Part = true
	settings, err := j.NewestOf("settings.loaded", first, first)
	if err != nil {
		return 0, nil, err
	}
	automation, err := j.NewestOf("automation.asked", first, lookBackFor)
	if err != nil {
		return 0, nil, err
	}
	for _, seq := range []uint64{min(settings, automation), max(settings, automation)} {
		if seq > 0 {
			before = append(before, seq)
		}
	}
	return first, before, nil
}

// covers says what a journal holds.
func covers(j *journal.Journal, zone *time.Location) string {
	var first, last time.Time
	err := errors.Join(
		readOne(j, 1, func(e engine.Event) error { first = e.At; return nil }),
		readOne(j, j.Newest(), func(e engine.Event) error { last = e.At; return nil }))
	if err != nil || first.IsZero() {
		return "the journal is empty"
	}
	const form = "2 January 2006 15:04"
	return fmt.Sprintf("the journal has what happened from %s to %s", first.In(zone).Format(form), last.In(zone).Format(form))
}

// Report says what the shift that goes on has come to, or today, where no shift is
// configured.
func (p *program) Report(ctx context.Context) ([]string, error) {
	p.reloading.Lock()
	shifts := p.config.Shifts
	p.reloading.Unlock()
	now := p.clock.Now().In(time.Local)
	period := reports.Day(now)
	if len(shifts) > 0 {
		period = reports.Latest(shifts, now)
	}
	past := pastBeside(p.journal.Path(), p.journal.Epoch())
	defer past.close()
	filed := func(id engine.SessionID) (engine.Record, bool) { return past.filed(ctx, id) }
	r, err := reportOf(ctx, p.journal, reports.Options{Period: period, Made: now, Filed: filed}, nil)
	if err != nil {
		return nil, err
	}
	return r.Lines(cleaned), nil
}
