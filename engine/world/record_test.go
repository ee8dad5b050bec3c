package world

import (
	"strings"
	"testing"
	"time"
)

// heardOn returns the words that a tape has, of its far end or of who spoke to it.
func heardOn(t *testing.T, tape Tape, heard bool) string {
	t.Helper()
	var l Listener
	if _, err := l.Write(tape.Sound(heard)); err != nil {
		t.Fatal(err)
	}
	l.Finish()
	return strings.Join(textsOf(l.Said()), " ")
}

// "90020 recording before audio started", and a recording is told when the leg is over.
func TestARecordingIsToldWhenTheLegIsOver(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"on":"answered","at":3,"who":"customer","say":"On the tape.","lasts":1}`)
	if got := code(s.StartRecording(leg, Command{})); got != "90020" {
		t.Errorf("before any sound: %s, want 90020", got)
	}
	s.must(s.Speak(leg, "Welcome to the desk.", StopNone, Command{}))
	s.must(s.StartRecording(leg, Command{ID: "a"}))
	s.must(s.StartRecording(leg, Command{ID: "a"})) // the same command
	if got := code(s.StartRecording(leg, Command{ID: "b"})); got == "" {
		t.Error("recorded twice at once")
	}
	s.wait(5 * time.Second)
	s.PutDown(leg)
	s.wait(5 * time.Second)
	var saved []Event
	for _, e := range s.events {
		if e.Kind == RecordingSaved {
			saved = append(saved, e)
		}
	}
	if len(saved) != 1 || saved[0].Leg != leg || saved[0].Recording == "" || saved[0].RecordedTo.Sub(saved[0].RecordedFrom) != 5*time.Second {
		t.Errorf("told %+v", saved)
	}
	if tapes := s.Tapes(); len(tapes) != 1 || heardOn(t, tapes[0], false) != "On the tape." {
		t.Errorf("got %+v", tapes)
	}
}

// What is said while a recording is paused is not on it, on neither side.
func TestAPauseIsNotOnTheTape(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"on":"answered","at":1,"who":"customer","say":"Before it.","lasts":1}`)
	other, err := s.Dial(Call{From: ourNumber, To: "+12025550111", LinkTo: leg}, Command{})
	s.must(err)
	s.wait(500 * time.Millisecond)
	room := s.room(leg)
	s.must(s.StartRecording(leg, Command{}))
	s.wait(10 * time.Second)
	_ = s.Join(string(room), Place{Leg: other}, Command{})
	s.must(s.PauseRecording(leg, Command{}))
	s.must(s.PauseRecording(leg, Command{})) // it is paused
	s.Talk(leg, "Four nine two nine.")
	s.Talk(other, "Thank you, and the code?")
	s.wait(10 * time.Second)
	s.must(s.ResumeRecording(leg, Command{}))
	s.Talk(leg, "After it.")
	s.Talk(other, "Goodbye.")
	s.wait(10 * time.Second)
	tape := s.Tapes()[0]
	if got := heardOn(t, tape, false); got != "Before it. After it." {
		t.Errorf("the tape has %q", got)
	}
	if got := heardOn(t, tape, true); strings.Contains(got, "code") {
		t.Errorf("the other side of the tape has %q", got)
	}
	if got, want := len(tape.Sound(false)), int(tape.To.Sub(tape.From)-10*time.Second)/int(perSample); got != want {
		t.Errorf("the tape has %d samples, want %d", got, want)
	}
}
