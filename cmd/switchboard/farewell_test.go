package main

import (
	"testing"

	"switchboard/engine"
)

// "the console says what will go on without it"
func TestFarewell(t *testing.T) {
	up := func(status engine.TransferStatus) *engine.Session {
		return &engine.Session{Phase: engine.PhaseTalking, Transfer: engine.Transfer{Status: status}}
	}
	over := &engine.Session{Phase: engine.PhaseOver}
	for _, tt := range []struct {
		sessions []*engine.Session
		ends     string
		want     string
	}{
		{nil, "They go on.", ""},
		{[]*engine.Session{over}, "They go on.", ""},
		{[]*engine.Session{up(0)}, "", ""},
		{[]*engine.Session{up(0), over}, "They go on.", "1 call is up. They go on."},
		{[]*engine.Session{up(engine.TransferDialling), up(engine.TransferJoined)}, "They go on.",
			"2 calls are up. 1 operator is being called and will not be put through. They go on."},
	} {
		if got := farewell(&engine.Frame{Sessions: tt.sessions}, tt.ends); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
