package world

import (
	"strings"
	"time"
	"unicode/utf8"
)

// A prompt is a text that is spoken to one leg alone, or audio that is played to it.
type prompt struct {
	text   string
	gather *gather // whose text it is; nil for a plain one
	audio  *Play   // in place of a text
}

func (p prompt) duration() time.Duration {
	if p.audio != nil {
		return audioLasts * time.Duration(p.audio.Times)
	}
	return 400*time.Millisecond + 60*time.Millisecond*time.Duration(utf8.RuneCountInString(p.text))
}

// A Stop says what a prompt cuts off.
type Stop uint8

// What a prompt may cut off.
const (
	StopNone    Stop = iota // it waits until the others are over
	StopCurrent             // what is being spoken
	StopAll                 // that, and what waits
)

// Speak says a text to a leg.
func (w *World) Speak(id LegID, text string, stop Stop, c Command) error {
	l, done, err := w.talking(id, c)
	switch {
	case done || err != nil:
		return err
	case len(l.speech) >= maxQueue:
		return errQueue()
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	w.cut(l, stop)
	w.queue(l, prompt{text: text})
	return nil
}

// A Gathering is what a gather collects.
type Gathering struct {
	Text       string // spoken first; empty for none
	Valid      string // the keys that count
	Min, Max   int
	Terminator string        // ends it early; empty for none
	First      time.Duration // to wait for the first key, once the text is over
	Between    time.Duration // to wait for each further key
	Total      time.Duration // to wait for all of them; 0 is for ever
	Tries      int           // times that the text is spoken
}

type gather struct {
	Gathering
	digits string
	waits  int  // timers set: tells one that has been overtaken
	taken  bool // an operator is about to press a key
}

// Gather collects keys from a leg, in place of what another gather is collecting.
func (w *World) Gather(id LegID, g Gathering, c Command) error {
	l, done, err := w.talking(id, c)
	switch {
	case done || err != nil:
		return err
	case len(l.speech) >= maxQueue:
		return errQueue()
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	w.gathered(l, "cancelled")
	l.gather = &gather{Gathering: g}
	if l.customer != nil && l.party == Customer {
		l.customer.gathered = ""
	}
	if g.Text != "" {
		w.queue(l, prompt{text: g.Text, gather: l.gather})
	} else {
		w.waitFirst(l)
	}
	return nil
}

// StopGather ends a gather and what it is saying. Where none is under way it does
// nothing.
func (w *World) StopGather(id LegID, c Command) error {
	l, done, err := w.talking(id, c)
	if done || err != nil {
		return err
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	w.gathered(l, "cancelled")
	return nil
}

// queue has a prompt spoken once those before it are over.
func (w *World) queue(l *leg, p prompt) {
	l.speech = append(l.speech, p)
	if len(l.speech) == 1 {
		w.speakNext(l)
	}
}

// speakNext begins the first prompt of the queue.
func (w *World) speakNext(l *leg) {
	if len(l.speech) == 0 {
		return
	}
	p := l.speech[0]
	l.spoken++
	n := l.spoken
	switch {
	case p.audio != nil && !w.there(p.audio):
		l.speech = l.speech[1:]
		w.told(l, p, "file_not_found")
		w.speakNext(l)
		return
	case p.audio != nil:
		w.tell(PlaybackStarted, l, func(e *Event) { e.playing(p) })
	case p.gather == nil:
		w.tell(SpeakStarted, l, nil)
	}
	switch {
	case p.audio != nil: // music tells nobody anything
	case l.party == Customer:
		w.hears(l.customer, p.gather != nil)
	case l.party == Operator && p.gather != nil:
		w.briefed(l, p)
	}
	if p.audio != nil && p.audio.Times == 0 {
		return // until it is cut off
	}
	w.after(p.duration(), l, func() {
		if l.spoken != n || len(l.speech) == 0 {
			return // cut off
		}
		l.speech = l.speech[1:]
		w.told(l, p, "completed")
		if p.gather != nil && p.gather == l.gather {
			w.waitFirst(l)
		}
		w.speakNext(l)
	})
}

// cut stops prompts. A gather whose text is cut off goes on without it.
func (w *World) cut(l *leg, stop Stop) {
	if stop == StopNone || len(l.speech) == 0 {
		return
	}
	was := l.speech[0]
	waiting := l.speech[1:]
	if stop == StopAll {
		waiting = nil
	}
	l.speech = nil
	l.spoken++
	w.told(l, was, "cancelled")
	if was.gather != nil && was.gather == l.gather {
		w.waitFirst(l)
	}
	l.speech = append(l.speech, waiting...)
	w.speakNext(l)
}

// press is a key on a leg that is answered.
func (w *World) press(l *leg, digit string) {
	if l.status != up {
		return
	}
	w.tell(KeyPressed, l, func(e *Event) { e.Digit = digit })
	g := l.gather
	if g == nil {
		return
	}
	w.silence(l, g)
	if digit == g.Terminator {
		w.judge(l)
		return
	}
	g.digits += digit
	if len(g.digits) >= g.Max {
		w.judge(l)
		return
	}
	w.wait(l, g.Between, w.judge)
}

// silence stops a gather's own text.
func (w *World) silence(l *leg, g *gather) {
	if len(l.speech) == 0 || l.speech[0].gather != g {
		return
	}
	l.speech = l.speech[1:]
	l.spoken++
	w.speakNext(l)
}

// waitFirst gives a gather its time to wait for a key.
func (w *World) waitFirst(l *leg) {
	g := l.gather
	if g.Total > 0 {
		w.after(g.Total, l, func() {
			if l.gather == g {
				g.Tries = 0
				w.judge(l)
			}
		})
	}
	w.wait(l, g.First, w.judge)
}

// wait sets the gather's timer in place of the one before.
func (w *World) wait(l *leg, d time.Duration, then func(*leg)) {
	g := l.gather
	g.waits++
	n := g.waits
	w.after(d, l, func() {
		if l.gather == g && g.waits == n {
			then(l)
		}
	})
}

// judge is the end of one try.
func (w *World) judge(l *leg) {
	g := l.gather
	g.waits++
	g.Tries--
	switch {
	case len(g.digits) >= g.Min && strings.Trim(g.digits, g.Valid) == "" && g.digits != "":
		w.gathered(l, "valid")
	case g.Text != "" && g.Tries > 0:
		g.digits = ""
		w.queue(l, prompt{text: g.Text, gather: g})
	case g.digits == "":
		w.gathered(l, "timeout")
	default:
		w.gathered(l, "invalid")
	}
}

// gathered ends the gather that is under way, if any.
func (w *World) gathered(l *leg, status string) {
	g := l.gather
	if g == nil {
		return
	}
	l.gather = nil
	if l.party == Customer {
		l.customer.gathered = status
	}
	w.tell(GatherEnded, l, func(e *Event) { e.Digits, e.Status = g.digits, status })
	kept := l.speech[:0:0]
	for i, p := range l.speech {
		if i > 0 && p.gather == g {
			continue
		}
		kept = append(kept, p)
	}
	l.speech = kept
	w.silence(l, g)
}

// hush ends all that a leg is told and asked.
func (w *World) hush(l *leg, status string) {
	speech := l.speech
	l.speech = nil
	l.spoken++
	if len(speech) > 0 {
		w.told(l, speech[0], status)
	}
	w.gathered(l, status)
}
