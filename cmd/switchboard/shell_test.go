package main

import (
	"testing"
	"time"

	"switchboard/engine/clock"
)

// A stopped program answers no calls: what takes calls is not stopped, wherever it runs.
func TestWhatTakesCallsIsNeverStopped(t *testing.T) {
	house := clock.New(time.Time{}, 1)
	if got := (console{ends: "Calls go on at Telnyx."}).still(house); got != nil {
		t.Error("ctrl+z would stop it")
	}
	if got, want := (console{}).still(house) != nil, underShell(); got != want {
		t.Errorf("a demo may be stopped: %v, want %v", got, want)
	}
}
