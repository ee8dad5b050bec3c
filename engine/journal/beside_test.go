package journal_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/journal"
	"switchboard/engine/recording"
	"switchboard/engine/runner"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// told returns what a fold from the first event tells of whom each call was given, in short,
// and of those that it has as up.
func told(epoch string, events []engine.Event, waits bool) (calls map[engine.SessionID]string, up []engine.SessionID) {
	calls = map[engine.SessionID]string{}
	state := engine.NewState(epoch)
	for _, e := range events {
		var commands []engine.Command
		state, commands = engine.Step(state, e)
		for _, c := range commands {
			if f, ok := c.Action.(engine.File); ok && f.Record.Number > 0 {
				calls[f.Record.Session] = inShort(f.Record, waits)
			}
		}
	}
	return calls, state.Up()
}

// inShort is who was called for a call and what came of it; without waits not since when.
func inShort(r engine.Record, waits bool) string {
	text := "ended " + r.Ending + " at " + r.Over.Format(time.TimeOnly)
	for _, l := range r.Legs {
		if l.Role == engine.RoleOperator {
			text += fmt.Sprintf("; %s %s %v", l.Number, l.Called, l.Answered.Format(time.TimeOnly))
		}
	}
	for _, b := range r.Brought {
		if !waits {
			b.Began = time.Time{}
		}
		text += fmt.Sprintf("; %+v", b)
	}
	return text
}

// busyFloor plays calls that overlap, on a floor with few operators.
func busyFloor(t *testing.T, seed uint64, gap time.Duration, queue bool) []engine.Event {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	var all []*recording.Recording
	for i := range 9 {
		all = append(all, recs[(int(seed)*5+i*7)%len(recs)])
	}
	settings := enginetest.Defaults()
	settings.Operators = append(settings.Operators, "+12025550103")
	if seed%3 == 1 {
		settings.Groups = []engine.Group{{Name: "desk", Order: engine.OrderIdle, Ring: settings.Ring}}
	}
	if seed%3 == 2 {
		settings.Groups = []engine.Group{{Name: "desk", Order: engine.OrderTurn, Ring: settings.Ring}}
	}
	for i := range settings.Groups {
		for n, number := range settings.Operators {
			settings.Groups[i].Operators = append(settings.Groups[i].Operators, engine.Operator{Number: number, Name: fmt.Sprint("Op", n)})
		}
	}
	if queue {
		settings.Queue.AtMost = time.Minute
		settings.Queue.Then = engine.FallbackStay
	}
	play := enginetest.NewPlayIn(world.Config{Seed: seed}, settings)
	if _, err := play.Run(gap, all...); err != nil {
		t.Fatal(err)
	}
	return play.Journal()
}

// besideForgotten forgets each call of a journal in a copy, and returns how many of the
// others a fold then tells as before, and how many not.
func besideForgotten(t *testing.T, events []engine.Event, bare, waits bool) (same, other int, shown string) {
	t.Helper()
	before, _ := told(enginetest.Epoch, events, waits)
	var ids []engine.SessionID
	for id := range before {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	path := fresh(t)
	if _, err := journal.Import(path, bytes.NewReader(lines(t, events))); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		to := filepath.Join(t.TempDir(), "journal.db")
		if err := openCopy(t, path).Backup(to); err != nil {
			t.Fatal(err)
		}
		j := open(t, to)
		ordered(t, j, engine.EraseAll, nil, id)
		erased(t, j)
		left := all(t, j, 1)
		if bare { // as it was before anybody was told to be busy
			for i := range left {
				if f, ok := left[i].Body.(engine.Forgotten); ok {
					f.Busy = nil
					left[i].Body = f
				}
			}
		}
		after, up := told(j.Epoch(), left, waits)
		for _, neighbour := range ids {
			switch {
			case neighbour == id:
			case slices.Contains(up, neighbour):
				other++
				shown += fmt.Sprintf("without %s, %s is up for ever\n", id, neighbour)
			case before[neighbour] != after[neighbour]:
				other++
				shown += fmt.Sprintf("without %s, %s:\n%s\n", id, neighbour, cmp.Diff(before[neighbour], after[neighbour]))
			default:
				same++
			}
		}
	}
	return same, other, shown
}

// Who was called on the calls beside a forgotten one is told as before: whom that one kept
// busy is known.
func TestCallsBesideAForgottenOneAreToldAsBefore(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector, in which SQLite is slow")
	}
	bared := 0
	for seed := range uint64(3) {
		events := busyFloor(t, seed, 10*time.Second, false)
		same, other, shown := besideForgotten(t, events, false, true)
		if other > 0 || same == 0 {
			t.Errorf("seed %d: %d neighbours are the same, %d others:\n%s", seed, same, other, shown)
		}
		if seed == 0 {
			_, n, _ := besideForgotten(t, events, true, true)
			bared += n
		}
	}
	if bared == 0 {
		t.Error("also without it nothing differs: the test proves nothing")
	}
	t.Log(bared, "differ where nobody is told to be busy")
}

// Where customers wait for operators, the place of a forgotten one in the queue is not known
// any more: since when another was called may be told otherwise, by seconds. Who was called,
// and what came of it, is almost always told as before: of 720 such calls, three were not.
func TestBesideAForgottenCallWhoWasCalledFromTheQueueIsToldAlmostAsBefore(t *testing.T) {
	if testing.Short() {
		t.Skip("many journals")
	}
	same, other := 0, 0
	for seed := range uint64(3) {
		s, o, shown := besideForgotten(t, busyFloor(t, seed, 5*time.Second, true), false, false)
		same, other = same+s, other+o
		if o > 0 {
			t.Logf("seed %d: %s", seed, shown)
		}
	}
	if other*50 > same {
		t.Errorf("%d neighbours are the same, %d others", same, other)
	}
}

// Where an operator's own calls are forgotten, they no longer tell that it was he.
func TestAForgottenOperatorIsNotNamedAsBusy(t *testing.T) {
	events := busyFloor(t, 0, 10*time.Second, false)
	path := fresh(t)
	if _, err := journal.Import(path, bytes.NewReader(lines(t, events))); err != nil {
		t.Fatal(err)
	}
	for _, staff := range []bool{false, true} {
		j := openCopy(t, path)
		calls, _ := surveyed(t, j)
		body := engine.CallsForgotten{What: engine.EraseAll, Staff: staff}
		for id := range calls {
			body.Sessions = append(body.Sessions, id)
		}
		slices.Sort(body.Sessions)
		appended(t, j, noon.Add(100*24*time.Hour), engine.Entry{ID: "forget", By: engine.ByRunner, Body: body})
		state, err := runner.Recover(j)
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Checkpoint(state.Seq, "test", []byte(stateText(t, &state))); err != nil {
			t.Fatal(err)
		}
		erased(t, j)
		named := 0
		for _, e := range all(t, j, 1) {
			if f, ok := e.Body.(engine.Forgotten); ok && len(f.Busy) > 0 {
				named++
			}
		}
		if staff != (named == 0) {
			t.Errorf("staff %v: %d events name who was busy", staff, named)
		}
	}
}
