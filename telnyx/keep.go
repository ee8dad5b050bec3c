package telnyx

import (
	"context"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"switchboard/engine"
)

// A keeper puts the sound of one stream in order and into batches, tells what is
// missing, and looks after the socket.
type keeper struct {
	*stream
	order order
	batch []byte
	holes holes
	gaps  int // told

	due   *time.Timer // set while something is held
	fresh bool        // sound came since it was set
}

// keep keeps a stream until its sounds are closed. Once ctx is done it closes the
// socket, which is what ends the reader.
func (s *stream) keep(ctx context.Context) {
	defer close(s.batches)
	k := &keeper{stream: s}
	every := s.media.config.Silence / (signs + 1)
	beat := newBeat(ctx, every)
	defer func() { beat.stop() }()
	done := ctx.Done()
	for missed := 0; ; {
		select {
		case next, more := <-s.sounds:
			if !more {
				k.last()
				s.hangUp(ctx)
				return
			}
			k.take(next)
		case <-k.timer():
			k.idle()
		case <-done:
			s.hangUp(ctx)
			done = nil
		case <-beat.over:
			beat.stop()
			if done == nil || ctx.Err() != nil {
				beat.over = nil
				continue
			}
			missed = s.look(missed)
			beat = newBeat(ctx, every)
			s.ping(beat.until)
		}
	}
}

// A beat is the time between two pings, in socket time.
type beat struct {
	over  <-chan struct{}
	until time.Time
	stop  context.CancelFunc
}

func newBeat(ctx context.Context, every time.Duration) beat {
	wait, stop := context.WithTimeout(ctx, every)
	until, _ := wait.Deadline()
	return beat{wait.Done(), until, stop}
}

// look ends a stream that gave no sign of life, or no start, for too long. It returns
// for how many looks it gave none.
func (s *stream) look(missed int) int {
	if s.alive.Swap(false) {
		s.sign = s.media.config.Clock.Now()
		if s.started.Load() {
			return 0
		}
	}
	if missed++; missed < signs {
		return missed
	}
	why := "its stream of sound is dead: nothing came, and pings were not answered"
	if !s.started.Load() {
		why = "its stream of sound did not begin"
	}
	s.end(ending{code: websocket.ClosePolicyViolation, why: why, dead: s.started.Load()})
	return missed
}

// ping asks for a sign of life.
func (s *stream) ping(until time.Time) {
	s.conn.WriteControl(websocket.PingMessage, nil, until) // a socket that is gone is noticed by the reader
}

// hangUp says the last word on the socket, and closes it. It may be called twice.
func (s *stream) hangUp(ctx context.Context) {
	code := websocket.CloseNormalClosure
	if e, ok := context.Cause(ctx).(ending); ok {
		code = e.code
	}
	if code != websocket.CloseAbnormalClosure { // which must not be sent
		wait := newBeat(context.Background(), closeWait)
		defer wait.stop()
		s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), wait.until)
	}
	s.conn.Close()
}

// take puts a sound into its place, and hands on what is in order.
func (k *keeper) take(next sound) {
	ready, fits := k.order.put(next)
	if !fits {
		k.media.counts.late.Add(1)
	}
	k.play(ready)
	k.tellGap(next.at, false)
	k.fresh = true
	if k.due == nil && (len(k.batch) > 0 || len(k.order.held) > 0 || k.holes.lost > 0) {
		k.due = k.media.config.Clock.Timer(quiet)
	}
}

// timer returns what fires when something was held for long enough.
func (k *keeper) timer() <-chan time.Time {
	if k.due == nil {
		return nil
	}
	return k.due.C
}

// idle hands on what is held once no sound has come for a while: a leg that has fallen
// silent is heard to its last word.
func (k *keeper) idle() {
	k.due = nil
	if !k.fresh {
		k.play(k.order.flush())
		k.push()
		k.tellGap(k.media.config.Clock.Now(), false)
	}
	if k.fresh || k.holes.lost > 0 {
		k.due = k.media.config.Clock.Timer(quiet)
	}
	k.fresh = false
}

// last hands on what is held at the end.
func (k *keeper) last() {
	if k.due != nil {
		k.due.Stop()
	}
	k.play(k.order.flush())
	k.push()
	k.tellGap(k.media.config.Clock.Now(), true)
}

// play puts sounds into batches.
func (k *keeper) play(ready []sound) {
	for _, s := range ready {
		k.media.counts.frames.Add(1)
		if s.lost > 0 {
			k.media.counts.lost.Add(uint64(s.lost))
			k.holes.add(s)
		}
		for rest := s.mulaw; len(rest) > 0; {
			if k.batch == nil {
				k.batch = make([]byte, 0, batchBytes)
			}
			n := min(len(rest), batchBytes-len(k.batch))
			k.batch, rest = append(k.batch, rest[:n]...), rest[n:]
			if len(k.batch) == batchBytes {
				k.push()
			}
		}
	}
}

// push hands the batch to the sink, whose it is from then on. What finds no room is
// gone: later sound is worth more.
func (k *keeper) push() {
	if len(k.batch) == 0 {
		return
	}
	select {
	case k.batches <- k.batch:
	default:
		k.media.counts.unheard.Add(1)
	}
	k.batch = nil
}

// tellGap tells the engine of sound that was lost, where it is enough to matter.
func (k *keeper) tellGap(now time.Time, last bool) {
	from, to, lost := k.holes.due(now, last)
	if lost == 0 {
		return
	}
	k.gaps++
	k.media.tell(k.media.ctx, fmt.Sprintf("%s/gap/%d", k.token, k.gaps), now, engine.MediaGap{
		LegRef: engine.LegRef{Leg: k.leg}, From: from, To: to,
		Why: fmt.Sprintf("%s of its sound were lost on the way from Telnyx", lost.Round(10*time.Millisecond)),
	})
}
