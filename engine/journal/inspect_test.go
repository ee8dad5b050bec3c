package journal_test

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"switchboard/engine/journal"
)

func TestAnInspectionTouchesNothing(t *testing.T) {
	path := fresh(t)
	if _, err := journal.Inspect(t.Context(), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("where there is none: got %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) > 0 {
		t.Errorf("it has made %v, %v", left, err)
	}
	j := open(t, path)
	appended(t, j, noon, keys("a", 30)...)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	in, err := journal.Inspect(t.Context(), path)
	if err != nil || !in.Checked || in.Events != 30 || in.Held || in.Bytes < int64(len(before)) {
		t.Errorf("got %+v, %v", in, err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the journal was changed: %v", err)
	}
}

func TestAnInspectionFindsWhoHasTheJournal(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("this system does not tell")
	}
	path := fresh(t)
	cmd := child(t, "append", path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the child says nothing")
	}
	in, err := journal.Inspect(t.Context(), path)
	if err != nil || !in.Held || in.Holder.PID != cmd.Process.Pid || in.Holder.Runs != "a test" || !in.Checked || in.Events == 0 {
		t.Errorf("got %+v, %v; process %d has it", in, err, cmd.Process.Pid)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if in, err := journal.Inspect(t.Context(), path); err != nil || in.Held {
		t.Errorf("nobody has it: got %+v, %v", in, err)
	}
}

func TestAnInspectionTellsWhatIsNoJournalOrIsDamaged(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, keys("a", 3000)...)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	spoilt := bytes.Clone(whole)
	for i := len(spoilt) / 2; i < len(spoilt)/2+3*4096; i++ {
		spoilt[i] = 0xff
	}
	for name, test := range map[string]struct {
		text []byte
		want error
	}{
		"another file":   {bytes.Repeat([]byte("no journal "), 1000), journal.ErrForeign},
		"a damaged one":  {spoilt, journal.ErrDamaged},
		"one cut in two": {whole[:len(whole)/2], journal.ErrDamaged},
	} {
		other := fresh(t)
		if err := os.WriteFile(other, test.text, 0o600); err != nil {
			t.Fatal(err)
		}
		if in, err := journal.Inspect(t.Context(), other); !errors.Is(err, test.want) || in.Checked {
			t.Errorf("%s: got %+v, %v, want %v", name, in, err, test.want)
		}
	}
	if _, err := journal.Inspect(t.Context(), t.TempDir()); !errors.Is(err, journal.ErrForeign) {
		t.Errorf("a folder: got %v", err)
	}
}
