package journal

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"switchboard/engine"
)

// Read yields the events from a number on, the first being 1, in order up to the
// newest. It ends with the error that yield returns, if any, with ErrDamaged where an
// event is missing, goes back in time or is not what was written, and with ErrNewer
// where this version does not know what one says. yield may use the journal.
func (j *Journal) Read(from uint64, yield func(engine.Event) error) error {
	next := max(from, 1)
	at := int64(math.MinInt64)
	for {
		rows, err := j.page(next)
		if err != nil {
			return fmt.Errorf("read the journal from event %d: %w", next, err)
		}
		if len(rows) == 0 {
			return nil
		}
		for i := range rows {
			e, err := rows[i].event(next)
			if err == nil && rows[i].at < at {
				err = fmt.Errorf("%w (event %d is earlier than the one before it)", ErrDamaged, next)
			}
			if err != nil {
				return fmt.Errorf("read the journal: %w", err)
			}
			at = rows[i].at
			if err := yield(e); err != nil {
				return err
			}
			next++
		}
	}
}

// Began returns when the first event was taken in; the zero time where there is none.
func (j *Journal) Began() (time.Time, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return time.Time{}, j.failed
	}
	var at int64
	err := j.conn.QueryRowContext(background, "SELECT at FROM event ORDER BY seq LIMIT 1").Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return time.Unix(0, at).UTC(), explain(err)
}

// Told returns when the newest webhook of Telnyx happened, on Telnyx's clock; the zero time
// where there is none. Whoever is to act on the age of things can hold this machine's clock
// against it.
func (j *Journal) Told() (time.Time, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return time.Time{}, j.failed
	}
	// What we say ourselves in Telnyx's name, by our own clock, has a path for an ID.
	var at int64
	err := j.conn.QueryRowContext(background, `SELECT occurred FROM event
		WHERE by = ? AND occurred IS NOT NULL AND instr(id, '/') = 0 ORDER BY seq DESC LIMIT 1`, string(engine.ByTelnyx)).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return time.Unix(0, at).UTC(), explain(err)
}

// A kept row is one with the checksum that it has in the file.
type kept struct {
	row
	want int64
}

// page returns the next events in the file, without a look at what they say.
func (j *Journal) page(from uint64) ([]kept, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return nil, j.failed
	}
	found, err := j.do.read.Query(from, pageSize)
	if err != nil {
		return nil, explain(err)
	}
	return scanKept(found)
}

// scanKept reads rows to their end.
func scanKept(found *sql.Rows) ([]kept, error) {
	var rows []kept
	for found.Next() {
		var r kept
		err := found.Scan(&r.seq, &r.at, &r.id, &r.by, &r.occurred, &r.kind, &r.body, &r.want)
		if err != nil {
			return nil, explain(errors.Join(err, found.Close()))
		}
		rows = append(rows, r)
	}
	if err := errors.Join(found.Err(), found.Close()); err != nil {
		return nil, explain(err)
	}
	return rows, nil
}

// event returns the event that a row keeps, if it is the one with that number.
func (r *kept) event(seq uint64) (engine.Event, error) {
	if r.seq != seq {
		return engine.Event{}, fmt.Errorf("%w (event %d is missing)", ErrDamaged, seq)
	}
	if r.sum() != r.want {
		return engine.Event{}, fmt.Errorf("%w (event %d is not what was written)", ErrDamaged, seq)
	}
	body, err := engine.DecodeBody(r.kind, []byte(r.body))
	if err != nil {
		// It is what was written, so a version wrote it that knows more.
		return engine.Event{}, fmt.Errorf("%w (event %d: %w)", ErrNewer, seq, err)
	}
	return engine.Event{
		Seq:   r.seq,
		At:    time.Unix(0, r.at).UTC(),
		Entry: engine.Entry{ID: r.id, By: engine.By(r.by), Occurred: moment(r.occurred), Body: body},
	}, nil
}
