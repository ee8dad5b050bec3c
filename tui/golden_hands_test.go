package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
)

// stripLives are the strip through its whole life, as CONSOLE.md draws it: one row, in which
// nothing moves but what it says.
var stripLives = []struct {
	name string
	do   func(*stage, *bench)
}{
	{"calm", func(s *stage, b *bench) {
		s.change("s1", func(m *engine.Session) { m.Transfer, m.Alerts = engine.Transfer{}, nil })
	}},
	{"calm, after a transfer", func(s *stage, b *bench) {
		s.change("s1", func(m *engine.Session) {
			m.Transfer.Status, m.Transfer.Since, m.Transfer.To, m.Alerts = engine.TransferJoined, ago(13*time.Minute), "+12025550170", nil
		})
	}},
	{"proposed", func(*stage, *bench) {}},
	{"proposed, calm", func(_ *stage, b *bench) { b.look.Calm = true }},
	{"proposed, two", func(s *stage, _ *bench) {
		s.change("s4", func(h *engine.Session) { h.Transfer = proposed(7 * time.Second) })
	}},
	{"proposed, two, in a box", func(s *stage, b *bench) {
		s.change("s4", func(h *engine.Session) { h.Transfer = proposed(7 * time.Second) })
		b.press("?")
	}},
	{"proposed, while typing", func(_ *stage, b *bench) { b.press(":") }},
	{"calling", at(engine.TransferDialling, 4*time.Second)},
	{"briefing", at(engine.TransferBriefing, 6*time.Second)},
	{"joining", at(engine.TransferJoining, time.Second)},
	{"queued", func(s *stage, b *bench) {
		at(engine.TransferQueued, 48*time.Second)(s, b)
		s.change("s1", func(m *engine.Session) { m.Transfer.Queued = ago(48 * time.Second) })
	}},
	{"joined", at(engine.TransferJoined, 5*time.Second)},
	{"joined, fading", at(engine.TransferJoined, 6*time.Second)},
	{"vetoed, why?", func(s *stage, b *bench) {
		b.press("v")
		at(engine.TransferVetoed, 0)(s, b)
		s.change("s1", func(m *engine.Session) { m.Transfer.VetoedBy = "supervisor/desk" })
	}},
	{"vetoed, no reason", func(s *stage, b *bench) {
		at(engine.TransferVetoed, 7*time.Second)(s, b)
		s.change("s1", func(m *engine.Session) { m.Transfer.VetoedBy = "supervisor/desk" })
	}},
	{"vetoed, with a reason", func(s *stage, b *bench) {
		at(engine.TransferVetoed, 7*time.Second)(s, b)
		s.change("s1", func(m *engine.Session) {
			m.Transfer.VetoedBy, m.Transfer.Label = "supervisor/desk", engine.VetoHandled
		})
	}},
	{"taken back", func(s *stage, b *bench) {
		at(engine.TransferVetoed, time.Second)(s, b)
		s.change("s1", func(m *engine.Session) { m.Transfer.VetoedBy, m.Transfer.Cause = "supervisor/ida", engine.CauseHand })
	}},
	{"failed", func(s *stage, b *bench) {
		at(engine.TransferFailed, time.Second)(s, b)
		s.change("s1", func(m *engine.Session) { m.Transfer.Why = "no answer from any number" })
	}},
	{"callback", at(engine.TransferCallback, time.Second)},
}

// at puts Mette's transfer so far, since so long.
func at(status engine.TransferStatus, since time.Duration) func(*stage, *bench) {
	return func(s *stage, _ *bench) {
		s.change("s1", func(m *engine.Session) {
			m.Transfer.Status, m.Transfer.Since, m.Transfer.To = status, ago(since), "+12025550170"
			m.Alerts = nil
		})
	}
}

func TestStripThroughItsLife(t *testing.T) {
	for _, w := range []int{44, 60, 80, 120, 200} {
		t.Run(fmt.Sprint(w), func(t *testing.T) {
			var all strings.Builder
			for _, life := range stripLives {
				s := governed()
				s.health.Troubles = nil
				s.set(s.frame.Sessions[0], s.frame.Sessions[3])
				b := newBench(s, w, 24)
				life.do(s, b)
				b.tick()
				fmt.Fprintf(&all, "%s\n%s|\n\n", life.name, ansi.Strip(b.strip(w)))
			}
			wantFrame(t, fmt.Sprintf("strip-%d", w), strings.TrimSuffix(all.String(), "\n"))
		})
	}
}
