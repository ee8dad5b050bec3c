package engine

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"
)

// A line is one leg as a feed hears it alone: Symbl by stream, or Telnyx's transcription.

const (
	maxStreams   = 5               // of one leg's sound, by one feed, none of which went well
	streamsAgain = 2 * time.Second // after a stream broke
	streamGood   = time.Minute     // a stream that lasted so long went well: what broke before it does not count
)

// customerName is the name of the customer's leg.
const customerName = LegName("customer")

// lines has a feed hear each leg that talks with the customer, from when it does, and
// no longer those that are gone.
func (t *turn) lines(s *Session, ear *Ear) {
	if ear.Kind == FeedPhone {
		return
	}
	for i := len(ear.Lines) - 1; i >= 0; i-- {
		if l, ok := s.Leg(ear.Lines[i].Leg); !ok || !l.Live() {
			t.gapOver(s, ear.Lines[i].Leg)
			ear.Lines = slices.Delete(ear.Lines, i, i+1)
			if ok && ear.Kind == FeedStream && l.ID != "" {
				t.order(s, string(l.Name), Unrelay{Connection: s.Feed.Stream.Connection, Leg: l.ID})
			}
		}
	}
	for _, l := range s.Legs {
		i := slices.IndexFunc(ear.Lines, func(x Line) bool { return x.Leg == l.Name })
		switch {
		case !l.talks():
		case i < 0:
			ear.Lines = append(ear.Lines, Line{Leg: l.Name})
			t.beginLine(s, ear, len(ear.Lines)-1)
		case ear.Kind == FeedTelnyx && ear.Lines[i].Taken && ear.Lines[i].Language != t.prompts(s).Language:
			t.order(s, string(l.Name), StopTranscribe{Leg: l.ID}) // he has chosen another language
			t.beginLine(s, ear, i)
		}
	}
}

// talks reports whether a leg is one whose words are wanted. Supervisors' are not.
func (l Leg) talks() bool {
	if l.ID == "" || l.Status != LegUp || l.HangupAsked {
		return false
	}
	return l.Role == RoleCustomer || (l.Role == RoleOperator || l.Role == RoleFront) && l.Joined
}

func (t *turn) beginLine(s *Session, ear *Ear, i int) {
	line := &ear.Lines[i]
	l := s.leg(line.Leg)
	line.Taken, line.Up = false, false
	if ear.Kind == FeedTelnyx {
		line.Language = t.prompts(s).Language
		t.order(s, string(l.Name), Transcribe{Leg: l.ID, Language: line.Language})
		return
	}
	t.order(s, string(l.Name), Relay{
		Leg: l.ID, Connection: s.Feed.Stream.Connection, Speaker: l.Role.String(), Language: t.Settings.English.Language,
		Title: t.Settings.Conference + " " + string(s.ID),
	})
	t.stream(s, line)
}

// stream has Telnyx send a leg's sound to an address that only it is told.
func (t *turn) stream(s *Session, line *Line) {
	l := s.leg(line.Leg)
	line.Count++
	line.Up, line.Again = false, time.Time{}
	line.Token = t.secret(s, "stream", string(l.Name), s.ordered("stream/"+string(l.Name))+1)
	t.order(s, string(l.Name), Stream{Leg: l.ID, Token: line.Token})
}

// streamID names a connection of Symbl's, which takes any UUID.
func (t *turn) streamID(s *Session, try int) ConnectionID {
	x := t.secret(s, "connection", "symbl", try)
	return ConnectionID(fmt.Sprintf("%s-%s-%s-%s-%s", x[:8], x[8:12], x[12:16], x[16:20], x[20:32]))
}

// secret computes a word that nobody outside can tell, for it depends on the journal's
// epoch: 32 hexadecimal digits.
func (t *turn) secret(s *Session, what, subject string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%s|%s|%d", t.Epoch, s.ID, what, subject, n))
	return fmt.Sprintf("%x", sum[:16])
}

func (s *Session) isCustomer(id LegID) bool {
	l, ok := s.Leg(customerName)
	return ok && l.ID == id
}

// line returns the line of a leg, to be written.
func (e *Ear) line(name LegName) (*Line, bool) {
	i := slices.IndexFunc(e.Lines, func(l Line) bool { return l.Leg == name })
	if i < 0 {
		return nil, false
	}
	return &e.Lines[i], true
}

// streamed reports whether the customer is heard: Symbl takes his sound, and it comes.
func (s *Session) streamed(ear *Ear) bool {
	line, ok := ear.line(customerName)
	return ok && line.Taken && line.Up
}

// relayed is for a socket of Symbl's that takes a leg's sound.
func (t *turn) relayed(s *Session, c Command, e Listening, ok bool) {
	a, _ := c.Action.(Relay)
	if !ok || s.Ending != "" || s.Feed.Stream.Connection == "" || s.Feed.Stream.Connection != e.Connection {
		t.stray(e.Command.Session(), string(e.Connection), Unrelay{Connection: e.Connection, Conversation: e.Conversation})
		return
	}
	if e.Conversation != "" {
		s.Feed.Stream.Conversation = e.Conversation
	}
	ear := s.Feed.ear(FeedStream)
	l, there := s.on(a.Leg)
	if !there {
		return
	}
	if line, ok := ear.line(l.Name); ok {
		line.Taken = true
		t.streamUp(s, ear, line)
	}
}

func (t *turn) mediaUp(e MediaUp) {
	if s, ear, line, ok := t.streamLine(e.LegRef, e.Token); ok && !line.Up {
		line.Up, line.Since, line.Again = true, t.now, time.Time{}
		t.streamUp(s, ear, line)
	}
}

// streamUp goes on when a leg's sound comes, or Symbl takes it, whichever is last.
func (t *turn) streamUp(s *Session, ear *Ear, line *Line) {
	switch {
	case !line.Taken || !line.Up:
	case line.Leg != customerName:
		t.legHeard(s, ear, s.leg(line.Leg).ID)
	case ear.Status == FeedConnecting:
		t.earLive(s, ear)
	default:
		t.earBack(s, ear)
	}
}

func (t *turn) mediaDown(e MediaDown) {
	if s, ear, line, ok := t.streamLine(e.LegRef, e.Token); ok {
		t.streamDown(s, ear, line, e.Why)
	}
}

// streamFailed is for a stream of which Telnyx says that it failed. Of one that came and
// broke our own socket has told, and sooner.
func (t *turn) streamFailed(e StreamFailed) {
	if s, ear, line, ok := t.streamLine(e.LegRef, e.Token); ok && !line.Up && line.Again.IsZero() {
		t.streamDown(s, ear, line, "Telnyx could not open the media stream: "+e.Why)
	}
}

// streamLine returns the line that a leg's stream is of. A token that is not the one
// awaited is of a stream that was given up.
func (t *turn) streamLine(r LegRef, token string) (*Session, *Ear, *Line, bool) {
	s, l, ok := t.leg(r)
	if !ok {
		return nil, nil, nil, false
	}
	ear := s.Feed.ear(FeedStream)
	if ear == nil || ear.Status == FeedNone || s.Ending != "" {
		return nil, nil, nil, false
	}
	line, ok := ear.line(l.Name)
	if !ok || token != "" && token != line.Token {
		return nil, nil, nil, false
	}
	return s, ear, line, true
}

// streamDown is for a stream of sound that broke, or never came.
func (t *turn) streamDown(s *Session, ear *Ear, line *Line, why string) {
	why = clip(why, maxText)
	if line.Up && t.now.Sub(line.Since) >= streamGood {
		line.Count = 0
	}
	line.Up = false
	switch {
	case line.Count < maxStreams:
		line.Again = t.now.Add(streamsAgain)
	case line.Leg == customerName && ear.Status == FeedConnecting:
		t.earLost(s, ear, why)
		return
	}
	if line.Leg != customerName {
		t.legUnheard(s, ear, s.leg(line.Leg).ID, why)
		return
	}
	if ear.Status == FeedConnecting {
		ear.Why = why
		return
	}
	t.earFails(s, ear, why)
}

// streamAgain asks for a leg's sound once more.
func (t *turn) streamAgain(s *Session, ear *Ear, i int) {
	if l, ok := s.Leg(ear.Lines[i].Leg); ok && l.talks() && ear.Status != FeedNone {
		t.stream(s, &ear.Lines[i])
	}
}

// streamsAgain begins all of a call's streams anew: their sockets ended with the
// program that held them.
func (t *turn) streamsAgain(s *Session, ear *Ear) {
	if ear.Status == FeedNone {
		return
	}
	for i := range ear.Lines {
		if l, ok := s.Leg(ear.Lines[i].Leg); ok && l.talks() {
			ear.Lines[i].Count = 0
			t.beginLine(s, ear, i)
		}
	}
	if ear.live() {
		t.earFails(s, ear, "the program was started again")
	}
}

// streamRefused is for a stream or a relay that was surely not begun.
func (t *turn) streamRefused(s *Session, id LegID, why Reason, words string) {
	ear := s.Feed.ear(FeedStream)
	l, ok := s.on(id)
	if ear == nil || !ok || ear.Status == FeedNone || s.Ending != "" {
		return
	}
	line, ok := ear.line(l.Name)
	switch {
	case !ok:
	case line.Leg != customerName:
		t.legUnheard(s, ear, id, words)
	case ear.Status == FeedConnecting:
		t.earLost(s, ear, words)
		if why == ReasonUnauthorized || why == ReasonNoFeed || why == ReasonInvalid {
			ear.GivenUp = true
		}
	default:
		t.streamDown(s, ear, line, words)
	}
}

// endStream ends Symbl's sockets and the streams of sound that feed them.
func (t *turn) endStream(s *Session, ear *Ear) {
	if c := s.Feed.Stream.Connection; c != "" {
		t.order(s, "feed", Unrelay{Connection: c, Conversation: s.Feed.Stream.Conversation})
	}
	s.Feed.Stream = StreamFeed{}
	for _, line := range ear.Lines {
		if l, ok := s.Leg(line.Leg); ok && l.talks() && s.Ending == "" {
			t.order(s, string(l.Name), StopStream{Leg: l.ID})
		}
	}
}

// endTranscripts ends Telnyx's transcription of each leg. That of one that hangs up ends
// with it.
func (t *turn) endTranscripts(s *Session, ear *Ear) {
	for _, line := range ear.Lines {
		if l, ok := s.Leg(line.Leg); ok && l.talks() && line.Taken && s.Ending == "" {
			t.order(s, string(l.Name), StopTranscribe{Leg: l.ID})
		}
	}
}

// transcribing is for a leg whose words Telnyx writes down from now on.
func (t *turn) transcribing(s *Session, a Transcribe) {
	ear := s.Feed.ear(FeedTelnyx)
	l, ok := s.on(a.Leg)
	if ear == nil || !ok || ear.Status == FeedNone {
		return
	}
	line, ok := ear.line(l.Name)
	if !ok || line.Language != a.Language {
		return
	}
	line.Taken, line.Up = true, true
	switch {
	case l.Name != customerName:
		t.legHeard(s, ear, a.Leg)
	case ear.Status == FeedConnecting:
		t.earLive(s, ear)
	}
}

// notTranscribed is for a leg whose words Telnyx will not write down, or has not said
// that it will.
func (t *turn) notTranscribed(s *Session, a Transcribe, words string, perhaps bool) {
	ear := s.Feed.ear(FeedTelnyx)
	l, ok := s.on(a.Leg)
	if ear == nil || !ok || ear.Status == FeedNone || s.Ending != "" {
		return
	}
	if line, ok := ear.line(l.Name); ok {
		line.Taken = line.Taken || perhaps // to be stopped
	}
	switch {
	case l.Name != customerName:
		t.legUnheard(s, ear, a.Leg, words)
	case ear.Status == FeedConnecting:
		t.earLost(s, ear, words)
	default:
		t.earFails(s, ear, words) // in his new language
	}
}

// legUnheard and legHeard keep since when a leg other than the customer's is not heard
// by the feed in charge: what another fails at while that one hears the leg is no loss.
func (t *turn) legUnheard(s *Session, ear *Ear, id LegID, why string) {
	l, ok := s.on(id)
	if !ok || ear.Kind != s.Feed.Kind || s.Ending != "" || slices.ContainsFunc(s.Feed.Gaps, func(g Gap) bool { return g.Leg == l.Name && g.To.IsZero() }) {
		return
	}
	t.note(s, NoteTrouble, "%s is not heard: %s", legWords(*l), clip(why, maxText))
	s.Feed.addGap(Gap{From: t.now, Leg: l.Name, Why: clip(why, maxText)})
}

func (t *turn) legHeard(s *Session, ear *Ear, id LegID) {
	if l, ok := s.on(id); ok && ear.Kind == s.Feed.Kind {
		t.gapOver(s, l.Name)
	}
}

// legsHeard ends the gaps of the legs that a feed hears which is in charge from now on.
func (t *turn) legsHeard(s *Session, ear *Ear) {
	for _, l := range s.Legs {
		line, ok := ear.line(l.Name)
		if l.Name != customerName && (ear.Kind == FeedPhone || ok && line.Taken && line.Up) {
			t.gapOver(s, l.Name)
		}
	}
}

func (t *turn) gapOver(s *Session, name LegName) {
	for i, g := range s.Feed.Gaps {
		if g.Leg == name && g.To.IsZero() {
			s.Feed.Gaps = slices.Clone(s.Feed.Gaps)
			s.Feed.Gaps[i].To = t.now
		}
	}
}

// mediaGap takes note of sound that was lost on its way.
func (t *turn) mediaGap(e MediaGap) {
	s, l, ok := t.leg(e.LegRef)
	if !ok || s.Feed.Kind != FeedStream {
		return
	}
	s.Feed.addGap(Gap{From: e.From, To: e.To, Leg: l.Name, Why: clip(e.Why, maxText)})
}
