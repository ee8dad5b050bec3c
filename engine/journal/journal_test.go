package journal_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/journal"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func key(id string) engine.Entry {
	return engine.Entry{ID: id, By: engine.ByTelnyx, Occurred: noon.Add(-time.Second), Body: engine.KeyPressed{Digit: "1"}}
}

func keys(prefix string, n int) []engine.Entry {
	entries := make([]engine.Entry, n)
	for i := range entries {
		entries[i] = key(fmt.Sprint(prefix, i))
	}
	return entries
}

func open(t testing.TB, path string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

func fresh(t testing.TB) string { return filepath.Join(t.TempDir(), "journal") }

func appended(t testing.TB, j *journal.Journal, now time.Time, entries ...engine.Entry) []engine.Event {
	t.Helper()
	events, err := j.Append(now, entries)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func all(t *testing.T, j *journal.Journal, from uint64) []engine.Event {
	t.Helper()
	var events []engine.Event
	err := j.Read(from, func(e engine.Event) error {
		events = append(events, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func count(n *int) func(engine.Event) error {
	return func(engine.Event) error { *n++; return nil }
}

func ids(events []engine.Event) (ids []string) {
	for _, e := range events {
		ids = append(ids, fmt.Sprintf("%d:%s", e.Seq, e.ID))
	}
	return ids
}

func TestAnEntryIsTakenInOnceInABatchAndAcrossBatches(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	got := ids(appended(t, j, noon, key("a"), key("b"), key("a"), key("c"), key("b")))
	if want := []string{"1:a", "2:b", "3:c"}; !cmp.Equal(got, want) {
		t.Errorf("in one batch: got %v, want %v", got, want)
	}
	got = ids(appended(t, j, noon, key("c"), key("d"), key("a")))
	if want := []string{"4:d"}; !cmp.Equal(got, want) {
		t.Errorf("across batches: got %v, want %v", got, want)
	}
	if got := appended(t, j, noon, key("d")); got != nil {
		t.Errorf("all known: got %v, want none", got)
	}
	j.Close()
	got = ids(appended(t, open(t, path), noon, key("b"), key("e")))
	if want := []string{"5:e"}; !cmp.Equal(got, want) {
		t.Errorf("across processes: got %v, want %v", got, want)
	}
}

func TestAnIDIsKnownForTwoDays(t *testing.T) {
	j := open(t, fresh(t))
	appended(t, j, noon, keys("old", 100)...)
	appended(t, j, noon.Add(24*time.Hour), key("young"))
	if got := appended(t, j, noon.Add(48*time.Hour), key("old0")); got != nil {
		t.Errorf("at 48 h: got %v, want none", got)
	}
	late := noon.Add(48*time.Hour + time.Minute)
	for i := range 10 { // a few are forgotten at a time
		appended(t, j, late, key(fmt.Sprint("later", i)))
	}
	if got := appended(t, j, late, keys("old", 100)...); len(got) != 100 {
		t.Errorf("after 48 h: %d of 100 IDs are taken in again", len(got))
	}
	if got := appended(t, j, late, key("young")); got != nil {
		t.Errorf("a day old: got %v, want none", got)
	}
}

func TestTimeNeverRunsBackwards(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	a := appended(t, j, noon, key("a"))
	b := appended(t, j, noon.Add(-time.Hour), key("b"))
	if !a[0].At.Equal(noon) || !b[0].At.Equal(noon) {
		t.Errorf("got %v then %v, want %v twice", a[0].At, b[0].At, noon)
	}
	j.Close()
	c := appended(t, open(t, path), noon.Add(-time.Minute), key("c"))
	if !c[0].At.Equal(noon) {
		t.Errorf("opened again: got %v, want %v", c[0].At, noon)
	}
}

func TestWhatIsReadIsWhatAppendReturned(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	newYork := time.FixedZone("", -5*3600)
	want := appended(t, j, noon.In(newYork).Add(123456789),
		engine.Entry{ID: "a", By: engine.ByTelnyx, Occurred: noon.Add(time.Nanosecond).In(newYork), Body: engine.LegInitiated{
			LegRef:    engine.LegRef{Leg: "v3:a", CallLeg: "b", State: engine.ClientState{Floor: "f", Session: "s1", Role: engine.RoleOperator, Attempt: 2}},
			Direction: engine.Incoming, From: "+12025550123", To: "+12025550100", Name: "O'Brien \x1b[31m \u202e 🙂",
		}},
		engine.Entry{ID: "b", By: engine.ByRunner, Body: engine.Ticked{Session: "s1"}},
		engine.Entry{ID: "c", By: engine.ByTelnyx, Occurred: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), Body: engine.KeyPressed{Digit: "#"}},
	)
	if !want[1].Occurred.IsZero() || !want[2].Occurred.IsZero() {
		t.Errorf("no time, or one that cannot be, is the zero time: got %v and %v", want[1].Occurred, want[2].Occurred)
	}
	if diff := cmp.Diff(want, all(t, j, 0)); diff != "" {
		t.Errorf("read at once (-appended +read):\n%s", diff)
	}
	j.Close()
	if diff := cmp.Diff(want, all(t, open(t, path), 1)); diff != "" {
		t.Errorf("read by another process (-appended +read):\n%s", diff)
	}
}

func TestReadGoesOnFromANumberThroughManyPages(t *testing.T) {
	j := open(t, fresh(t))
	appended(t, j, noon, keys("k", 1300)...)
	got := all(t, j, 7)
	if len(got) != 1294 || got[0].Seq != 7 || got[1293].Seq != 1300 {
		t.Errorf("got %d events, from %d", len(got), got[0].Seq)
	}
	stop := errors.New("enough")
	n := 0
	err := j.Read(1, func(engine.Event) error {
		if n++; n == 3 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || n != 3 {
		t.Errorf("got %v after %d events, want the error of yield after 3", err, n)
	}
	if got := all(t, j, 1301); got != nil {
		t.Errorf("past the end: got %v", got)
	}
}

func TestAnEntryWithoutIDOrBodyIsRefusedWithItsBatch(t *testing.T) {
	j := open(t, fresh(t))
	for _, bad := range []engine.Entry{{By: engine.ByRunner, Body: engine.Ticked{}}, {ID: "x"}} {
		if _, err := j.Append(noon, []engine.Entry{key("a"), bad}); err == nil {
			t.Errorf("%+v was taken in", bad)
		}
	}
	if got := ids(appended(t, j, noon, key("a"))); !cmp.Equal(got, []string{"1:a"}) {
		t.Errorf("afterwards: got %v", got)
	}
}

func TestTheEpochIsTheJournals(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	epoch := j.Epoch()
	if len(epoch) != 36 {
		t.Errorf("got %q, want a UUID", epoch)
	}
	j.Close()
	if got := open(t, path).Epoch(); got != epoch {
		t.Errorf("opened again: got %q, want %q", got, epoch)
	}
	if got := open(t, fresh(t)).Epoch(); got == epoch {
		t.Error("two journals have one epoch")
	}
}

// "SQLite WAL, synchronous=FULL: nothing lost where the disk honours flush."
func TestEachCommitIsFlushed(t *testing.T) {
	path := fresh(t)
	for range 2 { // made, and opened again
		j := open(t, path)
		for name, want := range map[string]string{
			"journal_mode": "wal", "synchronous": "2", "locking_mode": "exclusive", "wal_autocheckpoint": "0",
		} {
			if got, err := j.Pragma(name); got != want || err != nil {
				t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
			}
		}
		j.Close()
	}
}

// SQLite's own way of copying the log does not tell of a flush that failed; ours does.
func TestTheLogDoesNotGrowForEver(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	for i := range 300 {
		appended(t, j, noon, keys(fmt.Sprint("k", i, "-"), 100)...)
	}
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Size() >> 20; got > 12 {
		t.Errorf("the log has %d MB", got)
	}
}

func TestTheFileIsItsOwnersOnly(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a 100% ?#folder", "b")
	path := filepath.Join(folder, "journal")
	j := open(t, path)
	appended(t, j, noon, key("a"))
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	if got := mode(folder); got != 0o700 {
		t.Errorf("folder: got %o", got)
	}
	for _, name := range []string{path, path + "-wal"} {
		if got := mode(name); got != 0o600 {
			t.Errorf("%s: got %o", filepath.Base(name), got)
		}
	}
	j.Close()
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, path)
	if got := mode(path); got != 0o600 {
		t.Errorf("a file that others could read: got %o", got)
	}
}

func TestCheckpointFallsBackToTheOneBefore(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	if seq, _, _, err := j.Latest(); seq != 0 || err != nil {
		t.Errorf("of a new journal: got %d, %v", seq, err)
	}
	if err := j.Checkpoint(1, "test", nil); err == nil {
		t.Error("a checkpoint ahead of the journal was kept")
	}
	appended(t, j, noon, keys("k", 50)...)
	state := func(seq uint64) []byte { return bytes.Repeat([]byte{byte(seq)}, 10000) }
	for seq := uint64(10); seq <= 50; seq += 10 {
		if err := j.Checkpoint(seq, fmt.Sprint("build ", seq), state(seq)); err != nil {
			t.Fatal(err)
		}
	}
	j.Close()
	for _, want := range []uint64{50, 40, 30, 0} { // three are kept
		j := open(t, path)
		seq, build, got, err := j.Latest()
		if err != nil || seq != want {
			t.Fatalf("got checkpoint %d, %v, want %d", seq, err, want)
		}
		if seq != 0 && (build != fmt.Sprint("build ", want) || !bytes.Equal(got, state(want))) {
			t.Errorf("checkpoint %d is not what was written", want)
		}
		j.Close()
		tamper(t, path, `UPDATE checkpoint SET state = zeroblob(10000) WHERE seq = ?`, want)
	}
}

// tamper writes into a closed journal, past its back.
func tamper(t *testing.T, path, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}
