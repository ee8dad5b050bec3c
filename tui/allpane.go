package tui

import (
	"slices"
	"strconv"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// allEvents are the newest events of all calls, made once for each frame.
type allEvents struct {
	number uint64
	lines  []event
}

// An event is something that happened in a call. A call that is over and gone from the
// list is told of by its end alone.
type event struct {
	call  engine.SessionID
	at    time.Time
	name  safe.Text
	glyph safe.Text
	tone  tone
	text  safe.Text
}

// Limits of the events of all calls.
const (
	maxEvents     = 256
	eventsPerCall = 12
	maxGone       = 64 // calls that are over and gone
)

// newest returns the newest events of a frame, the newest first.
func (a *allEvents) newest(f *engine.Frame, of book) []event {
	if a.number == f.Number && a.lines != nil {
		return a.lines
	}
	all := make([]event, 0, len(f.Sessions)*4)
	for _, s := range f.Sessions {
		for _, n := range slices.Backward(s.Notes[max(0, len(s.Notes)-eventsPerCall):]) {
			glyph, to := noteSign(n.Kind)
			all = append(all, event{s.ID, n.At, callerOf(s), glyph, to, noteText(n)})
		}
	}
	for _, e := range f.Ended[max(0, len(f.Ended)-maxGone):] {
		all = append(all, endedEvent(e, of))
	}
	slices.SortStableFunc(all, func(a, b event) int { return b.at.Compare(a.at) })
	a.number, a.lines = f.Number, all[:min(len(all), maxEvents)]
	return a.lines
}

// endedEvent tells of a call that is over and gone.
func endedEvent(e engine.Ended, of book) event {
	name := safe.Name(e.Name, maxName)
	if name == "" {
		name = safe.Number(e.Caller)
	}
	text := "ended after " + long(e.Over.Sub(e.Started))
	if e.Operator != "" {
		text += ", with " + of.who(e.Operator)
	}
	if e.Judged {
		sign, _ := moodSign(e.Mood)
		text += ", mood " + sign + " " + signed(e.Mood)
	}
	return event{e.Session, e.Over, name, "✓", toneDim, text}
}

// An allPane shows what happened in all calls, the newest first. It stays with the event
// that is chosen while others come in above it; with none chosen it follows.
type allPane struct {
	chosen bool
	event  event
}

func (*allPane) title() safe.Text { return "Events, all calls" }

// at returns the place of the chosen event: the newest where none is chosen, and the
// oldest that is there where the chosen one is too old to be told.
func (p *allPane) at(all []event) int {
	if !p.chosen {
		return 0
	}
	if i := slices.Index(all, p.event); i >= 0 {
		return i
	}
	i := slices.IndexFunc(all, func(e event) bool { return !e.at.After(p.event.at) })
	if i < 0 {
		i = len(all) - 1
	}
	return max(i, 0)
}

func (p *allPane) move(m *model, by int) {
	all := m.drawn.events.newest(m.frame, m.book())
	if len(all) == 0 {
		return
	}
	at := min(max(p.at(all)+by, 0), len(all)-1)
	p.chosen, p.event = at > 0, all[at]
}

// press chooses an event, and goes to its call.
func (p *allPane) press(m *model, k tea.KeyPressMsg) (tea.Cmd, bool) {
	keys := m.keys
	page := max(m.height/3, 4)
	switch {
	case key.Matches(k, keys.Up):
		p.move(m, -1)
	case key.Matches(k, keys.Down):
		p.move(m, 1)
	case key.Matches(k, keys.HalfUp):
		p.move(m, -page/2)
	case key.Matches(k, keys.HalfDown):
		p.move(m, page/2)
	case key.Matches(k, keys.PageUp):
		p.move(m, -page)
	case key.Matches(k, keys.PageDown):
		p.move(m, page)
	case key.Matches(k, keys.First), key.Matches(k, keys.Follow):
		p.chosen = false
	case key.Matches(k, keys.Last):
		p.move(m, far)
	case key.Matches(k, keys.Open):
		p.open(m)
	case m.isFull && key.Matches(k, keys.Pane):
		m.setFull(paneFloor)
	case m.isFull && m.actsUnseen(k):
		m.tell(toneWatch, unseen)
	default:
		return nil, false
	}
	return nil, true
}

// open goes to the call of the chosen event.
func (p *allPane) open(m *model) {
	all := m.drawn.events.newest(m.frame, m.book())
	if len(all) == 0 {
		m.tell(toneDim, "Nothing has happened yet.")
		return
	}
	e := all[p.at(all)]
	if _, ok := m.frame.Session(e.call); !ok {
		m.tell(toneDim, "The call of "+e.name+" is over and gone from the list: :history finds it.")
		return
	}
	m.goTo(e.call)
}

func (p *allPane) hints(m *model) []key.Binding {
	choose, open, next := m.keys.Down, m.keys.Open, m.keys.Pane
	choose.SetHelp("j k", "event")
	open.SetHelp("⏎", "its call")
	next.SetHelp("tab", "operators")
	return []key.Binding{choose, open, m.keys.Follow, next}
}

// draw draws the newest events, with the chosen one among them.
func (p *allPane) draw(m *model, w, h int) []string {
	all := m.drawn.events.newest(m.frame, m.book())
	at, mine := p.at(all), m.focus == paneAll
	room := max(h-1, 0)
	top := 0
	if p.chosen {
		top = min(max(at-room*2/3, 0), max(len(all)-room, 0))
	}
	lines := []string{p.heading(m, w, top)}
	for i := top; i < min(top+room, len(all)); i++ {
		lines = append(lines, p.line(m, all[i], w, mine && i == at))
	}
	if len(all) == 0 && room > 0 {
		lines = append(lines, m.heading("Nothing has happened yet.", w))
	}
	return fit(lines, w, h)
}

func (p *allPane) heading(m *model, w, above int) string {
	l := m.theme.line(onPage, w)
	to := toneDim
	if m.focus == paneAll {
		to = toneAccent
	}
	l.gap(1)
	l.put(to, "EVENTS, all calls")
	words := safe.Text("")
	switch {
	case above > 0:
		words = own(strconv.Itoa(above)) + " newer ↑   f follow"
	case m.focus == paneAll:
		words = "following"
	}
	l.gap(l.left - width(m.theme.shape(words)) - 1)
	l.put(toneDim, words)
	return l.end()
}

func (p *allPane) line(m *model, e event, w int, chosen bool) string {
	on, text := onPage, toneText
	if chosen {
		on, text = onRow, toneStrong
	}
	l := m.theme.line(on, w)
	if chosen {
		l.put(toneAccent, "▌")
	} else {
		l.gap(1)
	}
	l.col(toneDim, clockTime(e.at, m.zone), timeCells)
	l.gap(2)
	l.col(text, e.name, min(maxCaller, max(w/4, 8)))
	l.gap(1)
	l.col(e.tone, e.glyph, 1)
	l.gap(1)
	l.col(e.tone, e.text, l.left-1)
	return l.end()
}
