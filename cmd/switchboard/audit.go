package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"switchboard/engine"
	"switchboard/engine/journal"
	"switchboard/tui/safe"
)

func auditCommand() *cobra.Command {
	var which journalFlag
	var f actFilter
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "List what supervisors did, and check that nobody has changed it",
		Long: "audit lists every act of a supervisor, and every erasure: who, when, what, on which call, and what came of it. audit verify " +
			"checks the chain of hashes that they stand in.",
		Example: "  switchboard audit\n" +
			"  switchboard audit --day 2026-11-20 --by console\n" +
			"  switchboard audit verify",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("there is no command audit %q; possible is: verify; see switchboard audit --help", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return listActs(cmd, which, f, asJSON) },
	}
	which.add(cmd)
	cmd.Flags().StringVar(&f.day, "day", "", "one day alone, as in 2026-11-20")
	cmd.Flags().StringVar(&f.by, "by", "", "one console alone, by its name")
	cmd.Flags().BoolVar(&asJSON, "json", false, "a line of JSON for each act")
	cmd.AddCommand(auditVerifyCommand())
	return cmd
}

// An actFilter says which acts are listed.
type actFilter struct{ day, by string }

// passes reports whether an act is listed.
func (f actFilter) passes(e engine.Event) bool {
	return (f.day == "" || e.At.Local().Format(time.DateOnly) == f.day) && (f.by == "" || f.by == doer(e.By))
}

// doer returns the name of who did something.
func doer(by engine.By) string {
	if _, name, ok := strings.Cut(string(by), "/"); ok && name != "" {
		return name
	}
	return string(by)
}

// An act is one, as it is listed.
type act struct {
	Event   uint64           `json:"event"`
	At      time.Time        `json:"at"`
	By      string           `json:"by"`
	Kind    string           `json:"kind"`
	What    string           `json:"what"`
	Session engine.SessionID `json:"session,omitempty"`
	Call    int              `json:"call,omitempty"` // as the console numbers it
	Result  string           `json:"result"`         // taken, refused and why, or forgotten
}

func listActs(cmd *cobra.Command, which journalFlag, f actFilter, asJSON bool) (err error) {
	if _, err := time.Parse(time.DateOnly, cmp.Or(f.day, "2026-01-01")); err != nil {
		return usage("the day must be as in 2026-11-20")
	}
	j, err := which.copied()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	out, n := cmd.OutOrStdout(), 0
	err = eachAct(j, func(e engine.Event, a act) error {
		if err := cmd.Context().Err(); err != nil || !f.passes(e) {
			return err
		}
		n++
		if asJSON {
			return json.NewEncoder(out).Encode(a)
		}
		return printAct(out, a)
	})
	if err == nil && n == 0 && !asJSON {
		fmt.Fprintln(out, "No supervisor did anything.")
	}
	return err
}

func printAct(out io.Writer, a act) error {
	call := ""
	if a.Call > 0 {
		call = fmt.Sprintf("call %d", a.Call)
	}
	_, err := fmt.Fprintf(out, "%s  %-12s %-9s %s%s\n", a.At.Local().Format(time.DateTime), safe.Clean(a.By, 40), call,
		safe.Clean(a.What, maxFinding), map[bool]string{true: "", false: ": " + string(safe.Clean(a.Result, maxFinding))}[a.Result == resultTaken])
	return err
}

const resultTaken = "taken"

// eachAct goes through a journal and tells of each act with what came of it.
func eachAct(j *journal.Journal, tell func(engine.Event, act) error) error {
	numbers := map[engine.SessionID]int{}
	state := engine.NewState(j.Epoch())
	return j.Read(1, func(e engine.Event) error {
		state, _ = engine.Step(state, e)
		for _, s := range state.Changed() {
			numbers[s.ID] = s.Number
		}
		body, left := e.Body, false
		if f, ok := body.(engine.Forgotten); ok {
			left = true
			if f.Counts.Calls > 0 {
				numbers[f.Session] = state.Tally().Counts.Calls
			}
			if was, err := f.Was(); err == nil {
				body = was
			}
		}
		_, erasure := body.(engine.CallsForgotten)
		if !erasure && !strings.HasPrefix(string(e.By), string(engine.BySupervisor)) {
			return nil
		}
		kind, _, err := engine.EncodeBody(body)
		if err != nil {
			return err
		}
		a := act{Event: e.Seq, At: e.At, By: doer(e.By), Kind: kind, What: actWords(body), Session: state.About(body), Result: resultTaken}
		a.Call = numbers[a.Session]
		switch {
		case left:
			a.Result = "forgotten"
		default:
			for _, r := range state.Frame().Refusals {
				if r.Entry == e.ID {
					a.Result = "refused: " + r.Reason
				}
			}
		}
		return tell(e, a)
	})
}

// actWords says what an act is.
func actWords(body engine.Body) string {
	switch b := body.(type) {
	case engine.TransferAsked:
		return "transfer" + to(b.To) + to(b.Group) + when(b.Cold, ", without a briefing")
	case engine.VetoAsked:
		return "veto"
	case engine.VetoExplained:
		return "veto explained: " + b.Label.String()
	case engine.HurryAsked:
		return "transfer now"
	case engine.SnoozeAsked:
		return "snooze"
	case engine.TakeBackAsked:
		return "take the transfer back"
	case engine.AgainAllowed:
		return "allow automation once more"
	case engine.AlertSeen:
		return "alerts seen"
	case engine.ClaimAsked:
		return onOff(b.On, "claim", "give back")
	case engine.HoldAsked:
		return onOff(b.On, "hold ", "off hold ") + string(b.Leg)
	case engine.MuteAsked:
		return onOff(b.On, "mute ", "unmute ") + string(b.Leg)
	case engine.MonitorAsked:
		return b.Role.String() + when(b.Phone != "", ", on "+callable(b.Phone))
	case engine.TakeOverAsked:
		return "take over"
	case engine.AutomationAsked:
		return "automation " + b.Mode.String()
	case engine.PayAsked:
		return onOff(b.On, "payment begins", "payment over")
	case engine.NoteAsked:
		return "note" + when(b.Text != "", ": "+b.Text)
	case engine.CallbackDone:
		return "callback " + string(b.Callback) + " done"
	case engine.HangupAsked:
		return "hang up" + when(b.Leg != "", " "+string(b.Leg)) + when(b.Silent, ", without a goodbye")
	case engine.CallsForgotten:
		what := plural(len(b.Sessions), "call")
		if n := len(b.Events); n > 0 {
			what += " and " + plural(n, "note")
		}
		return "forget " + what + " (" + b.What.String() + "): " + b.Why
	}
	kind, _, _ := engine.EncodeBody(body)
	return kind
}

func onOff(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

func when(is bool, text string) string { return onOff(is, text, "") }

func to(whom string) string { return when(whom != "", " to "+callable(whom)) }

// callable writes a number for people; a digest stays as it is.
func callable(text string) string {
	if strings.HasPrefix(text, "+") {
		return string(safe.Number(text))
	}
	return text
}

func auditVerifyCommand() *cobra.Command {
	var which journalFlag
	var head string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that nobody has changed what supervisors did",
		Long: "verify goes through the chain of acts: each is linked to the one before it by a hash (SHA-256) over who, when, what and on which " +
			"call, without words and with digests in the place of names and numbers, so that erasing a call keeps the chain. It finds any act " +
			"that was changed, taken out from between two others, put in, or moved, and says what it can and cannot prove. --head takes a hash " +
			"that was printed before, as in a shift report: the chain must have come by it.",
		Example: "  switchboard audit verify\n" +
			"  switchboard audit verify --head 3f9a1c0d77e2",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return verifyAudit(cmd, which, strings.ToLower(head)) },
	}
	which.add(cmd)
	cmd.Flags().StringVar(&head, "head", "", "a hash that was printed before, or its first 12 letters at least")
	return cmd
}

// errChanged means that the chain of acts is not what was written.
var errChanged = errors.New("what supervisors did was changed")

var headText = regexp.MustCompile(`^[0-9a-f]{12,64}$`)

func verifyAudit(cmd *cobra.Command, which journalFlag, head string) (err error) {
	if head != "" && !headText.MatchString(head) {
		return usage("--head must be 12 to 64 letters of a hash, as a shift report has it")
	}
	j, err := which.copied()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	a, err := j.VerifyAudit(cmd.Context(), head)
	if err != nil {
		return err
	}
	return printAudit(cmd.OutOrStdout(), a, head)
}

// printAudit prints what became of a look through the chain.
func printAudit(out io.Writer, a journal.Audit, head string) error {
	say := func(format string, args ...any) { fmt.Fprintln(out, wrap("", fmt.Sprintf(format, args...))) }
	fmt.Fprintf(out, "head %s\n", a.Head.Hash)
	switch {
	case a.Head.Acts == 0:
		fmt.Fprintln(out, "No supervisor has done anything yet.")
	case a.First.IsZero():
		fmt.Fprintf(out, "%s, none of which is there\n", plural(a.Head.Acts, "act"))
	default:
		fmt.Fprintf(out, "%s, from %s to %s; the last is event %d; %d forgotten\n", plural(a.Head.Acts, "act"),
			a.First.Local().Format(time.DateTime), a.Last.Local().Format(time.DateTime), a.Head.Seq, a.Forgotten)
	}
	if a.Began > 0 {
		say("The chain was begun after event %d, over what was there: by an older version, or an import.", a.Began)
	}
	for i, f := range a.Faults {
		if i == 0 {
			fmt.Fprintf(out, "\n%s, the first at event %d:\n", plural(len(a.Faults)+a.More, "fault"), f.Event)
		}
		fmt.Fprintln(out, wrap(fmt.Sprintf("  event %d: ", f.Event), f.What))
	}
	fmt.Fprintln(out)
	lost := head != "" && !a.Found
	switch {
	case lost:
		say("The chain has never come by the head %s: acts that it held then were taken out, or it is another chain.", head)
	case head != "":
		say("The chain has come by that head, at event %d: the acts up to there are those of that time.", a.Passed)
	}
	if len(a.Faults) == 0 && !lost {
		fmt.Fprintln(out, "Nothing was changed, as far as the chain can tell.")
	}
	fmt.Fprintln(out)
	if len(a.Faults) == 0 {
		say("It proves: these are the acts that were linked, in this order, and none was taken out from between two that are there.")
	} else {
		say("It proves that of the acts but for those that are named: they were linked, in this order.")
	}
	say("It does not prove that the newest were not taken out, or that somebody who can write the file has not made a whole new chain: " +
		"compare the head with one that was printed or sent elsewhere (--head). Nor does it tell the words of notes, or what was done " +
		"past switchboard.")
	if len(a.Faults) > 0 || lost {
		return errChanged
	}
	return nil
}
