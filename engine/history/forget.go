package history

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"switchboard/engine"
)

// forgetBatch is how many calls are erased in one transaction.
const forgetBatch = 128

// Forget erases calls: their words, or also all that tells who they were with, in whose place
// digest gives something that tells nobody. Calls and what can be counted of them stay. What is
// erased is gone from the table, from the index and, once Forget has returned nil, from the
// log; it is never put back by [Store.Put] or [Store.Rebuild]. Of a call that the history does
// not have yet the erasure is remembered: what was on its way is kept without it. It returns an
// error where somebody else's search keeps the log: what was erased stays so, and Forget may be
// asked again.
func (s *Store) Forget(ctx context.Context, sessions []engine.SessionID, what engine.Erasure, digest func(string) string) error {
	for len(sessions) > 0 {
		batch := sessions[:min(len(sessions), forgetBatch)]
		sessions = sessions[len(batch):]
		err := s.writes(ctx, func(tx *sql.Tx) error {
			for _, id := range batch {
				if err := forget(ctx, tx, id, what, digest); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("erase calls from the history: %w", err)
		}
	}
	return s.cutLog(ctx)
}

func forget(ctx context.Context, tx *sql.Tx, session engine.SessionID, what engine.Erasure, digest func(string) string) error {
	var id int64
	var erased engine.Erasure
	var body []byte
	if err := remember(ctx, tx, session, what); err != nil {
		return err
	}
	err := tx.QueryRowContext(ctx, `SELECT id, call.erased, record.body FROM call JOIN record USING (id) WHERE session = ?`,
		string(session)).Scan(&id, &erased, &body)
	if errors.Is(err, sql.ErrNoRows) || err == nil && erased.Takes(what) {
		return nil
	}
	if err != nil {
		return err
	}
	r, err := unpack(body)
	if err != nil {
		return err
	}
	if erased == 0 { // else its words are gone already
		if err := unindex(ctx, tx, id, &r); err != nil {
			return err
		}
	}
	erase(&r, what, digest)
	w, err := rowOf(&r)
	if err != nil {
		return err
	}
	if what == engine.EraseSound { // its words stay, or were gone before
		what = erased
	}
	if w.erased = what; what != 0 {
		w.indexed = ""
	}
	return writeAll(ctx, tx, w) // where the sound alone went, its words are found as before
}

// remember keeps that a call is to be without something, whenever it is put.
func remember(ctx context.Context, tx *sql.Tx, session engine.SessionID, what engine.Erasure) error {
	was, err := remembered(ctx, tx, session)
	if err != nil || was.Takes(what) {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO forgotten (session, what) VALUES (?, ?)`, string(session), int(what))
	return err
}

// remembered returns what a call is to be without.
func remembered(ctx context.Context, tx *sql.Tx, session engine.SessionID) (what engine.Erasure, err error) {
	err = tx.QueryRowContext(ctx, `SELECT what FROM forgotten WHERE session = ?`, string(session)).Scan(&what)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return what, err
}

// without returns a row as it is once something of its call is erased. The record that it was
// given stays as it is: the engine has it, too.
func (w *row) without(what engine.Erasure) (*row, error) {
	r, err := unpack(w.body)
	if err != nil {
		return nil, err
	}
	erase(&r, what, nobody())
	less, err := rowOf(&r)
	if err != nil || what == engine.EraseSound { // its words stay
		return less, err
	}
	less.erased, less.indexed = what, ""
	return less, nil
}

// nobody gives something that tells nobody, the same for the same.
func nobody() func(string) string {
	given := map[string]string{}
	return func(text string) string {
		if given[text] == "" {
			given[text] = strings.ToLower(rand.Text()[:16])
		}
		return given[text]
	}
}

// erase takes out of a record where its sound lies, what was said and keyed in unless only
// the sound is to go, and of whom it was where all is to go.
func erase(r *engine.Record, what engine.Erasure, digest func(string) string) {
	r.Recorded = nil
	if what == engine.EraseSound {
		return
	}
	r.Lines, r.Keys = nil, nil
	for i := range r.Notes {
		r.Notes[i].Text = ""
	}
	r.Quarantined.Reason = ""
	for i := range r.Gaps {
		r.Gaps[i].Why = "" // a far end's own words, as those below: they may quote
	}
	for i := range r.Brought {
		r.Brought[i].Why = ""
	}
	if what != engine.EraseAll {
		return
	}
	replace := func(text *string) {
		if *text != "" {
			*text = digest(*text)
		}
	}
	caller := r.Caller
	replace(&r.Caller)
	replace(&r.Name)
	for i := range r.Legs {
		l := &r.Legs[i]
		if l.Number == caller || l.Role == engine.RoleCustomer || l.Role == engine.RoleOperator && l.Called == "" {
			replace(&l.Number) // an operator who is not configured was typed by hand, and may be anybody
		}
	}
	for i := range r.Brought {
		b := &r.Brought[i]
		if b.Called != "" && b.To != caller {
			continue
		}
		replace(&b.To)
	}
}

// cutLog takes out of the write-ahead log what was erased.
func (s *Store) cutLog(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.file.RLock()
	defer s.file.RUnlock()
	if s.open == nil || s.open.write == nil {
		return nil
	}
	var busy, log, copied int
	if err := s.open.write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &copied); err != nil {
		return fmt.Errorf("take what was erased out of the history's log: %w", explain(err))
	}
	if busy != 0 {
		return errors.New("what was erased still stands in the history's log, for somebody is searching it: erase it again in a moment")
	}
	return nil
}
