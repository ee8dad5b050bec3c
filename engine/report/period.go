package report

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Period is the stretch of time that a report is about: from From, up to To.
type Period struct {
	Name     string // as it stands in the title
	From, To time.Time
}

// has reports whether a moment lies in the period.
func (p Period) has(at time.Time) bool { return !at.Before(p.From) && at.Before(p.To) }

// A Shift is when a team works each day, in minutes of the clock on its wall. One whose
// End is not after its Begin ends on the next day.
type Shift struct{ Begin, End int }

// Why a shift or a day cannot be read.
var (
	ErrShift = errors.New("a shift is two times of the day, as in 08:00-16:00, or 22:00-06:00 over midnight")
	ErrDate  = errors.New("a date is a year, a month and a day, as in 2026-11-21")
)

// ParseShift reads a shift, as in "08:00-16:00".
func ParseShift(text string) (Shift, error) {
	begin, end, ok := strings.Cut(strings.ReplaceAll(strings.TrimSpace(text), "–", "-"), "-")
	b, okB := clockMinutes(begin)
	e, okE := clockMinutes(end)
	if !ok || !okB || !okE || b == dayMinutes {
		return Shift{}, fmt.Errorf("%w, not %q", ErrShift, text)
	}
	return Shift{b, e}, nil
}

// ParseShifts reads the shifts of a day, with commas between.
func ParseShifts(text string) ([]Shift, error) {
	var all []Shift
	for part := range strings.SplitSeq(text, ",") {
		s, err := ParseShift(part)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

const dayMinutes = 24 * 60

// clockMinutes reads a time of the day, from 0:00 to 24:00.
func clockMinutes(text string) (int, bool) {
	h, m, ok := strings.Cut(strings.TrimSpace(text), ":")
	hours, errH := strconv.Atoi(h)
	minutes, errM := strconv.Atoi(m)
	if !ok || errH != nil || errM != nil || len(m) != 2 || hours < 0 || minutes < 0 || minutes > 59 || hours*60+minutes > dayMinutes {
		return 0, false
	}
	return hours*60 + minutes, true
}

// String returns the shift as it is written, as in "08:00-16:00".
func (s Shift) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.Begin/60, s.Begin%60, s.End/60, s.End%60)
}

// On returns the shift that begins on the day that a moment lies in, in its zone. The
// clock rules, not the hours worked: on the night when it is put forward the shift is one
// hour shorter.
func (s Shift) On(day time.Time) Period {
	days := 0
	if s.End <= s.Begin {
		days = 1
	}
	return Period{
		Name: fmt.Sprintf("Shift %s, %s", s, day.Format(longDay)),
		From: wall(day, 0, s.Begin), To: wall(day, days, s.End),
	}
}

// Latest returns the most recent of some shifts that has begun by now, in now's zone.
func Latest(shifts []Shift, now time.Time) Period {
	var last Period
	for _, s := range shifts {
		p := s.On(now)
		if p.From.After(now) {
			p = s.On(wall(now, -1, 12*60))
		}
		if last.From.IsZero() || p.From.After(last.From) {
			last = p
		}
	}
	return last
}

// Day returns the day that a moment lies in, in its zone.
func Day(day time.Time) Period {
	return Period{Name: day.Format(longDay), From: wall(day, 0, 0), To: wall(day, 1, 0)}
}

// Week returns the seven days that end with the one that a moment lies in, in its zone.
func Week(day time.Time) Period {
	from := wall(day, -6, 0)
	return Period{Name: fmt.Sprintf("Seven days, %s to %s", from.Format("2 January"), day.Format("2 January 2006")), From: from, To: wall(day, 1, 0)}
}

// Between returns the period between two moments.
func Between(from, to time.Time) Period {
	return Period{Name: fmt.Sprintf("%s to %s", from.Format(momentForm), to.Format(momentForm)), From: from, To: to}
}

// ParseDate reads a day in a zone, as its noon: no clock is put forward or back then.
func ParseDate(text string, zone *time.Location) (time.Time, error) {
	day, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(text), zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w, not %q", ErrDate, text)
	}
	return wall(day, 0, 12*60), nil
}

const (
	longDay    = "Monday 2 January 2006"
	momentForm = "2 January 2006 15:04"
)

// wall returns the moment at which the clock on the wall shows so many minutes, so many
// days from the one that a moment lies in.
func wall(day time.Time, days, minutes int) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d+days, 0, minutes, 0, 0, day.Location())
}
