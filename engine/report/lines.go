package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// columns is how long a line of the text is at most: what the console's box has room for
// on a screen of 80.
const columns = 74

// Lines returns the report as text in lines of at most 74 columns. What comes from
// outside is put through clean.
func (r Report) Lines(clean Clean) []string {
	w := &writer{report: r, clean: clean}
	w.head()
	w.calls()
	w.through()
	w.transfers()
	w.human()
	w.rules()
	w.lowest()
	w.holds()
	w.operators()
	w.feeds()
	w.callbacks()
	w.floor()
	w.notes()
	w.foot()
	return w.lines
}

// A writer writes a report as text.
type writer struct {
	report Report
	clean  Clean
	lines  []string
}

func (w *writer) line(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	if utf8.RuneCountInString(text) > columns {
		text = string([]rune(text)[:columns-1]) + "…"
	}
	w.lines = append(w.lines, text)
}

// title begins a part of the report.
func (w *writer) title(text string) {
	w.line("")
	w.line("%s", text)
}

// wrapped writes words after a label, in as many lines as it takes.
func (w *writer) wrapped(label, text string) {
	line, used := label, 0
	for _, word := range strings.Fields(text) {
		if used > 0 && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > columns {
			w.line("%s", line)
			line, used = strings.Repeat(" ", utf8.RuneCountInString(label)), 0
		}
		if used > 0 {
			line += " "
		}
		line += word
		used++
	}
	w.line("%s", line)
}

func (w *writer) head() {
	w.line("%s", w.clean(w.report.Period, columns))
	w.wrapped("", strings.Join(w.about(), " · "))
}

const figure = "  %-34s %6s   %s"

func (w *writer) calls() {
	w.title("CALLS")
	for _, f := range w.figures() {
		w.line(figure, f.What, f.N, f.Note)
	}
}

const barCells = 20

// through writes the period by the hour, or by the day.
func (w *writer) through() {
	spans := busy(w.report.spans())
	if len(spans) == 0 {
		return
	}
	most := 1
	for _, s := range spans {
		most = max(most, s.Calls)
	}
	w.title("THROUGH THE PERIOD")
	quarters := "quarters"
	if len(spans[0].Quarters) > 4 {
		quarters = ""
	}
	w.line("  %-11s %5s  %-*s  %6s %9s  %s", "", "calls", barCells, "", "mood", "sentences", quarters)
	for _, s := range spans {
		spark := ""
		if len(s.Quarters) <= 4 {
			spark = sparks(s.Quarters)
		}
		w.line("  %-11s %5d  %-*s  %6s %9d  %s", s.Label, s.Calls, barCells, strings.Repeat("▇", (s.Calls*barCells+most/2)/most), moodWords(s.Mood), s.Sentences, spark)
	}
}

// sparks draws the moods of quarters as blocks, from -0.60 to +0.60; a dot is none.
func sparks(quarters []Quarter) string {
	blocks := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, q := range quarters {
		if q.Mood == nil {
			b.WriteRune('·')
			continue
		}
		m := min(max(int(*q.Mood), -600), 600)
		b.WriteRune(blocks[(m+600)*(len(blocks)-1)/1200])
	}
	return b.String()
}

func (w *writer) transfers() {
	w.title("TRANSFERS")
	t := w.transferTable()
	if len(t.Rows) == 0 {
		w.line("  none")
		return
	}
	heads := slices.Clone(t.Heads)
	for i := range heads { // there is room for few
		heads[i] = strings.TrimSuffix(heads[i], " for it")
	}
	row := func(cells []string) {
		line := fmt.Sprintf("  %-21s %5s", cells[0], cells[1])
		for i, cell := range cells[2:] {
			line += fmt.Sprintf(" %*s", max(utf8.RuneCountInString(heads[i])+1, 7), cell)
		}
		w.line("%s", line)
	}
	row(append([]string{"", "all"}, heads...))
	for _, cells := range t.Rows {
		row(cells)
	}
}

func (w *writer) human() {
	h := w.report.Human
	w.title("TIME TO A HUMAN VOICE")
	if h.Trigger.N+h.Answer.N == 0 {
		w.line("  nobody was waited for")
		return
	}
	w.line("  %-34s %6s   %8s   %s", "", "n", "median", "9 of 10 within")
	for _, t := range []struct {
		what string
		Times
	}{{"from the trigger of the transfer", h.Trigger}, {"from the answer of the call", h.Answer}} {
		w.line("  %-34s %6d   %8s   %s", t.what, t.N, waited(t.Median), waited(t.Ninth))
	}
	if h.Within == nil {
		return
	}
	w.line("  %-34s %6s", "within 30 s of the trigger", percent(*h.Within))
	most := 1
	for _, b := range h.Spread {
		most = max(most, b.N)
	}
	for _, b := range h.Spread {
		w.line("    %-32s %6d   %s", b.label(), b.N, strings.Repeat("▇", (b.N*barCells+most/2)/most))
	}
}

func (w *writer) rules() {
	w.title("RULES")
	const row = "  %-26s %6s %8s %5s %6s   %s"
	var shadow []string
	listed := 0
	for _, r := range w.report.Rules {
		if r.Shadow > 0 {
			shadow = append(shadow, fmt.Sprintf("%s %d", w.clean(r.Rule, maxName), r.Shadow))
		}
		if r.Fired+r.Proposed == 0 {
			continue
		}
		if listed++; listed == 1 {
			w.line(row, "", "fired", "proposed", "kept", "vetoed", "precision")
		}
		w.line(row, w.clean(r.Rule, 26), fmt.Sprint(r.Fired), fmt.Sprint(r.Proposed), fmt.Sprint(r.Kept), fmt.Sprint(r.Vetoed), r.precision())
		if r.Vetoed > 0 {
			w.wrapped("    vetoed: ", r.labels())
		}
	}
	if listed == 0 {
		w.line("  no rule acted")
	}
	if len(shadow) > 0 {
		w.wrapped("  in shadow: ", strings.Join(shadow, ", "))
	}
	if w.report.Quiet > 0 && listed > 0 {
		w.line("  %s did not fire", count(w.report.Quiet, "more rule"))
	}
	if listed > 0 {
		w.line("  precision: kept, of those kept or vetoed")
	}
}

func (w *writer) lowest() {
	if len(w.report.Lowest) == 0 {
		return
	}
	w.title("LOWEST MOODS")
	for _, l := range w.report.Lowest {
		w.wrapped(fmt.Sprintf("  %-12s %-12s %6s   ", w.report.clock(l.At), l.who(w.clean), l.Mood), w.lowWords(l))
	}
}

// lowWords says what fired on a call of low mood, and what was done.
func (w *writer) lowWords(l Low) string {
	rules := "no rule fired"
	if len(l.Rules) > 0 {
		var names []string
		for _, r := range l.Rules {
			names = append(names, w.clean(r, maxName))
		}
		rules = strings.Join(names, ", ")
	}
	return rules + "; " + l.Came
}

func (w *writer) holds() {
	if len(w.report.Holds) == 0 {
		return
	}
	w.title("LONGEST HOLDS")
	for _, h := range w.report.Holds {
		lasts := ""
		if h.Lasts {
			lasts = ", and it lasts"
		}
		w.line("  %-12s %-12s %6s   %s%s", w.report.clock(h.From), h.who(w.clean), minutes(h.For), h.Whose, lasts)
	}
}

func (w *writer) operators() {
	if len(w.report.Operators) == 0 {
		return
	}
	w.title("OPERATORS")
	w.line("  %-28s %6s %6s %10s", "", "called", "taken", "talk")
	for _, o := range w.report.Operators {
		w.line("  %-28s %6d %6d %10s", w.clean(o.Name, maxName), o.Rung, o.Taken, minutes(o.Talk))
	}
}

func (w *writer) feeds() {
	r := w.report
	w.title("NOT HEARD")
	if len(r.Unheard)+len(r.Outages) == 0 {
		w.line("  nothing that should have been")
		return
	}
	for _, u := range r.Unheard {
		w.wrapped(fmt.Sprintf("  %-9s ", minutes(u.Lasted)), w.unheardWords(u))
	}
	for _, o := range r.Outages {
		w.wrapped("  ", w.outageWords(o))
	}
}

func (w *writer) unheardWords(u Unheard) string {
	what := "of " + count(u.Calls, "call")
	if !u.Whole {
		what = "of single legs in " + count(u.Calls, "call")
	}
	if u.Feed != 0 {
		what += ", by " + u.Feed.Words()
	}
	if u.Why != "" {
		what += ": " + w.clean(u.Why, maxWhy)
	}
	return what
}

func (w *writer) outageWords(o Outage) string {
	to := "it lasts"
	if !o.To.IsZero() {
		to = "to " + w.report.clock(o.To)
	}
	text := fmt.Sprintf("%s could not be started from %s, %s", o.Feed.Words(), w.report.clock(o.From), to)
	if o.Why != "" {
		text += ": " + w.clean(o.Why, maxWhy)
	}
	return text
}

func (w *writer) callbacks() {
	c := w.report.Callbacks
	w.title("CALLBACKS")
	w.line("  promised %d, done %d, open %d", c.Promised, c.Done, len(c.Open))
	for _, one := range c.Open {
		w.wrapped(fmt.Sprintf("  %-8s %-12s ", w.clean(string(one.ID), 8), one.who(w.clean)), w.callbackWords(one))
	}
}

func (w *writer) callbackWords(c Callback) string {
	text := "promised " + c.Promised.In(w.report.zone).Format("2 Jan 15:04")
	if c.Why != "" {
		text += ", " + w.clean(c.Why, maxWhy)
	}
	return text
}

func (w *writer) floor() {
	r := w.report
	w.title("THE FLOOR")
	for _, words := range w.floorWords() {
		label, rest, _ := strings.Cut(words, ": ")
		w.wrapped("  "+label+": ", rest)
	}
	for _, c := range r.Changes {
		w.wrapped("  "+r.clock(c.At)+"  ", w.changeWords(c))
	}
}

func (w *writer) changeWords(c Change) string {
	if c.By == "" {
		return w.clean(c.What, maxWhy)
	}
	return w.clean(c.What, maxWhy) + ", by " + w.clean(c.By, maxName)
}

// listed writes counts in a line.
func listed(all []Count) string {
	var parts []string
	for _, c := range all {
		parts = append(parts, fmt.Sprintf("%s %d", c.What, c.N))
	}
	return strings.Join(parts, ", ")
}

func (w *writer) notes() {
	w.title("HANDOVER NOTES")
	if len(w.report.Notes) == 0 {
		w.line("  none")
	}
	for _, n := range w.report.Notes {
		w.wrapped("  "+w.report.clock(n.At)+"  ", w.noteWords(n))
	}
}

func (w *writer) noteWords(n Note) string {
	by := w.clean(n.By, maxName)
	if n.Call != nil {
		by = strings.TrimPrefix(by+", on "+n.Call.name(), ", ")
	}
	return strings.TrimPrefix(by+": "+w.clean(n.Text, maxNote), ": ")
}

func (w *writer) foot() {
	var p page
	w.left(&p)
	w.line("")
	for _, text := range p.Foot {
		w.wrapped("", text)
	}
}

func (w *writer) auditWords(a Audit) string {
	text := fmt.Sprintf("Chain of supervisors' acts: %s, head %s", count(a.Acts, "act"), w.clean(a.Head, 64))
	if a.Verified != "" {
		text += "; " + w.clean(a.Verified, maxWhy)
	}
	return text + "."
}
