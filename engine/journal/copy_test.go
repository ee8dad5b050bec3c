package journal_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"switchboard/engine/journal"
)

func openCopy(t *testing.T, path string) *journal.Journal {
	t.Helper()
	j, err := journal.OpenCopy(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func TestACopyIsReadWhileTheJournalIsInUse(t *testing.T) {
	scratch := t.TempDir()
	t.Setenv("TMPDIR", scratch)
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, keys("a", 10)...)

	c := openCopy(t, path)
	if c.Epoch() != j.Epoch() {
		t.Errorf("got epoch %s, want %s", c.Epoch(), j.Epoch())
	}
	appended(t, j, noon.Add(time.Second), keys("b", 1)...)
	if got := len(all(t, c, 1)); got != 10 {
		t.Errorf("got %d events, want the 10 that were there", got)
	}
	if got := c.Newest(); got != 10 {
		t.Errorf("got %d as the newest, want 10", got)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(scratch); len(left) > 0 {
		t.Errorf("%d files are left of the copy", len(left))
	}
	if got := len(all(t, j, 1)); got != 11 {
		t.Errorf("got %d events in the journal after the copy, want 11", got)
	}
}

// The log is copied into the file now and then, and begins anew: a copy that mixed
// before and after would miss events in the middle.
func TestACopyIsWholeWhileTheJournalGrows(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, keys("first", 5)...)
	const batches, size = 120, 256
	done := make(chan error, 1)
	go func() {
		for i := range batches {
			if _, err := j.Append(noon, keys(string(rune('a'+i%26))+time.Duration(i).String(), size)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	copies, least := 0, 5
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			if copies == 0 {
				t.Error("nothing was copied meanwhile")
			}
			return
		default:
		}
		c, err := journal.OpenCopy(path)
		if err != nil {
			t.Fatal(err)
		}
		n := len(all(t, c, 1)) // fails where one is missing
		if n < least || (n-5)%size != 0 {
			t.Errorf("copy %d has %d events: want whole batches, and at least the %d that were there", copies, n, least)
		}
		copies, least = copies+1, n
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsNoJournalIsNotCopied(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	if _, err := journal.OpenCopy(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a journal that is not there was opened")
	}
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("neither this nor that, but long enough to be looked at as a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.OpenCopy(text); err == nil {
		t.Error("a text was opened as a journal")
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("%d folders are left", len(left))
	}
}
