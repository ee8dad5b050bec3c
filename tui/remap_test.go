package tui

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"

	"switchboard/engine"
	"switchboard/tui/prefs"
)

// bindingsOf are the fields of a key map.
func bindingsOf(k *keyMap) map[string]*key.Binding {
	all, v := map[string]*key.Binding{}, reflect.ValueOf(k).Elem()
	for i := range v.NumField() {
		if b, ok := v.Field(i).Addr().Interface().(*key.Binding); ok {
			all[v.Type().Field(i).Name] = b
		}
	}
	return all
}

// remappedBench is a console with keys of the supervisor's own.
func remappedBench(t *testing.T, s *stage, w, h int, keys map[string][]string) *bench {
	t.Helper()
	for _, err := range CheckKeys(keys) {
		t.Fatal(err)
	}
	b := newBench(s, w, h)
	b.config = prefs.Config{Keys: keys}
	b.takeKeys()
	b.version++
	return b
}

func TestCheckKeysRefuses(t *testing.T) {
	for _, c := range []struct {
		about, id string
		keys      []string
		want      string
	}{
		{"an act that there is not", "hangup", []string{"Q"}, `there is no act "hangup"; perhaps hang-up`},
		{"one far from any", "xxxxxxxx", []string{"Q"}, "switchboard help keys lists them"},
		{"a key that there is not", "mute", []string{"Hyper-M"}, `there is no key "Hyper-M"; keys are written as`},
		{"a clash", "hang-up", []string{"m"}, "mute and hang-up are both on m"},
		{"esc", "mute", []string{"esc"}, "mute cannot be on esc: it goes back, always"},
		{"enter", "transfer", []string{"enter"}, "transfer cannot be on enter: it opens"},
		{"ctrl+c", "mute", []string{"Ctrl+C"}, "mute cannot be on ctrl+c: twice"},
		{"ctrl on a call", "hang-up", []string{"^x"}, "hang-up cannot be on ctrl+x: it acts on calls"},
		{"alt on a call", "hang-up", []string{"alt+x"}, "hang-up cannot be on alt+x: it acts on calls"},
		{"yes on the key that asks", "yes", []string{"X"}, "hang-up and yes are both on X: the key that asks must not be the one that says yes"},
		{"the key that asks on yes", "take-over", []string{"a"}, "take-over and in-silence are both on a: the key that asks"},
		{"a veto that a box takes", "veto", []string{"tab"}, "next-pane and veto are both on tab"},
		{"a letter where text is typed", "redraw", []string{"r"}, "redraw cannot be on r: it works also where text is typed"},
		{"what is the same everywhere", "cancel", []string{"x"}, "cancel stays on esc"},
		{"no key", "veto", nil, "veto is given no key"},
		{"a reason on the veto's own key", "handled", []string{"v"}, "veto and handled are both on v"},
		{"a tape key on one that acts", "other-policy", []string{"t"}, "transfer and other-policy are both on t"},
	} {
		var all []string
		for _, err := range CheckKeys(map[string][]string{c.id: c.keys}) {
			all = append(all, err.Error())
		}
		if !strings.Contains(strings.Join(all, "\n"), c.want) {
			t.Errorf("%s: got %q, want %q", c.about, all, c.want)
		}
	}
}

// Two acts may change places, and the names that people use for keys are understood.
func TestCheckKeysTakes(t *testing.T) {
	for _, keys := range []map[string][]string{
		nil,
		{"mute": {"h"}, "hold": {"m"}},
		{"half-down": {"PageDown"}, "page-down": {"Ctrl+D"}},
		{"hang-up": {"f9", "X"}, "redraw": {"f5"}},
		{"yes": {"Y"}}, {"open": {"enter", "x"}},
	} {
		for _, err := range CheckKeys(keys) {
			t.Errorf("%v: %v", keys, err)
		}
	}
}

// With a key that does not serve the console has the keys as they come, and says so.
func TestBrokenKeysChangeNothingAndAreTold(t *testing.T) {
	m := newModel(Options{Engine: governed(), Zone: time.UTC, Config: prefs.Config{Keys: map[string][]string{"veto": {"Q"}, "mute": {"X"}}}})
	if got := m.keys.Veto.Keys(); len(got) != 1 || got[0] != "v" {
		t.Errorf("veto is on %v", got)
	}
	if got := string(m.notice.text); !strings.Contains(got, "mute and hang-up are both on X") || !strings.Contains(got, "config check") {
		t.Errorf("it says %q", got)
	}
}

// The key that was given anew acts, and the old one does not.
func TestRemappedKeysAct(t *testing.T) {
	s := governed()
	b := remappedBench(t, s, 80, 24, map[string][]string{"veto": {"V"}, "start-now": {"Z"}, "yes": {"Y"}})
	b.press("v")
	if len(s.asked) != 0 {
		t.Fatalf("v asks %v", s.asked)
	}
	b.press("V")
	wantAsked(t, s, engine.VetoAsked{Session: "s1"})
}

// A key that was given anew is shown everywhere that the old one was: footer, strip, boxes,
// notices, help.
func TestRemappedKeysAreShownEverywhere(t *testing.T) {
	keys := map[string][]string{
		"veto": {"V"}, "start-now": {"Y"}, "snooze": {"Z"}, "why": {"E"}, "transfer": {"D"}, "hang-up": {"Q"}, "yes": {"I"}, "in-silence": {"r"},
		"listen": {"("}, "stop-listening": {")"}, "take-back": {"U"}, "troubles": {"="}, "handover": {"%"}, "command": {";"}, "help": {"+"},
		"rule-wrong": {"1"}, "handled": {"2"}, "bad-time": {"3"}, "mute": {"M"}, "seen": {"A"}, "automation": {"a"}, "quit": {"x"}, "sort": {"#"}, "freeze": {"*"}, "follow": {"~"}, "filter": {"&"},
	}
	for _, c := range []struct {
		keys, shows string
		stage       func() *stage
	}{
		{"", "Y now  V veto  Z snooze  E why", governed},
		{"", "D transfer  V veto  M mute  Q hang up  + help", afternoon},
		{"E", "V veto", governed}, {"E", "Z snooze", governed}, {"E", "( listen", governed},
		{"Q", "I  Hang up", governed}, {"Q", "r  hang up in silence", governed},
		{"x", "I quit", governed}, {"; o f f enter", "I  Turn off", governed},
		{"=", "= esc close", governed}, {";", "esc then V veto", governed},
		{"; l i s t e n", "(", governed}, {"+", "V     veto", governed},
		{"U", "Nothing has begun yet: V vetoes", governed},
		{"o", "( listens first, then o takes over", governed},
		{"Y", "D transfers the selected call", afternoon},
		{"S", "# sorts by a column", afternoon}, {"*", "* lets it move again", afternoon}, {"K K K", "~ follows", afternoon},
		{"; v i e w s enter", "Filter with &, then ;view save", afternoon},
	} {
		b := remappedBench(t, c.stage(), 80, 24, keys)
		b.press(strings.Fields(c.keys)...)
		text := b.text()
		if !strings.Contains(text, c.shows) {
			t.Errorf("%q does not show %q:\n%s", c.keys, c.shows, text)
		}
		for _, old := range []string{"v veto", "y now", "z snooze", "w why", "t transfer", "X hang up", "y  Hang up", "y quit", "! esc", "H reads", "l listens", "L stops", "? help"} {
			if strings.Contains(text, old) {
				t.Errorf("%q still shows %q", c.keys, old)
			}
		}
	}
}

// The first frame tells how to transfer, mute and hang up, and where the rest is; with a
// proposal how to veto it. (The issue: "Starting from the demo's first frame, a person finds
// out how to veto, transfer, mute and hang up without leaving the screen".)
func TestTheFirstFrameTellsTheFirstKeys(t *testing.T) {
	for _, size := range sizes {
		s := governed()
		s.health.Troubles = nil
		s.change("s1", func(c *engine.Session) { c.Transfer = engine.Transfer{} })
		b := newBench(s, size.w, size.h)
		for _, want := range []string{"v veto", "t transfer", "m mute", "X hang up", "? help"} {
			b.wantText(t, want)
		}
	}
}

// Where the reasons lie on keys that act, one that comes too late does nothing, whichever it is.
func TestALateReasonOnAnyKeyDoesNothing(t *testing.T) {
	s := governed()
	b := remappedBench(t, s, 80, 24, map[string][]string{"rule-wrong": {"C"}, "bad-time": {"X"}})
	b.press("v")
	s.change("s1", func(c *engine.Session) {
		c.Transfer.Status, c.Transfer.VetoedBy = engine.TransferVetoed, "supervisor/desk"
	})
	b.tick()
	b.wall.at = b.wall.at.Add(reasonLife + time.Second)
	b.hit("X")
	if b.box != nil {
		t.Error("a reason that came too late opens the hang-up box")
	}
	b.tick()
	b.reason = reasonAsk{session: "s1", until: b.wall.at}
	b.hit("C")
	if len(s.asked) != 1 {
		t.Errorf("a reason that came too late asks %v", s.asked[1:])
	}
	b.hit("C")
	wantLast := s.asked[len(s.asked)-1].Body
	if wantLast != (engine.ClaimAsked{Session: "s1", On: true}) {
		t.Errorf("the second press asks %v", wantLast)
	}
}
