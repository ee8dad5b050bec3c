package engine_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
)

// What a day came to is what the records of its calls come to, which are made another way.
func TestADayIsWhatItsRecordsComeTo(t *testing.T) {
	seen := engine.Counts{}
	for name, events := range journals(t) {
		state, records := engine.NewState(enginetest.Epoch), map[engine.SessionID]engine.Record{}
		began := events[0].At.Truncate(engine.SlotSpan)
		panicked := false
		for _, e := range events {
			var commands []engine.Command
			state, commands = engine.Step(state, e)
			for _, c := range commands {
				if f, ok := c.Action.(engine.File); ok {
					records[f.Record.Session] = f.Record
				}
			}
		}
		f := state.Frame()
		for _, s := range f.Sessions {
			records[s.ID] = s.Record(f.Now)
			panicked = panicked || s.Quarantined.Event != 0
		}
		if panicked {
			continue // who is left alone is counted no longer
		}
		got := f.Day.Sum(began)
		want := engine.Counts{Calls: f.Counts.Calls, Answered: f.Counts.Answered, Joined: f.Counts.Joined}
		groups, grouped := 0, 0
		for _, r := range records {
			if !r.Over.IsZero() {
				want.Ended++
				if d, _ := r.Disposition(); d == engine.DispositionQueued || d == engine.DispositionLeft {
					want.Lost++
				}
			}
			for i, b := range r.Brought {
				switch {
				case b.Joined.IsZero():
				case b.Auto:
					want.Auto++
				case b.Cause == engine.CauseHand:
					want.ByHand++
				}
				if !b.Joined.IsZero() && b.Group != "" {
					groups++
				}
				if b.Status == engine.TransferVetoed && b.Cause != engine.CauseHand {
					want.Vetoed++
				}
				if i == 0 || !b.Queued.Equal(r.Brought[i-1].Queued) { // who is tried for elsewhere keeps his place
					want.Queued += one(!b.Queued.IsZero())
				}
				if b.Status == engine.TransferCallback {
					want.Promised++
				}
			}
		}
		for _, g := range got.Group {
			grouped += g.Joined
		}
		if diff := cmp.Diff(want, got.Count); diff != "" {
			t.Errorf("%s: the day differs from its records:\n%s", name, diff)
		}
		if groups != grouped {
			t.Errorf("%s: %d joined by groups, want %d", name, grouped, groups)
		}
		seen = engine.Day{Past: []engine.Slot{{Count: seen}}, Now: engine.Slot{Count: got.Count}}.Sum(time.Time{}).Count
	}
	if seen.Lost == 0 || seen.Auto == 0 || seen.ByHand == 0 || seen.Vetoed == 0 || seen.Queued == 0 || seen.Promised == 0 {
		t.Errorf("the scripts show too little of a day: %+v", seen)
	}
}

// The load of a group is how many of its operators were on calls at once, as the roster
// has it, whatever slot it is looked at in.
func TestTheLoadOfAGroupIsWhoWasBusy(t *testing.T) {
	slots := 0
	for name, events := range journals(t) {
		state := engine.NewState(enginetest.Epoch)
		most := map[string]int{}
		from := time.Time{}
		for _, e := range events {
			was := map[string]int{}
			for _, g := range state.Frame().Roster.Groups {
				was[g.Name] = busy(state.Frame(), g)
			}
			state, _ = engine.Step(state, e)
			f := state.Frame()
			if !f.Day.Now.From.Equal(from) {
				from, most, slots = f.Day.Now.From, was, slots+1
			}
			for _, g := range f.Roster.Groups {
				n := busy(f, g)
				most[g.Name] = max(most[g.Name], n)
				if _, loads := e.Body.(engine.SettingsLoaded); loads || f.Now.Sub(from) >= engine.SlotSpan {
					continue
				}
				part := engine.GroupSlot{}
				for _, p := range f.Day.Now.Group {
					if p.Group == g.Name {
						part = p
					}
				}
				if part.Most != most[g.Name] || part.Last != n {
					t.Fatalf("%s, event %d: %s has at most %d, at last %d; want %d, %d", name, e.Seq, g.Name, part.Most, part.Last, most[g.Name], n)
				}
			}
		}
	}
	if slots < 100 {
		t.Errorf("only %d slots were begun", slots)
	}
}

func busy(f *engine.Frame, g engine.Group) int {
	n := 0
	for _, o := range g.Operators {
		for _, b := range f.Roster.Busy {
			if b.Number == o.Number {
				n++
				break
			}
		}
	}
	return n
}

// "A limit on everything": a day keeps its length, and the slots of yesterday go.
func TestADayForgetsYesterday(t *testing.T) {
	state := engine.NewState(enginetest.Epoch)
	start := time.Date(2026, 11, 22, 0, 2, 0, 0, time.UTC)
	for i := range 600 {
		state, _ = engine.Step(state, engine.Event{Seq: uint64(i + 1), At: start.Add(time.Duration(i) * engine.SlotSpan), Entry: engine.Entry{
			By: engine.ByTelnyx, Body: engine.Forgotten{Kind: "x", Counts: engine.Counts{Calls: 1, Ended: 1}},
		}})
	}
	day := state.Frame().Day
	if n := len(day.Past); n != 26*12 {
		t.Errorf("%d slots are kept, want those of 26 hours", n)
	}
	last := day.Now.From
	if got := day.Sum(last.Add(-time.Hour)).Count.Calls; got != 13 {
		t.Errorf("%d calls in the last hour and the slot that goes on, want 13", got)
	}
	if !last.Equal(start.Add(599 * engine.SlotSpan).Truncate(engine.SlotSpan)) {
		t.Errorf("the newest slot is of %s", last)
	}
}

// Holds and waits are as long as the longest that is over.
func TestADayHasTheLongestHoldAndWait(t *testing.T) {
	held, waited := 0, 0
	for name, events := range journals(t) {
		state, records := engine.NewState(enginetest.Epoch), map[engine.SessionID]engine.Record{}
		for _, e := range events {
			var commands []engine.Command
			state, commands = engine.Step(state, e)
			for _, c := range commands {
				if f, ok := c.Action.(engine.File); ok {
					records[f.Record.Session] = f.Record
				}
			}
		}
		for _, s := range state.Frame().Sessions {
			records[s.ID] = s.Record(state.Now)
		}
		want, waits := time.Duration(0), false
		for _, r := range records {
			for _, h := range r.Holds {
				if leg := r.Legs[0]; leg.Role == engine.RoleCustomer && h.Leg == leg.Name && !h.To.IsZero() {
					want = max(want, h.To.Sub(h.From))
				}
			}
			for _, b := range r.Brought {
				waits = waits || !b.Queued.IsZero()
			}
		}
		got := state.Frame().Day.Sum(events[0].At.Truncate(engine.SlotSpan))
		if want > 0 {
			held++
			if got.Hold != want {
				t.Errorf("%s: the longest hold is %s, want %s", name, got.Hold, want)
			}
		}
		if got.Wait > 0 {
			waited++
			if !waits {
				t.Errorf("%s: somebody waited %s, and no record has it", name, got.Wait)
			}
		}
	}
	if held == 0 || waited == 0 {
		t.Errorf("%d scripts have holds, %d waits", held, waited)
	}
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}
