package world

import (
	"fmt"
	"strings"
	"time"

	"switchboard/engine/recording"
)

// Said is one sentence that somebody said in a conference.
type Said struct {
	ID         string        // the same for all who heard it
	Leg        LegID         // whose words they are
	Who        recording.Who // empty for one of whom no recording tells
	Text       string
	Start, End time.Time // End is when the last word is said
	Scored     bool
	Polarity   int // in thousandths, if Scored
}

// A sentence is being said.
type sentence struct {
	Said
	audience []*leg // who was with the speaker when it began
	lost     bool   // the speaker was muted or left while he spoke
	missed   int    // bytes that were said before his words were written down
}

// say has somebody say a line, when he has said what he is saying.
func (w *World) say(l *leg, line recording.Line) {
	if l.saying != nil {
		if len(l.words) < maxWords {
			l.words = append(l.words, line)
		}
		return
	}
	l.said++
	s := &sentence{Said: Said{
		ID:  fmt.Sprintf("%s-%d", l.callLeg, l.said),
		Leg: l.id, Who: line.Who, Text: line.Say,
		Start: w.now, End: w.now.Add(line.Duration()),
		Scored: line.Scored, Polarity: line.Polarity,
	}}
	l.saying = s
	l.utter(s.Said)
	w.interims(l, 0)
	if l.silent() {
		s.lost = true
	} else {
		for _, o := range l.conference.members {
			if o.hears(l) {
				s.audience = append(s.audience, o)
			}
		}
		w.takeFloor(l)
	}
	w.tapeSaid(l, s)
	w.after(line.Duration(), l, func() { w.finish(l) })
}

// finish is the end of a sentence: those who have been there all along have heard it.
func (w *World) finish(l *leg) {
	s := l.saying
	l.saying = nil
	for _, o := range s.audience {
		if !s.lost && o.conference == l.conference && len(o.heard) < maxHeard {
			o.heard = append(o.heard, s.Said)
		}
	}
	w.write(l, s)
	if len(l.words) > 0 {
		next := l.words[0]
		l.words = l.words[1:]
		w.say(l, next)
	}
}

// takeFloor tells who speaks in a conference, when it is somebody else than before.
// A whisper takes no floor: the others do not hear it.
func (w *World) takeFloor(l *leg) {
	if l.conference.floor == l || l.seat.role == Whisper {
		return
	}
	l.conference.floor = l
	w.tellOf(FloorChanged, l.conference, l, nil)
}

// Heard returns the sentences that a leg has heard, without the first from of them:
// what was said from beginning to end in a conference that it was in, by those who
// were not muted. What is told to one leg alone, a prompt, nobody hears.
func (w *World) Heard(id LegID, from int) []Said {
	l, ok := w.legs[id]
	if !ok || from >= len(l.heard) {
		return nil
	}
	return append([]Said(nil), l.heard[max(0, from):]...)
}

// Saying returns the sentence that a leg is hearing, the newest if several speak at
// once. Its Text is what was said so far, in whole words.
func (w *World) Saying(id LegID) (Said, bool) {
	l, ok := w.legs[id]
	if !ok || l.conference == nil {
		return Said{}, false
	}
	var newest *sentence
	for _, o := range l.conference.members {
		s := o.saying
		if o == l || s == nil || s.lost || !s.heardBy(l) {
			continue
		}
		if newest == nil || s.Start.After(newest.Start) {
			newest = s
		}
	}
	if newest == nil {
		return Said{}, false
	}
	said := newest.Said
	said.Text = soFar(said, w.now)
	return said, said.Text != ""
}

func (s *sentence) heardBy(l *leg) bool {
	for _, o := range s.audience {
		if o == l {
			return true
		}
	}
	return false
}

// soFar returns the whole words of a sentence that are said by now.
func soFar(s Said, now time.Time) string {
	if !now.Before(s.End) {
		return s.Text
	}
	n := int(int64(len(s.Text)) * int64(now.Sub(s.Start)) / int64(s.End.Sub(s.Start)))
	end := strings.LastIndexByte(s.Text[:n], ' ')
	return s.Text[:max(0, end)]
}
