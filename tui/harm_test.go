package tui

import (
	"strings"
	"testing"
	"time"

	"switchboard/engine"
)

// What TestScreenHoldsUnderAnything has found, and what a cold eye has, each as a rule.

// A search of calls that are over must draw on any terminal, also on one of one cell.
func TestHistoryDrawsOnTheSmallestTerminal(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 5}, {5, 1}, {20, 2}, {40, 4}} {
		for _, query := range []string{"", "refund", "xylophone"} {
			b, _ := newSearch(80, 24, ended(14), query)
			b.resizeTo(size[0], size[1])
			if n := len(strings.Split(b.content(), "\n")); n != size[1] {
				t.Errorf("%q at %v: %d lines", query, size, n)
			}
		}
	}
}

// The box that asks about a click does what its title says, or nothing: what the key means
// by then may be the contrary.
func TestAClickedKeyNeverDoesTheContrary(t *testing.T) {
	mode := func(to engine.Mode) func(*stage) {
		return func(s *stage) { s.frame.Automation = to; s.set(s.frame.Sessions...) }
	}
	pays := func(on bool) func(*stage) {
		return func(s *stage) {
			s.change("s1", func(c *engine.Session) {
				if c.Pay = (engine.Paying{}); on {
					c.Pay.Since, c.Pay.Until = ago(time.Minute), noon.Add(time.Minute)
				}
			})
		}
	}
	for _, c := range []struct {
		about, on        string
		before, meantime func(*stage)
	}{
		{"somebody else has put it in shadow", "A", mode(engine.ModeOn), mode(engine.ModeShadow)},
		{"… or turned it off", "A", mode(engine.ModeOn), mode(engine.ModeOff)},
		{"… or on", "A", mode(engine.ModeOff), mode(engine.ModeOn)},
		{"somebody else has begun the payment", "P", pays(false), pays(true)},
		{"it has ended by itself", "P", pays(true), pays(false)},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := governed()
			c.before(s)
			b := newHand(s, 120, 36)
			if k := keyPress(c.on); !b.asksFirst(k) {
				t.Fatal("nothing is asked")
			}
			b.tick()
			c.meantime(s)
			b.tick()
			b.press("y")
			wantAsked(t, s, nil)
			if _, open := b.box.(*sureBox); open {
				t.Error("it asks about something else")
			}
			b.wantText(t, "by itself or by somebody else")
		})
	}
}

// Enter held down, or struck twice, takes one callback off the list: the second would fall
// upon what the engine has not yet told of.
func TestACallbackIsTakenOffOnce(t *testing.T) {
	s := governed()
	b := newBench(s, 80, 24)
	b.press(letters(":callbacks")...)
	b.press("enter")
	b.wall.at = b.wall.at.Add(time.Second)
	b.hit("enter")
	b.wall.at = b.wall.at.Add(50 * time.Millisecond)
	b.hit("enter")
	if len(s.asked) != 1 {
		t.Errorf("asked %+v", s.asked)
	}
}

// The wheel moves what is shown; what is typed stays as it is.
func TestTheWheelChangesNothingThatIsTyped(t *testing.T) {
	for _, keys := range []string{"/ a enter / x", "/ z enter / s t a t e", "enter / a enter / b"} {
		for _, turns := range []int{-3, 3} {
			b := newHand(afternoon(), 80, 24)
			b.press(strings.Fields(keys)...)
			typed := func() string {
				switch l := b.box.(type) {
				case *filterLine:
					return l.text
				case *searchLine:
					return l.text
				}
				t.Fatalf("%q opens %T", keys, b.box)
				return ""
			}
			before := typed()
			b.rollAt(20, 6, turns)
			if typed() != before {
				t.Errorf("%q: the wheel makes %q of %q", keys, typed(), before)
			}
		}
	}
}

// The call under the finger has gone, and another is selected in its place: no key acts on
// that one within 150 ms, for it was meant for the one before.
func TestAKeyDoesNotFallUponTheCallThatHasOnlyJustMovedUp(t *testing.T) {
	for _, k := range []string{"C", "P", "m", "h", "b", "X", "t"} {
		for after, alive := range map[time.Duration]bool{0: false, boxDead - time.Millisecond: false, boxDead: true} {
			s := governed()
			b := newBench(s, 120, 36)
			b.press("j", "j", "j")
			gone := b.list.selected
			b.wall.at = b.wall.at.Add(time.Minute)
			var rest []*engine.Session
			for _, c := range s.frame.Sessions {
				if c.ID != gone {
					rest = append(rest, c)
				}
			}
			s.set(rest...)
			b.tick()
			if b.list.selected == gone || b.list.selected == "" {
				t.Fatalf("%q is selected", b.list.selected)
			}
			b.wall.at = b.wall.at.Add(after)
			b.hit(k)
			if acts := len(s.asked) > 0 || b.box != nil; acts != alive {
				t.Errorf("%s, %v after: asks %v, opens %T", k, after, s.asked, b.box)
			}
		}
	}
}

// A name is as wide in a line as it is alone: a letter that begins with a mark would join
// the space before it.
func TestANameNeverJoinsWhatStandsBeforeIt(t *testing.T) {
	for _, name := range []string{"\u0e33\u0e33", "\u0eb3", "\u0e33a", "a \u0e33"} {
		s := afternoon()
		s.change("s1", func(c *engine.Session) { c.Name = name })
		for _, size := range sizes {
			b := newBench(s, size.w, size.h)
			for i, l := range strings.Split(b.content(), "\n") {
				if w := width(rendition.ReplaceAllString(l, "")); w != size.w {
					t.Errorf("%q: line %d of %d cells has %d", name, i, size.w, w)
				}
			}
		}
	}
}

// The row that stands for many calls is none of them: no key acts on any from there.
func TestNoKeyActsOnTheFold(t *testing.T) {
	s := afternoon()
	s.set(fullHouse(80)...)
	b := newBench(s, 80, 24)
	b.press("G")
	if !b.list.onFold {
		t.Fatal("the last row is no fold")
	}
	for _, k := range []string{"C", "P", "m", "h", "l", "i", "b", "o", "X", "t", "space", "R", "e"} {
		b.press(k)
		if len(s.asked) > 0 || b.box != nil || len(b.marks) > 0 || b.past != nil {
			t.Fatalf("%s on the fold: asks %v, opens %T, marks %v", k, s.asked, b.box, b.marks)
		}
	}
	b.press(letters(":claim")...)
	b.press("enter")
	if len(s.asked) > 0 {
		t.Errorf("the palette on the fold: asks %v", s.asked)
	}
}

// A box that asks before automation is turned off takes no yes within 400 ms.
func TestTheBoxThatAsksIsDeadFor400Milliseconds(t *testing.T) {
	for after, want := range map[time.Duration]engine.Body{0: nil, hangupDead - time.Millisecond: nil, hangupDead: engine.AutomationAsked{Mode: engine.ModeOff}} {
		s := governed()
		s.frame.Automation = engine.ModeShadow
		b := newBench(s, 80, 24)
		b.press("A")
		b.wall.at = b.wall.at.Add(after)
		b.hit("y")
		wantAsked(t, s, want)
	}
}
