package tui

import (
	"slices"
	"strings"
	"testing"

	"switchboard/engine"
	"switchboard/tui/prefs"
)

// "Prompt values are completed": what may follow a command is offered behind it, tab types it
// and enter takes it.
func TestPaletteOffersWhatMayFollowACommand(t *testing.T) {
	for _, c := range []struct{ typed, first, after string }{
		{"sort ti", "sort time", "sort time"},
		{"sort ", "sort COLUMN", "sort attention"},
		{"theme hi", "theme high-contrast", "theme high-contrast"},
		{"theme da", "theme dark", "theme dark"},
		{"theme ", "theme [NAME]", "theme default"},
		{"bell mu", "bell mute 30", "bell mute 30"},
		{"view ang", "view Ångry", "view Ångry"},
		{"view delete an", "view delete Ångry", "view delete Ångry"},
		{"export mark", "export markdown", "export markdown"},
		{"mouse o", "mouse on", "mouse on"},
	} {
		b := newBench(governed(), 120, 36)
		b.state.Views = map[string]string{"Ångry": "mood<-.2"}
		b.press(":")
		b.press(letters(c.typed)...)
		if row := b.chosenRow(); !strings.HasPrefix(row, "▌ "+c.first) {
			t.Errorf("%q chooses %q", c.typed, row)
		}
		b.press("tab")
		if got := b.box.(*paletteBox).typed; got != c.after {
			t.Errorf("%q and tab: %q, want %q", c.typed, got, c.after)
		}
	}
}

// Enter runs the value that is chosen, however little of it was typed, and what is typed
// where it is none of those that are known.
func TestPaletteRunsTheValueThatIsChosen(t *testing.T) {
	for typed, want := range map[string]string{
		"sort ti": colTime, "sort time": colTime, "sort time reverse": colTime, "sort att": "",
	} {
		b := newBench(governed(), 120, 36)
		b.press(":")
		b.press(letters(typed)...)
		b.press("enter")
		if b.sortedBy.column != want || b.box != nil {
			t.Errorf("%q sorts by %q, box %T", typed, b.sortedBy.column, b.box)
		}
	}
	b := newBench(governed(), 120, 36)
	b.press(":")
	b.press(letters("sort nosuch")...)
	b.press("enter")
	b.wantText(t, "There is no column nosuch")
	b.press(":")
	b.press(letters("theme qu")...)
	b.press("enter")
	b.wantText(t, "Theme: quiet")
	b.press(":")
	b.press(letters("sort ")...)
	b.press("down", "down", "enter")
	if b.sortedBy.column != colCaller {
		t.Errorf("two down sorts by %q", b.sortedBy.column)
	}
}

// A view of the configuration is offered to be shown, and not to be deleted.
func TestOnlySavedViewsAreOfferedForDeletion(t *testing.T) {
	b := newBench(governed(), 120, 36)
	b.config = prefs.Config{Views: map[string]string{"fixed": "state:hold"}}
	if got := b.valuesOf("view"); len(got) != 1 {
		t.Errorf("to be shown: %v", got)
	}
	if got := b.valuesOf("view delete"); len(got) != 0 {
		t.Errorf("to be deleted: %v", got)
	}
}

// "Dates 24 h, local zone named in `:about`" (CONSOLE.md), at every size.
func TestAboutNamesTheZone(t *testing.T) {
	for _, size := range sizes {
		b := newBench(governed(), size.w, size.h)
		b.press(":")
		b.press(letters("about")...)
		b.press("enter")
		b.wantText(t, "24 hours, in UTC, UTC+00:00")
		b.wantText(t, "Signs as  supervisor/")
	}
}

// What happened in all calls is reached at every size, by its name.
func TestEventsOfAllCallsAreReachedByName(t *testing.T) {
	for _, size := range sizes {
		b := newBench(governed(), size.w, size.h)
		b.press(":")
		b.press(letters("events")...)
		b.press("enter")
		if !b.isFull || b.full != paneAll {
			t.Errorf("%dx%d: full %v, pane %d", size.w, size.h, b.isFull, b.full)
		}
		b.press("esc")
		if b.isFull {
			t.Errorf("%dx%d: esc does not go back", size.w, size.h)
		}
	}
}

// A key that was given to another act is never named in a sentence as it was before.
func TestSentencesNameTheKeysAsTheyAreMapped(t *testing.T) {
	s := governed()
	b := newBench(s, 120, 36)
	b.config.Keys = map[string][]string{"stop-listening": {"Q"}, "theme": {"M"}, "veto": {"V"}, "snooze": {"Z"}}
	b.takeKeys()
	b.press("W", "?")
	b.wantText(t, "M         theme")
	b.wantText(t, "V         veto what the top names")
	b.press("esc", "esc")
	b.named = "another" // the name in the strip has only just changed
	b.press("Z")
	b.wantText(t, "Z again, if you mean")
	for _, role := range []engine.MonitorRole{engine.Monitor, engine.Whisper, engine.Barge} {
		s.change("s4", func(c *engine.Session) {
			c.Legs = append(slices.DeleteFunc(slices.Clone(c.Legs), func(l engine.Leg) bool { return l.Name == "su" }), engine.Leg{Name: "su", Role: engine.RoleSupervisor, Status: engine.LegUp, Joined: true, Owner: b.by(), Monitor: role, MonitorAsked: role})
		})
		b.tick()
		if _, text := b.onAir(); !strings.Contains(string(text), "Q stops") {
			t.Errorf("role %v: %q", role, text)
		}
	}
}
