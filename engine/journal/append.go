package journal

import (
	"fmt"
	"hash/crc32"
	"math"
	"time"

	"switchboard/engine"
)

// Append writes entries down in one transaction and returns them as events. It leaves
// out an entry whose ID is known, from the last 48 hours or from earlier in the same
// batch; gives the others the next numbers, without gaps; and stamps them with now,
// or with the time of the event ahead if now is before it.
//
// When Append returns, the events are on the disk. If it returns an error none is,
// and none ever will be. The error may pass, as a full disk does; after ErrBroken the
// journal takes nothing more. An entry without ID or body is the caller's mistake, and
// an error that concerns the whole batch.
func (j *Journal) Append(now time.Time, entries []engine.Entry) ([]engine.Event, error) {
	rows, err := encode(entries)
	if err != nil {
		return nil, fmt.Errorf("append to the journal: %w", err)
	}
	stamp, ok := nanos(now)
	if !ok {
		return nil, fmt.Errorf("append to the journal: no time can be made of %v", now)
	}

	j.mu.Lock()
	defer j.mu.Unlock()
	at := max(stamp, j.at)
	oldest, chain, erased := j.oldest, j.chain, j.erased
	var events []engine.Event
	err = j.transact("append to the journal", func() error {
		for i := range rows {
			row := &rows[i]
			row.seq, row.at = j.seq+uint64(len(events))+1, at
			known, err := j.write(row)
			if err != nil {
				return err
			}
			if known {
				continue
			}
			e := entries[i]
			e.Occurred = moment(row.occurred)
			events = append(events, engine.Event{Seq: row.seq, At: time.Unix(0, at).UTC(), Entry: e})
			if acts(e) {
				if err := j.link(&chain, row, e.Body); err != nil {
					return err
				}
			}
			if _, ok := e.Body.(engine.CallsForgotten); ok {
				if _, err := j.do.order.Exec(row.seq); err != nil {
					return err
				}
				erased = row.seq
			}
		}
		return j.forget(at, len(rows), &oldest)
	})
	if err != nil {
		return nil, err
	}
	if len(events) > 0 {
		j.seq, j.at = events[len(events)-1].Seq, at
		if oldest == 0 {
			oldest = at
		}
	}
	j.oldest, j.chain, j.erased = oldest, chain, erased
	j.copyLog(2*len(events) + 4)
	return events, nil
}

// write puts one row into the file, unless its ID is known.
func (j *Journal) write(row *row) (known bool, err error) {
	result, err := j.do.know.Exec(row.seq, row.id, row.at)
	if err != nil {
		return false, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return true, err
	}
	_, err = j.do.add.Exec(row.seq, row.at, row.id, row.by, row.occurred, row.kind, row.body, row.sum())
	return false, err
}

// forget drops IDs that have been known for long enough, a few at a time: more than
// come in, so that it catches up, and few enough that nobody waits for it.
func (j *Journal) forget(at int64, entries int, oldest *int64) error {
	if *oldest == 0 || *oldest >= at-int64(idLife) {
		return nil
	}
	if _, err := j.do.forget.Exec(at-int64(idLife), pruneAtOnce+2*entries); err != nil {
		return err
	}
	return j.do.oldest.QueryRow().Scan(oldest)
}

// A row is an event as it is kept.
type row struct {
	seq      uint64
	at       int64
	id, by   string
	occurred *int64
	kind     string
	body     string
}

func encode(entries []engine.Entry) ([]row, error) {
	rows := make([]row, len(entries))
	for i, e := range entries {
		if e.ID == "" || e.Body == nil {
			return nil, fmt.Errorf("entry %d of %d, a %T by %q, has no ID or no body", i+1, len(entries), e.Body, e.By)
		}
		kind, body, err := engine.EncodeBody(e.Body)
		if err != nil {
			return nil, fmt.Errorf("entry %s: %w", e.ID, err)
		}
		rows[i] = row{id: e.ID, by: string(e.By), kind: kind, body: string(body)}
		if at, ok := nanos(e.Occurred); ok {
			rows[i].occurred = &at
		}
	}
	return rows, nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum returns the checksum of all that is kept of the event.
func (r *row) sum() int64 {
	b := make([]byte, 0, 256+len(r.body))
	b = fmt.Appendf(b, "%d %d %q %q %q ", r.seq, r.at, r.id, r.by, r.kind)
	if r.occurred != nil {
		b = fmt.Appendf(b, "%d ", *r.occurred)
	}
	return int64(crc32.Checksum(append(b, r.body...), castagnoli))
}

// The times that fit into an int64 of nanoseconds: 1677 to 2262.
var earliest, latest = time.Unix(0, math.MinInt64), time.Unix(0, math.MaxInt64)

// nanos returns a time as it is kept. It reports false for the zero time, and for one
// that no clock of a sane source can show.
func nanos(t time.Time) (int64, bool) {
	if t.IsZero() || t.Before(earliest) || t.After(latest) {
		return 0, false
	}
	return t.UnixNano(), true
}

func moment(nanos *int64) time.Time {
	if nanos == nil {
		return time.Time{}
	}
	return time.Unix(0, *nanos).UTC()
}
