package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

func TestTheTourWaitsUntilEachStepIsDone(t *testing.T) {
	for _, tt := range []struct {
		name   string
		step   tourStep
		inside bool
		saw    sight
		want   tourStep
	}{
		{"nothing is vetoed", tourVeto, false, sight{transferred: true, replaying: true, helped: true, long: true}, tourVeto},
		{"a veto", tourVeto, false, sight{vetoed: true}, tourTransfer},
		{"nothing is transferred", tourTransfer, false, sight{vetoed: true, replaying: true, helped: true, long: true}, tourTransfer},
		{"a transfer", tourTransfer, false, sight{transferred: true}, tourReplay},
		{"no replay", tourReplay, false, sight{vetoed: true, transferred: true, helped: true, long: true}, tourReplay},
		{"the replay goes on", tourReplay, true, sight{replaying: true}, tourReplay},
		{"the replay was left", tourReplay, true, sight{}, tourEnd},
		{"the end stands", tourEnd, false, sight{vetoed: true, transferred: true, replaying: true}, tourEnd},
		{"the help is read", tourEnd, false, sight{helped: true}, tourOver},
		{"the end has stood", tourEnd, false, sight{long: true}, tourOver},
		{"it is over", tourOver, false, sight{vetoed: true, transferred: true, helped: true}, tourOver},
	} {
		if got := (tour{step: tt.step, inside: tt.inside}).next(tt.saw).step; got != tt.want {
			t.Errorf("%s: from step %d to %d, want %d", tt.name, tt.step, got, tt.want)
		}
	}
	if got := (tour{step: tourReplay}).next(sight{replaying: true}); got.step != tourReplay || !got.inside {
		t.Errorf("a replay that is opened gives %+v", got)
	}
}

// toured is a console that is on the tour.
func toured(s *stage, w, h int) *bench {
	b := newBench(s, w, h)
	b.beginTour()
	b.tick()
	return b
}

// statusOf is the line above the keys.
func (b *bench) statusOf() string {
	lines := strings.Split(b.text(), "\n")
	return lines[len(lines)-2]
}

func (b *bench) says(t *testing.T, want string) {
	t.Helper()
	if got := b.statusOf(); !strings.Contains(got, want) {
		t.Errorf("the status line says %q, want %q", strings.TrimSpace(got), want)
	}
}

// later lets the wall go on, and the console look.
func (b *bench) later(d time.Duration) {
	b.wall.at = b.wall.at.Add(d)
	b.tick()
}

func vetoedBy(by engine.By) func(*engine.Session) {
	return func(s *engine.Session) {
		s.Transfer.Status, s.Transfer.VetoedBy, s.Transfer.Since = engine.TransferVetoed, by, noon.Add(time.Second)
	}
}

func transferredBy(cause engine.Cause) func(*engine.Session) {
	return func(s *engine.Session) {
		s.Transfer = engine.Transfer{Status: engine.TransferDialling, Cause: cause, To: "+12025550170", Leg: "op-1", Asked: noon.Add(time.Minute), Since: noon.Add(time.Minute)}
	}
}

// "veto → transfer → replay", each waited for on the calls themselves.
func TestTheTourGoesByWhatIsDone(t *testing.T) {
	s := afternoon()
	b := toured(s, 80, 24)
	b.house = shelf{tape: taped(t, hotCall(t), ""), wall: b.wall}
	b.says(t, "Tour 1/4  Soon a transfer is proposed in the top row. Try j k.")
	proposal := governed()
	s.frame = proposal.frame
	s.frame.Number++
	b.tick()
	b.says(t, "A transfer is proposed for Mette Sørensen: v vetoes it.")
	s.change("s1", vetoedBy("supervisor/another"))
	b.tick()
	b.says(t, "Tour 1/4")
	b.press("v") // nothing is proposed any more
	b.later(noticeLife)
	b.says(t, "Tour 1/4")
	s.change("s1", vetoedBy(b.by()))
	b.later(noticeLife)
	b.says(t, "Tour 2/4  Now transfer the selected call by hand: t, then ⏎.")
	if !b.state.Toured {
		t.Error("who has done the first step is offered the tour again")
	}
	s.change("s4", transferredBy(engine.CauseRule))
	b.tick()
	b.says(t, "Tour 2/4")
	s.change("s4", transferredBy(engine.CauseHand))
	b.tick()
	b.says(t, "Tour 3/4  R replays the selected call; esc comes back.")
	b.press("R")
	b.tick()
	if lines := strings.Split(b.text(), "\n"); !strings.Contains(lines[23], "Tour 3/4  space plays it, n goes to what mattered, esc comes back.") {
		t.Errorf("in the replay it says %q", lines[23])
	}
	b.press("esc")
	b.later(tourYields)
	b.says(t, "Tour 4/4  That is all: m mutes, X hangs up, ? shows every key.")
	b.later(tourLast)
	if got := b.statusOf(); strings.Contains(got, "Tour") || b.tour.step != tourOver {
		t.Errorf("it does not end: %q", got)
	}
}

func TestTheTourSaysWhatCanBeDoneNow(t *testing.T) {
	due := func(d time.Duration) func(*engine.Session) {
		return func(s *engine.Session) {
			s.Transfer.Status, s.Transfer.Due, s.Transfer.Since = engine.TransferDialling, noon.Add(-d), noon.Add(-d)
			s.Transfer.Asked = noon.Add(-d - 8*time.Second)
		}
	}
	for _, tt := range []struct {
		name string
		step tourStep
		do   func(s *stage)
		keys string
		want string
	}{
		{"a transfer that has begun", tourVeto, func(s *stage) {
			s.change("s2", func(o *engine.Session) { o.Transfer = engine.Transfer{} })
			s.change("s1", due(3*time.Second))
		}, "", "It has begun: for 10 s v still takes it back."},
		{"one that is too old", tourVeto, func(s *stage) {
			s.change("s2", func(o *engine.Session) { o.Transfer = engine.Transfer{} })
			s.change("s1", due(12*time.Second))
		}, "", "Soon a transfer is proposed"},
		{"the picker is open", tourTransfer, nil, "j j j j t", "↑↓ choose whom to call, ⏎ calls."},
		{"a call that cannot be transferred", tourTransfer, nil, "G", "Not this call now: choose another with j k, then t."},
		{"nobody calls", tourTransfer, func(s *stage) { s.set() }, "", "Wait until somebody calls."},
	} {
		s := governed()
		b := toured(s, 80, 24)
		b.tourTo(tt.step)
		if tt.do != nil {
			tt.do(s)
		}
		b.press(strings.Fields(tt.keys)...)
		b.later(noticeLife)
		if got := b.statusOf(); !strings.Contains(got, tt.want) {
			t.Errorf("%s: says %q, want %q", tt.name, strings.TrimSpace(got), tt.want)
		}
	}
}

func TestTheToursKeyDoesNothingElse(t *testing.T) {
	for _, screen := range []string{"", "enter", "tab", "m", "X", "w"} {
		with, without := toured(governed(), 80, 24), newBench(governed(), 80, 24)
		for _, b := range []*bench{with, without} {
			b.press(strings.Fields(screen)...)
			b.press(">")
		}
		if with.tour.step != tourTransfer {
			t.Errorf("after %q: > goes to step %d", screen, with.tour.step)
		}
		with.tour = tour{}
		with.notice, without.notice = notice{}, notice{}
		with.version++
		without.version++
		if with.text() != without.text() || len(with.stage.asked) != 0 {
			t.Errorf("after %q, > does something else:\n%s", screen, with.text())
		}
	}
	for _, open := range []string{":", "?"} {
		b := toured(governed(), 80, 24)
		b.press(open, ">")
		if b.tour.step != tourVeto {
			t.Errorf("> that is typed after %s goes on with the tour", open)
		}
	}
	b := newBench(governed(), 80, 24)
	before := b.text()
	b.press(">")
	if b.text() != before {
		t.Error("> does something without a tour")
	}
}

func TestTheTourEndsByItsKeysAndIsNotOfferedAgain(t *testing.T) {
	for keys, over := range map[string]bool{"> > > >": true, "> > >": false, "esc": true, "enter esc": false, "X esc": false, "enter esc esc": true, "?": false} {
		b := toured(governed(), 80, 24)
		b.press(strings.Fields(keys)...)
		if got := b.tour.step == tourOver; got != over {
			t.Errorf("after %q it is over: %v, want %v", keys, got, over)
		}
		if over && !b.state.Toured {
			t.Errorf("after %q it is not remembered", keys)
		}
	}
	b := toured(governed(), 80, 24)
	b.tick()
	if b.state.Toured {
		t.Error("who has only just seen it is never offered it again")
	}
}

// "never covering strip or rows; nothing else moves when it goes".
func TestTheTourChangesTheStatusLineAlone(t *testing.T) {
	for _, size := range sizes {
		with, without := toured(governed(), size.w, size.h), newBench(governed(), size.w, size.h)
		a, b := strings.Split(with.text(), "\n"), strings.Split(without.text(), "\n")
		for i := range a {
			if (a[i] != b[i]) != (i == size.h-2) {
				t.Errorf("%dx%d: line %d is %q, and without the tour %q", size.w, size.h, i, a[i], b[i])
			}
		}
	}
}

// Each hint stands whole on the smallest screen, beside what ends it.
func TestNoHintIsCutOff(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		for step := tourVeto; step <= tourEnd; step++ {
			for name, keys := range map[string]string{"": "", "selected": "G", "picker": "j j j j t"} {
				b := toured(governed(), 60, 16)
				b.look.ASCII = ascii
				b.retheme()
				b.tourTo(step)
				b.press(strings.Fields(keys)...)
				b.later(noticeLife)
				got := string(safe.Clean(strings.TrimRight(b.statusOf(), " "), 200))
				if strings.Contains(got, "…") || strings.Contains(got, "..") || !b.takesText() && !strings.HasSuffix(got, pickEnd(step)) {
					t.Errorf("step %d %s: %q", step, name, got)
				}
			}
		}
	}
}

func pickEnd(step tourStep) string {
	if step == tourEnd {
		return "> ends"
	}
	return "> skips"
}

func TestTheToursLineIsAsWideAsTheScreen(t *testing.T) {
	for _, name := range hostileNames {
		s := governed()
		s.change("s1", func(c *engine.Session) { c.Name = name })
		for w := minWidth; w <= 200; w += 7 {
			b := toured(s, w, 24)
			for step := tourVeto; step <= tourEnd; step++ {
				b.tour.step = step
				if line := b.tourLine(w); ansi.StringWidth(line) != w || strings.Contains(ansi.Strip(line), "\x1b") {
					t.Fatalf("%q, %d cells: %q", name, w, line)
				}
			}
		}
	}
}

func TestTroubleGoesBeforeTheTour(t *testing.T) {
	b := toured(governed(), 80, 24)
	b.tell(toneBad, "Not replayed: the journal cannot be read.")
	b.later(tourYields + time.Second)
	b.says(t, "Not replayed")
	b.later(noticeLife)
	b.says(t, "Tour 1/4")
}

func TestOnlyALiveConsoleThatIsToldSoOffersTheTour(t *testing.T) {
	if m := newModel(Options{Engine: governed(), Tour: true}); m.tour.step != tourVeto {
		t.Error("it is not offered")
	}
	if m := newModel(Options{Engine: governed()}); m.tour.step != tourOver {
		t.Error("it is offered to whoever takes calls")
	}
	b := newReplay(taped(t, "", ""), 80, 24)
	if m := newModel(Options{Replay: b.deck.player, Tour: true}); m.tour.step != tourOver {
		t.Error("it is offered in a replay")
	}
}

func TestTourFrames(t *testing.T) {
	for _, size := range sizes[:3] {
		for name, step := range map[string]tourStep{"tour-veto": tourVeto, "tour-end": tourEnd} {
			name = fmt.Sprintf("%s-%dx%d", name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b := toured(governed(), size.w, size.h)
				if step != tourVeto {
					b.tourTo(step)
					b.tick()
				}
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
	t.Run("tour-replay-80x24", func(t *testing.T) {
		b := newPast(t, governed(), 80, 24)
		b.tourTo(tourReplay)
		b.later(noticeLife)
		wantFrame(t, "tour-replay-80x24", screenOf(b.content(), 80, 24))
	})
}

func TestWhatIsSaidAtTheStartStandsInTheStatusLine(t *testing.T) {
	m := newModel(Options{Engine: governed(), Zone: time.UTC, Said: []string{"console.yaml is left aside.", "\x1b[2JAnd more."},
		Look: Look{Background: BackgroundDark}, Config: prefs.Config{}})
	if got := string(m.notice.text); got != "console.yaml is left aside. And more." {
		t.Errorf("it says %q", got)
	}
}
