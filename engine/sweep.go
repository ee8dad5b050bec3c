package engine

// legMissed takes a leg as hung up whose webhook never came.
func (t *turn) legMissed(e LegMissed) {
	s, l, ok := t.leg(e.LegRef)
	if !ok || !l.Live() {
		return
	}
	t.note(s, NoteTrouble, "Telnyx no longer knows the line of %s: taken as hung up", legWords(*l))
	t.legGone(s, l, "missing")
}

// legFound takes in a leg of ours that we did not know to be alive. One whose call is
// over is hung up, for nobody is left on it who could be meant; a customer's never is.
func (t *turn) legFound(e LegFound) {
	if t.place(e.LegRef).session != "" {
		if _, l, ok := t.leg(e.LegRef); ok {
			l.advance(LegRinging)
		}
		return
	}
	role := e.State.Role
	if e.Leg == "" || e.State.Floor != t.floorName() || role == 0 || role == RoleCustomer || role == RoleUnplaced {
		t.counts.Unknown++
		return
	}
	if s, ok := t.session(e.State.Session); ok && s.Phase != PhaseOver {
		t.counts.Unknown++ // its call goes on and does not know it: nothing is done on doubt
		return
	}
	t.counts.Late++
	t.stray(e.State.Session, string(e.State.leg()), Hangup{Leg: e.Leg})
	t.buried = append(t.buried, tomb{e.Leg, t.now})
}

// roomDiffers takes in that a leg came into its conference, or left it, untold.
func (t *turn) roomDiffers(e RoomDiffers) {
	s, l, ok := t.leg(e.participant())
	if !ok || e.Conference != s.Conference || l.Joined == e.In || !l.Live() {
		return
	}
	if e.In {
		t.note(s, NoteTrouble, "%s is in the conference, and Telnyx had not told", legWords(*l))
		t.joined(s, l)
		return
	}
	t.note(s, NoteTrouble, "%s is not in the conference, and Telnyx had not told", legWords(*l))
	t.participantLeft(ParticipantLeft{LegRef: e.LegRef, Conference: e.Conference})
}

// muteDiffers takes in how a leg is muted and held. What a supervisor has asked for and
// Telnyx has not granted yet is left to be granted.
func (t *turn) muteDiffers(e MuteDiffers) {
	s, l, ok := t.leg(e.participant())
	if !ok || e.Conference != s.Conference || !l.Joined {
		return
	}
	if l.Muted == l.MuteAsked && l.Muted != e.Muted {
		l.Muted, l.MuteAsked = e.Muted, e.Muted
		t.note(s, NoteTrouble, "%s is %s at Telnyx, other than was shown", legWords(*l), either(e.Muted, "muted", "not muted"))
	}
	if l.Held == l.HoldAsked && l.Held != e.Held {
		l.Held, l.HoldAsked = e.Held, e.Held
		t.note(s, NoteTrouble, "%s is %s at Telnyx, other than was shown", legWords(*l), either(e.Held, "on hold", "not on hold"))
	}
}

func either(so bool, yes, no string) string {
	if so {
		return yes
	}
	return no
}
