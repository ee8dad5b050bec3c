package enginetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"switchboard/engine"
	"switchboard/engine/world"
)

// The program around the engine, as package runner has it.
const (
	simBatch       = 256
	simTickFloor   = 100 * time.Millisecond
	simRetryPause  = time.Second
	simMarkEvery   = 1500 // events from one checkpoint to the next
	simFlushLeast  = time.Millisecond
	simFlushMost   = 12 * time.Millisecond
	simRetryStart  = 2 * time.Second
	simActingFirst = 150 * time.Millisecond // a plant: from acting to the flush
)

// A process is the program while it runs: all that is gone when it ends.
type process struct {
	state    engine.State
	inbox    []arrival
	outcomes []simOutcome // wait to be taken in
	turning  bool         // a turn is to come
	retry    time.Time    // when what waits for the journal is tried again
	lanes    map[simLaneKey]*simLane
	ready    []*simLane
	ticked   map[engine.SessionID]time.Time
	sinceLog int // events since the last checkpoint
	sweep    simSweep
	hearing  bool // what Symbl hears is looked for now and then

	stopping *SimStep                  // it was told to end
	only     map[engine.SessionID]bool // whose commands are still begun then
}

// An arrival is an entry on its way into the journal, and who is told whether it is there.
type arrival struct {
	entry engine.Entry
	done  func(durable bool)
}

type simOutcome struct {
	entry engine.Entry
	lane  *simLane // whose place it takes; nil for what was never sent
}

type simLaneKey struct {
	session engine.SessionID
	adapter engine.Adapter
}

// A simLane is the commands of one session that wait for one adapter.
type simLane struct {
	key     simLaneKey
	waiting []engine.Command
	under   engine.CommandName // being carried out, or its outcome waits
	busy    bool
	queued  bool
}

// start is a start of the program, on the journal that there is.
func (s *sim) start() {
	if s.now.Before(s.full) { // it says so, and ends
		s.place(s.full.Add(simRetryStart), s.start)
		return
	}
	var state engine.State
	if s.past != nil { // it was recovered when the program ended: nothing has been written since
		state, s.past = *s.past, nil
	} else {
		var ok bool
		if state, ok = s.recovered(); !ok {
			return
		}
	}
	state.Strict()
	p := &process{state: state, lanes: map[simLaneKey]*simLane{}, ticked: map[engine.SessionID]time.Time{}, sweep: newSimSweep()}
	s.up = p
	s.starts++
	clear(s.watch.since) // it has its time anew
	from := p.state.Seq
	settings := engine.Entry{ID: fmt.Sprintf("start/%d/0", from), By: engine.ByRunner, Occurred: s.now, Body: engine.SettingsLoaded{Settings: s.settings}}
	if !s.write([]engine.Entry{settings}, nil) {
		return
	}
	var resumed []engine.Entry
	for _, id := range p.state.Open() {
		resumed = append(resumed, engine.Entry{ID: fmt.Sprintf("resumed/%s/%d", id, from), By: engine.ByRunner, Occurred: s.now, Body: engine.Resumed{Session: id}})
	}
	if s.plan.plant.forgetResumed {
		resumed = nil
	}
	if !s.write(resumed, nil) {
		return
	}
	s.mark()
	s.dispatch()
	s.sweepAt(0)
	s.listenOn()
}

// recovered returns the state that the journal leads to.
func (s *sim) recovered() (state engine.State, ok bool) {
	s.guard(func() {
		var err error
		if state, err = s.recover(&s.journal); err != nil {
			s.fail("the program starts on its journal", "%v", err)
		}
	})
	return state, s.violation == nil
}

// submit hands in what happened. Done is told when it is durable, or that it is not.
func (s *sim) submit(e engine.Entry, done func(bool)) {
	p := s.up
	if p == nil || p.stopping != nil {
		if done != nil {
			done(false)
		}
		return
	}
	p.inbox = append(p.inbox, arrival{e, done})
	s.turnSoon()
}

func (s *sim) turnSoon() {
	p := s.up
	if p.turning {
		return
	}
	p.turning = true
	s.mine(s.dice.between(simFlushLeast, simFlushMost, "flush", itoa(int(p.state.Seq))), s.turn)
}

// turn takes in all that waits.
func (s *sim) turn() {
	p := s.up
	p.turning = false
	var outcomes []simOutcome
	if !s.now.Before(p.retry) {
		n := min(len(p.outcomes), simBatch)
		outcomes, p.outcomes = p.outcomes[:n:n], p.outcomes[n:]
	}
	batch := p.inbox
	p.inbox = nil
	if len(outcomes)+len(batch) == 0 {
		return
	}
	var entries []engine.Entry
	for _, o := range outcomes {
		entries = append(entries, o.entry)
	}
	for _, a := range batch {
		entries = append(entries, a.entry)
	}
	answer := func(durable bool) {
		for _, a := range batch {
			if a.done != nil {
				a.done(durable)
			}
		}
		if !durable {
			p.outcomes = append(outcomes, p.outcomes...)
			return
		}
		for _, o := range outcomes {
			if o.lane != nil {
				o.lane.busy, o.lane.under = false, ""
				s.queue(o.lane)
			}
		}
	}
	if s.write(entries, answer) {
		s.dispatch()
		s.stopped()
	}
}

// write takes entries in: on the disk first, then answered, then stepped. It reports
// false where the journal could not write, or the program has ended.
func (s *sim) write(entries []engine.Entry, answer func(durable bool)) bool {
	p := s.up
	if len(entries) == 0 {
		return true
	}
	tell := func(durable bool) {
		if answer != nil {
			answer(durable)
		}
	}
	if s.now.Before(s.full) {
		tell(false)
		p.retry = s.now.Add(simRetryPause)
		s.mine(simRetryPause, s.turnSoon)
		return false
	}
	p.retry = time.Time{}
	if !s.plan.plant.showPaid {
		s.hide(s.now, &p.state, entries)
	}
	events := s.journal.append(s.now, entries)
	switch {
	case s.plan.plant.actFirst:
		s.step(events)
		if s.up != p || s.violation != nil {
			return false
		}
		s.mine(simActingFirst, func() {
			if s.dies(killBeforeFlush) {
				tell(false)
				return
			}
			s.journal.flush()
			tell(true)
			s.dispatch()
		})
		return true
	case s.plan.plant.answerFirst:
		tell(true)
	}
	if s.dies(killBeforeFlush) {
		tell(false)
		return false
	}
	s.journal.flush()
	if s.dies(killAfterFlush) {
		tell(false)
		return false
	}
	tell(true)
	if s.dies(killAfterAnswer) {
		return false
	}
	s.step(events)
	return s.up == p && s.violation == nil
}

// step steps the engine through events.
func (s *sim) step(events []engine.Event) {
	p := s.up
	for _, e := range events {
		s.owner(e)
		var commands []engine.Command
		s.guard(func() { p.state, commands = s.plan.plant.step(p.state, e) })
		if s.violation != nil {
			return
		}
		s.tracing(e, commands)
		s.stats.Events++
		s.stats.Commands += len(commands)
		if s.check(e, commands); s.violation != nil {
			return
		}
		if s.dies(killAfterStep) {
			return
		}
		for _, c := range commands {
			s.add(c)
		}
	}
	if p.sinceLog += len(events); p.sinceLog >= simMarkEvery {
		s.mark()
	}
	s.sweepWhileLive()
}

// tracing writes an event and what it calls for.
func (s *sim) tracing(e engine.Event, commands []engine.Command) {
	if s.trace == nil {
		return
	}
	kind, data, err := engine.EncodeBody(e.Body)
	if err != nil {
		data = []byte(err.Error())
	}
	fmt.Fprintf(s.trace, "%9.3f %d %s %s %s\n", s.now.Sub(Start).Seconds(), e.Seq, kind, data, e.ID)
	for _, c := range commands {
		fmt.Fprintf(s.trace, "          > %s%s\n", c.Name, fields(c.Action))
	}
}

// mark keeps a checkpoint.
func (s *sim) mark() {
	p := s.up
	p.sinceLog = 0
	if s.journal.seq() != uint64(len(s.journal.durable)) || p.state.Seq != s.journal.seq() {
		return // something is not flushed yet
	}
	kept := p.state.Checkpoint()
	data, err := json.Marshal(&kept)
	if err != nil {
		s.fail("a state can be kept", "%v", err)
		return
	}
	s.journal.checkpoint(kept.Seq, s.plan.plant.kept(data))
}

// ticks journals one Ticked for each session whose deadline has come.
func (s *sim) ticks() {
	p := s.up
	if p == nil || p.stopping != nil || s.violation != nil {
		return
	}
	at, ok := p.nextTick(s.now)
	if !ok || at.After(s.now) {
		return
	}
	for id, at := range p.ticked { // only forgets: the order does not matter
		if s.now.Sub(at) >= simTickFloor {
			delete(p.ticked, id)
		}
	}
	var entries []engine.Entry
	for _, id := range p.state.Due(s.now, simBatch+len(p.ticked)) {
		if _, held := p.ticked[id]; held || len(entries) == simBatch {
			continue
		}
		p.ticked[id] = s.now
		entries = append(entries, engine.Entry{
			ID: fmt.Sprintf("tick/%s/%d", id, p.state.Seq), By: engine.ByRunner, Occurred: s.now, Body: engine.Ticked{Session: id},
		})
	}
	if s.now.Before(s.full) {
		clear(p.ticked)
	}
	if s.write(entries, nil) {
		s.dispatch()
	}
}

// nextTick returns when to look for sessions whose deadline has come.
func (p *process) nextTick(now time.Time) (time.Time, bool) {
	at, ok := p.state.Next()
	if ok && !at.After(now) && len(p.ticked) > 0 {
		at = now.Add(simTickFloor / 2) // the earliest may have been told a moment ago
		for _, told := range p.ticked {
			if now.Sub(told) >= simTickFloor {
				at = now
			}
		}
	}
	if ok && at.Before(p.retry) {
		at = p.retry
	}
	return at, ok
}

// add puts a command at the end of its lane.
func (s *sim) add(c engine.Command) {
	p := s.up
	if p.stopping != nil && !p.only[c.Session] {
		return // it is left for the next start
	}
	if _, file := c.Action.(engine.File); file && s.plan.plant.neverFile {
		return
	}
	key := simLaneKey{c.Session, c.Adapter()}
	ln := p.lanes[key]
	if ln == nil {
		ln = &simLane{key: key}
		p.lanes[key] = ln
	}
	ln.waiting = append(ln.waiting, s.plan.plant.named(c))
	s.queue(ln)
}

func (s *sim) queue(ln *simLane) {
	switch {
	case ln.busy || ln.queued:
	case len(ln.waiting) > 0:
		ln.queued = true
		s.up.ready = append(s.up.ready, ln)
	default:
		delete(s.up.lanes, ln.key)
	}
}

// dispatch begins what may be carried out now.
func (s *sim) dispatch() {
	p := s.up
	for p == s.up && len(p.ready) > 0 {
		ln := p.ready[0]
		p.ready = p.ready[1:]
		ln.queued = false
		c := ln.waiting[0]
		ln.waiting = ln.waiting[1:]
		if s.now.Sub(c.Decided) > engine.CommandLife {
			s.settle(c, engine.Lapsed{Command: c.Name}, nil)
			s.queue(ln)
			continue
		}
		ln.busy, ln.under = true, c.Name
		s.send(&simDelivery{command: c, lane: ln, starts: s.starts, began: s.now})
	}
}

// settle keeps what became of a command, to be taken in.
func (s *sim) settle(c engine.Command, body engine.Body, ln *simLane) {
	s.up.outcomes = append(s.up.outcomes, simOutcome{
		engine.Entry{ID: string(c.Name) + "/outcome", By: engine.ByRunner, Occurred: s.now, Body: body}, ln})
	s.turnSoon()
}

// dies ends the program at a named place, if that is to be.
func (s *sim) dies(place string) bool {
	for i, step := range s.kills {
		if step.What == place && s.up != nil {
			s.kills = slices.Delete(s.kills, i, i+1)
			s.kill(step)
			return true
		}
	}
	return false
}

// kill ends the program, and has it start again some time later.
func (s *sim) kill(step *SimStep) {
	p := s.up
	if p == nil {
		return
	}
	s.up = nil
	s.stats.Crashes++
	s.began(step)
	s.journal.lose()
	for _, a := range p.inbox {
		if a.done != nil {
			a.done(false)
		}
	}
	s.farEndsSeeItEnd()
	s.checkAtCrash(&p.state)
	s.after(step.For, s.start)
}

// compare holds the state in memory against that which the journal leads to.
func (s *sim) compare(memory *engine.State) {
	back, ok := s.recovered()
	if !ok {
		return
	}
	s.stats.Compared++
	s.guard(func() { // what is on the disk and was not stepped yet
		for memory.Seq < uint64(len(s.journal.durable)) {
			*memory, _ = engine.Step(*memory, s.journal.durable[memory.Seq])
		}
	})
	if s.violation != nil {
		return
	}
	want, err := json.Marshal(memory)
	got, err2 := json.Marshal(&back)
	if err != nil || err2 != nil {
		s.fail("a state can be kept", "%v %v", err, err2)
		return
	}
	s.privateIn(want)
	if !bytes.Equal(got, want) {
		s.fail("the same state from the journal as in memory", "from the journal …%s…, in memory …%s…", differs(got, want), differs(want, got))
	}
	s.past = &back
}

// differs returns where a text is another than one beside it.
func differs(a, b []byte) []byte {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return a[max(0, min(i-60, len(a))):min(len(a), i+60)]
}

// farEndsSeeItEnd is the end of the program as others see it: its sockets close.
func (s *sim) farEndsSeeItEnd() {
	for _, l := range s.streams() {
		s.world.StreamDown(s.far.lines[l].stream, "")
	}
	clear(s.far.lines)
	for _, e := range s.far.ears {
		e.hearing = false
	}
	s.fromWorld()
}

// legOf returns what is known of a leg of the world.
func (s *sim) legOf(id engine.LegID) *simLeg { return s.legs[world.LegID(id)] }
