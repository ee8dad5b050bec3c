package telnyx

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"switchboard/engine"
)

// both returns what two looks have in common, in the first one's order.
func both(a, b []engine.Body) []engine.Body {
	return slices.DeleteFunc(a, func(x engine.Body) bool { return !slices.Contains(b, x) })
}

// findings are the differences that the last look has found, by what would be told of them.
// They are plain values, so that the same difference is the same key.
type findings map[engine.Body]*finding

// A finding is a difference from when it was first seen until it is no longer there.
type finding struct {
	since time.Time
	times int // looks running that found it
	told  bool
}

// look takes what a look has found: what was not found any more is forgotten.
func (all *findings) look(found []engine.Body, now time.Time) {
	next := findings{}
	for _, body := range found {
		f := (*all)[body]
		if f == nil {
			f = &finding{since: now}
		}
		f.times++
		next[body] = f
	}
	*all = next
}

// waiting returns 1 where something was found and not told yet, and 0 otherwise.
func (all findings) waiting() int {
	for _, f := range all {
		if !f.told {
			return 1
		}
	}
	return 0
}

func (f *finding) ready() bool { return f.times >= agreed && !f.told }

// id names what is told of a finding: the same until the difference is gone, and another
// when it comes again.
func (f *finding) id(body engine.Body) string {
	kind, leg := "", engine.LegID("")
	switch b := body.(type) {
	case engine.LegMissed:
		kind, leg = "missed", b.Leg
	case engine.LegFound:
		kind, leg = "found", b.Leg
	case engine.RoomDiffers:
		kind, leg = "room", b.Leg
	case engine.MuteDiffers:
		kind, leg = "mute", b.Leg
	default:
		panic(fmt.Sprintf("telnyx: a sweep does not find a %T", body))
	}
	return "sweep/" + kind + "/" + string(leg) + "/" + strconv.FormatInt(f.since.UnixNano(), 36)
}
