package tui

import (
	"maps"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/tui/filter"
	"switchboard/tui/prefs"
	"switchboard/tui/safe"
)

// Limits of saved filters.
const (
	viewsKept   = 50
	maxViewName = 24
)

// A view is a filter with a name: one that the supervisor saved here, or one of his
// configuration, which the console never writes.
type view struct {
	name       string
	text       string
	configured bool
}

// views returns the saved filters by name. One that was saved here stands in place of a
// configured one.
func (m *model) views() []view {
	var all []view
	for _, name := range slices.Sorted(maps.Keys(m.config.Views)) {
		if _, saved := viewNamed(m.state.Views, name); !saved {
			all = append(all, view{name, m.config.Views[name], true})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.state.Views)) {
		all = append(all, view{name, m.state.Views[name], false})
	}
	slices.SortStableFunc(all, func(a, b view) int { return strings.Compare(filter.Fold(a.name), filter.Fold(b.name)) })
	return all
}

// viewNamed finds a name as it was saved, whatever its case and accents.
func viewNamed(views map[string]string, name string) (string, bool) {
	for _, saved := range slices.Sorted(maps.Keys(views)) {
		if filter.Fold(saved) == filter.Fold(name) {
			return saved, true
		}
	}
	return "", false
}

// showView shows a saved filter. "save NAME" and "delete NAME" do what they say.
func (m *model) showView(name string) tea.Cmd {
	if rest, ok := strings.CutPrefix(name, "save "); ok {
		return m.saveView(strings.TrimSpace(rest))
	}
	if rest, ok := strings.CutPrefix(name, "delete "); ok {
		return m.deleteView(strings.TrimSpace(rest))
	}
	for _, v := range m.views() {
		if filter.Fold(v.name) == filter.Fold(name) {
			return m.chooseView(v)
		}
	}
	m.tell(toneWatch, "No filter is saved as "+safe.Clean(name, maxViewName)+". :views shows those that are.")
	return nil
}

// chooseView filters by a saved filter.
func (m *model) chooseView(v view) tea.Cmd {
	f, err := filter.Parse(v.text)
	if err != nil {
		m.tell(toneWatch, "The view "+safe.Clean(v.name, maxViewName)+" is not understood: "+reason(err.Error()))
		return nil
	}
	return m.showOnly(f)
}

// saveView saves the filter that is on.
func (m *model) saveView(typed string) tea.Cmd {
	name := strings.TrimSpace(string(safe.Clean(typed, maxViewName)))
	_, known := viewNamed(m.state.Views, name)
	switch {
	case !m.filtered():
		m.tell(toneWatch, "There is no filter to save: / begins one.")
		return nil
	case name == "":
		m.tell(toneWatch, "A view needs a name, as in "+m.colon("view save angry"))
		return nil
	case !known && len(m.state.Views) >= viewsKept:
		m.tell(toneWatch, "There are as many views as can be kept: "+m.colon("view delete NAME")+" makes room.")
		return nil
	}
	text := m.filter.is.String()
	m.remember(func(s *prefs.State) {
		views := maps.Clone(s.Views)
		if views == nil {
			views = map[string]string{}
		}
		if old, ok := viewNamed(views, name); ok {
			delete(views, old)
		}
		views[name] = text
		s.Views = views
	})
	m.tell(toneDim, "Saved: "+m.colon("view ")+safe.Clean(name, maxViewName)+" shows "+m.filterText()+".")
	return nil
}

// deleteView forgets a filter that was saved here.
func (m *model) deleteView(name string) tea.Cmd {
	saved, ok := viewNamed(m.state.Views, name)
	if !ok {
		if _, configured := viewNamed(m.config.Views, name); configured {
			m.tell(toneWatch, "That view stands in console.yaml: take it out there.")
		} else {
			m.tell(toneWatch, "No filter is saved as "+safe.Clean(name, maxViewName)+".")
		}
		return nil
	}
	m.remember(func(s *prefs.State) {
		views := maps.Clone(s.Views)
		delete(views, saved)
		s.Views = views
	})
	m.tell(toneDim, "Forgotten: "+safe.Clean(saved, maxViewName)+".")
	return nil
}

// A viewsBox chooses one of the saved filters, with how many calls each would show now.
type viewsBox struct{ at int }

func (m *model) openViews() {
	if len(m.views()) == 0 {
		m.tell(toneDim, "No view is saved. Filter with "+word(m.keys.Filter)+", then "+m.colon("view save NAME")+".")
		return
	}
	m.openBox(&viewsBox{}, 0)
}

// press takes a key. The first row is all calls.
func (b *viewsBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	views := m.views()
	switch {
	case key.Matches(k, m.keys.Cancel, m.keys.Quit):
		m.box = nil
	case key.Matches(k, m.keys.Down):
		b.at = min(b.at+1, len(views))
	case key.Matches(k, m.keys.Up):
		b.at = max(b.at-1, 0)
	case key.Matches(k, m.keys.First):
		b.at = 0
	case key.Matches(k, m.keys.Last):
		b.at = len(views)
	case key.Matches(k, m.keys.Confirm):
		m.box = nil
		if b.at == 0 || b.at > len(views) {
			m.clearFilter("")
			return nil
		}
		return m.chooseView(views[b.at-1])
	}
	return nil
}

func (b *viewsBox) follow(m *model) { b.at = min(b.at, len(m.views())) }

func (b *viewsBox) draw(m *model, w int) card {
	const nameCells = 16
	rows := []string{m.choiceRow(w, b.at == 0, "all", nameCells, toneDim, count(m.list.all, "call", "calls"))}
	brief := safe.Text("all calls")
	for i, v := range m.views() {
		words, to := safe.Clean(v.text, maxLine), toneDim
		if f, err := filter.Parse(v.text); err != nil {
			words, to = words+"   "+reason(err.Error()), toneWatch
		} else {
			words = count(m.matching(f), "call", "calls") + "   " + words
		}
		if v.configured {
			words += "   (console.yaml)"
		}
		name := safe.Clean(v.name, maxViewName)
		if b.at == i+1 {
			brief = name + ": " + words
		}
		rows = append(rows, m.choiceRow(w, b.at == i+1, name, nameCells, to, words))
	}
	if room := m.boxRoom(); len(rows) > room {
		top := min(max(b.at-room+1, 0), len(rows)-room)
		rows = rows[top : top+room]
	}
	return card{
		title: "Views", rows: rows, caret: -1, brief: "view: " + brief,
		keys: []key.Binding{bind("⏎", "show"), pair(m.keys.Down, m.keys.Up, "choose"), bind("esc", "close")},
	}
}
