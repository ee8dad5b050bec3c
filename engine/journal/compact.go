package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// A Compaction is what [Journal.Compact] has done.
type Compaction struct {
	Before, After int64 // bytes of the file and its log
	IDs           int64 // that were past their keep
	Checkpoints   int64 // that were older than the newest, or damaged
}

// Compact makes the file as small as what it holds. It drops IDs that were known for
// longer than 48 hours when the newest event was taken in, and all checkpoints but the
// newest good one. No event is touched. It needs room for a second copy meanwhile; where
// that is missing it returns an error, and the journal is whole. A damaged journal is
// left as it is, with ErrDamaged: to rearrange it might lose what can still be read.
func (j *Journal) Compact() (Compaction, error) {
	var c Compaction
	newest, _, _, err := j.Latest()
	if err != nil {
		return c, err
	}
	if err := j.sound(background); err != nil {
		return c, fmt.Errorf("compact the journal: %w", explain(err))
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if c.Before, err = j.bytes(); err != nil {
		return c, err
	}
	err = j.transact("compact the journal", func() error {
		var err error
		if c.IDs, err = j.drop("DELETE FROM known WHERE at < ?", j.at-int64(idLife)); err != nil {
			return err
		}
		if c.Checkpoints, err = j.drop("DELETE FROM checkpoint WHERE seq <> ?", newest); err != nil {
			return err
		}
		return j.do.oldest.QueryRow().Scan(&j.oldest)
	})
	if err != nil {
		return c, err
	}
	for _, query := range []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := j.conn.ExecContext(background, query); err != nil {
			return c, fmt.Errorf("compact the journal: %w", explain(err))
		}
	}
	j.pages = 0
	c.After, err = j.bytes()
	return c, err
}

func (j *Journal) drop(query string, arg any) (int64, error) {
	result, err := j.conn.ExecContext(background, query, arg)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// bytes returns how large the file and its log are.
func (j *Journal) bytes() (int64, error) {
	var sum int64
	for _, path := range []string{j.path, j.path + "-wal"} {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, err
		}
		sum += info.Size()
	}
	return sum, nil
}
