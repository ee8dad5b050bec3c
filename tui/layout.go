package tui

// A shape is how the screen is divided.
type shape uint8

const (
	shapeLine     shape = iota // below 60x16: the strip and one line
	shapeList                  // the calls alone
	shapeStacked               // calls above, the call's words below
	shapeSplit                 // calls above, words and facts side by side below
	shapeWide                  // calls and all events at the left, the call at the right
	shapeOpen                  // the open call, on one column
	shapeOpenWide              // the open call, words and facts side by side
	shapeFull                  // one pane
)

// Where shapes begin, in cells and lines.
const (
	minWidth, minHeight   = 60, 16
	stackedHeight         = 20
	splitWidth            = 110
	wideWidth, wideHeight = 160, 40
)

// Lines that are always there: header, strip and hairline above; hairline, status and
// keys below.
const aboveLines, belowLines = 3, 3

// A layout is how many cells and lines each part of the screen gets.
type layout struct {
	shape  shape
	body   int // lines between the hairlines
	rows   int // of calls
	left   int // cells of the left column, the whole where there is one
	right  int // cells of the right column
	detail int // lines of the call's own part, without its title
}

// layout divides the screen.
func (m *model) layout() layout {
	w, h := m.width, m.height
	l := layout{body: h - aboveLines - belowLines - m.extraLines(), left: w}
	switch {
	case w < minWidth || h < minHeight:
		return layout{shape: shapeLine, left: w}
	case m.isFull:
		l.shape, l.detail = shapeFull, l.body
	case m.open && w < splitWidth:
		l.shape, l.detail = shapeOpen, l.body-1
	case m.open:
		l.shape, l.detail = shapeOpenWide, l.body-1
		l.left = (w-1)*64/100 + 1
	case w >= wideWidth && h >= wideHeight:
		l.shape, l.detail = shapeWide, l.body-1
		l.left = w * 56 / 100
		l.rows = (l.body - 1) * 55 / 100
	case h < stackedHeight:
		l.shape, l.rows = shapeList, l.body-1
	case w < splitWidth:
		l.shape, l.detail = shapeStacked, min(max(h*2/5, 8), 10)
		l.rows = l.body - 2 - l.detail
	default:
		l.shape, l.detail = shapeSplit, max(h*45/100, 8)
		l.rows = l.body - 3 - l.detail
		l.left = (w-1)*64/100 + 1
	}
	if l.left < w {
		l.right = w - l.left - 1
	}
	return l
}

// columns of the list of calls, in cells; zero is left out.
type columns struct{ caller, number, spark, rest int }

// Cells of the columns that never leave: marker, sign, state; time; the mood's number.
const (
	stateCells  = 9
	longCells   = 6
	moodCells   = 6
	minCaller   = 12
	maxCaller   = 20
	minRest     = 18 // words of the transfer
	minBrief    = 9  // its short form
	numberCells = 17
)

// columnsOf divides a row. When it gets narrow the number leaves first, then half of
// the sparkline, then the words of the transfer.
func columnsOf(w int) columns {
	fixed := stateCells + 1 + longCells + 2 + 2 + moodCells + 2
	c := columns{caller: 16, number: numberCells, spark: 16}
	free := func() int { return w - fixed - c.caller - c.spark - gapped(c.number) }
	if free() < minRest+6 {
		c.number = 0
	}
	if free() < minRest {
		c.spark = 8
	}
	if free() < minRest {
		c.caller = 15
	}
	if free() < minBrief {
		c.caller = max(c.caller+free()-minBrief, minCaller)
	}
	if extra := free() - 30; extra > 0 {
		c.caller += min(extra, maxCaller-c.caller)
	}
	c.rest = max(free(), 0)
	return c
}

// gapped is a column with the gap before it.
func gapped(w int) int {
	if w == 0 {
		return 0
	}
	return w + 1
}
