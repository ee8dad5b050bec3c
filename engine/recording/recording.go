// Package recording reads recorded calls: what a demo plays and, later, what a live
// run writes.
//
// A recording is a file of JSON Lines, one call a file. The first line is the caller:
//
//	{"recording":1,"name":"sours","about":"…","from":"+12025550142","caller":"Mette Sørensen","language":"en"}
//
// The lines after it say how the operators behave, one line for each time that one is
// called, the last one holding for every further time; without any, operators answer
// after four seconds:
//
//	{"operator":"answers","after":6}      picks up after 6 s
//	{"operator":"busy"}                   refuses with user_busy at once (after: seconds)
//	{"operator":"rejects"}                declines: call_rejected
//	{"operator":"silent"}                 rings and does not answer
//	{"operator":"voicemail","after":18}   a machine picks up after 18 s and hangs up 20 s later
//
// and then what happens, each at seconds from an anchor:
//
//	{"on":"answered","at":14.2,"who":"customer","say":"I was told Tuesday.","polarity":-0.34}
//	{"on":"menu","at":3,"key":"1"}
//	{"on":"operator","at":2,"who":"operator","say":"Hello, this is Ida."}
//	{"on":"operator","at":40,"who":"operator","hangup":true}
//	{"on":"answered","at":95,"who":"customer","hangup":true}
//
// Anchors: answered (the customer's line was answered), menu (a menu began to be
// spoken; each time, and Round picks one), question (the open question began),
// operator (an operator was joined; the first time), unavailable (the customer was
// told that nobody could be reached; the first time), left (the operator left).
// A line whose anchor never comes is never played. A customer's hangup ends the call.
// Words take as long as they are long unless "lasts" says otherwise; nobody's words
// are cut off. What the customer says while he is on nobody's line is lost.
package recording

import "time"

// Limits of a recording.
const (
	maxLine  = 64 << 10
	maxLines = 4096
)

// A Recording is one call as it was or might have been.
type Recording struct {
	Name      string // one word, as in "slow-sour"
	About     string // one sentence: what it shows
	From      string // the customer's number, or anonymous
	Caller    string // his caller id name: may be hostile
	Language  string // en or es: what he speaks
	Operators []Operator
	Lines     []Line
}

// An Operator is how an operator behaves when he is called.
type Operator struct {
	Does  Does
	After time.Duration // until he does it
}

// Does says what an operator does when he is called.
type Does string

// What operators do.
const (
	Answers   Does = "answers"
	Busy      Does = "busy"
	Rejects   Does = "rejects"
	Silent    Does = "silent"
	Voicemail Does = "voicemail"
)

// Who says who does something.
type Who string

// The people of a recording.
const (
	Customer Who = "customer"
	Agent    Who = "operator"
)

// An Anchor is what a line's time counts from.
type Anchor string

// The anchors.
const (
	OnAnswered    Anchor = "answered"
	OnMenu        Anchor = "menu"
	OnQuestion    Anchor = "question"
	OnOperator    Anchor = "operator"
	OnUnavailable Anchor = "unavailable"
	OnLeft        Anchor = "left"
)

var anchors = []Anchor{OnAnswered, OnMenu, OnQuestion, OnOperator, OnUnavailable, OnLeft}

// A Line is one thing that somebody does: exactly one of Say, Key and Hangup is set.
type Line struct {
	On       Anchor
	Round    int // of the menu: 1, 2, 3; 0 is the first
	At       time.Duration
	Who      Who
	Say      string
	Scored   bool
	Polarity int           // in thousandths; only if Scored
	Lasts    time.Duration // of the words
	Key      string        // one of 0-9 * #
	Hangup   bool
}
