package journal_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/journal"
)

func checked(t *testing.T, path string) journal.Report {
	t.Helper()
	j, err := journal.OpenCopy(path)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	r, err := j.Check(t.Context(), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAGoodJournalHasNoFaults(t *testing.T) {
	path, events := played(t)
	n := uint64(len(events))
	checkpointed(t, path, "test", n/3, n/2)
	r := checked(t, path)
	if len(r.Faults)+len(r.Remarks) > 0 {
		t.Errorf("got %+v and %q", r.Faults, r.Remarks)
	}
	if r.Events != n || r.Checkpoint != n/2 || r.Build != "test" || r.Calls != 6 || !r.Last.Equal(events[n-1].At) {
		t.Errorf("got %+v", r)
	}
}

// Each thing that a check looks at, spoilt by itself.
func TestACheckFindsWhatIsWrong(t *testing.T) {
	whole, events := played(t)
	n := uint64(len(events))
	checkpointed(t, whole, "test", n/3, n/2)
	for what, test := range map[string]struct {
		query, want string
		faults      int
	}{
		"a gap":              {`DELETE FROM event WHERE seq BETWEEN 200 AND 210; DELETE FROM known WHERE seq BETWEEN 200 AND 210`, "events 200 to 210 are missing", 1},
		"one missing":        {`DELETE FROM event WHERE seq = 200; DELETE FROM known WHERE seq = 200`, "event 200 is missing", 1},
		"the first missing":  {`DELETE FROM event WHERE seq = 1; DELETE FROM known WHERE seq = 1`, "event 1 is missing", 1},
		"changed":            {`UPDATE event SET body = '{}' WHERE seq = 200`, "event 200 is not what was written", 1},
		"forgotten too soon": {`DELETE FROM known WHERE seq IN (200, 201)`, "2 IDs are not known any more", 1},
		"known for nothing":  {`INSERT INTO known VALUES (99999, 'x', 0)`, "1 IDs are known that no event has", 1},
		"a bad checkpoint":   {fmt.Sprintf(`UPDATE checkpoint SET state = zeroblob(9) WHERE seq = %d`, n/2), fmt.Sprintf("the checkpoint after event %d is not what was written", n/2), 1},
	} {
		t.Run(what, func(t *testing.T) {
			path := backedUp(t, whole)
			tamper(t, path, test.query)
			r := checked(t, path)
			if len(r.Faults) != test.faults || !strings.Contains(r.Faults[0].What, test.want) || r.Faults[0].Do == "" {
				t.Errorf("got %+v, want %q", r.Faults, test.want)
			}
		})
	}
}

func backedUp(t *testing.T, path string) string {
	t.Helper()
	to := fresh(t)
	c := openCopy(t, path)
	if err := c.Backup(to); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return to
}

// "Newest checkpoint readable and equal to the fold of the events before it."
func TestACheckpointThatTheEventsDoNotLeadToIsAFault(t *testing.T) {
	whole, events := played(t)
	n := uint64(len(events))
	for build, fault := range map[string]bool{"test": true, "another version": false} {
		path := backedUp(t, whole)
		checkpointed(t, path, build, n/3)
		j := open(t, path)
		_, _, state, err := j.Latest()
		if err != nil {
			t.Fatal(err)
		}
		other := strings.Replace(string(state), `"Foreign":0`, `"Foreign":7`, 1)
		if other == string(state) {
			t.Fatal("the state is not spoilt")
		}
		if err := j.Checkpoint(n/3, build, []byte(other)); err != nil {
			t.Fatal(err)
		}
		j.Close()
		r := checked(t, path)
		said := fmt.Sprint(r.Faults, r.Remarks)
		if (len(r.Faults) == 1) != fault || (len(r.Remarks) == 1) == fault || !strings.Contains(said, "Counts") {
			t.Errorf("by %s: got %s", build, said)
		}
	}
}

// A new version goes on from the checkpoint that it finds. What that one holds otherwise
// than this version would have made of the first events is no damage.
func TestAVersionThatWentOnFromAnothersCheckpointIsInOrder(t *testing.T) {
	path, events := played(t)
	n := uint64(len(events))
	j := open(t, path)
	state := engine.NewState(j.Epoch())
	for _, e := range events {
		state, _ = engine.Step(state, e)
		switch e.Seq {
		case n / 3:
			text := stateText(t, &state)
			other := strings.Replace(text, `"Foreign":0`, `"Foreign":7`, 1)
			if err := j.Checkpoint(e.Seq, "an older version", []byte(other)); err != nil {
				t.Fatal(err)
			}
			state = stateOf(t, other)
		case n / 2:
			if err := j.Checkpoint(e.Seq, "test", []byte(stateText(t, &state))); err != nil {
				t.Fatal(err)
			}
		}
	}
	j.Close()
	r := checked(t, path)
	if len(r.Faults) > 0 || len(r.Remarks) != 1 || !strings.Contains(r.Remarks[0], "another version has taken in the older events") {
		t.Errorf("got %+v and %q", r.Faults, r.Remarks)
	}
}

func TestACheckpointThatThisVersionCannotReadIsOnlyRemarked(t *testing.T) {
	path, events := played(t)
	n := uint64(len(events))
	for build, fault := range map[string]bool{"test": true, "a later version": false} {
		j := open(t, path)
		if err := j.Checkpoint(n/2, build, []byte(`{"Shape":99}`)); err != nil {
			t.Fatal(err)
		}
		j.Close()
		r := checked(t, path)
		if (len(r.Faults) == 1) != fault || (len(r.Remarks) == 1) == fault {
			t.Errorf("of %s: got %+v and %q", build, r.Faults, r.Remarks)
		}
	}
}

// IDs are known for 48 hours; later they may come again.
func TestAnIDThatWasTakenInTwiceIsAFault(t *testing.T) {
	for gap, faults := range map[time.Duration]int{47 * time.Hour: 1, 49 * time.Hour: 0, 200 * time.Hour: 0} {
		path := fresh(t)
		j := open(t, path)
		appended(t, j, noon, key("a"))
		j.Close()
		tamper(t, path, `DELETE FROM known`)
		j = open(t, path)
		appended(t, j, noon.Add(time.Hour), key("b"))
		appended(t, j, noon.Add(gap), key("a"))
		j.Close()
		r := checked(t, path)
		got := 0
		for _, f := range r.Faults {
			if strings.Contains(f.What, "event 3 has the ID of event 1") {
				got++
			}
		}
		if got != faults {
			t.Errorf("after %v: got %+v", gap, r.Faults)
		}
	}
}

func TestAnEventThatGoesBackInTimeIsAFaultAndIsNotReplayed(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, keys("a", 3)...)
	if err := j.AppendRaw(noon.Add(-time.Hour), "b", "key.pressed", `{}`); err != nil {
		t.Fatal(err)
	}
	j.Close()
	r := checked(t, path)
	if len(r.Faults) != 1 || !strings.Contains(r.Faults[0].What, "event 4 was taken in at 2026-03-14T11:00:00Z, before event 3") {
		t.Errorf("got %+v", r.Faults)
	}
	if err := open(t, path).Read(1, count(new(int))); !errors.Is(err, journal.ErrDamaged) {
		t.Errorf("read: got %v, want ErrDamaged", err)
	}
}

func TestAnEventOfALaterVersionIsAFaultOfItsOwn(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	if err := j.AppendRaw(noon, "a", "teleported", `{}`); err != nil {
		t.Fatal(err)
	}
	j.Close()
	r := checked(t, path)
	if len(r.Faults) != 1 || !strings.Contains(r.Faults[0].What, "newer") || !strings.Contains(r.Faults[0].Do, "the version that wrote it") {
		t.Errorf("got %+v", r.Faults)
	}
}

func TestManyFaultsAreCounted(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, keys("a", 100)...)
	j.Close()
	tamper(t, path, `UPDATE event SET by = 'x' WHERE seq > 50`)
	r := checked(t, path)
	if len(r.Faults) != 20 || r.More != 30 || r.Events != 50 {
		t.Errorf("got %d faults and %d more, %d events", len(r.Faults), r.More, r.Events)
	}
}

func TestACheckEndsWithItsContext(t *testing.T) {
	path, _ := played(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := openCopy(t, path).Check(ctx, "test", func(done, of uint64) {
		if done > of {
			t.Errorf("%d of %d are done", done, of)
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// IDs are forgotten by the time of what comes in, and that may be a repetition alone,
// long after the newest event.
func TestIDsThatWereForgottenInTheirTimeAreNoFault(t *testing.T) {
	path := fresh(t)
	j := open(t, path)
	appended(t, j, noon, keys("old", 10)...)
	appended(t, j, noon.Add(24*time.Hour), key("young"))
	if got := appended(t, j, noon.Add(49*time.Hour), key("young")); got != nil {
		t.Fatalf("a repetition was taken in: %v", got)
	}
	j.Close()
	if r := checked(t, path); len(r.Faults) > 0 {
		t.Errorf("got %+v", r.Faults)
	}
	if got := appended(t, open(t, path), noon.Add(49*time.Hour), key("old3")); len(got) != 1 {
		t.Error("the old ones are known still: this test tests nothing")
	}
}
