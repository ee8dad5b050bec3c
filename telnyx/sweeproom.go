package telnyx

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
)

// A roomSweep is what is kept of a conference from one sweep to the next.
type roomSweep struct {
	asked   time.Time
	refused bool
	findings
}

// sweepRooms looks who is in the conferences, and how they are heard there: as many as may
// be asked for, first those that differed and then those that were not asked for longest.
func (s *Sweeper) sweepRooms(ctx context.Context, active map[engine.LegID]bool) error {
	for _, room := range s.turns(s.config.Engine.Frame()) {
		if err := s.config.Clock.Sleep(ctx, sweepPause); err != nil {
			return err
		}
		if err := s.sweepRoom(ctx, room, active); err != nil {
			return err
		}
	}
	return nil
}

// turns returns the conferences whose turn it is, and forgets those that are over.
func (s *Sweeper) turns(f *engine.Frame) []engine.ConferenceID {
	var all []engine.ConferenceID
	live := map[engine.ConferenceID]bool{}
	for _, session := range f.Sessions {
		if !compared(session) {
			continue
		}
		if s.rooms[session.Conference] == nil {
			s.rooms[session.Conference] = new(roomSweep)
		}
		live[session.Conference] = true
		all = append(all, session.Conference)
	}
	for room := range s.rooms {
		if !live[room] {
			delete(s.rooms, room)
		}
	}
	slices.SortStableFunc(all, func(a, b engine.ConferenceID) int {
		x, y := s.rooms[a], s.rooms[b]
		return cmp.Or(y.waiting()-x.waiting(), x.asked.Compare(y.asked))
	})
	return all[:min(len(all), sweepRooms)]
}

// compared reports whether a call's conference is worth a question: in one that is ending
// the legs are falling, and one in quarantine is left alone.
func compared(s *engine.Session) bool {
	return s.Conference != "" && s.Phase == engine.PhaseTalking && s.Ending == "" && s.Quarantined.Event == 0
}

func (s *Sweeper) sweepRoom(ctx context.Context, room engine.ConferenceID, active map[engine.LegID]bool) error {
	kept := s.rooms[room]
	kept.asked = s.config.Clock.Now() // also where it fails: the others have their turn
	before := s.config.Engine.Frame()
	list, err := s.config.Client.Participants(ctx, room)
	switch {
	case err == nil:
		kept.refused = false
	case !alone(err):
		return err
	default:
		if !kept.refused { // it is told once
			s.note("who is in a conference is not known", err)
		}
		kept.refused = true
		return nil
	}
	in := map[engine.LegID]Participant{}
	for _, p := range list {
		in[p.Leg] = p
	}
	now, after := s.config.Clock.Now(), s.config.Engine.Frame()
	found := both(misplaced(before, room, now, in, active), misplaced(after, room, now, in, active))
	kept.look(found, now)
	for _, body := range found {
		if f := kept.findings[body]; f.ready() {
			if err := s.tell(ctx, body, f, time.Time{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// misplaced returns how a conference differs from a frame. A leg that is not active is
// missed, not misplaced.
func misplaced(f *engine.Frame, room engine.ConferenceID, now time.Time, in map[engine.LegID]Participant, active map[engine.LegID]bool) []engine.Body {
	i := slices.IndexFunc(f.Sessions, func(s *engine.Session) bool { return s.Conference == room && compared(s) })
	if i < 0 {
		return nil
	}
	session := f.Sessions[i]
	var all []engine.Body
	for _, l := range session.Legs {
		p, isIn := in[l.ID]
		switch {
		case l.ID == "", l.Status != engine.LegUp, !active[l.ID], l.HangupAsked, p.Joining:
			continue
		case now.Sub(l.Since) < settled, underWay(session, l.Name):
			continue
		}
		ref := engine.LegRef{Leg: l.ID, CallLeg: l.CallLeg}
		switch {
		case isIn != l.Joined:
			all = append(all, engine.RoomDiffers{LegRef: ref, Conference: room, In: isIn})
		case !isIn || !p.Told || l.Role == engine.RoleSupervisor:
			// Nobody says whether Telnyx calls muted who only listens.
		case p.Muted != l.Muted || p.Held != l.Held:
			all = append(all, engine.MuteDiffers{LegRef: ref, Conference: room, Muted: p.Muted, Held: p.Held})
		}
	}
	return all
}

// underWay reports whether something is ordered of Telnyx for a leg, or for the conference,
// and its outcome is still to come.
func underWay(s *engine.Session, leg engine.LegName) bool {
	return slices.ContainsFunc(s.Pending, func(p engine.Pending) bool {
		name := string(p.Command.Name)
		return !p.Unknown && p.Command.Adapter() == engine.AdapterTelnyx &&
			(strings.Contains(name, "/"+string(leg)+"/") || strings.Contains(name, "/conference/"))
	})
}
