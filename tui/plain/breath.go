package plain

import "slices"

// breathe makes the lines of one look fit to be heard: a decision that falls due comes
// first, and what happened in one call at one moment is one line, with its name once.
func breathe(all []line) []line {
	slices.SortStableFunc(all, func(a, b line) int {
		switch {
		case a.asks == b.asks:
			return 0
		case a.asks:
			return -1
		}
		return 1
	})
	heard := all[:0]
	for _, l := range all {
		i := slices.IndexFunc(heard, func(h line) bool {
			return l.grade == gradeFact && h.grade == gradeFact && l.call > 0 && h.call == l.call
		})
		if i < 0 {
			heard = append(heard, l)
			continue
		}
		heard[i].text += "; " + l.text
	}
	return heard
}
