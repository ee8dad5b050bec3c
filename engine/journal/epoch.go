package journal

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
)

// EpochOf returns the epoch of the journal at path without touching it or copying it, as far
// as it stands in the file already: that of a journal which was never closed may yet stand in
// its log alone, and is an error. Like [OpenCopy] it must not be used on a journal that this
// process has open.
func EpochOf(path string) (epoch string, err error) {
	path, err = resolve(path)
	if err != nil {
		return "", fmt.Errorf("look whose journal it is: %w", err)
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "mode=ro&immutable=1"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return "", fmt.Errorf("look whose journal it is: %w", err)
	}
	err = db.QueryRow(`SELECT epoch FROM journal`).Scan(&epoch)
	if err = errors.Join(err, db.Close()); err != nil {
		return "", fmt.Errorf("look whose journal %s is: %w", path, explain(err))
	}
	return epoch, nil
}
