package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"switchboard/engine/clock"
	"switchboard/telnyx"
)

func setupCommand() *cobra.Command {
	var o struct {
		accessible, sample bool
		files              configFiles
	}
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Ask for what run needs, and write it down",
		Long: "setup asks for the Telnyx key, finds your numbers and applications by it, and asks for the rest: the operators, " +
			"your own phone, who listens. It checks each answer as it comes, shows what it is about to change at Telnyx and in " +
			"the files .env (secrets) and switchboard.yaml (all else), and asks before it does. Run again, it changes only what " +
			"you change. It takes the settings' flags of run too (run --help lists them), and writes down what they say.",
		Example: "  switchboard setup\n" +
			"  switchboard setup --accessible     # line by line, for screen readers\n" +
			"  switchboard setup --sample         # print every key of switchboard.yaml",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.sample {
				_, err := fmt.Fprint(cmd.OutOrStdout(), yamlSample())
				return err
			}
			s, err := newSetup(newDialogue(cmd, o.accessible), cmd.Flags(), o.files, clock.New(clock.Wall(), 1))
			if err != nil {
				return err
			}
			defer s.close()
			s.doctor = doctorOf(cmd)
			return s.run(cmd.Context())
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&o.accessible, "accessible", false, "line by line instead of a form: for screen readers and simple terminals")
	cmd.Flags().BoolVar(&o.sample, "sample", false, "print a switchboard.yaml with every key in comments, and ask nothing")
	o.files.addFlags(cmd.Flags())
	addHiddenFlags(cmd.Flags()) // they answer before the question is asked
	return cmd
}

// doctorOf returns what runs switchboard doctor on the same files; nil where there is no
// such command.
func doctorOf(cmd *cobra.Command) func(context.Context) error {
	doctor, _, err := cmd.Root().Find([]string{"doctor"})
	if err != nil || doctor == nil || doctor.RunE == nil || doctor.Name() != "doctor" {
		return nil
	}
	return func(ctx context.Context) error {
		for _, name := range []string{"env-file", "config"} {
			if f := cmd.Flags().Lookup(name); f.Changed && doctor.Flags().Lookup(name) != nil {
				if err := doctor.Flags().Set(name, f.Value.String()); err != nil {
					return err
				}
			}
		}
		doctor.SetContext(ctx)
		return doctor.RunE(doctor, nil)
	}
}

// A setup is one pass through the questions. What is answered is kept until it is to be
// written, and what is to be done at Telnyx until it is to be done.
type setup struct {
	*dialogue
	files  configFiles
	clock  *clock.Clock
	doctor func(context.Context) error

	given  []source // flags and the environment
	stored []source // the files, as they were
	flags  *pflag.FlagSet
	chosen map[string]string // the answers; an empty one takes a setting away

	telnyx   portal
	happened []string // what was changed already
}

// newSetup reads what is configured already. It refuses files that it could not change,
// or not without harm.
func newSetup(d *dialogue, flags *pflag.FlagSet, files configFiles, house *clock.Clock) (*setup, error) {
	s := &setup{dialogue: d, files: files, clock: house, flags: flags, chosen: map[string]string{}}
	s.given = []source{fromFlags(flags), fromEnvironment}
	for _, path := range []string{files.envPath(), files.yamlPath()} {
		if err := writable(path); err != nil { // rather now than when Telnyx is changed
			return nil, err
		}
	}
	text, err := readOrNone(files.yamlPath())
	if err != nil {
		return nil, err
	}
	if r := readYAML(files.yamlPath(), text); len(r.mistakes) > 0 {
		r.settings = nil // they can be answered anew
		return nil, &ConfigError{r.problems()}
	}
	var faults []Problem
	if s.stored, faults, err = files.yetToCome().read(); err != nil {
		return nil, err
	}
	for _, p := range faults {
		s.say("%s %s", p.Name, p.Wrong)
	}
	s.carry()
	return s, nil
}

// carry takes over what was given by flag, and where the far ends are: what is checked
// here must be what run finds.
func (s *setup) carry() {
	for _, known := range allSettings() {
		v, byFlag := s.given[0](known.name)
		if !byFlag && slices.Contains([]string{"TELNYX_API_URL", "SYMBL_API_URL", "SYMBL_WS_URL"}, known.name) {
			v, byFlag = s.given[1](known.name)
		}
		if byFlag {
			s.chosen[known.name] = v
		}
	}
}

func (s *setup) close() {
	if s.telnyx.account != nil {
		s.telnyx.account.Close()
	}
}

// now returns what a setting is to be, as far as is known.
func (s *setup) now(name string) string {
	if v, answered := s.chosen[name]; answered {
		return v
	}
	v, _ := lookUp(name, slices.Concat(s.given, s.stored))
	return v
}

// set takes an answer.
func (s *setup) set(name, value string) { s.chosen[name] = value }

// A step is a few questions that belong together.
type step struct {
	name  string
	ask   func(context.Context) error
	leads bool // the next step's answer hangs on this one's
}

func (s *setup) steps() []step {
	return []step{
		{"the Telnyx account", s.askAccount, true},
		{"where Telnyx reaches this machine", s.askAddress, true},
		{"the application", s.askApplication, true},
		{"the number that customers call", s.askNumber, false},
		{"the operators", s.askOperators, false},
		{"your own phone", s.askPhone, false},
		{"who listens", s.askFeed, false},
	}
}

// run asks everything, and then what to do with the answers.
func (s *setup) run(ctx context.Context) error {
	err := s.questions(ctx)
	switch {
	case !errors.Is(err, errLeft):
		return err
	case len(s.happened) == 0:
		return errors.New("set-up was left; everything is as it was")
	}
	return errors.New("set-up was left; this stays changed: " + strings.Join(s.happened, "; "))
}

func (s *setup) questions(ctx context.Context) error {
	where, err := filepath.Abs(s.files.envPath())
	if err != nil {
		return fmt.Errorf("find the folder: %w", err)
	}
	s.say("switchboard is set up here, in %s. Nothing is changed before you have seen what and have said yes; "+
		"ctrl+c leaves everything as it was.", filepath.Dir(where))
	steps := s.steps()
	for i, step := range steps {
		s.heading("%d of %d: %s", i+1, len(steps), step.name)
		if err := step.ask(ctx); err != nil {
			return err
		}
	}
	return s.review(ctx, steps)
}

// askSetting asks for a setting's value as text, and checks it as run does.
func (s *setup) askSetting(ctx context.Context, name string, q question) error {
	known, _ := settingNamed(name)
	q.now = s.now(name)
	if q.now != "" && known.set(new(Config), q.now) != nil {
		q.now = "" // it is wrong, and is not offered again
	}
	check := func(v string) error { return known.set(new(Config), v) }
	ask := s.text
	if known.secret {
		ask = s.secret
	}
	v, err := ask(ctx, q, check)
	if err != nil {
		return err
	}
	s.set(name, tidy(known, v))
	return nil
}

// tidy writes numbers as E.164 and lists with single commas.
func tidy(known setting, v string) string {
	if plain, err := number(v); err == nil {
		return plain
	}
	if all, err := destinations(v); known.list && err == nil {
		return strings.Join(all, ",")
	}
	return v
}

// askOperators asks whom to bring in. A policy may name them instead.
func (s *setup) askOperators(ctx context.Context) error {
	about := "Numbers or SIP URIs with commas between, in the order in which they are tried. Each is asked to press 1."
	site, err := readSite(cmp.Or(s.now("POLICY"), "default"))
	inGroups := err == nil && len(site.Groups) > 0
	if inGroups {
		about += " The policy's file names groups of operators, so none are needed here."
	}
	return s.askSetting(ctx, "TRANSFER_NUMBER", question{title: "The operators to bring in", about: about, blank: inGroups})
}

func (s *setup) askPhone(ctx context.Context) error {
	return s.askSetting(ctx, "SUPERVISOR_PHONE", question{
		title: "Your own phone", blank: true,
		about: "It is called when you listen, whisper or barge: a number or a SIP URI, or none.",
	})
}

// config returns the configuration that the answers make, and what is wrong with it.
func (s *setup) config() (Config, error) {
	values := map[string]string{}
	for _, known := range allSettings() {
		values[known.name] = s.now(known.name)
	}
	if s.telnyx.create != nil {
		values["CONNECTION_ID"] = "to-be-made"
	}
	return readConfig(fromMap(values))
}

// listed counts what Telnyx told, as in "2 numbers".
func listed(numbers []telnyx.Number, apps []telnyx.Application) string {
	return plural(len(numbers), "number") + ", " + plural(len(apps), "application")
}
