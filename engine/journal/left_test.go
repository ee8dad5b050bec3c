package journal

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A process that is killed cannot remove its copy of a journal, and no erasure would reach it:
// the next one removes it, and leaves those of others alone.
func TestACopyThatAKilledProcessHasLeftIsRemoved(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	gone := exec.Command(os.Args[0], "-test.run=^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "journal.db")
	left := []string{filepath.Join(tmp, fmt.Sprintf("switchboard-copy-%d-1", gone.Process.Pid)), filepath.Join(filepath.Dir(path), fmt.Sprintf("switchboard-import-%d-1", gone.Process.Pid))}
	used := []string{filepath.Join(tmp, fmt.Sprintf("switchboard-copy-%d-1", os.Getpid())), filepath.Join(tmp, "switchboard-copy-of-mine"), filepath.Join(tmp, "switchboard-copy-0-1")}
	for _, dir := range append(left, used...) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "journal.db"), []byte("hydrangeas"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	j, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := OpenCopy(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	removeLeft(filepath.Dir(path), importName)
	for _, dir := range left {
		if exists(dir) {
			t.Errorf("%s is still there", dir)
		}
	}
	for _, dir := range used {
		if !exists(dir) {
			t.Errorf("%s is gone, which is not ours to remove", dir)
		}
	}
}
