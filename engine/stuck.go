package engine

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

// called reports whether the operator whom the transfer waits for may still come.
func (s *Session) called() bool {
	l, ok := s.Leg(s.Transfer.Leg)
	return ok && l.Live()
}
