package journal_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"switchboard/engine"
)

// BenchmarkAppend measures what one entry costs, durable, in batches of several sizes,
// beside one row in a bare SQLite transaction with the same promises.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 16, 256} {
		b.Run(fmt.Sprint("batch=", size), func(b *testing.B) {
			j := open(b, fresh(b))
			entries := make([]engine.Entry, size)
			for b.Loop() {
				for i := range entries {
					entries[i] = key(uuid.NewString())
				}
				if _, err := j.Append(noon, entries); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*size), "µs/entry")
		})
	}
	b.Run("bare", func(b *testing.B) {
		db, err := sql.Open("sqlite", b.TempDir()+"/bare?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		if _, err := db.Exec(`CREATE TABLE event (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, body TEXT) STRICT`); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := db.Exec(`INSERT INTO event (id, body) VALUES (?, ?)`, uuid.NewString(), `{"Digit":"1"}`); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N), "µs/entry")
	})
}

// BenchmarkCheckpoint keeps what 1,000 open sessions encode to: Append waits for it.
func BenchmarkCheckpoint(b *testing.B) {
	j := open(b, fresh(b))
	if _, err := j.Append(noon, keys("k", 1)); err != nil {
		b.Fatal(err)
	}
	state := make([]byte, 9<<20)
	for b.Loop() {
		if err := j.Checkpoint(1, "bench", state); err != nil {
			b.Fatal(err)
		}
	}
}

// A check of a whole day: how long a supervisor waits for it.
func BenchmarkCheck(b *testing.B) {
	const events = 20_000
	path := fresh(b)
	j := open(b, path)
	for i := range events / 200 {
		if _, err := j.Append(noon.Add(time.Duration(i)*time.Second), keys(fmt.Sprint(i, "-"), 200)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if r, err := j.Check(b.Context(), "test", nil); err != nil || len(r.Faults) > 0 {
			b.Fatal(r.Faults, err)
		}
	}
	b.ReportMetric(events*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
