package policy

import (
	"testing"
	"time"

	"switchboard/engine"
)

// open returns the spans of a group with these hours, from that moment, in words of
// the group's own clocks.
func open(t *testing.T, hours, now string) (spans []string) {
	t.Helper()
	f := read(t, "rules: []\ngroups: [{name: a, operators: [\"+12025550123\"], hours: "+hours+"}]\n")
	at, err := time.Parse(time.RFC3339, now)
	if err != nil {
		t.Fatal(err)
	}
	zone := f.Groups[0].Week.zone
	got := f.At(at)[0].Hours
	if got == nil {
		t.Fatal("hours are nil, which means always")
	}
	for _, s := range got {
		if s.From.Location() != time.UTC || s.To.Location() != time.UTC {
			t.Errorf("%v is not in UTC", s)
		}
		spans = append(spans, s.From.In(zone).Format("Mon 02 15:04 MST")+" - "+s.To.In(zone).Format("Mon 02 15:04 MST")+" "+short(s.To.Sub(s.From)))
	}
	return spans
}

func TestHoursBecomeSpansOfEightDays(t *testing.T) {
	for _, test := range []struct {
		name, hours, now string
		want             []string
	}{
		{"a week", `{zone: America/New_York, mon-tue: "08:00-17:00", sat: closed}`, "2026-01-06T21:00:00Z", []string{
			"Tue 06 08:00 EST - Tue 06 17:00 EST 9h", "Mon 12 08:00 EST - Mon 12 17:00 EST 9h", "Tue 13 08:00 EST - Tue 13 17:00 EST 9h"}},
		{"just closed", `{zone: America/New_York, tue: "08:00-17:00"}`, "2026-01-06T22:00:00Z", []string{
			"Tue 13 08:00 EST - Tue 13 17:00 EST 9h"}},
		{"past midnight, which began yesterday", `{zone: Europe/Madrid, fri: "22:00-06:00"}`, "2026-01-10T01:00:00Z", []string{
			"Fri 09 22:00 CET - Sat 10 06:00 CET 8h", "Fri 16 22:00 CET - Sat 17 06:00 CET 8h"}},
		{"the clocks go forward", `{zone: America/New_York, sun: "01:00-05:00"}`, "2026-03-07T12:00:00Z", []string{
			"Sun 08 01:00 EST - Sun 08 05:00 EDT 3h", "Sun 15 01:00 EDT - Sun 15 05:00 EDT 4h"}},
		{"the clocks go back", `{zone: America/New_York, sun: "00:00-24:00"}`, "2026-10-31T12:00:00Z", []string{
			"Sun 01 00:00 EDT - Mon 02 00:00 EST 25h", "Sun 08 00:00 EST - Mon 09 00:00 EST 24h"}},
		{"it begins while the clocks jump", `{zone: America/New_York, sun: "02:30-05:00"}`, "2026-03-08T00:00:00Z", []string{
			"Sun 08 01:30 EST - Sun 08 05:00 EDT 2h30m", "Sun 15 02:30 EDT - Sun 15 05:00 EDT 2h30m"}},
		{"night over the jump", `{zone: Europe/Madrid, sat: "22:00-06:00"}`, "2026-03-28T12:00:00Z", []string{
			"Sat 28 22:00 CET - Sun 29 06:00 CEST 7h", "Sat 04 22:00 CEST - Sun 05 06:00 CEST 8h"}},
		{"days that touch are one", `{zone: UTC, mon: all day, tue: "00:00-06:00"}`, "2026-01-05T09:00:00Z", []string{
			"Mon 05 00:00 UTC - Tue 06 06:00 UTC 30h", "Mon 12 00:00 UTC - Tue 13 06:00 UTC 30h"}},
		{"a lunch break", `{zone: UTC, mon: ["08:00-12:00", "13:00-17:00"]}`, "2026-01-05T09:00:00Z", []string{
			"Mon 05 08:00 UTC - Mon 05 12:00 UTC 4h", "Mon 05 13:00 UTC - Mon 05 17:00 UTC 4h", "Mon 12 08:00 UTC - Mon 12 12:00 UTC 4h",
			"Mon 12 13:00 UTC - Mon 12 17:00 UTC 4h"}},
		{"a holiday", `{zone: UTC, "thu,fri": "08:00-17:00", 2026-12-25: closed, 2026-12-26: "10:00-12:00"}`, "2026-12-24T00:00:00Z", []string{
			"Thu 24 08:00 UTC - Thu 24 17:00 UTC 9h", "Sat 26 10:00 UTC - Sat 26 12:00 UTC 2h", "Thu 31 08:00 UTC - Thu 31 17:00 UTC 9h"}},
		{"over the end of the week", `{zone: UTC, sat-sun: "10:00-11:00"}`, "2026-01-05T09:00:00Z", []string{
			"Sat 10 10:00 UTC - Sat 10 11:00 UTC 1h", "Sun 11 10:00 UTC - Sun 11 11:00 UTC 1h"}},
		{"never", `{zone: UTC, mon-sun: closed}`, "2026-01-05T09:00:00Z", nil},
	} {
		got := open(t, test.hours, test.now)
		if len(got) != len(test.want) {
			t.Errorf("%s: got %q\nwant %q", test.name, got, test.want)
			continue
		}
		for i := range got {
			if got[i] != test.want[i] {
				t.Errorf("%s: got %q\nwant %q", test.name, got[i], test.want[i])
			}
		}
	}
}

func TestWithoutHoursAGroupIsAlwaysOpen(t *testing.T) {
	f := read(t, "rules: []\ngroups: [{name: a, operators: [\"+12025550123\"]}]\n")
	if got := f.At(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC))[0].Hours; got != nil {
		t.Errorf("got %v", got)
	}
}

// Whoever asks again at any moment of a long time gets spans that are in order, apart
// from one another, and whole.
func TestSpansAreInOrderThroughAYear(t *testing.T) {
	f := read(t, `{rules: [], groups: [{name: a, operators: ["+12025550123"], hours: {zone: America/New_York, mon-sun: ["22:00-03:00", "02:30-09:00"]}}]}`)
	for now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); now.Year() == 2026; now = now.Add(7 * time.Hour) {
		var before engine.Span
		for _, s := range f.At(now)[0].Hours {
			if !s.To.After(now) || !s.From.Before(s.To) || !before.To.IsZero() && !s.From.After(before.To) {
				t.Fatalf("at %v: %v after %v", now, s, before)
			}
			before = s
		}
	}
}
