package tui

import (
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"

	"switchboard/engine"
	"switchboard/tui/safe"
)

func (b *historyBox) draw(m *model, w int) card {
	query, caret := b.queryLine(m, w)
	rule := m.theme.line(onPage, w)
	rule.fill(toneRule, "─", w)
	hairline := rule.end()
	list := b.listRows(m)
	rows := append([]string{query, hairline}, b.list(m, w, list)...)
	rows = append(rows, hairline)
	rows = append(rows, fit(b.detail(m, w), w, max(m.boxRoom()-len(rows), 0))...)
	c := card{title: "History", rows: rows[:min(len(rows), m.boxRoom())], caret: -1, brief: b.brief()}
	if b.typing {
		c.caret = caret
		c.keys = []key.Binding{bind("⏎", "to the calls"), m.keys.Choose, m.keys.EraseAll, m.keys.Cancel}
		return c
	}
	if len(b.past.Calls) == 0 {
		c.keys = []key.Binding{m.keys.Search, bind("⏎", "look again"), bind("esc", "close")}
		return c
	}
	c.keys = []key.Binding{bind("⏎", "replay"), m.keys.Search, pair(m.keys.Down, m.keys.Up, "choose")}
	if call, ok := b.call(); ok && len(call.Hits) > 1 {
		c.keys = append(c.keys, pair(m.keys.NextMatch, m.keys.PrevMatch, "next match"))
	}
	c.keys = append(c.keys, bind("esc", "close"))
	return c
}

// queryLine draws what is looked for, and how many calls were found.
func (b *historyBox) queryLine(m *model, w int) (string, int) {
	found := b.foundWords()
	l := m.theme.line(onPage, w)
	l.put(toneAccent, "/ ")
	room := max(l.left-width(m.theme.shape(found))-2, 8)
	typed := clipTo(m.theme, safe.Clean(b.typed, maxSearch), room)
	caret := 2 + width(m.theme.shape(typed))
	if typed == "" {
		l.put(toneDim, "words that were said, and filters")
	} else {
		l.put(toneText, typed)
	}
	if strings.HasSuffix(b.typed, " ") && !strings.HasSuffix(string(typed), " ") {
		caret++
	}
	l.gap(2)
	l.right(toneDim, found, l.left)
	return l.end(), caret
}

// foundWords says how many calls were found, of how many.
func (b *historyBox) foundWords() safe.Text {
	switch {
	case b.past.Kept == 0 && b.busy:
		return "…"
	case b.past.Kept == 0:
		return ""
	}
	text := separated(b.past.Total)
	if b.past.More {
		text += "+"
	}
	text += " of " + separated(b.past.Kept) + " calls"
	if !b.past.Complete {
		text += ", still being made"
	}
	return text
}

// separated writes a number with a comma between thousands.
func separated(n int) safe.Text {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return own(s)
}

// list draws the calls around the chosen one.
func (b *historyBox) list(m *model, w, h int) []string {
	if len(b.past.Calls) == 0 {
		return fit(b.nothing(m, w), w, h)
	}
	at := max(b.at(), 0)
	b.top = min(max(b.top, at-h+1), at, max(len(b.past.Calls)-h, 0))
	var rows []string
	for i, c := range b.past.Calls[b.top:min(b.top+h, len(b.past.Calls))] {
		rows = append(rows, b.row(m, w, c, b.top+i == at))
	}
	return fit(rows, w, h)
}

// nothing says that nothing was found, and what to leave out.
func (b *historyBox) nothing(m *model, w int) []string {
	if b.wrong != "" {
		return nil // it is said below
	}
	if b.busy && b.past.Kept == 0 {
		return []string{m.boxRow(w, toneDim, "Looking …")}
	}
	var rows []string
	for i, line := range b.past.Advice {
		to := toneDim
		if i == 0 {
			to = toneText
		}
		rows = append(rows, m.boxRow(w, to, keepIndent(line)))
	}
	return rows
}

// row draws one call: its number, when, who, how long, how he was, and what came of it.
func (b *historyBox) row(m *model, w int, c PastCall, chosen bool) string {
	r := c.Record
	on, name := onPage, toneText
	if chosen {
		on, name = onRow, toneStrong
	}
	l := m.theme.line(on, w)
	l.mark(choiceSpot(chosen, own(string(r.Session))), w)
	if chosen {
		l.put(toneAccent, "▌")
	} else {
		l.gap(1)
	}
	l.right(toneDim, "#"+own(strconv.Itoa(r.Number)), callCells)
	l.gap(2)
	l.col(toneDim, own(r.Started.In(m.zone).Format("_2 Jan 15:04")), whenCells)
	l.gap(2)
	caller, cells := pastCaller(r), min(max(w/5, 15), 28)
	l.col(name, caller, cells)
	l.gap(1)
	if w >= splitWidth+10 {
		l.col(toneDim, pick(r.Name != "", safe.Number(r.Caller)), numberCells)
		l.gap(1)
	}
	l.right(toneDim, long(r.Lasted()), longCells)
	l.gap(2)
	if r.Judged {
		sign, to := moodSign(r.Mood)
		l.col(to, sign+" "+signed(r.Mood), moodCells+1)
	} else {
		l.col(toneDim, "–", moodCells+1)
	}
	l.gap(2)
	room, matches := l.left, safe.Text("")
	if c.Matched > 0 && w >= pastNarrow {
		matches = count(c.Matched, "match", "matches")
		room -= matchCells + 2
	}
	to, words := upshot(c, room)
	l.col(to, words, room)
	l.right(toneDim, matches, l.left)
	return l.end()
}

func pastCaller(r engine.Record) safe.Text {
	if name := safe.Name(r.Name, maxName); name != "" {
		return name
	}
	return safe.Number(r.Caller)
}

// upshot says what came of a call: why an operator was brought in, what became of it, and who
// he was. In a narrow room the rule's name goes first and who he was next.
func upshot(c PastCall, room int) (tone, safe.Text) {
	came, at := c.Record.Disposition()
	erased := pick(c.Erased != 0, "  erased")
	if at < 0 {
		return toneDim, "–" + erased
	}
	to := toneDim
	switch came {
	case engine.DispositionJoined, engine.DispositionCallback:
		to = toneText
	case engine.DispositionFailed, engine.DispositionLeft, engine.DispositionQueued:
		to = toneWatch
	case engine.DispositionTakenBack, engine.DispositionVetoed, engine.DispositionNone:
	}
	b := c.Record.Brought[at]
	cause, name, who := own(b.Cause.String()), safe.Clean(b.Rule, maxRule), safe.Text("")
	if came == engine.DispositionJoined {
		if who = safe.Name(b.Called, maxName); who == "" && b.To != "" {
			who = safe.Number(b.To)
		}
		who = "  " + who
	}
	if name == "" {
		name = cause
	}
	what := " → " + own(came.String())
	for _, text := range []safe.Text{name + what + who + erased, cause + what + who + erased, cause + what + erased} {
		if width(string(text)) <= room {
			return to, text
		}
	}
	return to, own(came.String()) + erased
}

// matchCells is how many cells the number of matches takes.
const matchCells = 10

// detail draws the chosen call: who it was, and the sentences that match among those around
// them; or what can be typed, where that helps more.
func (b *historyBox) detail(m *model, w int) []string {
	room := max(m.boxRoom()-pastHead-b.listRows(m)-1, 0)
	c, ok := b.call()
	switch {
	case b.wrong != "":
		lines := append(m.boxParts(w, toneWatch, b.wrong), m.theme.empty(w))
		return append(lines, b.filters(m, w, room-len(lines))...)
	case !ok, b.typing && b.typed == "":
		return b.filters(m, w, room)
	}
	lines := []string{b.title(m, w, c)}
	if c.Erased != 0 {
		return append(lines, m.boxRow(w, toneDim, "What was said in it is erased."))
	}
	if len(c.Record.Lines) == 0 {
		return append(lines, m.boxRow(w, toneDim, "Nothing was heard in it."))
	}
	return append(lines, b.said(m, w, room-len(lines), c)...)
}

// filters lists what can be typed, in so many lines: where they are too few, the last one says
// that there is more.
func (b *historyBox) filters(m *model, w, h int) []string {
	var lines []string
	cells := 0
	for _, f := range b.past.Filters {
		cells = max(cells, width(f[0]))
	}
	for _, f := range b.past.Filters {
		l := m.theme.line(onPage, w)
		l.col(toneText, safe.Clean(f[0], maxWhy), cells)
		l.gap(2)
		l.put(toneDim, clauses(safe.Clean(f[1], maxWhy), l.left))
		lines = append(lines, l.end())
	}
	if h < 2 || len(lines) <= h {
		return lines
	}
	hidden := own("… " + strconv.Itoa(len(lines)-h+1) + " more: switchboard history --help")
	return append(lines[:h-1:h-1], m.boxRow(w, toneDim, hidden))
}

// clauses leaves out the last parts of an explanation, which begin with a semicolon, until it
// fits: half a part says less than none.
func clauses(text safe.Text, room int) safe.Text {
	for width(string(text)) > room {
		i := strings.LastIndex(string(text), "; ")
		if i < 0 {
			break
		}
		text = text[:i]
	}
	return text
}

// title names the chosen call.
func (b *historyBox) title(m *model, w int, c PastCall) string {
	r := c.Record
	l := m.theme.line(onPage, w)
	l.put(toneStrong, pastCaller(r))
	l.gap(2)
	if r.Name != "" {
		l.put(toneDim, safe.Number(r.Caller))
		l.gap(2)
	}
	if r.Ending != "" {
		l.put(toneDim, safe.Clean(r.Ending, maxWhy))
	}
	if n := len(c.Hits); n > 0 {
		text := "match " + strconv.Itoa(min(b.hit, n-1)+1) + " of " + strconv.Itoa(n)
		l.gap(2)
		l.right(toneDim, own(text), l.left)
	}
	return l.end()
}

// said draws as many sentences as there is room for: those around the chosen match, or, where
// no words were looked for, those before an operator was brought in.
func (b *historyBox) said(m *model, w, h int, c PastCall) []string {
	at := b.looked(c)
	var lines []string
	draw := func(i int) []string { return b.sentence(m, w, c, i, i == at && len(c.Hits) > 0) }
	lines = draw(at)
	from, to := at-1, at+1
	for before := true; len(lines) < h && (from >= 0 || to < len(c.Record.Lines)); before = !before {
		switch {
		case before && from >= 0:
			block := draw(from)
			if len(lines)+len(block) > h && len(lines) >= h/2 {
				from = -1
				continue
			}
			lines = append(slices.Clip(block), lines...)
			from--
		case !before && to < len(c.Record.Lines):
			lines = append(lines, draw(to)...)
			to++
		}
	}
	return lines
}

// looked is the sentence that is looked at: the chosen match, or the last before an operator
// was brought in, or the last.
func (b *historyBox) looked(c PastCall) int {
	if n := len(c.Hits); n > 0 {
		return c.Hits[min(b.hit, n-1)].Line
	}
	last := len(c.Record.Lines) - 1
	_, at := c.Record.Disposition()
	if at < 0 {
		return last
	}
	for i, u := range slices.Backward(c.Record.Lines) {
		if !u.Start.After(c.Record.Brought[at].Asked) {
			return i
		}
	}
	return 0
}

// sentence draws one sentence with its time, who said it, how it scored, and where the words
// stand that were looked for.
func (b *historyBox) sentence(m *model, w int, c PastCall, i int, chosen bool) []string {
	u := c.Record.Lines[i]
	text, marks := safe.Clean(u.Text, maxWords), [][2]int(nil)
	if at := slices.IndexFunc(c.Hits, func(h PastHit) bool { return h.Line == i }); at >= 0 {
		text, marks = safe.Clean(c.Hits[at].Text, maxWords), c.Hits[at].Marks
	}
	gutter, sign, to := safe.Text("│"), safe.Text(""), toneDim
	score := safe.Text("")
	if u.Scored && u.Speaker == engine.SpeakerCustomer {
		gutter, sign, to = weight(u.Polarity, negativeLimit)
		score = sign + " " + signed(u.Polarity)
	}
	reads := toneText
	if len(c.Hits) > 0 && len(marks) == 0 || u.Speaker == engine.SpeakerPrompt {
		reads = toneDim
	}
	const before = timeCells + 2 + speakerCells + 4
	room := max(min(w, pastWidest)-before-scoreCells-1, 8)
	var lines []string
	done := 0 // bytes of text that are drawn
	for n, part := range wrap(string(text), room) {
		l := m.theme.line(onPage, w)
		if chosen {
			l.put(toneAccent, "▌")
		} else {
			l.gap(1)
		}
		l.col(toneDim, pick(n == 0, clockTime(u.Start, m.zone)), timeCells)
		l.gap(2)
		l.col(speakerTone(u.Speaker), pick(n == 0, m.speaker(u.Speaker)), speakerCells)
		l.gap(1)
		l.put(to, gutter)
		l.gap(1)
		from := done + strings.Index(string(text[done:]), part)
		used := marked(l, own(part), from, marks, reads)
		done = from + len(part)
		l.gap(room - used)
		l.right(to, pick(n == 0, score), min(scoreCells+1, l.left))
		lines = append(lines, l.end())
	}
	return lines
}

// marked writes a part of a text that begins at a byte of it, with what is marked standing
// out, and returns how many cells it took. A mark is bold, also where there is no colour.
func marked(l *line, part safe.Text, from int, marks [][2]int, reads tone) int {
	used, at := 0, 0
	for _, k := range marks {
		a, z := max(k[0]-from, at), min(k[1]-from, len(part))
		if a >= z {
			continue
		}
		used += l.put(reads, part[at:a])
		used += l.put(toneAccent, part[a:z])
		at = z
	}
	return used + l.put(reads, part[at:])
}

// brief is the search in one line, where there is no room for a box.
func (b *historyBox) brief() safe.Text {
	text := "/ " + safe.Clean(b.typed, maxSearch) + pick(b.typing, "▏")
	if c, ok := b.call(); ok {
		text += "  #" + own(strconv.Itoa(c.Record.Number)) + " " + pastCaller(c.Record)
	}
	return text + "  esc back"
}
