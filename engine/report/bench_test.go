package report_test

import (
	"testing"
	"time"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/recording"
	"switchboard/engine/report"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// BenchmarkADayOfAThousandCalls makes the report of a day with the recorded callers of the
// demo, again and again, one every 30 seconds.
func BenchmarkADayOfAThousandCalls(b *testing.B) {
	recs, err := testdata.Recordings()
	if err != nil {
		b.Fatal(err)
	}
	var calls []*recording.Recording
	for len(calls) < 1000 {
		calls = append(calls, recs[len(calls)%len(recs)])
	}
	play := enginetest.NewPlay(1, world.Faults{})
	if _, err := play.Run(30*time.Second, calls...); err != nil {
		b.Fatal(err)
	}
	all := play.Journal()
	p := report.Between(enginetest.Start, enginetest.Start.Add(24*time.Hour))
	for b.Loop() {
		r, err := report.Build(report.Options{Period: p, State: engine.NewState(enginetest.Epoch), Made: p.To}, events(all))
		if err != nil || r.Calls.All == 0 {
			b.Fatal(r.Calls, err)
		}
	}
	b.ReportMetric(float64(len(all)), "events")
}
