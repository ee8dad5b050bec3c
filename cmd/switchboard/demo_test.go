package main

import (
	"context"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// A told is what a plain console has written so far.
type told struct {
	mu   sync.Mutex
	text strings.Builder
}

func (w *told) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(b)
}

func (w *told) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

var callLine = regexp.MustCompile(`(?m)^[0-9:]{8} (call \d+), (.*)$`)

// calls returns the lines about each call, without their times.
func (w *told) calls() map[string][]string {
	calls := map[string][]string{}
	for _, m := range callLine.FindAllStringSubmatch(w.String(), -1) {
		calls[m[1]] = append(calls[m[1]], m[2])
	}
	return calls
}

// inOrder reports whether lines like the patterns stand one after the other. {1}, {2}
// stand for a number that is the same wherever it is named, and another for each.
func inOrder(lines []string, patterns ...string) bool {
	return inOrderWith(lines, patterns, map[string]string{})
}

var placeholder = regexp.MustCompile(`\{\d\}`)

func inOrderWith(lines, patterns []string, numbers map[string]string) bool {
	if len(patterns) == 0 {
		return true
	}
	var names []string
	pattern := placeholder.ReplaceAllStringFunc(patterns[0], func(name string) string {
		if number, known := numbers[name]; known {
			return regexp.QuoteMeta(number)
		}
		names = append(names, name)
		return `((?:Desk|Billing) \d+)`
	})
	re := regexp.MustCompile(pattern)
	for i, line := range lines {
		m := re.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		bound := map[string]string{}
		for name, number := range numbers {
			bound[name] = number
		}
		fresh := true
		for n, name := range names {
			for _, number := range bound {
				fresh = fresh && number != m[n+1]
			}
			bound[name] = m[n+1]
		}
		if fresh && inOrderWith(lines[i+1:], patterns[1:], bound) {
			return true
		}
	}
	return false
}

// wishes returns the lines of a call from each wish for an operator to the next.
func wishes(lines []string) [][]string {
	var all [][]string
	for i, line := range lines {
		if !strings.Contains(line, ": bringing in an operator: ") {
			continue
		}
		last := slices.IndexFunc(lines[i+1:], func(l string) bool { return strings.Contains(l, ": bringing in an operator: ") })
		if last < 0 {
			last = len(lines[i+1:])
		}
		all = append(all, lines[i:i+1+last])
	}
	return all
}

// What a supervisor is to see of the demo, in one call and in this order.
var livingDemo = map[string][]string{
	"a call that comes, is heard, says a sentence with its polarity, and ends": {
		`: call from `, `: heard by Symbl's stream$`, `: customer: .*  [−+]?\d\.\d\d [a-z ]*(negative|neutral|positive)$`, `: call over after `},
	"an operator who is proposed because the customer sours, with the reason, and who takes the call": {
		`: transfer to tier-2 proposed in \d+ s; veto \d+, now \d+, snooze \d+, why \d+; rule sustained-negative: `,
		`: bringing in an operator: `, `: calling {1}$`, `: {1} took the call$`, `: operator {1} joined$`},
	"a polite wish for a person, taken up": {
		`: customer: Could I speak to a person, please\?`, `: transfer to tier-2 proposed in 5 s; veto \d+, now \d+, snooze \d+, why \d+; rule ask-human: `,
		`: bringing in an operator: `, `: operator {1} joined$`},
	"an operator who is brought in by key 1": {
		`: bringing in an operator: the customer pressed 1$`, `: calling {1}$`, `: operator {1} joined$`},
	"an operator who is brought in though the first one was busy": {
		`: bringing in an operator: `, `: calling {1}$`, `: trouble: {1}: busy$`, `: calling {2}$`, `: operator {2} joined$`},
	"a voicemail that is found out, and the next operator": {
		`: bringing in an operator: `, `: calling {1}$`, `: trouble: {1}: a machine picked up$`, `: calling {2}$`, `: operator {2} joined$`},
}

// missing returns what of the living demo is not told yet.
func (w *told) missing() []string {
	var missing []string
	calls := w.calls()
	for what, patterns := range livingDemo {
		seen := false
		for _, lines := range calls {
			parts := [][]string{lines}
			if strings.Contains(patterns[0], ": bringing in") {
				parts = wishes(lines)
			}
			seen = seen || slices.ContainsFunc(parts, func(part []string) bool { return inOrder(part, patterns...) })
		}
		if !seen {
			missing = append(missing, what)
		}
	}
	slices.Sort(missing)
	return missing
}

// startDemo runs a demo with more flags, and returns what it tells, where it is typed
// to, and how it will have exited.
func startDemo(t *testing.T, flags string) (*told, io.Writer, <-chan int) {
	t.Helper()
	ctx, end := context.WithCancel(context.Background())
	in, keys := io.Pipe()
	out, exited, done := new(told), make(chan int, 1), make(chan struct{})
	go func() {
		defer close(done)
		exited <- run(ctx, strings.Fields("demo --plain "+flags), in, out, out)
	}()
	t.Cleanup(func() {
		end()
		<-done
	})
	return out, keys, exited
}

// exit waits for the end of a demo, which must be a clean one that leaves nothing.
func exit(t *testing.T, exited <-chan int, temporary string) {
	t.Helper()
	code := -1
	await(t, "the demo exits", 20*time.Second, func() bool {
		select {
		case code = <-exited:
			return true
		default:
			return false
		}
	})
	if code != exitClean {
		t.Errorf("it exited with %d", code)
	}
	if left, _ := filepath.Glob(filepath.Join(temporary, "*")); len(left) > 0 {
		t.Errorf("it left %v behind", left)
	}
	goleak.VerifyNone(t)
}

// "a souring caller who is proposed (with the why), a busy first operator and then the
// second, a voicemail never joined, a polite request acknowledged at once"; it exits 0 and
// leaves no goroutine
func TestDemoLivesAndEndsCleanly(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	// The first callers do all of it, whatever the seed.
	for _, pace := range []struct {
		flags    string
		patience time.Duration
	}{
		{"--speed 20", 12 * time.Second},
		{"--speed 5", 90 * time.Second}, // for a machine that is too slow for the first
	} {
		out, keys, exited := startDemo(t, "--seed 121 "+pace.flags)
		missing := out.missing()
		for deadline := time.Now().Add(pace.patience); len(missing) > 0 && time.Now().Before(deadline); missing = out.missing() {
			time.Sleep(50 * time.Millisecond)
		}
		io.WriteString(keys, "quit\n")
		exit(t, exited, temporary)
		if len(missing) == 0 {
			return
		}
		t.Logf("%s: not told within %s: %s\n%s", pace.flags, pace.patience, strings.Join(missing, "; "), out)
	}
	t.Error("the demo does not show what it is for")
}

func TestDemoEndsByItselfWhenItsTimeIsOver(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	out, _, exited := startDemo(t, "--seed 1 --speed 20 --for 2s")
	exit(t, exited, temporary)
	if len(out.calls()) == 0 {
		t.Errorf("no call came:\n%s", out)
	}
}
