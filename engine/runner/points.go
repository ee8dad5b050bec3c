package runner

import (
	"fmt"
	"runtime/debug"

	"switchboard/engine"
)

// The points between what is handed in and what became of it, for [Config.Pass]: where a
// program may be killed, and nothing must be lost or done twice.
const (
	BeforeAppend  = "before append"  // entries were gathered
	AfterAppend   = "after append"   // they are on the disk, and nobody was told
	AfterStep     = "after step"     // their commands wait, and none was sent
	BeforeSend    = "before send"    // a command is to be carried out now
	AfterSend     = "after send"     // it was, and nobody knows
	BeforeOutcome = "before outcome" // what became of it is to be written down now
	AfterOutcome  = "after outcome"  // it is on the disk
	InCheckpoint  = "in checkpoint"  // the state is encoded, and not kept
	AtStop        = "at stop"        // nothing more is taken in
)

// A PanicError says that the loop has panicked, and where. What was on the disk then is
// on the disk; the program must end, and may be started again.
type PanicError struct {
	At    string // what the loop was doing, in words; may be empty
	Value any    // what it panicked with
	Stack []byte // for a log
}

// Error names the event.
func (e *PanicError) Error() string {
	at := "between two events"
	if e.At != "" {
		at = "at " + e.At
	}
	return fmt.Sprintf("the engine failed %s: %v; nothing that was taken in is lost: start switchboard again, and tell its makers what stands in the log", at, e.Value)
}

// doing is what the loop is at, for whoever reads of its panic.
type doing struct {
	entries []engine.Entry // that are being written down
	event   engine.Event   // that is being stepped
}

// String names it: the event by its number, if there is one.
func (d doing) String() string {
	switch {
	case d.event.Seq > 0:
		return fmt.Sprintf("event %d, %s", d.event.Seq, entryWords(d.event.Entry))
	case len(d.entries) == 1:
		return "the entry " + entryWords(d.entries[0])
	case len(d.entries) > 1:
		return fmt.Sprintf("%d entries, the first %s", len(d.entries), entryWords(d.entries[0]))
	}
	return ""
}

// entryWords names an entry by its kind, as the journal does, and its id.
func entryWords(e engine.Entry) string {
	kind, _, err := engine.EncodeBody(e.Body)
	if err != nil {
		kind = fmt.Sprintf("%T", e.Body)
	}
	return kind + " " + e.ID
}

// recover makes an error of a panic of the loop's own.
func (l *loop) recover(err *error) {
	if p := recover(); p != nil {
		*err = &PanicError{At: l.doing.String(), Value: p, Stack: debug.Stack()}
	}
}
