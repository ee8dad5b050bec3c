package export_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/backtest"
	"switchboard/engine/enginetest"
	"switchboard/engine/export"
	"switchboard/engine/policy"
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

// How far apart in time the same things may be in a call and in its recording, played.
const tolerance = 500 * time.Millisecond

// edges are sentences that lie on an edge, which a tenth of a second decides: a call is
// told to the engine by tenths, and the prompts of a recording are in another tenth.
var edges = map[string]string{
	"calm-bag":     "My pleasure, enjoy your stay.", // heard by the last question before the customer hangs up, or not
	"nobody-there": "Six per cent now.",             // begins as a prompt ends: is it taken for the prompt?
}

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

func courseOf(r engine.Record, but string) course {
	c := course{Gaps: len(r.Gaps), Ending: r.Ending}
	for _, u := range r.Lines {
		if u.Text == but {
			continue
		}
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
func moments(r engine.Record, but string) map[string]time.Duration {
	all := map[string]time.Duration{"over": r.Over.Sub(r.Answered)}
	at := func(what string, i int, t time.Time) {
		if !t.IsZero() && what != but {
			all[fmt.Sprintf("%s %d", what, i)] = t.Sub(r.Answered)
		}
	}
	for i, u := range r.Lines {
		at(u.Text, i, u.Start)
		if u.Text != but {
			at("end of "+u.Text, i, u.End)
		}
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
			if diff := cmp.Diff(courseOf(first, edges[rec.Name]), courseOf(again, edges[rec.Name])); diff != "" {
				t.Errorf("it goes another way (-was +is):\n%s", diff)
			}
			was, is := moments(first, edges[rec.Name]), moments(again, edges[rec.Name])
			for what, at := range was {
				if (is[what] - at).Abs() > tolerance {
					t.Errorf("%s: at %s, and was at %s", what, is[what], at)
				}
			}
		})
	}
}

// verdicts returns which rules of the default policy fire on a source's calls, and when.
func verdicts(t *testing.T, s backtest.Source) []string {
	t.Helper()
	report, err := backtest.Run(t.Context(), backtest.Options{Policy: policy.Default(), Workers: 1}, []backtest.Source{s})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range report.Calls {
		for _, f := range c.Verdicts[0].Firings {
			all = append(all, fmt.Sprintf("%s %s at %s", f.Kind, f.Rule, f.At.Sub(c.Answered).Round(time.Second)))
		}
	}
	return all
}

// A policy is judged by the recording of a call as by the recording that the call was
// played from, also where an operator was brought into it.
func TestBacktestJudgesARecordingAsTheCall(t *testing.T) {
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	library := backtest.Library{Settings: enginetest.Defaults()}
	source := func(rec *recording.Recording) backtest.Source {
		return library.Recorded(rec.Name, func() (*recording.Recording, error) { return rec, nil })
	}
	fired := 0
	for _, rec := range recs {
		exported, err := export.Recording(played(t, rec, false))
		if err != nil {
			t.Fatal(err)
		}
		want, got := verdicts(t, source(rec)), verdicts(t, source(written(t, exported)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s is judged another way (-was +is):\n%s", rec.Name, diff)
		}
		fired += len(want)
	}
	if fired < 5 {
		t.Errorf("%d rules fired: too few to say anything", fired)
	}
}
