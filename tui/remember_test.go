package tui

import (
	"io/fs"
	"reflect"
	"syscall"
	"testing"
	"time"

	"switchboard/tui/prefs"
)

// A drawer keeps what a console has it keep.
type drawer struct {
	kept []prefs.State
	err  error
}

func (d *drawer) save(s prefs.State) error {
	d.kept = append(d.kept, s)
	return d.err
}

func remembering(d *drawer) *bench {
	b := newBench(governed(), 80, 24)
	b.memory.saver = prefs.NewSaver(d.save)
	return b
}

// beat is a tick of the console without its fetch.
func (b *bench) beat(after time.Duration) {
	b.wall.at = b.wall.at.Add(after)
	b.run(b.keep())
}

func themed(name string) func(*prefs.State) { return func(s *prefs.State) { s.Theme = name } }

func TestTheStateIsWrittenOnceASecondAtMost(t *testing.T) {
	var d drawer
	b := remembering(&d)
	b.beat(time.Second)
	if len(d.kept) != 0 {
		t.Errorf("written though nothing has changed: %v", d.kept)
	}
	for i, name := range []string{"a", "b", "c", "d"} {
		b.remember(themed(name))
		b.beat(time.Duration(i) * 100 * time.Millisecond)
	}
	if len(d.kept) != 1 || d.kept[0].Theme != "a" {
		t.Errorf("within a second written: %+v", d.kept)
	}
	b.beat(keepEvery)
	b.beat(keepEvery)
	if len(d.kept) != 2 || d.kept[1].Theme != "d" {
		t.Errorf("then written: %+v", d.kept)
	}
}

func TestUpdateNeverWritesTheState(t *testing.T) {
	var d drawer
	b := remembering(&d)
	b.remember(themed("a"))
	cmd := b.keep()
	if cmd == nil || len(d.kept) != 0 {
		t.Fatalf("it is written by Update: %+v", d.kept)
	}
	b.remember(themed("b"))
	if b.wall.at = b.wall.at.Add(time.Hour); b.keep() != nil {
		t.Error("it is written twice at once")
	}
	b.run(cmd)
	if len(d.kept) != 1 || d.kept[0].Theme != "a" {
		t.Errorf("written %+v: what changes while it is written is not in it", d.kept)
	}
	b.beat(time.Second)
	if len(d.kept) != 2 || d.kept[1].Theme != "b" {
		t.Errorf("what changed while it was written is lost: %+v", d.kept)
	}
}

func TestWhatIsNotYetWrittenIsWrittenAtTheEnd(t *testing.T) {
	var d drawer
	b := remembering(&d)
	if err := b.keepLast(); err != nil || len(d.kept) != 0 {
		t.Errorf("written though nothing has changed: %v", d.kept)
	}
	b.remember(themed("a"))
	late := b.keep() // which is still on its way when the console ends
	b.remember(themed("b"))
	if err := b.keepLast(); err != nil || len(d.kept) != 1 || d.kept[0].Theme != "b" {
		t.Errorf("at the end %+v is written, %v", d.kept, err)
	}
	late()
	if len(d.kept) != 1 {
		t.Error("an older state is written over the last")
	}
}

func TestThatNothingCanBeKeptIsSaidOnce(t *testing.T) {
	d := drawer{err: &fs.PathError{Op: "open", Path: "/home/ida/.local/state", Err: syscall.EROFS}}
	b := remembering(&d)
	b.remember(themed("a"))
	b.beat(0)
	if got := string(b.notice.text); got != "What you choose is not kept for the next start: read-only file system" {
		t.Errorf("it says %q", got)
	}
	b.notice = notice{}
	b.remember(themed("b"))
	b.beat(time.Minute)
	if b.notice.text != "" {
		t.Errorf("it says so again: %q", b.notice.text)
	}
	if len(d.kept) != 2 {
		t.Error("it does not try again when something else changes")
	}
}

func TestAConsoleWithoutAPlaceKeepsNothing(t *testing.T) {
	b := newBench(governed(), 80, 24)
	b.remember(themed("a"))
	if b.keep() != nil || b.keepLast() != nil || b.state.Theme != "a" {
		t.Error("it would keep it, or forgets it at once")
	}
}

func TestAConsoleChangesNoStateButItsOwn(t *testing.T) {
	given := prefs.State{Views: map[string]string{"a": "b"}, Columns: []string{"x"}}
	var d drawer
	m := newModel(Options{Engine: governed(), State: given, Save: d.save})
	m.remember(func(s *prefs.State) { s.Views["c"], s.Columns[0] = "d", "y" })
	if len(given.Views) != 1 || given.Columns[0] != "x" {
		t.Errorf("it has changed %+v", given)
	}
	cmd := m.keep()
	m.remember(func(s *prefs.State) { s.Views["e"] = "f" })
	cmd()
	if len(d.kept) != 1 || len(d.kept[0].Views) != 2 {
		t.Errorf("what is written changes meanwhile: %+v", d.kept)
	}
}

func TestAReplayLooksAlikeButFiltersNothing(t *testing.T) {
	b := newBench(governed(), 80, 24)
	b.state = prefs.State{Theme: "dusk", Filter: "state:hold", MutedUntil: noon}
	if got := b.forReplay(); got.Theme != "dusk" || got.Filter != "" || !got.MutedUntil.IsZero() {
		t.Errorf("it begins with %+v", got)
	}
}

func TestTheTickKeepsTheState(t *testing.T) {
	var d drawer
	b := remembering(&d)
	b.remember(themed("a"))
	w := b.wants()
	w.again = true
	b.take(fetch(b.engine, w))
	if !b.memory.busy {
		t.Error("it does not")
	}
}

func TestHowAReplayIsMadeToLookStays(t *testing.T) {
	b := newPast(t, governed(), 80, 24)
	b.past.remember(func(s *prefs.State) { s.Theme, s.Density, s.Filter, s.Sort = "dusk", "compact", "x", "mood" })
	b.press("esc")
	if want := (prefs.State{Theme: "dusk", Density: "compact"}); b.past != nil || !reflect.DeepEqual(b.state, want) || b.memory.changes != 1 {
		t.Errorf("after the replay it has %+v, %d changes", b.state, b.memory.changes)
	}
	b = newPast(t, governed(), 80, 24)
	b.remember(themed("dawn")) // while the replay is shown
	b.press("esc")
	if b.state.Theme != "dawn" || b.memory.changes != 1 {
		t.Errorf("a replay in which nothing was chosen changes %+v", b.state)
	}
}
