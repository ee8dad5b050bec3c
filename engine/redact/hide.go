package redact

import (
	"slices"
	"strings"
)

// How near things are, in words.
const (
	maxJoining = 6  // between two numbers that are one
	maxTrail   = 4  // behind a number, or in a sentence of its own, that leave it open
	codeAfter  = 14 // from the words for a code to the code
	maxGlued   = 3  // letters in the midst of digits, as in 4111x1111
)

// A span is a stretch of a text, in bytes, that is not to be read.
type span struct {
	start, end int
	held       bool // only as long as the sentence is not at its end
}

// A before is what a sentence is judged by that was said before it.
type before struct {
	digits int  // of a run that may go on in it
	code   bool // a code was asked for a moment ago
	card   bool // a long number was said a moment ago
	strict bool // what was said before is unknown, or nothing is to be read
}

// A finding is what is to be hidden in a sentence, and what it leaves for the next one.
type finding struct {
	spans  []span
	digits int  // of a run that may go on; 0: none
	idle   bool // it has neither numbers nor much else: a run goes on behind it
	code   bool // it speaks of a code
	long   bool // it ends a number as long as a card's
}

// A sentence is what is being judged. It is used again and again.
type sentence struct {
	reader
	numbers []number
	secrets []secret // phrases that name a code
	before
	partial bool
	asked   bool // whether bare is known
	bare    bool
	found   finding
}

// A secret is where a phrase stands that names a code.
type secret struct{ first, last int }

// A group is numbers that are said as one. Its numbers are from first up to next.
type group struct {
	first, next int
	digits      int
}

// judge finds what is to be hidden in a text. What it returns is good until it is called
// again: a sentence costs no memory.
func (s *sentence) judge(text string, b before, partial bool) finding {
	s.text, s.before, s.partial, s.asked = text, b, partial, false
	s.found = finding{spans: s.found.spans[:0]}
	s.tokens = scan(text, s.tokens[:0])
	s.numbers = s.reader.numbers(s.numbers[:0])
	s.findSecrets()
	s.found.code = len(s.secrets) > 0
	if len(s.numbers) == 0 {
		s.found.idle = len(s.tokens) <= maxTrail || s.joins(0, len(s.tokens), 0)
	} else {
		s.judgeGroups()
	}
	s.text = "" // nobody's words are kept
	return s.found
}

func (s *sentence) findSecrets() {
	s.secrets = s.secrets[:0]
	for i := 0; i < len(s.tokens); i++ {
		if n := lex.secret(s.tokens, i); n > 0 {
			s.secrets = append(s.secrets, secret{i, i + n - 1})
			i += n - 1
		}
	}
}

func (s *sentence) judgeGroups() {
	digits := 0
	if s.goesOn() {
		digits = s.digits
	}
	for first := 0; first < len(s.numbers); {
		g := s.group(first, digits)
		digits = s.hide(g, digits)
		first = g.next
		if first < len(s.numbers) {
			digits = 0
		}
	}
	s.leave(digits)
}

// goesOn reports whether a sentence goes on with the run before it: it begins with a
// number, or, where some of the run is hidden already, it is a few words and a number, as
// in: they are 7756.
func (s *sentence) goesOn() bool {
	lead := s.numbers[0].first
	if lead <= maxJoining && s.joins(0, lead, full) {
		return true
	}
	g := s.group(0, 0)
	last := s.numbers[g.next-1].last
	return lead <= maxTrail && s.before.digits >= shown && g.digits >= codeLeast && s.joins(last+1, len(s.tokens), full)
}

// leave says what goes on in the next sentence.
func (s *sentence) leave(digits int) {
	last := s.numbers[len(s.numbers)-1]
	trail := len(s.tokens) - last.last - 1
	if trail <= maxTrail || s.joins(last.last+1, len(s.tokens), full) {
		s.found.digits = digits
	}
}

// group returns the numbers that are one with the first, behind so many digits.
func (s *sentence) group(first, digits int) group {
	g := group{first: first, next: first + 1, digits: s.numbers[first].digits}
	for g.next < len(s.numbers) && s.isOne(g, digits) {
		g.digits += s.numbers[g.next].digits
		g.next++
	}
	return g
}

// isOne reports whether the number behind a group belongs to it.
func (s *sentence) isOne(g group, digits int) bool {
	a, b := s.numbers[g.next-1], s.numbers[g.next]
	if a.shape == amount || b.shape == amount && (a.last+1 < b.first || s.currencyBefore(b.first)) {
		return false // 4111 1111 dollars is no amount
	}
	so := digits + g.digits
	if g.next-g.first == 1 && digits == 0 && (s.isYear(a) || s.isRound(a)) {
		so = 0 // 2024 and 2025, between 1200 and 1500
	}
	return b.first-a.last-1 <= maxJoining && s.joins(a.last+1, b.first, so)
}

// isRound reports whether a number is one that is hardly a part of a longer one.
func (s *sentence) isRound(n number) bool {
	return n.written && n.digits >= 3 && n.digits <= 5 && strings.HasSuffix(s.text[n.start:n.end], "00")
}

// joins reports whether all tokens from one up to another may stand between the digits of
// one number, of which so many were said.
func (s *sentence) joins(from, to, digits int) bool {
	for i := from; i < to; i++ {
		t := s.tokens[i]
		switch t.kind {
		case filler:
		case soft: // to and for are between two numbers rather than within one
			if s.text[t.start]|0x20 != 'o' {
				return false
			}
		case weak, and:
			if digits < 4 {
				return false
			}
		default:
			if !s.glued(i) || t.letters > maxGlued {
				return false
			}
		}
	}
	return true
}

// glued reports whether a word touches digits.
func (s *sentence) glued(i int) bool {
	touches := func(k kind) bool { return k == numeral || k == mark }
	return touches(s.kind(i-1)) && s.tokens[i-1].end == s.tokens[i].start ||
		touches(s.kind(i+1)) && s.tokens[i].end == s.tokens[i+1].start
}

// hide hides what is to be hidden of a group that comes behind so many digits of the same
// run, and returns how many the run has then.
func (s *sentence) hide(g group, digits int) int {
	all := s.numbers[g.first:g.next]
	shape := s.shape(all)
	atEnd := s.partial && s.joins(all[len(all)-1].last+1, len(s.tokens), full)
	if shape == amount || shape == moment && digits < 4 && !(s.code && s.answers()) {
		if atEnd {
			s.add(all[0].start, all[len(all)-1].end, true)
		}
		return 0
	}
	if s.isCode(g) {
		s.add(all[0].start, all[len(all)-1].end, false)
		return digits + g.digits
	}
	if g.digits == 1 && digits >= shown && !all[0].written && !s.answers() {
		return digits + 1 // and the two of us: one word that is hardly a number's
	}
	for i, n := range all {
		if digits+n.digits > shown {
			start := n.start
			if n.written && digits < shown {
				start += cutAfter(s.text[n.start:n.end], shown-digits)
			}
			s.add(start, all[len(all)-1].end, false)
			for _, n := range all[i:] {
				digits += n.digits
			}
			break
		}
		digits += n.digits
	}
	s.found.long = s.found.long || digits >= cardDigits
	if atEnd || s.partial && g.digits >= codeLeast {
		s.add(all[0].start, all[len(all)-1].end, true)
	}
	return digits
}

// shape returns the shape that all numbers of a group have; plain where they differ.
func (s *sentence) shape(all []number) shape {
	for _, n := range all {
		if n.shape != all[0].shape {
			return plain
		}
	}
	return all[0].shape
}

// isCode reports whether a group is to be hidden as a whole.
func (s *sentence) isCode(g group) bool {
	first, last := s.numbers[g.first].first, s.numbers[g.next-1].last
	behind, _ := slices.BinarySearchFunc(s.secrets, last, func(x secret, last int) int { return x.first - last })
	if behind > 0 { // the nearest is what counts
		from := s.secrets[behind-1].last + 1
		if g.digits >= codeLeast && first-from <= codeAfter || s.joins(from, first, full) {
			return true
		}
	}
	if behind < len(s.secrets) && g.digits >= codeLeast {
		to := s.secrets[behind].first
		if to-last-1 <= maxJoining && s.joins(last+1, to, full) {
			return true
		}
	}
	switch {
	case s.strict:
		return g.digits >= codeLeast
	case s.code:
		return g.digits >= codeLeast || s.answers()
	}
	return s.card && g.digits >= codeLeast && g.digits <= codeMost && s.answers()
}

// answers reports whether a sentence is numbers, and nothing that would tell what they
// are.
func (s *sentence) answers() bool {
	if !s.asked {
		s.asked, s.bare = true, s.isBare()
	}
	return s.bare
}

func (s *sentence) isBare() bool {
	at := 0
	for _, n := range s.numbers {
		if !s.joins(at, n.first, full) {
			return false
		}
		at = n.last + 1
	}
	return s.joins(at, len(s.tokens), full)
}

// add adds a stretch to what is hidden.
func (s *sentence) add(start, end int, held bool) {
	s.found.spans = append(s.found.spans, span{start, end, held})
}
