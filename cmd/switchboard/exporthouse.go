package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"

	"switchboard/engine"
	"switchboard/engine/export"
)

// maxAlike is how many files of one call there may be in the exports' folder.
const maxAlike = 100

// Export writes a call without numbers and names into the user's folder, and reports
// where. One that the console does not show any more is read from the journal.
func (p *program) Export(ctx context.Context, call, format string) ([]string, error) {
	as := export.AsText
	if format != "" {
		var err error
		if as, err = export.ParseFormat(format); err != nil {
			return nil, err
		}
	}
	if !namesCall(call) {
		return nil, fmt.Errorf("%q is no call: name it by its number, as in 12", call)
	}
	record, err := p.record(ctx, call)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := as.Write(&text, export.NewScrubber(newSalt()).Record(record), time.Local); err != nil {
		return nil, fmt.Errorf("call %d: %w", record.Number, err)
	}
	dir := p.exports
	if dir == "" {
		dir = filepath.Join(xdg.DataHome, "switchboard", "exports")
	}
	if err := takesFiles(dir); err != nil {
		return nil, err
	}
	path, err := writeBeside(filepath.Join(dir, as.FileName(record, time.Local)), text.Bytes())
	if err != nil {
		return nil, err
	}
	report := []string{
		fmt.Sprintf("Call %d, as %s:", record.Number, as),
		"  " + path,
		"Numbers and known names in it are pseudonyms. Read it before you give it away: a name that somebody only says stays.",
	}
	if record.Over.IsZero() {
		report = append(report, "The call is still up: this is what there is of it by now.")
	}
	return report, nil
}

// record returns what is kept of a call.
func (p *program) record(ctx context.Context, call string) (engine.Record, error) {
	for _, s := range p.runner.Frame().Sessions {
		if s.Number > 0 && callIs(call, s.ID, s.Number) {
			return s.Record(p.runner.Now()), nil
		}
	}
	past := pastBeside(p.journal.Path(), p.journal.Epoch())
	defer past.close()
	records, err := recordsOf(ctx, p.journal.Epoch(), p.journal.Read, past, func(s engine.SessionID, number int, _ time.Time) bool {
		return callIs(call, s, number)
	})
	if err == nil && len(records) == 0 {
		err = notThere(p.journal, call)
	}
	if err != nil {
		return engine.Record{}, err
	}
	return records[0], nil
}

// writeBeside writes a new file, beside those that have its name already, and returns what
// it is called.
func writeBeside(path string, text []byte) (string, error) {
	ending := filepath.Ext(path)
	name := path
	for n := 2; ; n++ {
		if _, err := os.Lstat(name); errors.Is(err, os.ErrNotExist) {
			return name, writeNew(name, text)
		}
		if n > maxAlike {
			return "", fmt.Errorf("%s is there %d times already: move some away", path, maxAlike)
		}
		name = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ending), n, ending)
	}
}
