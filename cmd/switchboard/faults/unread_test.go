//go:build linux

package faults_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// maxMemory is what a program may hold, in KB, with a console that is stuck.
const maxMemory = 400 << 10

// pipeSize is F_SETPIPE_SZ, and the least that a pipe holds.
const pipeSize, leastPipe = 1031, 4096

// unread starts the program on something that nobody reads: a pipe that is soon full, or a
// terminal.
func (h *house) unread(full bool) *exec.Cmd {
	h.t.Helper()
	args := []string{"run", "--env-file", h.env, "--journal", h.journal}
	p := exec.Command(binary, args...)
	p.Env = append(os.Environ(), "SWITCHBOARD_TEST_PROGRAM=1", "TERM=xterm-256color", "COLORFGBG=15;0", "LANG=C.UTF-8", "LC_ALL=")
	if full {
		x := openTerminal(h.t)
		p.Stdin, p.Stdout, p.Stderr = x.screen, x.screen, h.t.Output()
		p.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	} else {
		r, w, err := os.Pipe()
		if err != nil {
			h.t.Fatal(err)
		}
		if _, _, wrong := syscall.Syscall(syscall.SYS_FCNTL, w.Fd(), pipeSize, leastPipe); wrong != 0 {
			h.t.Fatal(wrong)
		}
		h.t.Cleanup(func() { r.Close(); w.Close() })
		p.Args, p.Stdout, p.Stderr = append(p.Args, "--plain"), w, h.t.Output()
	}
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

// memory returns how much memory a process holds, in KB.
func memory(t *testing.T, pid int) (kb int) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kb); n == 1 {
			return kb
		}
	}
	t.Fatal("it holds no memory")
	return 0
}

// "slow-console, stuck-console: webhook p99 unchanged within noise; memory bounded": all
// webhooks are answered in time, and the end comes in time as well.
func TestAConsoleThatNobodyReadsHoldsUpNothing(t *testing.T) {
	t.Parallel()
	const calls, speed = 20, 10
	h := open(t, plan{speed: speed, calls: calls})
	h.invite(calls)
	lasts := 4 * time.Second
	if soak() {
		lasts = time.Minute
	}
	p := h.run("")
	p.hears(t, shows)
	time.Sleep(lasts / 2) // the lines fill
	read, n := h.answers(lasts)
	t.Logf("read: %d webhooks, p99 %v, %d KB", n, read.Round(100*time.Microsecond), memory(t, p.Process.Pid))
	p.end(syscall.SIGTERM)
	for _, full := range []bool{false, true} {
		name := map[bool]string{false: "a full pipe", true: "a terminal that is not read"}[full]
		stuck := h.unread(full)
		await(t, "it serves", conferral, func() bool { return h.post.answers(h.port) })
		stuckP99, n := h.answers(lasts)
		kb := memory(t, stuck.Process.Pid)
		t.Logf("%s: %d webhooks, p99 %v: %.1f times as much; %d KB", name, n, stuckP99.Round(100*time.Microsecond), float64(stuckP99)/float64(read), kb)
		if n == 0 || stuckP99 > time.Second {
			t.Errorf("%s: %d webhooks were answered, p99 %v, want some, and within a second", name, n, stuckP99)
		}
		if kb > maxMemory {
			t.Errorf("%s: it holds %d KB", name, kb)
		}
		began := time.Now()
		_ = stuck.Process.Signal(syscall.SIGTERM)
		ended := make(chan error, 1)
		go func() { ended <- stuck.Wait() }()
		select {
		case err := <-ended:
			t.Logf("%s: it ended after %v with %v", name, time.Since(began).Round(time.Millisecond), err)
		case <-time.After(6 * time.Second):
			t.Errorf("%s: it does not end within 5 s of SIGTERM", name)
			_ = stuck.Process.Kill()
			<-ended
		}
	}
	h.stop()
	h.kept(h.events())
}

// answers returns how long webhooks took to be answered within a stretch, the 99th of 100,
// and how many there were. None may have failed.
func (h *house) answers(lasts time.Duration) (p99 time.Duration, n int) {
	h.t.Helper()
	from, failed := h.post.count()
	time.Sleep(lasts)
	if _, now := h.post.count(); now > failed {
		h.t.Errorf("%d webhooks were not answered 200", now-failed)
	}
	return h.post.p99(from)
}
