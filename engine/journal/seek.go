package journal

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"switchboard/engine"
)

// lookedThrough is how many events are looked through at once for one of a kind: whoever
// writes waits no longer than that takes.
const lookedThrough = 10_000

// Since returns the number of the first event that was taken in at a time or later: one
// more than the newest's where all are earlier. It looks at few events, and may be used
// beside Append.
func (j *Journal) Since(at time.Time) (uint64, error) {
	from, to := uint64(1), j.Newest()+1 // the first is in between
	for from < to {
		middle := from + (to-from)/2
		taken, err := j.takenIn(middle)
		if err != nil {
			return 0, err
		}
		if taken.Before(at) {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from, nil
}

// takenIn returns when an event was taken in.
func (j *Journal) takenIn(seq uint64) (time.Time, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var at int64
	err := j.do.at.QueryRow(seq).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, fmt.Errorf("read the journal: %w (event %d is missing)", ErrDamaged, seq)
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read the journal: %w", explain(err))
	}
	return time.Unix(0, at).UTC(), nil
}

// Last returns the number of the newest event before another that says what a body of
// this kind says: 0 where there is none. It may be used beside Append.
func (j *Journal) Last(body engine.Body, before uint64) (uint64, error) {
	kind, _, err := engine.EncodeBody(body)
	if err != nil {
		return 0, err
	}
	for before > 1 {
		from := max(before, lookedThrough+1) - lookedThrough
		seq, err := j.lastIn(kind, from, before)
		if err != nil || seq > 0 {
			return seq, err
		}
		before = from
	}
	return 0, nil
}

func (j *Journal) lastIn(kind string, from, before uint64) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var seq uint64
	err := j.do.last.QueryRow(from, before, kind).Scan(&seq)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read the journal: %w", explain(err))
	}
	return seq, nil
}
