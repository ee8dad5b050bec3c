package tui

import (
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
)

// "The key table here rules over any other page's" (CONSOLE.md): every key of it is bound, in
// the where that it names, to the act that it names.
func TestEveryKeyOfTheBriefIsBound(t *testing.T) {
	k := defaultKeys()
	for _, c := range []struct {
		keys string
		in   places
		ids  string
	}{
		{"up k", placeLive, "up"}, {"down j", placeLive, "down"}, {"g", placeLive, "first"}, {"G", placeLive, "last"},
		{"ctrl+d", placeLive, "half-down"}, {"ctrl+u", placeLive, "half-up"}, {"pgup", placeLive, "page-up"}, {"pgdown", placeLive, "page-down"},
		{"enter", placeLook, "open"}, {"esc", placeLook, "back"}, {"tab", placeLook, "next-pane"},
		{"J", placeLook, "words-down"}, {"K", placeLook, "words-up"}, {"f", placeLook, "follow"},
		{"1 2 3 4 5 6 7 8 9", placeLook, "attention"}, {"]", placeLive, "hot-later"}, {"[", placeLive, "hot-earlier"},
		{"v", placeLook | placeReason | placeBoxes, "veto"}, {"y", placeLook, "start-now"}, {"z", placeLook, "snooze"}, {"w", placeLook, "why"},
		{"w", placeReason, "rule-wrong"}, {"h", placeReason, "handled"}, {"b", placeReason, "bad-time"},
		{"t", placeLive, "transfer"}, {"u", placeLook, "take-back"}, {"m", placeLive, "mute"},
		{"i", placeLive, "whisper"}, {"b", placeLive, "barge"}, {"o", placeLive, "take-over"}, {"L", placeLive, "stop-listening"},
		{"h", placeLive, "hold"}, {"C", placeLive, "claim"}, {"P", placeLive, "payment"}, {"W", placeLive, "wallboard"},
		{"l", placeLive, "listen"}, {"X", placeLive, "hang-up"}, {"y", placeHangup, "yes"}, {"A", placeLook, "automation"},
		{"space", placeLive, "mark"}, {"e", placeLive, "export"}, {"/", placeLive, "filter"}, {"n", placeLive, "next-found"}, {"N", placeLive, "found-before"},
		{"s", placeLive, "sort"}, {"S", placeLive, "reverse"}, {"c", placeLive, "columns"}, {"d", placeLive, "density"}, {"T", placeLive, "theme"}, {"F", placeLive, "freeze"},
		{": ctrl+p", placeLook, "command"}, {"R", placeLive, "replay"}, {"?", placeLook, "help"}, {"ctrl+l", everywhere, "redraw"},
		{"q", placeLook, "quit"}, {"ctrl+z", placeLook, "suspend"}, {"ctrl+c", everywhere, "quit-at-once"},
		{"space", placeReplay, "play"}, {"left", placeReplay, "skip-back"}, {"right", placeReplay, "skip-on"}, {",", placeReplay, "event-back"},
		{".", placeReplay, "event-on"}, {"[", placeReplay, "slower"}, {"]", placeReplay, "faster"}, {"p", placeReplay, "other-policy"},
	} {
		e, ok := k.entry(c.ids)
		if !ok {
			t.Errorf("there is no act %s", c.ids)
			continue
		}
		if e.in&c.in != c.in {
			t.Errorf("%s is not live everywhere that it should be", c.ids)
		}
		for _, name := range strings.Fields(c.keys) {
			if !slices.Contains(e.key.Keys(), name) {
				t.Errorf("%s is not on %s but on %v", c.ids, name, e.key.Keys())
			}
		}
	}
}

// "No ctrl+letter ever acts on a call."
func TestNoCtrlKeyActsOnACall(t *testing.T) {
	k := defaultKeys()
	for _, e := range k.entries() {
		for _, name := range e.key.Keys() {
			if e.acts && strings.Contains(name, "+") {
				t.Errorf("%s is on %s", e.id, name)
			}
		}
	}
}

// No two acts of a screen share a key, and no key that asks is the one that says yes.
func TestNoTwoActsOfAScreenShareAKey(t *testing.T) {
	k := defaultKeys()
	for _, err := range k.clashes() {
		t.Error(err)
	}
}

// Every key there is stands in the table once, by an id that a file can name, with words.
func TestTheTableHasEveryKeyOnce(t *testing.T) {
	k := defaultKeys()
	ids, bindings := map[string]bool{}, map[*key.Binding]bool{}
	for _, e := range k.entries() {
		if ids[e.id] || bindings[e.key] {
			t.Errorf("%s stands there twice", e.id)
		}
		ids[e.id], bindings[e.key] = true, true
		if strings.Trim(e.id, "abcdefghijklmnopqrstuvwxyz-") != "" || e.manual == "" || e.in == 0 || e.key.Help().Desc == "" {
			t.Errorf("%s lacks an id, words, or a place", e.id)
		}
		for _, name := range e.key.Keys() {
			if got, ok := keyNamed(name); !ok || got != name {
				t.Errorf("%s: no configuration could name its key %s", e.id, name)
			}
		}
		if e.with != "" {
			if _, ok := k.entry(e.with); !ok {
				t.Errorf("%s stands beside %s, which there is not", e.id, e.with)
			}
		}
	}
	for name, b := range bindingsOf(&k) {
		if !bindings[b] && name != "Scroll" && name != "Warmth" { // two acts drawn as one; the Tab of complete
			t.Errorf("the key %s has no line in the table: give it one in keytable.go, with its place, its words and its guard", name)
		}
	}
}

// Each press of a key in the table does something on the screen, or says why not: nothing is
// bound in the table that no code takes.
func TestNoKeyOfTheTableIsSilent(t *testing.T) {
	k := defaultKeys()
	for _, e := range k.entries() {
		if e.in&placeCalls == 0 || e.id == "back" || e.id == "redraw" || e.id == "up" || e.id == "half-up" || e.id == "page-up" || e.id == "first" || e.id == "attention" || e.id == "words-down" || e.id == "tour-on" {
			continue // there is nothing further back than where one begins
		}
		for _, name := range e.key.Keys()[:1] {
			b := newBench(governed(), 80, 24)
			before, version := b.content(), b.drawn.version
			cmd := b.hit(name)
			if after := b.content(); after == before && cmd == nil {
				t.Errorf("%s (%s) does nothing and says nothing (version %d)", e.id, name, version)
			}
		}
	}
}
