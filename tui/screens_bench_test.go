//go:build unix

package tui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"switchboard/engine"
)

// The budget of a whole frame, from what was fetched to the lines: the page asks for less
// than 4 ms, and a frame comes 30 times a second.
const budgetFrame = 4 * time.Millisecond

// benchScreens are the screens that View has a budget for, and the keys that lead there.
var benchScreens = []struct {
	name  string
	floor func() *stage
	keys  []string
	then  func(*bench)
}{
	{name: "main", floor: rushHour},
	{name: "unfolded", floor: rushHour, then: func(b *bench) { b.list.unfolded = true; b.list.sort() }},
	{name: "by-mood", floor: rushHour, then: func(b *bench) { b.setOrder(colNow, false); b.list.sort() }},
	{name: "filtered", floor: rushHour, keys: []string{"/", "m", "o", "o", "d", "<", "0", "enter"}},
	{name: "filtered-by-word", floor: rushHour, keys: []string{"/", "g", "r", "a", "c", "e", "enter"}},
	{name: "open", floor: rushHour, keys: []string{"enter"}},
	{name: "long-call", floor: longDay, keys: []string{"enter", "tab"}},
	{name: "why", floor: governed, keys: []string{"w"}},
	{name: "palette", floor: rushHour, keys: []string{":"}},
	{name: "palette-typed", floor: rushHour, keys: []string{":", "t", "r"}},
	{name: "help", floor: rushHour, keys: []string{"?"}},
	{name: "floor", floor: rushHour, keys: []string{"O"}},
	{name: "wallboard", floor: rushHour, keys: []string{"W"}},
}

// rushHour is the busy floor with 1,000 calls, whose customers have said 40 sentences each.
func rushHour() *stage {
	s := thousand(1000)
	var said []engine.Utterance
	for i := range 40 {
		said = append(said, line1(fmt.Sprint("u", i), time.Duration(40-i)*12*time.Second, engine.SpeakerCustomer,
			"It is the third time that I call about this very thing.", engine.Polarity(i*211%900-500)))
	}
	s.talk = map[engine.SessionID]engine.Talk{}
	for n, c := range s.frame.Sessions {
		var mood []engine.Polarity
		for i := range 40 {
			mood = append(mood, engine.Polarity((n*97+i*211)%900-500))
		}
		c.Samples = samples(ago(6*time.Second), mood...)
		s.talk[c.ID] = engine.Talk{Session: c.ID, Lines: said}
	}
	return s
}

// longDay is that floor with a call that has lasted for four hours at its top.
func longDay() *stage {
	s := rushHour()
	const minutes = 240
	c := call(1, "Mette Sørensen", "+12025550142", minutes*time.Minute)
	for i := range 4 * minutes {
		c.Samples = append(c.Samples, engine.Sample{
			Utterance: fmt.Sprint("u", i), At: c.Started.Add(time.Duration(i) * 15 * time.Second),
			Polarity: engine.Polarity(i*37%1900 - 950), Weight: 1000,
		})
	}
	c.Trouble = "the operator's phone could not be reached"
	s.set(append([]*engine.Session{c}, s.frame.Sessions[1:]...)...)
	return s
}

// BenchmarkScreens draws each screen of a floor of 1,000 calls of which one has changed,
// and the second with it, so that every duration is new: what View costs of the
// processor's time beside its budget, and the whole frame with what comes before it.
// What a busy machine does meanwhile is not counted.
func BenchmarkScreens(b *testing.B) {
	for _, screen := range benchScreens {
		for _, size := range []struct {
			w, h   int
			budget time.Duration
		}{{120, 36, budgetView120}, {200, 50, budgetView200}} {
			b.Run(fmt.Sprintf("%s, %dx%d", screen.name, size.w, size.h), func(b *testing.B) {
				c := newBench(screen.floor(), size.w, size.h)
				c.press(screen.keys...)
				if screen.then != nil {
					screen.then(c)
				}
				c.View()
				c.wall.at = c.wall.at.Add(time.Minute) // no order is held for a key
				b.ReportAllocs()
				var view, frame []time.Duration
				for i := 0; b.Loop(); i++ {
					c.wall.at = c.wall.at.Add(time.Second)
					happens(c.stage, i)
					began := spent(b)
					c.tick()
					ticked := spent(b)
					c.View()
					drew := spent(b)
					view, frame = append(view, drew-ticked), append(frame, drew-began)
				}
				median := func(all []time.Duration) time.Duration { slices.Sort(all); return all[len(all)/2] }
				v, f := median(view), median(frame)
				b.ReportMetric(v.Seconds()*1000, "view-ms")
				b.ReportMetric(float64(v)/float64(size.budget), "view-of-budget")
				b.ReportMetric(f.Seconds()*1000, "frame-ms")
				b.ReportMetric(float64(f)/float64(budgetFrame), "frame-of-budget")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// happens lets a second pass, in which a call changes.
func happens(s *stage, i int) {
	s.now = s.now.Add(time.Second)
	sessions := slices.Clone(s.frame.Sessions)
	changed := *sessions[i%len(sessions)]
	changed.Changed += 1 << 20
	sessions[i%len(sessions)] = &changed
	s.set(sessions...)
}

// BenchmarkNoChange looks at an engine in which nothing has happened, and draws what it
// shows: that must cost nothing.
func BenchmarkNoChange(b *testing.B) {
	c := newBench(rushHour(), 200, 50)
	c.View()
	b.ReportAllocs()
	for b.Loop() {
		c.tick()
		c.View()
	}
}
