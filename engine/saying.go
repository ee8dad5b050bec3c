package engine

import (
	"fmt"
	"time"
)

// The conditions on what is said: said, not_said and repeats.

type said struct{ *Said }

func saidOf(c *Cond) condition {
	if c.Said == nil {
		return nil
	}
	return said{c.Said}
}

func (s said) judge(l *look) verdict {
	i, _, ok := s.find(l)
	if !ok {
		return verdict{}
	}
	return verdict{yes, l.Said[i].stale(s.Within)}
}

// find returns the newest sentence that holds one of the phrases, and the phrase.
func (s said) find(l *look) (int, *Phrase, bool) {
	for i := range l.finds {
		if f := &l.finds[i]; f.of == s.Said && f.rule == l.rule {
			return f.at, f.phrase, f.phrase != nil
		}
	}
	at, phrase, ok := s.search(l)
	l.finds = append(l.finds, find{s.Said, l.rule, at, phrase})
	return at, phrase, ok
}

func (s said) search(l *look) (int, *Phrase, bool) {
	for i := len(l.Said) - 1; i >= 0; i-- {
		h := &l.Said[i]
		if !l.fresh(h, s.Within) || !s.Speakers.by(h.Speaker) || !l.certain(h) {
			continue
		}
		words := l.tokens(i)
		if p := phraseIn(s.Phrases, words, s.Negated); p != nil && phraseIn(s.Except, words, true) == nil {
			return i, p, true
		}
	}
	return 0, nil, false
}

// In reports whether a sentence says it, whoever says it and when.
func (s *Said) In(sentence string) bool {
	words := tokens(make([]spoken, 0, countWords(sentence)), sentence)
	return phraseIn(s.Phrases, words, s.Negated) != nil && phraseIn(s.Except, words, true) == nil
}

// phraseIn returns the first of the phrases that stands in a sentence, or nil.
func phraseIn(phrases []Phrase, words []spoken, negated bool) *Phrase {
	letters := firstLetters(words)
	for i := range phrases {
		if phrases[i].begins()&letters != 0 && phrases[i].in(words, negated) {
			return &phrases[i]
		}
	}
	return nil
}

func (s said) text() string {
	if len(s.Phrases) == 1 {
		return fmt.Sprintf("%s%q%s", who(s.Speakers), s.Phrases[0].Text, within(s.Within))
	}
	return fmt.Sprintf("%sone of %d phrases%s", who(s.Speakers), len(s.Phrases), within(s.Within))
}

func who(s Speakers) string {
	switch s {
	case SpeakersCustomer:
		return "the customer said "
	case SpeakersOperator:
		return "the operator said "
	default:
		return "somebody said "
	}
}

func (s said) proof(l *look) proof {
	i, p, _ := s.find(l)
	return proof{
		check: Check{
			Seen:   seenAgo(p, len(s.Phrases), l.Now.Sub(l.Said[i].said())),
			Unless: "it had not been said",
		},
		counts: []int{i},
	}
}

// seenAgo says what was said and when. Of many phrases the pattern tells less than the
// sentence, which is quoted.
func seenAgo(p *Phrase, of int, ago time.Duration) string {
	if of > 1 {
		return inWords(ago) + " ago"
	}
	return fmt.Sprintf("%q %s ago", p.Text, inWords(ago))
}

type notSaid struct{ *NotSaid }

func notSaidOf(c *Cond) condition {
	if c.NotSaid == nil {
		return nil
	}
	return notSaid{c.NotSaid}
}

// judge is undecided where the first sentences are no longer in the case, or nobody
// hears what is said.
func (n notSaid) judge(l *look) verdict {
	if l.Answered.IsZero() {
		return verdict{}
	}
	until := l.Answered.Add(n.Within)
	if l.Now.Before(until) {
		return verdict{no, until}
	}
	if n.Notice && !l.Announced.IsZero() && !l.Announced.After(until) {
		return verdict{}
	}
	if len(n.Phrases) == 0 {
		return verdict{holds: yes}
	}
	for i := range l.Said {
		h := &l.Said[i]
		if h.said().After(until) || !n.Speakers.by(h.Speaker) || !l.certain(h) {
			continue
		}
		if phraseIn(n.Phrases, l.tokens(i), false) != nil {
			return verdict{}
		}
	}
	if l.blind() || len(l.Said) >= maxHeard && l.Said[0].said().After(l.Answered) {
		return verdict{holds: unknown}
	}
	return verdict{holds: yes}
}

func (n notSaid) text() string {
	what := fmt.Sprintf("none of %d phrases", len(n.Phrases))
	switch {
	case n.Notice && len(n.Phrases) == 0:
		what = "our announcement not heard"
	case len(n.Phrases) == 1:
		what = fmt.Sprintf("%q not said", n.Phrases[0].Text)
	default:
		what += " said"
	}
	return fmt.Sprintf("%s within %s of the answer", what, inWords(n.Within))
}

func (n notSaid) proof(l *look) proof {
	return proof{check: Check{
		Seen:   fmt.Sprintf("not by %s after the answer", inWords(l.Now.Sub(l.Answered))),
		Unless: "it had been said in time",
	}}
}

// minRepeat is how many words a sentence needs to be taken for a repetition: "yes" is
// none.
const minRepeat = 4

// maxCompared is how many words of a sentence are compared.
const maxCompared = 64

type repeats struct{ *Repeats }

func repeatsOf(c *Cond) condition {
	if c.Repeats == nil {
		return nil
	}
	return repeats{c.Repeats}
}

func (r repeats) judge(l *look) verdict {
	all := r.alike(l)
	if r.Times <= 0 || len(all) < r.Times {
		return verdict{}
	}
	var again time.Time
	for _, i := range all {
		again = sooner(again, l.Said[i].stale(r.Within))
	}
	return verdict{yes, again}
}

// alike returns the sentences that are much the same as the latest of four words or
// more, the newest first.
func (r repeats) alike(l *look) []int {
	var all []int
	for i := len(l.Said) - 1; i >= 0; i-- {
		h := &l.Said[i]
		if !l.fresh(h, r.Within) || h.Speaker != SpeakerCustomer || h.Words < minRepeat || !l.certain(h) {
			continue
		}
		if len(all) == 0 || l.shares(all[0], i) >= r.Overlap {
			all = append(all, i)
		}
	}
	return all
}

// overlap returns how many of the words of two sentences are in both, in thousandths
// of those of the longer one. A word counts once.
func overlap(a, b []spoken) int {
	a, b = a[:min(len(a), maxCompared)], b[:min(len(b), maxCompared)]
	inB, ofB := distinct(b)
	var seen sketch
	both, inA := 0, 0
	for i, w := range a {
		mark := sketchOf(w.text)
		if seen&mark != 0 && has(a[:i], w.text) {
			continue
		}
		seen |= mark
		inA++
		if ofB&mark != 0 && has(b, w.text) {
			both++
		}
	}
	if longer := max(inA, inB); longer > 0 {
		return both * 1000 / longer
	}
	return 0
}

// distinct returns how many different words there are, and their sketch.
func distinct(words []spoken) (int, sketch) {
	var seen sketch
	n := 0
	for i, w := range words {
		mark := sketchOf(w.text)
		if seen&mark == 0 || !has(words[:i], w.text) {
			n++
		}
		seen |= mark
	}
	return n, seen
}

// A sketch is a set of words of which several share a place: a word that is not in it
// is surely not among them.
type sketch uint64

func sketchOf(word string) sketch {
	return 1 << ((int(word[0]) + 7*int(word[len(word)-1]) + 31*len(word)) & 63)
}

func has(words []spoken, word string) bool {
	for i := range words {
		if words[i].text == word {
			return true
		}
	}
	return false
}

func (r repeats) text() string {
	return fmt.Sprintf("the customer said much the same %d times%s", r.Times, within(r.Within))
}

func (r repeats) proof(l *look) proof {
	all := r.alike(l)
	p := proof{check: Check{
		Seen:   fmt.Sprintf("%d times in %s", len(all), inWords(l.Said[all[0]].said().Sub(l.Said[all[len(all)-1]].At))),
		Unless: "he had said it less often",
	}}
	for _, i := range all {
		p.counts = append([]int{i}, p.counts...)
	}
	return p
}
