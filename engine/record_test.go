package engine_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// filed runs a script, has every leg that is left hang up, and returns the records that were
// filed last, of each call one.
func filed(t *testing.T, name string) (map[int]engine.Record, *enginetest.Script) {
	t.Helper()
	text, err := os.ReadFile("../testdata/scripts/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	s := enginetest.New()
	if _, err := s.Run(string(text)); err != nil {
		t.Fatal(err)
	}
	for range 3 { // what is dialled meanwhile goes as well
		end := "+3 leg.hungup Leg=nobody Cause=normal_clearing\n"
		for _, session := range s.State.Frame().Sessions {
			for _, l := range session.Legs {
				if l.Live() && l.ID != "" {
					end += fmt.Sprintf("+0.1 leg.hungup Leg=%s Cause=normal_clearing\n", l.ID)
				}
			}
		}
		if _, err := s.Run(end + "run 100"); err != nil {
			t.Fatal(err)
		}
	}
	last := map[int]engine.Record{}
	for _, r := range s.Filed {
		last[r.Number] = r
	}
	return last, s
}

func TestARecordTellsWhatCameOfACall(t *testing.T) {
	for name, want := range map[string]string{
		"press-one":                           "joined by key; key: joined",
		"act-veto":                            "left by asked; rule sustained-negative: vetoed (wrong), asked ask-human: left",
		"taken-back":                          "joined by key; key: taken back, key: taken back (handled), key: taken back, key: taken back, key: taken back, key: joined",
		"act-take-back":                       "joined by hand; rule sustained-negative: taken back, hand: joined",
		"transfer-stopped-by-hand":            "taken back by key; key: taken back",
		"nobody-answers":                      "left by key; key: failed, key: left",
		"queue-tries-again-then-menu":         "failed by key; key: failed",
		"queued-callback-while-one-is-called": "callback by key; key: callback",
		"customer-gone-while-dialling":        "left by key; key: left",
		"rule-sustained-negative-withdrawn":   "none by rule; rule sustained-negative: none",
		"by-hand":                             "joined by hand; hand: failed, hand: joined",
		"take-over":                           "joined by hand; hand: joined",
		"hold":                                "joined by hand; hand: joined",
	} {
		t.Run(name, func(t *testing.T) {
			records, _ := filed(t, name)
			r, ok := records[1]
			if !ok {
				t.Fatal("no record was filed")
			}
			came, at := r.Disposition()
			got := came.String()
			if at >= 0 {
				got += " by " + r.Brought[at].Cause.String()
			}
			var each []string
			for _, b := range r.Brought {
				one := b.Cause.String()
				if b.Rule != "" {
					one += " " + b.Rule
				}
				one += ": " + b.Disposition().String()
				if b.Label != 0 {
					one += " (" + b.Label.String() + ")"
				}
				each = append(each, one)
				if b.Over.IsZero() {
					t.Errorf("%s is not over", one)
				}
			}
			if got += "; " + strings.Join(each, ", "); got != want {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
			if strings.Contains(want, "vetoed") != (r.Vetoed() && strings.Contains(got, "vetoed")) {
				t.Errorf("vetoed: %v", r.Vetoed())
			}
		})
	}
}

func TestARecordIsWhole(t *testing.T) {
	records, _ := filed(t, "act-veto")
	r := records[1]
	if r.Session != "s4" || r.Opened != 4 || r.Caller != "+12025550142" || len(r.Lines) != 10 || r.Over.Before(r.Started) {
		t.Errorf("filed is %+v", r)
	}
	fired := map[string]int{}
	for _, f := range r.Fired {
		fired[f.Rule]++
	}
	if fired["sustained-negative"] == 0 || fired["ask-human"] != 1 {
		t.Errorf("rules that fired: %v", fired)
	}
	encoded, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var again engine.Record
	if err := json.Unmarshal(encoded, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again); diff != "" {
		t.Errorf("by way of JSON (-filed +read)\n%s", diff)
	}
}

func TestARecordHasTheCustomersLongestHold(t *testing.T) {
	records, _ := filed(t, "hold")
	r := records[1]
	if len(r.Holds) < 3 {
		t.Fatalf("holds: %+v", r.Holds)
	}
	if got := r.Held(); got != 1200*time.Millisecond {
		t.Errorf("the customer was on hold for %v", got)
	}
	for _, h := range r.Holds {
		if h.To.IsZero() || h.To.Before(h.From) {
			t.Errorf("a hold of %s has no end: %+v", h.Leg, h)
		}
	}
}

// The mood is kept of the last 32 sentences; how low it was is of them all.
func TestHowLowTheMoodWasIsNotForgotten(t *testing.T) {
	s := enginetest.New()
	text := "settings English.Menu=\n" +
		"0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100\n" +
		"+0.3 leg.answered Leg=c1\n+0.2 participant.joined Leg=c1 Conference=room-s3\n+3 speech.ended Leg=c1 Status=completed\n"
	say := func(n, polarity int) {
		text += fmt.Sprintf("+5 uttered Session=s3 Conversation=v Message=%d Revision=1 Text=these~are~some~words~of~mine Start=%d End=%d Scored=true Polarity=%d\n",
			n, 4+5*n, 6+5*n, polarity)
	}
	for n := range 3 {
		say(n, -600)
	}
	for n := range 40 {
		say(3+n, 500)
	}
	if _, err := s.Run(text + "+5 leg.hungup Leg=c1 Cause=normal_clearing\nrun 100"); err != nil {
		t.Fatal(err)
	}
	if len(s.Filed) == 0 {
		t.Fatal("no record was filed")
	}
	r := s.Filed[len(s.Filed)-1]
	judged := 0
	for _, u := range r.Lines {
		if u.Judged {
			judged++
		}
	}
	if judged == 0 || r.Low > -300 || r.Mood < 100 {
		t.Errorf("%d of %d lines count; mood %v, lowest %v", judged, len(r.Lines), r.Mood, r.Low)
	}
}

func TestDispositionsHaveAnOrderAndNames(t *testing.T) {
	all := engine.Dispositions()
	if all[0] != engine.DispositionJoined || all[len(all)-1] != engine.DispositionNone || len(all) != 8 {
		t.Errorf("%v", all)
	}
	for _, d := range all {
		var again engine.Disposition
		text, _ := d.MarshalText()
		if err := again.UnmarshalText(text); err != nil || again != d {
			t.Errorf("%v reads as %v, %v", d, again, err)
		}
	}
}

// Who waits is tried for again and again, and those who were called before were called.
func TestARecordTellsHowManyNumbersWereTried(t *testing.T) {
	s := enginetest.New()
	runs(t, s, "settings Deaf=no~feed Queue.AtMost=2m English.Queued=number~%d\n"+
		"0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100\n+0.3 leg.answered Leg=c1\n"+
		"+0.2 participant.joined Leg=c1 Conference=room-s3\n+3 speech.ended Leg=c1\n+4 key.pressed Leg=c1 Digit=1\n"+
		"+4 leg.hungup Leg=s3-operator-1 Cause=user_busy\n+4 leg.hungup Leg=s3-operator-2 Cause=no_answer\n"+
		"run 32\n+1 leg.hungup Leg=c1\n+0.1 leg.hungup Leg=s3-operator-3\nrun 60")
	if r := s.Filed[len(s.Filed)-1]; len(r.Brought) != 1 || r.Brought[0].Tried != 2 {
		t.Errorf("filed is %+v", r.Brought)
	}
}

// What is written down of a call just after its end is a part of its record.
func TestANoteAboutACallThatIsOverIsInItsRecord(t *testing.T) {
	s := enginetest.New()
	runs(t, s, "0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100\n+0.3 leg.answered Leg=c1\n"+
		"+5 leg.hungup Leg=c1\n+2 note.asked Session=s2 Text=he~will~call~again By=supervisor/ann\nrun 60")
	r := s.Filed[len(s.Filed)-1]
	if n := len(r.Notes); n == 0 || !strings.Contains(r.Notes[n-1].Text, "he will call again") {
		t.Errorf("filed is %+v", r.Notes)
	}
}

// The record of a call on which the engine has failed is whole: its operator has left with it,
// and it tells where its sound is.
func TestTheRecordOfAQuarantinedCallIsWhole(t *testing.T) {
	s := enginetest.New()
	s.Lax()
	runs(t, s, "settings Deaf=no~feed Record=true\n"+
		"0 leg.initiated Leg=c1 CallLeg=l1 Direction=incoming From=+12025550142 To=+12025550100\n+0.3 leg.answered Leg=c1\n"+
		"+0.2 participant.joined Leg=c1 Conference=room-s3\n+3 speech.ended Leg=c1\n+4 key.pressed Leg=c1 Digit=1\n"+
		"+2 leg.answered Leg=s3-operator-1\n+1 key.pressed Leg=s3-operator-1 Digit=1\n+1 participant.joined Leg=s3-operator-1 Conference=room-s3")
	s.State.PanicNext()
	runs(t, s, "+1 key.pressed Leg=c1 Digit=1\n+1 leg.hungup Leg=c1\n+1 leg.hungup Leg=s3-operator-1\n+5 recording.saved CallLeg=l1 ID=tape-1\nrun 60")
	r := s.Filed[len(s.Filed)-1]
	if r.Quarantined.Event == 0 || len(r.Brought) != 1 || r.Brought[0].Over.IsZero() {
		t.Errorf("brought in are %+v", r.Brought)
	}
	if len(r.Recorded) != 1 || r.Recorded[0].ID != "tape-1" {
		t.Errorf("recorded is %+v", r.Recorded)
	}
}
