package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"switchboard/tui/filter"
	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// How the list is drawn, and what of it lasts over a restart.

// The densities, as they are configured.
const (
	comfortable = "comfortable" // half of the screen tells of the selected call
	compact     = "compact"     // most of it is the list's
)

// recallList begins the list as it is configured and as the supervisor last left it. What
// the state says and nobody knows any more is passed over; what he has written himself is
// told.
func (m *model) recallList() {
	columns, unknown := columnsNamed(m.configuredColumns())
	if len(unknown) > 0 {
		m.tell(toneWatch, "The configuration names no column that there is: "+safe.Clean(strings.Join(unknown, ", "), maxTyped)+". There are: "+columnNames()+".")
	}
	m.columns = columns
	if chosen, unknown := columnsNamed(m.state.Columns); len(m.state.Columns) > 0 && len(unknown) == 0 {
		m.columns = chosen
	}
	switch density := m.state.Density; density {
	case comfortable, compact:
		m.compact = density == compact
	default:
		m.compact = m.config.Density == compact
	}
	m.setOrder(m.state.Sort, m.state.Reverse)
}

// CheckList returns what is wrong with what a configuration says of the list: columns that
// there are not, and views whose filter cannot be read.
func CheckList(config prefs.Config) (wrong []error) {
	_, unknown := columnsNamed(config.Columns)
	for _, id := range unknown {
		wrong = append(wrong, fmt.Errorf("there is no column %q; there are: %s", id, strings.Join(columnIDs(knownColumns()), ", ")))
	}
	for _, name := range slices.Sorted(maps.Keys(config.Views)) {
		if _, err := filter.Parse(config.Views[name]); err != nil {
			wrong = append(wrong, fmt.Errorf("the view %s: %w", name, err))
		}
	}
	return wrong
}

// configuredColumns are the columns without a choice of the supervisor's.
func (m *model) configuredColumns() []string {
	if len(m.config.Columns) > 0 {
		return m.config.Columns
	}
	return defaultColumns()
}

// setColumns shows other columns.
func (m *model) setColumns(columns []column) {
	m.columns = columns
	m.drawn.forget()
	m.version++
}

// keepColumns has the columns last. Those that are configured are not kept: a change of
// the configuration shows.
func (m *model) keepColumns() {
	ids := columnIDs(m.columns)
	if configured, _ := columnsNamed(m.configuredColumns()); slices.Equal(ids, columnIDs(configured)) {
		ids = nil
	}
	m.remember(func(s *prefs.State) { s.Columns = ids })
}

func columnIDs(columns []column) []string {
	ids := make([]string, len(columns))
	for i, c := range columns {
		ids[i] = c.id
	}
	return ids
}

// nextDensity shows more calls and less of the selected one, or again as before.
func (m *model) nextDensity() {
	m.compact = !m.compact
	density, words := comfortable, safe.Text("Comfortable: more of the selected call.")
	if m.compact {
		density, words = compact, "Compact: more calls on the screen."
	}
	before := m.list.page
	m.drawn.forget()
	m.list.fits(m.layout().rows)
	if m.list.page == before {
		words += " A screen of this size shows the same."
	}
	m.remember(func(s *prefs.State) { s.Density = density })
	m.tell(toneDim, words)
}

// listWidth is how many cells the list has.
func (m *model) listWidth() int {
	if l := m.layout(); l.shape == shapeWide {
		return l.left
	}
	return m.width
}

// headerAt returns the column whose head stands at a cell of the list.
func (m *model) headerAt(x int) (id string, ok bool) {
	at := markerCells
	for _, s := range seatsOf(m.columns, m.listWidth()) {
		at += s.gap + s.width
		if x < at {
			return s.id, x >= 0
		}
	}
	return "", false
}
