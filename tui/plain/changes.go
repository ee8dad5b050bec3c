package plain

import (
	"slices"
	"strings"
	"time"

	"switchboard/engine"
)

// told is what was already said about a call.
type told struct {
	notes    int
	total    int             // sentences
	unscored map[string]bool // sentences that were told without a score
	mood     string          // the band that was told
	moodAt   engine.Polarity // the mood when it was
	over     bool
	changed  uint64
	proposed time.Time // when the proposal that was told falls due
	gaps     []engine.Gap
}

type toldTrouble struct {
	count  uint64
	at     time.Time
	detail string
}

// look tells what has changed since the last look.
func (c *console) look() {
	defer c.tell()
	c.lookAtHealth()
	f := c.engine.Frame()
	if f == nil || c.frame != nil && f.Number == c.frame.Number {
		return
	}
	if c.frame == nil {
		c.begin(f)
	}
	for _, s := range f.Sessions {
		c.lookAtCall(s, f.Now)
	}
	c.lookAtEnded(f)
	c.lookAtRefusals(f)
	c.lookAtFloor(f)
	c.lookAtOutages(f)
	if f.Deaf != "" && (c.frame == nil || c.frame.Deaf != f.Deaf) {
		c.say("no call is heard: %s", clean(f.Deaf))
	}
	c.frame = f
}

// begin tells how things stand when the console starts, and takes that as known. The
// frame may be old: of a program that was ended long ago.
func (c *console) begin(f *engine.Frame) {
	c.ended, c.refused = map[engine.SessionID]bool{}, map[string]bool{}
	for _, e := range f.Ended {
		c.ended[e.Session] = true
	}
	for _, r := range f.Refusals {
		c.refused[r.Entry] = true
	}
	now := c.engine.Now()
	for _, s := range f.Sessions {
		c.calls[s.ID] = told{notes: s.NoteCount, total: s.Transcript.Total(), mood: moodBand(s, now), moodAt: moodOf(s, now), over: s.Phase == engine.PhaseOver, changed: s.Changed, proposed: dueOf(s), gaps: s.Feed.Gaps}
		if s.Phase != engine.PhaseOver {
			c.say("%s: %s", sessionWords(s), summary(f, s, now))
		}
	}
}

// lookAtCall tells what is new about one call in a frame of that time.
func (c *console) lookAtCall(s *engine.Session, now time.Time) {
	before := c.calls[s.ID]
	if before.changed == s.Changed {
		return
	}
	after := told{notes: s.NoteCount, total: s.Transcript.Total(), mood: before.mood, moodAt: before.moodAt,
		over: s.Phase == engine.PhaseOver, changed: s.Changed, proposed: dueOf(s), gaps: s.Feed.Gaps}
	ends := after.over && !before.over
	if ends {
		now = s.Over // what is new was heard before the end, and is told before it
	}
	after.unscored = c.lookAtSentences(s, before, now)
	if s.Phase == engine.PhaseTalking {
		m, judged := s.Mood(now)
		switch {
		case !judged:
		case before.mood == "":
			after.mood, after.moodAt = band(m), m
		case band(m) != before.mood && max(m, before.moodAt)-min(m, before.moodAt) >= moodStep:
			after.mood, after.moodAt = band(m), m
			c.factAt(now, s, "mood %s", polarityWords(m))
		}
	}
	fresh := s.Notes[max(0, len(s.Notes)-(after.notes-before.notes)):]
	last := len(fresh)
	if ends {
		last = max(0, last-1) // that the call is over
	}
	proposes := !after.proposed.IsZero() && !after.proposed.Equal(before.proposed)
	if proposes { // it tells of the rule as well
		fresh = slices.DeleteFunc(slices.Clone(fresh), func(n engine.Note) bool {
			return n.Kind == engine.NoteFired && strings.HasPrefix(n.Text, "rule "+ruleOf(s.Transfer)+" ")
		})
		last = min(last, len(fresh))
	}
	c.sayNotes(s, fresh[:last])
	c.lookAtGaps(s, before, fresh, now)
	if m, judged := s.Mood(s.Over); judged && ends {
		c.factAt(s.Over, s, "mood at the end %s", polarityWords(m))
	}
	c.sayNotes(s, fresh[last:])
	if proposes {
		text := proposal(s, now)
		if c.past {
			text = proposed(s, now)
		}
		c.news = append(c.news, line{at: now, who: sessionWords(s), text: text, call: s.Number, session: s.ID, asks: true})
	}
	c.calls[s.ID] = after
}

// dueOf returns when the transfer that is proposed begins by itself; zero where none is.
func dueOf(s *engine.Session) time.Time {
	if s.Phase == engine.PhaseOver || s.Transfer.Status != engine.TransferProposed {
		return time.Time{}
	}
	return s.Transfer.Due
}

// lookAtFloor tells what has changed for all calls.
func (c *console) lookAtFloor(f *engine.Frame) {
	if c.frame == nil {
		if f.Automation == engine.ModeShadow || f.Automation == engine.ModeOff {
			c.say("automation is %s", modeWords(f.Automation))
		}
		if f.Policy.Name != "" && !c.past { // else it is told when it is loaded
			c.say("policy %s, version %d, is in force", clean(f.Policy.Name), f.Policy.Version)
		}
		return
	}
	if f.Automation != c.frame.Automation {
		c.say("automation is %s", modeWords(f.Automation))
	}
	if p, old := f.Policy, c.frame.Policy; p.Name != "" && (p.Name != old.Name || p.Version != old.Version) {
		c.say("policy %s, version %d, is in force", clean(p.Name), p.Version)
	}
	for _, one := range f.Callbacks {
		if !slices.ContainsFunc(c.frame.Callbacks, func(old engine.Callback) bool { return old.ID == one.ID }) {
			c.say("to be called back: %s; callbacks lists all", numberWords(one.Number))
		}
	}
	if f.Limited.After(c.frame.Limited) {
		c.say("Telnyx refuses more calls at once: the account's limit is reached")
	}
}

func (c *console) sayNotes(s *engine.Session, notes []engine.Note) {
	for _, n := range notes {
		text := c.spokenOf(s, n.Text)
		switch {
		case n.Kind == engine.NoteProposal: // told in full, with what can be typed
		case n.Kind == engine.NoteTrouble:
			c.warnOf(n.At, s, "trouble: "+text)
		case c.mineIn(n):
			c.warnOf(n.At, s, text)
		default:
			c.sayOf(n.At, s, text)
		}
	}
}

// factGrade is how much a fact of a call matters: more for a while after something was asked
// for here, for it may be what came of it.
func (c *console) factGrade(s *engine.Session) grade {
	if at, ok := c.acted[s.ID]; ok && c.wall().Sub(at) < answering {
		return gradeNeeded
	}
	return gradeFact
}

// lookAtSentences tells the sentences that are new, and the scores that came late, at
// the time when they are told: they were said a little earlier. One that brought an
// alarm is told before what came of it. It returns the sentences without a score.
func (c *console) lookAtSentences(s *engine.Session, before told, now time.Time) (unscored map[string]bool) {
	if s.Transcript.Total() == before.total && len(before.unscored) == 0 {
		return nil
	}
	all := s.Transcript.All()
	evidence, _ := evidenceOf(s)
	first := max(0, len(all)-(s.Transcript.Total()-before.total))
	unscored = map[string]bool{}
	for i, u := range all {
		fresh, at := i >= first, now
		if evidence.At.Before(now) && slices.ContainsFunc(evidence.Lines, func(q engine.Quote) bool { return q.Utterance == u.ID }) {
			at = evidence.At
		}
		switch {
		case fresh:
			c.wordsAt(at, s, "%s", sentenceWords(u))
		case before.unscored[u.ID] && u.Scored:
			c.wordsAt(at, s, "scored %s: %s", polarityWords(u.Polarity), clean(u.Text))
		}
		if !u.Scored && u.Speaker == engine.SpeakerCustomer && (fresh || before.unscored[u.ID]) {
			unscored[u.ID] = true
		}
	}
	return unscored
}

// moodBand names the mood of a call; empty while nothing was judged.
func moodBand(s *engine.Session, at time.Time) string {
	m, ok := s.Mood(at)
	if !ok {
		return ""
	}
	return band(m)
}

// moodOf is the mood of a call; zero while nothing was judged.
func moodOf(s *engine.Session, at time.Time) engine.Polarity {
	m, _ := s.Mood(at)
	return m
}

// moodStep is how far a mood must have gone until another word for it is told: at the edge
// of two words each sentence would bring one.
const moodStep engine.Polarity = 50

// lookAtEnded forgets the calls that are gone, and tells those whose end was missed.
func (c *console) lookAtEnded(f *engine.Frame) {
	ended := make(map[engine.SessionID]bool, len(f.Ended))
	for _, e := range f.Ended {
		ended[e.Session] = true
		if c.ended[e.Session] || c.calls[e.Session].over {
			continue
		}
		text := "ended after " + durationWords(e.Over.Sub(e.Started))
		if e.Judged {
			text += "; mood " + polarityWords(e.Mood)
		}
		if e.Operator != "" {
			text += "; operator " + operatorWords(f, e.Operator)
		}
		c.sayAt(e.Over, "%s: %s", callWords(e.Number, e.Name, e.Caller), text)
	}
	c.ended = ended
	live := make(map[engine.SessionID]bool, len(f.Sessions))
	for _, s := range f.Sessions {
		live[s.ID] = true
	}
	for id := range c.calls {
		if !live[id] {
			delete(c.calls, id)
			delete(c.acted, id)
			delete(c.pace.followed, id)
		}
	}
}

// lookAtRefusals tells what a supervisor asked in vain.
func (c *console) lookAtRefusals(f *engine.Frame) {
	refused := make(map[string]bool, len(f.Refusals))
	for _, r := range f.Refusals {
		refused[r.Entry] = true
		if c.refused[r.Entry] {
			continue
		}
		what := "a wish"
		if s, ok := f.Session(r.Session); ok {
			what = sessionWords(s)
		}
		c.sayAt(r.At, "%s: refused: %s", what, spokenText(r.Reason))
	}
	c.refused = refused
}

// lookAtJournal tells when the journal cannot write, and when it can again.
func (c *console) lookAtJournal(why string) {
	switch {
	case why != "" && c.journal == "":
		c.say("the journal cannot write: %s; nothing is taken in, and nothing falls due, until it can", clean(why))
	case why == "" && c.journal != "":
		c.say("the journal can write again")
	}
	c.journal = why
}

// lookAtHealth tells troubles whose number has risen, each kind at most once in
// troublePacing, and what goes on as it was at most once in sameTrouble.
func (c *console) lookAtHealth() {
	h := c.engine.Health()
	c.lookAtJournal(h.Journal)
	now := c.engine.Now()
	if c.troubles == nil {
		c.troubles = map[engine.TroubleKind]toldTrouble{}
	}
	troubles := slices.SortedFunc(slices.Values(h.Troubles), func(a, b engine.Trouble) int { return int(a.Kind) - int(b.Kind) })
	for _, t := range troubles {
		before := c.troubles[t.Kind]
		pace := troublePacing
		if t.Detail == before.detail {
			pace = sameTrouble
		}
		if t.Count <= before.count || now.Sub(before.at) < pace {
			continue
		}
		c.troubles[t.Kind] = toldTrouble{t.Count, now, t.Detail}
		c.sayAt(t.Last, "health: %s; %s", because(troubleWords(t.Kind), spokenText(t.Detail)), times(t.Count))
	}
}
