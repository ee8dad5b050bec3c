package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/journal"
)

// anOldCall makes a journal of one call, which Telnyx has told at a time.
func anOldCall(t *testing.T, at time.Time) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	leg := engine.LegRef{Leg: "leg"}
	for i, body := range []engine.Body{
		engine.SettingsLoaded{Settings: engine.Settings{Floor: "main", Number: "+12025550100"}},
		engine.LegInitiated{LegRef: leg, Direction: engine.Incoming, From: "+12025550151", To: "+12025550100"},
		engine.LegHungUp{LegRef: leg, Cause: "normal_clearing"},
	} {
		entry := engine.Entry{ID: fmt.Sprint(i), By: engine.ByTelnyx, Occurred: at, Body: body}
		if _, err := j.Append(at, []engine.Entry{entry}); err != nil {
			t.Fatal(err)
		}
	}
	// What we have said since in Telnyx's name is of our own clock, and so are settings.
	for _, entry := range []engine.Entry{
		{ID: "telnyx/sweep/1", By: engine.ByTelnyx, Occurred: time.Now(), Body: engine.LegMissed{LegRef: leg}},
		{ID: "start/4/0", By: engine.ByRunner, Occurred: time.Now(), Body: engine.SettingsLoaded{}},
	} {
		if _, err := j.Append(time.Now(), []engine.Entry{entry}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// A clock that was set a year ahead must not erase what is of yesterday: where nothing has
// come from Telnyx for long, nothing goes by its age unless somebody says that it is right.
func TestAClockInDoubtErasesNothing(t *testing.T) {
	path := anOldCall(t, time.Now().Add(-500*24*time.Hour))
	t.Chdir(filepath.Dir(path))
	tell := func(want int, args ...string) string {
		t.Helper()
		var out, complaints bytes.Buffer
		code := run(t.Context(), append(args, "--journal", path), strings.NewReader(""), &out, &complaints)
		if code != want {
			t.Errorf("%v: exit %d: %s%s", args, code, out.String(), complaints.String())
		}
		return strings.Join(strings.Fields(out.String()+complaints.String()), " ")
	}
	if said := tell(exitClean, "retention"); !strings.Contains(said, "the last webhook came 500 days ago") || !strings.Contains(said, "--clock-is-right") {
		t.Errorf("shown is %s", said)
	}
	if said := tell(exitFailure, "retention", "--now"); !strings.Contains(said, "see to the clock") || len(onDisk(t, filepath.Dir(path), "+12025550151")) == 0 {
		t.Errorf("in doubt: %s", said)
	}
	if said := tell(exitClean, "retention", "--now", "--clock-is-right"); !strings.Contains(said, "Forgotten: 1 call") || len(onDisk(t, filepath.Dir(path), "+12025550151")) > 0 {
		t.Errorf("sure: %s", said)
	}
}

// The next call tells that the clock is right.
func TestAWebhookTellsThatTheClockIsRight(t *testing.T) {
	j, err := journal.Open(anOldCall(t, time.Now().Add(-8*24*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	x := offline(j, time.Now)
	if err := x.doubt(time.Now()); !errors.Is(err, errClock) {
		t.Errorf("after a week without a call: %v", err)
	}
	entry := engine.Entry{ID: "new", By: engine.ByTelnyx, Occurred: time.Now(), Body: engine.LegAnswered{LegRef: engine.LegRef{Leg: "other"}}}
	if _, err := j.Append(time.Now(), []engine.Entry{entry}); err != nil {
		t.Fatal(err)
	}
	if err := x.doubt(time.Now()); err != nil {
		t.Errorf("after a call: %v", err)
	}
}

// Who breaks an erasure off is told that it goes on, and it does.
func TestAnErasureThatIsBrokenOffSaysWhatBecomesOfIt(t *testing.T) {
	j, err := journal.Open(anOldCall(t, time.Now().Add(-24*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	x := offline(j, time.Now)
	e, err := x.of(t.Context(), "+12025550151", engine.EraseAll)
	if err != nil || len(e.calls) != 1 {
		t.Fatalf("found %+v, %v", e, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.do(ctx, byCommand, e); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "switchboard retention --now") {
		t.Errorf("broken off: %v", err)
	}
	if f, err := x.do(t.Context(), byCommand); err != nil || f.calls != 1 || len(onDisk(t, filepath.Dir(j.Path()), "+12025550151")) > 0 {
		t.Errorf("the next time: %+v, %v", f, err)
	}
}

// What the program itself has left beside a journal is named, for no erasure reaches it.
func TestWhatIsLeftBesideAJournalIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	for _, name := range []string{".v1", ".v1.2"} {
		write(t, path+name, "")
	}
	aside := strings.TrimSuffix(path, ".db") + ".history.aside-1"
	write(t, aside, "")
	write(t, aside+"-wal", "")
	said := strings.Join(forgotten{calls: 1, events: 9}.after(path), " ")
	if !strings.Contains(said, path+".v1, "+path+".v1.2, "+aside+";") {
		t.Error(said)
	}
}

// Of a journal that cannot be read no history is made: the old one may be all there is.
func TestARebuildingThatCannotBeDoneLeavesTheHistory(t *testing.T) {
	path := anOldCall(t, time.Now().Add(-24*time.Hour))
	t.Chdir(filepath.Dir(path))
	if code, _, complaints := try(t, "history", "--journal", path); code != exitClean {
		t.Fatal(complaints)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw[bytes.Index(raw, []byte("normal_clearing"))] ^= 1
	write(t, path, string(raw))
	if code, _, complaints := try(t, "history", "--rebuild", "--journal", path); code != exitFailure || !strings.Contains(complaints, "the history stays as it is") {
		t.Errorf("exit %d: %s", code, complaints)
	}
	if code, out, complaints := try(t, "history", "--journal", path); code != exitClean || !strings.Contains(out, "+1 202 555 0151") {
		t.Errorf("exit %d: %s%s", code, out, complaints)
	}
}

// What was recorded of a call that was forgotten while it was up is told of when it is over,
// and is deleted at Telnyx before its id is erased.
func TestARecordingThatIsToldOfLateIsDeletedAtTelnyx(t *testing.T) {
	j, err := journal.Open(filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	now := time.Now()
	leg := engine.LegRef{Leg: "leg"}
	tell := func(bodies ...engine.Body) {
		t.Helper()
		for _, body := range bodies {
			entry := engine.Entry{ID: fmt.Sprintf("%T", body), By: engine.ByTelnyx, Body: body}
			if _, err := j.Append(now, []engine.Entry{entry}); err != nil {
				t.Fatal(err)
			}
		}
	}
	tell(engine.SettingsLoaded{Settings: engine.Settings{Floor: "main", Number: "+12025550100"}},
		engine.LegInitiated{LegRef: leg, Direction: engine.Incoming, From: "+12025550151", To: "+12025550100"}, engine.LegAnswered{LegRef: leg})
	x, s := offline(j, func() time.Time { return now }), &shelf{}
	x.recordings = s
	e, err := x.of(t.Context(), "+12025550151", engine.EraseAll)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := x.do(t.Context(), byCommand, e); err != nil || f.waiting != 1 {
		t.Fatalf("while it is up: %+v, %v", f, err)
	}
	now = now.Add(time.Minute)
	tell(engine.LegHungUp{LegRef: leg, Cause: "normal_clearing"}, engine.RecordingSaved{LegRef: leg, ID: "rec-late"})
	if f, err := x.complete(t.Context()); err != nil || f.waiting != 0 || f.calls != 1 {
		t.Errorf("when it is over: %+v, %v", f, err)
	}
	if len(s.deleted) != 1 || s.deleted[0] != "rec-late" || len(onDisk(t, filepath.Dir(j.Path()), "rec-late", "+12025550151")) > 0 {
		t.Errorf("deleted at Telnyx are %v", s.deleted)
	}
}
