package engine

import (
	"fmt"
	"slices"
	"time"
)

const maxFloor = 32 // changes of the floor remembered

func (t *turn) floorChanged(e FloorChanged) {
	s, ok := t.edit(t.State.index.rooms[e.Conference])
	if !ok {
		t.counts.Late++
		return
	}
	p := t.place(e.participant())
	if p.session != s.ID {
		t.counts.Unknown++
		return
	}
	f := FloorSpan{t.event.happened(), p.leg}
	keep := s.Floor[max(0, len(s.Floor)+1-maxFloor):]
	s.Floor = append(slices.Clip(keep), f)
	slices.SortStableFunc(s.Floor, func(a, b FloorSpan) int { return a.At.Compare(b.At) })
	t.speaks(s)
	t.lookAgain(s, f.At)
}

// speaks keeps since when the customer holds the floor and Telnyx's transcription, which
// has no sign of life of its own, gives no words of his. Where somebody else has the
// floor since, he did not go on; where his words overtook the news of it, they came.
func (t *turn) speaks(s *Session) {
	last := s.Floor[len(s.Floor)-1]
	ear := s.Feed.ear(FeedTelnyx)
	l, ok := s.Leg(customerName)
	switch {
	case last.Leg != customerName:
		s.Feed.Voice = time.Time{}
	case s.Feed.Voice.IsZero() && ear != nil && ear.hears() && ok && !l.Held && !s.saidSince(last.At):
		s.Feed.Voice = t.now
	}
}

// saidSince reports whether words of the customer have come that he said after a moment.
func (s *Session) saidSince(at time.Time) bool {
	for _, chunk := range s.Transcript.last(maxHeard) {
		for i := range chunk {
			if chunk[i].Speaker == SpeakerCustomer && chunk[i].End.After(at) {
				return true
			}
		}
	}
	return false
}

// lookAgain tells anew whose words the last sentences are, once a change of the floor
// is told that lies before them. What was an operator's all along no longer counts for
// the mood; what turns out to be the customer's gets the score that the feed told. A
// decision that is made stands.
func (t *turn) lookAgain(s *Session, since time.Time) {
	last := len(s.Transcript.chunks) - 1
	if last < 0 {
		return
	}
	for i, u := range s.Transcript.chunks[last] {
		if u.End.Before(since) || u.Leg != "" {
			continue
		}
		speaker := s.whose(u.Start, u.End)
		if speaker == u.Speaker {
			continue
		}
		s.Words -= u.wordsOf()
		u.Speaker = speaker
		s.Words += u.wordsOf()
		if u.Judged {
			u.Judged = false
			s.Samples = slices.DeleteFunc(slices.Clone(s.Samples), func(x Sample) bool { return x.Utterance == u.ID })
		}
		u.score()
		t.count(s, &u)
		s.Transcript = s.Transcript.replace(last, i, u)
	}
}

// whose tells whose words a sentence is, though Symbl hears one mixed line: the
// floor-holder's, if that is known; else the customer's until another human has
// joined; nobody's while a prompt played.
func (s *Session) whose(start, end time.Time) Speaker {
	middle := start.Add(end.Sub(start) / 2)
	for _, span := range s.Spoken {
		if !middle.Before(span.From) && (span.To.IsZero() || middle.Before(span.To)) {
			return SpeakerPrompt
		}
	}
	human := s.humanSince(middle)
	for _, f := range slices.Backward(s.Floor) {
		if f.At.After(middle) {
			continue
		}
		if f.At.Before(human) {
			break // told before he came: it says nothing of now
		}
		if l, ok := s.Leg(f.Leg); ok && !l.Gone.IsZero() && !l.Gone.After(middle) {
			break // he has left since
		}
		if l, ok := s.Leg(f.Leg); ok && l.Role == RoleSupervisor && l.heardSince(middle).IsZero() {
			continue // only the operator hears him, or nobody
		}
		return s.speaker(f.Leg)
	}
	if !human.IsZero() {
		return SpeakerUnknown
	}
	return SpeakerCustomer
}

// Speaking tells who is speaking at a time, as far as it is known: whose words a
// partial is.
func (s *Session) Speaking(at time.Time) Speaker { return s.whose(at, at) }

// humanSince returns when the operator or the front desk who was on the call at a time
// had joined it, or a supervisor was first heard by all, whichever came last, or zero
// where nobody was.
func (s *Session) humanSince(at time.Time) time.Time {
	var since time.Time
	for _, l := range s.Legs {
		from := l.heardSince(at)
		if (l.Role == RoleOperator || l.Role == RoleFront) && !l.JoinedAt.IsZero() && !l.JoinedAt.After(at) && (l.Gone.IsZero() || l.Gone.After(at)) {
			from = l.JoinedAt
		}
		if from.After(since) {
			since = from
		}
	}
	return since
}

func (s *Session) speaker(name LegName) Speaker {
	l, ok := s.Leg(name)
	if !ok {
		return SpeakerUnknown
	}
	switch l.Role {
	case RoleCustomer:
		return SpeakerCustomer
	case RoleOperator:
		return SpeakerOperator
	case RoleFront:
		return SpeakerFront
	case RoleSupervisor:
		return SpeakerSupervisor
	case RoleListener, RoleUnplaced:
		return SpeakerUnknown
	default:
		panic(fmt.Sprintf("engine: leg of role %s speaks", l.Role))
	}
}
