package report

import (
	"fmt"
	"slices"
	"strings"
)

// A page is a report in words, part by part: what Markdown and HTML are written from.
type page struct {
	Title string
	About []string

	Calls     []figureRow
	Through   [][]string
	Transfers transferTable
	Human     [][]string
	Within    string
	Spread    [][]string
	Rules     [][]string
	Quiet     string
	Lowest    [][]string
	Holds     [][]string
	Operators [][]string
	Unheard   [][]string
	Outages   []string
	Promised  string
	Callbacks [][]string
	Floor     []string
	Changes   [][]string
	Notes     [][]string
	Foot      []string
}

// A figureRow is one number and what it counts.
type figureRow struct{ What, N, Note string }

// A transferTable is transfers by result, and by cause.
type transferTable struct {
	Heads []string // the causes
	Rows  [][]string
}

// view puts a report in words.
func view(r Report, clean Clean) page {
	w := &writer{report: r, clean: clean}
	p := page{Title: clean(r.Period, columns), About: w.about(), Calls: w.figures(), Transfers: w.transferTable()}
	for _, s := range busy(r.spans()) {
		p.Through = append(p.Through, []string{s.Label, fmt.Sprint(s.Calls), moodWords(s.Mood), fmt.Sprint(s.Sentences)})
	}
	if h := r.Human; h.Trigger.N+h.Answer.N > 0 {
		p.Human = [][]string{
			{"from the trigger of the transfer", fmt.Sprint(h.Trigger.N), waited(h.Trigger.Median), waited(h.Trigger.Ninth)},
			{"from the answer of the call", fmt.Sprint(h.Answer.N), waited(h.Answer.Median), waited(h.Answer.Ninth)},
		}
		if h.Within != nil {
			p.Within = percent(*h.Within)
			for _, b := range h.Spread {
				p.Spread = append(p.Spread, []string{b.label(), fmt.Sprint(b.N)})
			}
		}
	}
	for _, one := range r.Rules {
		p.Rules = append(p.Rules, []string{clean(one.Rule, maxName), fmt.Sprint(one.Fired), fmt.Sprint(one.Shadow), fmt.Sprint(one.Proposed),
			fmt.Sprint(one.Kept), fmt.Sprint(one.Vetoed), one.labels(), one.precision()})
	}
	if r.Quiet > 0 {
		p.Quiet = count(r.Quiet, "more rule") + " did not fire."
	}
	for _, l := range r.Lowest {
		p.Lowest = append(p.Lowest, []string{r.clock(l.At), l.who(clean), l.Mood.String(), w.lowWords(l)})
	}
	for _, h := range r.Holds {
		who := h.Whose.String()
		if h.Lasts {
			who += ", and it lasts"
		}
		p.Holds = append(p.Holds, []string{r.clock(h.From), h.who(clean), minutes(h.For), who})
	}
	for _, o := range r.Operators {
		p.Operators = append(p.Operators, []string{clean(o.Name, maxName), fmt.Sprint(o.Rung), fmt.Sprint(o.Taken), minutes(o.Talk)})
	}
	for _, u := range r.Unheard {
		p.Unheard = append(p.Unheard, []string{minutes(u.Lasted), w.unheardWords(u)})
	}
	for _, o := range r.Outages {
		p.Outages = append(p.Outages, w.outageWords(o))
	}
	w.left(&p)
	return p
}

// left puts in words what is left to be known and done.
func (w *writer) left(p *page) {
	r := w.report
	p.Promised = fmt.Sprintf("Promised %d, done %d, open %d.", r.Callbacks.Promised, r.Callbacks.Done, len(r.Callbacks.Open))
	for _, c := range r.Callbacks.Open {
		p.Callbacks = append(p.Callbacks, []string{w.clean(string(c.ID), maxName), c.who(w.clean), w.callbackWords(c)})
	}
	p.Floor = w.floorWords()
	for _, c := range r.Changes {
		p.Changes = append(p.Changes, []string{r.clock(c.At), w.changeWords(c)})
	}
	for _, n := range r.Notes {
		p.Notes = append(p.Notes, []string{r.clock(n.At), w.noteWords(n)})
	}
	if r.Audit != nil {
		p.Foot = append(p.Foot, w.auditWords(*r.Audit))
	}
	p.Foot = append(p.Foot, w.clean(strings.Join(append(slices.Clone(r.Remarks), operatorWords), " "), maxNote))
	if !r.Made.IsZero() {
		p.Foot = append(p.Foot, "Made "+r.Made.In(r.zone).Format(momentForm)+".")
	}
}

// about says what the report is of.
func (w *writer) about() []string {
	r := w.report
	var about []string
	if r.Floor != "" {
		about = append(about, "floor "+w.clean(r.Floor, maxName))
	}
	if r.Policy != "" {
		about = append(about, "policy "+w.clean(r.Policy, maxName))
	}
	if r.Zone != "" && r.Zone != "Local" {
		about = append(about, "times of "+w.clean(r.Zone, maxName))
	}
	if !r.Over {
		about = append(about, "so far, up to "+r.clock(r.Until))
	}
	return about
}

// figures are what is counted of the calls; what is none is left out where that is plain.
func (w *writer) figures() []figureRow {
	c := w.report.Calls
	at := w.report.clock
	rows := []figureRow{{"began", fmt.Sprint(c.All), ""}}
	some := func(n int, what, note string) {
		if n > 0 {
			rows = append(rows, figureRow{what, fmt.Sprint(n), note})
		}
	}
	some(c.Before, "went on from before", "counted there")
	rows = append(rows, figureRow{"answered", fmt.Sprint(c.Answered), ""},
		figureRow{"over before anybody was on", fmt.Sprint(c.Alone), "and no callback promised"})
	some(c.Up, "still up", "at "+at(w.report.Until))
	some(c.Most, "at once, at most", "at "+at(c.MostAt))
	some(c.Busiest, "in the busiest quarter of an hour", "from "+at(c.BusyAt))
	some(c.Declined, "declined to be listened to", "")
	some(c.Paid, "with a payment", "")
	some(c.Quarantined, "left alone after a fault of ours", "quarantined: see the log")
	some(c.Erased, "erased since", "and counted nowhere else")
	return rows
}

// transferTable is what transfers came to, by cause.
func (w *writer) transferTable() transferTable {
	var t transferTable
	all := w.report.Transfers
	if len(all) == 0 {
		return t
	}
	sum := w.report.Sum()
	row := func(what string, of func(Transfer) int) {
		cells := []string{what, fmt.Sprint(of(sum))}
		for _, one := range all {
			cells = append(cells, fmt.Sprint(of(one)))
		}
		t.Rows = append(t.Rows, cells)
	}
	for _, one := range all {
		t.Heads = append(t.Heads, causeWords(one.Cause))
	}
	row("all", func(t Transfer) int { return t.All })
	for _, result := range resultRows {
		if result.N(sum) > 0 {
			row(result.Words, result.N)
		}
	}
	row("by automation", func(t Transfer) int { return t.Auto })
	return t
}

// floorWords says what was done on the floor.
func (w *writer) floorWords() []string {
	r := w.report
	acts := listed(r.Acts)
	if acts == "" {
		acts = "none"
	}
	if r.Refused > 0 {
		acts += fmt.Sprintf(" (%d refused)", r.Refused)
	}
	words := []string{fmt.Sprintf("bells rung: %d", r.Bells), "supervisors' acts: " + acts}
	if not := listed(r.Commands); not != "" {
		words = append(words, "not done: "+w.clean(not, maxNote))
	}
	return words
}
