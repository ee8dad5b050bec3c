package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"switchboard/tui/safe"
)

// A panic of the engine or of the console is caught, and the program ends in order. What
// nobody can catch, a panic on a goroutine of a library's, memory that has run out or a
// kill, would leave the terminal without echo on the other screen. So a full screen has a
// watchman: a process of its own that does nothing but wait for the end of this one, puts
// the terminal back where that was sudden, and says so.

// watchmanName is the command that is the watchman; nobody types it.
const watchmanName = "watchman"

const (
	maxCrash     = 1 << 20 // bytes of a crash's report that are kept in the log
	maxCrashLine = 300     // bytes of its first line, for the terminal
)

// allWell is what a watchman reads last where the end was as it should be.
const allWell = "\x00all is well\n"

// postWatchman has a watchman look after the terminal out. Log is where the report of a
// crash is kept, and ends what a sudden end means for calls. Whoever calls what it returns
// has put the terminal back himself.
func postWatchman(out *os.File, log, ends string) (dismiss func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("post a watchman: %w", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("post a watchman: %w", err)
	}
	watchman := exec.Command(self, watchmanName, log, ends)
	watchman.Stdin, watchman.Stdout = r, out
	ready, err := watchman.StderrPipe()
	if err == nil {
		err = watchman.Start()
	}
	_ = r.Close() // it has its own
	if err != nil {
		_ = w.Close()
		return nil, fmt.Errorf("post a watchman: %w", err)
	}
	_, _ = io.Copy(io.Discard, ready) // until it knows how the terminal is
	if err := debug.SetCrashOutput(w, debug.CrashOptions{}); err != nil {
		_ = w.Close()
		return nil, fmt.Errorf("post a watchman: %w", err)
	}
	return func() {
		_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
		_, _ = io.WriteString(w, allWell)
		_ = w.Close()
		_ = watchman.Wait()
	}, nil
}

func watchmanCommand() *cobra.Command {
	return &cobra.Command{
		Use: watchmanName, Hidden: true, Args: cobra.ExactArgs(2),
		Short: "Put the terminal back when the console ends suddenly; the console starts it by itself",
		RunE: func(cmd *cobra.Command, args []string) error {
			out, ok := cmd.OutOrStdout().(*os.File)
			if !ok {
				return usage("%s is for the console alone", watchmanName)
			}
			signal.Ignore(outlived...)
			before, err := term.GetState(int(out.Fd()))
			_ = os.Stderr.Close() // it is ready
			if err != nil {
				return nil // there is no terminal to put back
			}
			return keepWatch(cmd.InOrStdin(), out, before, args[0], args[1])
		},
	}
}

// keepWatch waits for the end of who writes to in, and puts the terminal back to what it
// was before where that end is sudden.
func keepWatch(in io.Reader, out *os.File, before *term.State, log, ends string) error {
	report, _ := io.ReadAll(io.LimitReader(in, maxCrash))
	_, _ = io.Copy(io.Discard, in)
	if bytes.HasSuffix(report, []byte(allWell)) {
		return nil
	}
	_ = term.Restore(int(out.Fd()), before)
	fmt.Fprint(out, terminalReset)
	fmt.Fprintln(out, suddenEnd(string(report), log, ends))
	return keepReport(log, report)
}

// suddenEnd says that the program has ended suddenly, and what that means.
func suddenEnd(report, log, ends string) string {
	said := "switchboard: the console ended suddenly."
	first, _, _ := strings.Cut(strings.TrimSpace(report), "\n")
	if first != "" {
		said = fmt.Sprintf("switchboard: the program failed: %s; the whole report stands in %s.", safe.Clean(first, maxCrashLine), log)
	}
	if ends != "" {
		said += " " + ends
	}
	return said
}

// keepReport adds the report of a crash to the log.
func keepReport(log string, report []byte) error {
	if len(report) == 0 {
		return nil
	}
	f, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep the report of a crash: %w", err)
	}
	_, err = f.Write(report)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
