package tui

import "charm.land/bubbles/v2/key"

// A keyMap is every key of the console with its few words for the footer. What else is known
// of each (where it is live, what guards it, its id in console.yaml) is in [keyMap.entries].
// No ctrl+letter ever acts on a call; what is harder to take back has a capital.
type keyMap struct {
	// Moving.
	Up, Down, First, Last, HalfUp, HalfDown, PageUp, PageDown, Open, Back, Pane, PaneBack, Attention key.Binding
	// The call that the strip names.
	Veto, Hurry, Snooze, Why, TakeBack key.Binding
	// Why the strip's veto was given, while it asks.
	Wrong, Handled, BadTime, Skip key.Binding
	// The call that is selected.
	Transfer, Mute, Hold, Hangup, Listen, Whisper, Barge, TakeOver, StopListening, Claim, Pay key.Binding
	// The floor.
	Automation, Handover, Command key.Binding
	// The view.
	Filter, NextFound, PrevFound, Sort, Reverse, Columns, Density, Freeze, Mark, Theme, HotLater, HotEarlier, Export, Operators, Wallboard, Suspend key.Binding
	ScrollUp, ScrollDown, Scroll, Follow, Troubles, Help, Redraw, Quit, Interrupt                                                                   key.Binding
	// The tape of a replay.
	Replay, PlayPause, SkipBack, SkipOn, EventBack, EventOn, Slower, Faster, HotOn, HotBack, GoTo, OtherPolicy, TapeFirst key.Binding
	// The guided tour.
	TourOn key.Binding
	// Inside boxes.
	Yes, Silent, Keep, Choose, Confirm, Cancel, Other, Erase, EraseAll, Seen, Complete, Warmth key.Binding
	// In the calls that are over.
	Search, NextMatch, PrevMatch key.Binding
}

func bind(help, does string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, does))
}

func defaultKeys() keyMap {
	return keyMap{
		Up:        bind("k ↑", "up", "k", "up"),
		Down:      bind("j ↓", "down", "j", "down"),
		First:     bind("g", "first", "g", "home"),
		Last:      bind("G", "last", "G", "end"),
		HalfUp:    bind("^u", "half page up", "ctrl+u"),
		HalfDown:  bind("^d", "half page down", "ctrl+d"),
		PageUp:    bind("PgUp", "page up", "pgup"),
		PageDown:  bind("PgDn", "page down", "pgdown"),
		Open:      bind("⏎", "open", "enter"),
		Back:      bind("esc", "back", "esc"),
		Pane:      bind("tab", "next pane", "tab"),
		PaneBack:  bind("⇧tab", "pane before", "shift+tab"),
		Attention: bind("1–9", "n-th in need", "1", "2", "3", "4", "5", "6", "7", "8", "9"),

		Veto:     bind("v", "veto", "v"),
		Hurry:    bind("y", "start now", "y"),
		Snooze:   bind("z", "snooze 2 min", "z"),
		Why:      bind("w", "why", "w"),
		TakeBack: bind("u", "take back", "u"),

		Wrong:   bind("w", "rule wrong", "w"),
		Handled: bind("h", "handled", "h"),
		BadTime: bind("b", "bad time", "b"),
		Skip:    bind("⏎", "skip", "enter", "esc"),

		Transfer:      bind("t", "transfer", "t"),
		Mute:          bind("m", "mute", "m"),
		Hold:          bind("h", "hold", "h"),
		Hangup:        bind("X", "hang up", "X"),
		Listen:        bind("l", "listen", "l"),
		Whisper:       bind("i", "whisper", "i"),
		Barge:         bind("b", "barge in", "b"),
		TakeOver:      bind("o", "take over", "o"),
		StopListening: bind("L", "stop listening", "L"),
		Claim:         bind("C", "claim", "C"),
		Pay:           bind("P", "payment", "P"),

		Automation: bind("A", "on/shadow/off", "A"),
		Handover:   bind("H", "handover", "H"),
		Command:    bind(":", "command", ":", "ctrl+p"),

		ScrollUp:   bind("K", "words up", "K", "shift+up"),
		ScrollDown: bind("J", "words down", "J", "shift+down"),
		Scroll:     bind("J K", "scroll"),
		Follow:     bind("f", "follow live", "f"),
		Troubles:   bind("!", "troubles", "!"),
		Help:       bind("?", "help", "?"),
		Redraw:     bind("^l", "redraw", "ctrl+l"),
		Quit:       bind("q", "quit", "q"),
		Interrupt:  bind("^c ^c", "quit at once", "ctrl+c"),

		Filter:     bind("/", "filter", "/"),
		NextFound:  bind("n", "next found", "n"),
		PrevFound:  bind("N", "found before", "N"),
		Sort:       bind("s", "sort", "s"),
		Reverse:    bind("S", "reverse", "S"),
		Columns:    bind("c", "columns", "c"),
		Density:    bind("d", "density", "d"),
		Freeze:     bind("F", "freeze order", "F"),
		Mark:       bind("space", "mark", "space"),
		Theme:      bind("T", "theme", "T"),
		HotLater:   bind("]", "next hot moment", "]"),
		HotEarlier: bind("[", "hot moment before", "["),
		Export:     bind("e", "export", "e"),
		Operators:  bind("O", "operators", "O"),
		Wallboard:  bind("W", "wallboard", "W"),
		Suspend:    bind("^z", "suspend", "ctrl+z"),

		Replay:      bind("R", "replay", "R"),
		PlayPause:   bind("space", "play, pause", "space"),
		SkipBack:    bind("←", "5 s back", "left"),
		SkipOn:      bind("→", "5 s on", "right"),
		EventBack:   bind(",", "event back", ","),
		EventOn:     bind(".", "next event", "."),
		Slower:      bind("[", "slower", "["),
		Faster:      bind("]", "faster", "]"),
		HotOn:       bind("n", "next hot", "n"),
		HotBack:     bind("N", "hot before", "N"),
		GoTo:        bind("g", "go to a time", "g"),
		TapeFirst:   bind("Home", "first", "home"),
		OtherPolicy: bind("p", "other policy", "p"),

		TourOn: bind(">", "skip, in the tour", ">"),

		Yes:      bind("y", "yes", "y"),
		Silent:   bind("a", "in silence", "a"),
		Keep:     bind("esc", "keep the call", "esc", "enter"),
		Choose:   bind("↑↓", "choose", "up", "down"),
		Confirm:  bind("⏎", "start", "enter"),
		Cancel:   bind("esc", "back", "esc"),
		Other:    bind("tab", "what to end", "tab", "shift+tab"),
		Erase:    bind("⌫", "erase", "backspace"),
		EraseAll: bind("^u", "clear", "ctrl+u"),
		Seen:     bind("a", "seen", "a"),
		Complete: bind("tab", "complete", "tab"),
		Warmth:   bind("tab", "warm or cold", "tab"),

		Search:    bind("/", "search", "/"),
		NextMatch: bind("n", "next match", "n"),
		PrevMatch: bind("N", "match before", "N"),
	}
}
