package world

import (
	"fmt"
	"strings"
	"time"
)

// What a transcription takes, and how sure it is of its words, in thousandths: from the
// first figure on, by less than the second more.
const (
	writtenAfter = 800 * time.Millisecond // the end of a sentence
	interimEvery = 500 * time.Millisecond // while it is said

	sure, sureMore     = 860, 130
	unsureOf, evenLess = 180, 250 // of words in another language
)

// A Transcription is how a leg is written down.
type Transcription struct {
	Language string // as in "en" or "en-US"; of no language that we know: it fits all
	Interims bool   // what is being said is told, too
}

// transcribing is a transcription that is going on.
type transcribing struct{ Transcription }

// Transcribe has what the far end of a leg says written down, until StopTranscribe:
// each sentence is told some time after its end, whether or not it is heard in a
// conference. What the leg is told is not written down. One that is being said is
// written down from here on. Words in another language are told as well, but nobody
// would rely on them.
func (w *World) Transcribe(id LegID, t Transcription, c Command) error {
	l, done, err := w.talking(id, c)
	switch {
	case done || err != nil:
		return err
	case l.written != nil:
		return errTranscribing()
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	l.written = &transcribing{t}
	if s := l.saying; s != nil {
		s.missed = len(soFar(s.Said, w.now))
		w.interims(l, s.missed)
	}
	return nil
}

// StopTranscribe ends what Transcribe has begun. What has not been told yet is not.
func (w *World) StopTranscribe(id LegID, c Command) error {
	l, done, err := w.talking(id, c)
	switch {
	case done || err != nil:
		return err
	case l.written == nil:
		return errNotTranscribing()
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	l.written = nil
	return nil
}

// interims tells what is being said while it is, where that is asked for, beyond the
// first told bytes of it.
func (w *World) interims(l *leg, told int) {
	t, s := l.written, l.saying
	if t == nil || !t.Interims {
		return
	}
	w.after(interimEvery, l, func() {
		if l.written != t || l.saying != s {
			return
		}
		text := soFar(s.Said, w.now)
		if len(text) > told {
			w.tellWords(l, s, text, false)
		}
		w.interims(l, max(told, len(text)))
	})
}

// write tells a sentence that is over, some time later.
func (w *World) write(l *leg, s *sentence) {
	t := l.written
	if t == nil {
		return
	}
	w.after(writtenAfter, l, func() {
		if l.written == t {
			w.tellWords(l, s, s.Text, true)
		}
	})
}

// tellWords tells the words of a sentence so far, without those that were said before
// they were to be written down.
func (w *World) tellWords(l *leg, s *sentence, text string, final bool) {
	text = strings.TrimSpace(text[min(s.missed, len(text)):])
	if text == "" {
		return
	}
	least, more := int64(sure), int64(sureMore)
	if !l.written.fits(l.language()) {
		least, more = unsureOf, evenLess
	}
	dice := w.chance(fmt.Sprintf("transcribe/%s/%d", s.ID, len(text)))
	confidence := int(least + dice.Int64N(more))
	w.tell(Transcribed, l, func(e *Event) { e.Text, e.Final, e.Confidence = text, final, confidence })
}

// language returns what the far end of a leg speaks.
func (l *leg) language() string {
	if l.customer == nil || l.machine {
		return "en"
	}
	return l.customer.rec.Language
}

// fits reports whether a transcription is made for a language.
func (t *transcribing) fits(language string) bool {
	base, _, _ := strings.Cut(t.Language, "-")
	return len(base) != 2 || strings.EqualFold(base, language)
}
