package report

import (
	"fmt"
	"strings"
	"time"

	"switchboard/engine"
)

// none stands where nothing was measured.
const none = "—"

// A Clean makes a text from outside harmless to whoever shows it, and at most so many
// runes long.
type Clean func(text string, limit int) string

// Limits of what is shown of a text from outside, in runes.
const (
	maxName = 28
	maxWhy  = 120
	maxNote = 500
)

// causeWords says why an operator was brought in.
func causeWords(c engine.Cause) string {
	switch c {
	case engine.CauseKey:
		return "pressed 1"
	case engine.CauseAsked:
		return "asked for it"
	case engine.CauseRule:
		return "a rule"
	case engine.CauseMood:
		return "mood"
	case engine.CauseHand:
		return "by hand"
	}
	return c.String()
}

// A resultRow is one line of what transfers came to.
type resultRow struct {
	Words string
	Class string // of its colour
	N     func(Transfer) int
}

// resultRows are what transfers came to, as reports list them.
var resultRows = []resultRow{
	{"an operator joined", "good", func(t Transfer) int { return t.Joined }},
	{"vetoed", "veto", func(t Transfer) int { return t.Vetoed }},
	{"taken back", "back", func(t Transfer) int { return t.TakenBack }},
	{"nobody could be had", "bad", func(t Transfer) int { return t.Failed }},
	{"callback promised", "call", func(t Transfer) int { return t.Callback }},
	{"withdrawn", "with", func(t Transfer) int { return t.Withdrawn }},
	{"the caller left first", "left", func(t Transfer) int { return t.Left }},
	{"under way", "open", func(t Transfer) int { return t.UnderWay }},
}

// name names a call: by its number, or by its session where that is not known.
func (r Ref) name() string {
	if r.Number > 0 {
		return fmt.Sprintf("#%d", r.Number)
	}
	return string(r.Session)
}

// who names a call and who called.
func (r Ref) who(clean Clean) string {
	if r.Caller == "" {
		return r.name()
	}
	return r.name() + " " + clean(r.Caller, maxName)
}

// percent writes thousandths: "87 %".
func percent(n int) string { return fmt.Sprintf("%d %%", (n+5)/10) }

// minutes writes a duration as minutes and seconds, or hours, minutes and seconds.
func minutes(d Seconds) string {
	t := time.Duration(d).Round(time.Second)
	if t < time.Hour {
		return fmt.Sprintf("%d:%02d", int(t/time.Minute), int(t%time.Minute/time.Second))
	}
	return fmt.Sprintf("%d:%02d:%02d", int(t/time.Hour), int(t%time.Hour/time.Minute), int(t%time.Minute/time.Second))
}

// waited writes a time that somebody waited; of nobody a dash.
func waited(d *Seconds) string {
	switch {
	case d == nil:
		return none
	case time.Duration(*d) < time.Minute:
		return fmt.Sprintf("%d s", int(time.Duration(*d).Round(time.Second)/time.Second))
	}
	return minutes(*d)
}

func (r Rule) precision() string {
	if r.Precision == nil {
		return none
	}
	return fmt.Sprintf("%s of %d", percent(*r.Precision), r.Kept+r.Vetoed)
}

// labels says why a rule's vetoes were given.
func (r Rule) labels() string {
	var parts []string
	for _, l := range []struct {
		n    int
		word string
	}{{r.Wrong, "wrong"}, {r.Handled, "handled"}, {r.BadTime, "bad time"}, {r.Vetoed - r.Wrong - r.Handled - r.BadTime, "no reason given"}} {
		if l.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", l.n, l.word))
		}
	}
	return strings.Join(parts, ", ")
}

// label names a bucket of the time to a human voice.
func (b Bucket) label() string {
	from := int(time.Duration(b.From) / time.Second)
	switch {
	case b.To == nil:
		return fmt.Sprintf("%d min and more", from/60)
	case from >= 60:
		return fmt.Sprintf("%d to %d min", from/60, int(time.Duration(*b.To)/time.Minute))
	}
	return fmt.Sprintf("%d to %d s", from, int(time.Duration(*b.To)/time.Second))
}

// clock writes a moment of the period: with its day, where that has more than one.
func (r Report) clock(at time.Time) string {
	at = at.In(r.zone)
	if r.To.Sub(r.From) > 25*time.Hour {
		return at.Format("2 Jan 15:04")
	}
	return at.Format("15:04")
}

// A Span is several quarters of an hour as one: an hour, or a day.
type span struct {
	At        time.Time
	Label     string
	Calls     int
	Sentences int
	Mood      *engine.Polarity
	Quarters  []Quarter
}

// spans returns the period by the hour or, where it is longer than two days, by the day.
// A clock that is put back shows an hour twice: the second says so.
func (r Report) spans() []span {
	form := "15:04"
	days := r.To.Sub(r.From) > 48*time.Hour
	if days {
		form = "Mon 2 Jan"
	}
	var all []span
	sum := 0
	for _, q := range r.Quarters {
		at := q.At.In(r.zone)
		fresh := len(all) == 0 || at.Day() != all[len(all)-1].At.Day()
		if !days {
			_, off := at.Zone()
			fresh = fresh || at.Hour() != all[len(all)-1].At.Hour() || off != offset(all[len(all)-1].At)
		}
		if fresh {
			label := at.Format(form)
			if n := len(all); n > 0 && label == all[n-1].Label {
				label += " again"
			}
			all = append(all, span{At: at, Label: label})
			sum = 0
		}
		s := &all[len(all)-1]
		s.Calls += q.Calls
		s.Sentences += q.Sentences
		s.Quarters = append(s.Quarters, q)
		sum += q.sum
		s.Mood = mean(sum, s.Sentences)
	}
	return all
}

func offset(at time.Time) int {
	_, off := at.Zone()
	return off
}

// busy returns the spans without those of nothing before the first and after the last
// that has something.
func busy(all []span) []span {
	empty := func(s span) bool { return s.Calls+s.Sentences == 0 }
	for len(all) > 0 && empty(all[0]) {
		all = all[1:]
	}
	for len(all) > 0 && empty(all[len(all)-1]) {
		all = all[:len(all)-1]
	}
	return all
}

func moodWords(p *engine.Polarity) string {
	if p == nil {
		return none
	}
	return p.String()
}

// operatorWords says what is left unsaid of operators.
const operatorWords = "Nothing is measured of how operators felt."
