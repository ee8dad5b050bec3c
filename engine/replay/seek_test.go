package replay_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/replay"
)

// frames is what is shown after each event of a journal that is folded through, as JSON
// and without its Number: the first is before any.
func frames(t testing.TB, events []engine.Event) []string {
	t.Helper()
	s := engine.NewState(enginetest.Epoch)
	all := make([]string, 0, len(events)+1)
	all = append(all, picture(t, s.Frame()))
	for _, e := range events {
		s, _ = engine.Step(s, e)
		all = append(all, picture(t, s.Frame()))
	}
	return all
}

func picture(t testing.TB, f *engine.Frame) string {
	t.Helper()
	shown := *f
	shown.Number = 0
	data, err := json.Marshal(shown)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Wherever a player goes and however it comes there, it shows what folding all events up
// to there shows.
func TestAnyWayThereShowsWhatFoldingShows(t *testing.T) {
	events := afternoon()
	want := frames(t, events)
	tape := load(t, reading(events))
	from, length := tape.From(), tape.To().Sub(tape.From())
	rapid.Check(t, func(rt *rapid.T) {
		wall := &hand{enginetest.Start}
		p := replay.NewPlayer(tape, wall)
		number := p.Frame().Number
		last := picture(t, p.Frame())
		for range rapid.IntRange(1, 6).Draw(rt, "moves") {
			switch rapid.IntRange(0, 9).Draw(rt, "move") {
			case 0:
				p.Seek(from.Add(time.Duration(rapid.Int64Range(-int64(time.Minute), int64(length+time.Minute)).Draw(rt, "to"))))
			case 1:
				p.Step(rapid.IntRange(-400, 400).Draw(rt, "by"))
			case 2:
				p.SeekEvent(rapid.IntRange(-1, len(events)+1).Draw(rt, "event"))
			case 3:
				p.Next()
			case 4:
				p.Prev()
			case 5:
				p.Skip(time.Duration(rapid.IntRange(-90, 90).Draw(rt, "seconds")) * time.Second)
			case 6:
				p.Play()
			case 7:
				p.Pause()
			case 8:
				p.Faster(rapid.Bool().Draw(rt, "down"))
			case 9:
				wall.pass(time.Duration(rapid.IntRange(0, 20_000).Draw(rt, "ms")) * time.Millisecond)
			}
			at := p.Position()
			f := p.Frame()
			is := picture(t, f)
			if is != want[at.Event] {
				rt.Fatalf("at event %d of %d the frame is not what folding to there gives", at.Event, at.Of)
			}
			if is != last && f.Number <= number {
				rt.Fatalf("what is shown has changed, and the frame's number went from %d to %d", number, f.Number)
			}
			if at.Now.Before(at.From) || at.Now.After(at.To) || at.Now.Before(f.Now) {
				rt.Fatalf("it is %v, between %v and %v, at an event of %v", at.Now, at.From, at.To, f.Now)
			}
			last, number = is, f.Number
		}
	})
}

// day is a day of 1,000 calls with some 68,000 events.
func day(b *testing.B) *replay.Tape {
	events := played(b, 1000, 8*time.Second)
	return load(b, reading(events))
}

// BenchmarkSeek: anywhere in a day of 1,000 calls, and beside it what it would cost to
// fold to there from the beginning.
func BenchmarkSeek(b *testing.B) {
	tape := day(b)
	p := replay.NewPlayer(tape, &hand{enginetest.Start})
	length := tape.To().Sub(tape.From())
	at := func(i int) time.Time { return tape.From().Add(length / 97 * time.Duration(i*37%97)) }
	b.Logf("%d events", tape.Len())
	b.Run("seek", func(b *testing.B) {
		for i := range b.N {
			p.Seek(at(i))
			_ = p.Frame()
		}
	})
	b.Run("fold", func(b *testing.B) {
		for i := range b.N {
			s := engine.NewState(tape.Epoch())
			for _, f := range tape.Falls(0, tape.Len()) {
				if f.At.After(at(i)) {
					break
				}
				s, _ = engine.Step(s, f.Event)
			}
			_ = s.Frame()
		}
	})
}
