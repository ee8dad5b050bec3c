package policy

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"switchboard/engine"
)

// ahead is how many days of hours the engine is told. Whoever loads a policy tells it
// again before they are over.
const ahead = 8

const maxDates = 400 // holidays and the like

// A Week says when a group is open, on the clocks of its own place.
type Week struct {
	zone  *time.Location
	days  [7][]stretch         // by time.Weekday; empty: closed
	dates map[string][]stretch // by date, as in "2026-12-25": instead of the day of the week
}

// A stretch of a day, in minutes from midnight. One that ends on the next day ends
// past 24 hours.
type stretch struct{ from, to int }

const wholeDay = 24 * 60

// At returns the file's groups with the spans in which they are open, from the day
// before now to eight days after.
func (f File) At(now time.Time) []engine.Group {
	var all []engine.Group
	for _, g := range f.Groups {
		group := g.Group
		group.Operators = slices.Clone(g.Operators)
		if g.Week != nil {
			group.Hours = g.Week.Spans(now)
		}
		all = append(all, group)
	}
	return all
}

// Spans returns when the group is open, in UTC, for eight days from now: the one that
// now is in begins where it began. It is never nil; empty means closed throughout.
func (w *Week) Spans(now time.Time) []engine.Span {
	spans := []engine.Span{}
	end := now.AddDate(0, 0, ahead)
	year, month, day := now.In(w.zone).Date()
	for i := -1; i <= ahead; i++ { // yesterday's may reach past midnight
		date := time.Date(year, month, day+i, 12, 0, 0, 0, w.zone)
		for _, s := range w.on(date) {
			from, to := at(date, s.from), at(date, s.to)
			if !to.After(now) || !from.Before(end) || !from.Before(to) {
				continue
			}
			spans = append(spans, engine.Span{From: from.UTC(), To: to.UTC()})
		}
	}
	return joined(spans)
}

func (w *Week) on(date time.Time) []stretch {
	if special, ok := w.dates[date.Format(time.DateOnly)]; ok {
		return special
	}
	return w.days[date.Weekday()]
}

// at returns when the clocks of the place show so many minutes past the date's
// midnight. Where they skip that moment it is as long before the jump as it would have
// been after it: who opens then opens early rather than late.
func at(date time.Time, minutes int) time.Time {
	year, month, day := date.Date()
	return time.Date(year, month, day, minutes/60, minutes%60, 0, 0, date.Location())
}

// joined returns the spans in order, with those that touch made one.
func joined(spans []engine.Span) []engine.Span {
	slices.SortFunc(spans, func(a, b engine.Span) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	whole := spans[:0]
	for _, s := range spans {
		if last := len(whole) - 1; last >= 0 && !s.From.After(whole[last].To) {
			if s.To.After(whole[last].To) {
				whole[last].To = s.To
			}
			continue
		}
		whole = append(whole, s)
	}
	return whole
}

var dayWords = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// week reads opening hours: a zone, and days or dates with their hours.
func (r *fileReader) week(name string, n *yaml.Node) *Week {
	w := &Week{dates: map[string][]stretch{}}
	m := follow(n)
	if m.Kind != yaml.MappingNode {
		r.wrong(m, "hours must be keys with values, as in {zone: America/New_York, mon-fri: \"08:00-17:00\"}, not %s", shown(m))
		return nil
	}
	var said [7]bool
	zoned := false
	for _, p := range r.pairs(m) {
		key := p.key.Value
		if key == "zone" {
			if zoned {
				r.wrong(p.key, "zone is given twice")
			}
			zoned = true
			r.zone(w)(key, p.value)
			continue
		}
		if _, err := time.Parse(time.DateOnly, key); err == nil {
			if _, twice := w.dates[key]; twice {
				r.wrong(p.key, "%s is given twice", key)
			}
			if w.dates[key] = r.stretches(key, p.value); len(w.dates) > maxDates {
				r.wrong(p.key, "there may be at most %d dates", maxDates)
				return nil
			}
			continue
		}
		days, ok := parseDays(key)
		if !ok {
			r.wrong(p.key, "unknown day %s; write zone, a day or days as in mon, mon-fri or \"sat,sun\", or a date as in 2026-12-25", quoted(key))
			continue
		}
		hours := r.stretches(key, p.value)
		for _, day := range days {
			if said[day] {
				r.wrong(p.key, "%s is given twice", dayWords[day])
				break
			}
			said[day], w.days[day] = true, hours
		}
	}
	if !zoned {
		r.wrong(m, "hours need \"zone\", as in America/New_York")
	}
	if w.zone == nil {
		return nil
	}
	return w
}

func (r *fileReader) zone(w *Week) func(string, *yaml.Node) {
	return func(name string, n *yaml.Node) {
		v := follow(n).Value
		zone, err := time.LoadLocation(v)
		if !isScalar(n) || err != nil || v == "" || v == "Local" { // Local is another one on another machine
			r.wrong(n, "zone must be a time zone, as in America/New_York or Europe/Madrid, not %s", shown(n))
			return
		}
		w.zone = zone
	}
}

// parseDays reads "mon", "mon-fri", "sat,sun" and "fri-mon".
func parseDays(text string) (days []time.Weekday, ok bool) {
	for part := range strings.SplitSeq(text, ",") {
		first, last, several := strings.Cut(strings.TrimSpace(part), "-")
		if !several {
			last = first
		}
		from, to := slices.Index(dayWords, strings.ToLower(first)), slices.Index(dayWords, strings.ToLower(last))
		if from < 0 || to < 0 {
			return nil, false
		}
		for day := from; ; day = (day + 1) % 7 {
			days = append(days, time.Weekday(day))
			if day == to {
				break
			}
		}
	}
	return days, true
}

// stretches reads the hours of a day: "08:00-17:00", a list of such, "closed", or
// "all day".
func (r *fileReader) stretches(name string, n *yaml.Node) (all []stretch) {
	for _, item := range items(n) {
		switch v := follow(item).Value; {
		case isScalar(item) && v == "closed":
		case isScalar(item) && v == "all day":
			all = append(all, stretch{0, wholeDay})
		default:
			s, err := parseStretch(v)
			if !isScalar(item) || err != nil {
				r.wrong(item, "%s must be hours in quotes, as in \"08:00-17:00\", or closed, or all day, not %s", name, shown(item))
				continue
			}
			all = append(all, s)
		}
	}
	return all
}

var stretchForm = regexp.MustCompile(`^([0-2]?\d):([0-5]\d) ?[-–] ?([0-2]?\d):([0-5]\d)$`)

// parseStretch reads "22:00-06:00". Where it ends before it begins it ends on the
// next day.
func parseStretch(text string) (stretch, error) {
	m := stretchForm.FindStringSubmatch(text)
	if m == nil {
		return stretch{}, fmt.Errorf("no hours: %q", text)
	}
	var v [4]int
	for i := range v {
		v[i], _ = strconv.Atoi(m[i+1])
	}
	s := stretch{v[0]*60 + v[1], v[2]*60 + v[3]}
	if s.from >= wholeDay || s.to > wholeDay || s.from == s.to {
		return stretch{}, fmt.Errorf("no hours: %q", text)
	}
	if s.to < s.from {
		s.to += wholeDay
	}
	return s, nil
}
