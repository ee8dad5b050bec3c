package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Frame returns the state as it stands. Its Number is for the caller to set.
func (s *State) Frame() *Frame {
	sessions := make([]*Session, 0, len(s.sessions))
	for _, session := range s.sessions {
		if session.Number > 0 {
			sessions = append(sessions, session)
		}
	}
	return &Frame{
		Seq: s.Seq, Now: s.Now, Floor: s.Settings.Floor, Sessions: sessions,
		Ended: s.ended, Refusals: s.refusals, Roster: s.roster(), Counts: s.counts,
		Deaf: s.Settings.Deaf, Rule: s.Settings.Rule, Front: s.Settings.Front.shown(),
	}
}

// roster returns the operators' numbers and which of them are on calls.
func (s *State) roster() Roster {
	r := Roster{Numbers: s.Settings.Operators}
	for _, own := range []string{s.Settings.Number, s.Settings.ListenNumber} {
		if own != "" {
			r.Own = append(r.Own, own)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(s.index.busy)) {
		for _, id := range slices.Sorted(slices.Values(s.index.busy[number])) {
			r.Busy = append(r.Busy, BusyOperator{number, id})
		}
	}
	return r
}

// Talk returns what was said in the session, by the time it was said.
func (s *Session) Talk() []Utterance {
	all := s.Transcript.All()
	slices.SortStableFunc(all, func(a, b Utterance) int {
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End))
	})
	return all
}

// endedLine returns the session as the one line that is kept of it.
func (s *Session) endedLine() Ended {
	m, judged := s.Mood(s.Over)
	e := Ended{
		Session: s.ID, Number: s.Number, Caller: s.Caller, Name: s.Name, Started: s.Started, Over: s.Over,
		Mood: m, Judged: judged, Transfers: s.Transfers,
	}
	for _, l := range slices.Backward(s.Legs) {
		if l.Role == RoleOperator && !l.JoinedAt.IsZero() {
			e.Operator = l.Number
			break
		}
	}
	return e
}

// String returns the polarity as it is written for people: "-0.30", "+0.45", "0.00".
func (p Polarity) String() string {
	sign := ""
	switch {
	case p < 0:
		sign, p = "-", -p
	case p > 0:
		sign = "+"
	}
	hundredths := (int(p) + 5) / 10
	return fmt.Sprintf("%s%d.%02d", sign, hundredths/100, hundredths%100)
}
