package tui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"switchboard/engine"
	"switchboard/tui/safe"
)

// A troubleBox tells of every kind of trouble how often, how long ago, and all that is
// known of the last one. The kinds keep the order in which they stood when it opened,
// so that nothing moves while it is read; new ones come last.
type troubleBox struct {
	order []safe.Text // names
	top   int         // the first line that is shown
}

// openTroubles opens the box, or says that there is nothing to tell.
func (m *model) openTroubles() {
	b := &troubleBox{}
	b.follow(m)
	if len(b.order) == 0 && countWords(m.frame.Counts) == "" {
		m.tell(toneDim, "No trouble so far.")
		return
	}
	m.openBox(b, 0)
}

// hasTroubles reports whether the box has something to tell that went wrong.
func (m *model) hasTroubles() bool {
	return len(m.troubles) > 0 || m.health.Journal != "" || m.frame.Deaf != "" || len(m.outages()) > 0
}

// present are the troubles of this moment, which have no count, and then the others.
func (b *troubleBox) present(m *model) []trouble {
	var all []trouble
	if m.health.Journal != "" {
		all = append(all, trouble{name: "journal", means: "the journal cannot write", detail: safe.Clean(m.health.Journal, maxDetail)})
	}
	if m.frame.Deaf != "" {
		all = append(all, trouble{
			name: "no text", means: "no call is heard", detail: safe.Clean(m.frame.Deaf, maxDetail),
			remedy: "switchboard setup asks who is to listen, and switchboard doctor whether he would",
		})
	}
	for _, o := range m.outages() {
		all = append(all, trouble{
			name:   feedTitle(o.Kind),
			means:  "out for " + seconds(m.now.Sub(o.Since)) + ", since " + clockTime(o.Since, m.zone) + ": calls pass it over until it works, and it is tried again in the background",
			detail: safe.Clean(o.Why, maxDetail),
			remedy: outageRemedy(o),
		})
	}
	return append(all, m.troubles...)
}

func (b *troubleBox) follow(m *model) {
	for _, t := range b.present(m) {
		if !slices.Contains(b.order, t.name) {
			b.order = append(b.order, t.name)
		}
	}
}

func (b *troubleBox) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	page := max(m.boxRoom()-1, 1)
	switch {
	case key.Matches(k, m.keys.Troubles, m.keys.Cancel, m.keys.Confirm, m.keys.Quit):
		m.box = nil
	case key.Matches(k, m.keys.Up):
		b.top--
	case key.Matches(k, m.keys.Down):
		b.top++
	case key.Matches(k, m.keys.PageUp, m.keys.HalfUp):
		b.top -= page
	case key.Matches(k, m.keys.PageDown, m.keys.HalfDown):
		b.top += page
	case key.Matches(k, m.keys.First):
		b.top = 0
	case key.Matches(k, m.keys.Last):
		b.top = far
	}
	b.top = min(max(b.top, 0), b.below(m))
	return nil
}

// below returns how many lines do not fit on the screen.
func (b *troubleBox) below(m *model) int {
	w := min(boxWidth, m.width-2-boxFrame)
	return max(len(b.lines(m, w))-m.boxRoom(), 0)
}

func (b *troubleBox) draw(m *model, w int) card {
	lines := b.lines(m, w)
	room := m.boxRoom()
	top := min(b.top, max(len(lines)-room, 0))
	c := card{title: "Troubles", rows: lines[top:], caret: -1, brief: b.brief(m)}
	if len(lines) > room {
		c.keys = append(c.keys, pair(m.keys.Down, m.keys.Up, "scroll"))
		if hidden := len(lines) - room - top; hidden > 0 {
			c.title += ", " + count(hidden, "more line", "more lines") + " ↓"
		}
	}
	c.keys = append(c.keys, bind(string(word(m.keys.Troubles))+" esc", "close"))
	return c
}

// brief tells of the newest trouble, where there is no room for a box.
func (b *troubleBox) brief(m *model) safe.Text {
	all := b.present(m)
	if len(all) == 0 {
		return "esc back"
	}
	return all[0].name + ": " + all[0].words()
}

// lines draws all of it, each line w cells wide.
func (b *troubleBox) lines(m *model, w int) []string {
	all := b.present(m)
	slices.SortStableFunc(all, func(x, y trouble) int {
		return cmp.Compare(slices.Index(b.order, x.name), slices.Index(b.order, y.name))
	})
	var lines []string
	for _, t := range all {
		lines = append(lines, b.head(m, t, w))
		if t.means != t.words() {
			lines = append(lines, m.boxParts(w, toneDim, t.means)...)
		}
		lines = append(lines, m.boxParts(w, toneText, t.words())...)
		if t.remedy != "" {
			lines = append(lines, m.boxParts(w, toneAccent, "→ "+t.remedy)...)
		}
		lines = append(lines, m.theme.empty(w))
	}
	if words := countWords(m.frame.Counts); words != "" {
		lines = append(lines, m.boxRow(w, toneDim, "SINCE THE JOURNAL BEGAN"))
		return append(lines, m.boxParts(w, toneDim, words)...)
	}
	return lines[:max(len(lines)-1, 0)]
}

// head names a trouble, and tells how often and when.
func (b *troubleBox) head(m *model, t trouble, w int) string {
	to := toneText
	if t.count == 0 || t.isNew(m.now) {
		to = toneWatch
	}
	l := m.theme.line(onPage, w)
	l.put(to, t.name)
	when := safe.Text("now")
	switch {
	case t.count == 1:
		when = "once"
	case t.count > 1:
		when = own(strconv.FormatUint(t.count, 10) + " times")
	}
	if !t.last.IsZero() {
		ago := short(m.now.Sub(t.last)) + " ago, " + clockTime(t.last, m.zone)
		if t.count > 1 {
			ago = "last " + ago
		}
		when += ", " + ago
	}
	l.gap(2)
	l.right(toneDim, when, l.left)
	return l.end()
}

// boxParts draws a text over as many lines of a box as it needs.
func (m *model) boxParts(w int, to tone, text safe.Text) []string {
	var lines []string
	for _, part := range wrap(m.theme.shape(text), w) {
		lines = append(lines, m.boxRow(w, to, own(part)))
	}
	return lines
}

// countWords tells what the engine has seen and could not use. It goes back to the
// journal's beginning, so it holds what happened before the program started again.
func countWords(c engine.Counts) safe.Text {
	var words []string
	add := func(n uint64, one, many safe.Text) {
		if n > 0 {
			words = append(words, string(count(int(min(n, 1<<30)), string(one), string(many))))
		}
	}
	add(c.Refused, "command refused", "commands refused")
	add(c.Unanswered, "not answered", "not answered")
	add(c.Lapsed, "not sent in time", "not sent in time")
	add(c.Panics, "call left alone", "calls left alone")
	add(c.Late, "webhook too late", "webhooks too late")
	add(c.Unknown, "about unknown legs", "about unknown legs")
	add(c.Foreign, "of another floor", "of another floor")
	return own(strings.Join(words, " · "))
}
