package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
)

// charted is a floor on which Mette has a long and bad call: two rules fired, one proposal
// was vetoed, for a while nobody heard her, and now Ida talks with her while this
// supervisor listens.
func charted() *stage {
	s := governed()
	f := s.frame
	f.Policy.Rules[0].When = engine.Cond{All: []engine.Cond{
		{Negative: &engine.Negative{Count: 3, Of: 5, Within: 90 * time.Second, Limit: engine.Limit{Below: -300}}},
		{Mood: &engine.MoodLimit{Limit: engine.Limit{Below: -250}, HalfLife: 30 * time.Second}},
	}}
	s.change("s1", func(c *engine.Session) {
		c.Samples = append(samples(ago(150*time.Second), 100, 300, 420, 150, -60, -200, -480, -500, -300), samples(ago(6*time.Second), -340, -20, -410, -660, -700)...)
		c.Feed.Gaps = []engine.Gap{{From: ago(120 * time.Second), To: ago(80 * time.Second), Why: "Symbl's socket broke"}}
		c.Fired = []engine.Firing{{At: ago(155 * time.Second), Rule: "sustained-negative", Severity: engine.SeverityRed}, {At: ago(50 * time.Second), Rule: "sustained-negative", Severity: engine.SeverityRed}}
		c.Brought = []engine.Brought{
			{Rule: "sustained-negative", Asked: ago(155 * time.Second), Over: ago(150 * time.Second), Status: engine.TransferVetoed},
			{Rule: "sustained-negative", Asked: ago(50 * time.Second), Began: ago(42 * time.Second), Joined: ago(30 * time.Second), Status: engine.TransferJoined},
		}
		c.Transfer = engine.Transfer{Status: engine.TransferJoined, Cause: engine.CauseRule, Rule: "sustained-negative", Evidence: sustained(), To: "+12025550166", Leg: "op-1", Group: "Tier 2", Asked: ago(50 * time.Second), Since: ago(30 * time.Second)}
		c.Alerts = nil
		you := operatorLeg("+12025550111", engine.LegUp, ago(12*time.Second))
		you.Name, you.Role, you.Owner, you.Monitor, you.MonitorAsked = "sup-1", engine.RoleSupervisor, "supervisor/desk", engine.Monitor, engine.Monitor
		c.Legs = append(c.Legs[:2:2], operatorLeg("+12025550166", engine.LegUp, ago(30*time.Second)), you)
		c.Notes = append(c.Notes[:2:2],
			engine.Note{At: ago(155 * time.Second), Kind: engine.NoteFact, Text: "rule sustained-negative fired: The customer has been unhappy for a while"},
			engine.Note{At: ago(150 * time.Second), Kind: engine.NoteAct, Text: "vetoed by desk: handled"},
			engine.Note{At: ago(120 * time.Second), Kind: engine.NoteTrouble, Text: "not heard: Symbl's socket broke"},
			engine.Note{At: ago(80 * time.Second), Kind: engine.NoteFact, Text: "heard again after 40 s"},
			engine.Note{At: ago(50 * time.Second), Kind: engine.NoteFact, Text: "mood: 3 of 5 sentences at or below -0.30"},
			engine.Note{At: ago(42 * time.Second), Kind: engine.NoteFact, Text: "calling +12025550166"},
			engine.Note{At: ago(30 * time.Second), Kind: engine.NoteFact, Text: "operator Ida joined"},
			engine.Note{At: ago(12 * time.Second), Kind: engine.NoteAct, Text: "desk listens"})
	})
	return s
}

// detailScreens are those of the selected call's panes.
var detailScreens = []struct {
	name string
	keys string
}{
	{"detail", "j j j"},
	{"detail-side", "j j j enter tab enter"},
	{"detail-events", "j j j enter tab tab enter"},
	{"detail-hot", "j j j enter [ ["},
}

func TestDetailFrames(t *testing.T) {
	for _, screen := range detailScreens {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", screen.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				b := newBench(charted(), size.w, size.h)
				b.press(strings.Fields(screen.keys)...)
				wantFrame(t, name, screenOf(b.content(), size.w, size.h))
			})
		}
	}
	t.Run("detail-side-ascii-120x36", func(t *testing.T) {
		b := newBench(charted(), 120, 36)
		b.look.ASCII = true
		b.retheme()
		b.press("j", "j", "j", "enter", "tab", "enter")
		content := b.content()
		if i := strings.IndexFunc(content, func(r rune) bool { return r >= 0x80 }); i >= 0 {
			t.Errorf("not ASCII: %q", content[i:min(i+12, len(content))])
		}
		wantFrame(t, "detail-side-ascii-120x36", screenOf(content, 120, 36))
	})
}
