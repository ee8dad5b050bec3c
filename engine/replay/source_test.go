package replay_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/replay"
)

// A past is a journal in memory, which tells how far back it was read.
type past struct {
	events []engine.Event
	oldest uint64 // that was read through
}

func (p *past) Epoch() string  { return enginetest.Epoch }
func (p *past) Newest() uint64 { return uint64(len(p.events)) }

func (p *past) Read(from uint64, yield func(engine.Event) error) error {
	for i := from - 1; i < uint64(len(p.events)); i++ {
		if err := yield(p.events[i]); err != nil {
			return err
		}
		if i >= from && (p.oldest == 0 || from < p.oldest) { // more than a look at one
			p.oldest = from
		}
	}
	return nil
}

func (p *past) Since(at time.Time) (uint64, error) {
	for i, e := range p.events {
		if !e.At.Before(at) {
			return uint64(i + 1), nil
		}
	}
	return uint64(len(p.events) + 1), nil
}

func (p *past) Last(body engine.Body, before uint64) (uint64, error) {
	kind, _, _ := engine.EncodeBody(body)
	for i := min(before-1, uint64(len(p.events))); i > 0; i-- {
		if is, _, _ := engine.EncodeBody(p.events[i-1].Body); is == kind {
			return i, nil
		}
	}
	return 0, nil
}

// apart is a journal of two afternoons, a day and three hours apart.
func apart(t testing.TB) *past {
	t.Helper()
	events := append([]engine.Event{}, afternoon()...)
	off := engine.Event{Entry: engine.Entry{ID: "shadow", By: engine.BySupervisor, Body: engine.AutomationAsked{Mode: engine.ModeShadow}}}
	off.Seq, off.At = uint64(len(events)+1), events[len(events)-1].At
	events = append(events, off)
	second := events[0].At.Add(27 * time.Hour)
	for i, body := range []engine.Body{
		engine.LegInitiated{LegRef: engine.LegRef{Leg: "late"}, Direction: engine.Incoming, From: "+12025550142", To: "+12025550100"},
		engine.LegHungUp{LegRef: engine.LegRef{Leg: "late"}, Cause: "normal_clearing"},
	} {
		events = append(events, engine.Event{Seq: uint64(len(events) + 1), At: second.Add(time.Duration(i) * time.Second), Entry: engine.Entry{ID: string(rune('a' + i)), By: engine.ByTelnyx, Body: body}})
	}
	return &past{events: events}
}

// Of a journal its last day is shown, unless a time is asked for.
func TestALastDayIsShown(t *testing.T) {
	p := apart(t)
	r, err := replay.Stretch(p, "journal", replay.Span{})
	if err != nil {
		t.Fatal(err)
	}
	tape := load(t, r)
	if tape.Len() != 2 || !tape.From().Equal(p.events[len(p.events)-2].At) {
		t.Errorf("%d events from %v", tape.Len(), tape.From())
	}
	if len(tape.InForce().Rules) == 0 {
		t.Error("the policy in force is not known")
	}
	r, err = replay.Stretch(p, "journal", replay.Span{To: p.events[0].At.Add(time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	if tape := load(t, r); !tape.From().Equal(p.events[0].At) || tape.Len() < 20 {
		t.Errorf("up to a minute: %d events from %v", tape.Len(), tape.From())
	}
	if _, err := replay.Stretch(&past{}, "journal", replay.Span{}); err == nil {
		t.Error("an empty journal is shown")
	}
}

// Of a long journal only two hours before what is shown are folded, under what had been
// set before that: settings, and what automation was.
func TestALongJournalIsNotFoldedWhole(t *testing.T) {
	p := apart(t)
	r, err := replay.StretchOfLong(p, replay.Span{})
	if err != nil {
		t.Fatal(err)
	}
	player, _ := player(t, r)
	f := player.Frame()
	if f.Automation != engine.ModeShadow || f.Policy.Name != "default" {
		t.Errorf("automation %v, policy %q", f.Automation, f.Policy.Name)
	}
	if want := uint64(len(p.events) - 1); p.oldest != want {
		t.Errorf("read from event %d on, want %d", p.oldest, want)
	}
	if len(f.Sessions) != 1 || f.Sessions[0].Caller != "+12025550142" {
		t.Errorf("calls: %+v", f.Sessions)
	}
}

// One call of a long journal is what it is of the whole journal.
func TestACallIsTheSameHoweverMuchIsFolded(t *testing.T) {
	p := apart(t)
	id := number(t, load(t, reading(afternoon())), 7)
	whole, err := replay.OneCall(p, "call", id)
	if err != nil {
		t.Fatal(err)
	}
	long, err := replay.OneCallOfLong(p, id)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := player(t, whole)
	b, _ := player(t, long)
	for range a.Tape().Len() {
		x, _ := a.Frame().Session(id)
		y, _ := b.Frame().Session(id)
		if diff := cmp.Diff(x, y, cmp.AllowUnexported(engine.Transcript{})); diff != "" {
			t.Fatalf("at event %d: %s", a.Position().Event, diff)
		}
		a.Step(1)
		b.Step(1)
	}
	for _, wrong := range []engine.SessionID{"s999999", "x", "s", "s1"} { // s1 would be the settings
		r, err := replay.OneCall(p, "call", wrong)
		if err == nil {
			_, err = replay.Load(context.Background(), r)
		}
		if !errors.Is(err, replay.ErrNoCall) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
