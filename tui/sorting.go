package tui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// settleEvery is how often, on the wall, the rows settle where they are sorted by what
// changes all the time. Attention settles at once: who needs a hand comes up.
const settleEvery = 2 * time.Second

// byNeed is what the order of attention is called where a column is.
const byNeed = "attention"

// A sortedBy is what the supervisor has the rows sorted by.
type sortedBy struct {
	column   string // empty: attention
	reversed bool
	at       time.Time // when the rows settled last, on the wall
}

// A sortKey is what a call has in a column. The zero key is the least.
type sortKey struct {
	none bool // nothing: last in either direction
	n    int64
	text string
}

func (k sortKey) compare(other sortKey) int {
	if c := cmp.Compare(k.n, other.n); c != 0 {
		return c
	}
	return cmp.Compare(k.text, other.text)
}

// A place is a call with what it is sorted by, which is asked once for each.
type place struct {
	call *engine.Session
	rank state
	key  sortKey
}

// placed returns where calls stand by a key, or by attention where that is nil.
func (l *list) placed(sessions []*engine.Session, key func(*engine.Session) sortKey) []place {
	l.places = l.places[:0]
	for _, s := range sessions {
		p := place{call: s}
		if key == nil {
			p.rank = stateOf(s).rank()
		} else {
			p.key = key(s)
		}
		l.places = append(l.places, p)
	}
	return l.places
}

// compare orders two calls; those that are alike stand as they came.
func (l *list) compare(a, b place) int {
	if a.rank != b.rank {
		return cmp.Compare(a.rank, b.rank)
	}
	c := 0
	switch {
	case a.key.none && b.key.none:
	case a.key.none:
		return 1
	case b.key.none:
		return -1
	default:
		c = a.key.compare(b.key)
	}
	if l.down {
		c = -c
	}
	if c == 0 {
		return asTheyCame(a.call, b.call)
	}
	return c
}

// arrange puts calls in order: by a key, or by attention where that is nil.
func (l *list) arrange(sessions []*engine.Session, key func(*engine.Session) sortKey) {
	places := l.placed(sessions, key)
	slices.SortFunc(places, l.compare)
	for i, p := range places {
		sessions[i] = p.call
	}
	clear(places) // no call is kept alive by it
}

// arranged reports whether calls are in order.
func (l *list) arranged(sessions []*engine.Session, key func(*engine.Session) sortKey) bool {
	places := l.placed(sessions, key)
	sorted := slices.IsSortedFunc(places, l.compare)
	clear(places)
	return sorted
}

// sortBy sorts the list by a column, or by attention. The column that it is sorted by
// already turns round.
func (m *model) sortBy(id string) {
	c, ok := columnNamed(id)
	switch {
	case id == byNeed, ok && c.key == nil:
		m.order("", false)
	case !ok:
		m.tell(toneWatch, "There is no column "+safe.Clean(id, maxTyped)+". There are: "+columnNames()+".")
	default:
		m.order(c.id, m.sortedBy.column == c.id && !m.sortedBy.reversed)
	}
}

// order puts the rows into an order at once: it is what the supervisor asks for.
func (m *model) order(id string, reversed bool) {
	m.setOrder(id, reversed)
	m.list.sort()
	m.sortedBy.at = m.wall.Now()
	m.version++
	m.remember(func(s *prefs.State) { s.Sort, s.Reverse = id, reversed })
	if m.layout().rows == 0 { // nobody sees it
		m.tell(toneDim, "The calls are "+m.orderWords()+".")
	}
}

// setOrder says what the list is sorted by from the next time that it settles.
func (m *model) setOrder(id string, reversed bool) {
	m.sortedBy = sortedBy{}
	m.list.key, m.list.down = nil, false
	c, ok := columnNamed(id)
	if !ok || c.key == nil {
		return
	}
	m.sortedBy.column, m.sortedBy.reversed = id, reversed
	m.list.down = c.falls != reversed
	m.list.key = func(s *engine.Session) sortKey { return c.key(m, s) }
}

// sortNext sorts by the next column that is shown, and after the last by attention.
func (m *model) sortNext() {
	ids := []string{byNeed}
	for _, s := range seatsOf(m.columns, m.listWidth()) {
		if s.key != nil {
			ids = append(ids, s.id)
		}
	}
	at := max(slices.Index(ids, m.sortedBy.column), 0)
	m.sortBy(ids[(at+1)%len(ids)])
}

// sortReverse turns the order round.
func (m *model) sortReverse() {
	if m.sortedBy.column == "" {
		m.tell(toneDim, "Who needs a hand stands first: attention has no reverse. "+word(m.keys.Sort)+" sorts by a column.")
		return
	}
	m.order(m.sortedBy.column, !m.sortedBy.reversed)
}

// sortTyped sorts by a column that is named; with "reverse" behind it, the other way round.
func (m *model) sortTyped(typed string) tea.Cmd {
	id, how, _ := strings.Cut(strings.ToLower(typed), " ")
	c, ok := columnNamed(id)
	reverse := how != "" && strings.HasPrefix("reverse", how)
	switch {
	case how != "" && !reverse:
		m.tell(toneWatch, "sort takes a column, and reverse: as in sort time reverse")
	case id == byNeed, !ok, c.key == nil:
		m.sortBy(id)
	default:
		m.order(id, reverse)
	}
	return nil
}

// settleRows lets the rows go where they belong, unless somebody is at them.
func (m *model) settleRows() {
	now := m.wall.Now()
	if m.held() || m.list.sorted() || m.list.key != nil && now.Sub(m.sortedBy.at) < settleEvery && !now.Before(m.sortedBy.at) {
		return
	}
	m.list.sort()
	m.sortedBy.at = now
	m.version++
}

// freeze holds the order until it is pressed again.
func (m *model) freeze() {
	m.list.frozen = !m.list.frozen
	if m.list.frozen {
		m.tell(toneText, "The order is frozen: rows stay, new calls come last. "+word(m.keys.Freeze)+" lets it move again.")
		return
	}
	m.tell(toneDim, "The order moves again.")
}
