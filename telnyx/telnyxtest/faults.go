package telnyxtest

import (
	"hash/fnv"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"switchboard/engine/world"
)

// Faults are ways to misbehave that a Server is told while it runs. The zero value is
// good behaviour. Rates are of 1, and which frames it is depends on [Config.Seed] and
// the stream alone.
type Faults struct {
	RefuseStream     string // streaming_start answers 422 with this code, as in "90046"
	RefuseTranscribe string // and transcription_start with this one
	RefuseRecord     string // and record_start
	RefusePause      string // and record_pause

	// FailStreams has a stream that was asked for fail, as when nobody is there; nobody
	// is called. FailAfter is how long that takes.
	FailStreams bool
	FailAfter   time.Duration // house time

	LoseFrames   float64 // media frames that are not sent
	RepeatFrames float64 // that are sent twice
	SwapFrames   float64 // that are sent after the next one

	// CutAfter cuts each stream's connection when it is so old; zero never does. See
	// also [Server.CutStreams].
	CutAfter time.Duration // house time

	// MuteTranscripts has transcriptions accepted, and no word of them told.
	MuteTranscripts bool

	// LoseWebhooks are the types of webhooks that are never delivered, as in "call.hangup".
	LoseWebhooks []string

	Looks Looks
}

// Looks are what goes wrong where somebody asks how calls stand: which are active, who is
// in a conference, whether a call is alive, what has happened to it.
type Looks struct {
	Status int           // what all are answered with; 0 is the truth
	Only   string        // … but only where this is in the path
	Reset  time.Duration // with 429: how long to wait, by X-Ratelimit-Reset
	Hang   bool          // none is answered

	Stale  time.Duration // house time: active_calls is as it was so long ago
	Missed world.LegID   // a leg that active_calls leaves out, though it is alive
	Page   int           // the most that is on a page, whatever was asked for; 0 is no limit
}

// Misbehave replaces the faults from here on, also for streams and transcriptions that
// are going on.
func (s *Server) Misbehave(faults Faults) { s.faults.Store(&faults) }

// refused is the error of a command that a fault refuses; nil if the code is empty.
func refused(code string) error {
	if code == "" {
		return nil
	}
	return world.Unprocessable(code, "Unable to execute command", "",
		"Refused by telnyxtest, as it was told to.")
}

// Counts are what streams and transcriptions came to since the Server was started.
type Counts struct {
	Open        int // streams that are open now
	Streams     int // that reached where they go
	Failed      int // that did not, or were cut off
	Frames      int // media frames that were sent
	Lost        int // that were not: by a fault, or since nobody took them for long
	Repeated    int
	Swapped     int
	Transcripts int // told, partial ones included
	Unwritten   int // transcripts that were not told, by a fault
	Looks       int // questions how calls stand, answered or not
}

// Counts returns what streams and transcriptions came to so far.
func (s *Server) Counts() Counts {
	c := &s.streams.count
	return Counts{
		Open: int(c.open.Load()), Streams: int(c.streams.Load()), Failed: int(c.failed.Load()),
		Frames: int(c.frames.Load()), Lost: int(c.lost.Load()), Repeated: int(c.repeated.Load()), Swapped: int(c.swapped.Load()),
		Transcripts: int(s.transcripts.Load()), Unwritten: int(s.unwritten.Load()),
		Looks: int(s.looks.Load()),
	}
}

type streamCounts struct {
	open, streams, failed, frames, lost, repeated, swapped atomic.Int64
}

// dice belong to a stream, whatever others do.
func dice(seed uint64, key string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(key))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
