package engine

import "slices"

// stuck reports what a session waits for without a deadline, or nothing. Whatever is
// awaited from outside may never come, so that each wait has an end of its own. Strict
// states are held to it after every turn.
func (s *Session) stuck() string {
	if s.Phase == PhaseOver || s.Quarantined.Event != 0 {
		return ""
	}
	for _, l := range s.Legs {
		if why := s.legStuck(l); why != "" {
			return string(l.Name) + ": " + why
		}
	}
	if why := s.feedStuck(); why != "" {
		return why
	}
	_, ok := s.live(RoleFront)
	switch {
	case s.Ending != "" && s.deadline().IsZero():
		return "the end of the call"
	case s.Feed.Status == FeedConnecting && s.deadline().IsZero():
		return "the feed"
	case s.Transfer.Status == TransferProposed && s.Transfer.Due.IsZero():
		return "the proposal"
	case s.Transfer.Status == TransferQueued && s.Transfer.RetryAt.IsZero():
		return "the queue"
	case s.Consent.Status == ConsentAsked && s.Ending == "" && s.Menu.Until.IsZero() && s.Feed.HoldUntil.IsZero():
		return "the customer's consent"
	case s.Pay.On() && s.Pay.Until.IsZero():
		return "the end of a payment"
	case s.Recorder.waits() && s.Recorder.Until.IsZero():
		return "the recording"
	case s.Front.Asked && s.Front.Why == "" && s.Ending == "" && !ok:
		return "the front desk"
	case s.Transfer.Under() && !s.called():
		return "an operator who is not on his way"
	}
	return ""
}

func (s *Session) legStuck(l Leg) string {
	switch {
	case !l.Live() || !l.Until.IsZero():
		return ""
	case l.HangupAsked:
		return "its hang-up"
	case l.Role == RoleCustomer && l.Status < LegUp:
		if s.Trouble == "" {
			return "its answer"
		}
	case l.Role == RoleCustomer && s.Conference == "" && s.ConferenceUntil.IsZero():
		if s.Trouble == "" && s.Ending == "" {
			return "its conference"
		}
	case l.Status < LegUp:
		return "its answer"
	case l.Role == RoleFront && !l.Joined && s.Conference != "":
		return "its way into the conference"
	case !l.Joined && l.Role != RoleCustomer && s.Conference == "" && s.ConferenceUntil.IsZero():
		return "a conference to join"
	}
	return ""
}

// feedStuck reports what the hearing of a call waits for without an end.
func (s *Session) feedStuck() string {
	f := &s.Feed
	if !f.Wanted || s.Pay.On() || f.GivenUp || s.Ending != "" || len(f.Ears) == 0 || !f.HoldUntil.IsZero() || !f.Anew.IsZero() {
		return ""
	}
	if l, ok := s.Customer(); !ok || l.Status != LegUp {
		return ""
	}
	waits := f.leader() < len(f.Ears)
	for i := range f.Ears {
		e := &f.Ears[i]
		if why := s.earStuck(e); why != "" {
			return e.Kind.String() + ": " + why
		}
		waits = waits || e.Status != FeedNone || !e.NextTry.IsZero() || e.Kind == FeedPhone && f.Phone != PhoneFeed{}
	}
	if !waits && slices.ContainsFunc(f.Ears, func(e Ear) bool { return !e.GivenUp }) {
		return "a feed to be tried"
	}
	return ""
}

func (s *Session) earStuck(e *Ear) string {
	if e.Kind != FeedPhone && e.Status == FeedConnecting && e.StartBy.IsZero() {
		return "its start"
	}
	for i := range e.Lines {
		line := &e.Lines[i]
		if l, ok := s.Leg(line.Leg); ok && l.talks() && !line.heard() && line.Again.IsZero() && line.Count < maxBegun {
			return "its line of " + string(line.Leg)
		}
	}
	return ""
}

// called reports whether the operator whom the transfer waits for may still come.
func (s *Session) called() bool {
	l, ok := s.Leg(s.Transfer.Leg)
	return ok && l.Live()
}
