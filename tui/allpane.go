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

// An event is a note of a call, or the end of one that is over and gone from the list.
type event struct {
	of    *engine.Session // nil: it is gone
	note  engine.Note
	ended engine.Ended // of a call that is gone
}

// An eventKey tells one event from all others.
type eventKey struct {
	call engine.SessionID
	at   time.Time
	text string
}

func (e event) key() eventKey {
	if e.of == nil {
		return eventKey{call: e.ended.Session, at: e.ended.Over}
	}
	return eventKey{e.of.ID, e.note.At, e.note.Text}
}

// Limits of the events of all calls.
const (
	maxEvents     = 256
	eventsPerCall = 12
	maxGone       = 64 // calls that are over and gone
)

// newest returns the newest events of a frame, the newest first.
func (a *allEvents) newest(f *engine.Frame) []event {
	if a.number == f.Number && a.lines != nil {
		return a.lines
	}
	since := tooOld(f)
	all := make([]happened, 0, 2*maxEvents)
	for i, s := range f.Sessions {
		for n := len(s.Notes) - 1; n >= max(0, len(s.Notes)-eventsPerCall) && !s.Notes[n].At.Before(since); n-- {
			all = append(all, happened{at: s.Notes[n].At, session: i, note: n})
		}
	}
	for i := max(0, len(f.Ended)-maxGone); i < len(f.Ended); i++ {
		all = append(all, happened{at: f.Ended[i].Over, session: noSession, note: i})
	}
	slices.SortStableFunc(all, func(a, b happened) int { return b.at.Compare(a.at) })
	a.number, a.lines = f.Number, make([]event, 0, min(len(all), maxEvents))
	for _, h := range all[:min(len(all), maxEvents)] {
		if h.session == noSession {
			a.lines = append(a.lines, event{ended: f.Ended[h.note]})
			continue
		}
		s := f.Sessions[h.session]
		a.lines = append(a.lines, event{of: s, note: s.Notes[h.note]})
	}
	return a.lines
}

// happened is where an event stands in a frame: what is sorted is small, for there are
// many more than are shown.
type happened struct {
	at            time.Time
	session, note int // their places; or noSession, and the place among those that are gone
}

const noSession = -1 // it is over, and gone from the list

// tooOld returns a time before which nothing is among the newest: there are as many
// calls whose last event is newer. Zero where there are fewer calls.
func tooOld(f *engine.Frame) time.Time {
	if len(f.Sessions) <= maxEvents {
		return time.Time{}
	}
	last := make([]time.Time, 0, len(f.Sessions))
	for _, s := range f.Sessions {
		if n := len(s.Notes); n > 0 {
			last = append(last, s.Notes[n-1].At)
		}
	}
	if len(last) <= maxEvents {
		return time.Time{}
	}
	slices.SortFunc(last, func(a, b time.Time) int { return b.Compare(a) })
	return last[maxEvents-1]
}

func (e event) at() time.Time {
	if e.of == nil {
		return e.ended.Over
	}
	return e.note.At
}

// caller names whose call it happened in.
func (e event) caller() safe.Text {
	if e.of != nil {
		return callerOf(e.of)
	}
	if name := safe.Name(e.ended.Name, maxName); name != "" {
		return name
	}
	return safe.Number(e.ended.Caller)
}

// words tells what happened.
func (e event) words(of book) (glyph safe.Text, to tone, text safe.Text) {
	if e.of != nil {
		glyph, to = noteSign(e.note.Kind)
		return glyph, to, noteText(e.note)
	}
	text = "ended after " + long(e.ended.Over.Sub(e.ended.Started))
	if e.ended.Operator != "" {
		text += ", with " + of.who(e.ended.Operator)
	}
	if e.ended.Judged {
		sign, _ := moodSign(e.ended.Mood)
		text += ", mood " + sign + " " + signed(e.ended.Mood)
	}
	return "✓", toneDim, text
}

// An allPane shows what happened in all calls, the newest first. It stays with the event
// that is chosen while others come in above it; with none chosen it follows.
type allPane struct {
	chosen bool
	event  eventKey
}

func (*allPane) title() safe.Text { return "Events, all calls" }

// at returns the place of the chosen event: the newest where none is chosen, and the
// oldest that is there where the chosen one is too old to be told.
func (p *allPane) at(all []event) int {
	if !p.chosen {
		return 0
	}
	if i := slices.IndexFunc(all, func(e event) bool { return e.key() == p.event }); i >= 0 {
		return i
	}
	i := slices.IndexFunc(all, func(e event) bool { return !e.at().After(p.event.at) })
	if i < 0 {
		i = len(all) - 1
	}
	return max(i, 0)
}

func (p *allPane) move(m *model, by int) {
	all := m.drawn.events.newest(m.frame)
	if len(all) == 0 {
		return
	}
	at := min(max(p.at(all)+by, 0), len(all)-1)
	p.chosen, p.event = at > 0, all[at].key()
}

// press goes to the call of the chosen event; it is chosen as in every pane, by move.
func (p *allPane) press(m *model, k tea.KeyPressMsg) (tea.Cmd, bool) {
	keys := m.keys
	switch {
	case key.Matches(k, keys.Follow):
		p.chosen = false
	case key.Matches(k, keys.Open):
		p.open(m)
	case m.isFull && m.actsUnseen(k):
		m.tell(toneWatch, notShown)
	default:
		return nil, false
	}
	return nil, true
}

// open goes to the call of the chosen event.
func (p *allPane) open(m *model) {
	all := m.drawn.events.newest(m.frame)
	if len(all) == 0 {
		m.tell(toneDim, "Nothing has happened yet.")
		return
	}
	e := all[p.at(all)]
	if e.of == nil {
		m.tell(toneDim, "The call of "+e.caller()+" is over and gone from the list: :history finds it.")
		return
	}
	m.goTo(e.of.ID)
}

// in reports whether a screen of that shape shows all events beside others.
func (*allPane) in(s shape) bool { return s == shapeWide }

func (*allPane) hints(m *model) []key.Binding {
	k := m.keys
	return []key.Binding{pair(k.Down, k.Up, "event"), as(k.Open, "its call"), k.Follow, as(k.Pane, "operators")}
}

// draw draws the newest events, with the chosen one among them.
func (p *allPane) draw(m *model, w, h int) []string {
	all := m.drawn.events.newest(m.frame)
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
	l.begins(paneAll)
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
	l.col(toneDim, clockTime(e.at(), m.zone), timeCells)
	l.gap(2)
	l.col(text, e.caller(), min(maxCaller, max(w/4, 8)))
	l.gap(1)
	glyph, to, words := e.words(m.book())
	l.col(to, glyph, 1)
	l.gap(1)
	l.col(to, words, l.left-1)
	return l.end()
}
