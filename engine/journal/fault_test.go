package journal_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/journal"
)

// The test binary runs itself again as a program that has a journal open.
func TestMain(m *testing.M) {
	path := os.Getenv("JOURNAL_CHILD")
	switch os.Getenv("JOURNAL_CHILD_DOES") {
	case "":
		os.Exit(m.Run())
	case "open":
		_, err := journal.Open(path)
		fmt.Println(err)
	case "append":
		appendUntilKilled(path)
	case "run out of room":
		appendUntilTheDiskFails(path)
	case "append without flushes":
		appendWithoutFlushes(path)
	}
}

// appendWithoutFlushes and appendUntilTheDiskFails are set where a test can make flushes,
// and writes, fail.
var appendWithoutFlushes, appendUntilTheDiskFails func(path string)

func child(t *testing.T, does, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), "JOURNAL_CHILD="+path, "JOURNAL_CHILD_DOES="+does)
	cmd.Stderr = os.Stderr
	return cmd
}

// appendUntilKilled prints the last number of each batch once it is acknowledged.
func appendUntilKilled(path string) {
	j, err := journal.OpenAs(path, "a test")
	if err != nil {
		fmt.Println(err)
		return
	}
	for n := 0; ; n++ {
		entries := keys(fmt.Sprint(os.Getpid(), "-", n, "-"), 1+n%40)
		events, err := j.Append(noon.Add(time.Duration(n)*time.Second), entries)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(events[len(events)-1].Seq, events[len(events)-1].ID)
		if n%50 == 49 {
			if err := j.Checkpoint(events[0].Seq, "test", bytes.Repeat([]byte("state"), 20000)); err != nil {
				fmt.Println(err)
				return
			}
		}
	}
}

// "No webhook answered 200 is ever lost: after kill -9 at any instant."
func TestKillLosesNothingThatWasAcknowledged(t *testing.T) {
	path := fresh(t)
	acknowledged := map[uint64]string{}
	for _, batches := range []int{37, 211} {
		cmd := child(t, "append", path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			var seq uint64
			var id string
			if _, err := fmt.Sscan(lines.Text(), &seq, &id); err != nil {
				t.Fatalf("the child says: %s", lines.Text())
			}
			acknowledged[seq] = id
			if n == batches {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the child ended by itself")
		}

		j := open(t, path)
		have := map[uint64]string{}
		for _, e := range all(t, j, 1) {
			have[e.Seq] = e.ID
		}
		for seq, id := range acknowledged {
			if have[seq] != id {
				t.Errorf("event %d: got %q, want %q", seq, have[seq], id)
			}
			if got := appended(t, j, noon, key(id)); got != nil {
				t.Errorf("%s is not known any more", id)
			}
		}
		if seq, _, _, err := j.Latest(); err != nil || batches > 100 && seq == 0 {
			t.Errorf("the latest checkpoint: got %d, %v", seq, err)
		}
		j.Close()
	}
}

func TestAJournalHasOneProcess(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, key("a"))
	for range 2 { // a try must not loosen the lock
		if _, err := journal.Open(path); !errors.Is(err, journal.ErrInUse) {
			t.Errorf("in this process: got %v, want ErrInUse", err)
		}
		out, err := child(t, "open", path).Output()
		if err != nil || !strings.Contains(string(out), "end that one first") {
			t.Errorf("in another process: it says %q, %v", out, err)
		}
	}
	appended(t, j, noon, key("b"))
}

// "One process at a time (a clear error names the other)"; and the lock of one that was
// killed never blocks, whatever it has left behind.
func TestWhoFindsTheJournalInUseIsToldByWhom(t *testing.T) {
	path := fresh(t)
	for range 2 { // the second time, the first one's note is still there
		before := time.Now().Add(-2 * time.Second)
		cmd := begin(t, "append", path)
		_, err := journal.OpenAs(path, "another test")
		if !errors.Is(err, journal.ErrInUse) {
			t.Fatalf("got %v, want ErrInUse", err)
		}
		if free := journal.Free(path); !errors.Is(free, journal.ErrInUse) || free.Error() != err.Error() {
			t.Errorf("asked beforehand: got %v, want %v", free, err)
		}
		said := regexp.MustCompile(`process (\d+) \(a test, since ([-0-9]+ [:0-9]+)\): end that one first`).FindStringSubmatch(err.Error())
		if said == nil || said[1] != fmt.Sprint(cmd.Process.Pid) {
			t.Fatalf("it says %q, and process %d has it", err, cmd.Process.Pid)
		}
		since, err := time.ParseInLocation(time.DateTime, said[2], time.Local)
		if err != nil || since.Before(before.Truncate(time.Second)) || since.After(time.Now()) {
			t.Errorf("it says since %s, %v", said[2], err)
		}
		kill(t, cmd)
		if err := journal.Free(path); err != nil {
			t.Errorf("after a kill: got %v", err)
		}
	}
	j, err := journal.Open(path)
	if err != nil {
		t.Fatalf("after a kill: %v", err)
	}
	if _, err := journal.Open(path); !errors.Is(err, journal.ErrInUse) || !strings.Contains(err.Error(), "this very program") {
		t.Errorf("twice in one program: got %v", err)
	}
	appended(t, j, noon, key("b"))
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(path + "-*"); len(left) > 0 {
		t.Errorf("a journal that was closed leaves %q", left)
	}
}

// SQLite itself may have it, or a program that could not write its note.
func TestWhoHasTheJournalWithoutANoteIsNotGuessed(t *testing.T) {
	path := fresh(t)
	cmd := begin(t, "append", path)
	for what, write := range map[string]func() error{
		"a dead process": func() error { return os.WriteFile(path+"-holder", []byte(`{"pid":4194303,"runs":"x"}`), 0o600) },
		"torn":           func() error { return os.WriteFile(path+"-holder", []byte(`{"pid":`), 0o600) },
		"none":           func() error { return os.Remove(path + "-holder") },
	} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
		if _, err := journal.Open(path); !errors.Is(err, journal.ErrInUse) || !strings.Contains(err.Error(), "in use by another switchboard") {
			t.Errorf("%s: got %v", what, err)
		}
	}
	kill(t, cmd)
}

// begin runs a child until it has said its first line.
func begin(t *testing.T, does, path string) *exec.Cmd {
	t.Helper()
	cmd := child(t, does, path)
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
	go func() { // or it would wait for us
		for lines.Scan() {
		}
	}()
	return cmd
}

func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}

// A link to a journal is that journal, with its log and its lock.
func TestALinkToAJournalIsTheJournal(t *testing.T) {
	path := fresh(t)
	link := filepath.Join(t.TempDir(), "link")
	j := open(t, path)
	appended(t, j, noon, keys("a", 10)...) // in the log, not in the file
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	if got := len(all(t, openCopy(t, link), 1)); got != 10 {
		t.Errorf("a copy by a link has %d events, want 10", got)
	}
	if _, err := journal.Open(link); !errors.Is(err, journal.ErrInUse) || !strings.Contains(err.Error(), "this very program") {
		t.Errorf("got %v, want ErrInUse", err)
	}
}

// Memory is a file system like another: no shared memory is asked for, and locks hold.
func TestAJournalMayLieInMemory(t *testing.T) {
	dir, err := os.MkdirTemp("/dev/shm", "switchboard-test-")
	if err != nil {
		t.Skip("there is no file system in memory here")
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "journal")
	cmd := begin(t, "append", path)
	if _, err := journal.Open(path); !errors.Is(err, journal.ErrInUse) {
		t.Errorf("got %v, want ErrInUse", err)
	}
	c := openCopy(t, path)
	if len(all(t, c, 1)) == 0 {
		t.Error("a copy is empty")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	kill(t, cmd)
	j := open(t, path)
	appended(t, j, noon.Add(time.Hour*1000), key("after"))
}

func TestAFullDiskPasses(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, key("a"))
	if err := j.LimitPages(20); err != nil {
		t.Fatal(err)
	}
	var err error
	for i := 0; err == nil; i++ {
		_, err = j.Append(noon, keys(fmt.Sprint("k", i, "-"), 100))
	}
	if errors.Is(err, journal.ErrBroken) {
		t.Fatalf("a full disk broke the journal: %v", err)
	}
	before := all(t, j, 1)
	if err := j.LimitPages(10000); err != nil {
		t.Fatal(err)
	}
	got := appended(t, j, noon, key("after"))
	if len(got) != 1 || got[0].Seq != uint64(len(before))+1 {
		t.Errorf("when there is room again: got %v after %d", ids(got), len(before))
	}
	j.Close()
	if got := all(t, open(t, path), 1); len(got) != len(before)+1 {
		t.Errorf("read again: got %d events, want %d", len(got), len(before)+1)
	}
}

func TestAClosedJournalSaysSo(t *testing.T) {
	j := open(t, fresh(t))
	j.Close()
	_, appendErr := j.Append(noon, keys("k", 1))
	_, _, _, latestErr := j.Latest()
	readErr := j.Read(1, func(engine.Event) error { return nil })
	for _, err := range []error{appendErr, latestErr, readErr, j.Checkpoint(1, "", nil)} {
		if !errors.Is(err, journal.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	}
}

func TestAFileThatIsNoneOfOursIsNamedSo(t *testing.T) {
	newer, other, text := fresh(t), fresh(t), fresh(t)
	open(t, newer).Close()
	tamper(t, newer, `PRAGMA user_version = 3`)
	tamper(t, other, `CREATE TABLE something (x)`)
	if err := os.WriteFile(text, []byte(strings.Repeat("no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for path, want := range map[string]error{
		newer: journal.ErrNewer, other: journal.ErrForeign, text: journal.ErrForeign, folder: journal.ErrForeign,
	} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(path)
		if _, err := journal.Open(path); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
		after, _ := os.ReadFile(path)
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o755 || !bytes.Equal(before, after) {
			t.Errorf("a file that is not ours was changed (%v)", want)
		}
	}
	if _, err := journal.Open(filepath.Join(text, "journal")); err == nil {
		t.Error("a journal was opened in a folder that is a file")
	}
}

func TestDamageIsNoticed(t *testing.T) {
	for what, query := range map[string]string{
		"changed":  `UPDATE event SET body = replace(body, '"1"', '"2"') WHERE seq = 30`,
		"missing":  `DELETE FROM event WHERE seq = 30`,
		"moved":    `UPDATE event SET at = at + 1 WHERE seq = 30`,
		"renamed":  `UPDATE event SET id = 'other' WHERE seq = 30`,
		"unplaced": `UPDATE event SET occurred = NULL WHERE seq = 30`,
	} {
		path := fresh(t)
		j := open(t, path)
		appended(t, j, noon, keys("k", 50)...)
		j.Close()
		tamper(t, path, query)
		n := 0
		err := open(t, path).Read(1, func(engine.Event) error { n++; return nil })
		if !errors.Is(err, journal.ErrDamaged) || !strings.Contains(err.Error(), "event 30") || n != 29 {
			t.Errorf("%s: got %v after %d events, want ErrDamaged after 29", what, err, n)
		}
	}
}

func TestATornFileIsNoticed(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, keys("k", 2000)...)
	j.Close()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		t.Fatal(err)
	}
	for at := int64(8 << 12); at < size; at += 1 << 12 {
		if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, 1<<12), at); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	j, err = journal.Open(path)
	if err == nil {
		err = j.Read(1, func(engine.Event) error { return nil })
		j.Close()
	}
	if !errors.Is(err, journal.ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
}
