package engine

import (
	"slices"
	"time"
)

// maxHeard is how many sentences a case holds.
const maxHeard = 48

// Case returns what a rule may know of the call now. Typical is how long 95 of a
// hundred calls last; zero where too few are known.
func (s *Session) Case(now time.Time, typical time.Duration) Case {
	c := Case{
		Now: now, Answered: s.AnsweredAt, Talking: s.judgeable(), English: s.Language == English,
		Said: s.heard(), Words: s.Words, NoInput: s.NoInput, Announced: s.AnnouncedAt, Attested: s.Attested, Typical: typical,
	}
	is := s.standing(now)
	c.State, c.Since, c.Blind, c.Unheard = is.State, is.Since, is.BlindSince, s.Unagreed()
	c.Quiet = s.quiet(is)
	if l, ok := s.Customer(); ok {
		c.Keys = l.Keys
	}
	return c
}

// judgeable reports whether the call goes on and rules may look at it.
func (s *Session) judgeable() bool {
	return s.Number > 0 && s.Phase == PhaseTalking && s.Ending == "" && s.Quarantined.Event == 0
}

// heard returns the last sentences in the order they were said.
func (s *Session) heard() []Heard {
	last := s.Transcript.last(maxHeard)
	all := make([]Heard, 0, len(last[0])+len(last[1])+len(last[2]))
	for _, chunk := range last {
		for i := range chunk {
			all = append(all, s.hear(&chunk[i]))
			for at := len(all) - 1; at > 0 && all[at-1].At.After(all[at].At); at-- { // they come nearly in order
				all[at-1], all[at] = all[at], all[at-1]
			}
		}
	}
	return all
}

func (s *Session) hear(u *Utterance) Heard {
	words := countWords(u.Text)
	h := Heard{
		Utterance: u.ID, At: u.Start, End: u.End, Speaker: u.Speaker, Text: u.Text, Words: words,
		Scored: u.Judged && s.Language == English, Polarity: u.Polarity,
		Told: u.Told, Confidence: u.Confidence, Source: u.Source, Flags: u.Flags, Weight: weigh(words, u.Confidence),
	}
	if !h.Scored {
		h.Polarity = u.ToldPolarity
	}
	return h
}

// A Standing is what a call is in the midst of, and since when. It is kept at the end
// of each turn.
type Standing struct {
	State      CallState
	Since      time.Time // of the state
	BlindSince time.Time `json:",omitzero"` // since when nobody hears the customer; zero: he is heard
	HeardSince time.Time `json:",omitzero"` // since when the feed hears him without a break; zero: it does not
}

// standing returns how the call stands now.
func (s *Session) standing(now time.Time) Standing {
	is := s.Standing
	if state := s.callState(); state != is.State {
		is.State, is.Since = state, now
	}
	trying := !is.BlindSince.IsZero() && s.Phase == PhaseTalking && s.Feed.Status == FeedConnecting // and blind until it is heard
	is.BlindSince = since(is.BlindSince, s.Blind() || trying, s.blindFrom(now))
	is.HeardSince = since(is.HeardSince, s.Feed.Status == FeedLive && s.Feed.BlindAt.IsZero() && !s.Feed.Late, now)
	return is
}

// blindFrom returns since when nobody has heard a call that is found blind now: it is
// found so only when the feed's sign of life has been missing for a while.
func (s *Session) blindFrom(now time.Time) time.Time {
	if s.Feed.Status != FeedBlind {
		return now
	}
	if from := now.Add(-blindAfter); from.After(s.AnsweredAt) {
		return from
	}
	return s.AnsweredAt
}

// since keeps a time for as long as something is so.
func since(from time.Time, so bool, now time.Time) time.Time {
	switch {
	case !so:
		return time.Time{}
	case from.IsZero():
		return now
	}
	return from
}

// callState returns what is going on in the call.
func (s *Session) callState() CallState {
	switch {
	case s.Ending != "" || s.Phase == PhaseEnding || s.Phase == PhaseOver:
		return CallEnding
	case s.Phase == PhaseRinging:
		return CallRinging
	case s.onHold():
		return CallHold
	case s.withHuman():
		return CallOperator
	case s.Transfer.Status == TransferQueued, s.Transfer.Under() && !s.Transfer.Queued.IsZero():
		return CallQueued // also while somebody is called for him: he waits on
	case s.Transfer.Under():
		return CallReaching
	case s.Transfer.Status == TransferProposed:
		return CallProposed
	case s.joinedAs(RoleFront):
		return CallFront
	}
	return CallMachine
}

func (s *Session) onHold() bool {
	l, ok := s.Customer()
	return ok && l.Held
}

// withHuman reports whether an operator is in the conference, or a supervisor who is
// heard by the customer.
func (s *Session) withHuman() bool {
	return s.joinedAs(RoleOperator) || slices.ContainsFunc(s.Legs, func(l Leg) bool {
		return l.Role == RoleSupervisor && l.Live() && l.Joined && l.Monitor == Barge
	})
}

func (s *Session) joinedAs(role Role) bool {
	return slices.ContainsFunc(s.Legs, func(l Leg) bool { return l.Role == role && l.Live() && l.Joined })
}

// quiet returns since when nobody has spoken though somebody should and we would have
// heard it; zero where that is not so.
func (s *Session) quiet(is Standing) time.Time {
	switch is.State {
	case CallRinging, CallHold, CallReaching, CallQueued, CallEnding:
		return time.Time{}
	case CallMachine, CallFront, CallProposed, CallOperator:
	}
	if is.HeardSince.IsZero() || !is.BlindSince.IsZero() || s.Prompt.Kind != PromptNone || s.Menu.Open || s.Wait.Audio {
		return time.Time{}
	}
	from := s.AnsweredAt
	for _, at := range []time.Time{is.Since, is.HeardSince, s.lastHeard(), s.lastSpoken()} {
		if at.After(from) {
			from = at
		}
	}
	return from
}

// lastHeard returns when the last sentence of anybody ended.
func (s *Session) lastHeard() time.Time {
	var last time.Time
	for _, chunk := range s.Transcript.last(maxHeard) {
		for i := range chunk {
			if chunk[i].End.After(last) {
				last = chunk[i].End
			}
		}
	}
	return last
}

// lastSpoken returns when our last prompt ended.
func (s *Session) lastSpoken() time.Time {
	if n := len(s.Spoken); n > 0 {
		return s.Spoken[n-1].To
	}
	return time.Time{}
}

// wordsOf returns how many words a sentence adds to what the customer has said.
func (u *Utterance) wordsOf() int {
	if u.Speaker != SpeakerCustomer {
		return 0
	}
	return countWords(u.Text)
}
