// Package history keeps the calls that are over where they can be searched: a row for each
// call with what it can be filtered by, its record, and an index of the words that were said
// (SQLite's FTS5).
//
// It lies beside the journal in a file of its own and holds nothing that the journal does not:
// it may be deleted at any time, and is made again by folding the journal's events. Nothing
// waits for it. One process writes it at a time, for a moment each; any number may read it
// meanwhile. What is erased from it is gone from the disk: rows, index and write-ahead log.
package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"switchboard/engine"
)

// Limits.
const (
	busyWait  = 5000      // milliseconds to wait for another process that is writing
	readers   = 3         // searches at once
	cacheSize = -16 << 10 // SQLite's page cache of a connection: 16 MiB, in its way of saying so
)

// What may be wrong with a history. All are worded for people.
var (
	// ErrNone means that there is no history at the place.
	ErrNone = errors.New("there is no history of ended calls yet")

	// ErrNewer means that a later version of the program wrote it.
	ErrNewer = errors.New("the history was written by a newer switchboard: run that version, or make it anew with switchboard history --rebuild")

	// ErrForeign means that the file is something else, or another journal's history.
	ErrForeign = errors.New("the file is not this journal's history")

	// ErrDamaged means that what is in the file cannot be what was written. It is made
	// again from the journal.
	ErrDamaged = errors.New("the history is damaged: make it anew with switchboard history --rebuild")

	// ErrClosed means that the program is ending.
	ErrClosed = errors.New("the history is closed")

	// ErrNoCall means that it has no such call.
	ErrNoCall = errors.New("the history has no such call")
)

// Beside returns where the history of the journal at path lies: journal.history.db beside
// journal.db.
func Beside(journal string) string {
	if real, err := filepath.EvalSymlinks(journal); err == nil {
		journal = real
	}
	if whole, err := filepath.Abs(journal); err == nil {
		journal = whole
	}
	return strings.TrimSuffix(journal, filepath.Ext(journal)) + ".history.db"
}

// A Store is a history. Its methods may be called from any goroutine. A Store that was opened
// to be written mends itself: where its file is gone or damaged it begins an empty one, and
// says through [Store.Wanting] that it has to be rebuilt.
type Store struct {
	path   string
	epoch  string
	toRead bool // it is only read
	wants  chan struct{}

	writing sync.Mutex   // held for a transaction
	file    sync.RWMutex // guards what follows: held for reading while it is used
	open    *opened      // nil while it is not open
	closed  bool         // nothing opens it by itself
}

// An opened is a file that is open.
type opened struct {
	write *sql.DB // one connection; nil where it is only read
	read  *sql.DB
	info  os.FileInfo // of the file, to find out whether it is still there
}

// New returns the history of a journal, named by the journal's epoch, to be written at path.
// Nothing is opened before it is used, or [Store.Open] is called; what cannot be opened is
// tried again with each call.
func New(path, epoch string) *Store {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole // SQLite takes no other
	}
	return &Store{path: path, epoch: epoch, wants: make(chan struct{}, 1)}
}

// OpenToRead opens a history to be searched, also while a program writes it. It returns
// ErrNone, ErrForeign, ErrNewer or ErrDamaged, wrapped, where that is the matter; one that an
// older version has written is ErrForeign, for it has to be made anew.
func OpenToRead(path string) (*Store, error) {
	s := New(path, "")
	s.toRead = true
	if _, err := os.Stat(s.path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open the history %s: %w", path, ErrNone)
	}
	if err := s.Open(); err != nil {
		return nil, err
	}
	return s, nil
}

// Open opens the history, and makes it, with its folder, where it is not there: readable by
// its owner only. What lies there of another journal, or is no history, is set aside under
// another name; an older version's, or a damaged one, is removed: both begin anew, empty and
// [Store.Wanting].
func (s *Store) Open() error {
	s.file.Lock()
	defer s.file.Unlock()
	s.closed = false
	return s.openFile()
}

// openFile opens the file, where it is not open. The caller holds the lock.
func (s *Store) openFile() error {
	switch {
	case s.open != nil:
		return nil
	case s.closed:
		return ErrClosed
	}
	if s.toRead {
		o, err := connect(s.path, true)
		if err == nil {
			if err = identify(o.read, ""); errors.Is(err, sql.ErrNoRows) {
				err = ErrNone // it was only just begun
			}
			if err != nil {
				err = errors.Join(err, o.close())
			}
		}
		if err != nil {
			return fmt.Errorf("open the history %s: %w", s.path, explain(err))
		}
		s.open = o
		return nil
	}
	o, complete, err := openOrMake(s.path, s.epoch)
	if err != nil {
		return fmt.Errorf("open the history %s: %w", s.path, explain(err))
	}
	s.open = o
	if !complete {
		s.want()
	}
	return nil
}

// want says that the history has to be rebuilt.
func (s *Store) want() {
	select {
	case s.wants <- struct{}{}:
	default:
	}
}

// Wanting gives a value when the history has to be rebuilt: it is new, or began anew, or the
// last rebuilding came to no end.
func (s *Store) Wanting() <-chan struct{} { return s.wants }

// Epoch returns the epoch of the journal that it is the history of; empty where it cannot be
// read.
func (s *Store) Epoch() string {
	if !s.toRead {
		return s.epoch
	}
	epoch := ""
	_ = s.reading(func(db *sql.DB) error { return db.QueryRow(`SELECT epoch FROM history`).Scan(&epoch) })
	return epoch
}

// Path returns where it lies.
func (s *Store) Path() string { return s.path }

// Close ends the use of the history, until [Store.Open] is called: what comes late finds no
// file that it might make anew.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.file.Lock()
	defer s.file.Unlock()
	s.closed = true
	return s.closeFile()
}

func (s *Store) closeFile() error {
	if s.open == nil {
		return nil
	}
	err := s.open.close()
	s.open = nil
	if err != nil {
		return fmt.Errorf("close the history: %w", err)
	}
	return nil
}

func (o *opened) close() error {
	err := o.read.Close()
	if o.write != nil {
		err = errors.Join(err, o.write.Close())
	}
	return err
}

// reading runs a search on the open file.
func (s *Store) reading(use func(*sql.DB) error) error {
	if err := s.present(); err != nil {
		return err
	}
	s.file.RLock()
	if s.open == nil {
		s.file.RUnlock()
		return ErrNone
	}
	err := explain(use(s.open.read))
	s.file.RUnlock()
	if errors.Is(err, ErrDamaged) {
		s.beginAnew()
	}
	return err
}

// writes runs a transaction on the open file, one at a time.
func (s *Store) writes(ctx context.Context, use func(*sql.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	err := s.transact(ctx, use)
	if errors.Is(err, ErrDamaged) {
		s.beginAnew()
		err = s.transact(ctx, use)
	}
	return err
}

func (s *Store) transact(ctx context.Context, use func(*sql.Tx) error) error {
	if err := s.present(); err != nil {
		return err
	}
	s.file.RLock()
	defer s.file.RUnlock()
	if s.open == nil || s.open.write == nil {
		return errors.New("the history is not open for writing")
	}
	tx, err := s.open.write.BeginTx(ctx, nil)
	if err != nil {
		return explain(err)
	}
	if err := use(tx); err != nil {
		return explain(errors.Join(err, tx.Rollback()))
	}
	return explain(tx.Commit())
}

// present opens the file where it is not open, and begins anew where somebody has deleted or
// replaced it meanwhile: what is written to a file without a name is lost.
func (s *Store) present() error {
	s.file.RLock()
	ok := s.open != nil && (s.toRead || s.open.there(s.path))
	s.file.RUnlock()
	if ok {
		return nil
	}
	s.file.Lock()
	defer s.file.Unlock()
	if s.open != nil && !s.toRead && !s.open.there(s.path) {
		_ = s.closeFile() // it has no name any more
	}
	return s.openFile()
}

func (o *opened) there(path string) bool {
	info, err := os.Stat(path)
	return err == nil && os.SameFile(info, o.info)
}

// beginAnew drops a damaged file. A reader leaves it to who writes it.
func (s *Store) beginAnew() {
	if s.toRead {
		return
	}
	s.file.Lock()
	defer s.file.Unlock()
	_ = s.closeFile()
	if err := remove(s.path); err == nil {
		_ = s.openFile() // the next to use it is told why it cannot be
	}
}

// Do keeps the record of a call that is over: it is the adapter of the engine's commands
// [engine.File]. What cannot be kept is refused with the reason, and stays to be had from the
// journal.
func (s *Store) Do(ctx context.Context, c engine.Command) engine.Body {
	f, ok := c.Action.(engine.File)
	if !ok {
		return engine.Refused{Command: c.Name, Reason: engine.ReasonInvalid, Detail: "the history keeps records and does nothing else"}
	}
	if err := s.Put(ctx, f.Record); err != nil {
		return engine.Refused{Command: c.Name, Reason: engine.ReasonOther, Detail: err.Error()}
	}
	return engine.Accepted{Command: c.Name}
}

// code returns SQLite's primary result code, or zero where the error is not SQLite's.
func code(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}

// explain puts our own words before SQLite's where they tell what to do.
func explain(err error) error {
	switch code(err) {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk is full: make room (%w)", err)
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w (%w)", ErrDamaged, err)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%w (%w)", ErrDamaged, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("another program is writing the history: try again in a moment (%w)", err)
	}
	return err
}
