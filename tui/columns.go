package tui

import (
	"slices"
	"strings"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A column of the list of calls. All that is known of one is its row in knownColumns.
type column struct {
	id    string    // as it is configured and typed
	title safe.Text // at its head
	brief safe.Text // … where it is narrow; empty: the title
	about safe.Text // what it tells, for the chooser
	gap   int       // cells before it
	cells int       // that it takes where there is room
	right bool      // its figures stand at the right
	stays bool      // it never leaves
	falls bool      // it is first sorted from the greatest to the least

	key  func(*model, *engine.Session) sortKey // what it is sorted by; nil: attention
	draw func(*model, *line, drawnCall, int)   // into so many cells
}

// A drawnCall is a call with what all of its columns are drawn by.
type drawnCall struct {
	*engine.Session
	state      state
	name, text tone
}

// Cells of columns whose width is not their own affair alone.
const (
	markerCells = 1 // before all columns: which row is selected
	numberCells = 17
	longCells   = 6
	moodCells   = 6
	minCaller   = 12
	fewCaller   = 15 // … before the transfer has its words in short
	idealCaller = 18 // a name and a surname, mostly
	maxCaller   = 20
	sparkCells  = 16
	minSpark    = 8
	idealRest   = 22 // words of the transfer, beside columns that may leave
	minRest     = 18 // … beside those that may not
	wholeRest   = 29 // "→ ringing 15s, Desk 1, 1 of 7": before the caller has more than he mostly needs
	fullRest    = 36 // two such things, mostly
	minBrief    = 9  // their short form
)

// The columns that the widths of others depend on.
const (
	colState    = "state"
	colCaller   = "caller"
	colNumber   = "number"
	colTime     = "time"
	colMood     = "mood"
	colNow      = "now"
	colWith     = "with"
	colTransfer = "transfer"
)

// defaultColumns are shown where nobody has chosen others.
func defaultColumns() []string {
	return []string{colState, colCaller, colNumber, colTime, colMood, colNow, colWith, colTransfer}
}

// knownColumns are all columns that there are, in the order in which they are offered.
func knownColumns() []column {
	return []column{
		{id: colState, title: "STATE", about: "how the call stands", cells: 7, stays: true, draw: putState},
		{id: colCaller, title: "CALLER", about: "who calls: his name, or his number", gap: 1, cells: idealCaller, stays: true, key: keyCaller, draw: putCaller},
		{id: colNumber, title: "NUMBER", about: "the number that he calls from", gap: 1, cells: numberCells, key: keyNumber, draw: putNumber},
		{id: colTime, title: "TIME", about: "how long the call has lasted", gap: 1, cells: longCells, right: true, stays: true, falls: true, key: keyTime, draw: putTime},
		{id: colMood, title: "MOOD, last 3 min", brief: "MOOD 3m", about: "his mood over 3 minutes; sorted by how it falls", gap: 2, cells: sparkCells, key: keyTrend, draw: putSpark},
		{id: colNow, title: "NOW", about: "his mood now", gap: 2, cells: moodCells, stays: true, key: keyMood, draw: putMood},
		{id: colWith, title: "WITH", about: "who talks with him", gap: 2, cells: 8, key: keyWith, draw: putWith},
		{id: colTransfer, title: "TRANSFER", about: "what goes on beside talk, and why", gap: 2, cells: idealRest, key: keyTransfer, draw: putTransfer},
		{id: "call", title: "CALL", about: "the call's number, for :export and :note", gap: 1, cells: 6, right: true, key: keyCall, draw: putCall},
		{id: "started", title: "BEGAN", about: "when it began", gap: 2, cells: 8, key: keyStarted, draw: putStarted},
		{id: "waits", title: "WAITS", about: "how long he has waited, rung or been on hold", gap: 2, cells: 7, right: true, falls: true, key: keyWaits, draw: putWaits},
		{id: "rule", title: "RULE", about: "the rule that speaks up", gap: 2, cells: 18, key: keyRule, draw: putRule},
		{id: "alerts", title: "ALERTS", about: "alerts that nobody has seen", gap: 1, cells: 8, right: true, falls: true, key: keyAlerts, draw: putAlerts},
		{id: "group", title: "GROUP", about: "the group that takes the call, or is to", gap: 2, cells: 10, key: keyGroup, draw: putGroup},
		{id: "claimed", title: "CLAIMED", about: "who looks after the call", gap: 2, cells: 9, key: keyClaimed, draw: putClaimed},
		{id: "feed", title: "FEED", about: "what hears the call", gap: 2, cells: 7, key: keyFeed, draw: putFeed},
		{id: "heard", title: "HEARD", about: "how old the last words are", gap: 1, cells: 7, right: true, falls: true, key: keyHeard, draw: putHeard},
		{id: "language", title: "LANG", about: "the language that he chose", gap: 2, cells: 7, key: keyLanguage, draw: putLanguage},
		{id: "recorded", title: "TAPE", about: "whether its sound is recorded", gap: 2, cells: 10, key: keyRecorded, draw: putRecorded},
	}
}

// columnNames are the names of all columns, for those who type one.
func columnNames() safe.Text {
	names := []string{byNeed}
	for _, c := range knownColumns() {
		names = append(names, c.id)
	}
	return own(strings.Join(names, ", "))
}

// columnNamed returns a column by its name, also one that is not shown.
func columnNamed(id string) (column, bool) {
	all := knownColumns()
	if i := slices.IndexFunc(all, func(c column) bool { return c.id == id }); i >= 0 {
		return all[i], true
	}
	return column{}, false
}

// columnsNamed returns columns by their names, and the names that are unknown. Those that
// never leave come first where they are not named.
func columnsNamed(ids []string) (named []column, unknown []string) {
	all := knownColumns()
	for _, id := range ids {
		i := slices.IndexFunc(all, func(c column) bool { return c.id == id })
		switch {
		case i < 0:
			unknown = append(unknown, id)
		case !slices.ContainsFunc(named, func(c column) bool { return c.id == id }):
			named = append(named, all[i])
		}
	}
	at := 0
	for _, c := range all {
		if i := slices.IndexFunc(named, func(n column) bool { return n.id == c.id }); c.stays && i < 0 {
			named = slices.Insert(named, at, c)
			at++
		} else if c.stays {
			at = i + 1
		}
	}
	return named, unknown
}
