package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"switchboard/engine/clock"
	"switchboard/engine/recording"
	"switchboard/engine/world"
)

// House time between two customers' calls.
const (
	firstCall = 300 * time.Millisecond
	quickGap  = 700 * time.Millisecond  // between the first few, so that there is soon something to see
	leastGap  = 1200 * time.Millisecond // while there are fewer calls than wanted
	mostGap   = 3500 * time.Millisecond
	lookAgain = 500 * time.Millisecond // at how many calls there are
)

// opening are the callers who come first, so that whoever opens a demo soon sees what it
// is for: one who sours, one who asks for a person in words, operators that are busy or
// not there, and one who needs nobody.
var opening = []string{"slow-sour", "operator-busy", "asks-politely", "operator-voicemail", "calm-meter"}

// fewCalls is how many calls come quickly.
const fewCalls = 3

// callers are the customers of a pretend telephone network. They keep about as many
// calls alive as are wanted, and go through all recordings before one comes again. Their
// first are the opening; the seed shuffles the rest.
type callers struct {
	network    *world.Network
	clock      *clock.Clock
	recordings []*recording.Recording
	number     string // that they call
	live       int    // calls wanted at once
	chance     *rand.Rand
	deck       []*recording.Recording // still to be played in this round
}

func newCallers(n *world.Network, c *clock.Clock, recordings []*recording.Recording, number string, live int, seed uint64) *callers {
	all := &callers{network: n, clock: c, recordings: recordings, number: number, live: live,
		chance: rand.New(rand.NewPCG(seed, 0x63616c6c))}
	all.shuffle()
	slices.SortStableFunc(all.deck, func(a, b *recording.Recording) int { return turn(a) - turn(b) })
	return all
}

// turn returns whether a recording is played in the opening, and when.
func turn(r *recording.Recording) int {
	if i := slices.Index(opening, r.Name); i >= 0 {
		return i
	}
	return len(opening)
}

func (c *callers) shuffle() {
	c.deck = append(c.deck, c.recordings...)
	c.chance.Shuffle(len(c.deck), func(i, j int) { c.deck[i], c.deck[j] = c.deck[j], c.deck[i] })
}

// run has customers call until ctx is done, or the network takes no more.
func (c *callers) run(ctx context.Context) error {
	placed := 0
	for wait := firstCall; c.clock.Sleep(ctx, wait) == nil; {
		if c.network.Customers() >= c.live {
			wait = lookAgain
			continue
		}
		if _, err := c.network.Call(c.next(), c.number); err != nil {
			return fmt.Errorf("have a customer call: %w", err)
		}
		placed++
		wait = c.gap(placed)
	}
	return nil
}

// gap returns how long after so many calls the next one may come. Where many are
// wanted they come faster.
func (c *callers) gap(placed int) time.Duration {
	if placed < fewCalls {
		return quickGap
	}
	gap := leastGap + time.Duration(c.chance.Int64N(int64(mostGap-leastGap)))
	return gap * 10 / time.Duration(max(10, c.live))
}

// next returns the next recording of the deck, which is shuffled anew when it is empty.
func (c *callers) next() *recording.Recording {
	if len(c.deck) == 0 {
		c.shuffle()
	}
	r := c.deck[0]
	c.deck = c.deck[1:]
	return r
}
