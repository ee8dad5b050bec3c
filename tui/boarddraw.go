package tui

import (
	"slices"
	"strconv"
	"time"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A tile is one number of the wallboard, drawn as large as there is room for.
type tile struct {
	label safe.Text
	value safe.Text // digits, a colon, a dash
	sub   safe.Text
	tone  tone
	timed bool // the value is a time, where it is known
}

// A boardPage is some of them under a title.
type boardPage struct {
	title safe.Text
	tiles []tile
}

// Sizes of the wallboard.
const (
	maxBoardScale = 4
	boardHeads    = 1  // the line at its top
	boardFeet     = 1  // … and the one at its bottom
	bigStrip      = 20 // lines from which the state is said in large letters
	maxBoardHands = 6  // calls in need that have a tile
	maxBoardTiles = 12 // groups that have one
	usualSub      = 16 // cells of what stands beneath a number
)

// boardParts are what the wallboard tells, the most wanted first.
func (m *model) boardParts() []boardPage {
	parts := []boardPage{{"NOW", m.nowTiles()}}
	if groups := m.groupTiles(); len(groups) > 0 {
		parts = append(parts, boardPage{"FREE OPERATORS", groups})
	}
	parts = append(parts, boardPage{"TODAY", m.dayTiles()})
	if hands := m.handTiles(); len(hands) > 0 {
		parts = append(parts, boardPage{"NEED A HAND", hands})
	}
	return parts
}

// boardPages are the pages of this screen: one where all has room, else one for each
// part.
func (m *model) boardPages() []boardPage {
	parts := m.boardParts()
	var all []tile
	for _, p := range parts {
		all = append(all, p.tiles...)
	}
	w, h := m.width-2, m.height-boardHeads-boardFeet-m.boardBanner()
	large := min(max(gridOf(parts[0].tiles, w, h).scale, 1), 2)
	if gridOf(all, w, h).scale >= large {
		return []boardPage{{"", all}}
	}
	var pages []boardPage
	for _, p := range parts {
		for _, page := range p.split(w, h) {
			pages = page.after(pages, w, h, large)
		}
	}
	return pages
}

// after puts a page behind others, or onto the last of them, where both have room there in
// large digits: nobody waits for a page that need not be one.
func (p boardPage) after(pages []boardPage, w, h, large int) []boardPage {
	if n := len(pages); n > 0 {
		both := slices.Concat(pages[n-1].tiles, p.tiles)
		if gridOf(both, w, h).scale >= large {
			title := pages[n-1].title
			if p.title != title {
				title += ", " + p.title
			}
			pages[n-1] = boardPage{title, both}
			return pages
		}
	}
	return append(pages, p)
}

// split makes several pages of a part that does not fit on one in large digits. Where
// not even one tile does, or it would be many pages, the part stays whole, as lines.
func (p boardPage) split(w, h int) []boardPage {
	n := len(p.tiles)
	for n > 0 && gridOf(p.tiles[:n], w, h).scale == 0 {
		n--
	}
	if n == 0 || n == len(p.tiles) || 2*n < len(p.tiles) && len(p.tiles) <= h { // nobody waits for a third page
		return []boardPage{p}
	}
	var pages []boardPage
	for tiles := range slices.Chunk(p.tiles, n) {
		pages = append(pages, boardPage{p.title, tiles})
	}
	return pages
}

// nowTiles are what goes on.
func (m *model) nowTiles() []tile {
	n := m.tally.states
	hot, asks, blind := n[stateProposed]+n[stateHot], n[stateAsk], m.tally.ears.deaf
	waits, longest, lasts := 0, safe.Text("-"), safe.Text("nobody waits")
	for _, id := range m.frame.Queue {
		if s, ok := m.frame.Session(id); ok {
			if waits++; waits == 1 {
				longest, lasts = long(m.now.Sub(s.Transfer.Queued)), "◆ for an operator"
			}
		}
	}
	free, talks := m.hands()
	return []tile{
		{"CALLS LIVE", number(m.tally.calls), "", toneStrong, false},
		{"NEED A HAND", number(hot), when[safe.Text](hot > 0, "▲ hot", "none"), when(hot > 0, toneBadStrong, toneDim), false},
		{"WAITING", number(waits), when(asks > 0, number(asks)+" being called", "for an operator"), when(waits > 0, toneWatch, toneDim), false},
		{"LONGEST WAIT", longest, lasts, when(waits > 0, toneWatch, toneDim), true},
		{"OPERATORS FREE", number(free), number(talks) + " on calls", when(free == 0, toneWatch, toneGood), false},
		{"NOT HEARD", number(blind), when[safe.Text](blind > 0, "? blind", "all are heard"), when(blind > 0, toneWatch, toneDim), false},
	}
}

// hands counts the operators who may be called now, and those who are on calls or called.
func (m *model) hands() (free, busy int) {
	seen := map[string]bool{}
	one := func(number string, open bool) {
		if seen[number] {
			return
		}
		if m.engaged(number) {
			seen[number] = true
			busy++
		} else if open {
			seen[number] = true
			free++
		}
	}
	for _, g := range m.frame.Roster.Groups {
		open, _ := openNow(g, m.now)
		for _, o := range g.Operators {
			one(o.Number, open)
		}
	}
	if len(m.frame.Roster.Groups) == 0 {
		for _, n := range m.frame.Roster.Numbers {
			one(n, true)
		}
	}
	return free, busy
}

// groupTiles are how many of each group are free.
func (m *model) groupTiles() []tile {
	var tiles []tile
	today := m.today()
	for i, g := range m.frame.Roster.Groups {
		if i == maxBoardTiles {
			break
		}
		t := m.tableauOf(g, today)
		one := tile{"FREE, " + safe.Clean(g.Name, maxRule), number(t.free), own(strconv.Itoa(t.talks+t.rings)) + " on calls", toneGood, false}
		switch {
		case !t.open:
			one.value, one.sub, one.tone = "-", "closed", toneDim
			if !t.opens.IsZero() {
				one.sub = "opens " + m.whenOpens(t.opens)
			}
		case t.waits > 0:
			one.sub, one.tone = count(t.waits, "waits, ", "wait, ")+long(t.wait), toneWatch
		case t.free == 0:
			one.tone = toneWatch
		}
		tiles = append(tiles, one)
	}
	return tiles
}

// dayTiles are the figures of service today.
func (m *model) dayTiles() []tile {
	d := m.today()
	c := d.Count
	hold, held := safe.Text("-"), safe.Text("none")
	if d.Hold > 0 {
		hold, held = long(d.Hold), "of a customer"
	}
	return []tile{
		{"CALLS TODAY", number(c.Calls), own(strconv.Itoa(c.Answered) + " answered"), toneStrong, false},
		{"TRANSFERRED", number(c.Joined), own(strconv.Itoa(c.ByHand) + " by hand"), toneStrong, false},
		{"VETOED", number(c.Vetoed), "", toneStrong, false},
		{"HUNG UP FIRST", number(c.Lost), "while waiting", toneStrong, false},
		{"LONGEST HOLD", hold, held, toneStrong, true},
		{"CALL BACK", number(len(m.frame.Callbacks)), own(strconv.Itoa(c.Promised) + " promised"), toneStrong, false},
	}
}

// handTiles are the calls that need a hand, by the numbers that they have in the journal.
func (m *model) handTiles() []tile {
	var tiles []tile
	for _, s := range m.list.need {
		if len(tiles) == maxBoardHands {
			break
		}
		if st := stateOf(s); st.attention() {
			glyph, word, to := signOf(s)
			tiles = append(tiles, tile{glyph + " " + callNumber(s), long(lasted(s, m.now)), word + "  " + inShort(s, m.now), to, true})
		}
	}
	return tiles
}

// callNumber names a call where no customer may be named.
func callNumber(s *engine.Session) safe.Text { return own("call " + strconv.Itoa(s.Number)) }

func number(n int) safe.Text { return own(strconv.Itoa(n)) }

// when returns one of two.
func when[T tone | safe.Text](is bool, yes, no T) T {
	if is {
		return yes
	}
	return no
}

// A grid is how tiles are laid out. At scale 0 they are lines.
type grid struct {
	rows, scale, height int
	widths              []int // of the columns
}

// gridOf lays tiles out as large as they fit; scale 0 where they do not even fit small.
func gridOf(tiles []tile, w, h int) grid {
	if len(tiles) == 0 {
		return grid{scale: 1}
	}
	for scale := maxBoardScale; scale >= 1; scale-- {
		height := bigDots*scale + 3 // label, number, what is beneath it, air
		for cols := len(tiles); cols >= 1; cols-- {
			rows := (len(tiles) + cols - 1) / cols
			if rows*height-1 > h {
				break
			}
			even := (len(tiles) + rows - 1) / rows // no row is much shorter than another
			if widths, ok := columnWidths(tiles, even, scale, w); ok {
				return grid{rows, scale, height, widths}
			}
		}
	}
	return grid{}
}

// columnWidths are how wide columns of tiles have to be, with what is left shared out.
func columnWidths(tiles []tile, cols, scale, w int) (widths []int, ok bool) {
	widths = make([]int, cols)
	left := w
	for i, t := range tiles {
		col := &widths[i%cols]
		need := max(t.room(scale)+3*scale, max(width(string(t.label)), width(string(t.sub)), usualSub)+3) // two numbers are not one
		left -= max(need-*col, 0)
		*col = max(*col, need)
	}
	if left < 0 {
		return nil, false
	}
	for i := range widths {
		widths[i] += left / cols
	}
	return widths, true
}

// room is how many cells a tile's value takes: as many as it will in a moment, so that
// a tenth call or the first who waits does not move all others.
func (t tile) room(scale int) int {
	usual := safe.Text("88")
	if t.timed {
		usual = "8:88"
	}
	return max(bigWidth(t.value, scale), bigWidth(usual, scale))
}

// boardScreen draws the wallboard.
func (m *model) boardScreen(w, h int) (lines []string, x, y int) {
	pages := m.boardPages()
	at := min(m.board.page, len(pages)-1)
	page := pages[at]
	switch {
	case h >= 8 && w >= 30:
		lines = append(lines, m.boardHead(w, page.title, at, len(pages)))
		lines = append(lines, m.boardState(w)...)
		lines = append(lines, m.tiles(page, w, h-len(lines)-boardFeet)...)
		lines = append(lines, m.boardFoot(w))
	default:
		lines = append(lines, m.boardState(w)...)
		lines = append(lines, m.tiles(page, w, h-len(lines))...)
	}
	lines = fit(lines, w, h)
	if m.box == nil {
		return lines, -1, -1
	}
	if w < minWidth || h < minHeight {
		l := m.theme.line(onPage, w)
		l.put(toneStrong, m.box.draw(m, w).brief)
		lines[h-1] = l.end()
		return lines, -1, -1
	}
	x, y = m.over(lines[stripLines:], m.box)
	if y >= 0 {
		y += stripLines
	}
	return lines, x, y
}

// boardHead says what is shown.
func (m *model) boardHead(w int, title safe.Text, at, of int) string {
	l := m.theme.line(onPage, w)
	clock := clockTime(m.now, m.zone)
	l.gap(1)
	l.put(toneAccent, m.title)
	l.gap(2)
	l.put(toneStrong, "wallboard")
	if to, words := m.automation(); words != "" && l.left > width(string(words))+width(string(clock))+4 {
		l.gap(2)
		l.put(to, words)
	}
	if title != "" && w >= minWidth {
		l.gap(2)
		l.put(toneDim, title)
	}
	if pages := own("page " + strconv.Itoa(at+1) + " of " + strconv.Itoa(of)); of > 1 && l.left > width(string(pages))+width(string(clock))+4 {
		l.gap(2)
		l.put(toneDim, pages)
	}
	if to, words := m.share(); words != "" && l.left > width(string(words))+width(string(clock))+4 {
		l.gap(2)
		l.put(to, words)
	}
	l.gap(l.left - width(string(clock)) - 1)
	l.put(toneDim, clock)
	return l.end()
}

// boardFoot is what became of a key, or which there are.
func (m *model) boardFoot(w int) string {
	l := m.theme.line(onPage, w)
	l.gap(1)
	switch {
	case m.notice.text != "" && m.board.locked:
		l.put(m.notice.tone, m.notice.text)
	case m.notice.text != "": // it may name a customer
		l.put(m.notice.tone, "Done as far as it can be; any key goes back and shows more.")
	case m.board.locked:
		l.put(toneDim, "read only   no names, numbers or sentences   ? help   q quit")
	default:
		l.put(toneDim, "tab next page   v veto   ? help   any other key goes back to the console")
	}
	return l.end()
}

// tiles draws a page's numbers as large as they fit: at least as lines.
func (m *model) tiles(p boardPage, w, h int) []string {
	g := gridOf(p.tiles, w-2, h)
	if g.scale == 0 {
		return m.tileLines(p.tiles, w, h)
	}
	var lines []string
	spare := (h - (g.rows*g.height - 1)) / (g.rows + 1) // air above, between and beneath
	for r := range g.rows {
		row := p.tiles[min(r*len(g.widths), len(p.tiles)):min((r+1)*len(g.widths), len(p.tiles))]
		for range spare {
			lines = append(lines, m.theme.empty(w))
		}
		lines = append(lines, m.tileRow(row, g, w)...)
	}
	return fit(lines, w, h)
}

// tileRow draws some tiles side by side.
func (m *model) tileRow(row []tile, g grid, w int) []string {
	across := func(one func(l *line, t tile, w int)) string {
		l := m.theme.line(onPage, w)
		l.gap(2)
		for i, t := range row {
			before := l.left
			one(l, t, g.widths[i])
			l.gap(g.widths[i] - (before - l.left))
		}
		return l.end()
	}
	lines := []string{across(func(l *line, t tile, w int) { l.put(toneDim, clipTo(m.theme, t.label, w-2)) })}
	for r := range bigDots * g.scale {
		lines = append(lines, across(func(l *line, t tile, _ int) { l.put(t.tone, bigRow(t.value, g.scale, r)) }))
	}
	return append(lines, across(func(l *line, t tile, w int) {
		l.put(when(t.tone == toneStrong || t.tone == toneGood, toneDim, t.tone), clipTo(m.theme, t.sub, w-2))
	}), m.theme.empty(w))
}

// tileLines draws tiles where there is no room for large ones: a line each, or, where
// there is not even room for those, one after the other.
func (m *model) tileLines(tiles []tile, w, h int) []string {
	if h < len(tiles) {
		return m.tilesRunOn(tiles, w, h)
	}
	var lines []string
	for _, t := range tiles {
		l := m.theme.line(onPage, w)
		l.gap(1)
		l.col(toneDim, t.label, min(20, w/2))
		l.gap(1)
		l.right(t.tone, t.value, 6)
		l.gap(2)
		l.put(toneDim, t.sub)
		lines = append(lines, l.end())
	}
	return fit(lines, w, h)
}

func (m *model) tilesRunOn(tiles []tile, w, h int) []string {
	var lines []string
	l := m.theme.line(onPage, w)
	for i, t := range tiles {
		need := width(string(t.value)) + 1 + width(m.theme.shape(t.label))
		if i > 0 && l.left < need+3 {
			lines = append(lines, l.end())
			l = m.theme.line(onPage, w)
		} else if i > 0 {
			l.gap(2)
		}
		l.put(t.tone, t.value)
		l.gap(1)
		l.put(toneDim, t.label)
	}
	return fit(append(lines, l.end()), w, h)
}

// A boardSays is the state of the floor in a large word, and beside it in a sentence.
type boardSays struct {
	big   safe.Text // capital letters, digits and a glyph
	words safe.Text
	tone  tone
	loud  bool // on the strip's ground
	keys  []stripKey
}

// boardSays tells what matters most, as the strip does, without a customer's name.
func (m *model) boardSays() boardSays {
	says := m.boardHeadline()
	if !m.board.locked && m.box == nil {
		switch h := m.headline(); {
		case h.kind == headProposed, h.kind == headUnderWay && m.now.Sub(began(h.about.Transfer)) < youngTransfer:
			says.keys = []stripKey{shows(m.keys.Veto, "veto")}
		case h.kind == headReason:
			says.keys = m.reasonKeys()
		}
	}
	return says
}

func (m *model) boardHeadline() boardSays {
	t := m.tally
	hot := t.states[stateProposed] + t.states[stateHot]
	big := func(glyph safe.Text, n int, word safe.Text) safe.Text { return glyph + " " + number(n) + " " + word }
	h := m.headline()
	switch {
	case m.health.Journal != "":
		return boardSays{"▲ STOP", "the journal cannot write: nothing can be asked", toneBadStrong, true, nil}
	case h.kind == headReason:
		return boardSays{"VETOED", callNumber(h.about) + ": why?", toneStrong, true, nil}
	case h.kind == headProposed:
		tr := h.about.Transfer
		words := callNumber(h.about) + " → " + groupOf(tr) + " in " + own(strconv.Itoa(int(left(tr, m.now)/time.Second))) + " s"
		return boardSays{big("▲", hot, "HOT"), words, toneBadStrong, true, nil}
	case t.hot != nil:
		return boardSays{big("▲", hot, "HOT"), callNumber(t.hot) + " needs a hand: " + inShort(t.hot, m.now), toneBadStrong, true, nil}
	case t.queued != nil:
		n := t.states[stateQueued]
		return boardSays{big("◆", n, "WAIT"), "for a free operator, the longest " + long(m.now.Sub(t.queued.Transfer.Queued)), toneWatch, true, nil}
	case t.ask != nil:
		tr := t.ask.Transfer
		return boardSays{big("◆", t.states[stateAsk], "ASK"), callNumber(t.ask) + " → " + groupOf(tr) + ", " + seconds(m.now.Sub(tr.Since)), toneWatch, true, nil}
	case t.ears.deaf > 0 || m.frame.Deaf != "":
		return boardSays{big("?", max(t.ears.deaf, t.states[stateBlind]), "BLIND"), "not heard: nobody knows how these calls are", toneWatch, true, nil}
	case t.alert != nil:
		return boardSays{big("", t.states[stateAlert], "ALERT"), callNumber(t.alert) + ": " + inShort(t.alert, m.now), toneWatch, true, nil}
	case t.calls == 0:
		return boardSays{"CALM", "no calls", toneGood, false, nil}
	}
	return boardSays{"CALM", "no call needs a hand", toneGood, false, nil}
}

// boardBanner is how many lines the state takes.
func (m *model) boardBanner() int {
	switch {
	case m.height >= 48 && m.width >= wideWidth:
		return 2*bigDots + 2
	case m.height >= bigStrip && m.width >= minWidth:
		return bigDots + 2
	}
	return 1
}

// boardState draws the state: in large letters where there is room, and always in words.
func (m *model) boardState(w int) []string {
	says, h := m.boardSays(), m.boardBanner()
	on := onPage
	if says.loud {
		on = onStrip
	}
	if h == 1 {
		l := m.theme.line(on, w)
		l.gap(1)
		l.put(says.tone, says.big)
		l.gap(2)
		m.boardWords(l, says)
		return []string{l.end()}
	}
	scale := (h - 2) / bigDots
	for scale > 1 && bigWidth(says.big, scale) > w-4 {
		scale--
	}
	cells := bigWidth(says.big, scale)
	aside := w-cells-6 >= width(m.theme.shape(says.words))+m.theme.keysCells(says.keys, 2)+4
	lines := make([]string, 0, h)
	for r := range h {
		l := m.theme.line(on, w)
		l.gap(2)
		switch dot := r - (h-scale*bigDots)/2; {
		case dot >= 0 && dot < scale*bigDots:
			l.put(says.tone, bigRow(says.big, scale, dot))
			if aside && dot == scale*bigDots/2 {
				l.gap(4)
				m.boardWords(l, says)
			}
		case !aside && r == h-1:
			m.boardWords(l, says)
		}
		lines = append(lines, l.end())
	}
	return lines
}

// boardWords writes the state's sentence, and the keys that are for it.
func (m *model) boardWords(l *line, says boardSays) {
	room := l.left - 1
	if n := m.theme.keysCells(says.keys, 2); n > 0 {
		room -= n + 3
	}
	text := clipTo(m.theme, says.words, max(room, 0))
	l.put(when(says.loud, toneStrong, toneDim), text)
	if len(says.keys) > 0 && l.left > 4 {
		l.gap(3)
		l.keys(says.keys, 2, "")
	}
}
