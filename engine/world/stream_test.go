package world

import (
	"testing"
	"time"
)

func (s *sitting) stream(leg LegID) Stream {
	s.t.Helper()
	made, err := s.Stream(leg, "wss://example.test/media", Command{})
	s.must(err)
	return made
}

// The inbound track is the leg's own voice: "A prompt that we speak to a leg is not in
// it", and what is said when muted is.
func TestAStreamCarriesTheLegsOwnVoice(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"on":"answered","at":1,"who":"customer","say":"On no line at all.","lasts":1}`)
	stream := s.stream(leg)
	s.must(s.Speak(leg, "Welcome to the desk.", StopNone, Command{}))
	s.wait(3 * time.Second)
	room := s.room(leg)
	s.must(s.Mute(string(room), []LegID{leg}, true))
	s.Talk(leg, "Muted.")
	s.Talk(leg, "And queued.")
	said, next, on := s.Sound(stream, 0)
	check(t, textsOf(said), "On no line at all.", "Muted.")
	if next != 2 || !on || said[1].End.Sub(said[1].Start) != 760*time.Millisecond {
		t.Errorf("next %d, on %t, %+v", next, on, said)
	}
	s.wait(3 * time.Second)
	said, next, _ = s.Sound(stream, next)
	check(t, textsOf(said), "And queued.")
	for range 100 {
		s.Talk(leg, "And on.")
	}
	s.wait(2 * time.Minute)
	if said, _, _ := s.Sound(stream, next); len(said) != maxUttered {
		t.Errorf("%d sentences are kept, want %d", len(said), maxUttered)
	}
	if n := testing.AllocsPerRun(10, func() { s.Sound(stream, 103) }); n > 0 {
		t.Errorf("asking for nothing new allocates %v times", n)
	}
}

// 90045 streaming is used, 90048 not used: section 2.
func TestOneStreamAtATime(t *testing.T) {
	s := sit(t, Config{Seed: 2})
	leg := s.call("")
	if got := code(s.StopStream(leg, "", Command{})); got != "90048" {
		t.Errorf("stopped none: %s, want 90048", got)
	}
	first, err := s.Stream(leg, "wss://example.test/media", Command{ID: "a", State: "YQ=="})
	s.must(err)
	if first.Leg != leg || first.URL != "wss://example.test/media" || first.State != "YQ==" || first.From != "+12025550142" || first.To != ourNumber || first.ID == "" {
		t.Errorf("got %+v", first)
	}
	if again, err := s.Stream(leg, "wss://example.test/media", Command{ID: "a"}); err != nil || again.ID != "" {
		t.Errorf("the same command: %+v %v", again, err)
	}
	if _, err := s.Stream(leg, "wss://example.test/media", Command{ID: "b"}); code(err) != "90045" {
		t.Errorf("a second one: %s, want 90045", code(err))
	}
	if got := code(s.StopStream(leg, "another", Command{})); got != "90048" {
		t.Errorf("stopped another: %s, want 90048", got)
	}
	s.must(s.StopStream(leg, first.ID, Command{}))
	if _, _, on := s.Sound(first, 0); on {
		t.Error("it goes on")
	}
	if second := s.stream(leg); second.ID == first.ID {
		t.Error("two streams have one ID")
	}
}

func TestSomeLegsSpeakALaw(t *testing.T) {
	for share, least := range map[float64]int{0: 0, 0.3: 20, 1: 100} {
		s := sit(t, Config{Seed: 3, ALaw: share})
		n := 0
		for range 100 {
			if stream := s.stream(s.call("")); stream.Codec == ALaw {
				n++
			} else if stream.Codec != MuLaw {
				t.Fatalf("a leg speaks %q", stream.Codec)
			}
		}
		if n < least || n > 2*least {
			t.Errorf("%d of 100 legs speak A-law, want %v of them", n, share)
		}
		for _, e := range s.events {
			if e.Kind == Answered && e.Codec == "" {
				t.Errorf("of %v no codec is told", e.Leg)
			}
		}
	}
}

func TestTheStoryOfAStreamIsTold(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call("")
	told := func() string { return transcript(s.wait(0)) }
	want := func(what, want string) {
		t.Helper()
		if got := told(); got != want {
			t.Errorf("%s: told %q, want %q", what, got, want)
		}
	}
	stream := s.stream(leg)
	want("begun", "")
	s.StreamUp(stream)
	want("up", "0.0 stream started")
	s.must(s.StopStream(leg, "", Command{}))
	want("stopped", "0.0 stream stopped")
	s.StreamUp(stream)
	s.StreamDown(stream, "")
	s.StreamDown(stream, "connection_failed")
	want("over", "")

	stream = s.stream(leg)
	s.StreamDown(stream, "connection_failed")
	want("failed", "0.0 stream failed connection_failed")
	stream = s.stream(leg)
	s.StreamDown(stream, "")
	want("not wanted", "0.0 stream stopped")
	stream = s.stream(leg)
	s.must(s.Hangup(leg, Command{}))
	want("hung up", "0.0 stream stopped\n0.0 hung up normal_clearing callee 200")
	if _, _, on := s.Sound(stream, 0); on {
		t.Error("it outlives its leg")
	}
	for _, e := range s.events {
		if e.Kind >= StreamStarted && (e.Stream == "" || e.URL != "wss://example.test/media") {
			t.Errorf("told %+v", e)
		}
	}
}
