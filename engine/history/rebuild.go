package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"switchboard/engine"
)

// rebuildBatch is how many calls are written in one transaction: few enough that nobody waits
// long for it.
const rebuildBatch = 64

// Events yields a journal's events in their order, all of them, and ends with the error that
// yield returns.
type Events func(yield func(engine.Event) error) error

// Rebuild makes the history again from the journal's events: they are folded, and each record
// that the engine wants kept is. What the events do not lead to is taken out, but for calls
// that were erased: of those the journal knows nothing any more. The history can be searched
// meanwhile, and other calls be put into it. progress is told how many events were gone
// through, now and then; it may be nil, and may take its time.
func (s *Store) Rebuild(ctx context.Context, events Events, progress func(done uint64)) error {
	b := builder{store: s, ctx: ctx, progress: progress, state: engine.NewState(s.epoch), seen: map[int64]bool{}, waiting: map[int64]*row{}}
	err := s.writes(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE history SET complete = 0`)
		return err
	})
	if err == nil {
		err = events(b.take)
	}
	if err == nil {
		err = b.flush()
	}
	if err == nil {
		err = b.finish()
	}
	if err != nil {
		s.want()
		return fmt.Errorf("rebuild the history: %w", err)
	}
	return nil
}

// A builder is a rebuilding that goes on.
type builder struct {
	store    *Store
	ctx      context.Context
	progress func(uint64)
	state    engine.State
	seen     map[int64]bool
	waiting  map[int64]*row // to be written; of a call that is filed twice the last
	order    []int64        // of waiting
}

// tellEvery is how many events go by between two words of progress.
const tellEvery = 512

func (b *builder) take(e engine.Event) error {
	if err := b.ctx.Err(); err != nil {
		return err
	}
	var commands []engine.Command
	b.state, commands = engine.Step(b.state, e)
	for _, c := range commands {
		f, ok := c.Action.(engine.File)
		if !ok {
			continue
		}
		r, err := rowOf(&f.Record)
		if err != nil {
			return err
		}
		if b.waiting[r.id] == nil {
			b.order = append(b.order, r.id)
		}
		b.waiting[r.id], b.seen[r.id] = r, true
	}
	if b.progress != nil && e.Seq%tellEvery == 0 {
		b.progress(e.Seq)
	}
	if len(b.order) < rebuildBatch {
		return nil
	}
	return b.flush()
}

func (b *builder) flush() error {
	if len(b.order) == 0 {
		return nil
	}
	err := b.store.writes(b.ctx, func(tx *sql.Tx) error {
		rows := make([]*row, len(b.order))
		for i, id := range b.order {
			rows[i] = b.waiting[id]
		}
		return putAll(b.ctx, tx, rows...)
	})
	clear(b.waiting)
	b.order = b.order[:0]
	return err
}

// finish takes out what the journal does not know, and says that the history is complete. What was filed after the last event is newer, and stays.
func (b *builder) finish() error {
	return b.store.writes(b.ctx, func(tx *sql.Tx) error {
		ids, err := unknown(b.ctx, tx, b.seen, b.state.Seq)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := drop(b.ctx, tx, id); err != nil {
				return err
			}
			for _, table := range []string{"call", "record"} {
				if _, err := tx.ExecContext(b.ctx, `DELETE FROM `+table+` WHERE id = ?`, id); err != nil {
					return err
				}
			}
		}
		_, err = tx.ExecContext(b.ctx, `UPDATE history SET complete = 1`)
		return err
	})
}

// unknown returns the calls up to an event that were not seen and not erased.
func unknown(ctx context.Context, tx *sql.Tx, seen map[int64]bool, last uint64) ([]int64, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM call WHERE closed <= ? AND erased = 0`, int64(last))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		if !seen[id] {
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}

// Ahead reports whether the history knows of events that the journal does not have: the
// journal was put back from a backup, and what came after is no longer so.
func (s *Store) Ahead(ctx context.Context, newest uint64) (bool, error) {
	var closed int64
	err := s.reading(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT coalesce(max(closed), 0) FROM call`).Scan(&closed)
	})
	if err != nil {
		return false, fmt.Errorf("look how far the history goes: %w", err)
	}
	return closed > int64(newest), nil
}

// Clear empties the history, which then wants to be rebuilt. Calls that were erased are kept,
// where they can be read: nothing else knows of them.
func (s *Store) Clear(ctx context.Context) error {
	erased, forgotten := s.erased(ctx)
	s.writing.Lock()
	s.file.Lock()
	err := s.closeFile()
	if err == nil {
		err = remove(s.path)
	}
	if err == nil {
		err = s.openFile()
	}
	s.file.Unlock()
	s.writing.Unlock()
	if err == nil && len(erased)+len(forgotten) > 0 {
		err = s.writes(ctx, func(tx *sql.Tx) error {
			for _, f := range forgotten {
				if err := remember(ctx, tx, f.session, f.what); err != nil {
					return err
				}
			}
			for _, w := range erased {
				w.indexed = ""
			}
			return writeAll(ctx, tx, erased...)
		})
	}
	if err != nil {
		return fmt.Errorf("empty the history: %w", err)
	}
	return nil
}

// A forgotten is what a call is to be without.
type forgotten struct {
	session engine.SessionID
	what    engine.Erasure
}

// erased returns the calls that were erased, and what is to be erased of others, as far as it
// can be read.
func (s *Store) erased(ctx context.Context) (all []*row, more []forgotten) {
	_ = s.reading(func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, `SELECT session, what FROM forgotten`)
		if err != nil {
			return err
		}
		for rows.Next() {
			var f forgotten
			if err := rows.Scan(&f.session, &f.what); err != nil {
				return errors.Join(err, rows.Close())
			}
			more = append(more, f)
		}
		return errors.Join(rows.Err(), rows.Close())
	})
	_ = s.reading(func(db *sql.DB) error {
		ids, err := list(ctx, db, `SELECT id FROM call WHERE erased != 0`)
		if err != nil {
			return err
		}
		found, err := calls(ctx, db, ids)
		for i := range found {
			if w, err := rowOf(&found[i].Record); err == nil {
				w.erased = found[i].Erased
				all = append(all, w)
			}
		}
		return err
	})
	return all, more
}
