package world

import (
	"fmt"
	"time"
)

// Limits of recordings.
const (
	maxTapes  = 256             // that are remembered; the oldest are forgotten first
	savedIn   = 2 * time.Second // after the end of a leg
	maxTaped  = 4096            // sentences on one tape; beyond it no more are
	maxPauses = 256             // of one tape
)

// A Tape is what was recorded of a leg: what its far end said, and what it heard. As
// Telnyx does, it leaves out what was said while the recording was paused.
type Tape struct {
	ID     string // a UUID
	Leg    LegID
	From   time.Time
	To     time.Time // zero while it is recorded
	Pauses []Pause
	said   []Said
	heard  []Said
}

// A Pause is a stretch that a tape leaves out. To is zero while it lasts.
type Pause struct{ From, To time.Time }

func (t *Tape) paused() bool {
	n := len(t.Pauses)
	return n > 0 && t.Pauses[n-1].To.IsZero()
}

// Sound returns the samples of a tape, in mu-law: of what the far end said or, with
// heard, of what was said to it. A [Listener] reads the words.
func (t *Tape) Sound(heard bool) []byte {
	v := NewVoice(t.From)
	words := t.said
	if heard {
		words = t.heard
	}
	for _, s := range words {
		v.Say(s)
	}
	var sound []byte
	from := t.From
	read := func(to time.Time, keep bool) {
		if to.IsZero() || to.After(t.To) {
			to = t.To
		}
		samples := make([]byte, max(0, int(to.Sub(from)/perSample)))
		v.Read(samples)
		if keep {
			sound = append(sound, samples...)
		}
		from = to
	}
	for _, p := range t.Pauses {
		read(p.From, true)
		read(p.To, false)
	}
	read(t.To, true)
	return sound
}

// StartRecording begins to record a leg. Before anything was heard on it, it is refused.
func (w *World) StartRecording(id LegID, c Command) error {
	l, done, err := w.talking(id, c)
	switch {
	case done || err != nil:
		return err
	case l.spoken == 0 && l.conference == nil && l.said == 0:
		return errNoAudio()
	case l.tape != nil:
		return errRecording()
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	l.tapes++
	l.tape = &Tape{ID: w.uuid(fmt.Sprintf("%s/tape/%d", l.key, l.tapes)), Leg: l.id, From: w.now}
	if s := l.saying; s != nil {
		l.tape.said = append(l.tape.said, s.Said)
	}
	return nil
}

// PauseRecording leaves out what comes, until ResumeRecording. Where it is paused already
// it does nothing.
func (w *World) PauseRecording(id LegID, c Command) error {
	return w.onTape(id, c, func(t *Tape) {
		if !t.paused() && len(t.Pauses) < maxPauses {
			t.Pauses = append(t.Pauses, Pause{From: w.now})
		}
	})
}

// ResumeRecording records again. Where it is not paused it does nothing.
func (w *World) ResumeRecording(id LegID, c Command) error {
	return w.onTape(id, c, func(t *Tape) {
		if t.paused() {
			t.Pauses[len(t.Pauses)-1].To = w.now
		}
	})
}

func (w *World) onTape(id LegID, c Command, do func(*Tape)) error {
	l, done, err := w.talking(id, c)
	switch {
	case done || err != nil:
		return err
	case l.tape == nil:
		return errNotRecording()
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	do(l.tape)
	return nil
}

// Tapes returns what was recorded of legs that are over, and of those that are not as far
// as it goes, the oldest first.
func (w *World) Tapes() []Tape {
	tapes := append([]Tape(nil), w.tapes...)
	for _, l := range w.live {
		if l.tape != nil {
			t := *l.tape
			t.To = w.now
			tapes = append(tapes, t)
		}
	}
	return tapes
}

// tapeSaid records a sentence that a leg begins to say, on its tape and on those of the
// legs that hear it.
func (w *World) tapeSaid(l *leg, s *sentence) {
	if l.tape != nil && len(l.tape.said) < maxTaped {
		l.tape.said = append(l.tape.said, s.Said)
	}
	for _, o := range s.audience {
		if o.tape != nil && len(o.tape.heard) < maxTaped {
			o.tape.heard = append(o.tape.heard, s.Said)
		}
	}
}

// endTape ends the recording of a leg that is over, and tells a little later where it is.
func (w *World) endTape(l *leg) {
	t := l.tape
	if t == nil {
		return
	}
	l.tape = nil
	t.To = w.now
	if t.paused() {
		t.Pauses[len(t.Pauses)-1].To = w.now
	}
	if len(w.tapes) == maxTapes {
		w.tapes = w.tapes[1:]
	}
	w.tapes = append(w.tapes, *t)
	w.after(savedIn, nil, func() {
		w.tell(RecordingSaved, l, func(e *Event) {
			e.Recording, e.RecordedFrom, e.RecordedTo = t.ID, t.From, t.To
		})
	})
}
