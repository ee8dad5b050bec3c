package backtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/recording"
	"switchboard/engine/world"
)

// Limits of what is read.
const (
	maxEventLine = 4 << 20 // bytes in a line of exported calls: settings hold a whole policy
	maxHeadLine  = 64 << 10
	maxFiles     = 100_000 // in folders
)

// endings are the names that are looked into in a folder. A file that is named by
// itself may be called anything.
var endings = []string{".jsonl", ".ndjson", ".json", ".db", ".sqlite"}

// A Library makes sources of files.
type Library struct {
	// Settings are those that recorded calls are played with: their prompts take as long
	// as they are long. They hold for exported calls that come without any as well. What
	// would bring an operator by itself is left out of them.
	Settings engine.Settings

	// Journal returns the journal in a file. Package journal is another's: whoever runs a
	// backtest joins them.
	Journal func(path string) Source
}

// Files returns the sources in files and folders, in the order they are named; what a
// folder holds comes by name. What each file is, its content tells.
func (l Library) Files(paths []string) ([]Source, error) {
	var sources []Source
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			sources = append(sources, broken(path, explain(err)))
		case !info.IsDir():
			sources = append(sources, l.file(path))
		default:
			found, err := l.folder(path)
			if err != nil {
				return nil, err
			}
			sources = append(sources, found...)
		}
		if len(sources) > maxFiles {
			return nil, fmt.Errorf("there are more than %d files: name fewer", maxFiles)
		}
	}
	return sources, nil
}

// folder returns the sources below a folder. Hidden ones are passed over.
func (l Library) folder(path string) ([]Source, error) {
	var sources []Source
	err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch hidden := name != path && strings.HasPrefix(d.Name(), "."); {
		case err != nil:
			sources = append(sources, broken(name, explain(err)))
			return nil
		case hidden && d.IsDir():
			return fs.SkipDir
		case hidden, d.IsDir(), !slices.Contains(endings, strings.ToLower(filepath.Ext(name))):
			return nil
		case len(sources) > maxFiles:
			return fmt.Errorf("%s holds more than %d files: name fewer", path, maxFiles)
		}
		sources = append(sources, l.file(name))
		return nil
	})
	if err == nil && len(sources) == 0 {
		sources = append(sources, broken(path, errors.New("the folder holds no journal, recording or exported calls")))
	}
	return sources, err
}

// explain says what is wrong with a file, without its name.
func explain(err error) error {
	var e *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("it may not be read by you")
	case errors.As(err, &e):
		return e.Err
	}
	return err
}

func broken(name string, err error) Source {
	return Source{Name: name, Open: func() (Reading, error) { return Reading{}, err }}
}

// file returns the source that a file is.
func (l Library) file(path string) Source {
	f, err := os.Open(path)
	if err != nil {
		return broken(path, explain(err))
	}
	defer f.Close()
	head, err := bufio.NewReaderSize(f, maxHeadLine).Peek(maxHeadLine)
	if err != nil && err != io.EOF {
		return broken(path, explain(err))
	}
	if bytes.HasPrefix(head, []byte("SQLite format 3\x00")) {
		return l.Journal(path)
	}
	switch first := firstFields(head); {
	case first["recording"] != nil:
		return l.Recorded(path, func() (*recording.Recording, error) { return readRecording(path) })
	case first["Kind"] != nil, first["epoch"] != nil:
		return l.exported(path)
	case len(bytes.TrimSpace(head)) == 0:
		return broken(path, errors.New("the file is empty"))
	}
	return broken(path, errors.New("it is neither a journal, nor a recording, nor exported calls"))
}

// firstFields returns the fields of the object in the first line that is not empty.
func firstFields(head []byte) map[string]json.RawMessage {
	var fields map[string]json.RawMessage
	line, _, _ := bytes.Cut(bytes.TrimSpace(head), []byte("\n"))
	if json.Unmarshal(line, &fields) != nil {
		return nil
	}
	return fields
}

func readRecording(path string) (*recording.Recording, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, explain(err)
	}
	defer f.Close()
	return recording.Read(f)
}

// Recorded returns a recorded call as a source. It is played to the engine with nothing
// that brings an operator but the customer's own keys, so that all of what he says to the
// machine is there to be judged.
func (l Library) Recorded(name string, read func() (*recording.Recording, error)) Source {
	return Source{Name: name, Played: true, Open: func() (Reading, error) {
		rec, err := read()
		if err != nil {
			return Reading{}, err
		}
		play := enginetest.NewPlay(1, world.Faults{})
		play.Load(l.unsteered())
		if _, err := play.Run(0, rec); err != nil {
			return Reading{}, fmt.Errorf("play it: %w", err)
		}
		return Reading{Epoch: enginetest.Epoch, Expect: Label(rec.Expect), Events: yielding(play.Journal())}, nil
	}}
}

func yielding(events []engine.Event) func(func(engine.Event) error) error {
	return func(yield func(engine.Event) error) error {
		for _, e := range events {
			if err := yield(e); err != nil {
				return err
			}
		}
		return nil
	}
}

// exported returns a file of exported calls as a source: a line of JSON for each event,
// as the journal has them, events of other calls left out or not. A first line
// {"epoch":"…"} names the journal that they come from: without it Symbl's own calls are
// not known for what they are.
func (l Library) exported(path string) Source {
	s := Source{Name: path}
	if info, err := os.Stat(path); err == nil {
		const perEvent = 256 // bytes, about
		s.Size = int(info.Size() / perEvent)
	}
	s.Open = func() (Reading, error) {
		f, err := os.Open(path)
		if err != nil {
			return Reading{}, explain(err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(make([]byte, 0, 64<<10), maxEventLine)
		x := export{lines: lines}
		if err := x.head(); err != nil {
			return Reading{}, errors.Join(err, f.Close())
		}
		return Reading{Epoch: x.epoch, Call: x.call, Gaps: true, Settings: l.unsteered(), Events: x.events, Close: f.Close}, nil
	}
	return s
}

// An export is a file of exported calls that is being read.
type export struct {
	lines *bufio.Scanner
	n     int
	epoch string
	call  engine.SessionID
	line  []byte // read and not yet yielded
}

// head reads the first line, which may name the journal.
func (x *export) head() error {
	line, err := x.next()
	if err != nil {
		return err
	}
	var head struct {
		Epoch string
		Call  engine.SessionID
	}
	if json.Unmarshal(line, &head) == nil && firstFields(line)["epoch"] != nil {
		x.epoch, x.call = head.Epoch, head.Call
		return nil
	}
	x.line = slices.Clone(line)
	return nil
}

// next returns the next line that is not empty, or io.EOF.
func (x *export) next() ([]byte, error) {
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

func (x *export) events(yield func(engine.Event) error) error {
	line := x.line
	for {
		if line != nil {
			var e engine.Event
			if err := json.Unmarshal(line, &e); err != nil {
				return fmt.Errorf("line %d: %w", x.n, err)
			}
			if err := yield(e); err != nil {
				return fmt.Errorf("line %d: %w", x.n, err)
			}
		}
		var err error
		if line, err = x.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// unsteered are the library's settings with nothing in them that brings an operator but
// a key and a hand.
func (l Library) unsteered() engine.Settings {
	s := l.Settings
	s.Policy = engine.Policy{}
	return s
}
