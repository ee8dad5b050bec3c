package main

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"switchboard/tui"
)

// A start is what the first screen offers: a key, a name, and the words of the command.
type start struct {
	tui.Start
	args []string
}

// starts are what can be started, what is likely meant first.
func starts(setUp bool) []start {
	all := []start{
		{tui.Start{Key: 'd', Name: "Demo", Does: "the living console, without any account"}, []string{"demo"}},
		{tui.Start{Key: 's', Name: "Setup", Does: "asks for what your own calls need"}, []string{"setup"}},
		{tui.Start{Key: 'o', Name: "Doctor", Does: "looks whether everything is right"}, []string{"doctor"}},
		{tui.Start{Key: '?', Name: "Help", Does: "every command"}, []string{"--help"}},
	}
	if setUp {
		all = append([]start{{tui.Start{Key: 'r', Name: "Run", Does: "takes your own calls"}, []string{"run"}}}, all...)
	}
	return all
}

const (
	aboutIt     = "See every live call in one terminal: how the customer is, and who is needed. Switchboard brings an operator into a call that goes badly; you can stop it, or do it yourself."
	nothingIs   = "Nothing is set up here yet. The demo needs nothing."
	somethingIs = "There are settings for your own calls here."
)

// isSetUp reports whether anything is configured for the folder that switchboard was
// started in: so much that run would say what is missing rather than that all is.
func isSetUp(cmd *cobra.Command) bool {
	_, err := runConfig(cmd.Flags(), configFiles{})
	var wrong *ConfigError
	if errors.As(err, &wrong) {
		return !wrong.fresh()
	}
	return true // or run would say what is wrong with the files
}

// welcome asks what to start, and starts it: as if it had been typed. Where there is no
// terminal that can show the question, it prints the help.
func welcome(cmd *cobra.Command) error {
	if !isTerminal(cmd.OutOrStdout()) || !isTerminal(cmd.InOrStdin()) || os.Getenv("TERM") == "dumb" {
		return cmd.Help()
	}
	p, err := (consoleFlags{}).load(kindLive) // for its theme
	if err != nil {
		return err
	}
	setUp := isSetUp(cmd)
	all, now := starts(setUp), nothingIs
	if setUp {
		now = somethingIs
	}
	now = strings.Join(append([]string{now}, p.said...), " ")
	offered := make([]tui.Start, len(all))
	for i, s := range all {
		offered[i] = s.Start
	}
	chosen, err := tui.Welcome(cmd.Context(), tui.WelcomeOptions{
		Starts: offered, About: aboutIt, Now: now, Look: lookOf(os.Environ(), p.config), Config: p.config, State: p.state,
	})
	if err != nil || chosen < 0 {
		return err
	}
	root := cmd.Root()
	root.SetArgs(all[chosen].args)
	return root.ExecuteContext(cmd.Context())
}
