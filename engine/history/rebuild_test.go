package history

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// played runs a script of which at least one call ends, and returns its events and what was
// filed in them, of each call the last.
func played(t *testing.T, name string) ([]engine.Event, map[engine.SessionID]engine.Record) {
	t.Helper()
	text, err := os.ReadFile("../../testdata/scripts/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	s := enginetest.New()
	if _, err := s.Run(string(text) + "\n+3 leg.hungup Leg=c1 Cause=normal_clearing\nrun 100\n"); err != nil {
		t.Fatal(err)
	}
	last := map[engine.SessionID]engine.Record{}
	for _, r := range s.Filed {
		last[r.Session] = r
	}
	if len(last) == 0 {
		t.Fatalf("%s: no call is filed", name)
	}
	return s.Journal(), last
}

func eventsFrom(all []engine.Event) Events {
	return func(yield func(engine.Event) error) error {
		for _, e := range all {
			if err := yield(e); err != nil {
				return err
			}
		}
		return nil
	}
}

// kept returns every record that a history has.
func kept(t *testing.T, s *Store) map[engine.SessionID]engine.Record {
	t.Helper()
	page, err := s.Find(t.Context(), Query{}, Paging{Limit: maxPage})
	if err != nil {
		t.Fatal(err)
	}
	all := map[engine.SessionID]engine.Record{}
	for _, c := range page.Calls {
		all[c.Record.Session] = c.Record
	}
	return all
}

func TestRebuiltIsWhatWasFiled(t *testing.T) {
	for _, script := range []string{"by-hand", "taken-back", "act-veto", "restart-in-mid-call", "queue-first-come", "hold", "feeds-stream"} {
		t.Run(script, func(t *testing.T) {
			events, want := played(t, script)
			s := New(filepath.Join(t.TempDir(), "j.history.db"), enginetest.Epoch)
			defer s.Close()
			if err := s.Open(); err != nil || s.Complete(t.Context()) {
				t.Fatalf("a new one is complete, or %v", err)
			}
			told := uint64(0)
			if err := s.Rebuild(t.Context(), eventsFrom(events), func(done uint64) { told = done }); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, kept(t, s)); diff != "" {
				t.Errorf("(-filed +rebuilt)\n%s", diff)
			}
			if !s.Complete(t.Context()) {
				t.Error("it is not complete")
			}
			if len(events) > tellEvery && told == 0 {
				t.Error("no progress was told")
			}
		})
	}
}

func TestRebuildingTakesOutWhatTheJournalDoesNotKnow(t *testing.T) {
	events, want := played(t, "by-hand")
	s := New(filepath.Join(t.TempDir(), "j.history.db"), enginetest.Epoch)
	defer s.Close()
	stranger, erased, newer := few()[0], few()[1], few()[2]
	newer.Closed = 1 << 40 // filed while it was rebuilt
	stranger.Opened, stranger.Closed, erased.Opened, erased.Closed = 7000, 9, 7001, 9
	for _, r := range []engine.Record{stranger, erased, newer} {
		if err := s.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Forget(t.Context(), []engine.SessionID{erased.Session}, engine.EraseAll, digest); err != nil {
		t.Fatal(err)
	}
	if err := s.Rebuild(t.Context(), eventsFrom(events), nil); err != nil {
		t.Fatal(err)
	}
	got := kept(t, s)
	if _, there := got[stranger.Session]; there || len(got) != len(want)+2 {
		t.Errorf("it keeps %d calls, the stranger's: %v", len(got), there)
	}
	if got[erased.Session].Caller != "~12" {
		t.Errorf("the erased call has become %+v", got[erased.Session])
	}
	if got := numbers(t, s, "manager"); got != "" {
		t.Errorf("the stranger's words find %q", got)
	}
}

func TestARebuildingThatEndsEarlyIsAskedForAgain(t *testing.T) {
	events, _ := played(t, "by-hand")
	s := New(filepath.Join(t.TempDir(), "j.history.db"), enginetest.Epoch)
	defer s.Close()
	if err := s.Rebuild(t.Context(), eventsFrom(events), nil); err != nil {
		t.Fatal(err)
	}
	wanting(s)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Rebuild(ctx, func(yield func(engine.Event) error) error {
		for i, e := range events {
			if i == len(events)/2 {
				cancel()
			}
			if err := yield(e); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	if !errors.Is(err, context.Canceled) || s.Complete(t.Context()) || !wanting(s) {
		t.Errorf("ended by %v, complete %v", err, s.Complete(t.Context()))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Open(); err != nil || !wanting(s) {
		t.Errorf("opened again it wants nothing (%v)", err)
	}
}

func TestAHistoryOfWhatWasUndoneIsKnown(t *testing.T) {
	s := newStore(t, few()...)
	for newest, want := range map[uint64]bool{96: true, 97: false, 5000: false} {
		if got, err := s.Ahead(t.Context(), newest); err != nil || got != want {
			t.Errorf("ahead of event %d: %v, %v", newest, got, err)
		}
	}
}

func TestTheHistoryLiesBesideItsJournal(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	journal := filepath.Join(dir, "journal.db")
	if got, want := Beside(journal), filepath.Join(dir, "journal.history.db"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	link := filepath.Join(dir, "link.db")
	if err := errors.Join(os.WriteFile(journal, nil, 0o600), os.Symlink(journal, link)); err != nil {
		t.Skip(err)
	}
	if got, want := Beside(link), filepath.Join(dir, "journal.history.db"); got != want {
		t.Errorf("by a link %s, want %s", got, want)
	}
}
