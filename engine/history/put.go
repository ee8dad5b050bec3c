package history

import (
	"bytes"
	"compress/flate"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"switchboard/engine"
)

// Put keeps the record of a call, in place of what was kept of it before. What was erased
// stays erased.
func (s *Store) Put(ctx context.Context, r engine.Record) error {
	row, err := rowOf(&r)
	if err != nil {
		return fmt.Errorf("keep call %d in the history: %w", r.Number, err)
	}
	if err := s.writes(ctx, func(tx *sql.Tx) error { return putAll(ctx, tx, row) }); err != nil {
		return fmt.Errorf("keep call %d in the history: %w", r.Number, err)
	}
	return nil
}

// A row is a call as it is kept.
type row struct {
	id      int64
	record  *engine.Record
	erased  engine.Erasure
	body    []byte
	indexed string
}

func rowOf(r *engine.Record) (*row, error) {
	if r.Session == "" || r.Opened == 0 {
		return nil, errors.New("the record names no call")
	}
	body, err := pack(r)
	if err != nil {
		return nil, err
	}
	return &row{id: int64(r.Opened), record: r, body: body, indexed: indexed(r)}, nil
}

// putAll writes rows, but for those whose calls were erased; what is to be erased of a call that
// is new here is. The index comes after all
// tables: it keeps what it is given in memory until a table is written to.
func putAll(ctx context.Context, tx *sql.Tx, rows ...*row) error {
	var put []*row
	for _, w := range rows {
		erased, err := drop(ctx, tx, w.id)
		if err != nil {
			return err
		}
		if erased != 0 && w.erased == 0 {
			continue
		}
		what, err := remembered(ctx, tx, w.record.Session)
		if err == nil && w.erased == 0 && what != 0 {
			w, err = w.without(what)
		}
		if err != nil {
			return err
		}
		put = append(put, w)
	}
	return writeAll(ctx, tx, put...)
}

// writeAll writes rows whose words are not in the index.
func writeAll(ctx context.Context, tx *sql.Tx, rows ...*row) error {
	for _, w := range rows {
		if err := w.write(ctx, tx); err != nil {
			return err
		}
	}
	for _, w := range rows {
		if w.indexed == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO words (rowid, said) VALUES (?, ?)`, w.id, w.indexed); err != nil {
			return err
		}
	}
	return nil
}

// drop takes the words of a call out of the index, so that they can be written anew, unless
// the call was erased: then it changes nothing.
func drop(ctx context.Context, tx *sql.Tx, id int64) (erased engine.Erasure, err error) {
	var body []byte
	err = tx.QueryRowContext(ctx, `SELECT call.erased, record.body FROM call JOIN record USING (id) WHERE id = ?`, id).Scan(&erased, &body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, nil
	case err != nil || erased != 0:
		return erased, err
	}
	was, err := unpack(body)
	if err != nil {
		return 0, err
	}
	return 0, unindex(ctx, tx, id, &was)
}

// unindex takes the words of a record out of the index. They must be those that were put in.
func unindex(ctx context.Context, tx *sql.Tx, id int64, r *engine.Record) error {
	said := indexed(r)
	if said == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO words (words, rowid, said) VALUES ('delete', ?, ?)`, id, said)
	return err
}

const insertCall = `INSERT OR REPLACE INTO call (id, session, number, closed, started, lasted, held, caller, name, language, mood, low,
	outcome, causes, vetoed, rules, operators, erased) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// write writes what is in tables.
func (w *row) write(ctx context.Context, tx *sql.Tx) error {
	r := w.record
	came, _ := r.Disposition()
	var mood, low any
	if r.Judged {
		mood, low = int(r.Mood), int(r.Low)
	}
	_, err := tx.ExecContext(ctx, insertCall, w.id, string(r.Session), r.Number, int64(r.Closed), nanos(r.Started),
		r.Lasted().Milliseconds(), r.Held().Milliseconds(), strings.ToLower(r.Caller), fold(r.Name), int(r.Language), mood, low,
		int(came), causes(r), r.Vetoed(), rules(r), operators(r), int(w.erased))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO record (id, body) VALUES (?, ?)`, w.id, w.body)
	return err
}

// causes returns why operators were brought in, a bit for each cause.
func causes(r *engine.Record) int {
	bits := 0
	for _, b := range r.Brought {
		bits |= 1 << b.Cause
	}
	return bits
}

// rules returns the rules that fired, each after a line feed and before one.
func rules(r *engine.Record) string {
	var list lines
	for _, f := range r.Fired {
		list.add(strings.ToLower(f.Rule))
	}
	for _, b := range r.Brought {
		list.add(strings.ToLower(b.Rule))
	}
	return list.String()
}

// operators returns who talked with the customer: names and numbers.
func operators(r *engine.Record) string {
	var list lines
	for _, b := range r.Brought {
		if !b.Joined.IsZero() {
			list.add(fold(b.Called))
			list.add(strings.ToLower(b.To))
		}
	}
	for _, l := range r.Legs {
		if l.Role == engine.RoleOperator && !l.Joined.IsZero() {
			list.add(fold(l.Called))
			list.add(strings.ToLower(l.Number))
		}
	}
	return list.String()
}

// lines are words that may be looked for in one column, each between line feeds, once.
type lines string

func (l *lines) add(text string) {
	if text == "" || strings.Contains(string(*l), "\n"+text+"\n") {
		return
	}
	if *l == "" {
		*l = "\n"
	}
	*l += lines(text) + "\n"
}

// String returns them.
func (l lines) String() string { return string(l) }

// nanos returns a time as it is kept; the zero time and what no clock shows are 1970.
func nanos(t time.Time) int64 {
	if t.IsZero() || t.Year() < 1678 || t.Year() > 2261 {
		return 0
	}
	return t.UnixNano()
}

// pack encodes a record.
func pack(r *engine.Record) ([]byte, error) {
	var b bytes.Buffer
	z, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(json.NewEncoder(z).Encode(r), z.Close()); err != nil {
		return nil, fmt.Errorf("encode the record: %w", err)
	}
	return b.Bytes(), nil
}

// maxRecord is how large a record may be, in bytes of JSON.
const maxRecord = 64 << 20

// unpack decodes a record.
func unpack(body []byte) (engine.Record, error) {
	var r engine.Record
	z := flate.NewReader(bytes.NewReader(body))
	text, err := io.ReadAll(io.LimitReader(z, maxRecord))
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return r, fmt.Errorf("%w (a record: %w)", ErrDamaged, err)
	}
	return r, nil
}
