package telnyx

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// chunks returns the numbers of sounds, and how many were lost among them.
func chunks(sounds []sound) (all []int64, lost int64) {
	for _, s := range sounds {
		all, lost = append(all, s.chunk), lost+s.lost
	}
	return all, lost
}

// What comes at most maxHeld places late is heard in its order, and nothing is lost.
func TestWhatIsALittleLateLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(1, 200).Draw(t, "frames")
		var waiting, sent []int64
		for n := range int64(count) {
			waiting = append(waiting, n+1)
			// The oldest goes before ten others have passed it.
			if len(waiting) > maxHeld/2 || rapid.Bool().Draw(t, "send") {
				i := rapid.IntRange(0, len(waiting)-1).Draw(t, "which")
				if len(sent) > 0 && n+1-waiting[0] >= maxHeld {
					i = 0
				}
				sent = append(sent, waiting[i])
				waiting = slices.Delete(waiting, i, i+1)
			}
		}
		sent = append(sent, waiting...)
		var o order
		var heard []int64
		for _, n := range sent {
			ready, fits := o.put(sound{chunk: n, mulaw: make([]byte, 160)})
			if !fits {
				t.Fatalf("%d was late in %v", n, sent)
			}
			all, _ := chunks(ready)
			heard = append(heard, all...)
		}
		all, lost := chunks(o.flush())
		heard = append(heard, all...)
		if len(heard) != count || !slices.IsSorted(heard) || lost != 0 {
			t.Fatalf("of %v was heard %v, and %d lost", sent, heard, lost)
		}
	})
}

func TestWhateverIsSentIsBoundedAndOnlyRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o order
		var was int64 = -1
		for _, n := range rapid.SliceOfN(rapid.Int64Range(0, 1<<62), 0, 300).Draw(t, "numbers") {
			if rapid.Bool().Draw(t, "small") {
				n %= 40
			}
			renewed := o.late == maxLate
			ready, _ := o.put(sound{chunk: n})
			if len(o.held) > maxHeld {
				t.Fatalf("%d are held", len(o.held))
			}
			for _, s := range ready {
				if s.chunk <= was && !renewed || s.lost < 0 || s.lost > maxHole {
					t.Fatalf("%d after %d, with %d lost", s.chunk, was, s.lost)
				}
				was = s.chunk
			}
		}
	})
}

// Nobody has promised that the numbers go on: a leg must not become deaf over it.
func TestNumbersThatBeginAnewAreFollowed(t *testing.T) {
	var o order
	put := func(n int64) []int64 {
		ready, _ := o.put(sound{chunk: n})
		all, lost := chunks(ready)
		if lost != 0 {
			t.Errorf("%d: %d lost", n, lost)
		}
		return all
	}
	for n := int64(1); n <= 1000; n++ {
		put(n)
	}
	for n := int64(1); n <= maxLate; n++ {
		if got := put(n); got != nil {
			t.Fatalf("%d was heard after 1000: %v", n, got)
		}
	}
	if got := put(maxLate + 1); !slices.Equal(got, []int64{maxLate + 1}) {
		t.Errorf("got %v, want the numbers followed", got)
	}
	const far = 1 << 40
	for n := int64(far); n < far+maxHeld; n++ {
		put(n)
	}
	if got := put(far + maxHeld); len(got) != maxHeld+1 {
		t.Errorf("got %v, want the numbers followed, and nothing of it lost", got)
	}
}

func TestGapsAreToldTogetherAndOnlyWhereTheyMatter(t *testing.T) {
	second := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	type told struct {
		from, to float64
		lost     time.Duration
	}
	type hole struct {
		at   float64 // when the frame came that told of it
		lost int64   // frames
	}
	tests := []struct {
		name  string
		holes []hole
		until float64
		want  []told
	}{
		{"a little", []hole{{10, 10}}, 20, nil},
		{"a little more", []hole{{10, 11}}, 20, []told{{9.76, 9.98, 220 * time.Millisecond}}},
		{"a little often", []hole{{10, 4}, {10.4, 4}, {10.8, 4}}, 20, []told{{9.9, 10.78, 240 * time.Millisecond}}},
		{"a little now and then", []hole{{10, 4}, {12, 4}, {14, 4}, {16, 4}}, 20, nil},
		{"two within a second", []hole{{10, 50}, {10.5, 20}, {10.9, 1}}, 20,
			[]told{{8.98, 9.98, time.Second}, {10.08, 10.88, 420 * time.Millisecond}}},
		{"the last of a call", []hole{{10, 50}, {10.5, 20}}, 10.5,
			[]told{{8.98, 9.98, time.Second}, {10.08, 10.48, 400 * time.Millisecond}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var h holes
			var got []told
			ask := func(now time.Time, last bool) {
				if from, to, lost := h.due(now, last); lost > 0 {
					got = append(got, told{from.Sub(start).Seconds(), to.Sub(start).Seconds(), lost})
				}
			}
			next := 0
			for ms := 9000; ms <= int(tt.until*1000); ms += 20 { // a frame every 20 ms
				now := start.Add(time.Duration(ms) * time.Millisecond)
				if next < len(tt.holes) && !now.Before(second(tt.holes[next].at)) {
					h.add(sound{at: now, lost: tt.holes[next].lost, mulaw: make([]byte, 160)})
					next++
				}
				ask(now, false)
			}
			ask(second(tt.until), true)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
