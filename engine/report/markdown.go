package report

import (
	"fmt"
	"strings"
)

// Markdown returns the report as Markdown. What comes from outside is put through clean,
// and can then be no Markdown of its own.
func (r Report) Markdown(clean Clean) string {
	m := &markdown{page: view(r, func(text string, limit int) string { return escaped(clean(text, limit)) })}
	m.head()
	m.counted()
	m.through()
	m.transfers()
	m.human()
	m.rules()
	m.people()
	m.feeds()
	m.left()
	m.foot()
	return m.b.String()
}

// escaped returns a text in which nothing is Markdown or HTML.
func escaped(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case strings.ContainsRune("\\`*_{}[]()#+-!|~>$", c):
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '<':
			b.WriteString("&lt;")
		case c == '&':
			b.WriteString("&amp;")
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// A markdown writes a report as Markdown.
type markdown struct {
	page
	b strings.Builder
}

func (m *markdown) say(format string, args ...any) { fmt.Fprintf(&m.b, format+"\n\n", args...) }

// table writes a table; the columns after the first are numbers where the head says so
// with a colon at its end.
func (m *markdown) table(heads []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	rule := make([]string, len(heads))
	for i, h := range heads {
		rule[i] = "---"
		if bare, number := strings.CutSuffix(h, ":"); number {
			heads[i], rule[i] = bare, "--:"
		}
	}
	for _, row := range append([][]string{heads, rule}, rows...) {
		fmt.Fprintf(&m.b, "| %s |\n", strings.Join(row, " | "))
	}
	m.b.WriteByte('\n')
}

func (m *markdown) head() {
	m.say("# %s", m.Title)
	m.say("%s", strings.Join(m.About, " · "))
}

func (m *markdown) counted() {
	m.say("## Calls")
	var rows [][]string
	for _, f := range m.Calls {
		rows = append(rows, []string{f.What, f.N, f.Note})
	}
	m.table([]string{"", "calls:", ""}, rows)
}

func (m *markdown) through() {
	if len(m.Through) > 0 {
		m.say("## Through the period")
		m.table([]string{"", "calls:", "mood:", "sentences:"}, m.Through)
	}
}

func (m *markdown) transfers() {
	t := m.Transfers
	m.say("## Transfers")
	if len(t.Rows) == 0 {
		m.say("None.")
		return
	}
	heads := []string{"", "all:"}
	for _, h := range t.Heads {
		heads = append(heads, h+":")
	}
	m.table(heads, t.Rows)
}

func (m *markdown) human() {
	m.say("## Time to a human voice")
	if len(m.Human) == 0 {
		m.say("Nobody was waited for.")
		return
	}
	m.table([]string{"", "n:", "median:", "nine of ten within:"}, m.Human)
	if m.Within != "" {
		m.say("Within 30 s of the trigger: %s.", m.Within)
	}
	m.table([]string{"waited", "transfers:"}, m.Spread)
}

func (m *markdown) rules() {
	m.say("## Rules")
	if len(m.Rules) == 0 {
		m.say("No rule acted.")
		return
	}
	m.table([]string{"", "fired:", "in shadow:", "proposed:", "kept:", "vetoed:", "why vetoed", "precision:"}, m.Rules)
	m.say("Precision: kept, of those kept or vetoed. %s", m.Quiet)
}

func (m *markdown) people() {
	if len(m.Lowest) > 0 {
		m.say("## Lowest moods")
		m.table([]string{"at", "call", "mood:", "what was done"}, m.Lowest)
	}
	if len(m.Holds) > 0 {
		m.say("## Longest holds")
		m.table([]string{"at", "call", "for:", "who"}, m.Holds)
	}
	if len(m.Operators) > 0 {
		m.say("## Operators")
		m.table([]string{"", "called:", "taken:", "talk:"}, m.Operators)
	}
}

func (m *markdown) feeds() {
	m.say("## Not heard")
	if len(m.Unheard)+len(m.Outages) == 0 {
		m.say("Nothing that should have been.")
	}
	m.table([]string{"for:", "what and why"}, m.Unheard)
	m.bullets(m.Outages)
}

func (m *markdown) bullets(all []string) {
	for _, text := range all {
		fmt.Fprintf(&m.b, "- %s\n", text)
	}
	if len(all) > 0 {
		m.b.WriteByte('\n')
	}
}

func (m *markdown) left() {
	m.say("## Callbacks")
	m.say("%s", m.Promised)
	m.table([]string{"", "call", "promised"}, m.Callbacks)
	m.say("## The floor")
	m.bullets(m.Floor)
	m.table([]string{"at", "what"}, m.Changes)
	m.say("## Handover notes")
	if len(m.Notes) == 0 {
		m.say("None.")
	}
	m.table([]string{"at", "note"}, m.Notes)
}

func (m *markdown) foot() {
	m.b.WriteString("---\n\n")
	for _, text := range m.Foot {
		m.say("%s", text)
	}
}
