package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"go.uber.org/goleak"
)

// The test binary is the program as well, where the environment says so: package faults
// runs it, and breaks it at named points. The program itself reads neither variable.
const (
	asProgram = "SWITCHBOARD_TEST_PROGRAM" // not empty: be the program
	atPoint   = "SWITCHBOARD_TEST_POINT"   // POINT/N/DEED: kill or panic, when POINT is passed for the Nth time
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		leave := atHome()
		goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
			leave()
			os.Exit(code)
		}))
		return
	}
	pass, err := breaker(os.Getenv(atPoint))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitConfiguration)
	}
	if pass == nil {
		main()
	}
	forget := endAtOnce()
	code := runWith(pass)
	forget()
	os.Exit(code)
}

// atHome gives the tests, and the programs that they start, folders of their own in place
// of the user's: no test reads or changes what a real console remembers. It returns what
// takes them away.
func atHome() func() {
	home, err := os.MkdirTemp("", "switchboard-home-")
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"} {
		if err := os.Setenv(name, filepath.Join(home, name)); err != nil {
			panic(err)
		}
	}
	xdg.Reload()
	return func() { os.RemoveAll(home) }
}

// runWith is run for the command run alone, whose points are told to pass.
func runWith(pass func(point string)) int {
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := rootCommand()
	command, _, err := root.Find([]string{"run"})
	if err != nil {
		panic(err)
	}
	command.RunE = func(cmd *cobra.Command, _ []string) error {
		text := func(name string) string { return cmd.Flag(name).Value.String() }
		config, err := runConfig(cmd.Flags(), configFiles{env: text("env-file"), yaml: text("config")})
		if err != nil {
			return err
		}
		o := runOptions{journal: text("journal"), pass: pass}
		return takeCalls(cmd, config, o, newConsole(cmd, "LIVE", text("plain") == "true"))
	}
	root.SetArgs(os.Args[1:])
	root.SilenceUsage, root.SilenceErrors = true, true
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "switchboard:", err)
		return exitCode(err)
	}
	return exitClean
}

// breaker returns what is done at which point, nil for nothing.
func breaker(text string) (func(point string), error) {
	if text == "" {
		return nil, nil
	}
	parts := strings.Split(text, "/")
	if len(parts) != 3 {
		return nil, fmt.Errorf("%s is %q, want POINT/N/DEED", atPoint, text)
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", atPoint, err)
	}
	var passed atomic.Int64
	return func(point string) {
		if point != parts[0] || passed.Add(1) != n {
			return
		}
		if parts[2] == "panic" {
			panic("out of cheese")
		}
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Kill()
		}
		select {} // not a step further
	}, nil
}
