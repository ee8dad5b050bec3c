package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
)

// busyDay is the governed floor in the afternoon of a whole day: somebody waits for Billing,
// Sara hears a briefing, and an operator is in no group.
func busyDay() *stage {
	s := governed()
	s.frame.Roster.Numbers = []string{"+12025550170", "+12025550166", "+12025550171", "+12025550169", "+12025550172", "+12025550173"}
	s.change("s3", func(c *engine.Session) { c.Transfer.Group = "Tier 2" })
	s.change("s4", func(c *engine.Session) {
		c.Transfer = engine.Transfer{Status: engine.TransferQueued, Cause: engine.CauseKey, Group: "Billing", Asked: ago(50 * time.Second), Queued: ago(48 * time.Second), Since: ago(48 * time.Second)}
	})
	f := s.frame
	f.Queue = []engine.SessionID{"s4"}
	f.Day = engine.Day{Now: engine.Slot{From: noon.Truncate(engine.SlotSpan), Count: engine.Counts{Calls: 2, Answered: 2}, Group: []engine.GroupSlot{{Group: "Tier 2", Most: 2, Last: 1}, {Group: "Billing", Most: 1, Last: 1}}}}
	for i := 100; i > 0; i-- {
		slot := engine.Slot{From: f.Day.Now.From.Add(-time.Duration(i) * engine.SlotSpan), Count: engine.Counts{Calls: 1, Answered: 1, Ended: 1}}
		if i%3 == 0 {
			slot.Count.Joined, slot.Count.Auto, slot.Hold = 1, 1, time.Duration(i)*time.Second
			slot.Group = []engine.GroupSlot{{Group: "Tier 2", Most: i % 4, Last: i % 2, Joined: 1}}
		}
		f.Day.Past = append(f.Day.Past, slot)
	}
	f.Day.Past[50].Count.ByHand, f.Day.Past[50].Count.Joined, f.Day.Past[50].Count.Vetoed, f.Day.Past[50].Count.Lost = 2, 3, 3, 1
	f.Day.Past[60].Count.Queued, f.Day.Past[60].Wait, f.Day.Past[60].Count.Promised = 4, 95*time.Second, 2
	f.Ended = []engine.Ended{{Session: "s0", Number: 1, Caller: "+12025550133", Name: "Peter Lund", Started: ago(30 * time.Minute), Over: ago(20 * time.Minute), Mood: 380, Judged: true, Operator: "+12025550171"}}
	return s
}

var floorScreens = []struct{ name, keys string }{
	{"floor", "O"},
	{"events-all", "O tab j"},
}

func TestFloorFrames(t *testing.T) {
	for _, screen := range floorScreens {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", screen.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b := newBench(busyDay(), size.w, size.h)
				b.press(strings.Fields(screen.keys)...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
	for name, size := range map[string]struct {
		w, h int
		keys string
	}{"shift-160x40": {160, 40, ""}, "shift-200x50": {200, 50, ""}, "shift-events-200x50": {200, 50, "tab tab tab tab j"}, "shift-floor-160x40": {160, 40, "tab tab tab j j j"}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(busyDay(), size.w, size.h)
			b.press(strings.Fields(size.keys)...)
			wantFrame(t, name, screenOf(b.content(), size.w, size.h))
		})
	}
}

// wallOnly is a console that is a wallboard for good.
func wallOnly(s *stage, w, h int) *bench {
	b := newBench(s, w, h)
	b.boardOnly()
	b.tick()
	b.version++
	return b
}

func TestWallboardFrames(t *testing.T) {
	for _, size := range append(sizes, struct{ w, h int }{40, 5}) {
		pages := len(wallOnly(busyDay(), size.w, size.h).boardPages())
		for page := range min(pages, 2) {
			name := fmt.Sprintf("wallboard-%d-%dx%d", page+1, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b := wallOnly(busyDay(), size.w, size.h)
				for range page {
					b.press("tab")
				}
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
	t.Run("wallboard-ascii-80x24", func(t *testing.T) {
		b := wallOnly(busyDay(), 80, 24)
		b.look.ASCII = true
		b.retheme()
		if i := strings.IndexFunc(b.content(), func(r rune) bool { return r >= 0x80 }); i >= 0 {
			t.Errorf("not ASCII: %q", b.content()[i:min(i+12, len(b.content()))])
		}
		wantFrame(t, "wallboard-ascii-80x24", screenOf(b.content(), 80, 24))
	})
	t.Run("wallboard-calm-80x24", func(t *testing.T) {
		s := busyDay()
		s.set()
		wantFrame(t, "wallboard-calm-80x24", screenOf(wallOnly(s, 80, 24).content(), 80, 24))
	})
}
