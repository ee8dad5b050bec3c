package report_test

import (
	"testing"

	"switchboard/engine"
	"switchboard/engine/report"
)

// A call that the events have as up for ever, for one beside it was forgotten, is told as it
// was filed.
func TestACallBesideAForgottenOneIsToldAsItWasFiled(t *testing.T) {
	d := newDay(t)
	leg, session := d.call(10, "+12025550142")
	first, _ := d.call(20, "+12025550143")
	d.gone(20, leg)
	d.gone(1, first)
	d.run("run 10")
	record := engine.Record{}
	for _, r := range d.Filed {
		if string(r.Session) == session {
			record = r
		}
	}
	all := d.Journal()
	for i, e := range all {
		if over, ok := e.Body.(engine.LegHungUp); ok && string(over.Leg) == leg {
			all[i].Body = engine.Forgotten{Kind: "leg.hungup", Session: "s99999", What: engine.EraseAll}
		}
	}
	p := report.Between(moment(-1), moment(60))
	for _, filed := range []bool{false, true} {
		o := report.Options{Period: p, State: engine.NewState(d.State.Epoch), Made: moment(24 * 60)}
		if filed {
			o.Filed = func(id engine.SessionID) (engine.Record, bool) { return record, id == record.Session }
		}
		r, err := report.Build(o, events(all))
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{false: 1, true: 0}[filed]; r.Calls.Up != want {
			t.Errorf("filed %v: %d are up, want %d", filed, r.Calls.Up, want)
		}
	}
}
