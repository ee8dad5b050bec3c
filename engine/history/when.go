package history

import (
	"fmt"
	"strings"
	"time"
)

// whenWhere is a filter by when a call began. A day goes from midnight to midnight where the
// supervisor's clock hangs, also on the two days a year that do not have 24 hours.
func whenWhere(key, value string, r Reading) (string, []any, error) {
	from, to, err := span(value, r)
	if err != nil {
		return "", nil, err
	}
	switch key {
	case "from", "since":
		return "call.started >= ?", []any{nanos(from)}, nil
	case "to", "until":
		return "call.started < ?", []any{nanos(to)}, nil
	}
	return "call.started >= ? AND call.started < ?", []any{nanos(from), nanos(to)}, nil
}

// span reads a stretch of time: a day, a minute of a day, or a minute of today.
func span(value string, r Reading) (from, to time.Time, err error) {
	v := strings.ToLower(strings.TrimSpace(value))
	now := r.Now.In(r.Zone)
	for _, layout := range []string{"2006-01-02t15:04", "2006-01-02 15:04", "2006-01-02_15:04"} {
		if at, err := time.ParseInLocation(layout, v, r.Zone); err == nil {
			return at, at.Add(time.Minute), checkYear(at)
		}
	}
	if at, err := time.Parse("15:04", v); err == nil {
		at = time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, r.Zone)
		return at, at.Add(time.Minute), nil
	}
	day, err := dayOf(v, now)
	if err != nil {
		return from, to, err
	}
	from = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, r.Zone)
	to = time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, r.Zone)
	return from, to, checkYear(from)
}

// checkYear refuses what cannot be kept as nanoseconds.
func checkYear(t time.Time) error {
	if t.Year() < 1970 || t.Year() > 2200 {
		return fmt.Errorf("no call was in the year %d", t.Year())
	}
	return nil
}

// dayOf reads a day: a date, today, yesterday, or a weekday, which is the last one, today included.
func dayOf(v string, now time.Time) (time.Time, error) {
	switch v {
	case "today":
		return now, nil
	case "yesterday":
		return now.AddDate(0, 0, -1), nil
	}
	if len(v) >= 3 {
		for back := range 7 {
			day := now.AddDate(0, 0, -back)
			if strings.HasPrefix(strings.ToLower(day.Weekday().String()), v) {
				return day, nil
			}
		}
	}
	day, err := time.Parse(time.DateOnly, v)
	if err != nil {
		return day, fmt.Errorf("%q is no day or time: write it as 2026-11-22, today, yesterday, monday, 14:30 or 2026-11-22T14:30", v)
	}
	return day, nil
}
