package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"switchboard/engine"
)

const (
	maxLog     = 16 << 20        // bytes of a log; at the next start it is set aside, and begun anew
	watchEvery = 5 * time.Second // house time between two looks at the health
)

// logPlace returns where the log of a journal lies.
func logPlace(journal string) string { return filepath.Join(filepath.Dir(journal), "switchboard.log") }

// openLog opens the log beside a journal, for its owner only. The caller closes the
// file.
func openLog(journal string) (*slog.Logger, *os.File, error) {
	dir := filepath.Dir(journal)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("make the folder of the journal: %w; name a file in another with --journal", err)
	}
	path := logPlace(journal)
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, nil, fmt.Errorf("set the old log aside: %w", err)
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the log: %w", err)
	}
	return slog.New(slog.NewTextHandler(f, nil)), f, nil
}

// watch logs troubles as their counters rise, until ctx is done. The console shows
// them too: nothing is told by the log alone.
func (p *program) watch(ctx context.Context) {
	logged := map[engine.TroubleKind]uint64{}
	journal := ""
	for p.clock.Sleep(ctx, watchEvery) == nil {
		h := p.runner.Health()
		for _, t := range h.Troubles {
			if t.Count > logged[t.Kind] {
				logged[t.Kind] = t.Count
				p.log.Warn("trouble", "kind", t.Kind.String(), "count", t.Count, "last", t.Last, "detail", t.Detail)
			}
		}
		if h.Journal != journal {
			journal = h.Journal
			p.log.Error("journal", "trouble", journal)
		}
	}
}
