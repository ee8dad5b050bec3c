package world

import (
	"fmt"
	"slices"
	"time"
)

type conference struct {
	id      ConferenceID
	name    string
	key     string
	owner   *leg
	began   time.Time
	ended   time.Time
	reason  string
	max     int
	members []*leg // in the order in which they came
	floor   *leg   // who spoke last
	stays   []Stay
	joins   int // ever
}

// A seat is a leg's place in a conference.
type seat struct {
	id         string
	muted      bool
	held       bool
	audio      string // that is heard while held
	role       Role
	whisper    []LegID // who hears a whisper
	endOnExit  bool
	softOnExit bool
	joined     time.Time
	changed    time.Time
	stay       int // index of the stay, or -1 where they are too many
}

// NewConference is what CreateConference asks for.
type NewConference struct {
	Name  string // unique among those that are live
	Owner LegID  // is in it at once
	Max   int    // participants; 250 if it is 0
}

// CreateConference makes a conference.
func (w *World) CreateConference(n NewConference, c Command) (ConferenceID, error) {
	if m, ok := w.recall("conference", c); ok {
		return m.conference, nil
	}
	l, err := w.seatable(n.Owner, c)
	if err != nil {
		return "", err
	}
	for _, o := range w.rooms {
		if o.name == n.Name {
			return "", errNameTaken()
		}
	}
	if err := w.balk("conference", l, c); err != nil {
		return "", err
	}
	l.carry(c)
	w.opened++
	key := fmt.Sprintf("%s/conference/%d", l.key, w.opened)
	r := &conference{id: ConferenceID(w.uuid(key)), name: n.Name, key: key, owner: l, began: w.now, max: n.Max}
	if r.max == 0 {
		r.max = maxMembers
	}
	w.conferences[r.id] = r
	w.rooms = append(w.rooms, r)
	w.after(legLife, nil, func() { w.close(r, "time_exceeded", true) })
	w.remember("conference", c, memo{done: true, conference: r.id})
	w.exit(l)
	w.tellOf(ConferenceCreated, r, l, nil)
	w.enter(r, l, seat{})
	return r.id, nil
}

// seatable returns a leg that may be put into a conference.
func (w *World) seatable(id LegID, c Command) (*leg, error) {
	l, err := w.alive(id)
	switch {
	case err != nil:
		return nil, err
	case l.status != up:
		return nil, errNotAnswered()
	}
	return l, checkState(c)
}

// Place is how a leg is put into a conference.
type Place struct {
	Leg        LegID
	Muted      bool
	Role       Role
	Whisper    []LegID // who hears a whisper
	EndOnExit  bool    // all others are hung up when it leaves
	SoftOnExit bool    // the conference ends when it leaves; nobody is hung up
}

// Join puts a leg into a conference, which is named by its id or its name. A leg that
// is in another one leaves that.
func (w *World) Join(room string, p Place, c Command) error {
	if _, ok := w.recall("conference", c); ok {
		return nil
	}
	r, err := w.room(room)
	if err != nil {
		return err
	}
	l, err := w.seatable(p.Leg, c)
	switch {
	case err != nil:
		return err
	case l.conference == r:
		return errAlreadyIn()
	case len(r.members) >= r.max:
		return errFull()
	}
	if err := w.balk("conference", l, c); err != nil {
		return err
	}
	w.remember("conference", c, memo{done: true})
	l.carry(c)
	w.exit(l)
	w.enter(r, l, seat{muted: p.Muted, role: p.Role, whisper: slices.Clone(p.Whisper), endOnExit: p.EndOnExit, softOnExit: p.SoftOnExit})
	return nil
}

// Leave takes a leg out of a conference; it stays alive.
func (w *World) Leave(room string, id LegID, c Command) error {
	if _, ok := w.recall("conference", c); ok {
		return nil
	}
	_, l, err := w.member(room, id)
	if err != nil {
		return err
	}
	if err := w.balk("conference", l, c); err != nil {
		return err
	}
	w.remember("conference", c, memo{done: true})
	w.exit(l)
	return nil
}

// Mute keeps legs from being heard in a conference, or with on false lets them be
// heard. No legs are all legs.
func (w *World) Mute(room string, ids []LegID, on bool) error {
	r, err := w.room(room)
	if err != nil {
		return err
	}
	legs, err := w.seated(r, ids)
	if err != nil {
		return err
	}
	if err := w.balk("conference", r.owner, Command{}); err != nil {
		return err
	}
	for _, l := range legs {
		l.seat.muted, l.seat.changed = on, w.now
		if on && l.saying != nil {
			l.saying.lost = true
		}
	}
	return nil
}

// Exit is what happens when a participant leaves; nil leaves a setting as it is.
type Exit struct{ End, Soft *bool }

// SetExit says what happens when a participant leaves, who is named by his id in the
// list of participants or by his leg's.
func (w *World) SetExit(room ConferenceID, participant string, e Exit) error {
	r, err := w.room(string(room))
	if err != nil {
		return err
	}
	for _, l := range r.members {
		if l.seat.id != participant && string(l.id) != participant {
			continue
		}
		if err := w.balk("conference", l, Command{}); err != nil {
			return err
		}
		if e.End != nil {
			l.seat.endOnExit = *e.End
		}
		if e.Soft != nil {
			l.seat.softOnExit = *e.Soft
		}
		l.seat.changed = w.now
		return nil
	}
	return errNoParticipant()
}

// member returns a conference and a leg that is in it.
func (w *World) member(room string, id LegID) (*conference, *leg, error) {
	r, err := w.room(room)
	if err != nil {
		return nil, nil, err
	}
	l, err := w.alive(id)
	switch {
	case err != nil:
		return nil, nil, err
	case l.conference != r:
		return nil, nil, errNotIn()
	}
	return r, l, nil
}

// room returns a live conference by its id or its name.
func (w *World) room(idOrName string) (*conference, error) {
	if r, ok := w.conferences[ConferenceID(idOrName)]; ok {
		if !r.ended.IsZero() {
			return nil, errConferenceOver()
		}
		return r, nil
	}
	for _, r := range w.rooms {
		if r.name == idOrName {
			return r, nil
		}
	}
	return nil, errNoConference()
}

// enter gives a leg a seat.
func (w *World) enter(r *conference, l *leg, s seat) {
	r.joins++
	s.id = w.uuid(fmt.Sprintf("%s/seat/%d", r.key, r.joins))
	s.joined, s.changed, s.stay = w.now, w.now, -1
	if len(r.stays) < maxStays {
		s.stay = len(r.stays)
		r.stays = append(r.stays, Stay{Leg: l.id, Party: l.party, From: w.now})
	}
	l.conference, l.seat = r, &s
	w.noteStay(l)
	r.members = append(r.members, l)
	w.tellOf(ParticipantJoined, r, l, nil)
	for _, o := range r.members {
		if o.party == Operator && o.customer.leg.conference == r && !o.met {
			w.meet(o)
		}
		if o.party == Front && o.customer.leg.conference == r && !o.met {
			w.greets(o)
		}
	}
}

// exit takes a leg out of the conference that it is in, if any, and does what was to
// be done when it leaves.
func (w *World) exit(l *leg) {
	r, s := l.conference, l.seat
	if r == nil {
		return
	}
	l.conference, l.seat = nil, nil
	if l.saying != nil {
		l.saying.lost = true
	}
	if s.stay >= 0 {
		r.stays[s.stay].To = w.now
	}
	r.members = slices.DeleteFunc(r.members, func(o *leg) bool { return o == l })
	w.tellOf(ParticipantLeft, r, l, nil)
	switch {
	case !r.ended.IsZero():
	case s.endOnExit:
		w.close(r, "host_left", true)
	case s.softOnExit:
		w.close(r, "host_left", false)
	case len(r.members) == 0:
		w.close(r, "all_left", false)
	}
}

// close ends a conference, and the legs in it if they are to be hung up.
func (w *World) close(r *conference, reason string, hangUp bool) {
	if !r.ended.IsZero() {
		return
	}
	r.ended, r.reason = w.now, reason
	w.rooms = slices.DeleteFunc(w.rooms, func(o *conference) bool { return o == r })
	w.ended = append(w.ended, grave{at: w.now, conference: r.id})
	for _, l := range slices.Clone(r.members) {
		if hangUp {
			w.end(l, ours(l))
		} else {
			w.exit(l)
		}
	}
	w.tellOf(ConferenceEnded, r, r.owner, func(e *Event) { e.Reason = reason })
}
