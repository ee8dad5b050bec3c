package world

import (
	"cmp"
	"slices"
	"time"
)

// A Snapshot is all that the world knows, for a test to judge by: legs and conferences
// that are live or ended within [Config.Keep].
type Snapshot struct {
	Now         time.Time
	Legs        []LegReport        // in the order in which they began
	Conferences []ConferenceReport // likewise
}

// A LegReport is what became of a leg.
type LegReport struct {
	LegState
	Party     Party
	Direction Direction
	From, To  string
	Recording string // the name of the customer's, or of the customer for whom an operator was called
	Customer  LegID  // the customer himself, or for whom an operator was called; empty for others
	Machine   bool   // a voicemail answered, or would have
	Answered  time.Time
	Answers   int // how often it was answered: once, if all is well
	Cause     string
	Said      int // sentences that its far end has said
	Heard     int // sentences that it has heard

	Muted, Held bool // in the conference that it is in
	Role        Role
	Whisper     []LegID // who hears it whisper
	Playing     string  // the audio that it hears: played to it, or held with

	Streams      int  // of its sound, ever
	Streaming    bool // now
	Transcribing bool
}

// A ConferenceReport is what became of a conference.
type ConferenceReport struct {
	ConferenceState
	Owner LegID
	Stays []Stay // in the order in which they began
}

// A Stay is a leg's time in a conference. To is zero while it lasts.
type Stay struct {
	Leg      LegID
	Party    Party
	From, To time.Time
	Roles    []Role // that it had, in order; the first is what it joined with
	Held     bool   // at some time
}

// Together returns the most legs of a party that were in the conference at once.
func (c ConferenceReport) Together(p Party) int {
	most := 0
	for _, a := range c.Stays {
		n := 0
		for _, b := range c.Stays {
			if b.Party == p && !b.From.After(a.From) && (b.To.IsZero() || b.To.After(a.From)) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func cloneStays(stays []Stay) []Stay {
	all := slices.Clone(stays)
	for i := range all {
		all[i].Roles = slices.Clone(all[i].Roles)
	}
	return all
}

// Snapshot returns what the world knows.
func (w *World) Snapshot() Snapshot {
	s := Snapshot{Now: w.now}
	for _, l := range w.legs {
		r := LegReport{
			LegState: l.view(), Party: l.party, Direction: l.direction, From: l.from, To: l.to,
			Machine: l.machine, Answered: l.answered, Answers: l.answers, Cause: l.cause, Said: l.said, Heard: len(l.heard),
			Streams: l.streams, Streaming: l.stream != nil, Transcribing: l.written != nil,
		}
		if l.customer != nil {
			r.Recording, r.Customer = l.customer.rec.Name, l.customer.leg.id
		}
		if s := l.seat; s != nil {
			r.Muted, r.Held, r.Role, r.Whisper, r.Playing = s.muted, s.held, s.role, slices.Clone(s.whisper), s.audio
		}
		if len(l.speech) > 0 && l.speech[0].audio != nil {
			r.Playing = l.speech[0].audio.Audio
		}
		s.Legs = append(s.Legs, r)
	}
	for _, c := range w.conferences {
		s.Conferences = append(s.Conferences, ConferenceReport{
			ConferenceState{c.id, c.name, c.began, c.ended, c.reason}, c.owner.id, cloneStays(c.stays)})
	}
	slices.SortFunc(s.Legs, func(a, b LegReport) int {
		return cmp.Or(a.Began.Compare(b.Began), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(s.Conferences, func(a, b ConferenceReport) int {
		return cmp.Or(a.Began.Compare(b.Began), cmp.Compare(a.ID, b.ID))
	})
	return s
}
