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

	patient bool   // no line is dropped: whoever says one waits
	prompt  string // stands where the next command is typed; empty: nobody types
	shown   bool   // it stands there
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
	if o.shown { // the line takes the prompt's place
		text = "\r" + text
	}
	if o.patient {
		o.queue <- text // the goroutine empties it, also after a failure
		o.shown = false
		return
	}
	select {
	case o.queue <- text:
		o.lost, o.shown = 0, false
	default:
		o.lost++
	}
}

// ask shows the prompt where it does not stand yet.
func (o *output) ask() {
	if o.prompt == "" || o.shown {
		return
	}
	select {
	case o.queue <- o.prompt:
		o.shown = true
	default:
	}
}

// asked tells that a command was typed: the next line begins at the left.
func (o *output) asked() { o.shown = false }

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
