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
		if m.compact {
			l.rows = (l.body - 1) * 75 / 100
		}
	case h < stackedHeight:
		l.shape, l.rows = shapeList, l.body-1
	case w < splitWidth:
		l.shape, l.detail = shapeStacked, m.stackedDetail()
		l.rows = l.body - 2 - l.detail
	default:
		l.shape, l.detail = shapeSplit, max(h*45/100, 8)
		if m.compact {
			l.detail = max(h/4, 8)
		}
		l.rows = l.body - 3 - l.detail
		l.left = (w-1)*64/100 + 1
	}
	if l.left < w {
		l.right = w - l.left - 1
	}
	return l
}

// tallHeight is from where on the selected call shares in further lines.
const tallHeight = 30

// stackedDetail is how many lines the selected call has beneath the list: of a tall
// screen, every second line that is to spare.
func (m *model) stackedDetail() int {
	if m.compact {
		return 4 + max(m.height-tallHeight, 0)/8
	}
	return min(max(m.height/3, 8), 10) + max(m.height-tallHeight, 0)/2
}
