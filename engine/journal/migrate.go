package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// migrations bring a file to the schema of this version, one version each: the first from
// version 1 to 2. What has once been released stays as it is; a new one is added at the
// end. Events are never rewritten here: the engine reads its old bodies for ever.
var migrations = []string{
	`CREATE TABLE audit (
		seq  INTEGER PRIMARY KEY, -- of the act; 0 begins the chain
		salt BLOB,                -- of the digests in form; NULL: the act is forgotten
		form TEXT NOT NULL,       -- what the act says, without words, names and numbers: JSON
		hash BLOB NOT NULL        -- SHA-256 of the one before it and of all that is kept of the act
	) STRICT;
	CREATE TABLE erasure (
		seq  INTEGER PRIMARY KEY, -- of the event that orders it
		done INTEGER NOT NULL
	) STRICT;`,
}

// schemaOf returns the version of the schema that so many steps lead to.
func schemaOf(steps []string) int { return 1 + len(steps) }

// maxBackups limits how many copies are kept of journals that bore one name.
const maxBackups = 100

// migrate brings a file to the newest schema in one transaction. Before, it keeps a copy
// beside the file, for an older version of the program could not go back. Where migrate
// fails, the file is what it was, and there is no copy.
func (j *Journal) migrate(o opening, have int) error {
	want := schemaOf(o.steps)
	if have == want {
		return nil
	}
	backup := ""
	if o.scratch == "" && !j.made {
		var err error
		if backup, err = j.keepOld(have); err != nil {
			return fmt.Errorf("keep a copy before it is brought from schema %d to %d: %w", have, want, err)
		}
	}
	if err := j.runSteps(o.steps[have-1:], want); err != nil {
		if backup != "" {
			err = errors.Join(err, os.Remove(backup))
		}
		return fmt.Errorf("bring it from schema %d to %d: %w", have, want, err)
	}
	return nil
}

func (j *Journal) runSteps(steps []string, version int) error {
	if !j.made {
		// Before version 2 what was deleted was not written over.
		if _, err := j.conn.ExecContext(background, "VACUUM"); err != nil {
			return err
		}
	}
	if _, err := j.conn.ExecContext(background, "BEGIN EXCLUSIVE"); err != nil {
		return err
	}
	for _, step := range append(steps[:len(steps):len(steps)], fmt.Sprintf("PRAGMA user_version = %d", version), "COMMIT") {
		if _, err := j.conn.ExecContext(background, step); err != nil {
			_, _ = j.conn.ExecContext(background, "ROLLBACK") // SQLite may have done so by itself
			return err
		}
	}
	return nil
}

// keepOld copies the file as it is to journal.db.v1, or what else tells its schema.
func (j *Journal) keepOld(version int) (string, error) {
	path := fmt.Sprintf("%s.v%d", j.path, version)
	for n := 2; exists(path); n++ {
		if n > maxBackups {
			return "", fmt.Errorf("there are %d copies beside it already: move them away", maxBackups)
		}
		path = fmt.Sprintf("%s.v%d.%d", j.path, version, n)
	}
	return path, j.copyTo(path)
}

// copyTo writes the whole journal, without what is unused in it, into a new file that is
// on the disk when copyTo returns. Where it fails there is no such file; one that was
// there before is left alone, and an error.
func (j *Journal) copyTo(path string) error {
	if exists(path) {
		return fmt.Errorf("%s: %w", path, fs.ErrExist)
	}
	if err := makeFile(path); err != nil {
		return err
	}
	// SQLite writes into an empty file that is there, so that it has our mode.
	_, err := j.conn.ExecContext(background, "VACUUM INTO ?", path)
	if err == nil {
		err = flushFile(path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return flushFolder(filepath.Dir(path))
}

func flushFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// newer is ErrNewer with what can be told of a file whose schema we do not know. The
// build stands in its checkpoints, unless they have changed.
func (j *Journal) newer(have, want int) error {
	build := ""
	err := j.conn.QueryRowContext(background, "SELECT build FROM checkpoint ORDER BY seq DESC LIMIT 1").Scan(&build)
	if err != nil || build == "" {
		return fmt.Errorf("%w (its schema is %d, this version knows %d)", ErrNewer, have, want)
	}
	return fmt.Errorf("%w (switchboard %q wrote it with schema %d, this one knows %d)", ErrNewer, build, have, want)
}
