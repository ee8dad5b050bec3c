// Package testdata holds what tests and the demo read, embedded: go:embed cannot
// climb out of its own folder. The go tool leaves testdata out of ./..., so whoever
// wants this package built or tested names it.
package testdata

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"switchboard/engine/recording"
)

//go:embed recordings/*.jsonl
var recordings embed.FS

// Recordings returns the recorded calls that the demo plays, by name. Each call reads
// them anew, so the caller may keep and change what it gets. An error names the file:
// a recording is called what its file is.
func Recordings() ([]*recording.Recording, error) {
	entries, err := recordings.ReadDir("recordings")
	if err != nil {
		return nil, fmt.Errorf("list recordings: %w", err)
	}
	all := make([]*recording.Recording, 0, len(entries))
	for _, entry := range entries {
		rec, err := read(entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read recordings/%s: %w", entry.Name(), err)
		}
		all = append(all, rec)
	}
	slices.SortFunc(all, func(a, b *recording.Recording) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

func read(file string) (*recording.Recording, error) {
	f, err := recordings.Open(path.Join("recordings", file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rec, err := recording.Read(f)
	if err != nil {
		return nil, err
	}
	if rec.Name+".jsonl" != file {
		return nil, fmt.Errorf("the recording is called %q", rec.Name)
	}
	return rec, nil
}
