package tui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// Sizes of the palette.
const (
	paletteRows = 18 // offers that are shown at once, where there is room
	paletteHead = 2  // rows above them: what is typed, and air
	maxUsed     = 16 // that are remembered as used
	keyCells    = 8  // of the column of keys
)

// A paletteBox finds every act of the screen and every command by typing, and shows its key,
// so that it teaches itself. What it offers is held as it was when it opened: each offer that
// acts on a call names it, and acts on no other, whatever is selected by then.
type paletteBox struct {
	typed  string
	at     int              // of those that fit
	moved  bool             // with the arrows: before that, or a letter, nothing is chosen
	of     engine.SessionID // whose acts alone are offered; empty: all
	title  safe.Text
	offers []offer
	order  []int // of the offers, before anything is typed
	found  []offer
	fresh  bool   // found is what fits
	sought string // this
}

// An offer is an act or a command in the palette.
type offer struct {
	id      string   // of the act, or the command's name
	command *command // nil: an act
	entry   entry    // of the act
	call    engine.SessionID
	caller  safe.Text
	last    act // for what is to be taken back
	label   safe.Text
	words   safe.Text
	key     safe.Text
	why     safe.Text // it cannot be done now; empty: it can
	marks   []int     // bytes of the label that what is typed fits
	values  []value   // that may follow the command
	value   string    // the one that does; empty: what is typed
}

// openPalette opens the palette of everything.
func (m *model) openPalette() {
	m.openBox(m.palette("Command", ""), 0)
}

// openPaletteFor opens the palette of what can be done to one call, whichever is selected.
func (m *model) openPaletteFor(call engine.SessionID) {
	s, ok := m.frame.Session(call)
	if !ok {
		m.tell(toneDim, "That call is no longer there.")
		return
	}
	m.openBox(m.palette("Command: "+callerOf(s), call), boxDead)
}

// palette returns one that is not open yet. Before anything is typed what was used last comes
// first, then what can be done now; the order stays as it is then.
func (m *model) palette(title safe.Text, of engine.SessionID) *paletteBox {
	b := &paletteBox{title: title, of: of, offers: m.offers(of)}
	for i := range b.offers {
		b.order = append(b.order, i)
	}
	slices.SortStableFunc(b.order, func(x, y int) int { return cmp.Compare(m.rank(b.offers[x]), m.rank(b.offers[y])) })
	return b
}

// chosen is the offer that Enter runs, or -1: nothing was typed, and a key that was meant
// for something else must not act on a call.
func (b *paletteBox) chosen() int {
	if b.typed == "" && !b.moved {
		return -1
	}
	return b.at
}

// wanted is what is looked for.
func (b *paletteBox) wanted() string { return strings.TrimLeft(b.typed, " :") }

// How well an offer fits what is typed, the best first.
const (
	fitsWhole    = iota // it is the command
	fitsCommand         // the command begins so
	fitsBegin           // the label begins so
	fitsWithin          // the label has it
	fitsFuzzy           // the letters are there in their order
	fitsSentence        // the words about it have it
	fitsNot
)

// fits returns the offers that fit what is typed, the best first. A command with what
// follows it is that command alone.
func (b *paletteBox) fits() []offer {
	if !b.fresh || b.sought != b.typed {
		b.found, b.fresh, b.sought = b.fitting(), true, b.typed
	}
	return b.found
}

func (b *paletteBox) fitting() []offer {
	typed := strings.ToLower(b.wanted())
	if o, ok := b.whole(typed); ok {
		valued := o.valued(typed)
		if len(valued) == 1 && valued[0].value == "" {
			return append(b.longer(typed, o), o)
		}
		return append(valued, b.longer(typed, o)...)
	}
	typed = strings.TrimSpace(typed)
	if typed == "" {
		fit := make([]offer, len(b.order))
		for i, at := range b.order {
			fit[i] = b.offers[at]
		}
		return fit
	}
	type ranked struct {
		offer
		fit, score int
	}
	var all []ranked
	for i, match := range b.matches(typed) {
		r := ranked{offer: b.offers[i], score: match.Score}
		r.fit = r.fitness(typed, len(match.MatchedIndexes) > 0)
		if r.fit == fitsNot {
			continue
		}
		r.mark(typed, match.MatchedIndexes)
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(x, y ranked) int {
		if x.fit != y.fit || x.fit != fitsFuzzy {
			return cmp.Compare(x.fit, y.fit)
		}
		return cmp.Compare(y.score, x.score)
	})
	fit := make([]offer, len(all))
	for i, r := range all {
		fit[i] = r.offer
	}
	return fit
}

// matches are the labels in the order of the offers, and how well the letters fit each.
func (b *paletteBox) matches(typed string) []fuzzy.Match {
	labels := make([]string, len(b.offers))
	for i, o := range b.offers {
		labels[i] = string(o.label)
	}
	all := make([]fuzzy.Match, len(labels))
	for _, match := range fuzzy.Find(typed, labels) {
		if match.Score >= leastScore {
			all[match.Index] = match
		}
	}
	return all
}

// leastScore is how well letters must fit: strewn over a long label they say nothing.
const leastScore = -10

// fitness is how an offer fits what is typed.
func (o offer) fitness(typed string, letters bool) int {
	label := strings.ToLower(string(o.label))
	switch {
	case o.command != nil && o.id == typed:
		return fitsWhole
	case o.command != nil && strings.HasPrefix(o.id, typed):
		return fitsCommand
	case strings.HasPrefix(label, typed):
		return fitsBegin
	case strings.Contains(label, typed):
		return fitsWithin
	case letters:
		return fitsFuzzy
	case strings.Contains(strings.ToLower(string(o.words)+" "+o.id), typed):
		return fitsSentence
	}
	return fitsNot
}

// longer are the commands whose own names begin as what is typed, where it may also be a
// command with what follows it: view save, beside the view named save.
func (b *paletteBox) longer(typed string, than offer) []offer {
	var all []offer
	for _, o := range b.offers {
		if o.command != nil && len(o.id) > len(than.id) && strings.HasPrefix(o.id, typed) {
			all = append(all, o)
		}
	}
	return all
}

// mark notes which letters of the label fit: the whole of what is typed where it stands
// there, and else those that the search has found.
func (o *offer) mark(typed string, letters []int) {
	label := strings.ToLower(string(o.label))
	at := strings.Index(label, typed)
	if at < 0 || len(label) != len(o.label) {
		o.marks = letters
		return
	}
	for i := range typed {
		o.marks = append(o.marks, at+i)
	}
}

// whole returns the command that is typed with what follows it; of two that begin alike the
// longer.
func (b *paletteBox) whole(typed string) (best offer, ok bool) {
	for _, o := range b.offers {
		if o.command != nil && o.command.takes != "" && strings.HasPrefix(typed, o.id+" ") && len(o.id) > len(best.id) {
			best, ok = o, true
		}
	}
	return best, ok
}

func (b *paletteBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	fit := b.fits()
	switch {
	case key.Matches(k, m.keys.Cancel):
		m.box = nil
	case key.Matches(k, m.keys.Choose):
		by := -1
		if k.String() == "down" {
			by = 1
		}
		b.at = min(max(b.chosen()+by, 0), max(len(fit)-1, 0))
		b.moved = true
	case key.Matches(k, m.keys.Complete):
		b.complete(fit)
	case key.Matches(k, m.keys.Confirm):
		switch {
		case b.chosen() < 0:
			m.tell(toneDim, "Type a command, or choose one with ↑ ↓.")
		case len(fit) == 0:
			m.tell(toneWatch, "There is no such command; erase it to see all of them.")
		default:
			return b.run(m, fit)
		}
	case key.Matches(k, m.keys.Erase):
		if b.typed == "" {
			m.box = nil
			return nil
		}
		_, size := utf8.DecodeLastRuneInString(b.typed)
		b.typed, b.at, b.moved = b.typed[:len(b.typed)-size], 0, false
	case key.Matches(k, m.keys.EraseAll):
		b.typed, b.at, b.moved = "", 0, false
	case k.Text != "":
		b.write(k.Text)
	}
	return nil
}

// write appends what was typed or pasted.
func (b *paletteBox) write(text string) {
	clean := string(safe.Clean(b.typed+text, maxCommand+1))
	if strings.HasSuffix(text, " ") && !strings.HasSuffix(clean, " ") && clean != "" {
		clean += " "
	}
	if utf8.RuneCountInString(clean) <= maxCommand {
		b.typed, b.at, b.moved = clean, 0, false
	}
}

// complete types the rest of the chosen command.
func (b *paletteBox) complete(fit []offer) {
	if b.at >= len(fit) || fit[b.at].command == nil {
		return
	}
	c := *fit[b.at].command
	if at := b.nextValue(fit); at >= 0 {
		b.typed, b.at, b.moved = c.name+" "+fit[at].value, 0, false
		return
	}
	if c.takes != "" && strings.HasPrefix(strings.ToLower(b.wanted()), c.name) {
		if !strings.HasSuffix(b.typed, " ") && strings.EqualFold(b.wanted(), c.name) {
			b.typed += " "
		}
		return
	}
	b.typed, b.at, b.moved = c.name, 0, false
	if c.takes != "" {
		b.typed += " "
	}
}

// nextValue is the offer whose value completes what is typed: the chosen one, or the first
// where the command itself is chosen and its values stand below it; -1 where there is none.
func (b *paletteBox) nextValue(fit []offer) int {
	at := b.at
	if fit[at].value == "" && strings.HasSuffix(b.typed, " ") {
		at++
	}
	if at < len(fit) && fit[at].value != "" && fit[at].id == fit[b.at].id {
		return at
	}
	return -1
}

// run does what is chosen. A command that wants more is completed instead; what cannot be
// done now says why, and the palette stays.
func (b *paletteBox) run(m *model, fit []offer) tea.Cmd {
	o := fit[min(b.at, len(fit)-1)]
	if o.why != "" {
		m.tell(toneWatch, o.said()+": "+o.why+".")
		return nil
	}
	if o.command == nil {
		m.box = nil
		m.use(o.id)
		return m.do(o)
	}
	c := *o.command
	typed := b.wanted()
	rest := ""
	if len(typed) >= len(c.name) && strings.EqualFold(typed[:len(c.name)], c.name) {
		rest = strings.TrimSpace(typed[len(c.name):])
	}
	if o.value != "" {
		rest = o.value
	}
	if c.takes != "" && !c.alone() && rest == "" {
		b.complete(fit)
		return nil
	}
	if o.meansSelected(rest) && !m.stillMeans(o) { // what was typed stays
		return nil
	}
	m.box = nil
	m.use(o.id)
	return c.run(m, rest)
}

// said is what an offer is called in a sentence.
func (o offer) said() safe.Text {
	if o.command != nil {
		return capital(own(o.id))
	}
	return own(strings.TrimSuffix(string(o.label), " …"))
}

// meansSelected reports whether a command, with what follows it, is about the call that was
// selected when it was offered: export 12 is about another, and a note without # about none.
func (o offer) meansSelected(rest string) bool {
	first, _, _ := strings.Cut(rest, " ")
	switch o.id {
	case "note":
		return first == "#"
	case "export":
		return !safe.Digits(strings.TrimLeft(first, "#s")) || strings.TrimLeft(first, "#s") == ""
	}
	return true
}

// stillMeans selects the call that a command was offered for, or says that it is gone.
func (m *model) stillMeans(o offer) bool {
	if o.call == "" || o.call == m.list.selected || m.pointAt(o.call) {
		return true
	}
	m.tell(toneWatch, "The call of "+o.caller+" is gone from the list: nothing was done.")
	return false
}

// use remembers what was chosen.
func (m *model) use(id string) {
	m.used = slices.DeleteFunc(m.used, func(u string) bool { return u == id })
	m.used = slices.Insert(m.used, 0, id)
	m.used = m.used[:min(len(m.used), maxUsed)]
}

// follow tells anew what can be done, and changes nothing else: no row moves.
func (b *paletteBox) follow(m *model) {
	for i := range b.offers {
		b.offers[i].why = m.unable(b.offers[i])
	}
	b.fresh = false
}

func (b *paletteBox) draw(m *model, w int) card {
	input := m.theme.line(onPage, w)
	input.put(toneAccent, ": ")
	typed := m.tailOf(safe.Clean(b.typed, maxCommand), w-4)
	caret := 2 + width(m.theme.shape(typed))
	input.put(toneText, typed)
	if typed == "" {
		input.put(toneDim, "type a few letters of what you want")
	}
	if strings.HasSuffix(b.typed, " ") && !strings.HasSuffix(string(typed), " ") {
		caret++
	}
	rows := []string{input.end(), m.theme.empty(w)}
	fit := b.fits()
	room := max(min(m.boxRoom()-paletteHead, paletteRows), 1)
	top, shown := 0, len(fit)
	if shown > room { // one line tells of the rest
		shown = max(room-1, 1)
		top = min(max(b.chosen()-shown+1, 0), len(fit)-shown)
	}
	for i, o := range fit[top : top+shown] {
		rows = append(rows, b.row(m, w, o, top+i == b.chosen()))
	}
	if hidden := len(fit) - shown; hidden > 0 {
		rows = append(rows, m.boxRow(w, toneDim, own("  … "+strconv.Itoa(hidden)+" more: type a letter, or ↑ ↓")))
	}
	if len(fit) == 0 {
		rows = append(rows, m.boxRow(w, toneDim, "There is no such command."))
	}
	for len(rows) < min(len(b.offers), room)+paletteHead { // the box keeps its size while it narrows
		rows = append(rows, m.theme.empty(w))
	}
	return card{
		title: b.title, rows: rows, caret: caret,
		keys:  []key.Binding{bind("⏎", "run"), m.keys.Choose, m.keys.Complete, m.keys.Cancel},
		brief: b.brief(fit, typed),
	}
}

// brief is the palette on one line: what is typed, and what Enter would do.
func (b *paletteBox) brief(fit []offer, typed safe.Text) safe.Text {
	text := ":" + typed + "▏ "
	switch at := b.chosen(); {
	case len(fit) == 0:
		return text + "no such command, esc back"
	case at < 0:
		return text + "type a command, esc back"
	case fit[at].why != "":
		return text + fit[at].label + ": " + fit[at].why
	default:
		return text + "⏎ " + fit[at].label
	}
}

// row draws an offer: its label with the letters that fit, what it is or why it cannot be
// done, and its key.
func (b *paletteBox) row(m *model, w int, o offer, chosen bool) string {
	on, to := onPage, toneText
	if chosen {
		on, to = onRow, toneStrong
	}
	if o.why != "" {
		to = toneDim
	}
	l := m.theme.line(on, w)
	if chosen {
		l.put(toneAccent, "▌")
	} else {
		l.gap(1)
	}
	l.gap(1)
	words := o.words
	if o.why != "" {
		words = o.why
	}
	if o.command == nil && o.why == "" {
		words = ""
	}
	room := l.left - keyCells - 1
	cells := room
	if words != "" {
		cells = min(16, room*2/5)
		if o.command == nil || o.value != "" { // the reason may be cut, the call's name not
			cells = min(max(width(m.theme.shape(o.label)), cells), room*3/4)
		}
	}
	l.lettered(to, o.label, o.marks, cells)
	if words != "" {
		l.gap(2)
		l.col(toneDim, words, room-cells-2)
	}
	l.gap(1)
	l.right(toneAccent, o.key, l.left)
	return l.end()
}

// lettered writes a text into exactly w cells, with the letters that begin at some of its bytes
// in the accent.
func (l *line) lettered(to tone, text safe.Text, marks []int, w int) {
	w = min(w, l.left)
	free := l.left - w
	if width(l.theme.shape(text)) > w || len(marks) == 0 {
		l.col(to, text, w)
		return
	}
	begin, accent := 0, false
	for i := range text {
		if is := slices.Contains(marks, i); is != accent {
			l.put(toneOf(accent, to), text[begin:i])
			begin, accent = i, is
		}
	}
	l.put(toneOf(accent, to), text[begin:])
	l.gap(l.left - free)
}

func toneOf(accent bool, to tone) tone {
	if accent {
		return toneAccent
	}
	return to
}
