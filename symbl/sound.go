package symbl

import (
	"bytes"
	"sync"
	"time"
)

// Limits of sound, which is mu-law at 8,000 bytes a second.
const (
	perSecond = 8000
	maxSound  = 5 * perSecond // bytes of one leg that wait for Symbl; the oldest are dropped
	maxPieces = 1024          // that they came in
	maxSend   = 8192          // bytes of a frame (contracts/symbl.md, section 3.2)
	maxGaps   = 16            // stretches lost that are still to be told; more are told as one

	silence = 0xFF // a byte of it

	gapSettles = time.Second // house time between two stretches that are not one
)

// A sound is what one leg says and Symbl has not been sent yet.
type sound struct {
	more chan struct{} // holds one when there is something to send

	mu      sync.Mutex
	pieces  []piece
	bytes   int
	until   time.Time // house time up to which there was sound, or silence in its place
	lost    stretch   // that was dropped and what followed it is not sent yet
	gaps    []stretch // lost, and over
	dropped uint64    // bytes
}

// A piece is sound as it came.
type piece struct {
	at   time.Time // house time when its last sample came
	data []byte
}

// A stretch is from when to when something was said.
type stretch struct{ from, to time.Time }

func (p piece) from() time.Time { return p.at.Add(-length(len(p.data))) }

// length returns how long so many bytes of sound are.
func length(bytes int) time.Duration { return time.Duration(bytes) * time.Second / perSecond }

// add keeps a copy of sound that has just come. Where there is no room the oldest goes.
func (s *sound) add(data []byte, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = now
	s.pieces = append(s.pieces, piece{now, bytes.Clone(data)})
	s.bytes += len(data)
	for s.bytes > maxSound || len(s.pieces) > maxPieces {
		s.drop()
	}
	select {
	case s.more <- struct{}{}:
	default:
	}
}

// drop loses the oldest piece.
func (s *sound) drop() {
	p := s.shift()
	s.dropped += uint64(len(p.data))
	if s.lost == (stretch{}) {
		s.lost.from = p.from()
	}
	s.lost.to = p.at
}

func (s *sound) shift() piece {
	p := s.pieces[0]
	s.pieces[0] = piece{}
	if s.pieces = s.pieces[1:]; len(s.pieces) == 0 {
		s.pieces = nil // lets go of what lies before
	}
	s.bytes -= len(p.data)
	return p
}

// take returns what may go in one frame, and removes it; nothing where there is none.
func (s *sound) take() piece {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pieces) == 0 {
		return piece{}
	}
	p := s.shift()
	for len(s.pieces) > 0 && len(p.data)+len(s.pieces[0].data) <= maxSend {
		next := s.shift()
		p = piece{next.at, append(p.data, next.data...)}
	}
	if rest := p.data[min(maxSend, len(p.data)):]; len(rest) > 0 {
		s.pieces = append([]piece{{p.at, rest}}, s.pieces...)
		s.bytes += len(rest)
		p = piece{p.at.Add(-length(len(rest))), p.data[:maxSend]}
	}
	return p
}

// putBack keeps a piece that could not be sent, before all others.
func (s *sound) putBack(p piece) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pieces = append([]piece{p}, s.pieces...)
	s.bytes += len(p.data)
	for s.bytes > maxSound {
		s.drop()
	}
}

// sent says that what was taken last has gone: what was lost before it is over. It
// reports whether there is something to tell.
func (s *sound) sent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over()
}

// end says that nothing more will be sent: what waits is lost.
func (s *sound) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.pieces) > 0 {
		s.drop()
	}
	s.over()
}

func (s *sound) over() bool {
	if s.lost == (stretch{}) {
		return false
	}
	n := len(s.gaps)
	if n == maxGaps || n > 0 && s.lost.from.Sub(s.gaps[n-1].to) < gapSettles {
		s.gaps[n-1].to = s.lost.to
	} else {
		s.gaps = append(s.gaps, s.lost)
	}
	s.lost = stretch{}
	return true
}

// gap takes the first stretch that was lost and is not told yet, if it was over at a
// time: one that has just ended may grow. Otherwise it says whether there is one.
func (s *sound) gap(over time.Time) (g stretch, ok, later bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case len(s.gaps) == 0:
		return stretch{}, false, false
	case s.gaps[0].to.After(over):
		return stretch{}, false, true
	}
	g = s.gaps[0]
	s.gaps = s.gaps[1:]
	return g, true, false
}

// lostBytes returns how much was dropped.
func (s *sound) lostBytes() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// rest returns silence for the time in which the leg has sent nothing, so that Symbl's
// clock of the call keeps up with ours, or nil while that is shorter than least.
func (s *sound) rest(now time.Time, least, most time.Duration) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until.IsZero() {
		s.until = now
	}
	quiet := now.Sub(s.until)
	if quiet < least || len(s.pieces) > 0 {
		return nil
	}
	s.until = now
	return bytes.Repeat([]byte{silence}, int(min(quiet, most)*perSecond/time.Second))
}

// voiced reports whether somebody may be speaking: a tenth of the samples are louder
// than about a hundredth of the loudest. A mu-law byte is stored inverted; its second to
// fourth bit say in which octave of loudness the sample lies.
func voiced(mulaw []byte) bool {
	const octaves, loud = 0x70, 0x20
	n := 0
	for _, b := range mulaw {
		if ^b&octaves >= loud {
			n++
		}
	}
	return n*10 >= len(mulaw) && n > 0
}
