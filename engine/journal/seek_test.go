package journal_test

import (
	"testing"
	"time"

	"switchboard/engine"
)

// TestSinceIsTheFirstEventAtATime: also between two events, before the first and after the last.
func TestSinceIsTheFirstEventAtATime(t *testing.T) {
	j := open(t, fresh(t))
	for i := range 40 { // three events a second
		appended(t, j, noon.Add(time.Duration(i)*time.Second), keys(time.Duration(i).String(), 3)...)
	}
	for _, c := range []struct {
		at   time.Duration
		want uint64
	}{{-time.Hour, 1}, {0, 1}, {time.Millisecond, 4}, {time.Second, 4}, {39 * time.Second, 118}, {40 * time.Second, 121}, {time.Hour, 121}} {
		if got, err := j.Since(noon.Add(c.at)); err != nil || got != c.want {
			t.Errorf("since %v: %d, %v; want %d", c.at, got, err, c.want)
		}
	}
}

// TestLastOfAKind: the newest before a number, not at it.
func TestLastOfAKind(t *testing.T) {
	j := open(t, fresh(t))
	settings := engine.Entry{ID: "s1", By: engine.ByRunner, Body: engine.SettingsLoaded{}}
	appended(t, j, noon, append(keys("a", 5), settings)...)
	for i := range 3 { // more than are looked through at once
		appended(t, j, noon, keys(time.Duration(i).String()+"b", 5000)...)
	}
	settings.ID = "s2"
	appended(t, j, noon, settings)
	for _, c := range []struct{ before, want uint64 }{{1, 0}, {6, 0}, {7, 6}, {15_006, 6}, {15_007, 6}, {15_008, 15_007}, {99_999, 15_007}} {
		if got, err := j.Last(engine.SettingsLoaded{}, c.before); err != nil || got != c.want {
			t.Errorf("before %d: %d, %v; want %d", c.before, got, err, c.want)
		}
	}
	if got, err := j.Last(engine.AutomationAsked{}, 99_999); err != nil || got != 0 {
		t.Errorf("of a kind that is not there: %d, %v", got, err)
	}
}
