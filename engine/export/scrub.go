package export

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"switchboard/engine"
	"switchboard/engine/redact"
)

// The numbers that stand for others: +1 202 555 0110 to 0189, which belong to nobody. The
// first and last ten are left to those whom callers call in tests.
const (
	firstPseudonym = 10
	pseudonyms     = 79
	desksOwn       = 50 // is passed over: it is the front desk's there
)

// Limits of what is looked for in texts.
const (
	maxNameWords = 12     // of a name
	maxGiven     = 10_000 // numbers whose pseudonyms are remembered; then it begins anew
	leastKnown   = 7      // digits of a known number's end
)

// A row of so many keys, each so soon after the one before, is a number that the customer
// keyed in.
const (
	leastRow  = 4
	rowWithin = 4 * time.Second
)

// A Scrubber takes numbers and names out of records. Each number gets a pseudonym, a
// number of the same shape that belongs to nobody; who has the salt can tell whether a
// pseudonym may stand for a number, and nobody else. The same number has the same
// pseudonym in all records that one Scrubber scrubs, and two numbers have two, as long as
// there are no more than 79.
type Scrubber struct {
	salt  []byte
	given map[string]string // pseudonyms, by number
	taken [pseudonyms]bool
}

// NewScrubber returns a Scrubber with a salt. One that is drawn anew for each export makes
// its pseudonyms strangers to all others'.
func NewScrubber(salt []byte) *Scrubber {
	return &Scrubber{salt: slices.Clone(salt), given: map[string]string{}}
}

// digest returns a name for a text that only who has the salt can check.
func (s *Scrubber) digest(kind, text string) []byte {
	sum := hmac.New(sha256.New, s.salt)
	sum.Write([]byte(kind + "\x00" + text))
	return sum.Sum(nil)
}

func (s *Scrubber) tag(kind, text string) string {
	return hex.EncodeToString(s.digest(kind, text)[:2])
}

// number returns what stands for a number. Who keeps his number to himself is anonymous.
func (s *Scrubber) number(number string) string {
	if !identifies(number) {
		return number
	}
	if given, ok := s.given[number]; ok {
		return given
	}
	if len(s.given) >= maxGiven {
		clear(s.given)
		s.taken = [pseudonyms]bool{}
	}
	sum := s.digest("number", number)
	at := int(sum[0])<<8 | int(sum[1])
	for range pseudonyms {
		if at = (at + 1) % pseudonyms; !s.taken[at] {
			break
		}
	}
	s.taken[at] = true
	last := firstPseudonym + at
	if last >= desksOwn {
		last++
	}
	s.given[number] = fmt.Sprintf("+120255501%02d", last)
	return s.given[number]
}

// identifies reports whether what stands for a caller's number says who he is.
func identifies(number string) bool {
	switch strings.ToLower(strings.TrimSpace(number)) {
	case "", "anonymous", "restricted", "private", "unknown", "unavailable":
		return false
	}
	return true
}

// Record returns a record in which numbers and names are replaced: in its fields by
// pseudonyms, in what was said by marks. It goes through the texts once more for numbers
// from the seventh digit on, hides the customer's and operators' names in them, as far as
// the record knows them, and leaves out rows of keys and where the call's sound lies. A
// name that the record does not know stays where somebody says it.
func (s *Scrubber) Record(r engine.Record) engine.Record {
	h := s.hider(&r)
	r.Caller = s.number(r.Caller)
	if r.Name != "" {
		r.Name = h.caller
	}
	r.Legs = slices.Clone(r.Legs)
	for i := range r.Legs {
		l := &r.Legs[i]
		l.Called = s.operator(l.Called, l.Number)
		l.Number = s.number(l.Number)
		l.Turned, l.Cause = h.text("legs", l.Turned, l.Gone), h.text("legs", l.Cause, l.Gone)
	}
	r.Lines = slices.Clone(r.Lines)
	for i := range r.Lines {
		u := &r.Lines[i]
		u.Text = h.text("line "+string(u.Leg), u.Text, u.End)
		u.ID = strconv.Itoa(i + 1) // it names a conversation at Symbl
	}
	r.Keys = withoutRows(r.Keys)
	r.Brought = slices.Clone(r.Brought)
	for i := range r.Brought {
		b := &r.Brought[i]
		b.Called = s.operator(b.Called, b.To)
		b.To = s.number(b.To)
		b.By, b.VetoedBy = s.by(b.By), s.by(b.VetoedBy)
		b.About, b.Why = h.text("about", b.About, b.Asked), h.text("why", b.Why, b.Over)
	}
	r.Gaps = slices.Clone(r.Gaps)
	for i := range r.Gaps {
		r.Gaps[i].Why = h.text("gaps", r.Gaps[i].Why, r.Gaps[i].From)
	}
	r.Notes = slices.Clone(r.Notes)
	for i := range r.Notes {
		r.Notes[i].Text = h.text("notes", r.Notes[i].Text, r.Notes[i].At)
	}
	r.Ending = h.text("ending", r.Ending, r.Over)
	r.Quarantined.Reason = h.text("quarantined", r.Quarantined.Reason, r.Over)
	r.Recorded = slices.Clone(r.Recorded)
	for i := range r.Recorded {
		r.Recorded[i].ID, r.Recorded[i].URL = "", ""
	}
	return r
}

// operator returns what stands for an operator's name.
func (s *Scrubber) operator(name, number string) string {
	if name == "" {
		return ""
	}
	return "Operator " + s.tag("operator", number+name)
}

// by returns what stands for who did something. What is no supervisor is no person.
func (s *Scrubber) by(by engine.By) engine.By {
	if name := supervisor(by); name != "" {
		return engine.BySupervisor + "/" + engine.By(s.tag("supervisor", name))
	}
	return by
}

// supervisor returns the name of a supervisor's console, but for the usual one's.
func supervisor(by engine.By) string {
	name, ok := strings.CutPrefix(string(by), string(engine.BySupervisor)+"/")
	if !ok || name == "console" {
		return ""
	}
	return name
}

// withoutRows leaves out what the customer keyed in as a number.
func withoutRows(keys []engine.Key) []engine.Key {
	var kept []engine.Key
	for len(keys) > 0 {
		n := 1
		for n < len(keys) && keys[n].At.Sub(keys[n-1].At) <= rowWithin {
			n++
		}
		if n < leastRow {
			kept = append(kept, keys[:n]...)
		}
		keys = keys[n:]
	}
	return kept
}

// A hider hides in the texts of one record what it knows, and what looks like a number.
type hider struct {
	redactor redact.Redactor
	caller   string // what the customer is called
	numbers  []known
	names    []known
}

// known is a number's digits, or the words of a name, and what stands for it.
type known struct {
	digits string
	words  []string
	whole  bool // words of it that stand alone are no name
	stands string
}

func (s *Scrubber) hider(r *engine.Record) *hider {
	h := &hider{caller: "Caller " + s.tag("caller", r.Caller+r.Name)}
	if identifies(r.Caller) {
		h.caller = "Caller " + s.tag("caller", r.Caller)
	}
	h.number(r.Caller, s)
	h.name(r.Name, h.caller)
	for _, l := range r.Legs {
		h.number(l.Number, s)
		h.name(l.Called, s.operator(l.Called, l.Number))
	}
	for _, b := range r.Brought {
		h.number(b.To, s)
		h.name(b.Called, s.operator(b.Called, b.To))
		h.name(supervisor(b.By), "supervisor "+s.tag("supervisor", supervisor(b.By)))
		h.name(supervisor(b.VetoedBy), "supervisor "+s.tag("supervisor", supervisor(b.VetoedBy)))
	}
	slices.SortStableFunc(h.names, func(a, b known) int { return len(b.words) - len(a.words) })
	slices.SortStableFunc(h.numbers, func(a, b known) int { return len(b.digits) - len(a.digits) })
	return h
}

func (h *hider) number(number string, s *Scrubber) {
	if !identifies(number) {
		return
	}
	if user, ok := strings.CutPrefix(number, "sip:"); ok {
		h.names = append(h.names, known{words: wordsOf(number), whole: true, stands: s.number(number)})
		user, _, _ = strings.Cut(user, "@")
		h.name(user, s.number(number))
	}
	if digits := onlyDigits(number); len(digits) >= leastKnown {
		h.numbers = append(h.numbers, known{digits: digits, stands: s.number(number)})
	}
}

func (h *hider) name(name, stands string) {
	words := wordsOf(name)
	if digits := onlyDigits(name); len(digits) >= leastKnown {
		h.numbers = append(h.numbers, known{digits: digits, stands: stands})
	}
	if len(words) > 0 {
		h.names = append(h.names, known{words: words[:min(len(words), maxNameWords)], stands: stands})
	}
}

// text returns a text without what is known, and without long numbers.
func (h *hider) text(line, text string, at time.Time) string {
	if text == "" {
		return ""
	}
	text = strings.Map(func(r rune) rune {
		if r == open || r == shut {
			return -1
		}
		return r
	}, text)
	var kept []string // what stands for what, which is not gone through again
	keep := func(stands string) string {
		kept = append(kept, stands)
		return place(len(kept) - 1)
	}
	text = digitsInRow.ReplaceAllStringFunc(text, func(found string) string {
		digits := onlyDigits(found)
		for _, n := range h.numbers {
			if digits == n.digits || len(digits) >= leastKnown && strings.HasSuffix(n.digits, digits) {
				return keep(n.stands)
			}
		}
		return found
	})
	text = h.withoutNames(text, keep)
	text = h.redactor.Sentence(redact.Sentence{Call: "call", Line: line, Text: text, Heard: at, Start: at, End: at})
	text = beforeMark.ReplaceAllString(text, redact.Mark)
	for i, stands := range kept {
		text = strings.ReplaceAll(text, place(i), stands)
	}
	return text
}

// What stands for something while a text is gone through lies between these, which no
// alphabet has.
const open, shut = '\uE000', '\uE001'

// place returns a placeholder, in letters: digits would be gone through.
func place(i int) string {
	letters := ""
	for ; ; i /= 26 {
		letters += string(rune('a' + i%26))
		if i < 26 {
			return string(open) + letters + string(shut)
		}
	}
}

var (
	digitsInRow = regexp.MustCompile(`\+?\p{Nd}(?:[\s().\-/]{0,3}\p{Nd}){6,}`)
	// What redact shows of a number's beginning is hidden as well.
	beforeMark = regexp.MustCompile(`\+?\p{Nd}[\p{Nd}\s().\-/]*` + regexp.QuoteMeta(redact.Mark))
)

// onlyDigits returns a text's digits, of whatever script, as ASCII.
func onlyDigits(text string) string {
	var b strings.Builder
	for _, r := range text {
		if v, ok := digit(r); ok {
			b.WriteByte('0' + byte(v))
		}
	}
	return b.String()
}

// digit returns the value of a digit: in Unicode the ten of a script stand in a row.
func digit(r rune) (int, bool) {
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	zero := r
	for zero > 0 && unicode.Is(unicode.Nd, zero-1) {
		zero--
	}
	return int(r-zero) % 10, true
}
