package tui

import (
	"slices"

	"switchboard/engine"
)

// A list is the calls in the order they are shown, and which of them is selected: by
// its id, for rows move while the supervisor reads.
//
// Every call is in need, and in order: in order of attention, and in the order that was
// chosen. The rows are those of order that pass the filter; where there are many, the
// calm ones of them stand behind one row, the fold, beneath all others.
//
// Rows move in one step and only when nobody is at them. While the order is held, rows
// stay where they are also where they no longer belong: what comes, and who begins to
// need a hand behind the fold, comes last.
type list struct {
	need   []*engine.Session // every call, who needs a hand most first
	order  []*engine.Session // every call, in the order chosen
	rows   []*engine.Session // that have a row of their own
	folded []*engine.Session // that the fold stands for

	keep func(*engine.Session) bool    // the filter; nil: every call is shown
	all  int                           // calls before the filter
	kept int                           // calls that pass it
	key  func(*engine.Session) sortKey // what the chosen order goes by; nil: attention
	down bool                          // from the greatest key to the least

	selected engine.SessionID // empty: no call is, or the fold is
	onFold   bool
	at       int  // the line of the selected row
	top      int  // the first line on the screen
	page     int  // lines that the screen has
	room     int  // … that it had when it last showed the list
	resting  bool // the first rows are shown, wherever the selected one is
	settled  bool // no row would move if it might
	frozen   bool // the order is held until the supervisor lets it go
	many     bool // so many calls that calm ones fold
	unfolded bool // the supervisor opened the fold

	places []place                              // scratch of arrange
	now    map[engine.SessionID]*engine.Session // scratch of take
}

// take puts a frame's sessions in place of those shown. While the order is held, calls
// stay where they are and new ones come last; in an order other than attention they do so
// until sort is called. The selected call stays on its line of the screen where that is
// possible; once it is gone, the one in its place is selected.
func (l *list) take(sessions []*engine.Session, hold bool) {
	if l.now == nil {
		l.now = make(map[engine.SessionID]*engine.Session, len(sessions))
	}
	clear(l.now)
	now := l.now
	for _, s := range sessions {
		now[s.ID] = s
	}
	l.all = len(now)
	l.need = arrive(stay(l.need, now), sessions)
	if l.key == nil {
		l.order = l.need
	} else {
		l.order = arrive(stay(l.order, now), sessions)
	}
	l.rows, l.folded = stay(l.rows, now), stay(l.folded, now)
	switch {
	case !hold && l.key == nil:
		l.sort()
		return
	case l.key != nil && (!hold || l.frozen): // nobody sees this order; the strip and the digits go by it
		l.arrange(l.need, nil)
	}
	l.admit()
	l.settled = l.key == nil && l.inOrder() && l.belong() // by a column they settle every while
	l.settle()
}

// stay returns the sessions of now that were there, each where it was. The order of
// before makes the sort cheap.
func stay(were []*engine.Session, now map[engine.SessionID]*engine.Session) []*engine.Session {
	still := make([]*engine.Session, 0, len(now))
	for _, old := range were {
		if s, ok := now[old.ID]; ok {
			still = append(still, s)
		}
	}
	return still
}

// arrive appends the sessions that are not there yet.
func arrive(there, sessions []*engine.Session) []*engine.Session {
	if len(there) == len(sessions) {
		return there
	}
	known := idsOf(there)
	for _, s := range sessions {
		if !known[s.ID] {
			known[s.ID] = true
			there = append(there, s)
		}
	}
	return there
}

func idsOf(sessions ...[]*engine.Session) map[engine.SessionID]bool {
	ids := make(map[engine.SessionID]bool)
	for _, some := range sessions {
		for _, s := range some {
			ids[s.ID] = true
		}
	}
	return ids
}

// admit gives a line to those that have none while the rows are held: a call that is new
// or passes the filter now, or that is folded and needs a hand. It comes last.
func (l *list) admit() {
	calm := l.folded[:0]
	for _, s := range l.folded {
		if stateOf(s).attention() {
			l.rows = append(l.rows, s)
		} else {
			calm = append(calm, s)
		}
	}
	l.folded = calm
	if l.keep == nil && len(l.rows)+len(l.folded) == len(l.order) { // everybody has a place
		l.kept = len(l.order)
		return
	}
	l.kept = 0
	known := idsOf(l.rows, l.folded)
	for _, s := range l.order {
		if !l.passes(s) {
			continue
		}
		l.kept++
		switch {
		case known[s.ID]:
		case len(l.folded) > 0 && !stateOf(s).attention():
			l.folded = append(l.folded, s)
		default:
			l.rows = append(l.rows, s)
		}
	}
}

// passes reports whether the filter lets a call through.
func (l *list) passes(s *engine.Session) bool { return l.keep == nil || l.keep(s) }

// belong reports whether every row passes the filter.
func (l *list) belong() bool {
	return l.keep == nil || !slices.ContainsFunc(l.rows, func(s *engine.Session) bool { return s.ID != l.selected && !l.keep(s) })
}

// inOrder reports whether the rows are in the order chosen.
func (l *list) inOrder() bool { return l.arranged(l.rows, l.key) }

// sort puts the rows in order, in one step, and shows those that pass the filter. The
// selected call stays selected, and shown, also where it does not pass: keys act on it.
func (l *list) sort() {
	l.need = slices.Clone(l.need)
	l.arrange(l.need, nil)
	l.order = l.need
	if l.key != nil {
		l.order = slices.Clone(l.need)
		l.arrange(l.order, l.key)
	}
	l.divide()
	l.settled = true
	l.settle()
}

// sorted reports whether surely no row would move if it might.
func (l *list) sorted() bool { return l.settled }

// divide gives each call that is shown its row, or a place behind the fold.
func (l *list) divide() {
	l.rows = make([]*engine.Session, 0, len(l.order))
	l.folded, l.kept = nil, 0
	for _, s := range l.order {
		passes := l.passes(s)
		if passes {
			l.kept++
		}
		if passes || s.ID == l.selected {
			l.rows = append(l.rows, s)
		}
	}
	if l.folds(len(l.rows)) {
		l.fold()
	}
}

// lines is how many lines the whole list has.
func (l *list) lines() int {
	if len(l.folded) > 0 {
		return len(l.rows) + 1
	}
	return len(l.rows)
}

// settle finds the selected call again and keeps it on its line, unless that hides from
// above who needs a hand and the first page has room for both.
func (l *list) settle() {
	onScreen := l.at - l.top
	i := l.index(l.selected)
	switch {
	case l.onFold && len(l.folded) > 0:
		i = len(l.rows)
	case i >= 0:
	case l.resting: // nobody sees its place
		i = 0
	default:
		i = min(l.at, len(l.rows)-1)
	}
	l.point(max(i, 0))
	l.top = l.at - onScreen
	l.clamp()
	if l.at < l.page && l.above() > 0 { // who needs a hand is shown, where both can be
		l.top = 0
	}
}

// index returns the row of a call, or -1.
func (l *list) index(id engine.SessionID) int {
	return slices.IndexFunc(l.rows, func(s *engine.Session) bool { return s.ID == id })
}

// point selects the i-th line. What was shown only for being selected may go, in time.
func (l *list) point(i int) {
	before, stays := l.selected, !l.onFold && l.keep == nil
	defer func() { l.settled = l.settled && (stays || l.selected == before) }()
	l.at, l.selected, l.onFold = 0, "", false
	if n := l.lines(); n > 0 {
		l.at = min(max(i, 0), n-1)
		l.onFold = l.at == len(l.rows)
		if !l.onFold {
			l.selected = l.rows[l.at].ID
		}
	}
}

// choose selects a call, wherever it is, and reports whether it is there. One that has
// no row gets one: the last, until the rows settle.
func (l *list) choose(id engine.SessionID) bool {
	i := l.index(id)
	if i < 0 {
		at := slices.IndexFunc(l.need, func(s *engine.Session) bool { return s.ID == id })
		if at < 0 {
			return false
		}
		l.folded = slices.DeleteFunc(slices.Clone(l.folded), func(s *engine.Session) bool { return s.ID == id })
		l.rows = append(slices.Clip(l.rows), l.need[at])
		i, l.settled = len(l.rows)-1, false
	}
	l.point(i)
	l.clamp()
	return true
}

// clamp moves the rows on the screen as little as needed to show the selected one.
func (l *list) clamp() {
	if l.resting {
		l.top = 0
		return
	}
	page := max(l.page, 1)
	l.top = min(max(l.top, l.at-page+1), l.at)
	l.top = max(min(l.top, l.lines()-page), 0)
}

// rest lets the list show its first rows, or again the selected one, and reports
// whether that is a change.
func (l *list) rest(on bool) (changed bool) {
	if l.resting == on {
		return false
	}
	l.resting = on
	l.clamp()
	return true
}

// above counts the calls that need attention and stand above the page.
func (l *list) above() int { return inNeed(l.rows[:min(l.top, len(l.rows))]) }

// inNeed counts the calls that need attention.
func inNeed(sessions []*engine.Session) int {
	n := 0
	for _, s := range sessions {
		if stateOf(s).attention() {
			n++
		}
	}
	return n
}

// An away is who needs attention and is not on the page.
type away struct {
	above, below int
	hidden       int // by the filter
	digit        int // goes to the first of them; zero: none does
}

// away looks for who needs attention and is not on the page.
func (l *list) away() away {
	end := min(l.top+max(l.page, 0), len(l.rows))
	a := away{above: l.above(), below: inNeed(l.rows[end:])}
	seen := idsOf(l.visible())
	digit, hasRow := 0, 0
	for _, s := range l.need {
		if !stateOf(s).attention() {
			continue
		}
		if digit++; !seen[s.ID] && a.digit == 0 && digit <= 9 {
			a.digit = digit
		}
	}
	for _, s := range l.rows {
		if stateOf(s).attention() {
			hasRow++
		}
	}
	a.hidden = digit - hasRow
	return a
}

// shown reports whether the selected row is on the screen.
func (l *list) shown() bool { return l.at >= l.top && l.at < l.top+max(l.page, 1) }

// move selects the row so many further down. Where the selected row is not shown, it
// begins at the first that is: there the eye is.
func (l *list) move(by int) {
	switch {
	case l.shown() || by >= far:
		l.point(l.at + by)
	default:
		l.point(l.top)
	}
	l.clamp()
}

// fits tells the list how many rows the screen has.
func (l *list) fits(page int) {
	l.page = page
	if page > 0 && page != l.room {
		l.room = page
		if l.many && !l.unfolded { // the fold leaves the page full
			l.divide()
			l.settle()
		}
	}
	l.clamp()
}

// call returns the selected call.
func (l *list) call() (*engine.Session, bool) {
	if l.onFold || l.at >= len(l.rows) {
		return nil, false
	}
	return l.rows[l.at], true
}

// nth selects the n-th call that needs attention, counted from 1 in order of attention
// whatever the rows are sorted or filtered by, and reports whether there is one.
func (l *list) nth(n int) bool {
	for _, s := range l.need {
		if !stateOf(s).attention() {
			continue
		}
		if n--; n == 0 {
			return l.choose(s.ID)
		}
	}
	return false
}

// visible returns the calls on the screen.
func (l *list) visible() []*engine.Session {
	end := min(l.top+max(l.page, 0), len(l.rows))
	return l.rows[min(l.top, end):end]
}

// foldShown reports whether the fold is on the screen.
func (l *list) foldShown() bool {
	return len(l.folded) > 0 && len(l.rows) >= l.top && len(l.rows) < l.top+l.page
}
