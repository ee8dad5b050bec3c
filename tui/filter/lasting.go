package filter

import "slices"

// Lasting returns what of a filter may be written down by itself: without the terms in which
// a customer's name, number or words may stand, whom somebody may ask to be forgotten. It
// lets through whatever the filter does, and perhaps more.
func (f Filter) Lasting() Filter {
	var kept []term
	for _, t := range f.terms {
		if !slices.ContainsFunc(t, func(a test) bool { return a.key == KeyWords || a.key == KeyName || a.key == KeyNumber }) {
			kept = append(kept, t)
		}
	}
	return Filter{kept}
}
