package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"switchboard/engine"
	"switchboard/engine/history"
	"switchboard/tui/safe"
)

// Limits of what is shown of a call, in letters.
const (
	maxPastName  = 24
	maxPastText  = 2000 // of a sentence
	maxPastWhy   = 200
	excerptWidth = 96 // of a sentence with a match
	maxCaller    = 42
)

// A pastPrinter prints calls that were found.
type pastPrinter struct {
	query history.Query
	zone  *time.Location
	bold  bool // words that match are bold; else they stand in »«
}

// page returns a page of calls as lines.
func (p pastPrinter) page(found history.Page, page, limit int) []string {
	rows := make([][]string, len(found.Calls))
	var widths []int
	for i, c := range found.Calls {
		rows[i] = p.row(c)
		for j, cell := range rows[i] {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], utf8.RuneCountInString(cell))
		}
	}
	var lines []string
	for i, c := range found.Calls {
		lines = append(lines, strings.TrimRight(aligned(rows[i], widths), " "))
		for _, m := range c.Matches {
			lines = append(lines, "        "+p.match(c.Record, m))
		}
		if more := c.Matched - len(c.Matches); more > 0 {
			lines = append(lines, fmt.Sprintf("        … and %s more", plural(more, "sentence")))
		}
	}
	total := totalWords(found)
	if found.From > 0 || found.Total > found.From+len(found.Calls) || found.More {
		total += fmt.Sprintf("; these are %d to %d", found.From+1, found.From+len(found.Calls))
		if found.Total > found.From+len(found.Calls) || found.More {
			total += fmt.Sprintf(", --page %d has the next", page+1)
		}
	}
	lines = append(lines, "", total+".")
	if !found.Complete {
		lines = append(lines, stillMade)
	}
	return lines
}

// totalWords says how many calls were found.
func totalWords(found history.Page) string {
	switch {
	case found.More:
		return thousands(found.Total) + "+ calls"
	case found.Total == 1:
		return "1 call"
	}
	return thousands(found.Total) + " calls"
}

// thousands writes a number with a comma between thousands.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// row returns the cells of a call's line.
func (p pastPrinter) row(c history.Call) []string {
	r := c.Record
	return []string{
		"#" + strconv.Itoa(r.Number), r.Started.In(p.zone).Format("2006-01-02 15:04"), callerText(r), lengthText(r.Lasted()),
		moodText(r.Mood, r.Judged), upshotText(r, c.Erased),
	}
}

func aligned(cells []string, widths []int) string {
	var b strings.Builder
	for i, cell := range cells {
		gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if i == 0 || i == 3 { // numbers stand at the right
			cell, gap = gap+cell, ""
		}
		b.WriteString(cell + gap + "  ")
	}
	return b.String()
}

// callerText names who called: his name and his number.
func callerText(r engine.Record) string {
	number := string(safe.Number(r.Caller))
	if name := string(safe.Name(r.Name, maxPastName)); name != "" {
		return cleaned(name+", "+number, maxCaller)
	}
	return cleaned(number, maxCaller)
}

// lengthText is how long a call lasted: 6:12 or 1:04:09.
func lengthText(d time.Duration) string {
	s := int(d / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// moodText is a mood as the console draws it, and in a word.
func moodText(p engine.Polarity, judged bool) string {
	glyph, word := "·", "even"
	switch {
	case !judged:
		return "–       not judged"
	case p <= -250:
		glyph, word = "▼", "bad"
	case p <= -100:
		glyph, word = "▽", "low"
	case p >= 100:
		glyph, word = "△", "good"
	}
	return glyph + " " + polarityText(p) + " " + word
}

// polarityText is a polarity as people write it: −.31.
func polarityText(p engine.Polarity) string {
	sign, n := "+", (int(p)+5)/10
	if p < 0 {
		sign, n = "−", (5-int(p))/10
	}
	if n >= 100 {
		return sign + "1.0"
	}
	if n == 0 {
		sign = "+"
	}
	return fmt.Sprintf("%s.%02d", sign, n)
}

// upshotText says what became of a call: why an operator was brought in, what came of it,
// and who he was.
func upshotText(r engine.Record, erased engine.Erasure) string {
	came, at := r.Disposition()
	text := came.String()
	if at >= 0 {
		b := r.Brought[at]
		text = causeText(b) + " → " + text
		if who := operatorText(b); who != "" && came != engine.DispositionVetoed {
			text += "  " + who
		}
	} else {
		text = "–"
	}
	switch {
	case r.Quarantined.Event != 0:
		text += "  (left alone after an error)"
	case erased == engine.EraseWords:
		text += "  (its words are erased)"
	case erased == engine.EraseAll:
		text += "  (erased)"
	}
	return text
}

// causeText says why an operator was brought in, in a word or by the rule's name.
func causeText(b engine.Brought) string {
	if b.Rule != "" {
		return cleaned(b.Rule, 40)
	}
	return b.Cause.String()
}

// operatorText names the operator who was tried last, or joined.
func operatorText(b engine.Brought) string {
	if name := string(safe.Name(b.Called, maxPastName)); name != "" {
		return name
	}
	if b.To == "" {
		return ""
	}
	return string(safe.Number(b.To))
}

// speakerText names who said something.
func speakerText(s engine.Speaker) string {
	switch s {
	case engine.SpeakerUnknown:
		return "someone"
	case engine.SpeakerFront:
		return "front desk"
	case engine.SpeakerCustomer, engine.SpeakerOperator, engine.SpeakerPrompt, engine.SpeakerSupervisor:
	}
	return s.String()
}

// match returns a sentence that matches, as much of it as stands around the first match.
func (p pastPrinter) match(r engine.Record, m history.Match) string {
	u := r.Lines[m.Line]
	return fmt.Sprintf("%s %-10s  %s", u.Start.In(p.zone).Format(time.TimeOnly), speakerText(u.Speaker), p.excerpt(cleaned(u.Text, maxPastText)))
}

// excerpt marks the words that match, and cuts a long text around the first of them.
func (p pastPrinter) excerpt(text string) string {
	marks := p.query.Marks(text)
	from, to := excerptOf(text, marks, excerptWidth)
	var b strings.Builder
	if from > 0 {
		b.WriteString("… ")
	}
	at := from
	for _, m := range marks {
		if m.From < from || m.To > to {
			continue
		}
		b.WriteString(text[at:m.From] + p.mark(text[m.From:m.To]))
		at = m.To
	}
	b.WriteString(text[at:to])
	if to < len(text) {
		b.WriteString(" …")
	}
	return b.String()
}

func (p pastPrinter) mark(text string) string {
	if p.bold {
		return lipgloss.NewStyle().Bold(true).Render(text)
	}
	return "»" + text + "«"
}

// excerptOf returns which part of a text, in bytes, shows its first match with what stands
// around it, in about so many letters and whole words.
func excerptOf(text string, marks []history.Mark, width int) (from, to int) {
	if utf8.RuneCountInString(text) <= width || len(marks) == 0 {
		return 0, len(text)
	}
	from = marks[0].From
	for before := 0; from > 0 && before < width/3; before++ {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	if space := strings.IndexByte(text[from:], ' '); from > 0 && from+space < marks[0].From && space >= 0 {
		from += space + 1
	}
	to = from
	for n := 0; to < len(text) && n < width; n++ {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	to = max(to, marks[0].To)
	if space := strings.LastIndexByte(text[:to], ' '); to < len(text) && space > marks[0].To {
		to = space
	}
	return from, to
}

func writeJSON(w io.Writer, v any) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(v)
}

// What is found, for machines.
type (
	pastJSON struct {
		Query    string         `json:"query"`
		Total    int            `json:"total"`
		More     bool           `json:"more"` // there are more than total
		From     int            `json:"from"`
		Kept     int            `json:"kept"`
		Complete bool           `json:"complete"`
		Calls    []pastCallJSON `json:"calls"`
	}
	pastCallJSON struct {
		Number   int             `json:"number"`
		Session  string          `json:"session"`
		Started  time.Time       `json:"started"`
		Over     time.Time       `json:"over"`
		Seconds  float64         `json:"seconds"`
		Held     float64         `json:"longest_hold_seconds"`
		Caller   string          `json:"caller"`
		Name     string          `json:"name,omitempty"`
		Language engine.Language `json:"language"`
		Mood     *float64        `json:"mood"` // null: it was not judged
		Low      *float64        `json:"low"`
		Outcome  string          `json:"outcome"`
		Cause    string          `json:"cause,omitempty"`
		Operator string          `json:"operator,omitempty"`
		Vetoed   bool            `json:"vetoed"`
		Rules    []string        `json:"rules"`
		Erased   string          `json:"erased,omitempty"`
		Matched  int             `json:"matched"`
		Matches  []pastMatchJSON `json:"matches"`
	}
	pastMatchJSON struct {
		At      time.Time `json:"at"`
		Speaker string    `json:"speaker"`
		Text    string    `json:"text"`
		Marks   [][2]int  `json:"marks"` // from and to, in bytes of text
	}
)

func foundJSON(text string, q history.Query, found history.Page) pastJSON {
	all := pastJSON{Query: text, Total: found.Total, More: found.More, From: found.From, Kept: found.Kept, Complete: found.Complete, Calls: []pastCallJSON{}}
	for _, c := range found.Calls {
		r := c.Record
		came, at := r.Disposition()
		one := pastCallJSON{
			Number: r.Number, Session: string(r.Session), Started: r.Started, Over: r.Over, Seconds: r.Lasted().Seconds(), Held: r.Held().Seconds(),
			Caller: r.Caller, Name: r.Name, Language: r.Language, Outcome: came.String(), Vetoed: r.Vetoed(),
			Rules: []string{}, Matched: c.Matched, Matches: []pastMatchJSON{},
		}
		if r.Judged {
			mood, low := float64(r.Mood)/1000, float64(r.Low)/1000
			one.Mood, one.Low = &mood, &low
		}
		if at >= 0 {
			one.Cause = r.Brought[at].Cause.String()
			one.Operator = operatorText(r.Brought[at])
		}
		for _, f := range r.Fired {
			one.Rules = append(one.Rules, f.Rule)
		}
		if c.Erased != 0 {
			one.Erased = c.Erased.String()
		}
		for _, m := range c.Matches {
			u := r.Lines[m.Line]
			match := pastMatchJSON{At: u.Start, Speaker: u.Speaker.String(), Text: u.Text, Marks: [][2]int{}}
			for _, k := range m.Marks {
				match.Marks = append(match.Marks, [2]int{k.From, k.To})
			}
			one.Matches = append(one.Matches, match)
		}
		all.Calls = append(all.Calls, one)
	}
	return all
}

// told is a call in a sentence.
func (p pastPrinter) told(c history.Call) string {
	r := c.Record
	mood := "mood not judged"
	if r.Judged {
		_, words, _ := strings.Cut(moodText(r.Mood, true), " ")
		mood = "mood " + words
	}
	came, at := r.Disposition()
	what := "no operator was brought in"
	if at >= 0 {
		what = causeText(r.Brought[at]) + ", " + came.String()
		if who := operatorText(r.Brought[at]); who != "" && came == engine.DispositionJoined {
			what += " by " + who
		}
	}
	return fmt.Sprintf("call %d, %s, %s: lasted %s, %s, %s", r.Number, r.Started.In(p.zone).Format("2006-01-02 15:04"), callerText(r),
		lengthText(r.Lasted()), mood, what)
}
