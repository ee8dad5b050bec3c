package main

import (
	"fmt"
	"os"
	"path/filepath"

	"switchboard/engine/recording"
	"switchboard/testdata"
)

// maxRecordings is how many recordings are read from a folder.
const maxRecordings = 10_000

// playable returns the calls that a demo plays: those of a folder, or its own.
func playable(dir string) ([]*recording.Recording, error) {
	if dir == "" {
		recs, err := testdata.Recordings()
		if err != nil {
			return nil, fmt.Errorf("read the recorded callers: %w", err)
		}
		return recs, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the recordings in %s: %w", dir, brieflyPath(err))
	}
	var all []*recording.Recording
	for _, e := range entries {
		if e.IsDir() || filepath.Ext(e.Name()) != ".jsonl" || e.Name()[0] == '.' {
			continue
		}
		if len(all) == maxRecordings {
			return nil, fmt.Errorf("%s holds more than %d recordings: name a folder with fewer", dir, maxRecordings)
		}
		rec, err := readRecording(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, rec)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no recordings: they end in .jsonl, and switchboard run --record %s writes them", dir, dir)
	}
	return all, nil
}

// readRecording reads a recording. An error names the file and the line.
func readRecording(path string) (*recording.Recording, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, brieflyPath(err))
	}
	defer f.Close()
	rec, err := recording.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return rec, nil
}
