package engine_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"switchboard/engine"
	"switchboard/engine/enginetest"
	"switchboard/engine/world"
	"switchboard/testdata"
)

// TestRecordings plays every recording of the demo to the engine in a pretend
// telephone network and compares what follows with testdata/scripts/recordings.
func TestRecordings(t *testing.T) {
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		t.Run(rec.Name, func(t *testing.T) {
			play := enginetest.NewPlay(1, world.Faults{})
			if rec.Front.Does != "" {
				play.WithFront()
			}
			got, err := play.Run(0, rec)
			if err != nil {
				t.Fatalf("%v after\n%s", err, got)
			}
			file := filepath.Join("../testdata/scripts/recordings", rec.Name+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// TestTwentyTwoCustomersNeverMix: all recordings at once, and then again. Seen from
// the world: each call is answered once, has one conference of its own, and nobody is
// in another's; no leg is left.
func TestTwentyTwoCustomersNeverMix(t *testing.T) {
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	for len(recs) < 22 {
		recs = append(recs, recs...)
	}
	play := enginetest.NewPlay(7, world.Faults{})
	out, err := play.Run(300*time.Millisecond, recs[:22]...)
	if err != nil {
		t.Fatalf("%v after\n%s", err, out)
	}
	for _, fault := range enginetest.Faults(play.World.Snapshot(), 22) {
		t.Error(fault)
	}
	for _, c := range play.Sent {
		if l, ok := c.Action.(engine.Listen); ok && l.Code == "" {
			t.Errorf("%s dials no code", c.Name)
		}
	}
}

// TestDisorderIsHarmless: webhooks are repeated under new ids, overtake one another by
// up to a second, and commands are refused; still each call is answered once, has one
// operator at a time, and leaves no leg.
func TestDisorderIsHarmless(t *testing.T) {
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(12) {
		play := enginetest.NewPlay(seed, world.Faults{Repeat: 0.2, Swap: 0.3, Stumble: 0.05})
		out, err := play.Run(time.Second, recs...)
		if err != nil {
			t.Fatalf("seed %d: %v after\n%s", seed, err, out)
		}
		for _, fault := range enginetest.Faults(play.World.Snapshot(), len(recs)) {
			t.Errorf("seed %d: %s", seed, fault)
		}
	}
}

// TestRefusalsStrandNobody: one command in ten is refused for good; every call ends
// and no leg is left.
func TestRefusalsStrandNobody(t *testing.T) {
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(12) {
		play := enginetest.NewPlay(seed, world.Faults{Refuse: 0.1})
		if out, err := play.Run(time.Second, recs...); err != nil {
			t.Fatalf("seed %d: %v after\n%s", seed, err, out)
		}
		for _, l := range play.World.Snapshot().Legs {
			if l.Ended.IsZero() {
				t.Errorf("seed %d: leg %s of %s is left", seed, l.ID, l.Recording)
			}
		}
	}
}

// TestLostWebhooksLeaveNobodyWaiting: one webhook in twenty never comes and one command
// in twenty is refused. What a lost hang-up leaves open is for the sweep of a later day;
// but nothing is awaited without an end, which a strict state checks after every turn.
func TestLostWebhooksLeaveNobodyWaiting(t *testing.T) {
	recs, err := testdata.Recordings()
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(12) {
		play := enginetest.NewPlay(seed, world.Faults{Swap: 0.2, Refuse: 0.05})
		play.Lose(5)
		play.Run(time.Second, recs...) // it need not come to an end
		if n := len(play.World.Live()); n > 0 {
			for _, l := range play.World.Live() {
				t.Errorf("seed %d: leg %s is left on the line", seed, l.ID)
			}
		}
	}
}
