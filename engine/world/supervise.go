package world

import (
	"fmt"
	"slices"
	"time"
)

// A Role is what a supervisor's leg hears in a conference, and who hears it.
type Role uint8

// The roles (contracts/telnyx.md, section 8).
const (
	RoleNone Role = iota // like everybody
	Monitor              // hears all, is heard by nobody
	Whisper              // hears all, is heard by those who are named; by nobody where none is
	Barge                // is heard by all
)

var roles = []string{"none", "monitor", "whisper", "barge"}

func (r Role) String() string {
	if int(r) >= len(roles) {
		return fmt.Sprintf("Role(%d)", uint8(r))
	}
	return roles[r]
}

// SetRole gives a leg in a conference another role. Nothing is told of it.
func (w *World) SetRole(room string, id LegID, role Role, whisper []LegID, c Command) error {
	if _, ok := w.recall("conference", c); ok {
		return nil
	}
	r, l, err := w.member(room, id)
	if err != nil {
		return err
	}
	if err := w.balk("conference", l, c); err != nil {
		return err
	}
	w.remember("conference", c, memo{done: true})
	l.seat.role, l.seat.whisper, l.seat.changed = role, slices.Clone(whisper), w.now
	w.noteStay(l)
	w.overheard(r)
	return nil
}

// Hold takes legs out of a conversation: they neither hear it nor are heard in it, but
// hear audio, or silence where that is empty. No legs are all legs. Nothing is told of
// it, also where there is no such audio.
func (w *World) Hold(room string, ids []LegID, audio string) error {
	return w.setHold(room, ids, func(s *seat) { s.held, s.audio = true, audio })
}

// Unhold brings legs back into a conversation.
func (w *World) Unhold(room string, ids []LegID) error {
	return w.setHold(room, ids, func(s *seat) { s.held, s.audio = false, "" })
}

func (w *World) setHold(room string, ids []LegID, set func(*seat)) error {
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
		set(l.seat)
		l.seat.changed = w.now
		w.noteStay(l)
	}
	w.overheard(r)
	return nil
}

// seated returns the legs of a conference that are named: all of them where none is.
func (w *World) seated(r *conference, ids []LegID) ([]*leg, error) {
	if len(ids) == 0 {
		return slices.Clone(r.members), nil
	}
	var legs []*leg
	for _, id := range ids {
		l, err := w.alive(id)
		if err != nil {
			return nil, err
		}
		if l.conference != r {
			return nil, errNotIn()
		}
		legs = append(legs, l)
	}
	return legs, nil
}

// hears reports whether a leg hears what another one in its conference says.
func (l *leg) hears(speaker *leg) bool {
	if l == speaker || l.conference == nil || l.conference != speaker.conference || l.seat.held || speaker.silent() {
		return false
	}
	return speaker.seat.role != Whisper || slices.Contains(speaker.seat.whisper, l.id)
}

// silent reports whether a leg is heard by nobody.
func (l *leg) silent() bool {
	return l.conference == nil || l.seat.muted || l.seat.held || l.seat.role == Monitor
}

// overheard takes from those who are hearing a sentence whoever hears its speaker no
// more. Who begins to hear him has missed the beginning.
func (w *World) overheard(r *conference) {
	for _, l := range r.members {
		if s := l.saying; s != nil {
			s.audience = slices.DeleteFunc(s.audience, func(o *leg) bool { return !o.hears(l) })
		}
	}
}

// noteStay keeps for the snapshot what a leg is in its conference.
func (w *World) noteStay(l *leg) {
	if l.seat.stay < 0 {
		return
	}
	stay := &l.conference.stays[l.seat.stay]
	if n := len(stay.Roles); n == 0 || stay.Roles[n-1] != l.seat.role {
		if n < maxRoles {
			stay.Roles = append(stay.Roles, l.seat.role)
		}
	}
	stay.Held = stay.Held || l.seat.held
}

// How a line that is answered is told from a machine (contracts/telnyx.md, section 5).
const (
	toldAfter = time.Second     // the answer, at the earliest,
	toldBy    = 3 * time.Second // and at the latest
	unsure    = 0.04            // of all answers
)

// A Detection is how an outgoing leg is listened to, to tell who picks up.
type Detection uint8

// The detections.
const (
	DetectNone Detection = iota
	DetectPlain
	DetectPremium
)

// detect tells of a leg that was answered who picked up, some time later.
func (w *World) detect(l *leg) {
	if l.detection == DetectNone {
		return
	}
	dice := w.chance("detect/" + l.key)
	after := toldAfter + time.Duration(dice.Int64N(int64(toldBy-toldAfter)))
	result := "human"
	switch {
	case dice.Float64() < unsure:
		result = "not_sure"
	case l.machine:
		result = "machine"
	case l.detection == DetectPremium:
		result = "human_business"
	}
	w.after(after, l, func() {
		w.tell(MachineDetected, l, func(e *Event) { e.Status, e.Premium = result, l.detection == DetectPremium })
	})
}
