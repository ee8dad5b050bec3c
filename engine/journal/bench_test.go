package journal_test

import (
	"database/sql"
	"fmt"
	"slices"
	"sync"
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

// Ten calls of a journal of a busy day are erased while events are taken in: how long it
// takes, and how long the slowest Append waited meanwhile.
func BenchmarkErase(b *testing.B) {
	path, _ := many(b, 36)
	j := open(b, path)
	calls, _ := surveyed(b, j)
	var ids []engine.SessionID
	for id, c := range calls {
		if c.Number > 0 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	events := j.Newest()
	slowest, n := time.Duration(0), 0
	for b.Loop() {
		ordered(b, j, engine.EraseAll, nil, ids[:10]...)
		ids = ids[10:]
		up := upNow(b, j)
		done := make(chan struct{})
		var appending sync.WaitGroup
		appending.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				began := time.Now()
				if _, err := j.Append(noon.Add(101*24*time.Hour), []engine.Entry{key(fmt.Sprint("beside", n))}); err != nil {
					b.Error(err)
					return
				}
				slowest = max(slowest, time.Since(began))
				n++
			}
		})
		e, err := j.Erase(b.Context(), up)
		close(done)
		appending.Wait()
		if err != nil || e.Calls != 10 {
			b.Fatal(e, err)
		}
	}
	b.ReportMetric(float64(slowest.Microseconds())/1000, "ms-slowest-append")
	b.ReportMetric(float64(n)/float64(b.N), "appends/op")
	b.ReportMetric(float64(events), "events")
}
