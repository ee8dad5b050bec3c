package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/recording"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// A desk that should long have answered when the program starts again is given up, and
// the customer, should he still be there, is asked the open question.
func TestAFrontThatRanOutWhileTheProgramWasDownIsGivenUp(t *testing.T) {
	s := enginetest.New()
	if _, err := s.Run(strings.ReplaceAll(`settings Front.Number=+12025550150 Front.Name=Ava Deaf=no~feed
		0 leg.initiated Leg=c1 Direction=incoming From=+12025550142 To=+12025550100
		0.3 leg.answered Leg=c1
		3 speech.ended Leg=c1 Status=completed
		12 gathered Leg=c1 Status=timeout`, "\t", "")); err != nil {
		t.Fatal(err)
	}
	down := func(d time.Duration) (engine.Session, []string) {
		state := engine.NewState(enginetest.Epoch)
		state.Strict()
		for _, e := range s.Journal() {
			state, _ = engine.Step(state, e)
		}
		state, commands := engine.Step(state, engine.Event{Seq: state.Seq + 1, At: state.Now.Add(d),
			Entry: engine.Entry{ID: "resumed", By: engine.ByRunner, Body: engine.Resumed{Session: "s3"}}})
		var names []string
		for _, c := range commands {
			names = append(names, string(c.Name))
		}
		return *state.Frame().Sessions[0], names
	}
	session, commands := down(10 * time.Second)
	if session.Front.Why != "" || len(commands) > 0 {
		t.Errorf("started again while it rings: %q, %q; want it to ring on", session.Front.Why, commands)
	}
	session, commands = down(time.Hour)
	if want := []string{"s3/speak/customer/2", "s3/hangup/front-1/1"}; !slices.Equal(commands, want) {
		t.Errorf("started again after an hour: got %q, want %q", commands, want)
	}
	if want := "the program was down while it was called"; session.Front.Why != want {
		t.Errorf("got %q, want %q", session.Front.Why, want)
	}
}

// "shown by its configured name"; a name without a number is no desk.
func TestTheFrameNamesTheFrontDesk(t *testing.T) {
	for front, want := range map[string]string{
		"": "", "Front.Name=Ava": "", "Front.Number=+12025550150": "front desk", "Front.Number=+12025550150 Front.Name=Ava": "Ava",
	} {
		s := enginetest.New()
		if _, err := s.Run("settings " + front); err != nil {
			t.Fatal(err)
		}
		if got := s.State.Frame().Front; got != want {
			t.Errorf("%q: got %q, want %q", front, got, want)
		}
	}
}

// Without a number nobody is called before the operators, whatever the name.
func TestWithoutANumberThereIsNoFront(t *testing.T) {
	rec := fronted(t, recording.Answers)
	play := enginetest.NewPlay(1, world.Faults{})
	if out, err := play.Run(0, rec...); err != nil {
		t.Fatalf("%v after\n%s", err, out)
	}
	for _, l := range play.World.Snapshot().Legs {
		if l.Party == world.Front {
			t.Errorf("%s was called", l.To)
		}
	}
}

// fronted returns all recordings, each of them with a front that does so, unless it has
// one of its own.
func fronted(t *testing.T, does recording.Does) []*recording.Recording {
	t.Helper()
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		if rec.Front.Does == "" {
			rec.Front = recording.Front{Does: does, After: time.Second}
		}
		if does == recording.Silent && rec.Front.Does == does {
			rec.Front.After = 0
		}
	}
	return recs
}

// Whatever the front desk does, and though webhooks are repeated and overtake one
// another and commands stumble: each call is answered once, has one operator and one
// front at a time, is offered to the desk at most once, and leaves no leg.
func TestAFrontStrandsNobody(t *testing.T) {
	for i, does := range []recording.Does{recording.Answers, recording.Busy, recording.Rejects, recording.Silent} {
		for seed := range uint64(3) {
			play := enginetest.NewPlay(seed+uint64(10*i), world.Faults{Repeat: 0.2, Swap: 0.3, Stumble: 0.05}).WithFront()
			recs := fronted(t, does)
			out, err := play.Run(time.Second, recs...)
			if err != nil {
				t.Fatalf("%s, seed %d: %v after\n%s", does, seed, err, out)
			}
			for _, fault := range append(enginetest.Faults(play.World.Snapshot(), len(recs)), frontFaults(play)...) {
				t.Errorf("%s, seed %d: %s", does, seed, fault)
			}
		}
	}
}

// One command in ten is refused for good, or one webhook in twenty is lost: nothing is
// awaited without an end, which a strict state checks, and no front is left.
func TestARefusedFrontStrandsNobody(t *testing.T) {
	for seed := range uint64(6) {
		play := enginetest.NewPlay(seed, world.Faults{Refuse: 0.1}).WithFront()
		if out, err := play.Run(time.Second, fronted(t, recording.Answers)...); err != nil {
			t.Fatalf("seed %d: %v after\n%s", seed, err, out)
		}
		lossy := enginetest.NewPlay(seed, world.Faults{Swap: 0.2, Refuse: 0.05}).WithFront()
		lossy.Lose(5)
		lossy.Run(time.Second, fronted(t, recording.Answers)...) // it need not come to an end
		for _, p := range []*enginetest.Play{play, lossy} {
			for _, l := range p.World.Live() {
				t.Errorf("seed %d: leg %s is left", seed, l.ID)
			}
		}
	}
}

// frontFaults returns what is wrong with the fronts of a play.
func frontFaults(p *enginetest.Play) []string {
	var faults []string
	calls := map[world.LegID]int{}
	for _, l := range p.World.Snapshot().Legs {
		if l.Party == world.Front {
			calls[l.Customer]++
			if calls[l.Customer] > 1 {
				faults = append(faults, fmt.Sprintf("the front desk was called %d times for %s", calls[l.Customer], l.Recording))
			}
		}
	}
	if len(calls) == 0 {
		faults = append(faults, "the front desk was called for nobody")
	}
	for _, session := range p.State.Frame().Sessions {
		for _, u := range session.Talk() {
			if u.Speaker == engine.SpeakerFront && (u.Scored || u.Judged) {
				faults = append(faults, fmt.Sprintf("%q of the front desk was judged", u.Text))
			}
		}
	}
	return faults
}
