package enginetest

import (
	"slices"
	"time"

	"switchboard/engine"
)

// SimStopGrace is what commands get that are under way when the program is told to end.
const simStopGrace = 2 * time.Second

// stop tells the program to end, as the runner does it: nothing is taken in any more but
// the outcomes of what is under way, and only commands of running transfers are begun.
func (s *sim) stop(step *SimStep) {
	p := s.up
	if p == nil || p.stopping != nil {
		return
	}
	p.stopping, p.only = step, map[engine.SessionID]bool{}
	for _, x := range p.state.Frame().Sessions {
		if x.Transfer.Under() {
			p.only[x.ID] = true
		}
	}
	batch := p.inbox
	p.inbox = nil
	for _, a := range batch {
		if a.done != nil {
			a.done(false)
		}
	}
	p.keepLanes()
	s.dispatch()
	s.mine(simStopGrace, s.ends)
	s.stopped()
}

// keepLanes drops what waits of other sessions than those whose commands are still begun.
func (p *process) keepLanes() {
	p.ready = slices.DeleteFunc(p.ready, func(ln *simLane) bool { return !p.only[ln.key.session] })
	for key, ln := range p.lanes { // each by itself
		switch {
		case p.only[key.session]:
		case ln.busy:
			ln.waiting = nil
		default:
			delete(p.lanes, key)
		}
	}
}

// stopped ends the program that was told to, once nothing is under way.
func (s *sim) stopped() {
	p := s.up
	if p == nil || p.stopping == nil || len(p.outcomes) > 0 {
		return
	}
	for _, ln := range p.lanes { // whichever it is
		if ln.busy || len(ln.waiting) > 0 {
			return
		}
	}
	s.ends()
}

// ends is the end of a program that was told to end: it keeps a checkpoint.
func (s *sim) ends() {
	if p := s.up; p.stopping != nil && s.violation == nil {
		s.mark()
		s.kill(p.stopping)
	}
}
