package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/term"
)

// A terminalRun is the program on a real terminal, as far as it can tell.
type terminalRun struct {
	*exec.Cmd
	screen *os.File // what a person has
	before *term.State
	drawn  chan struct{} // closed once nothing more comes

	mu sync.Mutex // vt.SafeEmulator leaves String unguarded
	em *vt.Emulator
}

// onTerminal starts the program in an empty folder, on a terminal of so many cells. The
// environment goes before the test's own.
func onTerminal(t *testing.T, w, h int, environ []string, args ...string) *terminalRun {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r := &terminalRun{Cmd: exec.Command(self, args...), drawn: make(chan struct{}), em: vt.NewEmulator(w, h)}
	r.Dir = t.TempDir()
	r.Env = append([]string{asProgram + "=1", "TERM=xterm-256color", "COLORFGBG=15;0", "LANG=C.UTF-8", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}, environ...)
	keys, screen, err := pty.Open()
	if err != nil {
		t.Skipf("there are no terminals here: %v", err)
	}
	r.screen = keys
	if err := pty.Setsize(keys, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil {
		t.Fatal(err)
	}
	if r.before, err = term.GetState(int(keys.Fd())); err != nil {
		t.Fatal(err)
	}
	r.Stdin, r.Stdout, r.Stderr = screen, screen, screen
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(r.drawn)
		b := make([]byte, 4096)
		for {
			n, err := keys.Read(b)
			r.mu.Lock()
			r.em.Write(b[:n])
			r.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	answered := make(chan struct{})
	go func() { // its answers to queries
		defer close(answered)
		_, _ = io.Copy(keys, r.em)
	}()
	t.Cleanup(func() {
		if r.ProcessState == nil {
			_ = r.Process.Kill()
			_ = r.Wait()
		}
		screen.Close()
		<-r.drawn
		_ = r.em.InputPipe().(io.Closer).Close()
		<-answered
		keys.Close()
	})
	return r
}

// shown is what stands on the screen, and whether it is the full one.
func (r *terminalRun) shown() (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.em.String(), r.em.IsAltScreen()
}

// shows waits until a text stands on the screen.
func (r *terminalRun) shows(t *testing.T, want string) {
	t.Helper()
	deadline, look := time.NewTimer(20*time.Second), time.NewTicker(5*time.Millisecond)
	defer deadline.Stop()
	defer look.Stop()
	for {
		text, _ := r.shown()
		if strings.Contains(text, want) {
			return
		}
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("no %q on the screen:\n%s", want, text)
		}
	}
}

func (r *terminalRun) types(t *testing.T, keys string) {
	t.Helper()
	if _, err := r.screen.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// leaves fails where the program does not end well, or leaves the terminal another than
// it found it.
func (r *terminalRun) leaves(t *testing.T, code int) {
	t.Helper()
	if err := r.Wait(); r.ProcessState.ExitCode() != code {
		t.Errorf("it ends with %v, want %d", err, code)
	}
	after, err := term.GetState(int(r.screen.Fd()))
	if err != nil || !reflect.DeepEqual(after, r.before) {
		t.Errorf("the terminal is left as %+v, %v; it was %+v", after, err, r.before)
	}
	await(t, "the full screen is left", 5*time.Second, func() bool { _, full := r.shown(); return !full }) // its last bytes may still be on their way
}

func TestABareStartOffersWhatThereIs(t *testing.T) {
	r := onTerminal(t, 80, 24, nil)
	r.shows(t, "▌ d  Demo     the living console, without any account")
	r.shows(t, "Nothing is set up here yet.")
	r.types(t, "q")
	r.leaves(t, exitClean)
}

func TestAChoiceRunsItsCommandOnACleanTerminal(t *testing.T) {
	r := onTerminal(t, 80, 24, nil)
	r.shows(t, "Help")
	r.types(t, "?")
	r.shows(t, "Print which build this is") // the end of the help
	if text, full := r.shown(); full || strings.Contains(text, "▌") {
		t.Errorf("it is drawn on the first screen:\n%s", text)
	}
	r.leaves(t, exitClean)
}

func TestABareStartWithSettingsOffersRunFirst(t *testing.T) {
	r := onTerminal(t, 60, 16, []string{"TELNYX_API_KEY=" + hush})
	r.shows(t, "▌ r  Run      takes your own calls")
	if text, _ := r.shown(); strings.Contains(text, hush) || !strings.Contains(text, "There are settings for your own calls here") {
		t.Errorf("it shows\n%s", text)
	}
	r.types(t, "\r") // which says what is missing
	r.shows(t, "Settings come from flags, the environment")
	r.leaves(t, exitConfiguration)
}

func TestABareStartIsAsTheTerminalCan(t *testing.T) {
	r := onTerminal(t, 80, 24, []string{"NO_COLOR=yes", "LANG=C"})
	r.shows(t, "d  Demo")
	if text, _ := r.shown(); strings.ContainsFunc(text, func(c rune) bool { return c >= 0x80 }) {
		t.Errorf("it is not ASCII:\n%s", text)
	}
	r.types(t, "q")
	r.leaves(t, exitClean)
	r = onTerminal(t, 80, 24, []string{"TERM=dumb"})
	r.shows(t, "Print which build this is")
	r.leaves(t, exitClean)
}

// What the console remembers is there at the next start, and in the folder that the
// environment names.
func TestADemoOffersItsTourOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts two demos")
	}
	home := t.TempDir()
	environ := []string{"XDG_STATE_HOME=" + filepath.Join(home, "state"), "XDG_CONFIG_HOME=" + filepath.Join(home, "config")}
	if err := os.MkdirAll(filepath.Join(home, "config", "switchboard"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(home, "config", "switchboard", "console.yaml"), "them: dusk\n")
	r := onTerminal(t, 80, 24, environ, "demo", "--calls", "1", "--seed", "1")
	r.shows(t, "console.yaml is left aside: switchboard config check tells what is wrong in it.")
	r.shows(t, "Tour 1/4")
	r.types(t, ">")
	r.shows(t, "Tour 2/4")
	r.types(t, "q")
	r.leaves(t, exitClean)
	path := filepath.Join(home, "state", "switchboard", "console.json")
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), `"toured": true`) {
		t.Fatalf("it keeps %s, %v", text, err)
	}
	write(t, path, "{")
	r = onTerminal(t, 120, 36, environ, "demo", "--calls", "1", "--seed", "1", "--no-tour")
	r.shows(t, "What the console remembered was broken, and is set aside as console.json.broken-")
	r.types(t, "q")
	r.leaves(t, exitClean)
}
