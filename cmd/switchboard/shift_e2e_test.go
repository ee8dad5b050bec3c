//go:build unix

package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/tui/shot"
)

// A supervised is the built program on a terminal, and who sits before it.
type supervised struct {
	*testing.T
	terminal *shot.Terminal
}

// sees waits until something stands on the screen.
func (s supervised) sees(text string) {
	s.Helper()
	if err := s.terminal.Shows(s.Context(), time.Minute, text); err != nil {
		s.Fatal(err)
	}
}

// does presses keys, and waits until that is on the screen which they lead to.
func (s supervised) does(keys, then string) {
	s.Helper()
	if err := s.terminal.Press(s.Context(), strings.Fields(keys)...); err != nil {
		s.Fatal(err)
	}
	s.sees(then)
}

// again is how long a key has, on the wall, before it is pressed once more: a box may have
// been dead to it.
const again = 300 * time.Millisecond

// leaves presses a key, as often as it takes, until something stands on the screen no more.
func (s supervised) leaves(key, text string) {
	s.Helper()
	for range 100 {
		if err := s.terminal.Press(s.Context(), key); err != nil {
			s.Fatal(err)
		}
		if s.terminal.Await(s.Context(), again, key, func(screen string) bool { return !strings.Contains(screen, text) }) == nil {
			return
		}
	}
	s.Fatalf("%s does not lead away from %q:\n%s", key, text, s.terminal.Text())
}

// tries presses a key, if any, and reports whether one of some texts comes to the screen soon.
func (s supervised) tries(key string, texts ...string) bool {
	s.Helper()
	if err := s.terminal.Press(s.Context(), strings.Fields(key)...); err != nil {
		s.Fatal(err)
	}
	return s.terminal.Await(s.Context(), 2*time.Second, key, func(screen string) bool {
		return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(screen, text) })
	}) == nil
}

// takesBack transfers the selected call and takes that back before anybody has joined. On
// a machine that is busy the operator may be faster; then it is the next call's turn.
func (s supervised) takesBack() {
	s.Helper()
	const box = "⏎ warm transfer"
	for range 10 {
		if s.tries("t", box) {
			s.leaves("enter", box) // it is dead for its first moments
			s.tries("", "u take")
			if s.tries("u", "aken back", "Stopped: nobody is called") {
				return
			}
		}
		if err := s.terminal.Press(s.Context(), "j"); err != nil {
			s.Fatal(err)
		}
	}
	s.Fatalf("no transfer is taken back:\n%s", s.terminal.Text())
}

// quits leaves the console, also where it asks, because a transfer is under way.
func (s supervised) quits() {
	s.Helper()
	for range 100 {
		key := "q"
		if strings.Contains(s.terminal.Text(), "Quit?") {
			key = "y"
		}
		if err := s.terminal.Press(s.Context(), key); err != nil {
			s.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(s.Context(), again)
		err := s.terminal.Wait(ctx)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			if err != nil {
				s.Errorf("the program ended with %v", err)
			}
			return
		}
	}
	s.Fatalf("the console does not end:\n%s", s.terminal.Text())
}

// vetoes stops the first proposal that is still one when the key comes.
func (s supervised) vetoes() {
	s.Helper()
	const bar = "▰" // of the time that is left for it
	for {
		s.sees(bar)
		if err := s.terminal.Press(s.Context(), "v"); err != nil {
			s.Fatal(err)
		}
		vetoed := false
		err := s.terminal.Await(s.Context(), time.Minute, "the veto", func(screen string) bool {
			vetoed = strings.Contains(screen, "why?")
			return vetoed || !strings.Contains(screen, bar)
		})
		if err != nil {
			s.Fatal(err)
		}
		if vetoed {
			return
		}
	}
}

// A first shift in the demo by keys alone: everything that a supervisor is to find within
// a minute, in the built program, on the smallest screen that has it all and on a usual
// one; and nothing but what is allowed ever reaches his terminal.
func TestFirstShiftByKeysAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("it plays a demo")
	}
	t.Parallel()
	for name, size := range map[string]struct{ columns, lines int }{"80x24": {80, 24}, "120x36": {120, 36}} {
		t.Run(name, func(t *testing.T) {
			own, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			home := t.TempDir()
			terminal, err := shot.Start(size.columns, size.lines, []string{asProgram + "=1", "XDG_STATE_HOME=" + home, "XDG_CONFIG_HOME=" + home},
				own, "demo", "--calls", "3", "--seed", "7", "--speed", "2", "--no-tour")
			if err != nil {
				t.Skipf("there are no terminals here: %v", err)
			}
			t.Cleanup(func() { terminal.Close() }) //nolint:errcheck // it has ended by then
			s := supervised{t, terminal}

			s.vetoes()
			s.does("w", "the rule was wrong")
			s.takesBack()
			s.does("m", "Customer muted")
			s.does("m", "Customer unmuted")
			s.does("X", "Hang up on ")
			s.leaves("y", "Hang up on ") // it takes no yes for its first 400 ms
			s.sees("✓ ended")
			s.does("/ z z z enter", "filter: zzz")
			s.does("esc", "are shown.")
			s.does("enter", "esc back")
			s.leaves("esc", "esc back")
			s.does(": t h e m", "Command")
			s.leaves("esc", "╭")
			s.does("T", "Theme: ")
			s.does("c", "Columns of the list")
			s.leaves("esc", "Columns of the list")
			s.does("W", "wallboard")
			s.does("tab", "page 2")
			s.leaves("esc", "wallboard")
			s.does("R", "REPLAY")
			s.does("n", "REPLAY")
			s.does("esc", "Back to the live calls.")
			s.quits()
			if terminal.Full() {
				t.Error("the terminal is left with the full screen")
			}
			for _, bad := range shot.Foreign(terminal.Raw()) {
				if bad != "\a" { // it may ring
					t.Errorf("%q reached the terminal", bad)
				}
			}
		})
	}
}
