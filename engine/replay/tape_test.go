package replay_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/replay"
)

// number returns the call that came so many-th.
func number(t testing.TB, tape *replay.Tape, n int) engine.SessionID {
	t.Helper()
	for _, m := range tape.Moments() {
		if c, _ := tape.Caller(m.Session); m.Kind == replay.Began && c.Number == n {
			return m.Session
		}
	}
	t.Fatalf("no call %d", n)
	return ""
}

// A call is followed from its first event until it is over, and goes by the events that
// changed it, while the others stand as they stood.
func TestACallGoesByItsOwnEvents(t *testing.T) {
	all := load(t, reading(afternoon()))
	id := number(t, all, 3)
	r := reading(afternoon())
	r.Call = id
	p, _ := player(t, r)
	tape := p.Tape()
	if tape.Len() == 0 || tape.Len() >= all.Len() {
		t.Fatalf("%d events of %d", tape.Len(), all.Len())
	}
	s, ok := p.Frame().Session(id)
	if !ok || s.Phase != engine.PhaseRinging {
		t.Fatalf("it begins with %+v", s)
	}
	if len(p.Frame().Sessions) != 3 {
		t.Errorf("%d calls stand when it begins, want 3", len(p.Frame().Sessions))
	}
	last := uint64(0)
	for range tape.Len() {
		s, ok := p.Frame().Session(id)
		if !ok || s.Changed <= last {
			t.Fatalf("event %d changes nothing of it", p.Position().Event)
		}
		last = s.Changed
		p.Step(1)
	}
	if s, _ := p.Frame().Session(id); s.Phase != engine.PhaseOver || !s.Over.Equal(tape.To()) {
		t.Errorf("it ends with %v at %v, and the tape at %v", s.Phase, s.Over, tape.To())
	}
	for _, m := range tape.Moments() {
		if m.Session != id {
			t.Errorf("a moment of %s", m.Session)
		}
	}
}

// Every moment is at the event that brought it: before it the call was otherwise.
func TestMomentsAreWhereTheyHappened(t *testing.T) {
	p, _ := player(t, reading(afternoon()))
	kinds := map[replay.Kind]int{}
	for _, m := range p.Tape().Moments() {
		kinds[m.Kind]++
		after, was := at(p, m.Index+1, m.Session), at(p, m.Index, m.Session)
		is := func(s *engine.Session) bool {
			switch m.Kind {
			case replay.Began:
				return s != nil
			case replay.Ended:
				return s != nil && s.Phase == engine.PhaseOver
			case replay.Fired:
				return s != nil && slices.ContainsFunc(s.Alerts, func(a engine.Alert) bool { return a.Rule == m.What && a.At.Equal(m.At) })
			case replay.Proposed:
				return s != nil && s.Transfer.Status == engine.TransferProposed && s.Transfer.Since.Equal(m.At)
			case replay.Asked:
				return s != nil && (s.Transfer.Under() || s.Transfer.Status == engine.TransferQueued)
			case replay.Joined:
				return s != nil && s.Transfer.Status == engine.TransferJoined && s.Transfer.To == m.What
			case replay.Failed:
				return s != nil && (s.Transfer.Status == engine.TransferFailed || s.Transfer.Status == engine.TransferCallback)
			case replay.Blind:
				return s != nil && !s.Standing.BlindSince.IsZero()
			}
			t.Fatalf("a moment of the kind %q", m.Kind)
			return false
		}
		if !is(after) || is(was) {
			t.Errorf("%s of %s is not at event %d", m.Kind, m.Session, m.Index+1)
		}
	}
	for _, k := range []replay.Kind{replay.Began, replay.Ended, replay.Fired, replay.Proposed, replay.Asked, replay.Joined} {
		if kinds[k] == 0 {
			t.Errorf("no moment of the kind %q in the whole afternoon", k)
		}
	}
	if kinds[replay.Began] != 12 || kinds[replay.Ended] != 12 {
		t.Errorf("%d calls began and %d ended, want 12", kinds[replay.Began], kinds[replay.Ended])
	}
}

// at returns a call after so many events; nil where it is not there.
func at(p *replay.Player, n int, id engine.SessionID) *engine.Session {
	p.SeekEvent(n)
	s, ok := p.Frame().Session(id)
	if !ok {
		return nil
	}
	return s
}

// What a supervisor stops is a moment, with the rule whose proposal it was.
func TestAVetoIsAMoment(t *testing.T) {
	events := afternoon()
	tape := load(t, reading(events))
	var proposed replay.Moment
	for _, m := range tape.Moments() {
		if m.Kind == replay.Proposed {
			proposed = m
		}
	}
	cut := slices.Clone(events[:proposed.Index+1])
	last := cut[len(cut)-1]
	cut = append(cut, engine.Event{Seq: last.Seq + 1, At: last.At, Entry: engine.Entry{ID: "v", By: engine.BySupervisor, Body: engine.VetoAsked{Session: proposed.Session}}})
	moments := load(t, reading(cut)).Moments()
	if got := moments[len(moments)-1]; got.Kind != replay.Vetoed || got.Session != proposed.Session || got.What == "" {
		t.Errorf("the last moment is %+v, want a veto", got)
	}
}

func TestNextAndPrevGoToHotMomentsAlone(t *testing.T) {
	p, _ := player(t, reading(afternoon()))
	var want, got []int
	for _, m := range p.Tape().Moments() {
		if m.Kind.Hot() && (len(want) == 0 || want[len(want)-1] != m.Index) {
			want = append(want, m.Index)
		}
	}
	for m, ok := p.Next(); ok; m, ok = p.Next() {
		got = append(got, m.Index)
		if at := p.Position(); at.Event != m.Index+1 || !at.Now.Equal(m.At) {
			t.Errorf("at event %d, %v; the moment is %+v", at.Event, at.Now, m)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got = nil
	for m, ok := p.Prev(); ok; m, ok = p.Prev() {
		got = append(got, m.Index)
	}
	slices.Reverse(got)
	if diff := cmp.Diff(want[:len(want)-1], got); diff != "" {
		t.Errorf("back: %s", diff)
	}
}

// Time goes by at the speed that is set, stops at the end, and begins anew from there.
func TestThePlayerPlays(t *testing.T) {
	p, wall := player(t, reading(afternoon()))
	from := p.Now()
	wall.pass(time.Minute)
	if got := p.Now(); !got.Equal(from) {
		t.Errorf("time went by while it stood: %v", got.Sub(from))
	}
	p.Play()
	for _, step := range []struct {
		do   func()
		want time.Duration
	}{
		{func() {}, 2 * time.Second},
		{func() { p.Faster(false) }, 4 * time.Second},
		{func() { p.Faster(true); p.Faster(true); p.Faster(true) }, 500 * time.Millisecond},
		{func() { p.SetSpeed(replay.Fastest) }, 128 * time.Second},
		{func() { p.Pause() }, 0},
	} {
		before := p.Now()
		step.do()
		wall.pass(2 * time.Second)
		if got := p.Now().Sub(before); got != step.want {
			t.Errorf("at %v %v went by in 2 s, want %v", p.Position().Speed, got, step.want)
		}
	}
	if p.Faster(false) {
		t.Error("faster than 64 times")
	}
	p.Play()
	wall.pass(1000 * time.Hour)
	if at := p.Position(); at.Playing || !at.Now.Equal(at.To) || at.Event != at.Of {
		t.Errorf("at the end: %+v", at)
	}
	p.Play()
	if at := p.Position(); !at.Playing || !at.Now.Equal(at.From) || at.Event > 3 { // the first events share their time
		t.Errorf("anew: %+v", at)
	}
}

func TestNothingCanBeAskedOfAReplay(t *testing.T) {
	p, _ := player(t, reading(afternoon()))
	before := picture(t, p.Frame())
	err := p.Submit(context.Background(), engine.Entry{ID: "x", By: engine.BySupervisor, Body: engine.AutomationAsked{Mode: engine.ModeOff}})
	if !errors.Is(err, replay.ErrReplay) || picture(t, p.Frame()) != before {
		t.Errorf("asked: %v", err)
	}
}

// What was said is shown as it had been said by then.
func TestTalkIsWhatHadBeenSaid(t *testing.T) {
	p, _ := player(t, reading(afternoon()))
	id := number(t, p.Tape(), 1)
	lines := -1
	for n := 1; n < p.Tape().Len(); n += 97 {
		p.SeekEvent(n)
		talk := p.Talk(id)
		if talk.Session != id || len(talk.Lines) < lines {
			if _, there := p.Frame().Session(id); there {
				t.Fatalf("%d lines after %d", len(talk.Lines), lines)
			}
		}
		for _, u := range talk.Lines {
			if u.End.After(p.Now().Add(time.Second)) {
				t.Errorf("at %v: %q ends at %v", p.Now(), u.Text, u.End)
			}
		}
		lines = len(talk.Lines)
	}
}

// From and To choose what is shown; what is before is folded, so that all stands right.
func TestFromAndToChooseWhatIsShown(t *testing.T) {
	events := afternoon()
	r := reading(events)
	r.From, r.To = events[0].At.Add(2*time.Minute), events[0].At.Add(3*time.Minute)
	p, _ := player(t, r)
	tape := p.Tape()
	if tape.From().Before(r.From) || tape.To().After(r.To) || tape.To().Sub(tape.From()) < 50*time.Second {
		t.Errorf("shown from %v to %v", tape.From(), tape.To())
	}
	want := frames(t, events)
	i, _ := slices.BinarySearchFunc(events, r.From, func(e engine.Event, at time.Time) int { return e.At.Compare(at) })
	if picture(t, p.Frame()) != want[i+1] {
		t.Error("the first picture is not what folding gives")
	}
	for _, m := range tape.Moments() {
		if m.At.Before(r.From) || m.At.After(r.To) {
			t.Errorf("a moment at %v", m.At)
		}
	}
	r.From = events[len(events)-1].At.Add(time.Hour)
	r.To = time.Time{}
	if _, err := replay.Load(context.Background(), r); !errors.Is(err, replay.ErrNothing) {
		t.Errorf("a time in which nothing happened: %v", err)
	}
	r.Call, r.From = "s77777", time.Time{}
	if _, err := replay.Load(context.Background(), r); !errors.Is(err, replay.ErrNoCall) {
		t.Errorf("a call that is not there: %v", err)
	}
}

func TestWhatCannotBeATapeIsRefused(t *testing.T) {
	events := afternoon()
	for about, bad := range map[string][]engine.Event{
		"comes after":       {events[1], events[0]},
		"goes back in time": {{Seq: 1, At: events[9].At, Entry: events[0].Entry}, {Seq: 2, At: events[0].At, Entry: events[1].Entry}},
		"says nothing":      {{Seq: 1, At: events[0].At}},
	} {
		if _, err := replay.Load(context.Background(), reading(bad)); err == nil || !strings.Contains(err.Error(), about) {
			t.Errorf("%s: %v", about, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := replay.Load(ctx, reading(events)); !errors.Is(err, context.Canceled) {
		t.Errorf("loaded though nobody waits: %v", err)
	}
}

// The alarms of the day stand beside those of a trial, rule by rule and call by call.
func TestCompareTellsWhereAlarmsWouldMove(t *testing.T) {
	tape := load(t, reading(afternoon()))
	day := tape.Alarms()
	if len(day) < 2 {
		t.Fatalf("%d alarms", len(day))
	}
	earlier := day[0]
	earlier.At = earlier.At.Add(-3 * time.Second)
	fresh := replay.Alarm{Session: day[1].Session, Rule: "another", At: day[1].At.Add(time.Second)}
	outside := replay.Alarm{Session: day[1].Session, Rule: "outside", At: tape.To().Add(time.Hour)}
	got := tape.Compare(replay.Trial{Policy: "other", Alarms: append([]replay.Alarm{fresh, outside, earlier}, day[2:]...)})
	want := []replay.Difference{
		{Session: earlier.Session, Rule: earlier.Rule, Then: day[0].At, Now: earlier.At},
		{Session: day[1].Session, Rule: day[1].Rule, Then: day[1].At},
		{Session: fresh.Session, Rule: "another", Now: fresh.At},
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("no %+v in %+v", w, got)
		}
	}
	if len(got) != len(day)+1 {
		t.Errorf("%d differences, want %d", len(got), len(day)+1)
	}
}

// A player may be used from several goroutines.
func TestAPlayerIsUsedFromSeveralGoroutines(t *testing.T) {
	p, _ := player(t, reading(afternoon()))
	done := make(chan bool)
	for i := range 4 {
		go func() {
			for n := range 40 {
				switch i {
				case 0:
					p.SeekEvent(n * 30)
				case 1:
					_ = p.Frame().Counts
				case 2:
					_ = p.Talk("s2").Lines
				case 3:
					_, _ = p.Position(), p.Health()
				}
			}
			done <- true
		}()
	}
	for range 4 {
		<-done
	}
}

// Events and commands are told in words, each leg by its name in the call.
func TestEventsAndCommandsAreToldInWords(t *testing.T) {
	tape := load(t, reading(afternoon()))
	var all strings.Builder
	for _, f := range tape.Falls(0, tape.Len()) {
		words := f.Words()
		if words == "" || strings.Contains(words, "%!") {
			t.Errorf("event %d is told as %q", f.Seq, words)
		}
		all.WriteString(words + "\n")
		for _, o := range f.Orders {
			if w := o.Words(); w == "" {
				t.Errorf("%s is told as nothing", o.Name)
			} else {
				all.WriteString("→ " + w + "\n")
			}
		}
	}
	for _, want := range []string{
		"leg incoming from +12125550139 to +12025550100 · customer\n→ answer customer\n", "leg answered · customer\n", "leg answered · op-1\n",
		"→ speak ", "→ gather ", "→ dial op-1 to +1", "done: join op-1", "key 1 pressed · customer\n", "deadline came\n", "leg hung up: normal_clearing · customer\n",
		"settings loaded, policy default v", "said “",
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("nothing is told as %q", want)
		}
	}
}
