package main

import (
	"bufio"
	"net"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A spoken is a running program and the lines that it has written.
type spoken struct {
	*exec.Cmd
	mu    sync.Mutex
	lines []string
	read  chan struct{} // closed at the end of its output
}

// speak starts the program with arguments.
func speak(t *testing.T, binary string, args ...string) *spoken {
	t.Helper()
	s := &spoken{Cmd: exec.Command(binary, args...), read: make(chan struct{})}
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.Stderr = t.Output()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.read)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			s.mu.Lock()
			s.lines = append(s.lines, scanner.Text())
			s.mu.Unlock()
		}
	}()
	t.Cleanup(func() { s.end(syscall.SIGKILL) })
	return s
}

// end sends a signal and returns how the program exited: -1 for a kill.
func (s *spoken) end(signal syscall.Signal) int {
	if s.ProcessState == nil {
		s.Process.Signal(signal)
		<-s.read
		s.Wait()
	}
	return s.ProcessState.ExitCode()
}

// hears waits for a line that matches, and returns what its groups hold.
func (s *spoken) hears(t *testing.T, pattern string, patience time.Duration) []string {
	t.Helper()
	var match []string
	re := regexp.MustCompile(pattern)
	await(t, s.Args[1]+" says "+pattern, patience, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, line := range s.lines {
			if match = re.FindStringSubmatch(line); match != nil {
				return true
			}
		}
		return false
	})
	return match
}

// freePort returns a port that nobody listens on, a moment ago at least.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// built returns the program, built into a folder.
func built(t *testing.T, dir string) string {
	t.Helper()
	binary := filepath.Join(dir, "switchboard")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

func TestCallsSurviveAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	binary := built(t, dir)
	env, journal := filepath.Join(dir, "env"), filepath.Join(dir, "journal.db")
	emulators := speak(t, binary, "emulate", "--telnyx-port", "0", "--symbl-port", "0", "--speed", "10", "--calls", "4",
		"--webhook", "http://127.0.0.1:"+freePort(t)+"/webhook", "--env", env)
	emulators.hears(t, `^# With these`, 10*time.Second)

	run := []string{"run", "--plain", "--env-file", env, "--journal", journal}
	first := speak(t, binary, run...)
	first.hears(t, `Webhooks are awaited on port`, 5*time.Second)
	call := first.hears(t, `(call \d+, .*): customer: `, 20*time.Second)[1]
	if code := first.end(syscall.SIGKILL); code != -1 {
		t.Fatalf("it exited with %d before it was killed", code)
	}

	second := speak(t, binary, run...)
	name := regexp.QuoteMeta(call)
	second.hears(t, name+`: talking for `, 5*time.Second)                                 // shown again
	second.hears(t, name+`: (customer|operator|somebody|someone)[^:]*: `, 20*time.Second) // heard again
	second.hears(t, `call from `, 20*time.Second)                                         // and new ones come
	if code := second.end(syscall.SIGTERM); code != exitClean {
		t.Errorf("run exited with %d after SIGTERM", code)
	}
	if code := emulators.end(syscall.SIGTERM); code != exitClean {
		t.Errorf("emulate exited with %d after SIGTERM", code)
	}
}

// The demo invites to change its rules, so a SIGHUP reads them again there as well.
func TestAHangupReadsThePolicyAgainInTheDemo(t *testing.T) {
	dir := t.TempDir()
	program := speak(t, built(t, dir), "demo", "--plain", "--for", "30s", "--journal", filepath.Join(dir, "journal.db"))
	program.hears(t, `plain console`, 10*time.Second)
	program.Process.Signal(syscall.SIGHUP)
	program.hears(t, `the policy was read again: The rules are the same`, 10*time.Second)
	if code := program.end(syscall.SIGTERM); code != exitClean {
		t.Errorf("demo exited with %d after SIGTERM", code)
	}
}

// A plain console has no terminal that could be gone: SIGHUP reads the policy again, and a
// broken file is told and changes nothing.
func TestAHangupReadsThePolicyAgainInARunningProgram(t *testing.T) {
	dir := t.TempDir()
	binary, env, rules := built(t, dir), filepath.Join(dir, "env"), filepath.Join(dir, "policy.yaml")
	write(t, rules, oneRule)
	text := "POLICY=" + rules + "\nPORT_NUMBER=" + freePort(t) + "\n"
	for name, value := range whole() {
		if name != "TRANSFER_NUMBER" {
			text += name + "='" + value + "'\n"
		}
	}
	write(t, env, text)
	program := speak(t, binary, "run", "--plain", "--env-file", env, "--journal", filepath.Join(dir, "journal.db"))
	program.hears(t, `policy .*is in force`, 10*time.Second)

	write(t, rules, "name: second\n"+strings.Replace(oneRule, "10m", "20m", 1))
	program.Process.Signal(syscall.SIGHUP)
	program.hears(t, `policy second.*is in force`, 10*time.Second)
	program.hears(t, `the policy was read again: long: .*10m.*20m`, 10*time.Second)

	write(t, rules, "name: third\nrules:\n- {id: a, whan: 1}\n")
	program.Process.Signal(syscall.SIGHUP)
	program.hears(t, `the policy stays as it was: .*line 3`, 10*time.Second)
	if code := program.end(syscall.SIGTERM); code != exitClean {
		t.Errorf("run exited with %d after SIGTERM", code)
	}
}
