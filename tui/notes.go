package tui

import (
	"slices"
	"strings"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// notes draws the call's events, the newest first, from the one that it is scrolled to, each
// in so many lines at most.
func (m *model) notes(s *engine.Session, w, h, most int) []string {
	var lines []string
	if m.events.top == 0 {
		for _, p := range s.Pending {
			if p.Unknown {
				lines = append(lines, m.note(w, most, toneWatch, "?", "", unknownWords(p.Command))...)
			}
		}
	}
	newest := len(s.Notes) - min(m.events.top, len(s.Notes))
	for _, n := range slices.Backward(s.Notes[:newest]) {
		if len(lines) >= h {
			break
		}
		glyph, to := noteSign(n.Kind)
		lines = append(lines, m.note(w, most, to, glyph, clockTime(n.At, m.zone), noteText(n))...)
	}
	return cursorAt(paneEvents, fit(lines, w, h), 0)
}

// note draws one event: what does not fit goes on beneath its words.
func (m *model) note(w, most int, to tone, glyph, at, text safe.Text) []string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	if at != "" {
		l.col(toneDim, at, timeCells)
		l.gap(1)
	}
	l.col(to, glyph, 1)
	l.gap(1)
	return m.hangingFrom(l, to, text, w, most)
}

// noteText is a note's words, with the numbers in them as the rest of the screen writes them.
func noteText(n engine.Note) safe.Text { return written(safe.Clean(n.Text, maxWhy)) }

// written returns a text with the numbers in it as the rest of the screen writes them: those
// of phones grouped, moods without a nought. What somebody said stays as he said it.
func written(clean safe.Text) safe.Text {
	before, said, quoted := strings.Cut(string(clean), "“")
	before = strings.ReplaceAll(before, " by "+string(engine.BySupervisor)+"/", " by ") // as byWhom does
	if !quoted {
		return proper(grouped(own(before)))
	}
	said, after, closed := cutLast(said, "”")
	if closed {
		said += "”"
	}
	return proper(grouped(own(before))) + own("“"+said) + proper(grouped(own(after)))
}

// cutLast cuts a text around the last of a sign.
func cutLast(s, sign string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sign); i >= 0 {
		return s[:i], s[i+len(sign):], true
	}
	return s, "", false
}

// grouped returns a text with the numbers in it grouped.
func grouped(clean safe.Text) safe.Text {
	text := string(clean)
	if !strings.Contains(text, "+") {
		return own(text)
	}
	words := strings.Split(text, " ")
	for i, w := range words {
		number := strings.TrimRight(w, ".,:;)")
		if digits, ok := strings.CutPrefix(number, "+"); ok && safe.Digits(digits) {
			words[i] = string(safe.Number(number)) + w[len(number):]
		}
	}
	return own(strings.Join(words, " "))
}

func noteSign(k engine.NoteKind) (safe.Text, tone) {
	switch k {
	case engine.NoteFact:
		return "·", toneText
	case engine.NoteAct:
		return "→", toneAccent
	case engine.NoteTrouble:
		return "▲", toneWatch // red is the customer's
	}
	return "·", toneText
}

// unknownWords tells of a command that the program did not see the end of.
func unknownWords(c engine.Command) safe.Text {
	if c.Action == nil {
		return "the program started again: a command is perhaps done"
	}
	doing := c.Verb()
	switch c.Action.(type) {
	case engine.Answer:
		doing = "answering the customer"
	case engine.OpenConference:
		doing = "opening the conference"
	case engine.EndOnExit:
		doing = "tying the conference to the customer"
	case engine.Join:
		doing = "joining a leg"
	case engine.Leave:
		doing = "taking a leg out"
	case engine.Dial:
		doing = "calling an operator"
	case engine.Hangup:
		doing = "hanging up"
	case engine.Mute:
		doing = "muting or unmuting"
	case engine.Speak, engine.Gather, engine.StopGather:
		doing = "a prompt"
	case engine.Listen, engine.Hear, engine.Unlisten, engine.Stream, engine.StopStream, engine.Transcribe, engine.StopTranscribe,
		engine.Relay, engine.Unrelay:
		doing = "listening"
	case engine.StartRecording, engine.PauseRecording, engine.ResumeRecording:
		doing = "the recording"
	case engine.Score:
		doing = "scoring a sentence"
	}
	return own(doing + ": unknown since the program started again")
}
