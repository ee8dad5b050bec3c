package telnyxtest

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"switchboard/engine/world"
)

// A carriage carries one stream: a goroutine that sends the frames when they are due,
// and one that reads what the far end says.
type carriage struct {
	streams *streams
	stream  world.Stream
	frames  *frames
	dice    *rand.Rand
	keys    chan world.Event
	read    chan error // why nothing more is read
	held    []byte     // a media frame that goes after the next one
	renewed time.Time  // when the far end was last given time to take what is sent

	mu   sync.Mutex
	conn *websocket.Conn // nil until it is there
}

// errStopped means that a stream is not wanted any more.
var errStopped = errors.New("the stream was stopped")

// carry carries the stream from its beginning to its end.
func (c *carriage) carry(ctx context.Context) {
	s := c.streams
	conn, err := c.open(ctx)
	if err != nil {
		c.down(noConnection)
		return
	}
	stop := context.AfterFunc(ctx, c.cut)
	defer stop()
	go func() { c.read <- drain(conn) }()
	s.count.streams.Add(1)
	s.server.config.Network.Do(func(w *world.World) { w.StreamUp(c.stream) })

	err = c.send(ctx)
	if errors.Is(err, errStopped) {
		c.part()
	}
	_ = conn.Close() // it may be closed
	gone := <-c.read // and not err: after a good-bye writing fails as well
	var left *websocket.CloseError
	switch {
	case errors.Is(err, errStopped), ctx.Err() != nil:
	case errors.As(gone, &left) && left.Code != websocket.CloseAbnormalClosure:
		c.down("") // Telnyx does not document what it tells then
	default:
		c.down(noConnection)
	}
}

// open opens the socket, unless a fault keeps it from being.
func (c *carriage) open(ctx context.Context) (*websocket.Conn, error) {
	if f := c.streams.server.faults.Load(); f.FailStreams {
		_ = c.streams.server.config.Clock.Sleep(ctx, f.FailAfter) // or until the end
		return nil, errors.New("as it was told to")
	}
	conn, err := c.streams.dial(ctx, c)
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(maxSent)
	c.mu.Lock()
	c.conn = conn
	c.mu.Unlock()
	return conn, nil
}

func (c *carriage) down(reason string) {
	if reason != "" {
		c.streams.count.failed.Add(1)
	}
	c.streams.server.config.Network.Do(func(w *world.World) { w.StreamDown(c.stream, reason) })
}

// cut breaks the connection.
func (c *carriage) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		_ = c.conn.NetConn().Close() // it may be closed
	}
}

// drain reads what the far end sends, which changes nothing, until it sends no more.
func drain(conn *websocket.Conn) error {
	for {
		_, r, err := conn.NextReader()
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		if err != nil {
			return err
		}
	}
}

// part ends a stream as it is meant to be ended.
func (c *carriage) part() {
	ctx, cancel := context.WithTimeout(context.Background(), partWithin)
	defer cancel()
	until, _ := ctx.Deadline()
	_ = c.conn.SetWriteDeadline(until) // of an open connection it cannot fail
	_ = c.write(c.frames.stop())       // the far end may be gone
	_ = c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), until)
	select {
	case err := <-c.read:
		c.read <- err
	case <-ctx.Done():
	}
}

// send sends frames until there is nothing more to send, which is errStopped, or it
// cannot; nil means that reading tells why.
func (c *carriage) send(ctx context.Context) error {
	config := c.streams.server.config
	began := config.Clock.Now()
	voice := world.NewVoice(began)
	timer := config.Clock.Timer(0)
	defer timer.Stop()
	c.renew()
	if err := c.write([]byte(connectedFrame)); err != nil {
		return err
	}
	if err := c.write(c.frames.start()); err != nil {
		return err
	}
	heard := 0
	for {
		select {
		case <-timer.C:
		case e := <-c.keys:
			if err := c.write(c.frames.key(e)); err != nil {
				return err
			}
			continue
		case err := <-c.read:
			c.read <- err
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
		now := config.Clock.Now()
		if wall(0).Sub(c.renewed) > writeWithin/renewals { // by the wall: house time may stand still
			c.renew()
		}
		said, next, on := config.Network.Sound(c.stream, heard)
		heard = next
		for _, sentence := range said {
			voice.Say(sentence)
		}
		if err := c.catchUp(voice, now.Sub(began)); err != nil {
			return err
		}
		if !on {
			return errStopped
		}
		due := time.Duration(c.frames.chunk+1)*config.Packet - config.Clock.Now().Sub(began)
		timer.Reset(max(restless, config.Clock.Wall(due)))
	}
}

// renew gives the far end time from now on to take what is sent.
func (c *carriage) renew() {
	_ = c.conn.SetWriteDeadline(wall(writeWithin)) // of an open connection it cannot fail
	c.renewed = wall(0)
}

// catchUp sends the media frames that are due when a stream is so old.
func (c *carriage) catchUp(voice *world.Voice, age time.Duration) error {
	f := c.streams.server.faults.Load()
	if f.CutAfter > 0 && age >= f.CutAfter {
		c.cut()
	}
	behind := int64(age/c.frames.packet) - c.frames.chunk
	if behind <= 0 {
		return nil
	}
	if lost := behind - maxBehind; lost > 0 {
		c.frames.skip(lost, voice)
		c.streams.count.lost.Add(lost)
		behind = maxBehind
	}
	for range behind {
		if err := c.sendMedia(f, c.frames.next(voice)); err != nil {
			return err
		}
	}
	return nil
}

// sendMedia sends a media frame as the faults have it.
func (c *carriage) sendMedia(f *Faults, frame []byte) error {
	count := &c.streams.count
	switch {
	case c.happens(f.LoseFrames):
		count.lost.Add(1)
		return nil
	case c.happens(f.RepeatFrames):
		count.repeated.Add(1)
		if err := c.writeMedia(frame); err != nil {
			return err
		}
	case len(c.held) == 0 && c.happens(f.SwapFrames):
		count.swapped.Add(1)
		c.held = append(c.held, frame...)
		return nil
	}
	if err := c.writeMedia(frame); err != nil || len(c.held) == 0 {
		return err
	}
	held := c.held
	c.held = c.held[:0]
	return c.writeMedia(held)
}

func (c *carriage) happens(rate float64) bool { return rate > 0 && c.dice.Float64() < rate }

func (c *carriage) writeMedia(frame []byte) error {
	c.streams.count.frames.Add(1)
	return c.write(frame)
}

func (c *carriage) write(frame []byte) error {
	return c.conn.WriteMessage(websocket.TextMessage, frame)
}
