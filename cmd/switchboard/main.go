// Command switchboard is a supervisor's console for live calls.
//
// It answers the calls that come to a Telnyx number, has Telnyx or Symbl.ai listen to
// them, brings a live operator into a call that goes badly, and shows it all in a terminal,
// where the supervisor steers it. `switchboard demo` shows the same program at work on
// a pretend telephone network, without any account; `switchboard help` tells the rest.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
)

// How the program exits.
const (
	exitClean         = 0
	exitFailure       = 1
	exitConfiguration = 2 // something is wrong or missing, and nothing was started
)

func main() {
	forget := endAtOnce()
	code := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	forget()
	os.Exit(code)
}

// run runs the program with arguments and returns how it exits.
func run(ctx context.Context, args []string, in io.Reader, out, complaints io.Writer) int {
	// Whoever stops reading our output must not end the calls: a write fails instead.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()

	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(complaints)
	err := fang.Execute(ctx, root,
		fang.WithoutVersion(), fang.WithoutManpage(), // man.go makes the pages
		fang.WithErrorHandler(func(w io.Writer, _ fang.Styles, err error) { fmt.Fprintln(&patient{to: w}, "switchboard:", err) }))
	return exitCode(err)
}

func exitCode(err error) int {
	var config *ConfigError
	var usage *usageError
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &config), errors.As(err, &usage):
		return exitConfiguration
	}
	return exitFailure
}

// A usageError says that the command line does not serve.
type usageError struct{ error }

// Unwrap returns what is wrong with it.
func (e *usageError) Unwrap() error { return e.error }

// usage marks what is wrong with the command line.
func usage(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "switchboard",
		Short: "A supervisor's console for live calls",
		Long: "switchboard answers calls to a Telnyx number, listens to how customers are, " +
			"brings a live operator into a call that goes badly, and lets a supervisor see and steer it all.\n\n" +
			"switchboard help TOPIC tells about one matter; topics are: " + topicNames() + ".",
		Example: "  switchboard demo     # the living console, without any account\n" +
			"  switchboard setup    # once: asks for what run needs\n" +
			"  switchboard run      # your own calls",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("there is no command %q; possible are: %s; see switchboard --help", args[0], commandNames(cmd))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return welcome(cmd) },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%w; see %s --help", err, cmd.CommandPath())
	})
	root.AddCommand(
		demoCommand(), setupCommand(), runCommand(), doctorCommand(), setWebhookCommand(),
		policyCommand(), backtestCommand(), reportCommand(), exportCommand(),
		replayCommand(), historyCommand(),
		journalCommand(),
		forgetCommand(), retentionCommand(), auditCommand(),
		configCommand(), scoreCommand(), emulateCommand(), versionCommand(), watchmanCommand(), manCommand(),
	)
	root.SetHelpCommand(helpCommand())
	addTopics(root)
	root.CompletionOptions.HiddenDefaultCmd = true // packages install what it prints; nobody takes calls with it
	return root
}

// noArguments refuses words that are no flags.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s takes no arguments, but got %q; see %s --help", cmd.Name(), args[0], cmd.CommandPath())
	}
	return nil
}

// commandNames lists the commands there are.
func commandNames(root *cobra.Command) string {
	var names []string
	for _, c := range root.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	return strings.Join(names, ", ")
}
