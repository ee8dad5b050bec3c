package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A fileChange is a file that is to have another text.
type fileChange struct {
	path string
	text []byte
	mode fs.FileMode // that it gets; 0 is the one that it has, or 0644
}

// newFile is what a file's new text is called until it is in its place.
const newFile = ".switchboard-*"

// replace gives files their texts, each in one step: whoever reads one finds the old text
// or the new. All new texts are on the disk before the first file is replaced, so that
// what goes wrong as a rule (no room, no leave) leaves every file as it was.
func replace(changes []fileChange) (err error) {
	var ready []string
	defer func() {
		if err != nil {
			for _, name := range ready {
				os.Remove(name) // it is gone where it has replaced its file
			}
		}
	}()
	targets := make([]string, len(changes))
	for i, c := range changes {
		if targets[i], err = target(c.path); err != nil {
			return err
		}
		name, err := written(targets[i], c)
		if err != nil {
			return fmt.Errorf("write %s: %w", c.path, err)
		}
		ready = append(ready, name)
	}
	for i, c := range changes {
		if err := os.Rename(ready[i], targets[i]); err != nil {
			return fmt.Errorf("write %s, after %d of %d files: %w", c.path, i, len(changes), err)
		}
	}
	return nil
}

// target returns the file that a path leads to, so that a link stays one.
func target(path string) (string, error) {
	to, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, isLink := os.Readlink(path); isLink == nil {
			return "", fmt.Errorf("write %s: it is a link to a file that is not there; make that file, or take the link away", path)
		}
		return path, nil
	}
	if err != nil {
		return "", fmt.Errorf("write %s: %w", path, err)
	}
	return to, nil
}

// written writes a text beside the file that it is to replace, and returns its name.
func written(target string, c fileChange) (string, error) {
	was, err := os.Stat(target)
	if err == nil && !was.Mode().IsRegular() {
		return "", errors.New("it is no file")
	}
	isNew := err != nil
	mode := c.mode
	switch {
	case mode == 0 && isNew:
		mode = 0o644
	case mode == 0:
		mode = was.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(target), newFile) // which nobody else may read
	if err != nil {
		return "", err
	}
	_, err = f.Write(c.text)
	err = errors.Join(err, f.Chmod(mode))
	if !isNew {
		err = errors.Join(err, keepOwner(f, was))
	}
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// writable says why a file could not be replaced, before anything hangs on it.
func writable(path string) error {
	to, err := target(path)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(to), newFile)
	if err != nil {
		return fmt.Errorf("nothing can be written beside %s: %w; make that folder, see to its rights, or start in another", path, brieflyPath(err))
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// brieflyPath returns why, without the name of a file that only we know.
func brieflyPath(err error) error {
	var inPath *fs.PathError
	if errors.As(err, &inPath) {
		return inPath.Err
	}
	return err
}

// readOrNone reads a file; one that is not there has no text.
func readOrNone(path string) ([]byte, error) {
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}
