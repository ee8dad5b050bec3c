package history

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"
)

// What SQLite keeps in the file's header for us. The version is raised whenever the schema,
// the words that are indexed or what a column means changes: an older file is made anew.
const (
	application = 0x53574249 // "SWBI"
	version     = 1
)

// The schema. Times are nanoseconds since 1970, lengths milliseconds, moods thousandths. A
// call's id is the number of the event that opened it, so that the newest comes last. Records
// are kept apart, for what is filtered by has to lie close together. The index keeps no text
// of its own: what is taken out of it is made again from the record.
const schema = `
CREATE TABLE IF NOT EXISTS history (
	epoch    TEXT    NOT NULL, -- of the journal
	complete INTEGER NOT NULL  -- all calls of the journal were gone through
) STRICT;
CREATE TABLE IF NOT EXISTS call (
	id        INTEGER PRIMARY KEY,
	session   TEXT    NOT NULL UNIQUE,
	number    INTEGER NOT NULL,
	closed    INTEGER NOT NULL, -- event that the record was made at
	started   INTEGER NOT NULL,
	lasted    INTEGER NOT NULL,
	held      INTEGER NOT NULL, -- the longest hold
	caller    TEXT    NOT NULL,
	name      TEXT    NOT NULL, -- folded
	language  INTEGER NOT NULL,
	mood      INTEGER,          -- at the end; NULL: there was none
	low       INTEGER,
	outcome   INTEGER NOT NULL,
	causes    INTEGER NOT NULL, -- a bit for each
	vetoed    INTEGER NOT NULL,
	rules     TEXT    NOT NULL, -- each after a line feed
	operators TEXT    NOT NULL, -- who joined: names, folded, and numbers, each after a line feed
	erased    INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS call_number ON call (number);
CREATE TABLE IF NOT EXISTS record (
	id   INTEGER PRIMARY KEY,
	body BLOB NOT NULL -- JSON, deflated
) STRICT;
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
	said, content='', tokenize='unicode61 remove_diacritics 0', prefix='1 2 3'
);
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
`

// later is what a file that was begun earlier may not have: which calls are to be without
// something, also those that are not here yet. A session's name tells nobody whose it was.
const later = `CREATE TABLE IF NOT EXISTS forgotten (
	session TEXT    PRIMARY KEY,
	what    INTEGER NOT NULL
) STRICT;`

// files are a database's own and SQLite's beside it.
func files(path string) []string { return []string{path, path + "-wal", path + "-shm"} }

// connect opens a file that is there.
func connect(path string, toRead bool) (*opened, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	o := &opened{info: info}
	if o.read, err = sql.Open("sqlite", source(path, "query_only(1)")); err != nil {
		return nil, err
	}
	o.read.SetMaxOpenConns(readers)
	if toRead {
		return o, nil
	}
	// What can be rebuilt may lose its last moments with the power: it is found out and mended.
	if o.write, err = sql.Open("sqlite", source(path, "synchronous(NORMAL)")); err != nil {
		return nil, errors.Join(err, o.read.Close())
	}
	o.write.SetMaxOpenConns(1)
	return o, nil
}

func source(path string, more ...string) string {
	pragmas := append([]string{
		fmt.Sprintf("busy_timeout(%d)", busyWait), "secure_delete(1)", "temp_store(2)", fmt.Sprintf("cache_size(%d)", cacheSize),
	}, more...)
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	q := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	u.RawQuery = q.Encode()
	return u.String()
}

// identify finds out whose a history is: ErrForeign where it is not that journal's, or an
// older version's; sql.ErrNoRows where nothing was made yet. An empty epoch is any.
func identify(db *sql.DB, epoch string) error {
	var app, have, tables int
	err := db.QueryRow(`SELECT application_id, user_version,
		(SELECT count(*) FROM sqlite_schema) FROM pragma_application_id, pragma_user_version`).Scan(&app, &have, &tables)
	switch {
	case err != nil:
		return err
	case app == 0 && have == 0 && tables == 0:
		return sql.ErrNoRows
	case app != application:
		return ErrForeign
	case have > version:
		return ErrNewer
	case have < version:
		return errOlder
	}
	var is string
	if err := db.QueryRow(`SELECT epoch FROM history`).Scan(&is); err != nil {
		return err
	}
	if epoch != "" && is != epoch {
		return ErrForeign
	}
	return nil
}

// errOlder is a kind of foreign that needs not be kept.
var errOlder = fmt.Errorf("%w: an older switchboard wrote it", ErrForeign)

// openOrMake opens the history of a journal, or begins one.
func openOrMake(path, epoch string) (o *opened, complete bool, err error) {
	for range 2 {
		if err := makeFile(path); err != nil {
			return nil, false, err
		}
		if o, err = connect(path, false); err != nil {
			return nil, false, err
		}
		switch err = identify(o.read, epoch); {
		case err == nil || errors.Is(err, sql.ErrNoRows):
			if complete, err = begin(o.write, epoch); err == nil {
				err = hide(path)
			}
			if err == nil {
				return o, complete, nil
			}
		}
		err = errors.Join(err, o.close())
		if removed, cause := makeWay(path, err); !removed {
			return nil, false, cause
		}
	}
	return nil, false, err
}

// makeWay takes away what lies in the place of a history and cannot be used. What is another
// journal's, or no history at all, is set aside: it may be all there is of something. What
// this journal can make again is removed, for nobody would find its words to erase them.
func makeWay(path string, why error) (bool, error) {
	switch {
	case errors.Is(why, errOlder), errors.Is(why, ErrNewer), code(why) == sqlite3.SQLITE_CORRUPT:
		return true, remove(path)
	case errors.Is(why, ErrForeign), code(why) == sqlite3.SQLITE_NOTADB:
		return true, setAside(path)
	}
	return false, why
}

// setAside gives a file and what belongs to it another name, which nothing has yet.
func setAside(path string) error {
	to := ""
	for n := 1; ; n++ {
		to = fmt.Sprintf("%s.aside-%d", strings.TrimSuffix(path, ".db"), n)
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	ends := []string{"", "-wal", "-shm"}
	for i, name := range files(path) {
		if err := os.Rename(name, to+ends[i]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func remove(path string) error {
	for _, name := range files(path) {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// makeFile makes the file, so that it is never readable by others, not even for a moment;
// SQLite gives its own files beside it the same mode.
func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		info, err := os.Stat(path)
		if err == nil && !info.Mode().IsRegular() {
			err = fmt.Errorf("%w: it is no file", ErrForeign)
		}
		return err
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// hide takes away what others may do with the files.
func hide(path string) error {
	for _, name := range files(path) {
		if err := os.Chmod(name, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// begin makes the schema where it is not there, and tells whether all calls were gone through.
func begin(db *sql.DB, epoch string) (complete bool, err error) {
	if _, err := db.Exec("PRAGMA journal_mode = WAL"); err != nil {
		return false, err
	}
	tx, err := db.Begin()
	if err != nil {
		return false, err
	}
	defer tx.Rollback() // after a commit it does nothing
	var have int
	if err := tx.QueryRow("PRAGMA user_version").Scan(&have); err != nil {
		return false, err
	}
	if have == 0 {
		if _, err := tx.Exec(schema); err != nil {
			return false, err
		}
		if _, err := tx.Exec(`INSERT INTO history (epoch, complete) VALUES (?, 0)`, epoch); err != nil {
			return false, err
		}
		if _, err := tx.Exec(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", application, version)); err != nil {
			return false, err
		}
	}
	if _, err := tx.Exec(later); err != nil {
		return false, err
	}
	if err := tx.QueryRow(`SELECT complete FROM history`).Scan(&complete); err != nil {
		return false, err
	}
	return complete, tx.Commit()
}
