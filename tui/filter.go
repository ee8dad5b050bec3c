package tui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/filter"
	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// maxPastFilters is how many filters ↑ goes back through.
const maxPastFilters = 32

// A filtering is what the list is filtered by. Calls that need a hand and are hidden by it
// are always counted, the strip still shows them, and a digit reaches them.
type filtering struct {
	is   filter.Filter // that is in force
	past []string      // filters that were kept, the newest last
}

// filtered reports whether a filter is in force.
func (m *model) filtered() bool { return !m.filter.is.Empty() }

// apply shows the calls that a filter lets through. The selected call stays, also where it
// does not match: keys act on it.
func (m *model) apply(f filter.Filter) {
	m.filter.is, m.list.keep = f, nil
	if !f.Empty() {
		m.list.keep = m.lets(f)
	}
	m.list.sort()
	m.version++
}

// lets returns what reports whether a filter lets a call through.
func (m *model) lets(f filter.Filter) func(*engine.Session) bool {
	about := &subject{m: m}
	return func(s *engine.Session) bool {
		about.s = s
		return f.Match(about)
	}
}

// matching counts the calls that a filter lets through.
func (m *model) matching(f filter.Filter) int {
	n, lets := 0, m.lets(f)
	for _, s := range m.list.need {
		if lets(s) {
			n++
		}
	}
	return n
}

// keepFilter shows what a filter lets through until it is cleared, and remembers it.
func (m *model) keepFilter(f filter.Filter) {
	m.apply(f)
	text := f.String()
	m.remember(func(s *prefs.State) { s.Filter = text })
	if past := m.filter.past; len(past) == 0 || past[len(past)-1] != text {
		m.filter.past = append(past[max(0, len(past)-maxPastFilters+1):], text)
	}
}

// clearFilter shows every call again, and says so where that is not plain.
func (m *model) clearFilter(why safe.Text) {
	m.apply(filter.Filter{})
	m.remember(func(s *prefs.State) { s.Filter = "" })
	if why != "" {
		m.tell(toneDim, why)
	}
}

// restoreFilter puts the filter of last time in force. The status line says so at once, and
// counts who needs a hand and is hidden. A call that was asked for stays selected.
func (m *model) restoreFilter(chosen bool) {
	if m.state.Filter == "" || m.deck != nil {
		return
	}
	f, err := filter.Parse(m.state.Filter)
	if err != nil {
		m.tell(toneWatch, "The filter of last time is off: "+reason(err.Error()))
		return
	}
	if !chosen {
		m.list.selected = ""
	}
	m.apply(f)
	if !chosen {
		m.list.point(0)
		m.list.clamp()
	}
	m.filter.past = []string{f.String()}
}

// filterBy filters by words that were typed after a colon.
func (m *model) filterBy(words string) tea.Cmd {
	if words == "" {
		m.openFilter()
		return nil
	}
	f, err := filter.Parse(words)
	if err != nil {
		m.tell(toneWatch, "Not filtered: "+reason(err.Error()))
		return nil
	}
	return m.showOnly(f)
}

// showOnly keeps a filter, and selects the first call that it lets through unless the
// selected one is among them.
func (m *model) showOnly(f filter.Filter) tea.Cmd {
	before := m.list.selected
	m.notice = notice{}
	if s, ok := m.list.call(); !ok || !m.lets(f)(s) {
		m.list.selected = ""
	}
	m.keepFilter(f)
	if m.list.selected != before {
		m.list.point(0)
		m.list.clamp()
		return m.turn()
	}
	return nil
}

// hiddenInNeed counts the calls that need a hand and are hidden by the filter.
func (m *model) hiddenInNeed() int {
	if m.list.keep == nil {
		return 0
	}
	n := 0
	for _, s := range m.list.need {
		if stateOf(s).attention() && s.ID != m.list.selected && !m.list.keep(s) {
			n++
		}
	}
	return n
}

// reachHidden selects the n-th call that needs a hand, counted from 1 whether they are
// shown or not, where a filter is on; one that is hidden is shown with all the others. It
// reports whether there is one.
func (m *model) reachHidden(n int) bool {
	if !m.filtered() {
		return false
	}
	for _, s := range m.list.need {
		if !stateOf(s).attention() {
			continue
		}
		if n--; n > 0 {
			continue
		}
		if m.stray(s) && s.ID != m.list.selected {
			m.clearFilter("The filter is off, for it hid " + callerOf(s) + ".")
		}
		return m.pointAt(s.ID)
	}
	return false
}

// stray reports whether a call is shown though the filter does not let it through: it did
// when it was selected.
func (m *model) stray(s *engine.Session) bool { return m.list.keep != nil && !m.list.keep(s) }

const strayNote safe.Text = "no longer matches"

// strayWords adds to what a row says that it no longer belongs.
func strayWords(words safe.Text, to tone) (safe.Text, tone) {
	if words == "" {
		return strayNote, toneDim
	}
	return words + " · " + strayNote, to
}

// noneMatch says why no call is shown.
func (m *model) noneMatch() safe.Text {
	return "None of " + count(m.list.all, "call", "calls") + " matches " + m.filterText() + ". esc shows all."
}

// filterText is the filter as it is written.
func (m *model) filterText() safe.Text { return safe.Clean(m.filter.is.String(), maxLine) }

// counted tells how many calls match, of how many.
func (m *model) counted() safe.Text {
	return own(strconv.Itoa(m.list.kept) + " of " + strconv.Itoa(m.list.all))
}

// hiddenTold tells how many calls need a hand and are hidden.
func (m *model) hiddenTold() safe.Text {
	n := m.hiddenInNeed()
	if n == 0 {
		return ""
	}
	verb := safe.Text("need")
	if n == 1 {
		verb = "needs"
	}
	return own(strconv.Itoa(n)) + " hidden " + verb + " a hand"
}

// filterBriefly tells beside a notice that a filter is on.
func (m *model) filterBriefly() safe.Text {
	if !m.filtered() {
		return ""
	}
	return "filter: " + m.counted()
}

// foundStatus puts what is looked for in place of what the status line would say. The
// count and what is hidden are never cut: the filter's own words are, where there is little
// room, and the words about the transcript give way.
func (m *model) foundStatus(w int, left safe.Text, to tone, follow safe.Text) (safe.Text, tone, safe.Text) {
	if words := m.searchTold(); words != "" {
		return words, toneText, ""
	}
	if !m.filtered() {
		return left, to, follow
	}
	if m.open || m.isFull {
		return left + " · " + m.filterBriefly(), to, follow
	}
	tail := " · " + m.counted()
	if hidden := m.hiddenTold(); hidden != "" {
		tail, to = tail+" · "+hidden, toneWatch
	}
	if s, ok := m.list.call(); ok && m.stray(s) {
		tail += " · selected " + strayNote
	}
	const ends = " · esc clears"
	if marked := m.markWords(); marked != "" { // e acts on them, also on those that are hidden
		tail += " · " + marked
	}
	head := pick(m.list.frozen, "order FROZEN · ") + "filter: " + m.filterText()
	if n := m.hiddenInNeed(); n > 0 && width(m.theme.shape(head+tail+ends))+20 < w {
		tail += ", 1–9 go there"
	}
	if page := m.pageTold(); page != "" && width(m.theme.shape(head+tail+page+ends))+4 < w {
		tail += page
	}
	if room := w - 3 - width(m.theme.shape(head+tail+ends)); room < width(string(follow))+2 && m.air == "" {
		follow = ""
	}
	room := w - 4 - width(string(follow))
	switch {
	case width(m.theme.shape(head+tail+ends)) <= room:
		return head + tail + ends, to, follow
	case width(m.theme.shape(tail+ends))+12 <= room:
		return clipTo(m.theme, head, room-width(m.theme.shape(tail+ends))) + tail + ends, to, follow
	}
	if rest := room - width(m.theme.shape(tail)); rest >= 12 {
		return clipTo(m.theme, head, rest) + tail, to, follow
	}
	return "filter " + tail[len(" · "):], to, follow
}

// pageTold says which rows are on the screen, where that has not room for all.
func (m *model) pageTold() safe.Text {
	shown := len(m.list.visible())
	if m.list.page <= 0 || shown >= len(m.list.rows) {
		return ""
	}
	return own(" · rows " + strconv.Itoa(m.list.top+1) + "–" + strconv.Itoa(m.list.top+shown))
}

// found goes to the next thing that was looked for, or the one before: a sentence, where
// the words are searched, and otherwise a call that the filter lets through.
func (m *model) found(by int) tea.Cmd {
	switch {
	case m.search.on:
		return m.nextSaid(by)
	case m.filtered() && m.list.kept > 0:
		m.nextKept(by)
	case m.filtered():
		m.tell(toneDim, m.noneMatch())
	default:
		m.tell(toneDim, "Nothing is looked for: / filters the calls, and in the words of a call it searches them.")
	}
	return nil
}

// nextKept goes to the first call beyond the page, or where all are on the page to the next
// one; behind the last stands the first.
func (m *model) nextKept(by int) {
	n, to := len(m.list.rows), m.list.at+by
	if n > m.list.page && m.list.page > 0 {
		to = m.list.top - 1
		if by > 0 {
			to = m.list.top + m.list.page
		}
	}
	switch {
	case to >= n:
		to = 0
		m.tell(toneDim, "From the first again.")
	case to < 0:
		to = n - 1
		m.tell(toneDim, "From the last again.")
	}
	if m.list.top = to; by < 0 {
		m.list.top = to - m.list.page + 1
	}
	m.list.point(to)
	m.list.clamp()
}
