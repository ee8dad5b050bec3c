package history

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

const manyCalls = 100_000

// large is one history of 100,000 calls, made once for all benchmarks and gone with them.
var large = sync.OnceValues(func() (string, error) {
	dir, err := tempDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "large.history.db")
	s := New(path, "bench")
	m := newMaker(1, 90*time.Second)
	for n := 1; n <= manyCalls; {
		err := s.writes(context.Background(), func(tx *sql.Tx) error {
			var rows []*row
			for range 1000 {
				r := m.call(n)
				w, err := rowOf(&r)
				if err != nil {
					return err
				}
				rows = append(rows, w)
				n++
			}
			return writeAll(context.Background(), tx, rows...)
		})
		if err != nil {
			return "", err
		}
	}
	err = s.writes(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE history SET complete = 1`)
		return err
	})
	if err != nil {
		return "", err
	}
	return path, s.Close()
})

// BenchmarkFind asks for a first page of twenty calls, with the count of all, of 100,000 calls
// with three million sentences. The figure that counts is the median: ms/answer.
func BenchmarkFind(b *testing.B) {
	path, err := large()
	if err != nil {
		b.Fatal(err)
	}
	s, err := OpenToRead(path)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	now := day.Add(manyCalls * 90 * time.Second)
	date := now.AddDate(0, 0, -40).Format(time.DateOnly)
	for _, q := range []struct{ name, text string }{
		{"all", ""},
		{"common-word", spell(0)},
		{"word", spell(300)},
		{"rare-word", spell(29_000)},
		{"no-such-word", "xylophone"},
		{"two-common", spell(0) + " " + spell(1)},
		{"two-words", spell(200) + " " + spell(900)},
		{"phrase-common", `"` + spell(0) + " " + spell(1) + `"`},
		{"phrase", `"` + spell(20) + " " + spell(30) + `"`},
		{"phrase-three-common", `"` + spell(0) + " " + spell(1) + " " + spell(2) + `"`},
		{"prefix-1", "b*"},
		{"prefix-3", "zaz*"},
		{"without", "!" + spell(3)},
		{"day", "day:" + date},
		{"number", "number:0142"},
		{"operator", "operator:ana"},
		{"rare-filter", "outcome:vetoed mood>.39 lang:es shorter:90s"},
		{"no-such-operator", "operator:zebedee"},
		{"word+day", spell(40) + " day:" + date},
		{"common-word+no-such", spell(0) + " operator:zebedee"},
		{"common-word+rare-filter", spell(0) + " vetoed mood>.39 lang:es shorter:90s"},
		{"common-prefix+rare-filter", "b* vetoed mood>.39 lang:es shorter:90s"},
		{"everything", spell(5) + ` !` + spell(900) + ` vetoed rule:sustained mood<-.1 longer:2m from:` + date},
	} {
		b.Run(q.name, func(b *testing.B) {
			parsed, err := Parse(q.text, Reading{Now: now, Zone: time.UTC})
			if err != nil {
				b.Fatal(err)
			}
			var took []time.Duration
			var page Page
			for b.Loop() {
				began := time.Now()
				if page, err = s.Find(context.Background(), parsed, Paging{Limit: 20}); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/answer")
			b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms/worst")
			b.ReportMetric(float64(page.Total), "calls")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkPut keeps one call more in 100,000.
func BenchmarkPut(b *testing.B) {
	path, err := large()
	if err != nil {
		b.Fatal(err)
	}
	s := New(path, "bench")
	defer s.Close()
	m := newMaker(2, time.Second)
	n := manyCalls
	for b.Loop() {
		n++
		if err := s.Put(context.Background(), m.call(n)); err != nil {
			b.Fatal(err)
		}
	}
}

func tempDir() (string, error) { return benchDir, errBench }

var benchDir, errBench = "", fmt.Errorf("no folder for benchmarks")
