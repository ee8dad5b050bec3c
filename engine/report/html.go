package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("report").Parse(pageText))

// HTML writes the report as one page that needs nothing beside it: no script, no picture
// from elsewhere. It is light or dark as the reader's screen is, and prints on A4. Each
// chart has a title, a description and a table beside it. What comes from outside is put
// through clean, and cannot be HTML of its own.
func (r Report) HTML(out io.Writer, clean Clean) error {
	err := pageTemplate.Execute(out, struct {
		page
		Begun     drawn
		Moods     drawn
		Results   drawn
		Waits     drawn
		RowsOf    []resultRow
		Generator string
	}{view(r, clean), drawn{"begun", r.callChart()}, drawn{"moods", r.moodChart()}, drawn{"results", r.resultChart()}, drawn{"waits", r.waitChart()}, r.resultsSeen(), "switchboard report"})
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// Sizes of charts, in the units of their own pictures.
const (
	chartWidth  = 720
	chartHeight = 150
	chartTop    = 14 // above the highest bar, for its number
	chartFoot   = 20 // below, for the times
	barHeight   = 26 // of a bar that lies
	barLabels   = 120
)

// A chart is a drawing: shapes with their places.
type chart struct {
	Title, Desc string
	W, H        int
	Bars        []bar
	Dots        []dot
	Lines       []rule
	Texts       []label
	Shown       bool
}

// A drawn chart has a name that is its own on the page.
type drawn struct {
	ID string
	C  chart
}

type (
	bar struct {
		X, Y, W, H   int
		Class, Words string
	}
	dot struct {
		X, Y  int
		Words string
	}
	rule struct {
		X1, Y1, X2, Y2 int
		Class          string
	}
	label struct {
		X, Y         int
		Anchor, Text string
		In           bool
	}
)

// maxBars is how many bars a chart through the period has at most: quarters of a long
// period are drawn by the hour, and by more hours of a longer one.
const maxBars = 100

// A slot is what one bar of a chart through the period stands for.
type slot struct {
	at               time.Time
	calls, said, sum int
}

func (r Report) slots() []slot {
	each := 1
	for len(r.Quarters)/each > maxBars {
		each *= 4
	}
	var all []slot
	for i, q := range r.Quarters {
		if i%each == 0 {
			all = append(all, slot{at: q.At})
		}
		s := &all[len(all)-1]
		s.calls, s.said, s.sum = s.calls+q.Calls, s.said+q.Sentences, s.sum+q.sum
	}
	return all
}

// axis draws the times below a chart.
func (r Report) axis(c *chart, slots []slot, w int) {
	every := max((len(slots)+7)/8, 1)
	for i := 0; i < len(slots); i += every {
		c.Texts = append(c.Texts, label{i * w, c.H - 5, "start", r.clock(slots[i].at), false})
	}
}

// callChart draws how many calls began when.
func (r Report) callChart() chart {
	slots := r.slots()
	most := 0
	for _, s := range slots {
		most = max(most, s.calls)
	}
	c := chart{Title: "Calls that began", W: chartWidth, H: chartHeight, Shown: most > 0}
	if !c.Shown {
		return c
	}
	c.Desc = fmt.Sprintf("A bar for each stretch of the period; the highest is %s.", count(most, "call"))
	w, room := chartWidth/len(slots), chartHeight-chartTop-chartFoot
	labelled := false
	for i, s := range slots {
		h := s.calls * room / most
		if s.calls == 0 {
			continue
		}
		c.Bars = append(c.Bars, bar{i*w + 1, chartTop + room - h, max(w-2, 1), h, "calls", fmt.Sprintf("%s: %s", r.clock(s.at), count(s.calls, "call"))})
		if s.calls == most && !labelled {
			labelled = true
			c.Texts = append(c.Texts, label{i*w + w/2, chartTop + room - h - 3, "middle", fmt.Sprint(most), false})
		}
	}
	c.Lines = append(c.Lines, rule{0, chartTop + room, chartWidth, chartTop + room, "axis"})
	r.axis(&c, slots, w)
	return c
}

// moodChart draws the customers' mood: a dot where there were sentences.
func (r Report) moodChart() chart {
	slots := r.slots()
	c := chart{Title: "The customers’ mood", W: chartWidth, H: chartHeight}
	w, room := chartWidth/max(len(slots), 1), chartHeight-chartTop-chartFoot
	y := func(p int) int { return chartTop + room/2 - min(max(p, -1000), 1000)*room/2000 }
	last := -1
	for i, s := range slots {
		m := mean(s.sum, s.said)
		if m == nil {
			continue
		}
		if c.Shown = true; last >= 0 && last == i-1 {
			was := c.Dots[len(c.Dots)-1]
			c.Lines = append(c.Lines, rule{was.X, was.Y, i*w + w/2, y(int(*m)), "mood"})
		}
		c.Dots = append(c.Dots, dot{i*w + w/2, y(int(*m)), fmt.Sprintf("%s: %s of %s", r.clock(s.at), m, count(s.said, "sentence"))})
		last = i
	}
	if !c.Shown {
		return c
	}
	c.Desc = "A dot for each stretch in which customers’ sentences were judged, from -1.00 at the bottom to +1.00 at the top. Where there is no dot, nothing was judged."
	for _, p := range []int{1000, 0, -1000} {
		c.Lines = append(c.Lines, rule{0, y(p), chartWidth, y(p), "axis"})
	}
	c.Texts = append(c.Texts, label{chartWidth, y(1000) - 3, "end", "+1.00", false}, label{chartWidth, y(0) - 3, "end", "0.00", false}, label{chartWidth, y(-1000) - 3, "end", "-1.00", false})
	r.axis(&c, slots, w)
	return c
}

// resultsSeen are the results that any transfer came to.
func (r Report) resultsSeen() []resultRow {
	sum := r.Sum()
	var seen []resultRow
	for _, row := range resultRows {
		if row.N(sum) > 0 {
			seen = append(seen, row)
		}
	}
	return seen
}

// resultChart draws what transfers came to, a lying bar for each cause.
func (r Report) resultChart() chart {
	c := chart{Title: "Transfers by cause and result", W: chartWidth, H: len(r.Transfers)*(barHeight+8) + 8, Shown: len(r.Transfers) > 0}
	if !c.Shown {
		return c
	}
	c.Desc = "A bar for each cause, in parts by what the transfers came to."
	most := 1
	for _, t := range r.Transfers {
		most = max(most, t.All)
	}
	for i, t := range r.Transfers {
		y, x := 4+i*(barHeight+8), barLabels
		c.Texts = append(c.Texts, label{barLabels - 8, y + 17, "end", causeWords(t.Cause), false})
		for _, result := range resultRows {
			n := result.N(t)
			if n == 0 {
				continue
			}
			w := n * (chartWidth - barLabels) / most
			c.Bars = append(c.Bars, bar{x, y, max(w-1, 1), barHeight, result.Class, fmt.Sprintf("%s, %s: %d", causeWords(t.Cause), result.Words, n)})
			if w >= 18 {
				c.Texts = append(c.Texts, label{x + w/2, y + 17, "middle", fmt.Sprint(n), true})
			}
			x += w
		}
	}
	return c
}

// waitChart draws how long customers waited for a human voice.
func (r Report) waitChart() chart {
	h := r.Human
	c := chart{Title: "Time to a human voice", W: chartWidth, H: len(h.Spread)*(barHeight+4) + 8, Shown: h.Trigger.N > 0}
	if !c.Shown {
		return c
	}
	c.Desc = fmt.Sprintf("From the trigger of the transfer until the operator joined: a bar for each range of times. Half waited no longer than %s, nine of ten no longer than %s.",
		waited(h.Trigger.Median), waited(h.Trigger.Ninth))
	most := 1
	for _, b := range h.Spread {
		most = max(most, b.N)
	}
	for i, b := range h.Spread {
		y, w := 4+i*(barHeight+4), b.N*(chartWidth-barLabels-40)/most
		c.Texts = append(c.Texts, label{barLabels - 8, y + 17, "end", b.label(), false}, label{barLabels + w + 6, y + 17, "start", fmt.Sprint(b.N), false})
		if b.N > 0 {
			c.Bars = append(c.Bars, bar{barLabels, y, max(w, 1), barHeight, "calls", fmt.Sprintf("%s: %d", b.label(), b.N)})
		}
	}
	return c
}
