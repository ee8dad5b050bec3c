//go:build unix

package journal_test

import (
	"errors"
	"fmt"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"switchboard/engine"
	"switchboard/engine/journal"
)

func init() { appendUntilTheDiskFails = appendUntilTheLogIsFull }

// appendUntilTheLogIsFull lets the log grow to 300 kB only, so that a commit fails
// with an I/O error, and then tries everything once more.
func appendUntilTheLogIsFull(path string) {
	signal.Ignore(syscall.SIGXFSZ)
	j, err := journal.Open(path)
	if err != nil {
		fmt.Println("open:", err)
		return
	}
	limit := syscall.Rlimit{Cur: 300_000, Max: 300_000}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		fmt.Println("limit:", err)
		return
	}
	taken := 0
	for {
		events, err := j.Append(noon, keys(fmt.Sprint(taken, "-"), 10))
		if err != nil {
			fmt.Println("taken", taken)
			fmt.Println("append:", err)
			break
		}
		taken += len(events)
	}
	_, appendErr := j.Append(noon, keys("again", 1))
	_, _, _, latestErr := j.Latest()
	for _, err := range []error{
		appendErr, latestErr, j.Checkpoint(1, "", nil),
		j.Read(1, func(engine.Event) error { return nil }),
	} {
		var b interface{ Broken() bool }
		fmt.Println("then:", errors.Is(err, journal.ErrBroken), errors.As(err, &b) && b.Broken())
	}
	fmt.Println("close:", j.Close())
}

// "After a failed flush the process stops."
func TestACommitThatFailsBreaksTheJournalForGood(t *testing.T) {
	path := fresh(t)
	out, err := child(t, "run out of room", path).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var taken int
	if _, err := fmt.Sscanf(string(out), "taken %d", &taken); err != nil || taken < 100 {
		t.Fatalf("the child says: %s", out)
	}
	if n := strings.Count(string(out), "then: true true\n"); n != 4 || !strings.Contains(string(out), "close: <nil>") {
		t.Errorf("the child says: %s", out)
	}
	j := open(t, path)
	if got := len(all(t, j, 1)); got != taken {
		t.Errorf("got %d events, want the %d that were acknowledged", got, taken)
	}
	appended(t, j, noon, key("new"))
}
