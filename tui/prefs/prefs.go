// Package prefs is what a supervisor has chosen for his console: a [Config] that he
// writes by hand (themes, keys, columns), and a [State] that the console keeps for him
// from one shift to the next (how the list is sorted, what he has seen).
//
// Both are data, checked when they are read: [Read] tells every mistake of a console.yaml
// at once, and a [Store] keeps a State in a file that several consoles may have, each
// with a filter of its own kind. What a theme, a key or a column is, the
// console says; this package knows only how they are written.
package prefs

import "time"

// A Config is what console.yaml says. The zero Config is the console as it comes.
type Config struct {
	// Theme is the name of the theme to begin with: one that is built in, or one of
	// Themes. Empty: the one that the state remembers, or the default.
	Theme string

	// Background says whether the terminal is "dark" or "light". Empty: it is asked.
	Background string

	// Color is how many colours are used: "true", "256", "16" or "none". Empty: as many
	// as the terminal has.
	Color string

	// Themes are the supervisor's own, by name.
	Themes map[string]Theme

	// Keys are the keys of acts, by the act's name as `switchboard help keys` tells it.
	// They take the place of the act's own.
	Keys map[string][]string

	// Columns are those of the list of calls, in their order. Empty: the default ones.
	Columns []string

	// Density is "comfortable" or "compact". Empty: comfortable.
	Density string

	// Views are filters by name, as they are typed.
	Views map[string]string

	// ASCII draws with ASCII alone; nil: as the locale says.
	ASCII *bool

	// Ambiguous says that the terminal draws signs such as ▲ two cells wide.
	Ambiguous bool

	// Calm moves nothing: a countdown is a number alone.
	Calm bool

	// Mouse takes the mouse; without it text can be selected. nil: taken.
	Mouse *bool

	// Bell rings, within the policy's budget. nil: it rings.
	Bell *bool
}

// A Theme is the colours of one kind of terminal. A colour is "#rrggbb", a number of
// the 256, or the name of one of the 16; empty: as in Base.
type Theme struct {
	Base                                                  string // the theme that it changes
	Text, Dim, Rule, Accent, Good, Watch, Bad, Row, Strip string
}

// A State is what the console remembers from one shift to the next.
type State struct {
	Theme   string // as T chose it
	Sort    string // the column that calls are sorted by; empty: attention
	Reverse bool
	Columns []string // as c chose them; nil: as configured
	Density string
	Filter  string            // the last view: what the list was filtered by
	Views   map[string]string // filters saved here, by name

	// MutedUntil is until when the bell is muted, by the wall. A console that starts later
	// rings.
	MutedUntil time.Time

	// Toured says that the tour was begun to be taken, or skipped: it is not offered again.
	Toured bool
}
