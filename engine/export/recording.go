package export

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/engine/recording"
)

// ErrUnanswered means that a call has nothing that could be played.
var ErrUnanswered = errors.New("the call was never answered: there is nothing to be played")

// Limits of what a recording holds; see package recording.
const (
	maxTime      = 4 * time.Hour
	maxOperators = 64
	maxText      = 4096 // bytes
	maxLines     = 4000
)

// A customer who was to hang up after something that does not come when the recording is
// played hangs up when the call is so much longer than it was.
const patience = time.Minute

var callerShape = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|sip:[^\s<>]+@[^\s<>]+)$`)

// Recording makes a recording of a call, by which the same happens when it is played: what
// was heard of the customer, of the front desk and of the first operator who was with him,
// the customer's keys, how each operator who was called behaved, and who hung up. What
// nobody heard is not in it, nor what a second operator or a supervisor said, nor what a
// supervisor did; a sentence of which nobody knows whose it was is said by whoever was with
// the customer. It returns [ErrUnanswered] for a call that was never answered. What comes
// after four hours is left out.
func Recording(r engine.Record) (*recording.Recording, error) {
	if r.Answered.IsZero() {
		return nil, ErrUnanswered
	}
	rec := &recording.Recording{
		Name: Name(r), From: from(r.Caller), Caller: clip(r.Name), Language: language(r.Language),
		Attested: attested(r.Attested), Expect: expected(r),
	}
	for _, l := range r.Legs {
		switch l.Role {
		case engine.RoleOperator:
			if len(rec.Operators) < maxOperators {
				rec.Operators = append(rec.Operators, operator(l))
			}
		case engine.RoleFront:
			if rec.Front.Does == "" {
				rec.Front = front(l)
			}
		case engine.RoleCustomer, engine.RoleListener, engine.RoleUnplaced, engine.RoleSupervisor:
		default:
			panic("export: leg of role " + l.Role.String())
		}
	}
	s := script{Record: r, stage: stageOf(r), end: ended(r)}
	rec.Lines = s.lines()
	rec.About = s.about()
	return rec, nil
}

// Name returns what the recording of a call is called: its number, and a few letters that
// tell it from another journal's call of that number.
func Name(r engine.Record) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%d", r.Session, r.Opened, r.Started.UnixNano()))
	return fmt.Sprintf("call-%d-%x", r.Number, sum[:3])
}

func from(number string) string {
	if callerShape.MatchString(number) && len(number) < maxText {
		return number
	}
	return "anonymous"
}

func language(l engine.Language) string {
	if l == engine.Spanish {
		return "es"
	}
	return "en"
}

func attested(a engine.Attestation) string {
	switch a {
	case engine.AttestationA:
		return "A"
	case engine.AttestationB:
		return "B"
	case engine.AttestationC:
		return "C"
	default:
		return ""
	}
}

// expected says what is right for the call, where somebody said so: the customer, who asked
// for an operator, or a supervisor, who brought one or vetoed it.
func expected(r engine.Record) string {
	said := ""
	for _, b := range r.Brought {
		switch {
		case b.Label == engine.VetoHandled:
			return recording.ExpectTransfer
		case b.Label == engine.VetoWrong:
			said = recording.ExpectNone
		case b.Label != 0:
		case b.Cause == engine.CauseKey, b.Cause == engine.CauseHand, b.Cause == engine.CauseAsked:
			return recording.ExpectTransfer
		}
	}
	return said
}

// since returns how long after the other a moment is, in whole milliseconds, within what a
// recording can say.
func since(at, other time.Time) time.Duration {
	return min(max(0, at.Sub(other).Round(time.Millisecond)), maxTime)
}

// operator returns how one who was called behaved.
func operator(l engine.RecordLeg) recording.Operator {
	if l.Answered.IsZero() {
		does, after := unreached(l)
		return recording.Operator{Does: does, After: after}
	}
	o := recording.Operator{Does: recording.Answers, After: since(l.Answered, l.Since)}
	decides := max(time.Millisecond, since(l.Decided, l.Answered))
	switch {
	case l.Turned == engine.TurnedMachine:
		o.Does = recording.Voicemail
	case l.Turned == engine.TurnedDown:
		o.Declines = decides
	case l.Turned != "", l.Decided.IsZero():
		o.Ignores = true
	default:
		o.Accepts = decides
	}
	return o
}

// unreached returns what one did who never answered. Whatever else stopped the call is
// told as a busy line: it comes to the same.
func unreached(l engine.RecordLeg) (recording.Does, time.Duration) {
	switch l.Cause {
	case "call_rejected":
		return recording.Rejects, since(l.Gone, l.Since)
	case "", "timeout", "no_answer", "originator_cancel", "normal_clearing":
		return recording.Silent, 0
	default:
		return recording.Busy, since(l.Gone, l.Since)
	}
}

func front(l engine.RecordLeg) recording.Front {
	if l.Answered.IsZero() {
		does, after := unreached(l)
		return recording.Front{Does: does, After: after}
	}
	return recording.Front{Does: recording.Answers, After: since(l.Answered, l.Since)}
}

// ended returns when the customer's line ended or, of a call that is still up, the last
// that is known of it.
func ended(r engine.Record) time.Time {
	last := r.Over
	for _, l := range r.Legs {
		if l.Role == engine.RoleCustomer && !l.Gone.IsZero() {
			return l.Gone
		}
		last = latest(last, l.Gone, l.Joined, l.Answered)
	}
	for _, u := range r.Lines {
		last = latest(last, u.End)
	}
	for _, t := range r.Told {
		last = latest(last, t.At)
	}
	return last
}

func latest(all ...time.Time) time.Time { return slices.MaxFunc(all, time.Time.Compare) }

// A script is a call that is being written as lines.
type script struct {
	engine.Record
	stage
	end   time.Time
	acts  []act
	lost  int // sentences that nobody in a recording can say
	later int // lines that are past what a recording can say
}

// An act is a line, and when it was played.
type act struct {
	at   time.Time
	line recording.Line
}

func (s *script) lines() []recording.Line {
	for _, u := range s.Lines {
		s.say(u)
	}
	for _, k := range s.Keys {
		if len(k.Digit) == 1 && strings.Contains("0123456789*#", k.Digit) {
			s.act(k.At, recording.Line{Who: recording.Customer, Key: k.Digit})
		}
	}
	for _, l := range s.Legs {
		s.leaves(l)
	}
	slices.SortStableFunc(s.acts, func(a, b act) int { return a.at.Compare(b.at) })
	if len(s.acts) > maxLines {
		s.later += len(s.acts) - maxLines
		s.acts = s.acts[:maxLines]
	}
	var lines []recording.Line
	for _, a := range s.acts {
		lines = append(lines, a.line)
	}
	return append(lines, s.hangsUp()...)
}

// say has a sentence said by whoever it was.
func (s *script) say(u engine.Utterance) {
	who, ok := s.who(u)
	text := clip(u.Text)
	if !ok || strings.TrimSpace(text) == "" {
		s.lost++
		return
	}
	l := recording.Line{Who: who, Say: text}
	switch {
	case u.Speaker == engine.SpeakerUnknown && who == recording.Customer: // it was not judged
	case u.Scored:
		l.Scored, l.Polarity = true, thousandths(u.Polarity)
	case u.Told:
		l.Scored, l.Polarity = true, thousandths(u.ToldPolarity)
	}
	if lasts := since(u.End, u.Start); lasts != l.Duration() {
		l.Lasts = lasts
	}
	s.act(u.Start, l)
}

func thousandths(p engine.Polarity) int { return min(max(-1000, int(p)), 1000) }

// who returns who says a sentence in a recording, and false where nobody can.
func (s *script) who(u engine.Utterance) (recording.Who, bool) {
	at := u.Start
	switch u.Speaker {
	case engine.SpeakerCustomer, engine.SpeakerPrompt: // what is heard while a prompt plays is taken for it
		return recording.Customer, true
	case engine.SpeakerOperator:
		return recording.Agent, within(s.human, at) || s.soon(s.human, u)
	case engine.SpeakerFront:
		return recording.Desk, within(s.desk, at) || s.soon(s.desk, u)
	case engine.SpeakerUnknown:
		switch {
		case within(s.human, at):
			return recording.Agent, true
		case within(s.desk, at):
			return recording.Desk, true
		}
		return recording.Customer, true
	case engine.SpeakerSupervisor:
		return "", false
	default:
		panic("export: speaker " + u.Speaker.String())
	}
}

// soon reports whether somebody was there before his sentence was over: it is told that he
// has joined a moment after he has.
func (s *script) soon(there engine.Span, u engine.Utterance) bool {
	return !there.From.IsZero() && u.Start.Before(there.From) && u.End.After(there.From)
}

// act has a line played at a moment.
func (s *script) act(at time.Time, l recording.Line) {
	by := at
	if l.Key != "" {
		by = at.Add(-reaction)
	}
	r := s.anchorOf(by, l.Who)
	if at.Sub(r.at) > maxTime {
		s.later++
		return
	}
	l.On, l.Round, l.At = r.on, r.round, since(at, r.at)
	s.acts = append(s.acts, act{at, l})
}

// anchorOf returns what a line counts from. An operator's and the desk's words count from
// their coming.
func (s *script) anchorOf(at time.Time, who recording.Who) raised {
	on := map[recording.Who]recording.Anchor{recording.Agent: recording.OnOperator, recording.Desk: recording.OnFront}[who]
	if i := slices.IndexFunc(s.raised, func(r raised) bool { return r.on == on }); i >= 0 {
		return s.raised[i]
	}
	return s.anchor(at)
}

// reaction is the least time in which anybody presses a key at what he hears. What comes
// sooner was pressed at what he heard before, perhaps on a clock that is a little behind.
const reaction = 300 * time.Millisecond

// leaves has an operator or the desk hang up who was gone before the customer. The desk
// leaves by itself where an operator comes.
func (s *script) leaves(l engine.RecordLeg) {
	if l.Gone.IsZero() || l.Joined.IsZero() || !l.Gone.Before(s.end) {
		return
	}
	switch {
	case l.Role == engine.RoleOperator && l.Joined.Equal(s.human.From):
		s.act(l.Gone, recording.Line{Who: recording.Agent, Hangup: true})
	case l.Role == engine.RoleFront && (s.human.From.IsZero() || l.Gone.Before(s.human.From)):
		s.act(l.Gone, recording.Line{Who: recording.Desk, Hangup: true})
	}
}

// hangsUp has the customer hang up: as he did, and at last where what he did it after does
// not come.
func (s *script) hangsUp() []recording.Line {
	r := s.latest(s.end)
	last := recording.Line{On: recording.OnAnswered, At: since(s.end, s.Answered), Who: recording.Customer, Hangup: true}
	if r.on == recording.OnAnswered {
		return []recording.Line{last}
	}
	last.At = min(last.At+patience, maxTime)
	return []recording.Line{{On: r.on, Round: r.round, At: since(s.end, r.at), Who: recording.Customer, Hangup: true}, last}
}

// about says what the recording shows, without a name or a number.
func (s *script) about() string {
	said := []string{fmt.Sprintf("Call %d of %s, as it was heard.", s.Number, s.Started.UTC().Format(time.DateOnly))}
	if s.Over.IsZero() {
		said = append(said, "It was still up when this was written.")
	}
	if s.lost > 0 {
		said = append(said, fmt.Sprintf("%d of its sentences are left out: a second operator's or a supervisor's.", s.lost))
	}
	if s.later > 0 {
		said = append(said, fmt.Sprintf("%d of its lines are left out: it was too long.", s.later))
	}
	return strings.Join(said, " ")
}

// clip makes a text that a recording can hold.
func clip(text string) string {
	text = strings.ToValidUTF8(text, "�")
	if len(text) <= maxText {
		return text
	}
	cut := maxText
	for cut > 0 && text[cut]&0xC0 == 0x80 { // within a letter
		cut--
	}
	return text[:cut]
}
