package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// maxInspected is the size, with its write-ahead log, up to which a journal is looked
// through: it is copied first.
const maxInspected = 256 << 20

// An Inspection is how a journal is found.
type Inspection struct {
	Bytes   int64  // of the file and its write-ahead log
	Events  uint64 // that it holds; of a journal that was not checked, zero
	Checked bool   // it was looked through; one that is too large is not
	Held    bool   // a process has it open, as far as the system tells
	Holder  Holder // that process, as far as it is known
}

// Inspect looks at the journal at path without touching it, also while a running program
// has it: whether it is one, whether SQLite finds it sound, and who has it. It returns
// fs.ErrNotExist, ErrNewer, ErrForeign or ErrDamaged, wrapped, where that is the matter.
// Like [OpenCopy] it must not be used on a journal that this process has open.
func Inspect(ctx context.Context, path string) (Inspection, error) {
	var in Inspection
	path, err := resolve(path)
	if err != nil {
		return in, fmt.Errorf("inspect the journal: %w", err)
	}
	for _, file := range []string{path, path + "-wal"} {
		info, err := os.Stat(file)
		switch {
		case err == nil && !info.Mode().IsRegular():
			return in, fmt.Errorf("inspect the journal %s: %w", path, ErrForeign)
		case err == nil:
			in.Bytes += info.Size()
		case file == path:
			return in, fmt.Errorf("inspect the journal: %w", err)
		}
	}
	in.Holder, in.Held = HeldBy(path)
	if in.Bytes > maxInspected {
		return in, nil
	}
	j, err := OpenCopy(path)
	if err != nil {
		return in, err
	}
	in.Events = j.Newest()
	err = errors.Join(j.sound(ctx), j.Close())
	if err != nil {
		return in, fmt.Errorf("inspect the journal %s: %w", path, explain(err))
	}
	in.Checked = true
	return in, nil
}

// sound has SQLite look through the file.
func (j *Journal) sound(ctx context.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var says string
	if err := j.conn.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&says); err != nil {
		return err
	}
	if says != "ok" {
		return fmt.Errorf("%w (%s)", ErrDamaged, says)
	}
	return nil
}
