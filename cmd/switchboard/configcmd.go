package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

func configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Your console's own file: where it is, a sample, and what is wrong in it",
		Long: "console.yaml says how your console looks: themes, keys, columns, named filters. It is your own, and says nothing about " +
			"calls; settings of switchboard itself are asked for by switchboard setup. What you choose inside the console with a key is " +
			"kept apart from it, in console.json in the user's state folder: delete that file to begin afresh.",
		Example: "  switchboard config init\n" +
			"  switchboard config check\n" +
			"  switchboard config path",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("there is no command config %q; possible are: path, check, init; see switchboard config --help", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(configPathCommand(), configCheckCommand(), configInitCommand())
	return cmd
}

func configPathCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "path",
		Short:   "Print where the console's files belong",
		Long:    "path prints where console.yaml is looked for, and where the console keeps what it remembers, and whether they are there.",
		Example: "  switchboard config path",
		Args:    from("path", "no arguments", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s   what you write: %s\n%s   what the console remembers: %s\n",
				consolePath(), whetherThere(consolePath()), statePath(), whetherThere(statePath()))
			return err
		},
	}
}

// whetherThere says whether a file is there.
func whetherThere(path string) string {
	if _, err := os.Stat(path); err != nil {
		return "not there"
	}
	return "there"
}

func configCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE]",
		Short: "Find every mistake in console.yaml",
		Long: "check reads console.yaml, or another file, and prints every mistake with its line and column, also in its themes and keys. " +
			"It exits with 1 where there is one.",
		Example: "  switchboard config check\n" +
			"  switchboard config check console.yaml",
		Args: from("check", "one file at most", 0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			named := ""
			if len(args) > 0 {
				named = args[0]
			}
			return checkConsoleFile(cmd.OutOrStdout(), named)
		},
	}
}

// checkConsoleFile prints what is wrong with a console.yaml, or that nothing is.
func checkConsoleFile(out io.Writer, named string) error {
	path := named
	if path == "" {
		path = consolePath()
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			_, err := fmt.Fprintf(out, "There is no %s: the console is as it comes. switchboard config init makes one.\n", path)
			return err
		}
	}
	_, err := readConsole(path)
	var m prefs.Mistakes
	switch {
	case errors.As(err, &m):
		for _, one := range m {
			fmt.Fprintln(out, safe.Clean(one.String(), maxComplaint))
		}
		return fmt.Errorf("%s has %s, so the console does not use it", path, plural(len(m), "mistake"))
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(out, "%s: no mistakes\n", path)
	return err
}

func configInitCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a sample console.yaml",
		Long: "init writes a console.yaml in which every setting is told, and none is set: to where the console looks for it, or to another " +
			"file. It never writes over one.",
		Example: "  switchboard config init",
		Args:    from("init", "one file at most", 0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := consolePath()
			if len(args) > 0 {
				path = args[0]
			} else if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				return fmt.Errorf("make the folder of %s: %w", path, err)
			}
			if err := writeSample(path); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s is written. Take the # away from what you want to change; switchboard config check looks at it.\n", path)
			return err
		},
	}
}

// writeSample writes the sample where no file is yet.
func writeSample(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return usage("%s is there already, and is not written over; switchboard config check looks at it", path)
	}
	if err != nil {
		return fmt.Errorf("write a sample: %w", err)
	}
	_, err = io.WriteString(f, prefs.Sample())
	return errors.Join(err, f.Close())
}
