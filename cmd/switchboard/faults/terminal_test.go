//go:build linux

package faults_test

import (
	"fmt"
	"maps"
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

// restored fails where the terminal does not become what it was.
func (x *terminal) restored(t *testing.T) {
	t.Helper()
	await(t, "the terminal is what it was", 5*time.Second, func() bool {
		now, err := term.GetState(int(x.screen.Fd()))
		return err == nil && reflect.DeepEqual(now, x.before) && len(x.left()) == 0
	})
	for about, mode := range map[string]string{"the full screen": "1049", "the mouse": "1002", "who looks": "1004", "pastes": "2004"} {
		if !regexp.MustCompile(`\x1b\[\?[0-9;]*` + mode + `[0-9;]*h`).MatchString(x.text()) {
			t.Errorf("it never asked for %s", about)
		}
	}
	for about, last := range map[string]struct {
		of   *regexp.Regexp
		want string
	}{
		"title": {titles, ""}, "cursor's shape": {shapes, "0"}, "keys": {fullKeys, "m"},
	} {
		all := last.of.FindAllStringSubmatch(x.text(), -1)
		if len(all) < 2 || all[len(all)-1][1] != last.want {
			t.Errorf("the %s: it is left as %q, want %q last", about, all, last.want)
		}
	}
	for _, title := range titles.FindAllStringSubmatch(x.text(), -1) {
		if title[1] != "" && title[1] != "switchboard" {
			t.Errorf("the title was %q", title[1])
		}
	}
	if begun, ended := len(stacked.FindAllString(x.text(), -1)), len(unstacked.FindAllString(x.text(), -1)); begun == 0 || ended < begun {
		t.Errorf("keys are told in full %d times, and as before %d times", begun, ended)
	}
}

// What a program says of the terminal beside its modes: its title, the cursor's shape, and
// how much is told of keys, which has a register and a stack.
var (
	titles    = regexp.MustCompile(`\x1b\][02];([^\a\x1b]*)\a`)
	shapes    = regexp.MustCompile(`\x1b\[([0-9]) q`)
	fullKeys  = regexp.MustCompile(`\x1b\[>4(m|;[0-9]m)`)
	stacked   = regexp.MustCompile(`\x1b\[>[0-9]+u`)
	unstacked = regexp.MustCompile(`\x1b\[<[0-9]*u`)
)

// left returns the modes that are not what they are at first.
func (x *terminal) left() (left []string) {
	first := map[string]bool{"25": true, "7": true} // the cursor is seen, and lines wrap
	on := maps.Clone(first)
	for _, m := range modes.FindAllStringSubmatch(x.text(), -1) {
		for n := range strings.SplitSeq(m[1], ";") {
			on[n] = m[2] == "h"
		}
	}
	for n, is := range on {
		if is != first[n] {
			left = append(left, n)
		}
	}
	return left
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
		do    func(t *testing.T, p *exec.Cmd, x *terminal)
		code  int
		says  []string
	}{
		"q, and yes":          {"", func(t *testing.T, _ *exec.Cmd, x *terminal) { x.quit(t) }, 0, []string{"up. Calls go on at Telnyx"}},
		"SIGTERM":             {"", signalled(syscall.SIGTERM), 0, []string{"up. Calls go on at Telnyx"}},
		"a panic of the loop": {runner.AfterAppend + "/60/panic", nil, 1, []string{"the engine failed at ", "out of cheese"}},
		"a panic that nobody catches": {runner.BeforeSend + "/30/panic", nil, 2,
			[]string{"switchboard: the program failed: panic: out of cheese", "switchboard.log", "until switchboard runs again"}},
		"a kill": {"", signalled(syscall.SIGKILL), -1, []string{"switchboard: the console ended suddenly. Calls go on at Telnyx"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, plan{speed: 5, calls: 3})
			h.invite(3)
			x := openTerminal(t)
			x.watch()
			p := h.runOn(x, tt.point)
			x.sees(t, "\x1b[?1049h")
			if tt.do != nil {
				x.sees(t, "talk")
				tt.do(t, p, x)
			}
			ended := make(chan struct{})
			go func() { _ = p.Wait(); close(ended) }()
			select {
			case <-ended:
			case <-time.After(20 * time.Second):
				_ = p.Process.Kill()
				<-ended
				t.Errorf("it does not end; the screen was sent:\n%q", x.text()[max(0, len(x.text())-2000):])
			}
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

func signalled(s syscall.Signal) func(*testing.T, *exec.Cmd, *terminal) {
	return func(_ *testing.T, p *exec.Cmd, _ *terminal) { _ = p.Process.Signal(s) }
}

// quit presses q and then y, until it is late enough for the box to take it.
func (x *terminal) quit(t *testing.T) {
	t.Helper()
	for _, k := range []struct{ key, comes string }{{"q", "(Quit\\?|\x1b\\[\\?1049l)"}, {"y", "\x1b\\[\\?1049l"}} {
		await(t, "after "+k.key+" comes "+k.comes, 10*time.Second, func() bool {
			_, _ = x.keys.WriteString(k.key)
			time.Sleep(200 * time.Millisecond)
			said := x.text()
			return regexp.MustCompile(k.comes).MatchString(said[max(strings.LastIndex(said, "\x1b[?1049h"), 0):]) // since it was last there
		})
	}
}

// ctrl+z gives the terminal back as it was and stops the demo; fg brings all of it back, and
// nothing is late that stood still.
func TestDemoIsSuspendedAndComesBack(t *testing.T) {
	t.Parallel()
	x := openTerminal(t)
	x.watch()
	p := exec.Command("sh", "-c", `set -m; "$0" demo; echo it stopped; read go; fg; echo it ended`, binary)
	p.Env = append(os.Environ(), "SWITCHBOARD_TEST_PROGRAM=1", "TERM=xterm-256color", "COLORFGBG=15;0", "LANG=C.UTF-8", "LC_ALL=")
	p.Stdin, p.Stdout, p.Stderr = x.screen, x.screen, x.screen
	p.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = p.Wait(); close(ended) }()
	t.Cleanup(func() { _ = p.Process.Kill(); <-ended })
	x.sees(t, "heard by")
	_, _ = x.keys.WriteString("\x1a")
	x.sees(t, "it stopped")
	x.restored(t)
	stopped := len(x.text())
	since := time.Now()
	await(t, "two seconds go by", 5*time.Second, func() bool { return time.Since(since) > 2*time.Second })
	if said := x.text()[stopped:]; strings.Contains(said, "\x1b[") {
		t.Errorf("it is drawn while it is stopped: %q", said)
	}
	_, _ = x.keys.WriteString("\n")
	await(t, "the whole screen is drawn again", 10*time.Second, func() bool {
		said := x.text()[stopped:]
		return strings.Contains(said, "\x1b[?1049h") && strings.Contains(said, "\x1b[?1002h") && strings.Contains(said, "STATE") && strings.Contains(said, "DEMO")
	})
	x.quit(t)
	x.sees(t, "it ended")
	x.restored(t)
	if strings.Contains(x.text(), "panic") {
		t.Error("it panicked")
	}
}
