package tui

import (
	"fmt"
	"maps"
	"slices"

	"switchboard/tui/filter"
	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// CheckList says which columns of a configuration there are none of, and which of its views
// are no filters.
func CheckList(config prefs.Config) []error {
	var wrong []error
	if _, unknown := columnsNamed(config.Columns); len(unknown) > 0 {
		for _, name := range unknown {
			wrong = append(wrong, fmt.Errorf("there is no column %q; there are %s", safe.Clean(name, maxTyped), columnNames()))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(config.Views)) {
		if _, err := filter.Parse(config.Views[name]); err != nil {
			wrong = append(wrong, fmt.Errorf("the view %q: %w", safe.Clean(name, maxTyped), err))
		}
	}
	return wrong
}
