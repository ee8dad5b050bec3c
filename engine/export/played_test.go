package export_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/export"
	"switchboard/engine/recording"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// played plays a recording and returns the record of its call.
func played(t testing.TB, rec *recording.Recording, desk bool) engine.Record {
	t.Helper()
	play := enginetest.NewPlay(1, world.Faults{})
	if desk {
		play.WithFront()
	}
	if out, err := play.Run(0, rec); err != nil {
		t.Fatalf("play %s: %v after\n%s", rec.Name, err, out)
	}
	for _, r := range slices.Backward(play.Filed) {
		if r.Number == 1 {
			return r
		}
	}
	t.Fatalf("play %s: no record was filed", rec.Name)
	return engine.Record{}
}

// written returns a recording as it is read again from a file.
func written(t testing.TB, rec *recording.Recording) *recording.Recording {
	t.Helper()
	var file bytes.Buffer
	if err := recording.Write(&file, rec); err != nil {
		t.Fatal(err)
	}
	again, err := recording.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// How far apart in time the same things may be in a call and in its recording, played. The
// pretend Symbl is asked every two seconds, and what follows from a sentence with it.
const tolerance = 2500 * time.Millisecond

// What a recorded call comes to, without the times.
type course struct {
	Lines   []string
	Keys    []string
	Fired   []string
	Brought []string
	Legs    []string
	Gaps    int
	Ending  string
}

func courseOf(r engine.Record) course {
	c := course{Gaps: len(r.Gaps), Ending: r.Ending}
	for _, u := range r.Lines {
		c.Lines = append(c.Lines, fmt.Sprintf("%s: %s %v %s/%v %s", u.Speaker, u.Text, u.Scored, u.Polarity, u.Told, u.ToldPolarity))
	}
	for _, k := range r.Keys {
		c.Keys = append(c.Keys, k.Digit)
	}
	for _, f := range r.Fired {
		c.Fired = append(c.Fired, f.Rule)
	}
	for _, b := range r.Brought {
		c.Brought = append(c.Brought, fmt.Sprintf("%s %s %s after %d: %s", b.Cause, b.Status, b.To, b.Tried, b.Why))
	}
	for _, l := range r.Legs {
		if l.Role != engine.RoleListener {
			c.Legs = append(c.Legs, fmt.Sprintf("%s joined=%v %s", l.Name, !l.Joined.IsZero(), l.Cause))
		}
	}
	return c
}

// moments returns when things happened, each since the call was answered.
func moments(r engine.Record) map[string]time.Duration {
	all := map[string]time.Duration{"over": r.Over.Sub(r.Answered)}
	at := func(what string, i int, t time.Time) {
		if !t.IsZero() {
			all[fmt.Sprintf("%s %d", what, i)] = t.Sub(r.Answered)
		}
	}
	for i, u := range r.Lines {
		at("sentence", i, u.Start)
		at("end of sentence", i, u.End)
	}
	for i, k := range r.Keys {
		at("key", i, k.At)
	}
	for i, b := range r.Brought {
		at("brought", i, b.Began)
		at("joined", i, b.Joined)
		at("brought to its end", i, b.Over)
	}
	for i, l := range r.Legs {
		at("answer of "+string(l.Name), i, l.Answered)
		at("end of "+string(l.Name), i, l.Gone)
	}
	return all
}

// A call that is exported as a recording and played again goes as it went: the same
// sentences, keys and rules, the same operators with the same result, at about the same
// times.
func TestACallPlayedFromItsRecordingGoesAsItWent(t *testing.T) {
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		t.Run(rec.Name, func(t *testing.T) {
			t.Parallel()
			desk := rec.Front.Does != ""
			first := played(t, rec, desk)
			exported, err := export.Recording(first)
			if err != nil {
				t.Fatal(err)
			}
			again := played(t, written(t, exported), desk)
			if diff := cmp.Diff(courseOf(first), courseOf(again)); diff != "" {
				t.Errorf("it goes another way (-was +is):\n%s", diff)
			}
			was, is := moments(first), moments(again)
			var most time.Duration
			for what, at := range was {
				off := (is[what] - at).Abs()
				most = max(most, off)
				if off > tolerance {
					t.Errorf("%s: at %s, and was at %s", what, is[what], at)
				}
			}
			t.Logf("at most %s apart", most)
		})
	}
}
