package engine

import "time"

// A condition is one field of a [Cond]. A new one is a file with these three methods,
// its field in rule.go, and a line in conditions.
type condition interface {
	judge(l *look) verdict
	text() string        // what it asks, as in "the call has lasted 10 min"
	proof(l *look) proof // why it holds, where it does
}

// conditions are the fields of a Cond that are judged by themselves, those first that
// cost least. Each returns nil where the field is not set.
var conditions = [...]func(*Cond) condition{
	minWordsOf, noInputOf, attestationOf, durationOf, blindOf, silenceOf, inStateOf, keyOf,
	negativeOf, moodOf, fallingOf, flaggedOf, saidOf, notSaidOf, repeatsOf,
}

// A truth is yes, no or undecided.
type truth uint8

const (
	no truth = iota
	yes
	unknown
)

// A verdict is what a condition comes to, and when time alone may change that; zero:
// never. It may name a time that is too early, and never one that is too late.
type verdict struct {
	holds truth
	again time.Time
}

func decided(holds bool, again time.Time) verdict {
	if holds {
		return verdict{yes, again}
	}
	return verdict{no, again}
}

func (v verdict) not() verdict {
	switch v.holds {
	case yes:
		v.holds = no
	case no:
		v.holds = yes
	case unknown:
	}
	return v
}

// A sum joins verdicts of which each must hold.
type sum struct {
	asked, failed, open bool
	least               time.Time // of all
	most                time.Time // of those that fail: each must change before the sum can
}

func (s *sum) add(v verdict) {
	s.asked = true
	s.least = sooner(s.least, v.again)
	switch v.holds {
	case no:
		if s.failed {
			s.most = later(s.most, v.again)
		} else {
			s.failed, s.most = true, v.again
		}
	case unknown:
		s.open = true
	case yes:
	}
}

// settled reports whether no further verdict can matter.
func (s *sum) settled(l *look) bool { return s.failed && (l.hasty || s.most.IsZero()) }

func (s *sum) verdict() verdict {
	switch {
	case !s.asked:
		return verdict{} // nothing is asked: it never holds
	case s.failed:
		return verdict{no, s.most}
	case s.open:
		return verdict{unknown, s.least}
	}
	return verdict{yes, s.least}
}

// A look is one judging of a case. It keeps what several conditions need.
type look struct {
	*Case
	rule  *Rule
	hasty bool // when a verdict may change is not asked

	finds []find   // what was looked for already
	alike struct { // how much of a sentence's words each is found to share
		with   int
		shares []int // in thousandths, and one; zero: not known yet
	}
	words []spoken
	cut   []stretch // of words, for each sentence of the case
	moods [2]struct {
		half   time.Duration
		value  Polarity
		judged bool
	}
}

// A find is the newest sentence that holds what a condition asks for.
type find struct {
	of     *Said
	rule   *Rule // for its MinConfidence
	at     int
	phrase *Phrase
}

type stretch struct {
	from, to int
	done     bool
}

// cond judges a condition with all that is joined in it.
func (l *look) cond(c *Cond) verdict {
	var s sum
	for _, of := range conditions {
		if leaf := of(c); leaf != nil {
			s.add(leaf.judge(l))
			if s.settled(l) {
				return s.verdict()
			}
		}
	}
	if c.Not != nil {
		s.add(l.cond(c.Not).not())
	}
	for i := range c.All {
		if s.settled(l) {
			return s.verdict()
		}
		s.add(l.cond(&c.All[i]))
	}
	if len(c.Any) > 0 && !s.settled(l) {
		var none sum // that none of them holds
		for i := range c.Any {
			none.add(l.cond(&c.Any[i]).not())
			if none.settled(l) {
				break
			}
		}
		s.add(none.verdict().not())
	}
	return s.verdict()
}

// certain reports whether a sentence is certain enough for the rule. One of which the
// feed has not said how certain it is, is.
func (l *look) certain(h *Heard) bool {
	return h.Confidence == 0 || h.Confidence >= l.rule.MinConfidence
}

// tokens returns the words of a sentence of the case.
func (l *look) tokens(i int) []spoken {
	if l.cut == nil {
		l.cut = make([]stretch, len(l.Said))
		l.words = make([]spoken, 0, 128)
	}
	if s := &l.cut[i]; !s.done {
		s.from, s.done = len(l.words), true
		l.words = tokens(l.words, l.Said[i].Text)
		s.to = len(l.words)
	}
	return l.words[l.cut[i].from:l.cut[i].to]
}

// shares returns how much two sentences of the case have in common: see overlap.
func (l *look) shares(with, i int) int {
	if l.alike.shares == nil || l.alike.with != with {
		l.alike.with, l.alike.shares = with, make([]int, len(l.Said))
	}
	if known := l.alike.shares[i]; known > 0 {
		return known - 1
	}
	share := overlap(l.tokens(with), l.tokens(i))
	l.alike.shares[i] = share + 1
	return share
}

// said returns when a sentence was over, from which its age counts.
func (h *Heard) said() time.Time {
	if h.End.IsZero() {
		return h.At
	}
	return h.End
}

// fresh reports whether a sentence is no older than a limit, where there is one.
func (l *look) fresh(h *Heard, within time.Duration) bool {
	return within <= 0 || l.Now.Sub(h.said()) <= within
}

// stale returns when a sentence will no longer be fresh; zero: never.
func (h *Heard) stale(within time.Duration) time.Time {
	if within <= 0 {
		return time.Time{}
	}
	return h.said().Add(within + 1)
}

// by reports whether a sentence is one of those whose sentences count.
func (s Speakers) by(speaker Speaker) bool {
	switch s {
	case SpeakersCustomer:
		return speaker == SpeakerCustomer
	case SpeakersOperator:
		return speaker == SpeakerOperator
	default:
		return true
	}
}

// words names whose sentences count: "customer sentences".
func (s Speakers) words() string {
	switch s {
	case SpeakersCustomer:
		return "customer "
	case SpeakersOperator:
		return "operator "
	default:
		return ""
	}
}
