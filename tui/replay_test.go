package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/policy"
	"switchboard/engine/recording"
	"switchboard/engine/replay"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// shift is what happened on a small floor: made once, for it is only read.
var shift = sync.OnceValue(func() []engine.Event {
	all, err := testdata.Recordings()
	if err != nil {
		panic(err)
	}
	var recs []*recording.Recording
	for _, rec := range all {
		switch rec.Name {
		case "asks-politely", "bad-line", "calm-bag", "hotel-charge", "wrong-address":
			recs = append(recs, rec)
		}
	}
	settings := enginetest.Defaults()
	settings.Policy = policy.Default()
	p := enginetest.NewPlayIn(world.Config{Seed: 3}, settings)
	if _, err := p.Run(20*time.Second, recs...); err != nil {
		panic(err)
	}
	return p.Journal()
})

// taped puts the shift on a tape, with a caller whose name is to do harm where one is
// given.
func taped(t testing.TB, call engine.SessionID, name string) *replay.Tape {
	t.Helper()
	tape, err := replay.Load(context.Background(), replay.Reading{Name: "journal", Epoch: enginetest.Epoch, Call: call,
		Events: func(yield func(engine.Event) error) error {
			for _, e := range shift() {
				if b, ok := e.Body.(engine.LegInitiated); ok && name != "" {
					b.Name = name
					e.Body = b
				}
				if b, ok := e.Body.(engine.Uttered); ok && name != "" {
					b.Text = name
					e.Body = b
				}
				if err := yield(e); err != nil {
					return err
				}
			}
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return tape
}

// hotCall is the call on which the first rule fired that proposed something.
func hotCall(t testing.TB) engine.SessionID {
	t.Helper()
	for _, m := range taped(t, "", "").Moments() {
		if m.Kind == replay.Proposed {
			return m.Session
		}
	}
	t.Fatal("nothing was proposed")
	return ""
}

// newReplay is a console that shows a tape alone.
func newReplay(tape *replay.Tape, w, h int) *bench {
	wall := &hand{noon}
	m := newModel(Options{Replay: replay.NewPlayer(tape, wall), Call: tape.Call(), Name: "desk", Zone: time.UTC, Look: Look{Background: BackgroundDark}})
	b := &bench{m, nil, wall}
	m.wall = wall
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	b.tick()
	return b
}

// A shelf is a house that has one call on tape, and a policy that fires a little earlier.
type shelf struct {
	fakeHouse
	tape *replay.Tape
	wall *hand
}

func (s shelf) Replay(context.Context, engine.SessionID) (*replay.Player, error) {
	return replay.NewPlayer(s.tape, s.wall), s.err
}

func (s shelf) Judge(_ context.Context, tape *replay.Tape, name string) (replay.Trial, error) {
	trial := replay.Trial{Policy: name}
	for _, a := range tape.Alarms() {
		a.At = a.At.Add(-7 * time.Second)
		trial.Alarms = append(trial.Alarms, a)
	}
	return trial, s.err
}

// What is left of a call that was forgotten says less of who was free: the replay says so.
func TestAReplayBesideAForgottenCallSaysSo(t *testing.T) {
	tape, err := replay.Load(context.Background(), replay.Reading{Name: "journal", Epoch: enginetest.Epoch,
		Events: func(yield func(engine.Event) error) error {
			events := slices.Clone(shift())
			last := &events[len(events)-1]
			last.Body = engine.Forgotten{Kind: "ticked", What: engine.EraseAll, Session: "s4711"}
			for _, e := range events {
				if err := yield(e); err != nil {
					return err
				}
			}
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	if b := newReplay(tape, 120, 36); !strings.Contains(b.text(), "A call beside it was forgotten: who was called may differ.") {
		t.Errorf("it does not say so:\n%s", b.text())
	}
	if b := newReplay(taped(t, "", ""), 120, 36); strings.Contains(b.text(), "forgotten") {
		t.Error("it says so though none was forgotten")
	}
}

// newPast is a console of a live floor on which R was pressed.
func newPast(t testing.TB, s *stage, w, h int) *bench {
	b := newBench(s, w, h)
	b.house = shelf{tape: taped(t, hotCall(t), ""), wall: b.wall}
	b.press("R")
	if b.past == nil {
		t.Fatalf("R shows no replay:\n%s", b.text())
	}
	return b
}

func (b *bench) at() replay.Position { return b.deck.player.Position() }

func TestReplayFrames(t *testing.T) {
	for _, size := range sizes {
		for _, screen := range []struct {
			name, keys string
			call       bool
		}{
			{"replay", "n n n n", false},
			{"replay-call", "n n . .", true},
			{"replay-open", "n n enter", true},
			{"replay-policy", "p t e s t enter", true},
			{"replay-moved", "p t e s t enter esc n n", true},
			{"replay-go", "g 1 4", false},
			{"replay-help", "?", false},
		} {
			name := fmt.Sprintf("%s-%dx%d", screen.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				call := engine.SessionID("")
				if screen.call {
					call = hotCall(t)
				}
				b := newReplay(taped(t, call, ""), size.w, size.h)
				b.house = shelf{}
				b.press(strings.Fields(screen.keys)...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
		name := fmt.Sprintf("replay-live-%dx%d", size.w, size.h)
		t.Run(name, func(t *testing.T) {
			b := newPast(t, governed(), size.w, size.h)
			b.press("n", "n")
			b.wall.at = b.wall.at.Add(time.Minute)
			b.tick()
			wantFrame(t, name, screenOf(b.content(), size.w, size.h))
		})
	}
	t.Run("replay-line-40x5", func(t *testing.T) {
		b := newReplay(taped(t, hotCall(t), ""), 40, 5)
		b.press("n")
		wantFrame(t, "replay-line-40x5", screenOf(b.content(), 40, 5))
	})
	t.Run("replay-ascii-80x24", func(t *testing.T) {
		b := newReplay(taped(t, "", ""), 80, 24)
		b.look.ASCII = true
		b.retheme()
		b.press("n", "n")
		content := b.content()
		if i := strings.IndexFunc(content, func(r rune) bool { return r >= 0x80 }); i >= 0 {
			t.Errorf("not ASCII: %q", content[i:min(i+12, len(content))])
		}
		wantFrame(t, "replay-ascii-80x24", screenOf(content, 80, 24))
	})
}

// "The header says so in words, not only in colour" (CONSOLE.md), at every size.
func TestAReplaySaysThatNothingIsLive(t *testing.T) {
	for _, size := range sizes {
		b := newReplay(taped(t, "", ""), size.w, size.h)
		if top := b.line(0); !strings.Contains(top, "REPLAY") || !strings.Contains(top, "nothing here is live") {
			t.Errorf("%d cells: %q", size.w, top)
		}
		b = newPast(t, governed(), size.w, size.h)
		if top := b.line(0); !strings.Contains(top, "REPLAY") || !strings.Contains(top, "only the top row is live") {
			t.Errorf("%d cells, with live calls: %q", size.w, top)
		}
	}
}

// No key acts in a replay, whatever it shows, and each says so.
func TestNoKeyActsInAReplay(t *testing.T) {
	b := newReplay(taped(t, hotCall(t), ""), 120, 36)
	b.press("n", "n") // at a proposal
	for _, k := range strings.Fields("v y z u t m h X l i b o L C A R") {
		b.press(k)
		if b.box != nil || !strings.Contains(b.text(), "This is a replay: nothing here is live") {
			t.Errorf("%s is not refused:\n%s", k, b.text())
		}
		b.notice = notice{}
	}
	if strip := b.line(1); !strings.Contains(strip, " in ") || strings.Contains(strip, "veto") || strings.Contains(strip, "now") {
		t.Errorf("the strip offers keys, or is not that of then: %q", strip)
	}
	b.press("w")
	if b.box == nil {
		t.Fatal("w does not tell why")
	}
	b.press("v", "y", "z", "a", "l")
	if len(b.asked) != 0 || b.box == nil {
		t.Errorf("asked from the card: %v", b.asked)
	}
	if strings.Contains(b.text(), "30 days") {
		t.Error("the record of 30 days is told from a tape that does not hold them")
	}
}

func TestTheKeysOfTheTape(t *testing.T) {
	b := newReplay(taped(t, "", ""), 120, 36)
	from := b.at().From
	for _, c := range []struct {
		keys string
		is   func(replay.Position) bool
	}{
		{"right", func(p replay.Position) bool { return p.Now.Equal(from.Add(5 * time.Second)) }},
		{"right right left", func(p replay.Position) bool { return p.Now.Equal(from.Add(10 * time.Second)) }},
		{"g 1 0 0 enter", func(p replay.Position) bool { return p.Event == 100 }},
		{". . ,", func(p replay.Position) bool { return p.Event == 101 && !p.Playing }},
		{"g + 1 : 3 0 enter", func(p replay.Position) bool { return p.Now.After(from.Add(90 * time.Second)) }},
		{"g 9 : 0 1 enter", func(p replay.Position) bool { return p.Now.Equal(from.Add(time.Minute)) }},
		{"] ]", func(p replay.Position) bool { return p.Speed == 16 }},
		{"[ [ [ [", func(p replay.Position) bool { return p.Speed == 1 }},
		{"[", func(p replay.Position) bool { return p.Speed == replay.Slowest }},
		{"space", func(p replay.Position) bool { return p.Playing }},
		{"space", func(p replay.Position) bool { return !p.Playing }},
		{"g 1 enter", func(p replay.Position) bool { return p.Event == 1 }},
	} {
		b.press(strings.Fields(c.keys)...)
		if at := b.at(); !c.is(at) {
			t.Errorf("%q: at event %d, %v after the beginning, %v, playing %v", c.keys, at.Event, at.Now.Sub(from), at.Speed, at.Playing)
		}
		b.wantText(t, fmt.Sprintf("event %d of %d", b.at().Event, b.at().Of))
	}
	b.press("n")
	moment := b.at()
	selected := b.list.selected
	b.press("n", "N")
	if b.at().Event != moment.Event || b.list.selected != selected {
		t.Errorf("n and N lead to event %d on %s, want %d on %s", b.at().Event, b.list.selected, moment.Event, selected)
	}
	b.press("g", "x", "enter")
	if b.box == nil {
		t.Error("what is no time closes the box")
	}
}

// The strip and every key that acts stay with the live calls while one replays.
func TestTheStripStaysLiveWhileOneReplays(t *testing.T) {
	s := governed()
	b := newPast(t, s, 120, 36)
	live := newBench(governed(), 120, 36)
	want := live.line(1)
	b.press("n", "right", "space", ".")
	b.tick()
	if got := b.line(1); got != want {
		t.Errorf("the strip is %q, want the live one %q", got, want)
	}
	b.press("v")
	if len(s.asked) != 1 || s.asked[0].Body != (engine.VetoAsked{Session: "s1"}) {
		t.Fatalf("v asks %v", s.asked)
	}
	s.change("s1", func(c *engine.Session) {
		c.Transfer.Status, c.Transfer.VetoedBy = engine.TransferVetoed, "supervisor/desk"
	})
	b.tick()
	if !strings.Contains(b.line(1), "why?") {
		t.Errorf("the strip does not ask why: %q", b.line(1))
	}
	b.press("w")
	if len(s.asked) != 2 || s.asked[1].Body != (engine.VetoExplained{Session: "s1", Label: engine.VetoWrong}) {
		t.Fatalf("the reason is not asked: %v", s.asked)
	}
	if b.past == nil {
		t.Error("the replay is gone")
	}
}

// Pasted text goes into a box that takes text, and presses no key elsewhere.
func TestPastedTextPressesNoKeyOfTheTape(t *testing.T) {
	for _, b := range []*bench{newReplay(taped(t, "", ""), 80, 24), newPast(t, governed(), 80, 24)} {
		show := func() string { return b.text() }
		before := show()
		b.Update(tea.PasteMsg{Content: "n"})
		if show() != before {
			t.Errorf("pasted text has pressed a key:\n%s", show())
		}
		b.press("g")
		b.Update(tea.PasteMsg{Content: "+0:\x1b[2J05"})
		b.wantText(t, "> +0:05")
	}
}

func TestYActsOnTheLiveProposalWhileOneReplays(t *testing.T) {
	s := governed()
	b := newPast(t, s, 120, 36)
	b.press("n", "y")
	if len(s.asked) != 1 || s.asked[0].Body != (engine.HurryAsked{Session: "s1"}) {
		t.Fatalf("y asks %v", s.asked)
	}
}

// A key that acts on the selected call finds none while one replays: the live one is not
// seen, and the one that is seen is over.
func TestNoKeyFallsOnAnUnseenCallWhileOneReplays(t *testing.T) {
	s := afternoon() // the strip names nothing that could be vetoed
	b := newPast(t, s, 120, 36)
	for _, k := range strings.Fields("t m h X l i b o C R v y z u L") {
		b.press(k)
		if b.box != nil || b.past == nil || b.past.box != nil {
			t.Errorf("%s opens a box", k)
		}
	}
	if len(s.asked) != 0 {
		t.Errorf("asked: %v", s.asked)
	}
	b.press("t")
	b.wantText(t, "only the top row is live")
}

func TestEscGoesBackToTheLiveCalls(t *testing.T) {
	b := newPast(t, governed(), 120, 36)
	b.press("enter", "esc")
	if b.past == nil || b.past.open {
		t.Fatal("esc leaves the replay instead of the open call")
	}
	b.press("g", "esc")
	if b.past == nil {
		t.Fatal("esc leaves the replay instead of the box")
	}
	old := b.past
	b.press("esc")
	if b.past != nil {
		t.Fatal("esc does not go back")
	}
	if top := b.line(0); !strings.Contains(top, "LIVE") || strings.Contains(top, "REPLAY") {
		t.Errorf("the header says %q", top)
	}
	b.run(func() tea.Msg { return inside{old, fetch(old.engine, old.wants())} }) // comes late
	if b.past != nil {
		t.Error("a late message brings the replay back")
	}
	b.press("v")
	if len(b.stage.asked) != 1 {
		t.Error("v does not act any more")
	}
}

// What the journal cannot give is told, and the live calls stay.
func TestACallThatCannotBeReplayedSaysWhy(t *testing.T) {
	b := newBench(governed(), 80, 24)
	b.house = shelf{fakeHouse: fakeHouse{replay.ErrNoCall}, tape: taped(t, "", ""), wall: b.wall}
	b.press("R")
	if b.past != nil {
		t.Fatal("it is replayed all the same")
	}
	b.wantText(t, "Not replayed: There is no such call.")
	b.house = nil
	b.press("R")
	b.wantText(t, "Nothing can be replayed here")
}

// p shows where the alarms would move by another policy, and takes it away again.
func TestAnotherPolicyIsShownBesideTheDays(t *testing.T) {
	b := newReplay(taped(t, hotCall(t), ""), 120, 36)
	b.house = shelf{}
	b.press("p", "down", "down", "n", "e", "w", ".", "y", "a", "m", "l", "enter")
	if _, ok := b.box.(*textBox); !ok {
		t.Fatalf("no list:\n%s", b.text())
	}
	b.wantText(t, "7 s earlier")
	b.press("esc")
	b.wantText(t, "by new.yaml")
	b.press("p", "up", "up", "up", "enter")
	if b.deck.trial != nil || strings.Contains(b.text(), "by new.yaml") {
		t.Errorf("the other policy stays:\n%s", b.text())
	}
	b.house = shelf{fakeHouse: fakeHouse{replay.ErrNothing}}
	b.press("p", "x", "enter")
	b.wantText(t, "Not tried:")
}

func TestPlacesOnTheTape(t *testing.T) {
	from := time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC)
	at := replay.Position{Now: from.Add(time.Hour), From: from, To: from.Add(6 * time.Hour)}
	for _, c := range []struct {
		typed string
		want  time.Time
	}{
		{"23:30", from.Add(90 * time.Minute)}, {"22:00:05", from.Add(5 * time.Second)},
		{"02:15", from.Add(4*time.Hour + 15*time.Minute)}, // the next day
	} {
		if _, ok := placeOf(c.typed, at, time.UTC); !ok {
			t.Errorf("%q is no place", c.typed)
		}
		var n [3]int
		fmt.Sscanf(strings.ReplaceAll(c.typed, ":", " "), "%d %d %d", &n[0], &n[1], &n[2])
		if got := timeOfDay(at, time.UTC, n[0], n[1], n[2]); !got.Equal(c.want) {
			t.Errorf("%q is %v, want %v", c.typed, got, c.want)
		}
	}
	for _, typed := range []string{"", "+", "x", "25:00", "1:2:3:4", "-x", "12:60", "0", "+99999999999999999999", "1:", "+9999999"} {
		if _, ok := placeOf(typed, at, time.UTC); ok {
			t.Errorf("%q is a place", typed)
		}
	}
	for _, typed := range []string{"+5:00", "-0:30", "−30", "+1:00:00", "118", " 7 "} {
		if _, ok := placeOf(typed, at, time.UTC); !ok {
			t.Errorf("%q is no place", typed)
		}
	}
}

// Whatever is pressed in a replay, alone or before live calls, nothing is asked of what is
// over, and the screen is as large as the terminal.
func TestAReplayHoldsUnderAnything(t *testing.T) {
	keys := strings.Fields("space left right , . [ ] n N g p w R esc enter tab j k G home 1 2 J K f ? q ! t m X v y z u A : up down backspace 1 4 : + x ctrl+u pgup pgdown")
	hot := hotCall(t)
	tapes := []*replay.Tape{taped(t, "", ""), taped(t, hot, "")}
	for _, name := range hostileNames {
		tapes = append(tapes, taped(t, hot, name))
	}
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(20, 220), rapid.IntRange(3, 60)
		tape := rapid.SampledFrom(tapes).Draw(t, "tape")
		var b *bench
		if rapid.Bool().Draw(t, "alone") {
			b = newReplay(tape, w.Draw(t, "w"), h.Draw(t, "h"))
		} else {
			b = newBench(governed(), w.Draw(t, "w"), h.Draw(t, "h"))
		}
		b.house = shelf{tape: tape, wall: b.wall}
		if b.deck == nil {
			b.press("R")
		}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 6).Draw(t, "step") {
			case 0:
				b.run(func() tea.Msg { return tea.WindowSizeMsg{Width: w.Draw(t, "w"), Height: h.Draw(t, "h")} })
			case 1:
				b.wall.at = b.wall.at.Add(time.Duration(rapid.IntRange(0, 9000).Draw(t, "pause")) * time.Millisecond)
				b.tick()
				if p := b.past; p != nil {
					b.run(b.within(p.fetch(false)))
				}
			default:
				b.hit(rapid.SampledFrom(keys).Draw(t, "key"))
			}
			checkSize(t, b)
		}
		if b.deck != nil && len(b.asked) > 0 {
			t.Fatalf("asked of a replay: %v", b.asked)
		}
	})
}
