package tui

import (
	"slices"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/safe"
)

// Sizes of help, in cells and runes.
const (
	helpColumn = 22 // the least for a column of keys
	maxLook    = 32 // of what is looked for
	helpHead   = 2  // rows above the keys: what is looked for, and air
)

// A helpBox shows the keys of the screen that it was opened on, written from the table, and
// what the signs mean. It takes text: what is typed searches the keys, and no letter acts.
type helpBox struct {
	in     places
	groups []helpGroup // as they were when it opened
	typed  string
	top    int
	from   box // the box that it was opened from, and goes back to; nil: none
}

// A helpRow is a line of help: one act, or two that belong together.
type helpRow struct{ key, does, manual safe.Text }

// A helpGroup is the rows beneath a title.
type helpGroup struct {
	title safe.Text
	rows  []helpRow
}

func (m *model) openHelp() {
	in := m.places()
	m.openBox(&helpBox{in: in, groups: m.helpGroups(in)}, 0)
}

// openHelpOf shows the keys of the open box, and goes back to it. It reports false where
// the box takes text or shows help itself.
func (m *model) openHelpOf(b box) bool {
	in, ok := helpPlace(b)
	if !ok || m.takesText() {
		return false
	}
	m.openBox(&helpBox{in: in, groups: m.boxGroups(b, in), from: b}, 0)
	return true
}

// boxGroups are the keys that a box shows itself, and those of the table that are live in it.
func (m *model) boxGroups(b box, in places) []helpGroup {
	shows := helpGroup{title: "THIS BOX"}
	shown := map[string]bool{}
	for _, k := range b.draw(m, boxWidth).keys {
		shows.rows = append(shows.rows, rowOf(k, ""))
		for name := range strings.FieldsSeq(k.Help().Key) {
			shown[name] = true
		}
	}
	var all []helpGroup
	if len(shows.rows) > 0 {
		all = append(all, shows)
	}
	// What chooses and confirms differs from box to box: where one has it, it shows it.
	unsure := []safe.Text{own(m.keys.Confirm.Help().Desc), own(m.keys.Other.Help().Desc), own(m.keys.Choose.Help().Desc)}
	for _, g := range m.helpGroups(in) {
		g.rows = slices.DeleteFunc(g.rows, func(r helpRow) bool {
			return shown[string(r.key)] || g.title == groupBoxes.title() && slices.Contains(unsure, r.does)
		})
		if len(g.rows) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// helpPlace is the place of the table that a box is.
func helpPlace(b box) (places, bool) {
	switch b.(type) {
	case *hangupBox:
		return placeHangup, true
	case *sureBox, *clickBox:
		return placeSure, true
	case quitBox:
		return placeQuit, true
	case *legBox:
		return placeLegs, true
	case *whyBox:
		return placeWhy, true
	case *historyBox:
		return placeHistory, true
	case *textBox, *troubleBox:
		return placeRead, true
	case *callbackBox, *viewsBox, *columnsBox:
		return placeList, true
	}
	return 0, false
}

// leave closes help, and gives the keys back to the box that it was opened from. It takes no
// yes at once, as when it came.
func (b *helpBox) leave(m *model) {
	m.box = nil
	if b.from != nil {
		m.openBox(b.from, hangupDead)
	}
}

// helpCells is how wide help is within its frame: four columns of keys where there is room.
func (m *model) helpCells() int {
	wants := boxWidth
	if m.width >= splitWidth {
		wants = whyWidth
	}
	return min(wants, m.width-2-boxFrame)
}

// places is what the screen shows, as far as keys depend on it.
func (m *model) places() places {
	switch {
	case m.deck != nil:
		return placeReplay
	case m.isFull:
		return placePane
	case m.open, m.focus == paneWords:
		return placeOpen
	}
	return placeCalls
}

func (b *helpBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	page := max(m.boxRoom()-helpHead-1, 1)
	switch name := k.String(); {
	case key.Matches(k, m.keys.Help), key.Matches(k, m.keys.Cancel) && b.typed == "", key.Matches(k, m.keys.Confirm):
		b.leave(m)
	case key.Matches(k, m.keys.Cancel), key.Matches(k, m.keys.EraseAll):
		b.typed, b.top = "", 0
	case key.Matches(k, m.keys.Choose) && name == "up":
		b.top--
	case key.Matches(k, m.keys.Choose):
		b.top++
	case name == "pgup":
		b.top -= page
	case name == "pgdown":
		b.top += page
	case name == "home":
		b.top = 0
	case name == "end":
		b.top = far
	case key.Matches(k, m.keys.Erase) && b.typed != "":
		_, size := utf8.DecodeLastRuneInString(b.typed)
		b.typed, b.top = b.typed[:len(b.typed)-size], 0
	case k.Text != "":
		b.write(k.Text)
	}
	b.top = min(max(b.top, 0), max(b.count(m)-1, 0))
	return nil
}

// write appends what was typed or pasted to what is looked for.
func (b *helpBox) write(text string) {
	if clean := string(safe.Clean(b.typed+text, maxLook+1)); utf8.RuneCountInString(clean) <= maxLook {
		if strings.HasSuffix(text, " ") && clean != "" && !strings.HasSuffix(clean, " ") {
			clean += " "
		}
		b.typed, b.top = clean, 0
	}
}

// follow has the box beneath look at the frame: what it asks about may be gone.
func (b *helpBox) follow(m *model) {
	if b.from != nil {
		b.from.follow(m)
	}
}

// count is how many rows there are to scroll through, on the screen as it is.
func (b *helpBox) count(m *model) int {
	if m.layout().shape == shapeLine {
		return len(b.found())
	}
	return max(len(b.lines(m, m.helpCells()))-m.boxRoom()+helpHead, 0) + 1
}

func (b *helpBox) draw(m *model, w int) card {
	input := m.theme.line(onPage, w)
	input.put(toneAccent, "> ")
	typed := safe.Clean(b.typed, maxLook)
	input.put(toneText, typed)
	if typed == "" {
		input.put(toneDim, "type to search these keys")
	}
	caret := 2 + width(m.theme.shape(typed)) + pickCells(strings.HasSuffix(b.typed, " "))
	whole := b.columns(m, w)
	lines := whole
	if strings.TrimSpace(b.typed) != "" {
		lines = b.lines(m, w)
	}
	room := max(m.boxRoom()-helpHead, 1)
	top := min(b.top, max(len(lines)-room, 0))
	rows := append([]string{input.end(), m.theme.empty(w)}, lines[top:]...)
	c := card{title: b.title(), rows: rows, caret: caret, brief: b.brief(m, w)}
	c.keys = []key.Binding{bind(string(word(m.keys.Help))+" esc", "close")}
	if b.typed != "" {
		c.keys[0] = bind("esc", "all keys")
	}
	if hidden := len(lines) - room - top; hidden > 0 {
		c.title += ", " + count(hidden, "more line", "more lines") + " ↓"
	}
	if len(lines) > room {
		c.keys = append(c.keys, as(m.keys.Choose, "scroll"))
		c.keys[1].SetHelp("↑↓", "scroll")
	}
	c.keys = append(c.keys, bind("manual:", "switchboard help keys"))
	for len(c.rows) < min(m.boxRoom(), helpHead+len(whole)) { // the box keeps its size while it narrows
		c.rows = append(c.rows, m.theme.empty(w))
	}
	return c
}

func pickCells(one bool) int {
	if one {
		return 1
	}
	return 0
}

func (b *helpBox) title() safe.Text {
	switch b.in {
	case placeReplay:
		return "Keys in this replay"
	case placeOpen:
		return "Keys in an open call"
	}
	if b.from != nil {
		return "Keys in this box"
	}
	return "Keys on this screen"
}

// helpGroups are the keys of a place, under their titles.
func (m *model) helpGroups(in places) []helpGroup {
	order := []group{groupCall, groupStrip, groupMove, groupView, groupFloor}
	if in == placeReplay {
		order = []group{groupTape, groupStrip, groupMove, groupCall, groupView, groupFloor}
	}
	if in&(placeBoxes|placeHistory) != 0 {
		order = []group{groupBoxes, groupHistory, groupMove, groupStrip, groupCall, groupFloor}
	}
	var all []helpGroup
	if in&placeLook != 0 && m.headline().kind == headReason {
		all = append(all, helpGroup{groupReason.title(), m.helpRows(groupReason, placeReason)})
	}
	if p, ok := m.part(m.full); ok && in == placePane && len(p.hints(m)) > 0 {
		own := helpGroup{title: own(strings.ToUpper(string(p.title())))}
		for _, h := range p.hints(m) {
			own.rows = append(own.rows, rowOf(h, ""))
		}
		all = append(all, own)
	}
	for _, g := range order {
		if rows := m.helpRows(g, in); len(rows) > 0 {
			title := g.title()
			if g == groupStrip && in == placeReplay && m.deck.within {
				title = "THE TOP ROW, LIVE"
			}
			all = append(all, helpGroup{title, rows})
		}
	}
	return all
}

func rowOf(b key.Binding, manual string) helpRow {
	h := b.Help()
	return helpRow{own(h.Key), own(h.Desc), own(manual)}
}

// helpRows are the lines of a group in a place. Acts that belong together share one.
func (m *model) helpRows(g group, in places) []helpRow {
	var rows []helpRow
	k := &m.keys
	var shared []string
	for _, e := range k.entries() {
		switch {
		case e.group != g || e.in&in == 0 || slices.Contains(shared, e.id):
		case e.id == "tour-on" && m.tour.step == tourOver:
		case m.deck != nil && !m.deck.within && e.acts: // nothing is live in it
		case e.with != "":
			other, _ := k.entry(e.with)
			shared = append(shared, e.with)
			row := rowOf(pair(*e.key, *other.key, string(e.both)), k.filled(e.manual+"; "+other.manual))
			rows = append(rows, row)
		default:
			rows = append(rows, rowOf(*e.key, k.filled(e.said())))
		}
		if e.id == "why" && e.group == g && in&placeLive != 0 {
			seen, _ := k.entry("seen")
			rows = append(rows, helpRow{word(k.Why) + " " + word(k.Seen), "alert seen", own(k.filled(seen.manual))})
		}
	}
	return rows
}

// said is the manual's sentence about an act, with its guard.
func (e entry) said() string {
	if e.guard == "" {
		return e.manual
	}
	return e.manual + " (" + e.guard + ")"
}

// found are the rows that what is typed fits: a key that is just that first, then every row
// that has all its words.
func (b *helpBox) found() []helpRow {
	var keys, words []helpRow
	typed := strings.TrimSpace(b.typed)
	want := strings.Fields(strings.ToLower(typed))
	for _, g := range b.groups {
		for _, r := range g.rows {
			text := strings.ToLower(string(g.title + " " + r.key + " " + r.does + " " + r.manual))
			switch {
			case slices.Contains(strings.Fields(string(r.key)), typed):
				keys = append(keys, r)
			case !slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(text, w) }):
				words = append(words, r)
			}
		}
	}
	return append(keys, words...)
}

// lines draws the keys in columns, or what is found beneath one another with its sentence.
func (b *helpBox) lines(m *model, w int) []string {
	if strings.TrimSpace(b.typed) == "" {
		return b.columns(m, w)
	}
	found := b.found()
	if len(found) == 0 {
		return []string{m.boxRow(w, toneDim, "No key of this screen does that; the palette ("+word(m.keys.Command)+") has the commands.")}
	}
	cells := 0
	for _, r := range found {
		cells = max(cells, width(m.theme.shape(m.theme.keyName(string(r.key)))))
	}
	var lines []string
	for _, r := range found {
		text := r.does
		if r.manual != "" {
			text += ": " + r.manual
		}
		for i, part := range wrap(m.theme.shape(text), max(w-cells-2, 8)) {
			l := m.theme.line(onPage, w)
			l.col(toneAccent, pick(i == 0, m.theme.keyName(string(r.key))), cells)
			l.gap(2)
			l.put(toneText, own(part))
			lines = append(lines, l.end())
		}
	}
	return lines
}

// columns draws the groups side by side, and beneath them what the signs mean.
func (b *helpBox) columns(m *model, w int) []string {
	n := min(max(w/helpColumn, 1), 4)
	var sides [][]string
	tall := 0
	for i, part := range deal(b.groups, n) {
		side := m.helpColumn(part, w*(i+1)/n-w*i/n)
		sides = append(sides, side)
		tall = max(tall, len(side))
	}
	var lines []string
	for r := range tall {
		var row strings.Builder
		for i := range n {
			if i < len(sides) && r < len(sides[i]) {
				row.WriteString(sides[i][r])
			} else {
				row.WriteString(m.theme.empty(w*(i+1)/n - w*i/n))
			}
		}
		lines = append(lines, row.String())
	}
	lines = append(lines, m.theme.empty(w))
	for _, text := range m.signs() {
		lines = append(lines, m.boxParts(w, toneDim, text)...)
	}
	return lines
}

// signs tell what the glyphs mean.
func (m *model) signs() []safe.Text {
	signs := []safe.Text{
		"▲ needs a hand   ◆ operator is called   ? nobody hears   ! ◇ alert",
		"△ · ▽ ▼ mood   │ ┃ █ how a sentence weighs   ░ being said",
		"‖ hold   ▒ pay   … only asked, not yet granted",
	}
	if m.deck != nil {
		signs[2] = "on the bar: ▲ rule or proposal  ◆ called  ✓ joined  ▽ vetoed  ! failed"
	}
	return signs
}

// helpColumn draws groups beneath one another, with air between.
func (m *model) helpColumn(groups []helpGroup, w int) []string {
	cells := 0
	for _, g := range groups {
		for _, r := range g.rows {
			cells = max(cells, width(m.theme.shape(m.theme.keyName(string(r.key)))))
		}
	}
	cells = min(cells, max(w/2, 1))
	var lines []string
	for i, g := range groups {
		if i > 0 {
			lines = append(lines, m.theme.empty(w))
		}
		lines = append(lines, m.boxRow(w, toneDim, g.title))
		for _, r := range g.rows {
			l := m.theme.line(onPage, w)
			l.col(toneAccent, m.theme.keyName(string(r.key)), cells)
			l.gap(1)
			l.col(toneText, r.does, w-cells-2)
			lines = append(lines, l.end())
		}
	}
	return lines
}

// deal puts groups into at most n columns, in their order, so that the tallest is as short
// as can be.
func deal(all []helpGroup, n int) [][]helpGroup {
	best, tallest := [][]helpGroup{all}, heightOf(all)
	if n <= 1 {
		return best
	}
	for i := 1; i < len(all); i++ {
		rest := deal(all[i:], n-1)
		tall := heightOf(all[:i])
		for _, column := range rest {
			tall = max(tall, heightOf(column))
		}
		if tall < tallest {
			best, tallest = append([][]helpGroup{all[:i]}, rest...), tall
		}
	}
	return best
}

func heightOf(groups []helpGroup) int {
	n := len(groups) - 1
	for _, g := range groups {
		n += 1 + len(g.rows)
	}
	return n
}

// brief is help on one line: as many keys as there is room for, from the one that it is
// scrolled to.
func (b *helpBox) brief(m *model, w int) safe.Text {
	found := b.found()
	top := min(b.top, max(len(found)-1, 0))
	var text safe.Text
	if b.typed != "" {
		text = "> " + safe.Clean(b.typed, maxLook) + "▏  "
	}
	for i, r := range found[top:] {
		one := r.key + " " + r.does
		rest := len(found) - top - i
		room := w - width(m.theme.shape(text))
		if rest > 1 {
			room -= len("  more ↓")
		}
		if i > 0 && width(m.theme.shape("   "+one)) > room {
			return text + "  more ↓"
		}
		if i > 0 {
			one = "   " + one
		}
		text += one
	}
	if len(found) == 0 {
		return text + "no such key   esc all keys"
	}
	return text
}

// window returns as many rows as a box has room for, from the one that it is scrolled
// to, and where that is.
func (m *model) window(rows []string, top int) ([]string, int) {
	top = min(top, max(len(rows)-m.boxRoom(), 0))
	return rows[top:], top
}
