package tui

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Columns of the transcript, in cells.
const (
	timeCells    = 8 // 14:32:07
	speakerCells = 8
	scoreCells   = 7 // ▽ −.34
	timesFrom    = 56
)

// A scroll says how far back the transcript is shown: up to the sentence whose id it
// holds, however many come after it. The zero scroll follows what is said.
type scroll struct{ last string }

// following reports whether the newest sentence is shown.
func (s scroll) following() bool { return s.last == "" }

// move scrolls by sentences, and follows again at the end.
func (s *scroll) move(lines []engine.Utterance, by int) {
	if len(lines) == 0 {
		*s = scroll{}
		return
	}
	to := s.end(lines) - 1 + by
	if to >= len(lines)-1 {
		*s = scroll{}
		return
	}
	s.last = lines[max(to, 0)].ID
}

// end returns how many of the lines are shown or lie above them.
func (s scroll) end(lines []engine.Utterance) int {
	if s.last == "" {
		return len(lines)
	}
	i := slices.IndexFunc(lines, func(u engine.Utterance) bool { return u.ID == s.last })
	if i < 0 {
		return min(1, len(lines)) // it was dropped: the oldest that is kept
	}
	return i + 1
}

// transcript draws the call's words from the bottom up: the newest stand at the end,
// and below them, weak, what is being said at this moment. Where they are paused a line
// below them tells what is missed.
func (m *model) transcript(w, h int) []string {
	if h <= 0 {
		return nil
	}
	s, ok := m.list.call()
	if !ok {
		return fit(nil, w, h)
	}
	if m.hiddenWords() == "" || h < 3 {
		return m.said(s, w, h)
	}
	return append(m.said(s, w, h-1), m.pausedLine(w))
}

// said draws as much of a call's words as h lines hold. Once the call is over nobody says
// anything, and while nobody hears it nobody knows, whatever the feed had begun to hear.
func (m *model) said(s *engine.Session, w, h int) []string {
	end := m.words.end(m.talk.Lines)
	lines := m.saidTo(s, end, w, h)
	if len(lines) >= h {
		return cursorAt(paneWords, lines[len(lines)-h:], h-1) // at the newest
	}
	for end++; end <= len(m.talk.Lines); end++ { // what is hidden below fills what the top leaves empty
		more := m.saidTo(s, end, w, h)
		if len(more) > h {
			break
		}
		lines = more
	}
	return cursorAt(paneWords, append(fit(nil, w, h-len(lines)), lines...), h-1)
}

// saidTo draws a call's words up to a sentence: h lines or more, where there are as many.
func (m *model) saidTo(s *engine.Session, end, w, h int) []string {
	var up [][]string // blocks, the lowest first
	rows := 0
	add := func(block []string) {
		up = append(up, block)
		rows += len(block)
	}
	_, gap := gapOf(s, "")
	ends := s.Phase == engine.PhaseOver || s.Phase == engine.PhaseEnding
	if m.words.following() && !ends && !(gap && deaf(s, m.now)) {
		for _, p := range slices.Backward(customerLast(m.talk.Partials)) {
			add(m.partial(p, w))
		}
	}
	unheard := gaps(s)
	if end < len(m.talk.Lines) { // those beside words that are hidden are hidden
		unheard, _ = m.gapsFrom(s, unheard, m.talk.Lines[end].Start, w)
	}
	for _, u := range slices.Backward(m.talk.Lines[:end]) {
		if rows >= h {
			break
		}
		var block []string
		if unheard, block = m.gapsFrom(s, unheard, u.Start, w); len(block) > 0 {
			add(block)
		}
		add(m.utterance(u, w))
	}
	if _, block := m.gapsFrom(s, unheard, time.Time{}, w); len(block) > 0 {
		add(block)
	}
	if rows == 0 {
		add([]string{m.quiet(s, w)})
	}
	lines := make([]string, 0, rows)
	for _, block := range slices.Backward(up) {
		lines = append(lines, block...)
	}
	return lines
}

// quiet says why there are no words.
func (m *model) quiet(s *engine.Session, w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	switch {
	case m.deck != nil && !m.deck.at.Playing && s.Phase != engine.PhaseOver:
		l.put(toneDim, "Nothing was said yet.  ")
		l.put(toneAccent, "space")
		l.put(toneDim, " plays,  ")
		l.put(toneAccent, "n")
		l.put(toneDim, " next hot moment")
	case m.talk.Session != s.ID:
	case s.Consent.Status == engine.ConsentAsked:
		l.put(toneDim, "The customer is asked whether he may be listened to.")
	case s.Consent.Status == engine.ConsentDeclined:
		l.put(toneDim, "No-consent: nobody listens, and nothing of what he says is kept.")
	case s.Blind():
		l.put(toneWatch, "Not heard: "+deafWhy(s))
	case s.Feed.Status == engine.FeedConnecting:
		l.put(toneDim, "Listening begins …")
	default:
		l.put(toneDim, "Nothing was said yet.")
	}
	return l.end()
}

// customerLast returns what is being said with the customer's words at the end: there
// the eye is.
func customerLast(partials []engine.Partial) []engine.Partial {
	if len(partials) < 2 {
		return partials
	}
	last := slices.Clone(partials)
	slices.SortStableFunc(last, func(a, b engine.Partial) int {
		switch isA, isB := a.Speaker == engine.SpeakerCustomer, b.Speaker == engine.SpeakerCustomer; {
		case isA == isB:
			return 0
		case isA:
			return 1
		}
		return -1
	})
	return last
}

// A wordsKey is what a drawn sentence depends on.
type wordsKey struct {
	id       string
	revision int
	speaker  engine.Speaker
	polarity engine.Polarity
	scored   bool
	judged   bool
	awaits   bool
	marked   bool
	name     safe.Text
	flags    engine.Flags
	width    int
}

// A sentence is one that is to be drawn, with the tones of its weight and of its words.
type sentence struct {
	at     time.Time
	who    engine.Speaker
	name   safe.Text
	marked bool
	gutter safe.Text
	weighs tone
	reads  tone
	text   safe.Text
	flags  engine.Flags
	score  safe.Text
	looked looked // where it has what is looked for
}

// utterance draws one sentence. One that still waits for its score has a quiet mark
// where the score will stand, one that has none has none.
func (m *model) utterance(u engine.Utterance, w int) []string {
	awaits := !u.Scored && u.ScoreBy.After(m.now)
	k := wordsKey{u.ID, u.Revision, u.Speaker, u.Polarity, u.Scored, u.Judged, awaits, m.words.marked == u.ID, m.saidBy(u.Speaker, func(l engine.Leg) bool { return l.Name == u.Leg }), u.Flags, w}
	if block, ok := m.drawn.words.get(k); ok {
		return block
	}
	one := sentence{
		at: u.Start, who: u.Speaker, name: k.name, marked: k.marked, gutter: "│", weighs: toneDim, reads: toneText,
		text: safe.Clean(u.Text, maxWords), flags: u.Flags,
	}
	switch {
	case u.Speaker == engine.SpeakerOperator, u.Speaker == engine.SpeakerFront:
	case u.Scored:
		sign := safe.Text("")
		one.gutter, sign, one.weighs = weight(u.Polarity, negativeLimit)
		one.score = sign + " " + signed(u.Polarity)
		if !u.Judged {
			one.gutter, one.weighs = "│", toneDim // it is shown and does not count
		}
	case awaits:
		one.score = "…"
	}
	if u.Speaker == engine.SpeakerPrompt {
		one.reads = toneDim
	}
	one.looked = m.looks(&u, m.theme.shape(one.text))
	block := m.sentence(one, w)
	m.drawn.words.put(k, block)
	return block
}

// partial draws what is still being said: weak, and gone with the next frame. Words
// that begin while a prompt plays may yet turn out to be the customer's: until they are
// final they are nobody's.
func (m *model) partial(p engine.Partial, w int) []string {
	name := m.saidBy(p.Speaker, func(l engine.Leg) bool { return l.ID != "" && l.ID == p.Leg })
	if p.Speaker == engine.SpeakerPrompt {
		name = ""
	}
	return m.sentence(sentence{
		at: p.At, who: p.Speaker, name: name, gutter: "░", weighs: toneDim, reads: toneDim, text: begun(safe.Clean(p.Text, maxWords)),
	}, w)
}

// begun marks words as not said to their end.
func begun(text safe.Text) safe.Text { return own(strings.TrimRight(string(text), ". …")) + "…" }

// sentence draws a sentence, wrapped under itself, its score at the right, and behind
// its last word, where there is room, what else was seen in it.
func (m *model) sentence(s sentence, w int) []string {
	before := speakerCells + 4
	if w >= timesFrom {
		before += timeCells + 2
	}
	room := max(w-before-scoreCells-2, 4)
	to, flags := flagWords(s.flags)
	var block []string
	shaped, begin := m.theme.shape(s.text), 0
	parts := wrap(shaped, room)
	for i, part := range parts {
		begin += strings.Index(shaped[begin:], part)
		spans := s.looked.within(begin, len(part))
		begin += len(part)
		on := onPage
		if s.marked {
			on = onRow
		}
		l := m.theme.line(on, w)
		if s.marked {
			l.put(toneAccent, "▌")
		} else {
			l.gap(1)
		}
		if w >= timesFrom {
			l.col(toneDim, pick(i == 0, clockTime(s.at, m.zone)), timeCells)
			l.gap(2)
		}
		l.col(speakerTone(s.who), pick(i == 0, s.name), speakerCells)
		l.gap(1)
		l.put(s.weighs, s.gutter)
		l.gap(1)
		said := room
		if fits := room - width(part) - 3; i == len(parts)-1 && flags != "" && width(m.theme.shape(flags)) <= fits {
			said = width(part)
			l.marked(s.reads, part, said, spans, s.looked.sign)
			l.gap(3)
			l.col(to, flags, room-said-3)
		} else {
			l.marked(s.reads, part, room, spans, s.looked.sign)
		}
		l.gap(1)
		l.right(s.weighs, pick(i == 0, s.score), scoreCells)
		block = append(block, l.end())
	}
	return block
}

func pick(first bool, text safe.Text) safe.Text {
	if first {
		return text
	}
	return ""
}

// wrap breaks a plain text into parts of at most w cells, at spaces where it can.
func wrap(s string, w int) []string {
	if width(s) <= w {
		return []string{s}
	}
	var parts []string
	for s != "" {
		part := ansi.Truncate(s, w, "")
		if part == "" { // a letter wider than the room
			break
		}
		if len(part) < len(s) && s[len(part)] != ' ' {
			for i := len(part) - 1; i > 0; i-- {
				if part[i] == ' ' {
					part = part[:i]
					break
				}
			}
		}
		part = whole(part, s[len(part):])
		parts = append(parts, part)
		s = s[len(part):]
		s = strings.TrimLeftFunc(strings.TrimLeft(s, " "), func(r rune) bool { return unicode.In(r, unicode.M, unicode.Other_Grapheme_Extend) }) // it would stand on the space before it
	}
	return parts
}

// whole leaves a number at the end of a part to the next, where its unit begins that.
func whole(part, rest string) string {
	unit, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	switch strings.TrimRight(unit, ":,.;") {
	case "s", "min", "h", "%":
	default:
		return part
	}
	i := strings.LastIndexByte(part, ' ')
	if i <= 0 || !safe.Digits(part[i+1:]) {
		return part
	}
	return part[:i]
}

func speakerWord(s engine.Speaker) safe.Text {
	switch s {
	case engine.SpeakerCustomer:
		return "customer"
	case engine.SpeakerOperator:
		return "operator"
	case engine.SpeakerPrompt:
		return "prompt"
	case engine.SpeakerUnknown:
		return "someone"
	case engine.SpeakerFront:
		return "front"
	case engine.SpeakerSupervisor:
		return "superv."
	}
	return "someone"
}

// speaker names who said something: the front desk by its configured name.
func (m *model) speaker(s engine.Speaker) safe.Text {
	if s == engine.SpeakerFront && m.frame.Front != "" {
		return safe.Clean(m.frame.Front, speakerCells)
	}
	return speakerWord(s)
}

// saidBy names who said something on a leg: an operator by his name, where it is known
// whose leg it was heard on.
func (m *model) saidBy(who engine.Speaker, on func(engine.Leg) bool) safe.Text {
	if who != engine.SpeakerOperator {
		return m.speaker(who)
	}
	if s, ok := m.list.call(); ok && s.ID == m.talk.Session {
		if i := slices.IndexFunc(s.Legs, on); i >= 0 {
			if name := m.book().name(s.Legs[i].Number); name != "" {
				return name
			}
		}
	}
	return m.speaker(who)
}

func speakerTone(s engine.Speaker) tone {
	if s == engine.SpeakerCustomer {
		return toneText
	}
	return toneDim
}
