package engine

import (
	"time"
)

// feedDue runs the waits of feeds that have come.
func (t *turn) feedDue(s *Session) {
	f := &s.Feed
	if t.due(f.HoldUntil) {
		f.HoldUntil = time.Time{}
		t.holdOver(s)
	}
	if t.due(f.Anew) {
		f.Anew = time.Time{}
		t.feedsAnew(s)
	}
	if !f.Voice.IsZero() && t.due(f.Voice.Add(wordless)) {
		f.Voice = time.Time{}
		if ear := f.ear(FeedTelnyx); ear != nil && ear.hears() {
			ear.BlindAt, ear.Failing = t.now, t.now.Add(-wordless)
			t.earFails(s, ear, "the customer speaks and no words come")
		}
	}
	for i := range f.Ears {
		t.earDue(s, &f.Ears[i])
	}
	t.phoneDue(s)
	t.scoresDue(s)
}

func (t *turn) earDue(s *Session, ear *Ear) {
	if t.due(ear.Patient) {
		ear.Patient = time.Time{}
	}
	if t.due(ear.StartBy) {
		t.earLost(s, ear, ear.notStarted())
	}
	if t.due(ear.NextTry) && ear.Kind != FeedPhone {
		ear.NextTry = time.Time{}
	}
	if t.due(ear.BlindAt) {
		ear.BlindAt, ear.Status = time.Time{}, FeedBlind
		t.sumUp(s)
		if s.Feed.leader() == len(s.Feed.Ears) {
			t.note(s, NoteTrouble, "blind: %s", ear.Why)
		}
	}
	for i := 0; i < len(ear.Lines); i++ { // none are left of a feed that is lost by one
		if t.due(ear.Lines[i].Again) {
			t.lineDue(s, ear, i)
		}
	}
}

// wait gives the waits of a call's feeds.
func (f *Feed) wait(wait func(time.Time)) {
	wait(f.HoldUntil)
	wait(f.Anew)
	wait(f.Phone.CodeUntil)
	wait(f.Phone.AbsentAt)
	for i := range f.Ears {
		e := &f.Ears[i]
		wait(e.Patient)
		wait(e.StartBy)
		wait(e.NextTry)
		wait(e.BlindAt)
		for _, l := range e.Lines {
			wait(l.Again)
		}
	}
	if !f.Voice.IsZero() {
		wait(f.Voice.Add(wordless))
	}
	if len(f.Scoring) > 0 {
		wait(f.Scoring[0].By)
	}
}

// quiet ends the waits of a feed.
func (e *Ear) quiet() {
	e.Patient, e.StartBy, e.NextTry, e.BlindAt, e.GivenUp = time.Time{}, time.Time{}, time.Time{}, time.Time{}, true
	for i := range e.Lines {
		e.Lines[i].Again = time.Time{}
	}
}
