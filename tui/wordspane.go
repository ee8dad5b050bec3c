package tui

import (
	"slices"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A wordsPane is what was said in the selected call. It follows what is said until it is
// scrolled up.
type wordsPane struct {
	scroll
	newest string // the id of the newest sentence when it was paused
	marked string // the id of the sentence that ] or [ went to
}

func (*wordsPane) title() safe.Text { return "Words" }

func (*wordsPane) in(s shape) bool {
	switch s {
	case shapeStacked, shapeSplit, shapeWide, shapeOpen, shapeOpenWide:
		return true
	case shapeLine, shapeList, shapeFull:
	}
	return false
}

func (*wordsPane) draw(m *model, w, h int) []string {
	return append([]string{m.callTitle(w, false)}, m.transcript(w, h-1)...)
}

func (*wordsPane) press(*model, tea.KeyPressMsg) (tea.Cmd, bool) { return nil, false }

func (*wordsPane) hints(m *model) []key.Binding {
	k := m.keys
	return []key.Binding{pair(k.Down, k.Up, "scroll"), k.Follow, pair(k.HotLater, k.HotEarlier, "hot moment")}
}

// move scrolls by sentences: up pauses, and at the end it follows again.
func (p *wordsPane) move(m *model, by int) {
	lines := m.talk.Lines
	if len(lines) == 0 {
		p.follow()
		return
	}
	followed := p.following()
	p.scroll.move(lines, by)
	if p.following() {
		p.follow()
		return
	}
	if followed {
		p.newest = lines[len(lines)-1].ID
	}
	least := m.leastWords()
	if p.end(lines) >= least {
		return
	}
	if least >= len(lines) { // all of it is on the screen
		p.follow()
		return
	}
	p.last = lines[least-1].ID
}

// follow shows the newest words, and those that come.
func (p *wordsPane) follow() { *p = wordsPane{} }

// show marks the i-th sentence and scrolls to it, with as much of what came after it as
// leaves it on the screen, and two sentences at the most.
func (p *wordsPane) show(m *model, i int) {
	lines := m.talk.Lines
	w, h := m.wordsArea()
	to, rows := i, len(m.utterance(lines[i], w))
	for to+1 < len(lines) && to < i+2 {
		if rows += len(m.utterance(lines[to+1], w)); rows > h-1 {
			break
		}
		to++
	}
	if from := p.end(lines) - 1; to != from || !p.following() {
		p.move(m, to-from)
	}
	p.marked = lines[i].ID
}

// scrollWords scrolls the words from whichever pane has the keyboard.
func (m *model) scrollWords(by int) {
	if !m.shows(paneWords) {
		m.tell(toneDim, "The words are not on the screen; "+word(m.keys.Open)+" opens the call.")
		return
	}
	m.words.move(m, by)
}

// leastWords is how many sentences from the first the screen holds: no further up does it
// scroll, for there is nothing above them.
func (m *model) leastWords() int {
	w, h := m.wordsArea()
	s, ok := m.list.call()
	if w <= 0 || h <= 0 || !ok {
		return 0
	}
	rows, unheard := 0, gaps(s)
	for i, u := range m.talk.Lines {
		for len(unheard) > 0 && unheard[0].From.Before(u.Start) {
			rows++
			unheard = unheard[1:]
		}
		if rows += len(m.utterance(u, w)); rows > h-1 { // a line tells what is hidden below
			return max(i, 1)
		}
	}
	return len(m.talk.Lines)
}

// hiddenWords tells how many sentences lie below those that are shown, where any do.
func (m *model) hiddenWords() safe.Text {
	lines := m.talk.Lines
	hidden := len(lines) - m.words.end(lines)
	if m.words.following() || hidden <= 0 {
		return ""
	}
	since := slices.IndexFunc(lines, func(u engine.Utterance) bool { return u.ID == m.words.newest })
	if fresh := len(lines) - 1 - since; since >= 0 && fresh > 0 {
		if fresh >= hidden {
			return own(strconv.Itoa(hidden) + " new ↓")
		}
		return own(strconv.Itoa(hidden) + " below, " + strconv.Itoa(fresh) + " new ↓")
	}
	return own(strconv.Itoa(hidden) + " below ↓")
}

// pausedLine says that the words do not follow, and what is missed.
func (m *model) pausedLine(w int) string {
	l := m.theme.line(onPage, w)
	words, follows := m.hiddenWords(), word(m.keys.Follow)+" follows"
	l.gap(1)
	l.fill(toneRule, "─", 2)
	l.gap(1)
	l.put(toneAccent, words)
	l.gap(2)
	l.put(toneDim, follows)
	l.gap(1)
	l.fill(toneRule, "─", l.left-1)
	return l.end()
}
