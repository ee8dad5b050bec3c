package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
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
		Policy: s.Settings.Policy, Automation: s.automation(), Records: s.records, Queue: s.queue(), Callbacks: s.callbacks,
		Bells: s.bellsNow(), Limited: s.limited, Phone: s.Settings.Phone, Front: s.Settings.Front.shown(),
		Seq: s.Seq, Now: s.Now, Floor: s.Settings.Floor, Sessions: sessions,
		Ended: s.ended, Refusals: s.refusals, Roster: s.roster(), Counts: s.counts, Day: s.day,
		Deaf: s.Settings.Deaf, Feeds: s.Settings.feeds(), Outages: s.outagesNow(), Handover: s.handover,
	}
}

// roster returns the operators' numbers and which of them are on calls.
func (s *State) roster() Roster {
	r := Roster{
		Groups: s.Settings.groups(), Idle: s.idle, Queue: s.Settings.Queue.AtMost > 0, Now: s.Now, Phone: s.Settings.Phone,
	}
	for _, g := range r.Groups {
		for _, o := range g.Operators {
			if !slices.Contains(r.Numbers, o.Number) {
				r.Numbers = append(r.Numbers, o.Number)
			}
		}
	}
	for _, own := range []string{s.Settings.Number, s.Settings.ListenNumber} {
		if own != "" {
			r.Own = append(r.Own, own)
		}
	}
	r.Busy, r.Phones = onCalls(s.index.busy), onCalls(s.index.phones)
	return r
}

func onCalls(numbers map[string][]SessionID) []BusyOperator {
	var busy []BusyOperator
	for _, number := range slices.Sorted(maps.Keys(numbers)) {
		for _, id := range slices.Sorted(slices.Values(numbers[number])) {
			busy = append(busy, BusyOperator{number, id})
		}
	}
	return busy
}

// bellsNow returns how much of the hour's budget of bells is spent.
func (s *State) bellsNow() Bells {
	b := Bells{Rung: s.rungBy(s.Now), Of: s.Settings.Policy.Bells}
	if n := len(s.bells); n > 0 {
		b.Last = s.bells[n-1]
	}
	return b
}

// typical returns what 95 of a hundred of the last calls were shorter than; zero where
// too few are known.
func typical(ended []Ended) time.Duration {
	ended = ended[max(0, len(ended)-typicalOf):]
	if len(ended) < typicalLeast {
		return 0
	}
	lasted := make([]time.Duration, 0, len(ended))
	for _, e := range ended {
		lasted = append(lasted, e.Over.Sub(e.Started))
	}
	slices.Sort(lasted)
	return lasted[len(lasted)*95/100]
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
