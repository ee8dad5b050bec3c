package report_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/report"
)

func copenhagen(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		t.Skip("no time zones here:", err)
	}
	return zone
}

func TestAShiftIsReadAsItIsWritten(t *testing.T) {
	for text, want := range map[string]string{
		"08:00-16:00": "08:00-16:00", " 8:00 - 16:00": "08:00-16:00", "22:00–06:00": "22:00-06:00", "00:00-24:00": "00:00-24:00",
	} {
		if s, err := report.ParseShift(text); err != nil || s.String() != want {
			t.Errorf("%q is %s, %v", text, s, err)
		}
	}
	for _, text := range []string{"", "8-16", "08:00", "08:00-25:00", "08:60-16:00", "24:00-06:00", "a:00-b:00", "-1:00-08:00", "08:00-16:00-24:00", "08:0-16:00"} {
		if s, err := report.ParseShift(text); !errors.Is(err, report.ErrShift) {
			t.Errorf("%q is %s, %v", text, s, err)
		}
	}
}

func TestTheLatestShiftIsTheOneThatHasBegunLast(t *testing.T) {
	shifts, err := report.ParseShifts("06:00-14:00,14:00-22:00,22:00-06:00")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC) }
	for _, test := range []struct{ now, from, to time.Time }{
		{at(21, 6, 0), at(21, 6, 0), at(21, 14, 0)},
		{at(21, 13, 59), at(21, 6, 0), at(21, 14, 0)},
		{at(21, 23, 0), at(21, 22, 0), at(22, 6, 0)},
		{at(22, 3, 0), at(21, 22, 0), at(22, 6, 0)}, // over midnight
	} {
		if p := report.Latest(shifts, test.now); !p.From.Equal(test.from) || !p.To.Equal(test.to) {
			t.Errorf("at %s: %s to %s", test.now, p.From, p.To)
		}
	}
	morning, _ := report.ParseShifts("08:00-16:00")
	if p := report.Latest(morning, at(22, 7, 0)); !p.From.Equal(at(21, 8, 0)) {
		t.Errorf("before today's has begun it is yesterday's, not %s", p.From)
	}
}

func TestTheClockOnTheWallRulesTheShift(t *testing.T) {
	zone := copenhagen(t)
	night, _ := report.ParseShift("22:00-06:00")
	spring := night.On(time.Date(2026, 3, 28, 12, 0, 0, 0, zone)) // put forward at 02:00
	autumn := night.On(time.Date(2026, 10, 24, 12, 0, 0, 0, zone))
	if spring.To.Sub(spring.From) != 7*time.Hour || autumn.To.Sub(autumn.From) != 9*time.Hour {
		t.Errorf("the nights take %s and %s", spring.To.Sub(spring.From), autumn.To.Sub(autumn.From))
	}
	day := report.Day(time.Date(2026, 10, 25, 12, 0, 0, 0, zone))
	if day.To.Sub(day.From) != 25*time.Hour {
		t.Errorf("the day takes %s", day.To.Sub(day.From))
	}
	week := report.Week(time.Date(2026, 10, 25, 12, 0, 0, 0, zone))
	if week.From.Format(time.DateTime) != "2026-10-19 00:00:00" || week.To.Format(time.DateTime) != "2026-10-26 00:00:00" {
		t.Errorf("the week is %s to %s", week.From, week.To)
	}
}

func TestAnHourThatComesTwiceIsShownTwice(t *testing.T) {
	zone := copenhagen(t)
	day := report.Day(time.Date(2026, 10, 25, 12, 0, 0, 0, zone))
	at := time.Date(2026, 10, 25, 0, 50, 0, 0, time.UTC) // 02:50, before the clock is put back
	var all []engine.Event
	for i := range 2 {
		all = append(all, engine.Event{Seq: uint64(len(all) + 1), At: at.Add(time.Duration(i) * time.Hour), Entry: engine.Entry{
			ID: string(rune('a' + i)), By: engine.ByTelnyx, Occurred: at, Body: engine.LegInitiated{
				LegRef: engine.LegRef{Leg: engine.LegID(rune('a' + i))}, Direction: engine.Incoming, From: "+12025550142", To: "+12025550100"},
		}})
	}
	all = append([]engine.Event{{Seq: 1, At: at, Entry: engine.Entry{ID: "s", By: engine.ByRunner,
		Body: engine.SettingsLoaded{Settings: engine.Settings{Number: "+12025550100"}}}}}, all...)
	for i := range all {
		all[i].Seq = uint64(i + 1)
	}
	r, err := report.Build(report.Options{Period: day, State: engine.NewState("e"), Made: day.To}, events(all))
	if err != nil {
		t.Fatal(err)
	}
	shown := strings.Join(r.Lines(cut), "\n")
	if !strings.Contains(shown, "02:00  ") || !strings.Contains(shown, "02:00 again") || r.Calls.All != 2 {
		t.Errorf("%d calls:\n%s", r.Calls.All, shown)
	}
}
