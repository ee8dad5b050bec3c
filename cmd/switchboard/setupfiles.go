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
		return path, nil
	}
	if err != nil {
		return "", fmt.Errorf("write %s: %w", path, err)
	}
	return to, nil
}

// written writes a text beside the file that it is to replace, and returns its name.
func written(target string, c fileChange) (string, error) {
	mode := c.mode
	if mode == 0 {
		mode = 0o644
		if info, err := os.Stat(target); err == nil {
			mode = info.Mode().Perm()
		}
	}
	f, err := os.CreateTemp(filepath.Dir(target), ".switchboard-*") // which nobody else may read
	if err != nil {
		return "", err
	}
	_, err = f.Write(c.text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// readOrNone reads a file; one that is not there has no text.
func readOrNone(path string) ([]byte, error) {
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}
