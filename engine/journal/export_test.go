package journal

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// OpenMigrated is Open by a later version of the program, which has more migrations.
func OpenMigrated(path string, more ...string) (*Journal, error) {
	j, err := open(opening{path: path, steps: append(slices.Clip(migrations), more...)})
	if err != nil {
		return nil, explain(err)
	}
	return j, nil
}

// CopyMigrated is OpenCopy by a later version of the program.
func CopyMigrated(path string, more ...string) (*Journal, error) {
	return openCopy(path, append(slices.Clip(migrations), more...))
}

// AppendRaw takes in an event as a later version of the program might write it.
func (j *Journal) AppendRaw(now time.Time, id, kind, body string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := row{seq: j.seq + 1, at: now.UnixNano(), id: id, by: "runner", kind: kind, body: body}
	err := j.transact("append", func() error { _, err := j.write(&r); return err })
	if err == nil {
		j.seq, j.at = r.seq, r.at
	}
	return err
}

// LimitPages has SQLite say that the disk is full when the file has so many pages.
func (j *Journal) LimitPages(n int) error {
	_, err := j.conn.ExecContext(background, fmt.Sprintf("PRAGMA max_page_count = %d", n))
	return err
}

// Pragma returns how SQLite is set.
func (j *Journal) Pragma(name string) (value string, err error) {
	err = j.conn.QueryRowContext(background, "PRAGMA "+name).Scan(&value)
	return value, err
}

// SumAnew gives an event the checksum of what is there now, as somebody would who knows
// this program.
func (j *Journal) SumAnew(seq uint64) error {
	rows, err := j.page(seq)
	if err != nil {
		return err
	}
	_, err = j.conn.ExecContext(background, "UPDATE event SET sum = ? WHERE seq = ?", rows[0].sum(), seq)
	return err
}

// Column returns the first column of a query as texts.
func (j *Journal) Column(ctx context.Context, query string) ([]string, error) {
	return (&check{ctx: ctx, journal: j}).column(query)
}
