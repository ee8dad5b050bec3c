package world

import (
	"container/heap"
	"time"
)

// Limits of a World. Past them a call or a command is refused, or the oldest of what
// is over is forgotten.
const (
	maxLive        = 8192  // legs that are alive
	maxEnded       = 65536 // legs and conferences that are over and still known
	maxRemembered  = 65536 // commands in the command_id window
	maxEvents      = 65536 // not yet taken; beyond it the oldest are lost
	maxQueue       = 32    // prompts waiting on a leg
	maxWords       = 256   // lines waiting to be said by a person
	maxHeard       = 16384 // sentences heard by a leg; beyond it the leg hears no more
	maxStays       = 1024  // comings and goings remembered of a conference
	maxMembers     = 250   // of a conference, by default
	maxDigits      = 256   // dialled by one that calls in
	maxRoles       = 64    // that a leg is remembered to have had in a conference
	maxClientState = 4096  // bytes
)

// Config is what a World is made from.
type Config struct {
	Seed  uint64    // of everything that looks like chance
	Start time.Time // the time at which the world begins

	// Lines is how many calls a dialled number takes at once before it is engaged: one
	// if it is 0, any number if it is negative.
	Lines int

	// Front is the number of the front desk: who dials it for a customer gets the front
	// of his recording, and no operator. It takes any number of calls. Empty: none.
	Front string

	// Keep is how long a leg or a conference is still known after its end: ten minutes,
	// as with Telnyx, if it is 0.
	Keep time.Duration

	// Media are the names of the audio files that were uploaded. Every http address is
	// taken to be one.
	Media []string

	// Phones are numbers of ours that are no operator's, whomever they are dialled for: a
	// supervisor's. Who is there answers after four seconds and presses nothing.
	Phones []string

	// ALaw is how many of the legs, of 1, speak A-law; the others speak mu-law.
	ALaw float64

	Limits Limits
	Faults Faults
}

// Limits are those of the pretend account. A zero is no limit.
type Limits struct {
	Account    int // outgoing legs at once: refused with 90041
	Profile    int // 90042
	Connection int // 90043
	Dials      int // dials a second, summed up over five: 90103

	// Late has the limit of the account told as a new account's is: the dial is accepted,
	// and the leg dies with SIP 403, "User channel limit exceeded D1" (section 2).
	Late bool
}

const (
	keepEnded   = 10 * time.Minute
	legLife     = 4 * time.Hour
	patience    = 60 * time.Second // of a caller whom nobody answers
	dialsWindow = 5 * time.Second
)

// A World is a pretend telephone network at one moment. Its methods are not safe for
// use from several goroutines at once; see [Network].
//
// A command acts at the time to which the world was last advanced. What it causes is
// told by the events of the next Advance.
type World struct {
	cfg    Config
	now    time.Time
	agenda agenda
	placed uint64 // tasks ever placed
	dead   int    // tasks on the agenda whose leg is gone
	events []Event

	legs        map[LegID]*leg
	conferences map[ConferenceID]*conference
	ended       []grave // the oldest first
	live        []*leg  // in the order in which they came
	rooms       []*conference

	memory   map[string]memo
	recalled []string // keys of memory, the oldest first
	dials    []time.Time

	tapes []Tape // of legs that are over, the oldest first

	customers, callers, strangers, opened int // ever
}

// A grave is a leg or a conference that is over.
type grave struct {
	at         time.Time
	leg        LegID
	conference ConferenceID
}

// New returns an empty world.
func New(cfg Config) *World {
	if cfg.Lines == 0 {
		cfg.Lines = 1
	}
	if cfg.Keep == 0 {
		cfg.Keep = keepEnded
	}
	return &World{
		cfg:         cfg,
		now:         cfg.Start,
		legs:        map[LegID]*leg{},
		conferences: map[ConferenceID]*conference{},
		memory:      map[string]memo{},
	}
}

// Now returns the time to which the world was advanced.
func (w *World) Now() time.Time { return w.now }

// Advance lets everything happen that is due up to now, and returns what has happened
// since the last Advance, in order. Time never runs backwards: an earlier now is taken
// as the present.
func (w *World) Advance(now time.Time) []Event {
	for len(w.agenda) > 0 && !w.agenda[0].at.After(now) {
		t := heap.Pop(&w.agenda).(task)
		if t.gone() {
			w.dead--
			continue
		}
		if t.leg != nil {
			t.leg.tasks--
		}
		if t.at.After(w.now) {
			w.now = t.at
		}
		t.do()
	}
	if now.After(w.now) {
		w.now = now
	}
	w.forget()
	events := w.events
	w.events = nil
	return events
}

// Next returns when the next thing is due, if anything is. What has happened already
// and was not yet told is due now.
func (w *World) Next() (time.Time, bool) {
	if len(w.events) > 0 {
		return w.now, true
	}
	for len(w.agenda) > 0 && w.agenda[0].gone() {
		heap.Pop(&w.agenda)
		w.dead--
	}
	if len(w.agenda) == 0 {
		return time.Time{}, false
	}
	return w.agenda[0].at, true
}

// A task is something that will happen. One that belongs to a leg does not happen if
// the leg is gone by then.
type task struct {
	at  time.Time
	seq uint64
	leg *leg
	do  func()
}

func (t task) gone() bool { return t.leg != nil && t.leg.status == gone }

// after places a task on the agenda.
func (w *World) after(d time.Duration, l *leg, do func()) {
	if l != nil {
		if l.status == gone {
			return
		}
		l.tasks++
	}
	w.placed++
	heap.Push(&w.agenda, task{at: w.now.Add(d), seq: w.placed, leg: l, do: do})
}

// drop strikes a leg's tasks off the agenda, at the latest when half of it is dead.
func (w *World) drop(l *leg) {
	w.dead += l.tasks
	l.tasks = 0
	if w.dead*2 <= len(w.agenda) {
		return
	}
	kept := w.agenda[:0]
	for _, t := range w.agenda {
		if !t.gone() {
			kept = append(kept, t)
		}
	}
	clear(w.agenda[len(kept):])
	w.agenda, w.dead = kept, 0
	heap.Init(&w.agenda)
}

// forget drops what has been over for long enough.
func (w *World) forget() {
	for len(w.ended) > 0 && (len(w.ended) > maxEnded || w.now.Sub(w.ended[0].at) > w.cfg.Keep) {
		delete(w.legs, w.ended[0].leg)
		delete(w.conferences, w.ended[0].conference)
		w.ended = w.ended[1:]
	}
	for len(w.recalled) > 0 && (len(w.recalled) > maxRemembered || !w.memory[w.recalled[0]].until.After(w.now)) {
		delete(w.memory, w.recalled[0])
		w.recalled = w.recalled[1:]
	}
	for len(w.dials) > 0 && w.now.Sub(w.dials[0]) >= dialsWindow {
		w.dials = w.dials[1:]
	}
}

// An agenda is a heap of tasks: the earliest first, and of two at the same time the
// one that was placed first.
type agenda []task

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if a[i].at.Equal(a[j].at) {
		return a[i].seq < a[j].seq
	}
	return a[i].at.Before(a[j].at)
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(task)) }
func (a *agenda) Pop() any {
	last := len(*a) - 1
	t := (*a)[last]
	(*a)[last] = task{}
	*a = (*a)[:last]
	return t
}
