package tui

import (
	"context"

	"switchboard/engine"
)

// An Archive is the calls that are over, to be searched. Its method may take its time; it is
// called beside the console, one search at a time, and ends with ctx.
type Archive interface {
	// Past returns a part of the calls that a query holds for, the newest first. An error
	// says what does not serve in the query, for the supervisor to read.
	Past(ctx context.Context, q PastQuery) (Past, error)
}

// A PastQuery is what calls are looked for by.
type PastQuery struct {
	Text   string // as it was typed: words and filters
	Typing bool   // it is still being typed: its last word may be the beginning of one
	From   int    // how many of the newest are passed over
	Limit  int    // how many at most
}

// Past is a part of the calls that were found.
type Past struct {
	Calls    []PastCall
	Total    int  // found in all
	More     bool // there are more than Total
	Kept     int  // that there are to be searched
	Complete bool // false while the archive is still being made

	// Advice says what to leave out, where nothing was found; Filters what can be typed and
	// what it means.
	Advice  []string
	Filters [][2]string
}

// A PastCall is a call that is over.
type PastCall struct {
	Record  engine.Record
	Erased  engine.Erasure // of it, zero where nothing was
	Hits    []PastHit      // sentences that match, by the time they were said
	Matched int            // how many match in all
}

// A PastHit is a sentence that matches. Text is clean, and the marks are where the words
// stand in it, from and to, in bytes.
type PastHit struct {
	Line  int // in Record.Lines
	Text  string
	Marks [][2]int
}
