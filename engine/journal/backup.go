package journal

import (
	"errors"
	"fmt"
	"io/fs"
)

// ErrExists means that a file that is to be made is there already. It is never written
// over, for it may be the only copy of something.
var ErrExists = errors.New("there is such a file already: name another, or move it away")

// Backup writes the journal as it is into a new file, which is a journal itself, in one
// file and without what is unused in it. It is on the disk when Backup returns; where
// Backup fails there is none. A journal that is in use is backed up from [OpenCopy].
func (j *Journal) Backup(path string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	path, err := resolve(path)
	if err != nil {
		return fmt.Errorf("back the journal up: %w", err)
	}
	if err := j.copyTo(path); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("back the journal up to %s: %w", path, ErrExists)
	} else if err != nil {
		return fmt.Errorf("back the journal up to %s: %w", path, explain(err))
	}
	return nil
}
