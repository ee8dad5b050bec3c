// Package recording reads recorded calls: what a demo plays and, later, what a live
// run writes.
//
// A recording is a file of JSON Lines, one call a file. The first line is the caller:
//
//	{"recording":1,"name":"sours","about":"…","from":"+12025550142","caller":"Mette Sørensen","language":"en"}
//
// It may say how sure the carrier is of the number ("attested": A, B or C), and what is
// right for the call ("expect"): "transfer" where an operator should be brought in,
// because the customer asks for one, by key or in words, or is in need of one; "none"
// where he should be left alone.
//
// The lines after it say how the operators behave, one line for each time that one is
// called, the last one holding for every further time; without any, operators answer
// after four seconds:
//
//	{"operator":"answers","after":6}      picks up after 6 s (4 if it does not say)
//	{"operator":"busy"}                   refuses with user_busy at once (after: seconds)
//	{"operator":"rejects"}                declines: call_rejected
//	{"operator":"silent"}                 rings and does not answer
//	{"operator":"voicemail","after":18}   a machine picks up after 18 s (or 4) and hangs up 20 s later
//
// An operator who answers and is told something after which a key is waited for (a
// gather with a text: his briefing) takes the call with 1, once he has recognised what
// it is: a second and a half and a third of the text after it began. A line of his may
// say otherwise, by one of
//
//	{"operator":"answers","accepts":2.5}   presses 1 when 2.5 s of it have gone by
//	{"operator":"answers","declines":3}    presses 2 when 3 s of it have gone by
//	{"operator":"answers","ignores":true}  presses nothing
//
// He presses once for each such wait, however often its text is repeated, and not when
// it is over by then. A voicemail presses nothing and talks on.
//
// A line may say how a front behaves, a bot or a first-line desk that is called after
// the menu; without one it answers after two seconds. It takes no briefing:
//
//	{"front":"answers","after":3}         or busy, rejects, silent
//
// and then what happens, each at seconds from an anchor:
//
//	{"on":"answered","at":14.2,"who":"customer","say":"I was told Tuesday.","polarity":-0.34}
//	{"on":"menu","at":3,"key":"1"}
//	{"on":"operator","at":2,"who":"operator","say":"Hello, this is Ida."}
//	{"on":"operator","at":40,"who":"operator","hangup":true}
//	{"on":"answered","at":95,"who":"customer","hangup":true}
//
// A line of the customer's that presses a key needs no "who". Times are seconds with at
// most nine places after the point, polarity has at most three, and fields that are not
// named here are refused.
//
// # Anchors
//
// An anchor is what a line's time counts from. Whoever plays a recording cannot know
// what a prompt means, so that anchors go by what the customer can tell from his end
// of the line:
//
//	answered     his call was answered.
//	menu         he began to be told something after which a key is waited for (a
//	             gather with a text). Each is a round of its own, also in another
//	             language and after an operator has left; a line's "round" picks
//	             one, and without it the line is the first's.
//	question     he began to be told something, the last wait for a key having ended
//	             without a right one, while no operator was being called, on the line,
//	             or had been. The first time.
//	front        a front was with him in his conference. The first time; the lines of a
//	             front ("who": "front") count from any anchor.
//	operator     a human operator was with him in his conference. The first time; the
//	             lines of an operator are that one's.
//	unavailable  he began to be told something, with or without a wait for a key,
//	             while no operator was being called or on the line and the latest call
//	             of one had come to nothing. The first time; it is no menu.
//	left         the line of an operator, or of a voicemail, who had been with him was
//	             gone. The first time. What he is then told takes its time: a key a
//	             few seconds later comes when he has heard it.
//
// A line whose anchor never comes is never played, and neither is an operator's whose
// line is gone. Nobody answers the machine (menu, question, front, unavailable) while
// he talks with an operator, or goes on talking with one who is gone; a hangup is
// always played. Lines of one person that overlap are said one after the other. A
// customer's hangup ends the call. Words take as long as they are long (400 ms and 60
// for each letter) unless "lasts" says otherwise; nobody's words are cut off but by
// the end of his line. What the customer says while he is on nobody's line, or muted,
// is lost.
package recording

import (
	"time"
	"unicode/utf8"
)

// Limits of a recording.
const (
	maxLine      = 64 << 10      // bytes in a line of the file
	maxLines     = 4096          // lines of the file
	maxOperators = 64            // times that an operator is called
	maxName      = 64            // bytes in the recording's name
	maxText      = 4096          // bytes in what is said, in the caller's name and in About
	maxRound     = 99            // of the menu
	maxTime      = 4 * time.Hour // of every time in it
)

// How long words take where nothing else is said.
const (
	letterLasts = 60 * time.Millisecond
	breathLasts = 400 * time.Millisecond
)

// AnswersAfter is how long an operator or his voicemail rings before it answers,
// where the recording does not say so.
const AnswersAfter = 4 * time.Second

// FrontAfter is how long a front rings before it answers, where the recording does not
// say so.
const FrontAfter = 2 * time.Second

// A Recording is one call as it was or might have been.
type Recording struct {
	Name      string // one word, as in "slow-sour"
	About     string // one sentence: what it shows
	From      string // the customer's number, or anonymous
	Caller    string // his caller id name: may be hostile
	Language  string // en or es: what he speaks
	Attested  string // how sure the carrier is of From: A, B or C; empty for no word
	Expect    string // what is right for this call: [ExpectTransfer], [ExpectNone], or empty where nobody said
	Operators []Operator
	Front     Operator // the bot or first-line desk; its Does is empty where no line tells
	Lines     []Line
}

// What is right for a call.
const (
	ExpectTransfer = "transfer" // an operator should be brought in
	ExpectNone     = "none"     // the customer should be left alone
)

// An Operator is how an operator behaves when he is called.
type Operator struct {
	Does  Does
	After time.Duration // until he does it

	// How he takes a briefing once he has answered: at most one of these is set. Without
	// any he presses 1 when he has recognised it; see [Operator.Key].
	Accepts  time.Duration // presses 1 so long after it began
	Declines time.Duration // presses 2 so long after it began
	Ignores  bool          // presses nothing
}

// How long an operator who answers takes to recognise a briefing.
const (
	reachesKey = 1500 * time.Millisecond // and a part of the text:
	recognises = 3
)

// Key returns the key that the operator presses at a briefing whose text takes so
// long, and how long after it began. It is empty for one who presses nothing.
func (o Operator) Key(text time.Duration) (key string, after time.Duration) {
	switch {
	case o.Does != Answers || o.Ignores:
		return "", 0
	case o.Declines > 0:
		return "2", o.Declines
	case o.Accepts > 0:
		return "1", o.Accepts
	}
	return "1", reachesKey + text/recognises
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
	Desk     Who = "front" // a bot or a first-line desk
)

// An Anchor is what a line's time counts from.
type Anchor string

// The anchors.
const (
	OnAnswered    Anchor = "answered"
	OnMenu        Anchor = "menu"
	OnQuestion    Anchor = "question"
	OnFront       Anchor = "front"
	OnOperator    Anchor = "operator"
	OnUnavailable Anchor = "unavailable"
	OnLeft        Anchor = "left"
)

// A Line is one thing that somebody does: exactly one of Say, Key and Hangup is set.
type Line struct {
	On       Anchor
	Round    int // of the menu: 1, 2, 3, …; 0 is the first
	At       time.Duration
	Who      Who
	Say      string
	Scored   bool
	Polarity int           // in thousandths; only if Scored
	Lasts    time.Duration // of the words
	Key      string        // one of 0-9 * #
	Hangup   bool
}

// Duration returns how long the line's words take: Lasts, or else as long as the
// words are long. It is zero for a key or a hang-up.
func (l Line) Duration() time.Duration {
	switch {
	case l.Say == "":
		return 0
	case l.Lasts > 0:
		return l.Lasts
	}
	return breathLasts + letterLasts*time.Duration(utf8.RuneCountInString(l.Say))
}
