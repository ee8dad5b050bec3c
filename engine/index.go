package engine

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// A place is where a leg is.
type place struct {
	session SessionID
	leg     LegName
}

// An index finds sessions by what events name. It is written by commit alone, from
// the sessions before and after a turn, and is built anew when a state is read back.
type index struct {
	opened   map[SessionID]uint64 // Session.Opened, the key to State.sessions
	legs     map[LegID]place
	callLegs map[CallLegID]place
	rooms    map[ConferenceID]SessionID
	codes    map[string]SessionID    // codes that a session waits for
	busy     map[string][]SessionID  // operators' numbers on calls
	queue    map[SessionID]time.Time // customers who wait for an operator, since when
	phones   map[string][]SessionID  // supervisors' phones on calls
	due      *dueHeap                // sessions by deadline, with outdated ones left in
	deadline map[SessionID]time.Time // the one that holds
}

func newIndex() index {
	return index{
		opened: map[SessionID]uint64{}, legs: map[LegID]place{}, callLegs: map[CallLegID]place{},
		rooms: map[ConferenceID]SessionID{}, codes: map[string]SessionID{}, busy: map[string][]SessionID{},
		queue: map[SessionID]time.Time{}, phones: map[string][]SessionID{},
		due: &dueHeap{}, deadline: map[SessionID]time.Time{},
	}
}

// drop takes out what a session contributed before the turn.
func (x *index) drop(s *Session) {
	if s == nil {
		return
	}
	delete(x.opened, s.ID)
	delete(x.queue, s.ID)
	for _, l := range s.Legs {
		delete(x.legs, l.ID)
		delete(x.callLegs, l.CallLeg)
		if numbers := x.numbers(l); numbers != nil {
			rest := slices.DeleteFunc(slices.Clone(numbers[l.Number]), func(id SessionID) bool { return id == s.ID })
			if numbers[l.Number] = rest; len(rest) == 0 {
				delete(numbers, l.Number)
			}
		}
	}
	delete(x.rooms, s.Conference)
	delete(x.codes, s.Feed.Phone.Code)
}

// add puts in what a session contributes after the turn.
func (x *index) add(s, before *Session) {
	if s.gone() {
		delete(x.deadline, s.ID)
		return
	}
	x.opened[s.ID] = s.Opened
	if s.Phase != PhaseOver {
		x.addLegs(s)
	}
	deadline := s.deadline()
	if was, ok := x.deadline[s.ID]; ok && was.Equal(deadline) {
		return
	}
	x.deadline[s.ID] = deadline
	if !deadline.IsZero() {
		heap.Push(x.due, due{deadline, s.Opened, s.ID})
	}
}

func (x *index) addLegs(s *Session) {
	for _, l := range s.Legs {
		if l.ID != "" {
			x.legs[l.ID] = place{s.ID, l.Name}
		}
		if l.CallLeg != "" {
			x.callLegs[l.CallLeg] = place{s.ID, l.Name}
		}
		if numbers := x.numbers(l); numbers != nil && !slices.Contains(numbers[l.Number], s.ID) {
			numbers[l.Number] = append(slices.Clip(numbers[l.Number]), s.ID)
		}
	}
	if s.Transfer.Status == TransferQueued {
		x.queue[s.ID] = s.Transfer.Queued
	}
	if s.Conference != "" {
		x.rooms[s.Conference] = s.ID
	}
	if s.Feed.Phone.Code != "" {
		x.codes[s.Feed.Phone.Code] = s.ID
	}
}

// numbers returns where a leg's number counts as being on a call, or nil.
func (x *index) numbers(l Leg) map[string][]SessionID {
	switch {
	case l.Role == RoleOperator && l.Live():
		return x.busy
	case l.Role == RoleSupervisor && l.Live():
		return x.phones
	}
	return nil
}

// A due is a session's deadline. A session has one that holds, and perhaps others
// that have been put off or brought forward since.
type due struct {
	at     time.Time
	opened uint64
	id     SessionID
}

type dueHeap []due

func (h dueHeap) Len() int { return len(h) }
func (h dueHeap) Less(i, j int) bool {
	return cmp.Or(h[i].at.Compare(h[j].at), cmp.Compare(h[i].opened, h[j].opened)) < 0
}
func (h dueHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *dueHeap) Push(x any)   { *h = append(*h, x.(due)) }
func (h *dueHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// Whose returns the session that a leg is in, and the leg's role there, as far as the
// state knows it by its ids.
func (s *State) Whose(r LegRef) (SessionID, Role, bool) {
	p, ok := s.index.legs[r.Leg]
	if !ok && r.CallLeg != "" {
		p, ok = s.index.callLegs[r.CallLeg]
	}
	if !ok {
		return "", 0, false
	}
	session, ok := s.find(p.session)
	if !ok {
		return "", 0, false
	}
	l, ok := session.Leg(p.leg)
	return p.session, l.Role, ok
}

// Next returns the earliest deadline, or false where there is none.
func (s *State) Next() (time.Time, bool) {
	for s.index.due.Len() > 0 {
		first := (*s.index.due)[0]
		if holds, ok := s.index.deadline[first.id]; ok && holds.Equal(first.at) {
			return first.at, true
		}
		heap.Pop(s.index.due)
	}
	return time.Time{}, false
}

// Due returns the sessions whose deadline has come, oldest first and at most limit of
// them. Each is to be told with [Ticked]; until it is, Due returns it again.
func (s *State) Due(now time.Time, limit int) []SessionID {
	var taken []due
	var ids []SessionID
	for len(ids) < limit {
		at, ok := s.Next()
		if !ok || at.After(now) {
			break
		}
		first := heap.Pop(s.index.due).(due)
		taken = append(taken, first)
		if !slices.Contains(ids, first.id) {
			ids = append(ids, first.id)
		}
	}
	for _, d := range taken {
		heap.Push(s.index.due, d)
	}
	return ids
}
