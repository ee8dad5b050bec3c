package world

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// transcribe has a leg written down.
func (s *sitting) transcribe(leg LegID, t Transcription) {
	s.t.Helper()
	s.must(s.Transcribe(leg, t, Command{}))
}

// wrote returns what was told to be written down of a leg, with the seconds.
func wrote(events []Event, leg LegID) []string {
	lines := []string{}
	for _, e := range events {
		if e.Kind != Transcribed || e.Leg != leg {
			continue
		}
		end := "…"
		if e.Final {
			end = ""
		}
		lines = append(lines, fmt.Sprintf("%.1f %s%s", e.At.Sub(began).Seconds(), e.Text, end))
	}
	return lines
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A sentence is told 0.8 s after its end, while it is said only if that is asked for.
func TestASentenceIsWrittenDownAfterItsEnd(t *testing.T) {
	const call = `{"on":"answered","at":1,"who":"customer","say":"I was told Tuesday.","lasts":2,"polarity":-0.3}
{"on":"answered","at":5,"who":"customer","say":"Hello?","lasts":1}`
	s := sit(t, Config{})
	leg := s.call(call)
	s.transcribe(leg, Transcription{Language: "en-US"})
	wantLines(t, wrote(s.wait(10*time.Second), leg), "3.8 I was told Tuesday.", "6.8 Hello?")

	s = sit(t, Config{})
	leg = s.call(call)
	s.transcribe(leg, Transcription{Interims: true})
	wantLines(t, wrote(s.wait(10*time.Second), leg),
		"1.5 I…", "2.0 I was…", "2.5 I was told…", "3.8 I was told Tuesday.", "6.8 Hello?")
	for _, e := range s.events {
		if e.Kind == Transcribed && (e.Confidence < sure || e.Confidence > 1000 || e.Leg != leg) {
			t.Errorf("told %+v", e)
		}
	}
}

// "a prompt that we speak to a leg is not in its inbound track", and a mute in a
// conference keeps nobody's words out of it.
func TestALegsOwnVoiceIsWrittenDownAndNothingElse(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"operator":"answers","after":1}
{"on":"answered","at":3,"who":"customer","say":"On no line at all.","lasts":1}`)
	s.transcribe(leg, Transcription{})
	s.must(s.Speak(leg, "Welcome to the desk.", StopNone, Command{}))
	s.wait(5 * time.Second)
	room := s.room(leg)
	operator := s.operator(desk, leg)
	s.wait(2 * time.Second)
	s.must(s.Join(string(room), Place{Leg: operator}, Command{}))
	s.transcribe(operator, Transcription{})
	s.must(s.Mute(string(room), []LegID{leg}, true))
	s.must(s.Hold(string(room), []LegID{operator}, ""))
	s.Talk(leg, "Muted.")
	s.Talk(operator, "Held.")
	s.wait(5 * time.Second)
	wantLines(t, wrote(s.events, leg), "4.8 On no line at all.", "8.6 Muted.")
	wantLines(t, wrote(s.events, operator), "8.5 Held.")
}

func TestOneTranscriptionAtATime(t *testing.T) {
	s := sit(t, Config{})
	ringing, err := s.Call(read(t, ""), ourNumber)
	s.must(err)
	if got := code(s.Transcribe(ringing, Transcription{}, Command{})); got != "90034" {
		t.Errorf("of a leg that rings: %s, want 90034", got)
	}
	leg := s.call(`{"on":"answered","at":20,"who":"customer","hangup":true}`)
	if got := code(s.StopTranscribe(leg, Command{})); got != "90055" {
		t.Errorf("stopped what is not running: %s, want 90055", got)
	}
	s.must(s.Transcribe(leg, Transcription{}, Command{ID: "a"}))
	s.must(s.Transcribe(leg, Transcription{}, Command{ID: "a"})) // the same command
	if got := code(s.Transcribe(leg, Transcription{}, Command{ID: "b"})); got != "90054" {
		t.Errorf("a second one: %s, want 90054", got)
	}
	s.Talk(leg, "Nobody is told this.")
	s.wait(time.Second)
	s.must(s.StopTranscribe(leg, Command{}))
	s.wait(4 * time.Second)
	wantLines(t, wrote(s.events, leg))
	s.transcribe(leg, Transcription{})
	s.wait(20 * time.Second)
	if got := code(s.Transcribe(leg, Transcription{}, Command{})); got != "90018" {
		t.Errorf("of a leg that is over: %s, want 90018", got)
	}
}

// Who is written down from the middle of a sentence on is told its rest.
func TestATranscriptionBeginsInTheMiddle(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"on":"answered","at":1,"who":"customer","say":"one two three four","lasts":4}`)
	s.wait(3 * time.Second)
	s.transcribe(leg, Transcription{Interims: true})
	wantLines(t, wrote(s.wait(5*time.Second), leg), "4.5 three…", "5.8 three four")
}

// What was said in the last 0.8 s of a leg is never told.
func TestALegThatEndsTakesItsLastWordsWithIt(t *testing.T) {
	s := sit(t, Config{})
	leg := s.call(`{"on":"answered","at":1,"who":"customer","say":"First.","lasts":1}
{"on":"answered","at":3,"who":"customer","say":"Last.","lasts":1}
{"on":"answered","at":4.5,"who":"customer","hangup":true}`)
	s.transcribe(leg, Transcription{})
	wantLines(t, wrote(s.wait(10*time.Second), leg), "2.8 First.")
}

// Words in another language than the transcription's are unsure, not missing.
func TestAnotherLanguageIsPoorlyUnderstood(t *testing.T) {
	for language, understood := range map[string]bool{
		"en": true, "en-US": true, "EN-gb": true, "": true, "auto_detect": true, "multi": true, "es": false, "es-MX": false,
	} {
		s := sit(t, Config{Seed: 4})
		leg := s.call(`{"on":"answered","at":1,"who":"customer","say":"I was told Tuesday."}`)
		s.transcribe(leg, Transcription{Language: language})
		for _, e := range s.wait(10 * time.Second) {
			if e.Kind == Transcribed && (e.Confidence > 500) != understood {
				t.Errorf("English words in %q have a confidence of %d", language, e.Confidence)
			}
		}
		if n := len(wrote(s.events, leg)); n != 1 {
			t.Errorf("in %q %d sentences are told, want 1", language, n)
		}
	}
}

// Transcripts are repeated and come late as all that is told.
func TestTranscriptsSufferTheFaultsOfAllEvents(t *testing.T) {
	s := sit(t, Config{Seed: 5, Faults: Faults{Repeat: 0.5, Swap: 0.5}})
	leg := s.call("")
	s.transcribe(leg, Transcription{})
	for range 30 {
		s.Talk(leg, "And again.")
	}
	s.wait(time.Minute)
	told, twice, late := 0, 0, 0
	for _, e := range s.events {
		if e.Kind != Transcribed {
			continue
		}
		told++
		if e.Repeat {
			twice++
		}
		if e.Late > 0 {
			late++
		}
	}
	if told != 30 || twice < 5 || twice > 25 || late < 5 || late > 25 {
		t.Errorf("of %d transcripts %d are repeated and %d late", told, twice, late)
	}
}
