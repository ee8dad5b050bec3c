package report_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/report"
)

// A day is a script that is written as it goes.
type day struct {
	t testing.TB
	*enginetest.Script
	calls int
}

func newDay(t testing.TB) *day {
	t.Helper()
	d := &day{t: t, Script: enginetest.New()}
	d.run(`settings Feeds=telnyx Queue.AtMost=4m Queue.Callback=true English.Queued=number~%d English.Offer=press~2 English.Callback=we~will~call
rule mood Veto=8s Cooldown=60s
group desk Order=fixed +12025550101=Jonas +12025550102=Ana~<b>&~"x"`)
	return d
}

// run runs lines of a script.
func (d *day) run(lines string) string {
	d.t.Helper()
	out, err := d.Run(lines)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// at is so many seconds from the beginning, and what happens then.
func (d *day) at(seconds float64, format string, args ...any) {
	d.t.Helper()
	d.run(fmt.Sprintf("%g ", seconds) + fmt.Sprintf(format, args...))
}

// call has a customer call, hear the announcement and be listened to.
func (d *day) call(at float64, from string) (leg, session string) {
	d.t.Helper()
	d.calls++
	leg = fmt.Sprintf("c%d", d.calls)
	d.at(at, "leg.initiated Leg=%s Direction=incoming From=%s To=+12025550100 Name=Mette~Example", leg, from)
	id, _, ok := d.State.Whose(engine.LegRef{Leg: engine.LegID(leg)})
	if !ok {
		d.t.Fatalf("%s has no session", leg)
	}
	d.run(fmt.Sprintf(`+0.5 leg.answered Leg=%[1]s
+0.2 participant.joined Leg=%[1]s Conference=room-%[2]s
+3 speech.ended Leg=%[1]s Status=completed`, leg, id))
	return leg, string(id)
}

// joins has the operator who is called answer, take the call and join.
func (d *day) joins(session string, n int) (leg string) {
	d.t.Helper()
	leg = fmt.Sprintf("%s-operator-%d", session, n)
	d.run(fmt.Sprintf(`+4 leg.answered Leg=%[1]s
+1 gathered Leg=%[1]s Digits=1 Status=valid
+1 participant.joined Leg=%[1]s Conference=room-%[2]s`, leg, session))
	return leg
}

func (d *day) gone(after float64, leg string) {
	d.t.Helper()
	d.run(fmt.Sprintf("+%g leg.hungup Leg=%s Cause=normal_clearing", after, leg))
}

// says has a leg say a sentence.
func (d *day) says(after float64, leg string, polarity int) {
	d.t.Helper()
	d.run(fmt.Sprintf("+%g transcribed Leg=%s Text=that~is~what~he~said Scored=true Polarity=%d", after, leg, polarity))
}

func moment(minutes int) time.Time {
	return enginetest.Start.Add(time.Duration(minutes) * time.Minute)
}

// shift is a day with everything in it that a report tells, known by hand. The period is
// from 9:15 to 10:15.
func shift(t testing.TB) (*day, report.Period) {
	d := newDay(t)

	// #1 calls before the period and stays on into it.
	before, _ := d.call(600, "+12025550141")

	// #2, 9:16: presses 1; Jonas joins 10 s after the key, is put on hold twice, leaves.
	leg, id := d.call(960, "+12025550142")
	d.says(1, leg, 400)
	d.says(1, leg, 200)
	d.run("+2 key.pressed Leg=" + leg + " Digit=1")
	d.run("+4 gathered Leg=" + leg + " Digits=1 Status=valid")
	op := d.joins(id, 1)
	d.run("+10 hold.asked Session=" + id + " Leg=customer On=true By=supervisor/ann")
	d.run("+75 hold.asked Session=" + id + " Leg=customer On=false By=supervisor/ann")
	d.run("+5 hold.asked Session=" + id + " Leg=customer On=true By=supervisor/ann")
	d.run("+20 hold.asked Session=" + id + " Leg=customer On=false By=supervisor/ann")
	d.gone(100, op)
	d.gone(2, leg)
	d.gone(5, before)

	// #3, 9:31: the mood rule proposes, ann vetoes: the rule is wrong.
	leg, id = d.call(1860, "+12025550143")
	for range 3 {
		d.says(3, leg, -700)
	}
	d.run("+2 veto.asked Session=" + id + " By=supervisor/ann")
	d.run("+1 veto.explained Session=" + id + " Label=wrong By=supervisor/ann")
	d.gone(30, leg)

	// #4, 9:33: the mood rule proposes, nobody objects, Jonas joins.
	leg, id = d.call(1980, "+12025550144")
	for range 3 {
		d.says(3, leg, -500)
	}
	d.run("run 9")
	op = d.joins(id, 1)
	d.gone(60, leg)
	d.gone(1, op)

	// #5, 9:50: ann sends an operator by hand and takes it back; later nobody answers.
	leg, id = d.call(3000, "+12025550145")
	d.run("+2 transfer.asked Session=" + id + " By=supervisor/ann")
	d.run("+3 takeback.asked Session=" + id + " By=supervisor/ann")
	d.run("+1 veto.asked Session=" + id + " By=supervisor/ann") // refused: nothing is proposed
	d.run("+2 transfer.asked Session=" + id + " By=supervisor/bo")
	d.gone(4, leg) // he leaves while the operator's telephone rings

	// #6, 10:00: nobody can be called; he waits, and is promised a callback.
	leg, _ = d.call(3600, "+12025550146")
	d.run("refuse dial limit\nrefuse dial limit")
	d.run("+1 key.pressed Leg=" + leg + " Digit=1")
	d.run("+1 gathered Leg=" + leg + " Digits=1 Status=valid")
	d.run("+3 key.pressed Leg=" + leg + " Digit=2")
	d.gone(10, leg)

	// #7, 10:05: he hangs up while he hears the menu.
	leg, _ = d.call(3900, "+12025550147")
	d.gone(2, leg)

	d.run("+5 note.asked Text=the~printer~is~out~of~order;~call~+12025550143~back By=supervisor/ann")
	d.run("+1 note.asked Session=" + id + " Text=<script>alert(1)</script>~he~will~call~again By=supervisor/bo")
	d.run("+1 automation.asked Mode=shadow By=supervisor/ann")
	d.run("+60 automation.asked Mode=on By=supervisor/ann")

	// #8, 10:14: still up at the end of the period; it ends at 10:17.
	leg, _ = d.call(4440, "+12025550148")
	d.says(100, leg, -100)
	d.gone(80, leg)

	// #9, 10:20: of the next shift.
	leg, _ = d.call(4800, "+12025550149")
	d.gone(60, leg)
	d.run("run 60")
	return d, report.Between(moment(15), moment(75))
}

// build makes a report of a day.
func build(t testing.TB, d *day, p report.Period, change ...func(*report.Options)) report.Report {
	t.Helper()
	o := report.Options{Period: p, State: engine.NewState(enginetest.Epoch), Made: moment(24 * 60)}
	for _, c := range change {
		c(&o)
	}
	r, err := report.Build(o, events(d.Journal()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func events(all []engine.Event) func(func(engine.Event) error) error {
	return func(yield func(engine.Event) error) error {
		for _, e := range all {
			if err := yield(e); err != nil {
				return err
			}
		}
		return nil
	}
}

// cut stands for tui/safe, which this package does not know.
func cut(s string, limit int) string {
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return s
}

func text(r report.Report) string { return strings.Join(r.Lines(cut), "\n") + "\n" }
