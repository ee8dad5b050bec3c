package tui

import (
	"errors"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/filter"
	"switchboard/tui/safe"
)

// A filterLine takes a filter, and filters as one types. What is not understood yet leaves
// the calls as they are, and says what is missing.
type filterLine struct {
	typedLine
	wrong  *filter.Error    // of what is typed
	begun  bool             // the last word may become a key: no call has it, and it hides none
	origin engine.SessionID // selected before

	offers []filter.Offer
	taken  int // of the offers, by tab; -1: none

	past  int    // how many filters back
	draft string // what was typed before ↑
}

// openFilter opens the line: where words are read it searches them, elsewhere it filters
// the calls.
func (m *model) openFilter() {
	switch {
	case m.deck != nil, m.open, m.focus == paneWords && !m.isFull:
		m.openSearch()
	case m.isFull:
		m.tell(toneDim, "esc goes back to the calls: "+word(m.keys.Filter)+" filters them there.")
	default:
		b := &filterLine{origin: m.list.selected, taken: -1}
		if m.filtered() {
			b.set(m.filter.is.String() + " ")
		}
		b.offer(m)
		m.notice = notice{}
		m.openBox(b, 0)
	}
}

func (b *filterLine) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	before := m.list.selected
	switch typed := b.text; {
	case key.Matches(k, m.keys.Cancel):
		b.leave(m)
	case key.Matches(k, m.keys.Confirm):
		b.keep(m)
	case key.Matches(k, m.keys.Help):
		m.openFilterHelp(b)
	case key.Matches(k, m.keys.Complete):
		b.complete(m, 1)
	case k.String() == "shift+tab":
		b.complete(m, -1)
	case key.Matches(k, m.keys.Choose):
		b.recall(m, k.String() == "up")
	case key.Matches(k, m.keys.Erase) && typed == "":
		b.leave(m)
	case b.typedLine.press(m, k) && b.text != typed:
		b.changed(m)
	}
	if m.list.selected != before {
		return m.turn()
	}
	return nil
}

func (b *filterLine) paste(m *model, text string) tea.Cmd {
	before := m.list.selected
	b.write(text)
	b.changed(m)
	if m.list.selected != before {
		return m.turn()
	}
	return nil
}

// changed filters by what is typed now.
func (b *filterLine) changed(m *model) {
	b.past, b.draft = 0, b.text
	b.offer(m)
	b.filter(m)
}

// filter shows the calls that what is typed lets through, as far as it is understood.
func (b *filterLine) filter(m *model) {
	b.begun = false
	f, wrong, ok := understood(b.text)
	b.wrong = wrong
	if !ok {
		return
	}
	if wrong == nil && m.matching(f) == 0 {
		if before, ok := b.beforeKey(); ok {
			b.begun, f = true, before
		}
	}
	b.show(m, f)
}

// understood reads what can be understood of a text: what cannot is left out, and the first
// of it told. Where too much of it cannot, nothing is.
func understood(text string) (f filter.Filter, wrong *filter.Error, ok bool) {
	const most = 3 // an alternative takes its bar with it
	for range most {
		f, err := filter.Parse(text)
		var here *filter.Error
		if !errors.As(err, &here) {
			return f, wrong, true
		}
		if wrong == nil {
			wrong = here
		}
		text = text[:here.From] + " " + text[here.To:]
	}
	return filter.Filter{}, wrong, false
}

// beforeKey returns the filter without its last word, where that may become a key.
func (b *filterLine) beforeKey() (filter.Filter, bool) {
	if len(b.offers) == 0 || strings.HasSuffix(b.text, " ") {
		return filter.Filter{}, false
	}
	o := b.offers[0]
	if !strings.HasSuffix(o.Word, ":") && !strings.HasSuffix(o.Word, "<") {
		return filter.Filter{}, false
	}
	f, err := filter.Parse(strings.TrimSuffix(o.Text, o.Word))
	return f, err == nil
}

// show applies a filter. The call that was selected stays so where it matches; otherwise
// the first one that does is, until esc.
func (b *filterLine) show(m *model, f filter.Filter) {
	origin, there := m.frame.Session(b.origin)
	m.list.selected = ""
	if there && m.lets(f)(origin) {
		m.list.selected = b.origin
	}
	chosen := m.list.selected != ""
	m.apply(f)
	if !chosen {
		m.list.point(0)
		m.list.clamp()
	}
}

// keep gives the keys back to the list. What is not understood is not kept.
func (b *filterLine) keep(m *model) {
	f, err := filter.Parse(b.text)
	if err != nil {
		return // the line says why
	}
	m.box = nil
	if f.Empty() {
		m.clearFilter("")
		return
	}
	b.show(m, f)
	m.keepFilter(f)
}

// leave clears the filter and goes back to where it was opened.
func (b *filterLine) leave(m *model) {
	m.box = nil
	m.clearFilter("")
	m.pointAt(b.origin)
}

// offer finds how what is typed may go on.
func (b *filterLine) offer(m *model) {
	b.offers, b.taken = nil, -1
	if b.at == len(b.text) {
		b.offers = filter.Complete(b.text, m.known)
	}
}

// complete takes the next offer, or the one before.
func (b *filterLine) complete(m *model, by int) {
	if b.at < len(b.text) {
		b.at = len(b.text)
		b.offer(m)
	}
	if len(b.offers) == 0 {
		return
	}
	if b.taken < 0 && by < 0 {
		b.taken = 0
	}
	b.taken = (b.taken + by + len(b.offers)) % len(b.offers)
	b.set(b.offers[b.taken].Text)
	if len(b.offers) == 1 { // it goes on behind it
		b.offer(m)
	}
	b.filter(m)
}

// recall puts a filter of before in place, or what was typed before that.
func (b *filterLine) recall(m *model, back bool) {
	past := m.filter.past
	if back {
		b.past = min(b.past+1, len(past))
	} else {
		b.past = max(b.past-1, 0)
	}
	if b.past == 0 {
		b.set(b.draft)
	} else {
		b.set(past[len(past)-b.past])
	}
	b.offer(m)
	b.filter(m)
}

func (b *filterLine) follow(*model) {}

// told says how many calls are shown, in words that are true also of what is half typed.
func (b *filterLine) told(m *model) (safe.Text, tone) {
	text, to := m.counted(), toneText
	if b.wrong != nil || b.begun {
		text, to = text+" so far", toneWatch
	}
	if hidden := m.hiddenTold(); hidden != "" {
		text, to = text+" · "+hidden, toneWatch
	}
	return text, to
}

func (b *filterLine) line(m *model, w int) (string, int) {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.put(toneAccent, "/")
	l.gap(1)
	told, to := b.told(m)
	room := max(l.left-width(m.theme.shape(told))-3, 8)
	wrong := piece{len(b.text), len(b.text), toneWatch}
	if b.wrong != nil {
		wrong.from, wrong.to = b.wrong.From, b.wrong.To
	}
	caret := 3
	if b.text == "" {
		l.col(toneDim, "words, or state:hold mood<-.2 with:ida", room)
	} else {
		caret += b.typedLine.draw(l, room, wrong)
	}
	l.gap(2)
	l.right(to, told, l.left-1)
	return l.end(), caret
}

// keys says what does not serve, or else how what is typed may go on.
func (b *filterLine) keys(m *model, w int) string {
	l := m.theme.line(onPage, w)
	if b.wrong != nil && b.text != "" {
		l.gap(1)
		l.put(toneWatch, clipTo(m.theme, capital(safe.Clean(b.wrong.Why, maxWhy)), l.left))
		l.gap(2)
		if len(b.offers) > 0 {
			m.hintsInto(l, []key.Binding{m.keys.Complete})
		} else {
			m.hintsInto(l, []key.Binding{m.keys.Help})
		}
		b.offersInto(l)
		return l.end()
	}
	hints := []key.Binding{bind("⏎", "keep"), bind("esc", "clear"), m.keys.Help}
	if len(m.filter.past) > 0 {
		hints = append(hints, bind("↑", "before"))
	}
	if len(b.offers) > 0 {
		hints = append(hints, m.keys.Complete)
	}
	m.hintsInto(l, hints)
	b.offersInto(l)
	return l.end()
}

// offersInto writes how what is typed may go on, from the offer that was taken on: as many
// whole ones as fit.
func (b *filterLine) offersInto(l *line) {
	l.gap(2)
	for i, o := range b.offers[min(max(b.taken, 0), len(b.offers)):] {
		word := safe.Clean(o.Word, maxName)
		if width(l.theme.shape(word))+2 > l.left {
			break
		}
		to := toneDim
		if i == 0 && b.taken >= 0 {
			to = toneStrong
		}
		l.put(to, word)
		l.gap(2)
	}
}

func (b *filterLine) draw(m *model, w int) card {
	told := m.counted()
	if n := m.hiddenInNeed(); n > 0 {
		told += own(" · "+strconv.Itoa(n)) + " hidden in need"
	}
	brief := "/ " + m.tailOf(safe.Clean(b.text, maxLine), max(w-4-width(string(told)), 8)) + "▏ " + told
	if b.wrong != nil && b.text != "" {
		brief = "/ " + m.tailOf(safe.Clean(b.text, maxLine), w/3) + "▏ " + capital(safe.Clean(b.wrong.Why, maxWhy))
	}
	return card{brief: brief, caret: -1}
}

// A filterHelp tells what can be typed, and goes back to the line that it was opened from.
type filterHelp struct {
	textBox
	from *filterLine
}

// openFilterHelp tells what can be typed in a filter.
func (m *model) openFilterHelp(from *filterLine) {
	m.openBox(&filterHelp{textBox{title: "Filter", lines: filterHelpLines()}, from}, 0)
}

func (b *filterHelp) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	if key.Matches(k, m.keys.Help) {
		m.box = nil
	} else {
		b.textBox.press(m, k)
	}
	if m.box == nil && b.from != nil {
		m.box = b.from
	}
	return nil
}

// filterHelpLines are made from the table that the parser reads.
func filterHelpLines() []safe.Text {
	lines := []safe.Text{"Calls that match all that is typed. Case and accents do not matter.", ""}
	for _, l := range filter.Help() {
		lines = append(lines, own(l.Typed+spaces(max(24-len(l.Typed), 2))+l.Says))
	}
	for _, e := range filter.Keys() {
		if len(e.Closed) == 0 {
			continue
		}
		lines = append(lines, "", own(e.Name+":"))
		for _, w := range e.Closed {
			lines = append(lines, own("  "+w.Word+spaces(max(14-len(w.Word), 2))+w.Says))
		}
	}
	return append(lines, "",
		"Words are looked for in names, numbers, who has claimed it, and in the",
		"sentences that a rule quoted. All that was said is not at hand here:",
		"open a call, and / searches its words; :history, in calls that are over.",
		"",
		"A part of a word will do. n N go on beyond the page, esc clears.",
		":view save NAME keeps a filter, :views shows those that are kept.")
}
