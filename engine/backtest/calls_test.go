package backtest_test

import (
	"cmp"
	"container/heap"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/backtest"
	"switchboard/engine/enginetest"
)

// A kind of caller.
type caller int

const (
	calm    caller = iota // says what he has to say
	sour                  // is content at first, and then less and less
	forced                // sours, and a supervisor has an operator called
	unlucky               // calm, but one of his sentences scores badly
)

// sentences are what callers say. None asks for a person, and no two are alike.
var sentences = strings.Split(strings.TrimSpace(`
the parcel was meant to come on a tuesday in the morning
my number ends in four four seven and the street is birch lane
there was a letter about the meter under our stairs
i have the invoice from october right in front of me
we moved last spring so perhaps the old address is still there
the blue light blinks twice and then it stays dark
it says pending on the website since the weekend
i paid by card at the counter in the station
could you look whether the booking has gone through
the colour was supposed to be green with a white edge
my sister ordered the same one and hers came yesterday
you can leave it with the neighbour at number nine
the second page has a reference with two letters
it worked until the storm and not at all since then
i would like to change the date to the nineteenth
our school needs thirty copies before the holidays
that window closes before i can type anything
the ticket covers both directions as far as i know
i read the leaflet and it speaks of fourteen days
the engineer left a card with a telephone code
breakfast was included when i looked last week
both keys turn and still the door will not open
the first bill had the right amount on it
maybe the file was too large for the form
the garden hose fits but the tap on top does not
we are four adults and one child with a pram
the coupon went missing somewhere between two pages
my battery lasts an hour where it used to last a day
please note that the entrance is round the back
i wrote to the address at the bottom of the page
the noise begins when the pump has been on a while
it is the same cable that came in the box
they asked for a photo so i took three of them
the train left from another platform that evening
half of the order is here and half is in leeds
your map shows our road as ending at the river
`), "\n")

// A made thing is one that happens to a call that is made.
type made struct {
	at time.Time
	n  int
	do func()
}

type timeline []made

func (h timeline) Len() int           { return len(h) }
func (h timeline) Less(i, j int) bool { return cmp.Or(h[i].at.Compare(h[j].at), h[i].n-h[j].n) < 0 }
func (h timeline) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *timeline) Push(x any)        { *h = append(*h, x.(made)) }
func (h *timeline) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// A house is a small pretend network in which calls are made: quicker than the world,
// and with nothing that goes wrong.
type house struct {
	state     engine.State
	events    []engine.Event
	now       time.Time
	plan      timeline
	n         int
	codes     map[string]string // by listener's leg
	operators map[engine.LegID]bool
	random    *rand.Rand
}

// journalOf makes a journal of calls that come one after the other, about eight at once.
// The same seed makes the same journal.
func journalOf(seed uint64, callers ...caller) []engine.Event {
	h := &house{
		state: engine.NewState(enginetest.Epoch), now: enginetest.Start, codes: map[string]string{},
		operators: map[engine.LegID]bool{}, random: rand.New(rand.NewPCG(seed, 1)),
	}
	settings := enginetest.Defaults()
	settings.Policy = engine.Policy{}
	h.enter(engine.SettingsLoaded{Settings: settings})
	for i, c := range callers {
		h.later(time.Duration(i)*40*time.Second, func() { h.call(fmt.Sprint("c", i), c) })
	}
	for h.tick() || len(h.plan) > 0 {
		if len(h.plan) == 0 {
			continue
		}
		next := heap.Pop(&h.plan).(made)
		h.now = next.at
		next.do()
	}
	return h.events
}

func (h *house) later(d time.Duration, do func()) {
	h.n++
	heap.Push(&h.plan, made{h.now.Add(d), h.n, do})
}

// tick runs the deadlines that come before what is planned next, and reports whether
// there was one.
func (h *house) tick() bool {
	ran := false
	for {
		at, ok := h.state.Next()
		if !ok || len(h.plan) > 0 && at.After(h.plan[0].at) {
			return ran
		}
		h.now = later(h.now, at)
		for _, id := range h.state.Due(h.now, 1) {
			h.enter(engine.Ticked{Session: id})
		}
		ran = true
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// enter does what the journal and the runner do.
func (h *house) enter(bodies ...engine.Body) {
	for len(bodies) > 0 {
		e := engine.Event{Seq: h.state.Seq + 1, At: h.now, Entry: engine.Entry{ID: fmt.Sprint(h.state.Seq + 1), Body: bodies[0]}}
		h.events = append(h.events, e)
		bodies = bodies[1:]
		next, commands := engine.Step(h.state, e)
		h.state = next
		for _, c := range commands {
			bodies = append(bodies, h.carryOut(c))
		}
	}
}

func (h *house) soon(d time.Duration, b engine.Body) { h.later(d, func() { h.enter(b) }) }

// carryOut returns what becomes of a command, and has happen what follows from it.
func (h *house) carryOut(c engine.Command) engine.Body {
	ref := func(id engine.LegID) engine.LegRef { return engine.LegRef{Leg: id} }
	switch a := c.Action.(type) {
	case engine.Answer:
		h.soon(300*time.Millisecond, engine.LegAnswered{LegRef: ref(a.Leg)})
	case engine.OpenConference:
		room := engine.ConferenceID("room-" + c.Session)
		h.soon(200*time.Millisecond, engine.ParticipantJoined{LegRef: ref(a.Leg), Conference: room})
		return engine.ConferenceOpened{Command: c.Name, Conference: room}
	case engine.Speak:
		h.soon(3*time.Second, engine.SpeechEnded{LegRef: ref(a.Leg), Status: "completed"})
	case engine.Gather:
		if code := h.codes[string(a.Leg)]; code != "" {
			h.soon(time.Second, engine.Gathered{LegRef: ref(a.Leg), Digits: code, Status: "valid"})
		} else if h.operators[a.Leg] { // he has been briefed, and takes the call
			h.soon(4*time.Second, engine.Gathered{LegRef: ref(a.Leg), Digits: "1", Status: "valid"})
		} else {
			h.soon(9*time.Second, engine.Gathered{LegRef: ref(a.Leg), Status: "timeout"})
		}
	case engine.Listen:
		leg := engine.LegID("x-" + c.Session)
		h.codes[string(leg)] = a.Code
		h.soon(time.Second, engine.LegInitiated{
			LegRef: ref(leg), Direction: engine.Incoming, From: "+12025550198", To: enginetest.Defaults().ListenNumber,
		})
		return engine.Listening{Command: c.Name, Connection: "x", Conversation: "v"}
	case engine.Join:
		h.soon(200*time.Millisecond, engine.ParticipantJoined{LegRef: ref(a.Leg), Conference: a.Conference})
	case engine.Dial:
		leg := engine.LegID(string(c.Session) + "-" + a.To)
		h.operators[leg] = true
		h.soon(4*time.Second, engine.LegAnswered{LegRef: ref(leg)})
		return engine.Dialled{Command: c.Name, Leg: leg}
	case engine.Hangup:
		h.soon(200*time.Millisecond, engine.LegHungUp{LegRef: ref(a.Leg), Cause: "normal_clearing"})
	}
	return engine.Accepted{Command: c.Name}
}

// call has a customer call and say thirty sentences.
func (h *house) call(leg string, c caller) {
	h.enter(engine.LegInitiated{
		LegRef: engine.LegRef{Leg: engine.LegID(leg)}, Direction: engine.Incoming,
		From: fmt.Sprintf("+120255501%02d", h.random.IntN(80)+10), To: enginetest.Defaults().Number,
	})
	id := h.state.Changed()[0].ID
	const spoken = 30 // sentences, after the menus
	said := h.random.Perm(len(sentences))
	for i, at := range []time.Duration{11 * time.Second, 20 * time.Second, 29 * time.Second} {
		h.later(at, func() { h.say(id, spoken+i, sentences[said[spoken+i]], 50) }) // to the menu
	}
	at := 45 * time.Second // when the menus are over
	bad := 8 + h.random.IntN(8)
	for i := range spoken {
		polarity := engine.Polarity(h.random.IntN(500) - 150)
		switch {
		case (c == sour || c == forced) && i >= bad && h.random.IntN(10) < 8:
			polarity = -400 - engine.Polarity(h.random.IntN(450))
		case c == unlucky && i == bad:
			polarity = -720
		}
		h.later(at, func() { h.say(id, i, sentences[said[i]], polarity) })
		at += 6*time.Second + time.Duration(h.random.IntN(60))*100*time.Millisecond
		if c == forced && i == bad+12 {
			h.soon(at-time.Second, engine.TransferAsked{Session: id})
		}
	}
	h.soon(at, engine.LegHungUp{LegRef: engine.LegRef{Leg: engine.LegID(leg)}, Cause: "normal_clearing"})
}

func (h *house) say(id engine.SessionID, i int, text string, p engine.Polarity) {
	h.enter(engine.Uttered{
		Session: id, Connection: "x", Conversation: "v", Message: fmt.Sprint(id, "-", i), Revision: 1, Text: text,
		Start: h.now.Add(-4500 * time.Millisecond), End: h.now.Add(-1500 * time.Millisecond), Scored: true, Polarity: p, Confidence: 900,
	})
}

// source returns a journal of events as a source, all of whose calls carry a label.
func source(name string, events []engine.Event, expect backtest.Label) backtest.Source {
	return backtest.Source{Name: name, Size: len(events), Open: func() (backtest.Reading, error) {
		return backtest.Reading{Epoch: enginetest.Epoch, Expect: expect, Events: func(yield func(engine.Event) error) error {
			for _, e := range events {
				if err := yield(e); err != nil {
					return err
				}
			}
			return nil
		}}, nil
	}}
}
