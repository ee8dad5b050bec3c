package world

import (
	"slices"
	"strings"
	"time"
)

// A Play is what a playback plays, and how often.
type Play struct {
	Audio string // an address, or the name of a file that was uploaded
	Media bool   // it is such a name
	Times int    // 0: over and over
	Stop  Stop   // what it cuts off; what it does not waits
}

// audioLasts is how long every file takes.
const audioLasts = 30 * time.Second

// Play plays audio to one leg, after what it is being told. What is not there ends at
// once.
func (w *World) Play(id LegID, p Play, c Command) error {
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
	w.cut(l, p.Stop)
	w.queue(l, prompt{audio: &p})
	return nil
}

// StopPlay ends what a leg is told, played or spoken: all of it, or with StopCurrent
// what it is being told now. Where nothing is it does nothing.
func (w *World) StopPlay(id LegID, stop Stop, c Command) error {
	l, done, err := w.talking(id, c)
	if done || err != nil {
		return err
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	w.cut(l, stop)
	return nil
}

// there reports whether there is such a file: every address of a web server is one.
func (w *World) there(p *Play) bool {
	if p.Media {
		return slices.Contains(w.cfg.Media, p.Audio)
	}
	return strings.HasPrefix(p.Audio, "https://") || strings.HasPrefix(p.Audio, "http://")
}

// told tells how what was told to a leg ended; a gather tells its own end.
func (w *World) told(l *leg, p prompt, status string) {
	kind := SpeakEnded
	switch {
	case p.gather != nil:
		return
	case p.audio != nil:
		kind = PlaybackEnded
	}
	w.tell(kind, l, func(e *Event) { e.Status = status; e.playing(p) })
}

func (e *Event) playing(p prompt) {
	if p.audio != nil {
		e.Audio, e.Media = p.audio.Audio, p.audio.Media
	}
}
