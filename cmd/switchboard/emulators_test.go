package main

import (
	"testing"

	"switchboard/engine/clock"
)

// Without --front the pretend world is as if there were no front desk: nobody is told of
// one, and nobody calls who is recorded with one.
func TestTheEmulatorsHaveAFrontDeskOnlyWhereAsked(t *testing.T) {
	for _, front := range []bool{false, true} {
		e, err := startEmulators(emulatorsConfig{Clock: clock.New(clock.Wall(), 1), Calls: 1, Front: front, Webhook: "http://127.0.0.1:1/webhook"})
		if err != nil {
			t.Fatal(err)
		}
		met := false
		for _, rec := range e.callers.recordings {
			met = met || rec.Front.Does != ""
		}
		values := asMap(e.environment())
		if err := e.close(); err != nil {
			t.Error(err)
		}
		_, named := values["FRONT_NUMBER"]
		if met != front || named != front {
			t.Errorf("front %v: named in the environment %v, met by callers %v", front, named, met)
		}
		if c, err := readConfig(fromMap(values)); err != nil || (c.front().Name == worldFrontName) != front {
			t.Errorf("front %v: got %+v, %v", front, c.front(), err)
		}
	}
}
