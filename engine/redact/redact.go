// Package redact hides what nobody may keep of a call: the seventh and later digits of
// any row of digits, and codes that open something, as soon as they are said and before
// they are written down or shown.
//
// It waits for no checksum and knows nothing of cards. Digits count as they are written,
// in any script, and as they are said, in English and Spanish: oh, double four, twenty
// three, cuatrocientos doce. What stands between them may be signs, fillers (um, dash,
// guion) and, once there are four, words like and, then or the last four are. A row goes
// on in the sentences that the same line says within 15 s, also behind short ones without
// digits. Dates, times of day and amounts below a million are read, as far as no other
// digits stand by them.
//
// A code is three digits or more near its words: cvv, security code, pin, password, the
// digits on the back, código de seguridad, clave. Whoever of a call says the words, the
// code is hidden on each of its lines within 15 s, also where it is said piece by piece. So are
// three or four bare digits within 30 s of a number as long as a card's.
//
// What is hidden is replaced by [Mark], and never cut without it. A text that is hidden
// already stays as it is, and its mark counts as digits: so what was known before a
// restart is known again once the last sentences were passed through.
//
// It cannot hide a code whose words come in a later sentence, nor one that is spelt in
// letters, nor digits in other languages' words.
package redact

import (
	"slices"
	"strings"
	"time"
)

// What is hidden and what is shown.
const (
	shown      = 6  // digits of a run
	codeLeast  = 3  // digits that a code has
	codeMost   = 4  // that bare digits after a card's number have
	cardDigits = 12 // that make a number as long as a card's
	maxPhone   = 15 // digits of a telephone number
)

// How long what was said counts.
const (
	runLife  = 15 * time.Second // until a run is at its end
	codeLife = 15 * time.Second // after the words for a code
	cardLife = 30 * time.Second // after a number as long as a card's
	callLife = 10 * time.Minute // of silence, until a call is forgotten
)

// Limits of what is remembered.
const (
	maxCalls     = 4096
	maxLines     = 32 // of a call
	maxSentences = 48 // of a line, so that a later revision of one is hidden alike
	sweepEvery   = 64 // new calls between two looks for silent ones
)

// Mark stands for what is hidden. It is plain ASCII, so that every terminal, screen
// reader and search takes it as a word.
const Mark = "[redacted]"

// Held stands for digits in a sentence that is still being said, until it is known
// whether they may be read.
const Held = "…"

// A Sentence is what one line has said, or is still saying.
type Sentence struct {
	Call string // the calls whose lines hear one another have one name
	Line string // whose words they are; empty for a mixed line

	// ID is the sentence's own: a revision of it is hidden by what was said before it was
	// first told. Of no meaning for a partial.
	ID string

	// Revised says that the sentence was told before. Of one that we do not know every
	// number is hidden, for nobody can say what it belongs to.
	Revised bool

	Text  string
	Heard time.Time // house time when it came in

	// Start and End are when it was said, on the source's clock; zero where that does not
	// tell.
	Start, End time.Time
}

// A Redactor remembers of each call what its next sentence is judged by: counts and
// times, no words. The zero Redactor is ready, without patterns. Its methods are not to
// be called at the same time.
type Redactor struct {
	patterns Patterns
	calls    map[string]*call
	added    int
	desk     sentence
}

// A call is what is remembered of one.
type call struct {
	lines  map[string]*line
	code   time.Time // a code was spoken of
	asking time.Time // one is being spoken of, in a sentence that is not at its end
	asks   string    // on this line
	card   time.Time // a number as long as a card's was said
	used   time.Time
}

// A line is what is remembered of one voice, or of a mixed line.
type line struct {
	run    run
	before []known // the newest last
	used   time.Time

	// Of the sentence that is being said.
	head  [headWords]uint64
	words int
	past  before
	after run
}

// headWords is how many first words tell whether a partial goes on with the last one.
const headWords = 3

// A run is the digits that the line's next sentence may go on with.
type run struct {
	digits     int // 0: it is at its end
	heard, end time.Time
}

// known is what a sentence was judged by.
type known struct {
	id   string
	past before
}

// New returns a redactor that hides what matches the patterns as well.
func New(p Patterns) *Redactor { return &Redactor{patterns: p} }

// Sentence returns a sentence as it may be kept and shown, and remembers what the line's
// next one needs. The same sentence comes out alike however often it comes, as long as
// its text is the same.
func (r *Redactor) Sentence(s Sentence) string {
	c, l := r.line(s)
	past, again := l.judgedBy(s.ID)
	if !again {
		past = c.before(l, s)
		past.strict = past.strict || s.Revised
		l.remember(known{s.ID, past})
	}
	f := r.desk.judge(s.Text, past, false)
	if l.before[len(l.before)-1].id == s.ID && (again || !s.Revised) {
		l.run = past.next(l.run, f, s)
		l.words = 0 // what is being said is another sentence
	}
	if !again {
		c.learn(f, s.Heard)
	}
	return r.replace(s.Text, f.spans)
}

// Partial returns a sentence that is still being said, as it may be shown. It shows
// nothing that the sentence will hide: three digits and more, and those at the end, wait
// for it behind [Held], but for amounts and dates. A pattern hides only what it matches
// already.
func (r *Redactor) Partial(s Sentence) string {
	if s.Text == "" {
		return ""
	}
	c, l := r.line(s)
	past := c.before(l, s)
	head, n := heads(s.Text)
	switch {
	case l.words > 0 && l.goesOn(head, n):
		past.digits = max(past.digits, l.past.digits)
	case l.words > 0 && l.after.alive(s): // another sentence, though the final one of this has not come
		past.digits = max(past.digits, l.after.digits)
	}
	f := r.desk.judge(s.Text, past, true)
	l.head, l.words, l.past = head, n, past
	l.after = past.next(l.after, f, s)
	if f.code {
		c.asking, c.asks = s.Heard, s.Line
	}
	return r.replace(s.Text, f.spans)
}

// Text returns a text that belongs to no line, as an error's own words do, as it may be
// kept. Telephone numbers that are written as +12025550123 stay: they say what to mend.
func (r *Redactor) Text(text string) string {
	spans := r.desk.judge(text, before{}, false).spans
	spans = slices.DeleteFunc(spans, func(s span) bool { return isPhone(text, s) })
	return r.replace(text, spans)
}

// isPhone reports whether what is to be hidden is the end of a telephone number.
func isPhone(text string, s span) bool {
	start := len(strings.TrimRight(text[:s.start], "0123456789"))
	return start > 0 && text[start-1] == '+' && s.end-start <= maxPhone && strings.Trim(text[s.start:s.end], "0123456789") == ""
}

// before returns what a new sentence is judged by.
func (c *call) before(l *line, s Sentence) before {
	b := before{
		code: within(c.code, s.Heard, codeLife) || c.asks != s.Line && within(c.asking, s.Heard, codeLife),
		card: within(c.card, s.Heard, cardLife),
	}
	if l.run.alive(s) {
		b.digits = l.run.digits
	}
	return b
}

// learn takes from a sentence what holds on all lines.
func (c *call) learn(f finding, at time.Time) {
	if f.code {
		c.code = later(c.code, at)
	}
	if f.long {
		c.card = later(c.card, at)
	}
}

// next returns the run as it is behind a sentence.
func (b before) next(was run, f finding, s Sentence) run {
	switch {
	case f.digits > 0:
		return run{f.digits, s.Heard, s.End}
	case f.idle:
		return was
	}
	return run{}
}

// alive reports whether a sentence may go on with a run: by the house's clock or by the
// source's, whichever says so.
func (r run) alive(s Sentence) bool {
	if r.digits == 0 {
		return false
	}
	return s.Heard.Sub(r.heard) <= runLife || !r.end.IsZero() && !s.Start.IsZero() && s.Start.Sub(r.end) <= runLife
}

func within(then, now time.Time, life time.Duration) bool {
	return !then.IsZero() && now.Sub(then) <= life
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// judgedBy returns what a sentence was judged by, if it was.
func (l *line) judgedBy(id string) (before, bool) {
	if id == "" {
		return before{}, false
	}
	for i := len(l.before) - 1; i >= 0; i-- {
		if l.before[i].id == id {
			return l.before[i].past, true
		}
	}
	return before{}, false
}

func (l *line) remember(k known) {
	if len(l.before) == maxSentences {
		copy(l.before, l.before[1:])
		l.before = l.before[:maxSentences-1]
	}
	l.before = append(l.before, k)
}

// goesOn reports whether a partial is the last one, further on or corrected.
func (l *line) goesOn(head [headWords]uint64, n int) bool {
	same := min(headWords, l.words, n)
	return n+2 >= l.words && slices.Equal(head[:same], l.head[:same])
}

// heads returns the first words of a text as numbers, and how many words it has.
func heads(text string) (head [headWords]uint64, n int) {
	for w := range strings.FieldsSeq(text) {
		if n < headWords {
			h := uint64(14695981039346656037) // FNV-1a
			for i := range len(w) {
				if c := w[i] | 0x20; c != ','|0x20 && c != '.'|0x20 {
					h = (h ^ uint64(c)) * 1099511628211
				}
			}
			head[n] = h
		}
		n++
	}
	return head, n
}

func (r *Redactor) line(s Sentence) (*call, *line) {
	c := r.call(s.Call, s.Heard)
	l, ok := c.lines[s.Line]
	if !ok {
		if len(c.lines) >= maxLines {
			dropOldest(c.lines, func(l *line) time.Time { return l.used })
		}
		l = &line{}
		c.lines[s.Line] = l
	}
	l.used = s.Heard
	return c, l
}

func (r *Redactor) call(name string, now time.Time) *call {
	c, ok := r.calls[name]
	if !ok {
		r.makeRoom(now)
		c = &call{lines: map[string]*line{}}
		r.calls[name] = c
	}
	c.used = later(c.used, now)
	return c
}

// makeRoom forgets calls that have long been silent, and the one that has been so
// longest where there are too many.
func (r *Redactor) makeRoom(now time.Time) {
	if r.calls == nil {
		r.calls = map[string]*call{}
	}
	if r.added++; r.added%sweepEvery == 0 {
		for name, c := range r.calls {
			if now.Sub(c.used) > callLife {
				delete(r.calls, name)
			}
		}
	}
	if len(r.calls) >= maxCalls {
		dropOldest(r.calls, func(c *call) time.Time { return c.used })
	}
}

func dropOldest[T any](all map[string]T, used func(T) time.Time) {
	oldest, when, found := "", time.Time{}, false
	for name, x := range all {
		if at := used(x); !found || at.Before(when) || at.Equal(when) && name < oldest {
			oldest, when, found = name, at, true
		}
	}
	delete(all, oldest)
}

// replace puts marks in the place of spans, and of what the patterns match.
func (r *Redactor) replace(text string, spans []span) string {
	spans = r.patterns.find(text, spans)
	if len(spans) == 0 {
		return text
	}
	slices.SortStableFunc(spans, func(a, b span) int { return a.start - b.start })
	var out strings.Builder
	out.Grow(len(text) + len(Mark))
	at := 0
	for i := 0; i < len(spans); {
		s := spans[i]
		for i++; i < len(spans) && spans[i].start < s.end; i++ {
			s.held = s.held && spans[i].held
			s.end = max(s.end, spans[i].end)
		}
		out.WriteString(text[at:s.start])
		if s.held {
			out.WriteString(Held)
		} else {
			out.WriteString(Mark)
		}
		at = s.end
	}
	out.WriteString(text[at:])
	return out.String()
}
