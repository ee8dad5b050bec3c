package engine

import (
	"slices"
	"strings"
	"time"
)

// Limits of taking in sentences.
const (
	lateAfter  = 10 * time.Second       // a sentence older than this is not acted upon
	scoreWait  = 3 * time.Second        // for a score from over the network
	wordLasts  = 350 * time.Millisecond // in speech, where a feed does not tell when a sentence began
	maxScoring = 16                     // sentences of one call that wait for a score
)

// uttered takes one sentence that Symbl heard into the transcript and has it judged.
func (t *turn) uttered(e Uttered) {
	s, ok := t.edit(e.Session)
	if !ok || s.Phase == PhaseOver {
		t.counts.Late++
		return
	}
	u := Utterance{
		ID: string(e.Conversation) + "/" + e.Message, Start: e.Start, End: e.End, Text: clip(e.Text, maxText),
		Revision: e.Revision, Told: e.Scored, Confidence: e.Confidence, Source: e.Source, Flags: e.Flags, Feed: FeedPhone,
	}
	if e.Scored {
		u.ToldPolarity = inRange(e.Polarity)
	}
	if e.Leg != "" {
		l, there := s.on(e.Leg)
		if !there {
			t.counts.Late++
			return
		}
		u.Feed, u.Leg, u.Speaker = FeedStream, l.Name, s.speaker(l.Name)
		if s.Feed.Stream.Connection == e.Connection {
			s.Feed.Stream.Conversation = e.Conversation
		}
	}
	t.hears(s, u)
}

// transcribed takes one sentence that Telnyx wrote down. It does not tell when the
// sentence began, so that is reckoned from its length.
func (t *turn) transcribed(e Transcribed) {
	s, l, ok := t.leg(e.LegRef)
	if !ok {
		return
	}
	ear := s.Feed.ear(FeedTelnyx)
	if s.Phase == PhaseOver || ear == nil {
		t.counts.Late++
		return
	}
	end := t.event.happened()
	u := Utterance{
		ID: t.event.ID, Start: end.Add(-time.Duration(countWords(e.Text)) * wordLasts), End: end, Text: clip(e.Text, maxText),
		Revision: 1, Told: e.Scored, Confidence: e.Confidence, Source: e.Source, Flags: e.Flags,
		Feed: FeedTelnyx, Leg: l.Name, Speaker: s.speaker(l.Name),
	}
	if e.Scored {
		u.ToldPolarity = inRange(e.Polarity)
	}
	if l.Role == RoleCustomer {
		s.Feed.Voice = time.Time{}
		if ear.live() {
			t.earBack(s, ear)
		}
	}
	if ear.Status == FeedNone && (end.Sub(ear.Since) > lateAfter || s.Pay.On() && end.Sub(ear.Since) > payGrace) {
		t.stopAgain(s, l)
	}
	if line, ok := ear.line(l.Name); ok && !line.heard() && !s.private(end, end) {
		line.Taken, line.Up = true, true // its words say so
		t.lineUp(s, ear, line)
	}
	t.hears(s, u)
}

func inRange(p Polarity) Polarity { return min(max(p, -1000), 1000) }

// said returns when at the earliest the sentence began to be said.
func (u *Utterance) said() time.Time {
	if u.Feed == FeedTelnyx {
		return WrittenDown(u.Text, u.End)
	}
	return u.Start
}

// hears takes a sentence into the transcript and has it judged. Where several feeds
// may hear the call, only the words of the one in charge count.
func (t *turn) hears(s *Session, u Utterance) {
	if s.private(u.said(), u.End) {
		return // nothing of it is kept
	}
	if !s.Feed.counts(u.Feed, u.Start.Add(u.End.Sub(u.Start)/2)) {
		t.counts.Late++
		return
	}
	chunk, i, known := s.Transcript.find(u.ID)
	if known {
		was := s.Transcript.chunks[chunk][i]
		if was.Revision >= u.Revision {
			return
		}
		u.Speaker, u.Judged = was.Speaker, was.Judged
		s.Words -= was.wordsOf()
	} else if u.Leg == "" {
		u.Speaker = s.whose(u.Start, u.End)
	}
	if u.Feed == FeedTelnyx && u.Speaker == SpeakerCustomer {
		t.askScore(s, &u)
	}
	u.score()
	s.Words += u.wordsOf()
	if u.Speaker == SpeakerCustomer {
		s.NoInput = 0
	}
	if !known {
		if u.Feed == s.Feed.Kind || len(s.Feed.Ears) < 2 { // else it is the last of a feed that is no longer in charge
			t.late(s, u)
		}
		s.Feed.Heard = t.now
	}
	t.count(s, &u)
	if known {
		s.Transcript = s.Transcript.replace(chunk, i, u)
	} else {
		s.Transcript = s.Transcript.add(u)
	}
}

// askScore has a sentence scored over the network as well: rules wait for that, but not
// for long.
func (t *turn) askScore(s *Session, u *Utterance) {
	if !t.Settings.Chat || s.Language != English || len(s.Feed.Scoring) >= maxScoring || countWords(u.Text) < t.Settings.MinWords {
		return
	}
	u.ScoreBy = t.now.Add(scoreWait)
	s.Feed.Scoring = append(slices.Clip(s.Feed.Scoring), Scoring{u.ID, u.ScoreBy})
	t.order(s, "sentence", Score{Utterance: u.ID, Text: u.Text})
}

// scored takes a score from over the network. Where the rules have not waited for it,
// it changes the mood, and no decision that is made.
func (t *turn) scored(e Scored) {
	s, c, ok := t.settled(e.Command)
	if !ok {
		return
	}
	a, ok := c.Action.(Score)
	if !ok || s.Phase == PhaseOver {
		return
	}
	p := inRange(e.Polarity)
	if slices.ContainsFunc(s.Feed.Scoring, func(x Scoring) bool { return x.Utterance == a.Utterance }) {
		t.release(s, a.Utterance, func(u *Utterance) {
			u.Told, u.ToldPolarity, u.Source = true, p, e.Source
			u.Flags |= e.Flags
		})
		return
	}
	t.scoredLate(s, a.Utterance, p, e.Flags)
}

// scoredLate takes a score for which rules have not waited: into the mood, while what
// rules go by stays. Danger told late is danger still.
func (t *turn) scoredLate(s *Session, id string, p Polarity, flags Flags) {
	chunk, i, ok := s.Transcript.find(id)
	if !ok {
		return
	}
	u := s.Transcript.chunks[chunk][i]
	if u.Speaker == SpeakerCustomer && s.Language == English {
		s.Samples = sample(s.Samples, Sample{u.ID, u.Start, p, weigh(countWords(u.Text), u.Confidence)})
	}
	u.Flags |= flags & FlagSafety
	s.Transcript = s.Transcript.replace(chunk, i, u)
}

// scoresDue has sentences count by the score that they came with, for which another
// was awaited too long.
func (t *turn) scoresDue(s *Session) {
	for len(s.Feed.Scoring) > 0 && t.due(s.Feed.Scoring[0].By) {
		t.release(s, s.Feed.Scoring[0].Utterance, func(*Utterance) {})
	}
}

// release has a sentence count, with what is known of it now.
func (t *turn) release(s *Session, id string, learn func(*Utterance)) {
	s.Feed.Scoring = slices.DeleteFunc(slices.Clone(s.Feed.Scoring), func(x Scoring) bool { return x.Utterance == id })
	chunk, i, ok := s.Transcript.find(id)
	if !ok {
		return
	}
	u := s.Transcript.chunks[chunk][i]
	u.ScoreBy = time.Time{}
	learn(&u)
	u.score()
	t.count(s, &u)
	s.Transcript = s.Transcript.replace(chunk, i, u)
}

// score gives a sentence the score that was told, where it is the customer's: only he is
// scored. One that waits for another score has none yet.
func (u *Utterance) score() {
	u.Scored, u.Polarity = false, 0
	if u.Speaker == SpeakerCustomer && u.Told && u.ScoreBy.IsZero() {
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

// clip cuts a text to so many bytes, not within a character.
func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "")
}
