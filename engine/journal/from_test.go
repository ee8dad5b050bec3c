package journal_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/journal"
)

func TestFromFindsTheFirstEventOfATime(t *testing.T) {
	j, err := journal.Open(filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	begin := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	if seq, err := j.From(begin); seq != 1 || err != nil {
		t.Errorf("an empty journal begins at %d, %v", seq, err)
	}
	minutes := []int{0, 0, 1, 5, 5, 5, 9} // of events 1 to 7
	for i, m := range minutes {
		body := engine.Body(engine.Resumed{Session: "s1"})
		if i == 2 {
			body = engine.AutomationAsked{Mode: engine.ModeShadow}
		}
		if _, err := j.Append(begin.Add(time.Duration(m)*time.Minute), []engine.Entry{{ID: fmt.Sprint(i), By: engine.ByRunner, Body: body}}); err != nil {
			t.Fatal(err)
		}
	}
	for minute, want := range map[int]uint64{-1: 1, 0: 1, 1: 3, 2: 4, 5: 4, 6: 7, 9: 7, 10: 8} {
		if seq, err := j.From(begin.Add(time.Duration(minute) * time.Minute)); seq != want || err != nil {
			t.Errorf("minute %d begins with event %d, %v, want %d", minute, seq, err, want)
		}
	}
	for _, test := range []struct{ before, within, want uint64 }{{8, 8, 3}, {3, 3, 0}, {4, 1, 3}, {5, 1, 0}} {
		if seq, err := j.NewestOf("automation.asked", test.before, test.within); seq != test.want || err != nil {
			t.Errorf("before %d within %d: event %d, %v, want %d", test.before, test.within, seq, err, test.want)
		}
	}
}

func TestLatestBeforePassesOverCheckpointsThatComeLater(t *testing.T) {
	j, err := journal.Open(filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	for i := range 9 {
		if _, err := j.Append(time.Unix(int64(i), 0), []engine.Entry{{ID: fmt.Sprint(i), By: engine.ByRunner, Body: engine.Resumed{}}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, seq := range []uint64{2, 5, 8} {
		if err := j.Checkpoint(seq, "test", fmt.Append(nil, seq)); err != nil {
			t.Fatal(err)
		}
	}
	for before, want := range map[uint64]uint64{9: 8, 8: 5, 6: 5, 2: 0} {
		seq, _, state, err := j.LatestBefore(before)
		if err != nil || seq != want || want > 0 && string(state) != fmt.Sprint(want) {
			t.Errorf("before %d: checkpoint %d %q, %v, want %d", before, seq, state, err, want)
		}
	}
}
