package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"switchboard/engine"
	"switchboard/engine/export"
	"switchboard/engine/runner"
)

// recordFlags say whether calls that are over are written as recordings.
type recordFlags struct {
	dir   string
	clear bool
}

func (f *recordFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.dir, "record", "", "a folder that gets a recording of each call that is over, for demo --recordings and backtest")
	flags.BoolVar(&f.clear, "record-clear", false, "leave numbers and names in those recordings")
}

// open returns who writes them; nil where nobody is to.
func (f recordFlags) open(log *slog.Logger) (*recorder, error) {
	switch {
	case f.dir == "" && f.clear:
		return nil, usage("--record-clear is about the recordings of --record, which was not given")
	case f.dir == "":
		return nil, nil
	}
	if err := takesFiles(f.dir); err != nil {
		return nil, usage("--record: %w", err)
	}
	r := &recorder{dir: f.dir, log: log, trouble: func(string) {}}
	if !f.clear {
		r.scrubber = export.NewScrubber(newSalt())
	}
	return r, nil
}

// says tells who opens the console what is recorded; nothing where nothing is.
func (f recordFlags) says() []string {
	switch {
	case f.dir == "":
		return nil
	case f.clear:
		return []string{"Each call that is over is recorded in " + f.dir + ", with numbers and names (--record-clear)."}
	}
	return []string{"Each call that is over is recorded in " + f.dir + ", without numbers and known names."}
}

// takesFiles makes a folder that only its owner may read, where there is none, and says
// why no file could be made in it.
func takesFiles(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the folder %s cannot be made: %w; name another", dir, brieflyPath(err))
	}
	f, err := os.CreateTemp(dir, newFile)
	if err != nil {
		return fmt.Errorf("no file can be made in %s: %w; see to its rights, or name another folder", dir, brieflyPath(err))
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// newSalt returns a salt that nobody has ever had.
func newSalt() []byte {
	salt := make([]byte, 32)
	rand.Read(salt) // it never fails: the program would end
	return salt
}

// A recorder writes a recording of each call that is over. A call that is filed again has
// its file replaced. What goes wrong is trouble, and holds up nothing.
type recorder struct {
	dir     string
	log     *slog.Logger
	trouble func(detail string)

	mu       sync.Mutex // guards the scrubber
	scrubber *export.Scrubber
}

// Do writes the recording of a call that is to be filed. It always accepts: nothing waits
// for it.
func (r *recorder) Do(_ context.Context, c engine.Command) engine.Body {
	if file, ok := c.Action.(engine.File); ok {
		switch err := r.write(file.Record); {
		case errors.Is(err, export.ErrUnanswered):
			r.log.Debug("not recorded", "call", file.Record.Number, "error", err)
		case err != nil:
			r.log.Warn("record a call", "call", file.Record.Number, "trouble", err)
			r.trouble(fmt.Sprintf("call %d: %v", file.Record.Number, err))
		}
	}
	return engine.Accepted{Command: c.Name}
}

func (r *recorder) write(record engine.Record) error {
	name := filepath.Join(r.dir, export.AsRecording.FileName(record, time.Local))
	if r.scrubber != nil {
		r.mu.Lock()
		record = r.scrubber.Record(record)
		r.mu.Unlock()
	}
	var text bytes.Buffer
	if err := export.AsRecording.Write(&text, record, time.Local); err != nil {
		return err
	}
	return replace([]fileChange{{path: name, text: text.Bytes(), mode: 0o600}})
}

// several hand a command on to each of them, in order.
type several []runner.Doer

// also has a command of an adapter done by one more.
func also(adapters map[engine.Adapter]runner.Doer, by engine.Adapter, more runner.Doer) {
	if first := adapters[by]; first != nil {
		more = several{first, more}
	}
	adapters[by] = more
}

// Do has each of them carry the command out, and returns the first outcome that says that
// something went wrong.
func (s several) Do(ctx context.Context, c engine.Command) engine.Body {
	var outcome engine.Body = engine.Accepted{Command: c.Name}
	for _, doer := range s {
		became := doer.Do(ctx, c)
		if _, good := outcome.(engine.Accepted); good {
			outcome = became
		}
	}
	return outcome
}
