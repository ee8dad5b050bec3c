package tui

import (
	"math"
	"strconv"
	"strings"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A chart is a mood over time, ready to be drawn: how it stood at each of some moments,
// what its rule's limit is, and what happened when. It knows nothing of calls.
type chart struct {
	points []point // at moments of equal distance, the oldest first; one takes one cell
	span   time.Duration
	end    safe.Text // what the last moment is called: now, or end

	limit    engine.Polarity // of the rule that would act
	hasLimit bool

	said []stamp // negative sentences
	done []stamp // what rules and people did
}

// A point is how a mood stood at one moment.
type point struct {
	is   pointKind
	mood engine.Polarity // where it was judged
}

// A pointKind says what is known of a moment.
type pointKind uint8

const (
	pointBefore  pointKind = iota // the call had not begun
	pointSilent                   // heard, and nothing was judged yet
	pointJudged                   // there was a mood
	pointUnheard                  // nobody heard him: that is a gap, never calm
)

// A stamp marks a moment.
type stamp struct {
	cell   int
	glyph  safe.Text
	tone   tone
	weight int // where two share a cell the heavier is drawn
}

// Rows and cells of a chart.
const (
	axisCells   = 7 // " −.25 ┤"
	leastChart  = 5 // rows below which a sparkline says more
	timedChart  = 7 // rows from which the times have a row
	namedMarks  = 9 // rows from which sentences and deeds have a row each
	tickCells   = 12
	chartMargin = 1
)

// chartCells is how many moments a chart of w cells has room for.
func chartCells(w int) int { return max(w-axisCells-chartMargin, 1) }

// draw draws a chart: exactly h lines of w cells. Above the line of zero it is good, below
// it is not; the scale is that of a square root, for most moods are near to nothing. The
// limit is dotted.
func (c chart) draw(th *theme, w, h int) []string {
	marks := 1
	if h >= namedMarks {
		marks = 2
	}
	rows := h - marks
	if h >= timedChart {
		rows--
	}
	rows = max(rows, 1)
	up := (rows - 1) * 2 / 5 // he is looked at for what is bad
	down := rows - 1 - up
	var lines []string
	for i := range rows {
		lines = append(lines, c.row(th, w, up-i, up, down))
	}
	if marks == 2 {
		lines = append(lines, c.stamps(th, w, "said", c.said), c.stamps(th, w, "done", c.done))
	} else {
		lines = append(lines, c.stamps(th, w, "", append(append([]stamp(nil), c.said...), c.done...)))
	}
	if h >= timedChart {
		lines = append(lines, c.times(th, w))
	}
	return fit(lines, w, h)
}

// row draws one row: those above zero are counted 1, 2, … upwards, those below −1, −2, …
func (c chart) row(th *theme, w, at, up, down int) string {
	l := th.line(onPage, w)
	dotted := c.hasLimit && c.limit < 0 && at < 0 && at == -c.limitRow(down)
	label, joint, to := safe.Text(""), safe.Text("│"), toneDim
	switch {
	case at == 0:
		label, joint = "0", "┼"
	case dotted:
		label, joint = signed(c.limit), "┤"
	case at == up:
		label, joint = "+1", "┤"
	case at == -down:
		label, joint = "−1", "┤"
	}
	l.right(to, label, axisCells-2)
	l.gap(1)
	l.put(toneRule, joint)
	r := run{on: l}
	for _, p := range c.points {
		glyph, to := p.cell(at, up, down)
		if at == 0 && th.ascii && p.is == pointJudged {
			glyph = "━" // there are no halves, and what is left must not look like silence
		}
		switch {
		case !dotted:
		case p.is == pointJudged && p.mood <= c.limit: // to reach it is to be seen
			glyph, to = "█", toneBad
		case glyph == " " || glyph == "▔":
			glyph, to = "┄", toneDim
		case glyph == "█":
			glyph = "▀"
		}
		r.put(to, glyph)
	}
	r.flush()
	return l.end()
}

// A run gathers glyphs of one tone, so that a row costs what its tones are, not its cells.
type run struct {
	on   *line
	tone tone
	text strings.Builder
}

func (r *run) put(to tone, glyph safe.Text) {
	if to != r.tone && glyph != " " {
		r.flush()
		r.tone = to
	}
	r.text.WriteString(string(glyph))
}

func (r *run) flush() {
	r.on.put(r.tone, own(r.text.String()))
	r.text.Reset()
}

// limitRow is which row below zero the limit lies in.
func (c chart) limitRow(down int) int {
	return max(min(int(rooted(c.limit)*(float64(down)+half)+half), down), 1)
}

// cell draws what of a point is seen in one row.
func (p point) cell(at, up, down int) (safe.Text, tone) {
	const blank safe.Text = " "
	switch p.is {
	case pointBefore:
		return blank, toneText
	case pointSilent:
		if at == 0 {
			return "─", toneRule
		}
		return blank, toneText
	case pointUnheard:
		if at == 0 {
			return "·", toneWatch
		}
		return blank, toneText
	case pointJudged:
	}
	_, to := moodSign(p.mood)
	to = sparkTone(to)
	switch {
	case p.mood > 0:
		return rising(rooted(p.mood)*(float64(up)+half), at), to
	case p.mood < 0:
		return falling(rooted(p.mood)*(float64(down)+half), -at), to
	case at == 0:
		return "━", to
	}
	return blank, toneText
}

// half is how much of the row of zero lies above it, and below.
const half = 0.5

// rising is what of a column so many rows high is seen in a row above zero.
func rising(high float64, row int) safe.Text {
	switch {
	case row < 0:
		return " "
	case row > 0:
		return upward(high - half - float64(row-1))
	case high >= half:
		return "▀"
	}
	return "━"
}

// falling is what of a column so many rows deep is seen in a row below zero.
func falling(deep float64, row int) safe.Text {
	switch {
	case row < 0:
		return " "
	case row > 0:
		return downward(deep - half - float64(row-1))
	case deep >= half:
		return "▄"
	}
	return "━"
}

// rooted is how far from zero a mood is drawn, of 1.
func rooted(p engine.Polarity) float64 {
	return math.Sqrt(min(math.Abs(float64(p))/1000, 1))
}

// upward is a cell that is filled from below by a part of it.
func upward(part float64) safe.Text {
	level := int(part*8 + 0.5)
	if level <= 0 {
		return " "
	}
	return own(string('▁' + rune(min(level, 8)-1)))
}

// downward is a cell that is filled from above: of those there are three, and none of them
// is drawn before half of it is reached.
func downward(part float64) safe.Text {
	switch {
	case part >= 0.75:
		return "█"
	case part >= 0.3:
		return "▀"
	case part >= 0.08:
		return "▔"
	}
	return " "
}

// stamps draws a row of marks beneath the moments they are of.
func (c chart) stamps(th *theme, w int, label safe.Text, all []stamp) string {
	l := th.line(onPage, w)
	l.right(toneDim, label, axisCells-2)
	l.gap(1)
	l.put(toneRule, "│")
	cells := make([]stamp, len(c.points))
	for _, s := range all {
		if s.cell >= 0 && s.cell < len(cells) && s.weight >= cells[s.cell].weight {
			cells[s.cell] = s
		}
	}
	for _, s := range cells {
		if s.glyph == "" {
			l.gap(1)
			continue
		}
		l.put(s.tone, s.glyph)
	}
	return l.end()
}

// times draws when that was: the span at the left, now at the right, and whole minutes
// between where there is room.
func (c chart) times(th *theme, w int) string {
	l := th.line(onPage, w)
	n := len(c.points)
	from, end := minutesAgo(c.span), c.end
	labels := []safe.Text{from}
	cells := []int{0}
	minutes := int(c.span / time.Minute)
	for m := minutes - 1; m > 0 && n > 0; m-- {
		if minutes > 5 && m%tickEvery(minutes) != 0 {
			continue
		}
		text := own("−" + strconv.Itoa(m)) // the unit stands at the left
		at := n - int(int64(n)*int64(time.Duration(m)*time.Minute)/int64(max(c.span, 1)))
		last := cells[len(cells)-1] + width(string(labels[len(labels)-1]))
		if at-last >= tickCells/2 && n-width(string(end))-at-width(string(text)) >= tickCells/3 {
			labels, cells = append(labels, text), append(cells, at)
		}
	}
	l.gap(axisCells)
	at := 0
	for i, label := range labels {
		l.gap(cells[i] - at)
		at = cells[i] + l.put(toneDim, label)
	}
	l.gap(n - at - width(string(end)))
	l.put(toneDim, end)
	return l.end()
}

// tickEvery is how many minutes lie between two that are named.
func tickEvery(minutes int) int {
	switch {
	case minutes <= 10:
		return 2
	case minutes <= 30:
		return 5
	}
	return 10
}

// minutesAgo names the beginning of a span: −3 min, −2:40.
func minutesAgo(span time.Duration) safe.Text {
	if span%time.Minute == 0 {
		return own("−" + strconv.Itoa(int(span/time.Minute)) + " min")
	}
	return "−" + long(span)
}
