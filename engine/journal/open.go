package journal

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/google/uuid"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What SQLite keeps in the file's header for us.
const application = 0x53574244 // "SWBD"; its other number is the version of the schema

// The schema as it was in the beginning: see [migrations] for what has become of it. Times are nanoseconds since 1970. What is known is kept apart from the
// events, so that forgetting one never touches the other.
const schema = `
CREATE TABLE journal (
	epoch TEXT NOT NULL
) STRICT;
CREATE TABLE event (
	seq      INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL, -- house time when it was taken in
	id       TEXT    NOT NULL, -- the source's own
	by       TEXT    NOT NULL,
	occurred INTEGER,          -- on the source's clock, where it gave a time
	kind     TEXT    NOT NULL,
	body     TEXT    NOT NULL, -- JSON
	sum      INTEGER NOT NULL  -- CRC-32C of the other columns
) STRICT;
CREATE TABLE known (
	seq INTEGER PRIMARY KEY,
	id  TEXT    NOT NULL UNIQUE,
	at  INTEGER NOT NULL
) STRICT;
CREATE TABLE checkpoint (
	seq   INTEGER PRIMARY KEY, -- the last event that is in it
	build TEXT    NOT NULL,    -- of the program that made it
	state BLOB    NOT NULL,
	sum   BLOB    NOT NULL     -- SHA-256 of the other columns
) STRICT;
`

// Open opens the journal at path, and makes it, with its folder, if it is not there:
// readable by its owner only. One that an older version wrote is brought to this one's
// schema, and a copy of what it was is left beside it. Open returns ErrInUse, ErrNewer,
// ErrForeign or ErrDamaged where that is the matter.
func Open(path string) (*Journal, error) { return OpenAs(path, "") }

// OpenAs is Open for a program that says what it is, as in "switchboard run": whoever
// finds the journal in use is told.
func OpenAs(path, runs string) (*Journal, error) {
	j, err := open(opening{path: path, runs: runs, steps: migrations})
	if err != nil {
		return nil, fmt.Errorf("open the journal %s: %w", path, explain(err))
	}
	return j, nil
}

// An opening is how a journal is to be opened.
type opening struct {
	path    string
	runs    string   // what opens it
	steps   []string // see migrations
	scratch string   // where a copy lies; empty: it is no copy
}

func open(o opening) (*Journal, error) {
	path, err := resolve(o.path)
	if err != nil {
		return nil, err
	}
	if err := makeFile(path); err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	j := &Journal{db: db, path: path, scratch: o.scratch}
	if err := j.connect(o); err != nil {
		err = errors.Join(err, j.do.close(), j.disconnect(), db.Close())
		if code(err) == sqlite3.SQLITE_BUSY || code(err) == sqlite3.SQLITE_LOCKED {
			return nil, &inUse{readNote(path), err}
		}
		return nil, err
	}
	if o.scratch == "" {
		leaveNote(path, o.runs)
	}
	if err := hide(path, path+"-wal"); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// resolve returns where a journal truly lies: SQLite keeps its log beside the file, not
// beside a link to it.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil // yet to be made
	}
	return real, err
}

// makeFile makes the file, so that it is never readable by others, not even for a
// moment; SQLite gives its own files beside it the same mode. A file that is there is
// not opened: closing it would drop the locks of another Journal in this process.
func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		info, err := os.Stat(path)
		if err == nil && !info.Mode().IsRegular() {
			err = ErrForeign
		}
		return err
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return flushFolder(filepath.Dir(path))
}

// flushFolder makes a new file's name as durable as the file.
func flushFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// hide takes away what others may do with a journal's files.
func hide(paths ...string) error {
	for _, path := range paths {
		if err := os.Chmod(path, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (j *Journal) connect(o opening) error {
	var err error
	if j.conn, err = j.db.Conn(background); err != nil {
		return err
	}
	// The lock that these take is held until the end of the process, however it ends.
	// The wait is for one that is just ending.
	if err := j.set("busy_timeout = 500", "locking_mode = EXCLUSIVE", "synchronous = FULL", "secure_delete = ON"); err != nil {
		return err
	}
	have, err := j.identify(schemaOf(o.steps))
	if err != nil {
		return err
	}
	// Nothing is changed in the file before we know that it is ours.
	if err := j.set("journal_mode = WAL", "wal_autocheckpoint = 0", fmt.Sprintf("cache_size = %d", cachePages)); err != nil {
		return err
	}
	if err := j.migrate(o, have); err != nil {
		return err
	}
	if err := j.do.prepare(j.conn); err != nil {
		return err
	}
	if err := j.conn.QueryRowContext(background, "SELECT epoch FROM journal").Scan(&j.epoch); err != nil {
		return err
	}
	if err := j.do.newest.QueryRow().Scan(&j.seq, &j.at); err != nil {
		return err
	}
	if err := j.do.oldest.QueryRow().Scan(&j.oldest); err != nil {
		return err
	}
	if err := j.do.erased.QueryRow().Scan(&j.erased); err != nil {
		return err
	}
	return j.openChain()
}

// disconnect gives the connection back, and the lock with it. It may not have been made.
func (j *Journal) disconnect() error {
	if j.conn == nil {
		return nil
	}
	return j.conn.Close()
}

func (j *Journal) set(pragmas ...string) error {
	for _, pragma := range pragmas {
		if _, err := j.conn.ExecContext(background, "PRAGMA "+pragma); err != nil {
			return err
		}
	}
	return nil
}

// identify finds out whose file this is, and makes it ours where it is nobody's yet. It
// returns the version of its schema, which is at most want.
func (j *Journal) identify(want int) (have int, err error) {
	var app, tables int
	err = j.conn.QueryRowContext(background, `SELECT application_id, user_version,
		(SELECT count(*) FROM sqlite_schema) FROM pragma_application_id, pragma_user_version`).Scan(&app, &have, &tables)
	switch {
	case err != nil:
		return 0, err
	case app == application && have > want:
		return 0, j.newer(have, want)
	case app == application && have > 0:
		return have, nil
	case app != 0 || have != 0 || tables != 0:
		return 0, ErrForeign
	}
	_, err = j.conn.ExecContext(background, fmt.Sprintf(`BEGIN EXCLUSIVE; %s
		INSERT INTO journal VALUES ('%s');
		PRAGMA application_id = %d;
		PRAGMA user_version = 1;
		COMMIT`, schema, uuid.New(), application))
	j.made = true
	return 1, err
}

// statements are what the journal says to SQLite, prepared once.
type statements struct {
	all []*sql.Stmt

	begin, commit, rollback, copyLog *sql.Stmt

	newest, oldest      *sql.Stmt
	know, forget, add   *sql.Stmt
	read, one, at, last *sql.Stmt
	link, end, order    *sql.Stmt
	linked, erased      *sql.Stmt
	rewrite, unsalt     *sql.Stmt
	keep, drop, latest  *sql.Stmt
}

func (s *statements) prepare(conn *sql.Conn) error {
	for _, p := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&s.begin, `BEGIN IMMEDIATE`},
		{&s.commit, `COMMIT`},
		{&s.rollback, `ROLLBACK`},
		{&s.copyLog, `PRAGMA wal_checkpoint(PASSIVE)`},

		{&s.newest, `SELECT coalesce(max(seq), 0), coalesce(max(at), 0) FROM (SELECT seq, at FROM event ORDER BY seq DESC LIMIT 1)`},
		{&s.oldest, `SELECT coalesce(min(at), 0) FROM (SELECT at FROM known ORDER BY seq LIMIT 1)`},

		{&s.know, `INSERT INTO known (seq, id, at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING`},
		{&s.forget, `DELETE FROM known WHERE at < ? AND seq IN (SELECT seq FROM known ORDER BY seq LIMIT ?)`},
		{&s.add, `INSERT INTO event (seq, at, id, by, occurred, kind, body, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`},

		{&s.read, `SELECT seq, at, id, by, occurred, kind, body, sum FROM event WHERE seq >= ? ORDER BY seq LIMIT ?`},
		{&s.at, `SELECT at FROM event WHERE seq = ?`},
		{&s.last, `SELECT seq FROM event WHERE seq >= ? AND seq < ? AND kind = ? ORDER BY seq DESC LIMIT 1`},

		{&s.one, `SELECT seq, at, id, by, occurred, kind, body, sum FROM event WHERE seq = ?`},
		{&s.rewrite, `UPDATE event SET kind = ?, body = ?, sum = ? WHERE seq = ?`},

		{&s.link, `INSERT INTO audit (seq, salt, form, hash) VALUES (?, ?, ?, ?)`},
		{&s.linked, `SELECT form FROM audit WHERE seq = ?`},
		{&s.unsalt, `UPDATE audit SET salt = NULL WHERE seq = ?`},
		{&s.end, `SELECT seq, hash, (SELECT count(*) FROM audit WHERE seq > 0) FROM audit ORDER BY seq DESC LIMIT 1`},
		{&s.order, `INSERT OR IGNORE INTO erasure (seq, done) VALUES (?, 0)`},
		{&s.erased, `SELECT coalesce(max(seq), 0) FROM erasure`},

		{&s.keep, `INSERT OR REPLACE INTO checkpoint (seq, build, state, sum) VALUES (?, ?, ?, ?)`},
		{&s.drop, `DELETE FROM checkpoint WHERE seq NOT IN (SELECT seq FROM checkpoint ORDER BY seq DESC LIMIT ?)`},
		{&s.latest, `SELECT seq, build, state, sum FROM checkpoint WHERE seq < ? ORDER BY seq DESC LIMIT 1`},
	} {
		stmt, err := conn.PrepareContext(background, p.text)
		if err != nil {
			return err
		}
		*p.to, s.all = stmt, append(s.all, stmt)
	}
	return nil
}

func (s *statements) close() error {
	var errs []error
	for _, stmt := range s.all {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(errs...)
}

// code returns SQLite's primary result code, or zero where the error is not SQLite's.
func code(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}

func isFull(err error) bool { return code(err) == sqlite3.SQLITE_FULL }

// mayPass reports whether a statement may succeed when it is tried again, the file
// being as it was.
func mayPass(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_TOOBIG:
		return true
	}
	return false
}

// explain puts our own words before SQLite's where they tell what to do.
func explain(err error) error {
	if errors.Is(err, ErrInUse) {
		return err
	}
	switch code(err) {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk is full: make room, then try again (%w)", err)
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w (%w)", ErrForeign, err)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	return err
}
