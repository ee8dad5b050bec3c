package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"switchboard/engine"
	"switchboard/engine/backtest"
	"switchboard/engine/clock"
	"switchboard/engine/journal"
	"switchboard/engine/replay"
	"switchboard/tui"
	"switchboard/tui/plain"
)

// replayOptions are what a replay may be told.
type replayOptions struct {
	journal  journalFlag
	from, to string
	day      string
	at       string
	policy   string
	speed    float64
	paced    bool // the speed was asked for
	plain    bool
	console  consoleFlags
	look     lookFlags
}

func replayCommand() *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use:   "replay [flags] [FILE|CALL]",
		Short: "See again what happened, with a bar to go through it",
		Long: "replay shows on the same screen what has happened: nothing of it is live, and no key acts. " +
			"A FILE is a journal (also of a switchboard that runs now), exported calls, or a recording: its content tells. " +
			"A CALL is one of the journal's, by session (s41) or as the console numbers it (12). " +
			"Without either it is the journal, of which the last day is shown, or what --day, --from and --to choose.\n\n" +
			"The rules are those of that day. --policy, or p on the screen, judges by another policy beside them, and shows where " +
			"the alarms would move.\n\n" +
			"With --plain, and where standard output is no terminal, a line is printed for each change: all at once, or as fast as --speed says.",
		Example: "  switchboard replay                      # the last day of your journal\n" +
			"  switchboard replay s41 --at 14:32\n" +
			"  switchboard replay 12 --policy new.yaml\n" +
			"  switchboard replay --day 2026-11-20 --from 09:00 --to 12:00\n" +
			"  switchboard replay call-12.jsonl --plain --speed 20",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("replay takes one file or call, but got %q; see %s --help", args, cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.paced = cmd.Flags().Changed("speed")
			if err := o.check(); err != nil {
				return err
			}
			return showReplay(cmd, o, strings.Join(args, ""))
		},
	}
	o.journal.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.from, "from", "", "show it from this time: 14:32, \"2026-11-20 14:32\" or 2026-11-20")
	flags.StringVar(&o.to, "to", "", "… and up to this one")
	flags.StringVar(&o.day, "day", "", "show this day, as in 2026-11-20")
	flags.StringVar(&o.at, "at", "", "begin at this time, as in 14:32:05")
	flags.StringVar(&o.policy, "policy", "", "judge by this policy as well: a file, or one that is built in")
	flags.Float64Var(&o.speed, "speed", 1, "play at once, so many times as fast as it was (with --plain 0: all at once)")
	flags.BoolVar(&o.plain, "plain", false, "a line for each change instead of the full screen")
	o.console.add(flags)
	o.look.add(flags)
	return cmd
}

// check refuses what cannot be shown.
func (o replayOptions) check() error {
	switch {
	case o.speed < 0 || o.speed > float64(replay.Fastest/replay.Normal):
		return usage("--speed must be from 0 to %d", replay.Fastest/replay.Normal)
	case o.day != "" && !dayOnly.MatchString(o.day):
		return usage("--day must be a day, as in 2026-11-20, but is %q", o.day)
	}
	return o.look.check()
}

var dayOnly = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// showReplay shows what an argument names, from where the options say.
func showReplay(cmd *cobra.Command, o replayOptions, what string) (err error) {
	c := newConsole(cmd, "REPLAY", o.plain).looked(o.look)
	if err := c.prefer(o.console, kindReplay); err != nil {
		return err
	}
	wait := newWaiting(cmd.ErrOrStderr())
	tape, err := o.load(cmd.Context(), what, wait.tell)
	wait.clear()
	if err != nil {
		return err
	}
	pace := clock.New(time.Time{}, 1)
	player := replay.NewPlayer(tape, pace)
	if o.at != "" {
		at, err := parseWhen(o.at, tape.From(), time.Local)
		if err != nil {
			return usage("--at %w", err)
		}
		player.Seek(at)
	}
	if o.policy != "" {
		trial, err := judge(cmd.Context(), tape, o.policy, tape.InForce())
		if err != nil {
			return err
		}
		player.Judge(&trial)
	}
	if c.plain {
		return o.tell(cmd.Context(), c.out, player)
	}
	if o.paced && o.speed > 0 {
		player.SetSpeed(replay.Speed(o.speed * float64(replay.Normal)))
		player.Play()
	}
	shown := tui.Options{
		Replay: player, Call: tape.Call(), Wall: clock.New(clock.Wall(), 1), House: replayHouse{},
		Config: c.prefs.config, State: c.prefs.state, Save: c.prefs.save, Said: c.prefs.said, Suspend: c.still(pace),
	}
	o.look.into(&shown)
	return tui.Run(cmd.Context(), shown)
}

// load reads what is to be replayed.
func (o replayOptions) load(ctx context.Context, what string, progress func(int)) (*replay.Tape, error) {
	reading, closing, err := o.read(what)
	if err != nil {
		return nil, err
	}
	reading.Progress = progress
	tape, err := replay.Load(ctx, reading)
	return tape, errors.Join(err, closing())
}

// nothingToClose closes nothing.
func nothingToClose() error { return nil }

// read finds out what an argument names: a file before a call.
func (o replayOptions) read(what string) (replay.Reading, func() error, error) {
	if what == "" {
		return o.fromJournal("")
	}
	info, err := os.Stat(what)
	switch {
	case err == nil && info.IsDir():
		return replay.Reading{}, nil, usage("%s is a folder: name a journal, exported calls or a recording in it", what)
	case err == nil && isJournal(what):
		o.journal.asked = what
		return o.fromJournal("")
	case err == nil:
		return o.fromFile(what)
	case callName.MatchString(what):
		return o.fromJournal(what)
	}
	return replay.Reading{}, nil, usage("there is no file %q, and a call is named by its session, as in s41, or by its number, as in 12", what)
}

var callName = regexp.MustCompile(`^(s\d+|#?\d+)$`)

// isJournal reports whether a file is one of SQLite's.
func isJournal(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 16)
	_, err = io.ReadFull(f, head)
	return err == nil && bytes.Equal(head, []byte("SQLite format 3\x00"))
}

// fromJournal reads a journal, or one call of it.
func (o replayOptions) fromJournal(call string) (replay.Reading, func() error, error) {
	j, err := o.journal.copied()
	if err != nil {
		return replay.Reading{}, nil, err
	}
	r, err := o.ofJournal(j, call)
	if err != nil {
		return replay.Reading{}, nil, errors.Join(err, j.Close())
	}
	return r, j.Close, nil
}

func (o replayOptions) ofJournal(j *journal.Journal, call string) (replay.Reading, error) {
	if call == "" {
		span, err := o.span(j)
		if err != nil {
			return replay.Reading{}, err
		}
		return replay.Stretch(j, "journal", span)
	}
	id := engine.SessionID(call)
	if !strings.HasPrefix(call, "s") { // its session is told by going through the journal
		found, err := j.FindCall(call)
		if err != nil {
			return replay.Reading{}, err
		}
		id = found.Session
	}
	return replay.OneCall(j, "call "+call, id)
}

// fromFile reads exported calls or a recording.
func (o replayOptions) fromFile(path string) (replay.Reading, func() error, error) {
	library := backtest.Library{Settings: trialSettings(), Journal: journalFile}
	sources, err := library.Files([]string{path})
	if err != nil {
		return replay.Reading{}, nil, err
	}
	from, err := sources[0].Open()
	if err != nil {
		return replay.Reading{}, nil, fmt.Errorf("%s: %w", path, err)
	}
	r := replay.Reading{Name: path, Epoch: from.Epoch, Settings: from.Settings, Call: from.Call, Events: from.Events}
	closing := nothingToClose
	if from.Close != nil {
		closing = from.Close
	}
	if r.From, r.To, err = o.times(time.Time{}); err != nil {
		return replay.Reading{}, nil, errors.Join(err, closing())
	}
	return r, closing, nil
}

// span returns the stretch of a journal that is asked for.
func (o replayOptions) span(j *journal.Journal) (replay.Span, error) {
	newest := time.Time{}
	if j.Newest() > 0 {
		err := j.Read(j.Newest(), func(e engine.Event) error { newest = e.At; return nil })
		if err != nil {
			return replay.Span{}, err
		}
	}
	from, to, err := o.times(newest)
	return replay.Span{From: from, To: to}, err
}

// times returns the times that are asked for. A time of the day is that of --day, or of
// the day of a moment.
func (o replayOptions) times(moment time.Time) (from, to time.Time, err error) {
	if o.day != "" {
		if from, err = parseWhen(o.day, moment, time.Local); err != nil {
			return from, to, usage("--day %w", err)
		}
		to, moment = from.AddDate(0, 0, 1), from
	}
	if o.from != "" {
		if from, err = parseWhen(o.from, moment, time.Local); err != nil {
			return from, to, usage("--from %w", err)
		}
	}
	if o.to != "" {
		if to, err = parseWhen(o.to, moment, time.Local); err != nil {
			return from, to, usage("--to %w", err)
		}
	}
	if !to.IsZero() && !from.Before(to) {
		return from, to, usage("--from must be before --to")
	}
	return from, to, nil
}

// parseWhen reads a time: with its day, or of the day of a moment.
func parseWhen(text string, moment time.Time, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	for _, layout := range []string{"15:04", time.TimeOnly} {
		t, err := time.ParseInLocation(layout, text, zone)
		if err != nil {
			continue
		}
		if moment.IsZero() {
			return time.Time{}, fmt.Errorf("%q needs its day, as in \"2026-11-20 %s\"", text, text)
		}
		y, m, d := moment.In(zone).Date()
		return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, zone), nil
	}
	return time.Time{}, fmt.Errorf("must be a time, as in 14:32, \"2026-11-20 14:32\" or 2026-11-20, but is %q", text)
}

// tell prints a replay, a line for each change.
func (o replayOptions) tell(ctx context.Context, out io.Writer, p *replay.Player) error {
	tape, at := p.Tape(), p.Position()
	name := tape.Name()
	if c, ok := tape.Caller(tape.Call()); ok {
		name = "call of " + c.Name + " " + c.From
	}
	fmt.Fprintf(out, "Replay of %s, %s to %s: nothing here is live.\n", cleaned(name, 200),
		at.From.Local().Format(time.DateTime), at.To.Local().Format(time.DateTime))
	if tape.BesideForgotten() {
		fmt.Fprintln(out, "A call beside it was forgotten: who was called may differ.")
	}
	if trial := p.Trial(); trial != nil {
		for _, line := range differences(tape, *trial) {
			fmt.Fprintln(out, line)
		}
	}
	speed := o.speed
	if !o.paced {
		speed = 0
	}
	wall := clock.New(time.Time{}, 1)
	began, from := wall.Now(), p.Now()
	var shown plain.Engine = p
	if call := tape.Call(); call != "" {
		shown = oneCall{p, call}
	}
	err := plain.Tell(ctx, plain.Options{Engine: shown, Out: out}, func(ctx context.Context) bool {
		at := p.Position()
		if at.Event >= at.Of {
			return false
		}
		if speed > 0 {
			next := tape.Falls(at.Event, 1)[0].At
			due := began.Add(time.Duration(float64(next.Sub(from)) / speed))
			if wall.Sleep(ctx, due.Sub(wall.Now())) != nil {
				return false
			}
		}
		p.Step(1)
		return true
	})
	if errors.Is(err, plain.ErrOutput) {
		return nil
	}
	return err
}

// differences are the alarms of the day and of a trial, a line each.
func differences(tape *replay.Tape, trial replay.Trial) []string {
	lines := []string{fmt.Sprintf("By the policy of its day %s fired; by %s %d would have.",
		plural(len(tape.Alarms()), "rule"), cleaned(trial.Policy, 100), len(tape.Shown(trial.Alarms)))}
	told := func(t time.Time) string {
		if t.IsZero() {
			return "not"
		}
		return "at " + t.Local().Format(time.TimeOnly)
	}
	for _, d := range tape.Compare(trial) {
		c, _ := tape.Caller(d.Session)
		lines = append(lines, fmt.Sprintf("  call %d, %s: %s, then %s, now %s", c.Number, cleaned(c.Name+" "+c.From, 100),
			cleaned(d.Rule, 100), told(d.Then), told(d.Now)))
	}
	return lines
}

// judge judges a tape by a policy that is named: a file, one that is built in, or, where
// the name is empty, the one in force.
func judge(ctx context.Context, tape *replay.Tape, name string, inForce engine.Policy) (replay.Trial, error) {
	rules, shown := inForce, inForce.Name
	switch {
	case name != "":
		var err error
		if rules, err = readPolicy(name); err != nil {
			return replay.Trial{}, err
		}
		shown = name
	case len(rules.Rules) == 0:
		return replay.Trial{}, errors.New("no policy is in force: no rule is known that could be tried")
	}
	source := backtest.Source{Name: tape.Name(), Size: tape.Len(), Open: func() (backtest.Reading, error) {
		return backtest.Reading{Epoch: tape.Epoch(), Settings: tape.Settings(), Gaps: true, Events: tape.Each}, nil
	}}
	report, err := backtest.Run(ctx, backtest.Options{Policy: rules, Workers: 1}, []backtest.Source{source})
	if err != nil {
		return replay.Trial{}, err
	}
	if len(report.Unread) > 0 {
		return replay.Trial{}, errors.New(report.Unread[0].Wrong)
	}
	trial := replay.Trial{Policy: shown}
	for _, call := range report.Calls {
		for _, f := range call.Verdicts[0].Firings {
			if f.Kind != backtest.KindShadow {
				trial.Alarms = append(trial.Alarms, replay.Alarm{Session: call.Session, Rule: f.Rule, At: f.At})
			}
		}
	}
	return trial, nil
}

// A replayHouse is the house of a console that shows a replay alone.
type replayHouse struct{}

// Export refuses: switchboard export writes any call of a journal.
func (replayHouse) Export(context.Context, string, string) ([]string, error) {
	return nil, replay.ErrReplay
}

// WouldForget refuses: what is shown here is not what is kept.
func (replayHouse) WouldForget(context.Context, string, engine.Erasure) ([]string, error) {
	return nil, replay.ErrReplay
}

// Forget refuses: switchboard forget erases from a journal.
func (replayHouse) Forget(context.Context, string, engine.Erasure, engine.By) ([]string, error) {
	return nil, replay.ErrReplay
}

// Report refuses: switchboard report --date is about the day that is replayed.
func (replayHouse) Report(context.Context) ([]string, error) { return nil, replay.ErrReplay }

// ReloadPolicy refuses.
func (replayHouse) ReloadPolicy(context.Context) ([]string, error) { return nil, replay.ErrReplay }

// Backtest refuses.
func (replayHouse) Backtest(context.Context, time.Duration) ([]string, error) {
	return nil, replay.ErrReplay
}

// Replay refuses: one is shown already.
func (replayHouse) Replay(context.Context, engine.SessionID) (*replay.Player, error) {
	return nil, replay.ErrReplay
}

// Judge judges a tape by another policy.
func (replayHouse) Judge(ctx context.Context, tape *replay.Tape, name string) (replay.Trial, error) {
	return judge(ctx, tape, name, tape.InForce())
}

// Replay reads a call from the journal that this program has open. It is read beside the
// engine: what is taken in meanwhile is not in it.
func (p *program) Replay(ctx context.Context, call engine.SessionID) (*replay.Player, error) {
	reading, err := replay.OneCall(p.journal, "journal", call)
	if err != nil {
		return nil, err
	}
	tape, err := replay.Load(ctx, reading)
	if err != nil {
		return nil, err
	}
	return replay.NewPlayer(tape, clock.New(time.Time{}, 1)), nil
}

// Judge judges a tape by another policy, or by the one that is in force.
func (p *program) Judge(ctx context.Context, tape *replay.Tape, name string) (replay.Trial, error) {
	p.reloading.Lock()
	inForce := p.config.Policy.Policy
	p.reloading.Unlock()
	return judge(ctx, tape, name, inForce)
}

// A waiting tells, on a terminal, how much was read once that takes its time.
type waiting struct {
	out   io.Writer // nil: nowhere
	wall  *clock.Clock
	began time.Time
	told  bool
}

// readingPatience is how long reading may take before it is told of, on the wall.
const readingPatience = time.Second

func newWaiting(out io.Writer) *waiting {
	if !isTerminal(out) {
		out = nil
	}
	wall := clock.New(time.Time{}, 1)
	return &waiting{out: out, wall: wall, began: wall.Now()}
}

func (w *waiting) tell(events int) {
	if w.out == nil || w.wall.Now().Sub(w.began) < readingPatience {
		return
	}
	w.told = true
	fmt.Fprintf(w.out, "\rreading … %d events", events)
}

func (w *waiting) clear() {
	if w.told {
		fmt.Fprint(w.out, "\r\x1b[K")
	}
}

// An oneCall shows one call of a replay and no other.
type oneCall struct {
	*replay.Player
	call engine.SessionID
}

// Frame returns how the call stood.
func (o oneCall) Frame() *engine.Frame {
	f := *o.Player.Frame()
	f.Sessions = slices.DeleteFunc(slices.Clone(f.Sessions), func(s *engine.Session) bool { return s.ID != o.call })
	f.Ended = slices.DeleteFunc(slices.Clone(f.Ended), func(e engine.Ended) bool { return e.Session != o.call })
	return &f
}
