package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/journal"
)

// exported returns a journal as an export.
func exported(t *testing.T, j *journal.Journal) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := j.Export(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// "Import: event for event, same state."
func TestAnExportThatIsImportedIsTheSameJournal(t *testing.T) {
	path, events := played(t)
	checkpointed(t, path, "test", uint64(len(events))/2)
	j := open(t, path)
	text := exported(t, j)

	to := filepath.Join(t.TempDir(), "folder", "journal")
	n, err := journal.Import(to, bytes.NewReader(text))
	if err != nil || n != uint64(len(events)) {
		t.Fatalf("imported %d, %v, want %d", n, err, len(events))
	}
	again := open(t, to)
	if diff := cmp.Diff(all(t, j, 1), all(t, again, 1)); diff != "" || again.Epoch() != j.Epoch() {
		t.Errorf("of epoch %s, it holds other events:\n%s", again.Epoch(), diff)
	}
	if diff := cmp.Diff(digest(t, j), digest(t, again)); diff != "" {
		t.Errorf("the state is another:\n%s", diff)
	}
	if !bytes.Equal(text, exported(t, again)) {
		t.Error("exported again it is another text")
	}
	last := events[len(events)-1]
	if got := appended(t, again, last.At, last.Entry); got != nil {
		t.Error("what had come is not known any more")
	}
	again.Close()
	if r := checked(t, to); len(r.Faults)+len(r.Remarks) > 0 {
		t.Errorf("a check finds %+v, %q", r.Faults, r.Remarks)
	}
	if left, _ := os.ReadDir(filepath.Dir(to)); len(left) != 1 {
		t.Errorf("%d files are left", len(left))
	}
}

// An ID may come again after 48 hours, and then both are the journal's.
func TestAnIDThatCameAgainAfterItsTimeIsImported(t *testing.T) {
	first := engine.Event{Seq: 1, At: noon, Entry: key("a")}
	for gap, good := range map[time.Duration]bool{47 * time.Hour: false, 49 * time.Hour: true} {
		text := lines(t, []engine.Event{first, {Seq: 2, At: noon.Add(gap), Entry: key("a")}})
		path := fresh(t)
		_, err := journal.Import(path, bytes.NewReader(text))
		if (err == nil) != good || err != nil && !strings.Contains(err.Error(), "within 48 hours") {
			t.Errorf("after %v: got %v", gap, err)
		}
	}
}

func TestWhatIsNoWholeExportIsNotImported(t *testing.T) {
	event := func(seq uint64, at time.Time) engine.Event {
		return engine.Event{Seq: seq, At: at, Entry: key(fmt.Sprint(seq))}
	}
	good := lines(t, []engine.Event{event(1, noon), event(2, noon)})
	head, rest, _ := bytes.Cut(good, []byte("\n"))
	for what, test := range map[string]struct {
		text []byte
		want string
	}{
		"nothing":         {nil, "empty"},
		"no head":         {rest, "epoch"},
		"another head":    {append([]byte(`{"epoch":"x"}`+"\n"), rest...), "no UUID"},
		"one call":        {append([]byte(`{"epoch":"`+strings.Repeat("0", 36)+`","call":"s1"}`+"\n"), rest...), "one call alone"},
		"a gap":           {lines(t, []engine.Event{event(1, noon), event(3, noon)}), "line 3: event 3 follows event 1"},
		"a late start":    {lines(t, []engine.Event{event(2, noon)}), "line 2: event 2 follows event 0"},
		"back in time":    {lines(t, []engine.Event{event(1, noon), event(2, noon.Add(-1))}), "goes back in time"},
		"cut":             {good[:len(good)-9], "line 3"},
		"a later version": {slices.Concat(head, []byte("\n"), []byte(`{"Seq":1,"At":"2026-03-14T12:00:00Z","ID":"a","By":"x","Kind":"teleported","Body":{}}`)), "newer"},
	} {
		path := fresh(t)
		if _, err := journal.Import(path, bytes.NewReader(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", what, err, test.want)
		}
		if left, _ := os.ReadDir(filepath.Dir(path)); len(left) > 0 {
			t.Errorf("%s: %v is left", what, left)
		}
	}
}

func TestNothingIsImportedOrBackedUpOverAFile(t *testing.T) {
	path, events := played(t)
	there := fresh(t)
	if err := os.WriteFile(there, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Import(there, bytes.NewReader(lines(t, events))); !errors.Is(err, journal.ErrExists) {
		t.Errorf("import: got %v, want ErrExists", err)
	}
	if err := open(t, path).Backup(there); !errors.Is(err, journal.ErrExists) {
		t.Errorf("backup: got %v, want ErrExists", err)
	}
	if text, _ := os.ReadFile(there); string(text) != "precious" {
		t.Error("it was written over")
	}
}

// An export that meets damage says where; what comes before it can be imported.
func TestWhatComesBeforeDamageCanBeSaved(t *testing.T) {
	path, events := played(t)
	tamper(t, path, `UPDATE event SET body = '{}' WHERE seq = 100`)
	var b bytes.Buffer
	n, err := openCopy(t, path).Export(&b)
	if n != 99 || !errors.Is(err, journal.ErrDamaged) || !strings.Contains(err.Error(), "event 100") {
		t.Errorf("got %d, %v, want 99 and ErrDamaged", n, err)
	}
	saved := fresh(t)
	if n, err := journal.Import(saved, &b); n != 99 || err != nil {
		t.Fatalf("imported %d, %v", n, err)
	}
	if diff := cmp.Diff(events[:99], all(t, open(t, saved), 1)); diff != "" {
		t.Error(diff)
	}
}

func TestACallIsExportedWithAllThatItStandsOn(t *testing.T) {
	path, events := played(t)
	j := open(t, path)
	call, err := j.FindCall("3")
	if err != nil {
		t.Fatal(err)
	}
	if same, err := j.FindCall(string(call.Session)); err != nil || !cmp.Equal(call, same, cmp.AllowUnexported(journal.Call{})) {
		t.Errorf("by its session: got %+v, %v", same, err)
	}
	var b bytes.Buffer
	n, err := j.ExportCall(&b, call)
	if err != nil || n < 10 || n > len(events)/2 {
		t.Fatalf("%d of %d events, %v", n, len(events), err)
	}
	if !strings.Contains(strings.Split(b.String(), "\n")[0], `"call":"`+string(call.Session)+`"`) {
		t.Errorf("its head is %s", strings.Split(b.String(), "\n")[0])
	}
	// Alone it is heard as it was among the others, Symbl's leg and all.
	whole, alone := engine.NewState(j.Epoch()), engine.NewState(j.Epoch())
	settings := false
	var want, got *engine.Session
	for _, e := range events {
		whole, _ = engine.Step(whole, e)
		want = changed(&whole, call.Session, want)
	}
	for _, e := range eventsOf(t, b.Bytes()) {
		if _, ok := e.Body.(engine.SettingsLoaded); ok {
			settings = true
		}
		alone.Seq = e.Seq - 1
		alone, _ = engine.Step(alone, e)
		got = changed(&alone, call.Session, got)
	}
	if !settings {
		t.Error("there are no settings in it")
	}
	if got == nil || got.Words != want.Words || got.Words == 0 || !cmp.Equal(got.Feed.Reigns, want.Feed.Reigns) || got.Ending != want.Ending {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	for _, name := range []string{"77", "0", "-1", "s0", ""} {
		if _, err := j.FindCall(name); !errors.Is(err, journal.ErrNoCall) {
			t.Errorf("%q: got %v, want ErrNoCall", name, err)
		}
	}
}

func changed(s *engine.State, id engine.SessionID, so *engine.Session) *engine.Session {
	for _, session := range s.Changed() {
		if session.ID == id {
			so = session
		}
	}
	return so
}

// "Backup while running": one file, whole, also while another process writes.
func TestABackupIsOneFileAndWhole(t *testing.T) {
	path := fresh(t)
	cmd := begin(t, "append", path)
	to := fresh(t)
	c := openCopy(t, path)
	want := all(t, c, 1)
	if err := c.Backup(to); err != nil {
		t.Fatal(err)
	}
	c.Close()
	kill(t, cmd)
	if files, _ := os.ReadDir(filepath.Dir(to)); len(files) != 1 {
		t.Errorf("a backup has %d files", len(files))
	}
	if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
	if diff := cmp.Diff(want, all(t, open(t, to), 1)); diff != "" || len(want) == 0 {
		t.Errorf("it holds other events:\n%s", diff)
	}
}

func TestCompactingDropsWhatIsPastItsKeepAndNothingElse(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, keys("old", 4000)...)
	for seq := uint64(1); seq <= 3; seq++ {
		if err := j.Checkpoint(seq, "test", bytes.Repeat([]byte{byte(seq)}, 100_000)); err != nil {
			t.Fatal(err)
		}
	}
	appended(t, j, noon.Add(47*time.Hour), keys("young", 10)...)
	j.Close()
	tamper(t, path, `UPDATE checkpoint SET state = x'00' WHERE seq = 3`)
	tamper(t, path, `UPDATE known SET at = at - 7200000000000 WHERE seq <= 4000`)
	j = open(t, path)
	want := all(t, j, 1)
	c, err := j.Compact()
	if err != nil {
		t.Fatal(err)
	}
	if c.IDs != 4000 || c.Checkpoints != 2 || c.After >= c.Before*2/3 {
		t.Errorf("got %+v", c)
	}
	if diff := cmp.Diff(want, all(t, j, 1)); diff != "" {
		t.Errorf("it holds other events:\n%s", diff)
	}
	if seq, _, _, err := j.Latest(); seq != 2 || err != nil {
		t.Errorf("the newest good checkpoint: got %d, %v, want 2", seq, err)
	}
	if got := appended(t, j, noon.Add(47*time.Hour), key("young3"), key("new")); len(got) != 1 || got[0].ID != "new" {
		t.Errorf("afterwards it takes in %v", ids(got))
	}
	j.Close()
	info, err := os.Stat(path)
	if err != nil || info.Size() != c.After {
		t.Logf("%v, %v, said %d", info.Size(), err, c.After) // what was taken in since
	}
}

func TestADamagedJournalIsNotCompacted(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, keys("a", 3000)...)
	j.Close()
	spoil(t, path)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	j, err = journal.Open(path)
	if err == nil {
		_, err = j.Compact()
		j.Close()
	}
	if !errors.Is(err, journal.ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("it was changed")
	}
}
