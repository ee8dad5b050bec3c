package tui

import (
	"charm.land/bubbles/v2/key"

	"switchboard/tui/safe"
)

// A keyMap is every key of the console with its help; the footer and the help box are
// written from it. No ctrl+letter ever acts on a call; what is harder to take back has
// a capital.
type keyMap struct {
	// Moving.
	Up, Down, First, Last, HalfUp, HalfDown, PageUp, PageDown, Open, Back, Pane, Attention key.Binding
	// The call that is selected.
	Transfer, Mute, Hangup key.Binding
	// The view.
	ScrollUp, ScrollDown, Scroll, Follow, Troubles, Help, Redraw, Quit, Interrupt key.Binding
	// Inside boxes.
	Yes, Silent, Keep, Choose, Confirm, Cancel, Other, Erase, EraseAll key.Binding
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
		Attention: bind("1–9", "n-th ▲ ◆ ?", "1", "2", "3", "4", "5", "6", "7", "8", "9"),

		Transfer: bind("t", "transfer", "t"),
		Mute:     bind("m", "mute", "m"),
		Hangup:   bind("X", "hang up", "X"),

		ScrollUp:   bind("K", "words up", "K", "shift+up"),
		ScrollDown: bind("J", "words down", "J", "shift+down"),
		Scroll:     bind("J K", "scroll"),
		Follow:     bind("f", "follow live", "f"),
		Troubles:   bind("!", "troubles", "!"),
		Help:       bind("?", "help", "?"),
		Redraw:     bind("^l", "redraw", "ctrl+l"),
		Quit:       bind("q", "quit", "q"),
		Interrupt:  bind("^c ^c", "quit at once", "ctrl+c"),

		Yes:      bind("y", "yes", "y"),
		Silent:   bind("a", "in silence", "a"),
		Keep:     bind("esc", "keep the call", "esc", "enter"),
		Choose:   bind("↑↓", "choose", "up", "down"),
		Confirm:  bind("⏎", "start", "enter"),
		Cancel:   bind("esc", "back", "esc"),
		Other:    bind("tab", "what to end", "tab", "shift+tab"),
		Erase:    bind("⌫", "erase", "backspace"),
		EraseAll: bind("^u", "clear", "ctrl+u"),
	}
}

// A helpColumn is one column of the help box.
type helpColumn struct {
	title safe.Text
	keys  []key.Binding
}

// columns returns the help of the main screen.
func (k keyMap) columns() []helpColumn {
	return []helpColumn{
		{"MOVE", []key.Binding{k.Up, k.Down, k.First, k.Last, k.HalfUp, k.HalfDown, k.PageUp, k.PageDown, k.Attention}},
		{"THIS CALL", []key.Binding{k.Open, k.Back, k.Transfer, k.Mute, k.Hangup}},
		{"VIEW", []key.Binding{k.Pane, k.ScrollUp, k.ScrollDown, k.Follow, k.Troubles, k.Help, k.Redraw, k.Quit, k.Interrupt}},
	}
}
