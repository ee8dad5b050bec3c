package replay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"switchboard/engine"
)

// ErrReplay means that something was asked of what is over.
var ErrReplay = errors.New("this is a replay: nothing here is live, so nothing can be asked")

// A Speed is how fast a player goes, in quarters of the wall's speed.
type Speed int

// The speeds. Each is twice the one before it.
const (
	Slowest Speed = 1
	Normal  Speed = 4
	Fastest Speed = 4 * 64
)

// String is the speed as it is written: 1/4x, 1x, 64x.
func (s Speed) String() string {
	if s < Normal {
		return fmt.Sprintf("1/%dx", Normal/max(s, 1))
	}
	return fmt.Sprintf("%dx", s/Normal)
}

// A Wall tells the wall's time.
type Wall interface{ Now() time.Time }

// nearly is how far back the last hot moment must lie for a player that plays: one that
// it has only just left is not gone back to.
const nearly = 2 * time.Second // of the wall

// A Position is where a player is.
type Position struct {
	Now      time.Time // in the time of the tape
	Event    int       // so many events have happened
	Of       int
	Playing  bool
	Speed    Speed
	From, To time.Time
}

// A Player is at one moment of a tape, and goes on from it as long as it plays. Its
// methods may be called from any goroutine. To whatever shows an engine it is one.
type Player struct {
	tape *Tape
	wall Wall

	mu     sync.Mutex
	state  engine.State // after at events
	at     int
	frame  *engine.Frame
	number uint64

	playing bool
	speed   Speed
	since   time.Time // on the wall, while it plays
	now     time.Time // on the tape, at since

	trial *Trial
}

// NewPlayer returns a player that stands at the first event of a tape, and waits. Wall
// tells how fast time goes by for who watches.
func NewPlayer(t *Tape, wall Wall) *Player {
	p := &Player{tape: t, wall: wall, speed: Normal, at: -1}
	p.move(t.track[0]+1, t.from)
	return p
}

// Tape is what is played.
func (p *Player) Tape() *Tape { return p.tape }

// Now returns the time on the tape.
func (p *Player) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	return p.now
}

// Frame returns how everything stood.
func (p *Player) Frame() *engine.Frame {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	return p.frame
}

// Talk returns what had been said in a call.
func (p *Player) Talk(id engine.SessionID) engine.Talk {
	talk := engine.Talk{Session: id}
	if s, ok := p.Frame().Session(id); ok {
		talk.Lines = s.Talk()
	}
	return talk
}

// maxBack is how many events Health looks back.
const maxBack = 2000

// Health returns how well the far ends were heard, as far as the events tell.
func (p *Player) Health() engine.Health {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	var h engine.Health
	for i := p.at - 1; i >= max(0, p.at-maxBack); i-- {
		switch f := &p.tape.falls[i]; {
		case f.By == engine.ByTelnyx && h.Webhook.IsZero():
			h.Webhook = f.At
		case f.By == engine.BySymbl && h.Symbl.IsZero():
			h.Symbl = f.At
		}
		if !h.Webhook.IsZero() && !h.Symbl.IsZero() {
			break
		}
	}
	return h
}

// Submit refuses: what is shown is over.
func (p *Player) Submit(context.Context, engine.Entry) error { return ErrReplay }

// Position returns where the player is.
func (p *Player) Position() Position {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	return Position{
		Now: p.now, Event: p.tape.tracked(p.at), Of: len(p.tape.track), Playing: p.playing, Speed: p.speed,
		From: p.tape.from, To: p.tape.to,
	}
}

// Play lets time go by from here on. At the end of the tape it begins anew.
func (p *Player) Play() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	if !p.now.Before(p.tape.to) {
		p.move(p.tape.track[0]+1, p.tape.from)
	}
	p.playing, p.since = true, p.wall.Now()
}

// Pause stops where it is.
func (p *Player) Pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	p.playing = false
}

// Playing reports whether time goes by.
func (p *Player) Playing() bool { return p.Position().Playing }

// Faster doubles the speed, and with down halves it, from a quarter of the wall's to 64
// times it. It reports whether there was such a speed.
func (p *Player) Faster(down bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	next := p.speed * 2
	if down {
		next = p.speed / 2
	}
	if next < Slowest || next > Fastest {
		return false
	}
	p.speed = next
	return true
}

// SetSpeed sets the speed: one of 1/4, 1/2, 1, 2, 4 … 64 times the wall's.
func (p *Player) SetSpeed(s Speed) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	p.speed = min(max(s, Slowest), Fastest)
}

// Seek goes to a time of the tape, or to its nearest end.
func (p *Player) Seek(to time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seek(to)
}

// Skip goes a stretch of time forward, or with a negative one back.
func (p *Player) Skip(by time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	p.seek(p.now.Add(by))
}

func (p *Player) seek(to time.Time) {
	switch {
	case to.Before(p.tape.from):
		to = p.tape.from
	case to.After(p.tape.to):
		to = p.tape.to
	}
	p.move(p.tape.upTo(to), to)
	p.since = p.wall.Now()
}

// SeekEvent goes to the moment after the n-th event, the first being 1, and waits there.
func (p *Player) SeekEvent(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seekEvent(n)
}

func (p *Player) seekEvent(n int) {
	n = min(max(n, 1), len(p.tape.track))
	i := p.tape.track[n-1]
	p.move(i+1, p.tape.falls[i].At)
	p.playing = false
}

// Step goes so many events forward, or with a negative number back, and waits there.
func (p *Player) Step(by int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	p.seekEvent(p.tape.tracked(p.at) + by)
}

// Next goes to the next hot moment, and reports whether there is one.
func (p *Player) Next() (Moment, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	for _, m := range p.tape.moments {
		if m.Index >= p.at && m.Kind.Hot() {
			p.to(m)
			return m, true
		}
	}
	return Moment{}, false
}

// Prev goes to the hot moment before this one, and reports whether there is one.
func (p *Player) Prev() (Moment, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
	before, at := p.at-1, p.now
	if p.playing {
		at = at.Add(-p.house(nearly))
	}
	for i := len(p.tape.moments) - 1; i >= 0; i-- {
		m := p.tape.moments[i]
		if m.Index < before && !m.At.After(at) && m.Kind.Hot() {
			p.to(m)
			return m, true
		}
	}
	return Moment{}, false
}

// to goes to a moment; it goes on from there if it played.
func (p *Player) to(m Moment) {
	p.move(m.Index+1, m.At)
	p.since = p.wall.Now()
}

// house is how much of the tape goes by in a stretch of the wall's time.
func (p *Player) house(wall time.Duration) time.Duration {
	return wall * time.Duration(p.speed) / time.Duration(Normal)
}

// pass lets the time go by that has gone by on the wall. p.mu is held.
func (p *Player) pass() {
	if !p.playing {
		return
	}
	wall := p.wall.Now()
	gone := max(wall.Sub(p.since), 0)
	if limit := p.tape.to.Sub(p.now); gone > limit*time.Duration(Normal)/time.Duration(p.speed)+1 { // or it may overflow
		p.move(len(p.tape.falls), p.tape.to)
		p.playing = false
		return
	}
	now := p.now.Add(p.house(gone))
	p.since = wall
	if !now.Before(p.tape.to) {
		p.move(len(p.tape.falls), p.tape.to)
		p.playing = false
		return
	}
	p.move(max(p.at, p.tape.upTo(now)), now)
}

// move shows the moment after so many events, at a time. p.mu is held.
func (p *Player) move(n int, now time.Time) {
	p.now = now
	if n == p.at {
		return
	}
	p.state = p.tape.stateAt(n, p.state, p.at)
	p.at = n
	p.show()
}

// show makes the frame of the state. p.mu is held.
func (p *Player) show() {
	p.number++
	p.frame = p.state.Frame()
	p.frame.Number = p.number
}
