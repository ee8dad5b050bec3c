package prefs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// maxState is how much of a state's file is read, in bytes.
const maxState = 1 << 20

// A Store keeps the State of one kind of console in a file. Several consoles may have
// the same file: what each of them changes is written into what the others wrote, and of
// one thing that two change the last word counts. Its methods may be called from several
// goroutines.
type Store struct {
	path, kind string

	mu  sync.Mutex // of one writer at a time
	was State      // as this store has last read or written it
}

// Open reads the state of a kind of console ("live", "demo") from a file, which need not
// be there. The store always serves. Where the file could not be read, the State is zero
// and the error says why, in words for a person; a broken one is set aside before,
// with the time now in its name.
func Open(path, kind string, now time.Time) (*Store, State, error) {
	s := &Store{path: path, kind: kind}
	d, newer, err := s.read()
	if err == nil {
		s.was, err = d.state(kind, newer)
	}
	var outside *fs.PathError
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
		return s, s.was.Clone(), nil
	case errors.As(err, &outside):
		return s, State{}, fmt.Errorf("what the console remembers cannot be read: %w", outside)
	}
	return s, State{}, s.setAside(now, err)
}

// setAside gives a broken file another name, so that nothing is lost and the next state
// has its place.
func (s *Store) setAside(now time.Time, why error) error {
	name := s.path + ".broken-" + now.Format("2006-01-02-150405")
	if err := os.Rename(s.path, name); err != nil {
		return fmt.Errorf("what the console remembers is broken (%w), and stays where it is: %w", why, err)
	}
	return fmt.Errorf("what the console remembered was broken, and is set aside as %s (%w)", filepath.Base(name), why)
}

// read reads the file.
func (s *Store) read() (document, bool, error) {
	f, err := os.Open(s.path)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxState+1))
	if err != nil {
		return nil, false, err
	}
	if len(text) > maxState {
		return nil, false, fmt.Errorf("it has more than %d KiB", maxState>>10)
	}
	return parse(text)
}

// Save writes what of a State has changed since this store last read or wrote it. Whoever
// reads the file meanwhile finds the old text or the new.
func (s *Store) Save(state State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.was
	d, _, err := s.read()
	if err != nil { // gone, or broken meanwhile: all of it is written anew
		d, was = document{"version": json.RawMessage(fmt.Sprint(version))}, State{}
	}
	changed, err := d.change(s.kind, was, state)
	if err != nil || !changed {
		return err
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	if err := s.write(append(text, '\n')); err != nil {
		return fmt.Errorf("keep what the console remembers: %w", err)
	}
	s.was = state.Clone()
	return nil
}

// write replaces the file in one step.
func (s *Store) write(text []byte) error {
	path := s.path
	if to, err := filepath.EvalSymlinks(path); err == nil { // a link stays one
		path = to
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".console-*") // which nobody else may read
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// A Saver saves states one at a time, and none that is older than what it has saved:
// commands of a console run in no order. It may be called from several goroutines.
type Saver struct {
	save func(State) error

	mu     sync.Mutex
	newest uint64
}

// NewSaver returns a Saver that saves with a function.
func NewSaver(save func(State) error) *Saver { return &Saver{save: save} }

// Save saves a state, the n-th, unless a later one was saved already.
func (s *Saver) Save(n uint64, state State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < s.newest {
		return nil
	}
	s.newest = n
	return s.save(state)
}
