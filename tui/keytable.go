package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"switchboard/tui/safe"
)

// The one table of the keys. Footer, help, palette, `switchboard help keys`, the README and
// what console.yaml may say are all made of it.

// A places says where a key is live. An act may be live in several.
type places uint32

const (
	placeCalls   places = 1 << iota // the list of calls
	placeOpen                       // an open call, or its words
	placePane                       // a pane that has the whole screen
	placeReason                     // the strip asks why a veto was given
	placeReplay                     // a replay
	placeHistory                    // the calls that are over, when found
	placeWhy                        // the card that tells why
	placeHangup                     // the box that asks before a hang-up
	placeSure                       // the box that asks before what others feel at once
	placeQuit                       // the box that asks before quitting
	placeLegs                       // the box that asks which leg
	placeRead                       // boxes to be read: troubles, reports, notes
	placeList                       // boxes of rows: callbacks
	placeTyped                      // boxes that take text: every letter is a letter there
	placeHelp                       // help: it takes text, too
	lastPlace
)

const (
	placeLive  = placeCalls | placeOpen | placePane
	placeLook  = placeLive | placeReplay
	placePaged = placeHistory | placeRead
	placeRows  = placePaged | placeWhy | placeLegs | placeList
	placeBoxes = placeWhy | placeHangup | placeSure | placeQuit | placeLegs | placeRead | placeList
	everywhere = lastPlace - 1
)

// A group is what keys are shown under.
type group uint8

const (
	groupMove group = iota
	groupStrip
	groupCall
	groupView
	groupFloor
	groupTape
	groupReason
	groupHistory
	groupBoxes
	groups
)

// title is what a group is called in help.
func (g group) title() safe.Text {
	switch g {
	case groupMove:
		return "MOVE"
	case groupStrip:
		return "THE TOP ROW"
	case groupCall:
		return "THIS CALL"
	case groupView:
		return "VIEW"
	case groupFloor:
		return "FLOOR AND CONSOLE"
	case groupTape:
		return "THE TAPE"
	case groupReason:
		return "WHY A VETO"
	case groupHistory:
		return "HISTORY"
	case groupBoxes:
		return "BOXES"
	case groups:
	}
	panic("tui: keys without a group")
}

// An entry is one act of the console and its key. The footer's words are the binding's own.
type entry struct {
	id     string // as console.yaml names it
	key    *key.Binding
	in     places
	group  group
	manual string    // a sentence, without its full stop; {id} is the key of another act
	label  safe.Text // in the palette; % is the call that it acts on. Empty: not offered there
	guard  string    // what keeps it from happening by accident

	acts  bool      // on a call or on the floor: never with ctrl
	asks  bool      // opens a box whose yes must be another key
	fixed bool      // cannot be given another key
	with  string    // the act that it is shown together with, in help
	both  safe.Text // the words of the two
}

// entries is the table, in the order in which it is read.
func (k *keyMap) entries() []entry {
	var all []entry
	for _, part := range [][]entry{k.moving(), k.onStrip(), k.onCall(), k.viewing(), k.onFloor(), k.onTape(), k.reasons(), k.inHistory(), k.inBoxes()} {
		all = append(all, part...)
	}
	return all
}

func (k *keyMap) moving() []entry {
	return []entry{
		{id: "down", key: &k.Down, in: placeLook | placeRows, group: groupMove, with: "up", both: "choose, scroll",
			manual: "the next call; the choice stays with the call, wherever its row goes. In a pane or a box a line down"},
		{id: "up", key: &k.Up, in: placeLook | placeRows, group: groupMove, manual: "the call before, or a line up"},
		{id: "first", key: &k.First, in: placeLive | placePaged, group: groupMove, with: "last", both: "first, last",
			manual: "the first call, or the first line", label: "To the first"},
		{id: "last", key: &k.Last, in: placeLook | placePaged, group: groupMove, manual: "the last call, or the last line", label: "To the last"},
		{id: "half-down", key: &k.HalfDown, in: placeLook | placePaged, group: groupMove, with: "half-up", both: "half a page",
			manual: "half a page down", label: "Half a page down"},
		{id: "half-up", key: &k.HalfUp, in: placeLook | placePaged, group: groupMove, manual: "half a page up", label: "Half a page up"},
		{id: "page-down", key: &k.PageDown, in: placeLook | placePaged, group: groupMove, manual: "a page down", label: "A page down"},
		{id: "page-up", key: &k.PageUp, in: placeLook | placePaged, group: groupMove, manual: "a page up", label: "A page up"},
		{id: "attention", key: &k.Attention, in: placeLook, group: groupMove, fixed: true, manual: "to the n-th call that needs attention"},
		{id: "open", key: &k.Open, in: placeLook, group: groupMove, manual: "open the call: its words, its facts, why it is flagged. It never transfers",
			label: "Open the call of %"},
		{id: "back", key: &k.Back, in: placeLook, group: groupMove, fixed: true,
			manual: "back, always: out of a box, an open call, a pane, a replay, a filter"},
		{id: "next-pane", key: &k.Pane, in: placeLook, group: groupMove, manual: "the next pane: calls, words, mood, events, operators", label: "The next pane"},
		{id: "previous-pane", key: &k.PaneBack, in: placeLook, group: groupMove, manual: "the pane before", label: "The pane before"},
		{id: "hot-later", key: &k.HotLater, in: placeLive, group: groupMove, with: "hot-earlier", both: "hot moments",
			manual: "the next hot moment", label: "To the next hot moment"},
		{id: "hot-earlier", key: &k.HotEarlier, in: placeLive, group: groupMove, manual: "the hot moment before", label: "To the hot moment before"},
		{id: "next-found", key: &k.NextFound, in: placeLive, group: groupMove, with: "found-before", both: "next, last found",
			manual: "the next call or sentence that the filter or search has found", label: "To the next that was found"},
		{id: "found-before", key: &k.PrevFound, in: placeLive, group: groupMove, manual: "the one found before", label: "To the one found before"},
	}
}

func (k *keyMap) onStrip() []entry {
	return []entry{
		{id: "veto", key: &k.Veto, in: placeLook | placeReason | placeBoxes, group: groupStrip, acts: true,
			manual: "veto the transfer that the top row names; within 10 s of its beginning: take it back. From every pane and every box that takes no text",
			guard:  "asks nothing: the safe direction", label: "Veto the transfer of %"},
		{id: "start-now", key: &k.Hurry, in: placeLook | placeReason | placeWhy, group: groupStrip, acts: true,
			manual: "start the proposed transfer now", guard: "dead for 150 ms after the name in the top row has changed", label: "Start the transfer of % now"},
		{id: "snooze", key: &k.Snooze, in: placeLook | placeReason | placeWhy, group: groupStrip, acts: true,
			manual: "the rule is quiet on this call for two minutes", label: "Snooze the rule on % for 2 min"},
		{id: "why", key: &k.Why, in: placeLook | placeWhy, group: groupStrip,
			manual: "why: the rule, the sentences, each value against its limit, what would have kept it quiet", label: "Why: %"},
		{id: "seen", key: &k.Seen, in: placeWhy, group: groupStrip, acts: true,
			manual: "in the card that {why} opens: the alerts of that call are seen, off the watch list"},
		{id: "take-back", key: &k.TakeBack, in: placeLook | placeReason, group: groupStrip, acts: true,
			manual: "take back what you did last, if it still can be, or the transfer that the top row names; a payment is ended by its own key alone",
			label:  "Take back: %"},
	}
}

func (k *keyMap) onCall() []entry {
	return []entry{
		{id: "transfer", key: &k.Transfer, in: placeLive, group: groupCall, acts: true,
			manual: "transfer by hand: a group, an operator, or a number that you type; {complete} for cold, without a briefing",
			guard:  "a list, then enter; {take-back} takes it back", label: "Transfer % …"},
		{id: "mute", key: &k.Mute, in: placeLive | placeLegs, group: groupCall, acts: true,
			manual: "mute or unmute a leg: customer, operator, the listening feed, yourself", label: "Mute or unmute a leg of % …"},
		{id: "hold", key: &k.Hold, in: placeLive | placeLegs, group: groupCall, acts: true,
			manual: "put a leg on hold, or take it back", label: "Hold, or take back, a leg of % …"},
		{id: "listen", key: &k.Listen, in: placeLive | placeWhy, group: groupCall, acts: true,
			manual: "listen: your own phone is called into the call, and nobody hears you", label: "Listen to %"},
		{id: "whisper", key: &k.Whisper, in: placeLive, group: groupCall, acts: true,
			manual: "whisper: only the operator hears you", guard: "says who hears it", label: "Whisper to %'s operator"},
		{id: "barge", key: &k.Barge, in: placeLive, group: groupCall, acts: true,
			manual: "barge in: everybody hears you", label: "Barge in on %: all hear you"},
		{id: "take-over", key: &k.TakeOver, in: placeLive, group: groupCall, acts: true, asks: true,
			manual: "take over: the operator leaves, you stay", guard: "asks; {yes} only", label: "Take over the call of % …"},
		{id: "stop-listening", key: &k.StopListening, in: placeLook, group: groupCall, acts: true,
			manual: "your phone leaves the call that it is on", label: "Stop listening to %"},
		{id: "claim", key: &k.Claim, in: placeLive, group: groupCall, acts: true,
			manual: "say that you look after the call, or no longer", label: "Claim %, or let go"},
		{id: "payment", key: &k.Pay, in: placeLive, group: groupCall, acts: true,
			manual: "the customer pays: until the same key again nobody listens, the recording pauses, and nothing of what is said or keyed in is kept",
			label:  "Payment of %: begin or end"},
		{id: "replay", key: &k.Replay, in: placeLive, group: groupCall, manual: "replay the call while the top row stays live", label: "Replay the call of %"},
		{id: "export", key: &k.Export, in: placeLook, group: groupCall, manual: "write the call to a file, without numbers and names", label: "Export the call of %"},
		{id: "mark", key: &k.Mark, in: placeLive, group: groupCall, manual: "mark the call, or unmark it", label: "Mark %, or unmark"},
		{id: "hang-up", key: &k.Hangup, in: placeLive, group: groupCall, acts: true, asks: true,
			manual: "hang up a leg or the whole call: {yes} after a goodbye, {in-silence} in silence, all else keeps the call",
			guard:  "asks; dead for 400 ms; closes itself if the call ends", label: "Hang up on % …"},
	}
}

func (k *keyMap) viewing() []entry {
	return []entry{
		{id: "filter", key: &k.Filter, in: placeLook, group: groupView,
			manual: "filter the calls as you type: state:hold mood<-.2 with:ida rule:NAME !word; in an open call search its words", label: "Filter the calls …"},
		{id: "sort", key: &k.Sort, in: placeLook, group: groupView, with: "reverse", both: "sort, reverse", manual: "sort by the next column", label: "Sort by the next column"},
		{id: "reverse", key: &k.Reverse, in: placeLook, group: groupView, manual: "the other way round", label: "Sort the other way round"},
		{id: "words-down", key: &k.ScrollDown, in: placeLook, group: groupView, with: "words-up", both: "scroll words",
			manual: "scroll what was said down; at the end it follows again", label: "Scroll the words down"},
		{id: "words-up", key: &k.ScrollUp, in: placeLook, group: groupView, manual: "scroll what was said up, and pause there", label: "Scroll the words up"},
		{id: "follow", key: &k.Follow, in: placeLook, group: groupView, manual: "follow the newest words", label: "Follow the newest words"},
		{id: "freeze", key: &k.Freeze, in: placeLook, group: groupView, manual: "hold the order of the rows until the same key again", label: "Freeze the order, or let it go"},
		{id: "columns", key: &k.Columns, in: placeLook, group: groupView, manual: "choose the columns", label: "Choose the columns …"},
		{id: "density", key: &k.Density, in: placeLook, group: groupView, manual: "more or fewer lines for each call", label: "Density: the next"},
		{id: "theme", key: &k.Theme, in: placeLook, group: groupView, manual: "the next theme", label: "Theme: the next"},
		{id: "operators", key: &k.Operators, in: placeLook, group: groupView, manual: "operators, queue, callbacks and today's figures, on the whole screen", label: "Operators and shift"},
		{id: "wallboard", key: &k.Wallboard, in: placeLive, group: groupView, manual: "the wallboard, for a screen on the wall", label: "Wallboard"},
	}
}

func (k *keyMap) onFloor() []entry {
	return []entry{
		{id: "automation", key: &k.Automation, in: placeLook, group: groupFloor, acts: true, asks: true,
			manual: "automation of the whole floor: on, shadow (judged, nothing acts), off", guard: "off asks; {yes} only", label: "Automation: to the next of on, shadow, off"},
		{id: "handover", key: &k.Handover, in: placeLook, group: groupFloor, manual: "the notes that the last shifts have left; {command}note TEXT leaves one", label: "handover"},
		{id: "command", key: &k.Command, in: placeLook, group: groupFloor, manual: "the palette: every act and every command, found by typing"},
		{id: "troubles", key: &k.Troubles, in: placeLook | placeRead, group: groupFloor, manual: "all that goes wrong: since when, and what to do", label: "Troubles"},
		{id: "help", key: &k.Help, in: placeLook | placeReason | placeHelp | placeBoxes | placeHistory, group: groupFloor, manual: "the keys of this screen, or of the open box; typing searches them", label: "help"},
		{id: "redraw", key: &k.Redraw, in: everywhere, group: groupFloor, manual: "draw the screen anew", label: "Draw the screen anew"},
		{id: "suspend", key: &k.Suspend, in: placeLook, group: groupFloor, manual: "suspend the console; fg brings it back", label: "Suspend the console"},
		{id: "quit", key: &k.Quit, in: placeLook | placeReason | placeRead | placeHistory, group: groupFloor, asks: true,
			manual: "quit; in a replay, back to the live calls", guard: "asks where a transfer is under way or calls would be left alone; {yes} only", label: "quit"},
		{id: "tour-on", key: &k.TourOn, in: placeLook | placeBoxes, group: groupFloor, manual: "in the guided tour: skip to the next hint"},
		{id: "quit-at-once", key: &k.Interrupt, in: everywhere, group: groupFloor, fixed: true, manual: "quit at once", guard: "pressed twice"},
	}
}

func (k *keyMap) onTape() []entry {
	const in = placeReplay
	return []entry{
		{id: "play", key: &k.PlayPause, in: in, group: groupTape, manual: "play, or pause", label: "Play, or pause"},
		{id: "skip-back", key: &k.SkipBack, in: in, group: groupTape, with: "skip-on", both: "5 s back, on", manual: "5 s back", label: "5 s back"},
		{id: "skip-on", key: &k.SkipOn, in: in, group: groupTape, manual: "5 s on", label: "5 s on"},
		{id: "event-back", key: &k.EventBack, in: in, group: groupTape, with: "event-on", both: "event back, on", manual: "one event back", label: "One event back"},
		{id: "event-on", key: &k.EventOn, in: in, group: groupTape, manual: "one event on", label: "One event on"},
		{id: "slower", key: &k.Slower, in: in, group: groupTape, with: "faster", both: "slower, faster", manual: "slower, to a quarter", label: "Slower"},
		{id: "faster", key: &k.Faster, in: in, group: groupTape, manual: "faster, to 64 times", label: "Faster"},
		{id: "hot-on", key: &k.HotOn, in: in, group: groupTape, with: "hot-back", both: "hot moments", manual: "the next moment that mattered", label: "To the next hot moment"},
		{id: "hot-back", key: &k.HotBack, in: in, group: groupTape, manual: "the moment that mattered before", label: "To the hot moment before"},
		{id: "go-to", key: &k.GoTo, in: in, group: groupTape, manual: "go to a time or an event", label: "Go to a time …"},
		{id: "tape-first", key: &k.TapeFirst, in: in, group: groupTape, manual: "the first call, or the first line", label: "To the first"},
		{id: "other-policy", key: &k.OtherPolicy, in: in, group: groupTape, manual: "judge the tape by another policy, and show where its alarms would have been",
			label: "Judge by another policy …"},
	}
}

func (k *keyMap) reasons() []entry {
	const in = placeReason
	return []entry{
		{id: "rule-wrong", key: &k.Wrong, in: in, group: groupReason, acts: true, manual: "for 6 s after a veto: the rule is wrong", guard: "optional"},
		{id: "handled", key: &k.Handled, in: in, group: groupReason, acts: true, manual: "for 6 s after a veto: it is being handled", guard: "optional"},
		{id: "bad-time", key: &k.BadTime, in: in, group: groupReason, acts: true, manual: "for 6 s after a veto: a bad time", guard: "optional"},
		{id: "no-reason", key: &k.Skip, in: in, group: groupReason, fixed: true, manual: "no reason"},
	}
}

func (k *keyMap) inHistory() []entry {
	const in = placeHistory
	return []entry{
		{id: "search", key: &k.Search, in: in, group: groupHistory, manual: "type another query"},
		{id: "next-match", key: &k.NextMatch, in: in, group: groupHistory, with: "match-before", both: "matches", manual: "the next sentence that matches"},
		{id: "match-before", key: &k.PrevMatch, in: in, group: groupHistory, manual: "the match before"},
	}
}

func (k *keyMap) inBoxes() []entry {
	return []entry{
		{id: "yes", key: &k.Yes, in: placeHangup | placeSure | placeQuit, group: groupBoxes, acts: true,
			manual: "yes, to what a box asks; never the key that opened it", guard: "dead while the box has only just come"},
		{id: "in-silence", key: &k.Silent, in: placeHangup, group: groupBoxes, acts: true, manual: "hang up without a goodbye",
			guard: "dead while the box has only just come"},
		{id: "keep", key: &k.Keep, in: placeHangup | placeSure, group: groupBoxes, fixed: true, manual: "keep the call, or leave all as it is"},
		{id: "other", key: &k.Other, in: placeHangup, group: groupBoxes, fixed: true, manual: "what else to hang up: a leg, the whole call"},
		{id: "choose", key: &k.Choose, in: placeHangup | placeTyped | placeHelp, group: groupBoxes, fixed: true, manual: "choose"},
		{id: "confirm", key: &k.Confirm, in: placeHistory | placeQuit | placeLegs | placeRead | placeList | placeTyped | placeHelp, group: groupBoxes, fixed: true,
			manual: "do what is chosen; in the box that asks before quitting: stay"},
		{id: "cancel", key: &k.Cancel, in: placeHistory | placeWhy | placeQuit | placeLegs | placeRead | placeList | placeTyped | placeHelp, group: groupBoxes, fixed: true,
			manual: "close the box"},
		{id: "complete", key: &k.Complete, in: placeTyped, group: groupBoxes, fixed: true, manual: "complete what is typed; in the list of targets: warm or cold"},
		{id: "erase", key: &k.Erase, in: placeTyped | placeHelp, group: groupBoxes, fixed: true, manual: "erase a letter"},
		{id: "clear", key: &k.EraseAll, in: placeTyped | placeHelp, group: groupBoxes, fixed: true, manual: "erase all that is typed"},
	}
}

// live reports whether the act may be done in a place. In a replay the keys that act on calls
// are taken, too: they say there that nothing is live.
func (e entry) live(in places) bool {
	return e.in&in != 0 || in == placeReplay && e.acts && e.in&placeLive != 0
}

// entry returns an act of the table.
func (k *keyMap) entry(id string) (entry, bool) {
	for _, e := range k.entries() {
		if e.id == id {
			return e, true
		}
	}
	return entry{}, false
}

// filled writes the keys of other acts into a sentence, where it names them.
func (k *keyMap) filled(text string) string {
	for {
		before, rest, named := strings.Cut(text, "{")
		id, after, whole := strings.Cut(rest, "}")
		if !named || !whole {
			return text
		}
		e, ok := k.entry(id)
		if !ok {
			panic("tui: a sentence names the key of " + id + ", which there is not")
		}
		text = before + string(word(*e.key)) + after
	}
}
