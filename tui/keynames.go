package tui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// named are the keys that are no letters, by the names that the terminal library gives them.
var named = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace, "backspace": tea.KeyBackspace,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "insert": tea.KeyInsert, "delete": tea.KeyDelete,
	"f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6,
	"f7": tea.KeyF7, "f8": tea.KeyF8, "f9": tea.KeyF9, "f10": tea.KeyF10, "f11": tea.KeyF11, "f12": tea.KeyF12,
}

// otherNames are what people call some keys, and the signs that [shownKey] draws.
var otherNames = map[string]string{
	"escape": "esc", "return": "enter", "pageup": "pgup", "pagedown": "pgdown", "page-up": "pgup", "page-down": "pgdown",
	"del": "delete", "ins": "insert", "bs": "backspace", " ": "space", "⏎": "enter", "↑": "up", "↓": "down", "←": "left", "→": "right", "⌫": "backspace",
}

// keyNamed returns a key as the terminal library names it: Ctrl+U and ^u are ctrl+u, PageUp
// is pgup. It reports whether there is such a key.
func keyNamed(typed string) (name string, ok bool) {
	if utf8.RuneCountInString(typed) == 1 && typed != " " && otherNames[typed] == "" {
		r, _ := utf8.DecodeRuneInString(typed)
		return typed, unicode.IsGraphic(r) && r != utf8.RuneError
	}
	name = strings.ToLower(typed)
	if rest, caret := strings.CutPrefix(name, "^"); caret {
		name = "ctrl+" + rest
	}
	mods, base := "", name
	for _, mod := range []string{"ctrl+", "alt+", "shift+"} {
		if rest, has := strings.CutPrefix(base, mod); has {
			mods, base = mods+mod, rest
		}
	}
	if other, has := otherNames[base]; has {
		base = other
	}
	name = mods + base
	press, ok := pressOf(name)
	return name, ok && press.String() == name
}

// pressOf is the press of a key that the terminal library names so.
func pressOf(name string) (tea.KeyPressMsg, bool) {
	var mod tea.KeyMod
	base := name
	for _, m := range []struct {
		name string
		mod  tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if rest, has := strings.CutPrefix(base, m.name); has && rest != "" {
			mod, base = mod|m.mod, rest
		}
	}
	if code, has := named[base]; has {
		return tea.KeyPressMsg{Code: code, Mod: mod}, true
	}
	r, size := utf8.DecodeRuneInString(base)
	switch {
	case size == 0 || size != len(base) || !unicode.IsGraphic(r) || unicode.IsSpace(r):
		return tea.KeyPressMsg{}, false
	case mod == 0:
		return tea.KeyPressMsg{Code: r, Text: base}, true
	case mod == tea.ModShift || mod&tea.ModCtrl != 0 && !(r >= 'a' && r <= 'z'):
		return tea.KeyPressMsg{}, false // shift and a letter is the capital; few terminals tell ctrl and a sign
	}
	return tea.KeyPressMsg{Code: r, Mod: mod}, true
}

// types reports whether a key would be a letter where text is typed.
func types(name string) bool { return utf8.RuneCountInString(name) == 1 || name == "space" }

// shownKey is how a key is drawn.
func shownKey(name string) safe.Text {
	switch name {
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "left":
		return "←"
	case "right":
		return "→"
	case "enter":
		return "⏎"
	case "backspace":
		return "⌫"
	case "pgup":
		return "PgUp"
	case "pgdown":
		return "PgDn"
	case "home":
		return "Home"
	case "end":
		return "End"
	}
	if rest, ctrl := strings.CutPrefix(name, "ctrl+"); ctrl {
		return "^" + shownKey(rest)
	}
	return own(name)
}

// word is the first key of an act, for a sentence: "L stops".
func word(b key.Binding) safe.Text {
	if keys := b.Keys(); len(keys) > 0 {
		return shownKey(keys[0])
	}
	return ""
}

// pair shows two acts as one: "g G first, last".
func pair(a, b key.Binding, does string) key.Binding {
	return bind(string(word(a)+" "+word(b)), does, append(a.Keys(), b.Keys()...)...)
}

// as shows an act with other words.
func as(b key.Binding, does string) key.Binding {
	return bind(string(word(b)), does, b.Keys()...)
}

// colon is how a command is typed, in a sentence: ":again".
func (m *model) colon(command safe.Text) safe.Text {
	if opens := word(m.keys.Command); types(string(opens)) {
		return opens + command
	}
	return word(m.keys.Command) + " " + command
}
