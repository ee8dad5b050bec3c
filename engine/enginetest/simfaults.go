package enginetest

import (
	"hash/fnv"
	"time"
)

// The faults, by name, as in RELIABILITY.md.
const (
	DupWebhook     = "dup-webhook"     // delivered twice
	ReorderWebhook = "reorder-webhook" // overtaken by others, within seconds
	LateWebhook    = "late-webhook"    // by up to an hour
	LostWebhook    = "lost-webhook"    // never delivered

	Telnyx500      = "telnyx-500"                    // a try fails, and nothing is done
	Telnyx429      = "telnyx-429"                    // a try is refused: too many requests
	TelnyxTimeout  = "telnyx-timeout"                // a try does not arrive
	TelnyxNoAnswer = "telnyx-accepted-but-no-answer" // a try is carried out, and its answer lost

	SymblDrop       = "symbl-drop"         // its sockets break, and nothing can be begun for a while
	SymblSilence    = "symbl-silence"      // what is said for a while is never told
	SymblOutOfOrder = "symbl-out-of-order" // a sentence is told late, behind others

	Kill9     = "kill-9"     // the program ends at a named place, and starts again
	DiskFull  = "disk-full"  // the journal cannot write for a while
	ClockJump = "clock-jump" // the clocks of Telnyx and Symbl jump
)

// SimFaults returns the names of the faults that a [Simulation] may have.
func SimFaults() []string {
	return []string{
		DupWebhook, ReorderWebhook, LateWebhook, LostWebhook, Telnyx500, Telnyx429, TelnyxTimeout, TelnyxNoAnswer,
		SymblDrop, SymblSilence, SymblOutOfOrder, Kill9, DiskFull, ClockJump,
	}
}

// The places at which kill-9 may end the program.
const (
	killIdle        = "idle"         // nothing is under way
	killBeforeFlush = "before-flush" // a batch is gathered and not on the disk
	killAfterFlush  = "after-flush"  // it is on the disk, and nobody was told
	killAfterAnswer = "after-answer" // its webhooks are answered, and nothing is stepped
	killAfterStep   = "after-step"   // an event is stepped, and its commands are not sent
	killAfterSend   = "after-send"   // a command is carried out, and its outcome not taken in
	killStop        = "stop"         // it is told to end: what is under way gets its time, and transfers go on
)

func killPlaces() []string {
	return []string{killIdle, killBeforeFlush, killAfterFlush, killAfterAnswer, killAfterStep, killAfterSend, killStop}
}

// Dice of a simulation: what they show depends on the seed and on what they are thrown
// for, never on what else happens.
type dice struct{ seed uint64 }

// roll returns a number from 0 up to n.
func (d dice) roll(n int, forWhat ...string) int {
	h := fnv.New64a()
	var b [8]byte
	for i := range b {
		b[i] = byte(d.seed >> (8 * i))
	}
	h.Write(b[:])
	for _, s := range forWhat {
		h.Write([]byte(s))
		h.Write([]byte{'/'})
	}
	x := h.Sum64()
	x ^= x >> 33 // fnv alone hardly mixes the last letters into the high bits
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	x ^= x >> 33
	return int(x % uint64(n))
}

// between returns a time from one up to another, in milliseconds.
func (d dice) between(from, to time.Duration, forWhat ...string) time.Duration {
	ms := int((to - from) / time.Millisecond)
	return from + time.Duration(d.roll(max(1, ms), forWhat...))*time.Millisecond
}

// fault returns the step that something suffers, if it does: one that was named, or else
// one that chance brings, which is then kept. Extent gives what chance brings its size.
func (s *sim) fault(verb string, call int, what string, extent func(*SimStep)) (SimStep, bool) {
	key := faultKey{verb, call, what}
	if step, ok := s.named[key]; ok {
		s.stats.Faults[verb]++
		return step, true
	}
	chance := s.plan.Chances[verb]
	if chance == 0 || call == 0 || s.dice.roll(10_000, verb, itoa(call), what) >= chance {
		return SimStep{}, false
	}
	step := SimStep{Verb: verb, Call: call, What: what}
	if extent != nil {
		extent(&step)
	}
	s.named[key] = step // the same thing suffers it once
	s.brought = append(s.brought, step)
	s.stats.Faults[verb]++
	return step, true
}

type faultKey struct {
	verb string
	call int
	what string
}
