package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Limits of copying.
const (
	copyTries = 20 // a journal that is in use may be tidied up while it is copied
	logHeader = 32 // bytes at the beginning of a write-ahead log, which change when it begins anew
)

// OpenCopy opens a copy of the journal at path, to be read: also while a running
// program has it, which is not held up. The journal itself is not touched, and the copy
// is gone when it is closed. What is taken in after OpenCopy is not in it. One that an
// older version wrote is brought to this one's schema in the copy alone.
//
// A process must not copy a journal that it has open itself: on some systems that would
// let go of its lock. It can read that one.
func OpenCopy(path string) (*Journal, error) { return openCopy(path, migrations) }

func openCopy(path string, steps []string) (*Journal, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, fmt.Errorf("copy the journal: %w", err)
	}
	removeLeft(os.TempDir(), copyName)
	dir, err := makeScratch(os.TempDir(), copyName)
	if err != nil {
		return nil, fmt.Errorf("make a temporary place for a copy of the journal: %w", err)
	}
	to := filepath.Join(dir, "journal.db")
	if err := copyJournal(path, to); err != nil {
		return nil, errors.Join(fmt.Errorf("copy the journal %s: %w", path, err), os.RemoveAll(dir))
	}
	j, err := open(opening{path: to, steps: steps, scratch: dir})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the journal %s: %w", path, explain(err)), os.RemoveAll(dir))
	}
	return j, nil
}

// What a folder is called that is there for a while, before the process that made it.
const (
	copyName   = "switchboard-copy-"
	importName = "switchboard-import-"
)

// makeScratch makes a folder that only its owner may read and that this process removes.
func makeScratch(in, name string) (string, error) {
	return os.MkdirTemp(in, fmt.Sprintf("%s%d-", name, os.Getpid()))
}

// removeLeft removes the folders that processes have left behind that were killed: they hold
// whole journals, which nobody looks for there and no erasure reaches. What cannot be removed
// is another user's, and his to remove.
func removeLeft(in, name string) {
	left, err := filepath.Glob(filepath.Join(in, name+"*"))
	if err != nil {
		return
	}
	for _, dir := range left {
		made, _, ok := strings.Cut(strings.TrimPrefix(filepath.Base(dir), name), "-")
		pid, err := strconv.Atoi(made)
		if ok && err == nil && pid > 0 && !alive(pid) {
			_ = os.RemoveAll(dir)
		}
	}
}

// copyJournal copies a journal and its write-ahead log as they belong together. The
// file changes only when the log is copied into it, and what was copied stays in the log
// until that begins anew, with another header: while the header is the same, file and
// log are good together, whatever of the file was changed meanwhile.
func copyJournal(from, to string) error {
	if _, err := os.Stat(from); err != nil {
		return err
	}
	for range copyTries {
		before, err := readLogHeader(from)
		if err != nil {
			return err
		}
		if err := errors.Join(copyFile(from, to), copyFile(from+"-wal", to+"-wal")); err != nil {
			return err
		}
		after, err := readLogHeader(from)
		if err != nil {
			return err
		}
		if bytes.Equal(before, after) {
			return nil
		}
	}
	return errors.New("it changes faster than it can be copied: try again in a moment")
}

// readLogHeader returns what the write-ahead log begins with, or nothing where there is none.
func readLogHeader(path string) ([]byte, error) {
	f, err := os.Open(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	header := make([]byte, logHeader)
	n, err := io.ReadFull(f, header)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return nil, err
	}
	return header[:n], nil
}

// copyFile copies a file, readable by its owner only. One that is not there leaves none.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// Newest returns the number of the newest event, zero where there is none: how much
// [Journal.Read] has to yield.
func (j *Journal) Newest() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.seq
}
