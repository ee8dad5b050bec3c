package runner_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/journal"
	"switchboard/engine/runner"
)

// sqlite starts a runner on a real journal, as cmd does.
func sqlite(t *testing.T, path string) (*rig, *journal.Journal) {
	t.Helper()
	j, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	state, err := runner.Recover(j)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, book: newBook(), telnyx: newFarEnd(), symbl: newFarEnd(), ended: make(chan error, 1)}
	r.Runner = runner.New(runner.Config{
		Journal: j, State: state, Clock: houseClock(), Build: "test",
		Adapters: map[engine.Adapter]runner.Doer{engine.AdapterTelnyx: r.telnyx, engine.AdapterSymbl: r.symbl},
		First:    []engine.Entry{{Body: engine.SettingsLoaded{Settings: settings()}}},
	})
	return r, j
}

func events(t *testing.T, j *journal.Journal) (all []engine.Event) {
	t.Helper()
	if err := j.Read(1, func(e engine.Event) error { all = append(all, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func sessions(t *testing.T, f *engine.Frame) string {
	t.Helper()
	b, err := json.MarshalIndent(f.Sessions, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestARestartShowsTheCallsAndTellsThemThatTheyAreResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "journal")
		var shown string
		for start := range 3 {
			r, j := sqlite(t, path)
			if start > 0 {
				if diff := cmp.Diff(shown, sessions(t, r.Frame())); diff != "" {
					t.Errorf("start %d: before it runs (-shown at the end +recovered):\n%s", start, diff)
				}
			}
			r.run()
			for i := range 3 {
				leg := fmt.Sprint(start, "-", i)
				r.tell("in "+leg, incoming(leg))
				r.tell("up "+leg, engine.LegAnswered{LegRef: ref(leg)})
			}
			r.settle()
			var resumed []engine.SessionID
			for _, e := range events(t, j) {
				if b, ok := e.Body.(engine.Resumed); ok && strings.HasSuffix(e.ID, fmt.Sprint("/", r.from(j, start))) {
					resumed = append(resumed, b.Session)
				}
			}
			seq, _, _, err := j.Latest()
			if err != nil || start > 0 && seq <= r.from(j, start) {
				t.Errorf("start %d: no checkpoint of its own: the latest is %d, %v", start, seq, err)
			}
			if len(resumed) != 3*start {
				t.Errorf("start %d: resumed %v, want %d sessions", start, resumed, 3*start)
			}
			if err := r.end(); err != nil {
				t.Fatal(err)
			}
			shown = sessions(t, r.Frame())
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// from returns the number of the last event before the given start.
func (r *rig) from(j *journal.Journal, start int) (seq uint64) {
	n := 0
	for _, e := range events(r.t, j) {
		if _, ok := e.Body.(engine.SettingsLoaded); ok {
			if n == start {
				return e.Seq - 1
			}
			n++
		}
	}
	return 0
}

// past is a journal with a checkpoint of one's own.
type past struct {
	*journal.Journal
	seq   uint64
	state string
}

func (p past) Latest() (uint64, string, []byte, error) { return p.seq, "test", []byte(p.state), nil }

func TestACheckpointThatCannotBeReadIsPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, j := sqlite(t, filepath.Join(t.TempDir(), "journal"))
		r.run()
		r.begin("a")
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		want := sessions(t, r.Frame())
		for _, p := range []past{{j, 0, ""}, {j, 3, "no JSON"}, {j, 3, `{"Seq":2}`}, {j, 1, `{"Seq":1,"Epoch":"another"}`}} {
			state, err := runner.Recover(p)
			if err != nil {
				t.Errorf("%s: %v", p.state, err)
				continue
			}
			if diff := cmp.Diff(want, sessions(t, state.Frame())); diff != "" {
				t.Errorf("%s (-want +got):\n%s", p.state, diff)
			}
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
}

func (r *rig) begin(leg string) {
	r.tell("in "+leg, incoming(leg))
	r.tell("up "+leg, engine.LegAnswered{LegRef: ref(leg)})
	r.settle()
}

func TestCheckpointsAreMadeOffTheLoopOneAtATime(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.book.keeping = make(chan struct{})
		flood := func(round, n int) {
			var sources sync.WaitGroup
			for i := range 200 {
				sources.Go(func() {
					for k := range n / 200 {
						id := fmt.Sprint("k", round, "-", i, "-", k)
						if err := r.submit(id, engine.KeyPressed{LegRef: ref("x"), Digit: "1"}); err != nil {
							t.Error(err)
						}
					}
				})
			}
			sources.Wait()
			synctest.Wait()
		}
		flood(1, 20_000)
		flood(2, 20_000) // the first is still being kept
		if got := r.book.checkpoints(); got != nil || r.book.twice {
			t.Errorf("kept %v; two at once: %v", got, r.book.twice)
		}
		r.book.keeping <- struct{}{}
		synctest.Wait()
		time.Sleep(time.Minute)
		r.tell("one more", engine.KeyPressed{LegRef: ref("x"), Digit: "1"})
		r.book.keeping <- struct{}{}
		synctest.Wait()
		got := r.book.checkpoints()
		if len(got) != 2 || got[0] < 20_000 || got[0] > 20_000+256 || got[1] < 40_000 {
			t.Errorf("kept %v, want one at 20,000 events and one after 40,000", got)
		}
		close(r.book.keeping)
	})
}

func TestACheckpointIsMadeEachDay(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tell("in a", incoming("a"))
		time.Sleep(23 * time.Hour)
		if got := r.book.checkpoints(); got != nil {
			t.Errorf("early: kept %v", got)
		}
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		if got := r.book.checkpoints(); len(got) != 1 {
			t.Errorf("after a day: kept %v", got)
		}
	})
}
