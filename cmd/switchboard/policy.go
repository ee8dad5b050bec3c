package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	_ "time/tzdata" // opening hours name time zones, and not every machine knows them

	"github.com/spf13/cobra"

	"switchboard/engine/policy"
	"switchboard/tui/safe"
)

// maxPolicyFile is how much of a file is read: more than a policy may have, so that
// it is package policy that refuses it.
const maxPolicyFile = 1 << 20

const maxComplaint = 600 // letters of one mistake

func policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Show, check, compare and test the rules of escalation",
		Long: "A policy says when a call is escalated, and what is done then. It is a YAML file; the default one is built in " +
			"and explains the format in its comments.",
		Example: "  switchboard policy show > policy.yaml\n" +
			"  switchboard policy check policy.yaml\n" +
			"  switchboard policy diff default policy.yaml\n" +
			"  switchboard policy test tests.yaml",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("there is no command policy %q; possible are: show, check, diff, test; see switchboard policy --help", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(policyShowCommand(), policyCheckCommand(), policyDiffCommand(), policyTestCommand())
	return cmd
}

func policyShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show [default|sample-compat|FILE]",
		Short: "Print a policy, by default the built-in one",
		Long:  "show prints a policy as a file: default and sample-compat are built in. Its comments explain the format.",
		Example: "  switchboard policy show > policy.yaml\n" +
			"  switchboard policy show sample-compat",
		Args: from("show", "a policy's name or file", 0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := "default"
			if len(args) > 0 {
				name = args[0]
			}
			text, err := policyText(name)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
}

func policyCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "check FILE...",
		Short:   "Find every mistake in policy files",
		Long:    "check reads policy files and prints every mistake with its line and column. It exits with 1 where there is one.",
		Example: "  switchboard policy check policy.yaml",
		Args:    from("check", "at least one file", 1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var wrong []string
			for _, name := range args {
				good, err := checkPolicy(cmd.OutOrStdout(), name)
				if err != nil {
					return err
				}
				if !good {
					wrong = append(wrong, name)
				}
			}
			if len(wrong) > 0 {
				return fmt.Errorf("not to be used: %s", strings.Join(wrong, ", "))
			}
			return nil
		},
	}
}

// checkPolicy prints what is wrong with a file and reports whether nothing is.
func checkPolicy(out io.Writer, name string) (bool, error) {
	text, err := policyText(name)
	if err != nil {
		return false, err
	}
	f, err := policy.Read(name, text)
	for _, w := range f.Warnings {
		fmt.Fprintf(out, "%s (a warning)\n", safe.Clean(w.String(), maxComplaint))
	}
	if err != nil {
		var mistakes policy.Mistakes
		if !errors.As(err, &mistakes) {
			return false, err
		}
		for _, m := range mistakes {
			fmt.Fprintln(out, safe.Clean(m.String(), maxComplaint))
		}
		return false, nil
	}
	fmt.Fprintf(out, "%s: %s, no mistakes%s\n", name, plural(len(f.Policy.Rules), "rule"), warnings(len(f.Warnings)))
	return true, nil
}

func warnings(n int) string {
	if n == 0 {
		return ""
	}
	return ", " + plural(n, "warning")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func policyDiffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say what changes from one policy to another",
		Long:  "diff prints a line for each change from one policy to another. Either is a file, default or sample-compat.",
		Example: "  switchboard policy diff default policy.yaml\n" +
			"  switchboard policy diff monday.yaml today.yaml",
		Args: from("diff", "two policies", 2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			var files [2]policy.File
			for i, name := range args {
				text, err := policyText(name)
				if err != nil {
					return err
				}
				if files[i], err = policy.Read(name, text); err != nil {
					return err
				}
			}
			lines := policy.Diff(files[0].Policy, files[1].Policy)
			if len(lines) == 0 {
				lines = []string{"They judge alike."}
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), strings.Join(lines, "\n"))
			return err
		},
	}
}

func policyTestCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "test FILE...",
		Short: "Try a policy on calls that you have written down",
		Long: "test runs the calls of test files through the rules, at once and without any telephone, and says where something " +
			"else fires than expected, when, and why. It exits with 1 where something does.\n\n" +
			"A test file names a policy and tells calls as sentences with times:\n\n" + testExample,
		Example: "  switchboard policy test tests.yaml",
		Args:    from("test", "at least one file", 1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			failed := 0
			for _, name := range args {
				text, err := readPolicyFile(name)
				if err != nil {
					return err
				}
				report, err := policy.Test(name, text, besides(name))
				if err != nil {
					return err
				}
				if err := report.Write(cmd.OutOrStdout()); err != nil {
					return err
				}
				failed += len(report.Calls) - report.Passed()
			}
			if failed > 0 {
				return fmt.Errorf("%s not as expected", plural(failed, "call"))
			}
			return nil
		},
	}
}

const testExample = `  policy: default
  calls:
    - name: asks for a person
      lines:
        - {at: 0:10, who: customer, say: Can I speak to a person please, score: -0.1}
        - {at: 0:20, key: "0"}
        - {at: 0:21, state: hold}
      until: 1:00
      expect: [transfer ask-human by 0:12, no alert silence]`

// besides reads the policies that a test file names, which lie beside it.
func besides(test string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(test), name)
		}
		return readPolicyFile(name)
	}
}

// policyText returns a policy that is built in, or reads a file.
func policyText(name string) ([]byte, error) {
	if text, ok := policy.Text(name); ok {
		return text, nil
	}
	return readPolicyFile(name)
}

func readPolicyFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage("%s: there is no such file; built in are: %s", name, strings.Join(policy.Presets(), ", "))
	}
	if err != nil {
		return nil, usage("%w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxPolicyFile))
	if err != nil {
		return nil, usage("read %s: %w", name, err)
	}
	return text, nil
}

// from refuses more or fewer words than a command takes; with most -1 there may be
// any number.
func from(command, takes string, least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || (most >= 0 && len(args) > most) {
			return usage("%s %s takes %s; see %s --help", cmd.Parent().Name(), command, takes, cmd.CommandPath())
		}
		if slices.Contains(args, "") {
			return usage("%s %s: a name is empty; see %s --help", cmd.Parent().Name(), command, cmd.CommandPath())
		}
		return nil
	}
}
