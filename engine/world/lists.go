package world

import (
	"slices"
	"time"
)

// A LegState is what can be asked about a leg.
type LegState struct {
	ID      LegID
	CallLeg string
	Session string
	State   string // client_state
	Began   time.Time
	Ended   time.Time // zero while it is alive
}

// Duration returns how long the leg has been there by now, or was.
func (l LegState) Duration(now time.Time) time.Duration {
	if !l.Ended.IsZero() {
		now = l.Ended
	}
	return now.Sub(l.Began)
}

func (l *leg) view() LegState {
	return LegState{l.id, l.callLeg, l.session, l.state, l.began, l.ended}
}

// Leg returns a leg that is alive or ended not long ago.
func (w *World) Leg(id LegID) (LegState, error) {
	l, ok := w.legs[id]
	if !ok {
		return LegState{}, errUnknown("/call_control_id")
	}
	return l.view(), nil
}

// Alive reports whether a leg is there.
func (w *World) Alive(id LegID) bool {
	_, err := w.alive(id)
	return err == nil
}

// Live returns the legs that are alive, the oldest first.
func (w *World) Live() []LegState {
	legs := make([]LegState, 0, len(w.live))
	for _, l := range w.live {
		legs = append(legs, l.view())
	}
	return legs
}

// Customers returns how many customers are alive.
func (w *World) Customers() int {
	n := 0
	for _, l := range w.live {
		if l.party == Customer {
			n++
		}
	}
	return n
}

// A ConferenceState is what can be asked about a conference.
type ConferenceState struct {
	ID     ConferenceID
	Name   string
	Began  time.Time
	Ended  time.Time // zero while it is live
	Reason string
}

// Conference returns a conference that is live or ended not long ago.
func (w *World) Conference(id ConferenceID) (ConferenceState, error) {
	r, ok := w.conferences[id]
	if !ok {
		return ConferenceState{}, errNoConference()
	}
	return ConferenceState{r.id, r.name, r.began, r.ended, r.reason}, nil
}

// Conferences returns the live conferences, the oldest first.
func (w *World) Conferences() []ConferenceState {
	rooms := make([]ConferenceState, 0, len(w.rooms))
	for _, r := range w.rooms {
		rooms = append(rooms, ConferenceState{r.id, r.name, r.began, r.ended, r.reason})
	}
	return rooms
}

// A Participant is a leg in a conference.
type Participant struct {
	ID         string
	Leg        LegID
	CallLeg    string
	Muted      bool
	Held       bool
	Role       Role
	Whisper    []LegID
	EndOnExit  bool
	SoftOnExit bool
	Joined     time.Time
	Changed    time.Time
}

// Participants returns who is in a conference, in the order in which they came.
func (w *World) Participants(id ConferenceID) ([]Participant, error) {
	r, ok := w.conferences[id]
	if !ok {
		return nil, errNoConference()
	}
	in := make([]Participant, 0, len(r.members))
	for _, l := range r.members {
		s := l.seat
		in = append(in, Participant{s.id, l.id, l.callLeg, s.muted, s.held, s.role, slices.Clone(s.whisper), s.endOnExit, s.softOnExit, s.joined, s.changed})
	}
	return in, nil
}
