package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"switchboard/engine"
)

// farewell says what goes on without the program when a console has ended; nothing
// where no call is up.
func farewell(f *engine.Frame, ends string) string {
	calls, coming := 0, 0
	for _, s := range f.Sessions {
		if s.Phase == engine.PhaseOver {
			continue
		}
		calls++
		if s.Transfer.Under() {
			coming++
		}
	}
	if calls == 0 || ends == "" {
		return ""
	}
	said := fmt.Sprintf("%s up.", many(calls, "call is", "calls are"))
	if coming > 0 {
		said += fmt.Sprintf(" %s being called and will not be put through.", many(coming, "operator is", "operators are"))
	}
	return said + " " + ends
}

// many counts in words: "1 call is", "6 calls are".
func many(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// terminalReset takes a terminal out of whatever a full screen has put it into: the
// keys told in full, the other screen, a hidden cursor or one of another shape, reports of
// the mouse, of focus and of pasted text, its title, and colours.
const terminalReset = "\x1b[<1u\x1b[>4m\x1b[?1049l\x1b[?25h\x1b[0 q\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l" +
	"\x1b[?2026l\x1b[?2027l\x1b]2;\a\x1b[m"

// endAtOnce ends the program when a second signal comes, for the first has not, and puts
// the terminal back to what it was. Whoever calls what it returns no longer wants that.
func endAtOnce() (forget func()) {
	in := int(os.Stdin.Fd())
	before, err := term.GetState(in)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		for range 2 {
			select {
			case <-signals:
			case <-done:
				return
			}
		}
		if err == nil {
			_ = term.Restore(in, before)
		}
		if isTerminal(os.Stdout) {
			fmt.Fprint(&patient{to: os.Stdout}, terminalReset)
		}
		fmt.Fprintln(&patient{to: os.Stderr}, "switchboard: ended at once; calls go on at Telnyx as they are")
		os.Exit(exitFailure)
	}()
	return func() { signal.Stop(signals); close(done) }
}
