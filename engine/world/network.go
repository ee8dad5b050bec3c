package world

import (
	"context"
	"sync"
	"time"

	"switchboard/engine/clock"
)

// A Network is a World that lives on house time. Its methods may be called from any
// goroutine; each sees the world as it is at that moment.
type Network struct {
	clock *clock.Clock
	poke  chan struct{} // something may be due earlier than was thought

	mu     sync.Mutex
	world  *World
	events []Event // told and not yet handed on
	hand   func([]Event)
}

// NewNetwork returns a network for a world, which belongs to it from here on. Nothing
// happens in it by itself until Run.
func NewNetwork(w *World, c *clock.Clock) *Network {
	return &Network{clock: c, world: w, poke: make(chan struct{}, 1)}
}

// Subscribe has hand called by Run with what happens, in order. There is one
// subscriber, who is told before Run; hand must not block, and must not call back.
func (n *Network) Subscribe(hand func([]Event)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hand = hand
}

// Run lets the world go on until ctx is done, whose error it returns. It wakes exactly
// when something is due or was commanded. It may be called once.
func (n *Network) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		wait, waiting := n.step()
		if !waiting {
			wait = longest
		}
		timer := n.clock.Timer(wait)
		select {
		case <-timer.C:
		case <-n.poke:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return ctx.Err()
}

// longest is how long Run sleeps when nothing is due.
const longest = time.Hour

// step hands on what has happened, and returns how long nothing will.
func (n *Network) step() (wait time.Duration, waiting bool) {
	n.mu.Lock()
	n.advance()
	events, hand := n.events, n.hand
	n.events = nil
	next, waiting := n.world.Next()
	wait = next.Sub(n.world.Now())
	n.mu.Unlock()
	if hand != nil && len(events) > 0 {
		hand(events)
	}
	return max(0, wait), waiting
}

// advance brings the world up to the present. The caller holds the lock.
func (n *Network) advance() {
	n.events = append(n.events, n.world.Advance(n.clock.Now())...)
	if extra := len(n.events) - maxEvents; extra > 0 {
		n.events = n.events[extra:]
	}
}

// Do runs f on the world as it is now. What f causes is told without delay. f must
// not keep the world.
func (n *Network) Do(f func(*World)) {
	n.mu.Lock()
	n.advance()
	f(n.world)
	n.mu.Unlock()
	select {
	case n.poke <- struct{}{}:
	default: // Run has yet to take the one before
	}
}

// look runs f on the world as it is now, which f does not change.
func (n *Network) look(f func(*World)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.advance()
	f(n.world)
}
