//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"switchboard/engine/clock"
)

// A multiplexer is a tmux of the test's own.
type multiplexer struct {
	t    *testing.T
	name string
}

// startTmux starts one that nobody else's settings touch, or skips the test.
func startTmux(t *testing.T) multiplexer {
	t.Helper()
	if testing.Short() {
		t.Skip("a tmux takes its time")
	}
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("there is no tmux here")
	}
	m := multiplexer{t, fmt.Sprintf("switchboard-test-%d", os.Getpid())}
	t.Cleanup(func() { exec.Command("tmux", "-L", m.name, "kill-server").Run() }) //nolint:errcheck // it may be over
	return m
}

func (m multiplexer) do(args ...string) string {
	m.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-L", m.name, "-f", "/dev/null"}, args...)...).CombinedOutput()
	if err != nil {
		m.t.Fatalf("tmux %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// shows waits until the screen is as wanted.
func (m multiplexer) shows(what string, wanted func(screen string) bool) string {
	m.t.Helper()
	wall := clock.New(time.Time{}, 1)
	until := wall.Now().Add(30 * time.Second)
	for {
		screen := m.do("capture-pane", "-p", "-t", "console")
		switch {
		case wanted(screen):
			return screen
		case wall.Now().After(until):
			m.t.Fatalf("%s: not on the screen:\n%s", what, screen)
		}
		if err := wall.Sleep(m.t.Context(), 50*time.Millisecond); err != nil {
			m.t.Fatal(err)
		}
	}
}

// fills reports whether the console fills a screen of so many lines: its header above, its
// keys below, no line broken in two.
func fills(columns, lines int) func(string) bool {
	return func(screen string) bool {
		all := strings.Split(strings.TrimSuffix(screen, "\n"), "\n")
		if len(all) != lines || !strings.Contains(all[0], "DEMO") || !strings.Contains(all[lines-1], "? help") {
			return false
		}
		rule := strings.Repeat("─", columns)
		return strings.HasPrefix(all[2], rule[:3*(columns/2)])
	}
}

// "Start, resize twice, detach, attach, capture" (CONSOLE.md): inside tmux the console is
// whole at every size, and there again for who comes back.
func TestConsoleLivesInsideTmux(t *testing.T) {
	t.Parallel()
	m := startTmux(t)
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	m.do("new-session", "-d", "-s", "console", "-x", "120", "-y", "36",
		fmt.Sprintf("env %s=1 XDG_STATE_HOME=%s XDG_CONFIG_HOME=%s LANG=C.UTF-8 %s demo --seed 1 --calls 3", asProgram, home, home, own))
	m.do("set-option", "-g", "status", "off")
	m.do("set-option", "-g", "window-size", "manual")
	for _, size := range []struct{ columns, lines int }{{120, 36}, {80, 24}, {200, 50}, {60, 16}} {
		m.do("resize-window", "-t", "console", "-x", fmt.Sprint(size.columns), "-y", fmt.Sprint(size.lines))
		m.shows(fmt.Sprintf("a console of %dx%d", size.columns, size.lines), fills(size.columns, size.lines))
	}
	m.do("resize-window", "-t", "console", "-x", "80", "-y", "24")
	m.do("send-keys", "-t", "console", "?")
	m.shows("the help", func(screen string) bool { return strings.Contains(screen, "esc") && strings.Contains(screen, "hang up") })
	m.do("send-keys", "-t", "console", "Escape")
	m.shows("the calls again", fills(80, 24))
	m.do("send-keys", "-t", "console", "C-c")
	m.do("send-keys", "-t", "console", "C-c")
	wall := clock.New(time.Time{}, 1)
	for until := wall.Now().Add(30 * time.Second); ; {
		if err := exec.Command("tmux", "-L", m.name, "has-session", "-t", "console").Run(); err != nil {
			return // it is over, and the window with it
		}
		if wall.Now().After(until) {
			t.Fatalf("the console does not end:\n%s", m.do("capture-pane", "-p", "-t", "console"))
		}
		if err := wall.Sleep(t.Context(), 50*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
}
