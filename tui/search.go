package tui

import (
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/filter"
	"switchboard/tui/safe"
)

// A search looks for something in the words of the call that is shown. It pauses them: what
// was found stays where it is while he talks on.
type search struct {
	on   bool
	word string // looked for, as it was typed
	at   string // the sentence that was gone to, by its id; empty: none has it

	tape   []spoken // in a replay: all that is said on the tape
	places []spoken // … and what of it has the word
}

// has reports whether a sentence has what is looked for.
func (s search) has(u *engine.Utterance) bool {
	return len(filter.Find(string(safe.Clean(u.Text, maxWords)), s.word)) > 0
}

// placesSaid returns the sentences that have it, by their place in the talk.
func (m *model) placesSaid() []int {
	var at []int
	if !m.search.on {
		return nil
	}
	for i := range m.talk.Lines {
		if m.search.has(&m.talk.Lines[i]) {
			at = append(at, i)
		}
	}
	return at
}

// lookFor looks for another word: from where the words are read backwards, for what was
// said last is looked for most.
func (m *model) lookFor(word, last string) {
	word = strings.TrimSpace(word)
	if m.deck != nil {
		m.lookOnTape(word)
		return
	}
	m.search = search{on: word != "", word: word}
	m.words.last = last
	m.drawn.words.forget()
	m.version++
	places := m.placesSaid()
	if len(places) == 0 {
		return
	}
	to := places[0]
	for _, i := range places {
		if i < (scroll{last}).end(m.talk.Lines) {
			to = i
		}
	}
	m.goToSaid(to)
}

// goToSaid shows a sentence, with what was said before it and, where there is room, with what
// was said after it.
func (m *model) goToSaid(i int) {
	const roomy, after = 14, 2
	m.search.at = m.talk.Lines[i].ID
	if m.layout().detail >= roomy {
		i = min(i+after, len(m.talk.Lines)-1)
	}
	m.words.last = m.talk.Lines[i].ID
	m.drawn.words.forget()
	m.version++
}

// nextSaid goes to the next sentence that has it, or the one before; behind the last stands
// the first.
func (m *model) nextSaid(by int) tea.Cmd {
	if m.deck != nil {
		return m.nextOnTape(by)
	}
	places := m.placesSaid()
	if len(places) == 0 {
		m.tell(toneDim, "Nobody said "+safe.Clean(m.search.word, maxLine)+" in what is kept of this call.")
		return nil
	}
	at := slices.IndexFunc(places, func(i int) bool { return m.talk.Lines[i].ID == m.search.at })
	if at < 0 {
		m.goToSaid(places[len(places)-1])
		return nil
	}
	m.goToSaid(places[(at+by+len(places))%len(places)])
	return nil
}

// endSearch goes on reading where the search has led; f follows again.
func (m *model) endSearch() {
	m.search = search{}
	m.drawn.words.forget()
	m.version++
}

// leaveSearch ends it where another call is shown; a tape is searched whole.
func (m *model) leaveSearch() {
	if m.deck == nil {
		m.search = search{}
	}
}

// hits tells which of the sentences that have it is gone to: 3 of 8.
func (m *model) hits() safe.Text {
	if m.deck != nil {
		at := slices.IndexFunc(m.search.places, func(s spoken) bool { return s.id == m.search.at })
		return hitWords(at, len(m.search.places), " on the tape")
	}
	places := m.placesSaid()
	at := slices.IndexFunc(places, func(i int) bool { return m.talk.Lines[i].ID == m.search.at })
	return hitWords(at, len(places), "")
}

func hitWords(at, of int, where safe.Text) safe.Text {
	switch {
	case of == 0:
		return "not said" + where
	case at < 0:
		return count(of, "sentence", "sentences") + where
	}
	return own(strconv.Itoa(at+1) + " of " + strconv.Itoa(of))
}

// searchTold tells what is looked for in the words; empty: nothing is.
func (m *model) searchTold() safe.Text {
	if !m.search.on {
		return ""
	}
	text := "search: " + safe.Clean(m.search.word, maxLine) + " · " + m.hits()
	if m.deck != nil { // what n and N do stands beside it
		return text
	}
	return text + " · " + word(m.keys.NextFound) + " " + word(m.keys.PrevFound) + " next, before · esc ends"
}

// nextHints says what n and N do in a replay.
func (m *model) nextHints() key.Binding {
	if m.search.on {
		return pair(m.keys.HotOn, m.keys.HotBack, "match")
	}
	return pair(m.keys.HotOn, m.keys.HotBack, "hot moment")
}

// A searchLine takes what is looked for in the words.
type searchLine struct {
	typedLine
	before string // the sentence that they were read up to
}

func (m *model) openSearch() {
	if _, ok := m.list.call(); !ok && m.deck == nil {
		m.tell(toneDim, "There is no call whose words could be searched.")
		return
	}
	b := &searchLine{before: m.words.last}
	m.notice = notice{}
	m.openBox(b, 0)
}

func (b *searchLine) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch typed := b.text; {
	case key.Matches(k, m.keys.Cancel), key.Matches(k, m.keys.Erase) && typed == "":
		m.box = nil
		m.endSearch()
		m.words.last = b.before
	case key.Matches(k, m.keys.Confirm):
		m.box = nil
		if m.deck != nil && m.search.on && m.search.at == "" {
			return m.nextSaid(1)
		}
	case key.Matches(k, m.keys.Choose):
		if m.search.on {
			return m.nextSaid(pickStep(k.String() == "down"))
		}
	case b.typedLine.press(m, k) && b.text != typed:
		m.lookFor(b.text, b.before)
	}
	return nil
}

func pickStep(on bool) int {
	if on {
		return 1
	}
	return -1
}

func (b *searchLine) paste(m *model, text string) tea.Cmd {
	b.write(text)
	m.lookFor(b.text, b.before)
	return nil
}

func (b *searchLine) follow(*model) {}

// told says what came of it; nothing while nothing is typed.
func (b *searchLine) told(m *model) (safe.Text, tone) {
	switch {
	case !m.search.on:
		return "", toneDim
	case m.search.at == "" && len(m.search.places) == 0:
		return m.hits(), toneWatch
	}
	return m.hits(), toneText
}

func (b *searchLine) line(m *model, w int) (string, int) {
	l := m.theme.line(onPage, w)
	l.gap(1)
	l.put(toneAccent, "/")
	l.gap(1)
	told, to := b.told(m)
	if m.deck != nil && told != "" { // it has no row for its keys
		told += " · ⏎ goes there"
	}
	room := max(l.left-width(m.theme.shape(told))-3, 8)
	caret := 3
	if b.text == "" {
		l.col(toneDim, m.searchedIn(), room)
	} else {
		caret += b.typedLine.draw(l, room, piece{len(b.text), len(b.text), toneText})
	}
	l.gap(2)
	l.right(to, told, l.left-1)
	return l.end(), caret
}

func (m *model) searchedIn() safe.Text {
	if m.deck != nil {
		return "words on this tape"
	}
	return "words of this call"
}

func (b *searchLine) keys(m *model, w int) string {
	l := m.theme.line(onPage, w)
	m.hintsInto(l, []key.Binding{bind("⏎", "keep"), bind("esc", "end"), bind("↑ ↓", "match before, next"), m.keys.EraseAll})
	return l.end()
}

func (b *searchLine) draw(m *model, w int) card {
	told, _ := b.told(m)
	return card{brief: "/ " + m.tailOf(safe.Clean(b.text, maxLine), max(w-4-width(string(told)), 8)) + "▏ " + told, caret: -1}
}

// Signs that every terminal has, without colours too.
const (
	markThere = "\x1b[4m"
	markHere  = "\x1b[7m"
)

// marked writes one part of a wrapped text into so many cells, with what is looked for
// underlined; in the sentence that was gone to it is reversed.
func (l *line) marked(to tone, part string, cells int, spans []filter.Span, sign string) {
	from := 0
	for _, s := range spans {
		if s.From < from {
			continue
		}
		cells -= l.put(to, own(part[from:s.From]))
		word := part[s.From:s.To]
		if w := width(word); w <= l.left {
			l.left -= w
			cells -= w
			l.b.WriteString(l.theme.sgr[l.on][to] + sign + word + reset)
		}
		from = s.To
	}
	l.col(to, own(part[from:]), cells)
}

// looked are the places of what is looked for in a drawn text, and how they are marked.
type looked struct {
	spans []filter.Span
	sign  string
}

// looks finds what is looked for in a sentence.
func (m *model) looks(u *engine.Utterance, shaped string) looked {
	if !m.search.on {
		return looked{}
	}
	l := looked{filter.Find(shaped, m.search.word), markThere}
	if u.ID == m.search.at {
		l.sign = markHere
	}
	return l
}

// within are the places in one part of the text, which begins so many bytes into it.
func (l looked) within(begin, size int) []filter.Span {
	var spans []filter.Span
	for _, s := range l.spans {
		from, to := max(s.From-begin, 0), min(s.To-begin, size)
		if from < to {
			spans = append(spans, filter.Span{From: from, To: to})
		}
	}
	return spans
}
