package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/prefs"
)

// alerted is a floor on which an alert that rings, or one that does not, comes next.
func (b *bench) alerted(rings bool) string {
	s := b.stage
	s.change("s4", func(c *engine.Session) {
		c.Alerts = append(c.Alerts, engine.Alert{Rule: fmt.Sprint("r", len(c.Alerts)), Severity: engine.SeverityRed, At: s.now, Rings: rings})
	})
	_, cmd := b.Update(b.model.fetch(false)())
	return rang(cmd)
}

// rang is what a command sends to the terminal.
func rang(cmd tea.Cmd) string {
	if cmd == nil {
		return ""
	}
	switch msg := cmd().(type) {
	case tea.RawMsg:
		return fmt.Sprint(msg.Msg)
	case tea.BatchMsg:
		all := ""
		for _, c := range msg {
			all += rang(c)
		}
		return all
	}
	return ""
}

// "BEL at most 6/hour, OSC 9 notice if the terminal is unfocused" (CONSOLE.md): the floor
// keeps the budget, and what may not ring is silent, whoever looks.
func TestBellRingsForWhatMayAndOnlyThen(t *testing.T) {
	const notice = "\x1b]9;switchboard: 1 alert, 4 calls need a look\a"
	no := false
	for _, c := range []struct {
		about string
		rings bool
		set   func(*bench)
		want  string
	}{
		{"may ring, nobody has told who looks", true, func(*bench) {}, "\a"},
		{"may not: the budget is used up", false, func(*bench) {}, ""},
		{"somebody looks", true, func(b *bench) { b.Update(tea.FocusMsg{}) }, "\a"},
		{"nobody looks", true, func(b *bench) { b.Update(tea.BlurMsg{}) }, "\a" + notice},
		{"nobody looks, and it may not", false, func(b *bench) { b.Update(tea.BlurMsg{}) }, ""},
		{"somebody looks again", true, func(b *bench) { b.Update(tea.BlurMsg{}); b.Update(tea.FocusMsg{}) }, "\a"},
		{"it was suspended", true, func(b *bench) { b.Update(tea.BlurMsg{}); b.Update(tea.ResumeMsg{}) }, "\a"},
		{"inside tmux", true, func(b *bench) { b.look.Wrap = WrapTmux; b.Update(tea.BlurMsg{}) },
			"\a\x1bPtmux;\x1b" + notice + "\x1b\\"},
		{"configured silent", true, func(b *bench) { b.config.Bell = &no; b.Update(tea.BlurMsg{}) }, ""},
		{"configured silent, turned on", true, func(b *bench) { b.config.Bell = &no; b.turnBell("on") }, "\a"},
		{"turned off", true, func(b *bench) { b.turnBell("off"); b.Update(tea.BlurMsg{}) }, ""},
		{"turned off and on", true, func(b *bench) { b.turnBell("off"); b.turnBell("on") }, "\a"},
		{"a wallboard for good, and nobody looks", true, func(b *bench) { b.boardOnly(); b.Update(tea.BlurMsg{}) }, ""},
		{"muted", true, func(b *bench) { b.turnBell("mute 30"); b.Update(tea.BlurMsg{}) }, ""},
		{"muted, a moment before its end", true, func(b *bench) {
			b.turnBell("mute 30")
			b.wall.at = b.wall.at.Add(30*time.Minute - time.Millisecond)
		}, ""},
		{"muted, at its end", true, func(b *bench) { b.turnBell("mute 30"); b.wall.at = b.wall.at.Add(30 * time.Minute) }, "\a"},
		{"muted by the console before", true, func(b *bench) { b.state = prefs.State{MutedUntil: noon.Add(time.Hour)} }, ""},
		{"muted by a clock that was wrong", true, func(b *bench) { b.state = prefs.State{MutedUntil: noon.Add(24 * time.Hour)} }, "\a"},
		{"a screen that never rings", true, func(b *bench) { b.look.Silent = true }, ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			b := newBench(governed(), 120, 36)
			c.set(b)
			if got := b.alerted(c.rings); got != c.want {
				t.Errorf("it rings %q, want %q", got, c.want)
			}
			if got := rang(b.model.bell()); got != "" {
				t.Errorf("it rings again: %q", got)
			}
		})
	}
}

// Who is calling is not for whoever sees a screen, and what he calls himself is not for a
// terminal's commands.
func TestNoticeHoldsNothingOfACall(t *testing.T) {
	for _, name := range hostileNames {
		s := governed()
		s.change("s4", func(c *engine.Session) { c.Name, c.Caller = name, name })
		b := newBench(s, 120, 36)
		b.Update(tea.BlurMsg{})
		got := b.alerted(true)
		words := strings.TrimSuffix(strings.TrimPrefix(got, "\a\x1b]9;"), "\a")
		if len(words) == len(got) || strings.ContainsFunc(words, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789:, ", r)
		}) {
			t.Errorf("%q: the notice is %q", name, got)
		}
	}
}

func TestAlertThatCameWhileMutedDoesNotRingLater(t *testing.T) {
	b := newBench(governed(), 120, 36)
	b.turnBell("mute 1")
	if got := b.alerted(true); got != "" {
		t.Errorf("muted, it rings %q", got)
	}
	b.wall.at = b.wall.at.Add(time.Minute)
	b.stage.set(b.stage.frame.Sessions...)
	_, cmd := b.Update(b.model.fetch(false)())
	if got := rang(cmd); got != "" {
		t.Errorf("it rings for what is old: %q", got)
	}
}

func TestScreenTellsThatTheBellDoesNotRing(t *testing.T) {
	for _, c := range []struct {
		how   string
		after time.Duration
		want  string
	}{
		{"mute 24", 0, "bell muted, 24 min"},
		{"mute 24", time.Minute, "bell muted, 23 min"},
		{"mute 24", 23*time.Minute + time.Second, "bell muted, 1 min"},
		{"mute 24", 24 * time.Minute, ""},
		{"off", 0, "bell off"},
		{"on", 0, ""},
		{"mute 0", 0, ""},
		{"mute 481", 0, ""},
		{"mute soon", 0, ""},
		{"", 0, ""},
	} {
		for _, size := range sizes {
			b := newBench(governed(), size.w, size.h)
			b.turnBell(c.how)
			b.wall.at = b.wall.at.Add(c.after)
			b.notice = notice{}
			b.tick()
			lines := strings.Split(b.text(), "\n")
			header := lines[0] + lines[len(lines)-2]
			if c.want != "" && !strings.Contains(header, c.want) || c.want == "" && strings.Contains(header, "bell ") {
				t.Errorf("%q after %v: header %q, want %q in it", c.how, c.after, header, c.want)
			}
		}
	}
}

func TestMutingIsRemembered(t *testing.T) {
	b := newBench(governed(), 120, 36)
	b.turnBell("mute 30")
	if want := noon.Add(30 * time.Minute); !b.state.MutedUntil.Equal(want) {
		t.Errorf("remembered until %v, want %v", b.state.MutedUntil, want)
	}
	b.turnBell("on")
	if !b.state.MutedUntil.IsZero() {
		t.Error("it is still remembered")
	}
}

func TestTerminalIsAskedWhoLooks(t *testing.T) {
	b := newBench(governed(), 80, 24)
	if v := b.View(); !v.ReportFocus || v.DisableBracketedPasteMode || v.WindowTitle != "switchboard" {
		t.Errorf("focus %v, no pastes %v, title %q", v.ReportFocus, v.DisableBracketedPasteMode, v.WindowTitle)
	}
}
