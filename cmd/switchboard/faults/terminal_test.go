//go:build linux

package faults_test

import (
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/term"

	"switchboard/engine/runner"
)

// A terminal is a real one, as far as a process can tell: the kernel's own.
type terminal struct {
	keys, screen *os.File // what a person has, and what the program has
	before       *term.State

	mu    sync.Mutex
	shown strings.Builder
}

// openTerminal opens one of 120 columns and 36 lines, whose screen is read.
func openTerminal(t *testing.T) *terminal {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no terminals here: %v", err)
	}
	t.Cleanup(func() { keys.Close() })
	var n uint32
	control(t, keys, syscall.TIOCGPTN, unsafe.Pointer(&n))
	control(t, keys, syscall.TIOCSPTLCK, unsafe.Pointer(new(int32)))
	screen, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("a terminal cannot be opened: %v", err)
	}
	t.Cleanup(func() { screen.Close() })
	control(t, screen, syscall.TIOCSWINSZ, unsafe.Pointer(&[4]uint16{36, 120, 0, 0}))
	x := &terminal{keys: keys, screen: screen}
	if x.before, err = term.GetState(int(screen.Fd())); err != nil {
		t.Fatal(err)
	}
	return x
}

func control(t *testing.T, f *os.File, what uintptr, with unsafe.Pointer) {
	t.Helper()
	c, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var wrong syscall.Errno
	if err := c.Control(func(fd uintptr) { _, _, wrong = syscall.Syscall(syscall.SYS_IOCTL, fd, what, uintptr(with)) }); err != nil {
		t.Fatal(err)
	}
	if wrong != 0 {
		t.Skipf("this terminal cannot be set up: %v", wrong)
	}
}

// watch has the screen read.
func (x *terminal) watch() {
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := x.keys.Read(b)
			if err != nil {
				return
			}
			x.mu.Lock()
			x.shown.Write(b[:n])
			x.mu.Unlock()
		}
	}()
}

func (x *terminal) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.shown.String()
}

// modes are those that a program sets and resets: ESC [ ? n h and l. What is on in the end
// is left behind, but for the cursor, which is there unless it is hidden.
var modes = regexp.MustCompile(`\x1b\[\?([0-9;]+)([hl])`)

// restored fails where the terminal is not what it was.
func (x *terminal) restored(t *testing.T) {
	t.Helper()
	var now *term.State
	await(t, "the terminal's modes are what they were", 5*time.Second, func() bool {
		now, _ = term.GetState(int(x.screen.Fd()))
		return reflect.DeepEqual(now, x.before)
	})
	on := map[string]bool{"25": true}
	for _, m := range modes.FindAllStringSubmatch(x.text(), -1) {
		for n := range strings.SplitSeq(m[1], ";") {
			on[n] = m[2] == "h"
		}
	}
	for n, is := range on {
		if is != (n == "25") {
			t.Errorf("mode %s is left %v", n, is)
		}
	}
	if !strings.Contains(x.text(), "\x1b[?1049h") {
		t.Error("it never was on the full screen")
	}
}

// runOn starts the program on a terminal, with the full screen.
func (h *house) runOn(x *terminal, point string) *exec.Cmd {
	h.t.Helper()
	p := exec.Command(binary, "run", "--env-file", h.env, "--journal", h.journal)
	p.Env = append(os.Environ(), "SWITCHBOARD_TEST_PROGRAM=1", "SWITCHBOARD_TEST_POINT="+point,
		"TERM=xterm-256color", "COLORFGBG=15;0", "LANG=C.UTF-8", "LC_ALL=")
	p.Stdin, p.Stdout, p.Stderr = x.screen, x.screen, x.screen
	p.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		if p.ProcessState == nil {
			_ = p.Process.Kill()
			_ = p.Wait()
		}
	})
	return p
}

// sees waits until a text stands in what was sent to the terminal.
func (x *terminal) sees(t *testing.T, text string) {
	t.Helper()
	await(t, "the screen shows "+text, 20*time.Second, func() bool { return strings.Contains(x.text(), text) })
}

// "A panic restores the terminal and names the event": whatever ends the program, the
// terminal is what it was, and it is said what went on.
func TestTheTerminalIsPutBackHoweverTheProgramEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		point string // where it is to fail
		do    func(p *exec.Cmd, x *terminal)
		code  int
		says  []string
	}{
		"q, and yes":           {"", func(_ *exec.Cmd, x *terminal) { x.keys.WriteString("q"); x.sees(t, "Quit"); x.keys.WriteString("y") }, 0, nil},
		"SIGTERM":              {"", signalled(syscall.SIGTERM), 0, []string{"up. Calls go on at Telnyx"}},
		"SIGHUP of a terminal": {"", nil, 0, nil},
		"a panic of the loop":  {runner.AfterAppend + "/60/panic", nil, 1, []string{"the engine failed at ", "out of cheese"}},
		"a panic that nobody catches": {runner.BeforeSend + "/10/panic", nil, 2,
			[]string{"switchboard: the program failed: panic: out of cheese", "switchboard.log", "until switchboard runs again"}},
		"a kill": {"", signalled(syscall.SIGKILL), -1, []string{"switchboard: the console ended suddenly. Calls go on at Telnyx"}},
	} {
		if name == "SIGHUP of a terminal" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, plan{speed: 5, calls: 3})
			h.invite(3)
			x := openTerminal(t)
			x.watch()
			p := h.runOn(x, tt.point)
			x.sees(t, "\x1b[?1049h")
			if tt.do != nil {
				await(t, "somebody talks", 20*time.Second, func() bool { return strings.Contains(x.text(), "talk") })
				tt.do(p, x)
			}
			_ = p.Wait()
			if got := p.ProcessState.ExitCode(); got != tt.code {
				t.Errorf("it exited with %d, want %d", got, tt.code)
			}
			x.restored(t)
			for _, want := range tt.says {
				x.sees(t, want)
			}
			h.stop()
			if events := h.events(); len(events) == 0 { // which checks every checksum
				t.Error("nothing stands in the journal")
			}
		})
	}
}

func signalled(s syscall.Signal) func(*exec.Cmd, *terminal) {
	return func(p *exec.Cmd, _ *terminal) { _ = p.Process.Signal(s) }
}
