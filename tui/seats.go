package tui

import "slices"

// A seat is a column at its place in a row.
type seat struct {
	column
	gap, width int
}

// seatsOf divides a row. When it gets narrow what was added leaves first, from the right;
// then the number, who talks with him, half of the sparkline, the words of the transfer.
func seatsOf(columns []column, w int) []seat {
	seats := make([]seat, len(columns))
	over := markerCells - w
	for i, c := range columns {
		seats[i] = seat{c, c.gap, c.cells}
		if i == 0 {
			seats[i].gap = min(c.gap, 1)
		}
		over += seats[i].gap + c.cells
	}
	for _, id := range leaving(columns) {
		if over <= 0 {
			break
		}
		i := slices.IndexFunc(seats, func(s seat) bool { return s.id == id })
		over -= seats[i].gap + seats[i].width
		seats = slices.Delete(seats, i, i+1)
	}
	for _, step := range []sized{{colTransfer, minRest}, {colMood, minSpark}, {colCaller, fewCaller}, {colTransfer, minBrief},
		{colCaller, minCaller}, {colTransfer, 0}, {colMood, 0}} {
		i := step.of(seats)
		if i < 0 || over <= 0 {
			continue
		}
		by := min(over, max(seats[i].width-step.cells, 0))
		if step.id == colMood { // half a sparkline, or a whole one
			by = max(seats[i].width-step.cells, 0)
		}
		seats[i].width -= by
		over -= by
	}
	for _, step := range []sized{{colTransfer, wholeRest}, {colCaller, maxCaller}, {colTransfer, fullRest}, {colTransfer, far}, {colCaller, 2 * maxCaller}} {
		if i := step.of(seats); i >= 0 && over < 0 {
			by := min(-over, max(step.cells-seats[i].width, 0))
			seats[i].width += by
			over += by
		}
	}
	return slices.DeleteFunc(seats, func(s seat) bool { return s.width <= 0 })
}

// A sized is a column and the cells that it is to have.
type sized struct {
	id    string
	cells int
}

// of returns where the column sits, or -1.
func (z sized) of(seats []seat) int {
	return slices.IndexFunc(seats, func(s seat) bool { return s.id == z.id })
}

// leaving are the columns that leave when it gets narrow, the first first.
func leaving(columns []column) []string {
	var ids []string
	for _, c := range slices.Backward(columns) {
		if !slices.Contains(defaultColumns(), c.id) {
			ids = append(ids, c.id)
		}
	}
	for _, id := range []string{colNumber, colWith} {
		if slices.ContainsFunc(columns, func(c column) bool { return c.id == id }) {
			ids = append(ids, id)
		}
	}
	return ids
}
