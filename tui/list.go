package tui

import (
	"slices"

	"switchboard/engine"
)

// A list is the calls in the order they are shown, and which of them is selected: by
// its id, for rows move while the supervisor reads.
type list struct {
	need []*engine.Session // every call, who needs a hand most first
	rows []*engine.Session // those of them that are shown

	keep func(*engine.Session) bool // the filter; nil: every call is shown
	all  int                        // calls before the filter
	kept int                        // calls that pass it

	selected engine.SessionID
	at       int  // where the selected call is in rows
	top      int  // the first row on the screen
	page     int  // rows that the screen has
	resting  bool // the first rows are shown, wherever the selected one is
}

// take puts a frame's sessions in place of those shown. While the order is held, calls
// stay where they are and new ones come last. The selected call stays on its line of
// the screen where that is possible; once it is gone, the one in its place is selected.
func (l *list) take(sessions []*engine.Session, hold bool) {
	now := make(map[engine.SessionID]*engine.Session, len(sessions))
	for _, s := range sessions {
		now[s.ID] = s
	}
	l.all = len(now)
	rows := make([]*engine.Session, 0, len(sessions))
	for _, old := range l.need { // the order of before makes the sort cheap
		if s, ok := now[old.ID]; ok {
			rows = append(rows, s)
			delete(now, old.ID)
		}
	}
	for _, s := range sessions {
		if _, fresh := now[s.ID]; fresh {
			rows = append(rows, s)
			delete(now, s.ID)
		}
	}
	l.need = rows
	if !hold {
		slices.SortFunc(l.need, byAttention)
	}
	l.divide()
	l.settle()
}

// divide finds the calls that are shown. The selected one stays, also where it does not
// pass the filter: keys act on it.
func (l *list) divide() {
	l.rows, l.kept = l.need, len(l.need)
	if l.keep == nil {
		return
	}
	l.rows, l.kept = make([]*engine.Session, 0, len(l.need)), 0
	for _, s := range l.need {
		passes := l.keep(s)
		if passes {
			l.kept++
		}
		if passes || s.ID == l.selected {
			l.rows = append(l.rows, s)
		}
	}
}

// sort puts the rows in order of attention.
func (l *list) sort() {
	l.need = slices.Clone(l.need)
	slices.SortFunc(l.need, byAttention)
	l.divide()
	l.settle()
}

// sorted reports whether the rows are in order of attention.
func (l *list) sorted() bool { return slices.IsSortedFunc(l.rows, byAttention) }

// settle finds the selected call again and keeps it on its line, unless that hides from
// above who needs a hand and the first page has room for both.
func (l *list) settle() {
	onScreen := l.at - l.top
	i := slices.IndexFunc(l.rows, func(s *engine.Session) bool { return s.ID == l.selected })
	if i < 0 {
		i = min(l.at, len(l.rows)-1)
		if l.resting { // nobody sees its place
			i = 0
		}
	}
	l.point(max(i, 0))
	l.top = l.at - onScreen
	l.clamp()
	if l.at < l.page && l.above() > 0 { // who needs a hand is shown, where both can be
		l.top = 0
	}
}

// point selects the i-th row.
func (l *list) point(i int) {
	l.at, l.selected = 0, ""
	if len(l.rows) > 0 {
		l.at = min(max(i, 0), len(l.rows)-1)
		l.selected = l.rows[l.at].ID
	}
}

// clamp moves the rows on the screen as little as needed to show the selected one.
func (l *list) clamp() {
	if l.resting {
		l.top = 0
		return
	}
	page := max(l.page, 1)
	l.top = min(max(l.top, l.at-page+1), l.at)
	l.top = max(min(l.top, len(l.rows)-page), 0)
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
func (l *list) above() int {
	n := 0
	for _, s := range l.rows[:l.top] {
		if stateOf(s).attention() {
			n++
		}
	}
	return n
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
func (l *list) fits(page int) { l.page = page; l.clamp() }

// call returns the selected call.
func (l *list) call() (*engine.Session, bool) {
	if len(l.rows) == 0 {
		return nil, false
	}
	return l.rows[l.at], true
}

// nth selects the n-th call that needs attention, counted from 1 as they are shown,
// and reports whether there is one.
func (l *list) nth(n int) bool {
	for i, s := range l.rows {
		if !stateOf(s).attention() {
			continue
		}
		if n--; n == 0 {
			l.point(i)
			l.clamp()
			return true
		}
	}
	return false
}

// visible returns the rows on the screen.
func (l *list) visible() []*engine.Session {
	return l.rows[l.top:min(l.top+max(l.page, 0), len(l.rows))]
}
