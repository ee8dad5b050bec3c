package tui

import (
	"slices"
	"strings"

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
// and below them, weak, what is being said at this moment. Once the call is over nobody
// says anything, whatever the feed had begun to hear.
func (m *model) transcript(w, h int) []string {
	if h <= 0 {
		return nil
	}
	s, ok := m.list.call()
	if !ok {
		return fit(nil, w, h)
	}
	var up [][]string // blocks, the lowest first
	rows := 0
	add := func(block []string) {
		up = append(up, block)
		rows += len(block)
	}
	if m.words.following() && s.Phase != engine.PhaseOver && s.Phase != engine.PhaseEnding {
		for _, p := range slices.Backward(m.talk.Partials) {
			add(m.partial(p, w))
		}
	}
	shown := m.talk.Lines[:m.words.end(m.talk.Lines)]
	for _, u := range slices.Backward(shown) {
		if rows >= h {
			break
		}
		add(m.utterance(u, w))
	}
	if rows == 0 {
		add([]string{m.quiet(s, w)})
	}
	lines := make([]string, 0, rows)
	for _, block := range slices.Backward(up) {
		lines = append(lines, block...)
	}
	if len(lines) > h {
		return lines[len(lines)-h:]
	}
	return append(fit(nil, w, h-len(lines)), lines...)
}

// quiet says why there are no words.
func (m *model) quiet(s *engine.Session, w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	switch {
	case m.talk.Session != s.ID:
	case s.Blind():
		l.put(toneWatch, "Not heard: "+deafWhy(s))
	case s.Feed.Status == engine.FeedConnecting:
		l.put(toneDim, "Listening begins …")
	default:
		l.put(toneDim, "Nothing was said yet.")
	}
	return l.end()
}

// A wordsKey is what a drawn sentence depends on.
type wordsKey struct {
	id       string
	revision int
	speaker  engine.Speaker
	polarity engine.Polarity
	judged   bool
	width    int
}

// utterance draws one sentence.
func (m *model) utterance(u engine.Utterance, w int) []string {
	k := wordsKey{u.ID, u.Revision, u.Speaker, u.Polarity, u.Judged, w}
	if block, ok := m.drawn.words.get(k); ok {
		return block
	}
	gutter, sign, to := safe.Text("│"), safe.Text(""), toneDim
	score := safe.Text("")
	if u.Scored && u.Speaker != engine.SpeakerOperator && u.Speaker != engine.SpeakerFront {
		gutter, sign, to = weight(u.Polarity, negativeLimit)
		score = sign + " " + signed(u.Polarity)
		if !u.Judged {
			gutter, to = "│", toneDim // it is shown and does not count
		}
	}
	text := toneText
	if u.Speaker == engine.SpeakerPrompt {
		text = toneDim
	}
	block := m.sentence(w, clockTime(u.Start, m.zone), u.Speaker, m.speaker(u.Speaker), gutter, to, text, safe.Clean(u.Text, maxWords), score)
	m.drawn.words.put(k, block)
	return block
}

// partial draws what is still being said: weak, and gone with the next frame. Words
// that begin while a prompt plays may yet turn out to be the customer's: until they are
// final they are nobody's.
func (m *model) partial(p engine.Partial, w int) []string {
	name := m.speaker(p.Speaker)
	if p.Speaker == engine.SpeakerPrompt {
		name = ""
	}
	return m.sentence(w, clockTime(p.At, m.zone), p.Speaker, name, "░", toneDim, toneDim, safe.Clean(p.Text, maxWords)+" …", "")
}

// sentence draws a sentence, wrapped under itself, its score at the right.
func (m *model) sentence(w int, at safe.Text, who engine.Speaker, name, gutter safe.Text, weighs, reads tone, text, score safe.Text) []string {
	before := speakerCells + 4
	if w >= timesFrom {
		before += timeCells + 2
	}
	room := max(w-before-scoreCells-2, 4)
	var block []string
	for i, part := range wrap(m.theme.shape(text), room) {
		l := m.theme.line(onPage, w)
		l.gap(1)
		if w >= timesFrom {
			l.col(toneDim, pick(i == 0, at), timeCells)
			l.gap(2)
		}
		l.col(speakerTone(who), pick(i == 0, name), speakerCells)
		l.gap(1)
		l.put(weighs, gutter)
		l.gap(1)
		l.col(reads, own(part), room)
		l.gap(1)
		l.right(weighs, pick(i == 0, score), scoreCells)
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
		for s != "" && s[0] == ' ' {
			s = s[1:]
		}
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

func speakerTone(s engine.Speaker) tone {
	if s == engine.SpeakerCustomer {
		return toneText
	}
	return toneDim
}
