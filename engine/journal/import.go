package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"switchboard/engine"
)

// Limits of what is imported.
const (
	maxImportLine = 4 << 20 // bytes in a line, as backtest has it: settings hold a whole policy
	importAtOnce  = 4096    // events in one transaction
)

// Why an export cannot be made into a journal.
var (
	// ErrOneCall means that an export holds some of a journal's events.
	ErrOneCall = errors.New("the export holds one call alone: a journal is made of a whole export; backtest reads this one as it is")

	// ErrNoEpoch means that an export does not say which journal it comes from.
	ErrNoEpoch = errors.New(`the first line does not name the journal's epoch: this is no whole export of switchboard`)
)

// Import makes a new journal at path of what [Journal.Export] has written: the same events
// under the same epoch, so that they lead to the same state. It has no checkpoint yet. It
// returns ErrExists where there is such a file, and makes nothing where it fails.
func Import(path string, from io.Reader) (events uint64, err error) {
	path, err = resolve(path)
	if err != nil {
		return 0, fmt.Errorf("import: %w", err)
	}
	if exists(path) {
		return 0, fmt.Errorf("import into %s: %w", path, ErrExists)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, fmt.Errorf("import: %w", err)
	}
	// Under another name until it is whole: nobody is to take a part for the journal.
	removeLeft(filepath.Dir(path), importName)
	dir, err := makeScratch(filepath.Dir(path), importName)
	if err != nil {
		return 0, fmt.Errorf("import: %w", err)
	}
	defer os.RemoveAll(dir)
	part := filepath.Join(dir, "journal.db")
	if events, err = importInto(part, from); err != nil {
		return 0, fmt.Errorf("import: %w", err)
	}
	if exists(path) { // it has taken a while
		return 0, fmt.Errorf("import into %s: %w", path, ErrExists)
	}
	if err := errors.Join(os.Rename(part, path), flushFolder(filepath.Dir(path))); err != nil {
		return 0, fmt.Errorf("import: %w", err)
	}
	return events, nil
}

func importInto(path string, from io.Reader) (uint64, error) {
	x := importing{lines: bufio.NewScanner(from)}
	x.lines.Buffer(make([]byte, 0, 64<<10), maxImportLine)
	epoch, err := x.head()
	if err != nil {
		return 0, err
	}
	if x.to, err = Open(path); err != nil {
		return 0, err
	}
	err = x.fill(epoch)
	return x.to.seq, errors.Join(err, x.to.Close())
}

// An importing is an export on its way into a journal.
type importing struct {
	lines *bufio.Scanner
	n     int // lines read
	to    *Journal
}

// next returns the next line that is not empty, or io.EOF.
func (x *importing) next() ([]byte, error) {
	for x.lines.Scan() {
		x.n++
		if line := bytes.TrimSpace(x.lines.Bytes()); len(line) > 0 {
			return line, nil
		}
	}
	if err := x.lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", x.n+1, err)
	}
	return nil, io.EOF
}

// head reads the first line, and returns the epoch.
func (x *importing) head() (string, error) {
	line, err := x.next()
	if err == io.EOF {
		return "", errors.New("the file is empty")
	}
	if err != nil {
		return "", err
	}
	var h head
	err = json.Unmarshal(line, &h)
	switch {
	case err != nil, h.Epoch == "":
		return "", ErrNoEpoch
	case h.Call != "":
		return "", ErrOneCall
	}
	if _, err := uuid.Parse(h.Epoch); err != nil { // commands are named in it
		return "", fmt.Errorf("line 1: the epoch %.60q is no UUID", h.Epoch)
	}
	return h.Epoch, nil
}

func (x *importing) fill(epoch string) error {
	if _, err := x.to.conn.ExecContext(background, "UPDATE journal SET epoch = ?", epoch); err != nil {
		return err
	}
	x.to.epoch = epoch
	for {
		rows, err := x.batch()
		if err != nil && err != io.EOF {
			return err
		}
		if len(rows) > 0 {
			if err := x.put(rows); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return x.to.beginChain()
		}
	}
}

// batch reads the next events; with the last ones it returns io.EOF.
func (x *importing) batch() ([]row, error) {
	rows := make([]row, 0, importAtOnce)
	seq, at := x.to.seq, x.to.at
	for len(rows) < importAtOnce {
		line, err := x.next()
		if err != nil {
			return rows, err
		}
		var e engine.Event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("line %d: %w", x.n, err)
		}
		r, err := rowOf(e)
		switch {
		case err != nil:
			return nil, fmt.Errorf("line %d: %w", x.n, err)
		case r.seq != seq+1:
			return nil, fmt.Errorf("line %d: event %d follows event %d: a whole export has all of them, in order", x.n, r.seq, seq)
		case r.at < at:
			return nil, fmt.Errorf("line %d: event %d goes back in time", x.n, r.seq)
		}
		seq, at = r.seq, r.at
		rows = append(rows, r)
	}
	return rows, nil
}

// rowOf returns an event as it is kept.
func rowOf(e engine.Event) (row, error) {
	if e.Body == nil {
		return row{}, errors.New("an event without a body")
	}
	rows, err := encode([]engine.Entry{e.Entry})
	if err != nil {
		return row{}, err
	}
	at, ok := nanos(e.At)
	if !ok {
		return row{}, fmt.Errorf("event %d has no time", e.Seq)
	}
	rows[0].seq, rows[0].at = e.Seq, at
	return rows[0], nil
}

// put writes events down as they are.
func (x *importing) put(rows []row) error {
	j := x.to
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.transact("write down what is imported", func() error {
		for i := range rows {
			if err := j.copyIn(&rows[i]); err != nil {
				return err
			}
		}
		_, err := j.drop("DELETE FROM known WHERE at < ?", rows[len(rows)-1].at-int64(idLife))
		return err
	})
	if err != nil {
		return err
	}
	j.seq, j.at = rows[len(rows)-1].seq, rows[len(rows)-1].at
	j.copyLog(2*len(rows) + 4)
	return nil
}

// copyIn writes one row down. Its ID may have been known, if that is longer ago than IDs
// are known for.
func (j *Journal) copyIn(r *row) error {
	known, err := j.write(r)
	if err != nil || !known {
		return err
	}
	if _, err := j.drop("DELETE FROM known WHERE at < ?", r.at-int64(idLife)); err != nil {
		return err
	}
	if known, err = j.write(r); err == nil && known {
		err = fmt.Errorf("event %d: its ID %.60q has been there within 48 hours", r.seq, r.id)
	}
	return err
}
