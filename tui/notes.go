package tui

import (
	"slices"
	"strings"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// notes draws the call's events, the newest first, from the one that it is scrolled to.
func (m *model) notes(s *engine.Session, w, h int) []string {
	var lines []string
	if m.events == 0 {
		for _, p := range s.Pending {
			if p.Unknown {
				lines = append(lines, m.note(w, toneWatch, "?", "", unknownWords(p.Command)))
			}
		}
	}
	newest := len(s.Notes) - min(m.events, len(s.Notes))
	for _, n := range slices.Backward(s.Notes[:newest]) {
		if len(lines) >= h {
			break
		}
		glyph, to := noteSign(n.Kind)
		lines = append(lines, m.note(w, to, glyph, clockTime(n.At, m.zone), noteText(n)))
	}
	return cursorAt(paneEvents, fit(lines, w, h), 0)
}

func (m *model) note(w int, to tone, glyph, at, text safe.Text) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	if at != "" {
		l.col(toneDim, at, timeCells)
		l.gap(1)
	}
	l.col(to, glyph, 1)
	l.gap(1)
	l.col(to, text, l.left-1)
	return l.end()
}

// noteText is a note's words, with the numbers in them grouped.
func noteText(n engine.Note) safe.Text { return grouped(safe.Clean(n.Text, maxWhy)) }

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
		return "▲", toneBad
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

// allEvents are the newest events of all calls, made once for each frame.
type allEvents struct {
	number uint64
	lines  []event
}

// An event is a note and whose it is.
type event struct {
	call *engine.Session
	note engine.Note
}

// Limits of the events of all calls.
const (
	maxEvents     = 64
	eventsPerCall = 4
)

// newest returns the newest events of a frame, the newest first.
func (a *allEvents) newest(f *engine.Frame) []event {
	if a.number == f.Number && a.lines != nil {
		return a.lines
	}
	all := make([]event, 0, len(f.Sessions)*2)
	for _, s := range f.Sessions {
		for _, n := range s.Notes[max(0, len(s.Notes)-eventsPerCall):] {
			all = append(all, event{s, n})
		}
	}
	slices.SortStableFunc(all, func(a, b event) int { return b.note.At.Compare(a.note.At) })
	a.number, a.lines = f.Number, all[:min(len(all), maxEvents)]
	return a.lines
}

// everything draws the newest events of all calls.
func (m *model) everything(w, h int) []string {
	var lines []string
	for _, e := range m.drawn.events.newest(m.frame) {
		if len(lines) >= h {
			break
		}
		glyph, to := noteSign(e.note.Kind)
		l := m.theme.line(onPage, w)
		l.gap(1)
		l.col(toneDim, clockTime(e.note.At, m.zone), timeCells)
		l.gap(2)
		l.col(toneText, callerOf(e.call), maxCaller)
		l.gap(1)
		l.col(to, glyph, 1)
		l.gap(1)
		l.col(to, noteText(e.note), l.left-1)
		lines = append(lines, l.end())
	}
	return fit(lines, w, h)
}
