package engine

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"
)

// A line is one leg as a feed hears it alone: Symbl by stream, or Telnyx's transcription.

const (
	maxBegun   = 5               // how often one line is begun in a row
	lineAgain  = 2 * time.Second // after a line broke; twice as long each time
	maxStops   = 3               // of one leg's transcription, beyond one for each time it was begun
	lineProven = time.Minute     // heard for so long, a line that breaks is begun as if for the first time
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
			ear.Lines[i].Taken, ear.Lines[i].Count = false, 0
			t.beginLine(s, ear, i)
		}
	}
}

// talks reports whether a leg is one whose words are wanted. Supervisors' are not.
func (l Leg) talks() bool {
	return l.staysUp() && (l.Role == RoleCustomer || (l.Role == RoleOperator || l.Role == RoleFront) && l.Joined)
}

// staysUp reports whether a leg is up and nobody has asked for its end, be it in the
// room or not.
func (l Leg) staysUp() bool { return l.ID != "" && l.Status == LegUp && !l.HangupAsked }

// awaits reports whether an action was ordered and nobody has told what became of it.
func (s *Session) awaits(a Action) bool {
	return slices.ContainsFunc(s.Pending, func(p Pending) bool { return p.Command.Action == a })
}

// beginLine has a feed hear one leg. Whatever does not come is asked for again.
func (t *turn) beginLine(s *Session, ear *Ear, i int) {
	line := &ear.Lines[i]
	l := s.leg(line.Leg)
	line.Up, line.Broken = false, false
	if ear.Kind == FeedTelnyx {
		line.Count++
		line.Again = t.now.Add(startWithin)
		line.Language = t.prompts(s).Language
		t.order(s, string(l.Name), Transcribe{Leg: l.ID, Language: line.Language})
		return
	}
	line.Taken = false
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
	line.Up, line.Broken, line.Again = false, false, t.now.Add(startWithin)
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
		line.Up = true
		t.streamUp(s, ear, line)
	}
}

// heard reports whether the feed hears the leg: it takes it, and its sound comes.
func (l *Line) heard() bool { return l.Taken && l.Up }

// streamUp goes on when a leg's sound comes, or Symbl takes it, whichever is last.
func (t *turn) streamUp(s *Session, ear *Ear, line *Line) {
	if line.heard() {
		t.lineUp(s, ear, line)
	}
}

// lineUp is for a leg that is heard from now on.
func (t *turn) lineUp(s *Session, ear *Ear, line *Line) {
	line.Broken, line.Again, line.Since = false, time.Time{}, t.now
	switch {
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
		t.lineDown(s, ear, line, e.Why)
	}
}

// streamFailed is for a stream of which Telnyx says that it failed. Of one that came and
// broke our own socket has told, and sooner.
func (t *turn) streamFailed(e StreamFailed) {
	if s, ear, line, ok := t.streamLine(e.LegRef, e.Token); ok && !line.Up && !line.Broken {
		t.lineDown(s, ear, line, "Telnyx could not open the media stream: "+e.Why)
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

// lineDown is for a line that broke, or did not come. It is begun again a little later,
// a few times in a row; where it is the customer's, the feed is then begun anew.
func (t *turn) lineDown(s *Session, ear *Ear, line *Line, why string) {
	why = clip(why, maxText)
	if !line.Since.IsZero() && t.now.Sub(line.Since) >= lineProven {
		line.Count = 0
	}
	line.Up, line.Broken, line.Again, line.Since = false, true, time.Time{}, time.Time{}
	if line.Count < maxBegun {
		line.Again = t.now.Add(lineAgain << max(0, line.Count-1))
	}
	switch {
	case line.Leg != customerName:
		t.legUnheard(s, ear, s.leg(line.Leg).ID, why)
	case line.Again.IsZero():
		t.earLost(s, ear, why)
	case ear.Status == FeedConnecting:
		ear.Why = why
	default:
		t.earFails(s, ear, why)
	}
}

// lineDue begins a line anew that broke, or takes it as broken where it has not come.
func (t *turn) lineDue(s *Session, ear *Ear, i int) {
	line := &ear.Lines[i]
	line.Again = time.Time{}
	l, ok := s.Leg(line.Leg)
	switch {
	case !ok || !l.Live() || l.HangupAsked || line.heard():
	case !l.talks(): // it is between two rooms
		line.Again = t.now.Add(startWithin)
	case !line.Broken:
		t.lineDown(s, ear, line, notStarted(ear, line))
	case ear.Kind == FeedTelnyx || !line.Taken:
		t.beginLine(s, ear, i)
	default:
		t.stream(s, line)
	}
}

// legsOf keeps which legs the feed hears that is in charge from now on. What it could
// not hear is tried again.
func (t *turn) legsOf(s *Session, ear *Ear) {
	if ear.Kind == FeedPhone { // it hears whoever is in the room
		s.Feed.closeLegGaps(t.now)
	}
	for i := range ear.Lines {
		line := &ear.Lines[i]
		if line.heard() {
			t.gapOver(s, line.Leg)
		}
		if l, ok := s.Leg(line.Leg); !ok || !line.Broken || !l.Live() {
			continue
		}
		t.legUnheard(s, ear, s.leg(line.Leg).ID, notStarted(ear, line))
		if line.Again.IsZero() {
			line.Count, line.Again = 0, t.now.Add(lineAgain)
		}
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

// transcribeAgain asks once more for the transcription of legs of which nobody has told
// that it has begun.
func (t *turn) transcribeAgain(s *Session, ear *Ear) {
	if ear.Status == FeedNone {
		return
	}
	for i := range ear.Lines {
		if l, ok := s.Leg(ear.Lines[i].Leg); ok && l.talks() && !ear.Lines[i].heard() {
			t.beginLine(s, ear, i)
		}
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
	case line.Leg == customerName && ear.Status == FeedConnecting:
		t.earLost(s, ear, words)
		if why == ReasonUnauthorized || why == ReasonNoFeed || why == ReasonInvalid {
			ear.GivenUp = true
		}
	default:
		t.lineDown(s, ear, line, words)
	}
}

// endStream ends Symbl's sockets and the streams of sound that feed them.
func (t *turn) endStream(s *Session, ear *Ear) {
	if c := s.Feed.Stream.Connection; c != "" {
		t.order(s, "feed", Unrelay{Connection: c, Conversation: s.Feed.Stream.Conversation})
	}
	s.Feed.Stream = StreamFeed{}
	for _, line := range ear.Lines {
		if l, ok := s.Leg(line.Leg); ok && l.staysUp() && s.Ending == "" {
			t.order(s, string(l.Name), StopStream{Leg: l.ID})
		}
	}
}

// endTranscripts ends Telnyx's transcription of each leg, also where Telnyx has not said
// yet that it has begun. That of one that hangs up ends with it.
func (t *turn) endTranscripts(s *Session, ear *Ear) {
	for _, line := range ear.Lines {
		l, ok := s.Leg(line.Leg)
		if ok && l.staysUp() && s.Ending == "" && (line.Taken || s.awaits(Transcribe{Leg: l.ID, Language: line.Language})) {
			t.order(s, string(l.Name), StopTranscribe{Leg: l.ID})
		}
	}
}

// stopAgain ends a transcription whose words come though it was told to end: that was
// perhaps refused.
func (t *turn) stopAgain(s *Session, l *Leg) {
	stop := StopTranscribe{Leg: l.ID}
	if l.staysUp() && s.Ending == "" && !s.awaits(stop) && s.ordered("stop-transcribe/"+string(l.Name)) <= maxStops+s.ordered("transcribe/"+string(l.Name)) {
		t.order(s, string(l.Name), stop)
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
	t.lineUp(s, ear, line)
}

// notTranscribed is for a leg whose words Telnyx will not write down, or has not said
// that it will.
func (t *turn) notTranscribed(s *Session, a Transcribe, words string, perhaps bool) {
	ear := s.Feed.ear(FeedTelnyx)
	l, ok := s.on(a.Leg)
	if ear == nil || !ok || ear.Status == FeedNone || s.Ending != "" {
		return
	}
	line, ok := ear.line(l.Name)
	if !ok {
		return
	}
	line.Taken = line.Taken || perhaps // to be stopped
	if l.Name == customerName && ear.Status == FeedConnecting {
		t.earLost(s, ear, words)
		return
	}
	t.lineDown(s, ear, line, words) // in his new language, or an operator's
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
		if line, there := ear.line(l.Name); there && line.heard() {
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

// mediaGap takes note of sound that was lost on its way to a feed. What was lost while
// another feed was in charge was heard all the same.
func (t *turn) mediaGap(e MediaGap) {
	s, l, ok := t.leg(e.LegRef)
	if !ok {
		return
	}
	for _, g := range s.Feed.newIn(Gap{From: e.From, To: e.To, Leg: l.Name, Why: clip(e.Why, maxText)}) {
		s.Feed.addGap(g)
	}
}

// leastRest is how long a part of a gap must be that is left when what is known is taken
// off.
const leastRest = time.Second

// newIn returns the parts of a gap in a stream's sound in which the stream was in charge
// and that are no gap of the leg or of the whole call yet.
func (f *Feed) newIn(g Gap) []Gap {
	parts := []Gap{g}
	for i, r := range f.Reigns {
		if r.Kind == FeedStream || r.Kind == 0 {
			continue
		}
		to := time.Time{}
		if i+1 < len(f.Reigns) {
			to = f.Reigns[i+1].From
		}
		parts = without(parts, r.From, to)
	}
	for _, known := range f.Gaps {
		if known.Leg == "" || known.Leg == g.Leg {
			parts = without(parts, known.From, known.To)
		}
	}
	return parts
}

// without takes a stretch off some gaps; one without an end lasts.
func without(parts []Gap, from, to time.Time) []Gap {
	var rest []Gap
	for _, g := range parts {
		if !from.Before(g.To) || !to.IsZero() && !to.After(g.From) {
			rest = append(rest, g)
			continue
		}
		before, after := g, g
		before.To, after.From = from, to
		for _, part := range []Gap{before, after} {
			if !part.From.IsZero() && part.To.Sub(part.From) >= leastRest {
				rest = append(rest, part)
			}
		}
	}
	return rest
}
