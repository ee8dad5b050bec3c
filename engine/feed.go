package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of listening by telephone.
const (
	maxTries    = 3                // connects of one session
	holdBack    = 8 * time.Second  // before a customer's own connect, while some session waits for a code: dialled twice
	codeLife    = 60 * time.Second // of a code
	absentAfter = 30 * time.Second // without the listener's leg: shown as not heard
	blindAfter  = 30 * time.Second // without a sign of life
	retryAfter  = 30 * time.Second // after a refused connect
	rejoinAfter = 3 * time.Second  // after the listener's leg fell
	lateAfter   = 10 * time.Second // a sentence older than this is not acted upon
	codeDigits  = 10
	maxKeys     = 32 // kept of what is dialled on a leg
	maxFloor    = 32 // changes of the floor remembered
)

// wantFeed begins to have the call listened to, once the announcement is over.
func (t *turn) wantFeed(s *Session) {
	s.Feed.Wanted = true
	switch {
	case t.Settings.Deaf != "":
		s.Feed.Status, s.Feed.Why, s.Feed.GivenUp = FeedNone, t.Settings.Deaf, true
	case t.now.Before(s.Feed.HoldUntil):
	default:
		t.connect(s)
	}
}

// connect has Symbl call us and dial a code that is this session's alone. A session
// has one connect at a time and three in all; an unplaced leg never has one.
func (t *turn) connect(s *Session) {
	customer, ok := s.Customer()
	if !ok || customer.Status != LegUp || s.Ending != "" || !s.Feed.Wanted || s.Feed.GivenUp ||
		s.Feed.Code != "" || s.Feed.Connection != "" {
		return
	}
	s.Feed.NextTry = time.Time{}
	if s.Feed.Tries >= maxTries {
		s.Feed.GivenUp = true
		return
	}
	s.Feed.Tries++
	s.Feed.Status = FeedConnecting
	if s.Feed.Tries == 1 {
		s.Feed.Why = "waiting for Symbl to call"
	}
	s.Feed.Code = t.code(s)
	s.Feed.CodeUntil, s.Feed.AbsentAt = t.now.Add(codeLife), t.now.Add(absentAfter)
	number := t.Settings.ListenNumber
	if number == "" {
		number = t.Settings.Number
	}
	t.order(s, "feed", Listen{Number: number, Code: s.Feed.Code, Title: t.Settings.Conference + " " + string(s.ID)})
}

// code computes the ten digits that a listener's leg must dial. They depend on the
// journal's epoch, so that nobody outside can tell them.
func (t *turn) code(s *Session) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%d", t.Epoch, s.ID, s.Feed.Tries))
	return fmt.Sprintf("%0*d", codeDigits, binary.BigEndian.Uint64(sum[:8])%1e10)
}

func (t *turn) gatherCode(s *Session, l *Leg) {
	t.order(s, string(l.Name), Gather{
		Leg: l.ID, Valid: "0123456789", Min: codeDigits, Max: codeDigits, Terminator: "#", Timeout: unplacedLife,
	})
}

// dialledCode makes a leg the listener of the session whose code was dialled on it,
// and reports whether it did. The leg's own session closes.
func (t *turn) dialledCode(from *Session, l *Leg, digits string) bool {
	to, ok := t.waiting(from, digits)
	if !ok || !l.Live() {
		return false
	}
	l.Keys = nil
	if l.Joined && from.Conference != "" {
		t.order(from, string(l.Name), Leave{Leg: l.ID, Conference: from.Conference})
	}
	moved := Leg{
		Name: legName(RoleListener, to.Feed.Tries), ID: l.ID, CallLeg: l.CallLeg, Role: RoleListener, Attempt: to.Feed.Tries,
		Status: LegUp, Number: l.Number, Since: l.Since, Answered: l.Answered,
	}
	i := slices.IndexFunc(from.Legs, func(x Leg) bool { return x.Name == l.Name })
	from.Legs = slices.Delete(from.Legs, i, i+1)
	from.Number = 0
	t.endCall(from, "it was Symbl's call")

	to.Feed.Code, to.Feed.CodeUntil, to.Feed.AbsentAt = "", time.Time{}, time.Time{}
	t.note(to, NoteFact, "Symbl called and dialled its code")
	t.join(to, t.addLeg(to, moved))
	if ValidTarget(moved.Number) == nil { // a withheld number is everybody's
		t.heard = append(t.heard, moved.Number)
	}
	return true
}

// waiting returns the session whose code was dialled: it is dialled twice, each time
// with a # after it.
func (t *turn) waiting(from *Session, digits string) (*Session, bool) {
	for part := range strings.SplitSeq(digits, "#") {
		if len(part) < codeDigits {
			continue
		}
		id, ok := t.State.index.codes[part[len(part)-codeDigits:]]
		if !ok || id == from.ID {
			continue
		}
		if s, ok := t.edit(id); ok && s.Feed.Code != "" && s.Ending == "" {
			return s, true
		}
	}
	return nil, false
}

func (t *turn) listening(e Listening) {
	s, _, ok := t.settled(e.Command)
	if !ok || s.Ending != "" || s.Feed.Connection != "" || e.Command != s.listenName() {
		// The call is over, or another connect has taken its place.
		t.stray(e.Command.Session(), string(e.Connection), Unlisten{Connection: e.Connection})
		return
	}
	s.Feed.Connection, s.Feed.Conversation = e.Connection, e.Conversation
	if _, there := s.Listener(); !there && s.Feed.Code == "" {
		next := s.Feed.NextTry
		t.stopFeed(s) // its code has died meanwhile
		s.Feed.NextTry = next
		return
	}
	t.hear(s)
}

// listenName is the name of the connect that the session waits for.
func (s *Session) listenName() CommandName {
	return CommandName(fmt.Sprintf("%s/listen/feed/%d", s.ID, s.Feed.Tries))
}

func (t *turn) listenerJoined(s *Session) {
	if s.Feed.Connection == "" && !s.pending(s.listenName()) {
		t.feedLost(s, "Symbl called and told us no connection to fetch from", rejoinAfter)
		return
	}
	t.hear(s)
}

// hear fetches what is heard once the connection is known and its leg is in the room.
func (t *turn) hear(s *Session) {
	l, ok := s.Listener()
	if !ok || !l.Joined || s.Feed.Connection == "" || s.Feed.Status == FeedLive {
		return
	}
	s.Feed.Status, s.Feed.Why, s.Feed.BlindAt = FeedLive, "", time.Time{}
	t.note(s, NoteFact, "Symbl listens")
	t.order(s, "feed", Hear{Connection: s.Feed.Connection, Conversation: s.Feed.Conversation})
}

// feedLost takes a connect as failed: later there may be another.
func (t *turn) feedLost(s *Session, why string, again time.Duration) {
	if s.Ending != "" || !s.Feed.Wanted {
		return
	}
	t.stopFeed(s)
	if s.Feed.Why == why {
		t.note(s, NoteTrouble, "still not heard (try %d of %d)", s.Feed.Tries, maxTries)
	} else {
		t.note(s, NoteTrouble, "not heard: %s", why)
	}
	s.Feed.Status, s.Feed.Why = FeedNone, why
	if again == 0 || s.Feed.Tries >= maxTries {
		s.Feed.GivenUp = true
		return
	}
	s.Feed.NextTry = t.now.Add(again)
}

// feedFell is for a connection that was live and is gone. It is noted a little later,
// if the customer is still there: when he hangs up all legs of his conference fall,
// and his own may be told of last.
func (t *turn) feedFell(s *Session, why string) {
	if s.Ending != "" || !s.Feed.Wanted {
		return
	}
	t.stopFeed(s)
	s.Feed.Status, s.Feed.Why, s.Feed.Unsaid = FeedNone, why, true
	s.Feed.NextTry = t.now.Add(rejoinAfter)
}

// tryAgain runs the next try of a feed, if there is one left.
func (t *turn) tryAgain(s *Session) {
	s.Feed.NextTry = time.Time{}
	if s.Feed.Unsaid {
		s.Feed.Unsaid = false
		t.note(s, NoteTrouble, "not heard: %s", s.Feed.Why)
	}
	t.connect(s)
}

// stopFeed ends whatever connection the session has.
func (t *turn) stopFeed(s *Session) {
	if s.Feed.Connection != "" {
		t.order(s, "feed", Unlisten{Connection: s.Feed.Connection})
	}
	s.Feed.Connection, s.Feed.Conversation, s.Feed.Code = "", "", ""
	s.Feed.CodeUntil, s.Feed.AbsentAt, s.Feed.BlindAt, s.Feed.NextTry = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	if s.Ending != "" {
		s.Feed.Status, s.Feed.Why = FeedNone, ""
		s.Feed.HoldUntil, s.Feed.GivenUp = time.Time{}, true
	}
	for i := range s.Legs {
		if l := &s.Legs[i]; l.Role == RoleListener && l.Live() {
			t.hangUp(s, l)
		}
	}
}

func (t *turn) listenerGone(s *Session, l *Leg) {
	if s.Ending != "" {
		return
	}
	if newer, ok := s.Listener(); ok && newer.Name != l.Name {
		return
	}
	if l.ByHand {
		t.feedLost(s, "a supervisor hung up Symbl's leg", 0)
		return
	}
	if !l.HangupAsked {
		t.feedFell(s, "Symbl's leg hung up")
	}
}

func (t *turn) feedFailed(e FeedFailed) {
	s, ok := t.edit(e.Session)
	if !ok || s.Feed.Connection != e.Connection || s.Feed.Status != FeedLive {
		return
	}
	s.Feed.Why, s.Feed.BlindAt = clip(e.Why, maxText), t.now.Add(blindAfter)
}

func (t *turn) feedBack(e FeedBack) {
	s, ok := t.edit(e.Session)
	if !ok || s.Feed.Connection != e.Connection {
		return
	}
	if s.Feed.Status == FeedBlind {
		t.note(s, NoteFact, "heard again")
	}
	s.Feed.Status, s.Feed.Why, s.Feed.BlindAt = FeedLive, "", time.Time{}
}

// feedDue runs the waits of a feed that have come.
func (t *turn) feedDue(s *Session) {
	f := &s.Feed
	if t.due(f.HoldUntil) {
		f.HoldUntil = time.Time{}
		t.holdOver(s)
	}
	if t.due(f.AbsentAt) {
		f.AbsentAt = time.Time{}
		f.Status, f.Why = FeedNone, "Symbl's call has not come"
		t.note(s, NoteTrouble, "not heard: %s", f.Why)
	}
	if t.due(f.CodeUntil) {
		f.CodeUntil = time.Time{}
		t.feedLost(s, "Symbl's call has not come", rejoinAfter)
	}
	if t.due(f.BlindAt) {
		f.BlindAt = time.Time{}
		f.Status = FeedBlind
		t.note(s, NoteTrouble, "blind: %s", f.Why)
	}
	if t.due(f.NextTry) {
		t.tryAgain(s)
	}
}

// holdOver goes on with a customer who might have been a listener: the one key that
// he pressed meanwhile, if impatiently, counts now.
func (t *turn) holdOver(s *Session) {
	customer, ok := s.Customer()
	if !ok || s.Ending != "" {
		return
	}
	if s.Feed.Wanted {
		t.wantFeed(s)
	}
	if key, ok := oneKey(customer.Keys); ok {
		t.customerKey(s, key)
	}
}

// oneKey returns the key that was pressed, where it was one and the same, and not so
// often that it may be a part of a code.
func oneKey(keys []Key) (string, bool) {
	const impatience = 4
	if len(keys) == 0 || len(keys) > impatience || slices.ContainsFunc(keys, func(k Key) bool { return k.Digit != keys[0].Digit }) {
		return "", false
	}
	return keys[0].Digit, true
}

func (t *turn) floorChanged(e FloorChanged) {
	s, ok := t.edit(t.State.index.rooms[e.Conference])
	if !ok {
		t.counts.Late++
		return
	}
	p := t.place(e.participant())
	if p.session != s.ID {
		t.counts.Unknown++
		return
	}
	f := FloorSpan{t.event.happened(), p.leg}
	keep := s.Floor[max(0, len(s.Floor)+1-maxFloor):]
	s.Floor = append(slices.Clip(keep), f)
	slices.SortStableFunc(s.Floor, func(a, b FloorSpan) int { return a.At.Compare(b.At) })
	t.lookAgain(s, f.At)
}

// lookAgain tells anew whose words the last sentences are, once a change of the floor
// is told that lies before them. What was an operator's all along no longer counts for
// the mood; what turns out to be the customer's gets the score that the feed told. A
// decision that is made stands.
func (t *turn) lookAgain(s *Session, since time.Time) {
	last := len(s.Transcript.chunks) - 1
	if last < 0 {
		return
	}
	for i, u := range s.Transcript.chunks[last] {
		if u.End.Before(since) {
			continue
		}
		speaker := s.whose(u.Start, u.End)
		if speaker == u.Speaker {
			continue
		}
		s.Words -= u.wordsOf()
		u.Speaker = speaker
		s.Words += u.wordsOf()
		if u.Judged {
			u.Judged = false
			s.Samples = slices.DeleteFunc(slices.Clone(s.Samples), func(x Sample) bool { return x.Utterance == u.ID })
		}
		u.score()
		t.count(s, &u)
		s.Transcript = s.Transcript.replace(last, i, u)
	}
}

// uttered takes one sentence into the transcript and has it judged.
func (t *turn) uttered(e Uttered) {
	s, ok := t.edit(e.Session)
	if !ok || s.Phase == PhaseOver {
		t.counts.Late++
		return
	}
	u := Utterance{
		ID: string(e.Conversation) + "/" + e.Message, Start: e.Start, End: e.End, Text: clip(e.Text, maxText),
		Revision: e.Revision, Told: e.Scored, Confidence: e.Confidence, Source: e.Source,
	}
	if e.Scored {
		u.ToldPolarity = min(max(e.Polarity, -1000), 1000)
	}
	chunk, i, known := s.Transcript.find(u.ID)
	if known {
		was := s.Transcript.chunks[chunk][i]
		if was.Revision >= u.Revision {
			return
		}
		u.Speaker, u.Judged = was.Speaker, was.Judged
		s.Words -= was.wordsOf()
	} else {
		u.Speaker = s.whose(u.Start, u.End)
	}
	u.score()
	s.Words += u.wordsOf()
	if u.Speaker == SpeakerCustomer {
		s.NoInput = 0
	}
	if !known {
		t.late(s, u)
	}
	t.judge(s, &u)
	if known {
		s.Transcript = s.Transcript.replace(chunk, i, u)
	} else {
		s.Transcript = s.Transcript.add(u)
	}
}

// score gives a sentence the score that the feed told, where it is the customer's: only
// he is scored.
func (u *Utterance) score() {
	u.Scored, u.Polarity = false, 0
	if u.Speaker == SpeakerCustomer && u.Told {
		u.Scored, u.Polarity = true, u.ToldPolarity
	}
}

// late takes note of how far behind the feed is.
func (t *turn) late(s *Session, u Utterance) {
	late := t.now.Sub(u.End) > lateAfter
	if late && !s.Feed.Late {
		t.note(s, NoteTrouble, "sentences come %s late: the mood is shown and not acted upon", t.now.Sub(u.End).Round(time.Second))
	}
	s.Feed.Late = late
}

// whose tells whose words a sentence is, though Symbl hears one mixed line: the
// floor-holder's, if that is known; else the customer's until another human has
// joined; nobody's while a prompt played.
func (s *Session) whose(start, end time.Time) Speaker {
	middle := start.Add(end.Sub(start) / 2)
	for _, span := range s.Spoken {
		if !middle.Before(span.From) && (span.To.IsZero() || middle.Before(span.To)) {
			return SpeakerPrompt
		}
	}
	human := s.humanSince(middle)
	for _, f := range slices.Backward(s.Floor) {
		if f.At.After(middle) {
			continue
		}
		if f.At.Before(human) {
			break // told before he came: it says nothing of now
		}
		if l, ok := s.Leg(f.Leg); ok && !l.Gone.IsZero() && !l.Gone.After(middle) {
			break // he has left since
		}
		return s.speaker(f.Leg)
	}
	if !human.IsZero() {
		return SpeakerUnknown
	}
	return SpeakerCustomer
}

// Speaking tells who is speaking at a time, as far as it is known: whose words a
// partial is.
func (s *Session) Speaking(at time.Time) Speaker { return s.whose(at, at) }

// humanSince returns when the operator who was on the call at a time had joined it,
// or zero where none was.
func (s *Session) humanSince(at time.Time) time.Time {
	for _, l := range slices.Backward(s.Legs) {
		if l.Role == RoleOperator && !l.JoinedAt.IsZero() && !l.JoinedAt.After(at) && (l.Gone.IsZero() || l.Gone.After(at)) {
			return l.JoinedAt
		}
	}
	return time.Time{}
}

func (s *Session) speaker(name LegName) Speaker {
	l, ok := s.Leg(name)
	if !ok {
		return SpeakerUnknown
	}
	switch l.Role {
	case RoleCustomer:
		return SpeakerCustomer
	case RoleOperator:
		return SpeakerOperator
	case RoleFront:
		return SpeakerFront
	case RoleSupervisor:
		return SpeakerSupervisor
	case RoleListener, RoleUnplaced:
		return SpeakerUnknown
	default:
		panic(fmt.Sprintf("engine: leg of role %s speaks", l.Role))
	}
}

// clip cuts a text to so many bytes, not within a character.
func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "")
}
