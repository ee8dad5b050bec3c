package symbl

import (
	"bytes"
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)

func at(d time.Duration) time.Time { return noon.Add(d) }

// say adds so many pieces of 100 ms, the nth being full of n.
func say(s *sound, from, to int) {
	for n := from; n < to; n++ {
		s.add(bytes.Repeat([]byte{byte(n)}, 800), at(time.Duration(n+1)*100*time.Millisecond))
	}
}

func newSound() *sound { return &sound{more: make(chan struct{}, 1)} }

func TestSoundGoesInOrderAndInFramesThatSymblTakes(t *testing.T) {
	s := newSound()
	s.add(bytes.Repeat([]byte{200}, 20_000), at(0))
	say(s, 0, 25)
	var got []byte
	for p := s.take(); len(p.data) > 0; p = s.take() {
		if len(p.data) > maxSend {
			t.Errorf("got a frame of %d bytes, want at most %d", len(p.data), maxSend)
		}
		got = append(got, p.data...)
	}
	var want []byte
	want = append(want, bytes.Repeat([]byte{200}, 20_000)...)
	for n := range 25 {
		want = append(want, bytes.Repeat([]byte{byte(n)}, 800)...)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got %d bytes that are not the %d that came", len(got), len(want))
	}
	if s.bytes != 0 {
		t.Errorf("%d bytes are left of nothing", s.bytes)
	}
}

// "A bounded buffer of 5 s a leg: the oldest dropped and counted; a gap is told".
func TestSoundThatFindsNoRoomIsAGap(t *testing.T) {
	s := newSound()
	say(s, 0, 70) // seven seconds
	if s.bytes != maxSound || s.lostBytes() != 2*perSecond {
		t.Fatalf("%d bytes wait and %d are lost, want 5 s and 2 s", s.bytes, s.lostBytes())
	}
	if _, ok, later := s.gap(at(time.Hour)); ok || later {
		t.Error("a gap is told that still grows")
	}
	if p := s.take(); p.data[0] != 20 || !s.sent() {
		t.Errorf("first to be sent is %d, want the oldest that is left", p.data[0])
	}
	if _, ok, later := s.gap(at(0)); ok || !later {
		t.Error("a gap is told that was not over then")
	}
	if g, ok, _ := s.gap(at(time.Hour)); !ok || g != (stretch{at(0), at(2 * time.Second)}) {
		t.Errorf("got gap %v, want the first two seconds", g)
	}
	if _, ok, later := s.gap(at(time.Hour)); ok || later {
		t.Error("a gap is told twice")
	}
	s.end()
	if g, ok, _ := s.gap(at(time.Hour)); !ok || g.to != at(7*time.Second) {
		t.Errorf("got gap %v, want what was never sent", g)
	}
}

func TestGapsThatLieCloseAreOneAndAreBounded(t *testing.T) {
	s := newSound()
	lose := func(from, to time.Duration) {
		s.lost = stretch{at(from), at(to)}
		s.sent()
	}
	lose(0, time.Second)
	lose(1500*time.Millisecond, 2*time.Second)
	lose(10*time.Second, 11*time.Second)
	if want := []stretch{{at(0), at(2 * time.Second)}, {at(10 * time.Second), at(11 * time.Second)}}; !slices.Equal(s.gaps, want) {
		t.Errorf("got %v, want %v", s.gaps, want)
	}
	for n := range 3 * maxGaps {
		lose(time.Duration(n+1)*time.Minute, time.Duration(n+1)*time.Minute+time.Second)
	}
	if last := s.gaps[len(s.gaps)-1]; len(s.gaps) != maxGaps || last.to != at(3*maxGaps*time.Minute+time.Second) {
		t.Errorf("got %d gaps, the last %v", len(s.gaps), last)
	}
}

func TestSoundThatCouldNotBeSentGoesFirst(t *testing.T) {
	s := newSound()
	say(s, 0, 30)
	p := s.take()
	s.putBack(p)
	if again := s.take(); !bytes.Equal(again.data, p.data) {
		t.Error("the next to be sent is not what could not be sent")
	}
	s.putBack(p)
	say(s, 30, 70)
	if s.bytes > maxSound || s.bytes < maxSound-maxSend {
		t.Errorf("%d bytes wait, want about 5 s", s.bytes)
	}
}

func TestTinyPiecesAreBounded(t *testing.T) {
	s := newSound()
	for range 3 * maxPieces {
		s.add([]byte{silence}, at(0))
	}
	if len(s.pieces) != maxPieces || s.bytes != maxPieces {
		t.Errorf("%d pieces wait, want %d", len(s.pieces), maxPieces)
	}
}

func TestSilenceIsAsLongAsNothingCame(t *testing.T) {
	s := newSound()
	rest := func(d time.Duration) int { return len(s.rest(at(d), quietAfter, quietMost)) }
	if rest(0) != 0 || rest(time.Second) != 0 {
		t.Error("silence is sent at once")
	}
	if got := s.rest(at(2500*time.Millisecond), quietAfter, quietMost); !bytes.Equal(got, bytes.Repeat([]byte{0xff}, 20_000)) {
		t.Errorf("got %d bytes after 2.5 s, want as much silence", len(got))
	}
	if rest(3*time.Second) != 0 {
		t.Error("silence is sent twice for the same time")
	}
	if got := rest(time.Hour); got != int(quietMost/time.Second)*perSecond {
		t.Errorf("got %d bytes after an hour, want no more than %s", got, quietMost)
	}
	say(s, 100_000, 100_001)
	if rest(2*time.Hour) != 0 {
		t.Error("silence overtakes sound")
	}
}

func TestVoiceIsToldFromSilence(t *testing.T) {
	noise := make([]byte, 800) // of a quiet line: the softest samples, both signs
	for i := range noise {
		noise[i] = 0xff - byte(i%2)<<7 - byte(i%13)
	}
	speech := slices.Clone(noise)
	for i := range 100 {
		speech[i] = 0x20
	}
	for _, tt := range []struct {
		name  string
		mulaw []byte
		want  bool
	}{
		{"silence", bytes.Repeat([]byte{silence}, 800), false},
		{"the other silence", bytes.Repeat([]byte{0x7f}, 800), false},
		{"a quiet line", noise, false},
		{"a few loud samples", append(bytes.Repeat([]byte{0x10}, 10), noise...), false},
		{"speech", speech, true},
		{"nothing", nil, false},
	} {
		if got := voiced(tt.mulaw); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
	}
}

// What 100 ms of one leg cost until they are ready for the socket.
func BenchmarkSound(b *testing.B) {
	s := newSound()
	piece := bytes.Repeat([]byte{0x30}, 800)
	b.ReportAllocs()
	for b.Loop() {
		voiced(piece)
		s.add(piece, noon)
		if p := s.take(); len(p.data) != 800 {
			b.Fatal("not what was said")
		}
		s.sent()
	}
}
