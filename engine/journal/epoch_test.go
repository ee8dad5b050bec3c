package journal_test

import (
	"os"
	"path/filepath"
	"testing"

	"switchboard/engine/journal"
)

func TestTheEpochIsReadWithoutTouchingTheJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	j, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	want := j.Epoch()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := journal.EpochOf(path); err != nil || got != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	if after, err := os.ReadDir(filepath.Dir(path)); err != nil || len(after) != len(before) {
		t.Errorf("the folder had %v and has %v, %v", before, after, err)
	}
	if err := os.WriteFile(path, []byte("dear diary"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := journal.EpochOf(path); err == nil {
		t.Errorf("of what is no journal: %q", got)
	}
	if got, err := journal.EpochOf(path + "-none"); err == nil {
		t.Errorf("of none: %q", got)
	}
}
