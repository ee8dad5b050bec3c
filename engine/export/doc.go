// Package export makes of a call's record what is given away: a recording that demo plays
// and backtest judges, a text to be read, Markdown, or JSON.
//
// Each of them says what the record says, numbers and names included. A [Scrubber] makes
// a record without them first.
package export
