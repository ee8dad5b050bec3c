package world

import "fmt"

// maxUttered is how many sentences of a leg are kept for those who stream its sound.
const maxUttered = 16

// A Stream is the sound of one leg on its way to somebody: what its far end says,
// whether or not it is muted or held in a conference, and nothing of what it is told.
// The world knows that there is one; its servers carry it.
type Stream struct {
	ID      string // a UUID
	Leg     LegID
	Session string
	From    string
	To      string
	State   string // the leg's client_state when it began
	Codec   string // what the leg speaks: [MuLaw] or [ALaw]
	URL     string // where the sound goes
}

// Stream begins to stream a leg's sound. Nothing is told of it before [World.StreamUp]
// or [World.StreamDown]. It returns no ID for a command that has been carried out
// before.
func (w *World) Stream(id LegID, url string, c Command) (Stream, error) {
	l, done, err := w.talking(id, c)
	switch {
	case done || err != nil:
		return Stream{}, err
	case l.stream != nil:
		return Stream{}, errStreaming()
	}
	if err := w.accept(l, c); err != nil {
		return Stream{}, err
	}
	l.streams++
	l.stream = &Stream{
		ID:  w.uuid(fmt.Sprintf("%s/stream/%d", l.key, l.streams)),
		Leg: l.id, Session: l.session, From: l.from, To: l.to, State: l.state, Codec: l.codec, URL: url,
	}
	return *l.stream, nil
}

// StopStream ends a leg's stream, and tells so. An ID that is not empty is the
// stream's.
func (w *World) StopStream(id LegID, stream string, c Command) error {
	l, done, err := w.talking(id, c)
	switch {
	case done || err != nil:
		return err
	case l.stream == nil || stream != "" && stream != l.stream.ID:
		return errNotStreaming()
	}
	if err := w.accept(l, c); err != nil {
		return err
	}
	w.endStream(l)
	return nil
}

// StreamUp tells that a stream has reached where it goes. It does nothing if the stream
// is over.
func (w *World) StreamUp(s Stream) {
	if l, on := w.streaming(s); on {
		w.tell(StreamStarted, l, func(e *Event) { e.Stream, e.URL = s.ID, s.URL })
	}
}

// StreamDown ends a stream of which the servers say that it is over: because it did not
// get where it goes, with the reason in Telnyx's words, or without a reason because it
// is not wanted there any more. It does nothing if the stream is over.
func (w *World) StreamDown(s Stream, reason string) {
	l, on := w.streaming(s)
	if !on {
		return
	}
	if reason == "" {
		w.endStream(l)
		return
	}
	l.stream = nil
	w.tell(StreamFailed, l, func(e *Event) { e.Stream, e.URL, e.Reason = s.ID, s.URL, reason })
}

// Sound returns what the far end of a streamed leg has said, or has begun to say,
// without the first from of its sentences; how many there have been, to ask with next
// time; and whether the stream is still wanted. Sentences from long ago are missing.
func (w *World) Sound(s Stream, from int) (said []Said, next int, on bool) {
	l, on := w.streaming(s)
	if !on {
		return nil, from, false
	}
	if n := min(l.said-from, len(l.uttered)); n > 0 {
		said = append(said, l.uttered[len(l.uttered)-n:]...)
	}
	return said, l.said, true
}

// streaming returns the leg of a stream that is not over.
func (w *World) streaming(s Stream) (*leg, bool) {
	l, ok := w.legs[s.Leg]
	return l, ok && l.stream != nil && l.stream.ID == s.ID
}

func (w *World) endStream(l *leg) {
	s := l.stream
	if s == nil {
		return
	}
	l.stream = nil
	w.tell(StreamStopped, l, func(e *Event) { e.Stream, e.URL = s.ID, s.URL })
}

// utter keeps what a leg begins to say.
func (l *leg) utter(s Said) {
	if len(l.uttered) == maxUttered {
		l.uttered = append(l.uttered[:0], l.uttered[1:]...)
	}
	l.uttered = append(l.uttered, s)
}
