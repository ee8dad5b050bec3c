package tui

import (
	"slices"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A floorPane shows the operators by group, who waits for one, and what the shift has
// come to. An operator is chosen by group and number, for rows come and go as the
// settings are read again.
type floorPane struct{ group, number string }

func (*floorPane) title() safe.Text { return "Operators and shift" }

// A floorRow is one line of the table.
type floorRow struct {
	kind   floorKind
	group  engine.Group // but of those outside groups
	number string       // of an operator
}

type floorKind uint8

const (
	rowGroup floorKind = iota
	rowOperator
	rowOutside   // the title of those who are in no group
	rowCallbacks // how many are to be called back
)

// rows are all lines of the table, in their order.
func (p *floorPane) rows(m *model) []floorRow {
	r := m.frame.Roster
	grouped := map[string]bool{}
	var rows []floorRow
	for _, g := range r.Groups {
		rows = append(rows, floorRow{kind: rowGroup, group: g})
		for _, o := range g.Operators {
			grouped[o.Number] = true
			rows = append(rows, floorRow{rowOperator, g, o.Number})
		}
	}
	titled := len(r.Groups) == 0
	for _, n := range r.Numbers {
		if grouped[n] {
			continue
		}
		if !titled {
			rows, titled = append(rows, floorRow{kind: rowOutside}), true
		}
		rows = append(rows, floorRow{kind: rowOperator, number: n})
	}
	return append(rows, floorRow{kind: rowCallbacks})
}

// height is how many lines of those that there are the table takes, its titles included:
// with its operators where all have room, or while it has the keyboard; else without.
func (p *floorPane) height(m *model, room int) int {
	rows := p.rows(m)
	if len(rows)+1 > room && m.focus != paneFloor {
		rows = groupsOf(rows)
	}
	return min(len(rows)+1, room)
}

// groupsOf leaves out the operators of groups.
func groupsOf(rows []floorRow) []floorRow {
	return slices.DeleteFunc(rows, func(r floorRow) bool { return r.kind == rowOperator && r.group.Name != "" })
}

// at returns the place of the chosen operator, else of the first, else -1.
func (p *floorPane) at(rows []floorRow) int {
	i := slices.IndexFunc(rows, func(r floorRow) bool {
		return r.kind == rowOperator && r.number == p.number && r.group.Name == p.group
	})
	if i >= 0 {
		return i
	}
	return slices.IndexFunc(rows, func(r floorRow) bool { return r.kind == rowOperator })
}

// move chooses the operator so many further on.
func (p *floorPane) move(m *model, by int) {
	rows := p.rows(m)
	at := p.at(rows)
	if at < 0 {
		return
	}
	for step, left := either(by < 0, -1, 1), max(by, -by); left > 0; left-- {
		next := at + step
		for next >= 0 && next < len(rows) && rows[next].kind != rowOperator {
			next += step
		}
		if next < 0 || next >= len(rows) {
			break
		}
		at = next
	}
	p.group, p.number = rows[at].group.Name, rows[at].number
}

// either returns one of two numbers.
func either(is bool, yes, no int) int {
	if is {
		return yes
	}
	return no
}

// press goes to the call of the chosen operator; he is chosen as in every pane, by move.
func (p *floorPane) press(m *model, k tea.KeyPressMsg) (tea.Cmd, bool) {
	keys := m.keys
	switch {
	case key.Matches(k, keys.Open):
		p.open(m)
	case m.isFull && key.Matches(k, keys.Operators): // as it was opened
		m.leaveFull()
	case m.isFull && m.actsUnseen(k):
		m.tell(toneWatch, notShown)
	default:
		return nil, false
	}
	return nil, true
}

// open goes to the call that the chosen operator is on.
func (p *floorPane) open(m *model) {
	rows := p.rows(m)
	at := p.at(rows)
	if at < 0 {
		m.tell(toneDim, "No operator is configured.")
		return
	}
	who := m.book().who(rows[at].number)
	o := m.occupiedBy(rows[at].number, nil)
	switch {
	case o.does == doingNothing:
		m.tell(toneDim, who+" is on no call.")
	case o.call == nil:
		m.tell(toneDim, who+" is on a call that is not shown.")
	default:
		m.goTo(o.call.ID)
	}
}

// goTo selects a call and opens it.
func (m *model) goTo(id engine.SessionID) {
	if !m.pointAt(id) {
		m.tell(toneDim, "The list does not show that call: the filter leaves it out.")
		return
	}
	m.setOpen(true)
}

// notShown says why a key that acts on the selected call does nothing where it is not shown.
const notShown safe.Text = "No call is shown here to act on: esc goes back to the calls."

// actsUnseen reports whether a key acts on the selected call: where that is not on the
// screen, nobody can mean it.
func (m *model) actsUnseen(k tea.KeyPressMsg) bool {
	keys := m.keys
	if m.reasonOpen() { // w h b answer the strip
		return false
	}
	return key.Matches(k, keys.Transfer, keys.Mute, keys.Hold, keys.Hangup, keys.Listen, keys.Whisper, keys.Barge, keys.TakeOver,
		keys.Claim, keys.Pay, keys.Replay, keys.Mark, keys.Export)
}

// in reports whether a screen of that shape shows the operators beside others.
func (*floorPane) in(s shape) bool { return s == shapeWide }

func (*floorPane) hints(m *model) []key.Binding {
	k := m.keys
	return []key.Binding{pair(k.Down, k.Up, "operator"), as(k.Open, "the call"), as(k.Pane, "events")}
}

// draw draws the table and what today has come to.
func (p *floorPane) draw(m *model, w, h int) []string {
	day := m.dayLines(w)
	if h < len(day)+6 {
		day = day[:min(len(day), 1)]
	}
	lines := p.table(m, w, p.height(m, h-len(day)-1))
	lines = append(lines, m.theme.empty(w))
	lines = append(lines, day...)
	if left := h - len(lines) - 2; left >= minAll { // what room there is tells what happens
		lines = append(lines, m.rule(w, -1, ""))
		lines = append(lines, m.allPane.draw(m, w, left+1)...)
	}
	return fit(lines, w, h)
}

// dayTitle names what the figures are of: a tape knows no more of its day than is on it.
func (m *model) dayTitle() safe.Text {
	if m.deck != nil {
		return "SO FAR"
	}
	return "TODAY"
}

// dayLines are all figures of today.
func (m *model) dayLines(w int) []string {
	const label = 7
	var lines []string
	l := m.theme.line(onPage, w)
	begin := func(text safe.Text) {
		l = m.theme.line(onPage, w)
		l.gap(1)
		l.col(toneDim, text, label)
	}
	begin(m.dayTitle())
	first := true
	for _, words := range m.dayWords() {
		if !first && l.left < width(m.theme.shape(words))+4 {
			lines = append(lines, l.end())
			begin("")
			first = true
		}
		if !first {
			l.gap(3)
		}
		l.put(toneText, words)
		first = false
	}
	return append(lines, l.end())
}

// table draws the groups with their operators, h lines in all. Where not all have room,
// it shows the groups alone, but while it has the keyboard: then it scrolls.
func (p *floorPane) table(m *model, w, h int) []string {
	c, today := floorColumnsOf(w), m.today()
	rows, room := p.rows(m), max(h-1, 0)
	lines := []string{p.titles(m, c, w)}
	if m.focus == paneFloor {
		return fit(append(lines, p.scrolled(m, rows, c, w, room)...), w, h)
	}
	if len(rows) > room {
		rows = groupsOf(rows)
	}
	hidden := 0
	if len(rows) > room && room >= minTargets-1 { // the callbacks are told whatever is not
		hidden = len(rows) - room + 1
		rows = append(rows[:room-2:room-2], rows[len(rows)-1])
	}
	for i, r := range rows {
		if hidden > 0 && i == len(rows)-1 {
			lines = append(lines, m.heading("… "+count(hidden, "row more", "rows more")+": "+word(m.keys.Operators)+" shows them", w))
		}
		lines = append(lines, p.row(m, r, c, w, today, false))
	}
	return fit(lines, w, h)
}

// scrolled draws as many rows as there is room for, the chosen one among them.
func (p *floorPane) scrolled(m *model, rows []floorRow, c floorColumns, w, room int) []string {
	var lines []string
	at, today := p.at(rows), m.today()
	top := min(max(at-room*2/3, 0), max(len(rows)-room, 0))
	end := min(top+room, len(rows))
	for i, r := range rows[top:end] {
		if rest := len(rows) - end; rest > 0 && top+i == end-1 && top+i != at {
			return append(lines, m.heading(own("… "+strconv.Itoa(rest+1)+" more ↓"), w))
		}
		lines = append(lines, p.row(m, r, c, w, today, top+i == at))
	}
	return lines
}

// floorColumns are the table's columns, in cells; zero is left out.
type floorColumns struct{ name, number, next, waits, today, load int }

func floorColumnsOf(w int) floorColumns {
	c := floorColumns{name: 20, number: 5, waits: 9, today: 7, load: loadCells}
	free := func() int {
		return w - 1 - c.name - 3*c.number - 2 - 1 - c.waits - c.today - either(c.load > 0, c.load+2, 0) - 1
	}
	if free() < 14 {
		c.name = 15
	}
	if free() < 12 {
		c.load = 0
	}
	if free() < 12 {
		c.today = 0
	}
	c.next = min(max(free(), 0), 34)
	if c.next == 34 {
		c.name = min(c.name+max(free()-34-4, 0), 32) // the load's title is longer than the load
	}
	return c
}

func (p *floorPane) titles(m *model, c floorColumns, w int) string {
	l := m.theme.line(onPage, w)
	l.begins(paneFloor)
	to := toneDim
	if m.focus == paneFloor {
		to = toneAccent
	}
	l.gap(1)
	l.col(to, "QUEUE / TARGET", c.name)
	for _, t := range []safe.Text{"FREE", "BUSY", "RING"} {
		l.right(toneDim, t, c.number)
	}
	l.gap(2)
	l.col(toneDim, "NEXT", c.next)
	l.gap(1)
	l.right(toneDim, "WAIT NOW", c.waits)
	l.right(toneDim, pick(c.today > 0, m.dayTitle()), c.today)
	if c.load > 0 {
		l.gap(2)
		l.put(toneDim, loadTitle(l.left))
	}
	return l.end()
}

func loadTitle(cells int) safe.Text {
	if cells < 16 {
		return "LOAD, 1 h"
	}
	return "LOAD, last hour"
}

func (p *floorPane) row(m *model, r floorRow, c floorColumns, w int, today engine.Slot, chosen bool) string {
	switch r.kind {
	case rowGroup:
		return p.groupRow(m, r.group, c, w, today)
	case rowOperator:
		return p.operatorRow(m, r, c, w, chosen)
	case rowOutside:
		return m.heading("in no group", w)
	case rowCallbacks:
		return p.callbacksRow(m, c, w, today)
	}
	panic("tui: a row of the floor that is not known")
}

func (p *floorPane) groupRow(m *model, g engine.Group, c floorColumns, w int, today engine.Slot) string {
	t := m.tableauOf(g, today)
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.col(toneStrong, safe.Clean(g.Name, maxRule), c.name)
	if !t.open && t.talks+t.rings == 0 && t.waits == 0 {
		words := safe.Text("closed")
		if !t.opens.IsZero() {
			words += ", opens " + m.whenOpens(t.opens)
		}
		for range 3 {
			l.right(toneDim, "–", c.number)
		}
		l.gap(2)
		l.col(toneDim, words, c.next)
	} else {
		for _, n := range []int{t.free, t.talks, t.rings} {
			l.right(toneText, own(strconv.Itoa(n)), c.number)
		}
		to, next := m.nextWords(g, t, c.next)
		l.gap(2)
		l.col(to, next, c.next)
	}
	l.gap(1)
	to, waits := toneDim, safe.Text("–")
	if t.waits > 0 {
		to, waits = toneWatch, own(strconv.Itoa(t.waits)+", ")+long(t.wait)
	}
	l.right(to, waits, c.waits)
	l.right(toneText, own(strconv.Itoa(t.today)), c.today)
	if c.load > 0 {
		l.gap(2)
		l.col(toneDim, m.load(g), c.load)
	}
	return l.end()
}

// nextWords tells who of a group is called next, or why nobody is.
func (m *model) nextWords(g engine.Group, t tableau, cells int) (tone, safe.Text) {
	switch {
	case len(g.Operators) == 0:
		return toneDim, "nobody is in it"
	case !t.open:
		return toneDim, "closed"
	case t.next == "":
		return toneWatch, "nobody free"
	case t.since.IsZero():
		return toneText, m.book().who(t.next)
	}
	next := m.book().who(t.next) + ", " + long(m.now.Sub(t.since))
	if width(string(next))+5 > cells {
		return toneText, next
	}
	return toneText, next + " free"
}

func (p *floorPane) operatorRow(m *model, r floorRow, c floorColumns, w int, chosen bool) string {
	on, name := onPage, toneText
	if chosen {
		on, name = onRow, toneStrong
	}
	l := m.theme.line(on, w)
	if chosen {
		l.put(toneAccent, "▌")
	} else {
		l.gap(1)
	}
	group := &r.group
	if r.group.Name == "" {
		group = nil
	}
	indent := either(group == nil, 0, 2)
	l.gap(indent)
	l.col(name, m.book().who(r.number), c.name-indent)
	l.gap(2)
	to, words := m.occupiedBy(r.number, group).words(m.now)
	l.col(to, words, l.left-1)
	return l.end()
}

func (p *floorPane) callbacksRow(m *model, c floorColumns, w int, today engine.Slot) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.col(toneStrong, "Callback list", c.name)
	for range 3 {
		l.right(toneDim, "–", c.number)
	}
	to, words, age := toneDim, safe.Text("nobody waits"), safe.Text("–")
	if n := len(m.frame.Callbacks); n > 0 {
		to = toneText
		words = own(strconv.Itoa(n)) + " · oldest: " + callbackName(m.frame.Callbacks[0])
		age = short(m.now.Sub(m.frame.Callbacks[0].Promised))
	}
	l.gap(2)
	l.col(to, words, c.next)
	l.gap(1)
	l.right(to, age, c.waits)
	l.right(toneText, own(strconv.Itoa(today.Count.Promised)), c.today)
	return l.end()
}
