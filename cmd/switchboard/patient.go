package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

// How long the end of the program waits for who reads what it writes, on the wall: a
// terminal that is halted takes nothing, and must not hold up the end.
const (
	writeTakes = 500 * time.Millisecond // a line
	leaveTakes = time.Second            // the console
)

// errNotTaken means that nobody reads what is written.
var errNotTaken = errors.New("nobody reads what is written here")

// A patient writer writes to another as long as that takes what is written soon. After
// that everything is lost, and nobody waits. It may be used from any goroutine.
type patient struct {
	to io.Writer

	mu   sync.Mutex
	lost bool
}

// Write writes to the other, or returns an error soon.
func (p *patient) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lost {
		return 0, errNotTaken
	}
	text := bytes.Clone(b) // it may be left behind
	err := soon(context.Background(), writeTakes, func() error {
		_, err := p.to.Write(text)
		return err
	})
	if errors.Is(err, errNotTaken) {
		p.lost = true
	}
	if err != nil {
		return 0, err
	}
	return len(b), nil
}

// soon returns what f does, but errNotTaken where ctx is done and f does not return within
// grace after that; with a context that is never done, within grace. Then f is left behind:
// the process is about to end, and nothing makes a write return that nobody takes.
func soon(ctx context.Context, grace time.Duration, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	if ctx.Done() != nil {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
		}
	}
	wait, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	select {
	case err := <-done:
		return err
	case <-wait.Done():
		return errNotTaken
	}
}
