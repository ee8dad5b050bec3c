package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchboard/engine/clock"
)

// maxSpeed is how many times as fast as the wall house time may run. Beyond it the
// telephone network would be waiting for the machine.
const maxSpeed = 100

// A houseTime says how house time goes: from Since on, Speed times as fast as the
// wall. Programs that are given the same one agree about the time, whenever each of
// them was started. The zero houseTime is the wall's.
type houseTime struct {
	Since time.Time
	Speed float64
}

// clock returns a clock that shows this time.
func (h houseTime) clock() *clock.Clock {
	now := clock.Wall()
	if h.Speed == 0 {
		return clock.New(now, 1)
	}
	gone := time.Duration(float64(now.Sub(h.Since)) * h.Speed)
	return clock.New(h.Since.Add(gone), h.Speed)
}

// faster returns a house time that begins now and runs speed times as fast.
func faster(speed float64) houseTime { return houseTime{clock.Wall(), speed} }

// String returns the text that parseHouseTime reads.
func (h houseTime) String() string {
	return fmt.Sprintf("%s@%s", strconv.FormatFloat(h.Speed, 'g', -1, 64), h.Since.Format(time.RFC3339Nano))
}

// parseHouseTime reads SPEED@SINCE, as in 20@2026-11-22T15:00:00Z.
func parseHouseTime(text string) (houseTime, error) {
	speed, since, _ := strings.Cut(text, "@")
	x, err := strconv.ParseFloat(speed, 64)
	if err != nil || checkSpeed(x) != nil {
		return houseTime{}, fmt.Errorf("must be SPEED@TIME, as in 20@2026-11-22T15:00:00Z, with a speed up to %d", maxSpeed)
	}
	at, err := time.Parse(time.RFC3339Nano, since)
	if err != nil {
		return houseTime{}, errors.New("must be SPEED@TIME, as in 20@2026-11-22T15:00:00Z")
	}
	return houseTime{at, x}, nil
}

// checkSpeed refuses a speed that house time cannot run at.
func checkSpeed(speed float64) error {
	if !(speed > 0 && speed <= maxSpeed) {
		return fmt.Errorf("speed must be above 0 and at most %d", maxSpeed)
	}
	return nil
}
