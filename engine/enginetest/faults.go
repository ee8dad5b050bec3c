package enginetest

import (
	"fmt"

	"switchboard/engine/world"
)

// Faults returns what is wrong with so many calls that are over, seen from the
// world's side: a call that was not answered exactly once, that had not one conference
// of its own, two operators in a conference at once, somebody in another customer's
// conference, a leg that is left.
func Faults(s world.Snapshot, calls int) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	legs := map[world.LegID]world.LegReport{}
	customers := 0
	for _, l := range s.Legs {
		legs[l.ID] = l
		if l.Ended.IsZero() {
			fault("leg %s (%s to %s) is left", l.ID, l.From, l.To)
		}
		if l.Party == world.Customer {
			customers++
			if l.Answers != 1 {
				fault("the call of %s was answered %d times", l.Recording, l.Answers)
			}
		}
	}
	if customers != calls {
		fault("%d customers called, want %d", customers, calls)
	}
	rooms := map[world.LegID]int{}
	for _, c := range s.Conferences {
		rooms[c.Owner]++
		if n := c.Together(world.Customer); n > 1 {
			fault("conference %s held %d customers at once", c.Name, n)
		}
		if n := c.Together(world.Operator); n > 1 {
			fault("conference %s held %d operators at once", c.Name, n)
		}
		if n := c.Together(world.Caller); n > 1 {
			fault("conference %s held %d listeners at once", c.Name, n)
		}
		for _, stay := range c.Stays {
			if l := legs[stay.Leg]; l.Customer != "" && l.Customer != c.Owner {
				fault("leg %s of %s was in the conference of %s", l.ID, l.Recording, legs[c.Owner].Recording)
			}
		}
		if c.Ended.IsZero() {
			fault("conference %s is left", c.Name)
		}
	}
	for _, l := range s.Legs {
		if l.Party == world.Customer && rooms[l.ID] != 1 {
			fault("the call of %s had %d conferences", l.Recording, rooms[l.ID])
		}
	}
	return faults
}
