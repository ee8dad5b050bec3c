package tui

import (
	"slices"

	"switchboard/engine"
)

// Several transfers may be proposed at once. The strip names the one that begins first;
// the card goes through all of them.

// proposals are the calls whose transfer is proposed, the one that begins first first.
func (m *model) proposals() []*engine.Session {
	var all []*engine.Session
	for _, s := range m.frame.Sessions {
		if s.Phase != engine.PhaseOver && s.Transfer.Status == engine.TransferProposed {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b *engine.Session) int { return a.Transfer.Due.Compare(b.Transfer.Due) })
	return all
}

// proposedAfter is the call whose proposed transfer begins next after that one's, and after
// the last the first; the same where there is no other.
func (m *model) proposedAfter(id engine.SessionID) engine.SessionID {
	all := m.proposals()
	i := slices.IndexFunc(all, func(s *engine.Session) bool { return s.ID == id })
	if len(all) == 0 {
		return id
	}
	return all[(i+1)%len(all)].ID
}

// next turns the card to the next proposal. Its title is another's then, so y is dead for a
// moment.
func (b *whyBox) next(m *model) {
	s, ok := m.frame.Session(m.proposedAfter(b.session))
	if !ok || s.ID == b.session {
		return
	}
	b.session, b.caller, b.top = s.ID, callerOf(s), 0
	m.deaden(boxDead)
}
