package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// A columnsBox chooses the columns of the list. What is chosen shows at once behind it;
// esc puts back what was there.
type columnsBox struct {
	all    []column // in their order; those that are not shown come last
	shown  map[string]bool
	before []column
	at     int
}

// openColumns opens the chooser.
func (m *model) openColumns() {
	b := &columnsBox{before: m.columns}
	b.begin(m.columns)
	m.openBox(b, 0)
}

// begin offers columns as shown, and all others beneath them.
func (b *columnsBox) begin(columns []column) {
	b.all, b.shown = slices.Clone(columns), make(map[string]bool)
	for _, c := range columns {
		b.shown[c.id] = true
	}
	for _, c := range knownColumns() {
		if !b.shown[c.id] {
			b.all = append(b.all, c)
		}
	}
}

// columns are those that are shown.
func (b *columnsBox) columns() []column {
	var shown []column
	for _, c := range b.all {
		if b.shown[c.id] {
			shown = append(shown, c)
		}
	}
	return shown
}

// columnKeys are the chooser's own keys.
type columnKeys struct{ toggle, up, down, reset key.Binding }

func keysOfColumns() columnKeys {
	return columnKeys{
		toggle: bind("space", "show, hide", "space"),
		up:     bind("K", "up", "K", "shift+up"),
		down:   bind("J K", "move", "J", "shift+down"),
		reset:  bind("0", "as configured", "0"),
	}
}

func (b *columnsBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	ks := keysOfColumns()
	switch {
	case key.Matches(k, m.keys.Cancel, m.keys.Quit, m.keys.Columns):
		m.setColumns(b.before)
		m.box = nil
	case key.Matches(k, m.keys.Confirm):
		m.keepColumns()
		m.closeBox(toneDim, "These columns stay.")
	case key.Matches(k, ks.toggle):
		b.toggle(m)
	case key.Matches(k, ks.up):
		b.move(m, -1)
	case key.Matches(k, ks.down):
		b.move(m, 1)
	case key.Matches(k, ks.reset):
		columns, _ := columnsNamed(m.configuredColumns())
		b.begin(columns)
		m.setColumns(columns)
	case key.Matches(k, m.keys.Up):
		b.at = max(b.at-1, 0)
	case key.Matches(k, m.keys.Down):
		b.at = min(b.at+1, len(b.all)-1)
	case key.Matches(k, m.keys.First):
		b.at = 0
	case key.Matches(k, m.keys.Last):
		b.at = len(b.all) - 1
	}
	return nil
}

// toggle shows the chosen column, or hides it.
func (b *columnsBox) toggle(m *model) {
	c := b.all[b.at]
	if c.stays {
		m.tell(toneDim, c.title+" always stays: without it a row says too little.")
		return
	}
	b.shown[c.id] = !b.shown[c.id]
	m.setColumns(b.columns())
}

// move carries the chosen column up or down.
func (b *columnsBox) move(m *model, by int) {
	to := b.at + by
	if to < 0 || to >= len(b.all) {
		return
	}
	b.all[b.at], b.all[to] = b.all[to], b.all[b.at]
	b.at = to
	m.setColumns(b.columns())
}

func (b *columnsBox) follow(*model) {}

func (b *columnsBox) draw(m *model, w int) card {
	seats := seatsOf(m.columns, m.listWidth())
	rows := make([]string, 0, len(b.all))
	for i, c := range b.all {
		rows = append(rows, m.choiceRow(w, i == b.at, b.mark(c)+" "+c.title, 20, toneDim, c.about+b.room(c, seats)))
	}
	top := 0
	if room := m.boxRoom(); len(rows) > room {
		top = min(max(b.at-room/2, 0), len(rows)-room)
	}
	ks := keysOfColumns()
	keep, leave := m.keys.Confirm, m.keys.Cancel
	keep.SetHelp("⏎", "keep")
	leave.SetHelp("esc", "leave")
	chosen := b.all[b.at]
	return card{
		title: "Columns of the list", rows: rows[top:min(top+m.boxRoom(), len(rows))], caret: -1,
		keys:  []key.Binding{ks.toggle, ks.down, keep, leave, ks.reset},
		brief: "columns: " + b.mark(chosen) + " " + own(strings.ToLower(string(chosen.title))) + " space ⏎ esc",
	}
}

// mark tells whether a column is shown.
func (b *columnsBox) mark(c column) safe.Text {
	switch {
	case c.stays:
		return "[=]"
	case b.shown[c.id]:
		return "[x]"
	}
	return "[ ]"
}

// room says that the list has no room for a column that is to be shown.
func (b *columnsBox) room(c column, seats []seat) safe.Text {
	if !b.shown[c.id] || slices.ContainsFunc(seats, func(s seat) bool { return s.id == c.id }) {
		return ""
	}
	return "  (too narrow now)"
}
