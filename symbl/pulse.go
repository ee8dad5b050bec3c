package symbl

import (
	"context"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// looks is how many looks at a socket in a row, each a part of its silence long, find
// nothing that is new before it is dead. The one before them saw the last sign.
const looks = 3

// A deadSocket is why a socket was closed on which nothing has come since.
type deadSocket struct{ since time.Time }

// Error returns what a supervisor may read.
func (deadSocket) Error() string { return "Symbl gives no sign of life on its socket" }

// A pulse tells whether a socket is alive: it pings, and looks whether anything comes.
//
// It counts looks, and sets no deadline to the reader: should this machine itself have
// stood still, its reader has time to find what came meanwhile.
type pulse struct {
	mu    sync.Mutex
	last  time.Time // house time of the last sign
	fresh bool      // it came since the last look
	busy  bool      // the reader is at work on what came: nobody reads what comes now
	dead  bool
}

// sign says that something has come.
func (p *pulse) sign(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last, p.fresh = now, true
}

// work keeps the socket from being taken for dead while its reader does something else
// than read.
func (p *pulse) work(do func()) {
	p.set(true)
	defer p.set(false)
	do()
}

func (p *pulse) set(busy bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy, p.fresh = busy, true
}

// look reports whether there was a sign since the last look, or could be none.
func (p *pulse) look() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	alive := p.fresh || p.busy
	p.fresh = false
	return alive
}

// why returns why a socket broke that could not be read any further: a deadSocket where it
// was closed as dead.
func (p *pulse) why(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return deadSocket{p.last}
	}
	return err
}

func (p *pulse) die() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dead = true
}

// beat pings until ctx is done, and closes the socket when nothing has come on it for
// the longest time that is allowed, in socket time, or a little less.
func (p *pulse) beat(ctx context.Context, conn *websocket.Conn, longest time.Duration) {
	every := longest / (looks + 1)
	for missed := 0; missed < looks; {
		until := wall(every)
		// A ping that cannot be sent is noticed by what does not come.
		conn.WriteControl(websocket.PingMessage, nil, until)
		wait, cancel := context.WithDeadline(ctx, until)
		<-wait.Done()
		cancel()
		if ctx.Err() != nil {
			return
		}
		if missed++; p.look() {
			missed = 0
		}
	}
	p.die()
	conn.Close()
}
