package journal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine/journal"
)

// two are steps that a later version might have.
var two = []string{
	`ALTER TABLE journal ADD COLUMN made INTEGER; UPDATE journal SET made = 1`,
	`CREATE TABLE chain (seq INTEGER PRIMARY KEY, hash BLOB) STRICT; INSERT INTO chain SELECT seq, x'00' FROM event`,
}

// "Schema version with forward migration."
func TestAnOlderJournalIsBroughtForwardAndACopyIsKept(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	want := appended(t, j, noon, keys("a", 700)...)
	if err := j.Checkpoint(600, "old build", []byte("state")); err != nil {
		t.Fatal(err)
	}
	epoch := j.Epoch()
	j.Close()

	later, err := journal.OpenMigrated(path, two...)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, all(t, later, 1)); diff != "" || later.Epoch() != epoch {
		t.Errorf("the events are others, of epoch %s:\n%s", later.Epoch(), diff)
	}
	if seq, build, state, err := later.Latest(); seq != 600 || build != "old build" || string(state) != "state" {
		t.Errorf("the checkpoint: got %d by %q, %v", seq, build, err)
	}
	if got, err := later.Pragma("user_version"); got != "4" {
		t.Errorf("schema: got %s, %v, want 4", got, err)
	}
	appended(t, later, noon.Add(time.Second), key("new"))
	if err := later.Close(); err != nil {
		t.Fatal(err)
	}

	// This version refuses what has become of it, and reads the copy.
	if _, err := journal.Open(path); !errors.Is(err, journal.ErrNewer) {
		t.Errorf("the new one: got %v, want ErrNewer", err)
	}
	old := path + ".v2"
	if info, err := os.Stat(old); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the copy: %v, %v", info, err)
	}
	if diff := cmp.Diff(want, all(t, open(t, old), 1)); diff != "" {
		t.Errorf("the copy holds other events:\n%s", diff)
	}
	again, err := journal.OpenMigrated(path, two...)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
	if copies, _ := filepath.Glob(path + ".v?.?"); len(copies) > 0 {
		t.Errorf("a journal of today's schema was copied again: %q", copies)
	}
}

func TestAMigrationThatFailsLeavesTheJournalAsItWas(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	want := appended(t, j, noon, keys("a", 7)...)
	j.Close()
	if _, err := journal.OpenMigrated(path, two[0], `CREATE TABLE event (x)`); err == nil || !strings.Contains(err.Error(), "from schema 2 to 4") {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(want, all(t, open(t, path), 1)); diff != "" {
		t.Errorf("the events are others:\n%s", diff)
	}
	if copies, _ := filepath.Glob(path + ".v*"); len(copies) > 0 {
		t.Errorf("a copy that nobody needs is left: %q", copies)
	}
}

// An earlier one's copy may be all that is left of it.
func TestACopyOfAnOldJournalIsNeverWrittenOver(t *testing.T) {
	path := fresh(t)
	open(t, path).Close()
	if err := os.WriteFile(path+".v2", []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := journal.OpenMigrated(path, two...)
	if err != nil {
		t.Fatal(err)
	}
	j.Close()
	if text, err := os.ReadFile(path + ".v2"); string(text) != "precious" {
		t.Errorf("it was written over: %q, %v", text, err)
	}
	open(t, path+".v2.2")
}

// Backtest and doctor read beside an older program that runs.
func TestACopyIsMigratedAndTheJournalIsNot(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, keys("a", 7)...)
	j.Close()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := journal.CopyMigrated(path, two...)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := c.Pragma("user_version"); got != "4" || len(all(t, c, 1)) != 7 {
		t.Errorf("the copy has schema %s", got)
	}
	c.Close()
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the journal was changed")
	}
	if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
		t.Errorf("there is %q beside it", left)
	}
}

// "A journal of a newer version is refused with what to do."
func TestANewerJournalIsRefusedWithTheVersionThatReadsIt(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, key("a"))
	if err := j.Checkpoint(1, "v9.1", []byte("state")); err != nil {
		t.Fatal(err)
	}
	j.Close()
	tamper(t, path, `PRAGMA user_version = 9`)
	_, err := journal.Open(path)
	for _, part := range []string{"run that version, or name another file with --journal", `"v9.1"`, "schema 9, this one knows 2"} {
		if !errors.Is(err, journal.ErrNewer) || !strings.Contains(err.Error(), part) {
			t.Errorf("it does not say %q: %v", part, err)
		}
	}
}

// The schema may be the same, and an event's body a later version's: its checksum is
// right, so that it is no damage.
func TestAnEventOfANewerVersionIsNamedSo(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, keys("a", 5)...)
	if err := j.AppendRaw(noon, "b", "teleported", `{}`); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := j.Read(1, count(&n))
	if !errors.Is(err, journal.ErrNewer) || !strings.Contains(err.Error(), "event 6") || n != 5 {
		t.Errorf("got %v after %d events, want ErrNewer after 5", err, n)
	}
}
