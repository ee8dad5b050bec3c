package engine

import (
	"slices"
	"time"
)

// Limits of being heard.
const (
	patience    = 2 * time.Second  // with a feed that starts, before another is asked to carry the call
	startWithin = 10 * time.Second // or it has failed to start
	blindAfter  = 30 * time.Second // without a sign of life
	wordless    = 30 * time.Second // from when the customer speaks, without any words of his
	againFirst  = 15 * time.Second // from a start that failed to the next; twice as long each time, skipFor at most
)

// feeds returns what may listen to calls, the preferred first.
func (s *Settings) feeds() []FeedKind {
	if s.Feeds == nil && s.Deaf == "" {
		return []FeedKind{FeedPhone}
	}
	return s.Feeds
}

// wantFeed begins to have the call listened to, once the announcement is over.
func (t *turn) wantFeed(s *Session) {
	s.Feed.Wanted = true
	if t.Settings.Deaf != "" {
		s.Feed.Status, s.Feed.Why, s.Feed.GivenUp, s.Feed.Deaf = FeedNone, t.Settings.Deaf, true, true
		return
	}
	if len(s.Feed.Ears) == 0 && !s.Feed.GivenUp {
		t.listFeeds(s)
	}
	t.attend(s)
}

// ear returns one of the feeds that may listen to the call, to be written; nil where it
// may not.
func (f *Feed) ear(kind FeedKind) *Ear {
	i := slices.IndexFunc(f.Ears, func(e Ear) bool { return e.Kind == kind })
	if i < 0 {
		return nil
	}
	return &f.Ears[i]
}

// live reports whether a feed has begun to listen, and goes on as far as we know.
func (e *Ear) live() bool { return e.Status == FeedLive || e.Status == FeedBlind }

// hears reports whether a feed listens and its sign of life is there.
func (e *Ear) hears() bool { return e.Status == FeedLive && e.Failing.IsZero() }

// set changes a feed's status.
func (e *Ear) set(status FeedStatus, why string, now time.Time) {
	if e.Status != status {
		e.Since = now
	}
	e.Status, e.Why = status, why
	e.Failing, e.BlindAt, e.Patient, e.StartBy = time.Time{}, time.Time{}, time.Time{}, time.Time{}
}

// leader returns the place of the first feed that hears the call; past the last where
// none does.
func (f *Feed) leader() int {
	for i := range f.Ears {
		if f.Ears[i].hears() {
			return i
		}
	}
	return len(f.Ears)
}

// attend sees to it that the call is heard by the first of its feeds that works: those
// before it are begun, those after it end. It changes nothing where nothing is to be
// done, and is called whenever anything about a call has changed.
//
// While a feed starts, the next one is begun if it takes longer than a moment; when a
// feed fails, the next one is begun at once.
func (t *turn) attend(s *Session) {
	f := &s.Feed
	if s.Quarantined.Event != 0 || !f.Wanted || len(f.Ears) == 0 || s.Phase != PhaseTalking || s.Pay.On() {
		return
	}
	if customer, ok := s.Customer(); ok && customer.Status == LegUp && s.Ending == "" && !f.GivenUp && !t.now.Before(f.HoldUntil) {
		t.beginFeeds(s)
		for i := range f.Ears {
			if f.Ears[i].Status != FeedNone {
				t.lines(s, &f.Ears[i])
			}
		}
	}
	for i := f.leader() + 1; i < len(f.Ears); i++ {
		if f.Ears[i].Status != FeedNone || f.Ears[i].Kind == FeedPhone && f.Phone != (PhoneFeed{}) { // its call may still come
			t.endEar(s, &f.Ears[i])
			f.Ears[i].set(FeedNone, "", t.now)
		}
	}
	t.sumUp(s)
}

// beginFeeds begins the feeds that are preferred to the one that hears the call, as far
// as their time has come.
func (t *turn) beginFeeds(s *Session) {
	for i := 0; i < s.Feed.leader(); i++ {
		ear := &s.Feed.Ears[i]
		if ear.Status == FeedNone && t.mayBegin(s, ear) {
			t.beginEar(s, ear)
		}
		if ear.Status == FeedConnecting && t.now.Before(ear.Patient) {
			return
		}
	}
}

// mayBegin reports whether it is time for a feed to be begun.
func (t *turn) mayBegin(s *Session, ear *Ear) bool {
	switch {
	case ear.GivenUp, t.now.Before(ear.NextTry), ear.Kind == FeedPhone && s.Feed.Phone != PhoneFeed{}:
		return false
	case !t.out(ear.Kind):
		return true
	}
	// It is passed over, unless nothing else may hear the call.
	return !slices.ContainsFunc(s.Feed.Ears, func(e Ear) bool { return e.Kind != ear.Kind && t.mayHear(&e) })
}

// mayHear reports whether a feed hears a call, or may do so in a moment.
func (t *turn) mayHear(e *Ear) bool {
	switch {
	case e.live():
		return e.hears()
	case e.Status == FeedConnecting:
		return !t.out(e.Kind)
	}
	return !e.GivenUp && !t.now.Before(e.NextTry) && !t.out(e.Kind)
}

// beginEar begins a feed.
func (t *turn) beginEar(s *Session, ear *Ear) {
	ear.NextTry = time.Time{}
	if ear.Kind == FeedPhone {
		t.connect(s, ear)
		return
	}
	ear.Tries++
	ear.set(FeedConnecting, "", t.now)
	if ear.Kind == FeedTelnyx {
		s.Feed.Voice = time.Time{} // what was said before says nothing of it
	}
	ear.Patient, ear.StartBy = t.patient(s, ear), t.now.Add(startWithin)
	if ear.Kind == FeedStream {
		s.Feed.Stream = StreamFeed{Connection: t.streamID(s, ear.Tries)}
	}
	t.lines(s, ear)
}

// patient returns until when no other feed is asked to carry the call while one starts;
// zero where there is no other.
func (t *turn) patient(s *Session, ear *Ear) time.Time {
	if s.Feed.Ears[len(s.Feed.Ears)-1].Kind == ear.Kind {
		return time.Time{}
	}
	return t.now.Add(patience)
}

// earLive is for a feed that has begun to hear the call.
func (t *turn) earLive(s *Session, ear *Ear) {
	ear.set(FeedLive, "", t.now)
	ear.Failed = 0
	t.restored(ear.Kind)
	t.attend(s)
}

// earLost is for a feed that did not start, or is no longer there. It is tried again
// later; where it did not start other calls pass it over for a while.
func (t *turn) earLost(s *Session, ear *Ear, why string) {
	starting := ear.Status == FeedConnecting
	t.endEar(s, ear)
	ear.set(FeedNone, why, t.now)
	if s.Ending != "" || !s.Feed.Wanted {
		return
	}
	if starting {
		t.failedToStart(ear.Kind, why)
	}
	t.note(s, NoteTrouble, "%s does not hear this call: %s", ear.Kind.Words(), why)
	ear.NextTry = t.now.Add(min(againFirst<<ear.Failed, skipFor))
	ear.Failed = min(ear.Failed+1, 8) // past which it waits no longer
	t.attend(s)
}

// earFails is for a feed whose sign of life is missing. It goes on and may come back;
// meanwhile another may hear the call.
func (t *turn) earFails(s *Session, ear *Ear, why string) {
	ear.Why = clip(why, maxText)
	if ear.Failing.IsZero() {
		ear.Failing = t.now
		if from := t.event.happened(); from.After(ear.Since) && from.Before(t.now) {
			ear.Failing = from
		}
		ear.BlindAt = ear.Failing.Add(blindAfter)
	}
	t.attend(s)
}

// earBack is for a feed whose sign of life is there again.
func (t *turn) earBack(s *Session, ear *Ear) {
	if ear.Failing.IsZero() && ear.Status != FeedBlind {
		return
	}
	ear.set(FeedLive, "", t.now)
	t.attend(s)
}

// endEar ends whatever a feed has begun on a call.
func (t *turn) endEar(s *Session, ear *Ear) {
	switch ear.Kind {
	case FeedPhone:
		t.endPhone(s)
	case FeedStream:
		t.endStream(s, ear)
	case FeedTelnyx:
		t.endTranscripts(s, ear)
	default:
		panic("engine: no such feed: " + ear.Kind.String())
	}
	ear.Lines = nil
}

// stopFeed ends all that listens to a call.
func (t *turn) stopFeed(s *Session) {
	for i := range s.Feed.Ears {
		ear := &s.Feed.Ears[i]
		t.endEar(s, ear)
		ear.set(FeedNone, "", t.now)
		ear.NextTry, ear.GivenUp = time.Time{}, true
	}
	f := &s.Feed
	f.Status, f.Why, f.BlindAt, f.Voice = FeedNone, "", time.Time{}, time.Time{}
	f.HoldUntil, f.Anew, f.GivenUp, f.Unsaid = time.Time{}, time.Time{}, true, false
	f.closeGap(t.now)
	f.closeLegGaps(t.now)
	f.reign(0, t.now)
}

// sumUp says in a word how well the call is heard, notes what has changed of it, and
// who is in charge: only his words count.
func (t *turn) sumUp(s *Session) {
	f := &s.Feed
	was, blind := f.Kind, f.Status == FeedBlind
	lead := f.leader()
	switch i := f.failing(); {
	case lead < len(f.Ears):
		f.Status, f.Why, f.BlindAt, f.Unsaid = FeedLive, "", time.Time{}, false
		f.reign(f.Ears[lead].Kind, t.now)
		f.closeGap(t.now)
		if f.Kind != was {
			f.Late = false // that was the other feed's
			t.legsOf(s, &f.Ears[lead])
		}
		if f.Kind != was || blind {
			t.noteHeard(s, was, blind)
		}
	case i >= 0:
		ear, from := f.Ears[i], t.now
		if ear.Kind == was { // else another has heard the call until now
			from = ear.Failing
		}
		f.Status, f.Why, f.BlindAt = ear.Status, ear.Why, ear.BlindAt
		f.openGap(from, ear.Why)
		f.reign(ear.Kind, t.now)
		if ear.Kind != was {
			t.legsOf(s, &f.Ears[i])
		}
	default:
		f.BlindAt = time.Time{}
		f.Status, f.Why = f.waiting()
		f.openGap(t.now, f.Why)
		f.reign(0, t.now)
	}
}

// failing returns the place of the feed that is to hear a call and does not: the one in
// charge, or else the first that is there; -1 where none is.
func (f *Feed) failing() int {
	if i := slices.IndexFunc(f.Ears, func(e Ear) bool { return e.live() && e.Kind == f.Kind }); i >= 0 {
		return i
	}
	return slices.IndexFunc(f.Ears, func(e Ear) bool { return e.live() })
}

// waiting returns how a call stands that no feed hears, and why.
func (f *Feed) waiting() (FeedStatus, string) {
	status, why := FeedNone, ""
	for _, e := range f.Ears {
		if e.Status == FeedConnecting {
			status = FeedConnecting
		}
		if why == "" {
			why = e.Why
		}
	}
	return status, why
}

// noteHeard notes who hears the call from now on.
func (t *turn) noteHeard(s *Session, was FeedKind, blind bool) {
	switch {
	case blind && s.Feed.Kind == was:
		t.note(s, NoteFact, "heard again")
	case s.Feed.Kind == FeedPhone && was == 0 && len(s.Feed.Ears) == 1:
		t.note(s, NoteFact, "Symbl listens")
	case was == 0:
		t.note(s, NoteFact, "%s listens", s.Feed.Kind.Words())
	default:
		t.note(s, NoteFact, "%s listens, in place of %s", s.Feed.Kind.Words(), was.Words())
	}
}

func (t *turn) feedFailed(e FeedFailed) {
	s, ear, ok := t.of(e.Session, e.Connection, e.Leg)
	if !ok || !ear.live() {
		return
	}
	if e.Leg != "" && !s.isCustomer(e.Leg) {
		t.legUnheard(s, ear, e.Leg, e.Why)
		return
	}
	t.earFails(s, ear, e.Why)
}

func (t *turn) feedBack(e FeedBack) {
	s, ear, ok := t.of(e.Session, e.Connection, e.Leg)
	if !ok || !ear.live() {
		return
	}
	if e.Leg != "" && !s.isCustomer(e.Leg) {
		t.legHeard(s, ear, e.Leg)
		return
	}
	if ear.Kind == FeedStream && !s.streamed(ear) {
		return // Symbl is there; the sound is not
	}
	t.earBack(s, ear)
}

// of returns the session to be edited and the feed that a connection of Symbl's is.
func (t *turn) of(id SessionID, c ConnectionID, leg LegID) (*Session, *Ear, bool) {
	s, ok := t.edit(id)
	if !ok {
		return nil, nil, false
	}
	kind := FeedPhone
	if leg != "" {
		kind = FeedStream
	}
	ear := s.Feed.ear(kind)
	if ear == nil || kind == FeedPhone && s.Feed.Phone.Connection != c || kind == FeedStream && s.Feed.Stream.Connection != c {
		return nil, nil, false
	}
	return s, ear, true
}

// notStarted says why a feed that was ordered has not begun to hear the call.
func (e *Ear) notStarted() string {
	if line, ok := e.line(customerName); ok {
		return notStarted(e, line)
	}
	return "nobody is on the line"
}

// notStarted says why a leg is not heard by a feed that was asked to hear it.
func notStarted(ear *Ear, line *Line) string {
	switch {
	case ear.Kind == FeedTelnyx:
		return "Telnyx has not said that it transcribes"
	case line.Taken:
		return "Telnyx sends no sound: is PUBLIC_URL reachable from outside, and does it let websockets through?"
	}
	return "Symbl has not said that it listens"
}

func cloneEars(ears []Ear) []Ear {
	ears = slices.Clone(ears)
	for i := range ears {
		ears[i].Lines = slices.Clone(ears[i].Lines)
	}
	return ears
}

// attendAll sees to it that every call of this turn is heard. What concerns the whole
// floor is left to each call's own tick: an event calls for few commands.
func (t *turn) attendAll() {
	switch t.event.Body.(type) {
	case SettingsLoaded, FeedProbed:
		return
	}
	for i := 0; i < len(t.edits); i++ {
		if s := t.edits[i].after; s.Ending == "" {
			t.attend(s)
			t.recordSound(s)
		}
	}
}
