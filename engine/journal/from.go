package journal

import (
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// From returns the number of the first event that was taken in at a time or after it; one
// more than the newest where there is none. It looks at few events, however many there are.
func (j *Journal) From(at time.Time) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return 0, j.failed
	}
	low, high := uint64(1), j.seq+1
	for low < high {
		middle := low + (high-low)/2
		var when int64
		if err := j.conn.QueryRowContext(background, `SELECT at FROM event WHERE seq = ?`, middle).Scan(&when); err != nil {
			return 0, fmt.Errorf("look for the events of %s: %w", at.Format(time.DateTime), explain(err))
		}
		if when < at.UnixNano() {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, nil
}

// NewestOf returns the number of the newest event of a kind before one, and zero where
// there is none. It looks at no more than so many events.
func (j *Journal) NewestOf(kind string, before, within uint64) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return 0, j.failed
	}
	least := uint64(0)
	if within < before {
		least = before - within
	}
	var seq uint64
	err := j.conn.QueryRowContext(background,
		`SELECT seq FROM event WHERE seq < ? AND seq >= ? AND kind = ? ORDER BY seq DESC LIMIT 1`, before, least, kind).Scan(&seq)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("look for the newest %s: %w", kind, explain(err))
	}
	return seq, nil
}
