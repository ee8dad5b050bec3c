// Package journal keeps what happened on disk: the events, in the order the engine
// learned of them, and checkpoints of the state that they led to.
//
// A journal is one SQLite file (modernc.org/sqlite, no cgo) in WAL mode with
// synchronous=FULL: what [Journal.Append] has returned survives a kill at any instant,
// and a power loss where the disk honours a flush. One process has it at a time, over
// one connection.
//
// After a flush that did not succeed nobody can say what is on the disk, and asking
// again does not tell either: the kernel forgets the pages that it could not write
// ("fsyncgate"). So a journal that failed there takes nothing more; the program has to
// end, and recovers from what is truly there when it starts again.
package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// Limits.
const (
	idLife      = 48 * time.Hour // how long an entry's ID is known; no source repeats itself for longer
	pruneAtOnce = 16             // known IDs forgotten in one Append, beside two for each entry
	pageSize    = 512            // events read at once
	keep        = 3              // checkpoints kept
	walPages    = 2000           // written to the write-ahead log before it is copied into the file
	cachePages  = -16 << 10      // SQLite's page cache: 16 MiB, in its way of saying so
)

// What may be wrong with a journal. All are worded for the one who starts the program.
var (
	// ErrInUse means that another process has the journal open.
	ErrInUse = errors.New("the journal is in use by another switchboard: " +
		"end that one first, or name another file with --journal")

	// ErrNewer means that a later version of the program wrote the journal.
	ErrNewer = errors.New("the journal was written by a newer switchboard: " +
		"run that version, or name another file with --journal")

	// ErrForeign means that the file is something else.
	ErrForeign = errors.New("the file is not a journal of switchboard: " +
		"name another file with --journal")

	// ErrDamaged means that what is in the file cannot be what was written.
	ErrDamaged = errors.New("the journal is damaged: " +
		"put a backup in its place, or move it away to begin anew; switchboard journal check says more")

	// ErrClosed means that the journal was closed before.
	ErrClosed = errors.New("the journal is closed")

	// ErrBroken means that the journal could not be brought to the disk, and takes
	// nothing more until the program starts again. It has a method Broken, so that a
	// runner can know it without knowing this package.
	ErrBroken error = broken{}
)

type broken struct{}

func (broken) Error() string {
	return "the journal could not be brought to the disk: see to the disk, then start switchboard again"
}

// Broken reports that the journal is broken for good.
func (broken) Broken() bool { return true }

// The points of a journal's work, for [Journal.Points].
const (
	InTransaction = "in transaction"  // all is written, and nothing committed
	BeforeLogCopy = "before log copy" // the write-ahead log is to be copied into the file
)

// A Journal is an open journal. Its methods may be called from any goroutine.
type Journal struct {
	epoch   string
	path    string
	db      *sql.DB
	scratch string // where a copy lies, to be removed with it; empty: it is no copy
	points  func(point string)

	mu     sync.Mutex // guards what follows, and the connection
	conn   *sql.Conn
	do     statements
	failed error // ErrClosed, or ErrBroken and why: the answer to everything from here on

	seq    uint64 // of the newest event
	at     int64  // when that was taken in
	oldest int64  // when the oldest known ID was taken in; zero: there is none
	pages  int    // written since the log was last copied into the file, at most
	made   bool   // the file was made by this opening
	chain  chain  // of the supervisors' acts
	erased uint64 // the newest event that orders an erasure: no checkpoint from before it is kept
}

// Epoch returns the name that the journal got when it was made: a random UUID. What
// must never be mistaken for another journal's carries it.
func (j *Journal) Epoch() string { return j.epoch }

// Path returns where the journal lies.
func (j *Journal) Path() string { return j.path }

// Close ends the use of the journal. A broken journal is left for the end of the
// process to close, for SQLite would flush again and believe the answer.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case errors.Is(j.failed, ErrClosed), errors.Is(j.failed, ErrBroken):
		return nil
	}
	j.failed = ErrClosed
	if j.scratch == "" {
		_ = os.Remove(notePath(j.path)) // while the lock is still ours
	}
	err := errors.Join(j.do.close(), j.conn.Close(), j.db.Close())
	if j.scratch != "" {
		err = errors.Join(err, os.RemoveAll(j.scratch))
	}
	if err != nil {
		return fmt.Errorf("close the journal: %w", err)
	}
	return nil
}

// Points has pass told each named point that is passed from here on: a test may end the
// program there. It is for before the journal is used; in production pass is nil.
func (j *Journal) Points(pass func(point string)) { j.points = pass }

func (j *Journal) pass(point string) {
	if j.points != nil {
		j.points(point)
	}
}

// transact runs write between BEGIN and COMMIT. It returns an error and leaves the
// journal as it was, or breaks it: see [Journal.undo].
func (j *Journal) transact(doing string, write func() error) error {
	if j.failed != nil {
		return j.failed
	}
	if _, err := j.do.begin.Exec(); err != nil {
		return j.undo(doing, err, mayPass(err))
	}
	if err := write(); err != nil {
		return j.undo(doing, err, mayPass(err))
	}
	j.pass(InTransaction)
	if _, err := j.do.commit.Exec(); err != nil {
		// A full disk is told by the write, before the flush; anything else may be the flush.
		return j.undo(doing, err, isFull(err))
	}
	return nil
}

// undo takes back a transaction that did not succeed. If the trouble may pass, and
// the file is as it was before, the next transaction may be tried; else the journal
// is broken.
func (j *Journal) undo(doing string, cause error, pass bool) error {
	_, _ = j.do.rollback.Exec() // SQLite may have rolled back by itself
	var seq uint64
	err := j.do.newest.QueryRow().Scan(&seq, new(int64))
	if pass && err == nil && seq == j.seq {
		return fmt.Errorf("%s: %w", doing, cause)
	}
	j.failed = fmt.Errorf("%w (%s: %w)", ErrBroken, doing, cause)
	return j.failed
}

// copyLog copies the write-ahead log into the file now and then. SQLite would do it by
// itself, but would not tell of a flush that did not succeed, and would flush again.
// What is in the log stays durable either way: an error breaks what comes after only.
func (j *Journal) copyLog(pages int) {
	if j.pages += pages; j.pages < walPages {
		return
	}
	j.pages = 0
	j.pass(BeforeLogCopy)
	var busy, log, copied int
	err := j.do.copyLog.QueryRow().Scan(&busy, &log, &copied)
	if err != nil && !isFull(err) {
		j.failed = fmt.Errorf("%w (copy the log into the file: %w)", ErrBroken, err)
	}
}

// background is for calls into database/sql: a transaction is never given up half-way.
var background = context.Background()
