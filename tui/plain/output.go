package plain

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// An output writes lines in a goroutine of its own, so that nobody waits for a slow
// reader.
type output struct {
	to     io.Writer
	queue  chan string
	failed chan struct{} // closed when a write has failed
	done   chan struct{} // closed when the goroutine has ended
	lost   int           // lines dropped since the last that was queued
	once   sync.Once

	patient bool // no line is dropped: whoever says one waits
}

func newOutput(to io.Writer) *output {
	o := &output{to: to, queue: make(chan string, maxQueued), failed: make(chan struct{}), done: make(chan struct{})}
	go o.write()
	return o
}

// write writes what is queued until the queue is closed. After a failure it only
// empties the queue.
func (o *output) write() {
	defer close(o.done)
	failed := false
	for text := range o.queue {
		if failed {
			continue
		}
		if _, err := io.WriteString(o.to, text); err != nil {
			failed = true
			close(o.failed)
		}
	}
}

// line queues one line. Unless it is patient it never waits: while the queue is full lines
// are dropped.
func (o *output) line(text string) {
	text += "\n"
	if o.lost > 0 {
		text = fmt.Sprintf("(%d lines left out: the output is too slow)\n", o.lost) + text
	}
	if o.patient {
		o.queue <- text // the goroutine empties it, also after a failure
		return
	}
	select {
	case o.queue <- text:
		o.lost = 0
	default:
		o.lost++
	}
}

// close writes what is queued and ends the goroutine. A Write that is stuck is given
// flushWait, then left behind: only the end of the program can end it.
func (o *output) close() {
	o.once.Do(func() { close(o.queue) })
	if o.patient {
		<-o.done
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushWait)
	defer cancel()
	select {
	case <-o.done:
	case <-ctx.Done():
	}
}
