package enginetest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/world"
)

// The sweep, by the rules of package telnyx (sweep.go, sweeproom.go, finding.go), on
// the world itself: who is alive is asked between two looks at what we hold.
const (
	simSweepEvery = 30 * time.Second
	simSweepAgain = 5 * time.Second
	simSweepTakes = 400 * time.Millisecond
	simSettled    = 20 * time.Second
	simAgreed     = 2
)

type simSweep struct {
	done  int
	quiet int  // sweeps running, while no call was live and nothing was found
	under bool // one is to come
	legs  simFindings
	rooms map[engine.ConferenceID]simFindings
}

func newSimSweep() simSweep {
	return simSweep{legs: simFindings{}, rooms: map[engine.ConferenceID]simFindings{}}
}

// simFindings are what a look has found, from when it was first seen.
type simFindings map[engine.Body]*simFinding

type simFinding struct {
	since time.Time
	times int
	told  bool
}

func (all simFindings) look(found []engine.Body, now time.Time) simFindings {
	next := simFindings{}
	for _, b := range found {
		f := all[b]
		if f == nil {
			f = &simFinding{since: now}
		}
		f.times++
		next[b] = f
	}
	return next
}

func (s *sim) sweepAt(d time.Duration) {
	s.up.sweep.under = true
	s.mine(d, s.sweepBegins)
}

// sweepWhileLive sees to it that sweeps go on while calls live.
func (s *sim) sweepWhileLive() {
	if p := s.up; p != nil && !p.sweep.under && len(p.state.Open()) > 0 {
		s.sweepAt(simSweepEvery)
	}
}

// sweepBegins looks at what we hold, asks, and looks again.
func (s *sim) sweepBegins() {
	p := s.up
	before := p.state.Frame()
	if p.sweep.quiet >= simAgreed && len(before.Sessions) == 0 {
		p.sweep.under = false
		return
	}
	calls, rooms := s.activeCalls(), s.rooms(before)
	s.mine(simSweepTakes, func() {
		s.sweepEnds(before, calls, rooms)
		if s.up != p || s.violation != nil {
			return
		}
		p.sweep.done++
		p.sweep.quiet++
		if len(p.sweep.legs) > 0 || len(p.state.Frame().Sessions) > 0 {
			p.sweep.quiet = 0
		}
		if p.sweep.done < simAgreed {
			s.sweepAt(simSweepAgain)
		} else {
			s.sweepAt(simSweepEvery)
		}
	})
}

type simRoom struct {
	id engine.ConferenceID
	in map[engine.LegID]world.Participant
}

// unlisted is one of how many legs that a list of active calls leaves out: nobody says how
// fresh it is.
const unlisted = 40

// activeCalls returns the legs that Telnyx lists, but for some.
func (s *sim) activeCalls() []engine.LegRef {
	var refs []engine.LegRef
	for _, l := range s.world.Live() {
		leg := s.legs[l.ID]
		if leg == nil || leg.role == engine.RoleListener && l.State == "" {
			continue // it is not answered: Telnyx may list it, and it says nothing to us
		}
		if s.dice.roll(unlisted, "listed", string(l.ID), itoa(int(s.now.Sub(Start)/time.Second))) == 0 {
			continue
		}
		e := world.Event{Leg: l.ID, CallLeg: l.CallLeg, State: l.State, Kind: world.Answered}
		b, _ := body(e)
		refs = append(refs, b.(engine.LegAnswered).LegRef)
	}
	return refs
}

func (s *sim) rooms(f *engine.Frame) []simRoom {
	var all []simRoom
	for _, session := range f.Sessions {
		if session.Conference == "" || session.Phase != engine.PhaseTalking || session.Ending != "" || session.Quarantined.Event != 0 {
			continue
		}
		in := map[engine.LegID]world.Participant{}
		list, _ := s.world.Participants(world.ConferenceID(session.Conference)) // who is in one that is over: nobody
		for _, p := range list {
			in[engine.LegID(p.Leg)] = p
		}
		all = append(all, simRoom{session.Conference, in})
	}
	return all
}

// sweepEnds submits what two sweeps running have agreed about.
func (s *sim) sweepEnds(before *engine.Frame, calls []engine.LegRef, rooms []simRoom) {
	s.lookRound()
	p, after := s.up, s.up.state.Frame()
	active := map[engine.LegID]bool{}
	for _, c := range calls {
		active[c.Leg] = true
	}
	both := func(a, b []engine.Body) []engine.Body {
		return slices.DeleteFunc(a, func(x engine.Body) bool { return !slices.Contains(b, x) })
	}
	found := both(s.unlike(before, calls, active), s.unlike(after, calls, active))
	p.sweep.legs = p.sweep.legs.look(found, s.now)
	for _, b := range found {
		f := p.sweep.legs[b]
		if (f.times >= simAgreed || s.plan.plant.believeOnce) && !f.told || lacking(b) && !f.told {
			s.settleLeg(b, f, after)
		}
	}
	next := map[engine.ConferenceID]simFindings{}
	for _, room := range rooms {
		found := both(s.misplaced(before, room, active), s.misplaced(after, room, active))
		kept := p.sweep.rooms[room.id].look(found, s.now)
		next[room.id] = kept
		for _, b := range found {
			if f := kept[b]; f.times >= simAgreed && !f.told {
				s.found(b, f)
			}
		}
	}
	p.sweep.rooms = next
}

// unlike returns how the list of active calls differs from a frame.
func (s *sim) unlike(f *engine.Frame, calls []engine.LegRef, active map[engine.LegID]bool) []engine.Body {
	var all []engine.Body
	held := map[engine.LegID]bool{}
	for _, session := range f.Sessions {
		for _, l := range session.Legs {
			if l.ID == "" {
				continue
			}
			held[l.ID] = true
			rings := l.Status == engine.LegRinging
			ref := engine.LegRef{Leg: l.ID, CallLeg: l.CallLeg}
			switch {
			case !rings && l.Status != engine.LegUp, s.now.Sub(l.Since) < simSettled:
			case !active[l.ID]:
				all = append(all, engine.LegMissed{LegRef: ref})
			case rings:
				all = append(all, engine.LegFound{LegRef: ref})
			}
		}
	}
	floor := engine.FloorName(f.Floor, Epoch)
	for _, c := range calls {
		if !held[c.Leg] && s.ours(f, c.State, floor) {
			all = append(all, engine.LegFound{LegRef: c})
		}
	}
	return all
}

func (s *sim) ours(f *engine.Frame, state engine.ClientState, floor string) bool {
	if state == (engine.ClientState{}) {
		return true
	}
	if state.Floor != floor || state.Role == 0 || state.Role == engine.RoleUnplaced {
		return false
	}
	session, ok := f.Session(state.Session)
	return !ok || !slices.ContainsFunc(session.Legs, func(l engine.Leg) bool {
		return l.Role == state.Role && l.Attempt == state.Attempt && l.ID == "" && s.now.Sub(l.Since) < simSettled
	})
}

func lacking(b engine.Body) bool {
	f, ok := b.(engine.LegFound)
	return ok && f.State == (engine.ClientState{})
}

// settleLeg asks about one leg by its name, and tells what is so.
func (s *sim) settleLeg(b engine.Body, f *simFinding, frame *engine.Frame) {
	var ref engine.LegRef
	switch b := b.(type) {
	case engine.LegMissed:
		ref = b.LegRef
	case engine.LegFound:
		ref = b.LegRef
	}
	held, known := legIn(frame, ref.Leg)
	state, err := s.world.Leg(world.LegID(ref.Leg))
	alive := err == nil && state.Ended.IsZero()
	switch b.(type) {
	case engine.LegMissed:
		switch {
		case !known || !held.Live():
		case !alive || s.plan.plant.believeOnce:
			s.found(b, f)
		default:
			f.times = 0
		}
	case engine.LegFound:
		switch {
		case lacking(b):
			s.catchUp(ref, known, f)
		case known:
		case alive:
			s.found(b, f)
		default:
			f.times = 0
		}
	}
}

// catchUp has the engine told what webhooks were to tell of a leg, by their own names.
func (s *sim) catchUp(ref engine.LegRef, held bool, f *simFinding) {
	l := s.legOf(ref.Leg)
	for _, e := range l.events {
		switch e.Body.(type) {
		case engine.LegHungUp:
			f.told = true
			return
		case engine.LegInitiated:
			f.told = f.told || !held
		case engine.LegAnswered:
			f.told = f.told || held
		}
	}
	if held && !f.told {
		return
	}
	for _, e := range l.events {
		s.submit(e, func(durable bool) { f.told = f.told && durable })
	}
}

// found submits a finding. It is told only once it is durable.
func (s *sim) found(b engine.Body, f *simFinding) {
	var leg engine.LegID
	again := false // it is told while it stays
	switch b := b.(type) {
	case engine.LegMissed:
		leg = b.Leg
	case engine.LegFound:
		leg, again = b.Leg, true
	case engine.RoomDiffers:
		leg = b.Leg
	case engine.MuteDiffers:
		leg = b.Leg
	}
	id := fmt.Sprintf("sweep/%T/%s/%s", b, leg, strconv.FormatInt(f.since.UnixNano(), 36))
	s.submit(engine.Entry{ID: id, By: engine.ByTelnyx, Body: b}, func(durable bool) {
		if f.told = durable; durable && again {
			*f = simFinding{since: s.now}
		}
	})
}

// misplaced returns how a conference differs from a frame.
func (s *sim) misplaced(f *engine.Frame, room simRoom, active map[engine.LegID]bool) []engine.Body {
	i := slices.IndexFunc(f.Sessions, func(x *engine.Session) bool {
		return x.Conference == room.id && x.Phase == engine.PhaseTalking && x.Ending == "" && x.Quarantined.Event == 0
	})
	if i < 0 {
		return nil
	}
	session := f.Sessions[i]
	var all []engine.Body
	for _, l := range session.Legs {
		p, isIn := room.in[l.ID]
		switch {
		case l.ID == "", l.Status != engine.LegUp, !active[l.ID], l.HangupAsked:
			continue
		case s.now.Sub(l.Since) < simSettled, underWay(session, l.Name):
			continue
		}
		ref := engine.LegRef{Leg: l.ID, CallLeg: l.CallLeg}
		switch {
		case isIn != l.Joined:
			all = append(all, engine.RoomDiffers{LegRef: ref, Conference: room.id, In: isIn})
		case !isIn || l.Role == engine.RoleSupervisor:
		case p.Muted != l.Muted || p.Held != l.Held:
			all = append(all, engine.MuteDiffers{LegRef: ref, Conference: room.id, Muted: p.Muted, Held: p.Held})
		}
	}
	return all
}

func underWay(s *engine.Session, leg engine.LegName) bool {
	return slices.ContainsFunc(s.Pending, func(p engine.Pending) bool {
		name := string(p.Command.Name)
		return !p.Unknown && p.Command.Adapter() == engine.AdapterTelnyx &&
			(strings.Contains(name, "/"+string(leg)+"/") || strings.Contains(name, "/conference/"))
	})
}

func legIn(f *engine.Frame, id engine.LegID) (engine.Leg, bool) {
	for _, s := range f.Sessions {
		for _, l := range s.Legs {
			if l.ID == id {
				return l, true
			}
		}
	}
	return engine.Leg{}, false
}
