package tui

import (
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// The mood is damped by calm, so that it means more at the same number than a single
// sentence does.
const (
	moodLow  engine.Polarity = -100 // ▽
	moodBad  engine.Polarity = -250 // ▼
	moodGood engine.Polarity = 100  // △
)

// sparkSpan is how much of the past a sparkline shows.
const sparkSpan = 3 * time.Minute

// moodSign returns the glyph and the tone of a mood.
func moodSign(p engine.Polarity) (safe.Text, tone) {
	switch {
	case p <= moodBad:
		return "▼", toneBadStrong
	case p <= moodLow:
		return "▽", toneWatch
	case p >= moodGood:
		return "△", toneGood
	}
	return "·", toneDim
}

// A weight is how hard a sentence weighs, seen from two metres: │ ┃ █.
func weight(p, limit engine.Polarity) (gutter, sign safe.Text, to tone) {
	if limit >= 0 {
		limit = -300
	}
	switch {
	case p <= 2*limit:
		return "█", "▼", toneBadStrong
	case p <= limit:
		return "┃", "▽", toneWatch
	case p >= -limit:
		return "│", "△", toneGood
	}
	return "│", "·", toneDim
}

// spark draws the mood of the last three minutes in so many cells: blocks, a dot where
// nobody heard him, nothing before he first said something that counts. The cells
// stand on fixed moments, so that the line steps and does not shimmer.
func spark(s *engine.Session, now time.Time, cells int) safe.Text {
	if !s.Over.IsZero() && s.Over.Before(now) {
		now = s.Over
	}
	var b strings.Builder
	for _, p := range points(s, now, sparkSpan, cells) {
		switch p.is {
		case pointBefore, pointSilent:
			b.WriteByte(' ')
		case pointUnheard:
			b.WriteString("·")
		case pointJudged:
			b.WriteRune(bar(p.mood))
		}
	}
	return own(b.String())
}

// bar is a mood as a block: half a unit up or down fills it.
func bar(p engine.Polarity) rune {
	const full = 500
	level := (int(p) + full) * 8 / (2*full + 1)
	return '▁' + rune(min(max(level, 0), 7))
}

// moment is the time at which a call's mood is shown: now, or its end.
func (m *model) moment(s *engine.Session) time.Time {
	if !s.Over.IsZero() && s.Over.Before(m.now) {
		return s.Over
	}
	return m.now
}
